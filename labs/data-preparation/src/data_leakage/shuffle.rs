//! Does shuffling keep a model from overfitting, or from leaning to what it saw last?
//!
//! Data: two clouds with more columns than the rows can bear, labels of pure noise, the breast cancer table; each file
//! sorted by class. Arms: logistic regression by steps on batches of ten and on single rows, in the file's order and shuffled every epoch;
//! the same with all rows in one step; a fully grown tree. Measured: the gap between training and test, and the recall of
//! the class shown last less that of the other.

use super::DataLeakageParams;
use super::rungs::standard;
use super::scores::{FOLDS, mean_of, of_folds, runs, share_of};
use mllab_core::figure::{Axis, Hue, Line, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::classes::{TwoGaussians, pure_noise};
use mllab_kit::data::{Labelled, real};
use mllab_kit::draws::Draws;
use mllab_kit::metrics::Confusion;
use mllab_kit::split;
use mllab_kit::tree::TreeSettings;

const CLAIM: &str = "shuffle-prevents-overfit";
const BATCH: usize = 10;
const EPOCHS: usize = 20;
const RATE: f64 = 0.1;

/// What a panel shows: its name in the table, its axis, and how it is read.
type Measure = (&'static str, &'static str, fn(&Read) -> f64);

/// Where a model stands: accuracy on training and test rows, and how far it leans to the positives.
#[derive(Clone, Copy)]
struct Read {
    train: f64,
    test: f64,
    lean: f64,
}

impl Read {
    fn of(train: &[f64], train_truth: &[bool], test: &[f64], test_truth: &[bool]) -> Self {
        let (seen, fresh) = (Confusion::at(train, train_truth, 0.5), Confusion::at(test, test_truth, 0.5));
        Read { train: seen.accuracy(), test: fresh.accuracy(), lean: fresh.recall() - fresh.specificity() }
    }

    fn gap(self) -> f64 {
        self.train - self.test
    }
}

/// Measures sorted and shuffled arms and draws one course of training.
pub fn run(cx: &Cx, _: &DataLeakageParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let n = cx.replicates();
    let both = |train: &Labelled, test: &Labelled, batch: usize, stream: &Stream| {
        [None, Some(stream)].map(|shuffled| *steps(train, test, batch, shuffled).last().expect("an epoch"))
    };
    let signal = runs(cx, "signal", n, |stream| {
        let (train, test) = clouds(true, stream);
        Ok(both(&train, &test, BATCH, stream))
    })?;
    let gap = |pair: &[Read; 2]| pair[0].gap() - pair[1].gap();
    let lean = |pair: &[Read; 2]| pair[0].lean - pair[1].lean;
    outcome.find(CLAIM, "the gap between training and test counts", mean_of(&signal, gap));
    outcome.find(CLAIM, "the bias towards the last class counts", mean_of(&signal, lean));
    let single = runs(cx, "single", n, |stream| {
        let (train, test) = clouds(true, stream);
        Ok([None, Some(stream)].map(|shuffled| steps(&train, &test, 1, shuffled)))
    })?;
    let last = |run: &[Vec<Read>; 2]| [0, 1].map(|arm| run[arm][EPOCHS - 1]);
    outcome.find(CLAIM, "each row makes a step and the gap counts", mean_of(&single, |run| gap(&last(run))));
    let setting = "each row makes a step and the bias towards the last class counts";
    outcome.find(CLAIM, setting, mean_of(&single, |run| lean(&last(run))));

    let cancer = standard(&real::breast_cancer().table).map_err(super::scores::refused)?;
    let folds = runs(cx, "cancer", if cx.quick() { 1 } else { 4 }, |stream| {
        let folds = split::stratified_folds(&cancer.y, FOLDS, stream)?;
        Ok(folds
            .iter()
            .map(|p| both(&sorted(&cancer.rows(&p.train)), &cancer.rows(&p.test), BATCH, stream))
            .collect::<Vec<_>>())
    })?
    .concat();
    let read = |one: &dyn Fn(&[Read; 2]) -> f64| of_folds(&folds.iter().map(one).collect::<Vec<_>>());
    outcome.find(CLAIM, "the gap counts on the breast cancer table", read(&gap));
    outcome.find(CLAIM, "the bias counts on the breast cancer table", read(&lean));

    let alike = runs(cx, "alike", (n / 5).max(2), |stream| {
        let (train, test) = clouds(true, stream);
        let [full, full_shuffled] = both(&train, &test, train.y.len(), stream);
        let order = Draws::new(&stream.child("order", 0)).permutation(train.y.len());
        let tree = |rows: &Labelled| {
            let tree = TreeSettings::default().fit_classes(rows.x.view(), &rows.y, None, stream)?;
            Ok::<_, KitError>(Read::of(&tree.predict(rows.x.view()), &rows.y, &tree.predict(test.x.view()), &test.y))
        };
        let (grown, grown_shuffled) = (tree(&train)?, tree(&train.rows(&order))?);
        Ok([full.gap() - full_shuffled.gap(), grown.gap() - grown_shuffled.gap()])
    })?;
    for (place, setting) in ["all rows make one step", "a fully grown tree learns"].into_iter().enumerate() {
        let largest = alike.iter().map(|gaps| gaps[place].abs()).fold(0.0, f64::max);
        outcome.find(CLAIM, setting, Estimate::exact(largest));
    }
    let noise = runs(cx, "noise", 2 * n, |stream| {
        let (train, test) = clouds(false, stream);
        Ok(both(&train, &test, BATCH, stream))
    })?;
    outcome.find(CLAIM, "labels are pure noise and the gap counts", mean_of(&noise, gap));
    outcome.find(CLAIM, "labels are pure noise", share_of(&noise, |pair| pair[1].test));
    outcome.find_part(CLAIM, "labels are pure noise", 1, share_of(&noise, |pair| pair[0].test));
    draw(&single, &mut outcome);
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

/// Logistic regression by gradient steps on batches, in the file's order or shuffled anew each epoch; where it stands
/// after every epoch.
fn steps(train: &Labelled, test: &Labelled, batch: usize, shuffled: Option<&Stream>) -> Vec<Read> {
    let (n, p) = train.x.dim();
    let mut weights = vec![0.0; p + 1];
    let chance = |weights: &[f64], row: ndarray::ArrayView1<f64>| {
        let logit = row.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() + weights[p];
        1.0 / (1.0 + libm::exp(-logit))
    };
    let mut reads = Vec::with_capacity(EPOCHS);
    for epoch in 0..EPOCHS {
        let order = match shuffled {
            Some(stream) => Draws::new(&stream.child("epoch", epoch as u64)).permutation(n),
            None => (0..n).collect(),
        };
        for rows in order.chunks(batch) {
            // Rows of a batch are added in the file's order, so that one step of all rows is the same to the last bit.
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            let mut slope = vec![0.0; p + 1];
            for &row in &rows {
                let x = train.x.row(row);
                let miss = chance(&weights, x) - f64::from(u8::from(train.y[row]));
                x.iter().zip(&mut slope).for_each(|(x, slope)| *slope += miss * x);
                slope[p] += miss;
            }
            let rate = RATE / rows.len() as f64;
            weights.iter_mut().zip(&slope).for_each(|(weight, slope)| *weight -= rate * slope);
        }
        let said = |table: &Labelled| table.x.rows().into_iter().map(|row| chance(&weights, row)).collect::<Vec<_>>();
        reads.push(Read::of(&said(train), &train.y, &said(test), &test.y));
    }
    reads
}

/// Recall of either class after each epoch, sorted and shuffled.
fn draw(all: &[[Vec<Read>; 2]], outcome: &mut Outcome) {
    let columns = [
        ("order", ""),
        ("measure", ""),
        ("epoch", "epochs"),
        ("value", "1"),
        ("low", "1"),
        ("high", "1"),
        ("runs", "runs"),
    ];
    let mut table = Table::new("course", &columns);
    let measures: [Measure; 2] = [
        ("lean", "recall of the class shown last less that of the other", |read| read.lean),
        ("gap", "training less test accuracy", Read::gap_of),
    ];
    let epochs: Vec<f64> = (1..=EPOCHS).map(|epoch| epoch as f64).collect();
    let mut figure_panels = Vec::new();
    for (name, axis, value) in measures {
        let x = Axis::linear("epoch").range(1.0, EPOCHS as f64).ticks([1.0, 5.0, 10.0, 15.0, 20.0]);
        let mut panel = Panel::new(x, Axis::linear(axis));
        for (arm, (order, hue)) in [("sorted", Hue::Vermilion), ("shuffled", Hue::Blue)].into_iter().enumerate() {
            let (mut middle, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
            for epoch in 0..EPOCHS {
                let e = mean_of(all, |run| value(&run[arm][epoch]));
                table.row([
                    order.into(),
                    name.into(),
                    (epoch + 1).into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                    e.replicates.into(),
                ]);
                middle.push(e.point);
                low.push(e.low);
                high.push(e.high);
            }
            panel = panel.layer(Line::new(epochs.clone(), middle, hue).band(low, high).label(order));
        }
        figure_panels.push(panel);
    }
    let two = |v: f64| shown::fixed(v, 2);
    let title = Title::new()
        .text("Shuffling takes the lean to the last class from ")
        .cite(&table, "value", EPOCHS - 1, two)
        .text(" to ")
        .cite(&table, "value", 2 * EPOCHS - 1, two)
        .text("; the overfit gap goes from ")
        .cite(&table, "value", 3 * EPOCHS - 1, two)
        .text(" to ")
        .cite(&table, "value", 4 * EPOCHS - 1, two);
    let mut figure = Figure::new("shuffle", title)
        .subtitle(format!(
            "Logistic regression, each row a step, 150 training rows of 40 columns sorted by class, 600 test rows. Mean of {} runs; band: 99\u{202f}% interval of the mean.",
            all.len()
        ))
        .alt("Two panels over twenty epochs. Above, sorted rows make the model lean to the class shown last, shuffled rows do not. Below, the gap between training and test accuracy grows in both.")
        .reads("course", &["epoch", "value", "low", "high"])
        .layout(mllab_core::figure::Layout::Stack);
    for panel in figure_panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}

impl Read {
    fn gap_of(&self) -> f64 {
        self.gap()
    }
}
