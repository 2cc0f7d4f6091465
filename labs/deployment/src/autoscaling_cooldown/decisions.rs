//! The log of decisions: a row a minute, and a picture with a lane for each rule.

use mllab_core::figure::{Event, Lane, LaneSpan, Lanes};
use mllab_core::prelude::*;
use mllab_kit::autoscale::{DAY, Decision, Endpoint, Rule, counts::Run};
use shown::{number, whole};

/// A row for each minute of each run, with the load as it was given: seconds summed up would be off by rounding.
pub fn table(runs: &[(&str, Run)], loads: &[f64]) -> Table {
    let mut table = Table::named("timeline").with_word("policy").with_number("minute", "minutes");
    table = table.with_number("load", "requests").with_numbers(&["desired", "ready"], "instances");
    table = table.with_word("action").with_word("blocked_by");
    for (policy, run) in runs {
        for (minute, (of, load)) in run.minutes().into_iter().zip(loads).enumerate() {
            let blocked = of.blocked.map_or("", Rule::name);
            table.put((*policy, minute, *load, of.desired, of.ready, of.action, blocked));
        }
    }
    table
}

/// Load and capacity, instances, and a lane for each rule, on one time axis; a day at most. The run is the first in the
/// table, and decides every minute.
pub fn draw(endpoint: &Endpoint, run: &Run, table: &Table, [what, caption]: [&str; 2], outcome: &mut Outcome) {
    let log = &run.decisions[..run.decisions.len().min(DAY)];
    let rows = Rows::from(table).first(run.periods.len().min(DAY));
    let axis = || Axis::linear("minute").range(0.0, (rows.len() as f64 - 1.0).max(1.0));
    let per_instance = endpoint.per_instance;
    let capacity = rows.clone().seen("ready", move |ready| ready * per_instance);
    let top = Panel::new(axis(), Axis::linear("requests a minute"))
        .level(capacity.clone(), "minute", "ready", &Look::new("capacity", Hue::Sky))
        .beyond(capacity, "minute", "load", "ready", &Look::new("beyond", Hue::Vermilion).unnamed())
        .line(rows.clone(), "minute", "load", &Look::new("load", Hue::Ink))
        .height(1.4);
    let middle = Panel::new(axis(), Axis::linear("instances"))
        .stairs(rows.clone(), "minute", "desired", &Look::new("desired", Hue::Green))
        .stairs(rows.clone(), "minute", "ready", &Look::new("ready", Hue::Blue));
    let lanes = lanes(log);
    let names = lanes.iter().map(|lane| lane.name.clone());
    let bottom = Panel::new(axis(), Axis::category("each cross: a minute whose action the rule blocked", names))
        .height(0.34 + 0.13 * lanes.len() as f64)
        .draw(&rows, &["action", "blocked_by"], Lanes { lanes });

    let mut blocked = Table::named("blocked").with_word("rule").with_word("words").with_number("minutes", "minutes");
    let waits = [Rule::HighAlarmWaits, Rule::LowAlarmWaits];
    for rule in waits.into_iter().chain([Rule::LowThreshold, Rule::ScaleInCooldown, Rule::ScaleOutCooldown]) {
        blocked.put((rule.name(), rule.words(), log.iter().filter(|d| d.blocked == Some(rule)).count()));
    }
    let cite = |rule: Rule| blocked.cite("minutes", (rule.name(),), whole);
    let title = Title::say(
        "The alarms block {} minutes of scaling out and {} of scaling in; the scale-in cooldown blocks {}",
        [Rule::HighAlarmWaits, Rule::LowAlarmWaits, Rule::ScaleInCooldown].map(cite),
    )
    .if_cited(|cited| cited.iter().any(|minutes| *minutes > 0.0));
    let (start_up, cooldowns) = (number(endpoint.start_up / 60.0, 3), endpoint.cooldowns);
    let [out, back] = [cooldowns.scale_out, cooldowns.scale_in].map(|seconds| number(seconds, 4));
    let figure = Figure::new("timeline", title)
        .subtitle(format!("{what} Start-up {start_up} min; ScaleOutCooldown {out} s, ScaleInCooldown {back} s; high alarm 3 of 3 minutes, low alarm 15 of 15."))
        .caption(caption)
        .alt("Three panels on one time axis: load and capacity, with the overload shaded; desired and ready instances; and a lane for each rule with a cross for every minute in which it blocked an action. The high alarm blocks the first minutes of the jump, the low alarm a quarter of an hour after it, and the scale-in cooldown the steps down.")
        .legend("scales out", Hue::Green, LegendKey::Mark(Mark::Triangle))
        .legend("scales in", Hue::Blue, LegendKey::Mark(Mark::TriangleDown))
        .layout(Layout::Stack)
        .panel(top)
        .panel(middle)
        .panel(bottom);
    outcome.show(figure, [blocked]);
}

/// Activities, and a lane for each rule that blocked one.
fn lanes(log: &[Decision]) -> Vec<Lane> {
    let events = |keep: &dyn Fn(&Decision) -> bool, mark, hue| -> Vec<Event> {
        log.iter().filter(|d| keep(d)).map(|d| Event { x: d.at as f64 / 60.0, mark, hue }).collect()
    };
    let lane = |name: &str, events, spans| Lane { name: name.into(), events, spans };
    let mut lanes = vec![
        lane("scales out", events(&|d| d.to > d.from, Mark::Triangle, Hue::Green), vec![]),
        lane("scales in", events(&|d| d.to < d.from, Mark::TriangleDown, Hue::Blue), vec![]),
    ];
    for (rule, name, hue) in [
        (Rule::HighAlarmWaits, "high alarm waits", Hue::Vermilion),
        (Rule::LowThreshold, "above low alarm", Hue::Grey),
        (Rule::LowAlarmWaits, "low alarm waits", Hue::Amber),
        (Rule::ScaleInCooldown, "ScaleInCooldown", Hue::Pink),
        (Rule::ScaleOutCooldown, "ScaleOutCooldown", Hue::Pink),
        (Rule::MaxCapacity, "MaxCapacity", Hue::Vermilion),
        (Rule::MissingData, "missing data", Hue::Grey),
    ] {
        let blocked = events(&|d| d.blocked == Some(rule), Mark::Cross, hue);
        if !blocked.is_empty() {
            let span = |[from, to]: [f64; 2]| LaneSpan { from, to, hue, text: String::new() };
            lanes.push(lane(name, blocked, Decision::stretches(log, rule).into_iter().map(span).collect()));
        }
    }
    lanes
}
