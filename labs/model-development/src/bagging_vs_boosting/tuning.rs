//! How much do a forest's and a booster's settings matter, and what happens to a booster with the wrong ones?
//!
//! Data: the quadratic boundary with one label in ten flipped; 200 rows of the breast cancer table. Arms: random draws
//! from a box of settings each (the boxes stand in `seeds/`, fixed before the first run), a narrow box for the booster,
//! the defaults; boosters over 200 rounds at several rates and depths. Measurement: interquartile range of the loss on
//! new rows; held-out loss at the end over its lowest.

use super::BaggingVsBoostingParams;
use super::folds::{TUNING_ROWS, cancer, each_fold, mean, own};

use mllab_core::prelude::*;
use mllab_kit::bands::quantile;
use mllab_kit::data::classes;
use mllab_kit::draws::Draws;
use mllab_kit::ensemble::search::{Searched, default_booster, held_out, rise, says, search};
use mllab_kit::ensemble::{Rows, in_a_row};
use mllab_kit::split;

const EASY: &str = "rf-easy-to-tune";
const OVERFITS: &str = "boosting-overfits-untuned";
const DRAWS: usize = 8;
/// Draws and test rows of each split of the breast cancer table.
const CANCER_DRAWS: usize = 8;
const CANCER_TEST_ROWS: usize = 60;
/// A loss a thousand times the lowest, as a base-2 logarithm: no rise here comes near it.
const MOST_RISE: f64 = 10.0;
const ROUNDS: usize = 200;
const RATES: [f64; 4] = [0.01, 0.1, 0.3, 1.0];
const DEPTHS: [usize; 4] = [0, 1, 3, 8];

const ROWS: usize = 300;
const TEST_ROWS: usize = 500;
const NOISE: f64 = 0.1;
const LOOKS: [Look; 3] = [
    Look::new("forest", Hue::Blue),
    Look::new("booster", Hue::Vermilion),
    Look::new("booster, narrow box", Hue::Amber),
];

/// Draws settings, and lets boosters run on.
pub fn run(cx: &Cx, params: &BaggingVsBoostingParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Some(table) = own(cx, source, TUNING_ROWS)? {
        let runs = each_fold(cx, &table, "own", 2, |train, test, stream| {
            let rise = rise(&held_out(train, test, (1.0, 8, rounds_of(cx)), stream)?);
            let found = search(train, test, if cx.quick() { 4 } else { DRAWS }, false, stream)?;
            Ok((wider(&found.booster, &found.forest), rise))
        })?;
        outcome.find(EASY, "both learn from your table", mean(&runs, |run| run.0));
        outcome.find(OVERFITS, "the rate is one and trees have depth eight on your table", mean(&runs, |run| run.1));
        return Ok(outcome);
    }
    searches(cx, params.full, &mut outcome)?;
    over_rounds(cx, &mut outcome)?;
    Ok(outcome)
}

