//! Where do the rows lie that SMOTE invents, and who profits from them?
//!
//! Data: a minority in one cloud or in clusters of four rows, whose home is known; two normal clouds, one positive in
//! fifty; labels that mean nothing. Arms: copies, class weights, SMOTE, Borderline-SMOTE, ADASYN, each on the training
//! rows; SMOTE and copies before the split (the mistake). Learners: a fully grown tree, the nearest neighbour, boosted
//! trees, logistic regression.

use super::ClassImbalanceParams;
use super::arms::{Arm, Learner, TREE_ROWS, at_half, each, replicate, unusable};
use super::folds::{own, standardised};
use mllab_core::figure::{
    Axis, Dumbbell, Grid, Hue, Interval, Layout, LegendKey, Mark, Note, Panel, Points, Regions, Segments,
};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::{Labelled, classes};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::{Confusion, average_precision, best_f_beta, roc_auc};
use mllab_kit::neighbours::shares;
use mllab_kit::resample::{Origin, Resampled, Synthesis, smote};
use mllab_kit::split;
use mllab_kit::tree::TreeSettings;
use ndarray::{Array2, ArrayView2};

const SMOTE: &str = "smote";
const OVERFIT: &str = "smote-vs-duplicates-overfit";
const TEST_ROWS: usize = 10_000;

