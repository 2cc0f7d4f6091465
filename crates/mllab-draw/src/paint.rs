//! A scene to SVG: plotters draws it, then each element is dressed in what plotters cannot say.
//!
//! Plotters counts in whole pixels, so it draws on a canvas ten times as large and the view box scales it back: a
//! tenth of a pixel is the finest step, and coordinates stay short. Each element's colour is the number of its item;
//! the second pass reads that number and writes classes, colours, dashes, weights and relative paths instead, joining
//! neighbours of one style.

use crate::font::{FAMILY, Weight};
use crate::geometry::Pt;
use crate::scene::{Anchor, Scene, Shape, Style, Word};
use mllab_core::figure::Dash;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::fmt::Write as _;

/// Canvas units a px.
pub const TENTHS: f64 = 10.0;

/// Plotters takes a font's height from ascent to descent and SVG the em: Inter's ratio, which plotters' SVG divides by.
const EM_TO_PLOTTERS: f64 = 1.24;

fn place(p: Pt) -> (i32, i32) {
    (tenths(p.x), tenths(p.y))
}

fn tenths(v: f64) -> i32 {
    (v * TENTHS).round() as i32
}

/// The scene as plotters draws it, every item in the colour of its number.
pub fn draw(scene: &Scene) -> String {
    let mut raw = String::with_capacity(64 * 1024);
    {
        let size = (tenths(scene.width) as u32, tenths(scene.height) as u32);
        let root = SVGBackend::with_string(&mut raw, size).into_drawing_area();
        for (i, item) in scene.items.iter().enumerate() {
            let key = RGBColor((i >> 16) as u8, (i >> 8) as u8, i as u8);
            let drawn = match &item.shape {
                Shape::Line(points) => {
                    let points: Vec<_> = points.iter().copied().map(place).collect();
                    root.draw(&PathElement::new(points, key.stroke_width(1)))
                }
                Shape::Area(points) => {
                    let points: Vec<_> = points.iter().copied().map(place).collect();
                    root.draw(&Polygon::new(points, key.filled()))
                }
                Shape::Block(rect) => {
                    let corners = [(tenths(rect.left), tenths(rect.top)), (tenths(rect.right), tenths(rect.bottom))];
                    root.draw(&Rectangle::new(corners, key.filled()))
                }
                Shape::Disc(centre, radius) => root.draw(&Circle::new(place(*centre), tenths(*radius), key.filled())),
                Shape::Text(word) => root.draw(&Text::new(word.text.as_str(), place(word.at), text_style(word, key))),
            };
            drawn.expect("drawing into a string cannot fail");
        }
        root.present().expect("drawing into a string cannot fail");
    }
    raw
}

fn text_style(word: &Word, key: RGBColor) -> TextStyle<'_> {
    let anchor = match word.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let turn = if word.upright { FontTransform::Rotate270 } else { FontTransform::None };
    let font = ("Inter", word.size * TENTHS * EM_TO_PLOTTERS).into_font().transform(turn);
    let mut style = TextStyle::from(font);
    style.color = key.to_backend_color();
    style.pos = Pos::new(anchor, VPos::Bottom);
    style
}

