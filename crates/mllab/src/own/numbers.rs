//! Numbers as people write them: `1,5`, `1.234,50`, `$1,200`, `45 %`. A column is of one convention.

use super::cells::Cells;
use mllab_core::shown;

/// Rows that are looked at to tell a file's decimal mark.
const LOOKED_AT: usize = 2000;
/// Signs that say what a number counts; those of several letters first.
const UNITS: [&str; 26] = [
    "US$", "R$", "C$", "A$", "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "INR", "CNY", "SEK", "NOK", "DKK", "PLN",
    "kr", "zł", "$", "€", "£", "¥", "₹", "₽", "%",
];

/// What a comma or a point in a number says of the file's convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// There is none.
    None,
    /// It could stand before a fraction or between thousands, as in `1,234`.
    Either(char),
    /// It is clear what it is.
    Sure,
}

/// A number and how it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Written {
    /// The number.
    pub value: f64,
    /// Its sign of currency or per cent, by place in a list.
    unit: Option<usize>,
    /// What its mark says.
    pub mark: Mark,
}

/// Reads a number whose fraction stands behind `decimal`; nothing where it is none.
pub fn read(cell: &str, decimal: char) -> Option<Written> {
    let mut rest = cell.trim();
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (rest, negative) = (inner.trim(), true);
    }
    let mut unit = None;
    for _ in 0..2 {
        if let Some(after) = rest.strip_prefix(['-', '−', '–']) {
            if negative {
                return None;
            }
            (rest, negative) = (after.trim_start(), true);
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = after.trim_start();
        }
        if let Some(at) = UNITS.iter().position(|sign| unit.is_none() && rest.starts_with(sign)) {
            unit = Some(at);
            rest = rest[UNITS[at].len()..].trim_start();
        }
    }
    if let Some(at) = UNITS.iter().position(|sign| unit.is_none() && rest.ends_with(sign)) {
        unit = Some(at);
        rest = rest[..rest.len() - UNITS[at].len()].trim_end();
    }
    let (plain, mark) = ungrouped(rest, decimal)?;
    let value = plain.parse::<f64>().ok()?;
    Some(Written { value: if negative { -value } else { value }, unit, mark })
}

/// Digits without their thousands marks and with a point, and what the mark says.
fn ungrouped(text: &str, decimal: char) -> Option<(String, Mark)> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == decimal) {
        return None;
    }
    let (whole, fraction) = text.split_once(decimal).map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (tail, exponent) = match fraction.unwrap_or(whole).split_once(['e', 'E']) {
        Some((tail, exponent)) => (tail, Some(exponent)),
        None => (fraction.unwrap_or(whole), None),
    };
    if let Some(exponent) = exponent
        && (exponent.is_empty() || !digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
    {
        return None;
    }
    let whole = if fraction.is_some() { whole } else { tail };
    if let Some(fraction) = fraction
        && (!digits(tail) || (fraction.is_empty() && whole.is_empty()))
    {
        return None;
    }
    let is_group = |c: char| matches!(c, ',' | '.' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}') && c != decimal;
    let group = whole.chars().find(|c| is_group(*c));
    let mut plain: String = whole.into();
    if let Some(group) = group {
        let parts: Vec<&str> = whole.split(group).collect();
        let n = parts.len();
        let fits = |(i, part): (usize, &&str)| match i {
            // No thousand begins with a nought: 0,512 is a fraction.
            0 => (1..=3).contains(&part.len()) && !part.starts_with('0'),
            i if i + 1 == n => part.len() == 3,
            _ => matches!(part.len(), 2 | 3),
        };
        if !parts.iter().all(|part| digits(part)) || !parts.iter().enumerate().all(fits) || exponent.is_some() {
            return None;
        }
        plain = parts.concat();
    } else if !digits(whole) {
        return None;
    }
    let led = |whole: &str| (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    let mark = match (group, fraction) {
        (None, None) => Mark::None,
        (Some(group @ (',' | '.')), None) if whole.matches(group).count() == 1 && led(whole.split(group).next()?) => {
            Mark::Either(group)
        }
        (None, Some(fraction)) if fraction.len() == 3 && led(whole) && exponent.is_none() => Mark::Either(decimal),
        _ => Mark::Sure,
    };
    if let Some(fraction) = fraction {
        plain = format!("{plain}.{}", fraction.split(['e', 'E']).next().unwrap_or_default());
    }
    if let Some(exponent) = exponent {
        plain = format!("{plain}e{exponent}");
    }
    Some((plain, mark))
}

/// Which decimal mark the file's other columns show beyond doubt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimals {
    /// What the call says.
    told: Option<char>,
    /// Some column has decimal points.
    point: bool,
    /// Some column has decimal commas.
    comma: bool,
}

