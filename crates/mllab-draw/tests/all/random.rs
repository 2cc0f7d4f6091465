//! Figures that nobody would draw: random kinds, values, names and notes, held to the promises about words.

use crate::reference::uniform;
use crate::sheet::draw;
use mllab_core::Figure;
use mllab_core::figure::{
    Axis, Bars, Boxes, Contours, Dash, Dumbbell, Event, Fill, FiveNumbers, Format, Grid, Heat, Histogram, Hue,
    Interval, Label, Lane, LaneSpan, Lanes, Layer, Layout, LegendKey, Line, Lollipop, Mark, Note, Palette, Panel, Path,
    Points, Regions, Segments, Step, Strip,
};
use mllab_draw::{Font, Kind, Rect, Width};

const HUES: [Hue; 8] = [Hue::Blue, Hue::Sky, Hue::Green, Hue::Amber, Hue::Vermilion, Hue::Pink, Hue::Ink, Hue::Grey];
const WORDS: [&str; 10] = [
    "loss",
    "a rate",
    "Kolmogorov-Smirnov",
    "η = 0.19",
    "of the",
    "ensembles",
    "απόκλιση",
    "10⁻¹²",
    "x",
    "cross-validated",
];

struct Dice<F: FnMut() -> f64>(F);

impl<F: FnMut() -> f64> Dice<F> {
    fn below(&mut self, n: usize) -> usize {
        ((self.0)() * n as f64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn words(&mut self, most: usize) -> String {
        let n = self.below(most + 1);
        (0..n).map(|_| self.pick(&WORDS)).collect::<Vec<_>>().join(" ")
    }

    /// Values of any size, some missing, some not finite, some negative.
    fn values(&mut self, n: usize) -> Vec<f64> {
        let size = 10_f64.powi(self.below(25) as i32 - 12);
        let size = if self.one_in(3) { size } else { 1.0 };
        let shift = if self.one_in(2) { 0.0 } else { 3.0 * (self.0)() };
        (0..n)
            .map(|_| match self.below(40) {
                0 => f64::NAN,
                1 => f64::INFINITY,
                2 => 0.0,
                _ => size * ((self.0)() * 2.0 - 0.5 + shift),
            })
            .collect()
    }

    fn interval(&mut self, y: &[f64]) -> Option<Interval> {
        let by = (self.0)();
        let band = || Interval {
            low: y.iter().map(|v| v - by * v.abs()).collect(),
            high: y.iter().map(|v| v + by * v.abs()).collect(),
        };
        self.one_in(2).then(band)
    }

    fn label(&mut self) -> Option<Label> {
        let text = self.words(5);
        let second = self.one_in(3).then(|| self.words(4));
        (!text.is_empty()).then(|| Label { second, ..Label::from(text) })
    }

    fn axis(&mut self) -> Axis {
        let label = self.words(8);
        match self.below(6) {
            0 => Axis::log(label),
            1 => {
                let n = 1 + self.below(12);
                let names: Vec<String> = (0..n).map(|i| format!("{} {i}", self.words(4))).collect();
                Axis::category(label, names)
            }
            2 => Axis::linear(label).format(self.pick(&[Format::Percent, Format::Times, Format::Hidden])),
            3 => Axis::linear(label).range(-1.0, 2.0),
            _ => Axis::linear(label),
        }
    }

    fn grid(&mut self) -> Grid {
        let values = self.values(48);
        Grid { x: [0.0, 4.0], y: [-1.0, 1.0], columns: 8, rows: 6, values }
    }

    fn layer(&mut self) -> Layer {
        let n = self.pick(&[0, 1, 2, 5, 30, 200]);
        let hue = self.pick(&HUES);
        let mark = self.pick(&[Mark::Disc, Mark::Triangle, Mark::Square, Mark::Diamond, Mark::Cross, Mark::Ring]);
        let steps: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let (x, y) = (if self.one_in(4) { self.values(n) } else { steps.clone() }, self.values(n));
        match self.below(16) {
            0..=3 => {
                Line { x, band: self.interval(&y), y, hue, label: self.label(), dash: Dash::Dotted, thin: false }.into()
            }
            4 => Step { x, y, filled: self.one_in(2), hue, label: self.label() }.into(),
            5 => {
                let lower = self.values(n);
                Fill { x, upper: y, lower, upper_steps: true, lower_steps: false, hue, label: self.label() }.into()
            }
            6 => Points { x, whiskers: self.interval(&y), y, area: None, mark, hue, label: self.label() }.into(),
            7 => Bars {
                at: steps,
                whiskers: self.interval(&y),
                y,
                base: None,
                group: (0, 1 + self.below(3)),
                values: Some(2),
                hue,
            }
            .into(),
            8 => Histogram { edges: (0..=n).map(|i| i as f64).collect(), counts: y, hue }.into(),
            9 => {
                let numbers = y
                    .iter()
                    .map(|&v| FiveNumbers {
                        low: v - 1.0,
                        lower_quartile: v - 0.5,
                        median: v,
                        upper_quartile: v + 0.4,
                        high: v + 2.0,
                    })
                    .collect();
                Boxes { at: steps, numbers, hue }.into()
            }
            10 => Strip { at: steps, y, hue }.into(),
            11 => Dumbbell {
                at: steps,
                from: x,
                from_interval: self.interval(&y),
                to_interval: self.interval(&y),
                to: y,
                hues: (hue, Hue::Blue),
            }
            .into(),
            12 => Lollipop { x, whiskers: self.interval(&y), y, base: 0.0, mark, hue }.into(),
            13 => {
                let (columns, rows) = (1 + self.below(20), 1 + self.below(9));
                Heat {
                    x_edges: (0..=columns).map(|i| i as f64).collect(),
                    y_edges: (0..=rows).map(|i| i as f64).collect(),
                    values: self.values(columns * rows),
                    palette: Palette::Diverging { low: hue, high: Hue::Green, middle: 0.5 },
                    limits: None,
                    decimals: self.one_in(2).then_some(2),
                    contour: self.one_in(2).then_some(0.5),
                }
                .into()
            }
            14 => match self.below(4) {
                0 => Regions { grid: self.grid(), hues: (hue, Hue::Pink), boundary: 0.5 }.into(),
                1 => Contours { grid: self.grid(), levels: vec![0.2, 0.8], hue }.into(),
                2 => Path { x, y, dots: true, arrow: true, hue, label: self.label() }.into(),
                _ => Segments { from: vec![[0.0, 0.0]], to: vec![[f64::NAN, 1.0]], hue, dash: Dash::Dashed }.into(),
            },
            _ => {
                let lanes = (0..=self.below(5))
                    .map(|_| Lane {
                        name: self.words(5),
                        events: x.iter().take(9).map(|&x| Event { x, mark, hue }).collect(),
                        spans: vec![LaneSpan { from: 1.0, to: 3.0, hue, text: self.words(2) }],
                    })
                    .collect();
                Lanes { lanes }.into()
            }
        }
    }

    fn note(&mut self) -> Note {
        let (a, b, hue) = (4.0 * (self.0)() - 1.0, 4.0 * (self.0)() - 1.0, self.pick(&HUES));
        let text = self.words(8);
        match self.below(6) {
            0 => Note::vertical(a, text),
            1 => Note::horizontal(a, text),
            2 => Note::SpanX { from: a, to: b, text, hue },
            3 => Note::SpanY { from: a, to: b, text, hue },
            4 => Note::text(a, b, text, hue),
            _ => Note::arrow([a, b], [b, a], text, hue),
        }
    }

    fn figure(&mut self) -> Figure {
        let mut figure =
            Figure::new("random", self.words(20)).subtitle(self.words(30)).caption(self.words(30)).alt("x");
        for _ in 0..self.below(5) {
            figure = figure.legend(self.words(6), self.pick(&HUES), LegendKey::Fill);
        }
        figure.layout = match self.below(3) {
            0 => Layout::Stack,
            1 => Layout::Grid { columns: 1 + self.below(4), share_y: self.one_in(2) },
            _ => Layout::default(),
        };
        for _ in 0..=self.below(4) {
            let mut panel = Panel::new(self.axis(), self.axis()).title(self.words(6));
            panel.equal_aspect = self.one_in(12);
            for _ in 0..self.below(5) {
                panel = panel.layer(self.layer());
            }
            for _ in 0..self.below(4) {
                panel = panel.note(self.note());
            }
            figure = figure.panel(panel);
        }
        figure
    }
}

#[test]
fn random_figures_keep_their_words_apart_and_on_the_canvas() {
    let mut faults = Vec::new();
    for seed in 0..250 {
        let figure = Dice(uniform(1000 + seed)).figure();
        let width = if seed % 2 == 0 { Width::Wide } else { Width::Narrow };
        let drawn = draw(&figure, width, Font::FromPage);
        let name = format!("{seed} {width:?}");
        if let Err(error) = resvg::usvg::roxmltree::Document::parse(&drawn.svg) {
            faults.push(format!("{name}: {error}"));
        }
        if drawn.svg.contains("NaN") || drawn.svg.contains("inf ") {
            faults.push(format!("{name}: a number that is none"));
        }
        let canvas = Rect { left: 0.0, top: 0.0, right: drawn.size.0, bottom: drawn.size.1 };
        let data: Vec<_> = drawn.plots.iter().flat_map(mllab_draw::PlotArea::data).collect();
        for (i, word) in drawn.words.iter().enumerate() {
            let area = word.area();
            if !canvas.grown(0.6).holds(&area) {
                faults.push(format!("{name}: {:?} leaves the canvas", word.text));
            }
            if word.kind == Kind::Note && data.iter().any(|&p| area.contains(p)) {
                faults.push(format!("{name}: {:?} covers data", word.text));
            }
            for other in &drawn.words[..i] {
                if area.grown(-0.6).meets(&other.area().grown(-0.6)) {
                    faults.push(format!(
                        "{name}: {:?} ({:?}) meets {:?} ({:?})",
                        word.text, word.kind, other.text, other.kind
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
