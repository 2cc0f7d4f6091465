//! When do more servers make requests faster?
//!
//! Data: Poisson arrivals, exponential service, one shared queue, every request followed. Arms: four servers against
//! eight at 95 %, 30 % and 120 % load, and a service that is slow in itself. Measurement: mean response time and
//! throughput; the mean wait is held against Erlang's formula.

use super::AutoscalingCooldownParams;
use super::endpoint::{Endpoint, each};
use mllab_core::figure::{Axis, Dash, Hue, Line, Mark, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{Policy, Service, Settings, erlang, events};

const CLAIM: &str = "improves-response";
const LOADS: [f64; 3] = [0.3, 0.8, 0.95];
const SERVERS: std::ops::RangeInclusive<usize> = 4..=10;

/// Measures response times.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    Endpoint::new(params)?;
    let mut outcome = Outcome::new();
    let seconds = if cx.quick() { 1800.0 } else { 7200.0 };
    let runs = cx.replicate(cx.replicates(), |rep| {
        let gain = |load: f64, service: f64, label: &str| {
            let stream = rep.stream.child(label, 0);
            let [before, after] = [4, 8].map(|c| response(c, 4.0 * load / service, service, seconds, &stream));
            libm::log2(before / after)
        };
        let stream = rep.stream.child("erlang", 0);
        let wait = response(4, 3.2, 1.0, seconds, &stream) - 1.0;
        (gain(0.95, 1.0, "busy"), gain(0.3, 5.0, "slow"), gain(0.3, 1.0, "idle"), wait / erlang::wait(4, 3.2))
    })?;
    let over = cx.replicate_part("overload", cx.replicates(), |rep| {
        let load = Load::from_fn(30, |_| 60.0 * 1.2 * 4.0);
        let requests = load.requests(1.0, &rep.stream);
        let service = Service { slots: 1, seconds: 1.0, queue: 10.0 };
        let [four, eight] = [4, 8].map(|servers| {
            let run = events::simulate(requests.clone(), 1800.0, service, &still(servers), false);
            run.expect("a fixed fleet can run").served as f64
        });
        libm::log2(eight / four)
    })?;
    outcome.find(CLAIM, "four servers are 95 % busy and eight replace them", Estimate::mean(&each(&runs, |run| run.0)));
    outcome.find(CLAIM, "four servers get 20 % more than they can serve", Estimate::mean(&over));
    outcome.find(CLAIM, "each request is slow by itself at 30 % load", Estimate::mean(&each(&runs, |run| run.1)));
    outcome.find(CLAIM, "four servers are 30 % busy and eight replace them", Estimate::mean(&each(&runs, |run| run.2)));
    let setting = "one queue and a fixed fleet are held against Erlang's formula";
    outcome.find(CLAIM, setting, Estimate::mean(&each(&runs, |run| run.3)));
    draw(cx, seconds, &mut outcome)?;
    Ok(outcome)
}

fn still(servers: usize) -> Settings {
    Settings::new(Policy::Fixed, servers, 0.0).bounds(servers, servers)
}

/// Mean response time, in seconds, of so many servers after a warm-up of a quarter of the run.
fn response(servers: usize, per_second: f64, service: f64, seconds: f64, stream: &Stream) -> f64 {
    let load = Load::from_fn((seconds / 60.0) as usize, |_| 60.0 * per_second);
    let one = Service { slots: 1, seconds: service, queue: f64::INFINITY };
    let run = events::simulate(load.requests(service, stream), seconds, one, &still(servers), true);
    let waits = run.expect("a fixed fleet can run").waits;
    let warm: Vec<f64> = waits.iter().filter(|(came, _)| *came > 0.25 * seconds).map(|wait| wait.1).collect();
    service + warm.iter().sum::<f64>() / warm.len().max(1) as f64
}

fn draw(cx: &Cx, seconds: f64, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = if cx.quick() { 4 } else { 16 };
    let sims: Vec<Vec<Vec<f64>>> = cx.replicate_part("curve", n, |rep| {
        let of = |&load: &f64| SERVERS.map(|c| response(c, 4.0 * load, 1.0, 0.5 * seconds, &rep.stream)).collect();
        LOADS.iter().map(of).collect()
    })?;
    let mut table = Table::new(
        "response",
        &[
            ("load_of_four", "share"),
            ("servers", "servers"),
            ("response", "services"),
            ("low", "services"),
            ("high", "services"),
            ("erlang", "services"),
        ],
    );
    let mut panel =
        Panel::new(Axis::linear("servers"), Axis::linear("mean response, in service times").range(0.0, 8.0));
    for (index, hue) in [Hue::Blue, Hue::Amber, Hue::Vermilion].into_iter().enumerate() {
        let load = 4.0 * LOADS[index];
        let (mut x, mut y, mut low, mut high, mut theory) = (vec![], vec![], vec![], vec![], vec![]);
        for (place, servers) in SERVERS.enumerate() {
            let e = Estimate::mean(&each(&sims, |run| run[index][place]));
            let exact = 1.0 + erlang::wait(servers, load);
            table.row([LOADS[index].into(), servers.into(), e.point.into(), e.low.into(), e.high.into(), exact.into()]);
            x.push(servers as f64);
            y.push(e.point);
            low.push(e.low);
            high.push(e.high);
            theory.push(exact);
        }
        panel = panel
            .layer(Line::new(x.clone(), theory, hue).dash(Dash::Dashed))
            .layer(Points::new(x, y, Mark::Disc, hue).whiskers(low, high));
    }
    let number = |v: f64| shown::fixed(v, 1);
    let last = SERVERS.count();
    let title = Title::new()
        .text("From four to eight servers, response falls from ")
        .cite(&table, "erlang", 2 * last, number)
        .text(" to ")
        .cite(&table, "erlang", 2 * last + 4, number)
        .text(" service times at 95 % load, from ")
        .cite(&table, "erlang", 0, number)
        .text(" to ")
        .cite(&table, "erlang", 4, number)
        .text(" at 30 %");
    let mut figure = Figure::new("response", title)
        .subtitle(format!("Load given as the share of four servers that it keeps busy. Points: mean of {n} runs with 99\u{202f}% intervals; dashed: Erlang's formula."))
        .alt("Mean response time against the number of servers for three loads. The curve of the busy system falls steeply with the fifth server and is then flat near one service time; that of the idle system is flat from the start.")
        .reads("response", &["load_of_four", "servers", "response", "low", "high", "erlang"])
        .panel(panel);
    for (load, hue) in LOADS.into_iter().zip([Hue::Blue, Hue::Amber, Hue::Vermilion]) {
        let name = format!("{}{}% busy with four", shown::number(100.0 * load, 2), shown::THIN);
        figure = figure.legend(name, hue, mllab_core::figure::LegendKey::Mark(Mark::Disc));
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}
