//! Do the ranks of features and the treatment of groups drift, and does an average show it?
//!
//! Data: eight inputs of falling weight, and a live window in which one of them changes; two groups, of which the
//! smaller changes. Arms: a linear model and a tree that explain; changes of inputs, of the concept, of nothing.
//! Measurement: NDCG of the live order of exact Shapley values against the order in training; the gap
//! of true-positive rates, beside accuracy over all.

use super::DriftDetectionParams;
use super::worlds::{TEST, TRAIN, linear, right};
use mllab_core::prelude::*;
use mllab_kit::data::Labelled;
use mllab_kit::data::classes::{from_logits, normal_features};
use mllab_kit::data::drifting::{TwoGroups, two_groups};
use mllab_kit::drift::response::{attribution_ndcg, exact_attribution, linear_attribution, recall_by_group};
use mllab_kit::linear::LogisticModel;
use mllab_kit::tree::TreeSettings;
use ndarray::{ArrayView1, Axis as Side};
use shown::{hundredths, mean_of, percent};

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

fn draw(n: usize, columns: usize, stream: &Stream) -> Labelled {
    let logit = |row: ArrayView1<f64>| row.iter().zip(&WEIGHTS[..columns]).map(|(x, w)| x * w).sum();
    from_logits(normal_features(n, columns, &stream.child("features", 0)), logit, &stream.child("labels", 0))
}

fn ranks(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("ranks", 4 * cx.replicates(), |rep| {
        let train = draw(2 * TRAIN, WEIGHTS.len(), &rep.stream.child("train", 0));
        let model = linear(&train);
        let centre = train.x.mean_axis(Side(0)).expect("rows").to_vec();
        let of = |table: &Labelled| linear_attribution(&model.weights, &centre, table.x.view());
        let before = of(&train);
        let unchanged = draw(TEST, WEIGHTS.len(), &rep.stream.child("live", 0));
        let after = std::array::from_fn::<_, { CASES.len() }, _>(|case| {
            let mut live = unchanged.clone();
            change(case, &mut live);
            of(&live)
        });
        Ok((before, after))
    })?;
    let mut table = Table::named("attributions").with_word("change").with_number("feature", "rank in training");
    table = table.with_numbers(&["training", "live"], "1").with_number("live_rank", "rank").with_number("ndcg", "1");
    for (case, setting) in CASES.into_iter().enumerate() {
        let ndcg = runs.share(|(before, after)| attribution_ndcg(before, &after[case]));
        outcome.find(RANKS, setting, ndcg);
        let live: Vec<f64> = (0..WEIGHTS.len()).map(|f| runs.mean(|(_, after)| after[case][f]).point()).collect();
        for feature in 0..WEIGHTS.len() {
            let ahead = (0..WEIGHTS.len())
                .filter(|&other| live[other] > live[feature] || (live[other] == live[feature] && other < feature));
            let training = runs.mean(|(before, _)| before[feature]).point();
            table.put((setting, feature + 1, training, live[feature], 1 + ahead.count(), ndcg.point()));
        }
    }
    let cite = |case: usize| table.cite("ndcg", (CASES[case],), hundredths);
    let title = Title::say(
        "NDCG falls to {} when a minor input grows tenfold and to {} when the two strongest freeze; a new concept leaves it at {}",
        [cite(2), cite(3), cite(4)],
    )
    .if_cited(|cited| cited[..2].iter().all(|fallen| *fallen < cited[2]));
    let figure = Figure::new("ranks-of-features", title)
        .subtitle(format!("Eight inputs of a logistic regression in the order of their mean absolute Shapley value, in training and live. Mean of {} runs. Clarify alarms below 0.90.", runs.len()))
        .alt("Three slope charts of feature ranks from training to live. In the first one line rises from the last rank to the first and the others step down by one; in the second the two top lines drop to the bottom; in the third all lines are level.")
        .panel(slopes("A minor input grows tenfold", &table.of((CASES[2],))))
        .panel(slopes("The two strongest freeze", &table.of((CASES[3],))))
        .panel(slopes("Only the concept changes", &table.of((CASES[4],))))
        .grid(3, true);
    outcome.show(figure, [table]);
    Ok(())
}

/// A line a feature, from its rank in training to its rank live.
fn slopes(name: &str, rows: &Rows) -> Panel {
    let ndcg = rows.numbers("ndcg")[0];
    let ranks = (1..=WEIGHTS.len()).map(|rank| rank.to_string());
    let panel = Panel::new(Axis::category("", ["training", "live"]), Axis::category("rank", ranks))
        .title(name)
        .remark(format!("NDCG {}", hundredths(ndcg)), if ndcg < 0.9 { Hue::Vermilion } else { Hue::Blue });
    rows.numbers("feature").into_iter().zip(rows.numbers("live_rank")).fold(panel, |panel, (before, after)| {
        let hue = match after - before {
            by if by < -1.0 => Hue::Vermilion,
            by if by > 1.0 => Hue::Amber,
            _ => Hue::Grey,
        };
        let (x, y) = (vec![0.0, 1.0], vec![before - 1.0, after - 1.0]);
        let line = Line::new(x.clone(), y.clone(), hue);
        panel.draw(rows, &["feature", "live_rank", "ndcg"], line).layer(Points::new(x, y, Mark::Disc, hue))
    })
}

