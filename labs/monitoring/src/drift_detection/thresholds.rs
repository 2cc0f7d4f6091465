//! Is a fixed threshold on a distance from a baseline right at every size of window?
//!
//! Data: normal values that stay, move by a fiftieth of a standard deviation (which harms nobody) or by a half (which
//! must be seen), in windows from 50 to 100,000 rows. Arms: KS at five per cent, PSI above 0.2, a z-test of the mean; one
//! feature, twenty, twenty that share the five per cent. Measurement: the share of windows that alarm. A user's rows are
//! held against their own baseline.

use super::own::{self, CLAIM};
use super::{DriftDetectionParams, against};
use mllab_core::prelude::*;
use mllab_kit::data::real;
use mllab_kit::draws::Draws;
use mllab_kit::drift::{Baseline, Reference};
use mllab_kit::split;
use shown::{percent, whole};

const WINDOWS: [usize; 5] = [50, 200, 500, 2000, 5000];
/// Rows on either side at the right end of the picture.
const LARGE: usize = 100_000;
const SHIFTS: [(f64, &str); 3] = [(0.0, "No drift"), (0.5, "Half a standard deviation"), (0.02, "A fiftieth of one")];
const TESTS: [Look; 3] = [
    Look::new("KS at 5 per cent", Hue::Blue).called("KS at 5\u{202f}%").dotted(Mark::Disc).unnamed(),
    Look::new("PSI above 0.2", Hue::Vermilion).dotted(Mark::Triangle).unnamed(),
    Look::new("mean at 5 per cent", Hue::Green).called("mean at 5\u{202f}%").dotted(Mark::Square).unnamed(),
];
const BASELINE: usize = 10_000;
const FEATURES: [usize; 6] = [1, 2, 5, 10, 15, 20];
const LEVELS: [Look; 2] = [
    Look::new("each", Hue::Vermilion).called("each at 5\u{202f}%").mark(Mark::Triangle),
    Look::new("shared", Hue::Blue).called("5\u{202f}% shared"),
];
/// Rows on either side where features are counted.
const ROWS: usize = 500;

/// Measures alarms without drift, at a trifle and at a shift that matters.
pub fn run(cx: &Cx, params: &DriftDetectionParams, source: &Source) -> Result<Outcome, LabError> {
    if let Source::Own(data) = source {
        return if data.against.is_empty() { own::run(cx, params, data) } else { against::run(cx, data) };
    }
    let mut outcome = Outcome::new();
    windows(cx, &mut outcome)?;
    features(cx, &mut outcome)?;
    real_table(cx, &mut outcome)?;
    same_rows(cx, &mut outcome)?;
    Ok(outcome)
}

fn normals(n: usize, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(stream);
    (0..n).map(|_| draws.normal()).collect()
}

/// Alarms of each test at each shift; the window is the same rows, moved.
fn alarms(before: &[f64], live: &[f64]) -> Result<[[bool; 3]; 3], LabError> {
    let before = Reference::new(before)?;
    Ok(SHIFTS.map(|(shift, _)| {
        let moved: Vec<f64> = live.iter().map(|value| value + shift).collect();
        [before.ks(&moved).1 < 0.05, before.psi(&moved) > 0.2, before.mean_p(&moved) < 0.05]
    }))
}

fn windows(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("windows", cx.replicates(), |rep| {
        let before = normals(BASELINE, &rep.stream.child("baseline", 0));
        let alarms = |n: usize| alarms(&before, &normals(n, &rep.stream.child("live", n as u64)));
        WINDOWS.into_iter().map(alarms).collect::<Result<Vec<_>, LabError>>()
    })?;
    let large = cx.runs("large", (cx.replicates() * 3 / 20).max(3), |rep| {
        let [before, live] = ["baseline", "live"].map(|name| normals(LARGE, &rep.stream.child(name, 0)));
        alarms(&before, &live)
    })?;
    let share = |window: usize, shift: usize, test: usize| match WINDOWS.get(window) {
        Some(_) => runs.proportion(|run| run[window][shift][test]),
        None => large.proportion(|run| run[shift][test]),
    };
    let mut table = Table::named("alarms_by_window").with_word("test").with_number("shift", "sd");
    table = table.with_number("window", "rows").with_estimate("alarms", "share").with_count("windows");
    for (test, look) in TESTS.iter().enumerate() {
        for (place, (shift, _)) in SHIFTS.into_iter().enumerate() {
            for (window, n) in WINDOWS.into_iter().chain([LARGE]).enumerate() {
                table.put((look.name, shift, n, share(window, place, test)));
            }
        }
    }
    for (setting, test, window) in [
        ("the test is KS at five per cent and a window holds 500 rows", 0, 2),
        ("the test is KS at five per cent and a window holds 100,000 rows", 0, 5),
        ("the threshold is a PSI of 0.2 and a window holds 50 rows", 1, 0),
        ("the threshold is a PSI of 0.2 and a window holds 5,000 rows", 1, 4),
    ] {
        outcome.find(CLAIM, setting, [0, 1, 2].map(|shift| share(window, shift, test)));
    }
    let cite = |window: usize| table.cite("alarms", ("KS at 5 per cent", 0.02, window), percent);
    let title = Title::say(
        "A shift that harms nobody alarms KS in {} of the windows of fifty rows and in {} of those of a hundred thousand",
        [cite(50), cite(LARGE)],
    );
    let panel = |(shift, title): (f64, &str)| {
        let rows = Axis::log("rows of the window").ticks([100.0, 1000.0, 1e4, 1e5]);
        Panel::new(rows, Axis::share("windows that alarm").range(0.0, 1.0)).title(title).lines(
            table.whose("shift", shift),
            &TESTS,
            "window",
            "alarms",
        )
    };
    let figure = Figure::new("alarms-by-window", title)
        .subtitle(format!("One normal feature against a baseline of {} rows (100\u{202f}000 at the right end). {} windows a point ({} at the right end); band: 99\u{202f}% interval.", whole(BASELINE as f64), runs.len(), large.len()))
        .alt("Three panels of alarm shares against the size of the window. Without drift KS and the mean test stay at five per cent and PSI alarms often in small windows. At half a standard deviation all climb to one. At a fiftieth KS and the mean test climb to one in the largest windows, PSI stays at zero.")
        .keys(&TESTS, Look::point)
        .panels(SHIFTS.map(panel))
        .grid(3, true);
    outcome.show(figure, [table]);
    Ok(())
}

