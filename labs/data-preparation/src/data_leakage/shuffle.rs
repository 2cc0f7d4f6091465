//! Does shuffling keep a model from overfitting, or from leaning to what it saw last?
//!
//! Data: two clouds of forty columns, 150 to 5000 rows, labels of pure noise, the breast cancer table; each file sorted by
//! class. Arms: logistic regression by steps on batches of ten and on single rows, in the file's order and shuffled every
//! epoch; the same with all rows in one step; a fully grown tree. Measurement: the gap between training and test, and the
//! recall of the class shown last less that of the other.

use super::DataLeakageParams;
use super::scores::{FOLDS, TEST_TO_TRAIN};
use mllab_core::prelude::*;
use mllab_kit::data::classes::{TwoGaussians, pure_noise};
use mllab_kit::data::{Labelled, real};
use mllab_kit::draws::Draws;
use mllab_kit::linear::Steps;
use mllab_kit::metrics::Confusion;
use mllab_kit::preprocess::standard;
use mllab_kit::split;
use mllab_kit::tree::TreeSettings;
use shown::hundredths;

const CLAIM: &str = "shuffle-prevents-overfit";
const BATCH: usize = 10;
const EPOCHS: usize = 20;
const RATE: f64 = 0.1;
/// Rows of the file.
const ROWS: [usize; 5] = [150, 400, 1000, 2500, 5000];
const FEWEST: usize = ROWS[0];
/// Places among [`ROWS`] with their settings.
const JUDGED: [(usize, &str, &str); 3] = [
    (
        0,
        "the file has 150 rows and the gap between training and test counts",
        "the file has 150 rows and the bias towards the last class counts",
    ),
    (
        2,
        "the file has 1000 rows and the gap between training and test counts",
        "the file has 1000 rows and the bias towards the last class counts",
    ),
    (
        4,
        "the file has 5000 rows and the gap between training and test counts",
        "the file has 5000 rows and the bias towards the last class counts",
    ),
];

/// Where a model stands: accuracy on training and test rows, and how far it leans to the positives.
#[derive(Clone, Copy)]
struct Read {
    train: f64,
    test: f64,
    lean: f64,
}

impl Read {
    /// From what a model says of either table, positive from `threshold` on.
    fn of(says: impl Fn(&Labelled) -> Vec<f64>, threshold: f64, train: &Labelled, test: &Labelled) -> Self {
        let [seen, fresh] = [train, test].map(|table| Confusion::at(&says(table), &table.y, threshold));
        Read { train: seen.accuracy(), test: fresh.accuracy(), lean: fresh.recall() - fresh.specificity() }
    }

    fn gap(&self) -> f64 {
        self.train - self.test
    }
}

/// Measures sorted and shuffled arms and draws one course of training.
pub fn run(cx: &Cx, _: &DataLeakageParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let n = cx.replicates();
    let gap = |[sorted, shuffled]: &[Read; 2]| sorted.gap() - shuffled.gap();
    let lean = |[sorted, shuffled]: &[Read; 2]| sorted.lean - shuffled.lean;
    let sizes =
        cx.runs("sizes", n, |rep| Ok(ROWS.map(|rows| both(&clouds(true, rows, &rep.stream), BATCH, &rep.stream))))?;
    for (at, of_gap, of_lean) in JUDGED {
        outcome.find(CLAIM, of_gap, sizes.mean(|run| gap(&run[at])));
        outcome.find(CLAIM, of_lean, sizes.mean(|run| lean(&run[at])));
    }
    let most = ROWS.len() - 1;
    let cost = sizes.mean(|run| run[most][1].test - run[most][0].test);
    outcome.find(CLAIM, "the file has 5000 rows and test accuracy counts", cost);
    let single = cx.runs("single", n, |rep| Ok(both(&clouds(true, FEWEST, &rep.stream), 1, &rep.stream)))?;
    outcome.find(CLAIM, "each row makes a step and the gap counts", single.mean(gap));
    outcome.find(CLAIM, "each row makes a step and the bias towards the last class counts", single.mean(lean));

    let cancer = standard(&real::breast_cancer().table)?;
    let folds = cx.runs("cancer", if cx.quick() { 1 } else { 4 }, |rep| {
        let folds = split::stratified_folds(&cancer.y, FOLDS, &rep.stream)?;
        let read = |parts: &split::Parts| {
            both(&(sorted(&cancer.rows(&parts.train)), cancer.rows(&parts.test)), BATCH, &rep.stream)
        };
        Ok(folds.iter().map(read).collect::<Vec<_>>())
    })?;
    let folds = folds.flat();
    outcome.find(CLAIM, "the gap counts on the breast cancer table", folds.resampled(TEST_TO_TRAIN, gap));
    outcome.find(CLAIM, "the bias counts on the breast cancer table", folds.resampled(TEST_TO_TRAIN, lean));

    let alike = cx.runs("alike", (n / 5).max(2), |rep| {
        let (train, test) = clouds(true, FEWEST, &rep.stream);
        let order = Draws::new(&rep.stream.child("order", 0)).permutation(train.y.len());
        let tree = |rows: &Labelled| -> Result<Read, LabError> {
            let tree = TreeSettings::default().fit_classes(rows.x.view(), &rows.y, None, &rep.stream)?;
            Ok(Read::of(|table| tree.predict(table.x.view()), 0.5, rows, &test))
        };
        let grown = [tree(&train)?, tree(&train.rows(&order))?];
        let n = train.y.len();
        Ok([both(&(train, test), n, &rep.stream), grown].map(|pair| gap(&pair)))
    })?;
    outcome.find(CLAIM, "all rows make one step", alike.worst(|gaps| gaps[0].abs()));
    outcome.find(CLAIM, "a fully grown tree learns", alike.worst(|gaps| gaps[1].abs()));
    let noise = cx.runs("noise", 2 * n, |rep| Ok(both(&clouds(false, FEWEST, &rep.stream), BATCH, &rep.stream)))?;
    outcome.find(CLAIM, "labels are pure noise and the gap counts", noise.mean(gap));
    outcome.find(CLAIM, "labels are pure noise", [1, 0].map(|arm| noise.share(|pair| pair[arm].test)));
    draw(&sizes, &mut outcome);
    Ok(outcome)
}

