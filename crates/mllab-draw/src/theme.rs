//! Colours by role: what a shape means decides its colour, on light paper and on dark.
//!
//! Every shape carries classes for a page's style and presentation attributes as the fallback, so that the same SVG
//! turns dark in a page and stays light where no style reaches it (resvg, a file opened alone). Tints are opaque
//! mixtures of a hue with the paper, in sixteen steps: two of them side by side show no seam.

use mllab_core::figure::Hue;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Steps between paper and a full hue.
pub const TINTS: u8 = 16;

/// What a colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The page.
    Paper,
    /// Text.
    Ink,
    /// Text of second rank.
    Muted,
    /// Grid lines.
    Grid,
    /// Axis lines and ticks.
    Axis,
    /// A series' stroke or mark.
    Series(Hue),
    /// A series' name: darker than its stroke, since it is text.
    Label(Hue),
    /// A hue mixed with the paper: so many sixteenths of it.
    Tint(Hue, u8),
    /// Dark on either paper: text on a bright fill.
    AlwaysDark,
    /// Light on either paper: text on a deep fill.
    AlwaysLight,
}

pub type Rgb = [u8; 3];

pub const HUES: [Hue; 8] =
    [Hue::Blue, Hue::Sky, Hue::Green, Hue::Amber, Hue::Vermilion, Hue::Pink, Hue::Ink, Hue::Grey];

