//! Breaking text into lines of a width, measured in the font that draws it.

use crate::font::{Weight, width};

/// `text` in lines no wider than `max` px, of about equal length; kept line breaks stay. A word that is wider than a
/// line is cut between letters.
pub fn wrap(text: &str, size: f64, weight: Weight, max: f64) -> Vec<String> {
    text.split('\n').flat_map(|paragraph| balanced(paragraph, size, weight, max)).collect()
}

fn balanced(text: &str, size: f64, weight: Weight, max: f64) -> Vec<String> {
    let lines = greedy(text, size, weight, max);
    if lines.len() < 2 {
        return lines;
    }
    // The narrowest measure that needs no further line: the lines become about equally long.
    let widest = text.split(' ').map(|word| width(word, size, weight)).fold(0.0, f64::max);
    let (mut low, mut high) = ((max / 2.0).max(widest).min(max), max);
    for _ in 0..7 {
        let middle = f64::midpoint(low, high);
        if greedy(text, size, weight, middle).len() <= lines.len() {
            high = middle;
        } else {
            low = middle;
        }
    }
    greedy(text, size, weight, high)
}

/// `text` in lines no wider than `max` px, each as full as it goes: for running text.
pub fn greedy(text: &str, size: f64, weight: Weight, max: f64) -> Vec<String> {
    let space = width(" ", size, weight);
    let (mut lines, mut line, mut line_width) = (Vec::new(), String::new(), 0.0);
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let mut word = word.to_string();
        loop {
            let word_width = width(&word, size, weight);
            let gap = if line.is_empty() { 0.0 } else { space };
            if line_width + gap + word_width <= max {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&word);
                line_width += gap + word_width;
                break;
            }
            if word_width <= max {
                lines.push(std::mem::replace(&mut line, word));
                line_width = word_width;
                break;
            }
            let room = max - line_width - gap;
            let fits = fitting(&word, size, weight, room);
            if fits == 0 && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                line_width = 0.0;
                continue;
            }
            let first = word.chars().next().map_or(0, char::len_utf8);
            // After a hyphen where there is one, else anywhere.
            let hyphen =
                word[..fits].rfind(['-', '/', '–']).map(|at| at + word[at..].chars().next().map_or(1, char::len_utf8));
            let rest = word.split_off(hyphen.unwrap_or(fits).max(first));
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
            lines.push(std::mem::take(&mut line));
            line_width = 0.0;
            if rest.is_empty() {
                break;
            }
            word = rest;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// At most `most` lines, the last one ending in an ellipsis where text was lost.
pub fn limited(mut lines: Vec<String>, most: usize, size: f64, weight: Weight, max: f64) -> Vec<String> {
    if lines.len() > most.max(1) {
        lines.truncate(most.max(1));
        if let Some(last) = lines.last_mut() {
            let room = fitting(last, size, weight, max - width("…", size, weight));
            last.truncate(room);
            let kept = last.trim_end().len();
            last.truncate(kept);
            last.push('…');
        }
    }
    lines
}

/// How many bytes of `text` fit into `room` px.
fn fitting(text: &str, size: f64, weight: Weight, room: f64) -> usize {
    let mut used = 0.0;
    for (at, c) in text.char_indices() {
        used += width(c.encode_utf8(&mut [0; 4]), size, weight);
        if room < used {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let text = "A learning rate just below the edge rattles; just above it, the loss explodes";
        for max in [60.0, 150.0, 300.0, 1000.0] {
            let lines = wrap(text, 19.0, Weight::Semibold, max);
            assert!(lines.iter().all(|line| width(line, 19.0, Weight::Semibold) <= max));
            assert_eq!(lines.join(" ").replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn titles_are_balanced() {
        let lines = wrap("one two three four five six seven eight nine ten eleven", 19.0, Weight::Semibold, 400.0);
        assert_eq!(lines.len(), 2);
        let [a, b] = [0, 1].map(|i| width(&lines[i], 19.0, Weight::Semibold));
        assert!((a - b).abs() < 80.0, "{a} {b}");
    }

    #[test]
    fn long_words_are_cut_and_long_texts_end_in_an_ellipsis() {
        let lines = wrap("Παρακολουθησηαποκλισηςμοντελου 机器学习模型监控与漂移检测", 12.5, Weight::Regular, 80.0);
        assert!(lines.len() > 3);
        assert!(lines.iter().all(|line| width(line, 12.5, Weight::Regular) <= 80.0));
        let short = limited(lines, 2, 12.5, Weight::Regular, 80.0);
        assert_eq!(short.len(), 2);
        assert!(short[1].ends_with('…') && width(&short[1], 12.5, Weight::Regular) <= 80.0);
    }
}