/// The same for a tree, whose Shapley values are found by trying every subset of five inputs.
fn tree(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("tree", (cx.replicates() / 5).max(4), |rep| {
        let train = draw(TRAIN, 5, &rep.stream.child("train", 0));
        let settings = TreeSettings { max_depth: 4, ..TreeSettings::default() };
        let tree = settings.fit_classes(train.x.view(), &train.y, None, &rep.stream)?;
        let predict = |row: &[f64]| tree.nodes[tree.leaf(ArrayView1::from(row))].value;
        let first = |rows: usize, table: &Labelled| table.x.select(Side(0), &(0..rows).collect::<Vec<_>>());
        let background = first(20, &train);
        let of = |table: &Labelled| exact_attribution(predict, background.view(), first(40, table).view());
        let mut live = draw(40, 5, &rep.stream.child("live", 0));
        change(3, &mut live);
        Ok(attribution_ndcg(&of(&train), &of(&live)))
    })?;
    let setting = "a tree explains and its two strongest inputs freeze at their means";
    outcome.find(RANKS, setting, runs.share(|ndcg| *ndcg));
    Ok(())
}

/// The gap of true-positive rates, majority less minority; accuracy; the two rates.
fn treatment(model: &LogisticModel, TwoGroups { table, group }: &TwoGroups) -> [f64; 4] {
    let logits = model.logits(table.x.view());
    let said: Vec<bool> = logits.iter().map(|&logit| logit > 0.0).collect();
    let recall = recall_by_group(&said, &table.y, group, 2);
    [recall[0] - recall[1], right(&logits, &table.y), recall[0], recall[1]]
}

/// How far either group's first input has moved, and how far the minority's boundary has turned.
const NOTHING: ([f64; 2], f64) = ([0.0; 2], 0.0);
const TURNED: ([f64; 2], f64) = ([0.0; 2], 45.0);
/// Windows of the timeline; the change comes half-way.
const STEPS: usize = 16;

fn groups(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let learnt = |rep: &Replicate| linear(&two_groups(TRAIN, NOTHING, &rep.stream.child("train", 0)).table);
    for (setting, change) in [
        ("inputs of a minority move", ([0.0, -1.0], 0.0)),
        ("the concept changes for a minority", TURNED),
        ("both groups move alike", ([-1.0, -1.0], 0.0)),
        ("nothing moves", NOTHING),
    ] {
        let runs = cx.runs(setting, cx.replicates(), |rep| {
            let model = learnt(&rep);
            let treated = |change, name| treatment(&model, &two_groups(TEST, change, &rep.stream.child(name, 0)));
            Ok([treated(NOTHING, "before"), treated(change, "after")])
        })?;
        outcome.find(BIAS, setting, runs.mean(|[before, after]| after[0] - before[0]));
        if setting.contains("minority") {
            outcome.find_part(BIAS, setting, 1, runs.mean(|[before, after]| before[1] - after[1]));
        }
    }
    let runs = cx.runs("timeline", cx.replicates() / 2, |rep| {
        let model = learnt(&rep);
        Ok(std::array::from_fn::<_, STEPS, _>(|step| {
            let change = if step < STEPS / 2 { NOTHING } else { TURNED };
            treatment(&model, &two_groups(TRAIN, change, &rep.stream.child("window", step as u64)))
        }))
    })?;
    let looks = [
        Look::new("accuracy", Hue::Grey),
        Look::new("found, majority", Hue::Blue),
        Look::new("found, minority", Hue::Vermilion),
    ];
    let mut table = Table::named("treatment_over_time").with_number("window", "windows").with_word("series");
    table = table.with_estimate("estimate", "share");
    for (series, look) in looks.iter().enumerate() {
        for step in 0..STEPS {
            table.put((step + 1, look.name, runs.mean(|run| run[step][1 + series])));
        }
    }
    let cite = |series| table.cite("estimate", (STEPS, series), percent);
    let title = Title::say(
        "The share of a minority's positives that are found drops to {}, and accuracy over all only to {}",
        [cite("found, minority"), cite("accuracy")],
    )
    .if_cited(|cited| cited[0] < cited[1]);
    let windows = Axis::linear("window of 1000 rows").range(1.0, STEPS as f64).ticks([1.0, 4.0, 8.0, 12.0, 16.0]);
    let panel = Panel::new(windows, Axis::share("share").range(0.5, 1.0))
        .lines(&table, &looks, "window", "estimate")
        .note(Note::vertical(STEPS as f64 / 2.0 + 0.5, "concept changes\nfor the minority"));
    let figure = Figure::new("bias-over-time", title)
        .subtitle(format!("Fifteen rows in a hundred belong to the minority; half-way its boundary turns by 45°. {}", mean_of(runs.len(), "runs")))
        .alt("Three lines over sixteen windows. Half-way the share of positives found in the minority drops steeply; that of the majority stays and accuracy over all dips slightly.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
