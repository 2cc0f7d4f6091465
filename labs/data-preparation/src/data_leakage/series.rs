//! Does the error that a split reports of a series say what the future will bring, and do ordered parts share nothing?
//!
//! Data: a random walk, a slowly wandering series, a trend with waves; for the limits a series that its last values
//! predict, one whose noise doubles, independent rows, and labels that look ahead. Arms: the last rows of the known
//! stretch tested in order, with and without a gap; as many rows at random. Measurement: mean squared error, against that
//! in the true future of the same series.

use super::scores::mean;
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::{Measured, classes, series};
use mllab_kit::draws::Draws;
use mllab_kit::neighbours::{mean_nearest_in_time, nearest};
use mllab_kit::split::{self, Parts};
use mllab_kit::tree::TreeSettings;
use shown::tenths;

const ORDERED: &str = "ordered-split";
const OVERLAP: &str = "ordered-non-overlap";
/// Rows known when the model is judged, and rows of each test and of the future.
const KNOWN: usize = 400;
const AHEAD: usize = 40;

/// A world of rows in time order, and who predicts in it.
#[derive(Clone, Copy, PartialEq)]
enum World {
    /// An autoregression that persists so much.
    Wandering(f64),
    Waves,
    Lags,
    Louder,
    Independent,
}

impl World {
    /// The known rows and the rows after them.
    fn draw(self, stream: &Stream) -> Measured {
        let n = KNOWN + AHEAD;
        match self {
            World::Wandering(persistence) => series::by_time(series::autoregression(n, persistence, 1.0, stream)),
            World::Waves => series::by_time(series::waves(n, stream)),
            World::Lags => series::by_lags(&series::autoregression(n + 3, 0.8, 1.0, stream), 3),
            World::Louder => series::by_lags(&series::louder(n + 3, 0.8, (1.0, 2.0), KNOWN + 3, stream), 3),
            World::Independent => {
                let x = classes::normal_features(n, 1, &stream.child("x", 0));
                let mut draws = Draws::new(stream);
                let y = x.column(0).iter().map(|x| x + draws.normal()).collect();
                Measured { x, y }
            }
        }
    }

    fn predict(self, train: &Measured, test: &Measured, stream: &Stream) -> Result<Vec<f64>, KitError> {
        match self {
            World::Wandering(_) => {
                let times = train.x.column(0).to_vec();
                Ok(test.x.column(0).iter().map(|&at| mean_nearest_in_time(&times, &train.y, at, 5)).collect())
            }
            World::Waves => {
                let tree = TreeSettings { min_rows: 5, ..TreeSettings::default() };
                Ok(tree.fit_numbers(train.x.view(), &train.y, None, stream)?.predict(test.x.view()))
            }
            _ => {
                let found = nearest(test.x.view(), train.x.view(), 15, false)?;
                Ok(found.into_iter().map(|rows| mean(rows.into_iter().map(|row| train.y[row]))).collect())
            }
        }
    }

    /// Errors: as reported in order, as reported at random, in the future.
    fn errors(self, stream: &Stream) -> Result<[f64; 3], KitError> {
        let rows = self.draw(&stream.child("rows", 0));
        let error = |train: Vec<usize>, test: Vec<usize>| -> Result<f64, KitError> {
            let (train, test) = (rows.rows(&train), rows.rows(&test));
            let said = self.predict(&train, &test, stream)?;
            Ok(mean(said.iter().zip(&test.y).map(|(a, b)| (a - b) * (a - b))))
        };
        let in_order = |first: usize| error((0..first).collect(), (first..first + AHEAD).collect());
        let (mut ordered, mut random) = (Vec::new(), Vec::new());
        for fold in 0..4 {
            ordered.push(in_order(KNOWN - (fold + 1) * AHEAD)?);
            let parts = split::random(KNOWN, AHEAD as f64 / KNOWN as f64, &stream.child("random", fold as u64))?;
            random.push(error(parts.train, parts.test)?);
        }
        Ok([mean(ordered.into_iter()), mean(random.into_iter()), in_order(KNOWN)?])
    }
}

