//! What does scaling save, and who serves bursts at the least cost?
//!
//! Data: a daily wave, a daily flash sale, random bursts, a flat load; bursts of minutes, unannounced or on the hour.
//! Arms: AWS target tracking, a schedule with it, serverless on demand, serverless with a warm pool, fixed fleets.
//! Measurement: instance-hours against a fleet for the peak; instance-hours plus a price for each dropped request.

use super::AutoscalingCooldownParams;
use super::endpoint::{DAY, Endpoint, each, mean_gap, mean_share, minutes};
use super::trace;
use mllab_core::figure::{Axis, Fill, Heat, Hue, Layout, Palette, Panel, Step as Stairs};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::autoscale::counts::{self, Run};
use mllab_kit::autoscale::load::Load;
use mllab_kit::autoscale::{Metric, Policy, Service, Settings};

const SAVING: &str = "cheaper-off-peak";
const BURSTS: &str = "unpredictable-autoscaling";
/// What a dropped request costs, in seconds of an instance.
const PRICES: [f64; 3] = [1.0, 10.0, 60.0];
/// Serverless, per second of an instance's worth of work: on demand; kept warm; used while kept warm. AWS Lambda's
/// prices stand to each other as 1 : .25 : .583; on demand is taken as four times an instance.
const ON_DEMAND: f64 = 4.0;
const WARM: f64 = 1.0;
const WARM_USED: f64 = 7.0 / 3.0;
const COLD_START: f64 = 5.0;
const HOURS: usize = 8;
const ARMS: [&str; 5] =
    ["auto scaling", "schedule and tracking", "serverless on demand", "serverless, warm pool", "fixed at the peak"];

/// Measures savings and costs.
pub fn run(cx: &Cx, params: &AutoscalingCooldownParams, source: &Source) -> Result<Outcome, LabError> {
    let endpoint = Endpoint::new(params)?;
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        let load = trace::load(data, &endpoint)?;
        let by_minute = trace::by_minute(&load);
        let (saved, run, _) = saving(&endpoint, &load, &load.fluid());
        outcome.find(SAVING, "the load is your trace", Estimate::exact(saved));
        let shown = by_minute.len().min(DAY);
        let periods = &run.periods[..shown];
        let fixed = endpoint.need(load.peak());
        let mut table = empty_bill();
        let panel = bill_panel(&mut table, "your trace", periods, fixed);
        let title = Title::new().text("Scaling against a fleet for the peak, on your trace");
        outcome.figures.push(bill_figure(title, vec![panel]));
        outcome.tables.push(table);
        return Ok(outcome);
    }
    savings(cx, &endpoint, &mut outcome)?;
    bursts(cx, &endpoint, &mut outcome)?;
    Ok(outcome)
}

/// Instance-hours saved against a fleet for the peak, the run, and its drops.
fn saving(endpoint: &Endpoint, load: &Load, arrivals: &[f64]) -> (f64, Run, f64) {
    let tracking = Policy::Tracking(endpoint.aws(Metric::Requests));
    let run = endpoint.run(arrivals, &endpoint.settings(tracking, load.per_minute[0]));
    let fixed = (endpoint.need(load.peak()) * arrivals.len()) as f64;
    let dropped = run.dropped_share();
    (1.0 - run.instance_seconds / fixed, run, dropped)
}

