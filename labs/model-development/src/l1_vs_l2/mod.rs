//! What does an absolute-value penalty do to weights that a squared one does not, and when does neither help?
//!
//! Both are added to the same loss: (1/2n)‖y − Xb‖² + λ‖b‖₁ for the lasso and (1/2n)‖y − Xb‖² + (λ/2)‖b‖² for ridge,
//! on standardised features and a centred target. In that convention λ does not grow with the rows, so that a penalty
//! means the same at any size. Every study sets the arms on the same rows.

mod diagrams;
mod fits;
mod ledger;
mod map;
mod noise;
mod overfit;
mod paths;
mod twins;
mod underfit;
mod weights;

use fits::Choice;
use mllab_core::{Accepts, Cx, Domain, Lab, LabError, Meta, Outcome, Own, Source, Stream, Study, Target, TargetKind};
use mllab_kit::KitError;
use mllab_kit::data::regressions::{Correlation, Linear};
use mllab_kit::data::{Measured, real};
use mllab_kit::draws::Draws;

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
        own: Own { target: TargetKind::TwoClassesOrNumber, flags: &[], most_rows: 2_000 },
    };
    const SEED: &'static str = include_str!("../../../../seeds/l1-vs-l2.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = L1VsL2Params;

    fn studies() -> Vec<Study<L1VsL2Params>> {
        vec![
            study("the-paths", &["l1-sparse", "l2-never-zero", "any-reg-eliminates-features"], (1.0, 1.5), paths::run),
            study("the-twins", &["l2-stabilises-correlated"], (1.0, 0.2), twins::run),
            study("the-noise", &["l1-cuts-noise"], (0.5, 1.5), noise::run),
            study("the-weights", &["penalise-extreme-weights"], (1.0, 0.2), weights::run),
            study("the-overfit", &["reduces-overfitting"], (0.5, 1.3), overfit::run),
            study("the-underfit", &["no-help-underfit", "relax-when-underfit"], (1.0, 0.2), underfit::run),
        ]
    }
}

type Work = fn(&Cx, &L1VsL2Params, &Source) -> Result<Outcome, LabError>;

/// Each study also works on a user's table.
fn study(
    id: &'static str,
    claims: &'static [&'static str],
    (multiple, seconds): (f64, f64),
    run: Work,
) -> Study<L1VsL2Params> {
    Study { id, claims, accepts: Accepts::Both, multiple, seconds, run }
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
        penalties: int = 50, in [50, 200], unit "penalties";
        /// Parts of the cross-validation that chooses the penalty.
        folds: int = 5, in [2, 20], unit "folds";
        /// Penalty on the twins, for ridge, lasso and elastic net alike.
        twin_penalty: float = 0.1, in [0.001, 1.0], unit "1";
    }
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

    /// How a penalty is chosen on generated rows.
    pub(crate) fn choice(&self) -> Choice {
        Choice { penalties: self.penalties as usize, folds: self.folds as usize, rounds: 1 }
    }

    /// How it is chosen on a real table, of which there is only one: there the draw of the folds shall not matter.
    pub(crate) fn choice_on_table(&self) -> Choice {
        Choice { rounds: 2, ..self.choice() }
    }
}

/// The real table: the one we ship, or the user's, with its columns' names.
pub(crate) fn table(source: &Source) -> Result<(Measured, Vec<String>), LabError> {
    let unusable = |what: &str| Err(LabError::Unusable(what.into()));
    let (table, names) = match source {
        Source::Generated => {
            let real = real::diabetes();
            (real.table, real.columns)
        }
        Source::Own(data) => {
            let y = match &data.target {
                Target::Numeric(values) => values.clone(),
                Target::Binary(labels) => labels.iter().map(|&label| f64::from(u8::from(label))).collect(),
                Target::None => return unusable("this lab needs a target of numbers, or of two classes"),
            };
            (Measured { x: data.features.clone(), y }, data.feature_names.clone())
        }
    };
    let varies = |column: ndarray::ArrayView1<f64>| column.iter().any(|&v| v != column[0]);
    if table.y.len() < 40 {
        return unusable("this lab needs 40 rows or more");
    }
    if table.y.iter().all(|&v| v == table.y[0]) {
        return unusable("the target has one value only: there is nothing to predict");
    }
    if table.x.columns().into_iter().filter(|column| varies(column.view())).count() < 2 {
        return unusable("this lab needs two features or more that vary");
    }
    Ok((table, names))
}

/// All runs, or why one of them could not be made.
pub(crate) fn all<T>(runs: Vec<Result<T, KitError>>) -> Result<Vec<T>, LabError> {
    runs.into_iter().collect::<Result<_, _>>().map_err(|error| LabError::Unusable(error.to_string()))
}

/// One fit outside the replicates.
pub(crate) fn one<T>(made: Result<T, KitError>) -> Result<T, LabError> {
    made.map_err(|error| LabError::Unusable(error.to_string()))
}

/// Whether the rows are generated or shipped, and not the user's.
pub(crate) fn generated(source: &Source) -> bool {
    matches!(source, Source::Generated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::{Dataset, Host, Request, Run, RunError, Shelf, Silent};
    use ndarray::Array2;
    use std::sync::atomic::AtomicBool;

    fn own(x: Array2<f64>, target: Target) -> Result<Run, RunError> {
        let names = (0..x.ncols()).map(|j| format!("column {j}")).collect();
        let data = Dataset::new("own", x, names, target);
        let lab = &Shelf::<L1VsL2>::LAB;
        let mut request = Request::reference(lab).expect("the seeds are right");
        (request.quick, request.replicates, request.source) = (true, 4, Source::Own(Box::new(data)));
        let cancelled = AtomicBool::new(false);
        mllab_core::run(lab, &request, Host { progress: &Silent, cancelled: &cancelled })
    }

    fn drawn(n: usize, p: usize) -> Measured {
        Linear { weights: vec![0.5; p], noise: 1.0, correlation: Correlation::Chain(0.7) }.draw(n, &Stream::root(9))
    }

    #[test]
    fn a_users_table_is_answered_with_numbers() {
        let plain = drawn(80, 6);
        let mut odd = drawn(80, 6);
        odd.x.column_mut(4).fill(3.0);
        let copy = odd.x.column(0).to_owned();
        odd.x.column_mut(5).assign(&copy);
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
            assert!(points.map(|finding| finding.estimate.point).all(f64::is_finite), "{case}");
            let paths = run.tables.iter().find(|table| table.id == "paths").expect("the paths");
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
