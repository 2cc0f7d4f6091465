//! What does an absolute-value penalty do to weights that a squared one does not, and when does neither help?
//!
//! Both are added to the same loss: (1/2n)‖y − Xb‖² + λ‖b‖₁ for the lasso and (1/2n)‖y − Xb‖² + (λ/2)‖b‖² for ridge,
//! on standardised features and a centred target. In that convention λ does not grow with the rows, so that a penalty
//! means the same at any size. Every study sets the arms on the same rows.

mod diamond;
mod noise;
mod overfit;
mod paths;
mod pictured;
mod real;
mod twins;
mod underfit;
mod weights;

use mllab_core::prelude::*;
use mllab_kit::data::Measured;
use mllab_kit::data::regressions::{Correlation, Linear};
use mllab_kit::draws::Draws;
use mllab_kit::linear::Choice;
use real::{NINTH, Real};

/// The lab.
pub struct L1VsL2;

impl Lab for L1VsL2 {
    const META: Meta = Meta {
        id: "l1-vs-l2",
        title: "L1 vs L2",
        question: "What does an absolute-value penalty do that a squared one does not, and when does neither help?",
        domain: Domain::ModelDevelopment,
        picture: ("coefficient-paths", "One by one to zero, or never"),
        replicates: 200,
        quick_replicates: 8,
        sources: &[
            "Lasso, soft-thresholding and the diamond: Tibshirani, Regression shrinkage and selection via the lasso, 1996.",
            "Ridge: Hoerl and Kennard, 1970. Effective degrees of freedom: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, section 3.4.",
            "The lasso's degrees of freedom are its non-zero weights: Zou, Hastie and Tibshirani, 2007.",
            "Coordinate descent: Friedman, Hastie and Tibshirani, 2010. Elastic net: Zou and Hastie, 2005.",
            "The diabetes table: Efron, Hastie, Johnstone and Tibshirani, Least angle regression, 2004.",
            "Intervals over resamples of one table: Nadeau and Bengio, 2003.",
        ],
        own: Own::classes_or_number(2_000),
    };
    const SEED: &'static str = include_str!("../../../../seeds/l1-vs-l2.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = L1VsL2Params;

    fn studies() -> Vec<Study<L1VsL2Params>> {
        [
            study("the-paths", &["l1-sparse", "l2-never-zero", "any-reg-eliminates-features"], paths::run).seconds(1.5),
            study("the-twins", &["l2-stabilises-correlated"], twins::run).seconds(0.2),
            study("the-noise", &["l1-cuts-noise"], noise::run).times(0.5).seconds(1.5),
            study("the-weights", &["penalise-extreme-weights"], weights::run).seconds(0.2),
            study("the-overfit", &["reduces-overfitting"], overfit::run).times(0.5).seconds(1.3),
            study("the-underfit", &["no-help-underfit", "relax-when-underfit"], underfit::run).seconds(0.2),
        ]
        .map(Study::also_own)
        .into()
    }

    fn clash(params: &L1VsL2Params) -> Option<String> {
        let L1VsL2Params { features, active, folds, .. } = *params;
        if active >= features {
            let (most, needed) = (features - 1, active + 1);
            return Some(format!(
                "--active {active} of --features {features} leaves none that does not matter: --active {most} at most, or --features {needed} and more"
            ));
        }
        let (rows, needed) = (scarce_rows(features as usize), (5 * folds + 3) / 4);
        (folds as usize > rows).then(|| format!(
            "--folds {folds} with --features {features}: where features outnumber rows, {rows} rows cannot make {folds} folds: --folds {rows} at most, or --features {needed} and more"
        ))
    }

    fn work(params: &L1VsL2Params) -> f64 {
        let L1VsL2Params { rows, features, penalties, folds, .. } = *params;
        let [rows, features, penalties, folds] = [rows, features, penalties, folds].map(|value| value as f64);
        (0.2 + features / 62.0) * (0.95 + rows / 2000.0) * (0.55 + 0.09 * folds) * libm::pow(penalties / 50.0, 0.35)
    }

    fn own_seconds(_: &L1VsL2Params, rows: usize, features: usize) -> f64 {
        let (n, p) = (rows as f64, features as f64);
        0.25 + n * p * (1.3e-5 + 4e-8 * p) + 2e-10 * p * p * p * n.min(p)
    }
}

mllab_core::params! {
    /// What can be changed in the l1-vs-l2 lab.
    pub struct L1VsL2Params {
        /// Generated rows that a model learns from.
        rows: int = 100, in [40, 2000], unit "rows";
        /// Features of a generated table.
        features: int = 50, in [10, 200], unit "features";
        /// Features that matter where few do.
        active: int = 5, in [1, 100], unit "features";
        /// Standard deviation of the noise in the target.
        noise: float = 2.0, in [0.01, 100.0], unit "1";
        /// Penalties on each path, evenly spaced on a logarithmic scale.
        penalties: int = 50, in [50, 200], quick 50, unit "penalties";
        /// Parts of the cross-validation that chooses the penalty.
        folds: int = 5, in [2, 20], quick 10, unit "folds";
        /// Penalty on the twins, for ridge, lasso and elastic net alike.
        twin_penalty: float = 0.1, in [0.001, 1.0], unit "1";
    }
}

/// So many rows where features outnumber them: four fifths, so that both move together.
pub(crate) fn scarce_rows(features: usize) -> usize {
    (features * 4 / 5).max(8)
}

