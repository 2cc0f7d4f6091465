//! SVG to PNG with resvg, with no font but the embedded one.

use crate::font::{Weight, covers};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::collections::HashMap;
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

/// A picture of few colours is one byte a pixel: flat areas and lines with soft edges have some thousand colours, of
/// which all but the rarest edge tones fit a palette of 256. Three times smaller than three channels, and faster.
fn encode(pixels: &Pixmap, width: u32, height: u32) -> Result<Vec<u8>, DrawError> {
    let (palette, indices) = Palette::of(pixels.data());
    let mut out = Vec::with_capacity(indices.len() / 16);
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_deflate_compression(png::DeflateCompression::Level(4));
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(out)
}

/// Colours by how often they occur.
struct Palette;

impl Palette {
    /// The 256 most frequent colours as red, green, blue, and for each pixel the nearest of them.
    fn of(data: &[u8]) -> (Vec<u8>, Vec<u8>) {
        // Neighbours mostly share a colour, so colours are counted by runs.
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for p in data.chunks_exact(4) {
            let colour = u32::from_be_bytes([0, p[0], p[1], p[2]]);
            match runs.last_mut() {
                Some((last, n)) if *last == colour => *n += 1,
                _ => runs.push((colour, 1)),
            }
        }
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for &(colour, n) in &runs {
            *counts.entry(colour).or_default() += n;
        }
        let mut colours: Vec<(u32, u32)> = counts.into_iter().collect();
        // Most frequent first; ties by value, so that no order of a map shows.
        colours.sort_unstable_by_key(|&(colour, n)| (std::cmp::Reverse(n), colour));
        let kept: Vec<[i32; 3]> = colours.iter().take(256).map(|&(colour, _)| channels(colour)).collect();
        let index: HashMap<u32, u8> = colours
            .iter()
            .enumerate()
            .map(|(i, &(colour, _))| (colour, if i < 256 { i as u8 } else { nearest(&kept, channels(colour)) }))
            .collect();
        let mut indices = Vec::with_capacity(data.len() / 4);
        for (colour, n) in runs {
            indices.resize(indices.len() + n as usize, index[&colour]);
        }
        (kept.iter().flatten().map(|&v| v as u8).collect(), indices)
    }
}

fn channels(colour: u32) -> [i32; 3] {
    [16, 8, 0].map(|shift| (colour >> shift & 0xff) as i32)
}

fn nearest(palette: &[[i32; 3]], [r, g, b]: [i32; 3]) -> u8 {
    let off = |c: &[i32; 3]| (c[0] - r).pow(2) + (c[1] - g).pow(2) + (c[2] - b).pow(2);
    (0..palette.len()).min_by_key(|&i| off(&palette[i])).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_svg_is_an_error() {
        assert!(matches!(png("no picture"), Err(DrawError::Svg(_))));
    }

    #[test]
    fn few_colours_stay_exact_and_many_stay_near() {
        let exact: Vec<u8> = (0..200_u8).flat_map(|i| [i, 255 - i, 7, 255]).collect();
        let (palette, indices) = Palette::of(&exact);
        for (pixel, &i) in exact.chunks(4).zip(&indices) {
            assert_eq!(pixel[..3], palette[3 * usize::from(i)..3 * usize::from(i) + 3]);
        }
        let many: Vec<u8> = (0..2000_u32).flat_map(|i| [(i / 8) as u8, (i % 256) as u8, 90, 255]).collect();
        assert_eq!(Palette::of(&many).0.len(), 768);
    }
}
