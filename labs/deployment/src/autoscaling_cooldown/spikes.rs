//! Which of the two cooldowns helps against spikes, and which one hurts?
//!
//! Data: short bursts on a flat load, and a flash sale. Arms: each cooldown varied apart, in AWS's semantics and as a
//! lock. Measurement: share of dropped requests.

use super::AutoscalingCooldownParams;
use super::endpoint::{Endpoint, by_period, dropped_by_minute, each, mean_gap, mean_share};
use mllab_core::figure::{Axis, Heat, Hue, Layout, Palette, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{Cooldowns, Metric, Policy, Semantics};

const CLAIM: &str = "cooldown-handles-spikes";
const MINUTES: usize = 480;
const GRID: [f64; 6] = [0.0, 2.0, 5.0, 10.0, 15.0, 30.0];
const BOTH: [Semantics; 2] = [Semantics::Aws, Semantics::Lock];

/// Measures drops at every pair of cooldowns.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, _: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let (direct, aws) = (endpoint.direct(), Policy::Tracking(endpoint.aws(Metric::Requests)));
    let dropped = |arrivals: &[f64], policy: &Policy, first: f64, [out, back]: [f64; 2], semantics| {
        let cooldowns = Cooldowns { scale_out: 60.0 * out, scale_in: 60.0 * back, semantics };
        endpoint.run(arrivals, &endpoint.settings(policy.clone(), first).cooldowns(cooldowns)).dropped_share()
    };
    let first = endpoint.rate(300.0);
    let mut outcome = Outcome::new();
    let runs = cx.replicate(cx.replicates(), |rep| {
        let load = Load::from_fn(MINUTES, |_| first).with_bursts(
            3.0,
            endpoint.rate(600.0),
            [3.0, 8.0],
            &rep.stream.child("bursts", 0),
        );
        let arrivals = load.counts(&rep.stream.child("arrivals", 0));
        let of = |policy, cooldowns, semantics| dropped(&arrivals, policy, first, cooldowns, semantics);
        let falls = [
            of(&direct, [0.0, 5.0], Semantics::Aws) - of(&direct, [0.0, 15.0], Semantics::Aws),
            of(&aws, [0.0, 5.0], Semantics::Aws) - of(&aws, [0.0, 15.0], Semantics::Aws),
            of(&direct, [0.0, 5.0], Semantics::Aws) - of(&direct, [15.0, 5.0], Semantics::Aws),
            of(&direct, [0.0, 5.0], Semantics::Lock) - of(&direct, [15.0, 5.0], Semantics::Lock),
        ];
        let fixed = endpoint.run(&arrivals, &Endpoint::fixed(endpoint.need(load.peak())));
        let fixed = by_period(&fixed, 0);
        let map = BOTH.map(|semantics| GRID.map(|out| GRID.map(|back| of(&direct, [out, back], semantics))));
        (falls, fixed, map)
    })?;
    for (arm, setting) in [
        "only ScaleInCooldown goes from 5 to 15 minutes and the policy acts on every minute",
        "only ScaleInCooldown goes from 5 to 15 minutes and AWS's alarms must see fifteen minutes",
        "only ScaleOutCooldown goes from 0 to 15 minutes in AWS's semantics",
        "only ScaleOutCooldown goes from 0 to 15 minutes and is a lock",
    ]
    .into_iter()
    .enumerate()
    {
        let falls = each(&runs, |run| run.0[arm]);
        // An arm that never differs is told from one that seldom does by what could still be unseen.
        let alike = falls.iter().all(|&fall| fall == falls[0]);
        let estimate = if alike && falls[0] == 0.0 { Estimate::exact(0.0) } else { mean_gap(&falls) };
        outcome.find(CLAIM, setting, estimate);
    }
    let fixed = dropped_by_minute(runs.iter().map(|run| run.1.as_slice()));
    outcome.find(CLAIM, "the fleet is fixed at the peak", fixed);
    let flash = cx.replicate_part("flash", cx.replicates(), |rep| {
        let arrivals = endpoint.block(MINUTES, 200.0, 2000.0, 120.0, 180.0).counts(&rep.stream);
        let of = |cooldown| dropped(&arrivals, &direct, endpoint.rate(200.0), [cooldown, cooldown], Semantics::Lock);
        of(5.0) - of(60.0)
    })?;
    outcome.find(CLAIM, "both go from 5 to 60 minutes on a flash sale and are locks", mean_gap(&flash));
    draw(cx, &each_cell(&runs.iter().map(|run| run.2).collect::<Vec<_>>()), &mut outcome);
    Ok(outcome)
}