impl Decimals {
    /// What the first rows show, and what the call says.
    pub fn of(cells: &Cells, told: Option<char>) -> Self {
        let mut found = Decimals { told, ..Decimals::default() };
        for at in 0..cells.width {
            let column = || (0..cells.n_rows().min(LOOKED_AT)).map(|row| cells.get(row, at)).filter(|c| !c.is_empty());
            let sure = |decimal: char| {
                let (mut all, mut some) = (true, false);
                for cell in column().filter(|cell| !is_mark_of_missing(cell)) {
                    match read(cell, decimal) {
                        None => all = false,
                        Some(written) => some |= written.mark == Mark::Sure,
                    }
                    if !all {
                        break;
                    }
                }
                all && some
            };
            found.point = found.point || sure('.');
            found.comma = found.comma || sure(',');
        }
        found
    }

    /// Whether a cell reads as a number in any way.
    pub fn reads(cell: &str) -> bool {
        cell.parse::<f64>().is_ok_and(f64::is_finite)
            || ['.', ','].into_iter().any(|decimal| read(cell, decimal).is_some())
    }

    /// The one mark that is told or that the file shows.
    fn known(self) -> Option<char> {
        self.told.or(match (self.point, self.comma) {
            (true, false) => Some('.'),
            (false, true) => Some(','),
            _ => None,
        })
    }
}

