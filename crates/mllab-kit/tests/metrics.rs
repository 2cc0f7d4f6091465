//! Metrics against scikit-learn and by hand.

mod common;

use common::{fixture, near, numbers};
use mllab_kit::data::peers::uniforms;
use mllab_kit::metrics::{
    Confusion, Ranking, average_precision, best_f_beta, brier, calibration, log_loss, mean_absolute_error, ndcg,
    precision_recall_curve, r2, reliability, roc_auc, roc_curve, root_mean_squared_error,
};
use proptest::prelude::*;

fn tied_scores() -> (Vec<f64>, Vec<bool>) {
    let p: Vec<f64> = uniforms(101, 300).into_iter().map(|u| (u * 19.0 + 0.5).round_ties_even() / 20.0).collect();
    let y = uniforms(102, 300).into_iter().zip(&p).map(|(u, p)| u < 0.6 * p).collect();
    (p, y)
}

#[test]
fn tied_scores_as_in_scikit_learn() {
    let (p, y) = tied_scores();
    let expected = fixture("metrics");
    let counts = Confusion::at(&p, &y, 0.5);
    let truth: Vec<f64> = y.iter().map(|&label| f64::from(u8::from(label))).collect();
    let bent = calibration(&p, &y).unwrap();
    let gains: Vec<f64> = uniforms(103, 40).into_iter().map(|u| (u * 4.0).floor()).collect();
    let order: Vec<f64> = uniforms(104, 40).into_iter().map(|u| (u * 10.0).round_ties_even()).collect();
    for (name, found) in [
        ("auc", roc_auc(&p, &y)),
        ("average_precision", average_precision(&p, &y)),
        ("brier", brier(&p, &y)),
        ("log_loss", log_loss(&p, &y)),
        ("balanced_accuracy", counts.balanced_accuracy()),
        ("precision", counts.precision()),
        ("recall", counts.recall()),
        ("f2", counts.f_beta(2.0)),
        ("f1", counts.f1()),
        ("calibration_slope", bent.slope),
        ("ndcg", ndcg(&order, &gains)),
        ("r2", r2(&truth, &p)),
        ("rmse", root_mean_squared_error(&truth, &p)),
        ("mae", mean_absolute_error(&truth, &p)),
    ] {
        let expected = expected[name].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-8, "{name}: {found} is not {expected}");
    }
    let roc = roc_curve(&p, &y);
    near(&roc.iter().map(|point| point.false_positive_rate).collect::<Vec<_>>(), &numbers(&expected["fpr"]), 1e-12);
    near(&roc.iter().map(|point| point.true_positive_rate).collect::<Vec<_>>(), &numbers(&expected["tpr"]), 1e-12);
    let curve = precision_recall_curve(&p, &y);
    near(&curve.iter().map(|point| point.precision).collect::<Vec<_>>(), &numbers(&expected["precisions"]), 1e-12);
    near(&curve.iter().map(|point| point.recall).collect::<Vec<_>>(), &numbers(&expected["recalls"]), 1e-12);
}

#[test]
fn calibration_in_the_large_is_the_shift_that_balances_the_books() {
    // Forecasts one logit too high: the intercept must say −1, the slope 1.
    let truth = uniforms(7, 200_000);
    let p: Vec<f64> = uniforms(8, 200_000).into_iter().map(|u| 0.1 + 0.5 * u).collect();
    let y: Vec<bool> = truth.iter().zip(&p).map(|(u, p)| u < p).collect();
    let high: Vec<f64> = p.iter().map(|p| 1.0 / (1.0 + (1.0 - p) / p * (-1.0_f64).exp())).collect();
    let bent = calibration(&high, &y).unwrap();
    assert!((bent.intercept + 1.0).abs() < 0.03 && (bent.slope - 1.0).abs() < 0.03, "{bent:?}");
}

#[test]
fn nothing_over_nothing_is_zero() {
    let none = Confusion::new(&[false, false], &[false, false]);
    assert_eq!((none.precision(), none.recall(), none.f1(), none.false_positive_rate()), (0.0, 0.0, 0.0, 0.0));
    assert_eq!(none.balanced_accuracy(), 1.0);
    assert_eq!(Confusion::new(&[], &[]).accuracy(), 0.0);
    assert!(roc_auc(&[0.1, 0.2], &[true, true]).is_nan());
    assert_eq!(average_precision(&[0.1, 0.2], &[false, false]), 0.0);
    assert_eq!(ndcg(&[1.0, 2.0], &[0.0, 0.0]), 0.0);
    assert_eq!((r2(&[1.0, 1.0], &[1.0, 1.0]), r2(&[0.0, 1.0], &[1.0, 1.0])), (1.0, 0.0));
    assert_eq!(Confusion::new(&[true, false, false], &[false, true, true]).cost(10.0, 1.0), 21.0);
}

#[test]
fn the_best_threshold_is_one_that_was_seen() {
    let (value, threshold) = best_f_beta(&[0.9, 0.8, 0.7, 0.2], &[true, false, true, false], 1.0);
    assert_eq!((value, threshold), (0.8, 0.7));
    let bins = reliability(&[0.05, 0.15, 0.95, 1.0], &[false, true, true, true], 10);
    assert_eq!(bins.iter().map(|bin| bin.rows).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!((bins[2].observed, bins[2].forecast), (1.0, 0.975));
}

proptest! {
    #[test]
    fn auc_counts_pairs(rows in prop::collection::vec((0_u8..6, any::<bool>()), 2..60)) {
        let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let truth: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let (mut won, mut pairs) = (0.0, 0.0);
        for (a, _) in rows.iter().filter(|row| row.1) {
            for (b, _) in rows.iter().filter(|row| !row.1) {
                pairs += 1.0;
                won += f64::from(a.cmp(b) as i8 + 1) / 2.0;
            }
        }
        let found = roc_auc(&scores, &truth);
        if pairs > 0.0 { prop_assert!((found - won / pairs).abs() < 1e-12) } else { prop_assert!(found.is_nan()) }
        // No score depends on the order of rows.
        let reversed: Vec<f64> = scores.iter().rev().copied().collect();
        let turned: Vec<bool> = truth.iter().rev().copied().collect();
        prop_assert_eq!(average_precision(&scores, &truth), average_precision(&reversed, &turned));
    }
}

#[test]
fn one_sort_gives_what_each_function_gives() {
    let untied = (uniforms(105, 200), uniforms(106, 200).into_iter().map(|u| u < 0.1).collect());
    for (scores, truth) in [tied_scores(), untied] {
        let ranking = Ranking::new(&scores, &truth);
        assert!((ranking.roc_auc() - roc_auc(&scores, &truth)).abs() < 1e-12);
        assert!((ranking.average_precision() - average_precision(&scores, &truth)).abs() < 1e-12);
        let (value, cut) = best_f_beta(&scores, &truth, 1.0);
        assert_eq!(ranking.best(|counts| counts.f_beta(1.0)), (cut, value));
    }
}