/// So many training rows of forty columns, sorted by class, positives last; 600 test rows.
fn clouds(signal: bool, rows: usize, stream: &Stream) -> (Labelled, Labelled) {
    let made = |n: usize, name: &str| {
        let stream = stream.child(name, 0);
        if signal {
            TwoGaussians { prevalence: 0.5, separation: 0.7, informative: 4, columns: 40 }.draw(n, &stream)
        } else {
            pure_noise(n, 40, 0.5, &stream)
        }
    };
    (sorted(&made(rows, "train")), made(600, "test"))
}

/// Negatives first.
fn sorted(table: &Labelled) -> Labelled {
    let side = |label: bool| (0..table.y.len()).filter(move |&row| table.y[row] == label);
    table.rows(&side(false).chain(side(true)).collect::<Vec<_>>())
}

/// Where logistic regression by gradient steps ends: in the file's order, and shuffled anew each epoch.
fn both((train, test): &(Labelled, Labelled), batch: usize, stream: &Stream) -> [Read; 2] {
    [None, Some(stream)].map(|shuffled| {
        let models = Steps { batch, epochs: EPOCHS, rate: RATE }.fit(train, shuffled);
        Read::of(|table| models[EPOCHS - 1].logits(table.x.view()), 0.0, train, test)
    })
}

/// Lean and gap by the rows of the file, sorted and shuffled.
fn draw(sizes: &Runs<[[Read; 2]; ROWS.len()]>, outcome: &mut Outcome) {
    const LOOKS: [Look; 2] = [Look::new("sorted", Hue::Vermilion), Look::new("shuffled", Hue::Blue)];
    let mut table = Table::named("shuffle").with_word("order").with_word("measure").with_number("rows", "rows");
    table = table.with_estimate("value", "1").with_runs();
    let mut measure = |name, value: fn(&Read) -> f64| {
        for (arm, look) in LOOKS.iter().enumerate() {
            for (at, rows) in ROWS.into_iter().enumerate() {
                table.put((look.name, name, rows, sizes.mean(|run| value(&run[at][arm]))));
            }
        }
    };
    measure("lean", |read| read.lean);
    measure("gap", Read::gap);
    let panel = |measure: &str, axis: &str| {
        let rows = Axis::log("rows in the file (log scale)").ticks(ROWS.map(|rows| rows as f64));
        Panel::new(rows, Axis::linear(axis)).lines(table.whose("measure", measure), &LOOKS, "rows", "value")
    };
    let (few, many) = (ROWS[0], ROWS[ROWS.len() - 1]);
    let cite = |order, rows| table.cite("value", (order, "lean", rows), hundredths);
    let title = Title::say(
        "Sorted by class, the lean to the last class grows from {} at 150 rows to {} at 5000; shuffled it stays at {}",
        [cite("sorted", few), cite("sorted", many), cite("shuffled", many)],
    )
    .if_cited(|cited| cited[0] < cited[1] && cited[2] < cited[1]);
    let figure = Figure::new("shuffle", title)
        .subtitle(format!("Logistic regression, ten rows a step, {EPOCHS} epochs, 40 columns, 600 test rows: a class of a sorted file fills 8 steps in a row at 150 rows and 250 at 5000. Mean of {} runs; band: 99\u{202f}% interval of the mean.", sizes.len()))
        .alt("Two panels over the rows of the file. Above, sorted files make the model lean to the class shown last, the more the larger the file; shuffled ones do not. Below, the gap between training and test accuracy falls with the rows, sorted and shuffled alike.")
        .panel(panel("lean", "recall of the class shown last less that of the other"))
        .panel(panel("gap", "training less test accuracy"))
        .layout(Layout::Stack);
    outcome.show(figure, [table]);
}
