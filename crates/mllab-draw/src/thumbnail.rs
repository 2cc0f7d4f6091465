//! A figure without words, for a tile of the front page: the shape of its data and nothing else.

use crate::geometry::Rect;
use crate::scene::{Scene, Shape};
use crate::sizes::Sizes;
use crate::{paint, panel, prepare};
use mllab_core::Figure;
use mllab_core::figure::Layout;

/// `figure` as a wordless SVG of `width` by `height` px, to stand inline in a page beside a caption of its own: a stack
/// whole, of a grid at most two rows of three. Hidden from screen readers, since the tile's words say what it shows.
pub fn thumbnail(figure: &Figure, width: f64, height: f64, prefix: &str) -> String {
    let sizes = Sizes { stroke: 1.7, mark: 3.0, ..Sizes::new(false) };
    let prepared = prepare::all(figure, &sizes, 1, width);
    let mut scene = Scene { width, height, ..Scene::default() };
    let whole = Rect { left: 6.0, top: 6.0, right: width - 6.0, bottom: height - 6.0 };
    for (p, plot) in prepared.iter().zip(places(figure, &prepared.iter().map(|p| p.height).collect::<Vec<_>>(), whole))
    {
        panel::sketch(&mut scene, p, plot, &sizes);
    }
    scene.items.retain(|item| !matches!(item.shape, Shape::Text(_)));
    let id = format!("{prefix}-thumbnail");
    let frame = paint::Frame { width, height, id: &id, title: "", alt: "", style: "" };
    frame.around(&paint::dress(&scene, &paint::draw(&scene)))
}

/// Where each panel goes: below each other by their shares of the height, or in a grid's first rows.
fn places(figure: &Figure, shares: &[f64], whole: Rect) -> Vec<Rect> {
    const GAP: f64 = 10.0;
    let cells = |from: f64, to: f64, shares: &[f64]| -> Vec<(f64, f64)> {
        let room = to - from - GAP * shares.len().saturating_sub(1) as f64;
        let sum: f64 = shares.iter().sum();
        let mut at = from;
        shares
            .iter()
            .map(|share| {
                let cell = (at, at + room * share / sum);
                at = cell.1 + GAP;
                cell
            })
            .collect()
    };
    match figure.layout {
        Layout::Stack => cells(whole.top, whole.bottom, shares)
            .into_iter()
            .map(|(top, bottom)| Rect { top, bottom, ..whole })
            .collect(),
        Layout::Grid { columns, .. } => {
            let columns = columns.clamp(1, 3).min(shares.len().max(1));
            let rows = shares.len().div_ceil(columns).clamp(1, 2);
            let mut places = Vec::new();
            for (top, bottom) in cells(whole.top, whole.bottom, &vec![1.0; rows]) {
                for (left, right) in cells(whole.left, whole.right, &vec![1.0; columns]) {
                    places.push(Rect { left, top, right, bottom });
                }
            }
            places
        }
    }
}
