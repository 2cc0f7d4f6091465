//! Does AdaBoost turn to what it got wrong, and does that include what cannot be got right?
//!
//! Data: two moons, with and without flipped labels; the breast cancer table; digits as even against odd. Arms: stumps,
//! trees of depth three, a shrunk vote, weights left as they are. Measurement: the last learner's weighted error under
//! the weights that it leaves behind, which must be one half (Freund and Schapire 1997).

use super::BaggingVsBoostingParams;
use super::arms::{Goal, OWN_ROWS, Rows, each, own, replicate, tree_of};
use super::folds::{cancer, digits, each_fold, mean};
use mllab_core::figure::{Axis, Format, Hue, Layout, LegendKey, Mark, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::classes::{TwoMoons, flip_labels};
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
            outcome
                .untestable
                .push((CLAIM, "AdaBoost weighs right and wrong: the target would need two classes.".into()));
        }
        return Ok(outcome);
    }
    let runs = replicate(cx, "moons", cx.replicates(), |rep| {
        let clean: Rows = moons().draw(ROWS, &rep.stream.child("rows", 0)).into();
        let (noisy, flipped) = with_flips(&clean, &rep.stream);
        let turn =
            |settings: AdaBoost| -> Result<Turn, KitError> { Ok(turns(&clean, &fit(&clean, settings, &rep.stream)?)) };
        let model = fit(&noisy, AdaBoost::stumps(ROUNDS), &rep.stream)?;
        let turned = [
            turn(AdaBoost::stumps(ROUNDS))?,
            turn(AdaBoost { tree: tree_of(3), ..AdaBoost::stumps(ROUNDS) })?,
            turn(AdaBoost { rate: 0.5, ..AdaBoost::stumps(ROUNDS) })?,
        ];
        Ok((turned, burden(&model.weights, &flipped)))
    })?;
    for (place, setting) in
        ["stumps vote on two moons", "trees of depth three vote on two moons", "the vote is shrunk to a half"]
            .into_iter()
            .enumerate()
    {
        let farthest = runs.iter().map(|run| run.0[place].farthest).fold(0.0, f64::max);
        outcome.find(CLAIM, setting, Estimate::exact(farthest));
        outcome.find_part(CLAIM, setting, 1, Estimate::mean(&each(&runs, |run| run.0[place].raised)));
    }
    let nearest = runs.iter().map(|run| run.0[0].nearest_before).fold(f64::INFINITY, f64::min);
    outcome.find(CLAIM, "no weight is changed", Estimate::exact(nearest));
    outcome.find(CLAIM, "one label in ten is flipped", Estimate::mean(&each(&runs, |run| run.1)));
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
    let Goal::Labels(y) = &clean.goal else { unreachable!("moons have labels") };
    let noisy = flip_labels(y, FLIPPED, &stream.child("flips", 0));
    let flipped = noisy.iter().zip(y).map(|(a, b)| a != b).collect();
    (Rows { x: clean.x.clone(), goal: Goal::Labels(noisy) }, flipped)
}

fn fit(rows: &Rows, settings: AdaBoost, stream: &Stream) -> Result<AdaBoosted, KitError> {
    let Goal::Labels(y) = &rows.goal else { unreachable!("asked for labels only") };
    AdaBoost { keep_weights: true, ..settings }.fit(rows.x.view(), y, None, stream)
}

fn turns(rows: &Rows, model: &AdaBoosted) -> Turn {
    let Goal::Labels(y) = &rows.goal else { unreachable!("asked for labels only") };
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
    outcome.find(CLAIM, setting, Estimate::exact(runs.iter().map(|run| run.farthest).fold(0.0, f64::max)));
    outcome.find_part(CLAIM, setting, 1, mean(&each(&runs, |run| run.raised)));
    Ok(())
}

