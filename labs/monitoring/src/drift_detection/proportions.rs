//! What do changed proportions cost where each class stays as it is?
//!
//! Data: two normal clouds, and the breast cancer table with its positives thinned. Arms: before the change, after it, and
//! with forecasts corrected by the change of the log odds. Measurement: recall, false-positive rate, precision and the
//! mean forecast.

use super::worlds::{TRAIN, half, linear};
use mllab_core::prelude::*;
use mllab_kit::data::classes::TwoGaussians;
use mllab_kit::data::real;
use mllab_kit::draws::Draws;
use mllab_kit::linear::logit;
use mllab_kit::metrics::{Confusion, reliability};
use shown::{mean_of, percent};

const LABEL: &str = "label-drift";
/// Times that the positives of a split are thinned.
const THINNINGS: u32 = 100;
/// Bins of forecasts in the reliability diagram.
const BINS: usize = 10;

/// Recall, false-positive rate, precision and forecasts where the share of positives changes, or not.
pub fn change(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = |part, from, to| cx.runs(part, cx.replicates() / 2, |rep| Ok(went(from, to, &rep.stream)));
    let recall = |[before, after, _]: &[Said; 3]| after.counts.recall() - before.counts.recall();
    let false_rise =
        |[before, after, _]: &[Said; 3]| after.counts.false_positive_rate() - before.counts.false_positive_rate();
    let promised = |said: &Said| said.forecast - said.positives;

    let rarer = runs("rarer", 0.5, 0.05)?;
    let precision = rarer.mean(|[before, after, _]| before.counts.precision() - after.counts.precision());
    let parts = [rarer.mean(recall), rarer.mean(false_rise), precision, rarer.mean(|run| promised(&run[1]))];
    outcome.find(LABEL, "positives go from one in two to one in twenty", parts);
    outcome.find(LABEL, "forecasts are corrected for the new proportions", rarer.mean(|run| promised(&run[2])));
    let commoner = runs("commoner", 0.05, 0.5)?;
    let parts = [commoner.mean(recall), commoner.mean(false_rise), commoner.mean(|run| -promised(&run[1]))];
    outcome.find(LABEL, "positives go from one in twenty to one in two", parts);
    let still = runs("still", 0.5, 0.5)?;
    outcome.find(LABEL, "proportions stay", [still.mean(recall), still.mean(|run| promised(&run[1]))]);
    draw_reliability(&rarer, outcome);
    Ok(())
}

/// The breast cancer table with most of its positive test rows left out at random.
pub fn thinned(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let cancer = real::breast_cancer().table;
    let runs = cx.runs("thinned", (cx.replicates() / 5).max(6), |rep| {
        let (live, logits) = half(&cancer, &rep.stream)?;
        let counts = |rows: &[usize]| {
            let (said, truth): (Vec<f64>, Vec<bool>) = rows.iter().map(|&row| (logits[row], live.y[row])).unzip();
            Confusion::at(&said, &truth, 0.0)
        };
        let all = Confusion::at(&logits, &live.y, 0.0);
        let (mut positive, negative): (Vec<usize>, Vec<usize>) = (0..live.y.len()).partition(|&row| live.y[row]);
        let mut draws = Draws::new(&rep.stream.child("thin", 0));
        // Few positives are left, so one thinning says little: a hundred are averaged.
        let (mut recall, mut false_rate) = (0.0, 0.0);
        for _ in 0..THINNINGS {
            draws.shuffle(&mut positive);
            let few = &positive[..(negative.len() / 18).max(1).min(positive.len())];
            // Half of the negatives go as well: else their rate would be that of the same rows.
            let start = draws.below(2);
            let some: Vec<usize> = few.iter().copied().chain(negative.iter().copied().skip(start).step_by(2)).collect();
            let thin = counts(&some);
            recall += (thin.recall() - all.recall()) / f64::from(THINNINGS);
            false_rate += (thin.false_positive_rate() - all.false_positive_rate()) / f64::from(THINNINGS);
        }
        Ok([recall, false_rate])
    })?;
    let setting = "positives of the breast cancer table are thinned to one in ten";
    outcome.find(LABEL, setting, [0, 1].map(|part| runs.resampled(1.0, |run| run[part])));
    Ok(())
}

