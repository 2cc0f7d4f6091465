//! AdaBoost: rows that the last tree got wrong weigh more for the next.

use super::grow::Grower;
use super::model::{Tree, Work};
use super::settings::TreeSettings;
use super::single::{pairs, row_weights};
use crate::KitError;
use crate::data::targets_of;
use crate::draws::Draws;
use crate::error::{same_length, setting, two_classes};
use mllab_core::Stream;
use ndarray::ArrayView2;

/// SAMME for two classes (Freund and Schapire 1997; Zhu et al. 2009), reweighting, not resampling.
///
/// A round with weighted error ε gets the vote rate · ln((1 − ε)/ε), and the rows it got wrong are multiplied by
/// e^vote; at rate 1 its weighted error under the new weights is exactly one half. It stops at an error of 0 (that
/// tree then gets all the say) or of one half and more.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::{data::classes, metrics::Confusion, tree::AdaBoost};
///
/// let table = classes::hastie(1000, &Stream::root(7));
/// let model = AdaBoost::stumps(100).fit(table.x.view(), &table.y, None, &Stream::root(8))?;
/// assert!(Confusion::at(&model.decisions(table.x.view()), &table.y, 0.0).accuracy() > 0.85);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaBoost {
    /// Rounds at most.
    pub rounds: usize,
    /// Shrinks each vote; 1 is plain AdaBoost.
    pub rate: f64,
    /// What each tree may grow to.
    pub tree: TreeSettings,
    /// Whether to keep the weights of every round: n numbers each.
    pub keep_weights: bool,
}

/// One round as it went.
#[derive(Debug, Clone, PartialEq)]
pub struct AdaRound {
    /// The tree; it predicts the weighted share of `true`, and votes `true` above one half.
    pub tree: Tree,
    /// Its weighted error on the training rows.
    pub error: f64,
    /// The say it has.
    pub vote: f64,
    /// The weights it was grown with, summing to 1; empty unless kept.
    pub weights: Vec<f64>,
}

/// A fitted AdaBoost.
#[derive(Debug, Clone, PartialEq)]
pub struct AdaBoosted {
    /// The rounds, in order.
    pub rounds: Vec<AdaRound>,
    /// The weights after the last round, summing to 1.
    pub weights: Vec<f64>,
}

impl AdaBoost {
    /// Plain AdaBoost on stumps with exact cuts.
    pub fn stumps(rounds: usize) -> Self {
        AdaBoost {
            rounds,
            rate: 1.0,
            tree: TreeSettings { max_depth: 1, ..TreeSettings::default() },
            keep_weights: false,
        }
    }

    /// Fits n rows by p columns.
    ///
    /// # Errors
    /// Inputs of different length or not finite, one class only, unusable weights, or a setting out of range.
    pub fn fit(
        &self,
        x: ArrayView2<f64>,
        y: &[bool],
        weights: Option<&[f64]>,
        stream: &Stream,
    ) -> Result<AdaBoosted, KitError> {
        same_length("labels", x.nrows(), y.len())?;
        two_classes(y)?;
        self.tree.check()?;
        setting(self.rounds >= 1, "rounds", self.rounds as f64, "1 or more")?;
        setting(self.rate > 0.0 && self.rate.is_finite(), "rate", self.rate, "above 0 and finite")?;
        let columns = self.tree.encode(x)?;
        let targets = targets_of(y);
        let mut weights = row_weights(x.nrows(), weights)?;
        normalise(&mut weights, 1.0);
        let mut grower = Grower::new(&columns, self.tree);
        let mut rounds = Vec::with_capacity(self.rounds);
        let mut wrong = vec![false; y.len()];
        for round in 0..self.rounds {
            // Grown on weights that sum to n, where 1 is an ordinary row.
            let mut scaled = weights.clone();
            scaled.iter_mut().for_each(|weight| *weight *= y.len() as f64);
            let mut draws = Draws::new(&stream.child("round", round as u64));
            let tree = grower.grow(&pairs(&targets, &scaled, 0.0), &mut draws);
            for (node, rows) in grower.leaves() {
                let says = tree.nodes[node].value > 0.5;
                rows.iter().for_each(|&row| wrong[row as usize] = y[row as usize] != says);
            }
            let error: f64 = weights.iter().zip(&wrong).filter(|(_, wrong)| **wrong).map(|(weight, _)| weight).sum();
            let kept = if self.keep_weights { weights.clone() } else { Vec::new() };
            if error <= 0.0 {
                rounds.push(AdaRound { tree, error: 0.0, vote: 1.0, weights: kept });
                break;
            }
            if error >= 0.5 {
                break;
            }
            let vote = self.rate * libm::log((1.0 - error) / error);
            let factor = libm::exp(vote);
            for (weight, &wrong) in weights.iter_mut().zip(&wrong) {
                if wrong {
                    *weight *= factor;
                }
            }
            normalise(&mut weights, 1.0);
            rounds.push(AdaRound { tree, error, vote, weights: kept });
        }
        Ok(AdaBoosted { rounds, weights })
    }
}

impl AdaBoosted {
    /// The weighted vote of each row, from −1 (all say `false`) to 1; above 0 is `true`.
    pub fn decisions(&self, x: ArrayView2<f64>) -> Vec<f64> {
        let mut last = vec![0.0; x.nrows()];
        self.staged(x, |round, decisions| {
            if round == self.rounds.len() {
                last = decisions.to_vec();
            }
        });
        last
    }

    /// Calls `each` with 1, 2, … and the decisions of so many rounds.
    pub fn staged(&self, x: ArrayView2<f64>, mut each: impl FnMut(usize, &[f64])) {
        let (mut sum, mut all) = (vec![0.0; x.nrows()], 0.0);
        let mut decisions = sum.clone();
        for (index, round) in self.rounds.iter().enumerate() {
            all += round.vote;
            for (sum, share) in sum.iter_mut().zip(round.tree.predict(x)) {
                *sum += if share > 0.5 { round.vote } else { -round.vote };
            }
            decisions.iter_mut().zip(&sum).for_each(|(decision, sum)| *decision = sum / all);
            each(index + 1, &decisions);
        }
    }

    /// Work over all rounds, each of which waits for the one before.
    pub fn work(&self) -> Work {
        let mut work = Work { sequential_rounds: self.rounds.len() as u64, ..Work::default() };
        self.rounds.iter().for_each(|round| work.add(round.tree.work));
        work
    }
}

fn normalise(weights: &mut [f64], to: f64) {
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight *= to / sum);
}
