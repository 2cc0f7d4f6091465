//! A real table in five folds: resampling inside the folds, each remedy on the same rows.
//!
//! The breast cancer table that we thin and a table of the user's go through the same function. Folds share rows, so
//! intervals are corrected (Nadeau and Bengio 2003).

use super::ClassImbalanceParams;
use mllab_core::prelude::*;
use mllab_kit::data::{Labelled, real};
use mllab_kit::preprocess::standardised;
use mllab_kit::remedies::{Learner, Remedy, SCORES, Trial};
use mllab_kit::split;

const FOLDS: usize = 5;
/// What is done about rare positives in the table of scores.
const REMEDIES: [Remedy; 5] = [Remedy::Nothing, Remedy::Weights, Remedy::Over, Remedy::Under, Remedy::Smote];

/// Every arm of the table of scores.
pub fn all_arms(learners: &[Learner]) -> Vec<Trial> {
    let of = |learner| {
        let moved = Trial::new(learner, Remedy::Nothing).moved();
        REMEDIES.map(|remedy| Trial::new(learner, remedy)).into_iter().chain([moved])
    };
    learners.iter().copied().flat_map(of).collect()
}

/// Rows of a real table, or a sample of them.
pub struct Sample {
    /// The rows.
    pub table: Labelled,
    /// How many of the table's rows one of the negative and one of the positive rows stands for.
    stands_for: [usize; 2],
}

impl From<Labelled> for Sample {
    fn from(table: Labelled) -> Self {
        Sample { table, stands_for: [1; 2] }
    }
}

/// Scores of each try on each fold.
pub struct Scored {
    tries: Vec<Trial>,
    folds: Runs<Fold>,
}

/// The metrics of each try on one fold, and the accuracy of saying no to all.
struct Fold {
    scores: Vec<[f64; SCORES.len()]>,
    nothing: f64,
}

impl Scored {
    fn column(&self, one: Trial, metric: &str) -> impl Fn(&Fold) -> f64 {
        let one = self.tries.iter().position(|other| *other == one).expect("a try that was made");
        let metric = SCORES.iter().position(|name| *name == metric).expect("a metric");
        move |fold| fold.scores[one][metric]
    }

    fn estimate(&self, of: impl Fn(&Fold) -> f64) -> Estimate {
        self.folds.resampled(1.0 / (FOLDS as f64 - 1.0), of)
    }

    /// The mean of a metric, all of which lie between 0 and 1.
    pub fn mean(&self, one: Trial, metric: &str) -> Estimate {
        self.estimate(self.column(one, metric)).cut_to(0.0, 1.0)
    }

    /// The mean of a metric of one try less that of another.
    pub fn gain(&self, one: Trial, other: Trial, metric: &str) -> Estimate {
        let (one, other) = (self.column(one, metric), self.column(other, metric));
        self.estimate(|fold| one(fold) - other(fold))
    }

    /// Accuracy less that of saying no to all.
    pub fn accuracy_gain(&self, one: Trial) -> Estimate {
        let accuracy = self.column(one, "accuracy");
        self.estimate(|fold| accuracy(fold) - fold.nothing)
    }

    /// The table of all scores.
    pub fn table(&self, id: &str) -> Table {
        let mut table = Table::named(id).with_word("learner").with_word("arm").with_word("metric");
        table = table.with_estimate("estimate", "1");
        for &one in &self.tries {
            let arm = if one.moved { "threshold-moved" } else { one.remedy.name() };
            for metric in SCORES {
                table.put((one.learner.name(), arm, metric, self.mean(one, metric)));
            }
        }
        table
    }
}

