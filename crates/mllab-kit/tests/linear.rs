//! Linear models against closed forms and scikit-learn.

mod common;

use common::{fixture, near, numbers};
use mllab_core::Stream;
use mllab_kit::KitError;
use mllab_kit::data::peers::{normal_table, normals, uniforms, w_reg};
use mllab_kit::data::{classes, real, regressions};
use mllab_kit::library::Regressor;
use mllab_kit::linear::{ElasticNet, Logistic, gram, kkt_residual, largest_penalty, penalty_grid, predict, ridge_path};
use mllab_kit::preprocess::Standardiser;
use ndarray::{Array2, ArrayView2};

fn column(table: &Array2<f64>, index: usize) -> Vec<f64> {
    table.column(index).to_vec()
}

fn twins() -> (Array2<f64>, Vec<f64>) {
    let mut x = normal_table(121, 80, 12);
    for mut row in x.rows_mut() {
        row[1] = row[0] + 0.1 * row[1];
    }
    let y = x.rows().into_iter().zip(normals(122, 80)).map(|(row, z)| row[0] - 2.0 * row[3] + z).collect();
    (x, y)
}

const LAMBDAS: [f64; 5] = [1.0, 0.3, 0.1, 0.03, 0.01];

#[test]
fn orthonormal_columns_have_closed_forms() {
    let x = regressions::orthonormal(7, 30);
    let y = normals(1, 128).into_iter().zip(x.rows()).map(|(z, row)| z + 2.0 * row[3] - row[8]).collect::<Vec<_>>();
    let least_squares: Vec<f64> = x.t().dot(&ndarray::aview1(&y)).iter().map(|v| v / 128.0).collect();
    for lambda in [0.05, 0.3, 1.5] {
        let lasso = ElasticNet::default().path(x.view(), &y, &[lambda]).unwrap();
        let soft: Vec<f64> =
            least_squares.iter().map(|b| if b.abs() <= lambda { 0.0 } else { b - lambda * b.signum() }).collect();
        near(&column(&lasso.coefficients, 0), &soft, 1e-14);
        assert!(column(&lasso.coefficients, 0).iter().zip(&soft).all(|(b, s)| (*b == 0.0) == (*s == 0.0)));

        let ridge = ridge_path(x.view(), &y, &[lambda]).unwrap();
        let shrunk: Vec<f64> = least_squares.iter().map(|b| b / (1.0 + lambda)).collect();
        near(&column(&ridge.coefficients, 0), &shrunk, 1e-13);
        assert!((ridge.degrees_of_freedom[0] - 30.0 / (1.0 + lambda)).abs() < 1e-10);

        let half = ElasticNet { l1_share: 0.5, ..ElasticNet::default() }.path(x.view(), &y, &[lambda]).unwrap();
        let both: Vec<f64> = least_squares
            .iter()
            .map(|b| (b.abs() - lambda / 2.0).max(0.0).copysign(*b) / (1.0 + lambda / 2.0))
            .collect();
        near(&column(&half.coefficients, 0), &both, 1e-14);
    }
}

#[test]
fn paths_are_scikit_learns() {
    let (x, y) = twins();
    let rows = |value: &serde_json::Value| value.as_array().unwrap().iter().map(numbers).collect::<Vec<_>>();
    let lasso = ElasticNet::default().path(x.view(), &y, &LAMBDAS).unwrap();
    let net = ElasticNet { l1_share: 0.3, ..ElasticNet::default() }.path(x.view(), &y, &LAMBDAS).unwrap();
    for (j, (lasso_row, net_row)) in rows(&fixture("lasso")).iter().zip(&rows(&fixture("elastic_net"))).enumerate() {
        near(&lasso.coefficients.row(j).to_vec(), lasso_row, 1e-7);
        near(&net.coefficients.row(j).to_vec(), net_row, 1e-7);
    }
    let ridge = ridge_path(x.view(), &y, &LAMBDAS).unwrap();
    for (k, expected) in rows(&fixture("ridge")).iter().enumerate() {
        near(&column(&ridge.coefficients, k), expected, 1e-10);
    }
}

