//! What can a balancer do, and what can only more machines do?
//!
//! Data: requests for ten machines at three loads, work that varies as usual and work that varies more; or a user's own.
//! Arms: a machine drawn at random, one after the other, the idler of two drawn, the one with the fewest requests under way,
//! one queue for all. Measurement: the response that one request in a hundred exceeds. Beyond capacity no routing serves more.

use super::UtilisationLatencyParams;
use mllab_core::prelude::*;
use mllab_kit::queue::{Dispatch, Law, Requests, Shared, Split};

const CLAIM: &str = "load-balancing";
const MACHINES: usize = 10;
const BUSY: [f64; 3] = [0.3, 0.7, 0.9];
const LOOKS: [Look; 5] = [
    Look::new("random", Hue::Vermilion).dotted(Mark::Triangle),
    Look::new("one after the other", Hue::Amber).dotted(Mark::Square),
    Look::new("idler of two", Hue::Sky).dotted(Mark::Diamond),
    Look::new("fewest outstanding", Hue::Blue).dotted(Mark::Disc),
    Look::new("one queue", Hue::Ink).dashed().dotted(Mark::Ring),
];

/// Measures the slowest hundredth under each routing.
pub fn run(cx: &Cx, params: &UtilisationLatencyParams, source: &Source) -> Result<Outcome, LabError> {
    if let Source::Own(data) = source {
        return own(cx, data);
    }
    let runs = cx.runs("", cx.replicates(), |rep| {
        let plain = params.requests(Law::Exponential, Law::Exponential, &rep.stream);
        let varied = params.requests(Law::Exponential, Law::Varied(4.0), &rep.stream.child("varied", 0));
        let [long, over] = [varied.at_rate(0.9 * MACHINES as f64), plain.at_rate(1.2 * MACHINES as f64)];
        let under = |dispatch| Split::new(MACHINES, dispatch, &rep.stream);
        let [random, fewest] = [Dispatch::Random, Dispatch::Fewest].map(|dispatch| {
            (libm::log2(long.slowest(0.01, &mut under(dispatch))), over.served_in_time(&mut under(dispatch)))
        });
        let tails = BUSY.map(|busy| tails(&plain.at_rate(busy * MACHINES as f64), MACHINES, &rep.stream));
        Ok((tails, random.0 - fewest.0, fewest.1 - random.1))
    })?;
    let mut outcome = Outcome::new();
    let shorter = |at: usize| runs.mean(|run| libm::log2(run.0[at][0] / run.0[at][3]));
    outcome.find(CLAIM, "ten machines are nine tenths busy", shorter(2));
    outcome.find(CLAIM, "ten machines are nine tenths busy and some requests take very long", runs.mean(|run| run.1));
    outcome.find(CLAIM, "ten machines are three tenths busy", shorter(0));
    // Random routing makes single servers of a fleet: their slowest hundredth is ln 100 over the idle share.
    let machines = runs.mean(|run| libm::log2(0.9 / (1.0 - libm::log(100.0) / run.0[2][3])));
    outcome.find(CLAIM, "random routing gets machines until it is as quick", machines);
    outcome.find(CLAIM, "a fifth more comes than ten machines can serve", runs.mean(|run| run.2));
    let measured = |arm: usize, at: usize| Some(runs.mean(|run| run.0[at][arm]));
    let table = Table::curves("routing", ("routing", &LOOKS), ("busy", "share", &BUSY), ("slowest", "works"), measured);
    let cite = |arm: &str| table.cite("slowest", (arm, 0.9), shown::whole);
    let title = Title::say(
        "At nine tenths busy, one request in a hundred takes {} works or more under random routing, {} under fewest outstanding",
        [cite("random"), cite("fewest outstanding")],
    );
    let axis = Axis::linear("share of time that a machine is busy").range(0.3, 0.9).ticks(BUSY).format(Format::Percent);
    let about =
        format!("Ten machines, the same requests for all, logarithmic axis. {}", shown::mean_of(runs.len(), "runs"));
    outcome.show(figure(title, &about, axis, &table, "busy"), [table]);
    Ok(outcome)
}

/// A user's requests over fleets from the smallest that can bear them; only the balancer's draws vary from run to run.
fn own(cx: &Cx, data: &Dataset) -> Result<Outcome, LabError> {
    let (requests, load) = Requests::of_trace(data)?;
    let fewest = (load / 0.9).ceil() as usize;
    let fleets: Vec<f64> = (0..6).map(|step| (fewest + step * fewest.div_ceil(6)) as f64).collect();
    let runs = cx.runs("own", cx.replicates().min(20), |rep| {
        Ok(fleets.iter().map(|&machines| tails(&requests, machines as usize, &rep.stream)).collect::<Vec<_>>())
    })?;
    let mut outcome = Outcome::new();
    let gain = if fewest == 1 { Estimate::exact(0.0) } else { runs.mean(|run| libm::log2(run[0][0] / run[0][3])) };
    outcome.find(CLAIM, "the requests are yours", gain);
    let measured = |arm: usize, at: usize| Some(runs.mean(|run| run[at][arm]));
    let places = ("machines", "machines", fleets.as_slice());
    let table = Table::curves("routing", ("routing", &LOOKS), places, ("slowest", "durations"), measured);
    let cite = |arm: &str| table.cite("slowest", (arm,), shown::tenths);
    let title = Title::say(
        "On the fewest machines, one of your requests in a hundred takes {} mean durations under random routing, {} behind one queue",
        [cite("random"), cite("one queue")],
    );
    let about =
        "Your requests as they came, from the fewest machines that are at most nine tenths busy; logarithmic axis.";
    outcome.show(figure(title, about, Axis::linear("machines"), &table, "machines"), [table]);
    Ok(outcome)
}

/// The slowest hundredth under each routing, in the order of the looks.
fn tails(requests: &Requests, machines: usize, stream: &Stream) -> [f64; 5] {
    let split = |dispatch| requests.slowest(0.01, &mut Split::new(machines, dispatch, stream));
    let one_queue = requests.slowest(0.01, &mut Shared::new(machines));
    let [random, turns, two] = [Dispatch::Random, Dispatch::RoundRobin, Dispatch::TwoChoices].map(split);
    [random, turns, two, split(Dispatch::Fewest), one_queue]
}

fn figure(title: Title, about: &str, axis: Axis, table: &Table, x: &str) -> Figure {
    let panel = Panel::new(axis, Axis::log("what one request in a hundred exceeds, in works of a request"));
    Figure::new("routing", title)
        .subtitle(about)
        .alt("The response that one request in a hundred exceeds, for five kinds of routing. Where machines are mostly idle all are alike; where they are nearly full random routing lies far above, one queue and fewest outstanding lowest.")
        .panel(panel.lines(table, &LOOKS, x, "slowest"))
}
