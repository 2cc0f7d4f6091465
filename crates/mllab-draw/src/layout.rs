//! From a figure to a scene: what stands where. Title, subtitle, legend, panels in rows with shared gutters, caption.

use crate::area::{Page, PlotArea};
use crate::font::{Weight, width};
use crate::geometry::{Pt, Rect, pt};
use crate::layers::is_crowded;
use crate::plot::{LEADING, draw_mark};
use crate::rows;
use crate::scene::{Anchor, Kind, Scene, Style, Word};
use crate::sizes::Sizes;
use crate::text::{greedy, wrap};
use crate::theme::Role;
use mllab_core::figure::{Figure, Layout, LegendItem, LegendKey};

/// The page that a figure is laid out on.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    pub width: f64,
    /// The plot grows or shrinks to this height where it is given.
    pub height: Option<f64>,
    pub narrow: bool,
    /// So many panels stand in a row at most.
    pub most_abreast: usize,
    /// The plots give way until the whole is no higher than this, as far as they can.
    pub most_height: Option<f64>,
    /// No text is smaller than this.
    pub least_text: f64,
    /// Left and right, then top, then bottom.
    pub pad: [f64; 3],
    /// Whether the page itself is painted.
    pub painted: bool,
}

/// A figure as laid out.
pub struct Sheet {
    pub scene: Scene,
    /// Each panel's plot.
    pub plots: Vec<PlotArea>,
}

/// Lays out `figure`.
pub fn lay_out(figure: &Figure, command: &str, paper: &Paper) -> Sheet {
    let first = attempt(figure, command, paper, 0.0);
    let wanted = paper.height.or((!paper.narrow && figure.panels.len() == 1).then_some(paper.width * 9.0 / 16.0));
    let rows = row_count(figure, paper.most_abreast) as f64;
    let flexible = figure.panels.iter().all(|p| !p.equal_aspect);
    if let Some(most) = paper.most_height.filter(|most| flexible && *most < first.scene.height) {
        let lowest = first.plots.iter().map(|plot| plot.frame.bottom - plot.frame.top).fold(f64::INFINITY, f64::min);
        let spare = ((most - first.scene.height) / rows).max((LOWEST - lowest).min(0.0));
        let lower = attempt(figure, command, paper, spare);
        return if lower.is_legible() { lower } else { first };
    }
    let Some(wanted) = wanted else { return first };
    let spare = (wanted - first.scene.height) / rows;
    // A page of given proportions: what is left over goes to the plots.
    let grows = flexible && (paper.height.is_some() || spare > 0.0);
    if grows && spare.abs() > 1.0 { attempt(figure, command, paper, spare) } else { first }
}

/// The subtitle, which calls an interval as it is drawn.
fn subtitle(figure: &Figure) -> String {
    if figure.panels.iter().any(|panel| is_crowded(&panel.layers)) {
        figure.subtitle.replace("bands:", "whiskers:").replace("band:", "whiskers:")
    } else {
        figure.subtitle.clone()
    }
}

impl Sheet {
    /// Whether no two words meet.
    fn is_legible(&self) -> bool {
        let areas: Vec<Rect> = self.scene.words().map(|word| word.area().grown(-0.6)).collect();
        areas.iter().enumerate().all(|(i, area)| areas[..i].iter().all(|other| !area.meets(other)))
    }
}

/// A plot does not give way beyond this height.
const LOWEST: f64 = 96.0;

fn row_count(figure: &Figure, most_abreast: usize) -> usize {
    figure.panels.len().div_ceil(columns(figure, most_abreast)).max(1)
}

fn columns(figure: &Figure, most_abreast: usize) -> usize {
    match figure.layout {
        Layout::Grid { columns, .. } => columns.min(most_abreast).clamp(1, figure.panels.len().max(1)),
        Layout::Stack => 1,
    }
}

