//! Who chooses the cheapest cut-off when a miss costs more than a false alarm?
//!
//! Data: two normal clouds, one positive in twenty; logistic regression, cut-offs chosen on validation rows and paid for
//! on test rows. Arms: best accuracy, best F1, best F1 with a floor under recall, best F2, least cost. Measurement: cost
//! on the test rows.

use super::ClassImbalanceParams;
use mllab_core::prelude::*;
use mllab_kit::metrics::{Confusion, Ranking};
use mllab_kit::remedies::{Learner, Remedy};

const CLAIM: &str = "f1-recall-pair";
const RATIOS: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
const TEST_ROWS: usize = 10_000;
const RULES: [Look; 5] = [
    Look::new("accuracy", Hue::Vermilion),
    Look::new("F1", Hue::Amber),
    Look::new("F1 + recall", Hue::Green),
    Look::new("F2", Hue::Pink),
    Look::new("cost", Hue::Blue).dashed(),
];

/// Costs on the test rows at one ratio: of each rule, and of the cheaper of never and always alarming.
#[derive(Clone, Copy)]
struct Costs {
    rules: [f64; 5],
    trivial: f64,
}

/// Measures what each rule's cut-off costs.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let runs = cx.runs("", cx.replicates(), |rep| costs(params, params.separation, &rep.stream))?;
    let noise = cx.runs("noise", cx.replicates(), |rep| costs(params, 0.0, &rep.stream))?;
    for (setting, ratio, rule) in [
        ("a miss costs as much as a false alarm", 0, 2),
        ("a miss costs five times a false alarm", 2, 2),
        ("a miss costs ten times a false alarm", 3, 2),
        ("a miss costs twenty times a false alarm", 4, 2),
        ("a miss costs fifty times a false alarm", 5, 2),
        ("F1 alone chooses and a miss costs ten times a false alarm", 3, 1),
    ] {
        let paid = runs.map(|run| run[ratio].rules);
        let saved = paid.mean(|paid| 1.0 - paid[rule] / paid[0]);
        outcome.find(CLAIM, setting, [saved, paid.mean(|paid| paid[rule] / paid[4] - 1.0)]);
    }
    let setting = "labels are pure noise and a miss costs ten times a false alarm";
    outcome.find(CLAIM, setting, noise.mean(|run| 1.0 - run[3].rules[2] / run[3].trivial));
    draw(params, &runs, &mut outcome);
    Ok(outcome)
}

/// Costs of one draw of rows, ratio by ratio.
fn costs(params: &ClassImbalanceParams, separation: f64, stream: &Stream) -> Result<[Costs; 7], LabError> {
    let mut clouds = params.clouds(0.05);
    clouds.separation = separation;
    let train = clouds.draw_exact(params.rows as usize, &stream.child("train", 0));
    let validation = clouds.draw(TEST_ROWS, &stream.child("validation", 0));
    let test = clouds.draw(TEST_ROWS, &stream.child("test", 0));
    let model = Learner::Logistic.learn(Remedy::Nothing, &train, params.k(), stream)?;
    let ranking = Ranking::new(&model.probabilities(validation.x.view()), &validation.y);
    let unseen = model.probabilities(test.x.view());
    let chosen_by = |worth: &dyn Fn(&Confusion) -> f64| Confusion::at(&unseen, &test.y, ranking.best(worth).0);
    let floored = |c: &Confusion| if c.recall() >= params.recall_floor { c.f_beta(1.0) } else { c.recall() - 2.0 };
    let f = |beta: f64| move |c: &Confusion| c.f_beta(beta);
    let fixed = [chosen_by(&Confusion::accuracy), chosen_by(&f(1.0)), chosen_by(&floored), chosen_by(&f(2.0))];
    let positives = test.positives();
    Ok(RATIOS.map(|ratio| {
        let price = |c: &Confusion| ratio * c.false_negatives as f64 + c.false_positives as f64;
        let [accuracy, f1, floored_f1, f2] = fixed.map(|counts| price(&counts));
        let rules = [accuracy, f1, floored_f1, f2, price(&chosen_by(&|c| -price(c)))];
        Costs { rules, trivial: (ratio * positives as f64).min((test.y.len() - positives) as f64) }
    }))
}

/// Cost of each rule over that of the cut-off chosen by cost.
fn draw(params: &ClassImbalanceParams, runs: &Runs<[Costs; 7]>, outcome: &mut Outcome) {
    let mut table = Table::named("costs").with_word("rule").with_number("cost_ratio", "1");
    table = table.with_estimate("cost_over_cheapest", "1").with_runs();
    for (rule, look) in RULES.iter().enumerate() {
        for (place, ratio) in RATIOS.into_iter().enumerate() {
            let over = runs.mean(|run| run[place].rules[rule] / run[place].rules[4]);
            let itself = Estimate::exact(1.0).over(runs.len());
            table.put((look.name, ratio, if rule == 4 { itself } else { over }));
        }
    }
    let too_much = |ratio: f64| table.cite("cost_over_cheapest", ("F1 + recall", ratio), |v| shown::percent(v - 1.0));
    let title = Title::say(
        "F1 with a recall floor costs {} too much where a miss costs ten false alarms, and {} where it costs fifty",
        [too_much(10.0), too_much(50.0)],
    );
    let (rows, floor) = (shown::whole(TEST_ROWS as f64), shown::number(100.0 * params.recall_floor, 3));
    let figure = Figure::new("cost-of-rules", title)
        .subtitle(format!("One positive in twenty, logistic regression; each rule chooses its cut-off on {rows} validation rows and pays on as many test rows. Recall floor {floor}\u{202f}%. Mean of {} runs; band: 99\u{202f}% interval of the mean.", runs.len()))
        .alt("Cost of five ways to choose a cut-off against the cost of a miss, as multiples of the cheapest way. Accuracy and F1 rise steeply as misses get dearer; F1 with a recall floor is far too dear on the left, nearly cheapest in the middle and rises again; F2 stays low the longest.")
        .panel(
            Panel::new(
                Axis::log("cost of a miss, in false alarms").range(1.0, 100.0).ticks(RATIOS),
                Axis::linear("cost, as a multiple of that of the cut-off chosen by cost").range(0.9, 4.0).ticks([1.0, 2.0, 3.0, 4.0]),
            )
            .lines(&table, &RULES, "cost_ratio", "cost_over_cheapest"),
        );
    outcome.show(figure, [table]);
}