/// A truth over the lab's features: how many of them matter, and how neighbours hang together. The signal is equally
/// strong in all: the squared weights add up to [`L1VsL2Params::active`].
#[derive(Clone, Copy)]
pub(crate) enum Truth {
    /// The lab's few, each with weight 1.
    Few,
    /// The lab's few, neighbours correlated.
    FewAmongNeighbours(f64),
    /// Every second feature, with random weights.
    Half,
    /// Every feature, with random weights.
    All,
    /// None.
    Nothing,
}

impl L1VsL2Params {
    /// The generator of a truth; the features that matter are spread evenly among the others.
    pub(crate) fn truth(&self, truth: Truth, stream: &Stream) -> Linear {
        let p = self.features as usize;
        let few = (self.active as usize).min(p);
        let (n_active, correlation) = match truth {
            Truth::Few => (few, Correlation::None),
            Truth::FewAmongNeighbours(rho) => (few, Correlation::Chain(rho)),
            Truth::Half => (p / 2, Correlation::None),
            Truth::All => (p, Correlation::None),
            Truth::Nothing => (0, Correlation::None),
        };
        let mut draws = Draws::new(&stream.child("truth", 0));
        let mut weights = vec![0.0; p];
        for i in 0..n_active {
            weights[i * p / n_active] = match truth {
                Truth::Half | Truth::All => draws.normal() * (few as f64 / n_active as f64).sqrt(),
                _ => 1.0,
            };
        }
        Linear { weights, noise: self.noise, correlation }
    }

    /// The lab's rows of a truth.
    pub(crate) fn draw(&self, truth: Truth, stream: &Stream) -> Measured {
        self.truth(truth, stream).draw(self.rows as usize, stream)
    }

    /// How a penalty is chosen on generated rows.
    pub(crate) fn choice(&self) -> Choice {
        Choice { penalties: self.penalties as usize, folds: self.folds as usize, rounds: 1 }
    }

    /// How it is chosen on a real table, of which there is only one: there the draw of the folds shall not matter.
    pub(crate) fn choice_on_table(&self) -> Choice {
        Choice { rounds: 2, ..self.choice() }
    }
}

/// The arms in every picture.
pub(crate) const FREE: Look = Look::new("No penalty", Hue::Grey).unnamed();
pub(crate) const RIDGE: Look = Look::new("Ridge (L2)", Hue::Blue).unnamed();
pub(crate) const LASSO: Look = Look::new("Lasso (L1)", Hue::Vermilion).unnamed();

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::{Run, RunError, Shelf};
    use ndarray::Array2;

    fn own(x: Array2<f64>, target: Target) -> Result<Run, RunError> {
        let names = (0..x.ncols()).map(|j| format!("column {j}")).collect();
        Run::quick_on(&Shelf::<L1VsL2>::LAB, Dataset::new("own", x, names, target))
    }

    fn drawn(n: usize, p: usize) -> Measured {
        Linear { weights: vec![0.5; p], noise: 1.0, correlation: Correlation::Chain(0.7) }.draw(n, &Stream::root(9))
    }

    #[test]
    fn a_users_table_is_answered_with_numbers() {
        let plain = drawn(80, 6);
        let mut odd = drawn(80, 6);
        odd.x = odd.x.select(ndarray::Axis(1), &[0, 1, 2, 3, 4, 0]);
        odd.x.column_mut(4).fill(3.0);
        let wide = drawn(45, 60);
        let tall: Vec<f64> = plain.y.iter().map(|y| 1e9 + 1e6 * y).collect();
        let labels = Target::Binary(plain.y.iter().map(|&y| y > 0.0).collect());
        for (case, x, target) in [
            ("plain", plain.x.clone(), Target::Numeric(plain.y.clone())),
            ("a constant and a doubled column", odd.x, Target::Numeric(odd.y)),
            ("more features than rows", wide.x, Target::Numeric(wide.y)),
            ("a target far from zero", plain.x.clone(), Target::Numeric(tall)),
            ("two classes", plain.x, labels),
        ] {
            let p = x.ncols();
            let run = own(x, target).unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(run.report.claims.len() + run.report.untestable.len(), 9, "{case}");
            let points = run.report.claims.iter().flat_map(|claim| &claim.findings);
            assert!(points.map(|finding| finding.estimate.point()).all(f64::is_finite), "{case}");
            let paths = run.table("paths");
            assert_eq!(paths.n_rows(), 2 * 50 * p, "{case}");
            assert!(paths.rows().all(|row| row[3].as_f64().is_some_and(f64::is_finite)), "{case}");
            for figure in &run.figures {
                assert_eq!(figure.faults(&run.tables), Vec::<String>::new(), "{case}");
            }
        }
    }

    #[test]
    fn what_cannot_answer_is_refused() {
        let rows = drawn(60, 3);
        for (x, target, words) in [
            (rows.x.clone(), Target::Numeric(vec![2.0; 60]), "one value only"),
            (rows.x.clone(), Target::None, "numbers, or of two classes"),
            (Array2::ones((60, 3)), Target::Numeric(rows.y.clone()), "two features or more that vary"),
            (drawn(30, 3).x, Target::Numeric(rows.y[..30].to_vec()), "40 rows or more"),
        ] {
            let error = own(x, target).expect_err(words).to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
