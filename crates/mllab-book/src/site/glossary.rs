//! The glossary's page.

use crate::words::TERMS;
use maud::{Markup, html};

pub fn glossary() -> Markup {
    html! {
        main #main .list {
            h1 { "Words" }
            p.lead { (TERMS.len()) " terms of the notes and of this book. On a lab's page they are underlined with dots where they first stand." }
            dl.glossary {
                @for term in TERMS.iter() {
                    div id=(term.anchor()) {
                        dt { (term.name) }
                        dd {
                            (term.says)
                            @if !term.spellings.is_empty() { " " span.muted { "Also: " (term.spellings.join(", ")) "." } }
                        }
                    }
                }
            }
        }
    }
}
