//! The models that race, each with one setting: what somebody would try first.

use mllab_core::Stream;
use mllab_core::figure::Hue;
use mllab_kit::KitError;
use mllab_kit::data::Labelled;
use mllab_kit::descent::{Method, Network, Optimiser, Scratch};
use mllab_kit::draws::Draws;
use mllab_kit::library::{Classifier, Output};
use mllab_kit::linear::Logistic;
use mllab_kit::neighbours;
use mllab_kit::preprocess::Standardiser;
use mllab_kit::tree::{AdaBoost, Boosting, Forest, Search, TreeSettings};
use ndarray::ArrayView2;

/// A model by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// The word in flags and tables.
    pub id: &'static str,
    /// The words in figures.
    pub label: &'static str,
    /// Who is like it.
    pub family: Family,
    /// What is set on it, in words.
    pub settings: &'static str,
    /// Whether its fit can use more than one thread.
    pub threads: bool,
    /// Whether it is more than a weighted sum: what a baseline is there to judge.
    pub complex: bool,
    kind: Kind,
}

/// Models that are alike share a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Majority vote.
    Control,
    /// A weighted sum.
    Linear,
    /// Naive Bayes and nearest neighbours.
    Simple,
    /// Kernel machines.
    Kernel,
    /// One tree.
    Tree,
    /// Trees side by side.
    Forest,
    /// Trees one after another.
    Boosting,
    /// Networks.
    Network,
}

impl Family {
    /// All, in the order of a legend.
    pub const ALL: [Family; 8] = [
        Family::Control,
        Family::Linear,
        Family::Simple,
        Family::Kernel,
        Family::Tree,
        Family::Forest,
        Family::Boosting,
        Family::Network,
    ];

    /// Its colour on every figure.
    pub fn hue(self) -> Hue {
        match self {
            Family::Control => Hue::Grey,
            Family::Linear => Hue::Blue,
            Family::Simple => Hue::Sky,
            Family::Kernel => Hue::Pink,
            Family::Tree | Family::Forest => Hue::Green,
            Family::Boosting => Hue::Vermilion,
            Family::Network => Hue::Amber,
        }
    }

