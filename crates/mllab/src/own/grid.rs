//! A CSV file as a grid of cells, with refusals that name the line.

use super::cells::Cells;
use super::dialect::{self, Dialect, Separator, ends_of_lines, quotes, start_of, written_plainly};
use super::header;
use super::numbers::Decimals;
use super::text::Text;
use crate::ending::Failure;
use mllab_core::shown::name;
use std::ops::Range;

/// A line longer than this is no row of a table.
const LONGEST_LINE: usize = 1 << 20;

/// What the call says of how a file is written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// What stands between the cells.
    pub separator: Option<Separator>,
    /// Lines that begin with this letter are no rows.
    pub comment: Option<u8>,
    /// What stands before the fraction of a number.
    pub decimal: Option<char>,
    /// How letters are written.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// Columns that are left out.
    pub ignore: Vec<String>,
    /// Numbers and words that stand for what is not known.
    pub sentinels: Vec<String>,
}

/// Names over cells.
#[derive(Debug)]
pub struct Grid {
    /// The file's name, without its folder.
    pub file: String,
    /// The header, as it is shown: no two names are alike.
    pub names: Vec<String>,
    /// What was seen of how the file is written, a phrase each.
    pub seen: Vec<String>,
    /// Columns without a name that were left out, and why.
    pub left_out: Vec<String>,
    /// How numbers are written where a column alone does not tell.
    pub decimals: Decimals,
    /// Numbers and words that the call says stand for what is not known.
    pub sentinels: Vec<String>,
    /// The header as it stands in the file.
    given: Vec<String>,
    /// The cells of each column among those of a row.
    place: Vec<usize>,
    cells: Cells,
}

impl Grid {
    /// Reads a file's text. The message names file, line and column where they apply.
    pub fn parse(file: &str, read: Text, written: &Written) -> Result<Self, String> {
        let Text { text, said: mut seen } = read;
        if text.trim().is_empty() {
            return Err(format!("{file}: is empty; a header row and rows of cells are needed"));
        }
        let mut begins = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
            if end - begins > LONGEST_LINE {
                let line = 1 + ends_of_lines(text.as_bytes(), 0, begins);
                return Err(format!("{file}, line {line}: longer than 1 MB; is it a CSV file with one row a line?"));
            }
            begins = end + 1;
        }
        let dialect = dialect::look(&text, written.separator, written.comment);
        seen.extend(dialect.said.iter().cloned());
        let reader = Reader { file, dialect: &dialect, comment: written.comment };
        let (header, mut cells) = reader.rows(&text[dialect.above..], &mut seen)?;
        drop(text);
        if cells.n_rows() == 0 {
            return Err(format!("{file}: has a header and no rows"));
        }
        let line = header.line;
        let decimals = Decimals::of(&cells, written.decimal);
        let more = header::rows_that_are_none(&header.names, &cells);
        if !more.rows.is_empty() {
            cells.without(&more.rows);
            seen.push(more.said);
        }
        if cells.n_rows() == 0 {
            return Err(format!("{file}: has a header and no rows"));
        }
        let names = header::names(file, line, header.names, &cells)?;
        Ok(Grid {
            file: file.into(),
            names: names.shown,
            seen,
            left_out: names.left_out,
            decimals,
            sentinels: written.sentinels.clone(),
            given: names.given,
            place: names.place,
            cells,
        })
    }

    /// How many rows there are below the header.
    pub fn n_rows(&self) -> usize {
        self.cells.n_rows()
    }

    /// The line of the file on which a row begins; the header is line 1.
    pub fn line(&self, row: usize) -> usize {
        self.cells.lines[row] as usize
    }

    /// A cell, without blanks around it.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.cells.get(row, self.place[column])
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

    /// Takes out columns that the call names.
    pub fn leave_out(&mut self, names: &[String]) -> Result<(), Failure> {
        let mut out: Vec<usize> = names.iter().map(|name| self.find("--ignore", name)).collect::<Result<_, _>>()?;
        out.sort_unstable();
        out.dedup();
        for at in out.into_iter().rev() {
            self.names.remove(at);
            self.given.remove(at);
            self.place.remove(at);
        }
        if self.names.is_empty() {
            return Err(Failure::wrong_call(format!("--ignore leaves no column of {}", self.file)));
        }
        Ok(())
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

/// The header's cells and the line that it stands on.
struct Header {
    names: Vec<String>,
    line: usize,
}

/// Reads rows of one dialect.
struct Reader<'a> {
    file: &'a str,
    dialect: &'a Dialect,
    comment: Option<u8>,
}