/// What a table says of a model: counts at one half, the mean forecast, the share of positives, and that of each bin of
/// forecasts, NaN in an empty one.
struct Said {
    counts: Confusion,
    forecast: f64,
    positives: f64,
    bins: [f64; BINS],
}

impl Said {
    fn of(p: &[f64], y: &[bool]) -> Self {
        let n = y.len() as f64;
        let mut bins = [f64::NAN; BINS];
        for bin in reliability(p, y, BINS) {
            bins[(bin.from * BINS as f64).round() as usize] = bin.observed;
        }
        let positives = y.iter().filter(|&&label| label).count() as f64 / n;
        Said { counts: Confusion::at(p, y, 0.5), forecast: p.iter().sum::<f64>() / n, positives, bins }
    }
}

/// What is said before the share of positives goes `from` one `to` another, after it, and with corrected forecasts.
fn went(from: f64, to: f64, stream: &Stream) -> [Said; 3] {
    let draw = |prevalence, n, name: &str| {
        let clouds = TwoGaussians { prevalence, separation: 2.0, informative: 1, columns: 1 };
        clouds.draw_exact(n, &stream.child(name, 0))
    };
    let model = linear(&draw(from, 2 * TRAIN, "train"));
    let (old, new) = (draw(from, 10_000, "old"), draw(to, 10_000, "new"));
    [(&old, 0.0), (&new, 0.0), (&new, logit(to) - logit(from))].map(|(table, by)| {
        let logits = model.logits(table.x.view()).into_iter();
        Said::of(&logits.map(|f| 1.0 / (1.0 + libm::exp(-f - by))).collect::<Vec<f64>>(), &table.y)
    })
}

fn draw_reliability(runs: &Runs<[Said; 3]>, outcome: &mut Outcome) {
    const LOOKS: [Look; 3] = [
        Look::new("before", Hue::Blue).dotted(Mark::Disc).unnamed(),
        Look::new("after", Hue::Vermilion).dotted(Mark::Triangle).unnamed(),
        Look::new("after, corrected", Hue::Green).dotted(Mark::Square).unnamed(),
    ];
    let mut table = Table::named("reliability_under_label_drift").with_word("rows").with_number("forecast", "share");
    table = table.with_estimate("positive", "share");
    for (arm, look) in LOOKS.iter().enumerate() {
        for bin in 0..BINS {
            let filled: Runs<f64> = runs.iter().map(|run| run[arm].bins[bin]).filter(|share| !share.is_nan()).collect();
            if filled.len() >= 2 {
                table.put((look.name, (bin as f64 + 0.5) / BINS as f64, filled.share(|share| *share)));
            }
        }
    }
    let mut means = Table::named("mean_forecast").with_numbers(&["forecast", "positive"], "share");
    means.put((runs.mean(|run| run[1].forecast).point(), runs.mean(|run| run[1].positives).point()));
    let title = Title::say(
        "When {} of rows are positive, forecasts learnt at one half still promise {}",
        [means.cite("positive", (), percent), means.cite("forecast", (), percent)],
    );
    let axis = |label: &str| Axis::share(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]);
    let panel = Panel::new(axis("forecast"), axis("share of such rows that are positive"))
        .layer(Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Grey).dash(Dash::Dashed).thin())
        .lines(&table, &LOOKS, "forecast", "positive");
    let figure = Figure::new("label-drift", title)
        .subtitle(format!("Logistic regression on rows of which half are positive; then one in twenty is. {}", mean_of(runs.len(), "runs")))
        .alt("Share of positives against forecast in ten bins. Before the drift the points lie on the diagonal; after it they sag far below; corrected by the change of the log odds they are back on it.")
        .keys(&LOOKS, Look::point)
        .panel(panel);
    outcome.show(figure, [table, means]);
}