    /// Its words in a legend.
    pub fn words(self) -> &'static str {
        match self {
            Family::Control => "majority",
            Family::Linear => "weighted sum",
            Family::Simple => "Bayes, neighbours",
            Family::Kernel => "kernel machine",
            Family::Tree => "tree",
            Family::Forest => "tree, forest",
            Family::Boosting => "boosting",
            Family::Network => "network",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Majority,
    Logistic,
    LinfaLogistic,
    SmartcoreLogistic,
    Bayes,
    Neighbours,
    Svm,
    Tree,
    Forest,
    SmartcoreForest,
    AdaBoost,
    Boosting,
    BoostingExact,
    Forust,
    Network,
}

/// Trees of a forest and rounds of a booster.
const TREES: usize = 100;
const EPOCHS: usize = 20;
const BATCH: usize = 64;

const fn model(
    id: &'static str,
    label: &'static str,
    family: Family,
    kind: Kind,
    threads: bool,
    settings: &'static str,
) -> Model {
    let complex = !matches!(family, Family::Control | Family::Linear);
    Model { id, label, family, settings, threads, complex, kind }
}

/// Everyone who races, from the simplest.
pub const MODELS: [Model; 15] = [
    model("majority", "majority vote", Family::Control, Kind::Majority, false, "the share of positives, for every row"),
    model("logistic", "logistic", Family::Linear, Kind::Logistic, false, "Newton's method, squared penalty of 1"),
    model(
        "logistic-linfa",
        "logistic (linfa)",
        Family::Linear,
        Kind::LinfaLogistic,
        false,
        "L-BFGS, squared penalty of 1",
    ),
    model(
        "logistic-smartcore",
        "logistic (smartcore)",
        Family::Linear,
        Kind::SmartcoreLogistic,
        false,
        "L-BFGS, squared penalty of 1",
    ),
    model("bayes-linfa", "naive Bayes (linfa)", Family::Simple, Kind::Bayes, false, "Gaussian"),
    model("neighbours", "15 neighbours", Family::Simple, Kind::Neighbours, true, "15 nearest rows, brute force"),
    model(
        "svm-linfa",
        "kernel SVM (linfa)",
        Family::Kernel,
        Kind::Svm,
        false,
        "Gaussian kernel as wide as there are columns, cost 1, Platt's probabilities",
    ),
    model("tree", "one tree", Family::Tree, Kind::Tree, false, "gini, depth 8, five rows a leaf"),
    model("forest", "forest", Family::Forest, Kind::Forest, true, "100 full trees, √p columns a cut"),
    model(
        "forest-smartcore",
        "forest (smartcore)",
        Family::Forest,
        Kind::SmartcoreForest,
        false,
        "100 full regression trees, √p columns a cut",
    ),
    model("adaboost", "AdaBoost", Family::Boosting, Kind::AdaBoost, false, "100 stumps"),
    model(
        "boosting",
        "boosting",
        Family::Boosting,
        Kind::Boosting,
        true,
        "100 rounds, rate 0.1, depth 6, second order, 255 bins: XGBoost's defaults with a lower rate",
    ),
    model(
        "boosting-exact",
        "boosting, exact cuts",
        Family::Boosting,
        Kind::BoostingExact,
        false,
        "as boosting, with every cut looked at",
    ),
    model("forust", "boosting (forust)", Family::Boosting, Kind::Forust, true, "100 rounds, rate 0.1, depth 6"),
    model(
        "network",
        "network",
        Family::Network,
        Kind::Network,
        false,
        "two layers of 64 tanh units, Adam at 0.001, batches of 64, 20 epochs, columns standardised",
    ),
];

/// The model with this id.
pub fn model_named(id: &str) -> Option<Model> {
    MODELS.into_iter().find(|model| model.id == id)
}

/// A fitted model.
pub struct Fitted {
    predict: Predict,
    output: Output,
    numbers: Option<usize>,
}

type Predict = Box<dyn Fn(ArrayView2<f64>) -> Result<Vec<f64>, KitError>>;

impl Model {
    /// Fits; `parallel` lets a library that asks use the pool's threads (ours always do).
    ///
    /// # Errors
    /// Whatever the model complains of: one class only, a value that is not finite.
    pub fn fit(&self, train: &Labelled, parallel: bool, stream: &Stream) -> Result<Fitted, KitError> {
        let (x, y) = (train.x.view(), &train.y);
        let (n, p) = x.dim();
        let own = |predict: Predict, output, numbers| Ok(Fitted { predict, output, numbers: Some(numbers) });
        let depth = 6;
        let library = match self.kind {
            Kind::Majority => {
                let share = train.positives() as f64 / n as f64;
                return own(Box::new(move |x| Ok(vec![share; x.nrows()])), Output::Probability, 1);
            }
            Kind::Logistic => {
                let scale = Standardiser::fit(x)?;
                let model = Logistic { l2: 1.0, ..Logistic::default() }.fit(scale.transform(x)?.view(), y, None)?;
                let predict: Predict = Box::new(move |x| Ok(model.probabilities(scale.transform(x)?.view())));
                return own(predict, Output::Probability, 3 * p + 1);
            }
            Kind::Neighbours => {
                let scale = Standardiser::fit(x)?;
                let (rows, labels) = (scale.transform(x)?, y.clone());
                let k = 15.min(n);
                let predict: Predict =
                    Box::new(move |x| neighbours::shares(scale.transform(x)?.view(), rows.view(), &labels, k));
                return own(predict, Output::Probability, n * (p + 1));
            }
            Kind::Tree => {
                let settings = TreeSettings { max_depth: 8, min_rows: 5, ..TreeSettings::default() };
                let model = settings.fit_classes(x, y, None, stream)?;
                let nodes = model.nodes.len();
                return own(Box::new(move |x| Ok(model.predict(x))), Output::Probability, 5 * nodes);
            }
            Kind::Forest => {
                let model = Forest::random_forest(TREES, p).fit_classes(x, y, None, stream)?;
                let nodes: usize = model.trees.iter().map(|tree| tree.nodes.len()).sum();
                return own(Box::new(move |x| Ok(model.predict(x))), Output::Probability, 5 * nodes);
            }
            Kind::AdaBoost => {
                let model = AdaBoost::stumps(TREES).fit(x, y, None, stream)?;
                let nodes: usize = model.rounds.iter().map(|round| round.tree.nodes.len() + 1).sum();
                // Half the log odds (Friedman, Hastie and Tibshirani 2000).
                let predict: Predict = Box::new(move |x| {
                    let mut scores = model.decisions(x);
                    for score in &mut scores {
                        *score *= 2.0;
                    }
                    Ok(scores)
                });
                return own(predict, Output::Score, 5 * nodes);
            }
            Kind::Boosting | Kind::BoostingExact => {
                let mut settings = Boosting::second_order(TREES);
                if self.kind == Kind::BoostingExact {
                    settings.tree.search = Search::Exact;
                }
                let model = settings.fit_classes(x, y, None, stream)?;
                let nodes: usize = model.trees.iter().map(|tree| tree.nodes.len()).sum();
                return own(Box::new(move |x| Ok(model.probabilities(x))), Output::Probability, 5 * nodes);
            }
            Kind::Network => return network(train, stream),
            Kind::LinfaLogistic => return scaled(Classifier::LinfaLogistic { l2: 1.0 }, train, stream),
            Kind::SmartcoreLogistic => return scaled(Classifier::SmartcoreLogistic { l2: 1.0 }, train, stream),
            Kind::Svm => return scaled(Classifier::LinfaSvm { cost: 1.0, width: p as f64 }, train, stream),
            Kind::Bayes => Classifier::LinfaBayes,
            Kind::SmartcoreForest => Classifier::SmartcoreForest { trees: TREES },
            Kind::Forust if parallel => Classifier::ForustOnAllThreads { rounds: TREES, rate: 0.1, max_depth: depth },
            Kind::Forust => Classifier::Forust { rounds: TREES, rate: 0.1, max_depth: depth },
        };
        let model = library.fit(x, y, stream)?;
        let (output, numbers) = (model.output(), model.numbers());
        Ok(Fitted { predict: Box::new(move |x| model.predict(x)), output, numbers })
    }
}

impl Fitted {
    /// Probabilities of `true`, one a row; a score in log odds is made one.
    ///
    /// # Errors
    /// The model's complaint.
    pub fn probabilities(&self, x: ArrayView2<f64>) -> Result<Vec<f64>, KitError> {
        let mut out = (self.predict)(x)?;
        if self.output == Output::Score {
            for score in &mut out {
                *score = 1.0 / (1.0 + (-*score).exp());
            }
        }
        Ok(out)
    }

