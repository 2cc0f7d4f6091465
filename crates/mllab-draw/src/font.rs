//! The one typeface: Inter, regular and semibold, embedded; how wide a text is; the faces that a page or a file carries.

use crate::subset;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use ttf_parser::{Face, GlyphId};

/// The font-family of all text. What Inter lacks (CJK) comes from the reader's system.
pub const FAMILY: &str = "Inter, system-ui, 'Noto Sans CJK SC', sans-serif";

/// Regular or semibold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    Semibold,
}

impl Weight {
    /// As CSS writes it.
    pub fn css(self) -> &'static str {
        match self {
            Weight::Regular => "400",
            Weight::Semibold => "600",
        }
    }

    /// The font file: a TrueType subset of Latin, Greek and mathematics.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Weight::Regular => include_bytes!("../fonts/Inter-400Regular.ttf"),
            Weight::Semibold => include_bytes!("../fonts/Inter-600SemiBold.ttf"),
        }
    }

    fn woff2(self) -> &'static [u8] {
        match self {
            Weight::Regular => include_bytes!("../fonts/Inter-400Regular.woff2"),
            Weight::Semibold => include_bytes!("../fonts/Inter-600SemiBold.woff2"),
        }
    }

    pub(crate) fn face(self) -> &'static Face<'static> {
        static FACES: LazyLock<[Face<'static>; 2]> = LazyLock::new(|| {
            [Weight::Regular, Weight::Semibold]
                .map(|weight| Face::parse(weight.bytes(), 0).expect("the embedded font is a font"))
        });
        &FACES[self as usize]
    }
}

/// Whether the embedded font has a glyph for `c`. Where it has none the reader's system fonts are asked.
pub fn covers(c: char) -> bool {
    Weight::Regular.face().glyph_index(c).is_some()
}

/// How wide `text` is at `size` px, without kerning (which only ever narrows it a little).
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    static ADVANCES: LazyLock<[Vec<u16>; 2]> =
        LazyLock::new(|| [Weight::Regular, Weight::Semibold].map(|w| (0..0x250).map(|c| advance(w, c)).collect()));
    let table = &ADVANCES[weight as usize];
    let units: u32 = text
        .chars()
        .map(|c| u32::from(table.get(c as usize).copied().unwrap_or_else(|| advance(weight, c as u32))))
        .sum();
    f64::from(units) * size / f64::from(weight.face().units_per_em())
}

fn advance(weight: Weight, c: u32) -> u16 {
    let face = weight.face();
    let glyph = char::from_u32(c).and_then(|c| face.glyph_index(c));
    match glyph {
        Some(glyph) => face.glyph_hor_advance(glyph).unwrap_or(0),
        // Not ours: ideographs are one em wide, and nothing that may stand in for them is wider.
        None => face.units_per_em(),
    }
}

/// The two `@font-face` rules that a page with inline figures carries once: all of the subset, as woff2.
pub fn font_face_css() -> &'static str {
    static CSS: LazyLock<String> = LazyLock::new(|| {
        [Weight::Regular, Weight::Semibold]
            .map(|weight| {
                format!(
                    "@font-face{{font-family:Inter;font-weight:{};font-style:normal;font-display:block;\
                     src:url(data:font/woff2;base64,{}) format(\"woff2\")}}\n",
                    weight.css(),
                    STANDARD.encode(weight.woff2())
                )
            })
            .concat()
    });
    &CSS
}

/// The `@font-face` rules of a file that stands alone: only the glyphs that it uses, as TrueType.
pub(crate) fn subset_css(used: &[(Weight, BTreeSet<char>)]) -> String {
    let mut css = String::new();
    for (weight, chars) in used {
        let glyphs: Vec<(char, GlyphId)> =
            chars.iter().filter_map(|&c| weight.face().glyph_index(c).map(|glyph| (c, glyph))).collect();
        if glyphs.is_empty() {
            continue;
        }
        css.push_str("@font-face{font-family:Inter;font-weight:");
        css.push_str(weight.css());
        css.push_str(";src:url(data:font/ttf;base64,");
        STANDARD.encode_string(subset::subset(weight.face(), &glyphs), &mut css);
        css.push_str(")}");
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_the_signs_that_figures_use() {
        let signs = "äéßøñ αβγδεζηθικλμνξοπρςστυφχψω ΓΔΘΛΞΠΣΦΨΩ ½¼¾ ×÷±−≤≥≠≈∞∑∏√∂∫ ₀₁₂₃₄₅₆₇₈₉ ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵢ ₐₑₘₙₓ \
                     ←↑→↓↔ …–—‘’“”·•′″ ✓✗ ●○■□▲△▼▽◆◇ €%‰ ‖ ℓ ∇∈∉∝∀∃⟨⟩⌈⌉⌊⌋ℝℕ≡∧∨∪∩⊂∘⋅∥ \u{202f}\u{2009}\u{a0}";
        for c in signs.chars() {
            assert!(covers(c), "{c} U+{:04X}", c as u32);
        }
        assert!(!covers('学'));
    }

    #[test]
    fn widths_grow_with_size_and_weight() {
        let text = "Learning rate η = 0.19";
        assert!(width(text, 12.0, Weight::Regular) < width(text, 12.0, Weight::Semibold));
        assert!((width(text, 24.0, Weight::Regular) / width(text, 12.0, Weight::Regular) - 2.0).abs() < 1e-12);
        assert_eq!(width("学", 10.0, Weight::Regular), 10.0);
    }

    #[test]
    fn faces_for_pages_are_small() {
        assert!(font_face_css().len() < 110_000, "{}", font_face_css().len());
    }
}