/// Ours is smartcore's copy of the table, whose blood pressure was rounded before scaling: a weight of 30 may differ by
/// a few thousandths.
#[test]
fn paths_on_the_diabetes_table_are_scikit_learns() {
    let theirs: serde_json::Value = serde_json::from_str(include_str!("fixtures/diabetes_path.json")).unwrap();
    let table = real::diabetes().table;
    let x = Standardiser::fit(table.x.view()).unwrap().transform(table.x.view()).unwrap();
    let mean = table.y.iter().sum::<f64>() / 442.0;
    let y: Vec<f64> = table.y.iter().map(|value| value - mean).collect();
    let largest = largest_penalty(x.view(), &y);
    assert!((largest - theirs["largest"].as_f64().unwrap()).abs() < 1e-3);
    let lambdas: Vec<f64> = numbers(&theirs["shares"]).into_iter().map(|share| share * largest).collect();
    let lasso = ElasticNet::default().path(x.view(), &y, &lambdas).unwrap();
    let ridge = ridge_path(x.view(), &y, &lambdas).unwrap();
    for (k, &lambda) in lambdas.iter().enumerate() {
        let (ours, expected) = (column(&lasso.coefficients, k), numbers(&theirs["lasso"][k]));
        near(&ours, &expected, 0.02);
        assert!(ours.iter().zip(&expected).all(|(a, b)| (*a == 0.0) == (*b == 0.0)), "zeros at {lambda}");
        near(&column(&ridge.coefficients, k), &numbers(&theirs["ridge"][k]), 0.02);
        assert!(kkt_residual(x.view(), &y, &ours, lambda, 0.0) < 1e-8 * largest);
        // linfa-elasticnet says only what it predicts; it stops earlier than we do.
        let linfa = Regressor::LinfaElasticNet { penalty: lambda, l1_share: 1.0 };
        let linfa = linfa.fit(x.view(), &y, &Stream::root(0)).unwrap().predict(x.view()).unwrap();
        near(&linfa, &predict(x.view(), &ours), 0.01);
    }
}

