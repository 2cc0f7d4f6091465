//! The five reference pictures as specimens, with comparable data.

use mllab_core::Figure;
use mllab_core::figure::{
    Axis, Bars, Boxes, Fill, FiveNumbers, Format, Grid, Heat, Histogram, Hue, Label, Layout, LegendKey, Line, Mark,
    Note, Palette, Panel, Points, Regions, Step, Strip,
};

pub fn all() -> Vec<Figure> {
    vec![loss_curves(), coefficient_paths(), stacked_timeline(), decision_regions(), kinds()]
}

/// Uniform numbers in 0..1 (SplitMix64).
pub fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Nearly normal numbers: the sum of twelve uniform ones, less six.
pub fn normal(seed: u64) -> impl FnMut() -> f64 {
    let mut u = uniform(seed);
    move || (0..12).map(|_| u()).sum::<f64>() - 6.0
}

pub fn steps(n: usize) -> Vec<f64> {
    (0..n).map(|i| i as f64).collect()
}

fn loss_curves() -> Figure {
    let x = steps(81);
    let mut z = normal(3);
    let mut noisy = |level: f64, spread: f64| -> Vec<f64> { (0..81).map(|_| level * (spread * z()).exp()).collect() };
    let decay = |from: f64, rate: f64, floor: &[f64]| -> Vec<f64> {
        x.iter().zip(floor).map(|(s, f)| from * (-rate * s).exp() + f).collect()
    };
    let slow: Vec<f64> = x.iter().map(|s| 1.6 + 22.4 * (-0.06 * s).exp()).collect();
    let rattle = decay(24.0, 0.26, &noisy(0.02, 1.6));
    let (rattle_low, rattle_high) = (decay(18.0, 0.27, &noisy(0.003, 0.3)), decay(26.0, 0.16, &noisy(0.4, 0.2)));
    let good = decay(4.0, 0.2, &noisy(0.005, 0.2));
    let good_low: Vec<f64> = good.iter().zip(noisy(0.4, 0.15)).map(|(a, b)| a * b.min(0.9)).collect();
    let good_high: Vec<f64> = good.iter().zip(noisy(3.0, 0.2)).map(|(a, b)| a * b.max(1.1)).collect();
    let diverging: Vec<f64> = x.iter().map(|s| 24.0 * (0.5 * s).exp()).collect();
    let rattles = Label { second: Some("one of the 200 runs".into()), ..Label::from("0.19 rattles") };
    Figure::new("loss-curves", "Just below the edge the loss rattles; just above it, the loss explodes")
        .subtitle("Gradient descent on a valley with curvatures 1 and 10: the edge is a rate of 0.2. Median of 200 runs; band: 80 % of runs.")
        .caption("The loss axis is logarithmic; the curve for 0.23 leaves the plot at step 12.")
        .alt("Four loss curves: one explodes, one falls slowly, one rattles, one converges fast.")
        .panel(
            Panel::new(Axis::linear("step"), Axis::log("training loss").range(1e-3, 1e4))
                .layer(Line::new(x.clone(), diverging, Hue::Vermilion).label("0.23 diverges"))
                .layer(Line::new(x.clone(), slow, Hue::Blue).label("0.005 too slow"))
                .layer(Line::new(x.clone(), rattle, Hue::Amber).band(rattle_low, rattle_high).label(rattles))
                .layer(Line::new(x, good, Hue::Green).band(good_low, good_high).label("0.1 converges fast"))
                .note(Note::arrow(
                    [52.0, 120.0],
                    [47.0, 0.8],
                    "one of the runs at 0.19:\neach step overshoots the valley and back",
                    Hue::Ink,
                )),
        )
}

