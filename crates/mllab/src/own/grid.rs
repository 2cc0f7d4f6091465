//! A CSV file as a grid of cells, with refusals that name the line.

use crate::ending::Failure;
use mllab_core::shown::{distinct, name};

/// A line longer than this is no row of a table.
const LONGEST_LINE: usize = 1 << 20;

/// Names over cells.
#[derive(Debug)]
pub struct Grid {
    /// The file's name, without its folder.
    pub file: String,
    /// The header, as it is shown: no two names are alike.
    pub names: Vec<String>,
    /// The header as it stands in the file.
    given: Vec<String>,
    text: String,
    rows: Vec<csv::StringRecord>,
}

impl Grid {
    /// Reads a file's bytes. The message names file, line and column where they apply.
    pub fn parse(file: &str, bytes: &[u8], separator: Option<u8>) -> Result<Self, String> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let at = |line: usize| format!("{file}, line {line}");
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(format!("{file}: is UTF-16; save it as CSV in UTF-8"));
        }
        for (i, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if line.len() > LONGEST_LINE {
                return Err(format!("{}: longer than 1 MB; is it a CSV file with one row a line?", at(i + 1)));
            }
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let (before, here) = bytes.split_at(error.valid_up_to());
            let line = before.split(|byte| *byte == b'\n').count();
            if before.contains(&0) || here.iter().take(64).any(|byte| *byte == 0) {
                return format!("{file}: is a binary file; name a CSV file");
            }
            format!("{}: byte 0x{:02x} is no UTF-8; save the file as UTF-8", at(line), here[0])
        })?;
        if text.trim().is_empty() {
            return Err(format!("{file}: is empty; a header row and rows of cells are needed"));
        }
        if text.contains('\0') {
            return Err(format!("{file}: is a binary file; name a CSV file"));
        }
        let separator = separator.unwrap_or_else(|| guess_separator(text));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let mut rows: Vec<csv::StringRecord> = Vec::new();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| format!("{file}: {error}"))? {
            if let Some(header) = rows.first()
                && record.len() != header.len()
            {
                // A cell of blanks on a line of its own is an empty line.
                if record.len() == 1 && record[0].trim().is_empty() {
                    continue;
                }
                let (found, wanted) = (record.len(), header.len());
                let cells = if found == 1 { "cell" } else { "cells" };
                return Err(format!("{}: {found} {cells}, but the header has {wanted}", at(line_of(text, &record))));
            }
            rows.push(record.clone());
        }
        let header = rows.remove(0);
        let given: Vec<String> = header.iter().map(|name| name.trim().to_string()).collect();
        let names = distinct(given.iter().map(|given| name(given)).collect());
        if given.iter().all(|name| name.parse::<f64>().is_ok()) {
            return Err(format!("{}: all numbers; the first line must be a header with the columns' names", at(1)));
        }
        for (i, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(format!("{}: column {} has no name", at(1), i + 1));
            }
            if let Some(first) = given[..i].iter().position(|other| *other == given[i]) {
                let both = &names[first];
                return Err(format!("{}: columns {} and {} are both called {both}", at(1), first + 1, i + 1));
            }
        }
        if rows.is_empty() {
            return Err(format!("{file}: has a header and no rows"));
        }
        Ok(Grid { file: file.into(), names, given, text: text.into(), rows })
    }

    /// How many rows there are below the header.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The line of the file on which a row begins; the header is line 1.
    pub fn line(&self, row: usize) -> usize {
        line_of(&self.text, &self.rows[row])
    }

    /// A cell, without blanks around it.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row][column].trim()
    }

    /// The place of a column of this name, as the file or as a page writes it.
    pub fn at(&self, name: &str) -> Option<usize> {
        let place = |names: &[String]| names.iter().position(|other| other == name);
        place(&self.given).or_else(|| place(&self.names))
    }

    /// A column's name as it stands in the file.
    pub fn given(&self, column: usize) -> &str {
        &self.given[column]
    }

    /// The place of a column that the call names.
    pub fn find(&self, flag: &str, asked: &str) -> Result<usize, Failure> {
        self.at(asked.trim()).ok_or_else(|| {
            let name = name(asked);
            let near = self
                .names
                .iter()
                .map(|other| (strsim::jaro_winkler(&other.to_lowercase(), &name.to_lowercase()), other))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(score, _)| *score > 0.7);
            let hint = if let Some((_, other)) = near {
                format!("did you mean {other}?")
            } else {
                let most: Vec<&str> = self.names.iter().take(8).map(String::as_str).collect();
                let more = if self.names.len() > most.len() { ", …" } else { "" };
                format!("it has {}{more}", most.join(", "))
            };
            Failure::wrong_call(format!("{flag} {name}: {} has no such column; {hint}", self.file))
        })
    }
}

/// The line on which a record's first cell stands. The reader's own count stops before empty lines, and at a lone
/// carriage return it does not count.
fn line_of(text: &str, record: &csv::StringRecord) -> usize {
    let bytes = text.as_bytes();
    let from = record.position().map_or(0, |position| position.byte() as usize).min(bytes.len());
    let skipped = bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let before = &bytes[..from + skipped];
    let ends = |i: usize| before[i] == b'\n' || (before[i] == b'\r' && before.get(i + 1) != Some(&b'\n'));
    1 + (0..before.len()).filter(|&i| ends(i)).count()
}

/// The separator that the header has most of; a comma where it has none.
fn guess_separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte) {
            *count += 1;
        }
    }
    // The first of equals.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own::columns::Column;
    use proptest::prelude::*;

    /// All that a reader of columns would touch.
    fn touch(bytes: &[u8]) {
        if let Ok(grid) = Grid::parse("f.csv", bytes, None) {
            let all: Vec<usize> = (0..grid.names.len()).collect();
            for row in 0..grid.n_rows() {
                assert!(grid.line(row) >= 2);
            }
            for at in all {
                if let Ok(mut column) = Column::read(&grid, at) {
                    column.fill();
                    let rows: Vec<usize> = (0..grid.n_rows()).collect();
                    let levels = column.levels(&grid, &rows);
                    assert_eq!(levels.iter().map(|(_, n)| n).sum::<usize>(), rows.len());
                    if let Some(encoded) = column.encoded(&grid, &rows) {
                        assert!(encoded.iter().all(|(_, values)| values.iter().all(|value| value.is_finite())));
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            touch(&bytes);
        }

        #[test]
        fn no_text_of_a_table_s_letters_makes_it_panic(text in "[a-c0-3,;\t\"\r\n.eE+NAinf -]{0,200}") {
            touch(text.as_bytes());
        }
    }

    #[test]
    fn separators_are_guessed_from_the_header() {
        for (header, separator) in
            [("a,b;c", b','), ("a;b;c,d", b';'), ("a\tb", b'\t'), ("one", b','), ("\"a;b;c\",d", b',')]
        {
            assert_eq!(guess_separator(header), separator, "{header}");
        }
    }
}