fn searches(cx: &Cx, full: bool, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("boxes", if cx.quick() { 2 } else { 4 * cx.replicates() }, |rep| {
        let (train, test) = boundary(&rep.stream);
        Ok(search(&train, &test, if cx.quick() { 4 } else { DRAWS }, true, &rep.stream)?)
    })?;
    let setting = "the boundary is quadratic and one label in ten is flipped";
    outcome.find(EASY, setting, runs.mean(|run| wider(&run.booster, &run.forest)));
    outcome.find(EASY, "the booster is drawn from a narrow box", runs.mean(|run| wider(&run.narrow, &run.forest)));
    let lowest = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
    let regret = runs.mean(|r| (r.defaults[1] - lowest(&r.booster)) - (r.defaults[0] - lowest(&r.forest)));
    outcome.find(EASY, "only the defaults are compared", regret);

    let table = cancer();
    // Few splits of many draws: splits share rows, so more of them say little, while draws are independent.
    let (n, draws) = if full { (12, 12 * CANCER_DRAWS) } else { (4, CANCER_DRAWS) };
    let splits = cx.runs("cancer boxes", n, |rep| {
        let parts = split::stratified(table.labels(), 0.65, &rep.stream)?;
        let train = table.pick(&parts.train);
        let mut few = Draws::new(&rep.stream.child("test rows", 0)).sample(parts.test.len(), CANCER_TEST_ROWS);
        few.sort_unstable();
        let test = table.pick(&few.into_iter().map(|place| parts.test[place]).collect::<Vec<_>>());
        Ok(search(&train, &test, if cx.quick() { 3 } else { draws }, false, &rep.stream)?)
    })?;
    let test_to_train = CANCER_TEST_ROWS as f64 / (0.35 * table.len() as f64);
    let spread = splits.resampled(test_to_train, |run| wider(&run.booster, &run.forest));
    outcome.find(EASY, "both learn from 200 rows of the breast cancer table", spread);

    let chance = cx.runs("chance", if cx.quick() { 2 } else { 3 * cx.replicates() }, |rep| {
        let noise = |n: usize, name: &str| Rows::from(classes::pure_noise(n, 10, 0.5, &rep.stream.child(name, 0)));
        let (train, test) = (noise(ROWS, "train"), noise(TEST_ROWS, "test"));
        Ok(test.score(&says(&in_a_row(&default_booster(&train), &train, &rep.stream)?, &test)))
    })?;
    outcome.find(EASY, "labels are pure noise", chance.share(|score| *score));
    draw_boxes(&runs, outcome);
    Ok(())
}

/// Training rows with flipped labels, and clean test rows.
fn boundary(stream: &Stream) -> (Rows, Rows) {
    let clean: Rows = classes::hastie(ROWS, &stream.child("train", 0)).into();
    let test: Rows = classes::hastie(TEST_ROWS, &stream.child("test", 0)).into();
    (clean.flipped(NOISE, stream), test)
}

/// The base-2 logarithm of one interquartile range over another.
fn wider(a: &[f64], b: &[f64]) -> f64 {
    let range = |values: &[f64]| quantile(values, 0.75) - quantile(values, 0.25);
    libm::log2(range(a) / range(b))
}

fn rounds_of(cx: &Cx) -> usize {
    if cx.quick() { ROUNDS / 5 } else { ROUNDS }
}

fn over_rounds(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("rounds", cx.replicates(), |rep| {
        let (train, test) = boundary(&rep.stream);
        let test = test.flipped(NOISE, &rep.stream.child("new rows", 0));
        let one = |place: usize| {
            let (depth, rate) = (DEPTHS[place / RATES.len()], RATES[place % RATES.len()]);
            // The constant is the same at any rate.
            if depth == 0 && place > 0 {
                return Ok(f64::NAN);
            }
            Ok(rise(&held_out(&train, &test, (rate, depth, rounds_of(cx)), &rep.stream)?))
        };
        (0..DEPTHS.len() * RATES.len()).map(one).collect::<Result<Vec<f64>, LabError>>()
    })?;
    // Where the loss falls to the last round in every run, all rises are 0.
    let at = |depth: usize, rate: usize| {
        Estimate::mean_within(&runs.each(|run| run[depth * RATES.len() + rate]), 0.0, MOST_RISE)
    };
    outcome.find(OVERFITS, "the rate is one and trees have depth eight", at(3, 3));
    outcome.find(OVERFITS, "the rate is a tenth and trees have depth three", at(2, 1));
    outcome.find(OVERFITS, "the rate is a tenth and trees are stumps", at(1, 1));
    outcome.find(OVERFITS, "the rate is a hundredth and trees have depth three", at(2, 0));
    outcome.find(OVERFITS, "the constant is boosted", runs.worst(|run| run[0]));
    let cancer = each_fold(cx, &cancer(), "cancer rounds", 1, |train, test, stream| {
        Ok(rise(&held_out(train, test, (1.0, 8, rounds_of(cx)), stream)?))
    })?;
    let setting = "the rate is one and trees have depth eight on the breast cancer table";
    outcome.find(OVERFITS, setting, mean(&cancer, |rise| *rise));
    draw_rises(at, runs.len(), outcome);
    Ok(())
}

