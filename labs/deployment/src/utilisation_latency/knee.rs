//! Does a share busy say whether a fleet has the right size?
//!
//! Data: requests at one rate, made faster for each load, so that all arms see the same luck. Arms: one to thirty-two servers
//! behind one queue, requests that come in bursts, work that varies much. Measurement: the mean response; half of it is
//! waiting at 2. Erlang's formula is the control.

use super::UtilisationLatencyParams;
use mllab_core::prelude::*;
use mllab_kit::bands::mean;
use mllab_kit::queue::{Law, Requests, Shared, slowest, theory};

const CLAIM: &str = "utilisation-signal";
const SERVERS: [usize; 5] = [1, 2, 4, 8, 32];
const BUSY: [f64; 7] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95];
const LOOKS: [Look; 5] = [
    Look::new("1 server", Hue::Vermilion),
    Look::new("2", Hue::Amber),
    Look::new("4", Hue::Green),
    Look::new("8", Hue::Sky),
    Look::new("32", Hue::Blue),
];

/// Measures the curve of each fleet, holds it against the formula, and draws where it turns.
pub fn run(cx: &Cx, params: &UtilisationLatencyParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let (requests, load) = Requests::of_trace(data)?;
        let response = requests.mean(&mut Shared::new((load / 0.8).ceil() as usize));
        outcome.find(CLAIM, "your requests share one queue", Estimate::exact(response));
        return Ok(outcome);
    }
    let runs = cx.runs("", cx.replicates(), |rep| {
        let plain = params.requests(Law::Exponential, Law::Exponential, &rep.stream);
        let bursts = Law::Varied(params.burstiness);
        let bursty = params.requests(bursts, Law::Exponential, &rep.stream.child("bursts", 0));
        let times = |servers, busy| plain.at_rate(busy * servers as f64).through(&mut Shared::new(servers));
        let (half, limit) = (times(1, 0.5), theory::slowest(1, 0.5, 0.01));
        let beyond = half.iter().filter(|&&time| time > limit).count() as f64 / half.len() as f64;
        let curves = SERVERS.map(|servers| BUSY.map(|busy| mean(&times(servers, busy))));
        Ok((curves, bursty.at_rate(3.2).mean(&mut Shared::new(4)), beyond))
    })?;
    let at_eighty = |fleet: usize| runs.mean(|run| run.0[fleet][4]);
    outcome.find(CLAIM, "one server works alone", at_eighty(0));
    outcome.find(CLAIM, "four servers share one queue", at_eighty(2));
    outcome.find(CLAIM, "thirty-two servers share one queue", at_eighty(4));
    outcome.find(CLAIM, "four servers share one queue and requests come in bursts", runs.mean(|run| run.1));
    let long = Estimate::exact(theory::mg1(0.8, 16.0));
    outcome.find(CLAIM, "one server works alone and some requests take very long", long);
    let idle = |at: usize| runs.mean(|run| run.0[0][at] * (1.0 - BUSY[at]));
    outcome.find(CLAIM, "the formula for one server is met", [idle(2), idle(4), runs.share(|run| run.2)]);

    let exact = |fleet: usize, busy: f64| 1.0 + theory::wait(SERVERS[fleet], busy * SERVERS[fleet] as f64);
    let measured = |fleet: usize, at: usize| Some(runs.mean(|run| run.0[fleet][at]));
    let table = Table::curves("curve", ("servers", &LOOKS), ("busy", "share", &BUSY), ("response", "works"), measured);
    let fine: Vec<f64> = (1..99).map(|percent| f64::from(percent) / 100.0).collect();
    let within = |fleet: usize, at: usize| Some(exact(fleet, fine[at])).filter(|m| *m < 24.0).map(Estimate::exact);
    let erlang = Table::curves("erlang", ("servers", &LOOKS), ("busy", "share", &fine), ("response", "works"), within);
    let mut knees =
        Table::named("knees").with_word("servers").with_number("busy", "share").with_number("response", "works");
    for (look, servers) in LOOKS.iter().zip(SERVERS) {
        knees.put((look.name, theory::busy_for_mean(servers, 2.0), 2.0));
    }
    let knee = |name: &str| knees.cite("busy", (name,), shown::percent);
    let title = Title::say(
        "An answer takes twice its work when one server is {} busy, four are {}, thirty-two {}",
        [knee("1 server"), knee("4"), knee("32")],
    );
    let [points, rings] = [Mark::Disc, Mark::Ring].map(|mark| LOOKS.map(|look| look.unnamed().mark(mark)));
    let panel = Panel::new(
        Axis::linear("share of time that a server is busy").range(0.0, 1.0).format(Format::Percent),
        Axis::log("mean response, in works of a request").range(0.9, 25.0).ticks([1.0, 2.0, 5.0, 10.0, 20.0]),
    );
    let panel = panel.note(Note::horizontal(2.0, "half of it is waiting")).lines(
        &erlang,
        &LOOKS.map(Look::bare),
        "busy",
        "response",
    );
    let figure = Figure::new("hockey-stick", title)
        .subtitle(format!("Servers behind one queue, logarithmic axis. Lines: Erlang's formula; points: mean of {} runs with 99\u{202f}% intervals; rings: where the mean is twice the work.", runs.len()))
        .alt("Mean response against the share busy for one, two, four, eight and thirty-two servers. Each curve is flat at first and turns up steeply; the more servers share the queue, the later it turns.")
        .panel(panel.dots(&table, &points, "busy", "response").dots(&knees, &rings, "busy", "response"));
    outcome.show(figure, [table, erlang, knees]);
    map(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// Where the advice flips: mean and slowest hundredth over servers and load, for plain and for varied work.
fn map(cx: &Cx, params: &UtilisationLatencyParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const FLEETS: [usize; 6] = [1, 2, 4, 8, 16, 32];
    const LOADS: [f64; 6] = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    const LAWS: [(&str, Law); 2] =
        [("work varies as usual", Law::Exponential), ("some requests take very long", Law::Varied(9.0))];
    let runs = cx.runs("map", (cx.replicates() / 6).max(2), |rep| {
        Ok(LAWS.map(|(_, law)| {
            let requests = params.requests(Law::Exponential, law, &rep.stream);
            let cell = |servers: usize, busy: f64| {
                let mut times = requests.at_rate(busy * servers as f64).through(&mut Shared::new(servers));
                [mean(&times), slowest(&mut times, 0.01)]
            };
            FLEETS.map(|servers| LOADS.map(|busy| cell(servers, busy)))
        }))
    })?;
    let table = Table::named("map").with_word("work").with_number("busy", "share").with_number("servers", "servers");
    let mut table = table.with_estimate_of("mean", "works").with_estimate_of("slowest", "works");
    for (law, (name, _)) in LAWS.into_iter().enumerate() {
        for (fleet, servers) in FLEETS.into_iter().enumerate() {
            for (load, busy) in LOADS.into_iter().enumerate() {
                let of = |measure: usize| runs.mean(|run| run[law][fleet][load][measure]);
                table.put((name, busy, servers, of(0), of(1)));
            }
        }
    }
    let cite = |law: usize| table.cite("mean", (LAWS[law].0, 0.8, 4), shown::tenths);
    let title = Title::say(
        "Four servers that are 80\u{202f}% busy answer in {} works where work varies as usual, in {} where it varies much",
        [cite(0), cite(1)],
    );
    let panel = |name: &str, (measure, limit, head): (&str, f64, &str)| {
        let palette = Palette::Sequential(Hue::Vermilion);
        Panel::heat(table.whose("work", name), ("share busy", "busy"), ("servers", "servers"), measure, palette)
            .cells(|heat| (heat.contour, heat.limits) = (Some(limit), Some([1.0, 2.0 * limit])))
            .title(format!("{head}: {name}"))
    };
    let measures = [("mean", 2.0, "Mean"), ("slowest", 10.0, "Slowest hundredth")];
    let figure = Figure::new("flip-map", title)
        .subtitle(format!("Response in works of a request, mean of {} runs; the line is where the mean is 2 and the slowest hundredth 10.", runs.len()))
        .alt("Four maps of servers against share busy. Response grows to the right and falls with more servers; where work varies much the line of the limit lies further to the left.")
        .panels(measures.into_iter().flat_map(|measure| LAWS.map(|(name, _)| panel(name, measure))))
        .grid(2, true);
    outcome.show(figure, [table]);
    Ok(())
}
