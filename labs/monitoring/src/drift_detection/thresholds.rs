//! Is a fixed threshold on a distance from a baseline right at every size of window?
//!
//! Data: normal values that stay, move by a fiftieth of a standard deviation (which harms nobody) or by a half (which
//! must be seen), in windows from 50 to 100,000 rows. Arms: KS at five per cent, PSI above 0.2, a z-test of the mean; one
//! feature, twenty, twenty that share the five per cent. A user's rows are held against their own baseline.

use super::worlds::{Series, ascending, each, share};
use super::{DriftDetectionParams, own};
use mllab_core::figure::{Axis, Dash, Format, Hue, Layout, Line, Mark, Note, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::real;
use mllab_kit::draws::Draws;
use mllab_kit::drift::{Bins, jensen_shannon, ks, ks_p, ks_sorted, normal_cdf, psi, wasserstein};
use mllab_kit::split;

pub const CLAIM: &str = "baseline-and-thresholds";
const WINDOWS: [usize; 5] = [50, 200, 500, 2000, 5000];
const SHIFTS: [f64; 3] = [0.0, 0.5, 0.02];
const TESTS: [&str; 3] = ["KS at 5 per cent", "PSI above 0.2", "mean at 5 per cent"];
const BASELINE: usize = 10_000;
const FEATURES: [usize; 6] = [1, 2, 5, 10, 15, 20];
/// Rows on either side where features are counted.
const ROWS: usize = 500;

/// Measures alarms without drift, at a trifle and at a shift that matters.
pub fn run(cx: &Cx, params: &DriftDetectionParams, source: &Source) -> Result<Outcome, LabError> {
    if let Source::Own(data) = source {
        return own::run(cx, params, data);
    }
    let mut outcome = Outcome::new();
    windows(cx, &mut outcome)?;
    features(cx, &mut outcome)?;
    real_table(cx, &mut outcome)?;
    same_rows(cx, &mut outcome);
    Ok(outcome)
}

fn normals(n: usize, stream: &Stream) -> Vec<f64> {
    let mut draws = Draws::new(stream);
    (0..n).map(|_| draws.normal()).collect()
}

/// Alarms of each test at each shift; the window is the same rows, moved.
fn alarms(before: &[f64], bins: &Bins, live: &[f64]) -> [[bool; 3]; 3] {
    let (m, n) = (before.len() as f64, live.len() as f64);
    SHIFTS.map(|shift| {
        let moved: Vec<f64> = live.iter().map(|value| value + shift).collect();
        let off = moved.iter().sum::<f64>() / n - before.iter().sum::<f64>() / m;
        [
            ks_p(ks_sorted(before, &moved), before.len(), moved.len()) < 0.05,
            bins.psi(before, &moved) > 0.2,
            2.0 * normal_cdf(-off.abs() / (1.0 / n + 1.0 / m).sqrt()) < 0.05,
        ]
    })
}

fn windows(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.replicate_part("windows", cx.replicates(), |rep| {
        let before = ascending(normals(BASELINE, &rep.stream.child("baseline", 0)));
        let bins = Bins::deciles(&before).expect("rows");
        WINDOWS.map(|n| alarms(&before, &bins, &ascending(normals(n, &rep.stream.child("live", n as u64)))))
    })?;
    let large = cx.replicate_part("large", (cx.replicates() * 3 / 20).max(3), |rep| {
        let [before, live] = ["baseline", "live"].map(|name| ascending(normals(100_000, &rep.stream.child(name, 0))));
        alarms(&before, &Bins::deciles(&before).expect("rows"), &live)
    })?;
    let columns = [
        ("test", ""),
        ("shift", "sd"),
        ("window", "rows"),
        ("alarms", "share"),
        ("low", "share"),
        ("high", "share"),
        ("windows", "windows"),
    ];
    let mut table = Table::new("alarms_by_window", &columns);
    let looks = [(Hue::Blue, Mark::Disc), (Hue::Vermilion, Mark::Triangle), (Hue::Green, Mark::Square)];
    let mut panels: Vec<Panel> = ["No drift", "Half a standard deviation", "A fiftieth of one"]
        .into_iter()
        .map(|title| {
            Panel::new(
                Axis::log("rows of the window").ticks([100.0, 1000.0, 1e4, 1e5]),
                Axis::linear("windows that alarm").range(0.0, 1.0).format(Format::Percent),
            )
            .title(title)
        })
        .collect();
    for (test, (name, (hue, mark))) in TESTS.into_iter().zip(looks).enumerate() {
        for (place, &shift) in SHIFTS.iter().enumerate() {
            let mut series: Vec<Estimate> =
                (0..WINDOWS.len()).map(|window| share(&runs, |run| run[window][place][test])).collect();
            series.push(share(&large, |run| run[place][test]));
            let x: Vec<f64> = WINDOWS.iter().map(|&n| n as f64).chain([1e5]).collect();
            for (n, e) in x.iter().zip(&series) {
                table.row([
                    name.into(),
                    shift.into(),
                    (*n).into(),
                    e.point.into(),
                    e.low.into(),
                    e.high.into(),
                    e.replicates.into(),
                ]);
            }
            let band: Series = series.into_iter().collect();
            let panel = panels.remove(place);
            let panel = panel
                .layer(Line::new(x.clone(), band.middle.clone(), hue).band(band.low, band.high))
                .layer(Points::new(x, band.middle, mark, hue));
            panels.insert(place, panel);
        }
    }
    let find = |outcome: &mut Outcome, setting, test: usize, window: Option<usize>| {
        for part in 0..3 {
            let e = match window {
                Some(window) => share(&runs, |run| run[window][part][test]),
                None => share(&large, |run| run[part][test]),
            };
            outcome.find_part(CLAIM, setting, part, e);
        }
    };
    find(outcome, "the test is KS at five per cent and a window holds 500 rows", 0, Some(2));
    find(outcome, "the test is KS at five per cent and a window holds 100,000 rows", 0, None);
    find(outcome, "the threshold is a PSI of 0.2 and a window holds 50 rows", 1, Some(0));
    find(outcome, "the threshold is a PSI of 0.2 and a window holds 5,000 rows", 1, Some(4));
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("A shift that harms nobody alarms KS in ")
        .cite(&table, "alarms", 12, percent)
        .text(" of the windows of fifty rows and in ")
        .cite(&table, "alarms", 17, percent)
        .text(" of those of a hundred thousand");
    let mut figure = Figure::new("alarms-by-window", title)
        .subtitle(format!(
            "One normal feature against a baseline of {} rows (100\u{202f}000 at the right end). {} windows a point ({} at the right end); band: 99\u{202f}% interval.",
            shown::fixed(BASELINE as f64, 0),
            runs.len(),
            large.len()
        ))
        .alt("Three panels of alarm shares against the size of the window. Without drift KS and the mean test stay at five per cent and PSI alarms often in small windows. At half a standard deviation all climb to one. At a fiftieth KS and the mean test climb to one in the largest windows, PSI stays at zero.")
        .reads("alarms_by_window", &["window", "alarms", "low", "high"])
        .layout(Layout::Grid { columns: 3, share_y: true });
    for ((name, (hue, mark)), _) in
        ["KS at 5\u{202f}%", "PSI above 0.2", "mean at 5\u{202f}%"].into_iter().zip(looks).zip(0..)
    {
        figure = figure.legend(name, hue, mllab_core::figure::LegendKey::Mark(mark));
    }
    for panel in panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}

/// The more features are tested, the surer a false alarm.
fn features(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.replicate_part("features", cx.replicates(), |rep| {
        let p: Vec<f64> = (0..20)
            .map(|feature| {
                let [a, b] = ["baseline", "live"].map(|n| ascending(normals(ROWS, &rep.stream.child(n, feature))));
                ks_p(ks_sorted(&a, &b), ROWS, ROWS)
            })
            .collect();
        let [a, b] = ["baseline", "live"].map(|n| ascending(normals(ROWS, &rep.stream.child(n, 0))));
        let moved: Vec<f64> = b.iter().map(|value| value + 0.5).collect();
        (p, ks_p(ks_sorted(&a, &moved), ROWS, ROWS))
    })?;
    let any = |features: usize, level: f64| share(&runs, |(p, _)| p[..features].iter().any(|&p| p < level));
    outcome.find(CLAIM, "twenty features are tested at five per cent each", any(20, 0.05));
    outcome.find(CLAIM, "twenty features share five per cent", any(20, 0.05 / 20.0));
    let seen = share(&runs, |(p, moved)| *moved < 0.05 / 20.0 || p[1..].iter().any(|&p| p < 0.05 / 20.0));
    outcome.find_part(CLAIM, "twenty features share five per cent", 1, seen);

    let columns = [
        ("features", "features"),
        ("level", ""),
        ("alarms", "share"),
        ("low", "share"),
        ("high", "share"),
        ("expected", "share"),
    ];
    let mut table = Table::new("alarms_by_features", &columns);
    let x: Vec<f64> = FEATURES.iter().map(|&k| k as f64).collect();
    let mut panel = Panel::new(
        Axis::linear("features tested").range(0.0, 20.0).ticks([1.0, 5.0, 10.0, 15.0, 20.0]),
        Axis::linear("checks with a false alarm").range(0.0, 0.8).format(Format::Percent),
    );
    for (name, shares, hue, mark) in [
        ("each at 5\u{202f}%", false, Hue::Vermilion, Mark::Triangle),
        ("5\u{202f}% shared", true, Hue::Blue, Mark::Disc),
    ] {
        let level = |k: usize| if shares { 0.05 / k as f64 } else { 0.05 };
        let expected: Vec<f64> = FEATURES.iter().map(|&k| 1.0 - (1.0 - level(k)).powi(k as i32)).collect();
        let series: Vec<Estimate> = FEATURES.iter().map(|&k| any(k, level(k))).collect();
        for ((&k, e), expected) in FEATURES.iter().zip(&series).zip(&expected) {
            let label = if shares { "shared" } else { "each" };
            table.row([k.into(), label.into(), e.point.into(), e.low.into(), e.high.into(), (*expected).into()]);
        }
        let band: Series = series.into_iter().collect();
        panel = panel
            .layer(Line::new(x.clone(), expected, hue).dash(Dash::Dashed).label(name))
            .layer(Points::new(x.clone(), band.middle, mark, hue).whiskers(band.low, band.high));
    }
    panel = panel.note(Note::Horizontal { at: 0.05, text: String::new(), hue: Hue::Grey, dash: Dash::Dotted });
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("Twenty features tested one by one raise a false alarm in ")
        .cite(&table, "alarms", 5, percent)
        .text(" of the checks");
    outcome.figures.push(
        Figure::new("alarms-by-features", title)
            .subtitle(format!(
                "KS of {ROWS} against {ROWS} rows, no drift. Points: {} checks, whisker: 99\u{202f}% interval; dashed: what independent tests would give.",
                runs.len()
            ))
            .alt("Share of checks with a false alarm against the number of features. Tested at five per cent each, it climbs from five to more than sixty per cent; with the five per cent shared among the features it stays at five.")
            .reads("alarms_by_features", &["features", "alarms", "low", "high", "expected"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}

fn real_table(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let cancer = real::breast_cancer().table;
    let shares = cx.replicate_part("real", (cx.replicates() / 5).max(4), |rep| {
        let parts = split::random(cancer.y.len(), 1.0 / 30.0, &rep.stream).expect("many rows");
        let (rest, few) = (cancer.rows(&parts.train).x, cancer.rows(&parts.test).x);
        let above = rest
            .columns()
            .into_iter()
            .zip(few.columns())
            .filter(|(a, b)| psi(&a.to_vec(), &b.to_vec()).expect("rows") > 0.2);
        above.count() as f64 / rest.ncols() as f64
    })?;
    let e = Estimate::resampled_mean(&shares, 1.0 / 29.0);
    let setting = "a thirtieth of the breast cancer table's rows is held against the rest";
    outcome.find(CLAIM, setting, Estimate { low: e.low.max(0.0), high: e.high.min(1.0), ..e });
    Ok(())
}

fn same_rows(cx: &Cx, outcome: &mut Outcome) {
    let rows = normals(1000, &cx.stream("the-thresholds", 0).child("same", 0));
    let bins = Bins::deciles(&rows).expect("rows");
    let shares = bins.shares(&rows);
    let apart = [bins.psi(&rows, &rows), ks(&rows, &rows), wasserstein(&rows, &rows), jensen_shannon(&shares, &shares)];
    let largest = each(&apart, |v| v.abs()).into_iter().fold(0.0, f64::max);
    outcome.find(CLAIM, "both sides are the same rows", Estimate::exact(largest));
}
