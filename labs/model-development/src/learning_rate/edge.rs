//! The edge of stability: a network on all digits at each step, whose sharpness climbs until it meets the wall, and stays
//! there.

use mllab_core::prelude::*;
use mllab_kit::data::real;
use mllab_kit::descent::{Method, Network, NetworkLoss, descend_at};
use mllab_kit::draws::Draws;

const RATE: f64 = 1.0;
/// The share of labels that are wrong.
const WRONG: f64 = 0.3;
/// Steps from one look at the sharpness to the next.
const EVERY: usize = 20;

/// Measures and draws where the sharpness ends.
pub fn of_stability(cx: &Cx) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let steps = if cx.quick() { 80 } else { 320 };
    let digits = real::digits();
    let case = "a network sees 400 digits, three labels in ten of them wrong, at each step";
    let runs = cx.runs(case, (cx.replicates() / 60).clamp(2, 12), |rep| {
        let mut draws = Draws::new(&rep.stream.child("rows", 0));
        let chosen = draws.sample(digits.table.class.len(), 400);
        // Pixels run from 0 to 16 around a mean of 4.9. Wrong labels keep the network from fitting its rows within a few
        // steps: the sharpness of a log loss falls again once all rows are fitted.
        let inputs =
            chosen.iter().flat_map(|&row| digits.table.x.row(row).to_vec()).map(|v| (v - 4.9) / 16.0).collect();
        let label = |&row: &usize| if draws.happens(WRONG) { draws.below(10) } else { digits.table.class[row] };
        let classes = chosen.iter().map(label).collect();
        let loss = NetworkLoss { network: Network::new(&[64, 16, 10]), inputs, classes };
        let mut weights: Vec<f64> = loss.network.draw(&rep.stream.child("start", 0));
        let mut direction: Vec<f64> = weights.iter().map(|_| draws.normal()).collect();
        let mut seen: Vec<[f64; 2]> = Vec::new();
        descend_at(&loss, Method::Plain, &mut weights, steps, RATE, |moment| {
            if moment.step % EVERY == 0 {
                // The direction found last time is a good start: few iterations follow it.
                let iterations = if moment.step == 0 && !cx.quick() { 40 } else { 8 };
                seen.push([loss.sharpness(moment.weights, &mut direction, iterations), moment.loss]);
            }
            true
        });
        Ok(seen)
    })?;
    let late = runs.mean(|seen| {
        let half = &seen[seen.len() / 2..];
        half.iter().map(|[sharpness, _]| sharpness).sum::<f64>() / half.len() as f64 * RATE / 2.0
    });
    outcome.find("oscillation-means-too-high", case, late);
    let mut late_table = Table::named("edge_of_stability").with_estimate("late_sharpness_over_wall", "1");
    late_table.put((late,));
    let mut table = Table::named("sharpness").with_number("run", "runs").with_number("step", "steps");
    table = table.with_numbers(&["sharpness", "loss"], "1");
    for (i, seen) in runs.iter().enumerate() {
        for (j, [sharpness, loss]) in seen.iter().enumerate() {
            table.put((i, (j * EVERY) as f64, *sharpness, *loss));
        }
    }
    let look = Look::new("", Hue::Blue).thin().unnamed();
    let panel = Panel::new(Axis::linear("step").range(0.0, steps as f64), Axis::linear("sharpness of the loss"));
    let panel = (0..runs.len()).fold(panel, |panel, run| panel.line(table.of((run,)), "step", "sharpness", &look));
    let title = Title::say(
        "A network's sharpness climbs to the wall and stays at {} times it",
        [late_table.cite("late_sharpness_over_wall", (), shown::hundredths)],
    )
    .if_cited(|cited| (0.8..1.25).contains(&cited[0]));
    let figure = Figure::new("edge-of-stability", title)
        .subtitle(format!("Sharpness: the largest curvature of the loss. Network with 16 hidden units on 400 digits, three labels in ten wrong, all seen at each step at rate {RATE}. One line a run, {} runs.", runs.len()))
        .caption("Cohen et al. 2021, arXiv 2103.00065, on tables small enough for a laptop.")
        .alt("Sharpness against step for several runs. All climb from below to a dashed horizontal line and then hover around it.")
        .panel(panel.note(Note::horizontal(2.0 / RATE, "the wall: 2 / rate")));
    outcome.show(figure, [table, late_table]);
    Ok(outcome)
}
