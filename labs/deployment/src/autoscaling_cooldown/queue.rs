//! When do more servers make requests faster?
//!
//! Data: Poisson arrivals, exponential service, one shared queue, every request followed. Arms: four servers against
//! eight at 95 %, 30 % and 120 % load, and a service that is slow in itself. Measurement: mean response time and
//! throughput; the mean wait is held against Erlang's formula.

use super::AutoscalingCooldownParams;
use mllab_core::prelude::*;
use mllab_kit::autoscale::{Endpoint, Service, erlang, events, load::Load};
use shown::tenths;

const CLAIM: &str = "improves-response";
const LOADS: [(f64, Look); 3] = [
    (0.3, Look::new("30\u{202f}% busy with four", Hue::Blue).unnamed()),
    (0.8, Look::new("80\u{202f}% busy with four", Hue::Amber).unnamed()),
    (0.95, Look::new("95\u{202f}% busy with four", Hue::Vermilion).unnamed()),
];
const SERVERS: std::ops::RangeInclusive<usize> = 4..=10;

/// Measures response times.
pub fn run(cx: &Cx, _: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let seconds = if cx.quick() { 1800.0 } else { 7200.0 };
    let runs = cx.runs("", cx.replicates(), |rep| {
        let gain = |load: f64, service: f64, label: &str| -> Result<f64, LabError> {
            let of = |servers| response(servers, 4.0 * load / service, service, seconds, &rep.stream.child(label, 0));
            Ok(libm::log2(of(4)? / of(8)?))
        };
        let wait = response(4, 3.2, 1.0, seconds, &rep.stream.child("erlang", 0))? - 1.0;
        let gains = [gain(0.95, 1.0, "busy")?, gain(0.3, 5.0, "slow")?, gain(0.3, 1.0, "idle")?];
        Ok((gains, wait / erlang::wait(4, 3.2)))
    })?;
    let over = cx.runs("overload", cx.replicates(), |rep| {
        let requests = Load::from_fn(30, |_| 60.0 * 1.2 * 4.0).requests(1.0, &rep.stream);
        let service = Service { slots: 1, seconds: 1.0, queue: 10.0 };
        let served = |servers| -> Result<f64, LabError> {
            let fleet = Endpoint::fixed(servers);
            Ok(events::simulate(requests.clone(), 1800.0, service, &fleet, false)?.served as f64)
        };
        Ok(libm::log2(served(8)? / served(4)?))
    })?;
    outcome.find(CLAIM, "four servers are 95 % busy and eight replace them", runs.mean(|run| run.0[0]));
    outcome.find(CLAIM, "four servers get 20 % more than they can serve", over.mean(|gain| *gain));
    outcome.find(CLAIM, "each request is slow by itself at 30 % load", runs.mean(|run| run.0[1]));
    outcome.find(CLAIM, "four servers are 30 % busy and eight replace them", runs.mean(|run| run.0[2]));
    outcome.find(CLAIM, "one queue and a fixed fleet are held against Erlang's formula", runs.mean(|run| run.1));
    draw(cx, seconds, &mut outcome)?;
    Ok(outcome)
}

/// Mean response time, in seconds, of so many servers after a warm-up of a quarter of the run.
fn response(servers: usize, per_second: f64, service: f64, seconds: f64, stream: &Stream) -> Result<f64, LabError> {
    let load = Load::from_fn((seconds / 60.0) as usize, |_| 60.0 * per_second);
    let one = Service { slots: 1, seconds: service, queue: f64::INFINITY };
    let run = events::simulate(load.requests(service, stream), seconds, one, &Endpoint::fixed(servers), true)?;
    let warm: Vec<f64> = run.waits.iter().filter(|(came, _)| *came > 0.25 * seconds).map(|wait| wait.1).collect();
    Ok(service + warm.iter().sum::<f64>() / warm.len().max(1) as f64)
}

fn draw(cx: &Cx, seconds: f64, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = if cx.quick() { 4 } else { 16 };
    let runs = cx.runs("curve", n, |rep| {
        let of = |load: f64| SERVERS.map(move |servers| response(servers, 4.0 * load, 1.0, 0.5 * seconds, &rep.stream));
        LOADS.iter().map(|(load, _)| of(*load).collect()).collect::<Result<Vec<Vec<f64>>, LabError>>()
    })?;
    let mut table = Table::named("response").with_number("load_of_four", "share").with_number("servers", "servers");
    table = table.with_estimate("response", "services").with_number("erlang", "services");
    for (index, (load, _)) in LOADS.into_iter().enumerate() {
        for (place, servers) in SERVERS.enumerate() {
            let exact = 1.0 + erlang::wait(servers, 4.0 * load);
            table.put((load, servers, runs.mean(|run| run[index][place]), exact));
        }
    }
    let cite = |load: f64, servers: usize| table.cite("erlang", (load, servers), tenths);
    let title = Title::say(
        "From four to eight servers, response falls from {} to {} service times at 95 % load, from {} to {} at 30 %",
        [cite(0.95, 4), cite(0.95, 8), cite(0.3, 4), cite(0.3, 8)],
    )
    .if_cited(|cited| cited[0] > cited[1] && cited[2] > cited[3]);
    let mut panel =
        Panel::new(Axis::linear("servers"), Axis::linear("mean response, in service times").range(0.0, 8.0));
    for (load, look) in &LOADS {
        let rows = table.of((*load,));
        panel = panel.line(rows.clone(), "servers", "erlang", &look.dashed()).points(rows, "servers", "response", look);
    }
    let figure = Figure::new("response", title)
        .subtitle(format!("Load given as the share of four servers that it keeps busy. Points: mean of {n} runs with 99\u{202f}% intervals; dashed: Erlang's formula."))
        .alt("Mean response time against the number of servers for three loads. The curve of the busy system falls steeply with the fifth server and is then flat near one service time; that of the idle system is flat from the start.")
        .keys(&LOADS.map(|(_, look)| look), Look::point)
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}
