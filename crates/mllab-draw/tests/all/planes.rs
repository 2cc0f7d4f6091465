//! Specimens of planes, maps, rows and lanes.

use crate::reference::{normal, steps};
use mllab_core::Figure;
use mllab_core::figure::{
    Axis, Contours, Dumbbell, Event, Format, Grid, Heat, Hue, Interval, Label, LabelAt, Lane, LaneSpan, Lanes, Layout,
    LegendKey, Line, Mark, Note, Palette, Panel, Path, Points, Step,
};

pub fn all() -> Vec<Figure> {
    vec![valley(), maps(), ladder(), lanes(), weights()]
}

fn figure(id: &str, title: &str) -> Figure {
    Figure::new(id, title).subtitle("Synthetic values; only the drawing is under test.").alt("A specimen.")
}

fn valley() -> Figure {
    let surface = || Grid::tabulate([-6.0, 6.0], [-2.2, 2.2], 90, 40, |x, y| x * x / 2.0 + 5.0 * y * y);
    let walk = |rate: f64, momentum: f64| {
        let (mut p, mut v) = ([-5.5, 1.9], [0.0, 0.0]);
        let (mut x, mut y) = (vec![p[0]], vec![p[1]]);
        for _ in 0..25 {
            v = [momentum * v[0] - rate * p[0], momentum * v[1] - rate * 10.0 * p[1]];
            p = [p[0] + v[0], p[1] + v[1]];
            x.push(p[0]);
            y.push(p[1]);
        }
        (x, y)
    };
    let mut figure = figure("valley", "A rate near the edge jumps across the valley; momentum rounds the turns")
        .layout(Layout::Grid { columns: 2, share_y: true });
    for (title, rate, momentum, hue) in
        [("Plain, rate 0.19", 0.19, 0.0, Hue::Amber), ("Heavy ball", 0.05, 0.7, Hue::Blue)]
    {
        let (x, y) = walk(rate, momentum);
        figure = figure.panel(
            Panel::new(Axis::linear("w₁"), Axis::linear("w₂"))
                .title(title)
                .layer(Contours { grid: surface(), levels: vec![0.3, 1.0, 3.0, 7.0, 12.0, 18.0, 25.0], hue: Hue::Grey })
                .layer(Path { x, y, dots: true, arrow: true, hue, label: Some("25 steps".into()) })
                .layer(Points::new(vec![0.0], vec![0.0], Mark::Cross, Hue::Ink).label("optimum"))
                .note(Note::arrow([-3.0, -1.8], [-5.5, 1.9], "start", Hue::Ink)),
        );
    }
    figure
}

fn maps() -> Figure {
    let edges = |n: usize| -> Vec<f64> { (0..=n).map(|i| i as f64 / n as f64).collect() };
    let mut z = normal(12);
    let power: Vec<f64> = (0..30).map(|i| (f64::from(i % 6) / 5.0 + 0.08 * z()).clamp(0.0, 1.0)).collect();
    let half = |n: usize| -> Vec<f64> { (0..=n).map(|i| i as f64 - 0.5).collect() };
    let advice: Vec<f64> = (0..1200)
        .map(|i| f64::from(i % 40) / 40.0 - 0.3 - 0.5 * (f64::from(i / 40) / 30.0).powi(2) + 0.02 * z())
        .collect();
    let detectors = ["PSI", "Kolmogorov-Smirnov", "domain classifier", "Page-Hinkley on errors", "ADWIN"];
    let drifts = ["none", "small shift", "shift", "variance", "concept", "gradual"];
    let mut holes = power.clone();
    holes[7] = f64::NAN;
    figure("maps", "Where the advice flips is a line on the map, not a legend")
        .layout(Layout::Grid { columns: 2, share_y: false })
        .panel(
            Panel::new(Axis::linear("sparsity").format(Format::Percent), Axis::linear("correlation"))
                .title("Lasso against ridge, gain in R²")
                .layer(Heat {
                    x_edges: edges(40),
                    y_edges: edges(30),
                    values: advice,
                    palette: Palette::Diverging { low: Hue::Vermilion, high: Hue::Blue, middle: 0.0 },
                    limits: None,
                    decimals: None,
                    contour: Some(0.0),
                })
                .note(Note::text(0.75, 0.2, "lasso", Hue::Blue))
                .note(Note::text(0.15, 0.8, "ridge", Hue::Vermilion)),
        )
        .panel(
            Panel::new(Axis::category("", drifts), Axis::category("share of drifts found", detectors))
                .title("Power of detectors")
                .layer(Heat {
                    x_edges: half(6),
                    y_edges: half(5),
                    values: holes,
                    palette: Palette::Sequential(Hue::Green),
                    limits: Some([0.0, 1.0]),
                    decimals: Some(2),
                    contour: Some(0.5),
                }),
        )
}

