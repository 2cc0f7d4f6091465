//! Specimens with data that break drawings: gaps, extremes, crowds, long names in other scripts.

use crate::reference::{normal, steps, uniform};
use mllab_core::Figure;
use mllab_core::figure::{
    Axis, Bars, Boxes, Dash, FiveNumbers, Format, Histogram, Hue, Label, Layout, LegendKey, Line, Lollipop, Mark, Note,
    Panel, Points, Segments, Step, Strip,
};

pub fn all() -> Vec<Figure> {
    vec![
        gaps(),
        extremes(),
        forty_categories(),
        long_names(),
        crossing_ends(),
        crowded_notes(),
        bars_of_all_sorts(),
        wall(),
        plateaus(),
        dense(),
        empty(),
    ]
}

fn figure(id: &str, title: &str) -> Figure {
    Figure::new(id, title).subtitle("Synthetic values; only the drawing is under test.").alt("A specimen.")
}

/// Negative values on a log axis, gaps, one point, no point.
fn gaps() -> Figure {
    let x = steps(40);
    let mut y: Vec<f64> = x.iter().map(|v| 2.0 + (v / 5.0).sin()).collect();
    for i in [7, 8, 9, 20, 22, 30] {
        y[i] = f64::NAN;
    }
    let low: Vec<f64> = y.iter().map(|v| v - 0.3).collect();
    let high: Vec<f64> = y.iter().map(|v| v + 0.4).collect();
    let falling: Vec<f64> = x.iter().map(|v| 10.0 - 0.4 * v).collect();
    let low_band: Vec<f64> = falling.iter().map(|v| v - 3.0).collect();
    let high_band: Vec<f64> = falling.iter().map(|v| v + 3.0).collect();
    figure("gaps", "Gaps stay gaps, what has no logarithm is not drawn, one point is a point")
        .layout(Layout::Grid { columns: 2, share_y: false })
        .panel(
            Panel::new(Axis::linear("step"), Axis::linear("value with gaps"))
                .title("Gaps")
                .layer(Line::new(x.clone(), y, Hue::Blue).band(low, high).label("broken")),
        )
        .panel(
            Panel::new(Axis::linear("step"), Axis::log("falls through zero"))
                .title("Negative on a log axis")
                .layer(Line::new(x, falling, Hue::Vermilion).band(low_band, high_band).label("falls")),
        )
        .panel(
            Panel::new(Axis::linear("x"), Axis::linear("y"))
                .title("One point")
                .layer(
                    Points::new(vec![3.0], vec![7.0], Mark::Diamond, Hue::Green)
                        .whiskers(vec![6.0], vec![8.5])
                        .label("the only one"),
                )
                .layer(Line::new(vec![3.5], vec![7.5], Hue::Pink).label("a line of one point")),
        )
        .panel(
            Panel::new(Axis::linear("x"), Axis::log("y"))
                .title("None")
                .layer(Line::new(vec![1.0, 2.0], vec![f64::NAN, -1.0], Hue::Ink).label("nothing to see")),
        )
}

fn extremes() -> Figure {
    let x: Vec<f64> = (0..49).map(|i| 10_f64.powf(-12.0 + 0.5 * f64::from(i))).collect();
    let big: Vec<f64> = (0..20).map(|i| 1e12 * (f64::from(i) / 19.0 * 6.0).sin()).collect();
    let near: Vec<f64> = (0..20).map(|i| 1.0 + 1e-9 * f64::from(i)).collect();
    let ratio: Vec<f64> = (0..20).map(|i| (f64::from(i) / 3.0).sin() * 2.2).collect();
    figure("extremes", "From 10⁻¹² to 10¹² and from −10¹² to 10¹², and a billionth apart")
        .layout(Layout::Grid { columns: 2, share_y: false })
        .panel(
            Panel::new(Axis::log("rate"), Axis::log("steps"))
                .layer(Line::new(x.clone(), x.iter().map(|v| 1.0 / v).collect(), Hue::Blue).label("falling"))
                .layer(Points::new(x.clone(), x, Mark::Ring, Hue::Vermilion).label("rising")),
        )
        .panel(
            Panel::new(Axis::linear("step").range(0.0, 19.0), Axis::linear("huge"))
                .layer(Line::new(steps(20), big, Hue::Green).label("10¹²")),
        )
        .panel(
            Panel::new(Axis::linear("share").format(Format::Percent).range(0.0, 1.0), Axis::linear("nearly one"))
                .layer(Line::new((0..20).map(|i| f64::from(i) / 19.0).collect(), near, Hue::Pink).label("1 + 10⁻⁹")),
        )
        .panel(
            Panel::new(Axis::log("under a decade").range(2.0, 7.0), Axis::linear("ratio").format(Format::Times)).layer(
                Line::new((0..20).map(|i| 2.0 + f64::from(i) / 4.0).collect(), ratio, Hue::Amber).label("log ratio"),
            ),
        )
}

