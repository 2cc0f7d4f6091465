//! Does one feature store for training and serving keep leaks out?
//!
//! Data: events with a value as it was known then, rewritten after the outcome, and one update older. Arms: the training
//! join as of the event, with the latest value, and serving that reads the old value. Measurement: offline the ROC-AUC on
//! held-out rows of the joined table, online that on later events with the values of their moment.

use super::DataLeakageParams;
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::Rewritten;
use mllab_kit::linear::Logistic;
use mllab_kit::metrics::roc_auc;
use ndarray::{Array2, Axis as Side};
use shown::hundredths;

const CLAIM: &str = "feature-store-consistency";
const TRAIN: usize = 1000;
const TEST: usize = 2000;
const LOOKS: [Look; 2] = [Look::new("offline", Hue::Vermilion).written(2), Look::new("online", Hue::Blue).written(2)];
/// Each join with its places among [`Scores`], offline and online.
const JOINS: [(&str, [usize; 2]); 3] =
    [("as of the event", [0, 1]), ("latest value", [2, 3]), ("as of the event, old value served", [0, 4])];

/// ROC-AUC of one world: after a join as of the event, offline and online; after one of the latest value, offline and
/// online; online where serving reads old values.
type Scores = [f64; 5];

/// Measures both joins and draws them.
pub fn run(cx: &Cx, params: &DataLeakageParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let runs =
        |part, weights, rewrite| cx.runs(part, cx.replicates(), |rep| Ok(joined(weights, rewrite, &rep.stream)?));
    let signal = runs("signal", [1.0, 0.5], params.rewrite)?;
    let weak = runs("weak", [0.2, 1.0], params.rewrite)?;
    for (setting, runs) in [
        ("training joins the latest value instead, and it said much before it was rewritten", &signal),
        ("training joins the latest value instead, and it said little before it was rewritten", &weak),
    ] {
        let leak = runs.mean(|run| (run[2] - run[3]) - (run[0] - run[1]));
        outcome.find(CLAIM, setting, [leak, runs.mean(|run| run[1] - run[3])]);
    }
    outcome.find(CLAIM, "serving reads a value that is one update old instead", signal.mean(|run| run[1] - run[4]));
    let same = [&signal, &weak].map(|runs| runs.mean(|run| run[0] - run[1]));
    outcome.find(CLAIM, "training and serving take the value as of the event", same);
    let still = runs("still", [1.0, 0.5], 0.0)?;
    outcome.find(CLAIM, "values never change after the outcome", still.mean(|run| run[2] - run[3]));
    let noise = runs("noise", [0.0; 2], params.rewrite)?;
    let setting = "outcomes are pure noise and the training join takes the latest value";
    outcome.find(CLAIM, setting, noise.mean(|run| run[2] - run[3]));
    outcome.find(CLAIM, "outcomes are pure noise", [0, 1].map(|side| noise.share(|run| run[side])));
    draw(&signal, &mut outcome);
    Ok(outcome)
}

fn joined(weights: [f64; 2], rewrite: f64, stream: &Stream) -> Result<Scores, KitError> {
    let all = Rewritten::draw(TRAIN + 2 * TEST, weights, rewrite, stream);
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

fn draw(signal: &Runs<Scores>, outcome: &mut Outcome) {
    let mut table = Table::named("joins").with_word("join").with_word("score");
    table = table.with_estimate("roc_auc", "1").with_runs();
    for (side, look) in LOOKS.iter().enumerate() {
        for (join, arms) in JOINS {
            table.put((join, look.name, signal.share(|run| run[arms[side]])));
        }
    }
    let cite = |join, score| table.cite("roc_auc", (join, score), hundredths);
    let title = Title::say(
        "Joined with the latest value the model promises {} and keeps {}; joined as of the event it promises {} and keeps it",
        [cite("latest value", "offline"), cite("latest value", "online"), cite("as of the event", "offline")],
    )
    .if_cited(|cited| cited[0] > cited[1]);
    let auc = Axis::linear("ROC-AUC").range(0.0, 1.1).ticks([0.0, 0.25, 0.5, 0.75, 1.0]);
    let panel = Panel::new(Axis::category("training join", JOINS.map(|(join, _)| join)), auc);
    let figure = Figure::new("joins", title)
        .subtitle(format!("Logistic regression on {TRAIN} events with two values; the outcome rewrites one of them afterwards. Offline: {TEST} held-out rows of the joined table; online: {TEST} later events with the values of their moment. Mean of {} runs; whiskers: 99\u{202f}% interval of the mean.", signal.len()))
        .alt("Pairs of bars. As of the event, offline and online are alike. With the latest value, offline is far above online. With an old value served, online falls below offline.")
        .keys(&LOOKS, |_| LegendKey::Fill)
        .panel(panel.bars(Rows::from(&table).by("score"), &LOOKS, "join", "roc_auc"));
    outcome.show(figure, [table]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value moved by d standard deviations on pure noise: AUC = Φ(d / √(2 (1 + 0.09))), offline only.
    #[test]
    fn a_rewritten_value_gives_away_what_the_normal_law_says() {
        let run = |i| joined([0.0; 2], 2.0, &Stream::root(1).child("run", i)).unwrap();
        let runs: Runs<Scores> = (0..40).map(run).collect();
        let expected = 0.5 * libm::erfc(-2.0 / libm::sqrt(2.0 * 1.09) / std::f64::consts::SQRT_2);
        let [offline, online] = [2, 3].map(|arm| runs.mean(|run| run[arm]).point());
        assert!((offline - expected).abs() < 0.006, "{offline} {expected}");
        assert!((online - 0.5).abs() < 0.01, "{online}");
    }
}
