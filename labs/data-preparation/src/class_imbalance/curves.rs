//! Which curve notices that positives have become rare: ROC, or precision against recall?
//!
//! Data: one fixed scorer, the column itself, on two normal clouds; nothing changes but the share of positives. Arms:
//! a good and a weak scorer, and pure noise. Measurement: ROC-AUC, best F1, average precision.

use super::ClassImbalanceParams;
use super::arms::{Ranking, each};
use super::bands::{Band, along, grid};
use mllab_core::figure::{Axis, Dash, Format, Hue, Layout, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::classes::TwoGaussians;

const CLAIM: &str = "auc-f1-fit-for-imbalance";
const PREVALENCES: [f64; 4] = [0.5, 0.1, 0.01, 0.002];
const TEST_ROWS: usize = 20_000;

/// What a scorer is worth on one draw of test rows.
struct Worth {
    /// ROC-AUC, best F1, average precision.
    scores: [f64; 3],
    roc: Vec<f64>,
    precision: Vec<f64>,
}

/// Measures three scores of the same scorers at four prevalences.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let runs = cx.replicate(cx.replicates(), |rep| {
        let good = PREVALENCES.map(|share| worth(params.separation, share, &rep.stream));
        let weak = worth(params.separation / 2.0, PREVALENCES[3], &rep.stream).scores;
        let noise = worth(0.0, PREVALENCES[2], &rep.stream).scores;
        (good, weak, noise)
    })?;
    for (setting, score) in
        [("ROC-AUC is the score", 0), ("the best F1 is the score", 1), ("average precision is the score", 2)]
    {
        let ahead = each(&runs, |(good, weak, _)| good[3].scores[score] - weak[score]);
        outcome.find(CLAIM, setting, Estimate::mean(&ahead));
        let fall = each(&runs, |(good, _, _)| good[0].scores[score] - good[3].scores[score]);
        outcome.find_part(CLAIM, setting, 1, Estimate::mean(&fall));
    }
    let noise = each(&runs, |(_, _, noise)| noise[0]);
    outcome.find(CLAIM, "the score is pure noise", Estimate::mean_within(&noise, 0.0, 1.0));

    let mut table = Table::new(
        "scores_of_one_scorer",
        &[("prevalence", "share"), ("score", ""), ("estimate", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")],
    );
    for (score, name) in ["ROC-AUC", "best F1", "average precision"].into_iter().enumerate() {
        for (place, &share) in PREVALENCES.iter().enumerate() {
            let e = Estimate::mean_within(&each(&runs, |(good, _, _)| good[place].scores[score]), 0.0, 1.0);
            table.row([share.into(), name.into(), e.point.into(), e.low.into(), e.high.into(), e.replicates.into()]);
        }
    }
    let good: Vec<&[Worth; 4]> = runs.iter().map(|(good, _, _)| good).collect();
    draw(cx, params, &good, &table, &mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

fn worth(separation: f64, prevalence: f64, stream: &Stream) -> Worth {
    let clouds = TwoGaussians { prevalence, separation, informative: 1, columns: 1 };
    // Exact counts: at one in five hundred, a draw's own share of positives would be most of the noise.
    let test = clouds.draw_exact(TEST_ROWS, &stream.child("test", (1e6 * prevalence) as u64));
    let (x, y) = (test.x.as_slice().expect("one column"), &test.y);
    let ranking = Ranking::new(x, y);
    Worth {
        scores: [ranking.roc_auc(), ranking.best(|counts| counts.f_beta(1.0)).1, ranking.average_precision()],
        roc: along(&roc_grid(), &ranking.roc()),
        precision: along(&grid(), &ranking.precision_recall()),
    }
}

/// The grid, from 0 on and finer where the curve is steep.
fn roc_grid() -> Vec<f64> {
    [0.0, 0.0025, 0.005, 0.01].into_iter().chain(grid()).collect()
}

/// ROC curves that overlap beside precision-recall curves that fan out.
fn draw(cx: &Cx, params: &ClassImbalanceParams, runs: &[&[Worth; 4]], scores: &Table, outcome: &mut Outcome) {
    let mut table = Table::new(
        "two_curves",
        &[("curve", ""), ("prevalence", "share"), ("x", "share"), ("y", "share"), ("low", "share"), ("high", "share")],
    );
    let axis =
        |label: &str| Axis::linear(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]).format(Format::Percent);
    let mut roc = Panel::new(axis("share of negatives called positive"), axis("share of positives found"))
        .title("ROC: four curves, one on the other");
    let mut precision = Panel::new(axis("share of positives found"), axis("share of alarms that are right"))
        .title("Precision and recall: they fan out");
    roc = roc.layer(Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Grey).dash(Dash::Dashed).thin());
    let hues = [Hue::Blue, Hue::Green, Hue::Amber, Hue::Vermilion];
    for (place, (&share, hue)) in PREVALENCES.iter().zip(hues).enumerate() {
        let one: Vec<&[f64]> = runs.iter().map(|run| run[place].roc.as_slice()).collect();
        let other: Vec<&[f64]> = runs.iter().map(|run| run[place].precision.as_slice()).collect();
        for (curve, values) in [("roc", one), ("precision-recall", other)] {
            let band = Band::of_shares(&values);
            let places = if curve == "roc" { roc_grid() } else { grid() };
            for (i, &x) in places.iter().enumerate() {
                table.row([
                    curve.into(),
                    share.into(),
                    x.into(),
                    band.middle[i].into(),
                    band.low[i].into(),
                    band.high[i].into(),
                ]);
            }
            let line = Line::new(places, band.middle, hue).band(band.low, band.high);
            if curve == "roc" {
                roc = roc.layer(line);
            } else {
                precision = precision.layer(line);
            }
        }
    }
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("From one positive in two to one in five hundred, ROC-AUC stays at ")
        .cite(scores, "estimate", 3, two)
        .text(" and average precision falls from ")
        .cite(scores, "estimate", 8, two)
        .text(" to ")
        .cite(scores, "estimate", 11, two);
    let mut figure = Figure::new("two-curves", title)
        .subtitle(format!(
            "The same scorer on {} test rows, classes {} sd apart; only the share of positives changes. Mean of {} runs; band: 99\u{202f}% interval of the mean.",
            shown::fixed(TEST_ROWS as f64, 0),
            shown::number(params.separation, 3),
            cx.replicates()
        ))
        .alt("Left, four ROC curves lie on top of each other. Right, the precision-recall curves of the same scorer at the same four shares of positives: the one at one half stays near the top, the others sink in order, and the one at one in five hundred lies near the bottom.")
        .reads("two_curves", &["x", "y", "low", "high"])
        .layout(Layout::Grid { columns: 2, share_y: false });
    for (&share, hue) in PREVALENCES.iter().zip(hues) {
        let name = format!("{}{}% positive", shown::number(100.0 * share, 2), shown::THIN);
        figure = figure.legend(name, hue, mllab_core::figure::LegendKey::Line(Dash::Solid));
    }
    outcome.figures.push(figure.panel(roc).panel(precision));
    outcome.tables.push(table);
}
