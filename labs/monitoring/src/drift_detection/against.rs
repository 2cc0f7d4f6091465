//! A user's columns against earlier rows: each on its own known values.
//!
//! Numbers by PSI, Kolmogorov-Smirnov and Wasserstein; words by chi-square and Jensen-Shannon. A share of missing cells
//! that moved is drift of its own, whatever the known values do.

use super::own::{CLAIM, FEWEST, halves, thinned};
use mllab_core::prelude::*;
use mllab_core::{Against, Known};
use mllab_kit::drift::{Reference, chi_square, jensen_shannon};
use shown::{hundredths, percent, whole};

/// Values of a column that are put in order of size; more are thinned evenly.
const MOST_ROWS: usize = 200_000;
/// A column counts as moved where a test over all columns rejects at this level.
const LEVEL: f64 = 0.01;
/// Columns that are named.
const NAMED: usize = 4;

/// A column that moved: how surely, and what is said of it.
type Moved = (f64, String);

/// Tables `features`, `categories` and `missing`, what moved in words, and how often KS alarms between random halves.
pub fn run(cx: &Cx, data: &Dataset) -> Result<Outcome, LabError> {
    let rows = data.against[0].rows;
    for (rows, whose) in rows.into_iter().zip(["the data has", "the baseline has"]) {
        if rows < FEWEST {
            return Err(LabError::Unusable(format!("{whose} {rows} rows: {FEWEST} would do")));
        }
    }
    let mut outcome = Outcome::new();
    let level = LEVEL / data.against.len() as f64;
    let mut moved: Vec<Moved> = Vec::new();
    let missing = missing(&data.against, level, &mut moved);
    let features = numbers(&data.against, level, &mut moved)?;
    let categories = categories(&data.against, level, &mut moved);
    moved.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = moved.len();
    outcome.reading.push(if n == 0 {
        format!("no column has moved (tests at 1 % over all {} columns)", data.against.len())
    } else {
        let said: Vec<&str> = moved.iter().take(NAMED).map(|(_, said)| said.as_str()).collect();
        let more = if n > NAMED { format!("; and {} more in the tables", n - NAMED) } else { String::new() };
        format!("moved: {}{more}", said.join("; "))
    });
    if features.n_rows() > 0 {
        draw(data, features, &mut outcome);
    }
    for table in [categories, missing] {
        if table.n_rows() > 0 {
            outcome.tables.push(table);
        }
    }
    let earlier: Vec<&[f64]> = data.against.iter().filter_map(|column| numeric(column).map(|[_, b]| b)).collect();
    if earlier.is_empty() {
        outcome.untestable.push((CLAIM, "It needs a column of numbers that both files hold.".into()));
    } else {
        halves(cx, &earlier, &mut outcome)?;
    }
    Ok(outcome)
}

/// The known numbers of a column that both sides have some of.
fn numeric(column: &Against) -> Option<[&[f64]; 2]> {
    match &column.known {
        Known::Numbers([live, earlier]) if !live.is_empty() && !earlier.is_empty() => Some([live, earlier]),
        _ => None,
    }
}

/// The shares of missing cells, of columns that have some.
fn missing(columns: &[Against], level: f64, moved: &mut Vec<Moved>) -> Table {
    let mut table = Table::named("missing").with_word("feature").with_numbers(&["live", "baseline"], "share");
    table = table.with_number("chi_square_p", "1");
    for Against { name, rows, missing, .. } in columns.iter().filter(|column| column.missing != [0, 0]) {
        let known = |side: usize| [missing[side], rows[side] - missing[side]];
        let (_, p) = chi_square(&known(1), &known(0));
        let share = |side: usize| missing[side] as f64 / rows[side] as f64;
        table.put((name.as_str(), share(0), share(1), p));
        if missing[0] == rows[0] {
            moved.push((-1.0, format!("{name} stopped arriving: all of its {} cells are missing", rows[0])));
        } else if missing[1] == rows[1] {
            moved.push((-1.0, format!("{name} is new: all of its cells are missing in the baseline")));
        } else if p < level {
            let [live, earlier] = [share(0), share(1)].map(percent);
            moved.push((p, format!("{name} is missing in {live} of rows, {earlier} in the baseline")));
        }
    }
    table
}

/// Distances of the columns of numbers.
fn numbers(columns: &[Against], level: f64, moved: &mut Vec<Moved>) -> Result<Table, LabError> {
    let mut table = Table::named("features").with_word("feature").with_numbers(&["psi", "ks", "ks_p"], "1");
    table = table.with_number("wasserstein", "the feature's own");
    for column in columns {
        let Some(sides) = numeric(column) else { continue };
        let [live, earlier] = sides.map(|values| thinned(values, MOST_ROWS));
        let reference = Reference::new(&earlier)?;
        let (psi, (ks, p)) = (reference.psi(&live), reference.ks(&live));
        let name = column.name.as_str();
        table.put((name, psi, ks, p, reference.wasserstein(&live)));
        let stuck = live.iter().all(|value| *value == live[0]) && earlier.iter().any(|value| *value != earlier[0]);
        if stuck {
            let value = shown::number(live[0], 4);
            moved.push((p.min(level), format!("{name} is {value} in every row, which it was not in the baseline")));
        } else if p < level {
            moved.push((p, format!("{name} (PSI {}, KS {})", hundredths(psi), hundredths(ks))));
        }
    }
    Ok(table)
}

