//! What every page has around its content: head, bar, theme, footer. One file, no outside resource.

use crate::glyph::SYMBOLS;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page's words around its content.
pub struct Shell<'a> {
    /// The window's title.
    pub title: &'a str,
    /// One sentence for search engines and previews.
    pub description: &'a str,
    /// The footer's sentences.
    pub footer: Vec<String>,
}

/// The whole document.
pub fn document(shell: &Shell, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
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
                        span.brand { (LOGO) "mllab" }
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
            }
        }
    };
    page.into_string()
}

const LOGO: PreEscaped<&str> = PreEscaped(concat!(
    r#"<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="12" cy="12" r="10.8" fill="none" "#,
    r#"stroke="currentColor" stroke-width="2"/><path d="M5 15.5c2.2 0 2.6-8 5-8s2.3 6.6 4.4 6.6 2-3.2 4.6-3.2" fill="none" "#,
    r#"stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>"#
));