fn savings(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let wave = Load::wave(DAY, endpoint.rate(300.0), endpoint.rate(200.0), DAY as f64);
    let sale = endpoint.block(DAY, 200.0, 2000.0, 720.0, 780.0);
    let flat = endpoint.block(DAY, 300.0, 300.0, 0.0, 0.0);
    let runs = cx.replicate_part("savings", cx.replicates(), |rep| {
        let spiky = endpoint.spiky_day(DAY, &rep.stream);
        [&wave, &sale, &spiky, &flat].map(|load| {
            let (saved, _, dropped) = saving(endpoint, load, &load.counts(&rep.stream.child("arrivals", 0)));
            (saved, dropped)
        })
    })?;
    for (arm, setting) in ["the load swings over the day", "a flash sale comes once a day", "spikes come at random"]
        .into_iter()
        .enumerate()
    {
        outcome.find(SAVING, setting, mean_gap(&each(&runs, |run| run[arm].0)));
        outcome.find_part(SAVING, setting, 1, mean_share(&each(&runs, |run| run[arm].1)));
    }
    outcome.find(SAVING, "the load is flat", mean_gap(&each(&runs, |run| run[3].0)));
    let arrivals = wave.counts(&cx.stream("the-bill", 0));
    let fixed = endpoint.need(wave.peak());
    let same = endpoint.run(&arrivals, &Endpoint::fixed(fixed)).instance_seconds / (fixed * arrivals.len()) as f64;
    outcome.find(SAVING, "the fleet cannot scale in", Estimate::exact((1.0 - same).abs()));

    let mut saved = Table::new(
        "savings",
        &[("load", ""), ("saved", "share"), ("low", "share"), ("high", "share"), ("dropped", "share")],
    );
    for (arm, name) in ["wave", "flash sale", "random spikes", "flat"].into_iter().enumerate() {
        let e = mean_gap(&each(&runs, |run| run[arm].0));
        let dropped = mean_share(&each(&runs, |run| run[arm].1)).point;
        saved.row([name.into(), e.point.into(), e.low.into(), e.high.into(), dropped.into()]);
    }
    let mut table = empty_bill();
    let mut panels = Vec::new();
    for (name, load) in [("A daily wave", &wave), ("A daily flash sale", &sale), ("A flat load", &flat)] {
        let (_, run, _) = saving(endpoint, load, &load.counts(&cx.stream("the-bill", 1)));
        panels.push(bill_panel(&mut table, name, &run.periods, endpoint.need(load.peak())));
    }
    let percent = |v: f64| format!("{}{}%", shown::fixed(100.0 * v, 0), shown::THIN);
    let title = Title::new()
        .text("Against a fleet for the peak, scaling saves ")
        .cite(&saved, "saved", 0, percent)
        .text(" on a wave, ")
        .cite(&saved, "saved", 1, percent)
        .text(" with a flash sale and ")
        .cite(&saved, "saved", 3, percent)
        .text(" on a flat load");
    outcome.figures.push(bill_figure(title, panels));
    outcome.tables.extend([table, saved]);
    Ok(())
}

fn empty_bill() -> Table {
    Table::new("bill", &[("load", ""), ("minute", "minutes"), ("ordered", "instances"), ("fixed", "instances")])
}

fn bill_panel(table: &mut Table, name: &str, periods: &[counts::Period], fixed: usize) -> Panel {
    let x = minutes(periods.len());
    let ordered: Vec<f64> = periods.iter().map(|p| p.desired as f64).collect();
    let peak = vec![fixed as f64; x.len()];
    for (minute, &value) in ordered.iter().enumerate() {
        table.row([name.into(), minute.into(), value.into(), fixed.into()]);
    }
    let hours: Vec<f64> = x.iter().map(|m| m / 60.0).collect();
    Panel::new(Axis::linear("hour"), Axis::linear("instances").range(0.0, 1.1 * fixed as f64))
        .title(name)
        .layer(Fill {
            x: hours.clone(),
            upper: peak.clone(),
            lower: ordered.clone(),
            upper_steps: true,
            lower_steps: true,
            hue: Hue::Green,
            label: None,
        })
        .layer(Stairs { x: hours.clone(), y: peak, filled: false, hue: Hue::Ink, label: None })
        .layer(Stairs { x: hours, y: ordered, filled: false, hue: Hue::Blue, label: None })
}

fn bill_figure(title: Title, panels: Vec<Panel>) -> Figure {
    let columns = panels.len();
    let mut figure = Figure::new("bill", title)
        .subtitle("A day under AWS target tracking, one run each; both fleets are sized for the same target. Green: what is not paid.")
        .alt("Panels of instances over a day. The area between a fixed fleet for the peak and the scaled fleet is green: broad at night on the wave, nearly everything with a flash sale, nothing on a flat load.")
        .legend("fixed at the peak", Hue::Ink, mllab_core::figure::LegendKey::Line(mllab_core::figure::Dash::Solid))
        .legend("scaled", Hue::Blue, mllab_core::figure::LegendKey::Line(mllab_core::figure::Dash::Solid))
        .legend("saved", Hue::Green, mllab_core::figure::LegendKey::Fill)
        .reads("bill", &["load", "minute", "ordered", "fixed"])
        .layout(Layout::Grid { columns, share_y: false });
    for panel in panels {
        figure = figure.panel(panel);
    }
    figure
}

