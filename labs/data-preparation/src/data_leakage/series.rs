//! Does the error that a split reports of a series say what the future will bring, and do ordered parts share nothing?
//!
//! Data: a random walk, a slowly wandering series, a trend with waves; for the limits a series that its last values
//! predict, one whose noise doubles, independent rows, and labels that look ahead. Arms: the last rows of the known
//! stretch tested in order, with and without a gap; as many rows at random; the true future of the same series.

use super::scores::{excess, mean, runs};
use mllab_core::figure::{Axis, Dash, Hue, Layout, LegendKey, Line, Mark, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::{Measured, classes, series};
use mllab_kit::draws::Draws;
use mllab_kit::neighbours::nearest;
use mllab_kit::split::{self, Parts};
use mllab_kit::tree::TreeSettings;

const ORDERED: &str = "ordered-split";
const OVERLAP: &str = "ordered-non-overlap";
/// Rows known when the model is judged, and rows of each test and of the future.
const KNOWN: usize = 400;
const AHEAD: usize = 40;

/// A world of rows in time order, and who predicts in it.
#[derive(Clone, Copy, PartialEq)]
enum World {
    Walk,
    Wandering,
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
            World::Walk => series::by_time(series::autoregression(n, 1.0, 1.0, stream)),
            World::Wandering => series::by_time(series::autoregression(n, 0.95, 1.0, stream)),
            World::Waves => {
                let mut draws = Draws::new(stream);
                let phase = draws.between(0.0, std::f64::consts::TAU);
                let wave = |row: usize| 2.0 * libm::sin(std::f64::consts::TAU * row as f64 / 80.0 + phase);
                series::by_time((0..n).map(|row| 0.01 * row as f64 + wave(row) + 0.5 * draws.normal()).collect())
            }
            World::Lags => series::by_lags(&series::autoregression(n + 3, 0.8, 1.0, stream), 3),
            World::Louder => {
                let mut draws = Draws::new(stream);
                let mut values = vec![0.0; n + 3];
                for row in 1..n + 3 {
                    let noise = if row < KNOWN + 3 { 1.0 } else { 2.0 };
                    values[row] = 0.8 * values[row - 1] + noise * draws.normal();
                }
                series::by_lags(&values, 3)
            }
            World::Independent => {
                let x = classes::normal_features(n, 1, &stream.child("x", 0));
                let mut draws = Draws::new(stream);
                let y = x.column(0).iter().map(|x| x + draws.normal()).collect();
                Measured { x, y }
            }
        }
    }

    fn predict(self, train: &Measured, test: &Measured, stream: &Stream) -> Result<Vec<f64>, KitError> {
        if self == World::Waves {
            let tree = TreeSettings { min_rows: 5, ..TreeSettings::default() };
            return Ok(tree.fit_numbers(train.x.view(), &train.y, None, stream)?.predict(test.x.view()));
        }
        if matches!(self, World::Walk | World::Wandering) {
            return Ok(test.x.column(0).iter().map(|&at| near_in_time(train, at)).collect());
        }
        let found = nearest(test.x.view(), train.x.view(), 15, false)?;
        Ok(found.into_iter().map(|rows| mean(rows.into_iter().map(|row| train.y[row]))).collect())
    }

    fn error(self, rows: &Measured, train: &[usize], test: &[usize], stream: &Stream) -> Result<f64, KitError> {
        let (train, test) = (rows.rows(train), rows.rows(test));
        let said = self.predict(&train, &test, stream)?;
        Ok(mean(said.iter().zip(&test.y).map(|(a, b)| (a - b) * (a - b))))
    }
}

/// The mean of the five rows nearest in time, of equally near ones the earlier; training rows ascend in time.
fn near_in_time(train: &Measured, at: f64) -> f64 {
    let time = |row: usize| train.x[[row, 0]];
    let n = train.y.len();
    let mut right = train.x.column(0).iter().filter(|&&time| time < at).count();
    let mut left = right;
    mean((0..5).map(|_| {
        let earlier = left > 0 && (right == n || at - time(left - 1) <= time(right) - at);
        let row = if earlier { left - 1 } else { right };
        if earlier {
            left -= 1;
        } else {
            right += 1;
        }
        train.y[row]
    }))
}

