//! How many steps does a rate cost?
//!
//! Data: as in the wall's study. Measurement: steps until the loss has come within a share of its first distance from
//! the least loss, at a rate and at half of it, from the same start.

use super::{LearningRateParams, final_loss};
use mllab_core::figure::{Axis, Hue, Note, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::bands::Bands;
use mllab_kit::descent::{FullBatch, Method, Objective, Optimiser, Quadratic, descend};
use mllab_kit::draws::Draws;

const CLAIM: &str = "controls-step";
/// Where a run is given up.
const MOST_STEPS: usize = 200_000;

/// Measures what halving the rate costs.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut ratios = Table::new(
        "halved",
        &[("case", ""), ("steps_ratio", "log2 ratio"), ("low", "log2 ratio"), ("high", "log2 ratio")],
    );
    let mut found = |case: &'static str, values: &[f64]| {
        let estimate = Estimate::mean(values);
        outcome.find(CLAIM, case, estimate);
        ratios.row([case.into(), estimate.point.into(), estimate.low.into(), estimate.high.into()]);
    };

    let table = params.table(source)?;
    let table_case = match source {
        Source::Generated => {
            "logistic regression sees all rows of the breast cancer table and the rate is below a tenth of the wall"
        }
        Source::Own(_) => "logistic regression sees all rows of your table and the rate is below a tenth of the wall",
    };
    if matches!(source, Source::Generated) {
        let nearness = params.nearness;
        for (case, share) in [
            ("the loss is quadratic and the rate below a tenth of the wall", 0.1),
            ("the rate is just below the wall", 0.97),
        ] {
            let values = cx.replicate_part(case, cx.replicates(), |rep| {
                let (valley, start) = valley(&rep.stream);
                let rate = share * 2.0 / valley.steepest();
                let steps = |rate: f64| steps_to(&valley, &start, 0.0, rate, nearness);
                libm::log2(steps(rate / 2.0) / steps(rate))
            })?;
            found(case, &values);
        }
        let case = "the rate is left alone and only the start is drawn anew";
        // Steps differ threefold from start to start; 25 times the runs bring the mean within the control's band.
        let values = cx.replicate_part(case, 25 * cx.replicates(), |rep| {
            let steps = |arm: u64| {
                let (valley, start) = valley(&rep.stream.child("arm", arm));
                steps_to(&valley, &start, 0.0, 0.1 * 2.0 / valley.steepest(), nearness)
            };
            libm::log2(steps(1) / steps(0))
        })?;
        found(case, &values);

        let case = "Adam takes the step";
        let values = cx.replicate_part(case, cx.replicates(), |rep| {
            let mut draws = Draws::new(&rep.stream.child("slope", 0));
            let slope: Vec<f64> = (0..4).map(|_| draws.normal()).collect();
            libm::log2(first_step(Method::ADAM, &slope, 10.0) / first_step(Method::ADAM, &slope, 1.0))
        })?;
        found(case, &values);

        let case = "logistic regression sees all generated rows and the rate is below a tenth of the wall";
        found(case, &halved(cx, case, nearness, |stream| params.generated_rows(&stream.child("rows", 0)))?);
    }
    found(table_case, &halved(cx, table_case, params.nearness, |_| table.clone())?);

    if matches!(source, Source::Generated) {
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

/// Steps until the loss has come within `nearness` of its first distance from `least`; infinite where it never does.
/// The last step counts in part, by where on it the line is crossed, so that few steps do not make a coarse number.
fn steps_to(objective: &impl Objective, start: &[f64], least: f64, rate: f64, nearness: f64) -> f64 {
    let mut weights = start.to_vec();
    let (mut goal, mut last, mut steps) = (0.0, 0.0, f64::INFINITY);
    descend(
        objective,
        Method::Plain,
        &mut weights,
        MOST_STEPS,
        |_| rate,
        |moment| {
            let distance = moment.loss - least;
            if moment.step == 0 {
                goal = nearness * distance;
            } else if distance <= goal {
                // Losses fall by factors: the crossing is found between logarithms.
                let part = libm::log(last / goal) / libm::log(last / distance.max(f64::MIN_POSITIVE));
                steps = (moment.step - 1) as f64 + part;
            }
            last = distance;
            steps.is_infinite() && distance.is_finite()
        },
    );
    steps
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
) -> Result<Vec<f64>, LabError> {
    let runs = cx.replicate_part(case, (cx.replicates() / 10).max(8), |rep| {
        let loss = objective(&rep.stream);
        let optimum = loss.optimum()?;
        let mut unused = vec![0.0; optimum.len()];
        let least = loss.slope(&optimum, &mut unused);
        // 2 / the largest sharpness is safe from every start, so the steps are those of a settling run.
        let rate = 0.1 * 2.0 / loss.largest_sharpness();
        let mut draws = Draws::new(&rep.stream.child("start", 0));
        let start: Vec<f64> = optimum.iter().map(|_| 0.1 * draws.normal()).collect();
        let steps = |rate: f64| steps_to(&loss, &start, least, rate, nearness);
        Ok(libm::log2(steps(rate / 2.0) / steps(rate)))
    })?;
    runs.into_iter().collect::<Result<_, mllab_kit::KitError>>().map_err(|error| LabError::Unusable(error.to_string()))
}

/// Steps against rate, with the wall.
fn draw(cx: &Cx, params: &LearningRateParams, ratios: &Table, outcome: &mut Outcome) -> Result<(), LabError> {
    let wall = 0.2;
    // Even steps on the logarithmic axis up to half the wall, then ever closer to it.
    let mut rates: Vec<f64> = (0..18).map(|i| wall * libm::exp2(-7.0 + f64::from(i) / 2.8)).collect();
    rates.extend([0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.98, 0.99, 0.995].map(|share| share * wall));
    let runs = cx.replicate_part("curve", cx.replicates(), |rep| {
        let valley = Quadratic::along_axes(&[1.0, 10.0]);
        // Starts between the axes: on the steep one, the flat direction would have nothing left to do.
        let angle = Draws::new(&rep.stream.child("start", 0)).between(0.15, 0.35) * std::f64::consts::PI;
        let start = [libm::cos(angle), libm::sin(angle)];
        rates.iter().map(|&rate| steps_to(&valley, &start, 0.0, rate, params.nearness)).collect::<Vec<f64>>()
    })?;
    let mut table = Table::new("steps", &[("rate", "1"), ("steps", "steps"), ("low", "steps"), ("high", "steps")]);
    let bands = Bands::of(&runs);
    for (i, &rate) in rates.iter().enumerate() {
        table.row([rate.into(), bands.middle[i].into(), bands.low[i].into(), bands.high[i].into()]);
    }
    let title = Title::new()
        .text("Half a small rate takes ")
        .cite(ratios, "steps_ratio", 0, |v| shown::fixed(libm::exp2(v), 2))
        .text(" times the steps; at the wall no number of steps is enough");
    outcome.figures.push(
        Figure::new("steps-to-converge", title)
            .subtitle(format!(
                "Steps until the loss is within {}{}% of its least value, both axes logarithmic. Median of {} starts; band: 80 % of them.",
                shown::number(100.0 * params.nearness, 3),
                shown::THIN,
                cx.replicates()
            ))
            .caption("A valley with curvatures 1 and 10, so the wall stands at 2 / 10.")
            .alt("Steps to converge against the learning rate: a straight line falls from the left, turns up in a short hook and ends at a wall at 0.2, beyond which the plot is shaded.")
            .reads("steps", &["rate", "steps", "low", "high"])
            .panel(
                Panel::new(
                    Axis::log("learning rate").range(0.0014, 0.4).ticks([0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]),
                    Axis::log("steps").range(1.0, 3000.0),
                )
                .note(Note::SpanX { from: wall, to: 0.4, text: "never".into(), hue: Hue::Vermilion })
                .layer(bands.line(&rates, Hue::Blue))
                .note(Note::Vertical {
                    at: wall,
                    text: "the wall: 2 / curvature".into(),
                    hue: Hue::Vermilion,
                    dash: mllab_core::figure::Dash::Solid,
                }),
            ),
    );
    outcome.tables.push(table);
    Ok(())
}