fn ladder() -> Figure {
    let leaks = [
        "none",
        "scaling before the split",
        "selection before the split",
        "duplicated rows, random split",
        "grouped rows, random split",
        "time series, random split",
        "a feature recorded after the outcome",
    ];
    let from = vec![0.5; 7];
    let to = vec![0.5, 0.505, 0.81, 0.88, 0.76, 0.93, 0.999];
    let around = |v: &[f64], by: f64| Interval {
        low: v.iter().map(|v| v - by).collect(),
        high: v.iter().map(|v| v + by).collect(),
    };
    figure("ladder", "On pure noise every leak looks like skill: up to an AUC of 0.999")
        .legend("honest", Hue::Blue, LegendKey::Mark(Mark::Disc))
        .legend("reported", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
        .panel(
            Panel::new(Axis::linear("AUC").range(0.4, 1.0), Axis::category("", leaks))
                .layer(Dumbbell {
                    at: steps(7),
                    from_interval: Some(around(&from, 0.03)),
                    to_interval: Some(around(&to, 0.02)),
                    from,
                    to,
                    hues: (Hue::Blue, Hue::Vermilion),
                })
                .note(Note::vertical(0.5, "chance")),
        )
}

fn lanes() -> Figure {
    let x = steps(400);
    let mut z = normal(13);
    let accuracy: Vec<f64> = x
        .iter()
        .map(|&t| if t < 200.0 { 0.91 } else { 0.74 + 0.1 * ((t - 200.0) / 90.0).min(1.0) } + 0.01 * z())
        .collect();
    let lane = |name: &str, events: &[f64], spans: &[(f64, f64, &str)]| Lane {
        name: name.into(),
        events: events
            .iter()
            .map(|&x| Event {
                x,
                mark: if x < 200.0 { Mark::Ring } else { Mark::Triangle },
                hue: if x < 200.0 { Hue::Grey } else { Hue::Vermilion },
            })
            .collect(),
        spans: spans
            .iter()
            .map(|&(from, to, text)| LaneSpan { from, to, hue: Hue::Green, text: text.into() })
            .collect(),
    };
    figure("lanes", "The drift costs 17 points; ADWIN sees it 12 requests later, the timer by chance")
        .legend("false alarm", Hue::Grey, LegendKey::Mark(Mark::Ring))
        .legend("alarm after the drift", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
        .layout(Layout::Stack)
        .panel(
            Panel::new(Axis::linear("request"), Axis::linear("accuracy").format(Format::Percent))
                .layer(Line::new(x.clone(), accuracy, Hue::Blue).label("accuracy"))
                .note(Note::vertical(200.0, "drift"))
                .height(1.4),
        )
        .panel(
            Panel::new(Axis::linear("request"), Axis::linear("alarms"))
                .layer(Lanes {
                    lanes: vec![
                        lane("ADWIN", &[212.0], &[(212.0, 290.0, "retrained")]),
                        lane("Page-Hinkley", &[60.0, 231.0], &[(231.0, 300.0, "retrained")]),
                        lane("every 100 requests", &[100.0, 200.0, 300.0], &[]),
                        lane("KSWIN, never", &[], &[(5.0, 9.0, "no room for this")]),
                    ],
                })
                .note(Note::vertical(200.0, "")),
        )
        .panel(Panel::new(Axis::linear("request"), Axis::linear("instances")).layer(Step {
            x: vec![0.0, 120.0, 215.0, 399.0],
            y: vec![2.0, 3.0, 6.0, 6.0],
            filled: true,
            hue: Hue::Green,
            label: Some(Label { text: "ready".into(), second: Some("desired is the same".into()), at: LabelAt::End }),
        }))
}

fn weights() -> Figure {
    let mut z = normal(21);
    let cloud = |n: usize, sx: f64, sy: f64, z: &mut dyn FnMut() -> f64| -> (Vec<f64>, Vec<f64>) {
        (0..n).map(|_| (sx * z() + 1.0, sy * z())).unzip()
    };
    let (x, y) = cloud(60, 0.5, 0.5, &mut z);
    let area = (0..60).map(|i| 0.3 + f64::from(i % 9)).collect();
    figure("weights", "AdaBoost's weights as areas, in a plane with one measure").panel({
        let mut panel = Panel::new(
            Axis::linear("x₁").format(Format::Hidden).range(-1.0, 3.0),
            Axis::linear("x₂").format(Format::Hidden).range(-1.5, 1.5),
        );
        panel = panel.layer(Points::new(x, y, Mark::Disc, Hue::Pink).area(area));
        panel.equal_aspect()
    })
}
