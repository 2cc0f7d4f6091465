//! A map of the rows that SMOTE invents where a minority lives in small clusters.

use super::ClassImbalanceParams;
use mllab_core::figure::{Grid, Regions};
use mllab_core::prelude::*;
use mllab_kit::data::Labelled;
use mllab_kit::data::classes::Enclaves;
use mllab_kit::neighbours::shares;
use mllab_kit::remedies::Remedy;
use mllab_kit::resample::{Origin, Resampled, Synthesis, smote};
use ndarray::Array2;

/// Training rows with those that SMOTE invents among them.
pub fn smoted(train: &Labelled, k: usize, stream: &Stream) -> Result<Resampled, LabError> {
    Ok(smote(train.x.view(), &train.y, Synthesis { k, ..Synthesis::default() }, &stream.child("smote", 0))?)
}

/// One world of clusters, with copies and with SMOTE, over what the nearest neighbour makes of it.
pub fn draw(cx: &Cx, params: &ClassImbalanceParams, outcome: &mut Outcome) -> Result<(), LabError> {
    const KNOWN: [Look; 2] = [
        Look::new("majority", Hue::Grey).mark(Mark::Ring).unnamed(),
        Look::new("minority", Hue::Blue).mark(Mark::Triangle).unnamed(),
    ];
    const INVENTED: Look = Look::new("invented", Hue::Vermilion).unnamed();
    let stream = cx.stream("the world that is drawn", 0);
    let world = Enclaves::draw(true, &stream);
    let copied = Remedy::Over.balance(&world.table, params.k(), &stream)?;
    let made = smoted(&world.table, params.k(), &stream)?;
    let mut table = Table::named("invented_rows").with_word("kind");
    table = table.with_numbers(&["x", "y", "from_x", "from_y", "to_x", "to_y", "abroad"], "1");
    let at = |row: usize| [world.table.x[[row, 0]], world.table.x[[row, 1]]];
    let nowhere = f64::NAN;
    for (row, &label) in world.table.y.iter().enumerate() {
        let ([x, y], look) = (at(row), KNOWN[usize::from(label)]);
        table.put((look.name, x, y, nowhere, nowhere, nowhere, nowhere, false));
    }
    for (row, origin) in made.origin.iter().enumerate() {
        let Origin::Between { from, to, .. } = *origin else { continue };
        let ([x, y], from, to) = ([made.x[[row, 0]], made.x[[row, 1]]], at(from), at(to));
        table.put((INVENTED.name, x, y, from[0], from[1], to[0], to[1], world.is_abroad(&[x, y])));
    }
    let invented = table.of((INVENTED.name,));
    let abroad = invented.numbers("abroad").iter().sum::<f64>() / invented.len() as f64;
    let mut summary = Table::named("invented_share").with_number("rows", "rows").with_number("abroad", "share");
    summary.put((invented.len(), abroad));

    let ends = [-7.5, 7.5];
    let centres = Array2::from_shape_fn((100 * 100, 2), |(cell, axis)| {
        let along = if axis == 0 { cell % 100 } else { cell / 100 };
        -7.5 + 15.0 / 100.0 * (along as f64 + 0.5)
    });
    let panel = |title: &str, x: &Array2<f64>, y: &[bool]| -> Result<Panel, LabError> {
        let values = shares(centres.view(), x.view(), y, 1)?;
        let grid = Grid { x: ends, y: ends, columns: 100, rows: 100, values };
        let axis = || Axis::linear("").range(ends[0], ends[1]).format(Format::Hidden);
        let regions = Regions { grid, hues: (Hue::Grey, Hue::Amber), boundary: 0.5 };
        Ok(Panel::new(axis(), axis()).title(title).equal_aspect().layer(regions))
    };
    let [from, to] = [["from_x", "from_y"], ["to_x", "to_y"]].map(|[x, y]| {
        let places = invented.numbers(x).into_iter().zip(invented.numbers(y));
        places.map(|(x, y)| [x, y]).collect()
    });
    let parents = Segments { from, to, hue: INVENTED.hue, dash: Dash::Solid };
    let copies = panel("Copies: islands around known rows", &copied.x, &copied.y)?.dots(&table, &KNOWN, "x", "y");
    let bridges = panel("SMOTE: bridges over foreign land", &made.x, &made.y)?
        .draw(&invented, &["from_x", "from_y", "to_x", "to_y"], parents)
        .points(invented.clone(), "x", "y", &INVENTED)
        .dots(&table, &KNOWN, "x", "y");
    let title = Title::say(
        "Where the minority lives in small clusters, {} of the rows that SMOTE invents lie where it never is",
        [summary.cite("abroad", (), shown::percent)],
    );
    let figure = Figure::new("invented-rows", title)
        .subtitle(format!("One draw: 400 majority rows, ten clusters of four minority rows, {} neighbours. A line joins the parents of each invented row; tinted: where the nearest row is positive, known or invented.", params.neighbours))
        .alt("Two maps of the same rows, minority clusters on a circle among the majority. Left, with copies, the nearest neighbour calls small islands around the clusters positive. Right, SMOTE's invented rows lie on lines that join neighbouring clusters, and the bridges between them are called positive too.")
        .keys(&KNOWN, Look::point)
        .keys(&[INVENTED], Look::point)
        .legend("called positive", Hue::Amber, LegendKey::Tint)
        .grid(2, false)
        .panels([copies, bridges]);
    outcome.show(figure, [table, summary]);
    Ok(())
}
