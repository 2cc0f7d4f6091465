//! Why does response time explode long before the machine is full?
//!
//! Every request is followed through a queue and a server. Where a formula is known the simulation must meet it first; then
//! come the questions of an exam: does a share busy say whether a fleet has the right size, a faster chip or more machines,
//! what a balancer can do, what a record of every request costs. Time is counted in works of a mean request.

mod capture;
mod chip;
mod knee;
mod routing;

use mllab_core::prelude::*;
use mllab_kit::queue::{Law, Requests, renewal};

/// The lab.
pub struct UtilisationLatency;

impl Lab for UtilisationLatency {
    const META: Meta = Meta {
        id: "utilisation-latency",
        title: "Utilisation and latency",
        question: "Why does response time explode long before the machine is full?",
        domain: Domain::Deployment,
        picture: ("hockey-stick", "No percentage is safe for all"),
        replicates: 60,
        quick_replicates: 6,
        sources: &[
            "Erlang's formulas and those of Pollaczek and Khinchine: Kleinrock, Queueing Systems, 1975.",
            "Routing by two choices: Mitzenmacher, IEEE Transactions on Parallel and Distributed Systems 12, 2001.",
            "Amazon SageMaker: API reference, ProductionVariantRoutingConfig; developer guide, Capture data from real-time endpoint.",
        ],
        own: Own::columns(1_000_000).with(&[OwnFlag::Time, OwnFlag::Column]),
    };
    const SEED: &'static str = include_str!("../../../../seeds/utilisation-latency.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = UtilisationLatencyParams;

    fn studies() -> Vec<Study<UtilisationLatencyParams>> {
        vec![
            study("knee", &["utilisation-signal"], knee::run).seconds(1.5).also_own(),
            study("chip", &["latency-vs-throughput"], chip::run).times(1.7).seconds(0.4),
            study("routing", &["load-balancing"], routing::run).seconds(0.8).also_own(),
            study("capture", &["async-capture"], capture::run).seconds(0.4),
        ]
    }

    fn work(params: &UtilisationLatencyParams) -> f64 {
        0.2 + 4e-5 * params.requests as f64
    }

    fn own_seconds(_: &UtilisationLatencyParams, rows: usize, _: usize) -> f64 {
        2e-6 * rows as f64
    }
}

mllab_core::params! {
    /// What can be changed in the utilisation-latency lab.
    pub struct UtilisationLatencyParams {
        /// Requests of a run, after a warm-up.
        requests: int = 20_000, in [1000, 1_000_000], quick 200_000, unit "requests";
        /// How bursty requests come where they come in bursts: variance of a gap over its squared mean.
        burstiness: float = 9.0, in [1.5, 100.0], unit "1";
        /// The largest batch of the accelerator.
        batch: int = 32, in [1, 1024], unit "requests";
        /// What handing a record over costs the answer, as a share of the work of a request.
        handover: float = 0.001, in [0.0, 1.0], unit "1";
    }
}

impl UtilisationLatencyParams {
    /// Requests that come at a mean rate of one, after enough for a queue nine tenths busy to forget that it began empty.
    fn requests(&self, gap: Law, work: Law, stream: &Stream) -> Requests {
        Requests::new(renewal(1.0, gap, work, stream), self.requests as usize, 4000)
    }
}
