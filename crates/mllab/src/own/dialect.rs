//! How a table is written: what stands between cells, where the table begins, and whether its quotes are whole.
//!
//! Like DuckDB's sniffer it reads the beginning in every way that there is and keeps the one whose rows are alike.

use super::numbers::Decimals;
use std::borrow::Cow;

/// So much of the file is looked at.
const LOOKED_AT: usize = 1 << 16;
/// Lines above a table that are none of its rows.
const MOST_ABOVE: usize = 20;

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// One letter.
    Byte(u8),
    /// Any run of blanks.
    Blanks,
}

impl Separator {
    /// All that are tried, in the order of preference.
    pub const ALL: [Separator; 5] = [
        Separator::Byte(b','),
        Separator::Byte(b';'),
        Separator::Byte(b'\t'),
        Separator::Byte(b'|'),
        Separator::Blanks,
    ];

    /// Its name, as the call gives it and as it is said.
    pub fn name(self) -> &'static str {
        match self {
            Separator::Byte(b';') => "semicolon",
            Separator::Byte(b'\t') => "tab",
            Separator::Byte(b'|') => "bar",
            Separator::Byte(b',') => "comma",
            Separator::Byte(_) => "other sign",
            Separator::Blanks => "blanks",
        }
    }

    /// Of this name.
    pub fn called(name: &str) -> Option<Self> {
        Separator::ALL.into_iter().find(|separator| separator.name() == name)
    }

    /// What a reader of CSV takes, once [`written_plainly`] has seen to the blanks.
    pub fn byte(self) -> u8 {
        match self {
            Separator::Byte(byte) => byte,
            Separator::Blanks => b'\t',
        }
    }
}

/// How a table is written.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// What stands between cells.
    pub separator: Separator,
    /// Bytes above the table.
    pub above: usize,
    /// Lines above the table.
    pub lines_above: usize,
    /// What was seen, a phrase each.
    pub said: Vec<String>,
}

/// Finds out how `text` is written; `separator` and `comment` where the call names them.
pub fn look(text: &str, separator: Option<Separator>, comment: Option<u8>) -> Dialect {
    let mut dialect = Dialect { separator: Separator::Byte(b','), above: 0, lines_above: 0, said: Vec::new() };
    let mut told = separator;
    if let Some(byte) = told_by_excel(text) {
        told = told.or(Some(Separator::Byte(byte)));
        dialect.skip(text, 1);
        dialect.said.push("a sep= line".into());
    }
    let head = beginning(&text[dialect.above..]);
    let tried = told.map_or(Separator::ALL.to_vec(), |told| vec![told]).into_iter();
    let tried: Vec<Shape> = tried.map(|one| Shape::of(head, one, comment)).collect();
    let plain = |shape: &&Shape| shape.separator != Separator::Blanks || told.is_some();
    // The first of equals.
    let best = tried.iter().filter(plain).rev().max_by(|a, b| a.order(b));
    let best = match (best, tried.last()) {
        (Some(best), Some(blanks)) if told.is_none() && best.width < 2 && blanks.is_blank_table() => Some(blanks),
        (best, _) => best,
    };
    if let Some(best) = best {
        dialect.separator = best.separator;
        if best.above > 0 {
            dialect.skip(text, best.above);
            let lines = if best.above == 1 { "1 line".into() } else { format!("{} lines", best.above) };
            dialect.said.push(format!("{lines} above the header left out"));
        }
    }
    if dialect.separator != Separator::Byte(b',') {
        dialect.said.insert(0, format!("{}s", dialect.separator.name().trim_end_matches('s')));
    }
    dialect
}

impl Dialect {
    fn skip(&mut self, text: &str, lines: usize) {
        for _ in 0..lines {
            let rest = &text[self.above..];
            self.above += end_of_line(rest).map_or(rest.len(), |(_, next)| next);
            self.lines_above += 1;
        }
    }
}

/// The end of the first line, and where the next begins.
fn end_of_line(text: &str) -> Option<(usize, usize)> {
    let at = text.find(['\n', '\r'])?;
    Some((at, if text[at..].starts_with("\r\n") { at + 2 } else { at + 1 }))
}