type Map = [[[f64; GRID.len()]; GRID.len()]; 2];

/// The mean over runs of each cell, with its interval.
fn each_cell(maps: &[Map]) -> Vec<Vec<Vec<Estimate>>> {
    let cell = |s: usize, out: usize, back: usize| mean_share(&each(maps, |map| map[s][out][back]));
    let n = GRID.len();
    (0..2).map(|s| (0..n).map(|out| (0..n).map(|back| cell(s, out, back)).collect()).collect()).collect()
}

fn draw(cx: &Cx, cells: &[Vec<Vec<Estimate>>], outcome: &mut Outcome) {
    let mut table = Table::new(
        "dropped_by_cooldown",
        &[
            ("semantics", ""),
            ("scale_out_cooldown", "minutes"),
            ("scale_in_cooldown", "minutes"),
            ("dropped", "share"),
            ("low", "share"),
            ("high", "share"),
            ("dropped_percent", "percent"),
        ],
    );
    let names = GRID.map(|cooldown| shown::number(cooldown, 2));
    let edges: Vec<f64> = (0..=GRID.len()).map(|i| i as f64 - 0.5).collect();
    let mut panels = Vec::new();
    let most = cells.iter().flatten().flatten().map(|e| 100.0 * e.point).fold(0.0, f64::max);
    for (index, name) in ["AWS: a larger scale-out proceeds", "Lock: nothing proceeds"].into_iter().enumerate() {
        let mut values = vec![0.0; GRID.len() * GRID.len()];
        for (out, row) in cells[index].iter().enumerate() {
            for (back, e) in row.iter().enumerate() {
                let percent = 100.0 * e.point;
                table.row([
                    name.into(),
                    GRID[out].into(),
                    GRID[back].into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                    percent.into(),
                ]);
                values[back * GRID.len() + out] = percent;
            }
        }
        let axes = (
            Axis::category("ScaleOutCooldown in minutes", names.clone()),
            Axis::category("ScaleInCooldown in minutes", names.clone()),
        );
        panels.push(Panel::new(axes.0, axes.1).title(name).layer(Heat {
            x_edges: edges.clone(),
            y_edges: edges.clone(),
            values,
            palette: Palette::Sequential(Hue::Vermilion),
            limits: Some([0.0, most]),
            decimals: Some(1),
            contour: None,
        }));
    }
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 1), shown::THIN);
    let n = GRID.len();
    let title = Title::new()
        .text("Waiting half an hour to scale in takes drops from ")
        .cite(&table, "dropped", 0, percent)
        .text(" to ")
        .cite(&table, "dropped", n - 1, percent)
        .text(" in AWS's semantics; as a lock, to ")
        .cite(&table, "dropped", n * n + n - 1, percent);
    let mut figure = Figure::new("dropped-by-cooldown", title)
        .subtitle(format!(
            "Dropped requests in per cent; short bursts on a flat load for eight hours, target tracking acting on every minute. Mean of {} runs.",
            cx.replicates()
        ))
        .alt("Two heat maps of dropped requests over the scale-out and the scale-in cooldown. In AWS's semantics the columns are alike and drops fall as the scale-in cooldown grows. As a lock no cooldown helps much: what keeps capacity also keeps the next scale-out away.")
        .reads("dropped_by_cooldown", &["semantics", "scale_out_cooldown", "scale_in_cooldown", "dropped_percent"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}
