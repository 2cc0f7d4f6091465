//! What a figure costs as SVG and as PNG: the loss curves that `peers/README.md` defines, from plain values to bytes.

use criterion::{Criterion, criterion_group, criterion_main};
use mllab_core::Figure;
use mllab_core::figure::{Axis, Dash, Hue, LegendKey, Line, Panel};
use mllab_draw::{Drawing, Font, Width, png};
use std::hint::black_box;
use std::path::PathBuf;

/// Centre and band of five losses over 80 steps.
fn curves() -> Vec<[Vec<f64>; 3]> {
    (1..=5)
        .map(|i| {
            let k = 0.02 * f64::from(i);
            let centre: Vec<f64> =
                (0..80).map(f64::from).map(|s| (-k * s).exp() * (1.0 + 0.05 * s.sin()) + 0.001).collect();
            let scaled = |by: f64| centre.iter().map(|v| by * v).collect();
            [scaled(0.8), scaled(1.2), centre]
        })
        .collect()
}

fn svg(curves: &[[Vec<f64>; 3]]) -> String {
    let hues = [Hue::Blue, Hue::Amber, Hue::Green, Hue::Vermilion, Hue::Pink];
    let steps: Vec<f64> = (0..80).map(f64::from).collect();
    let mut figure =
        Figure::new("loss-curves", "A higher rate falls faster").alt("Five falling loss curves with bands.");
    let mut panel = Panel::new(Axis::linear("step"), Axis::log("loss"));
    for (i, ([low, high, centre], hue)) in curves.iter().zip(hues).enumerate() {
        figure = figure.legend(format!("rate {:.2}", 0.02 * (i + 1) as f64), hue, LegendKey::Line(Dash::Solid));
        panel = panel.layer(Line::new(steps.clone(), centre.clone(), hue).band(low.clone(), high.clone()));
    }
    let figure = figure.panel(panel);
    Drawing {
        figure: &figure,
        width: Width::Wide,
        prefix: "bench-loss-curves",
        command: "",
        font: Font::Embedded,
        size: Some((640.0, 400.0)),
    }
    .draw()
    .svg
}

fn figures(c: &mut Criterion) {
    let curves = curves();
    // Fonts are loaded before the clock starts.
    let text = svg(&curves);
    let picture = png(&text).expect("the bench's own svg is sound");
    let [width, height] = [16, 20].map(|at| u32::from_be_bytes(picture[at..at + 4].try_into().expect("four bytes")));

    c.benchmark_group("figure-svg").bench_function("loss-curves", |b| b.iter(|| svg(black_box(&curves))));
    c.benchmark_group("figure-png")
        .sample_size(40)
        .bench_function("loss-curves", |b| b.iter(|| png(&svg(black_box(&curves)))));
    quality("figure-svg", &format!("{{\"bytes\": {}}}", text.len()));
    let facts = format!("{{\"width\": {width}, \"height\": {height}, \"bytes\": {}}}", picture.len());
    quality("figure-png", &facts);
}

/// Writes what `peers/compare.py` holds against the peer, beside criterion's own files.
fn quality(group: &str, facts: &str) {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let folder = target.join("criterion").join(group).join("loss-curves");
    // A run that only tests or lists benches leaves no folder.
    if folder.is_dir() {
        std::fs::write(folder.join("quality.json"), facts).expect("the target folder can be written");
    }
}

criterion_group!(benches, figures);
criterion_main!(benches);
