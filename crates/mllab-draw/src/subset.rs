//! Cuts a TrueType font down to a handful of glyphs, so that a figure's file carries its own letters and no more.
//!
//! Outlines, widths and the character map are kept; kerning and features go, since a subset for one figure would
//! otherwise be mostly tables. Layout of the result follows the OpenType specification 1.9, "Font file".

use std::collections::BTreeMap;
use ttf_parser::{Face, GlyphId, Tag};

/// A font file with only `glyphs` (and the parts that they are composed of), ascending by character.
pub fn subset(face: &Face<'_>, glyphs: &[(char, GlyphId)]) -> Vec<u8> {
    let table = |name: &[u8; 4]| face.raw_face().table(Tag::from_bytes(name)).unwrap_or_default();
    let (glyf, loca) = (table(b"glyf"), table(b"loca"));
    let long = u16_at(table(b"head"), 50) == 1;
    let outline = |id: u16| {
        let at = |i: usize| if long { u32_at(loca, 4 * i) as usize } else { 2 * usize::from(u16_at(loca, 2 * i)) };
        glyf.get(at(usize::from(id))..at(usize::from(id) + 1)).unwrap_or_default()
    };

    // New numbers in order of first use; glyph 0 is the box for what is missing. Components follow their composite.
    let mut order = vec![0_u16];
    let mut renumbered = BTreeMap::from([(0_u16, 0_u16)]);
    let mut number = |id: u16, order: &mut Vec<u16>| {
        *renumbered.entry(id).or_insert_with(|| {
            order.push(id);
            order.len() as u16 - 1
        })
    };
    let map: Vec<(u32, u16)> = glyphs.iter().map(|&(c, id)| (c as u32, number(id.0, &mut order))).collect();
    let (mut new_glyf, mut new_loca) = (Vec::new(), vec![0_u32]);
    let mut i = 0;
    while i < order.len() {
        let mut data = outline(order[i]).to_vec();
        for at in components(&data) {
            let part = number(u16_at(&data, at), &mut order);
            data[at..at + 2].copy_from_slice(&part.to_be_bytes());
        }
        new_glyf.extend_from_slice(&data);
        new_glyf.resize(new_glyf.len().next_multiple_of(4), 0);
        new_loca.push(new_glyf.len() as u32);
        i += 1;
    }

    let n = order.len() as u16;
    let mut head = table(b"head").to_vec();
    head[8..12].fill(0);
    head[50..52].copy_from_slice(&1_u16.to_be_bytes());
    let mut hhea = table(b"hhea").to_vec();
    hhea[34..36].copy_from_slice(&n.to_be_bytes());
    let mut maxp = table(b"maxp").to_vec();
    maxp[4..6].copy_from_slice(&n.to_be_bytes());
    let mut hmtx = Vec::new();
    for &id in &order {
        hmtx.extend(face.glyph_hor_advance(GlyphId(id)).unwrap_or(0).to_be_bytes());
        hmtx.extend(face.glyph_hor_side_bearing(GlyphId(id)).unwrap_or(0).to_be_bytes());
    }
    let mut post = table(b"post").to_vec();
    post.truncate(32);
    post[..4].copy_from_slice(&0x0003_0000_u32.to_be_bytes());
    assemble(&[
        (b"OS/2", table(b"OS/2").to_vec()),
        (b"cmap", cmap(&map)),
        (b"glyf", new_glyf),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", hmtx),
        (b"loca", new_loca.iter().flat_map(|at| at.to_be_bytes()).collect()),
        (b"maxp", maxp),
        (b"name", name()),
        (b"post", post),
    ])
}

/// Where the component numbers of a composite glyph stand; nothing for a simple one.
fn components(glyph: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    if glyph.len() < 10 || u16_at(glyph, 0) < 0x8000 {
        return found;
    }
    let mut at = 10;
    loop {
        let flags = u16_at(glyph, at);
        found.push(at + 2);
        let scale = if flags & 0x80 != 0 {
            8
        } else if flags & 0x40 != 0 {
            4
        } else if flags & 0x08 != 0 {
            2
        } else {
            0
        };
        at += 4 + if flags & 1 != 0 { 4 } else { 2 } + scale;
        if flags & 0x20 == 0 {
            return found;
        }
    }
}

