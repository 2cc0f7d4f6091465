//! Scores of an order: ROC, precision-recall, NDCG.

use super::Confusion;
use ndarray::{ArrayView1, ArrayView2};

/// One point of the ROC curve: what deciding `score >= threshold` gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocPoint {
    /// The lowest score called positive; infinite at the first point.
    pub threshold: f64,
    /// Share of negatives called positive.
    pub false_positive_rate: f64,
    /// Share of positives found.
    pub true_positive_rate: f64,
}

/// One point of the precision-recall curve: what deciding `score >= threshold` gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrecisionRecallPoint {
    /// The lowest score called positive.
    pub threshold: f64,
    /// Share of positives found.
    pub recall: f64,
    /// Share of the found that are positive.
    pub precision: f64,
}

/// The chance that a random positive scores above a random negative, ties counting one half; NaN for one class.
///
/// ```
/// use mllab_kit::metrics::roc_auc;
///
/// assert_eq!(roc_auc(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]), 0.75);
/// assert_eq!(roc_auc(&[0.5, 0.5], &[false, true]), 0.5);
/// ```
pub fn roc_auc(scores: &[f64], truth: &[bool]) -> f64 {
    let (mut pairs_twice, mut below) = (0_u128, 0_u128);
    let (mut positives, mut negatives) = (0_u128, 0_u128);
    for step in steps(scores, truth).into_iter().rev() {
        let (up, down) = (step.positives as u128, step.negatives as u128);
        pairs_twice += up * (2 * below + down);
        below += down;
        positives += up;
        negatives += down;
    }
    if positives * negatives == 0 { f64::NAN } else { pairs_twice as f64 / (2 * positives * negatives) as f64 }
}

/// The ROC-AUC of each column alone as the score, in the direction that suits it.
///
/// ```
/// let x = ndarray::array![[0.0, 5.0], [1.0, 4.0], [2.0, 4.5], [3.0, 1.0]];
/// assert_eq!(mllab_kit::metrics::column_aucs(x.view(), &[false, false, true, true]), [1.0, 0.75]);
/// ```
pub fn column_aucs(x: ArrayView2<f64>, truth: &[bool]) -> Vec<f64> {
    let auc = |column: ArrayView1<f64>| roc_auc(&column.to_vec(), truth);
    x.columns().into_iter().map(auc).map(|auc| auc.max(1.0 - auc)).collect()
}

/// The ROC curve from (0, 0) to (1, 1), one point for each distinct score, highest first.
pub fn roc_curve(scores: &[f64], truth: &[bool]) -> Vec<RocPoint> {
    let start = RocPoint { threshold: f64::INFINITY, false_positive_rate: 0.0, true_positive_rate: 0.0 };
    let rest = cumulative(scores, truth).into_iter().map(|(threshold, counts)| RocPoint {
        threshold,
        false_positive_rate: counts.false_positive_rate(),
        true_positive_rate: counts.recall(),
    });
    std::iter::once(start).chain(rest).collect()
}

/// The precision-recall curve, one point for each distinct score, highest first; recall never falls along it.
pub fn precision_recall_curve(scores: &[f64], truth: &[bool]) -> Vec<PrecisionRecallPoint> {
    let point = |(threshold, counts): (f64, Confusion)| PrecisionRecallPoint {
        threshold,
        recall: counts.recall(),
        precision: counts.precision(),
    };
    cumulative(scores, truth).into_iter().map(point).collect()
}

/// Precision averaged over the steps of recall, without interpolation; 0 where nothing is positive.
pub fn average_precision(scores: &[f64], truth: &[bool]) -> f64 {
    let (mut sum, mut last) = (0.0, 0.0);
    for point in precision_recall_curve(scores, truth) {
        sum += (point.recall - last) * point.precision;
        last = point.recall;
    }
    sum
}

/// The largest F-beta over all thresholds and the threshold that gives it, the highest of equals.
pub fn best_f_beta(scores: &[f64], truth: &[bool], beta: f64) -> (f64, f64) {
    let mut best = (0.0, f64::INFINITY);
    for (threshold, counts) in cumulative(scores, truth) {
        let value = counts.f_beta(beta);
        if value > best.0 {
            best = (value, threshold);
        }
    }
    best
}

/// What deciding at each score gives, from never alarming on: one sort, from which all curves and areas are read.
///
/// ```
/// use mllab_kit::metrics::Ranking;
///
/// let ranking = Ranking::new(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]);
/// assert_eq!(ranking.roc_auc(), 0.75);
/// assert_eq!(ranking.best(|counts| counts.f1()), (0.35, 0.8));
/// ```
#[derive(Debug, Clone)]
pub struct Ranking {
    points: Vec<(f64, Confusion)>,
}