    /// How many numbers the model keeps, where they can be counted.
    pub fn numbers(&self) -> Option<usize> {
        self.numbers
    }
}

/// A library's model on standardised columns, which its method needs.
fn scaled(kind: Classifier, train: &Labelled, stream: &Stream) -> Result<Fitted, KitError> {
    let scale = Standardiser::fit(train.x.view())?;
    let model = kind.fit(scale.transform(train.x.view())?.view(), &train.y, stream)?;
    let (output, numbers) = (model.output(), model.numbers());
    let kept = numbers.map(|numbers| numbers + 2 * train.x.ncols());
    Ok(Fitted { predict: Box::new(move |x| model.predict(scale.transform(x)?.view())), output, numbers: kept })
}

/// Our network on standardised columns.
fn network(train: &Labelled, stream: &Stream) -> Result<Fitted, KitError> {
    let scale = Standardiser::fit(train.x.view())?;
    let (n, p) = train.x.dim();
    let x: Vec<f64> = scale.transform(train.x.view())?.into_iter().collect();
    let classes: Vec<usize> = train.y.iter().map(|&label| usize::from(label)).collect();
    let network = Network::new(&[p, 64, 64, 1]);
    let mut weights: Vec<f64> = network.draw(&stream.child("weights", 0));
    let mut optimiser = Optimiser::new(Method::ADAM, weights.len());
    let (mut slope, mut scratch) = (vec![0.0; weights.len()], Scratch::default());
    let mut draws = Draws::new(&stream.child("batches", 0));
    let mut order: Vec<usize> = (0..n).collect();
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..EPOCHS {
        draws.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            inputs.clear();
            labels.clear();
            for &row in batch {
                inputs.extend_from_slice(&x[row * p..(row + 1) * p]);
                labels.push(classes[row]);
            }
            network.slope(&weights, &inputs, &labels, &mut slope, &mut scratch);
            optimiser.step(0.001, &mut weights, &slope);
        }
    }
    let numbers = weights.len() + 2 * p;
    let predict: Predict = Box::new(move |x| {
        let inputs: Vec<f64> = scale.transform(x)?.into_iter().collect();
        Ok(network.logits(&weights, &inputs, &mut Scratch::default()))
    });
    Ok(Fitted { predict, output: Output::Score, numbers: Some(numbers) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_kit::data::classes;
    use mllab_kit::metrics::{log_loss, roc_auc};

    #[test]
    fn every_model_learns_and_gives_probabilities() {
        let truth = classes::Logistic { intercept: 0.3, weights: vec![2.0, -2.0, 1.0, 0.0] };
        let (train, test) = (truth.draw(500, &Stream::root(1)), truth.draw(2000, &Stream::root(2)));
        for model in MODELS {
            let fitted = model.fit(&train, false, &Stream::root(3)).unwrap();
            let p = fitted.probabilities(test.x.view()).unwrap();
            assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "{}", model.id);
            let auc = roc_auc(&p, &test.y);
            if model.family == Family::Control {
                assert_eq!(auc, 0.5);
            } else {
                // The truth ranks with .92.
                assert!(auc > 0.84, "{}: {auc}", model.id);
                assert!(log_loss(&p, &test.y).is_finite());
            }
            assert!(fitted.numbers().is_none_or(|numbers| numbers > 0), "{}", model.id);
        }
    }

    #[test]
    fn ids_are_unique() {
        for (i, model) in MODELS.iter().enumerate() {
            assert_eq!(model_named(model.id), Some(MODELS[i]));
        }
    }
}
