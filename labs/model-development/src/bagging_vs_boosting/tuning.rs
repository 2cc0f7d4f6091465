//! How much do a forest's and a booster's settings matter, and what happens to a booster with the wrong ones?
//!
//! Data: the quadratic boundary with one label in ten flipped; 200 rows of the breast cancer table. Arms: random draws
//! from a box of settings each (the boxes stand in `seeds/`, fixed before the first run), a narrow box for the booster,
//! the defaults; boosters over 200 rounds at several rates and depths. Measurement: interquartile range of the loss on
//! new rows; held-out loss at the end over its lowest.

use super::BaggingVsBoostingParams;
use super::arms::{Goal, Rows, binned, booster, each, own, replicate, said, side_by_side};
use super::folds::{TEST_TO_TRAIN, cancer, each_fold, mean};
use super::gap::flipped;
use mllab_core::figure::{Axis, Heat, Hue, Palette, Panel, Strip};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::classes;
use mllab_kit::draws::Draws;
use mllab_kit::split;
use mllab_kit::tree::{Boosting, EarlyStop, Forest, Order, TreeSettings};

/// Rows of the user's table at most.
pub const OWN_ROWS: usize = 1000;
const EASY: &str = "rf-easy-to-tune";
const OVERFITS: &str = "boosting-overfits-untuned";
const ROWS: usize = 300;
const TEST_ROWS: usize = 500;
const NOISE: f64 = 0.1;
const DRAWS: usize = 8;
/// Draws and test rows of each split of the breast cancer table.
const CANCER_DRAWS: usize = 8;
const CANCER_TEST_ROWS: usize = 60;
/// A loss a thousand times the lowest, as a base-2 logarithm: no rise here comes near it.
const MOST_RISE: f64 = 10.0;
const ROUNDS: usize = 200;
const RATES: [f64; 4] = [0.01, 0.1, 0.3, 1.0];
const DEPTHS: [usize; 4] = [0, 1, 3, 8];

/// Losses on new rows of random settings.
struct Searched {
    forest: Vec<f64>,
    booster: Vec<f64>,
    narrow: Vec<f64>,
    /// Loss of the default forest and booster.
    defaults: [f64; 2],
}

/// Draws settings, and lets boosters run on.
pub fn run(cx: &Cx, params: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Some(table) = own(cx, source, OWN_ROWS)? {
        let runs = each_fold(cx, &table, "own", 2, |train, test, stream| {
            let losses = held_out(train, test, (1.0, 8, rounds_of(cx)), stream)?;
            Ok((search((train, test), if cx.quick() { 4 } else { DRAWS }, false, stream)?, rise(&losses)))
        })?;
        let spread = each(&runs, |run| wider(&run.0.booster, &run.0.forest));
        outcome.find(EASY, "both learn from your table", mean(&spread));
        let setting = "the rate is one and trees have depth eight on your table";
        outcome.find(OVERFITS, setting, mean(&each(&runs, |run| run.1)));
        return Ok(outcome);
    }
    searches(cx, params.full, &mut outcome)?;
    over_rounds(cx, params, &mut outcome)?;
    Ok(outcome)
}

