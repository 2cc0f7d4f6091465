//! Does AdaBoost turn to what it got wrong, and does that include what cannot be got right?
//!
//! Data: two moons, with and without flipped labels; the breast cancer table; digits as even against odd. Arms: stumps,
//! trees of depth three, a shrunk vote, weights left as they are. Measurement: the last learner's weighted error under
//! the weights that it leaves behind, which must be one half (Freund and Schapire 1997).

use super::BaggingVsBoostingParams;
use super::folds::{OWN_ROWS, cancer, digits, each_fold, mean, own};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::classes::{TwoMoons, flip_labels};
use mllab_kit::ensemble::{Goal, Rows, tree_of};
use mllab_kit::tree::{AdaBoost, AdaBoosted};

const CLAIM: &str = "adaboost-reweights";
const ROWS: usize = 200;
const ROUNDS: usize = 50;
/// Rounds whose weights the figure shows.
const SHOWN: [usize; 4] = [1, 5, 20, 100];
const FLIPPED: f64 = 0.1;

/// What the weights did over the rounds of one fit.
struct Turn {
    /// Largest and smallest distance of the last learner's error from one half, under the new weights.
    farthest: f64,
    /// The same under the weights it was grown with.
    nearest_before: f64,
    /// Mean base-2 logarithm of the wrong rows' weight, after over before.
    raised: f64,
}

/// Measures what each round leaves behind.
pub fn run(cx: &Cx, _: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Some(table) = own(cx, source, OWN_ROWS)? {
        if table.is_labels() {
            on_table(cx, &table, "stumps vote on your table", "own", &mut outcome)?;
        } else {
            let why = "AdaBoost weighs right and wrong: the target would need two classes.";
            outcome.untestable.push((CLAIM, why.into()));
        }
        return Ok(outcome);
    }
    let runs = cx.runs("moons", cx.replicates(), |rep| {
        let clean: Rows = moons().draw(ROWS, &rep.stream.child("rows", 0)).into();
        let (noisy, flipped) = with_flips(&clean, &rep.stream);
        let turn = |settings: AdaBoost| Ok::<_, KitError>(turns(&clean, &fit(&clean, settings, &rep.stream)?));
        let model = fit(&noisy, AdaBoost::stumps(ROUNDS), &rep.stream)?;
        let turned = [
            turn(AdaBoost::stumps(ROUNDS))?,
            turn(AdaBoost { tree: tree_of(3), ..AdaBoost::stumps(ROUNDS) })?,
            turn(AdaBoost { rate: 0.5, ..AdaBoost::stumps(ROUNDS) })?,
        ];
        Ok((turned, burden(&model.weights, &flipped)))
    })?;
    let settings =
        ["stumps vote on two moons", "trees of depth three vote on two moons", "the vote is shrunk to a half"];
    for (place, setting) in settings.into_iter().enumerate() {
        let parts = [runs.worst(|run| run.0[place].farthest), runs.mean(|run| run.0[place].raised)];
        outcome.find(CLAIM, setting, parts);
    }
    let nearest = runs.iter().map(|run| run.0[0].nearest_before).fold(f64::INFINITY, f64::min);
    outcome.find(CLAIM, "no weight is changed", Estimate::exact(nearest));
    outcome.find(CLAIM, "one label in ten is flipped", runs.mean(|run| run.1));
    on_table(cx, &cancer(), "stumps vote on the breast cancer table", "cancer", &mut outcome)?;
    on_table(cx, &digits(), "stumps vote on digits, even against odd", "digits", &mut outcome)?;
    draw(cx, &mut outcome)?;
    Ok(outcome)
}

fn moons() -> TwoMoons {
    TwoMoons { prevalence: 0.5, noise: 0.25, noise_columns: 0 }
}

/// The same rows with labels flipped, and which were.
fn with_flips(clean: &Rows, stream: &Stream) -> (Rows, Vec<bool>) {
    let noisy = flip_labels(clean.labels(), FLIPPED, &stream.child("flips", 0));
    let flipped = noisy.iter().zip(clean.labels()).map(|(a, b)| a != b).collect();
    (Rows { x: clean.x.clone(), goal: Goal::Labels(noisy) }, flipped)
}

fn fit(rows: &Rows, settings: AdaBoost, stream: &Stream) -> Result<AdaBoosted, KitError> {
    AdaBoost { keep_weights: true, ..settings }.fit(rows.x.view(), rows.labels(), None, stream)
}

fn turns(rows: &Rows, model: &AdaBoosted) -> Turn {
    let y = rows.labels();
    let mut turn = Turn { farthest: 0.0, nearest_before: f64::INFINITY, raised: 0.0 };
    let mut counted = 0.0;
    for (index, round) in model.rounds.iter().enumerate().filter(|(_, round)| round.error > 0.0) {
        let next = model.rounds.get(index + 1).map_or(&model.weights, |next| &next.weights);
        let says = round.tree.predict(rows.x.view());
        let wrong: f64 = (0..y.len()).filter(|&row| (says[row] > 0.5) != y[row]).map(|row| next[row]).sum();
        turn.farthest = turn.farthest.max((wrong - 0.5).abs());
        turn.nearest_before = turn.nearest_before.min((round.error - 0.5).abs());
        turn.raised += libm::log2(wrong / round.error);
        counted += 1.0;
    }
    turn.raised /= counted;
    turn
}

