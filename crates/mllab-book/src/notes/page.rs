//! The notes as they were written, with a card beside each line that speaks of a claim.

use super::Match;
use crate::glyph::{glyph, name};
use crate::shell::{Shell, document};
use crate::spoken::paragraph;
use maud::{Markup, PreEscaped, html};
use mllab_core::{Said, Verdict, report};
use std::collections::{BTreeMap, BTreeSet};

/// How many claims that the notes never mention are listed before the rest folds.
const NEAREST: usize = 8;

/// A file of notes and what was found in it.
pub struct File {
    /// Its name, without its folder.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its matches, by line.
    pub matches: Vec<Match>,
}

/// What is known of a claim.
pub struct Answer {
    /// Its lab's title.
    pub lab: &'static str,
    /// Its statement.
    pub says: String,
    /// Its verdict, from a run or else from the reference run that its rules were checked with.
    pub verdict: Verdict,
    /// Whether it failed because the opposite is true.
    pub opposite: bool,
    /// The verdict in words, with its end.
    pub said: Said,
    /// The measured sentence, or how to measure it.
    pub measured: Markup,
    /// The lab's page at this claim, from where the notes' page stands.
    pub link: Option<String>,
    /// The figure that shows it: a name of its own and the drawing without words.
    pub tile: Option<(String, String)>,
}

/// The page. `answers` holds each lab's claims, as the matcher numbers them.
pub fn page(files: &[File], answers: &[Vec<Answer>]) -> String {
    let title = files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
    let spoken: BTreeSet<(usize, usize)> = files.iter().flat_map(|f| &f.matches).map(|m| (m.lab, m.claim)).collect();
    let content = html! {
        (tiles(&spoken, answers))
        main #main .notes {
            p.crumb { "Your notes, as you wrote them" }
            h1 { (title) }
            p.lead { (summary(files, answers)) }
            @for (i, file) in files.iter().enumerate() {
                section aria-label=(file.name) {
                    @if files.len() > 1 { h2 { (file.name) } }
                    (lines(i, file, answers))
                }
            }
            (unmentioned(&spoken, answers))
        }
    };
    let shell = Shell {
        title: &format!("{title} · mllab"),
        description: "Notes with measured verdicts in the margin",
        footer: vec![
            format!("mllab {}, matched by words alone.", env!("CARGO_PKG_VERSION")),
            "A card answers the claim it quotes, which may say less or more than your line.".into(),
        ],
        site: None,
        script: None,
    };
    document(&shell, &content)
}

/// Each drawing once; cards refer to it.
fn tiles(spoken: &BTreeSet<(usize, usize)>, answers: &[Vec<Answer>]) -> Markup {
    let tiles: BTreeMap<&str, &str> = spoken
        .iter()
        .filter_map(|&(lab, claim)| answers[lab][claim].tile.as_ref())
        .map(|(id, svg)| (id.as_str(), svg.as_str()))
        .collect();
    html! {
        div.symbols aria-hidden="true" {
            @for (id, svg) in tiles {
                svg width="0" height="0" aria-hidden="true" { symbol id=(id) viewBox="0 0 300 120" { (PreEscaped(svg)) } }
            }
        }
    }
}

/// "5 of 44 lines speak of a claim that was tested: 1 true, 2 only when."
fn summary(files: &[File], answers: &[Vec<Answer>]) -> String {
    let n_lines: usize = files.iter().map(|file| file.text.lines().count()).sum();
    let spoken: BTreeSet<(usize, usize)> =
        files.iter().enumerate().flat_map(|(i, file)| file.matches.iter().map(move |m| (i, m.line))).collect();
    let verdicts: BTreeMap<(usize, usize), Verdict> = files
        .iter()
        .flat_map(|file| &file.matches)
        .map(|m| ((m.lab, m.claim), answers[m.lab][m.claim].verdict))
        .collect();
    if spoken.is_empty() {
        return format!("None of {n_lines} lines speaks of a claim that was tested.");
    }
    let (n, claims) = (spoken.len(), verdicts.len());
    format!(
        "{n} of {n_lines} {} of {claims} {} tested: {}.",
        if n == 1 { "lines speaks" } else { "lines speak" },
        if claims == 1 { "claim that was" } else { "claims that were" },
        report::counts(verdicts.into_values())
    )
}

fn lines(file_idx: usize, file: &File, answers: &[Vec<Answer>]) -> Markup {
    let mut matches = file.matches.as_slice();
    html! {
        div.lines {
            @for (i, line) in file.text.lines().enumerate() {
                @let n = matches.iter().take_while(|m| m.line == i + 1).count();
                @let (here, rest) = matches.split_at(n);
                @let id = format!("L{}{}", if file_idx == 0 { String::new() } else { format!("{}-", file_idx + 1) }, i + 1);
                ({ matches = rest; line_with_cards(&id, i + 1, line, here, answers) })
            }
        }
    }
}