fn searches(cx: &Cx, full: bool, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = replicate(cx, "boxes", if cx.quick() { 2 } else { 4 * cx.replicates() }, |rep| {
        let (train, test) = boundary(&rep.stream);
        search((&train, &test), if cx.quick() { 4 } else { DRAWS }, true, &rep.stream)
    })?;
    let spread = |of: fn(&Searched) -> &Vec<f64>| each(&runs, |run| wider(of(run), &run.forest));
    outcome.find(
        EASY,
        "the boundary is quadratic and one label in ten is flipped",
        Estimate::mean(&spread(|r| &r.booster)),
    );
    outcome.find(EASY, "the booster is drawn from a narrow box", Estimate::mean(&spread(|r| &r.narrow)));
    let lowest = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
    let regret = each(&runs, |r| (r.defaults[1] - lowest(&r.booster)) - (r.defaults[0] - lowest(&r.forest)));
    outcome.find(EASY, "only the defaults are compared", Estimate::mean(&regret));

    let table = cancer();
    // Few splits of many draws: splits share rows, so more of them say little, while draws are independent.
    let splits = replicate(cx, "cancer boxes", if full { 12 } else { 4 }, |rep| {
        let Goal::Labels(y) = &table.goal else { unreachable!("cancer has labels") };
        let parts = split::stratified(y, 0.65, &rep.stream)?;
        let train = table.pick(&parts.train);
        let mut few = Draws::new(&rep.stream.child("test rows", 0)).sample(parts.test.len(), CANCER_TEST_ROWS);
        few.sort_unstable();
        let test = table.pick(&few.into_iter().map(|place| parts.test[place]).collect::<Vec<_>>());
        search(
            (&train, &test),
            if cx.quick() {
                3
            } else if full {
                12 * CANCER_DRAWS
            } else {
                CANCER_DRAWS
            },
            false,
            &rep.stream,
        )
    })?;
    let wider = each(&splits, |run| wider(&run.booster, &run.forest));
    outcome.find(
        EASY,
        "both learn from 200 rows of the breast cancer table",
        Estimate::resampled_mean(&wider, CANCER_TEST_ROWS as f64 / (0.35 * table.len() as f64)),
    );

    let chance = replicate(cx, "chance", if cx.quick() { 2 } else { 3 * cx.replicates() }, |rep| {
        let noise = |n: usize, name: &str| Rows::from(classes::pure_noise(n, 10, 0.5, &rep.stream.child(name, 0)));
        let (train, test) = (noise(ROWS, "train"), noise(TEST_ROWS, "test"));
        let model = default_booster(&train).fit(train.x.view(), &train.numbers(), None, None, &rep.stream)?;
        Ok(test.score(&said(&model.raw(test.x.view()), model.loss)))
    })?;
    outcome.find(EASY, "labels are pure noise", Estimate::mean_within(&chance, 0.0, 1.0));
    draw_boxes(&runs, outcome);
    Ok(())
}

/// Training rows with flipped labels, and clean test rows.
fn boundary(stream: &Stream) -> (Rows, Rows) {
    let clean: Rows = classes::hastie(ROWS, &stream.child("train", 0)).into();
    let test: Rows = classes::hastie(TEST_ROWS, &stream.child("test", 0)).into();
    (flipped(&clean, NOISE, stream), test)
}

fn default_booster(rows: &Rows) -> Boosting {
    let base = binned(booster(100, 3, 0.1, rows));
    Boosting { order: Order::Second, tree: TreeSettings { l2: 1.0, ..base.tree }, ..base }
}

/// A number drawn evenly on a logarithmic scale.
fn log_between(draws: &mut Draws, low: f64, high: f64) -> f64 {
    libm::exp(draws.between(libm::log(low), libm::log(high)))
}

fn any_forest(rows: &Rows, draws: &mut Draws) -> Forest {
    let trees = log_between(draws, 20.0, 100.0).round() as usize;
    let columns = 1 + draws.below(rows.x.ncols());
    let min_rows = log_between(draws, 1.0, 20.0).round() as usize;
    let max_depth = 4 + draws.below(13);
    let tree = TreeSettings { max_depth, min_rows, columns_per_split: Some(columns), ..TreeSettings::default() };
    Forest { trees, bootstrap: true, tree }
}

fn any_booster(rows: &Rows, draws: &mut Draws) -> Boosting {
    let rate = log_between(draws, 0.01, 1.0);
    let rounds = log_between(draws, 10.0, 300.0).round() as usize;
    let depth = 1 + draws.below(8);
    let l2 = log_between(draws, 0.1, 10.0);
    let row_share = draws.between(0.5, 1.0);
    let base = binned(booster(rounds, depth, rate.min(1.0), rows));
    Boosting { order: Order::Second, row_share, tree: TreeSettings { l2, ..base.tree }, ..base }
}

