//! What every page has around its content: head, bar, search, theme, footer. One file, no outside resource.

use crate::glyph::SYMBOLS;
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
    pub site: Option<Site<'a>>,
}

/// What the bar of a site's page offers.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// Where the page belongs.
    pub here: Tab,
    /// What search looks through, as JSON.
    pub entries: &'a str,
}

/// The bar's places.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The front page, the labs' and the domains'.
    Labs,
    /// All claims.
    Claims,
    /// Those that do not hold everywhere.
    Doubtful,
}

const TABS: [(Tab, &str, &str); 3] = [
    (Tab::Labs, "index.html", "Labs"),
    (Tab::Claims, "claims.html", "Claims"),
    (Tab::Doubtful, "wrong-or-conditional.html", "Wrong or conditional"),
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
                            (tabs(site.here))
                            (search())
                        } @else {
                            span.brand { (LOGO) "mllab" }
                        }
                        button #theme type="button" hidden aria-label="Light or dark" {
                            svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" {
                                circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.6" {}
                                path d="M8 1.4a6.6 6.6 0 0 1 0 13.2z" fill="currentColor" {}
                            }
                        }
                    }
                }
                (content)
                footer.foot { div.inner { @for sentence in &shell.footer { span { (sentence) } " " } } }
                @if let Some(site) = &shell.site {
                    script #search-entries type="application/json" { (PreEscaped(site.entries)) }
                    script { (PreEscaped(include_str!("search.js"))) }
                    @if site.here == Tab::Claims { script { (PreEscaped(include_str!("claims.js"))) } }
                }
            }
        }
    };
    mllab_core::shown::in_markup(&page.into_string())
}

fn tabs(here: Tab) -> Markup {
    html! {
        nav.tabs aria-label="Book" {
            @for (tab, file, words) in TABS {
                @let class = if tab == Tab::Doubtful { "tab wide-only" } else { "tab" };
                @if tab == here { a class=(class) href=(file) aria-current="true" { (words) } } @else { a class=(class) href=(file) { (words) } }
            }
        }
    }
}

/// Hidden until its script runs; Enter without a choice goes to the claims with these words.
fn search() -> Markup {
    html! {
        form #search-form .search action="claims.html" method="get" role="search" aria-label="The whole book" hidden {
            svg.lens viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" {
                circle cx="6.8" cy="6.8" r="4.6" fill="none" stroke="currentColor" stroke-width="1.6" {}
                path d="M10.3 10.3L14 14" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" {}
            }
            label.sr for="search" { "Search claims and labs" }
            input #search type="search" name="q" placeholder="Search claims and labs" autocomplete="off"
                role="combobox" aria-expanded="false" aria-controls="search-results" aria-autocomplete="list";
            ul #search-results role="listbox" aria-label="Found" hidden {}
        }
    }
}

const LOGO: PreEscaped<&str> = PreEscaped(concat!(
    r#"<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10.8" fill="none" "#,
    r#"stroke="currentColor" stroke-width="2"/><path d="M5 15.5c2.2 0 2.6-8 5-8s2.3 6.6 4.4 6.6 2-3.2 4.6-3.2" fill="none" "#,
    r#"stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>"#
));
