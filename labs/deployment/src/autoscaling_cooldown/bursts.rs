//! Who serves bursts of minutes at the least cost?
//!
//! Data: bursts, unannounced or on the hour, and a flat load. Arms: AWS target tracking, a schedule with it, serverless on
//! demand, serverless with a warm pool, a fixed fleet. Measurement: instance-hours plus a price for each dropped request.

use mllab_core::prelude::*;
use mllab_kit::autoscale::{Endpoint, Metric, Settings, counts::Run, load::Load, serverless};

const BURSTS: &str = "unpredictable-autoscaling";
/// What a dropped request costs, in seconds of an instance, and the settings that say so.
const PRICES: [f64; 3] = [1.0, 10.0, 60.0];
const UNANNOUNCED: [&str; 3] = [
    "bursts come unannounced and a lost request costs a second of an instance",
    "bursts come unannounced and a lost request costs ten seconds of an instance",
    "bursts come unannounced and a lost request costs a minute of an instance",
];
const ON_THE_HOUR: [&str; 3] = [
    "bursts come on the hour and a lost request costs a second of an instance",
    "bursts come on the hour and a lost request costs ten seconds of an instance",
    "bursts come on the hour and a lost request costs a minute of an instance",
];
const HOURS: usize = 8;
const TRAFFIC: [&str; 2] = ["Unannounced bursts", "Bursts on the hour"];
const ARMS: [&str; 5] =
    ["auto scaling", "schedule and tracking", "serverless on demand", "serverless, warm pool", "fixed at the peak"];

/// What an arm pays, in seconds of an instance, and what it drops: requests, and their share.
#[derive(Clone, Copy)]
struct Bill {
    paid: f64,
    dropped: f64,
    share: f64,
}

impl Bill {
    fn of(paid: f64, run: &Run) -> Self {
        Bill { paid, dropped: run.dropped, share: run.dropped_share() }
    }

    fn cost(&self, price: f64) -> f64 {
        self.paid + price * self.dropped
    }
}

/// The bill of each arm, in the order of [`ARMS`].
fn arms(endpoint: &Endpoint, load: &Load, hourly: bool, arrivals: &[f64]) -> [Bill; 5] {
    let base = endpoint.rate(100.0);
    let (keep, peak) = (endpoint.need(base), endpoint.need(load.peak()));
    let tracking = endpoint.tracking(Metric::Requests, base);
    // Ten minutes ahead of each hour for the schedule, two for the warm pool, whose functions start in seconds.
    let on_the_hour = |settings: Settings, ahead: f64, after: f64| {
        let hours = (1..=HOURS).map(|hour| 3600.0 * hour as f64);
        hours.fold(settings, |all, at| all.scheduled(at - ahead, at + after, peak))
    };
    let plain = |settings: &Settings| {
        let run = endpoint.run(arrivals, settings);
        Bill::of(run.instance_seconds, &run)
    };
    let mut functions = serverless::settings(endpoint, keep);
    let run = serverless::run(endpoint, arrivals, &functions);
    let on_demand = Bill::of(serverless::on_demand(endpoint, &run), &run);
    // The warm pool holds the base, and the bursts where they are known; what exceeds it comes on demand.
    let kept = |second: usize| {
        let to_hour = (second + 120) % 3600;
        if hourly && second + 120 >= 3600 && to_hour < 360 { peak } else { keep }
    };
    functions.least = keep;
    if hourly {
        functions = on_the_hour(functions, 120.0, 240.0);
    }
    let run = serverless::run(endpoint, arrivals, &functions);
    let warm = Bill::of(serverless::warm_pool(endpoint, arrivals, kept), &run);
    let scheduled = plain(&on_the_hour(tracking.clone(), 600.0, 300.0));
    [plain(&tracking), scheduled, on_demand, warm, plain(&Endpoint::fixed(peak))]
}

