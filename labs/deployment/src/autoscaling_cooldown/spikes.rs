//! Which of the two cooldowns helps against spikes, and which one hurts?
//!
//! Data: short bursts on a flat load, and a flash sale. Arms: each cooldown varied apart, in AWS's semantics and as a
//! lock. Measurement: share of dropped requests.

use super::{AutoscalingCooldownParams, dropped_by_minute};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{Cooldowns, Endpoint, Metric, Policy, Semantics, load::Load};

const CLAIM: &str = "cooldown-handles-spikes";
const MINUTES: usize = 480;
const GRID: [f64; 6] = [0.0, 2.0, 5.0, 10.0, 15.0, 30.0];
const BOTH: [(Semantics, &str); 2] =
    [(Semantics::Aws, "AWS: a larger scale-out proceeds"), (Semantics::Lock, "Lock: nothing proceeds")];
const SETTINGS: [&str; 4] = [
    "only ScaleInCooldown goes from 5 to 15 minutes and the policy acts on every minute",
    "only ScaleInCooldown goes from 5 to 15 minutes and AWS's alarms must see fifteen minutes",
    "only ScaleOutCooldown goes from 0 to 15 minutes in AWS's semantics",
    "only ScaleOutCooldown goes from 0 to 15 minutes and is a lock",
];

/// Measures drops at every pair of cooldowns.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = params.endpoint();
    let (direct, aws) = (endpoint.direct(), Policy::Tracking(endpoint.aws(Metric::Requests)));
    let dropped = |arrivals: &[f64], policy: &Policy, first: f64, [out, back]: [f64; 2], semantics| {
        let cooldowns = Cooldowns { scale_out: 60.0 * out, scale_in: 60.0 * back, semantics };
        endpoint.run(arrivals, &endpoint.settings(policy.clone(), first).cooldowns(cooldowns)).dropped_share()
    };
    let (first, high) = (endpoint.rate(300.0), endpoint.rate(600.0));
    let mut outcome = Outcome::new();
    let runs = cx.runs("", cx.replicates(), |rep| {
        let flat = Load::from_fn(MINUTES, |_| first);
        let load = flat.with_bursts(3.0, high, [3.0, 8.0], &rep.stream.child("bursts", 0));
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let of = |policy, cooldowns, semantics| dropped(&arrivals, policy, first, cooldowns, semantics);
        let falls = [
            of(&direct, [0.0, 5.0], Semantics::Aws) - of(&direct, [0.0, 15.0], Semantics::Aws),
            of(&aws, [0.0, 5.0], Semantics::Aws) - of(&aws, [0.0, 15.0], Semantics::Aws),
            of(&direct, [0.0, 5.0], Semantics::Aws) - of(&direct, [15.0, 5.0], Semantics::Aws),
            of(&direct, [0.0, 5.0], Semantics::Lock) - of(&direct, [15.0, 5.0], Semantics::Lock),
        ];
        let fixed = endpoint.run(&arrivals, &Endpoint::fixed(endpoint.need(load.peak())));
        let map = BOTH.map(|(semantics, _)| GRID.map(|out| GRID.map(|back| of(&direct, [out, back], semantics))));
        Ok((falls, fixed.dropped_by_period(0), map))
    })?;
    outcome.find_each(CLAIM, &SETTINGS, |arm| runs.gap_or_none(|run| run.0[arm]));
    outcome.find(CLAIM, "the fleet is fixed at the peak", dropped_by_minute(&runs, |run| &run.1));
    let flash = cx.runs("flash", cx.replicates(), |rep| {
        let arrivals = endpoint.block(MINUTES, 200.0, 2000.0, 120.0, 180.0).counts(&rep.stream);
        let of = |cooldown| dropped(&arrivals, &direct, endpoint.rate(200.0), [cooldown, cooldown], Semantics::Lock);
        Ok(of(5.0) - of(60.0))
    })?;
    let setting = "both go from 5 to 60 minutes on a flash sale and are locks";
    outcome.find(CLAIM, setting, flash.gap(|fall| *fall));

    let cooldowns = ["scale_out_cooldown", "scale_in_cooldown"];
    let mut table = Table::named("dropped_by_cooldown").with_word("semantics").with_numbers(&cooldowns, "minutes");
    table = table.with_estimate("dropped", "share").with_number("dropped_percent", "percent");
    for (index, (_, name)) in BOTH.into_iter().enumerate() {
        for (out, scale_out) in GRID.into_iter().enumerate() {
            for (back, scale_in) in GRID.into_iter().enumerate() {
                let dropped = runs.share(|run| run.2[index][out][back]);
                table.put((name, scale_out, scale_in, dropped, 100.0 * dropped.point()));
            }
        }
    }
    let cite = |semantics: usize, scale_in: f64| {
        table.cite("dropped", (BOTH[semantics].1, 0.0, scale_in), |share| shown::percent_to(share, 1))
    };
    let title = Title::say(
        "Waiting half an hour to scale in takes drops from {} to {} in AWS's semantics; as a lock, to {}",
        [cite(0, 0.0), cite(0, 30.0), cite(1, 30.0)],
    );
    let most = table.numbers("dropped_percent").into_iter().fold(0.0, f64::max);
    let panel = |(_, name): (Semantics, &str)| {
        let x = ("ScaleOutCooldown in minutes", "scale_out_cooldown");
        let y = ("ScaleInCooldown in minutes", "scale_in_cooldown");
        Panel::heat(table.of((name,)), x, y, "dropped_percent", Palette::Sequential(Hue::Vermilion))
            .cells(|heat| heat.limits = Some([0.0, most]))
            .title(name)
    };
    let figure = Figure::new("dropped-by-cooldown", title)
        .subtitle(format!("Dropped requests in per cent; short bursts on a flat load for eight hours, target tracking acting on every minute. Mean of {} runs.", cx.replicates()))
        .alt("Two heat maps of dropped requests over the scale-out and the scale-in cooldown. In AWS's semantics the columns are alike and drops fall as the scale-in cooldown grows. As a lock no cooldown helps much: what keeps capacity also keeps the next scale-out away.")
        .panels(BOTH.map(panel))
        .grid(2, true);
    outcome.show(figure, [table]);
    Ok(outcome)
}