/// Excel's own first line: `sep=;`.
fn told_by_excel(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_end_matches('\r');
    let rest = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and(line.get(4..))?;
    match rest.as_bytes() {
        [byte] if *byte == b'\t' || (byte.is_ascii_punctuation() && *byte != b'"') => Some(*byte),
        _ => None,
    }
}

/// Whole lines of the beginning.
fn beginning(text: &str) -> &str {
    if text.len() <= LOOKED_AT {
        return text;
    }
    let mut end = LOOKED_AT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let end = text[..end].rfind(['\n', '\r']).map_or(end, |at| at + 1);
    &text[..end]
}

/// How the beginning looks, read with one separator.
struct Shape {
    separator: Separator,
    /// Cells of most rows.
    width: usize,
    /// Share of the rows that have as many as most.
    alike: f64,
    /// Lines that stand above the table.
    above: usize,
    /// Cells of the first row of the table.
    header: usize,
}

/// A line as read with one separator.
struct Line {
    cells: usize,
    /// Whether it begins with a hash.
    hash: bool,
    /// Whether a cell is a number.
    numbers: bool,
    /// Whether all of them are.
    all_numbers: bool,
    at: usize,
}

impl Shape {
    fn of(head: &str, separator: Separator, comment: Option<u8>) -> Self {
        let text = written_plainly(head, separator);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(comment)
            .delimiter(separator.byte())
            .from_reader(text.as_bytes());
        let mut rows: Vec<Line> = Vec::new();
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let first = record.get(0).unwrap_or_default();
            if record.len() > 1 || !first.trim_ascii().is_empty() {
                let at = record.position().map_or(0, |position| position.byte() as usize);
                let number = |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|cell| Decimals::reads(cell.trim()));
                let numbers = record.iter().filter(|cell| number(cell)).count();
                let (numbers, all_numbers) = (numbers > 0, numbers == record.len());
                let hash = first.trim_ascii_start().starts_with(b"#");
                rows.push(Line { cells: record.len(), hash, numbers, all_numbers, at });
            }
        }
        let mut widths: Vec<usize> = rows.iter().map(|row| row.cells).collect();
        widths.sort_unstable();
        let mut width = (0, 0);
        for run in widths.chunk_by(|a, b| a == b) {
            if run.len() >= width.1 {
                width = (run[0], run.len());
            }
        }
        let width = width.0;
        // Titles have one cell; a comment has a mark, and another number of cells than the table or a header below it.
        let is_above = |i: &usize| {
            let header_below = rows.get(i + 1).is_some_and(|next| !next.numbers && !next.hash && next.cells == width);
            let row = &rows[*i];
            width > 1 && if row.cells == width { row.hash && header_below } else { row.cells == 1 || row.hash }
        };
        let above = (0..rows.len()).take_while(is_above).count();
        // Names stand above numbers: where nothing but numbers follows, the lines above are no titles.
        let bare = rows.get(above).is_some_and(|row| row.all_numbers);
        let above = if above > MOST_ABOVE || above == rows.len() || bare { 0 } else { above };
        let alike = rows[above..].iter().filter(|row| row.cells == width).count() as f64;
        let lines = if above == 0 { 0 } else { line_of(&text, rows[above].at, comment) - 1 };
        Shape {
            separator,
            width,
            alike: alike / (rows.len() - above).max(1) as f64,
            above: lines,
            header: rows.get(above).map_or(0, |row| row.cells),
        }
    }

    /// The better is greater: more than one cell, nothing above, rows alike, more cells.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let score = |shape: &Shape| {
            let fits = shape.header == shape.width || (shape.header + 1 == shape.width && shape.header > 1);
            let doubt = if shape.above > 0 { 0.75 } else { 1.0 } * if fits { 1.0 } else { 0.5 };
            if shape.width > 1 { shape.alike * doubt } else { 0.0 }
        };
        score(self).total_cmp(&score(other)).then(self.width.cmp(&other.width))
    }

    /// A table of runs of blanks, not one column of cells with blanks in them.
    fn is_blank_table(&self) -> bool {
        self.separator == Separator::Blanks
            && self.width > 1
            && self.above == 0
            && self.alike > 0.95
            && (self.header == self.width || (self.header + 1 == self.width && self.header > 1))
    }
}