/// Measures the costs of every arm.
pub fn bursts(cx: &Cx, endpoint: &Endpoint, outcome: &mut Outcome) -> Result<(), LabError> {
    let (base, high, even) = (endpoint.rate(100.0), endpoint.rate(1500.0), endpoint.rate(500.0));
    let length = 60 * HOURS + 30;
    let hourly = Load::from_fn(length, |minute| if minute >= 60.0 && minute % 60.0 < 2.0 { base + high } else { base });
    let runs = cx.runs("bursts", 4 * cx.replicates(), |rep| {
        let arrivals = |load: &Load, index| load.counts(&rep.stream.child("arrivals", index));
        let random = Load::from_fn(length, |_| base).with_bursts(1.0, high, [1.0, 3.0], &rep.stream.child("bursts", 0));
        let unknown = arms(endpoint, &random, false, &arrivals(&random, 0));
        let known = arms(endpoint, &hourly, true, &arrivals(&hourly, 1));
        let arrivals = arrivals(&Load::from_fn(length, |_| even), 2);
        let cost = |settings: &Settings| {
            let run = endpoint.run(&arrivals, settings);
            Bill::of(run.instance_seconds, &run).cost(PRICES[1])
        };
        let auto = cost(&endpoint.tracking(Metric::Requests, even));
        Ok(([unknown, known], libm::log2(auto / cost(&Endpoint::fixed(endpoint.need(even))))))
    })?;
    // Doublings by which an arm is cheaper than its cheapest rival.
    let advantage = |bills: &[Bill; 5], own: usize, price: f64| {
        let rivals = (0..5).filter(|&arm| arm != own).map(|arm| bills[arm].cost(price));
        libm::log2(rivals.fold(f64::INFINITY, f64::min) / bills[own].cost(price))
    };
    outcome.find_each(BURSTS, &UNANNOUNCED, |at| runs.mean(|(bills, _)| advantage(&bills[0], 0, PRICES[at])));
    outcome.find_each(BURSTS, &ON_THE_HOUR, |at| runs.mean(|(bills, _)| advantage(&bills[1], 3, PRICES[at])));
    let drops = runs.gap(|(bills, _)| bills[0][0].share - bills[0][2].share);
    outcome.find(BURSTS, "bursts come unannounced and drops alone count", drops);
    let setting = "the load is flat and a lost request costs ten seconds of an instance";
    outcome.find(BURSTS, setting, runs.mean(|(_, dearer)| *dearer));

    let mut table = Table::named("burst_costs").with_word("traffic").with_word("policy");
    table = table.with_number("price_of_a_drop", "seconds").with_estimate("cost_over_cheapest", "1");
    table = table.with_number("dropped", "share");
    for (traffic, name) in TRAFFIC.into_iter().enumerate() {
        for (arm, policy) in ARMS.into_iter().enumerate() {
            for price in PRICES {
                let over = runs.each(|(bills, _)| {
                    let costs = bills[traffic].map(|bill| bill.cost(price));
                    costs[arm] / costs.into_iter().fold(f64::INFINITY, f64::min)
                });
                let dropped = runs.share(|(bills, _)| bills[traffic][arm].share).point();
                table.put((name, policy, price, Estimate::mean_within(&over, 1.0, f64::MAX), dropped));
            }
        }
    }
    draw(cx, table, outcome);
    Ok(())
}

/// Policy × traffic and price: cost over that of the cheapest.
fn draw(cx: &Cx, table: Table, outcome: &mut Outcome) {
    let times = |v: f64| format!("{} times", shown::tenths(v));
    let cite =
        |traffic: usize, arm: usize| table.cite("cost_over_cheapest", (TRAFFIC[traffic], ARMS[arm], PRICES[1]), times);
    let title = Title::say(
        "With a lost request at ten instance-seconds, auto scaling pays {} the cheapest on unannounced bursts, a warm pool {} on hourly ones",
        [cite(0, 0), cite(1, 3)],
    );
    let panel = |traffic: &str| {
        let x = ("cost of a dropped request, in instance time", "price_of_a_drop");
        let palette = Palette::Sequential(Hue::Vermilion);
        let mut panel = Panel::heat(table.of((traffic,)), x, ("", "policy"), "cost_over_cheapest", palette)
            .cells(|heat| heat.limits = Some([1.0, 4.0]))
            .title(traffic);
        panel.x = Axis::category(x.0, ["1 s", "10 s", "60 s"]);
        panel
    };
    let figure = Figure::new("burst-costs", title)
        .subtitle(format!("Cost (instance time plus a price for each dropped request) over that of the cheapest arm of the same run; bursts of one to three minutes. Mean of {} runs.", 4 * cx.replicates()))
        .caption("Serverless is priced at four times an instance on demand, a quarter of that while kept warm, and 58 % of it while a warm one is used; a cold start takes five seconds.")
        .alt("Two tables of colours, five policies by three prices of a dropped request, one for unannounced bursts and one for bursts on the hour. Auto scaling gets dear as a lost request gets dear; serverless stays near the cheapest throughout.")
        .panels(TRAFFIC.map(panel))
        .grid(2, true);
    outcome.show(figure, [table]);
}