impl Reader<'_> {
    /// The header and the cells below it, all rows of one width; empty rows are left out and said.
    fn rows(&self, text: &str, seen: &mut Vec<String>) -> Result<(Header, Cells), String> {
        let separator = self.dialect.separator;
        if let (Some(broken), _) = quotes(text, separator, self.comment) {
            return Err(self.broken(text, &broken));
        }
        let plain = written_plainly(text, separator);
        let text = plain.as_ref();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(self.comment)
            .delimiter(separator.byte())
            .from_reader(text.as_bytes());
        let mut cells = Cells { text: String::with_capacity(text.len()), ..Cells::default() };
        let mut header: Option<Header> = None;
        let (mut record, mut at, mut line, mut empty) = (csv::StringRecord::new(), 0, 1 + self.dialect.lines_above, 0);
        while reader.read_record(&mut record).map_err(|error| format!("{}: {error}", self.file))? {
            let begins = start_of(text, record.position().map_or(0, |position| position.byte() as usize), self.comment);
            line += ends_of_lines(text.as_bytes(), at, begins);
            at = begins;
            let Some(header) = &mut header else {
                let mut names: Vec<String> = record.iter().map(|name| name.trim().to_string()).collect();
                // NumPy sets a hash and a blank before its header.
                if let Some(name) = names[0].strip_prefix("# ") {
                    names[0] = name.trim().into();
                }
                header = Some(Header { names, line });
                continue;
            };
            if cells.lines.is_empty() {
                cells.width = width(&mut header.names, &record);
            }
            let narrow = record.len() == 1 && cells.width == 1;
            if !narrow && record.iter().all(|cell| cell.trim().is_empty()) {
                empty += usize::from(record.len() > 1);
                continue;
            }
            self.fit(&mut record, cells.width, header.names.len(), (text, begins, line))?;
            let from = cells.text.len() as u32;
            cells.text.push_str(record.as_slice());
            let mut end = from;
            for cell in &record {
                end += cell.len() as u32;
                cells.ends.push(end);
            }
            cells.lines.push(line as u32);
        }
        if empty > 0 {
            seen.push(if empty == 1 { "1 empty row left out".into() } else { format!("{empty} empty rows left out") });
        }
        let header = header.ok_or_else(|| format!("{}: is empty; a header row is needed", self.file))?;
        Ok((header, cells))
    }

    /// Sees to it that a row has as many cells as the others: an empty one behind the last separator is none.
    fn fit(
        &self,
        record: &mut csv::StringRecord,
        width: usize,
        header: usize,
        (text, begins, line): (&str, usize, usize),
    ) -> Result<(), String> {
        let found = record.len();
        if found == width {
            return Ok(());
        }
        if found == width + 1 && record[width].trim().is_empty() {
            record.truncate(width);
            return Ok(());
        }
        let cells = if found == 1 { "cell" } else { "cells" };
        let quoted = quoted_lines(&text.as_bytes()[begins..], self.dialect.separator.byte());
        let hint = match quoted {
            Some((opens, closes)) => {
                let (opens, closes) = (line + opens, line + closes);
                format!("; the quote that opens in line {opens} closes in line {closes}: does one lack its other half?")
            }
            None if header == 1 && found == 2 && self.dialect.separator == Separator::Byte(b',') => {
                "; where the comma is a decimal one, say --separator semicolon".into()
            }
            None => String::new(),
        };
        Err(format!("{}, line {line}: {found} {cells}, but the header has {header}{hint}", self.file))
    }

    /// What is wrong with a quote, and where it opens.
    fn broken(&self, text: &str, broken: &dialect::BrokenQuote) -> String {
        let bytes = text.as_bytes();
        let line = |at: usize| 1 + self.dialect.lines_above + ends_of_lines(bytes, 0, at);
        let what = match broken.closes {
            None => "is never closed".to_string(),
            Some(closes) => format!("closes in line {}, in the midst of a cell", line(closes)),
        };
        let right = "close it in its cell, and write a quote that belongs to the text twice";
        format!("{}, line {}: the quote that opens here {what}; {right}", self.file, line(broken.opens))
    }
}

