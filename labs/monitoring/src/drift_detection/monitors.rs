//! Which test of a window sees which kind of drift?
//!
//! Data: five normal inputs and a label that depends on two of them; a baseline, and live windows that drift in one way
//! each. Arms: tests of the inputs, of the predictions, and of the error rate, all at five per cent over all features
//! together, and the folk rule PSI > 0.2. And fraud of a new scheme, hidden among customers or in empty space.

use super::DriftDetectionParams;
use super::worlds::{Baseline, LEVEL, TRAIN, ascending, beyond_level, linear, mean, share};
use mllab_core::figure::{Axis, Heat, Hue, Layout, LegendKey, Mark, Palette, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::Labelled;
use mllab_kit::data::classes::{from_logits, normal_features};
use mllab_kit::draws::Draws;
use mllab_kit::drift::{Bins, chi_square, domain_auc, jensen_shannon, ks_p, ks_sorted, normal_cdf, wasserstein};
use mllab_kit::linear::LogisticModel;
use mllab_kit::metrics::Confusion;

const ALL: &str = "input-monitors-see-all";
const FRAUD: &str = "fraud-new-scheme";
const INPUTS: usize = 5;
const KINDS: [&str; 8] = [
    "none",
    "inputs move",
    "half of rows",
    "a unit doubles",
    "spread only",
    "fewer positives",
    "concept, 90°",
    "concept, 180°",
];
const MONITORS: [&str; 9] = [
    "KS",
    "PSI above 0.2",
    "chi-square",
    "Jensen-Shannon",
    "Wasserstein",
    "mean",
    "domain classifier",
    "predictions",
    "error rate",
];

/// Measures the power of each monitor.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    power(cx, params, &mut outcome)?;
    fraud(cx, params, &mut outcome)?;
    Ok(outcome)
}

/// Rows of one kind of drift.
fn live(kind: usize, n: usize, stream: &Stream) -> Labelled {
    let degrees = match kind {
        6 => 90.0_f64,
        7 => 180.0,
        _ => 0.0,
    };
    let (cos, sin) = (libm::cos(degrees.to_radians()), libm::sin(degrees.to_radians()));
    // Twice as many rows where some are left out again.
    let drawn = if kind == 5 { 3 * n } else { n };
    let mut x = normal_features(drawn, INPUTS, &stream.child("features", 0));
    match kind {
        1 => x += 0.5,
        2 => {
            let mut coin = Draws::new(&stream.child("half", 0));
            x.rows_mut().into_iter().filter(|_| coin.happens(0.5)).for_each(|mut row| row += 0.5);
        }
        3 => x.column_mut(2).mapv_inplace(|value| 2.0 * value),
        4 => x *= 1.5,
        _ => {}
    }
    let table = from_logits(x, |row| 3.0 * (cos * row[0] + sin * row[1]), &stream.child("labels", 0));
    if kind != 5 {
        return table;
    }
    let mut draws = Draws::new(&stream.child("thin", 0));
    let kept: Vec<usize> = (0..drawn).filter(|&row| !table.y[row] || draws.happens(0.5)).take(n).collect();
    table.rows(&kept)
}

/// What every monitor knows before anything is live.
struct Known {
    model: LogisticModel,
    table: Labelled,
    sorted: Baseline,
    bins: Vec<Bins>,
    logits: Vec<f64>,
    error: f64,
}

impl Known {
    fn new(params: &DriftDetectionParams, stream: &Stream) -> Self {
        let model = linear(&live(0, 2 * TRAIN, &stream.child("train", 0)));
        let table = live(0, params.baseline_rows as usize, &stream.child("baseline", 0));
        let logits = model.logits(table.x.view());
        let wrong = logits.iter().zip(&table.y).filter(|&(&f, &y)| (f > 0.0) != y).count();
        let bins = table.x.columns().into_iter().map(|c| Bins::deciles(&c.to_vec()).expect("rows")).collect();
        Known {
            model,
            sorted: Baseline::new(table.x.view()),
            bins,
            error: wrong as f64 / table.y.len() as f64,
            logits: ascending(logits),
            table,
        }
    }