fn narrow_booster(rows: &Rows, draws: &mut Draws) -> Boosting {
    let rate = log_between(draws, 0.05, 0.2);
    let rounds = log_between(draws, 50.0, 150.0).round() as usize;
    let base = binned(booster(rounds, 2 + draws.below(3), rate, rows));
    Boosting { order: Order::Second, tree: TreeSettings { l2: 1.0, ..base.tree }, ..base }
}

/// So many draws from the box of each, and from the narrow one where it is asked for.
fn search((train, test): (&Rows, &Rows), count: usize, narrow: bool, stream: &Stream) -> Result<Searched, KitError> {
    let targets = train.numbers();
    let loss_of = |settings: Boosting, stream: &Stream| {
        let model = settings.fit(train.x.view(), &targets, None, None, stream)?;
        Ok::<f64, KitError>(test.loss(&said(&model.raw(test.x.view()), model.loss)))
    };
    let forest_loss = |settings: &Forest, stream: &Stream| {
        Ok::<f64, KitError>(test.loss(&side_by_side(settings, train, stream)?.predict(test.x.view())))
    };
    let mut found = Searched { forest: vec![], booster: vec![], narrow: vec![], defaults: [0.0; 2] };
    for index in 0..count as u64 {
        let stream = stream.child("settings", index);
        let mut draws = Draws::new(&stream.child("draws", 0));
        found.forest.push(forest_loss(&any_forest(train, &mut draws), &stream)?);
        found.booster.push(loss_of(any_booster(train, &mut draws), &stream)?);
        if narrow {
            found.narrow.push(loss_of(narrow_booster(train, &mut draws), &stream)?);
        }
    }
    found.defaults = [
        forest_loss(&Forest { trees: 100, ..super::arms::forest(100, train) }, stream)?,
        loss_of(default_booster(train), stream)?,
    ];
    Ok(found)
}

/// The base-2 logarithm of one interquartile range over another.
fn wider(a: &[f64], b: &[f64]) -> f64 {
    let range = |values: &[f64]| quantile(values, 0.75) - quantile(values, 0.25);
    libm::log2(range(a) / range(b))
}

/// By linear interpolation between order statistics.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = share * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

fn rounds_of(cx: &Cx) -> usize {
    if cx.quick() { ROUNDS / 5 } else { ROUNDS }
}

/// The held-out loss after 0, 1, … rounds of second order.
fn held_out(
    train: &Rows,
    test: &Rows,
    (rate, depth, rounds): (f64, usize, usize),
    stream: &Stream,
) -> Result<Vec<f64>, KitError> {
    let base = binned(booster(rounds, depth, rate, train));
    let tree = TreeSettings { l2: 1.0, min_weight: 1.0, ..base.tree };
    let targets = test.numbers();
    // With a patience of all rounds it never stops, and the loss of every round is kept.
    let stop = EarlyStop { x: test.x.view(), y: &targets, patience: rounds + 1 };
    let settings = Boosting { order: Order::Second, tree, ..base };
    Ok(settings.fit(train.x.view(), &train.numbers(), None, Some(stop), stream)?.validation_loss)
}

/// The base-2 logarithm of the last loss over the lowest.
fn rise(losses: &[f64]) -> f64 {
    let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    libm::log2(losses[losses.len() - 1] / lowest)
}

/// Where the loss falls to the last round in every run, all rises are 0.
fn mean_rise(values: &[f64]) -> Estimate {
    Estimate::mean_within(values, 0.0, MOST_RISE)
}