/// The base-2 logarithm of the mean weight of flipped rows over that of the others.
fn burden(weights: &[f64], flipped: &[bool]) -> f64 {
    let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
    for (weight, &flipped) in weights.iter().zip(flipped) {
        sums[usize::from(flipped)] += weight;
        counts[usize::from(flipped)] += 1.0;
    }
    libm::log2(sums[1] / counts[1] / (sums[0] / counts[0]))
}

fn on_table(cx: &Cx, table: &Rows, setting: &'static str, part: &str, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = each_fold(cx, table, part, 1, |train, _, stream| {
        Ok(turns(train, &fit(train, AdaBoost::stumps(if cx.quick() { 5 } else { 20 }), stream)?))
    })?;
    outcome.find(CLAIM, setting, [runs.worst(|run| run.farthest), mean(&runs, |run| run.raised)]);
    Ok(())
}

/// One draw of two moons with flipped labels: each point as large as its weight.
fn draw(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("one draw of moons", 0);
    let clean: Rows = moons().draw(ROWS, &stream.child("rows", 0)).into();
    let (noisy, flipped) = with_flips(&clean, &stream);
    let model = fit(&noisy, AdaBoost::stumps(101), &stream)?;
    let y = noisy.labels();
    let mut table = Table::named("point_weights").with_number("round", "rounds");
    table = table.with_numbers(&["x0", "x1", "label", "flipped", "weight"], "1");
    let mut share = Table::named("flipped_share").with_number("round", "rounds");
    share = share.with_numbers(&["weight_share", "rows"], "share");
    let rows_share = flipped.iter().filter(|&&f| f).count() as f64 / ROWS as f64;
    for round in SHOWN {
        let weights = model.rounds.get(round).map_or(&model.weights, |next| &next.weights);
        for row in 0..ROWS {
            let (x0, x1) = (clean.x[[row, 0]], clean.x[[row, 1]]);
            table.put((round, x0, x1, y[row], flipped[row], ROWS as f64 * weights[row]));
        }
        let on_flipped: f64 = (0..ROWS).filter(|&row| flipped[row]).map(|row| weights[row]).sum();
        share.put((round, on_flipped, rows_share));
    }
    let upper = Look::new("upper moon", Hue::Blue).mark(Mark::Disc);
    let lower = Look::new("lower moon", Hue::Amber).mark(Mark::Triangle);
    let wrong = Look::new("label flipped", Hue::Vermilion).mark(Mark::Cross);
    let plane = |low: f64, high: f64| Axis::linear("").range(low, high).format(Format::Hidden);
    let sized = |panel: Panel, rows: mllab_core::Rows, look: &Look| {
        let [x, y, area] = ["x0", "x1", "weight"].map(|column| rows.numbers(column));
        panel.draw(
            &rows,
            &["x0", "x1", "weight", "label", "flipped"],
            Points::new(x, y, look.mark, look.hue).area(area),
        )
    };
    let panels = SHOWN.map(|round| {
        let on_flipped = share.of((round,)).numbers("weight_share")[0];
        let panel = Panel::new(plane(-1.8, 2.8), plane(-1.4, 1.9))
            .title(if round == 1 { "after 1 round".into() } else { format!("after {round} rounds") })
            .remark(format!("{} of the weight on flipped rows", shown::percent(on_flipped)), Hue::Vermilion);
        let rows = || table.of((round,));
        let panel = sized(panel, rows().whose("label", false).whose("flipped", false), &upper);
        let panel = sized(panel, rows().whose("label", true).whose("flipped", false), &lower);
        sized(panel, rows().whose("flipped", true), &wrong)
    });
    let cite = |column: &str| share.cite(column, (100,), shown::percent);
    let title = Title::say(
        "AdaBoost turns to the boundary, and to what is mislabelled: {} of the rows are flipped and carry {} of the weight at the end",
        [cite("rows"), cite("weight_share")],
    );
    let figure = Figure::new("point-weights", title)
        .subtitle(format!(
            "Two moons of {ROWS} rows, one label in ten flipped; AdaBoost on stumps, one draw. The area of a point is its weight after the round."
        ))
        .alt("Four copies of two interleaved half moons. After one round all points are of nearly the same size. After five, twenty and a hundred rounds the points where the moons meet and the crosses, whose labels were flipped, have grown and most others have shrunk to dots.")
        .reads("flipped_share", &["weight_share", "rows"])
        .grid(2, false)
        .keys(&[lower, upper, wrong], Look::point)
        .panels(panels);
    outcome.show(figure, [table, share]);
    Ok(())
}
