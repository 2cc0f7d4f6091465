//! A figure without words, for a tile of the front page: the shape of its data and nothing else.

use crate::geometry::Rect;
use crate::scene::{Scene, Shape};
use crate::sizes::Sizes;
use crate::{paint, panel, prepare};
use mllab_core::Figure;
use mllab_core::figure::Layout;

/// `figure` as a wordless SVG of `width` by `height` px, to stand inline in a page beside a caption of its own: a stack
/// whole, of a grid its first panel. Hidden from screen readers, since the tile's words say what it shows.
pub fn thumbnail(figure: &Figure, width: f64, height: f64, prefix: &str) -> String {
    const GAP: f64 = 10.0;
    let sizes = Sizes { stroke: 1.7, mark: 3.0, ..Sizes::new(false) };
    let prepared = prepare::all(figure, &sizes, 1, width);
    let shown = if figure.layout == Layout::Stack { prepared.len() } else { prepared.len().min(1) };
    let shares: f64 = prepared[..shown].iter().map(|p| p.height).sum();
    let room = height - 12.0 - GAP * shown.saturating_sub(1) as f64;
    let mut scene = Scene { width, height, ..Scene::default() };
    let mut top = 6.0;
    for p in &prepared[..shown] {
        let bottom = top + room * p.height / shares;
        panel::sketch(&mut scene, p, Rect { left: 6.0, top, right: width - 6.0, bottom }, &sizes);
        top = bottom + GAP;
    }
    scene.items.retain(|item| !matches!(item.shape, Shape::Text(_)));
    let id = format!("{prefix}-thumbnail");
    let frame = paint::Frame { width, height, id: &id, title: "", alt: "", style: "" };
    frame.around(&paint::dress(&scene, &paint::draw(&scene)))
}