/// What plotters drew, dressed: the inside of the SVG element.
pub fn dress(scene: &Scene, raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut run: Option<(usize, Element<'_>)> = None;
    let mut elements: Vec<(usize, Element<'_>)> = Vec::new();
    let mut lines = raw.lines().skip(1);
    let mut index = 0;
    while let Some(line) = lines.next() {
        let Some(element) = Element::read(line, &mut lines) else { continue };
        debug_assert_eq!(Some(index), key_of(line), "plotters draws one element an item");
        let same = run.as_ref().is_some_and(|(first, before)| {
            let (a, b) = (&scene.items[*first], &scene.items[index]);
            before.kind() == element.kind() && a.style == b.style && same_setting(&a.shape, &b.shape)
        });
        if !same {
            write_run(&mut out, scene, &elements);
            elements.clear();
            run = Some((index, element.clone()));
        }
        elements.push((index, element));
        index += 1;
    }
    write_run(&mut out, scene, &elements);
    out
}

/// The number of the item that an element's colour gives.
fn key_of(line: &str) -> Option<usize> {
    let at = line.rfind("=\"#").or_else(|| line.find("=\"#"))?;
    usize::from_str_radix(line.get(at + 3..at + 9)?, 16).ok()
}

/// Whether two texts differ in no more than place and words.
fn same_setting(a: &Shape, b: &Shape) -> bool {
    match (a, b) {
        (Shape::Text(a), Shape::Text(b)) => {
            a.size == b.size && a.weight == b.weight && a.anchor == b.anchor && a.halo == b.halo
        }
        _ => true,
    }
}

/// An element as plotters wrote it.
#[derive(Clone)]
enum Element<'a> {
    Path { points: &'a str, closed: bool },
    Block([&'a str; 4]),
    Disc([&'a str; 3]),
    Text { at: [&'a str; 2], turn: Option<&'a str>, escaped: &'a str },
}

impl<'a> Element<'a> {
    fn read(line: &'a str, rest: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let attribute = |name: &str| {
            let start = line.find(name)? + name.len();
            let end = line[start..].find('"')? + start;
            Some(&line[start..end])
        };
        let tag = line.strip_prefix('<')?.split(' ').next()?;
        match tag {
            "polyline" => Some(Element::Path { points: attribute(" points=\"")?, closed: false }),
            "polygon" => Some(Element::Path { points: attribute(" points=\"")?, closed: true }),
            "rect" => Some(Element::Block([
                attribute(" x=\"")?,
                attribute(" y=\"")?,
                attribute(" width=\"")?,
                attribute(" height=\"")?,
            ])),
            "circle" => Some(Element::Disc([attribute(" cx=\"")?, attribute(" cy=\"")?, attribute(" r=\"")?])),
            "text" => {
                let at = [attribute(" x=\"")?, attribute(" y=\"")?];
                let turn = attribute(" transform=\"");
                let escaped = rest.next()?;
                rest.next();
                Some(Element::Text { at, turn, escaped })
            }
            _ => None,
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Element::Path { closed: false, .. } => 0,
            Element::Path { .. } | Element::Block(_) => 1,
            Element::Disc(_) => 2,
            Element::Text { .. } => 3,
        }
    }
}

/// Neighbours of one style: one path where they are paths, else one group.
fn write_run(out: &mut String, scene: &Scene, elements: &[(usize, Element<'_>)]) {
    let Some((first, element)) = elements.first() else { return };
    let item = &scene.items[*first];
    let attributes = attributes(&item.style, &item.shape);
    let joins = item.style.opacity == 100 && (item.style.fill.is_none() || item.style.stroke.is_none());
    if element.kind() < 2 && (joins || elements.len() == 1) {
        let _ = write!(out, "<path{attributes} d=\"");
        for (_, element) in elements {
            write_path(out, element);
        }
        out.push_str("\"/>\n");
        return;
    }
    let grouped = elements.len() > 1;
    if grouped {
        let _ = writeln!(out, "<g{attributes}>");
    }
    let own = if grouped { "" } else { &attributes };
    for (_, element) in elements {
        match element {
            Element::Path { .. } | Element::Block(_) => {
                let _ = write!(out, "<path{own} d=\"");
                write_path(out, element);
                out.push_str("\"/>\n");
            }
            Element::Disc([x, y, r]) => {
                let _ = writeln!(out, "<circle{own} cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
            }
            Element::Text { at: [x, y], turn, escaped } => {
                let _ = write!(out, "<text{own} x=\"{x}\" y=\"{y}\"");
                if let Some(turn) = turn {
                    let _ = write!(out, " transform=\"{turn}\"");
                }
                let _ = writeln!(out, ">{escaped}</text>");
            }
        }
    }
    if grouped {
        out.push_str("</g>\n");
    }
}

/// Path data in steps from point to point: shorter than places, and short steps are what curves are made of.
fn write_path(out: &mut String, element: &Element<'_>) {
    match element {
        Element::Block([x, y, w, h]) => {
            let _ = write!(out, "M{x} {y}h{w}v{h}h-{w}z");
        }
        Element::Path { points, closed } => {
            let mut last: Option<(i32, i32)> = None;
            let mut command = ' ';
            for pair in points.split_ascii_whitespace() {
                let Some((x, y)) = pair.split_once(',') else { continue };
                let (Ok(x), Ok(y)) = (x.parse::<i32>(), y.parse::<i32>()) else { continue };
                match last {
                    None => {
                        let _ = write!(out, "M{x} {y}");
                    }
                    Some((x0, y0)) => match (x - x0, y - y0) {
                        (0, 0) => continue,
                        (dx, 0) => step(out, &mut command, 'h', &[dx]),
                        (0, dy) => step(out, &mut command, 'v', &[dy]),
                        (dx, dy) => step(out, &mut command, 'l', &[dx, dy]),
                    },
                }
                last = Some((x, y));
            }
            if *closed {
                out.push('z');
            } else if command == ' ' {
                // A lone point: a step of no length still gets its round cap.
                out.push_str("h0");
            }
        }
        _ => {}
    }
}

fn step(out: &mut String, command: &mut char, next: char, by: &[i32]) {
    let mut separate = *command == next;
    if *command != next {
        out.push(next);
        *command = next;
    }
    for &v in by {
        if separate && v >= 0 {
            out.push(' ');
        }
        let _ = write!(out, "{v}");
        separate = true;
    }
}

/// Classes for a page's style, and the same said as attributes for everyone else.
fn attributes(style: &Style, shape: &Shape) -> String {
    let mut out = String::with_capacity(120);
    out.push_str(" class=\"");
    if let Some(fill) = style.fill {
        fill.class(&mut out, 'f');
    }
    let halo = match shape {
        Shape::Text(word) => word.halo,
        _ => None,
    };
    let stroke = style.stroke.or(halo.map(|role| (role, HALO)));
    if let Some((role, _)) = stroke {
        if style.fill.is_some() {
            out.push(' ');
        }
        role.class(&mut out, 's');
    }
    out.push('"');
    match style.fill {
        Some(fill) => {
            let _ = write!(out, " fill=\"{}\"", fill.hex());
        }
        None => out.push_str(" fill=\"none\""),
    }
    if let Some((role, width)) = stroke {
        let _ = write!(out, " stroke=\"{}\" stroke-width=\"{}\"", role.hex(), tenths(width));
        let w = tenths(width);
        match style.dash {
            Dash::Solid => {}
            Dash::Dashed => {
                let _ = write!(out, " stroke-linecap=\"butt\" stroke-dasharray=\"{} {}\"", 35 + w, 18 + w);
            }
            Dash::Dotted => {
                let _ = write!(out, " stroke-dasharray=\"0 {}\"", 12 + 2 * w);
            }
        }
    }
    if style.opacity < 100 {
        let _ = write!(out, " fill-opacity=\"{}\"", f64::from(style.opacity) / 100.0);
    }
    if style.crisp {
        out.push_str(" shape-rendering=\"crispEdges\"");
    }
    if style.even_odd {
        out.push_str(" fill-rule=\"evenodd\"");
    }
    if let Shape::Text(word) = shape {
        let _ = write!(out, " font-size=\"{}\"", tenths(word.size));
        if word.weight == Weight::Semibold {
            out.push_str(" font-weight=\"600\"");
        }
        match word.anchor {
            Anchor::Start => {}
            Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
            Anchor::End => out.push_str(" text-anchor=\"end\""),
        }
        if halo.is_some() {
            out.push_str(" paint-order=\"stroke\"");
        }
    }
    out
}

/// Width of the outline under words that cross lines, in px.
const HALO: f64 = 3.6;

/// What stands around the elements.
pub struct Frame<'a> {
    pub width: f64,
    pub height: f64,
    pub id: &'a str,
    pub title: &'a str,
    pub alt: &'a str,
    /// Rules of a file that stands alone.
    pub style: &'a str,
}

impl Frame<'_> {
    /// The whole SVG.
    pub fn around(&self, inside: &str) -> String {
        let Frame { width, height, id, .. } = self;
        let (w, h) = (tenths(*width), tenths(*height));
        let mut out = String::with_capacity(inside.len() + self.style.len() + 1200);
        let named = if self.title.is_empty() {
            "aria-hidden=\"true\"".to_string()
        } else {
            format!("role=\"img\" aria-labelledby=\"{id}-title {id}-desc\"")
        };
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" class=\"mllab-figure\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {w} {h}\" {named} \
             font-family=\"{FAMILY}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">"
        );
        if !self.title.is_empty() {
            let _ = writeln!(out, "<title id=\"{id}-title\">{}</title>", escape(self.title));
            let _ = writeln!(out, "<desc id=\"{id}-desc\">{}</desc>", escape(self.alt));
        }
        if !self.style.is_empty() {
            let _ = writeln!(out, "<style>{}</style>", self.style);
        }
        out.push_str(inside);
        out.push_str("</svg>\n");
        mllab_core::shown::in_markup(&out)
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
