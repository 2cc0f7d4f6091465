//! What holds for every specimen, wide and narrow, alone and in a page.

use crate::sheet::{draw, made, specimens};
use mllab_core::Figure;
use mllab_core::figure::{Format, Layer, Scale};
use mllab_draw::{Drawn, FAMILY, Font, Kind, Rect, Width, covers};

fn each(check: impl Fn(&str, &Figure, Width, &Drawn)) {
    for figure in specimens() {
        for (width, font) in [
            (Width::Wide, Font::Embedded),
            (Width::Wide, Font::FromPage),
            (Width::Beside, Font::FromPage),
            (Width::Narrow, Font::Embedded),
            (Width::Narrow, Font::FromPage),
        ] {
            let drawn = draw(figure, width, font);
            check(&format!("{} {width:?} {font:?}", figure.id), figure, width, &drawn);
        }
    }
}

#[test]
fn no_text_leaves_the_canvas_or_meets_another() {
    let mut faults = Vec::new();
    for figure in specimens() {
        for width in [Width::Wide, Width::Beside, Width::Narrow] {
            for font in [Font::Embedded, Font::FromPage] {
                let drawn = draw(figure, width, font);
                let canvas = Rect { left: 0.0, top: 0.0, right: drawn.size.0, bottom: drawn.size.1 };
                for (i, word) in drawn.words.iter().enumerate() {
                    let area = word.area();
                    if !canvas.grown(0.6).holds(&area) {
                        faults.push(format!("{} {width:?} {font:?}: {:?} leaves the canvas", figure.id, word.text));
                    }
                    for other in &drawn.words[..i] {
                        if area.grown(-0.6).meets(&other.area().grown(-0.6)) {
                            let (a, b) = (&word.text, &other.text);
                            faults.push(format!("{} {width:?} {font:?}: {a:?} meets {b:?}", figure.id));
                        }
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn notes_meet_no_data() {
    let mut faults = Vec::new();
    for figure in specimens() {
        for width in [Width::Wide, Width::Beside, Width::Narrow] {
            let drawn = draw(figure, width, Font::Embedded);
            let data: Vec<_> = drawn.plots.iter().flat_map(mllab_draw::PlotArea::data).collect();
            for word in drawn.words.iter().filter(|word| word.kind == Kind::Note) {
                let area = word.area();
                let met = data.iter().filter(|&&p| area.contains(p)).count();
                if met > 0 {
                    faults.push(format!("{} {width:?}: {:?} covers {met} points", figure.id, word.text));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_glyph_is_in_the_font_or_left_to_the_stated_fallback() {
    assert!(FAMILY.starts_with("Inter,") && FAMILY.contains("CJK") && FAMILY.ends_with("sans-serif"));
    each(|name, _, _, drawn| {
        assert!(drawn.svg.contains(&format!("font-family=\"{FAMILY}\"")), "{name}");
        for c in drawn.words.iter().flat_map(|word| word.text.chars()) {
            let ideograph = ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
            assert!(covers(c) || ideograph && name.starts_with("long-names"), "{name}: {c} U+{:04X}", c as u32);
        }
    });
}

#[test]
fn axes_of_numbers_have_three_ticks() {
    each(|name, figure, _, drawn| {
        for (panel, plot) in figure.panels.iter().zip(&drawn.plots) {
            let lanes = panel.layers.iter().any(|l| matches!(l, Layer::Lanes(_)));
            for (axis, ticks) in [(&panel.x, plot.ticks.0), (&panel.y, plot.ticks.1)] {
                let exempt = matches!(axis.scale, Scale::Category(_)) || axis.format == Format::Hidden || lanes;
                assert!(exempt || ticks >= 3, "{name}: {} has {ticks} ticks", axis.label);
            }
        }
    });
}

#[test]
fn text_on_a_phone_is_at_least_eleven_px_as_shown() {
    each(|name, _, width, drawn| {
        // A phone of 360 px leaves 324 to a figure; one beside a claim has 520 px at least, a wide one 760.
        let shown = match width {
            Width::Narrow => 324.0 / 360.0,
            Width::Beside => 520.0 / 588.0,
            Width::Wide => 760.0 / 820.0,
        };
        for word in &drawn.words {
            assert!(word.size * shown >= 11.0, "{name}: {:?} is shown at {} px", word.text, word.size * shown);
        }
    });
}

#[test]
fn svgs_are_well_formed_and_named() {
    each(|name, figure, _, drawn| {
        let document = resvg::usvg::roxmltree::Document::parse(&drawn.svg).unwrap_or_else(|e| panic!("{name}: {e}"));
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"), "{name}");
        let text_of =
            |tag: &str| root.children().find(|n| n.has_tag_name(tag)).and_then(|n| n.text().map(String::from));
        assert_eq!(text_of("title"), Some(figure.title.to_string()), "{name}");
        assert_eq!(text_of("desc"), Some(figure.alt.clone()), "{name}");
        for node in document.descendants().filter(resvg::usvg::roxmltree::Node::is_element) {
            if let Some(id) = node.attribute("id") {
                assert!(id.starts_with(&format!("specimen-{}", figure.id)), "{name}: id {id}");
            }
            if matches!(node.tag_name().name(), "path" | "circle" | "text") {
                let themed =
                    |n: &resvg::usvg::roxmltree::Node<'_, '_>| n.has_attribute("class") && n.has_attribute("fill");
                assert!(themed(&node) || node.parent().is_some_and(|p| themed(&p)), "{name}: a shape without class");
            }
            for value in node.attributes().map(|a| a.value()) {
                assert!(!value.contains("NaN") && !value.contains("inf"), "{name}: {value}");
            }
        }
    });
}

#[test]
fn shapes_stay_on_the_canvas() {
    each(|name, _, _, drawn| {
        let document = resvg::usvg::roxmltree::Document::parse(&drawn.svg).unwrap();
        for path in document.descendants().filter(|n| n.has_tag_name("path")) {
            for (x, y) in corners(path.attribute("d").unwrap_or_default()) {
                let inside =
                    -20 <= x && x <= 10 * drawn.size.0 as i64 + 20 && -20 <= y && y <= 10 * drawn.size.1 as i64 + 20;
                assert!(inside, "{name}: ({x}, {y})");
            }
        }
    });
}

/// The places that path data visit; commands M h v l z, as this crate writes them.
fn corners(data: &str) -> Vec<(i64, i64)> {
    let spaced: String = data
        .chars()
        .flat_map(|c| {
            if c.is_ascii_alphabetic() {
                vec![' ', c, ' ']
            } else if c == '-' {
                vec![' ', c]
            } else {
                vec![c]
            }
        })
        .collect();
    let (mut at, mut command, mut held) = ((0, 0), ' ', None);
    let mut visited = Vec::new();
    for token in spaced.split_ascii_whitespace() {
        let Ok(v) = token.parse::<i64>() else {
            command = token.chars().next().unwrap_or(' ');
            continue;
        };
        match (command, held.take()) {
            ('h', _) => at.0 += v,
            ('v', _) => at.1 += v,
            (_, None) => {
                held = Some(v);
                continue;
            }
            ('M', Some(x)) => at = (x, v),
            (_, Some(x)) => at = (at.0 + x, at.1 + v),
        }
        visited.push(at);
    }
    visited
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    for (a, b) in specimens().iter().zip(&made()) {
        assert_eq!(draw(a, Width::Wide, Font::Embedded).svg, draw(b, Width::Wide, Font::Embedded).svg, "{}", a.id);
    }
}

#[test]
fn files_are_small() {
    each(|name, figure, _, drawn| {
        let filled =
            figure.panels.iter().flat_map(|p| &p.layers).any(|l| matches!(l, Layer::Heat(_) | Layer::Regions(_)));
        let most = if filled { 150_000 } else { 60_000 };
        assert!(drawn.svg.len() < most, "{name}: {} bytes", drawn.svg.len());
    });
}

/// The layout of the reference figures, in whole px: renew with `INSTA_UPDATE=always` and read the difference.
#[test]
fn layouts_are_as_reviewed() {
    for figure in &specimens()[..5] {
        for width in [Width::Wide, Width::Beside, Width::Narrow] {
            let drawn = draw(figure, width, Font::FromPage);
            let mut lines: Vec<String> = Vec::new();
            for plot in &drawn.plots {
                let f = plot.frame;
                lines.push(format!("plot {:.0} {:.0} {:.0} {:.0}", f.left, f.top, f.right, f.bottom));
            }
            for word in &drawn.words {
                lines.push(format!("{:.0} {:.0} {} {:?} {}", word.at.x, word.at.y, word.size, word.kind, word.text));
            }
            insta::assert_snapshot!(format!("{}-{width:?}", figure.id), lines.join("\n"));
            insta::assert_snapshot!(format!("{}-{width:?}-shapes", figure.id), rounded(&drawn.svg));
        }
    }
}

/// The SVG's elements, a line each, with places in whole px; of long paths how they begin and how many corners follow.
fn rounded(svg: &str) -> String {
    let document = resvg::usvg::roxmltree::Document::parse(svg).unwrap();
    let px = |tenths: &str| format!("{:.0}", tenths.parse::<f64>().unwrap_or(f64::NAN) / 10.0);
    let mut lines = Vec::new();
    for node in document.descendants().filter(resvg::usvg::roxmltree::Node::is_element) {
        let depth = node.ancestors().filter(resvg::usvg::roxmltree::Node::is_element).count() - 1;
        let mut line = format!("{}{}", "  ".repeat(depth), node.tag_name().name());
        for attribute in node.attributes() {
            let value = match attribute.name() {
                "x" | "y" | "cx" | "cy" | "r" => px(attribute.value()),
                "d" => {
                    let corners = corners(attribute.value());
                    let first = corners.iter().take(8).map(|(x, y)| format!("{},{}", (x + 5) / 10, (y + 5) / 10));
                    format!("{} of {}", first.collect::<Vec<_>>().join(" "), corners.len())
                }
                _ => attribute.value().to_string(),
            };
            line.extend([" ", attribute.name(), "=", &value]);
        }
        if let Some(text) = node.text().filter(|text| !text.trim().is_empty()) {
            line.extend([" ", text]);
        }
        lines.push(line);
    }
    lines.join("\n")
}
