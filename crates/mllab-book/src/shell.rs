//! What every page has around its content: head, bar, search, theme, footer. One file, no outside resource.

use crate::glyph::SYMBOLS;
use crate::links::{BENCH_FILE, GLOSSARY_FILE};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// By this a page is known as ours, and may be replaced by a later one.
pub const MARK: &str = "<meta name=\"generator\" content=\"mllab\">";

/// A page's words around its content.
pub struct Shell<'a> {
    /// The window's title.
    pub title: &'a str,
    /// One sentence for search engines and previews.
    pub description: &'a str,
    /// The footer's sentences.
    pub footer: Vec<String>,
    /// The site around it, where it is a page of one.
    pub site: Option<Site>,
    /// A script of its own.
    pub script: Option<&'a str>,
}

/// What the bar of a site's page offers.
#[derive(Clone, Copy)]
pub struct Site {
    /// Where the page belongs.
    pub here: Tab,
    /// Whether the search stands in the page itself, and so not in the bar.
    pub searches: bool,
    /// Whether the race of models has a page.
    pub raced: bool,
}

/// The bar's places.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The front page, the labs' and the domains'.
    Labs,
    /// All claims.
    Claims,
    /// The race of models.
    Model,
    /// The glossary.
    Words,
}

const TABS: [(Tab, &str, &str); 4] = [
    (Tab::Labs, "index.html", "Labs"),
    (Tab::Claims, "claims.html", "Claims"),
    (Tab::Model, BENCH_FILE, "Which model?"),
    (Tab::Words, GLOSSARY_FILE, "Words"),
];

/// The whole document.
pub fn document(shell: &Shell, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                (PreEscaped(MARK))
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="description" content=(shell.description);
                title { (shell.title) }
                style { (PreEscaped(mllab_draw::font_face_css())) (PreEscaped(include_str!("page.css"))) (PreEscaped(mllab_draw::css())) }
                script { (PreEscaped(include_str!("theme.js"))) }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (SYMBOLS)
                header.bar {
                    div.inner {
                        @if let Some(site) = &shell.site {
                            a.brand href="index.html" { (LOGO) "mllab" }
                            nav.tabs aria-label="Book" { @for place in places(*site) { (place) } }
                            @if !site.searches { (search("search", "search", "Search claims, labs, words")) }
                        } @else {
                            span.brand { (LOGO) "mllab" }
                        }
                        div.right {
                            @if let Some(site) = &shell.site {
                                @if !site.searches {
                                    button.icon #phone-search type="button" hidden aria-label="Search" aria-expanded="false" { (lens(18)) }
                                }
                                details.menu {
                                    summary.icon aria-label="Menu" { (MENU) }
                                    ul { @for place in places(*site) { li { (place) } } }
                                }
                            }
                            button.icon #theme type="button" hidden aria-label="Light or dark" {
                                svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" {
                                    circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.6" {}
                                    path d="M8 1.4a6.6 6.6 0 0 1 0 13.2z" fill="currentColor" {}
                                }
                            }
                        }
                    }
                }
                (content)
                footer.foot { div.inner { @for sentence in &shell.footer { span { (sentence) } " " } } }
                @if shell.site.is_some() { script src="search.js" {} }
                @if let Some(script) = shell.script { script { (PreEscaped(script)) } }
            }
        }
    };
    mllab_core::shown::in_markup(&page.into_string())
}

/// The links of the bar and of a phone's menu.
fn places(site: Site) -> Vec<Markup> {
    let there = TABS.iter().filter(|(tab, ..)| *tab != Tab::Model || site.raced);
    there
        .map(|(tab, file, words)| {
            let here = (*tab == site.here).then_some("true");
            html! { a.tab href=(file) aria-current=[here] { (words) } }
        })
        .collect()
}

/// A search, hidden until its script runs; Enter without a choice goes to the claims with these words.
pub fn search(id: &str, class: &str, words: &str) -> Markup {
    html! {
        form class=(class) action="claims.html" method="get" role="search" aria-label="The whole book" hidden {
            (lens(16))
            label.sr for=(id) { (words) }
            input id=(id) type="search" name="q" placeholder=(words) autocomplete="off"
                role="combobox" aria-expanded="false" aria-controls={ (id) "-results" } aria-autocomplete="list";
            span.kbd aria-hidden="true" { "/" }
            ul.found id={ (id) "-results" } role="listbox" aria-label="Found" hidden {}
            p role="status" hidden {}
        }
    }
}

fn lens(size: u32) -> Markup {
    html! {
        svg.lens viewBox="0 0 16 16" width=(size) height=(size) aria-hidden="true" {
            circle cx="6.8" cy="6.8" r="4.6" fill="none" stroke="currentColor" stroke-width="1.6" {}
            path d="M10.3 10.3L14 14" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" {}
        }
    }
}

const MENU: PreEscaped<&str> = PreEscaped(
    r#"<svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true"><path d="M1.5 4h13M1.5 8h13M1.5 12h13" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/></svg>"#,
);

const LOGO: PreEscaped<&str> = PreEscaped(concat!(
    r#"<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10.8" fill="none" "#,
    r#"stroke="currentColor" stroke-width="2"/><path d="M5 15.5c2.2 0 2.6-8 5-8s2.3 6.6 4.4 6.6 2-3.2 4.6-3.2" fill="none" "#,
    r#"stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>"#
));

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    /// The tokens of a theme, the light one first in the style.
    fn tokens(nth: usize) -> BTreeMap<&'static str, [f64; 3]> {
        let css = include_str!("page.css");
        let block = css.split("--paper: ").nth(nth).unwrap().split('}').next().unwrap();
        let block = &css[block.as_ptr() as usize - css.as_ptr() as usize - "--paper: ".len()..]
            [..block.len() + "--paper: ".len()];
        block
            .split(';')
            .filter_map(|pair| pair.trim().strip_prefix("--")?.split_once(": #"))
            .map(|(name, hex)| {
                let hex = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_string() };
                let channel = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
                (name, [channel(0), channel(2), channel(4)])
            })
            .collect()
    }

    /// The contrast of two colours (WCAG 2.1).
    fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
        let light = |c: [f64; 3]| {
            let [r, g, b] = c.map(|v| if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (light(a) + 0.05, light(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn words_are_legible_on_whatever_lies_under_them() {
        for nth in [1, 2] {
            let tokens = tokens(nth);
            for text in ["ink", "muted", "link", "holds", "depends", "negligible", "fails", "undecided"] {
                for ground in ["paper", "surface"] {
                    let c = contrast(tokens[text], tokens[ground]);
                    assert!(c >= 4.5, "theme {nth}: {text} on {ground} has {c:.2}");
                }
            }
            for (text, ground) in [("depends", "depends-tint"), ("holds", "holds-tint"), ("ink", "shade")] {
                let c = contrast(tokens[text], tokens[ground]);
                assert!(c >= 4.5, "theme {nth}: {text} on {ground} has {c:.2}");
            }
            for edge in ["edge", "bar"] {
                let c = contrast(tokens[edge], tokens["paper"]);
                assert!(c >= 3.0, "theme {nth}: {edge} has {c:.2}");
            }
        }
    }
}
