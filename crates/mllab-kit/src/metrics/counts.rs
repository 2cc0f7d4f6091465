//! Counts of right and wrong decisions, and the ratios made from them.

/// How often each decision met each truth.
///
/// ```
/// use mllab_kit::metrics::Confusion;
///
/// let counts = Confusion::at(&[0.9, 0.4, 0.6, 0.1], &[true, true, false, false], 0.5);
/// assert_eq!((counts.recall(), counts.precision(), counts.accuracy()), (0.5, 0.5, 0.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confusion {
    /// Positives predicted positive.
    pub true_positives: usize,
    /// Negatives predicted positive.
    pub false_positives: usize,
    /// Positives predicted negative.
    pub false_negatives: usize,
    /// Negatives predicted negative.
    pub true_negatives: usize,
}

impl Confusion {
    /// Counts decisions against the truth.
    pub fn new(predicted: &[bool], truth: &[bool]) -> Self {
        assert_eq!(predicted.len(), truth.len(), "one decision a row");
        let mut counts = Confusion::default();
        for pair in predicted.iter().zip(truth) {
            match pair {
                (true, true) => counts.true_positives += 1,
                (true, false) => counts.false_positives += 1,
                (false, true) => counts.false_negatives += 1,
                (false, false) => counts.true_negatives += 1,
            }
        }
        counts
    }

    /// Counts the decisions `score >= threshold`.
    pub fn at(scores: &[f64], truth: &[bool], threshold: f64) -> Self {
        let decisions: Vec<bool> = scores.iter().map(|&score| score >= threshold).collect();
        Confusion::new(&decisions, truth)
    }

    /// All rows.
    pub fn rows(&self) -> usize {
        self.true_positives + self.false_positives + self.false_negatives + self.true_negatives
    }

    /// Share of decisions that are right.
    pub fn accuracy(&self) -> f64 {
        ratio(self.true_positives + self.true_negatives, self.rows())
    }

    /// Share of predicted positives that are positive.
    pub fn precision(&self) -> f64 {
        ratio(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Share of positives that are found (true-positive rate, sensitivity).
    pub fn recall(&self) -> f64 {
        ratio(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// Share of negatives that are left alone (true-negative rate).
    pub fn specificity(&self) -> f64 {
        ratio(self.true_negatives, self.true_negatives + self.false_positives)
    }

    /// Share of negatives that are called positive.
    pub fn false_positive_rate(&self) -> f64 {
        ratio(self.false_positives, self.true_negatives + self.false_positives)
    }

    /// Mean recall over the classes that have rows.
    pub fn balanced_accuracy(&self) -> f64 {
        let positives = self.true_positives + self.false_negatives;
        let negatives = self.true_negatives + self.false_positives;
        match (positives, negatives) {
            (0, _) => self.specificity(),
            (_, 0) => self.recall(),
            _ => 0.5 * (self.recall() + self.specificity()),
        }
    }

    /// F-beta: recall counts `beta` times as much as precision (van Rijsbergen 1979).
    pub fn f_beta(&self, beta: f64) -> f64 {
        let square = beta * beta;
        let hits = (1.0 + square) * self.true_positives as f64;
        let all = hits + square * self.false_negatives as f64 + self.false_positives as f64;
        if all == 0.0 { 0.0 } else { hits / all }
    }

    /// F-beta with beta 1.
    pub fn f1(&self) -> f64 {
        self.f_beta(1.0)
    }

    /// What the mistakes cost in all: so much for a missed positive, so much for a false alarm.
    pub fn cost(&self, miss: f64, false_alarm: f64) -> f64 {
        miss * self.false_negatives as f64 + false_alarm * self.false_positives as f64
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
