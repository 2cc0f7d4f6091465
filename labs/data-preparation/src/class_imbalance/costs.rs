//! Who chooses the cheapest cut-off when a miss costs more than a false alarm?
//!
//! Data: two normal clouds, one positive in twenty; logistic regression, cut-offs chosen on validation rows and paid for
//! on test rows. Arms: best accuracy, best F1, best F1 with a floor under recall, best F2, least cost. Measurement: cost
//! on the test rows.

use super::ClassImbalanceParams;
use super::arms::{Arm, Learner, Ranking, each, replicate};
use super::bands::Band;
use mllab_core::figure::{Axis, Dash, Hue, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Replicate, Source, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::metrics::Confusion;

const CLAIM: &str = "f1-recall-pair";
const RATIOS: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
const TEST_ROWS: usize = 10_000;
const RULES: [(&str, Hue); 5] = [
    ("accuracy", Hue::Vermilion),
    ("F1", Hue::Amber),
    ("F1 + recall", Hue::Green),
    ("F2", Hue::Pink),
    ("cost", Hue::Blue),
];

/// Costs on the test rows, a row of rules for each ratio, and of never and always alarming.
struct Costs {
    rules: Vec<[f64; 5]>,
    trivial: Vec<f64>,
}

/// Measures what each rule's cut-off costs.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let runs = replicate(cx, "", cx.replicates(), |rep| costs(params, params.separation, rep))?;
    let noise = replicate(cx, "noise", cx.replicates(), |rep| costs(params, 0.0, rep))?;
    for (setting, ratio, rule) in [
        ("a miss costs as much as a false alarm", 0, 2),
        ("a miss costs five times a false alarm", 2, 2),
        ("a miss costs ten times a false alarm", 3, 2),
        ("a miss costs twenty times a false alarm", 4, 2),
        ("a miss costs fifty times a false alarm", 5, 2),
        ("F1 alone chooses and a miss costs ten times a false alarm", 3, 1),
    ] {
        let saved = each(&runs, |run| 1.0 - run.rules[ratio][rule] / run.rules[ratio][0]);
        outcome.find(CLAIM, setting, Estimate::mean(&saved));
        let above = each(&runs, |run| run.rules[ratio][rule] / run.rules[ratio][4] - 1.0);
        outcome.find_part(CLAIM, setting, 1, Estimate::mean(&above));
    }
    let saved = each(&noise, |run| 1.0 - run.rules[3][2] / run.trivial[3]);
    outcome.find(CLAIM, "labels are pure noise and a miss costs ten times a false alarm", Estimate::mean(&saved));
    draw(cx, params, &runs, &mut outcome);
    Ok(outcome)
}

fn costs(params: &ClassImbalanceParams, separation: f64, rep: Replicate) -> Result<Costs, KitError> {
    let mut clouds = params.clouds(0.05);
    clouds.separation = separation;
    let train = clouds.draw_exact(params.rows as usize, &rep.stream.child("train", 0));
    let validation = clouds.draw(TEST_ROWS, &rep.stream.child("validation", 0));
    let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
    let model = Learner::Logistic.learn(Arm::Nothing, &train, params.k(), &rep.stream)?;
    let (seen, unseen) = (model.probabilities(validation.x.view()), model.probabilities(test.x.view()));
    let ranking = Ranking::new(&seen, &validation.y);
    let cut = |worth: &dyn Fn(&Confusion) -> f64| ranking.best(worth).0;
    let floored = |c: &Confusion| if c.recall() >= params.recall_floor { c.f_beta(1.0) } else { c.recall() - 2.0 };
    let fixed = [cut(&Confusion::accuracy), cut(&|c| c.f_beta(1.0)), cut(&floored), cut(&|c| c.f_beta(2.0))];
    let counts = fixed.map(|cut| Confusion::at(&unseen, &test.y, cut));
    let price = |c: &Confusion, ratio: f64| ratio * c.false_negatives as f64 + c.false_positives as f64;
    let positives = test.positives();
    let (mut rules, mut trivial) = (Vec::new(), Vec::new());
    for ratio in RATIOS {
        let cheapest = Confusion::at(&unseen, &test.y, cut(&|c| -price(c, ratio)));
        let paid = counts.map(|c| price(&c, ratio));
        rules.push([paid[0], paid[1], paid[2], paid[3], price(&cheapest, ratio)]);
        trivial.push((ratio * positives as f64).min((test.y.len() - positives) as f64));
    }
    Ok(Costs { rules, trivial })
}

/// Cost of each rule over that of the cut-off chosen by cost.
fn draw(cx: &Cx, params: &ClassImbalanceParams, runs: &[Costs], outcome: &mut Outcome) {
    let mut table = Table::new(
        "costs",
        &[
            ("rule", ""),
            ("cost_ratio", "1"),
            ("cost_over_cheapest", "1"),
            ("low", "1"),
            ("high", "1"),
            ("runs", "runs"),
        ],
    );
    let mut panel = Panel::new(
        Axis::log("cost of a miss, in false alarms").range(1.0, 100.0).ticks(RATIOS),
        Axis::linear("cost, as a multiple of that of the cut-off chosen by cost")
            .range(0.9, 4.0)
            .ticks([1.0, 2.0, 3.0, 4.0]),
    );
    for (rule, (name, hue)) in RULES.into_iter().enumerate() {
        let mut band = Band::default();
        for (place, &ratio) in RATIOS.iter().enumerate() {
            let over = each(runs, |run| run.rules[place][rule] / run.rules[place][4]);
            let e = if rule == 4 { Estimate::exact(1.0) } else { Estimate::mean(&over) };
            table.row([name.into(), ratio.into(), e.point.into(), e.low.into(), e.high.into(), over.len().into()]);
            band.push(e);
        }
        let line = Line::new(RATIOS.to_vec(), band.middle, hue).band(band.low, band.high);
        panel = panel.layer(if rule == 4 { line.dash(Dash::Dashed).label(name) } else { line.label(name) });
    }
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * (v - 1.0), 0), shown::THIN);
    let title = Title::new()
        .text("F1 with a recall floor costs ")
        .cite(&table, "cost_over_cheapest", 17, percent)
        .text(" too much where a miss costs ten false alarms, and ")
        .cite(&table, "cost_over_cheapest", 19, percent)
        .text(" where it costs fifty");
    outcome.figures.push(
        Figure::new("cost-of-rules", title)
            .subtitle(format!(
                "One positive in twenty, logistic regression; each rule chooses its cut-off on {} validation rows and pays on as many test rows. Recall floor {}{}%. Mean of {} runs; band: 99\u{202f}% interval of the mean.",
                shown::fixed(TEST_ROWS as f64, 0),
                shown::number(100.0 * params.recall_floor, 3),
                shown::THIN,
                cx.replicates()
            ))
            .alt("Cost of five ways to choose a cut-off against the cost of a miss, as multiples of the cheapest way. Accuracy and F1 rise steeply as misses get dearer; F1 with a recall floor is far too dear on the left, nearly cheapest in the middle and rises again; F2 stays low the longest.")
            .reads("costs", &["cost_ratio", "cost_over_cheapest", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
}
