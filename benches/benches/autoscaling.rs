//! `autoscale/day` as the peers define it: a day of requests through the event simulator, AWS's rules off.

use criterion::{Criterion, criterion_group, criterion_main};
use mllab_benches::write_quality;
use mllab_kit::autoscale::{Metric, Policy, Service, Settings, events};
use mllab_kit::data::peers;
use std::time::Duration;

const DAY: f64 = 86_400.0;
const HOUR: f64 = 3600.0;

/// Target tracking at 60 % busy slots by the formula alone: no alarms, no cooldowns.
fn run(seconds: f64) -> events::Run {
    let service = Service { slots: 8, seconds: 0.1, queue: f64::INFINITY };
    let settings = Settings::new(Policy::Direct(Metric::Utilisation, 0.6), 2, 240.0).bounds(1, 20);
    events::simulate(peers::requests(seconds), seconds, service, &settings, false).expect("the settings are sound")
}

fn autoscale_day(c: &mut Criterion) {
    let hour = run(HOUR);
    write_quality(
        "autoscale/day",
        &serde_json::json!({
            "requests": hour.arrived,
            "started": hour.started,
            "mean_wait_ms": 1000.0 * hour.waited / hour.started as f64,
            "instance_seconds": hour.instance_seconds,
        }),
    );
    c.benchmark_group("autoscale")
        .sample_size(10)
        .measurement_time(Duration::from_secs(6))
        .bench_function("day", |b| b.iter(|| run(DAY)));
}

criterion_group!(benches, autoscale_day);
criterion_main!(benches);
