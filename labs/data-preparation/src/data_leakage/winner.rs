//! How much of the winner's validation score is luck?
//!
//! Data: coin flips, each candidate right on a row with chance one half; two clouds and the breast cancer table, where
//! numbers of neighbours compete. Arms: from one candidate to a thousand. Measurement: the winner's accuracy where it was
//! chosen, and on rows that had no part in choosing it.

use super::DataLeakageParams;
use super::scores::gain;
use mllab_core::prelude::*;
use mllab_kit::data::{classes::TwoGaussians, real};
use mllab_kit::neighbours::tuned;
use mllab_kit::preprocess::standard;
use mllab_kit::split;
use mllab_kit::theory::{best_of, best_of_coins};
use shown::hundredths;

const CLAIM: &str = "validation-optimistic";
const FRESH: usize = 2000;
/// Candidates that compete, and the setting that they answer.
const CANDIDATES: [(usize, &str); 7] = [
    (1, "one coin flip is all there is"),
    (3, ""),
    (10, "ten coin flips are compared"),
    (30, ""),
    (100, "a hundred coin flips are compared"),
    (300, ""),
    (1000, "a thousand coin flips are compared"),
];
const LOOKS: [Look; 2] = [Look::new("validation", Hue::Vermilion), Look::new("fresh", Hue::Blue).called("fresh rows")];

/// Measures the winner's luck against the number of candidates.
pub fn run(cx: &Cx, params: &DataLeakageParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let n = cx.replicates();
    let rows = params.validation_rows as usize;
    let mut table = Table::named("winner").with_number("candidates", "1").with_word("rows");
    table = table.with_estimate("accuracy", "1").with_number("expected", "1").with_number("runs", "runs");
    for (k, setting) in CANDIDATES {
        // Few candidates cost little and say little.
        let n = if k <= 30 { 6 * n } else { n };
        let pairs = cx.runs(&format!("{k} candidates"), n, |rep| Ok(best_of(k, rows, 0.5, FRESH, &rep.stream)))?;
        let [fresh, chosen] = [0, 1].map(|side| pairs.share(|pair| pair[side]));
        if !setting.is_empty() {
            outcome.find(CLAIM, setting, pairs.mean(gain));
            if k > 1 {
                outcome.find_part(CLAIM, setting, 1, fresh);
            }
        }
        table.put((k, "validation", chosen, best_of_coins(k, rows), n));
        table.put((k, "fresh", fresh, 0.5, n));
    }
    let large = cx.runs("twenty thousand", n, |rep| Ok(best_of(10, 20_000, 0.5, FRESH, &rep.stream)))?;
    outcome.find(CLAIM, "ten coin flips are compared on twenty thousand rows", large.mean(gain));
    neighbours(cx, &mut outcome)?;
    draw(rows, table, &mut outcome);
    Ok(outcome)
}

/// Candidates that are alike: numbers of neighbours from 1 to 29.
fn neighbours(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let clouds = TwoGaussians { prevalence: 0.5, separation: 0.7, informative: 2, columns: 5 };
    let pairs = cx.runs("tuned", 4 * cx.replicates(), |rep| {
        let made = |n: usize, name: &str| clouds.draw(n, &rep.stream.child(name, 0));
        Ok(tuned(&made(200, "train"), &made(200, "validation"), &made(1000, "test"), 29)?)
    })?;
    let setting = "fifteen numbers of neighbours are compared on two hundred validation rows";
    outcome.find(CLAIM, setting, pairs.mean(gain));
    let cancer = standard(&real::breast_cancer().table)?;
    let pairs = cx.runs("cancer", if cx.quick() { 2 } else { 30 }, |rep| {
        let first = split::stratified(&cancer.y, 1.0 / 3.0, &rep.stream.child("test", 0))?;
        let (rest, test) = (cancer.rows(&first.train), cancer.rows(&first.test));
        let second = split::stratified(&rest.y, 0.5, &rep.stream.child("validation", 0))?;
        Ok(tuned(&rest.rows(&second.train), &rest.rows(&second.test), &test, 29)?)
    })?;
    let setting = "fifteen numbers of neighbours are compared on the breast cancer table";
    outcome.find(CLAIM, setting, pairs.resampled(0.5, gain));
    Ok(())
}

fn draw(rows: usize, table: Table, outcome: &mut Outcome) {
    let expected = Look::new("validation", Hue::Ink).dash(Dash::Dotted).thin().unnamed();
    let panel = Panel::new(
        Axis::log("coin flips that compete").ticks(CANDIDATES.map(|(k, _)| k as f64)),
        Axis::linear("accuracy of the winner").range(0.45, 0.65).ticks([0.45, 0.5, 0.55, 0.6, 0.65]),
    )
    .lines(&table, &LOOKS, "candidates", "accuracy")
    .lines(&table, &[expected], "candidates", "expected");
    let title = Title::say(
        "The best of a thousand coin flips scores {} where it was chosen and {} on fresh rows",
        ["validation", "fresh"].map(|rows| table.cite("accuracy", (1000_usize, rows), hundredths)),
    )
    .if_cited(|cited| cited[0] > cited[1]);
    let figure = Figure::new("winner", title)
        .subtitle(format!("{rows} validation rows, {FRESH} fresh rows; every candidate is right on each row with chance one half. Band: 99\u{202f}% interval of the mean. Dotted: the expected largest of so many binomial counts."))
        .alt("Two lines against the number of candidates on a logarithmic axis. The winner's validation accuracy climbs from one half to above six tenths, along a dotted line; its accuracy on fresh rows stays at one half.")
        .panel(panel);
    outcome.show(figure, [table]);
}