/// Every draw's loss as a point, in three columns.
fn draw_boxes(runs: &Runs<Searched>, outcome: &mut Outcome) {
    let mut table = Table::named("search").with_word("model").with_number("run", "runs").with_number("draw", "draws");
    table = table.with_number("loss", "1");
    let mut ranges = Table::named("search_ranges").with_word("model");
    ranges = ranges.with_numbers(&["lower_quartile", "median", "upper_quartile", "range"], "1");
    // A few runs show the scatter; the quartiles are of all.
    let shown_runs = &runs[..runs.len().min(12)];
    for (place, look) in LOOKS.iter().enumerate() {
        let losses = |run: &Searched| [&run.forest, &run.booster, &run.narrow][place].clone();
        for (run, searched) in shown_runs.iter().enumerate() {
            for (index, loss) in losses(searched).into_iter().enumerate() {
                table.put((look.name, run, index, loss));
            }
        }
        let all: Vec<f64> = runs.iter().flat_map(losses).collect();
        let [lower, median, upper] = [0.25, 0.5, 0.75].map(|share| quantile(&all, share));
        ranges.put((look.name, lower, median, upper, upper - lower));
    }
    let title = Title::say(
        "Half of all random forests lie within {} of log loss, half of all random boosters within {}, in a narrow box within {}",
        LOOKS.map(|look| ranges.cite("range", (look.name,), shown::hundredths)),
    );
    let panel = Panel::new(Axis::category("", LOOKS.map(|look| look.name)), Axis::linear("log loss on new rows"));
    let figure = Figure::new("search", title)
        .subtitle(format!(
            "Quadratic boundary, {ROWS} rows, one label in ten flipped. Each point is one draw of settings on one of {} training sets; the quartiles are of all {}.",
            shown_runs.len(),
            runs.len()
        ))
        .alt("Three columns of points. Forests lie close together, boosters from a wide box reach from the lowest losses of all to much higher ones, boosters from a narrow box lie about as close as forests.")
        .reads("search_ranges", &["range"])
        .panel(LOOKS.iter().fold(panel, |panel, look| panel.strip(table.of((look.name,)), "model", "loss", look)));
    outcome.show(figure, [table, ranges]);
}

/// Final over best held-out loss, depth by rate.
fn draw_rises(at: impl Fn(usize, usize) -> Estimate, runs: usize, outcome: &mut Outcome) {
    let mut table = Table::named("rise_of_loss").with_number("depth", "cuts").with_number("rate", "1");
    table = table.with_estimate("ratio", "1").with_runs();
    for depth in 1..DEPTHS.len() {
        for (place, rate) in RATES.into_iter().enumerate() {
            table.put((DEPTHS[depth], rate, at(depth, place).map(libm::exp2)));
        }
    }
    let cite = |depth: usize, rate: f64| table.cite("ratio", (depth, rate), |v| format!("×{}", shown::tenths(v)));
    let title = Title::say(
        "Large steps of deep trees end at {} their lowest held-out loss, steps of a tenth with stumps at {}",
        [cite(8, 1.0), cite(1, 0.1)],
    );
    let palette = Palette::Sequential(Hue::Vermilion);
    let figure = Figure::new("rise-of-loss", title)
        .subtitle(format!(
            "Held-out log loss after {ROUNDS} rounds over its lowest on the way. Quadratic boundary, {ROWS} rows, one label in ten flipped; mean of {runs} runs, intervals stand in the table."
        ))
        .alt("A grid of rates against depths. Small rates and stumps stay at one; towards a rate of one and a depth of eight the ratio rises to several times.")
        .panel(
            Panel::heat(&table, ("rate", "rate"), ("depth", "depth"), "ratio", palette)
                .cells(|heat| (heat.decimals, heat.contour) = (Some(2), Some(1.1))),
        );
    outcome.show(figure, [table]);
}
