//! The library arms: they learn, they say what they give, and ours agree with them where both are right.

use mllab_core::Stream;
use mllab_kit::data::{classes, peers, regressions};
use mllab_kit::library::{Classifier, Output, Regressor};
use mllab_kit::linear::{ElasticNet, Logistic, predict};
use mllab_kit::metrics::{Confusion, r2, roc_auc};
use mllab_kit::tree::{AdaBoost, TreeSettings};

const CLASSIFIERS: [Classifier; 12] = [
    Classifier::LinfaLogistic { l2: 1.0 },
    Classifier::LinfaTree { max_depth: 5 },
    Classifier::LinfaForest { trees: 30, column_share: 0.6 },
    Classifier::LinfaAdaBoost { rounds: 30 },
    Classifier::LinfaSvm { cost: 1.0, width: 10.0 },
    Classifier::LinfaBayes,
    Classifier::SmartcoreLogistic { l2: 1.0 },
    Classifier::SmartcoreTree { max_depth: 5 },
    Classifier::SmartcoreForest { trees: 30 },
    Classifier::SmartcoreNeighbours { k: 15 },
    Classifier::Forust { rounds: 30, rate: 0.2, max_depth: 3 },
    Classifier::ForustOnAllThreads { rounds: 30, rate: 0.2, max_depth: 3 },
];

#[test]
fn every_classifier_learns_and_says_what_it_gives() {
    let truth = classes::Logistic { intercept: 0.3, weights: vec![2.0, -2.0, 1.0, 0.0] };
    let (train, test) = (truth.draw(600, &Stream::root(1)), truth.draw(2000, &Stream::root(2)));
    for kind in CLASSIFIERS {
        let model = kind.fit(train.x.view(), &train.y, &Stream::root(3)).unwrap();
        let out = model.predict(test.x.view()).unwrap();
        let auc = roc_auc(&out, &test.y);
        // The true logit ranks with .92; a bare label of 85 % accuracy with .85.
        assert!(auc > 0.72, "{kind:?}: {auc}");
        let distinct = out.iter().map(|v| v.to_bits()).collect::<std::collections::BTreeSet<_>>().len();
        match model.output() {
            Output::Label => assert!(out.iter().all(|&v| v == 0.0 || v == 1.0), "{kind:?}"),
            Output::Probability => {
                assert!(out.iter().all(|v| (0.0..=1.0).contains(v)) && distinct > 20, "{kind:?} {distinct}");
            }
            _ => assert!(distinct > 20, "{kind:?} {distinct}"),
        }
        if kind.same_bytes() {
            let again = kind.fit(train.x.view(), &train.y, &Stream::root(3)).unwrap().predict(test.x.view()).unwrap();
            assert!(out == again, "{kind:?} differs between runs");
        }
    }
}

#[test]
fn every_regressor_learns() {
    let train = regressions::Linear::sparse(6, 3, 0.5).draw(400, &Stream::root(1));
    let test = regressions::Linear::sparse(6, 3, 0.5).draw(1000, &Stream::root(2));
    for (kind, floor) in [
        (Regressor::LinfaLeastSquares, 0.9),
        (Regressor::LinfaElasticNet { penalty: 0.01, l1_share: 0.5 }, 0.9),
        (Regressor::SmartcoreTree { max_depth: 6 }, 0.5),
        (Regressor::SmartcoreForest { trees: 50 }, 0.6),
        (Regressor::Forust { rounds: 100, rate: 0.1, max_depth: 3 }, 0.8),
    ] {
        let model = kind.fit(train.x.view(), &train.y, &Stream::root(3)).unwrap();
        let score = r2(&model.predict(test.x.view()).unwrap(), &test.y);
        assert!(score > floor && model.output() == Output::Number, "{kind:?}: {score}");
    }
    assert!(
        Regressor::LinfaElasticNet { penalty: 0.1, l1_share: 0.0 }
            .fit(train.x.view(), &train.y, &Stream::root(3))
            .is_err()
    );
}

#[test]
fn ours_agree_with_linfa() {
    let table = classes::Logistic { intercept: -0.5, weights: vec![1.0, -1.0, 0.5] }.draw(800, &Stream::root(4));
    let ours = Logistic { l2: 2.0, ..Logistic::default() }.fit(table.x.view(), &table.y, None).unwrap();
    let theirs = Classifier::LinfaLogistic { l2: 2.0 }.fit(table.x.view(), &table.y, &Stream::root(0)).unwrap();
    let gap = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(gap(&ours.probabilities(table.x.view()), &theirs.predict(table.x.view()).unwrap()) < 1e-4);

    // Centred, so that linfa's intercept is 0 as ours is.
    let table =
        regressions::Linear { noise: 1.0, ..regressions::Linear::sparse(8, 3, 1.0) }.draw(200, &Stream::root(5));
    let scaled = mllab_kit::preprocess::Standardiser::fit(table.x.view()).unwrap().transform(table.x.view()).unwrap();
    let mean = table.y.iter().sum::<f64>() / 200.0;
    let y: Vec<f64> = table.y.iter().map(|v| v - mean).collect();
    let net = ElasticNet { l1_share: 0.7, ..ElasticNet::default() }.path(scaled.view(), &y, &[0.2]).unwrap();
    let ours = predict(scaled.view(), &net.coefficients.column(0).to_vec());
    let theirs = Regressor::LinfaElasticNet { penalty: 0.2, l1_share: 0.7 };
    let theirs = theirs.fit(scaled.view(), &y, &Stream::root(0)).unwrap().predict(scaled.view()).unwrap();
    assert!(gap(&ours, &theirs) < 1e-4, "{}", gap(&ours, &theirs));
}

#[test]
fn our_trees_are_no_worse_than_theirs() {
    let (train, test) = peers::w_class(2000);
    let accuracy = |out: &[f64], threshold| Confusion::at(out, &test.y, threshold).accuracy();
    let seed = Stream::root(1);
    let settings = TreeSettings { max_depth: 6, ..TreeSettings::default() };
    let ours = settings.fit_classes(train.x.view(), &train.y, None, &seed).unwrap().predict(test.x.view());
    let theirs = Classifier::SmartcoreTree { max_depth: 6 }.fit(train.x.view(), &train.y, &seed).unwrap();
    assert!(accuracy(&ours, 0.5) > accuracy(&theirs.predict(test.x.view()).unwrap(), 0.5) - 0.02);
    let ours = AdaBoost::stumps(50).fit(train.x.view(), &train.y, None, &seed).unwrap().decisions(test.x.view());
    let theirs = Classifier::LinfaAdaBoost { rounds: 50 }.fit(train.x.view(), &train.y, &seed).unwrap();
    assert!(accuracy(&ours, 0.0) > accuracy(&theirs.predict(test.x.view()).unwrap(), 0.5) - 0.02);
}