/// Words that say in a column of numbers that nothing is known.
pub fn is_mark_of_missing(cell: &str) -> bool {
    const WORDS: [&str; 15] =
        ["?", "-", "--", "---", ".", "..", "n/a", "#n/a", "null", "none", "nil", "nan", "\\n", "(null)", "<na>"];
    cell.len() < 8 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// A column's numbers, one a cell that is known.
pub struct Numbers {
    /// The numbers, NaN where a cell is none.
    pub values: Vec<f64>,
    /// Places of cells that are none.
    pub strays: Vec<usize>,
    /// How they are written, where not as a program would.
    pub said: Option<String>,
}

/// How numbers with a mark that could be either are read.
struct Survey {
    either: usize,
    example: usize,
    mark: char,
    sure: bool,
    plain: usize,
    most_plain: f64,
}

impl Survey {
    fn of(cells: &[&str]) -> Self {
        let mut survey = Survey { either: 0, example: 0, mark: '.', sure: false, plain: 0, most_plain: 0.0 };
        for (i, cell) in cells.iter().enumerate() {
            let Some(written) = read(cell, '.').or_else(|| read(cell, ',')) else { continue };
            match written.mark {
                Mark::Either(mark) => {
                    if survey.either == 0 {
                        (survey.mark, survey.example) = (mark, i);
                    }
                    survey.sure |= mark != survey.mark;
                    survey.either += 1;
                }
                Mark::Sure => survey.sure = true,
                Mark::None => {
                    survey.plain += 1;
                    survey.most_plain = survey.most_plain.max(written.value.abs());
                }
            }
            if survey.sure {
                break;
            }
        }
        survey
    }

    /// Whether numbers without the mark run up to where thousands begin: then it stands between thousands.
    fn grouped(&self) -> bool {
        self.plain > 0 && (100.0..1000.0).contains(&self.most_plain)
    }
}

/// Reads a column's known cells.
///
/// # Errors
///
/// The place of a cell and what is the matter, where the column reads in two ways or mixes signs.
pub fn column(cells: &[&str], decimals: Decimals) -> Result<Numbers, (usize, String)> {
    // `1.5` in one cell settles it for most columns.
    let plain: Vec<f64> = cells.iter().map(|cell| cell.parse::<f64>().unwrap_or(f64::NAN)).collect();
    let told = decimals.told;
    let all_plain = plain.iter().all(|value| !value.is_nan());
    if all_plain && (told == Some('.') || plainly_points(cells.iter().copied())) {
        return Ok(Numbers { values: plain, strays: Vec::new(), said: None });
    }
    let survey = Survey::of(cells);
    if all_plain && (survey.either == 0 || survey.sure) {
        return Ok(Numbers { values: plain, strays: Vec::new(), said: None });
    }
    let readings = ['.', ','].map(|decimal| {
        let values: Vec<Option<Written>> = cells.iter().map(|cell| read(cell, decimal)).collect();
        let strays: Vec<usize> = (0..cells.len()).filter(|&i| values[i].is_none()).collect();
        (values, strays)
    });
    let both = readings.iter().all(|(_, strays)| strays.is_empty());
    let decimal = if both && survey.either > 0 && !survey.sure {
        either_way(cells, &survey, decimals)?
    } else if let Some(told) = told {
        told
    } else if readings[1].1.len() < readings[0].1.len() {
        ','
    } else {
        '.'
    };
    let mixed = (0..cells.len()).all(|i| readings.iter().any(|(values, _)| values[i].is_some()));
    if let Some(&stray) = readings[usize::from(decimal == ',')].1.first()
        && mixed
    {
        let mark = if decimal == ',' { "a comma" } else { "a point" };
        return Err((stray, format!("is no number as the rest of the column has them; decimals need {mark} there")));
    }
    let (values, strays) = readings.into_iter().nth(usize::from(decimal == ',')).unwrap_or_default();
    let said = if strays.is_empty() { style(cells, &values, decimal)? } else { None };
    // Infinity and its like are numbers to be refused as such.
    let value = |(written, plain): (&Option<Written>, &f64)| written.map_or(*plain, |written| written.value);
    let values: Vec<f64> = values.iter().zip(&plain).map(value).collect();
    let strays = strays.into_iter().filter(|&i| values[i].is_nan()).collect();
    Ok(Numbers { values, strays, said })
}

/// Whether the first cell with a point shows that it stands before a fraction, or none has one.
pub fn plainly_points<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    for cell in cells {
        if let Some(at) = cell.find('.') {
            let whole = cell[..at].trim_start_matches(['-', '+']);
            return cell.len() - at != 4 || whole.len() > 3 || whole.starts_with('0') || whole.is_empty();
        }
    }
    true
}

/// The decimal mark of a column all of whose marks could be either.
fn either_way(cells: &[&str], survey: &Survey, decimals: Decimals) -> Result<char, (usize, String)> {
    let other = if survey.mark == ',' { '.' } else { ',' };
    if let Some(known) = decimals.told {
        return Ok(known);
    }
    if survey.grouped() {
        return Ok(other);
    }
    if let Some(known) = decimals.known() {
        return Ok(known);
    }
    if survey.mark == '.' {
        return Ok('.');
    }
    let cell = cells[survey.example];
    let [point, comma] = ['.', ','].map(|decimal| read(cell, decimal).map_or(f64::NAN, |written| written.value));
    Err((survey.example, format!("reads as {point} and as {comma}; say --decimal point or --decimal comma")))
}