fn over_rounds(cx: &Cx, _: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = replicate(cx, "rounds", cx.replicates(), |rep| {
        let (train, test) = boundary(&rep.stream);
        let test = flipped(&test, NOISE, &rep.stream.child("new rows", 0));
        let one = |place: usize| {
            let (depth, rate) = (DEPTHS[place / RATES.len()], RATES[place % RATES.len()]);
            // The constant is the same at any rate.
            if depth == 0 && place > 0 {
                return Ok(f64::NAN);
            }
            Ok(rise(&held_out(&train, &test, (rate, depth, rounds_of(cx)), &rep.stream)?))
        };
        (0..DEPTHS.len() * RATES.len()).map(one).collect::<Result<Vec<f64>, KitError>>()
    })?;
    let at = |depth: usize, rate: usize| each(&runs, |run| run[depth * RATES.len() + rate]);
    let mut find = |setting: &'static str, values: &[f64]| outcome.find(OVERFITS, setting, mean_rise(values));
    find("the rate is one and trees have depth eight", &at(3, 3));
    find("the rate is a tenth and trees have depth three", &at(2, 1));
    find("the rate is a tenth and trees are stumps", &at(1, 1));
    find("the rate is a hundredth and trees have depth three", &at(2, 0));
    let constant = at(0, 0).into_iter().fold(0.0, f64::max);
    outcome.find(OVERFITS, "the constant is boosted", Estimate::exact(constant));
    let cancer = each_fold(cx, &cancer(), "cancer rounds", 1, |train, test, stream| {
        Ok(rise(&held_out(train, test, (1.0, 8, rounds_of(cx)), stream)?))
    })?;
    let setting = "the rate is one and trees have depth eight on the breast cancer table";
    outcome.find(OVERFITS, setting, Estimate::resampled_mean(&cancer, TEST_TO_TRAIN));
    draw_rises(&at, runs.len(), outcome);
    Ok(())
}

/// Every draw's loss as a point, in three columns.
fn draw_boxes(runs: &[Searched], outcome: &mut Outcome) {
    let names = ["forest", "booster", "booster, narrow box"];
    let mut table = Table::new("search", &[("model", ""), ("run", "runs"), ("draw", "draws"), ("loss", "1")]);
    let mut ranges = Table::new(
        "search_ranges",
        &[("model", ""), ("lower_quartile", "1"), ("median", "1"), ("upper_quartile", "1"), ("range", "1")],
    );
    let mut panel = Panel::new(Axis::category("", names), Axis::linear("log loss on new rows"));
    // A few runs show the scatter; the quartiles are of all.
    let shown_runs = &runs[..runs.len().min(12)];
    for (place, (name, hue)) in names.into_iter().zip([Hue::Blue, Hue::Vermilion, Hue::Amber]).enumerate() {
        let losses = |run: &Searched| [&run.forest, &run.booster, &run.narrow][place].clone();
        let mut y = Vec::new();
        for (run, searched) in shown_runs.iter().enumerate() {
            for (index, loss) in losses(searched).into_iter().enumerate() {
                table.row([name.into(), run.into(), index.into(), loss.into()]);
                y.push(loss);
            }
        }
        let all: Vec<f64> = runs.iter().flat_map(losses).collect();
        let quartiles = [0.25, 0.5, 0.75].map(|share| quantile(&all, share));
        ranges.row([
            name.into(),
            quartiles[0].into(),
            quartiles[1].into(),
            quartiles[2].into(),
            (quartiles[2] - quartiles[0]).into(),
        ]);
        panel = panel.layer(Strip { at: vec![place as f64; y.len()], y, hue });
    }
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("Half of all random forests lie within ")
        .cite(&ranges, "range", 0, two)
        .text(" of log loss, half of all random boosters within ")
        .cite(&ranges, "range", 1, two)
        .text(", in a narrow box within ")
        .cite(&ranges, "range", 2, two);
    outcome.figures.push(
        Figure::new("search", title)
            .subtitle(format!(
                "Quadratic boundary, {ROWS} rows, one label in ten flipped. Each point is one draw of settings on one of {} training sets; the quartiles are of all {}.",
                shown_runs.len(),
                runs.len()
            ))
            .alt("Three columns of points. Forests lie close together, boosters from a wide box reach from the lowest losses of all to much higher ones, boosters from a narrow box lie about as close as forests.")
            .reads("search", &["loss"])
            .reads("search_ranges", &["range"])
            .panel(panel),
    );
    outcome.tables.extend([table, ranges]);
}