/// How many cells a row has, as the first one says: one more than the header where that lacks a name for R's row names. A
/// separator behind the last name or the last cell makes no column.
fn width(header: &mut Vec<String>, first: &csv::StringRecord) -> usize {
    let named = header.len();
    if first.len() + 1 == named && named > 1 && header[named - 1].is_empty() {
        header.pop();
    }
    // Under one name two cells may as well be a number with a decimal comma.
    let more = named > 1 && first.len() == named + 1 && !first[named].trim().is_empty();
    header.len() + usize::from(more)
}

/// Lines from the beginning of a record on which its first quote of several lines opens and closes.
fn quoted_lines(bytes: &[u8], separator: u8) -> Option<(usize, usize)> {
    let lines = |range: Range<usize>| ends_of_lines(bytes, range.start, range.end);
    let mut at = 0;
    loop {
        let opens = at + memchr::memchr(b'"', &bytes[at..])?;
        if lines(at..opens) > 0 {
            return None;
        }
        if opens > 0 && !matches!(bytes[opens - 1], b'\n' | b'\r') && bytes[opens - 1] != separator {
            at = opens + 1;
            continue;
        }
        let closes = opens + 1 + memchr::memchr(b'"', &bytes[opens + 1..])?;
        if lines(opens..closes) > 0 {
            return Some((0, lines(0..closes)));
        }
        at = closes + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own::columns::Column;
    use crate::own::text;
    use proptest::prelude::*;

    /// All that a reader of columns would touch.
    fn touch(bytes: &[u8]) {
        let Ok(text) = text::read(bytes.to_vec(), None, 1 << 20) else { return };
        if let Ok(grid) = Grid::parse("f.csv", text, &Written::default()) {
            let all: Vec<usize> = (0..grid.names.len()).collect();
            for row in 0..grid.n_rows() {
                assert!(grid.line(row) >= 2);
            }
            for at in all {
                let cells: Vec<&str> = (0..grid.n_rows()).map(|row| grid.cell(row, at)).collect();
                if let Ok(times) = crate::own::times::read(&cells, None) {
                    assert_eq!(times.values.len(), cells.len());
                }
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

        /// A sound table with some of its bytes changed, doubled or left out.
        #[test]
        fn no_mutation_of_a_table_makes_it_panic(
            which in 0..3_usize,
            changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3_u8), 1..12),
        ) {
            let tables = [
                "when;a;b;y\n2024-03-04 9:05;1,5;\"x; \"\"y\"\"\";yes\n2024-03-04 10:05;2,25;z;no\n",
                "# title\n,\"a\",b\n0,\"1,234\",$5\n1,\"2,345\",?\n2,99,\"$6\"\n",
                "sep=|\r\na|b|c\r\n1.234|45 %|-\r\n950|3 %|N/A\r\n|||\r\n",
            ];
            let mut bytes = tables[which].as_bytes().to_vec();
            for (at, byte, how) in changes {
                let at = at as usize % bytes.len().max(1);
                match how {
                    0 if bytes.len() > 1 => {
                        bytes.remove(at);
                    }
                    1 => bytes.insert(at, byte),
                    _ => bytes[at] = byte,
                }
            }
            touch(&bytes);
        }

        #[test]
        fn no_text_of_a_table_s_letters_makes_it_panic(text in "[a-c0-3,;\t\"\r\n.eE+NAinf -]{0,200}") {
            touch(text.as_bytes());
        }
    }
}