/// One draw of two moons with flipped labels: each point as large as its weight.
fn draw(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("one draw of moons", 0);
    let clean: Rows = moons().draw(ROWS, &stream.child("rows", 0)).into();
    let (noisy, flipped) = with_flips(&clean, &stream);
    let model = fit(&noisy, AdaBoost::stumps(101), &stream).map_err(super::arms::unusable)?;
    let Goal::Labels(y) = &noisy.goal else { unreachable!("moons have labels") };
    let mut table = Table::new(
        "point_weights",
        &[("round", "rounds"), ("x0", "1"), ("x1", "1"), ("label", "1"), ("flipped", "1"), ("weight", "1")],
    );
    let mut share = Table::new("flipped_share", &[("round", "rounds"), ("weight_share", "share"), ("rows", "share")]);
    let rows_share = flipped.iter().filter(|&&f| f).count() as f64 / ROWS as f64;
    let mut panels = Vec::new();
    for round in SHOWN {
        let weights = model.rounds.get(round).map_or(&model.weights, |next| &next.weights);
        for row in 0..ROWS {
            table.row([
                round.into(),
                clean.x[[row, 0]].into(),
                clean.x[[row, 1]].into(),
                y[row].into(),
                flipped[row].into(),
                (ROWS as f64 * weights[row]).into(),
            ]);
        }
        let on_flipped: f64 = (0..ROWS).filter(|&row| flipped[row]).map(|row| weights[row]).sum();
        share.row([round.into(), on_flipped.into(), rows_share.into()]);
        let plane = |label: &str, low: f64, high: f64| Axis::linear(label).range(low, high).format(Format::Hidden);
        let mut panel = Panel::new(plane("", -1.8, 2.8), plane("", -1.4, 1.9))
            .title(if round == 1 { "after 1 round".into() } else { format!("after {round} rounds") })
            .remark(
                format!("{}\u{202f}% of the weight on flipped rows", shown::fixed(100.0 * on_flipped, 0)),
                Hue::Vermilion,
            );
        for (wanted, mark, hue) in
            [((false, false), Mark::Disc, Hue::Blue), ((true, false), Mark::Triangle, Hue::Amber)]
        {
            let rows: Vec<usize> = (0..ROWS).filter(|&row| (y[row], flipped[row]) == wanted).collect();
            panel = panel.layer(points(&clean, &rows, weights, mark, hue));
        }
        let rows: Vec<usize> = (0..ROWS).filter(|&row| flipped[row]).collect();
        panels.push(panel.layer(points(&clean, &rows, weights, Mark::Cross, Hue::Vermilion)));
    }
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("AdaBoost turns to the boundary, and to what is mislabelled: ")
        .cite(&share, "rows", 3, percent)
        .text(" of the rows are flipped and carry ")
        .cite(&share, "weight_share", 3, percent)
        .text(" of the weight at the end");
    let mut figure = Figure::new("point-weights", title)
        .subtitle(format!(
            "Two moons of {ROWS} rows, one label in ten flipped; AdaBoost on stumps, one draw. The area of a point is its weight after the round."
        ))
        .alt("Four copies of two interleaved half moons. After one round all points are of nearly the same size. After five, twenty and a hundred rounds the points where the moons meet and the crosses, whose labels were flipped, have grown and most others have shrunk to dots.")
        .reads("point_weights", &["x0", "x1", "weight", "label", "flipped"])
        .reads("flipped_share", &["weight_share", "rows"])
        .layout(Layout::Grid { columns: 2, share_y: false })
        .legend("lower moon", Hue::Amber, LegendKey::Mark(Mark::Triangle))
        .legend("upper moon", Hue::Blue, LegendKey::Mark(Mark::Disc))
        .legend("label flipped", Hue::Vermilion, LegendKey::Mark(Mark::Cross));
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    outcome.tables.push(share);
    Ok(())
}

fn points(rows: &Rows, which: &[usize], weights: &[f64], mark: Mark, hue: Hue) -> Points {
    let column = |j: usize| which.iter().map(|&row| rows.x[[row, j]]).collect();
    Points::new(column(0), column(1), mark, hue).area(which.iter().map(|&row| ROWS as f64 * weights[row]).collect())
}
