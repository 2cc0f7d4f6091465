//! Which split tells the truth: at random, in order, by key?
//!
//! Series, entities and sorted files are each measured in a file of their own; a table of the user's is dealt into
//! folds in every way that it allows.

use super::DataLeakageParams;
use super::{entities, files, own, series};
use mllab_core::figure::{Lane, LaneSpan, Lanes};
use mllab_core::prelude::*;
use mllab_kit::draws::Draws;
use mllab_kit::split;
use shown::whole;

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
    let mut table = Table::named("who_goes_where").with_word("split").with_number("row", "rows");
    table = table.with_numbers(&["key", "rare"], "1").with_word("part");
    let mut counts = Table::named("who_is_cut").with_word("split").with_number("keys_on_both_sides", "keys");
    counts = counts.with_number("tests_before_a_training_row", "rows");
    let lane = |name: &str, hue: &dyn Fn(usize) -> Hue| {
        let span = |row| LaneSpan { from: row as f64, to: row as f64 + 0.86, hue: hue(row), text: String::new() };
        Lane { name: name.into(), events: vec![], spans: (0..ROWS).map(span).collect() }
    };
    let mut lanes = vec![
        lane("key", &|row| if key[row].is_multiple_of(2) { Hue::Grey } else { Hue::Ink }),
        lane("rare class", &|row| if rare[row] { Hue::Pink } else { Hue::Grey }),
    ];
    for (name, parts) in [
        ("random", split::random(ROWS, 0.25, &stream.child("random", 0))?),
        ("stratified by class", split::stratified(&rare, 0.25, &stream.child("stratified", 0))?),
        ("ordered", split::ordered(ROWS, 0.25, 0)?),
        ("ordered, gap of 4", split::ordered(ROWS, 0.25, 4)?),
        ("by key", split::by_key(&key, 0.25, &stream.child("keys", 0))?),
    ] {
        let side = parts.sides(ROWS);
        let both =
            |key_of: &usize| [&parts.train, &parts.test].iter().all(|part| part.iter().any(|&row| key[row] == *key_of));
        let last = parts.train.iter().max();
        let early = parts.test.iter().filter(|&row| last.is_some_and(|last| row < last)).count();
        counts.put((name, (0..=key[ROWS - 1]).filter(both).count(), early));
        lanes.push(lane(name, &|row| match side[row] {
            "train" => Hue::Blue,
            "test" => Hue::Vermilion,
            _ => Hue::Grey,
        }));
        for row in 0..ROWS {
            table.put((name, row, key[row], rare[row], side[row]));
        }
    }
    let (cut, early) = ("keys_on_both_sides", "tests_before_a_training_row");
    let cite = |column, split| counts.cite(column, (split,), whole);
    let title = Title::say(
        "Keys of five on both sides: {} at random, {} by key. Test rows older than a training row: {} at random, {} in order",
        [cite(cut, "random"), cite(cut, "by key"), cite(early, "random"), cite(early, "ordered")],
    );
    let names: Vec<String> = lanes.iter().map(|lane| lane.name.clone()).collect();
    let panel = Panel::new(Axis::linear("row").range(0.0, ROWS as f64), Axis::category("", names));
    let figure = Figure::new("who-goes-where", title)
        .subtitle("Forty rows in the order of their file: five keys of eight rows each, eight rows of a rare class. A quarter of the rows is tested, by key the whole keys nearest to it.")
        .alt("Seven strips of forty cells. The first shows keys in alternating shades, the second a rare class. Under a random and a stratified split test cells lie everywhere, under an ordered split at the right end, with a grey gap before them in the next strip, and under a split by key in a whole block of eight.")
        .legend("train", Hue::Blue, LegendKey::Tint)
        .legend("test", Hue::Vermilion, LegendKey::Tint)
        .legend("rare class", Hue::Pink, LegendKey::Tint)
        .legend("left out; other", Hue::Grey, LegendKey::Tint)
        .panel(panel.draw(&Rows::from(&table), &["row", "key", "rare", "part"], Lanes { lanes }));
    outcome.show(figure, [table, counts]);
    Ok(())
}