/// Measures both claims and draws a series.
pub fn measure(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    for (setting, world, multiple) in [
        ("a random walk is predicted from the time index", World::Wandering(1.0), 45),
        ("a slowly wandering series is predicted from the time index", World::Wandering(0.95), 40),
        ("a tree predicts a trend with slow waves", World::Waves, 5),
        ("the last three values of a series predict the next", World::Lags, 8),
        ("the noise of a series doubles after its last row", World::Louder, 4),
        ("rows do not depend on time at all", World::Independent, 8),
    ] {
        let runs = cx.runs(setting, multiple * cx.replicates(), |rep| Ok(world.errors(&rep.stream)?))?;
        outcome.find(ORDERED, setting, [0, 1].map(|arm| runs.excess(|run| run[arm], |run| run[2])));
    }
    overlaps(cx, outcome)?;
    draw(cx, outcome)
}

/// Row numbers, and labels that share values across the cut.
fn overlaps(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let whole = |parts: &Parts, n| parts.hold_each_once(n) && parts.train.last() < parts.test.first();
    let n = 10 * cx.replicates();
    let cuts = cx.runs("cuts", n, |rep| {
        let mut draws = Draws::new(&rep.stream);
        let (n, share) = (20 + draws.below(2000), draws.between(0.05, 0.6));
        let parts = split::ordered(n, share, draws.below(8))?;
        Ok((f64::from(!whole(&parts, n)), (parts.test.len() as f64 - share * n as f64).abs()))
    })?;
    let broken = Estimate::exact(cuts.each(|cut| cut.0).into_iter().sum());
    outcome.find(OVERLAP, "row numbers are looked at", [broken, cuts.worst(|cut| cut.1)]);
    let folds = cx.runs("folds", n, |rep| {
        let mut draws = Draws::new(&rep.stream);
        let (n, folds) = (40 + draws.below(1000), 2 + draws.below(9));
        let made = split::ordered_folds(n, folds, draws.below(3))?;
        let mut tested = vec![0_usize; n];
        made.iter().flat_map(|parts| &parts.test).for_each(|&row| tested[row] += 1);
        let first = n - folds * (n / (folds + 1));
        let wrong = tested.iter().enumerate().filter(|&(row, &times)| times != usize::from(row >= first)).count();
        Ok([made.iter().filter(|parts| !whole(parts, n)).count(), wrong])
    })?;
    let total = |part: usize| Estimate::exact(folds.each(|fold| fold[part] as f64).into_iter().sum());
    outcome.find(OVERLAP, "folds of row numbers are looked at", [0, 1].map(total));

    let labels = cx.runs("labels", 120 * cx.replicates(), |rep| Ok(looking(&rep.stream)))?;
    for (setting, arm, fresh) in [
        ("features look seven rows back", 0, 3),
        ("a label looks seven rows ahead", 1, 4),
        ("a label looks seven rows ahead and seven rows are left out", 2, 4),
    ] {
        outcome.find(OVERLAP, setting, labels.excess(|run| run[arm], |run| run[fresh]));
    }
    Ok(())
}

/// Mean squared errors of saying the last known value again, for ten rows after a cut: of the walk itself from its mean
/// over the last seven rows, reported; of the mean of the next seven values from the last training label, without a gap
/// and with one; then both as they will be once the model serves, when a label is known only seven rows later.
fn looking(stream: &Stream) -> [f64; 5] {
    const LOOK: usize = 7;
    const TEST: usize = 10;
    let walk = series::autoregression(200, 1.0, 1.0, stream);
    let back = series::rolling_mean(&walk, LOOK);
    let label = |row: usize| mean((row + 1..=row + LOOK).map(|at| walk[at]));
    let behind = |cut: usize| mean((cut..cut + TEST).map(|row| (walk[row] - back[row - 1]).powi(2)));
    let ahead = |cut: usize, last: usize| mean((cut..cut + TEST).map(|row| (label(row) - label(last)).powi(2)));
    // The report is made at row 90; the model serves from row 150 on, knowing labels whose seven values have come.
    [behind(90), ahead(90, 89), ahead(90, 89 - LOOK), behind(150), ahead(150, 149 - LOOK)]
}