#[test]
fn optimality_holds_along_the_path() {
    let (table, lambdas) = w_reg();
    let (x, y) = (table.x.view(), &table.y);
    assert!((largest_penalty(x, y) / lambdas[0] - 1.0).abs() < 1e-12);
    let path = ElasticNet::default().path(x, y, &lambdas).unwrap();
    let worst = |l1: &dyn Fn(f64) -> f64, l2: &dyn Fn(f64) -> f64, coefficients: &Array2<f64>| {
        let one = |(k, &lambda): (usize, &f64)| kkt_residual(x, y, &column(coefficients, k), l1(lambda), l2(lambda));
        lambdas.iter().enumerate().map(one).fold(0.0, f64::max) / lambdas[0]
    };
    assert!(worst(&|l| l, &|_| 0.0, &path.coefficients) < 1e-8);
    assert_eq!(path.active()[0], 0);
    assert!(path.active()[99] > 150);

    let net = ElasticNet { l1_share: 0.4, ..ElasticNet::default() }.path(x, y, &lambdas).unwrap();
    assert!(worst(&|l| 0.4 * l, &|l| 0.6 * l, &net.coefficients) < 1e-8);
    let ridge = ridge_path(x, y, &lambdas).unwrap();
    assert!(worst(&|_| 0.0, &|l| l, &ridge.coefficients) < 1e-12);
    assert!(ridge.degrees_of_freedom.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn more_columns_than_rows() {
    for columns in [150, 1100] {
        let table = regressions::Linear::sparse(columns, 5, 0.5).draw(60, &Stream::root(1));
        let (x, y) = (table.x.view(), &table.y);
        let largest = largest_penalty(x, y);
        let lambdas = penalty_grid(largest, 100.0, 30);
        assert!((lambdas[29] * 100.0 / largest - 1.0).abs() < 1e-12);
        let path = ElasticNet::default().path(x, y, &lambdas).unwrap();
        for (k, &lambda) in lambdas.iter().enumerate() {
            assert!(kkt_residual(x, y, &column(&path.coefficients, k), lambda, 0.0) / largest < 1e-8);
        }
        let ridge = ridge_path(x, y, &lambdas).unwrap();
        for (k, &lambda) in lambdas.iter().enumerate() {
            assert!(kkt_residual(x, y, &column(&ridge.coefficients, k), 0.0, lambda) < 1e-9);
            assert!(ridge.degrees_of_freedom[k] < 60.0);
        }
    }
}

/// Powers of one number are near copies of each other: sweeps alone would creep for millions of rounds.
#[test]
fn near_copies_are_solved_in_few_sweeps() {
    let x = regressions::uniform_features(20, 1, -1.0, 1.0, &Stream::root(5));
    let raw = regressions::powers(x.view(), 15);
    let scaled = Standardiser::fit(raw.view()).unwrap().transform(raw.view()).unwrap();
    let y: Vec<f64> = x.column(0).iter().zip(normals(6, 20)).map(|(x, z)| 3.0 * x - x.powi(3) + 0.3 * z).collect();
    let mean = y.iter().sum::<f64>() / 20.0;
    let y: Vec<f64> = y.into_iter().map(|v| v - mean).collect();
    let largest = largest_penalty(scaled.view(), &y);
    let lambdas = penalty_grid(largest, 1e3, 50);
    for l1_share in [1.0, 0.5] {
        let path = ElasticNet { l1_share, ..ElasticNet::default() }.path(scaled.view(), &y, &lambdas).unwrap();
        for (k, &lambda) in lambdas.iter().enumerate() {
            let (l1, l2) = (lambda * l1_share, lambda * (1.0 - l1_share));
            let residual = kkt_residual(scaled.view(), &y, &column(&path.coefficients, k), l1, l2);
            assert!(residual / largest < 1e-8, "{l1_share} {k}: {residual}");
        }
    }
}

/// As many non-zero coefficients as rows, copies and sums of other columns, a target that the columns give exactly: what
/// sweeps alone do not end on. Every solution meets the optimality conditions, from whatever sweep the search begins.
#[test]
fn no_table_is_too_singular_for_a_path() {
    let mut copies = normal_table(31, 50, 40);
    for mut row in copies.rows_mut() {
        (row[1], row[2], row[3]) = (row[0], -row[0], row[4] + row[5]);
        for j in 20..40 {
            row[j] = if j % 4 == 0 { row[j - 20] } else { 0.5 * row[j - 20] + row[j - 19] };
        }
    }
    let hot = regressions::uniform_features(60, 12, 0.0, 4.0, &Stream::root(3)).mapv(f64::floor);
    let levels = Array2::from_shape_fn((60, 60), |(i, j)| f64::from(hot[[i, j / 5]] == (j % 5) as f64));
    let tables = [normal_table(32, 100, 100), normal_table(33, 60, 300), normal_table(34, 40, 39), copies, levels];
    let mut searched = 0;
    for (number, raw) in tables.iter().enumerate() {
        let rows = raw.nrows();
        let x = Standardiser::fit(raw.view()).unwrap().transform(raw.view()).unwrap();
        let noise = normals(60 + number as u64, rows);
        let mean = noise.iter().sum::<f64>() / rows as f64;
        let noise: Vec<f64> = noise.iter().map(|value| value - mean).collect();
        let exact: Vec<f64> = x.rows().into_iter().map(|row| row[0] - 2.0 * row[4] + row[7]).collect();
        for y in [noise, exact] {
            let largest = largest_penalty(x.view(), &y);
            let lambdas = penalty_grid(largest, 1e4, 60);
            for (l1_share, max_sweeps) in [(1.0, 20), (0.9, 20), (1.0, 1), (0.5, 1)] {
                let net = ElasticNet { l1_share, max_sweeps, ..ElasticNet::default() };
                // What cross-validation asks for: a rough residual and a gap that needs more.
                let rough = ElasticNet { gap_tolerance: 1e-4, kkt_tolerance: 3e-4, ..net };
                rough.path(x.view(), &y, &lambdas).unwrap();
                let path = net.path(x.view(), &y, &lambdas).unwrap();
                searched += usize::from(path.searched_from.is_some());
                for (k, &lambda) in lambdas.iter().enumerate() {
                    let (l1, l2) = (lambda * l1_share, lambda * (1.0 - l1_share));
                    let residual = kkt_residual(x.view(), &y, &column(&path.coefficients, k), l1, l2);
                    assert!(residual / largest < 1e-8, "table {number}, {l1_share}, penalty {k}: {residual}");
                }
            }
        }
    }
    assert!(searched >= 20, "the search began in {searched} of 40 paths");
}

#[test]
fn degrees_of_freedom_are_the_trace_of_the_hat_matrix() {
    let (x, y) = twins();
    let path = ridge_path(x.view(), &y, &[0.0, 0.1, 2.0]).unwrap();
    // Σ d/(d + λ) through the trace of (A + λI)⁻¹A, column by column, each solved by ridge itself.
    let a = gram(x.view());
    for (k, lambda) in [0.0, 0.1, 2.0].into_iter().enumerate() {
        let trace: f64 =
            (0..12).map(|j| ridge_path(x.view(), &column(&x, j), &[lambda]).unwrap().coefficients[[j, 0]]).sum();
        assert!((path.degrees_of_freedom[k] - trace).abs() < 1e-9, "{} {trace}", path.degrees_of_freedom[k]);
    }
    assert_eq!(a.dim(), (12, 12));
}

#[test]
fn weighted_logistic_regression_is_scikit_learns() {
    let x = normal_table(111, 400, 6);
    let truth = predict(x.view(), &[1.0, -1.0, 0.5, 0.0, 0.0, 2.0]);
    let y: Vec<bool> = uniforms(112, 400).iter().zip(truth).map(|(u, f)| *u < 1.0 / (1.0 + (1.0 - f).exp())).collect();
    let weights: Vec<f64> = uniforms(113, 400).iter().map(|u| 0.2 + u).collect();
    let model = Logistic { l2: 2.0, ..Logistic::default() }.fit(x.view(), &y, Some(&weights)).unwrap();
    let expected = fixture("logistic");
    near(&model.weights, &numbers(&expected["weights"]), 1e-7);
    near(&[model.intercept], &[expected["intercept"].as_f64().unwrap()], 1e-7);
}

/// The slope of the objective at the fitted point, per row.
fn slope(x: ArrayView2<f64>, y: &[bool], l2: f64, model: &mllab_kit::linear::LogisticModel) -> f64 {
    let residual: Vec<f64> =
        model.probabilities(x).iter().zip(y).map(|(p, &label)| p - f64::from(u8::from(label))).collect();
    let by_column = x
        .columns()
        .into_iter()
        .zip(&model.weights)
        .map(|(column, w)| l2 * w + column.iter().zip(&residual).map(|(a, r)| a * r).sum::<f64>());
    by_column.chain([residual.iter().sum()]).fold(0.0, |most: f64, value| most.max(value.abs())) / y.len() as f64
}

#[test]
fn logistic_regression_rests_at_the_bottom_at_any_size() {
    for (n, prevalence, l2) in [(500, 0.5, 0.0), (5000, 0.02, 1.0), (30_000, 0.002, 1.0), (60_000, 0.3, 0.0)] {
        let truth = classes::Logistic::with_prevalence(prevalence, vec![1.0, -0.5, 0.3, 0.0, 2.0]);
        let table = truth.draw(n, &Stream::root(5));
        let model = Logistic { l2, ..Logistic::default() }.fit(table.x.view(), &table.y, None).unwrap();
        assert!(slope(table.x.view(), &table.y, l2, &model) < 1.1e-9, "{n} rows");
        assert!(model.iterations < 40, "{} steps for {n} rows", model.iterations);
    }
    // Two columns that are the same: the penalty shares the weight between them.
    let single = classes::Logistic { intercept: 0.0, weights: vec![1.0] }.draw(300, &Stream::root(6));
    let double = ndarray::concatenate![ndarray::Axis(1), single.x, single.x];
    let model = Logistic::default().fit(double.view(), &single.y, None).unwrap();
    assert!((model.weights[0] - model.weights[1]).abs() < 1e-7);
}

#[test]
fn weights_are_copies() {
    let table = classes::Logistic { intercept: -1.0, weights: vec![1.0, 0.5] }.draw(300, &Stream::root(2));
    let weights: Vec<f64> = (0..300).map(|row| f64::from(row % 3)).collect();
    let copies: Vec<usize> = (0..300).flat_map(|row| vec![row; row % 3]).collect();
    let copied = table.rows(&copies);
    let by_weight = Logistic::default().fit(table.x.view(), &table.y, Some(&weights)).unwrap();
    let by_copy = Logistic::default().fit(copied.x.view(), &copied.y, None).unwrap();
    near(&by_weight.weights, &by_copy.weights, 1e-7);
}

#[test]
fn what_linear_models_refuse() {
    let x = ndarray::array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]];
    let y = [1.0, 2.0, 3.0];
    assert!(matches!(ridge_path(x.view(), &y, &[0.0]), Err(KitError::Setting { name: "penalty", .. })));
    assert!(ridge_path(x.view(), &y, &[0.1]).is_ok());
    assert!(ridge_path(x.view(), &y[..2], &[0.1]).is_err());
    assert!(ElasticNet::default().path(x.view(), &y, &[0.0]).is_err());
    assert!(ElasticNet { l1_share: 0.0, ..ElasticNet::default() }.path(x.view(), &y, &[1.0]).is_err());
    let labels = Logistic::default().fit(x.view(), &[true; 3], None);
    assert_eq!(labels.unwrap_err(), KitError::OneClass { rows: 3 });
}
