//! Do the ranks of features and the treatment of groups drift, and does an average show it?
//!
//! Data: eight inputs of falling weight, and a live window in which one of them changes; two groups, of which the
//! smaller changes. Measurement: NDCG of the live order of exact Shapley values against the order in training; the gap
//! of true-positive rates, beside accuracy over all.

use super::DriftDetectionParams;
use super::worlds::{Series, TEST, TRAIN, each, linear, mean, right};
use mllab_core::figure::{Axis, Format, Hue, Layout, Line, Mark, Note, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::Labelled;
use mllab_kit::data::classes::{from_logits, normal_features};
use mllab_kit::draws::Draws;
use mllab_kit::drift::response::{attribution_ndcg, exact_attribution, linear_attribution, recall_by_group};
use mllab_kit::linear::LogisticModel;
use mllab_kit::tree::TreeSettings;
use ndarray::{ArrayView1, Axis as Side};

const RANKS: &str = "attribution-drift";
const BIAS: &str = "bias-drift";
const WEIGHTS: [f64; 8] = [1.6, 1.3, 1.0, 0.8, 0.6, 0.4, 0.25, 0.15];
const CASES: [&str; 6] = [
    "a minor input doubles its spread",
    "a minor input moves by two sd",
    "a minor input grows tenfold",
    "the two strongest inputs freeze at their means",
    "only the concept changes",
    "nothing changes",
];

/// Measures both.
pub fn run(cx: &Cx, _: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    ranks(cx, &mut outcome)?;
    tree(cx, &mut outcome)?;
    groups(cx, &mut outcome)?;
    Ok(outcome)
}

fn change(case: usize, table: &mut Labelled) {
    let last = table.x.ncols() - 1;
    match case {
        0 => table.x.column_mut(last).mapv_inplace(|v| 2.0 * v),
        1 => table.x.column_mut(last).mapv_inplace(|v| v + 2.0),
        2 => table.x.column_mut(last).mapv_inplace(|v| 10.0 * v),
        3 => (0..2).for_each(|column| table.x.column_mut(column).fill(0.0)),
        4 => table.y.iter_mut().for_each(|label| *label = !*label),
        _ => {}
    }
}

fn additive(columns: usize) -> impl Fn(ArrayView1<f64>) -> f64 {
    move |row| row.iter().zip(&WEIGHTS[..columns]).map(|(x, w)| x * w).sum()
}

fn draw(n: usize, columns: usize, stream: &Stream) -> Labelled {
    let x = normal_features(n, columns, &stream.child("features", 0));
    from_logits(x, additive(columns), &stream.child("labels", 0))
}

/// NDCG, and the contributions in training and live.
type Ranked = (f64, Vec<f64>, Vec<f64>);

fn ranks(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = 4 * cx.replicates();
    let runs = cx.replicate_part("ranks", n, |rep| {
        let train = draw(2 * TRAIN, WEIGHTS.len(), &rep.stream.child("train", 0));
        let model = linear(&train);
        let centre = train.x.mean_axis(Side(0)).expect("rows").to_vec();
        let of = |table: &Labelled| linear_attribution(&model.weights, &centre, table.x.view());
        let before = of(&train);
        let unchanged = draw(TEST, WEIGHTS.len(), &rep.stream.child("live", 0));
        std::array::from_fn::<_, { CASES.len() }, _>(|case| {
            let mut live = unchanged.clone();
            change(case, &mut live);
            let after = of(&live);
            (attribution_ndcg(&before, &after), before.clone(), after)
        })
    })?;
    let columns = [
        ("change", ""),
        ("feature", "rank in training"),
        ("training", "1"),
        ("live", "1"),
        ("live_rank", "rank"),
        ("ndcg", "1"),
    ];
    let mut table = Table::new("attributions", &columns);
    for (case, setting) in CASES.into_iter().enumerate() {
        let e = Estimate::mean_within(&each(&runs, |run| run[case].0), 0.0, 1.0);
        outcome.find(RANKS, setting, e);
        let average = |of: &dyn Fn(&Ranked) -> f64| runs.iter().map(|run| of(&run[case])).sum::<f64>() / n as f64;
        let live: Vec<f64> = (0..WEIGHTS.len()).map(|f| average(&|run| run.2[f])).collect();
        for feature in 0..WEIGHTS.len() {
            let ahead = (0..WEIGHTS.len())
                .filter(|&other| live[other] > live[feature] || (live[other] == live[feature] && other < feature));
            let rank = 1 + ahead.count();
            let training = average(&|run| run.1[feature]);
            table.row([
                setting.into(),
                (feature + 1).into(),
                training.into(),
                live[feature].into(),
                rank.into(),
                e.point.into(),
            ]);
        }
    }
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("NDCG falls to ")
        .cite(&table, "ndcg", 16, two)
        .text(" when a minor input grows tenfold and to ")
        .cite(&table, "ndcg", 24, two)
        .text(" when the two strongest freeze; a new concept leaves it at ")
        .cite(&table, "ndcg", 32, two);
    let mut figure = Figure::new("ranks-of-features", title)
        .subtitle(format!(
            "Eight inputs of a logistic regression in the order of their mean absolute Shapley value, in training and live. Mean of {n} runs. Clarify alarms below 0.90."
        ))
        .alt("Three slope charts of feature ranks from training to live. In the first one line rises from the last rank to the first and the others step down by one; in the second the two top lines drop to the bottom; in the third all lines are level.")
        .reads("attributions", &["feature", "live_rank", "ndcg"])
        .layout(Layout::Grid { columns: 3, share_y: true });
    for (case, name) in
        [(2, "A minor input grows tenfold"), (3, "The two strongest freeze"), (4, "Only the concept changes")]
    {
        let e = table.number(8 * case, "ndcg").expect("a number");
        let mut panel = Panel::new(
            Axis::category("", ["training", "live"]),
            Axis::category("rank", ["1", "2", "3", "4", "5", "6", "7", "8"]),
        )
        .title(name)
        .remark(format!("NDCG {}", two(e)), if e < 0.9 { Hue::Vermilion } else { Hue::Blue });
        for feature in 0..WEIGHTS.len() {
            let rank = table.number(8 * case + feature, "live_rank").expect("a rank");
            let from = (feature + 1) as f64;
            let hue = if rank < from - 1.0 {
                Hue::Vermilion
            } else if rank > from + 1.0 {
                Hue::Amber
            } else {
                Hue::Grey
            };
            panel = panel.layer(Line::new(vec![0.0, 1.0], vec![from - 1.0, rank - 1.0], hue)).layer(Points::new(
                vec![0.0, 1.0],
                vec![from - 1.0, rank - 1.0],
                Mark::Disc,
                hue,
            ));
        }
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}

/// The same for a tree, whose Shapley values are found by trying every subset of five inputs.
fn tree(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let values = cx.replicate_part("tree", (cx.replicates() / 5).max(4), |rep| {
        let train = draw(TRAIN, 5, &rep.stream.child("train", 0));
        let settings = TreeSettings { max_depth: 4, ..TreeSettings::default() };
        let tree = settings.fit_classes(train.x.view(), &train.y, None, &rep.stream).expect("rows of both classes");
        let predict = |row: &[f64]| tree.nodes[tree.leaf(ArrayView1::from(row))].value;
        let background = train.x.select(Side(0), &(0..20).collect::<Vec<_>>());
        let of = |table: &Labelled| {
            exact_attribution(predict, background.view(), table.x.select(Side(0), &(0..40).collect::<Vec<_>>()).view())
        };
        let mut live = draw(40, 5, &rep.stream.child("live", 0));
        let before = of(&train);
        change(3, &mut live);
        attribution_ndcg(&before, &of(&live))
    })?;
    let setting = "a tree explains and its two strongest inputs freeze at their means";
    outcome.find(RANKS, setting, Estimate::mean_within(&values, 0.0, 1.0));
    Ok(())
}

/// How the smaller group, fifteen rows in a hundred, changes.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Stays,
    Moves,
    Turns,
    BothMove,
}

/// Rows of two inputs and their groups; the label depends on the first input.
fn people(n: usize, kind: Group, stream: &Stream) -> (Labelled, Vec<usize>) {
    let mut x = normal_features(n, 2, &stream.child("features", 0));
    let mut draws = Draws::new(&stream.child("groups", 0));
    let mut noise = Draws::new(&stream.child("noise", 0));
    let group: Vec<usize> = (0..n).map(|_| usize::from(draws.happens(0.15))).collect();
    let slope = std::f64::consts::FRAC_1_SQRT_2;
    let y = x
        .rows_mut()
        .into_iter()
        .zip(&group)
        .map(|(mut row, &group)| {
            if kind == Group::BothMove || (kind == Group::Moves && group == 1) {
                row[0] -= 1.0;
            }
            let side = if kind == Group::Turns && group == 1 { slope * (row[0] + row[1]) } else { row[0] };
            side + 0.5 * noise.normal() > 0.0
        })
        .collect();
    (Labelled { x, y }, group)
}

/// The gap of true-positive rates, majority less minority; accuracy; the two rates.
fn treatment(model: &LogisticModel, (table, group): &(Labelled, Vec<usize>)) -> [f64; 4] {
    let logits = model.logits(table.x.view());
    let said: Vec<bool> = logits.iter().map(|&logit| logit > 0.0).collect();
    let recall = recall_by_group(&said, &table.y, group, 2);
    [recall[0] - recall[1], right(&logits, &table.y), recall[0], recall[1]]
}

/// Windows of the timeline; the change comes half-way.
const STEPS: usize = 16;

fn groups(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = cx.replicates();
    for (setting, kind) in [
        ("inputs of a minority move", Group::Moves),
        ("the concept changes for a minority", Group::Turns),
        ("both groups move alike", Group::BothMove),
        ("nothing moves", Group::Stays),
    ] {
        let runs = cx.replicate_part(setting, n, |rep| {
            let model = linear(&people(TRAIN, Group::Stays, &rep.stream.child("train", 0)).0);
            let [before, after] = [(Group::Stays, "before"), (kind, "after")]
                .map(|(kind, name)| treatment(&model, &people(TEST, kind, &rep.stream.child(name, 0))));
            [after[0] - before[0], before[1] - after[1]]
        })?;
        outcome.find(BIAS, setting, mean(&runs, |run| run[0]));
        if matches!(kind, Group::Moves | Group::Turns) {
            outcome.find_part(BIAS, setting, 1, mean(&runs, |run| run[1]));
        }
    }
    let line = cx.replicate_part("timeline", n / 2, |rep| {
        let model = linear(&people(TRAIN, Group::Stays, &rep.stream.child("train", 0)).0);
        std::array::from_fn::<_, STEPS, _>(|step| {
            let kind = if step < STEPS / 2 { Group::Stays } else { Group::Turns };
            treatment(&model, &people(TRAIN, kind, &rep.stream.child("window", step as u64)))
        })
    })?;
    let columns = [("window", "windows"), ("series", ""), ("estimate", "share"), ("low", "share"), ("high", "share")];
    let mut table = Table::new("treatment_over_time", &columns);
    let x: Vec<f64> = (1..=STEPS).map(|step| step as f64).collect();
    let mut panel = Panel::new(
        Axis::linear("window of 1000 rows").range(1.0, STEPS as f64).ticks([1.0, 4.0, 8.0, 12.0, 16.0]),
        Axis::linear("share").range(0.5, 1.0).format(Format::Percent),
    );
    for (name, place, hue) in
        [("accuracy", 1, Hue::Grey), ("found, majority", 2, Hue::Blue), ("found, minority", 3, Hue::Vermilion)]
    {
        let estimates: Vec<Estimate> = (0..STEPS).map(|step| mean(&line, |run| run[step][place])).collect();
        for (window, e) in estimates.iter().enumerate() {
            table.row([(window + 1).into(), name.into(), e.point.into(), e.low.into(), e.high.into()]);
        }
        let band: Series = estimates.into_iter().collect();
        panel = panel.layer(Line::new(x.clone(), band.middle, hue).band(band.low, band.high).label(name));
    }
    panel = panel.note(Note::vertical(STEPS as f64 / 2.0 + 0.5, "concept changes\nfor the minority"));
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("The share of a minority's positives that are found drops to ")
        .cite(&table, "estimate", 3 * STEPS - 1, percent)
        .text(", and accuracy over all only to ")
        .cite(&table, "estimate", STEPS - 1, percent);
    outcome.figures.push(
        Figure::new("bias-over-time", title)
            .subtitle(format!(
                "Fifteen rows in a hundred belong to the minority; half-way its boundary turns by 45°. Mean of {} runs; band: 99\u{202f}% interval.",
                n / 2
            ))
            .alt("Three lines over sixteen windows. Half-way the share of positives found in the minority drops steeply; that of the majority stays and accuracy over all dips slightly.")
            .reads("treatment_over_time", &["window", "estimate", "low", "high"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}
