//! Which curve notices that positives have become rare: ROC, or precision against recall?
//!
//! Data: one fixed scorer, the column itself, on two normal clouds; nothing changes but the share of positives. Arms:
//! a good and a weak scorer, and pure noise. Measurement: ROC-AUC, best F1, average precision.

use super::{ClassImbalanceParams, grid};
use mllab_core::prelude::*;
use mllab_kit::bands::{along, mean_shares};
use mllab_kit::data::classes::TwoGaussians;
use mllab_kit::metrics::Ranking;

const CLAIM: &str = "auc-f1-fit-for-imbalance";
const PREVALENCES: [(f64, Look); 4] = [
    (0.5, Look::new("50\u{202f}% positive", Hue::Blue)),
    (0.1, Look::new("10\u{202f}% positive", Hue::Green)),
    (0.01, Look::new("1\u{202f}% positive", Hue::Amber)),
    (0.002, Look::new("0.2\u{202f}% positive", Hue::Vermilion)),
];
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
    let runs = cx.runs("", cx.replicates(), |rep| {
        let good = PREVALENCES.map(|(share, _)| worth(params.separation, share, &rep.stream));
        let weak = worth(params.separation / 2.0, 0.002, &rep.stream).scores;
        let noise = worth(0.0, 0.01, &rep.stream).scores;
        Ok((good, weak, noise))
    })?;
    let mut table = Table::named("scores_of_one_scorer").with_number("prevalence", "share").with_word("score");
    table = table.with_estimate("estimate", "1").with_runs();
    for (score, (setting, name)) in [
        ("ROC-AUC is the score", "ROC-AUC"),
        ("the best F1 is the score", "best F1"),
        ("average precision is the score", "average precision"),
    ]
    .into_iter()
    .enumerate()
    {
        let ahead = runs.mean(|(good, weak, _)| good[3].scores[score] - weak[score]);
        let fall = runs.mean(|(good, _, _)| good[0].scores[score] - good[3].scores[score]);
        outcome.find(CLAIM, setting, [ahead, fall]);
        for (place, (share, _)) in PREVALENCES.into_iter().enumerate() {
            table.put((share, name, runs.share(|(good, _, _)| good[place].scores[score])));
        }
    }
    outcome.find(CLAIM, "the score is pure noise", runs.share(|(_, _, noise)| noise[0]));
    let good: Runs<[Worth; 4]> = runs.into_iter().map(|(good, _, _)| good).collect();
    draw(params, &good, &table, &mut outcome);
    outcome.tables.push(table);
    Ok(outcome)
}

fn worth(separation: f64, prevalence: f64, stream: &Stream) -> Worth {
    let clouds = TwoGaussians { prevalence, separation, informative: 1, columns: 1 };
    // Exact counts: at one in five hundred, a draw's own share of positives would be most of the noise.
    let test = clouds.draw_exact(TEST_ROWS, &stream.child("test", (1e6 * prevalence) as u64));
    let ranking = Ranking::new(test.x.as_slice().expect("one column"), &test.y);
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
fn draw(params: &ClassImbalanceParams, runs: &Runs<[Worth; 4]>, scores: &Table, outcome: &mut Outcome) {
    let mut table = Table::named("two_curves").with_word("curve").with_number("prevalence", "share");
    table = table.with_number("x", "share").with_estimate("y", "share");
    for (place, (share, _)) in PREVALENCES.into_iter().enumerate() {
        for (x, y) in roc_grid().into_iter().zip(mean_shares(runs, |run| &run[place].roc)) {
            table.put(("roc", share, x, y));
        }
        for (x, y) in grid().into_iter().zip(mean_shares(runs, |run| &run[place].precision)) {
            table.put(("precision-recall", share, x, y));
        }
    }
    let panel = |curve: &str, labels: [&str; 2], title: &str| {
        let axis = |label: &str| Axis::share(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]);
        let mut panel = Panel::new(axis(labels[0]), axis(labels[1])).title(title);
        if curve == "roc" {
            panel = panel.layer(Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Grey).dash(Dash::Dashed).thin());
        }
        let line = |panel: Panel, (share, look): &(f64, Look)| {
            panel.line(table.of((curve, *share)), "x", "y", &look.unnamed())
        };
        PREVALENCES.iter().fold(panel, line)
    };
    let cite = |share: f64, score| scores.cite("estimate", (share, score), shown::hundredths);
    let title = Title::say(
        "From one positive in two to one in five hundred, ROC-AUC stays at {} and average precision falls from {} to {}",
        [cite(0.002, "ROC-AUC"), cite(0.5, "average precision"), cite(0.002, "average precision")],
    )
    .if_cited(|cited| cited[2] < cited[1]);
    let (rows, apart) = (shown::whole(TEST_ROWS as f64), shown::number(params.separation, 3));
    let figure = Figure::new("two-curves", title)
        .subtitle(format!("The same scorer on {rows} test rows, classes {apart} sd apart; only the share of positives changes. Mean of {} runs; band: 99\u{202f}% interval of the mean.", runs.len()))
        .alt("Left, four ROC curves lie on top of each other. Right, the precision-recall curves of the same scorer at the same four shares of positives: the one at one half stays near the top, the others sink in order, and the one at one in five hundred lies near the bottom.")
        .grid(2, false)
        .keys(&PREVALENCES.map(|(_, look)| look), Look::stroke)
        .panel(panel("roc", ["share of negatives called positive", "share of positives found"], "ROC: four curves, one on the other"))
        .panel(panel("precision-recall", ["share of positives found", "share of alarms that are right"], "Precision and recall: they fan out"));
    outcome.show(figure, [table]);
}