fn forty_categories() -> Figure {
    let names: Vec<String> = (1..=40).map(|i| format!("feature {i}")).collect();
    let mut u = uniform(4);
    let y: Vec<f64> = (0..40).map(|i| (40.0 - f64::from(i)) / 40.0 + 0.2 * u()).collect();
    let low = y.iter().map(|v| v - 0.08).collect();
    let high = y.iter().map(|v| v + 0.08).collect();
    figure("forty-categories", "Forty features stand side by side, each with its name").panel(
        Panel::new(Axis::category("", names), Axis::linear("importance"))
            .layer(Bars::new(steps(40), y, Hue::Blue).whiskers(low, high).values(2)),
    )
}

const GREEK: &str = "Παρακολούθηση της απόκλισης δεδομένων σε ροές παραγωγής (λ, μ)";
const HAN: &str = "机器学习模型的学习率与损失曲线：在稳定边界附近观察到的振荡现象以及发散行为的详细比较与说明（两百次独立重复实验的中位数结果）";

fn long_names() -> Figure {
    let x = steps(30);
    let curve = |k: f64| -> Vec<f64> { x.iter().map(|v| (-k * v).exp()).collect() };
    figure("long-names", &format!("{GREEK}: sixty letters and more in a title, in Greek, and some in Chinese, 学习率"))
        .caption(HAN)
        .panel(
            Panel::new(Axis::linear(GREEK), Axis::linear(format!("{GREEK} {GREEK}")))
                .layer(Line::new(x.clone(), curve(0.05), Hue::Blue).label(GREEK))
                .layer(Line::new(x.clone(), curve(0.1), Hue::Green).label(HAN))
                .layer(Line::new(x.clone(), curve(0.2), Hue::Vermilion).label(Label {
                    second: Some(GREEK.into()),
                    ..Label::from("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft")
                }))
                .note(Note::vertical(12.0, GREEK))
                .note(Note::arrow([20.0, 0.8], [14.0, 0.27], HAN, Hue::Ink)),
        )
}

fn crossing_ends() -> Figure {
    let x = steps(60);
    let hues = [Hue::Blue, Hue::Sky, Hue::Green, Hue::Amber, Hue::Vermilion, Hue::Pink, Hue::Ink, Hue::Grey];
    let mut panel = Panel::new(Axis::linear("round"), Axis::linear("test error").format(Format::Percent));
    for (i, hue) in hues.into_iter().enumerate() {
        let y = x.iter().map(|v| 0.2 + 0.02 * (i as f64 - 3.5) * (1.0 - v / 55.0) + 0.15 * (-v / 8.0).exp()).collect();
        panel = panel.layer(Line::new(x.clone(), y, hue).label(format!("ensemble {} of 8", i + 1)));
    }
    figure("crossing-ends", "Eight lines that cross at their ends keep their names apart").panel(panel)
}

fn crowded_notes() -> Figure {
    let (mut z, mut w) = (normal(1), normal(2));
    let (x, y): (Vec<f64>, Vec<f64>) = (0..300).map(|_| (z(), w())).unzip();
    figure("crowded-notes", "Every kind of note on a cloud of points, and none covers one").panel(
        Panel::new(Axis::linear("w₁").range(-4.0, 4.0), Axis::linear("w₂").range(-4.5, 4.5))
            .note(Note::SpanX { from: 2.9, to: 3.8, text: "beyond".into(), hue: Hue::Vermilion })
            .note(Note::SpanY { from: -4.3, to: -3.4, text: "out of range".into(), hue: Hue::Blue })
            .layer(Points::new(x, y, Mark::Disc, Hue::Blue))
            .layer(Segments { from: vec![[-3.5, -3.0]], to: vec![[9.0, 12.0]], hue: Hue::Grey, dash: Dash::Solid })
            .note(Note::vertical(0.0, "the truth"))
            .note(Note::horizontal(0.0, "no effect"))
            .note(Note::text(0.0, 0.5, "in the thick of it,\nmoved aside", Hue::Green))
            .note(Note::arrow([1.0, 1.0], [0.2, 0.2], "the centre", Hue::Ink))
            .note(Note::arrow([f64::NAN, 2.0], [-1.0, -1.0], "from nowhere", Hue::Pink)),
    )
}

