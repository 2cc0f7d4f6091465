//! Which split tells the truth: at random, in order, by key?
//!
//! Series, entities and sorted files are each measured in a file of their own; a table of the user's is dealt into
//! folds in every way that it allows.

use super::DataLeakageParams;
use super::{own, the_entities, the_files, the_series};
use mllab_core::figure::{Axis, Hue, Lane, LaneSpan, Lanes, LegendKey, Panel};
use mllab_core::{Cx, Figure, LabError, Outcome, Source, Table, Title};
use mllab_kit::draws::Draws;
use mllab_kit::split::{self, Parts};

/// Measures the four claims about splits.
pub fn run(cx: &Cx, params: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        own::splits(cx, params, data, &mut outcome)?;
        return Ok(outcome);
    }
    the_series::measure(cx, &mut outcome)?;
    the_entities::measure(cx, &mut outcome)?;
    the_files::measure(cx, &mut outcome)?;
    who_goes_where(cx, &mut outcome)?;
    Ok(outcome)
}

/// Forty rows of eight keys and a rare class under five splits, row by row.
fn who_goes_where(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    const ROWS: usize = 40;
    let stream = cx.stream("the rows that are drawn", 0);
    let key: Vec<usize> = (0..ROWS).map(|row| row / 5).collect();
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
    outcome.figures.push(
        Figure::new("who-goes-where", Title::from("Only a split by key keeps a key together; only an ordered one keeps the past before the future"))
            .subtitle("Forty rows in the order of their file: eight keys of five rows each, eight rows of a rare class. A quarter of the rows is tested.")
            .alt("Seven strips of forty cells. The first shows keys in alternating shades, the second a rare class. Under a random and a stratified split test cells lie everywhere, under an ordered split at the right end, with a grey gap before them in the next strip, and under a split by key in whole blocks of five.")
            .legend("train", Hue::Blue, LegendKey::Fill)
            .legend("test", Hue::Vermilion, LegendKey::Fill)
            .legend("rare class", Hue::Pink, LegendKey::Fill)
            .legend("left out; other", Hue::Grey, LegendKey::Fill)
            .reads("who_goes_where", &["row", "key", "rare", "part"])
            .panel(Panel::new(Axis::linear("row").range(0.0, ROWS as f64), Axis::category("", names)).layer(lanes)),
    );
    outcome.tables.push(table);
    Ok(())
}

/// Where each row goes.
fn sides(parts: &Parts, n: usize) -> Vec<&'static str> {
    let mut side = vec!["left out"; n];
    parts.train.iter().for_each(|&row| side[row] = "train");
    parts.test.iter().for_each(|&row| side[row] = "test");
    side
}
