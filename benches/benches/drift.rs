//! Drift detectors and distances, beside which `compare.py` sets river, scipy and numpy.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mllab_benches::write_quality;
use mllab_core::Stream;
use mllab_kit::data::peers;
use mllab_kit::drift::{self, Adwin, Ddm, Detector, Eddm, HddmA, Kswin, PageHinkley, alarms};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = streams, windows
}
criterion_main!(benches);

/// Times `work` on one thread, and writes what `quality` says of its result.
fn kernel<R>(
    criterion: &mut Criterion,
    (group, id): (&str, &str),
    rows: usize,
    work: impl Fn() -> R,
    quality: impl FnOnce(R) -> Value,
) {
    let mut ran = false;
    let mut group_of = criterion.benchmark_group(group);
    group_of.throughput(Throughput::Elements(rows as u64));
    group_of.bench_function(BenchmarkId::from_parameter(id), |bencher| {
        ran = true;
        bencher.iter(|| black_box(work()));
    });
    group_of.finish();
    if ran {
        write_quality(&format!("{group}/{id}"), &quality(work()));
    }
}

/// A fresh detector over the whole stream, one value at a time, alarms collected.
fn detect<D: Detector>(criterion: &mut Criterion, name: (&str, &str), values: &[f64], fresh: impl Fn() -> D) {
    let work = || alarms(&mut fresh(), black_box(values));
    kernel(criterion, name, values.len(), work, |rows| {
        let after: Vec<usize> = rows.iter().copied().filter(|&row| row >= values.len() / 2).collect();
        json!({
            "first_alarm": rows.first(),
            "first_after_change": after.first(),
            "alarms_before": rows.len() - after.len(),
            "alarms": rows.len(),
        })
    });
}

fn streams(criterion: &mut Criterion) {
    let step = peers::step(100_000);
    let bits: Vec<f64> = peers::bits(100_000).into_iter().map(f64::from).collect();
    detect(criterion, ("adwin", "100k"), &step, Adwin::default);
    detect(criterion, ("page-hinkley", "100k"), &step, PageHinkley::default);
    detect(criterion, ("ddm", "100k"), &bits, Ddm::default);
    detect(criterion, ("eddm", "100k"), &bits, Eddm::default);
    detect(criterion, ("hddm-a", "100k"), &bits, HddmA::default);
    detect(criterion, ("kswin", "10k"), &peers::step(10_000), || Kswin::new(&Stream::root(0)));
}

fn windows(criterion: &mut Criterion) {
    let n = 100_000;
    let (left, right) = (peers::normals(10, n), peers::normals(11, n));
    let right: Vec<f64> = right.into_iter().map(|value| value + 0.01).collect();
    let test = || {
        let distance = drift::ks(&left, &right);
        (distance, drift::ks_p(distance, n, n))
    };
    kernel(criterion, ("ks-test", "100k"), n, test, |(statistic, p)| json!({ "statistic": statistic, "p": p }));
    let (expected, actual) = (peers::normals(12, n), peers::normals(13, n));
    let actual: Vec<f64> = actual.into_iter().map(|value| 1.1 * value + 0.1).collect();
    let index = || drift::psi(&expected, &actual).expect("two windows");
    kernel(criterion, ("psi", "100k"), n, index, |psi| json!({ "psi": psi }));
}