fn coefficient_paths() -> Figure {
    let lambda: Vec<f64> = (0..100).map(|i| 10_f64.powf(-2.5 + 3.2 * f64::from(i) / 99.0)).collect();
    let panel = |lasso: bool| {
        let shrink = |beta: f64| -> Vec<f64> {
            lambda
                .iter()
                .map(|l| if lasso { beta.signum() * (beta.abs() - l).max(0.0) } else { beta / (1.0 + 1.1 * l) })
                .collect()
        };
        let mut panel = Panel::new(Axis::log("penalty λ"), Axis::linear("coefficient")).title(if lasso {
            "Lasso (L1)"
        } else {
            "Ridge (L2)"
        });
        for noise in [0.33, 0.25, 0.1, 0.06, -0.17, 0.08, -0.02] {
            panel = panel.layer(Line::new(lambda.clone(), shrink(noise), Hue::Grey).thin());
        }
        for (beta, name, hue) in
            [(3.1, "x₁ (β = 3)", Hue::Blue), (1.5, "x₃ (β = 1.5)", Hue::Green), (-1.65, "x₂ (β = −2)", Hue::Vermilion)]
        {
            let line = Line::new(lambda.clone(), shrink(beta), hue);
            panel = panel.layer(if lasso { line } else { line.label(name) });
        }
        if lasso {
            panel.note(Note::vertical(0.45, "only real features left"))
        } else {
            panel.note(Note::arrow([0.03, -2.6], [0.03, -0.2], "noise features never reach zero", Hue::Ink))
        }
    };
    Figure::new("coefficient-paths", "Lasso switches coefficients off one by one; ridge only shrinks them")
        .subtitle("60 samples, 10 standardised features, 3 of them real (true β = 3, −2, 1.5), noise σ = 1.8.")
        .caption("Grey lines: the 7 features that have no effect in the data-generating process.")
        .alt("Two panels of coefficient paths over the penalty.")
        .layout(Layout::Grid { columns: 2, share_y: true })
        .panel(panel(true))
        .panel(panel(false))
}

fn stacked_timeline() -> Figure {
    let minutes = steps(121);
    let mut z = normal(11);
    let load: Vec<f64> = minutes
        .iter()
        .map(|&m| {
            let base = if m < 40.0 {
                310.0 + 1.3 * m
            } else if m < 45.0 {
                340.0 + 115.0 * (m - 40.0)
            } else if m < 71.0 {
                945.0
            } else {
                240.0 + 700.0 * (-(m - 71.0) / 4.0).exp()
            };
            base + 14.0 * z()
        })
        .collect();
    let changes = [
        (0.0, 4.0),
        (4.0, 5.0),
        (21.0, 6.0),
        (45.0, 9.0),
        (46.0, 11.0),
        (47.0, 12.0),
        (48.0, 13.0),
        (49.0, 14.0),
        (72.0, 13.0),
        (82.0, 9.0),
        (92.0, 7.0),
        (102.0, 6.0),
        (112.0, 5.0),
    ];
    let replicas: Vec<f64> =
        minutes.iter().map(|&m| changes.iter().rev().find(|c| c.0 <= m).map_or(4.0, |c| c.1)).collect();
    let capacity: Vec<f64> = replicas.iter().map(|r| 100.0 * r).collect();
    let used: Vec<f64> = load.iter().zip(&capacity).map(|(l, c)| l / c).collect();
    let step = |y: &[f64], hue, name: &str, filled| Step {
        x: minutes.clone(),
        y: y.to_vec(),
        filled,
        hue,
        label: Some(name.into()),
    };
    let cool = |from: f64, to: f64| Note::SpanX { from, to, text: String::new(), hue: Hue::Ink };
    let mut second =
        Panel::new(Axis::linear("minute"), Axis::linear("running replicas (grey: cooldown, no scale-down)"))
            .layer(step(&replicas, Hue::Green, "replicas", false))
            .height(0.9);
    for (from, to) in [(0.0, 10.0), (17.0, 27.0), (41.0, 55.0), (71.0, 81.0), (82.0, 92.0), (92.5, 120.0)] {
        second = second.note(cool(from, to));
    }
    Figure::new("stacked-timeline", "Four minutes of start-up delay turn one load spike into an outage")
        .subtitle("Target utilisation 70 %, replica start-up 4 min, cooldown 10 min after each action. Each replica serves 100 requests/s.")
        .caption("Simulated arrivals; one tick = 1 minute.")
        .alt("Three panels over two hours: load and capacity, replicas, utilisation.")
        .layout(Layout::Stack)
        .panel(
            Panel::new(Axis::linear("minute"), Axis::linear("requests per second"))
                .layer(step(&capacity, Hue::Sky, "capacity", true))
                .layer(Fill {
                    x: minutes.clone(),
                    upper: load.clone(),
                    lower: capacity.clone(),
                    upper_steps: false,
                    lower_steps: true,
                    hue: Hue::Vermilion,
                    label: None,
                })
                .layer(Line::new(minutes.clone(), load, Hue::Ink).label("load"))
                .note(Note::arrow([30.0, 1350.0], [43.0, 760.0], "overload, 4.9 min:\nrequests are dropped", Hue::Vermilion))
                .height(1.5),
        )
        .panel(second)
        .panel(
            Panel::new(Axis::linear("minute"), Axis::linear("utilisation").format(Format::Percent))
                .layer(Line::new(minutes, used, Hue::Pink).label("utilisation"))
                .note(Note::SpanX { from: 41.0, to: 46.0, text: String::new(), hue: Hue::Vermilion })
                .note(Note::Horizontal { at: 0.7, text: "target 70 %".into(), hue: Hue::Grey, dash: mllab_core::figure::Dash::Dashed })
                .height(0.8),
        )
}

