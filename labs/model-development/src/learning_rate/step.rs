//! How many steps does a rate cost?
//!
//! Data: as in the wall's study. Measurement: steps until the loss has come within a share of its first distance from
//! the least loss, at a rate and at half of it, from the same start.

use super::{LearningRateParams, between_axes, final_loss};
use mllab_core::prelude::*;
use mllab_kit::bands::Bands;
use mllab_kit::descent::{FullBatch, MOST_STEPS, Method, Objective, Optimiser, Quadratic, near_zero, steps_to};
use mllab_kit::draws::Draws;

const CLAIM: &str = "controls-step";
/// A quick look waits for so many steps of logistic regression; a run that needs more says nothing of it.
const QUICK_STEPS: usize = 20_000;
const QUADRATIC: &str = "the loss is quadratic and the rate below a tenth of the wall";

/// Measures what halving the rate costs.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut ratios = Table::named("halved").with_word("case").with_estimate("steps_ratio", "log2 ratio");
    let mut found = |case: &'static str, runs: Runs<f64>| {
        let ratio = runs.mean(|ratio| *ratio);
        outcome.find(CLAIM, case, ratio);
        ratios.put((case, ratio));
    };
    let nearness = params.nearness;
    if source.is_generated() {
        for (case, share) in [(QUADRATIC, 0.1), ("the rate is just below the wall", 0.97)] {
            let runs = cx.runs(case, cx.replicates(), |rep| {
                let (valley, start) = valley(&rep.stream);
                let rate = share * 2.0 / valley.steepest();
                let steps = |rate: f64| steps_to(&valley, &start, 0.0, rate, nearness, MOST_STEPS);
                Ok(libm::log2(steps(rate / 2.0) / steps(rate)))
            })?;
            found(case, runs);
        }
        let case = "the rate is left alone and only the start is drawn anew";
        // Steps differ threefold from start to start; 25 times the runs bring the mean within the control's band.
        let runs = cx.runs(case, 25 * cx.replicates(), |rep| {
            let steps = |arm: u64| {
                let (valley, start) = valley(&rep.stream.child("arm", arm));
                steps_to(&valley, &start, 0.0, 0.1 * 2.0 / valley.steepest(), nearness, MOST_STEPS)
            };
            Ok(libm::log2(steps(1) / steps(0)))
        })?;
        found(case, runs);

        let case = "Adam takes the step";
        let runs = cx.runs(case, cx.replicates(), |rep| {
            let mut draws = Draws::new(&rep.stream.child("slope", 0));
            let slope: Vec<f64> = (0..4).map(|_| draws.normal()).collect();
            Ok(libm::log2(first_step(Method::ADAM, &slope, 10.0) / first_step(Method::ADAM, &slope, 1.0)))
        })?;
        found(case, runs);

        let case = "logistic regression sees all generated rows and the rate is below a tenth of the wall";
        found(case, halved(cx, case, nearness, |stream| params.generated_rows(0.0, stream))?);
    }
    let case = source.pick(
        "logistic regression sees all rows of the breast cancer table and the rate is below a tenth of the wall",
        "logistic regression sees all rows of your table and the rate is below a tenth of the wall",
    );
    let table = params.table(source)?;
    found(case, halved(cx, case, nearness, |_| table.clone())?);

    if source.is_generated() {
        draw(cx, params, &ratios, &mut outcome)?;
        final_loss::draw(cx, &mut outcome)?;
    }
    outcome.tables.push(ratios);
    Ok(outcome)
}

/// A valley with curvatures 1 and 10 along its axes, and a start on the unit circle.
fn valley(stream: &Stream) -> (Quadratic, [f64; 2]) {
    let angle = Draws::new(&stream.child("start", 0)).between(0.0, std::f64::consts::TAU);
    (Quadratic::along_axes(&[1.0, 10.0]), [libm::cos(angle), libm::sin(angle)])
}

