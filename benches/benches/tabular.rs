//! The tabular kernels, beside which `compare.py` sets the Python peers.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mllab_benches::{on_threads, write_quality};
use mllab_core::Stream;
use mllab_kit::data::{Labelled, peers};
use mllab_kit::linear::{ElasticNet, Logistic, kkt_residual, ridge_path};
use mllab_kit::metrics::roc_auc;
use mllab_kit::neighbours::nearest;
use mllab_kit::resample::{Synthesis, smote};
use mllab_kit::tree::{AdaBoost, Boosting, Forest, TreeSettings};
use ndarray::Axis;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;

const SIZES: [(&str, usize); 2] = [("10k", 10_000), ("100k", 100_000)];

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4));
    targets = resampling, paths, logistic, trees, forest, adaboost, boosting
}
criterion_main!(benches);

/// Times `fit` on so many threads, and writes what `quality` says of its result.
fn kernel<R: Send>(
    criterion: &mut Criterion,
    (group, id): (&str, &str),
    rows: usize,
    threads: usize,
    fit: impl Fn() -> R + Sync + Send,
    quality: impl FnOnce(R) -> Value,
) {
    let mut ran = false;
    let mut group_of = criterion.benchmark_group(group);
    group_of.throughput(Throughput::Elements(rows as u64));
    group_of.bench_function(BenchmarkId::from_parameter(id), |bencher| {
        ran = true;
        let fit = &fit;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        bencher.iter(|| pool.install(|| black_box(fit())));
    });
    group_of.finish();
    if ran {
        write_quality(&format!("{group}/{id}"), &quality(on_threads(threads, fit)));
    }
}

fn auc(scores: &[f64], test: &Labelled) -> Value {
    json!({ "auc": roc_auc(scores, &test.y) })
}

fn resampling(criterion: &mut Criterion) {
    let rare = peers::w_rare(100_000);
    let fit = || smote(rare.x.view(), &rare.y, Synthesis::default(), &Stream::root(0)).expect("it resamples");
    for (id, threads) in [("100k", 1), ("100k-all", 0)] {
        kernel(criterion, ("smote", id), 100_000, threads, fit, |out| {
            let minority = rare.x.select(Axis(0), &(0..5000).collect::<Vec<_>>());
            let added = out.x.select(Axis(0), &(100_000..102_000).collect::<Vec<_>>());
            let near = nearest(added.view(), minority.view(), 1, false).expect("tables of one width");
            let distance = |(row, near): (usize, &Vec<usize>)| {
                let gap = &added.row(row) - &minority.row(near[0]);
                gap.dot(&gap).sqrt()
            };
            let sum: f64 = near.iter().enumerate().map(distance).sum();
            json!({ "synthetic_rows": out.y.len() - 100_000, "nearest_original": sum / 2000.0 })
        });
    }
}

fn paths(criterion: &mut Criterion) {
    let (table, lambdas) = peers::w_reg();
    let (x, y) = (table.x.view(), &table.y);
    let lasso = ElasticNet::default();
    kernel(
        criterion,
        ("lasso-path", "2000x200"),
        2000,
        1,
        || lasso.path(x, y, &lambdas).expect("it converges"),
        |path| {
            let breach = |k: usize| kkt_residual(x, y, &path.coefficients.column(k).to_vec(), lambdas[k], 0.0);
            json!({ "kkt": (0..lambdas.len()).map(breach).fold(0.0, f64::max) / lambdas[0] })
        },
    );
    kernel(
        criterion,
        ("ridge-path", "2000x200"),
        2000,
        1,
        || ridge_path(x, y, &lambdas).expect("it solves"),
        |path| {
            let breach = |k: usize| kkt_residual(x, y, &path.coefficients.column(k).to_vec(), 0.0, lambdas[k]);
            json!({ "residual": (0..lambdas.len()).map(breach).fold(0.0, f64::max) / lambdas[0] })
        },
    );
}

fn logistic(criterion: &mut Criterion) {
    // As exact as scikit-learn's default asks for.
    let settings = Logistic { tolerance: 1e-4, ..Logistic::default() };
    for (id, n) in SIZES {
        let (train, _) = peers::w_class(n);
        let fit = || settings.fit(train.x.view(), &train.y, None).expect("it converges");
        kernel(criterion, ("logistic", id), n, 1, fit, |model| {
            let penalty: f64 = model.weights.iter().map(|w| 0.5 * w * w).sum();
            let logits = model.logits(train.x.view());
            let loss = logits.iter().zip(&train.y).map(|(&f, &y)| mllab_kit::simd::softplus(if y { -f } else { f }));
            json!({ "objective": penalty + loss.sum::<f64>() })
        });
    }
}

fn trees(criterion: &mut Criterion) {
    let settings = TreeSettings { max_depth: 8, ..TreeSettings::default() };
    for (id, n) in SIZES {
        let (train, test) = peers::w_class(n);
        let fit = || settings.fit_classes(train.x.view(), &train.y, None, &Stream::root(0)).expect("it grows");
        kernel(criterion, ("tree", id), n, 1, fit, |tree| auc(&tree.predict(test.x.view()), &test));
    }
}

fn forest(criterion: &mut Criterion) {
    let (train, test) = peers::w_class(10_000);
    let settings = Forest::random_forest(100, 20);
    let fit = || settings.fit_classes(train.x.view(), &train.y, None, &Stream::root(0)).expect("it grows");
    for (id, threads) in [("10k", 1), ("10k-all", 0)] {
        kernel(criterion, ("forest", id), 10_000, threads, fit, |forest| auc(&forest.predict(test.x.view()), &test));
    }
}

fn adaboost(criterion: &mut Criterion) {
    let (train, test) = peers::w_class(10_000);
    let settings = AdaBoost::stumps(100);
    let fit = || settings.fit(train.x.view(), &train.y, None, &Stream::root(0)).expect("it grows");
    kernel(criterion, ("adaboost", "10k"), 10_000, 1, fit, |model| auc(&model.decisions(test.x.view()), &test));
}

fn boosting(criterion: &mut Criterion) {
    let settings = Boosting::second_order(100);
    for (size, n) in SIZES {
        let (train, test) = peers::w_class(n);
        let fit = || settings.fit_classes(train.x.view(), &train.y, None, &Stream::root(0)).expect("it grows");
        for (id, threads) in [(size.to_string(), 1), (format!("{size}-all"), 0)] {
            kernel(criterion, ("boosting", &id), n, threads, fit, |model| auc(&model.raw(test.x.view()), &test));
        }
    }
}