/// The line on which the record at a byte begins: a reader's own position stops before empty lines and comments.
pub fn line_of(text: &str, from: usize, comment: Option<u8>) -> usize {
    let from = start_of(text, from, comment);
    1 + ends_of_lines(text.as_bytes(), 0, from)
}

/// Where the record that a reader's position announces begins.
pub fn start_of(text: &str, from: usize, comment: Option<u8>) -> usize {
    let bytes = text.as_bytes();
    let mut at = from.min(bytes.len());
    loop {
        at += bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        match bytes.get(at) {
            Some(byte) if Some(*byte) == comment => {
                at += end_of_line(&text[at..]).map_or(text.len() - at, |(_, next)| next);
            }
            _ => return at,
        }
    }
}

/// How many lines end between two bytes.
pub fn ends_of_lines(bytes: &[u8], from: usize, to: usize) -> usize {
    let feeds = memchr::memchr_iter(b'\n', &bytes[from..to]).count();
    let lone = |at: usize| bytes.get(from + at + 1) != Some(&b'\n');
    feeds + memchr::memchr_iter(b'\r', &bytes[from..to]).filter(|&at| lone(at)).count()
}

/// A quote that is not whole.
#[derive(Debug, PartialEq, Eq)]
pub struct BrokenQuote {
    /// Where it opens.
    pub opens: usize,
    /// Where it closes in the midst of a cell; nothing where it does not.
    pub closes: Option<usize>,
}

/// What the quotes of a text are like: a broken one, and whether one stands behind blanks.
pub fn quotes(text: &str, separator: Separator, comment: Option<u8>) -> (Option<BrokenQuote>, bool) {
    let bytes = text.as_bytes();
    let mut blanks = false;
    let mut at = 0;
    while let Some(opens) = memchr::memchr(b'"', &bytes[at..]).map(|found| at + found) {
        let Some(begins) = cell_before(bytes, opens, separator) else {
            at = opens + 1;
            continue;
        };
        if comment.is_some() && bytes.get(start_of_line(bytes, opens)).copied() == comment {
            at = opens + 1;
            continue;
        }
        blanks |= begins < opens;
        let Some(closes) = closing(bytes, opens) else { return (Some(BrokenQuote { opens, closes: None }), blanks) };
        let behind = bytes[closes + 1..].iter().position(|byte| *byte != b' ').map(|n| bytes[closes + 1 + n]);
        let ends = behind.is_none_or(|byte| byte == separator.byte() || matches!(byte, b'\n' | b'\r' | b'\t'));
        if !ends && memchr::memchr2(b'\n', b'\r', &bytes[opens..closes]).is_some() {
            return (Some(BrokenQuote { opens, closes: Some(closes) }), blanks);
        }
        at = closes + 1;
    }
    (None, blanks)
}

fn start_of_line(bytes: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |end| end + 1)
}

/// Where the cell begins that a quote opens; nothing where the quote stands within a cell.
fn cell_before(bytes: &[u8], quote: usize, separator: Separator) -> Option<usize> {
    let blanks = bytes[..quote].iter().rev().take_while(|byte| **byte == b' ').count();
    let begins = quote - blanks;
    match begins.checked_sub(1).map(|before| bytes[before]) {
        None | Some(b'\n' | b'\r') => Some(begins),
        Some(byte) if byte == separator.byte() => Some(begins),
        // Among blanks, one before the quote is the separator.
        Some(_) if separator == Separator::Blanks && blanks > 0 => Some(quote),
        Some(_) => None,
    }
}