/// Errors: as reported in order, as reported at random, in the future.
fn errors(world: World, stream: &Stream) -> Result<[f64; 3], KitError> {
    let rows = world.draw(&stream.child("rows", 0));
    let (mut ordered, mut random) = (Vec::new(), Vec::new());
    for fold in 0..4 {
        let first = KNOWN - (fold + 1) * AHEAD;
        let (train, test): (Vec<usize>, Vec<usize>) = ((0..first).collect(), (first..first + AHEAD).collect());
        ordered.push(world.error(&rows, &train, &test, stream)?);
        let share = AHEAD as f64 / KNOWN as f64;
        let parts = split::random(KNOWN, share, &stream.child("random", fold as u64))?;
        random.push(world.error(&rows, &parts.train, &parts.test, stream)?);
    }
    let (past, future): (Vec<usize>, Vec<usize>) = ((0..KNOWN).collect(), (KNOWN..KNOWN + AHEAD).collect());
    Ok([mean(ordered.into_iter()), mean(random.into_iter()), world.error(&rows, &past, &future, stream)?])
}

/// Measures both claims and draws a series.
pub fn measure(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    for (setting, world, multiple) in [
        ("a random walk is predicted from the time index", World::Walk, 45),
        ("a slowly wandering series is predicted from the time index", World::Wandering, 40),
        ("a tree predicts a trend with slow waves", World::Waves, 5),
        ("the last three values of a series predict the next", World::Lags, 8),
        ("the noise of a series doubles after its last row", World::Louder, 4),
        ("rows do not depend on time at all", World::Independent, 8),
    ] {
        let all = runs(cx, setting, multiple * cx.replicates(), |stream| errors(world, stream))?;
        let column = |arm: usize| all.iter().map(|run| run[arm]).collect::<Vec<_>>();
        outcome.find(ORDERED, setting, excess(&column(0), &column(2)));
        outcome.find_part(ORDERED, setting, 1, excess(&column(1), &column(2)));
    }
    overlaps(cx, outcome)?;
    draw(cx, outcome)
}

