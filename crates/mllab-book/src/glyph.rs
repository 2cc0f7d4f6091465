//! The signs of the verdicts: the shape decides, colour confirms.

use maud::{Markup, PreEscaped, html};
use mllab_core::Verdict;

/// Defines the signs once a page; [`glyph`] refers to them.
pub const SYMBOLS: PreEscaped<&str> = PreEscaped(concat!(
    r#"<svg class="symbols" aria-hidden="true" width="0" height="0">"#,
    r#"<symbol id="v-holds" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.5" fill="currentColor"/><path d="M4.4 8.3l2.5 2.5 4.8-5.2" fill="none" stroke="var(--knock)" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/></symbol>"#,
    r#"<symbol id="v-depends" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.7" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 1.3a6.7 6.7 0 0 0 0 13.4z" fill="currentColor"/></symbol>"#,
    r#"<symbol id="v-negligible" viewBox="0 0 16 16"><rect x="1.3" y="1.3" width="13.4" height="13.4" rx="1" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M4.6 8h6.8" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/></symbol>"#,
    r#"<symbol id="v-fails" viewBox="0 0 16 16"><path d="M8 .2L15.8 8 8 15.8.2 8z" fill="currentColor"/><path d="M5.7 5.7l4.6 4.6m0-4.6l-4.6 4.6" stroke="var(--knock)" stroke-width="1.7" stroke-linecap="round"/></symbol>"#,
    r#"<symbol id="v-opposite" viewBox="0 0 16 16"><path d="M8 .2L15.8 8 8 15.8.2 8z" fill="currentColor"/><path d="M4.6 6.7h6m-1.6-1.7l1.7 1.7M11.4 9.5h-6m1.6 1.7L5.3 9.5" fill="none" stroke="var(--knock)" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/></symbol>"#,
    r#"<symbol id="v-undecided" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.8" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2.6 1.7"/><path d="M6.2 6.4a1.9 1.9 0 1 1 2.7 1.9c-.6.3-.9.6-.9 1.1" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/><circle cx="8" cy="11.5" r=".95" fill="currentColor"/></symbol>"#,
    "</svg>"
));

/// The name of a verdict's sign and colour.
pub fn name(verdict: Verdict, opposite: bool) -> &'static str {
    if verdict == Verdict::Fails && opposite { "opposite" } else { verdict.word() }
}

/// A sign on its own, labelled with its words.
pub fn glyph(verdict: Verdict, opposite: bool) -> Markup {
    let name = name(verdict, opposite);
    html! {
        svg class={ "glyph " (name) } role="img" aria-label=(verdict.words(opposite)) { use href={ "#v-" (name) } {} }
    }
}

/// A sign beside its words: hidden from screen readers, which hear those.
pub fn bare(verdict: Verdict, opposite: bool) -> Markup {
    html! { svg.glyph aria-hidden="true" { use href={ "#v-" (name(verdict, opposite)) } {} } }
}