/// Where the quote that opens there closes.
fn closing(bytes: &[u8], opens: usize) -> Option<usize> {
    let mut at = opens + 1;
    loop {
        let quote = at + memchr::memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
}

/// The text as a reader of CSV takes it: each run of blanks between cells is one tab, and a quote stands at the beginning
/// of its cell. Lines stay where they are.
pub fn written_plainly(text: &str, separator: Separator) -> Cow<'_, str> {
    if separator != Separator::Blanks && !quotes(text, separator, None).1 {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' if cell_before(bytes, at, separator).is_some() => {
                let end = closing(bytes, at).map_or(bytes.len(), |closes| closes + 1);
                if separator != Separator::Blanks {
                    out.truncate(out.trim_end_matches(' ').len());
                }
                out.push_str(&text[at..end]);
                at = end;
            }
            b' ' | b'\t' if separator == Separator::Blanks => {
                let run = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                let begins = at == 0 || matches!(bytes[at - 1], b'\n' | b'\r');
                let ends = bytes.get(at + run).is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
                if !begins && !ends {
                    out.push('\t');
                }
                at += run;
            }
            _ => {
                let special =
                    |byte: &u8| *byte == b'"' || separator == Separator::Blanks && matches!(byte, b' ' | b'\t');
                let next = bytes[at + 1..].iter().position(special).map_or(bytes.len(), |n| at + 1 + n);
                out.push_str(&text[at..next]);
                at = next;
            }
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_whose_rows_are_alike() {
        for (text, separator) in [
            ("a,b;c", "comma"),
            ("a;b;c,d", "semicolon"),
            ("a\tb", "tab"),
            ("one", "comma"),
            ("\"a;b;c\",d", "comma"),
            ("x;y\n1,5;2,5\n3,5;4,25\n", "semicolon"),
            ("a|b|c\n1|2|x,y\n", "bar"),
            ("a   b  c\n 1   2  3\n10  20  30\n", "blanks"),
            ("when\n2024-01-01 10:00\n2024-01-01 11:00\n", "comma"),
            ("note,y\nfirst; second,1\nthird; fourth,0\n", "comma"),
            ("sep=;\na;b\n1;2\n", "semicolon"),
            ("sep=\t\r\na\tb\r\n1\t2\r\n", "tab"),
        ] {
            assert_eq!(look(text, None, None).separator.name(), separator, "{text}");
        }
    }

    #[test]
    fn lines_above_the_table_are_told() {
        for (text, lines) in [
            ("a,b\n1,2\n", 0),
            ("Sales of May\n\na,b\n1,2\n3,4\n", 2),
            ("# made by a tool, version 2, of May\na,b\n1,2\n3,4\n", 1),
            ("#id,b\n1,2\n3,4\n", 0),
            ("# all, of it\na,b\n1,2\n3,4\n", 1),
            ("# a,b\n1,2\n3,4\n", 0),
            ("sep=,\r\na,b\r\n1,2\r\n", 1),
        ] {
            let dialect = look(text, None, None);
            assert_eq!(dialect.lines_above, lines, "{text}: {:?}", dialect.said);
        }
    }

    #[test]
    fn a_broken_quote_is_found_where_it_opens() {
        let comma = Separator::Byte(b',');
        for (text, opens, closes) in [
            ("a,b\n1,\"x\n2,y\n", Some(6), None),
            ("a,b\n1,\"x\n2,\"y\"\n", Some(6), Some(11)),
            ("a,b\n1,\"x\ny\"\n", None, None),
            ("a,b\n1,5\" pipe\n", None, None),
            ("a,b\n1,\"say \"\"hi\"\"\"\n", None, None),
            ("a, b\n1, \"x, y\"\n", None, None),
        ] {
            let found = quotes(text, comma, None).0;
            assert_eq!(found.as_ref().map(|broken| broken.opens), opens, "{text}");
            assert_eq!(found.and_then(|broken| broken.closes), closes, "{text}");
        }
    }

    #[test]
    fn blanks_before_a_quote_are_none_of_the_cell_s() {
        let comma = Separator::Byte(b',');
        assert_eq!(written_plainly("a, \"b, c\", d\n", comma), "a,\"b, c\", d\n");
        assert_eq!(written_plainly(" a  \"b  c\"\t d \n1 2 3\n", Separator::Blanks), "a\t\"b  c\"\td\n1\t2\t3\n");
    }
}