/// Row numbers, and labels that share values across the cut.
fn overlaps(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let whole = |parts: &Parts, n: usize| {
        let mut seen = vec![0; n];
        for &row in parts.train.iter().chain(&parts.test).chain(&parts.left_out) {
            seen[row] += 1;
        }
        seen.iter().all(|&times| times == 1) && parts.train.last() < parts.test.first()
    };
    let cuts = runs(cx, "cuts", 10 * cx.replicates(), |stream| {
        let mut draws = Draws::new(stream);
        let (n, share) = (20 + draws.below(2000), draws.between(0.05, 0.6));
        let parts = split::ordered(n, share, draws.below(8))?;
        Ok((!whole(&parts, n), (parts.test.len() as f64 - share * n as f64).abs()))
    })?;
    let broken = cuts.iter().filter(|cut| cut.0).count();
    outcome.find(OVERLAP, "row numbers are looked at", Estimate::exact(broken as f64));
    let off = cuts.iter().map(|cut| cut.1).fold(0.0, f64::max);
    outcome.find_part(OVERLAP, "row numbers are looked at", 1, Estimate::exact(off));
    let folds = runs(cx, "folds", 10 * cx.replicates(), |stream| {
        let mut draws = Draws::new(stream);
        let (n, folds) = (40 + draws.below(1000), 2 + draws.below(9));
        let made = split::ordered_folds(n, folds, draws.below(3))?;
        let mut tested = vec![0_usize; n];
        made.iter().flat_map(|parts| &parts.test).for_each(|&row| tested[row] += 1);
        let first = n - folds * (n / (folds + 1));
        let wrong = tested.iter().enumerate().filter(|&(row, &times)| times != usize::from(row >= first)).count();
        Ok((made.iter().filter(|parts| !whole(parts, n)).count(), wrong))
    })?;
    let total = |one: fn(&(usize, usize)) -> usize| Estimate::exact(folds.iter().map(one).sum::<usize>() as f64);
    outcome.find(OVERLAP, "folds of row numbers are looked at", total(|fold| fold.0));
    outcome.find_part(OVERLAP, "folds of row numbers are looked at", 1, total(|fold| fold.1));

    let labels = runs(cx, "labels", 120 * cx.replicates(), |stream| Ok(looking(stream)))?;
    let column = |arm: usize| labels.iter().map(|run| run[arm]).collect::<Vec<_>>();
    for (arm, setting) in [
        "features look seven rows back",
        "a label looks seven rows ahead",
        "a label looks seven rows ahead and seven rows are left out",
    ]
    .into_iter()
    .enumerate()
    {
        let fresh = if arm == 0 { 3 } else { 4 };
        outcome.find(OVERLAP, setting, excess(&column(arm), &column(fresh)));
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
    let mut table = Table::new(
        "walk",
        &[("split", ""), ("row", "rows"), ("value", "1"), ("tested", "1"), ("predicted", "1"), ("root_error", "1")],
    );
    let mut figure_panels = Vec::new();
    let mut first_rows = Vec::new();
    let arms = [
        ("random", "Random split: each gap is filled in from both sides", split::random(n, 0.25, &stream)),
        ("ordered", "Ordered split: the future is not between known rows", split::ordered(n, 0.25, 0)),
    ];
    for (name, title, parts) in arms {
        let parts = parts.map_err(super::scores::refused)?;
        let said = World::Walk
            .predict(&rows.rows(&parts.train), &rows.rows(&parts.test), &stream)
            .map_err(super::scores::refused)?;
        let error = mean(parts.test.iter().zip(&said).map(|(&row, said)| (rows.y[row] - said).powi(2))).sqrt();
        first_rows.push(table.n_rows());
        let mut predicted = vec![f64::NAN; n];
        parts.test.iter().zip(&said).for_each(|(&row, &value)| predicted[row] = value);
        for row in 0..n {
            let tested = !predicted[row].is_nan();
            table.row([
                name.into(),
                row.into(),
                rows.y[row].into(),
                tested.into(),
                predicted[row].into(),
                error.into(),
            ]);
        }
        let at: Vec<f64> = (0..n).map(|row| row as f64).collect();
        let tested = |values: &dyn Fn(usize) -> f64| parts.test.iter().map(|&row| values(row)).collect::<Vec<f64>>();
        let mut panel = Panel::new(Axis::linear("row, in order of time"), Axis::linear("value"))
            .title(title)
            .layer(Line::new(at, rows.y.clone(), Hue::Grey))
            .layer(Points::new(tested(&|row| row as f64), tested(&|row| rows.y[row]), Mark::Ring, Hue::Blue));
        let places = tested(&|row| row as f64);
        panel = panel.layer(Points::new(places, said, Mark::Triangle, Hue::Vermilion));
        figure_panels.push(panel);
    }
    let two = |v: f64| shown::fixed(v, 1);
    let title = Title::new()
        .text("The same walk, off by ")
        .cite(&table, "root_error", first_rows[0], two)
        .text(" under a random split and by ")
        .cite(&table, "root_error", first_rows[1], two)
        .text(" under an ordered one");
    let mut figure = Figure::new("series", title)
        .subtitle("One random walk of 200 rows with steps of sd 1, predicted by the mean of the five nearest training rows in time; a quarter of the rows is tested. Numbers are root mean squared errors of this one draw.")
        .alt("Two panels with the same wandering line. Above, test rows lie scattered along the line and predictions sit on it. Below, the last quarter is tested and all predictions stay on one level while the line wanders off.")
        .legend("the series", Hue::Grey, LegendKey::Line(Dash::Solid))
        .legend("test row", Hue::Blue, LegendKey::Mark(Mark::Ring))
        .legend("prediction", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
        .reads("walk", &["row", "value", "tested", "predicted"])
        .layout(Layout::Stack);
    for panel in figure_panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_in_time_are_the_nearest() {
        let rows = World::Walk.draw(&Stream::root(4));
        let parts = split::random(KNOWN, 0.3, &Stream::root(5)).unwrap();
        let (train, test) = (rows.rows(&parts.train), rows.rows(&parts.test));
        let found = nearest(test.x.view(), train.x.view(), 5, false).unwrap();
        for (near, &at) in found.iter().zip(test.x.column(0)) {
            let expected = mean(near.iter().map(|&row| train.y[row]));
            assert!((near_in_time(&train, at) - expected).abs() < 1e-9);
        }
    }

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