    /// Largest Jensen-Shannon and Wasserstein distance of a column: they have no p, so their limits are learnt.
    fn distances(&self, window: &Labelled) -> [f64; 2] {
        let (mut divergence, mut transport) = (0.0_f64, 0.0_f64);
        for (column, bins) in self.bins.iter().enumerate() {
            let values = window.x.column(column).to_vec();
            let floats = |counts: Vec<usize>| -> Vec<f64> { counts.into_iter().map(|count| count as f64).collect() };
            let before = floats(bins.counts(&self.sorted.0[column]));
            divergence = divergence.max(jensen_shannon(&before, &floats(bins.counts(&values))));
            transport = transport.max(wasserstein(&self.sorted.0[column], &values));
        }
        [divergence, transport]
    }

    /// Whether inputs, predictions and error rate alarm.
    fn main_alarms(&self, window: &Labelled) -> [bool; 3] {
        let (n, m) = (window.y.len() as f64, self.table.y.len() as f64);
        let logits = self.model.logits(window.x.view());
        let wrong = logits.iter().zip(&window.y).filter(|&(&f, &y)| (f > 0.0) != y).count() as f64 / n;
        let both = (self.error * m + wrong * n) / (m + n);
        let z = (wrong - self.error) / (both * (1.0 - both) * (1.0 / n + 1.0 / m)).sqrt();
        let distance = ks_sorted(&self.logits, &ascending(logits));
        [
            self.sorted.alarms(window.x.view(), LEVEL),
            ks_p(distance, self.logits.len(), window.y.len()) < LEVEL,
            2.0 * normal_cdf(-z.abs()) < LEVEL,
        ]
    }

    /// Which monitors alarm, in the order of [`MONITORS`].
    fn alarms(&self, window: &Labelled, limits: [f64; 2]) -> [bool; MONITORS.len()] {
        let n = window.y.len() as f64;
        let m = self.table.y.len() as f64;
        let level = LEVEL / INPUTS as f64;
        let (mut psi, mut chi, mut centre) = (false, false, false);
        for (column, bins) in self.bins.iter().enumerate() {
            let values = window.x.column(column).to_vec();
            let before = &self.sorted.0[column];
            psi |= bins.psi(before, &values) > 0.2;
            chi |= chi_square(&bins.counts(before), &bins.counts(&values)).1 < level;
            let off = values.iter().sum::<f64>() / n - before.iter().sum::<f64>() / m;
            centre |= 2.0 * normal_cdf(-off.abs() / (1.0 / n + 1.0 / m).sqrt()) < level;
        }
        let [divergence, transport] = self.distances(window);
        let [inputs, predictions, errors] = self.main_alarms(window);
        let domain = domain_auc(self.table.x.view(), window.x.view()).expect("rows of one width").1;
        [inputs, psi, chi, divergence > limits[0], transport > limits[1], centre, domain < LEVEL, predictions, errors]
    }
}

