//! What does the penalty's strength do for a model that underfits?
//!
//! Data: a parabola and a product, which no line expresses; a linear truth under a penalty that is far too strong; a
//! real table of which only the two least telling features are offered. Arms: paths of ridge and lasso; the same line
//! with the missing feature added. Measurement: the explained variance on new rows.

use super::{L1VsL2Params, NINTH, RIDGE, Real};
use mllab_core::prelude::*;
use mllab_kit::bands::{band_table, tabulate};
use mllab_kit::data::Measured;
use mllab_kit::data::classes::normal_features;
use mllab_kit::data::regressions::{Linear, measured, parabola, powers};
use mllab_kit::linear::{NEXT_TO_NOTHING, Penalty, Ready, penalty_grid};

const NO_HELP: &str = "no-help-underfit";
const RELAX: &str = "relax-when-underfit";
/// The settings that the picture is of.
const TOO_STRONG: &str = "the squared penalty was too strong";
const TOO_SIMPLE: &str = "a line meets a parabola under a squared penalty";
/// Rows to learn from.
const ROWS: usize = 200;
/// Rows that the explained variance is measured on.
const TEST_ROWS: usize = 500;
/// Noise beside a parabola or a product whose variance is 2 or 1.
const NOISE: f64 = 0.25;
/// A squared penalty that is far too strong: ten times the variance of a feature.
const HEAVY: f64 = 10.0;

/// Measures what more and what less penalty does.
pub fn run(cx: &Cx, _: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let real = Real::of(source)?;
    real_table(cx, &real, &mut outcome)?;
    if real.shipped {
        generated(cx, &mut outcome)?;
        draw(cx, &mut outcome)?;
    }
    outcome.tables.push(outcome.ledger("underfitting"));
    Ok(outcome)
}

/// Draws so many rows.
type Rows = fn(usize, &Stream) -> Measured;
/// A parabola with x as its only feature.
const BOWL: Rows = |n, stream| parabola(n, NOISE, stream);
/// The same rows with the square added.
const WITH_SQUARE: Rows = |n, stream| {
    let Measured { x, y } = BOWL(n, stream);
    Measured { x: powers(x.view(), 2), y }
};
/// Two features that act only through their product.
const PRODUCT: Rows = |n, stream| {
    let x = normal_features(n, 2, &stream.child("features", 0));
    measured(x, |row| row[0] * row[1], NOISE, &stream.child("noise", 0))
};
/// A linear truth over ten features, half of which matter.
const LINE: Rows = |n, stream| Linear::sparse(10, 5, 1.0).draw(n, stream);
/// Ten features that say nothing.
const NOTHING: Rows = |n, stream| Linear::sparse(10, 0, 1.0).draw(n, stream);

/// Training and test rows of one underfit.
struct Pair {
    train: Measured,
    test: Measured,
}

impl Pair {
    fn draw(rows: Rows, stream: &Stream) -> Self {
        Pair { train: rows(ROWS, stream), test: rows(TEST_ROWS, &stream.child("test", 0)) }
    }

    /// The explained variance at each of these penalties.
    fn explained(&self, penalty: Penalty, lambdas: &[f64]) -> Result<Vec<f64>, LabError> {
        let ready = Ready::new(&self.train)?;
        Ok(ready.explained(&ready.path(penalty, lambdas)?, &self.test)?)
    }

    fn unpenalised(&self) -> Result<f64, LabError> {
        Ok(self.explained(Penalty::Squared, &[NEXT_TO_NOTHING])?[0])
    }

    /// The explained variance at the best of many penalties, chosen on the test rows to the penalty's advantage, less
    /// that without one.
    fn best_rise(&self, penalty: Penalty) -> Result<f64, LabError> {
        let lambdas = match penalty {
            Penalty::Squared => penalty_grid(1e4, 1e8, 40),
            _ => Ready::new(&self.train)?.grid(penalty, 40),
        };
        let best = self.explained(penalty, &lambdas)?.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Ok(best - self.unpenalised()?)
    }

    /// The explained variance at a hundredth of a penalty that is far too strong, less that at the whole of it.
    fn relaxed_rise(&self, penalty: Penalty) -> Result<f64, LabError> {
        let strong = match penalty {
            Penalty::Squared => HEAVY,
            // Nine tenths of the penalty that zeroes every weight.
            _ => 0.9 * Ready::new(&self.train)?.grid(penalty, 2)[0],
        };
        let shares = self.explained(penalty, &[strong, 0.01 * strong])?;
        Ok(shares[1] - shares[0])
    }
}

