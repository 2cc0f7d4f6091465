//! SVG to PNG with resvg, with no font but the embedded one.

use crate::font::{Weight, covers};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

/// What can go wrong between an SVG and its PNG.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The text is no SVG.
    #[error("cannot read the svg: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The picture has no area, or more than fits into memory.
    #[error("cannot draw a picture of {width} by {height} px")]
    Size {
        /// Wanted width.
        width: u32,
        /// Wanted height.
        height: u32,
    },
    /// The encoder refused.
    #[error("cannot encode the png: {0}")]
    Png(#[from] png::EncodingError),
}

/// The PNG of an SVG that this crate drew, at twice its size.
///
/// # Errors
///
/// If `svg` is no SVG or has no area.
pub fn png(svg: &str) -> Result<Vec<u8>, DrawError> {
    static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = fontdb::Database::new();
        for weight in [Weight::Regular, Weight::Semibold] {
            fonts.load_font_data(weight.bytes().to_vec());
        }
        fonts.set_sans_serif_family("Inter");
        Arc::new(fonts)
    });
    // Where only a reader's system could help (CJK), the picture shows that something stands there.
    let foreign = |c: char| !c.is_ascii() && !covers(c);
    let boxed: String;
    let svg = if svg.chars().any(foreign) {
        boxed = svg.chars().map(|c| if foreign(c) { '□' } else { c }).collect();
        &boxed
    } else {
        svg
    };
    let options = Options { fontdb: FONTS.clone(), font_family: "Inter".into(), ..Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let (width, height) = ((2.0 * tree.size().width()).round() as u32, (2.0 * tree.size().height()).round() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or(DrawError::Size { width, height })?;
    pixels.fill(resvg::tiny_skia::Color::WHITE);
    resvg::render(&tree, Transform::from_scale(2.0, 2.0), &mut pixels.as_mut());
    encode(&pixels, width, height)
}

/// The paper is opaque, so three channels do.
fn encode(pixels: &Pixmap, width: u32, height: u32) -> Result<Vec<u8>, DrawError> {
    let mut rgb = Vec::with_capacity(3 * (width * height) as usize);
    rgb.extend(pixels.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]));
    let mut out = Vec::with_capacity(rgb.len() / 16);
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(out)
}
