//! Does a test of the inputs see fraud of a new scheme?
//!
//! Data: three normal inputs of customers, of whom one in ten is fraud of a scheme that the model knows. Arms: another
//! one in ten is of a new scheme, hidden among honest customers or where nobody was, or of the known one; or there is no
//! more. Measurement: the fall of recall, and the share of windows that alarm.

use super::DriftDetectionParams;
use super::worlds::{LEVEL, TRAIN, beyond_level, linear};
use mllab_core::prelude::*;
use mllab_kit::data::drifting::{Scheme, customers};
use mllab_kit::drift::Baseline;
use mllab_kit::metrics::Confusion;
use shown::percent;

const FRAUD: &str = "fraud-new-scheme";
const SCHEMES: [(&str, Scheme); 4] = [
    ("the new scheme hides among honest customers", Scheme::Hidden),
    ("the new scheme lies where nobody was", Scheme::Empty),
    ("the old scheme doubles", Scheme::Doubled),
    ("no scheme is new", Scheme::Known),
];

/// Measures what each scheme costs, and whether inputs tell.
pub fn new_schemes(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let rows = (params.window as usize).max(500);
    let runs = cx.runs("fraud", cx.replicates(), |rep| {
        let draw = |n, scheme, name: &str| customers(n, scheme, &rep.stream.child(name, 0));
        let model = linear(&draw(2 * TRAIN, Scheme::Known, "train"));
        let recall = |scheme, name| {
            let test = draw(2 * TRAIN, scheme, name);
            Confusion::at(&model.logits(test.x.view()), &test.y, 0.0).recall()
        };
        let before = recall(Scheme::Known, "before");
        let baseline = Baseline::new(draw(params.baseline_rows as usize, Scheme::Known, "baseline").x.view())?;
        Ok(SCHEMES.map(|(name, scheme)| {
            let alarm = baseline.alarms(draw(rows, scheme, name).x.view(), LEVEL);
            (before - recall(scheme, "after"), alarm)
        }))
    })?;
    let mut table = Table::named("new_schemes").with_word("scheme");
    table = table.with_estimate("fall_of_recall", "1").with_number("alarms", "share");
    for (place, (setting, scheme)) in SCHEMES.into_iter().enumerate() {
        let fall = runs.mean(|run| run[place].0);
        let alarms = runs.proportion(|run| run[place].1);
        outcome.find(FRAUD, setting, fall);
        if scheme != Scheme::Doubled {
            outcome.find_part(FRAUD, setting, 1, beyond_level(alarms));
        }
        table.put((setting, fall, alarms.point()));
    }
    draw(cx, table, outcome);
    Ok(())
}

fn draw(cx: &Cx, table: Table, outcome: &mut Outcome) {
    const LOOKS: [Look; 3] = [
        Look::new("honest", Hue::Grey).unnamed(),
        Look::new("known", Hue::Blue).called("known scheme").mark(Mark::Square).unnamed(),
        Look::new("new", Hue::Vermilion).called("new scheme").mark(Mark::Triangle).unnamed(),
    ];
    let shown = [("Hidden among customers", SCHEMES[0]), ("Where nobody was", SCHEMES[1])];
    let mut rows = Table::named("customers").with_word("scheme").with_word("kind");
    rows = rows.with_numbers(&["first", "second"], "sd");
    for (name, (_, scheme)) in shown {
        let stream = cx.stream("the-monitors", 0).child("customers", 0);
        let (sample, known) = (customers(250, scheme, &stream), customers(250, Scheme::Known, &stream));
        for (row, (&fraud, &old)) in sample.y.iter().zip(&known.y).enumerate() {
            let look = LOOKS[if old { 1 } else { 2 * usize::from(fraud) }];
            rows.put((name, look.name, sample.x[[row, 0]], sample.x[[row, 1]]));
        }
    }
    let title = Title::say(
        "New fraud in empty space alarms a test of the inputs in {} of the windows, hidden fraud in {}",
        [1, 0].map(|place| table.cite("alarms", (SCHEMES[place].0,), percent)),
    );
    let panel = |(name, (setting, _)): (&str, (&str, Scheme))| {
        let fall = percent(table.of((setting,)).numbers("fall_of_recall")[0]);
        Panel::new(Axis::linear("first input").range(-4.0, 5.0), Axis::linear("second input").range(-6.0, 4.0))
            .title(name)
            .remark(format!("recall falls by {fall}"), Hue::Ink)
            .dots(rows.of((name,)).by("kind"), &LOOKS, "first", "second")
    };
    let figure = Figure::new("new-fraud", title)
        .subtitle("Two of three inputs, 250 customers. One row in ten is fraud of the known scheme, another one in ten of the new scheme.")
        .alt("Two clouds of customers. In both, known fraud sits in a clump to the right. On the left the new fraud is scattered through the honest cloud; on the right it forms a clump of its own below, where nobody was.")
        .keys(&LOOKS, Look::point)
        .panels(shown.map(panel))
        .grid(2, true);
    outcome.show(figure, [table, rows]);
}