fn bars_of_all_sorts() -> Figure {
    let names = ["stump", "depth 3", "full tree", "forest"];
    let place = steps(4);
    let (bias, variance, noise) = (vec![0.3, 0.16, 0.05, 0.06], vec![0.02, 0.06, 0.2, 0.05], vec![0.1; 4]);
    let add = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let (two, three) = (add(&bias, &variance), add(&add(&bias, &variance), &noise));
    let change = vec![0.12, -0.08, f64::NAN, -0.31];
    let low: Vec<f64> = change.iter().map(|v| v - 0.03).collect();
    let high: Vec<f64> = change.iter().map(|v| v + 0.03).collect();
    let mut z = normal(8);
    let sample: Vec<f64> = (0..60).map(|_| 2.0 + z()).collect();
    let long = [
        "random split of grouped rows",
        "selection before the split",
        "scaling before the split",
        "a feature recorded after the outcome",
    ];
    figure("bars-of-all-sorts", "Bars stack, hang, lie down and count")
        .legend("bias²", Hue::Blue, LegendKey::Fill)
        .legend("variance", Hue::Amber, LegendKey::Fill)
        .legend("noise", Hue::Grey, LegendKey::Fill)
        .legend("a dashed line", Hue::Ink, LegendKey::Line(Dash::Dashed))
        .legend("a tint with a name so long that the legend needs a second row", Hue::Green, LegendKey::Tint)
        .layout(Layout::Grid { columns: 2, share_y: false })
        .panel(
            Panel::new(Axis::category("", names), Axis::linear("squared error"))
                .title("Stacked")
                .layer(Bars::new(place.clone(), bias.clone(), Hue::Blue))
                .layer(Bars::new(place.clone(), two.clone(), Hue::Amber).base(bias))
                .layer(Bars::new(place.clone(), three, Hue::Grey).base(two)),
        )
        .panel(
            Panel::new(Axis::category("", names), Axis::linear("change"))
                .title("Up and down, one missing")
                .layer(Bars::new(place.clone(), change, Hue::Vermilion).whiskers(low, high).values(2)),
        )
        .panel(
            Panel::new(Axis::linear("optimism"), Axis::category("", long))
                .title("Lying")
                .remark("+0.31 [0.29, 0.33] at worst", Hue::Vermilion)
                .layer(Bars::new(place.clone(), vec![0.31, 0.2, 0.02, 0.28], Hue::Vermilion).values(2)),
        )
        .panel(
            Panel::new(Axis::linear("score"), Axis::category("", ["bagging", "boosting"]))
                .title("Lying boxes and strips")
                .layer(Strip { at: vec![0.0; 60], y: sample.clone(), hue: Hue::Blue })
                .layer(Boxes {
                    at: vec![0.0, 1.0],
                    numbers: vec![
                        FiveNumbers { low: -0.5, lower_quartile: 1.2, median: 2.0, upper_quartile: 2.7, high: 4.5 },
                        FiveNumbers { low: 1.0, lower_quartile: 1.9, median: 2.1, upper_quartile: 2.4, high: 3.0 },
                    ],
                    hue: Hue::Blue,
                }),
        )
        .panel(Panel::new(Axis::log("alarms"), Axis::linear("count")).title("Histogram of unequal bins").layer(
            Histogram {
                edges: vec![1.0, 2.0, 5.0, 10.0, 100.0, 1000.0],
                counts: vec![3.0, 9.0, 14.0, f64::NAN, 2.0],
                hue: Hue::Green,
            },
        ))
        .panel(Panel::new(Axis::linear("feature"), Axis::linear("weight")).title("Lollipops").layer(Lollipop {
            x: steps(12),
            y: (0..12).map(|i| (f64::from(i) * 0.9).cos()).collect(),
            base: 0.0,
            whiskers: Some(mllab_core::figure::Interval {
                low: (0..12).map(|i| (f64::from(i) * 0.9).cos() - 0.15).collect(),
                high: (0..12).map(|i| (f64::from(i) * 0.9).cos() + 0.15).collect(),
            }),
            mark: Mark::Square,
            hue: Hue::Pink,
        }))
}

