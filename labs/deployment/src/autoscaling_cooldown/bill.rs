//! What does scaling save, and who serves bursts at the least cost?
//!
//! Data: a daily wave, a daily flash sale, random bursts, a flat load, or the user's trace. Arms: AWS target tracking, a
//! fixed fleet for the peak. Measurement: instance-hours against those of that fleet, and drops. Bursts of minutes are
//! in `bursts.rs`.

use super::{AutoscalingCooldownParams, bursts, trace};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{DAY, Endpoint, Metric, counts::Run, load::Load};
use shown::percent;

const SAVING: &str = "cheaper-off-peak";
/// Days of the wave for each replicate: where next to nothing is dropped, hundreds are needed to say so.
const DAYS: usize = 10;

/// Measures savings and costs.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let load = trace::of(data, &endpoint)?.load;
        let (saved, run) = saving(&endpoint, &load, &load.fluid());
        outcome.find(SAVING, "the load is your trace", Estimate::exact(saved));
        let title = "Scaling against a fleet for the peak, on your trace".into();
        let (figure, table) = bill(title, &[("your trace", run, endpoint.need(load.peak()))]);
        outcome.show(figure, [table]);
        return Ok(outcome);
    }
    savings(cx, &endpoint, &mut outcome)?;
    bursts::bursts(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

/// Instance-hours saved against a fleet for the peak, and the run.
fn saving(endpoint: &Endpoint, load: &Load, arrivals: &[f64]) -> (f64, Run) {
    let run = endpoint.run(arrivals, &endpoint.tracking(Metric::Requests, load.per_minute[0]));
    let fixed = (endpoint.need(load.peak()) * arrivals.len()) as f64;
    (1.0 - run.instance_seconds / fixed, run)
}

fn savings(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let wave = endpoint.wave(DAY, 300.0, 200.0, DAY as f64);
    let sale = endpoint.block(DAY, 200.0, 2000.0, 720.0, 780.0);
    let flat = endpoint.block(DAY, 300.0, 300.0, 0.0, 0.0);
    let day = |load: &Load, stream: &Stream| {
        let (saved, run) = saving(endpoint, load, &load.counts(&stream.child("arrivals", 0)));
        (saved, run.dropped_share())
    };
    let waves = cx.runs("wave", cx.replicates_of(DAYS), |rep| Ok(day(&wave, &rep.stream)))?;
    let others = cx.runs("savings", cx.replicates(), |rep| {
        let spiky = endpoint.spiky_day(DAY, &rep.stream);
        Ok([&sale, &spiky, &flat].map(|load| day(load, &rep.stream)))
    })?;
    let pair = |arm: usize| match arm {
        0 => (waves.gap(|run| run.0), waves.share(|run| run.1)),
        _ => (others.gap(|run| run[arm - 1].0), others.share(|run| run[arm - 1].1)),
    };
    let (saved, dropped) = (|arm| pair(arm).0, |arm| pair(arm).1);
    for (arm, saves, drops) in [
        (0, "the load swings over the day", "the load swings over the day and drops count"),
        (1, "a flash sale comes once a day", "a flash sale comes once a day and drops count"),
        (2, "spikes come at random", "spikes come at random and drops count"),
    ] {
        outcome.find(SAVING, saves, saved(arm));
        outcome.find(SAVING, drops, dropped(arm));
    }
    outcome.find(SAVING, "the load is flat", saved(3));
    let arrivals = wave.counts(&cx.stream("the-bill", 0));
    let fixed = endpoint.need(wave.peak());
    let same = endpoint.run(&arrivals, &Endpoint::fixed(fixed)).instance_seconds / (fixed * arrivals.len()) as f64;
    outcome.find(SAVING, "the fleet cannot scale in", Estimate::exact((1.0 - same).abs()));

    let mut summary = Table::named("savings").with_word("load").with_estimate("saved", "share");
    summary = summary.with_number("dropped", "share");
    for (arm, name) in ["wave", "flash sale", "random spikes", "flat"].into_iter().enumerate() {
        summary.put((name, saved(arm), dropped(arm).point()));
    }
    let runs = [("A daily wave", &wave), ("A daily flash sale", &sale), ("A flat load", &flat)].map(|(name, load)| {
        let (_, run) = saving(endpoint, load, &load.counts(&cx.stream("the-bill", 1)));
        (name, run, endpoint.need(load.peak()))
    });
    let title = Title::say(
        "Against a fleet for the peak, scaling saves {} on a wave, {} with a flash sale and {} on a flat load",
        ["wave", "flash sale", "flat"].map(|load| summary.cite("saved", (load,), percent)),
    )
    .if_cited(|cited| cited.iter().all(|saved| *saved >= 0.0));
    let (figure, table) = bill(title, &runs);
    outcome.show(figure, [table, summary]);
    Ok(())
}

/// A day at most of each run, against a fixed fleet.
fn bill(title: Title, runs: &[(&str, Run, usize)]) -> (Figure, Table) {
    let mut table = Table::named("bill").with_word("load").with_number("minute", "minutes");
    table = table.with_numbers(&["ordered", "fixed"], "instances");
    for (name, run, fixed) in runs {
        for (minute, p) in run.periods.iter().take(DAY).enumerate() {
            table.put((*name, minute, p.desired, *fixed));
        }
    }
    let looks = [Look::new("fixed at the peak", Hue::Ink).unnamed(), Look::new("scaled", Hue::Blue).unnamed()];
    let saved = Look::new("saved", Hue::Green).unnamed();
    let panel = |(name, _, fixed): &(&str, Run, usize)| {
        let rows = table.of((*name,)).seen("minute", |minute| minute / 60.0);
        Panel::new(Axis::linear("hour"), Axis::linear("instances").range(0.0, 1.1 * *fixed as f64))
            .title(*name)
            .between(rows.clone(), "minute", "fixed", "ordered", &saved)
            .stairs(rows.clone(), "minute", "fixed", &looks[0])
            .stairs(rows, "minute", "ordered", &looks[1])
    };
    let figure = Figure::new("bill", title)
        .subtitle("A day under AWS target tracking, one run each; both fleets are sized for the same target. Green: what is not paid.")
        .alt("Panels of instances over a day. The area between a fixed fleet for the peak and the scaled fleet is green: broad at night on the wave, nearly everything with a flash sale, nothing on a flat load.")
        .keys(&looks, Look::stroke)
        .keys(&[saved], |_| LegendKey::Fill)
        .panels(runs.iter().map(panel))
        .grid(runs.len(), false);
    (figure, table)
}
