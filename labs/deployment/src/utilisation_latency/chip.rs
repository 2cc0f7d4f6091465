//! A faster chip or more machines: which shortens one answer, and which serves more of them?
//!
//! Data: the same requests at a tenth, a half and nine tenths of one machine's capacity, and beyond it. Arms: one machine,
//! two behind one queue, a chip twice as fast, an accelerator that takes all that wait as one batch (launching costs as much
//! as computing for a small model, nearly nothing for a large one). Measurement: the mean response; requests served at
//! overload.

use super::UtilisationLatencyParams;
use mllab_core::prelude::*;
use mllab_kit::bands::mean;
use mllab_kit::queue::{Batching, Law, Requests, Shared};

const CLAIM: &str = "latency-vs-throughput";
const LOADS: [f64; 9] = [0.1, 0.3, 0.5, 0.7, 0.9, 1.4, 1.8, 4.0, 10.0];
/// Beyond what any of them can serve.
const OVERLOAD: f64 = 40.0;
const LOOKS: [Look; 4] = [
    Look::new("one machine", Hue::Grey),
    Look::new("two machines", Hue::Amber).dotted(Mark::Triangle),
    Look::new("chip twice as fast", Hue::Blue).dotted(Mark::Disc),
    Look::new("accelerator, small model", Hue::Vermilion).dotted(Mark::Square),
];

/// Measures four fleets on the same requests.
pub fn run(cx: &Cx, params: &UtilisationLatencyParams, _: &Source) -> Result<Outcome, LabError> {
    let most = params.batch as usize;
    let [small, large] = [0.8, 0.05].map(|launch| Batching { launch, each: 0.05, most });
    let times = |fleet: usize, requests: &Requests| match fleet {
        0 => requests.through(&mut Shared::new(1)),
        1 => requests.through(&mut Shared::new(2)),
        2 => requests.with_work(|work| work / 2.0).through(&mut Shared::new(1)),
        _ => requests.settled(small.responses(requests.jobs())),
    };
    let runs = cx.runs("", cx.replicates(), |rep| {
        let requests = params.requests(Law::Exponential, Law::Exponential, &rep.stream);
        let alike = requests.with_work(|_| 1.0).at_rate(0.1);
        let curves = LOADS.map(|load| [0, 1, 2, 3].map(|fleet| mean(&times(fleet, &requests.at_rate(load)))));
        let full = requests.at_rate(OVERLOAD);
        let end = |times: Vec<f64>| full.until() + times[times.len() - 1];
        let ends = [0, 1, 2].map(|fleet| end(times(fleet, &full)));
        let batches = [&small, &large].map(|accelerator| end(accelerator.responses(full.jobs())));
        Ok((curves, [1, 3].map(|fleet| mean(&times(fleet, &alike))), ends, batches))
    })?;
    let mut outcome = Outcome::new();
    let gain = |at: usize| runs.mean(|run| libm::log2(run.0[at][1] / run.0[at][2]));
    outcome.find(CLAIM, "a tenth of the capacity is used", gain(0));
    outcome.find(CLAIM, "half of the capacity is used", gain(2));
    outcome.find(CLAIM, "nine tenths of the capacity are used", gain(4));
    let launching = "the chip is a batching accelerator, the model small and a tenth of the capacity used";
    outcome.find(CLAIM, launching, runs.mean(|run| libm::log2(run.1[0] / run.1[1])));
    let served = [0, 1].map(|model: usize| runs.mean(|run| libm::log2(run.2[0] / run.3[model])));
    outcome.find(CLAIM, "what counts is how many requests the accelerator serves", served);
    outcome.find(CLAIM, "more comes than either can serve", runs.mean(|run| libm::log2(run.2[2] / run.2[1])));

    // A fleet's line ends where its queue would grow without end.
    let capacity = [1.0, 2.0, 2.0, small.throughput()];
    let measured =
        |fleet: usize, at: usize| (LOADS[at] < 0.95 * capacity[fleet]).then(|| runs.mean(|run| run.0[at][fleet]));
    let table = Table::curves("fleets", ("fleet", &LOOKS), ("load", "share", &LOADS), ("response", "works"), measured);
    let cite = |fleet: &str, load: f64| table.cite("response", (fleet, load), shown::hundredths);
    let title = Title::say(
        "At a tenth of the load an answer takes {} works on two machines and {} on a chip twice as fast",
        [cite("two machines", 0.1), cite("chip twice as fast", 0.1)],
    );
    let figure = Figure::new("remedies", title)
        .subtitle(format!("The same requests for all. {} Both axes logarithmic.", shown::mean_of(runs.len(), "runs")))
        .alt("Mean response against load for four fleets on logarithmic axes. One machine climbs steeply before its capacity; two machines stay near one work and climb before two; the chip twice as fast lies near one half; the batching accelerator lies near nine tenths and hardly climbs at ten times the load.")
        .panel(
            Panel::new(
                Axis::log("load, in capacities of one machine").range(0.1, 10.0).ticks([0.1, 0.3, 1.0, 3.0, 10.0]),
                Axis::log("mean response, in works of a request").range(0.45, 12.0).ticks([0.5, 1.0, 2.0, 5.0, 10.0]),
            )
            .lines(&table, &LOOKS, "load", "response"),
        );
    outcome.show(figure, [table]);
    Ok(outcome)
}