fn line_with_cards(id: &str, number: usize, line: &str, here: &[Match], answers: &[Vec<Answer>]) -> Markup {
    if here.is_empty() {
        return html! { p id=(id) { i { (number) } bdi { (visible(line)) } } };
    }
    let answer = |m: &Match| &answers[m.lab][m.claim];
    html! {
        p.spoken id=(id) {
            i { (number) }
            bdi {
                (marked(line, here, answers))
                @for m in here { " " span class=(name(answer(m).verdict, answer(m).opposite)) { (glyph(answer(m).verdict, answer(m).opposite)) } }
            }
        }
        aside.margin aria-label={ "Line " (number) } {
            @for m in here {
                article.note-card {
                    p.of-line { a href={ "#" (id) } { "line " (number) } }
                    (verdict(answer(m)))
                    (card(m, answer(m)))
                }
            }
        }
        div.folded {
            @for m in here {
                details.note-card {
                    summary { (verdict(answer(m))) }
                    (card(m, answer(m)))
                }
            }
        }
    }
}

fn verdict(answer: &Answer) -> Markup {
    paragraph(answer.verdict, answer.opposite, &answer.said)
}

fn card(m: &Match, answer: &Answer) -> Markup {
    html! {
        @if let Some((id, _)) = &answer.tile {
            svg.note-thumb viewBox="0 0 300 120" aria-hidden="true" { use href={ "#" (id) } {} }
        }
        p.says { (answer.says) }
        p { (answer.measured) }
        p.why {
            "Matched: " (m.words.iter().map(|word| visible(word)).collect::<Vec<_>>().join(", ")) ". "
            @match &answer.link {
                Some(link) => a href=(link) { "Open " (answer.lab) },
                None => (answer.lab),
            }
        }
    }
}

/// The line with its matched words marked, each in the colour of the first verdict that it speaks for.
fn marked(line: &str, here: &[Match], answers: &[Vec<Answer>]) -> Markup {
    let mut spans: BTreeMap<usize, (usize, &Match)> = BTreeMap::new();
    for m in here {
        for span in &m.spans {
            spans.entry(span.start).or_insert((span.end, m));
        }
    }
    let mut at = 0;
    html! {
        @for (start, (end, m)) in spans {
            @let answer = &answers[m.lab][m.claim];
            (visible(&line[at..start]))
            mark class=(name(answer.verdict, answer.opposite)) { (visible(&line[start..end])) }
            ({ at = end; "" })
        }
        (visible(&line[at..]))
    }
}

/// Control characters by their pictures: they may not stand in a page.
fn visible(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\t' => '\t',
            '\0'..='\u{1f}' => char::from_u32(0x2400 + letter as u32).unwrap_or('\u{fffd}'),
            '\u{7f}' => '\u{2421}',
            '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            letter => letter,
        })
        .collect()
}

/// The claims that the notes never mention: first those of labs that they do speak of.
fn unmentioned(spoken: &BTreeSet<(usize, usize)>, answers: &[Vec<Answer>]) -> Markup {
    let touched = |lab: usize| spoken.iter().filter(|(l, _)| *l == lab).count();
    let mut labs: Vec<usize> = (0..answers.len()).collect();
    labs.sort_by_key(|&lab| (std::cmp::Reverse(touched(lab)), lab));
    let open: Vec<(usize, usize)> = labs
        .into_iter()
        .flat_map(|lab| (0..answers[lab].len()).map(move |claim| (lab, claim)))
        .filter(|place| !spoken.contains(place))
        .collect();
    let row = |&(lab, claim): &(usize, usize)| {
        let answer = &answers[lab][claim];
        html! {
            li {
                span class=(name(answer.verdict, answer.opposite)) { (glyph(answer.verdict, answer.opposite)) }
                @match &answer.link {
                    Some(link) => a href=(link) { (answer.says) },
                    None => span { (answer.says) },
                }
            }
        }
    };
    let (near, rest) = open.split_at(open.len().min(NEAREST));
    html! {
        @if !open.is_empty() {
            section.unmentioned {
                h2 { "Tested, but not in these notes" }
                p.muted {
                    (open.len()) " claims that these notes never mention"
                    @if rest.is_empty() { "." } @else { ". The " (near.len()) " nearest to their subjects:" }
                }
                ul { @for place in near { (row(place)) } }
                @if !rest.is_empty() {
                    details {
                        summary { "The other " (rest.len()) " claims" }
                        ul { @for place in rest { (row(place)) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(visible("a\u{1b}[31m\tb\0\u{85}\u{7f}"), "a\u{241b}[31m\tb\u{2400}\u{fffd}\u{2421}");
        let file =
            File { name: "<b>.md".into(), text: "<script>alert(1)</script>\r\n\u{202e}x".into(), matches: vec![] };
        let html = page(&[file], &[]);
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"), "{html}");
        assert!(!html.contains("<script>alert") && !html.contains("<b>.md"));
    }
}