/// The more features are tested, the surer a false alarm.
fn features(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("features", cx.replicates(), |rep| {
        let p = |feature, shift: f64| -> Result<f64, LabError> {
            let [before, live] = ["baseline", "live"].map(|name| normals(ROWS, &rep.stream.child(name, feature)));
            let moved: Vec<f64> = live.iter().map(|value| value + shift).collect();
            Ok(Reference::new(&before)?.ks(&moved).1)
        };
        Ok(((0..20).map(|feature| p(feature, 0.0)).collect::<Result<Vec<f64>, _>>()?, p(0, 0.5)?))
    })?;
    let any = |features: usize, level: f64| runs.proportion(|(p, _)| p[..features].iter().any(|&p| p < level));
    let shared = 0.05 / 20.0;
    let seen = runs.proportion(|(p, moved)| *moved < shared || p[1..].iter().any(|&p| p < shared));
    outcome.find(CLAIM, "twenty features are tested at five per cent each", any(20, 0.05));
    outcome.find(CLAIM, "twenty features share five per cent", [any(20, shared), seen]);

    let mut table = Table::named("alarms_by_features").with_number("features", "features").with_word("level");
    table = table.with_estimate("alarms", "share").with_number("expected", "share");
    for look in &LEVELS {
        for features in FEATURES {
            let level = if look.name == "shared" { 0.05 / features as f64 } else { 0.05 };
            table.put((features, look.name, any(features, level), 1.0 - libm::pow(1.0 - level, features as f64)));
        }
    }
    let title = Title::say(
        "Twenty features tested one by one raise a false alarm in {} of the checks",
        [table.cite("alarms", (20, "each"), percent)],
    );
    let features = Axis::linear("features tested").range(0.0, 20.0).ticks([1.0, 5.0, 10.0, 15.0, 20.0]);
    let panel = Panel::new(features, Axis::share("checks with a false alarm").range(0.0, 0.8))
        .lines(&table, &LEVELS.map(Look::dashed), "features", "expected")
        .dots(&table, &LEVELS.map(Look::unnamed), "features", "alarms")
        .note(Note::Horizontal { at: 0.05, text: String::new(), hue: Hue::Grey, dash: Dash::Dotted });
    let figure = Figure::new("alarms-by-features", title)
        .subtitle(format!("KS of {ROWS} against {ROWS} rows, no drift. Points: {} checks, whisker: 99\u{202f}% interval; dashed: what independent tests would give.", runs.len()))
        .alt("Share of checks with a false alarm against the number of features. Tested at five per cent each, it climbs from five to more than sixty per cent; with the five per cent shared among the features it stays at five.")
        .panel(panel);
    outcome.show(figure, [table]);
    Ok(())
}

fn real_table(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let cancer = real::breast_cancer().table;
    let runs = cx.runs("real", (cx.replicates() / 5).max(4), |rep| {
        let parts = split::random(cancer.y.len(), 1.0 / 30.0, &rep.stream)?;
        let (rest, few) = (cancer.rows(&parts.train).x, cancer.rows(&parts.test).x);
        let psi = Baseline::new(rest.view())?.each(few.view(), Reference::psi);
        Ok(psi.iter().filter(|&&psi| psi > 0.2).count() as f64 / psi.len() as f64)
    })?;
    let share = runs.resampled(1.0 / 29.0, |share| *share);
    let setting = "a thirtieth of the breast cancer table's rows is held against the rest";
    outcome.find(CLAIM, setting, share.cut_to(0.0, 1.0));
    Ok(())
}

fn same_rows(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let rows = normals(1000, &cx.stream("the-thresholds", 0).child("same", 0));
    let same = Reference::new(&rows)?;
    let apart = [same.psi(&rows), same.ks(&rows).0, same.wasserstein(&rows), same.jensen_shannon(&rows)];
    let setting = "both sides are the same rows";
    outcome.find(CLAIM, setting, Runs::from(apart.to_vec()).worst(|distance| distance.abs()));
    Ok(())
}
