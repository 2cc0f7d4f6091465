//! `queue/shared-10m`: ten million requests through one queue, for 1, 4 and 32 servers at nine tenths of their capacity.
//!
//! The peer is a loop over `heapq` with the same gaps and works, in seconds for a million requests.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mllab_benches::write_quality;
use mllab_core::Stream;
use mllab_kit::queue::{Law, Requests, Shared, Station, poisson, theory};
use std::hint::black_box;

const JOBS: usize = 10_000_000;

fn requests(servers: usize) -> Requests {
    Requests::new(poisson(0.9 * servers as f64, Law::Exponential, &Stream::root(1)), JOBS, 0)
}

fn shared(c: &mut Criterion) {
    let mut group = c.benchmark_group("queue/shared-10m");
    group.sample_size(10).throughput(Throughput::Elements(JOBS as u64));
    for servers in [1_usize, 4, 32] {
        let requests = requests(servers);
        write_quality(
            &format!("queue/shared-10m/{servers}"),
            &serde_json::json!({
                "mean_response": requests.mean(&mut Shared::new(servers)),
                "erlang": 1.0 + theory::wait(servers, 0.9 * servers as f64),
            }),
        );
        group.bench_function(BenchmarkId::from_parameter(servers), |b| {
            b.iter(|| {
                let mut station = Shared::new(servers);
                requests.jobs().iter().for_each(|job| {
                    black_box(station.offer(job));
                });
            });
        });
    }
    group.finish();
}

criterion_group!(benches, shared);
criterion_main!(benches);
