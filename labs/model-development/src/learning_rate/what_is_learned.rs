//! Weights are learned, the rate is set: does the rate decide where a fixed number of steps arrives?

use super::LearningRateParams;
use mllab_core::figure::{Axis, Contours, Format, Grid, Hue, Note, Panel, Path};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::classes;
use mllab_kit::descent::{FullBatch, Method, Network, NetworkLoss, Objective, descend};
use mllab_kit::draws::Draws;

const CLAIM: &str = "params-vs-hyperparams";
const BUDGET: usize = 20;

/// Measures how far apart two rates leave the weights.
pub fn run(cx: &Cx, params: &LearningRateParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let mut apart = Table::new(
        "apart",
        &[("model", ""), ("relative_distance", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")],
    );
    let mut found = |case: &'static str, estimate: Estimate| {
        outcome.find(CLAIM, case, estimate);
        apart.row([
            case.into(),
            estimate.point.into(),
            estimate.low.into(),
            estimate.high.into(),
            estimate.replicates.into(),
        ]);
    };
    let n = (cx.replicates() / 2).max(8);
    let table = params.table(source)?;
    let table_case = match source {
        Source::Generated => "logistic regression is trained on the breast cancer table for 20 steps",
        Source::Own(_) => "logistic regression is trained on your table for 20 steps",
    };
    if matches!(source, Source::Generated) {
        let case = "logistic regression is trained on generated rows for 20 steps";
        let values = cx.replicate_part(case, n, |rep| {
            let loss = params.generated_rows(&rep.stream.child("rows", 0));
            let wall = 2.0 / loss.largest_sharpness();
            distance(&loss, [0.1 * wall, 0.5 * wall], BUDGET, &rep.stream)
        })?;
        found(case, Estimate::mean(&values));
    }
    let wall = 2.0 / table.largest_sharpness();
    let values =
        cx.replicate_part(table_case, n, |rep| distance(&table, [0.1 * wall, 0.5 * wall], BUDGET, &rep.stream))?;
    found(table_case, Estimate::mean(&values));
    if matches!(source, Source::Generated) {
        let case = "a small network is trained on two moons for 20 steps";
        let values = cx.replicate_part(case, n, |rep| {
            let table = classes::TwoMoons { prevalence: 0.5, noise: 0.2, noise_columns: 0 }
                .draw(100, &rep.stream.child("rows", 0));
            let loss = NetworkLoss {
                network: Network::new(&[2, 8, 1]),
                inputs: table.x.iter().copied().collect(),
                classes: table.y.iter().map(|&label| usize::from(label)).collect(),
            };
            distance(&loss, [0.1, 0.5], BUDGET, &rep.stream)
        })?;
        found(case, Estimate::mean(&values));

        let case = "the same rate is used twice";
        let values = cx.replicate_part(case, n, |rep| {
            let loss = params.generated_rows(&rep.stream.child("rows", 0));
            let rate = 1.0 / loss.largest_sharpness();
            let (a, b) = (trained(&loss, rate, BUDGET, &rep.stream), trained(&loss, rate, BUDGET, &rep.stream));
            a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        })?;
        // An identity: the largest difference over all runs is what there is.
        found(case, Estimate::exact(values.iter().copied().fold(0.0, f64::max)));

        let case = "logistic regression is trained on generated rows until nothing moves";
        let values = cx.replicate_part(case, (n / 2).max(8), |rep| {
            let loss = params.generated_rows(&rep.stream.child("rows", 0));
            let wall = 2.0 / loss.largest_sharpness();
            distance(&loss, [0.1 * wall, 0.5 * wall], 2000, &rep.stream)
        })?;
        found(case, Estimate::mean(&values));
        draw(&apart, &mut outcome);
    }
    outcome.tables.push(apart);
    Ok(outcome)
}

/// Weights after so many steps from a start near zero.
fn trained(loss: &impl Objective, rate: f64, steps: usize, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(&stream.child("start", 0));
    let mut weights: Vec<f64> = (0..loss.n_weights()).map(|_| 0.1 * draws.normal()).collect();
    descend(loss, Method::Plain, &mut weights, steps, |_| rate, |_| true);
    weights
}

/// The distance between the weights that two rates arrive at, over the length of those of the second.
fn distance(loss: &impl Objective, rates: [f64; 2], steps: usize, stream: &Stream) -> f64 {
    let [a, b] = rates.map(|rate| trained(loss, rate, steps, stream));
    let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>();
    let apart = squares(&mut a.iter().zip(&b).map(|(a, b)| a - b));
    (apart / squares(&mut b.iter().copied())).sqrt()
}

/// Twenty steps of two weights at three rates from one start, over the loss of a small table.
fn draw(apart: &Table, outcome: &mut Outcome) {
    let table = classes::Logistic { intercept: 0.0, weights: vec![1.5, -1.0] }.draw(200, &Stream::root(7));
    let loss = FullBatch::new(table.x.view(), &table.y, 0.01).expect("two hundred rows hold both classes");
    let wall = 2.0 / loss.largest_sharpness();
    let mut walks = Table::new("walks", &[("rate_over_wall", "1"), ("step", "steps"), ("w1", "1"), ("w2", "1")]);
    let mut unused = vec![0.0; 3];
    let grid = Grid::tabulate([-1.2, 2.2], [-1.8, 1.0], 60, 60, |a, b| loss.slope(&[a, b, 0.0], &mut unused));
    let mut panel = Panel::new(
        Axis::linear("first weight").range(-1.2, 2.2).format(Format::Hidden),
        Axis::linear("second weight").range(-1.8, 1.0).format(Format::Hidden),
    )
    .layer(Contours { grid, levels: vec![0.47, 0.5, 0.55, 0.62, 0.7, 0.8, 0.92, 1.1], hue: Hue::Grey });
    for (share, hue, words) in [
        (0.01, Hue::Blue, "a hundredth of the wall"),
        (0.1, Hue::Green, "a tenth of the wall"),
        (0.5, Hue::Vermilion, "half of the wall"),
    ] {
        let (mut weights, mut x, mut y) = (vec![-0.9, 0.7, 0.0], Vec::new(), Vec::new());
        descend(
            &loss,
            Method::Plain,
            &mut weights,
            BUDGET,
            |_| share * wall,
            |moment| {
                walks.row([share.into(), moment.step.into(), moment.weights[0].into(), moment.weights[1].into()]);
                x.push(moment.weights[0]);
                y.push(moment.weights[1]);
                true
            },
        );
        panel = panel.layer(Path { x, y, dots: true, arrow: false, hue, label: Some(words.into()) });
    }
    panel = panel.note(Note::text(-0.9, 0.7, "start", Hue::Ink));
    let title = Title::new()
        .text("Twenty steps at two rates end ")
        .cite(apart, "relative_distance", 0, |v| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN))
        .text(" of the weights' length apart");
    outcome.figures.push(
        Figure::new("walks", title)
            .subtitle("Two weights of logistic regression from one start at three rates, 20 steps each. Lines join places of equal loss.")
            .caption("The title's number is measured on four features, at a tenth and at half of the wall.")
            .alt("A map of the loss over two weights with three paths from one start: at a hundredth of the wall the path hardly leaves the start, at a tenth it comes halfway, at half it reaches the valley's floor.")
            .reads("walks", &["w1", "w2"])
            .panel(panel),
    );
    outcome.tables.push(walks);
}