fn wall() -> Figure {
    let x: Vec<f64> = (0..12).map(|i| 10_f64.powf(-3.0 + 2.25 * f64::from(i) / 11.0)).collect();
    let y: Vec<f64> = x.iter().map(|v| 4.6 / v).collect();
    let low = y.iter().map(|v| 0.86 * v).collect();
    let high = y.iter().map(|v| 1.16 * v).collect();
    figure("wall", "Halving a small rate doubles the steps, until the wall").panel(
        Panel::new(
            Axis::log("learning rate").range(1e-3, 0.4).ticks(vec![0.001, 0.003, 0.01, 0.03, 0.1, 0.2]),
            Axis::log("steps"),
        )
        .note(Note::SpanX { from: 0.2, to: 0.4, text: "never".into(), hue: Hue::Vermilion })
        .layer(Line::new(x.clone(), y.clone(), Hue::Blue).band(low, high).label_at("×2 steps for half the rate", 0.01))
        .layer(Points::new(x, y, Mark::Disc, Hue::Blue))
        .note(Note::Vertical {
            at: 0.2,
            text: "the wall: 2 over L".into(),
            hue: Hue::Vermilion,
            dash: Dash::Solid,
        }),
    )
}

fn plateaus() -> Figure {
    let x = steps(201);
    let mut figure = figure("plateaus", "A flat loss has three causes; a new rate cures two of them")
        .layout(Layout::Grid { columns: 3, share_y: false });
    for (i, (title, remark, hue, after)) in [
        ("Noise floor, rate ÷ 10", "−79 % [−81, −77]", Hue::Green, 0.1),
        ("Rate too small, rate × 10", "−64 % [−67, −61]", Hue::Blue, 0.3),
        ("Model too simple, rate ÷ 10", "−0.4 % [−1.1, +0.3]", Hue::Pink, 0.5),
    ]
    .into_iter()
    .enumerate()
    {
        let mut z = normal(70 + i as u64);
        let y: Vec<f64> = x
            .iter()
            .map(|&s| if s < 100.0 { 0.5 + 0.5 * (-s / 15.0).exp() } else { after + (0.5 - after) * (-(s - 100.0) / 12.0).exp() } + 0.01 * z())
            .collect();
        let low = y.iter().map(|v| v - 0.05).collect();
        let high = y.iter().map(|v| v + 0.05).collect();
        figure = figure.panel(
            Panel::new(Axis::linear("step"), Axis::linear("loss").range(0.0, 1.0))
                .title(title)
                .remark(remark, hue)
                .layer(Line::new(x.clone(), y, hue).band(low, high))
                .note(Note::vertical(100.0, "new rate")),
        );
    }
    figure
}

/// More points than pixels.
fn dense() -> Figure {
    let n = 20_000;
    let mut z = normal(6);
    let mut level = 0.0;
    let walk: Vec<f64> = (0..n)
        .map(|_| {
            level += 0.01 * z();
            level + 0.3 * z()
        })
        .collect();
    let smooth: Vec<f64> = (0..n).map(|i| (i as f64 / 3000.0).sin()).collect();
    figure("dense", "Twenty thousand points a line stay a small file").panel(
        Panel::new(Axis::linear("request"), Axis::linear("latency"))
            .layer(Line::new(steps(n), walk, Hue::Sky).thin().label("each"))
            .layer(Line::new(steps(n), smooth, Hue::Ink).dash(Dash::Dashed).label("trend"))
            .layer(Step {
                x: vec![0.0, 9000.0, 20_000.0],
                y: vec![-2.0, 2.0, 2.0],
                filled: false,
                hue: Hue::Vermilion,
                label: Some("limit".into()),
            }),
    )
}

fn empty() -> Figure {
    figure("empty", "A panel without layers still has its axes").panel(
        Panel::new(Axis::linear("x"), Axis::linear("y")).note(Note::text(0.5, 0.5, "nothing was measured", Hue::Grey)),
    )
}