/// What each arm pays in seconds of an instance, and which share of the requests it drops.
fn arms(endpoint: &Endpoint, load: &Load, hourly: bool, arrivals: &[f64]) -> [(f64, f64, f64); 5] {
    let base = endpoint.rate(100.0);
    let peak = endpoint.need(load.peak());
    let tracking = || endpoint.settings(Policy::Tracking(endpoint.aws(Metric::Requests)), base);
    // Ten minutes ahead of each hour for the schedule, two for the warm pool, whose functions start in seconds.
    let on_the_hour = |settings: Settings, ahead: f64, after: f64, least: usize| {
        (1..=HOURS).fold(settings, |all, hour| {
            let at = 3600.0 * hour as f64;
            all.scheduled(at - ahead, at + after, least)
        })
    };
    let scheduled = on_the_hour(tracking(), 600.0, 300.0, peak);
    let plain = |settings: &Settings| {
        let run = endpoint.run(arrivals, settings);
        (run.instance_seconds, run.dropped, run.dropped_share())
    };
    // A function waits for its cold start rather than being dropped, and follows the load every few seconds.
    let patient = Service { queue: f64::INFINITY, ..endpoint.service };
    let mut demand = Settings::new(Policy::Instant(endpoint.per_instance), endpoint.need(base), COLD_START)
        .bounds(1, 500)
        .every(COLD_START);
    let serve =
        |settings: &Settings| counts::simulate(arrivals, patient, settings, None).expect("the settings are sound");
    let run = serve(&demand);
    let work = |run: &Run| run.busy_seconds / endpoint.service.slots as f64;
    let on_demand = (ON_DEMAND * work(&run), run.dropped, run.dropped_share());
    // The warm pool holds the base, and the bursts where they are known; what exceeds it comes on demand.
    let keep = endpoint.need(base);
    let pool = |second: usize| {
        let to_hour = (second + 120) % 3600;
        if hourly && second + 120 >= 3600 && to_hour < 360 { peak } else { keep }
    };
    demand.least = keep;
    if hourly {
        demand = on_the_hour(demand, 120.0, 240.0, peak);
    }
    let run = serve(&demand);
    let rate = endpoint.service.rate();
    let mut warm = 0.0;
    for (second, &count) in arrivals.iter().enumerate() {
        let kept = pool(second) as f64;
        let used = f64::min(count / rate, kept);
        warm += WARM * kept + WARM_USED * used + ON_DEMAND * (count / rate - used);
    }
    let warm = (warm, run.dropped, run.dropped_share());
    [plain(&tracking()), plain(&scheduled), on_demand, warm, plain(&Endpoint::fixed(peak))]
}

fn bursts(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let base = endpoint.rate(100.0);
    let high = endpoint.rate(1500.0);
    let length = 60 * HOURS + 30;
    let hourly = Load::from_fn(length, |minute| if minute >= 60.0 && minute % 60.0 < 2.0 { base + high } else { base });
    let runs = cx.replicate_part("bursts", 4 * cx.replicates(), |rep| {
        let random = Load::from_fn(length, |_| base).with_bursts(1.0, high, [1.0, 3.0], &rep.stream.child("bursts", 0));
        let arrivals = random.counts(&rep.stream.child("arrivals", 0));
        let unknown = arms(endpoint, &random, false, &arrivals);
        let known = arms(endpoint, &hourly, true, &hourly.counts(&rep.stream.child("arrivals", 1)));
        let flat = Load::from_fn(length, |_| endpoint.rate(500.0));
        let arrivals = flat.counts(&rep.stream.child("arrivals", 2));
        let auto = endpoint
            .run(&arrivals, &endpoint.settings(Policy::Tracking(endpoint.aws(Metric::Requests)), endpoint.rate(500.0)));
        let fixed = endpoint.run(&arrivals, &Endpoint::fixed(endpoint.need(endpoint.rate(500.0))));
        let cost = |run: &Run| run.instance_seconds + PRICES[1] * run.dropped;
        (unknown, known, libm::log2(cost(&auto) / cost(&fixed)))
    })?;
    let total = |arms: &[(f64, f64, f64); 5], price: f64| arms.map(|(paid, dropped, _)| paid + price * dropped);
    let advantage = |costs: [f64; 5], own: usize| {
        let rival = (0..5).filter(|&arm| arm != own).map(|arm| costs[arm]).fold(f64::INFINITY, f64::min);
        libm::log2(rival / costs[own])
    };
    let unannounced = [
        "bursts come unannounced and a lost request costs a second of an instance",
        "bursts come unannounced and a lost request costs ten seconds of an instance",
        "bursts come unannounced and a lost request costs a minute of an instance",
    ];
    let on_the_hour = [
        "bursts come on the hour and a lost request costs a second of an instance",
        "bursts come on the hour and a lost request costs ten seconds of an instance",
        "bursts come on the hour and a lost request costs a minute of an instance",
    ];
    for (index, price) in PRICES.into_iter().enumerate() {
        let auto = each(&runs, |run| advantage(total(&run.0, price), 0));
        outcome.find(BURSTS, unannounced[index], Estimate::mean(&auto));
        let warm = each(&runs, |run| advantage(total(&run.1, price), 3));
        outcome.find(BURSTS, on_the_hour[index], Estimate::mean(&warm));
    }
    let setting = "bursts come unannounced and drops alone count";
    outcome.find(BURSTS, setting, mean_gap(&each(&runs, |run| run.0[0].2 - run.0[2].2)));
    let setting = "the load is flat and a lost request costs ten seconds of an instance";
    outcome.find(BURSTS, setting, Estimate::mean(&each(&runs, |run| run.2)));
    matrix(cx, &runs, total, outcome);
    Ok(())
}