/// The length of an optimiser's first step at rate 1 against `scale` times `slope`.
fn first_step(method: Method, slope: &[f64], scale: f64) -> f64 {
    let slope: Vec<f64> = slope.iter().map(|g| scale * g).collect();
    let mut weights = vec![0.0; slope.len()];
    Optimiser::new(method, slope.len()).step(1.0, &mut weights, &slope);
    weights.iter().map(|w| w * w).sum::<f64>().sqrt()
}

/// log2 of the steps at a twentieth of the wall over those at a tenth, for logistic regression on a tenth of the
/// replicates.
fn halved(
    cx: &Cx,
    case: &str,
    nearness: f64,
    objective: impl Fn(&Stream) -> FullBatch + Sync,
) -> Result<Runs<f64>, LabError> {
    cx.runs(case, (cx.replicates() / 10).max(8), |rep| {
        let loss = objective(&rep.stream);
        let optimum = loss.optimum()?;
        let least = loss.slope(&optimum, &mut vec![0.0; optimum.len()]);
        // 2 / the largest sharpness is safe from every start, so the steps are those of a settling run.
        let rate = 0.1 * 2.0 / loss.largest_sharpness();
        let start = near_zero(optimum.len(), &rep.stream);
        let most = if cx.quick() { QUICK_STEPS } else { MOST_STEPS };
        let steps = |rate: f64| steps_to(&loss, &start, least, rate, nearness, most);
        let once = steps(rate);
        // Where the whole rate does not arrive, half of it is not tried.
        Ok(if once.is_finite() { libm::log2(steps(rate / 2.0) / once) } else { f64::NAN })
    })
}

/// Steps against rate, with the wall.
fn draw(cx: &Cx, params: &LearningRateParams, ratios: &Table, outcome: &mut Outcome) -> Result<(), LabError> {
    let wall = 0.2;
    // Even steps on the logarithmic axis up to half the wall, then ever closer to it.
    let mut rates: Vec<f64> = (0..18).map(|i| wall * libm::exp2(-7.0 + f64::from(i) / 2.8)).collect();
    rates.extend([0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.98, 0.99, 0.995].map(|share| share * wall));
    let runs = cx.runs("curve", cx.replicates(), |rep| {
        let (valley, start) = (Quadratic::along_axes(&[1.0, 10.0]), between_axes(&rep.stream));
        let steps = |rate: &f64| steps_to(&valley, &start, 0.0, *rate, params.nearness, MOST_STEPS);
        Ok(rates.iter().map(steps).collect::<Vec<f64>>())
    })?;
    let mut table = Table::named("steps").with_number("rate", "1").with_estimate("steps", "steps");
    let bands = Bands::of(&runs);
    for (i, rate) in rates.iter().enumerate() {
        table.put((*rate, bands.middle[i], bands.low[i], bands.high[i]));
    }
    let title = Title::say(
        "Half a small rate takes {} times the steps; at the wall no number of steps is enough",
        [ratios.cite("steps_ratio", (QUADRATIC,), |v| shown::hundredths(libm::exp2(v)))],
    );
    let never = Note::SpanX { from: wall, to: 0.4, text: "never".into(), hue: Hue::Vermilion };
    let text = "the wall: 2 / curvature".into();
    let nearness = shown::number(100.0 * params.nearness, 3);
    let figure = Figure::new("steps-to-converge", title)
        .subtitle(format!("Steps until the loss is within {nearness}\u{202f}% of its least value, both axes logarithmic. Median of {} starts; band: 80 % of them.", runs.len()))
        .caption("A valley with curvatures 1 and 10, so the wall stands at 2 / 10.")
        .alt("Steps to converge against the learning rate: a straight line falls from the left, turns up in a short hook and ends at a wall at 0.2, beyond which the plot is shaded.")
        .panel(
            Panel::new(
                Axis::log("learning rate").range(0.0014, 0.4).ticks([0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]),
                Axis::log("steps").range(1.0, 3000.0),
            )
            .note(never)
            .line(&table, "rate", "steps", &Look::new("", Hue::Blue).unnamed())
            .note(Note::Vertical { at: wall, text, hue: Hue::Vermilion, dash: Dash::Solid }),
        );
    outcome.show(figure, [table]);
    Ok(())
}