impl Ranking {
    /// Ranks rows by their scores.
    pub fn new(scores: &[f64], truth: &[bool]) -> Self {
        let never = Confusion::at(scores, truth, f64::INFINITY);
        Ranking { points: std::iter::once((f64::INFINITY, never)).chain(cumulative(scores, truth)).collect() }
    }

    /// The cut-off whose counts are worth most, and what they are worth; of equals the highest.
    pub fn best(&self, worth: impl Fn(&Confusion) -> f64) -> (f64, f64) {
        let mut best = (f64::INFINITY, f64::NEG_INFINITY);
        for (cut, counts) in &self.points {
            let value = worth(counts);
            if value > best.1 {
                best = (*cut, value);
            }
        }
        best
    }

    /// (share of negatives called positive, share of positives found), ascending.
    pub fn roc(&self) -> Vec<(f64, f64)> {
        self.points.iter().map(|(_, counts)| (counts.false_positive_rate(), counts.recall())).collect()
    }

    /// (recall, precision), ascending in recall.
    pub fn precision_recall(&self) -> Vec<(f64, f64)> {
        self.points[1..].iter().map(|(_, counts)| (counts.recall(), counts.precision())).collect()
    }

    /// The area under the ROC curve.
    pub fn roc_auc(&self) -> f64 {
        self.roc().windows(2).map(|pair| (pair[1].0 - pair[0].0) * 0.5 * (pair[0].1 + pair[1].1)).sum()
    }

    /// Precision at each rise of recall, weighted by the rise.
    pub fn average_precision(&self) -> f64 {
        let (mut sum, mut last) = (0.0, 0.0);
        for (recall, precision) in self.precision_recall() {
            sum += (recall - last) * precision;
            last = recall;
        }
        sum
    }
}

/// Normalised discounted cumulative gain of ordering `relevance` by `scores`: 1 for the best order, and 0 where no
/// relevance is above 0.
///
/// Gains are linear and discounted by log2(rank + 1) (Järvelin and Kekäläinen 2002); equal scores share the mean of
/// their discounts. `relevance` must not be negative.
pub fn ndcg(scores: &[f64], relevance: &[f64]) -> f64 {
    assert_eq!(scores.len(), relevance.len(), "one score an item");
    let gain = |by: &[f64]| {
        let order = descending(by);
        let (mut total, mut start) = (0.0, 0);
        while start < order.len() {
            let level = by[order[start]];
            let end = start + order[start..].iter().take_while(|&&item| by[item] == level).count();
            let discount: f64 = (start..end).map(|rank| 1.0 / libm::log2((rank + 2) as f64)).sum();
            let mean = order[start..end].iter().map(|&item| relevance[item]).sum::<f64>() / (end - start) as f64;
            total += discount * mean;
            start = end;
        }
        total
    };
    let ideal = gain(relevance);
    if ideal == 0.0 { 0.0 } else { gain(scores) / ideal }
}

/// The rows that share one score.
struct Step {
    score: f64,
    positives: usize,
    negatives: usize,
}

/// Items from the highest score down; equal scores by index.
fn descending(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order
}

/// Distinct scores from the highest down.
fn steps(scores: &[f64], truth: &[bool]) -> Vec<Step> {
    assert_eq!(scores.len(), truth.len(), "one score a row");
    let mut steps: Vec<Step> = Vec::new();
    for row in descending(scores) {
        // Compared as numbers, so that 0 and -0 are one score.
        if steps.last().is_none_or(|last| last.score != scores[row]) {
            steps.push(Step { score: scores[row], positives: 0, negatives: 0 });
        }
        let last = steps.last_mut().expect("just pushed");
        if truth[row] { last.positives += 1 } else { last.negatives += 1 }
    }
    steps
}

/// For each distinct score, highest first, the counts of calling it and all above it positive.
fn cumulative(scores: &[f64], truth: &[bool]) -> Vec<(f64, Confusion)> {
    let positives = truth.iter().filter(|&&label| label).count();
    let mut counts =
        Confusion { false_negatives: positives, true_negatives: truth.len() - positives, ..Confusion::default() };
    let advance = |step: Step| {
        counts.true_positives += step.positives;
        counts.false_negatives -= step.positives;
        counts.false_positives += step.negatives;
        counts.true_negatives -= step.negatives;
        (step.score, counts)
    };
    steps(scores, truth).into_iter().map(advance).collect()
}