type Arms = [(f64, f64, f64); 5];

/// Policy × traffic and price: cost over that of the cheapest.
fn matrix(cx: &Cx, runs: &[(Arms, Arms, f64)], total: impl Fn(&Arms, f64) -> [f64; 5], outcome: &mut Outcome) {
    let mut table = Table::new(
        "burst_costs",
        &[
            ("traffic", ""),
            ("policy", ""),
            ("price_of_a_drop", "seconds"),
            ("cost_over_cheapest", "1"),
            ("low", "1"),
            ("high", "1"),
            ("dropped", "share"),
        ],
    );
    let short = ["1 s", "10 s", "60 s"];
    let mut panels = Vec::new();
    for (traffic, name) in ["Unannounced bursts", "Bursts on the hour"].into_iter().enumerate() {
        let of = |run: &(Arms, Arms, f64)| if traffic == 0 { run.0 } else { run.1 };
        let mut values = Vec::new();
        for (arm, policy) in ARMS.into_iter().enumerate() {
            for price in PRICES {
                let over = each(runs, |run| {
                    let costs = total(&of(run), price);
                    costs[arm] / costs.iter().copied().fold(f64::INFINITY, f64::min)
                });
                let e = Estimate::mean_within(&over, 1.0, f64::MAX);
                let dropped = mean_share(&each(runs, |run| of(run)[arm].2)).point;
                table.row([
                    name.into(),
                    policy.into(),
                    price.into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                    dropped.into(),
                ]);
                values.push(e.point);
            }
        }
        let edges = |n: usize| (0..=n).map(|i| i as f64 - 0.5).collect::<Vec<f64>>();
        panels.push(
            Panel::new(Axis::category("cost of a dropped request, in instance time", short), Axis::category("", ARMS))
                .title(name)
                .layer(Heat {
                    x_edges: edges(3),
                    y_edges: edges(5),
                    values,
                    palette: Palette::Sequential(Hue::Vermilion),
                    limits: Some([1.0, 4.0]),
                    decimals: Some(1),
                    contour: None,
                }),
        );
    }
    let times = |v: f64| format!("{} times", shown::fixed(v, 1));
    let title = Title::new()
        .text("With a lost request at ten instance-seconds, auto scaling pays ")
        .cite(&table, "cost_over_cheapest", 1, times)
        .text(" the cheapest on unannounced bursts, a warm pool ")
        .cite(&table, "cost_over_cheapest", 15 + 10, times)
        .text(" on hourly ones");
    let mut figure = Figure::new("burst-costs", title)
        .subtitle(format!(
            "Cost (instance time plus a price for each dropped request) over that of the cheapest arm of the same run; bursts of one to three minutes. Mean of {} runs.",
            4 * cx.replicates()
        ))
        .caption("Serverless is priced at four times an instance on demand, a quarter of that while kept warm, and 58 % of it while a warm one is used; a cold start takes five seconds.")
        .alt("Two tables of colours, five policies by three prices of a dropped request, one for unannounced bursts and one for bursts on the hour. Auto scaling gets dear as a lost request gets dear; serverless stays near the cheapest throughout.")
        .reads("burst_costs", &["traffic", "policy", "price_of_a_drop", "cost_over_cheapest"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
}