fn attempt(figure: &Figure, command: &str, paper: &Paper, extra: f64) -> Sheet {
    let sizes = Sizes::new(paper.narrow);
    let sizes = Sizes { caption: sizes.caption.max(paper.least_text), ..sizes };
    let [side, top, bottom] = paper.pad;
    let room = paper.width - 2.0 * side;
    let mut scene = Scene { width: paper.width, ..Scene::default() };
    if paper.painted {
        scene.block(Rect { left: 0.0, top: 0.0, right: paper.width, bottom: 1.0 }, Style::fill(Role::Paper));
    }
    let mut page = Page { scene, sizes, left: side, y: top };
    page.paragraph(
        wrap(&figure.title.to_string(), sizes.title, Weight::Semibold, room),
        sizes.title,
        Weight::Semibold,
        Role::Ink,
        1.22,
    );
    page.y += 5.0;
    page.paragraph(
        greedy(&subtitle(figure), sizes.subtitle, Weight::Regular, room),
        sizes.subtitle,
        Weight::Regular,
        Role::Muted,
        1.36,
    );
    page.y += if figure.legend.is_empty() { 14.0 } else { 8.0 };
    page.legend(&figure.legend, room);

    let plots = rows::place(&mut page, figure, columns(figure, paper.most_abreast), room, extra);

    let caption = match (command.is_empty(), figure.caption.is_empty()) {
        (true, _) => figure.caption.clone(),
        (false, true) => command.to_string(),
        (false, false) => format!("{command}. {}", figure.caption),
    };
    page.y += 10.0;
    page.paragraph(
        greedy(&caption, sizes.caption, Weight::Regular, room),
        sizes.caption,
        Weight::Regular,
        Role::Muted,
        1.36,
    );
    let mut scene = page.scene;
    scene.height = (page.y + bottom).round();
    if paper.painted
        && let Some(item) = scene.items.first_mut()
    {
        let page = Rect { left: 0.0, top: 0.0, right: paper.width, bottom: scene.height };
        item.shape = crate::scene::Shape::Block(page);
    }
    Sheet { scene, plots }
}

impl Page {
    /// Lines of text over the whole width.
    fn paragraph(&mut self, lines: Vec<String>, size: f64, weight: Weight, role: Role, leading: f64) {
        if lines.iter().all(|line| line.trim().is_empty()) {
            return;
        }
        for text in lines {
            let baseline = self.y + 0.5 * (leading - 1.0) * size + 0.8 * size;
            self.scene.word(Word {
                text,
                at: pt(self.left, baseline),
                size,
                weight,
                anchor: Anchor::Start,
                kind: Kind::Frame,
                upright: false,
                role,
                halo: None,
            });
            self.y += leading * size;
        }
    }

    /// The legend's entries in rows.
    fn legend(&mut self, items: &[LegendItem], room: f64) {
        const KEY: f64 = 22.0;
        if items.is_empty() {
            return;
        }
        let (size, row) = (self.sizes.text, 1.6 * self.sizes.text);
        let (mut x, mut words) = (0.0, Vec::new());
        for item in items {
            let lines = greedy(&item.text, size, Weight::Regular, room - KEY);
            let wide = lines.iter().map(|line| width(line, size, Weight::Regular)).fold(0.0, f64::max);
            if x > 0.0 && room < x + KEY + wide {
                x = 0.0;
                self.y += row;
            }
            self.key(item, pt(self.left + x, self.y + row / 2.0));
            let n = lines.len();
            for (i, text) in lines.into_iter().enumerate() {
                words.push(Word {
                    text,
                    at: pt(self.left + x + KEY, self.y + row / 2.0 + 0.36 * size + i as f64 * LEADING * size),
                    size,
                    weight: Weight::Regular,
                    anchor: Anchor::Start,
                    kind: Kind::Frame,
                    upright: false,
                    role: Role::Ink,
                    halo: None,
                });
            }
            self.y += (n - 1) as f64 * LEADING * size;
            x += KEY + wide + 22.0;
        }
        for word in words {
            self.scene.word(word);
        }
        self.y += row + 10.0;
    }

    fn key(&mut self, item: &LegendItem, at: Pt) {
        let square = Rect { left: at.x, top: at.y - 6.5, right: at.x + 13.0, bottom: at.y + 6.5 };
        match item.key {
            LegendKey::Line(dash) => {
                let style = Style::stroke(Role::Series(item.hue), self.sizes.stroke).dashed(dash);
                self.scene.line(vec![pt(at.x, at.y), pt(at.x + 16.0, at.y)], style);
            }
            LegendKey::Fill => self.scene.block(square, Style::fill(Role::Series(item.hue))),
            LegendKey::Tint => self.scene.block(square, Style::fill(Role::Tint(item.hue, 5))),
            LegendKey::Mark(mark) => {
                draw_mark(&mut self.scene, pt(at.x + 7.0, at.y), 1.35 * self.sizes.mark, mark, item.hue);
            }
        }
    }
}
