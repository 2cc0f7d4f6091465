//! How much of the winner's validation score is luck?
//!
//! Data: coin flips, each candidate right on a row with chance one half; two clouds and the breast cancer table, where
//! numbers of neighbours compete. The winner is scored again on rows that had no part in choosing it.

use super::DataLeakageParams;
use super::rungs::{Pair, best_of, standard};
use super::scores::{mean_of, runs, share_of};
use mllab_core::figure::{Axis, Dash, Hue, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::classes::TwoGaussians;
use mllab_kit::data::{Labelled, real};
use mllab_kit::metrics::Confusion;
use mllab_kit::neighbours::nearest;
use mllab_kit::split;

const CLAIM: &str = "validation-optimistic";
const FRESH: usize = 2000;
const CANDIDATES: [usize; 7] = [1, 3, 10, 30, 100, 300, 1000];

/// Measures the winner's luck against the number of candidates.
pub fn run(cx: &Cx, params: &DataLeakageParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let n = cx.replicates();
    let rows = params.validation_rows as usize;
    let mut table = Table::new(
        "winner",
        &[
            ("candidates", "1"),
            ("rows", ""),
            ("accuracy", "1"),
            ("low", "1"),
            ("high", "1"),
            ("expected", "1"),
            ("runs", "runs"),
        ],
    );
    let mut lines = [const { (Vec::new(), Vec::new(), Vec::new()) }; 2];
    let mut theory = Vec::new();
    for k in CANDIDATES {
        let part = format!("{k} candidates");
        // Few candidates cost little and say little.
        let n = if k <= 30 { 6 * n } else { n };
        let pairs = runs(cx, &part, n, |stream| Ok(best_of(k, rows, 0.5, FRESH, stream)))?;
        let (fresh, chosen) = (share_of(&pairs, |pair| pair[0]), share_of(&pairs, |pair| pair[1]));
        let luck = mean_of(&pairs, |pair| pair[1] - pair[0]);
        let setting = match k {
            1 => Some("one coin flip is all there is"),
            10 => Some("ten coin flips are compared"),
            100 => Some("a hundred coin flips are compared"),
            1000 => Some("a thousand coin flips are compared"),
            _ => None,
        };
        if let Some(setting) = setting {
            outcome.find(CLAIM, setting, luck);
            if k > 1 {
                outcome.find_part(CLAIM, setting, 1, fresh);
            }
        }
        theory.push(largest_of(k, rows));
        for (side, (name, e)) in [("validation", chosen), ("fresh", fresh)].into_iter().enumerate() {
            let expected = if side == 0 { largest_of(k, rows) } else { 0.5 };
            table.row([
                k.into(),
                name.into(),
                e.point.into(),
                e.low.into(),
                e.high.into(),
                expected.into(),
                e.replicates.into(),
            ]);
            lines[side].0.push(e.point);
            lines[side].1.push(e.low);
            lines[side].2.push(e.high);
        }
    }
    let large = runs(cx, "twenty thousand", n, |stream| Ok(best_of(10, 20_000, 0.5, FRESH, stream)))?;
    let setting = "ten coin flips are compared on twenty thousand rows";
    outcome.find(CLAIM, setting, mean_of(&large, |pair| pair[1] - pair[0]));
    tuned(cx, &mut outcome)?;
    draw(rows, &table, lines, theory, &mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

/// The expected accuracy of the best of k coin flips on so many rows: Σ P(max > m) / rows.
fn largest_of(k: usize, rows: usize) -> f64 {
    let n = rows as f64;
    let ln_half = n * libm::log(0.5);
    let mut at_most = 0.0;
    let mut sum = 0.0;
    for m in 0..rows {
        let m = m as f64;
        at_most += libm::exp(libm::lgamma(n + 1.0) - libm::lgamma(m + 1.0) - libm::lgamma(n - m + 1.0) + ln_half);
        sum += 1.0 - libm::pow(at_most.min(1.0), k as f64);
    }
    sum / n
}

/// Candidates that are alike: numbers of neighbours from 1 to 29.
fn tuned(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let clouds = TwoGaussians { prevalence: 0.5, separation: 0.7, informative: 2, columns: 5 };
    let pairs = runs(cx, "tuned", 4 * cx.replicates(), |stream| {
        let made = |n: usize, name: &str| clouds.draw(n, &stream.child(name, 0));
        best_k(&made(200, "train"), &made(200, "validation"), &made(1000, "test"))
    })?;
    let setting = "fifteen numbers of neighbours are compared on two hundred validation rows";
    outcome.find(CLAIM, setting, mean_of(&pairs, |pair| pair[1] - pair[0]));
    let cancer = standard(&real::breast_cancer().table).map_err(super::scores::refused)?;
    let repeats = if cx.quick() { 2 } else { 30 };
    let pairs = runs(cx, "cancer", repeats, |stream: &Stream| {
        let first = split::stratified(&cancer.y, 1.0 / 3.0, &stream.child("test", 0))?;
        let (rest, test) = (cancer.rows(&first.train), cancer.rows(&first.test));
        let second = split::stratified(&rest.y, 0.5, &stream.child("validation", 0))?;
        best_k(&rest.rows(&second.train), &rest.rows(&second.test), &test)
    })?;
    let gains: Vec<f64> = pairs.iter().map(|pair| pair[1] - pair[0]).collect();
    let setting = "fifteen numbers of neighbours are compared on the breast cancer table";
    outcome.find(CLAIM, setting, Estimate::resampled_mean(&gains, 0.5));
    Ok(())
}

/// Accuracy on test and on validation rows at the number of neighbours that is best on the validation rows.
fn best_k(train: &Labelled, validation: &Labelled, test: &Labelled) -> Result<Pair, KitError> {
    let near = |table: &Labelled| nearest(table.x.view(), train.x.view(), 29, false);
    let accuracy = |table: &Labelled, near: &[Vec<usize>], k: usize| {
        let share = |rows: &Vec<usize>| rows[..k].iter().filter(|&&row| train.y[row]).count() as f64 / k as f64;
        Confusion::at(&near.iter().map(share).collect::<Vec<_>>(), &table.y, 0.5).accuracy()
    };
    let found = near(validation)?;
    let mut best = (0, 0.0);
    for k in (1..30).step_by(2) {
        let score = accuracy(validation, &found, k);
        if score > best.1 {
            best = (k, score);
        }
    }
    Ok([accuracy(test, &near(test)?, best.0.max(1)), best.1])
}

type Curve = (Vec<f64>, Vec<f64>, Vec<f64>);

fn draw(rows: usize, table: &Table, lines: [Curve; 2], theory: Vec<f64>, outcome: &mut Outcome) {
    let x = CANDIDATES.map(|k| k as f64).to_vec();
    let mut panel = Panel::new(
        Axis::log("coin flips that compete").ticks(x.clone()),
        Axis::linear("accuracy of the winner").range(0.45, 0.65).ticks([0.45, 0.5, 0.55, 0.6, 0.65]),
    );
    let arms = [("validation", Hue::Vermilion), ("fresh rows", Hue::Blue)];
    for ((middle, low, high), (name, hue)) in lines.into_iter().zip(arms) {
        panel = panel.layer(Line::new(x.clone(), middle, hue).band(low, high).label(name));
    }
    panel = panel.layer(Line::new(x, theory, Hue::Ink).dash(Dash::Dotted).thin());
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("The best of a thousand coin flips scores ")
        .cite(table, "accuracy", 12, two)
        .text(" where it was chosen and ")
        .cite(table, "accuracy", 13, two)
        .text(" on fresh rows");
    outcome.figures.push(
        Figure::new("winner", title)
            .subtitle(format!(
                "{rows} validation rows, {FRESH} fresh rows; every candidate is right on each row with chance one half. Band: 99\u{202f}% interval of the mean. Dotted: the expected largest of so many binomial counts."
            ))
            .alt("Two lines against the number of candidates on a logarithmic axis. The winner's validation accuracy climbs from one half to above six tenths, along a dotted line; its accuracy on fresh rows stays at one half.")
            .reads("winner", &["candidates", "accuracy", "low", "high", "expected"])
            .panel(panel),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_of_binomials_is_known() {
        for (k, known) in [(1, 0.5), (10, 0.5543), (100, 0.5884), (1000, 0.6141)] {
            assert!((largest_of(k, 200) - known).abs() < 5e-5, "{k}: {}", largest_of(k, 200));
        }
    }
}