/// More penalty for models that are too simple; less of it, where it was the cause and where the model was.
fn generated(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let mut find = |claim, case, rise: &(dyn Fn(&Stream) -> Result<f64, LabError> + Sync)| {
        let rises = cx.runs(case, cx.replicates(), |rep| Ok([rise(&rep.stream)?]))?;
        outcome.find(claim, case, rises.means());
        Ok::<(), LabError>(())
    };
    let more = |rows: Rows, penalty| move |stream: &Stream| Pair::draw(rows, stream).best_rise(penalty);
    let less = |rows: Rows, penalty| move |stream: &Stream| Pair::draw(rows, stream).relaxed_rise(penalty);
    let (squared, absolute) = (Penalty::Squared, Penalty::Absolute);
    find(NO_HELP, "a line meets a parabola and the penalty is squared", &more(BOWL, squared))?;
    find(NO_HELP, "a line meets a parabola and the penalty is an absolute value", &more(BOWL, absolute))?;
    let case = "two features act only through their product and the penalty is squared";
    find(NO_HELP, case, &more(PRODUCT, squared))?;
    let case = "two features act only through their product and the penalty is an absolute value";
    find(NO_HELP, case, &more(PRODUCT, absolute))?;
    find(NO_HELP, "the square is added to the line", &|stream| {
        Ok(Pair::draw(WITH_SQUARE, stream).unpenalised()? - Pair::draw(BOWL, stream).unpenalised()?)
    })?;
    find(RELAX, TOO_STRONG, &less(LINE, squared))?;
    find(RELAX, "the absolute-value penalty was too strong", &less(LINE, absolute))?;
    find(RELAX, TOO_SIMPLE, &less(BOWL, squared))?;
    find(RELAX, "a line meets a parabola under an absolute-value penalty", &less(BOWL, absolute))?;
    find(RELAX, "there is nothing to learn", &less(NOTHING, squared))
}

/// A real table on nine tenths of its rows.
fn real_table(cx: &Cx, real: &Real, outcome: &mut Outcome) -> Result<(), LabError> {
    let least = least_telling(&real.rows)?;
    let runs = real.runs(cx, (cx.replicates() / 4).max(8), |_, train, test| {
        let poor = |rows: &Measured| Measured { x: rows.x.select(ndarray::Axis(1), &least), y: rows.y.clone() };
        let (poor, whole) = (Pair { train: poor(&train), test: poor(&test) }, Pair { train, test });
        let rises = [poor.best_rise(Penalty::Squared)?, poor.best_rise(Penalty::Absolute)?];
        Ok([rises[0], rises[1], whole.relaxed_rise(Penalty::Squared)?])
    })?;
    let cases = real.case([
        [
            "only the two least telling features of the diabetes table are offered and the penalty is squared",
            "only the two least telling features of the diabetes table are offered and the penalty is an absolute value",
            "the squared penalty was too strong for the diabetes table",
        ],
        [
            "only the two least telling features of your table are offered and the penalty is squared",
            "only the two least telling features of your table are offered and the penalty is an absolute value",
            "the squared penalty was too strong for your table",
        ],
    ]);
    for (i, claim) in [NO_HELP, NO_HELP, RELAX].into_iter().enumerate() {
        outcome.find(claim, cases[i], runs.resampled(NINTH, |rises| rises[i]));
    }
    Ok(())
}

/// The two features that vary and correlate least with the target.
fn least_telling(table: &Measured) -> Result<[usize; 2], LabError> {
    let ready = Ready::new(table)?;
    let pull = |j: usize| ready.x.column(j).iter().zip(&ready.y).map(|(x, y)| x * y).sum::<f64>().abs();
    let mut features: Vec<usize> =
        (0..ready.x.ncols()).filter(|&j| ready.x.column(j).iter().any(|&v| v != 0.0)).collect();
    features.sort_by(|&a, &b| pull(a).total_cmp(&pull(b)));
    Ok([features[0], features[1]])
}

/// Two underfits under a penalty that is weakened, and what repairs the second.
fn draw(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    /// Each line with its words and where they stand.
    const ARMS: [(Look, &str, f64); 3] = [
        (Look::new("parabola, its square added", Hue::Green), "a parabola, its square offered too", 0.9),
        (Look::new("linear truth", RIDGE.hue), "a linear truth: the penalty is the cause", 0.73),
        (Look::new("parabola", Hue::Pink), "a parabola, only x offered: the model is the cause", 0.1),
    ];
    let lambdas = penalty_grid(1e3, 1e6, 50);
    let n = (cx.replicates() / 4).max(4);
    let runs = cx.runs("underfits", n, |rep| {
        let path = |rows| Pair::draw(rows, &rep.stream).explained(Penalty::Squared, &lambdas);
        Ok([path(WITH_SQUARE)?, path(LINE)?, path(BOWL)?])
    })?;
    let mut table = band_table("underfits", ("lambda", "1"), ("explained_variance", "1"));
    let mut panel = Panel::new(
        Axis::log("squared penalty λ").range(1e-3, 1e3),
        Axis::linear("explained variance on new rows").range(-0.2, 1.0).ticks([-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    );
    for (arm, (look, words, height)) in ARMS.into_iter().enumerate() {
        tabulate(&mut table, look.name, &lambdas, &runs, |run| &run[arm]);
        panel = panel
            .lines(&table, &[look.unnamed()], "lambda", "explained_variance")
            .note(Note::text(0.004, height, words, look.hue));
    }
    let found = outcome.ledger("underfitting");
    let rise = |case| found.cite("estimate", (RELAX, case, 0), shown::hundredths);
    let title = Title::say(
        "A weaker penalty adds {} to the explained variance where the penalty is the cause of an underfit, and {} where the model is",
        [rise(TOO_STRONG), rise(TOO_SIMPLE)],
    );
    let figure = Figure::new("underfits", title)
        .subtitle(format!("Explained variance on 500 new rows after ridge on 200: medians of {n} tables, bands hold 80 % of them. The numbers in the title go from a penalty of 10 to a hundredth of it."))
        .alt("Explained variance over the penalty. The line of the linear truth climbs from zero to about 0.8 as the penalty gets weaker. The line of the parabola with only x as a feature lies flat at zero at every penalty; with the square added it climbs to nearly one.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