/// Final over best held-out loss, depth by rate.
fn draw_rises(at: &dyn Fn(usize, usize) -> Vec<f64>, runs: usize, outcome: &mut Outcome) {
    let mut table = Table::new(
        "rise_of_loss",
        &[("depth", "cuts"), ("rate", "1"), ("ratio", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")],
    );
    let mut values = Vec::new();
    for depth in 1..DEPTHS.len() {
        for (place, rate) in RATES.into_iter().enumerate() {
            let e = mean_rise(&at(depth, place)).map(libm::exp2);
            table.row([DEPTHS[depth].into(), rate.into(), e.point.into(), e.low.into(), e.high.into(), runs.into()]);
            values.push(e.point);
        }
    }
    let edges = |n: usize| (0..=n).map(|i| i as f64 - 0.5).collect::<Vec<f64>>();
    let one = |v: f64| format!("×{}", shown::fixed(v, 1));
    let title = Title::new()
        .text("Large steps of deep trees end at ")
        .cite(&table, "ratio", 11, one)
        .text(" their lowest held-out loss, steps of a tenth with stumps at ")
        .cite(&table, "ratio", 1, one);
    outcome.figures.push(
        Figure::new("rise-of-loss", title)
            .subtitle(format!(
                "Held-out log loss after {ROUNDS} rounds over its lowest on the way. Quadratic boundary, {ROWS} rows, one label in ten flipped; mean of {runs} runs, intervals stand in the table."
            ))
            .alt("A grid of rates against depths. Small rates and stumps stay at one; towards a rate of one and a depth of eight the ratio rises to several times.")
            .reads("rise_of_loss", &["depth", "rate", "ratio"])
            .panel(
                Panel::new(
                    Axis::category("rate", RATES.map(|rate| shown::number(rate, 2))),
                    Axis::category("depth", ["1", "3", "8"]),
                )
                .layer(Heat {
                    x_edges: edges(RATES.len()),
                    y_edges: edges(3),
                    values,
                    palette: Palette::Sequential(Hue::Vermilion),
                    limits: None,
                    decimals: Some(2),
                    contour: Some(1.1),
                }),
            ),
    );
    outcome.tables.push(table);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_a_ruler() {
        let ruler: Vec<f64> = (0..9).rev().map(f64::from).collect();
        assert_eq!([0.25, 0.5, 0.75].map(|share| quantile(&ruler, share)), [2.0, 4.0, 6.0]);
        assert_eq!(wider(&[0.0, 4.0, 8.0], &[0.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn draws_stay_in_their_boxes() {
        let (rows, _) = boundary(&Stream::root(1));
        let mut draws = Draws::new(&Stream::root(2));
        for _ in 0..500 {
            let (f, b, n) =
                (any_forest(&rows, &mut draws), any_booster(&rows, &mut draws), narrow_booster(&rows, &mut draws));
            assert!((20..=100).contains(&f.trees) && (1..=20).contains(&f.tree.min_rows));
            assert!((4..=16).contains(&f.tree.max_depth) && (1..=10).contains(&f.tree.columns_per_split.unwrap()));
            assert!(
                (0.01..=1.0).contains(&b.rate) && (10..=300).contains(&b.rounds) && (0.5..=1.0).contains(&b.row_share)
            );
            assert!((1..=8).contains(&b.tree.max_depth) && (0.1..=10.0).contains(&b.tree.l2));
            assert!(
                (0.05..=0.2).contains(&n.rate) && (50..=150).contains(&n.rounds) && (2..=4).contains(&n.tree.max_depth)
            );
        }
    }
}