/// One format 12 subtable for Windows, full Unicode.
fn cmap(map: &[(u32, u16)]) -> Vec<u8> {
    let mut groups: Vec<[u32; 3]> = Vec::new();
    for &(c, glyph) in map {
        match groups.last_mut() {
            Some([first, last, start]) if *last + 1 == c && *start + (c - *first) == u32::from(glyph) => *last = c,
            _ => groups.push([c, c, u32::from(glyph)]),
        }
    }
    let mut out = Vec::new();
    out.extend([0_u16, 1, 3, 10].iter().flat_map(|v| v.to_be_bytes()));
    out.extend(12_u32.to_be_bytes());
    out.extend([12_u16, 0].iter().flat_map(|v| v.to_be_bytes()));
    out.extend([16 + 12 * groups.len() as u32, 0, groups.len() as u32].iter().flat_map(|v| v.to_be_bytes()));
    out.extend(groups.iter().flatten().flat_map(|v| v.to_be_bytes()));
    out
}

/// Family and style, for Windows in English.
fn name() -> Vec<u8> {
    let texts = [(1_u16, "Inter"), (2, "Regular"), (4, "Inter"), (6, "Inter")];
    let mut strings = Vec::new();
    let mut out: Vec<u8> =
        [0, texts.len() as u16, 6 + 12 * texts.len() as u16].iter().flat_map(|v| v.to_be_bytes()).collect();
    for (id, text) in texts {
        let start = strings.len() as u16;
        strings.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        let record = [3, 1, 0x409, id, strings.len() as u16 - start, start];
        out.extend(record.iter().flat_map(|v| v.to_be_bytes()));
    }
    out.extend(strings);
    out
}

fn assemble(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let n = tables.len() as u16;
    let power = 1_u16 << n.ilog2();
    let mut out = Vec::new();
    out.extend(0x0001_0000_u32.to_be_bytes());
    out.extend([n, 16 * power, n.ilog2() as u16, 16 * (n - power)].iter().flat_map(|v| v.to_be_bytes()));
    let mut at = 12 + 16 * tables.len();
    for (tag, data) in tables {
        out.extend(*tag);
        out.extend([checksum(data), at as u32, data.len() as u32].iter().flat_map(|v| v.to_be_bytes()));
        at += data.len().next_multiple_of(4);
    }
    let mut head = 0;
    for (tag, data) in tables {
        if *tag == b"head" {
            head = out.len();
        }
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(&out));
    out[head + 8..head + 12].copy_from_slice(&adjustment.to_be_bytes());
    out
}

fn checksum(data: &[u8]) -> u32 {
    data.chunks(4).fold(0_u32, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn u16_at(data: &[u8], at: usize) -> u16 {
    data.get(at..at + 2).map_or(0, |b| u16::from_be_bytes([b[0], b[1]]))
}

fn u32_at(data: &[u8], at: usize) -> u32 {
    data.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::Weight;

    #[test]
    fn a_subset_is_a_font_with_the_same_letters() {
        let face = Weight::Semibold.face();
        let glyphs: Vec<_> = "Aaäηλ−é½".chars().map(|c| (c, face.glyph_index(c).unwrap())).collect();
        let mut sorted = glyphs.clone();
        sorted.sort_unstable_by_key(|g| g.0);
        let bytes = subset(face, &sorted);
        assert!(bytes.len() < 6000, "{}", bytes.len());
        let small = Face::parse(&bytes, 0).unwrap();
        for (c, glyph) in glyphs {
            let new = small.glyph_index(c).unwrap();
            assert_eq!(small.glyph_hor_advance(new), face.glyph_hor_advance(glyph), "{c}");
            assert_eq!(small.glyph_bounding_box(new), face.glyph_bounding_box(glyph), "{c}");
        }
        assert_eq!(small.glyph_index('B'), None);
    }
}
