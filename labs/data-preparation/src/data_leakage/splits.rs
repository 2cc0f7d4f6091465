//! Which split tells the truth: at random, in order, by key?
//!
//! Series, entities and sorted files are each measured in a file of their own; a table of the user's is dealt into
//! folds in every way that it allows.

use super::DataLeakageParams;
use super::{entities, files, own, series};
use mllab_core::figure::{Axis, Hue, Lane, LaneSpan, Lanes, LegendKey, Panel};
use mllab_core::{Cx, Figure, LabError, Outcome, Source, Table, Title, shown};
use mllab_kit::draws::Draws;
use mllab_kit::split::{self, Parts};

/// Measures the four claims about splits.
pub fn run(cx: &Cx, params: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        own::splits(cx, params, data, &mut outcome)?;
        return Ok(outcome);
    }
    series::measure(cx, &mut outcome)?;
    entities::measure(cx, &mut outcome)?;
    files::measure(cx, &mut outcome)?;
    who_goes_where(cx, &mut outcome)?;
    Ok(outcome)
}

/// Forty rows of five keys and a rare class under five splits, row by row.
fn who_goes_where(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    const ROWS: usize = 40;
    let stream = cx.stream("the rows that are drawn", 0);
    let key: Vec<usize> = (0..ROWS).map(|row| row / 8).collect();
    let mut rare = vec![false; ROWS];
    Draws::new(&stream).sample(ROWS, 8).into_iter().for_each(|row| rare[row] = true);
    let made = [
        ("random", split::random(ROWS, 0.25, &stream.child("random", 0))),
        ("stratified by class", split::stratified(&rare, 0.25, &stream.child("stratified", 0))),
        ("ordered", split::ordered(ROWS, 0.25, 0)),
        ("ordered, gap of 4", split::ordered(ROWS, 0.25, 4)),
        ("by key", split::by_key(&key, 0.25, &stream.child("keys", 0))),
    ];
    let mut table =
        Table::new("who_goes_where", &[("split", ""), ("row", "rows"), ("key", "1"), ("rare", "1"), ("part", "")]);
    let columns = [("split", ""), ("keys_on_both_sides", "keys"), ("tests_before_a_training_row", "rows")];
    let mut counts = Table::new("who_is_cut", &columns);
    let mut lanes = Lanes::default();
    let of_rows = |name: &str, hue: &dyn Fn(usize) -> Hue| Lane {
        name: name.into(),
        events: vec![],
        spans: (0..ROWS)
            .map(|row| LaneSpan { from: row as f64, to: row as f64 + 0.86, hue: hue(row), text: String::new() })
            .collect(),
    };
    lanes.lanes.push(of_rows("key", &|row| if key[row].is_multiple_of(2) { Hue::Grey } else { Hue::Ink }));
    lanes.lanes.push(of_rows("rare class", &|row| if rare[row] { Hue::Pink } else { Hue::Grey }));
    for (name, parts) in made {
        let parts = parts.map_err(super::scores::refused)?;
        let side = sides(&parts, ROWS);
        let cut = (0..=key[ROWS - 1])
            .filter(|&one| [&parts.train, &parts.test].iter().all(|part| part.iter().any(|&row| key[row] == one)))
            .count();
        let last = parts.train.iter().max();
        let early = parts.test.iter().filter(|&row| last.is_some_and(|last| row < last)).count();
        counts.row([name.into(), cut.into(), early.into()]);
        lanes.lanes.push(of_rows(name, &|row| match side[row] {
            "train" => Hue::Blue,
            "test" => Hue::Vermilion,
            _ => Hue::Grey,
        }));
        for row in 0..ROWS {
            table.row([name.into(), row.into(), key[row].into(), rare[row].into(), side[row].into()]);
        }
    }
    let names: Vec<String> = lanes.lanes.iter().map(|lane| lane.name.clone()).collect();
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("Keys of five on both sides: ")
        .cite(&counts, "keys_on_both_sides", 0, whole)
        .text(" at random, ")
        .cite(&counts, "keys_on_both_sides", 4, whole)
        .text(" by key. Test rows older than a training row: ")
        .cite(&counts, "tests_before_a_training_row", 0, whole)
        .text(" at random, ")
        .cite(&counts, "tests_before_a_training_row", 2, whole)
        .text(" in order");
    outcome.figures.push(
        Figure::new("who-goes-where", title)
            .subtitle("Forty rows in the order of their file: five keys of eight rows each, eight rows of a rare class. A quarter of the rows is tested, by key the whole keys nearest to it.")
            .alt("Seven strips of forty cells. The first shows keys in alternating shades, the second a rare class. Under a random and a stratified split test cells lie everywhere, under an ordered split at the right end, with a grey gap before them in the next strip, and under a split by key in a whole block of eight.")
            .legend("train", Hue::Blue, LegendKey::Tint)
            .legend("test", Hue::Vermilion, LegendKey::Tint)
            .legend("rare class", Hue::Pink, LegendKey::Tint)
            .legend("left out; other", Hue::Grey, LegendKey::Tint)
            .reads("who_goes_where", &["row", "key", "rare", "part"])
            .reads("who_is_cut", &["keys_on_both_sides", "tests_before_a_training_row"])
            .panel(Panel::new(Axis::linear("row").range(0.0, ROWS as f64), Axis::category("", names)).layer(lanes)),
    );
    outcome.tables.extend([table, counts]);
    Ok(())
}

/// Where each row goes.
fn sides(parts: &Parts, n: usize) -> Vec<&'static str> {
    let mut side = vec!["left out"; n];
    parts.train.iter().for_each(|&row| side[row] = "train");
    parts.test.iter().for_each(|&row| side[row] = "test");
    side
}
