//! Does one feature store for training and serving keep leaks out?
//!
//! Data: events with a value as it was known then, rewritten after the outcome, and one update older. Arms: the training
//! join as of the event, with the latest value, and serving that reads the old value. Offline is the score on held-out
//! rows of the joined table, online the score on later events with the values of their moment.

use super::DataLeakageParams;
use super::rungs::values;
use super::scores::{mean_of, runs, share_of};
use mllab_core::figure::{Axis, Bars, Hue, LegendKey, Panel};
use mllab_core::{Cx, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::linear::Logistic;
use mllab_kit::metrics::roc_auc;
use ndarray::{Array2, Axis as Side};

const CLAIM: &str = "feature-store-consistency";
const TRAIN: usize = 1000;
const TEST: usize = 2000;

/// ROC-AUC of one world: after a join as of the event, offline and online; after one of the latest value, offline and
/// online; online where serving reads old values.
type Scores = [f64; 5];

/// Measures both joins and draws them.
pub fn run(cx: &Cx, params: &DataLeakageParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let n = cx.replicates();
    let signal = runs(cx, "signal", n, |stream| joined([1.0, 0.5], params.rewrite, stream))?;
    let setting = "the training join is as of the event";
    outcome.find(CLAIM, setting, mean_of(&signal, |run| run[0] - run[1]));
    outcome.find_part(CLAIM, setting, 1, mean_of(&signal, |run| run[1] - run[3]));
    let weak = runs(cx, "weak", n, |stream| joined([0.2, 1.0], params.rewrite, stream))?;
    let setting = "the training join is as of the event and the rewritten value said little before it";
    outcome.find(CLAIM, setting, mean_of(&weak, |run| run[0] - run[1]));
    outcome.find_part(CLAIM, setting, 1, mean_of(&weak, |run| run[1] - run[3]));
    let setting = "the training join takes the latest value";
    outcome.find(CLAIM, setting, mean_of(&signal, |run| run[2] - run[3]));
    let setting = "serving reads a value that is one update old";
    outcome.find(CLAIM, setting, mean_of(&signal, |run| run[1] - run[4]));
    let still = runs(cx, "still", n, |stream| joined([1.0, 0.5], 0.0, stream))?;
    outcome.find(CLAIM, "values never change after the outcome", mean_of(&still, |run| run[2] - run[3]));
    let noise = runs(cx, "noise", n, |stream| joined([0.0; 2], params.rewrite, stream))?;
    let setting = "outcomes are pure noise and the training join takes the latest value";
    outcome.find(CLAIM, setting, mean_of(&noise, |run| run[2] - run[3]));
    outcome.find(CLAIM, "outcomes are pure noise", share_of(&noise, |run| run[0]));
    outcome.find_part(CLAIM, "outcomes are pure noise", 1, share_of(&noise, |run| run[1]));
    draw(&signal, &mut outcome);
    Ok(outcome)
}

fn joined(weights: [f64; 2], rewrite: f64, stream: &Stream) -> Result<Scores, KitError> {
    let all = values(TRAIN + 2 * TEST, weights, rewrite, stream);
    let rows = |x: &Array2<f64>, from: usize, n: usize| x.select(Side(0), &(from..from + n).collect::<Vec<_>>());
    let (held_out, later) = (&all.y[TRAIN..TRAIN + TEST], &all.y[TRAIN + TEST..]);
    let learn = |x: &Array2<f64>| Logistic::default().fit(rows(x, 0, TRAIN).view(), &all.y[..TRAIN], None);
    let (honest, leaky) = (learn(&all.as_of)?, learn(&all.latest)?);
    // Online the value is that of the moment, whatever was joined in training.
    let online = rows(&all.as_of, TRAIN + TEST, TEST);
    Ok([
        roc_auc(&honest.logits(rows(&all.as_of, TRAIN, TEST).view()), held_out),
        roc_auc(&honest.logits(online.view()), later),
        roc_auc(&leaky.logits(rows(&all.latest, TRAIN, TEST).view()), held_out),
        roc_auc(&leaky.logits(online.view()), later),
        roc_auc(&honest.logits(rows(&all.old, TRAIN + TEST, TEST).view()), later),
    ])
}

fn draw(signal: &[Scores], outcome: &mut Outcome) {
    let columns = [("join", ""), ("score", ""), ("roc_auc", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")];
    let mut table = Table::new("joins", &columns);
    let joins = ["as of the event", "latest value", "as of the event, old value served"];
    let arms = [[0, 1], [2, 3], [0, 4]];
    let mut panel = Panel::new(
        Axis::category("training join", joins),
        Axis::linear("ROC-AUC").range(0.0, 1.1).ticks([0.0, 0.25, 0.5, 0.75, 1.0]),
    );
    for (side, (name, hue)) in [("offline", Hue::Vermilion), ("online", Hue::Blue)].into_iter().enumerate() {
        let (mut middle, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for (join, arm) in joins.into_iter().zip(arms) {
            let e = share_of(signal, |run| run[arm[side]]);
            table.row([join.into(), name.into(), e.point.into(), e.low.into(), e.high.into(), e.replicates.into()]);
            middle.push(e.point);
            low.push(e.low);
            high.push(e.high);
        }
        panel = panel.layer(Bars::new(vec![0.0, 1.0, 2.0], middle, hue).group(side, 2).whiskers(low, high).values(2));
    }
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("Joined with the latest value the model promises ")
        .cite(&table, "roc_auc", 1, two)
        .text(" and keeps ")
        .cite(&table, "roc_auc", 4, two)
        .text("; joined as of the event it promises ")
        .cite(&table, "roc_auc", 0, two)
        .text(" and keeps it");
    outcome.figures.push(
        Figure::new("joins", title)
            .subtitle(format!(
                "Logistic regression on {TRAIN} events with two values; the outcome rewrites one of them afterwards. Offline: {TEST} held-out rows of the joined table; online: {TEST} later events with the values of their moment. Mean of {} runs; whiskers: 99\u{202f}% interval of the mean.",
                signal.len()
            ))
            .alt("Pairs of bars. As of the event, offline and online are alike. With the latest value, offline is far above online. With an old value served, online falls below offline.")
            .legend("offline", Hue::Vermilion, LegendKey::Fill)
            .legend("online", Hue::Blue, LegendKey::Fill)
            .reads("joins", &["roc_auc", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}

#[cfg(test)]
mod tests {
    use super::super::scores::mean;
    use super::*;

    /// A value moved by d standard deviations on pure noise: AUC = Φ(d / √(2 (1 + 0.09))), offline only.
    #[test]
    fn a_rewritten_value_gives_away_what_the_normal_law_says() {
        let runs: Vec<Scores> =
            (0..40).map(|i| joined([0.0; 2], 2.0, &Stream::root(1).child("run", i)).unwrap()).collect();
        let expected = 0.5 * libm::erfc(-2.0 / libm::sqrt(2.0 * 1.09) / std::f64::consts::SQRT_2);
        let [offline, online] = [2, 3].map(|arm| mean(runs.iter().map(|run| run[arm])));
        assert!((offline - expected).abs() < 0.006, "{offline} {expected}");
        assert!((online - 0.5).abs() < 0.01, "{online}");
    }
}