/// Distances of the columns of words.
fn categories(columns: &[Against], level: f64, moved: &mut Vec<Moved>) -> Table {
    let mut table = Table::named("categories").with_word("feature").with_number("levels", "levels");
    table = table.with_numbers(&["jensen_shannon", "chi_square", "chi_square_p"], "1");
    for Against { name, known, .. } in columns {
        let Known::Levels(levels) = known else { continue };
        let side = |side: usize| levels.iter().map(|(_, counts)| counts[side]).collect::<Vec<usize>>();
        let [live, earlier] = [side(0), side(1)];
        if live.iter().sum::<usize>() == 0 || earlier.iter().sum::<usize>() == 0 {
            continue;
        }
        let shares = |counts: &[usize]| counts.iter().map(|&count| count as f64).collect::<Vec<f64>>();
        let (statistic, p) = chi_square(&earlier, &live);
        let distance = jensen_shannon(&shares(&earlier), &shares(&live));
        table.put((name.as_str(), levels.len(), distance, statistic, p));
        if p < level {
            let new: Vec<&str> = levels.iter().filter(|l| l.1[1] == 0).take(3).map(|l| l.0.as_str()).collect();
            let new = if new.is_empty() { String::new() } else { format!(", new: {}", new.join(", ")) };
            moved.push((p, format!("{name} (Jensen-Shannon {}{new})", hundredths(distance))));
        }
    }
    table
}

fn draw(data: &Dataset, table: Table, outcome: &mut Outcome) {
    let mut order: Vec<(f64, String)> =
        table.numbers("psi").into_iter().zip(Rows::from(&table).words("feature")).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<&str> = order.iter().take(12).map(|(_, name)| name.as_str()).collect();
    let title = Title::say(
        &format!("{} has moved most, with a PSI of {{}}", names[0].replace("{}", "")),
        [table.cite("psi", (names[0],), hundredths)],
    );
    let [live, earlier] = data.against[0].rows;
    let thinned = if live.max(earlier) > MOST_ROWS { ", evenly thinned to at most 200\u{202f}000 a side" } else { "" };
    let panel = Panel::new(Axis::category("", names), Axis::linear("PSI"));
    let panel = panel.stalks(&table, "feature", "psi", 0.0, &Look::new("PSI", Hue::Blue));
    let figure = Figure::new("features-that-moved", title)
        .subtitle(format!("{}: {} rows against {} of the baseline{thinned}; the features that moved most, up to twelve.", data.name, whole(live as f64), whole(earlier as f64)))
        .alt("The population stability index of the features that moved most, in falling order, with a line at the folk limit.")
        .panel(panel.note(Note::horizontal(0.2, "folk limit")));
    outcome.show(figure, [table]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift_detection::DriftDetection;
    use mllab_core::{Run, RunError, Shelf};
    use mllab_kit::data::classes::normal_features;
    use ndarray::Array2;

    fn on_own(against: Vec<Against>) -> Result<Run, RunError> {
        let mut data = Dataset::new("own", Array2::zeros((against[0].rows[0], 0)), Vec::new(), Target::None);
        data.against = against;
        Run::quick_on(&Shelf::<DriftDetection>::LAB, data)
    }

    fn column(name: &str, live: Vec<f64>, earlier: Vec<f64>) -> Against {
        let rows = [live.len(), earlier.len()];
        Against { name: name.into(), rows, missing: [0, 0], known: Known::Numbers([live, earlier]) }
    }

    fn normals(n: usize, seed: u64) -> Vec<f64> {
        normal_features(n, 1, &Stream::root(seed)).into_raw_vec_and_offset().0
    }

    #[test]
    fn each_column_is_held_against_its_own_and_what_moved_is_named() {
        let moved: Vec<f64> = normals(400, 3).iter().map(|value| value + 1.0).collect();
        let mut gone = column("gone", vec![], normals(500, 5));
        (gone.rows, gone.missing) = ([400, 500], [400, 0]);
        let words = |live: [usize; 2]| Known::Levels(vec![("a".into(), [live[0], 250]), ("b".into(), [live[1], 250])]);
        let word =
            |name: &str, live| Against { name: name.into(), rows: [400, 500], missing: [0, 0], known: words(live) };
        let run = on_own(vec![
            column("still", normals(400, 1), normals(500, 2)),
            column("moved", moved, normals(500, 4)),
            column("stuck", vec![2.0; 400], normals(500, 6)),
            gone,
            word("same", [200, 200]),
            word("other", [80, 320]),
        ])
        .unwrap();
        let mllab_core::report::Data::File { reading, .. } = &run.report.data else { panic!("no file") };
        let said = reading.last().unwrap();
        for name in ["gone stopped arriving", "moved (PSI", "stuck is 2 in every row", "other (Jensen-Shannon"] {
            assert!(said.contains(name), "{said}");
        }
        assert!(!said.contains("still") && !said.contains("same"), "{said}");
        let features = run.table("features");
        assert!(features.number(1, "psi").unwrap() > 0.5 && features.number(0, "psi").unwrap() < 0.2);
        assert_eq!((features.n_rows(), run.table("categories").n_rows(), run.table("missing").n_rows()), (3, 2, 1));
    }

    #[test]
    fn too_few_rows_are_told_whose() {
        let error = on_own(vec![column("a", normals(600, 1), normals(5, 2))]).unwrap_err().to_string();
        assert!(error.contains("the baseline has 5 rows"), "{error}");
    }
}