/// Deals a table into five stratified folds several times and scores every try on every fold. Refused are a class too small
/// for the folds and for k neighbours, one class only, no rare class.
pub fn score(
    cx: &Cx,
    params: &ClassImbalanceParams,
    Sample { table, stands_for }: &Sample,
    tries: &[Trial],
    part: &str,
) -> Result<Scored, LabError> {
    fit_to_use(table, params.k())?;
    let repeats = if cx.quick() { 2 } else { params.repeats as usize };
    let runs = cx.runs(part, repeats, |rep| {
        let folds = split::stratified_folds(&table.y, FOLDS, &rep.stream.child("folds", 0))?;
        let one = |(fold, parts): (usize, &split::Parts)| {
            let stream = rep.stream.child("fold", fold as u64);
            let [train, test] = standardised(&table.rows(&parts.train), &table.rows(&parts.test))?;
            let scores = tries.iter().map(|one| one.scores(&train, &test, *stands_for, params.k(), &stream));
            let stood_for =
                |label| (stands_for[usize::from(label)] * test.y.iter().filter(|&&l| l == label).count()) as f64;
            let nothing = stood_for(false) / (stood_for(false) + stood_for(true));
            Ok::<Fold, LabError>(Fold { scores: scores.collect::<Result<_, _>>()?, nothing })
        };
        folds.iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(Scored { tries: tries.to_vec(), folds: runs.flat() })
}

/// Refuses, with what would work, a table that the folds and the neighbours cannot be made from.
pub fn fit_to_use(table: &Labelled, k: usize) -> Result<(), LabError> {
    let (positives, n) = (table.positives(), table.y.len());
    if positives == 0 || positives == n {
        return Err(LabError::Unusable(format!("all {n} rows belong to one class: this lab needs a target with two")));
    }
    if 2 * positives > n {
        return Err(LabError::Unusable(format!(
            "{positives} of {n} rows are positive, but this lab is about rare positives: name the rarer value with --positive"
        )));
    }
    // A training fold keeps all but a fifth, rounded up.
    let kept = |rows: usize| rows - rows.div_ceil(FOLDS);
    if kept(positives) < k + 1 {
        let needed = (positives..=2 * (k + FOLDS)).find(|&rows| kept(rows) > k).expect("twice as many are enough");
        let or = match kept(positives) {
            most @ 2.. => format!(", or --neighbours {} at most", most - 1),
            _ => String::new(),
        };
        return Err(LabError::Unusable(format!(
            "{positives} positive rows are too few for SMOTE with {k} neighbours inside {FOLDS} folds: {needed} would do{or}"
        )));
    }
    Ok(())
}

/// The user's table, or nothing where rows are generated; its target must be of two classes that are [`fit_to_use`].
pub fn own(source: &Source, k: usize) -> Result<Option<Sample>, LabError> {
    let Source::Own(data) = source else { return Ok(None) };
    let Dataset { features, target: Target::Binary(y), .. } = data.as_ref() else {
        return Err(LabError::Unusable("this lab needs a target with two distinct values".into()));
    };
    let table = Labelled { x: features.clone(), y: y.clone() };
    fit_to_use(&table, k)?;
    Ok(Some(Sample { table, stands_for: data.stands_for }))
}

/// A class of more than this share of the rows is not rare: Google's guide calls up to two in five mildly imbalanced.
const RARE: f64 = 0.4;

/// Whether positives are rare in a table of the user's: else says of these claims that they cannot be tested on it.
pub fn are_rare(sample: &Sample, claims: &[&'static str], outcome: &mut Outcome) -> bool {
    let positives = (sample.table.positives() * sample.stands_for[1]) as f64;
    let negatives = ((sample.table.y.len() - sample.table.positives()) * sample.stands_for[0]) as f64;
    let share = positives / (positives + negatives);
    if share > RARE {
        let percent = shown::percent(share);
        let why = format!(
            "It speaks of a rare class; {percent} of your rows are positive, two in five at most would be rare."
        );
        outcome.untestable.extend(claims.iter().map(|claim| (*claim, why.clone())));
    }
    share <= RARE
}

/// The breast cancer table with only as many malignant rows, drawn at random, as make one in ten; `few` keeps five
/// columns that say little: texture, smoothness, symmetry, fractal dimension, texture error.
pub fn thinned_cancer(few: bool, cx: &Cx) -> Sample {
    let Labelled { x, y } = real::breast_cancer().table.thinned(10, &cx.stream("thinned", 0));
    let x = if few { x.select(ndarray::Axis(1), &[1, 4, 8, 9, 11]) } else { x };
    Labelled { x, y }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_kit::data::classes::normal_features;

    fn table(positives: usize, n: usize) -> Labelled {
        Labelled { x: normal_features(n, 2, &Stream::root(1)), y: (0..n).map(|row| row < positives).collect() }
    }

    #[test]
    fn a_refusal_says_what_would_work() {
        for (positives, words) in
            [(0, "one class"), (60, "--positive"), (7, "8 would do, or --neighbours 4 at most"), (2, "8 would do")]
        {
            let error = fit_to_use(&table(positives, 100), 5).unwrap_err().to_string();
            assert!(error.contains(words), "{positives}: {error}");
        }
        assert!(fit_to_use(&table(8, 100), 5).is_ok() && fit_to_use(&table(7, 100), 4).is_ok());
    }
}