fn power(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = params.window as usize;
    // Limits of the distances without a p: exceeded by five per cent of windows that did not drift.
    let mut still = [vec![], vec![]];
    for pair in cx.replicate_part("limits", cx.replicates().max(40), |rep| {
        Known::new(params, &rep.stream).distances(&live(0, n, &rep.stream.child("live", 0)))
    })? {
        still[0].push(pair[0]);
        still[1].push(pair[1]);
    }
    let limits = still.map(|values| {
        let sorted = ascending(values);
        sorted[(sorted.len() * 95 / 100).min(sorted.len() - 1)]
    });
    let runs = cx.replicate_part("power", cx.replicates(), |rep| {
        let known = Known::new(params, &rep.stream);
        std::array::from_fn::<_, { KINDS.len() }, _>(|kind| {
            known.alarms(&live(kind, n, &rep.stream.child("live", kind as u64)), limits)
        })
    })?;
    let of = |kind: usize, monitor: usize| share(&runs, |run| run[kind][monitor]);
    for (setting, kind, monitor) in [
        ("data drift: every input moves by half an sd", 1, 0),
        ("feature drift: one input doubles its unit", 3, 0),
        ("concept drift: inputs stay and the boundary turns by 90 degrees", 6, 0),
        ("predictions are watched and the boundary turns by 90 degrees", 6, 7),
        ("labels are joined and the boundary turns by 90 degrees", 6, 8),
    ] {
        outcome.find(ALL, setting, beyond_level(of(kind, monitor)));
    }
    // A rate of five per cent wants many windows to be bounded.
    let still = cx.replicate_part("nothing drifts", 5 * cx.replicates() / 2, |rep| {
        let known = Known::new(params, &rep.stream);
        known.main_alarms(&live(0, n, &rep.stream.child("live", 0)))
    })?;
    for part in 0..3 {
        outcome.find_part(ALL, "nothing drifts", part, beyond_level(share(&still, |alarms| alarms[part])));
    }
    let columns = [
        ("drift", ""),
        ("monitor", ""),
        ("alarms", "share"),
        ("low", "share"),
        ("high", "share"),
        ("windows", "windows"),
    ];
    let mut table = Table::new("power", &columns);
    let mut values = Vec::new();
    for (monitor, name) in MONITORS.into_iter().enumerate() {
        for (kind, drift) in KINDS.into_iter().enumerate() {
            let e = of(kind, monitor);
            values.push(100.0 * e.point);
            table.row([drift.into(), name.into(), e.point.into(), e.low.into(), e.high.into(), e.replicates.into()]);
        }
    }
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("A test of the inputs sees ")
        .cite(&table, "alarms", 1, percent)
        .text(" of the moves and ")
        .cite(&table, "alarms", 6, percent)
        .text(" of the changed concepts, which is its false-alarm rate");
    let edges = |count: usize| -> Vec<f64> { (0..=count).map(|edge| edge as f64 - 0.5).collect() };
    outcome.figures.push(
        Figure::new("power", title)
            .subtitle(format!(
                "Share, in per cent, of {} windows of {} live rows in which a monitor alarms, held against {} rows; each at 5\u{202f}% over all five inputs, but for PSI with its fixed limit.",
                runs.len(),
                params.window,
                params.baseline_rows
            ))
            .alt("Heat map of nine monitors by eight kinds of drift. Monitors of inputs are dark where inputs move and pale, at five per cent, in both columns of concept drift; the row of the error rate is dark there.")
            .reads("power", &["drift", "monitor", "alarms"])
            .panel(Panel::new(Axis::category("kind of drift", KINDS), Axis::category("monitor", MONITORS)).layer(Heat {
                x_edges: edges(KINDS.len()),
                y_edges: edges(MONITORS.len()),
                values,
                palette: Palette::Sequential(Hue::Blue),
                limits: Some([0.0, 100.0]),
                decimals: Some(0),
                contour: None,
            })),
    );
    outcome.tables.push(table);
    Ok(())
}

/// Where fraud of the live rows lies.
#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Known,
    Hidden,
    Empty,
    Doubled,
}

/// One row in ten is fraud of the known scheme; another one in ten is of the new scheme, or of the known one.
fn customers(n: usize, scheme: Scheme, stream: &Stream) -> Labelled {
    let mut x = normal_features(n, 3, &stream.child("features", 0));
    let mut draws = Draws::new(&stream.child("kinds", 0));
    let y = x
        .rows_mut()
        .into_iter()
        .map(|mut row| {
            let u = draws.uniform();
            let (old, new) = (u < 0.1, scheme != Scheme::Known && (0.1..0.2).contains(&u));
            if old || (new && scheme == Scheme::Doubled) {
                row *= 0.5;
                row[0] += 3.0;
            } else if new && scheme == Scheme::Empty {
                row *= 0.5;
                row[1] -= 4.0;
            }
            old || new
        })
        .collect();
    Labelled { x, y }
}