/// How the column's numbers are written; refuses signs of two kinds.
fn style(cells: &[&str], values: &[Option<Written>], decimal: char) -> Result<Option<String>, (usize, String)> {
    let mut unit: Option<(usize, usize)> = None;
    let (mut marked, mut grouped) = (false, false);
    for (i, written) in values.iter().flatten().enumerate() {
        match (written.unit, unit) {
            (Some(mine), Some((first, theirs))) if mine != theirs => {
                return Err((
                    i,
                    format!("has another sign than \"{}\" above; one sign a column is read", shown::name(cells[first])),
                ));
            }
            (Some(mine), None) => unit = Some((i, mine)),
            _ => {}
        }
        marked |= cells[i].contains(decimal);
        grouped |= cells[i].contains(if decimal == ',' { '.' } else { ',' })
            || cells[i].contains([' ', '\'', '\u{a0}', '\u{202f}', '’']) && written.unit.is_none();
    }
    if let Some((first, sign)) = unit.filter(|(_, sign)| UNITS[*sign] == "%") {
        let bare = values.iter().flatten().position(|written| written.unit.is_none() && written.value != 0.0);
        if let Some(bare) = bare {
            let what = format!(
                "has no {}, as \"{}\" has; is it a share or a percentage?",
                UNITS[sign],
                shown::name(cells[first])
            );
            return Err((bare, what));
        }
    }
    let mut said = Vec::new();
    if decimal == ',' && marked {
        said.push("decimal commas".to_string());
    }
    if grouped {
        said.push("thousands marks".into());
    }
    if let Some((_, sign)) = unit {
        said.push(if UNITS[sign] == "%" { "per cent signs".into() } else { format!("{} signs", UNITS[sign]) });
    }
    Ok((!said.is_empty()).then(|| said.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(cells: &[&str]) -> Result<Vec<f64>, String> {
        let numbers = column(cells, Decimals::default()).map_err(|(_, what)| what)?;
        assert!(numbers.strays.is_empty(), "{cells:?}");
        Ok(numbers.values)
    }

    #[test]
    fn one_number_reads_as_people_mean_it() {
        for (cell, decimal, value) in [
            ("1,5", ',', Some(1.5)),
            ("1.234,50", ',', Some(1234.5)),
            ("1,234.50", '.', Some(1234.5)),
            ("12,34,567", '.', Some(1_234_567.0)),
            ("1 234 567", '.', Some(1_234_567.0)),
            ("1'234.5", '.', Some(1234.5)),
            ("$1,200", '.', Some(1200.0)),
            ("-$3.5", '.', Some(-3.5)),
            ("$-3.5", '.', Some(-3.5)),
            ("(12.50)", '.', Some(-12.5)),
            ("12,5 €", ',', Some(12.5)),
            ("45%", '.', Some(45.0)),
            ("1e3", '.', Some(1000.0)),
            ("1,5E-2", ',', Some(0.015)),
            ("−7", '.', Some(-7.0)),
            (",5", ',', Some(0.5)),
            ("1,23", '.', None),
            ("31.03.2024", '.', None),
            ("31.03.2024", ',', None),
            ("1.2.3", ',', None),
            ("12O", '.', None),
            ("1,2345", '.', None),
            ("", '.', None),
            ("-", '.', None),
            (".", '.', None),
            ("1e", '.', None),
        ] {
            assert_eq!(read(cell, decimal).map(|written| written.value), value, "{cell} with {decimal}");
        }
    }

    #[test]
    fn a_column_is_of_one_convention() {
        assert_eq!(values(&["1,5", "1,234"]), Ok(vec![1.5, 1.234]));
        assert_eq!(values(&["2,351", "559", "12"]), Ok(vec![2351.0, 559.0, 12.0]));
        assert_eq!(values(&["1.234", "950", "7"]), Ok(vec![1234.0, 950.0, 7.0]), "no fraction reaches 950 at once");
        assert_eq!(values(&["1,234", "-0,512"]), Ok(vec![1.234, -0.512]), "no thousand begins with a nought");
        assert_eq!(values(&["1.234", "2.5"]), Ok(vec![1.234, 2.5]));
        assert_eq!(
            values(&["1.234", "2.345"]),
            Ok(vec![1.234, 2.345]),
            "points are decimal where nothing speaks against it"
        );
        assert_eq!(values(&["1.234.567", "2.345"]), Ok(vec![1_234_567.0, 2345.0]));
        assert_eq!(values(&["1,234,567", "2,345"]), Ok(vec![1_234_567.0, 2345.0]));
        assert!(values(&["1,234", "2,345"]).unwrap_err().contains("1234 and as 1.234"));
        assert!(values(&["45%", "0.45"]).unwrap_err().contains("share or a percentage"));
        assert!(values(&["$5", "€5"]).unwrap_err().contains("another sign"));
        let german = Decimals { comma: true, ..Decimals::default() };
        assert_eq!(column(&["1.234", "2.345"], german).unwrap().values, [1234.0, 2345.0]);
        let strays = column(&["1", "x", "2"], Decimals::default()).unwrap().strays;
        assert_eq!(strays, [1]);
    }
}