fn decision_regions() -> Figure {
    let mut z = normal(5);
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for i in 0..80 {
        let t = std::f64::consts::PI * f64::from(i) / 79.0;
        a.push([t.cos() + 0.28 * z(), t.sin() + 0.28 * z()]);
        b.push([1.0 - t.cos() + 0.28 * z(), 0.5 - t.sin() + 0.28 * z()]);
    }
    let share = |x: f64, y: f64, k: usize| {
        let mut near: Vec<(f64, f64)> = a
            .iter()
            .map(|p| ((p[0] - x).hypot(p[1] - y), 0.0))
            .chain(b.iter().map(|p| ((p[0] - x).hypot(p[1] - y), 1.0)))
            .collect();
        near.select_nth_unstable_by(k - 1, |p, q| p.0.total_cmp(&q.0));
        near[..k].iter().map(|p| p.1).sum::<f64>() / k as f64
    };
    let panel = |k: usize, title: &str| {
        let grid = Grid::tabulate([-1.8, 2.8], [-1.4, 1.9], 110, 80, |x, y| share(x, y, k));
        let points = |p: &[[f64; 2]], mark, hue| {
            Points::new(p.iter().map(|p| p[0]).collect(), p.iter().map(|p| p[1]).collect(), mark, hue)
        };
        Panel::new(Axis::linear("x₁"), Axis::linear("x₂"))
            .title(title)
            .layer(Regions { grid, hues: (Hue::Blue, Hue::Vermilion), boundary: 0.5 })
            .layer(points(&a, Mark::Disc, Hue::Blue))
            .layer(points(&b, Mark::Triangle, Hue::Vermilion))
    };
    Figure::new("decision-regions", "k = 1 memorises the noise, k = 75 forgets the shape; k = 15 is in between")
        .subtitle("k-nearest neighbours on two moons, 160 training points, noise σ = 0.28. Shading: predicted probability; black line: decision boundary.")
        .caption("Test error on 2000 fresh points.")
        .alt("Three planes of two classes with their decision boundaries.")
        .legend("class A", Hue::Blue, LegendKey::Mark(Mark::Disc))
        .legend("class B", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
        .legend("P(A) high", Hue::Blue, LegendKey::Tint)
        .legend("P(B) high", Hue::Vermilion, LegendKey::Tint)
        .layout(Layout::Grid { columns: 3, share_y: true })
        .panel(panel(1, "k = 1: train error 0 %, test 9 %"))
        .panel(panel(15, "k = 15: train error 6 %, test 8 %"))
        .panel(panel(75, "k = 75: train error 14 %, test 18 %"))
}

fn kinds() -> Figure {
    let names = ["linear", "tree", "forest", "boosting"];
    let place = steps(4);
    let train = vec![0.81, 1.0, 0.99, 0.97];
    let test = vec![0.79, 0.74, 0.86, 0.88];
    let off = |y: &[f64], by: f64| -> Vec<f64> { y.iter().map(|v| v + by).collect() };
    let bars = Panel::new(Axis::category("", names), Axis::linear("accuracy"))
        .title("Grouped bars with 99 % intervals")
        .layer(Bars::new(place.clone(), train, Hue::Sky).group(0, 2).values(2))
        .layer(
            Bars::new(place.clone(), test.clone(), Hue::Blue)
                .group(1, 2)
                .whiskers(off(&test, -0.03), off(&test, 0.03))
                .values(2),
        );
    let mut strip = Panel::new(Axis::category("", names), Axis::linear("score over 40 seeds")).title("Box and strip");
    for (i, (mean, spread, hue)) in
        [(-0.3, 1.3, Hue::Blue), (0.7, 1.3, Hue::Vermilion), (1.1, 1.0, Hue::Green), (1.8, 0.5, Hue::Pink)]
            .into_iter()
            .enumerate()
    {
        let mut z = normal(40 + i as u64);
        let mut y: Vec<f64> = (0..40).map(|_| mean + spread * z()).collect();
        strip = strip.layer(Strip { at: vec![i as f64; 40], y: y.clone(), hue });
        y.sort_by(f64::total_cmp);
        let numbers =
            FiveNumbers { low: y[0], lower_quartile: y[10], median: y[20], upper_quartile: y[30], high: y[39] };
        strip = strip.layer(Boxes { at: vec![i as f64], numbers: vec![numbers], hue });
    }
    let mut z = normal(9);
    let mut counts = vec![0.0; 30];
    for _ in 0..2000 {
        let bin = ((z() + 3.0) / 0.2).floor();
        if (0.0..30.0).contains(&bin) {
            counts[bin as usize] += 1.0;
        }
    }
    let edges: Vec<f64> = (0..31).map(|i| -3.0 + 0.2 * f64::from(i)).collect();
    let histogram = Panel::new(Axis::linear("residual"), Axis::linear("count"))
        .title("Histogram")
        .layer(Histogram { edges, counts, hue: Hue::Sky })
        .note(Note::Vertical {
            at: 1.96,
            text: "97.5th percentile".into(),
            hue: Hue::Vermilion,
            dash: mllab_core::figure::Dash::Dashed,
        });
    let letters = ["a", "b", "c", "d", "e"];
    let values = (0..25).map(|i| [1.0, 0.43, 0.19, 0.08, 0.04][(i / 5_usize).abs_diff(i % 5)]).collect();
    let borders: Vec<f64> = (0..6).map(|i| f64::from(i) - 0.5).collect();
    let heat = Panel::new(Axis::category("predicted class", letters), Axis::category("true class", letters))
        .title("Heat map")
        .layer(Heat {
            x_edges: borders.clone(),
            y_edges: borders,
            values,
            palette: Palette::Sequential(Hue::Blue),
            limits: None,
            decimals: Some(2),
            contour: None,
        });
    Figure::new(
        "bars-boxes-histogram-heatmap",
        "The other layer kinds in one figure: bars, box and strip, histogram, heat map",
    )
    .subtitle("Synthetic values; only the drawing is under test.")
    .caption("Seed 2.")
    .alt("Four panels, one for each kind.")
    .legend("train", Hue::Sky, LegendKey::Fill)
    .legend("test", Hue::Blue, LegendKey::Fill)
    .layout(Layout::Grid { columns: 2, share_y: false })
    .panel(bars)
    .panel(strip)
    .panel(histogram)
    .panel(heat)
}