fn fraud(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let schemes = [
        ("the new scheme hides among honest customers", Scheme::Hidden),
        ("the new scheme lies where nobody was", Scheme::Empty),
        ("the old scheme doubles", Scheme::Doubled),
        ("no scheme is new", Scheme::Known),
    ];
    let rows = (params.window as usize).max(500);
    let runs = cx.replicate_part("fraud", cx.replicates(), |rep| {
        let draw = |n, scheme, name: &str| customers(n, scheme, &rep.stream.child(name, 0));
        let model = linear(&draw(2 * TRAIN, Scheme::Known, "train"));
        let recall = |scheme, name| {
            let test = draw(2 * TRAIN, scheme, name);
            Confusion::at(&model.logits(test.x.view()), &test.y, 0.0).recall()
        };
        let before = recall(Scheme::Known, "before");
        let baseline = Baseline::new(draw(params.baseline_rows as usize, Scheme::Known, "baseline").x.view());
        schemes.map(|(name, scheme)| {
            let alarm = baseline.alarms(draw(rows, scheme, name).x.view(), LEVEL);
            (before - recall(scheme, "after"), alarm)
        })
    })?;
    let columns = [("scheme", ""), ("fall_of_recall", "1"), ("low", "1"), ("high", "1"), ("alarms", "share")];
    let mut table = Table::new("new_schemes", &columns);
    for (place, (setting, _)) in schemes.into_iter().enumerate() {
        let fall = mean(&runs, |run| run[place].0);
        let alarms: Estimate = share(&runs, |run| run[place].1);
        outcome.find(FRAUD, setting, fall);
        if place != 2 {
            outcome.find_part(FRAUD, setting, 1, beyond_level(alarms));
        }
        table.row([setting.into(), fall.point.into(), fall.low.into(), fall.high.into(), alarms.point.into()]);
    }
    draw_fraud(cx, table, outcome);
    Ok(())
}

fn draw_fraud(cx: &Cx, table: Table, outcome: &mut Outcome) {
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let mut rows = Table::new("customers", &[("scheme", ""), ("kind", ""), ("first", "sd"), ("second", "sd")]);
    let title = Title::new()
        .text("New fraud in empty space alarms a test of the inputs in ")
        .cite(&table, "alarms", 1, percent)
        .text(" of the windows, hidden fraud in ")
        .cite(&table, "alarms", 0, percent);
    let mut figure = Figure::new("new-fraud", title)
        .subtitle("Two of three inputs, 250 customers. One row in ten is fraud of the known scheme, another one in ten of the new scheme.")
        .alt("Two clouds of customers. In both, known fraud sits in a clump to the right. On the left the new fraud is scattered through the honest cloud; on the right it forms a clump of its own below, where nobody was.")
        .legend("honest", Hue::Grey, LegendKey::Mark(Mark::Disc))
        .legend("known scheme", Hue::Blue, LegendKey::Mark(Mark::Square))
        .legend("new scheme", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
        .reads("new_schemes", &["fall_of_recall", "alarms"])
        .reads("customers", &["first", "second", "kind"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    for (place, (name, scheme)) in
        [("Hidden among customers", Scheme::Hidden), ("Where nobody was", Scheme::Empty)].into_iter().enumerate()
    {
        let stream = cx.stream("the-monitors", 0).child("customers", 0);
        let (sample, known) = (customers(250, scheme, &stream), customers(250, Scheme::Known, &stream));
        let mut groups: [(Vec<f64>, Vec<f64>); 3] = Default::default();
        for (row, (&fraud, &old)) in sample.y.iter().zip(&known.y).enumerate() {
            let group = if old {
                1
            } else if fraud {
                2
            } else {
                0
            };
            let (a, b) = (sample.x[[row, 0]], sample.x[[row, 1]]);
            groups[group].0.push(a);
            groups[group].1.push(b);
            rows.row([name.into(), ["honest", "known", "new"][group].into(), a.into(), b.into()]);
        }
        let mut panel =
            Panel::new(Axis::linear("first input").range(-4.0, 5.0), Axis::linear("second input").range(-6.0, 4.0))
                .title(name)
                .remark(
                    format!("recall falls by {}", percent(table.number(place, "fall_of_recall").expect("a number"))),
                    Hue::Ink,
                );
        let looks = [(Mark::Disc, Hue::Grey), (Mark::Square, Hue::Blue), (Mark::Triangle, Hue::Vermilion)];
        for ((x, y), (mark, hue)) in groups.into_iter().zip(looks) {
            panel = panel.layer(Points::new(x, y, mark, hue));
        }
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.extend([table, rows]);
}
