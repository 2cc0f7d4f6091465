//! Panels in rows with shared gutters: one plot width for all, gutters and margins shared down each column.

use crate::area::{Page, PlotArea};
use crate::font::{Weight, width};
use crate::geometry::Rect;
use crate::panel::{self, Place};
use crate::prepare::{self, Prepared, Tick};
use crate::sizes::Sizes;
use mllab_core::figure::{Figure, Layout, Scale};

/// The narrowest plot that is still one.
const LEAST: f64 = 96.0;

/// Widths that all rows share.
struct Measures {
    gutters: Vec<f64>,
    margins: Vec<f64>,
    plot_width: f64,
}

fn measure(prepared: &[Prepared<'_>], columns: usize, room: f64, sizes: &Sizes) -> Measures {
    let per_column = |f: &dyn Fn(&Prepared<'_>) -> f64| -> Vec<f64> {
        (0..columns).map(|c| prepared.iter().skip(c).step_by(columns).map(f).fold(0.0, f64::max)).collect()
    };
    // The texts of the outermost ticks stand half outside the plot.
    let half_tick = |p: &Prepared<'_>, last: bool| {
        let (ticks, upright) = prepare::x_ticks(p.x_axis, p.x_ends, 0.7 * room / columns as f64, sizes);
        let tick = if last { ticks.last() } else { ticks.first() };
        if upright || p.x_axis.range.is_none() && matches!(p.x_axis.scale, Scale::Category(_)) {
            return 0.0;
        }
        tick.and_then(|t| t.lines.first()).map_or(0.0, |text| width(text, sizes.text, Weight::Regular) / 2.0 + 1.0)
    };
    let gutters = per_column(&|p| p.gutter.max(half_tick(p, false)));
    let halves = per_column(&|p| half_tick(p, true));
    let mut margins = per_column(&|p| p.margin.max(half_tick(p, true)));
    let free = room - gutters.iter().sum::<f64>() - sizes.gap * (columns - 1) as f64;
    let plot_width = |margins: &[f64]| (free - margins.iter().sum::<f64>()) / columns as f64;
    if columns == 1 && plot_width(&margins) < LEAST {
        // Names that leave no plot go inside.
        margins = halves;
    }
    Measures { plot_width: plot_width(&margins).max(40.0), gutters, margins }
}

/// Gives every panel its place; `columns` in a row, or fewer where they would be slivers.
pub fn place(page: &mut Page, figure: &Figure, columns: usize, room: f64, extra: f64) -> Vec<PlotArea> {
    let sizes = page.sizes;
    let mut plots = Vec::new();
    if figure.panels.is_empty() {
        return plots;
    }
    let mut columns = columns;
    let (mut prepared, measures) = loop {
        let prepared = prepare::all(figure, &sizes, columns, room);
        let measures = measure(&prepared, columns, room, &sizes);
        if columns == 1 || LEAST <= measures.plot_width {
            break (prepared, measures);
        }
        columns -= 1;
    };
    let stacked = figure.layout == Layout::Stack;
    let n = prepared.len();
    for row in 0..n.div_ceil(columns) {
        let members = &mut prepared[row * columns..((row + 1) * columns).min(n)];
        let mut places = Vec::new();
        let mut x = page.left;
        for (c, p) in members.iter_mut().enumerate() {
            let mut wide = measures.plot_width;
            let ratio = (p.y_ends[1] - p.y_ends[0]) / (p.x_ends[1] - p.x_ends[0]);
            // One measure for both axes is for planes; a sliver would hold no ticks.
            let linear = [p.x_axis, &p.y_axis].iter().all(|axis| axis.scale == Scale::Linear);
            if p.panel.equal_aspect && linear && (0.3..4.0).contains(&ratio) {
                let most = if columns == 1 && !sizes.narrow { 380.0 } else { 330.0 };
                p.height = (wide * ratio).min(most);
                wide = p.height / ratio;
            }
            let (ticks, upright) = prepare::x_ticks(p.x_axis, p.x_ends, wide, &sizes);
            let cell = measures.gutters[c] + measures.plot_width + measures.margins[c];
            let head = panel::head(
                p,
                &sizes,
                measures.gutters[c] + wide + measures.margins[c].min(24.0),
                x,
                x + measures.gutters[c] + wide,
            );
            places.push((x, cell, wide, ticks, upright, head));
            x += cell + sizes.gap;
        }
        let head = places.iter().map(|place| place.5.height).fold(0.0, f64::max);
        let last_row = (row + 1) * columns >= n;
        let mut bottom = 0.0_f64;
        for (c, (p, (x, cell, wide, ticks, upright, words))) in members.iter().zip(places).enumerate() {
            let top = page.y + head;
            let named = p.named_rows() && !p.filled();
            let high = (p.height + if named && extra < 0.0 { 0.0 } else { extra }).max(48.0);
            let left = x + measures.gutters[c];
            let place = Place {
                frame: Rect { left, top, right: left + wide, bottom: top + high },
                cell: Rect { left: x, top: page.y, right: x + cell, bottom: top + high },
                head: words,
                row_top: page.y,
                x_ticks: if stacked && !last_row { silent(ticks) } else { ticks },
                upright,
                x_label: !stacked || last_row,
            };
            let (end, area) = panel::draw(&mut page.scene, p, &place, &sizes);
            bottom = bottom.max(end);
            plots.push(area);
        }
        page.y = bottom + if last_row { 0.0 } else { 14.0 };
    }
    plots
}

/// Ticks without their texts.
fn silent(ticks: Vec<Tick>) -> Vec<Tick> {
    ticks.into_iter().map(|tick| Tick { lines: vec![], ..tick }).collect()
}