const fn rgb(hex: u32) -> Rgb {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

/// A hue's name in class names, then stroke and label, each on light and on dark paper.
const fn hue(hue: Hue) -> (&'static str, [u32; 2], [u32; 2]) {
    match hue {
        Hue::Blue => ("blue", [0x00_72b2, 0x5a_b4ea], [0x00_66a1, 0x5a_b4ea]),
        Hue::Sky => ("sky", [0x56_b4e9, 0x3f_8fca], [0x1f_6f9f, 0x7c_c0ee]),
        Hue::Green => ("green", [0x00_9e73, 0x35_c49a], [0x00_734f, 0x35_c49a]),
        Hue::Amber => ("amber", [0xe6_9f00, 0xed_b23c], [0x8a_5a00, 0xed_b23c]),
        Hue::Vermilion => ("vermilion", [0xd5_5e00, 0xff_8b52], [0xa8_4a00, 0xff_8b52]),
        Hue::Pink => ("pink", [0xcc_79a7, 0xe3_a0c6], [0x9a_3f74, 0xe3_a0c6]),
        Hue::Ink => ("ink", [0x1a_1e23, 0xe9_ebee], [0x1a_1e23, 0xe9_ebee]),
        Hue::Grey => ("grey", [0xad_b3bc, 0x66_6f7b], [0x56_5e6a, 0xa6_aeb9]),
    }
}

impl Role {
    /// The colour on light (0) and on dark paper (1).
    pub fn on(self, paper: usize) -> Rgb {
        let pair = match self {
            Role::Paper => [0xff_ffff, 0x14_171b],
            Role::Ink => [0x1a_1e23, 0xe9_ebee],
            Role::Muted => [0x56_5e6a, 0xa6_aeb9],
            Role::Grid => [0xe3_e6ea, 0x2b_3139],
            Role::Axis => [0x8f_97a3, 0x5f_6874],
            Role::Series(h) => hue(h).1,
            Role::Label(h) => hue(h).2,
            Role::Tint(h, step) => return mix(rgb(hue(h).1[paper]), Role::Paper.on(paper), step),
            Role::AlwaysDark => [0x14_171b; 2],
            Role::AlwaysLight => [0xff_ffff; 2],
        };
        rgb(pair[paper])
    }

    /// As `#rrggbb` on light paper.
    pub fn hex(self) -> String {
        let [r, g, b] = self.on(0);
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// The classes that let a page recolour a fill (`f`) or a stroke (`s`).
    pub fn class(self, out: &mut String, what: char) {
        let name = match self {
            Role::Paper => "paper",
            Role::Ink => "ink",
            Role::Muted => "muted",
            Role::Grid => "grid",
            Role::Axis => "axis",
            Role::AlwaysDark => "dark",
            Role::AlwaysLight => "light",
            Role::Series(h) => hue(h).0,
            Role::Label(h) => {
                let _ = write!(out, "mllab-{what}-{}-label", hue(h).0);
                return;
            }
            Role::Tint(h, step) => {
                let _ = write!(out, "mllab-h-{} mllab-{what}-t{step}", hue(h).0);
                return;
            }
        };
        let _ = write!(out, "mllab-{what}-{name}");
    }

    /// The text colour that reads best on this fill, on both papers at once.
    pub fn text_on(self) -> Role {
        let worst = |text: Role| (0..2).map(|p| contrast(text.on(p), self.on(p))).fold(f64::INFINITY, f64::min);
        let mut best = Role::Ink;
        for role in [Role::Paper, Role::AlwaysDark, Role::AlwaysLight] {
            if worst(best) < worst(role) {
                best = role;
            }
        }
        best
    }
}

fn mix(colour: Rgb, paper: Rgb, step: u8) -> Rgb {
    let share = f64::from(step.min(TINTS)) / f64::from(TINTS);
    std::array::from_fn(|i| (f64::from(paper[i]) + share * (f64::from(colour[i]) - f64::from(paper[i]))).round() as u8)
}

/// Contrast ratio of two colours (WCAG 2.2, relative luminance).
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let luminance = |c: Rgb| {
        let linear = c.map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The rules that a page needs once so that inline figures follow its theme: dark where the system or
/// `<html data-theme="dark">` says so, always light on paper and under `data-theme="light"`.
///
/// Figures take the whole width of their container and keep their proportions.
pub fn css() -> &'static str {
    static CSS: LazyLock<String> = LazyLock::new(|| {
        let variables = |paper: usize| {
            let hex = |role: Role| {
                let [r, g, b] = role.on(paper);
                format!("#{r:02x}{g:02x}{b:02x}")
            };
            let mut out = String::new();
            for (name, role) in [
                ("paper", Role::Paper),
                ("ink", Role::Ink),
                ("muted", Role::Muted),
                ("grid", Role::Grid),
                ("axis", Role::Axis),
            ] {
                let _ = write!(out, "--mllab-{name}:{};", hex(role));
            }
            for h in HUES.into_iter().filter(|&h| h != Hue::Ink) {
                let name = hue(h).0;
                let _ = write!(out, "--mllab-{name}:{};", hex(Role::Series(h)));
                let _ = write!(out, "--mllab-{name}-label:{};", hex(Role::Label(h)));
            }
            out + "--mllab-ink-label:var(--mllab-ink);"
        };
        let (light, dark) = (variables(0), variables(1));
        let mut out = format!(
            ".mllab-figure{{{light}--mllab-dark:#14171b;--mllab-light:#ffffff;display:block;width:100%;height:auto}}\n\
             @media screen{{:root[data-theme=\"dark\"] .mllab-figure{{{dark}}}}}\n\
             @media screen and (prefers-color-scheme:dark){{:root:not([data-theme=\"light\"]) .mllab-figure{{{dark}}}}}\n"
        );
        for (what, property) in [('f', "fill"), ('s', "stroke")] {
            for name in ["paper", "ink", "muted", "grid", "axis", "dark", "light"] {
                let _ = writeln!(out, ".mllab-{what}-{name}{{{property}:var(--mllab-{name})}}");
            }
            for h in HUES {
                let name = hue(h).0;
                if h != Hue::Ink {
                    let _ = writeln!(out, ".mllab-{what}-{name}{{{property}:var(--mllab-{name})}}");
                }
                let _ = writeln!(out, ".mllab-{what}-{name}-label{{{property}:var(--mllab-{name}-label)}}");
            }
        }
        for h in HUES {
            let name = hue(h).0;
            let _ = writeln!(out, ".mllab-h-{name}{{--mllab-h:var(--mllab-{name})}}");
        }
        for step in 0..=TINTS {
            let share = 100.0 * f64::from(step) / f64::from(TINTS);
            let mixed = format!("color-mix(in srgb,var(--mllab-h) {share}%,var(--mllab-paper))");
            let _ = writeln!(out, ".mllab-f-t{step}{{fill:{mixed}}}.mllab-s-t{step}{{stroke:{mixed}}}");
        }
        out
    });
    &CSS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_readable_text_on_either_paper() {
        for h in HUES {
            for paper in 0..2 {
                let ratio = contrast(Role::Label(h).on(paper), Role::Paper.on(paper));
                assert!(ratio >= 4.5, "{h:?} on paper {paper}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn text_in_cells_is_readable_at_every_tint() {
        for h in HUES {
            for step in 0..=TINTS {
                let fill = Role::Tint(h, step);
                for paper in 0..2 {
                    let ratio = contrast(fill.text_on().on(paper), fill.on(paper));
                    assert!(ratio >= 3.0, "{h:?} {step} on paper {paper}: {ratio:.2}");
                }
            }
        }
    }
}
