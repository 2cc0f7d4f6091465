//! Does shuffling keep a model from overfitting, or from leaning to what it saw last?
//!
//! Data: two clouds with more columns than the rows can bear, labels of pure noise, the breast cancer table; each file
//! sorted by class. Arms: logistic regression by steps on batches of ten and on single rows, in the file's order and
//! shuffled every epoch; the same with all rows in one step; a fully grown tree. Measurement: the gap between training and
//! test, and the recall of the class shown last less that of the other.

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
    let signal = cx.runs("signal", n, |rep| Ok(both(&clouds(true, &rep.stream), BATCH, &rep.stream)))?;
    outcome.find(CLAIM, "the gap between training and test counts", signal.mean(gap));
    outcome.find(CLAIM, "the bias towards the last class counts", signal.mean(lean));
    let courses = cx.runs("single", n, |rep| {
        let rows = clouds(true, &rep.stream);
        Ok([None, Some(&rep.stream)].map(|shuffled| steps(&rows, 1, shuffled)))
    })?;
    let single = courses.map(|course| [0, 1].map(|arm| course[arm][EPOCHS - 1]));
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
        let (train, test) = clouds(true, &rep.stream);
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
    let noise = cx.runs("noise", 2 * n, |rep| Ok(both(&clouds(false, &rep.stream), BATCH, &rep.stream)))?;
    outcome.find(CLAIM, "labels are pure noise and the gap counts", noise.mean(gap));
    outcome.find(CLAIM, "labels are pure noise", [1, 0].map(|arm| noise.share(|pair| pair[arm].test)));
    draw(&courses, &mut outcome);
    Ok(outcome)
}

/// A hundred and fifty training rows of forty columns, sorted by class, positives last; 600 test rows.
fn clouds(signal: bool, stream: &Stream) -> (Labelled, Labelled) {
    let made = |n: usize, name: &str| {
        let stream = stream.child(name, 0);
        if signal {
            TwoGaussians { prevalence: 0.5, separation: 0.7, informative: 4, columns: 40 }.draw(n, &stream)
        } else {
            pure_noise(n, 40, 0.5, &stream)
        }
    };
    (sorted(&made(150, "train")), made(600, "test"))
}

/// Negatives first.
fn sorted(table: &Labelled) -> Labelled {
    let side = |label: bool| (0..table.y.len()).filter(move |&row| table.y[row] == label);
    table.rows(&side(false).chain(side(true)).collect::<Vec<_>>())
}

/// Where logistic regression by gradient steps stands after every epoch, in the file's order or shuffled anew each epoch.
fn steps((train, test): &(Labelled, Labelled), batch: usize, shuffled: Option<&Stream>) -> Vec<Read> {
    let models = Steps { batch, epochs: EPOCHS, rate: RATE }.fit(train, shuffled);
    models.iter().map(|model| Read::of(|table| model.logits(table.x.view()), 0.0, train, test)).collect()
}

/// Where it ends: in the file's order, and shuffled.
fn both(rows: &(Labelled, Labelled), batch: usize, stream: &Stream) -> [Read; 2] {
    [None, Some(stream)].map(|shuffled| steps(rows, batch, shuffled)[EPOCHS - 1])
}

/// Recall of either class after each epoch, sorted and shuffled.
fn draw(courses: &Runs<[Vec<Read>; 2]>, outcome: &mut Outcome) {
    const LOOKS: [Look; 2] = [Look::new("sorted", Hue::Vermilion), Look::new("shuffled", Hue::Blue)];
    let mut table = Table::named("course").with_word("order").with_word("measure").with_number("epoch", "epochs");
    table = table.with_estimate("value", "1").with_runs();
    let mut measure = |name, value: fn(&Read) -> f64| {
        for (arm, look) in LOOKS.iter().enumerate() {
            for epoch in 0..EPOCHS {
                table.put((look.name, name, epoch + 1, courses.mean(|run| value(&run[arm][epoch]))));
            }
        }
    };
    measure("lean", |read| read.lean);
    measure("gap", Read::gap);
    let panel = |measure: &str, axis: &str| {
        let epochs = Axis::linear("epoch").range(1.0, EPOCHS as f64).ticks([1.0, 5.0, 10.0, 15.0, 20.0]);
        Panel::new(epochs, Axis::linear(axis)).lines(table.whose("measure", measure), &LOOKS, "epoch", "value")
    };
    let cite = |order, measure| table.cite("value", (order, measure, EPOCHS), hundredths);
    let title = Title::say(
        "Shuffling takes the lean to the last class from {} to {}; the overfit gap goes from {} to {}",
        [cite("sorted", "lean"), cite("shuffled", "lean"), cite("sorted", "gap"), cite("shuffled", "gap")],
    );
    let figure = Figure::new("shuffle", title)
        .subtitle(format!("Logistic regression, each row a step, 150 training rows of 40 columns sorted by class, 600 test rows. Mean of {} runs; band: 99\u{202f}% interval of the mean.", courses.len()))
        .alt("Two panels over twenty epochs. Above, sorted rows make the model lean to the class shown last, shuffled rows do not. Below, the gap between training and test accuracy grows in both.")
        .panel(panel("lean", "recall of the class shown last less that of the other"))
        .panel(panel("gap", "training less test accuracy"))
        .layout(Layout::Stack);
    outcome.show(figure, [table]);
}
