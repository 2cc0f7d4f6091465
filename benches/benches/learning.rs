//! `mlp-epoch/10k` as the peers define it, and the learning-rate lab whole.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use mllab_benches::write_quality;
use mllab_core::{Host, Request, Silent};
use mllab_kit::data::peers;
use mllab_kit::descent::{Network, Scratch};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

const ROWS: usize = 10_000;
const BATCH: usize = 32;

/// One epoch in row order, weights in place; the last batch has 16 rows.
fn epoch(
    network: &Network,
    weights: &mut [f32],
    slope: &mut [f32],
    x: &[f32],
    classes: &[usize],
    s: &mut Scratch<f32>,
) {
    for (inputs, classes) in x.chunks(BATCH * 20).zip(classes.chunks(BATCH)) {
        network.slope(weights, inputs, classes, slope, s);
        weights.iter_mut().zip(slope.iter()).for_each(|(w, g)| *w -= 0.05 * g);
    }
}

/// The peers' weights: layer by layer, each inputs × outputs row by row, biases 0.
fn first_weights() -> Vec<f32> {
    let draws = peers::uniforms(14, 20 * 64 + 64 * 64 + 64);
    let mut draws = draws.iter();
    let mut weights = Vec::new();
    for (inputs, outputs) in [(20, 64), (64, 64), (64, 1)] {
        let bound = (6.0 / f64::from(inputs + outputs)).sqrt();
        weights.extend(draws.by_ref().take((inputs * outputs) as usize).map(|u| ((2.0 * u - 1.0) * bound) as f32));
        weights.extend((0..outputs).map(|_| 0.0_f32));
    }
    weights
}

fn mlp_epoch(c: &mut Criterion) {
    let (train, test) = peers::w_class(ROWS);
    let narrow = |x: &ndarray::Array2<f64>| x.iter().map(|&v| v as f32).collect::<Vec<f32>>();
    let (x, classes): (_, Vec<usize>) = (narrow(&train.x), train.y.iter().map(|&y| usize::from(y)).collect());
    let network = Network::new(&[20, 64, 64, 1]);
    let mut scratch = Scratch::default();
    let mut slope = vec![0.0; network.n_weights()];

    let mut weights = first_weights();
    epoch(&network, &mut weights, &mut slope, &x, &classes, &mut scratch);
    let logits = network.logits(&weights, &narrow(&test.x), &mut scratch);
    let losses = logits.iter().zip(&test.y).map(|(&z, &y)| {
        let z = if y { -f64::from(z) } else { f64::from(z) };
        z.max(0.0) + (-z.abs()).exp().ln_1p()
    });
    let loss = losses.sum::<f64>() / test.y.len() as f64;
    write_quality("mlp-epoch/10k", &serde_json::json!({ "test_log_loss": loss }));

    c.benchmark_group("mlp-epoch").measurement_time(Duration::from_secs(5)).bench_function("10k", |b| {
        b.iter_batched_ref(
            first_weights,
            |weights| epoch(&network, weights, &mut slope, &x, &classes, &mut scratch),
            BatchSize::LargeInput,
        );
    });
}

fn whole_lab(c: &mut Criterion) {
    let lab = mllab_labs::find("learning-rate").expect("the lab is in the registry");
    let request = Request::reference(lab).expect("its seeds are sound");
    let cancelled = AtomicBool::new(false);
    let host = Host { progress: &Silent, cancelled: &cancelled };
    c.benchmark_group("run").sample_size(10).measurement_time(Duration::from_secs(30)).bench_function(
        "learning-rate",
        |b| {
            b.iter(|| mllab_core::run(lab, &request, host).expect("the reference run completes"));
        },
    );
}

criterion_group!(benches, mlp_epoch, whole_lab);
criterion_main!(benches);
