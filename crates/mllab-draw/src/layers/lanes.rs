//! Rows of events and spans over a time axis.

use crate::font::{Weight, width};
use crate::geometry::{Rect, pt};
use crate::plot::{Line, Plot, extent};
use crate::scene::{Anchor, Kind, Style};
use crate::theme::Role;
use mllab_core::figure::Lanes;

pub fn draw(plot: &mut Plot<'_>, l: &Lanes) {
    let half = (0.36 * plot.slot).min(11.0);
    for (row, lane) in l.lanes.iter().enumerate() {
        let y = plot.y.px(row as f64);
        plot.scene.line(vec![pt(plot.frame.left, y), pt(plot.frame.right, y)], Style::stroke(Role::Grid, 1.0));
        for span in &lane.spans {
            let (from, to) = (plot.x.px(span.from), plot.x.px(span.to));
            if !from.is_finite() || !to.is_finite() {
                continue;
            }
            let role = Role::Tint(span.hue, 5);
            let Some(body) = plot.block(Rect::new(pt(from, y - half), pt(to, y + half)), Style::fill(role)) else {
                continue;
            };
            let size = plot.sizes.note;
            if width(&span.text, size, Weight::Regular) + 6.0 < body.width() {
                let line = Line { text: span.text.clone(), size, weight: Weight::Regular, role: role.text_on() };
                let (w, h) = extent(std::slice::from_ref(&line));
                let x = f64::midpoint(body.left, body.right);
                let area = Rect::new(pt(x - w / 2.0, y - h / 2.0), pt(x + w / 2.0, y + h / 2.0));
                if !plot.ground.boxes.iter().any(|b| b.meets(&area)) {
                    plot.put(&[line], &area, Anchor::Middle, Kind::Value, None);
                }
            }
        }
        for event in &lane.events {
            plot.mark(pt(plot.x.px(event.x), y), 1.25 * plot.sizes.mark, event.mark, event.hue);
        }
    }
}