/// Measures what SMOTE invents and what it is good for.
pub fn run(cx: &Cx, params: &ClassImbalanceParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Some(table) = own(source, params.k())? {
        let runs = replicate(cx, "own", params.repeats as usize, |rep| {
            let parts = split::stratified(&table.y, 0.2, &rep.stream.child("split", 0))?;
            let (train, _) = standardised(&table.rows(&parts.train), &table.rows(&parts.test))?;
            invent(&train, params, &rep.stream, |_| false)
        })?;
        homes("your table's training rows are balanced", &runs, false, &mut outcome);
        return Ok(outcome);
    }
    for (setting, clustered) in
        [("the minority is one cloud", false), ("the minority lives in clusters of four rows", true)]
    {
        // None of 180 runs puts a share below 3 % at the level; 60 could not.
        let runs = replicate(cx, setting, 3 * cx.replicates(), |rep| {
            let world = World::draw(clustered, &rep.stream);
            invent(&world.table, params, &rep.stream, |row| world.is_abroad(row))
        })?;
        homes(setting, &runs, true, &mut outcome);
    }
    linear(cx, params, &mut outcome)?;
    boosted(cx, params, &mut outcome)?;
    by_heart(cx, params, &mut outcome)?;
    leak(cx, params, &mut outcome)?;
    draw_world(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// A minority whose home is known, among a wide majority.
struct World {
    table: Labelled,
    homes: Vec<[f64; 2]>,
    sd: f64,
}

impl World {
    /// 400 majority rows; 40 minority rows in one cloud, or in ten clusters of four on a circle.
    fn draw(clustered: bool, stream: &Stream) -> Self {
        let homes: Vec<[f64; 2]> = if clustered {
            let angle = |place: usize| std::f64::consts::TAU * place as f64 / 10.0;
            (0..10).map(|place| [5.0 * libm::cos(angle(place)), 5.0 * libm::sin(angle(place))]).collect()
        } else {
            vec![[2.5, 0.0]]
        };
        let sd = if clustered { 0.3 } else { 1.0 };
        let mut draws = Draws::new(&stream.child("world", 0));
        let y: Vec<bool> = (0..440).map(|row| row < 40).collect();
        let x = Array2::from_shape_fn((440, 2), |(row, column)| {
            if y[row] { homes[row % homes.len()][column] + sd * draws.normal() } else { 2.5 * draws.normal() }
        });
        World { table: Labelled { x, y }, homes, sd }
    }

    /// Whether a place is four sd or more from every home.
    fn is_abroad(&self, row: &[f64]) -> bool {
        self.homes.iter().all(|home| libm::hypot(row[0] - home[0], row[1] - home[1]) >= 4.0 * self.sd)
    }
}

/// What SMOTE made of one table.
struct Invention {
    uneven: f64,
    made: usize,
    copies: usize,
    abroad: f64,
}

fn invent(
    train: &Labelled,
    params: &ClassImbalanceParams,
    stream: &Stream,
    abroad: impl Fn(&[f64]) -> bool,
) -> Result<Invention, KitError> {
    let even = smoted(train, params.k(), stream)?;
    let positives = even.y.iter().filter(|&&label| label).count();
    let given: Vec<Vec<f64>> =
        (0..train.y.len()).filter(|&row| train.y[row]).map(|row| train.x.row(row).to_vec()).collect();
    let made: Vec<Vec<f64>> = (train.y.len()..even.y.len()).map(|row| even.x.row(row).to_vec()).collect();
    Ok(Invention {
        uneven: (positives as f64 / (even.y.len() - positives) as f64 - 1.0).abs(),
        made: made.len(),
        copies: made.iter().filter(|row| given.contains(row)).count(),
        abroad: made.iter().filter(|row| abroad(row)).count() as f64 / made.len() as f64,
    })
}

fn smoted(train: &Labelled, k: usize, stream: &Stream) -> Result<Resampled, KitError> {
    smote(train.x.view(), &train.y, Synthesis { k, ..Synthesis::default() }, &stream.child("smote", 0))
}

fn homes(setting: &'static str, runs: &[Invention], known: bool, outcome: &mut Outcome) {
    outcome.find(SMOTE, setting, Estimate::exact(runs.iter().map(|run| run.uneven).fold(0.0, f64::max)));
    let (copies, made) = runs.iter().fold((0, 0), |sum, run| (sum.0 + run.copies, sum.1 + run.made));
    outcome.find_part(SMOTE, setting, 1, Estimate::proportion(copies, made));
    if known {
        outcome.find_part(SMOTE, setting, 2, Estimate::mean_within(&each(runs, |run| run.abroad), 0.0, 1.0));
    }
}

/// Average precision of logistic regression after each way to invent rows, against class weights.
fn linear(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let arms = [Arm::Weights, Arm::Smote, Arm::Borderline, Arm::Adasyn];
    let runs = replicate(cx, "linear", cx.replicates() / 2, |rep| {
        let clouds = params.clouds(0.02);
        let train = clouds.draw_exact(params.rows as usize, &rep.stream.child("train", 0));
        let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
        let mut scores = [0.0; 4];
        for (score, arm) in scores.iter_mut().zip(arms) {
            let model = Learner::Logistic.learn(arm, &train, params.k(), &rep.stream)?;
            *score = average_precision(&model.probabilities(test.x.view()), &test.y);
        }
        Ok(scores)
    })?;
    for (place, setting) in [
        (1, "logistic regression is compared with class weights"),
        (2, "Borderline-SMOTE takes its place for logistic regression"),
        (3, "ADASYN takes its place for logistic regression"),
    ] {
        outcome.find(SMOTE, setting, Estimate::mean(&each(&runs, |run| run[place] - run[0])));
    }
    Ok(())
}

/// Boosted trees: recall against copies, and F1 at cut-offs tuned on validation rows against doing nothing.
fn boosted(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = replicate(cx, "boosted", cx.replicates() / 2, |rep| {
        let clouds = params.clouds(0.02);
        let train = clouds.draw_exact(TREE_ROWS, &rep.stream.child("train", 0));
        let validation = clouds.draw(TREE_ROWS, &rep.stream.child("validation", 0));
        let test = clouds.draw(TEST_ROWS, &rep.stream.child("test", 0));
        let mut read = [[0.0; 2]; 3];
        for (read, arm) in read.iter_mut().zip([Arm::Nothing, Arm::Over, Arm::Smote]) {
            let model = Learner::Trees.learn(arm, &train, params.k(), &rep.stream)?;
            let cut = best_f_beta(&model.probabilities(validation.x.view()), &validation.y, 1.0).1;
            let p = model.probabilities(test.x.view());
            *read = [at_half(&p, &test.y).recall(), Confusion::at(&p, &test.y, cut).f_beta(1.0)];
        }
        Ok(read)
    })?;
    let recall = each(&runs, |run| run[2][0] - run[1][0]);
    outcome.find(SMOTE, "boosted trees are compared with copies", Estimate::mean(&recall));
    let f1 = each(&runs, |run| run[2][1] - run[0][1]);
    let setting = "boosted trees are compared with nothing, each at its own tuned cut-off";
    outcome.find(SMOTE, setting, Estimate::mean(&f1));
    Ok(())
}

/// Who learns copies by heart: thirty minority rows among 1500, judged on as many positives as negatives for recall.
fn by_heart(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    type Learn = fn(&Labelled, ArrayView2<f64>, &Stream) -> Result<Vec<f64>, KitError>;
    let grown: Learn = |t, x, s| Ok(TreeSettings::default().fit_classes(t.x.view(), &t.y, None, s)?.predict(x));
    let nearest: Learn = |t, x, _| shares(x, t.x.view(), &t.y, 1);
    let trees: Learn = |t, x, s| Ok(Learner::Trees.fit(t, None, s)?.probabilities(x));
    let line: Learn = |t, x, s| Ok(Learner::Logistic.fit(t, None, s)?.probabilities(x));
    let runs = replicate(cx, "by heart", cx.replicates(), |rep| {
        let clouds = params.clouds(0.02);
        let train = clouds.draw_exact(1500, &rep.stream.child("train", 0));
        let test = clouds.draw_exact(5000, &rep.stream.child("test", 0));
        // The nearest neighbour of each row is dear: all positives, and 200 negatives for the control.
        let is_few = |row: &usize| test.y[*row] || *row < 200;
        let few = test.rows(&(0..test.y.len()).filter(is_few).collect::<Vec<_>>());
        let [copied, made] =
            [Arm::Over.balance(&train, params.k(), &rep.stream)?, Arm::Smote.balance(&train, params.k(), &rep.stream)?];
        let mut gains = [0.0; 6];
        for (place, learn) in [grown, nearest, trees, line].into_iter().enumerate() {
            let on = if place == 1 { &few } else { &test };
            let counts = |table: &Labelled| -> Result<Confusion, KitError> {
                Ok(at_half(&learn(table, on.x.view(), &rep.stream)?, &on.y))
            };
            let (with_copies, with_made) = (counts(&copied)?, counts(&made)?);
            gains[place] = with_made.recall() - with_copies.recall();
            if place == 0 {
                gains[4] = with_made.precision() - with_copies.precision();
            }
        }
        let before = nearest(&train, few.x.view(), &rep.stream)?;
        let after = nearest(&copied, few.x.view(), &rep.stream)?;
        gains[5] = before.iter().zip(&after).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        Ok(gains)
    })?;
    for (place, setting) in [
        "a tree grows until its leaves are pure",
        "the nearest neighbour decides",
        "boosted trees of depth three learn",
        "logistic regression learns",
        "precision of a fully grown tree is what counts",
    ]
    .into_iter()
    .enumerate()
    {
        outcome.find(OVERFIT, setting, Estimate::mean(&each(&runs, |run| run[place])));
    }
    let largest = runs.iter().map(|run| run[5]).fold(0.0, f64::max);
    outcome.find(
        OVERFIT,
        "the nearest neighbour decides and copies are compared with nothing",
        Estimate::exact(largest),
    );
    Ok(())
}

/// Labels of pure noise: what a test says where the rows were balanced before the split, and where after.
fn leak(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let names = ["five neighbours", "fully grown tree", "boosted trees", "logistic regression"];
    let runs = replicate(cx, "leak", cx.replicates(), |rep| {
        let table = classes::pure_noise(600, 5, 0.1, &rep.stream.child("rows", 0));
        let parts = |y: &[bool]| split::stratified(y, 0.3, &rep.stream.child("split", 0));
        let honest = parts(&table.y)?;
        let train = Arm::Smote.balance(&table.rows(&honest.train), params.k(), &rep.stream)?;
        let after = aucs(&train, &table.rows(&honest.test), &rep.stream)?;
        let even = Arm::Smote.balance(&table, params.k(), &rep.stream)?;
        let mixed = parts(&even.y)?;
        let before = aucs(&even.rows(&mixed.train), &even.rows(&mixed.test), &rep.stream)?;
        Ok((after, before))
    })?;
    let mut table = Table::new(
        "leak",
        &[("learner", ""), ("balanced", ""), ("roc_auc", "1"), ("low", "1"), ("high", "1"), ("runs", "runs")],
    );
    let (mut points, mut intervals) = ([vec![], vec![]], [Interval::default(), Interval::default()]);
    for (place, name) in names.into_iter().enumerate() {
        for (side, when) in ["training rows only", "before the split"].into_iter().enumerate() {
            let values = each(&runs, |run| if side == 0 { run.0[place] } else { run.1[place] });
            let e = Estimate::mean_within(&values, 0.0, 1.0);
            table.row([name.into(), when.into(), e.point.into(), e.low.into(), e.high.into(), e.replicates.into()]);
            points[side].push(e.point);
            intervals[side].low.push(e.low);
            intervals[side].high.push(e.high);
            if place == 0 {
                let setting = if side == 0 {
                    "labels are pure noise and only training rows are balanced"
                } else {
                    "labels are pure noise and all rows are balanced before the split"
                };
                outcome.find(SMOTE, setting, e);
            }
        }
    }
    let [from, to] = points;
    let [from_interval, to_interval] = intervals;
    let title = Title::new().text("Balanced before the split, pure noise scores a ROC-AUC of ").cite(
        &table,
        "roc_auc",
        1,
        |v| shown::fixed(v, 2),
    );
    outcome.figures.push(
        Figure::new("leak", title)
            .subtitle(format!(
                "600 rows, one in ten positive, labels drawn without regard to the columns; three tenths of the rows are tested. Mean of {} runs; whiskers: 99\u{202f}% interval of the mean.",
                runs.len()
            ))
            .alt("ROC-AUC of four learners on labels of pure noise. With only the training rows balanced by SMOTE all stand at one half; with all rows balanced before the split they stand between six tenths and nearly one.")
            .legend("SMOTE on training rows only", Hue::Blue, LegendKey::Mark(Mark::Disc))
            .legend("SMOTE before the split", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
            .reads("leak", &["roc_auc", "low", "high"])
            .panel(
                Panel::new(
                    Axis::linear("ROC-AUC on the test rows").range(0.4, 1.0).ticks([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
                    Axis::category("", names),
                )
                .layer(Dumbbell {
                    at: (0..names.len()).map(|place| place as f64).collect(),
                    from,
                    from_interval: Some(from_interval),
                    to,
                    to_interval: Some(to_interval),
                    hues: (Hue::Blue, Hue::Vermilion),
                })
                .note(Note::vertical(0.5, "chance")),
            ),
    );
    outcome.tables.push(table);
    Ok(())
}

fn aucs(train: &Labelled, test: &Labelled, stream: &Stream) -> Result<[f64; 4], KitError> {
    let (x, y) = (test.x.view(), &test.y);
    Ok([
        roc_auc(&shares(x, train.x.view(), &train.y, 5)?, y),
        roc_auc(&TreeSettings::default().fit_classes(train.x.view(), &train.y, None, stream)?.predict(x), y),
        roc_auc(&Learner::Trees.fit(train, None, stream)?.probabilities(x), y),
        roc_auc(&Learner::Logistic.fit(train, None, stream)?.probabilities(x), y),
    ])
}

/// One world of clusters, with copies and with SMOTE, over what the nearest neighbour makes of it.
fn draw_world(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("the world that is drawn", 0);
    let world = World::draw(true, &stream);
    let copied = Arm::Over.balance(&world.table, params.k(), &stream).map_err(unusable)?;
    let made = smoted(&world.table, params.k(), &stream).map_err(unusable)?;
    let mut table = Table::new(
        "invented_rows",
        &[
            ("kind", ""),
            ("x", "1"),
            ("y", "1"),
            ("from_x", "1"),
            ("from_y", "1"),
            ("to_x", "1"),
            ("to_y", "1"),
            ("abroad", "1"),
        ],
    );
    let at = |row: usize| [world.table.x[[row, 0]], world.table.x[[row, 1]]];
    let nowhere = f64::NAN;
    for (row, &label) in world.table.y.iter().enumerate() {
        let kind = if label { "minority" } else { "majority" };
        let [x, y] = at(row);
        table.row([
            kind.into(),
            x.into(),
            y.into(),
            nowhere.into(),
            nowhere.into(),
            nowhere.into(),
            nowhere.into(),
            false.into(),
        ]);
    }
    let (mut from_all, mut to_all, mut xs, mut ys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut abroad = 0;
    for (row, origin) in made.origin.iter().enumerate() {
        let Origin::Between { from, to, .. } = *origin else { continue };
        let place = [made.x[[row, 0]], made.x[[row, 1]]];
        let is_abroad = world.is_abroad(&place);
        abroad += usize::from(is_abroad);
        let (from, to) = (at(from), at(to));
        table.row([
            "invented".into(),
            place[0].into(),
            place[1].into(),
            from[0].into(),
            from[1].into(),
            to[0].into(),
            to[1].into(),
            is_abroad.into(),
        ]);
        from_all.push(from);
        to_all.push(to);
        xs.push(place[0]);
        ys.push(place[1]);
    }
    let mut summary = Table::new("invented_share", &[("rows", "rows"), ("abroad", "share")]);
    summary.row([xs.len().into(), (abroad as f64 / xs.len() as f64).into()]);

    let places = Grid::tabulate([-7.5, 7.5], [-7.5, 7.5], 100, 100, |_, _| 0.0);
    let step = 15.0 / 100.0;
    let centres = Array2::from_shape_fn((100 * 100, 2), |(cell, axis)| {
        let along = if axis == 0 { cell % 100 } else { cell / 100 };
        -7.5 + step * (along as f64 + 0.5)
    });
    let decided = |table: &Labelled| {
        let values = shares(centres.view(), table.x.view(), &table.y, 1).map_err(unusable)?;
        Ok::<Grid, LabError>(Grid { values, ..places.clone() })
    };
    let split_by = |label: bool| {
        let rows = (0..world.table.y.len()).filter(|&row| world.table.y[row] == label);
        rows.map(at).map(|[x, y]| (x, y)).unzip::<f64, f64, Vec<f64>, Vec<f64>>()
    };
    let panel = |name: &str, grid: Grid| {
        let axis = || Axis::linear("").range(-7.5, 7.5).format(mllab_core::figure::Format::Hidden);
        Panel::new(axis(), axis()).title(name).equal_aspect().layer(Regions {
            grid,
            hues: (Hue::Grey, Hue::Amber),
            boundary: 0.5,
        })
    };
    let with_points = |panel: Panel| {
        let ((ax, ay), (bx, by)) = (split_by(false), split_by(true));
        panel.layer(Points::new(ax, ay, Mark::Ring, Hue::Grey)).layer(Points::new(bx, by, Mark::Triangle, Hue::Blue))
    };
    let made_table = Labelled { x: made.x.clone(), y: made.y.clone() };
    let left = with_points(panel("Copies: islands around known rows", decided(&copied)?));
    let right = with_points(
        panel("SMOTE: bridges over foreign land", decided(&made_table)?)
            .layer(Segments { from: from_all, to: to_all, hue: Hue::Vermilion, dash: mllab_core::figure::Dash::Solid })
            .layer(Points::new(xs, ys, Mark::Disc, Hue::Vermilion)),
    );
    let title = Title::new()
        .text("Where the minority lives in small clusters, ")
        .cite(&summary, "abroad", 0, |v| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN))
        .text(" of the rows that SMOTE invents lie where it never is");
    outcome.figures.push(
        Figure::new("invented-rows", title)
            .subtitle(format!(
                "One draw: 400 majority rows, ten clusters of four minority rows, {} neighbours. A line joins the parents of each invented row; tinted: where the nearest row is positive, known or invented.",
                params.neighbours
            ))
            .alt("Two maps of the same rows, minority clusters on a circle among the majority. Left, with copies, the nearest neighbour calls small islands around the clusters positive. Right, SMOTE's invented rows lie on lines that join neighbouring clusters, and the bridges between them are called positive too.")
            .legend("majority", Hue::Grey, LegendKey::Mark(Mark::Ring))
            .legend("minority", Hue::Blue, LegendKey::Mark(Mark::Triangle))
            .legend("invented", Hue::Vermilion, LegendKey::Mark(Mark::Disc))
            .legend("called positive", Hue::Amber, LegendKey::Tint)
            .reads("invented_rows", &["x", "y", "from_x", "from_y", "to_x", "to_y"])
            .layout(Layout::Grid { columns: 2, share_y: false })
            .panel(left)
            .panel(right),
    );
    outcome.tables.extend([table, summary]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invented_row_lies_between_its_parents() {
        let world = World::draw(true, &Stream::root(1));
        let made = smoted(&world.table, 5, &Stream::root(2)).unwrap();
        for (row, origin) in made.origin.iter().enumerate() {
            let Origin::Between { from, to, share } = *origin else { continue };
            assert!(world.table.y[from] && world.table.y[to] && (0.0..1.0).contains(&share));
            for column in 0..2 {
                let (a, b) = (world.table.x[[from, column]], world.table.x[[to, column]]);
                assert!((made.x[[row, column]] - (a + share * (b - a))).abs() < 1e-12);
            }
        }
    }
}