/// One walk, with what a random and an ordered split make of it.
fn draw(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("the walk that is drawn", 0);
    let n = 200;
    let rows = series::by_time(series::autoregression(n, 1.0, 1.0, &stream));
    let mut table = Table::named("walk").with_word("split").with_number("row", "rows").with_number("value", "1");
    table = table.with_numbers(&["tested", "predicted", "root_error"], "1");
    for (name, parts) in [("random", split::random(n, 0.25, &stream)?), ("ordered", split::ordered(n, 0.25, 0)?)] {
        let said = World::Wandering(1.0).predict(&rows.rows(&parts.train), &rows.rows(&parts.test), &stream)?;
        let error = mean(parts.test.iter().zip(&said).map(|(&row, said)| (rows.y[row] - said).powi(2))).sqrt();
        let mut predicted = vec![f64::NAN; n];
        parts.test.iter().zip(&said).for_each(|(&row, &value)| predicted[row] = value);
        for row in 0..n {
            table.put((name, row, rows.y[row], !predicted[row].is_nan(), predicted[row], error));
        }
    }
    let looks = [
        Look::new("the series", Hue::Grey).unnamed(),
        Look::new("test row", Hue::Blue).mark(Mark::Ring).unnamed(),
        Look::new("prediction", Hue::Vermilion).mark(Mark::Triangle).unnamed(),
    ];
    let panel = |split: &str, title: &str| {
        let rows = table.of((split,));
        Panel::new(Axis::linear("row, in order of time"), Axis::linear("value"))
            .title(title)
            .line(rows.clone(), "row", "value", &looks[0])
            .points(rows.clone().whose("tested", true), "row", "value", &looks[1])
            .points(rows.whose("tested", true), "row", "predicted", &looks[2])
    };
    let title = Title::say(
        "The same walk, off by {} under a random split and by {} under an ordered one",
        ["random", "ordered"].map(|split| table.cite("root_error", (split,), tenths)),
    );
    let figure = Figure::new("series", title)
        .subtitle("One random walk of 200 rows with steps of sd 1, predicted by the mean of the five nearest training rows in time; a quarter of the rows is tested. Numbers are root mean squared errors of this one draw.")
        .alt("Two panels with the same wandering line. Above, test rows lie scattered along the line and predictions sit on it. Below, the last quarter is tested and all predictions stay on one level while the line wanders off.")
        .keys(&looks[..1], Look::stroke)
        .keys(&looks[1..], Look::point)
        .panel(panel("random", "Random split: each gap is filled in from both sides"))
        .panel(panel("ordered", "Ordered split: the future is not between known rows"))
        .layout(Layout::Stack);
    outcome.show(figure, [table]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A walk's mean squared distance to a value d rows ago is d; the mean of five nearest rows adds its own lag.
    #[test]
    fn a_walk_wanders_off_as_it_must() {
        let runs: Vec<[f64; 5]> = (0..4000).map(|i| looking(&Stream::root(3).child("run", i))).collect();
        // The label's difference over d ≥ 7 rows: variance d − 7/3 + 1/(3·7), as of two moving averages.
        let moved = |d: f64| d - (49.0 - 1.0) / (3.0 * 7.0);
        let expected = mean((1..=10).map(|row| moved(f64::from(row) + 7.0)));
        let found = mean(runs.iter().map(|run| run[2]));
        assert!((found / expected - 1.0).abs() < 0.06, "{found} {expected}");
        let later = mean(runs.iter().map(|run| run[4]));
        assert!((later / found - 1.0).abs() < 0.09, "{later} {found}");
        assert!(mean(runs.iter().map(|run| run[1])) < 0.6 * later);
    }
}
