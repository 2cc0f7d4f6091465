//! The pictures of cost: work and model size against rows, and what waits for what.

use super::BaggingVsBoostingParams;
use super::arms::{Arm, FULL, effort, replicate, unusable};
use super::work::{SIZES, boosted_work, boundary, forest_work};
use mllab_core::figure::{Axis, Dash, Hue, Layout, Line, Panel};
use mllab_core::{Cx, Figure, LabError, Outcome, Table, Title, shown};
use mllab_kit::tree::Search;

/// Work and nodes of one tree (or round) against rows.
pub fn by_rows(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let sizes = if cx.quick() { &SIZES[..2] } else { &SIZES[..] };
    let counted = replicate(cx, "sizes", sizes.len(), |rep| {
        let rows = boundary(sizes[rep.index], &rep.stream);
        let trees = 2;
        let per_tree = |work: mllab_kit::tree::Work| (effort(work) / trees as f64, work.nodes as f64 / trees as f64);
        Ok([
            per_tree(forest_work(&rows, trees, &rep.stream)?),
            per_tree(boosted_work(&rows, trees, 6, Search::Exact, &rep.stream)?),
            per_tree(boosted_work(&rows, trees, 6, Search::Binned(255), &rep.stream)?),
            per_tree(boosted_work(&rows, trees, 3, Search::Binned(255), &rep.stream)?),
        ])
    })?;
    let series: [(&str, Hue, Dash); 4] = [
        ("forest, full tree", Hue::Blue, Dash::Solid),
        ("boosting, depth 6, exact", Hue::Vermilion, Dash::Solid),
        ("boosting, depth 6, bins", Hue::Vermilion, Dash::Dashed),
        ("boosting, depth 3, bins", Hue::Amber, Dash::Dashed),
    ];
    let mut table = Table::new(
        "work_by_rows",
        &[("ensemble", ""), ("rows", "rows"), ("work", "rows and cuts"), ("nodes", "nodes")],
    );
    let x: Vec<f64> = sizes.iter().map(|&n| n as f64).collect();
    let axis = || Axis::log("training rows").range(800.0, 80_000.0).ticks([1000.0, 10_000.0]);
    let mut work = Panel::new(axis(), Axis::log("rows visited and cuts valued")).title("work for one tree");
    let mut nodes = Panel::new(axis(), Axis::log("nodes")).title("size of one tree");
    for (place, (name, hue, dash)) in series.into_iter().enumerate() {
        let [a, b] = [0, 1].map(|which| {
            counted.iter().map(|c| if which == 0 { c[place].0 } else { c[place].1 }).collect::<Vec<f64>>()
        });
        for (n, (work, nodes)) in sizes.iter().zip(a.iter().zip(&b)) {
            table.row([name.into(), (*n).into(), (*work).into(), (*nodes).into()]);
        }
        work = work.layer(Line::new(x.clone(), a, hue).dash(dash).label(name));
        nodes = nodes.layer(Line::new(x.clone(), b, hue).dash(dash).label(name));
    }
    let last = sizes.len() - 1;
    let whole = |v: f64| shown::fixed(v, 0);
    let title = Title::new()
        .text("A forest's trees grow with the rows, to ")
        .cite(&table, "nodes", last, whole)
        .text(" nodes each at ")
        .cite(&table, "rows", last, whole)
        .text(" rows; a boosted tree of depth six keeps to ")
        .cite(&table, "nodes", 2 * sizes.len() + last, whole);
    outcome.figures.push(
        Figure::new("work-by-rows", title)
            .subtitle("Quadratic boundary of ten columns, one label in ten flipped; mean of two trees of one draw at each size. Counted work, not seconds.")
            .alt("Two logarithmic panels against rows. Left, work for one tree grows in proportion to rows for all; exact cuts need most, bins less, shallow trees least. Right, the nodes of a full tree grow with the rows while boosted trees stay level.")
            .reads("work_by_rows", &["rows", "work", "nodes"])
            .layout(Layout::Grid { columns: 2, share_y: false })
            .panel(work)
            .panel(nodes),
    );
    outcome.tables.push(table);
    Ok(())
}

/// The longest chain of work with so many machines.
type Wait<'a> = &'a dyn Fn(f64) -> f64;

/// How long one waits with so many machines: trees side by side against rounds in a row.
pub fn chain(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("machines", 0);
    let rows = boundary(2000, &stream);
    let one = effort(Arm::Tree { depth: FULL }.fit(&rows, &stream).map_err(unusable)?.work());
    let forest = forest_work(&rows, 4, &stream).map_err(unusable)?;
    let boosted = boosted_work(&rows, 10, 6, Search::Binned(255), &stream).map_err(unusable)?;
    let (trees, p) = (params.trees() as f64, rows.x.ncols() as f64);
    let machines: Vec<f64> = (0..=7).map(|k| f64::from(1 << k)).collect();
    let mut table = Table::new("waits", &[("ensemble", ""), ("machines", "machines"), ("wait", "rows and cuts")]);
    let mut panel = Panel::new(
        Axis::log("machines (or threads)").range(1.0, 128.0).ticks([1.0, 4.0, 16.0, 64.0]),
        Axis::log("longest chain of work"),
    );
    let bag: Wait = &|m| one * (trees / m).ceil();
    let side: Wait = &|m| effort(forest) / 4.0 * (trees / m).ceil();
    // Columns are shared out at best; the rounds stay a chain.
    let rounds: Wait = &|m| effort(boosted) / 10.0 * trees * (p / m.min(p)).ceil() / p;
    for (name, wait, hue, dash) in [
        ("bagging", bag, Hue::Green, Dash::Solid),
        ("random forest", side, Hue::Blue, Dash::Solid),
        ("boosting, columns shared", rounds, Hue::Vermilion, Dash::Dashed),
    ] {
        let y: Vec<f64> = machines.iter().map(|&m| wait(m)).collect();
        for (m, wait) in machines.iter().zip(&y) {
            table.row([name.into(), (*m).into(), (*wait).into()]);
        }
        panel = panel.layer(Line::new(machines.clone(), y, hue).dash(dash).label(name));
    }
    let last = machines.len() - 1;
    let thousands = |v: f64| format!("{} thousand", shown::fixed(v / 1e3, 0));
    let title = Title::new()
        .text("Machines help a forest tree by tree, to a wait of ")
        .cite(&table, "wait", machines.len() + last, thousands)
        .text("; a booster's rounds stay a chain, of ")
        .cite(&table, "wait", 2 * machines.len() + last, thousands);
    outcome.figures.push(
        Figure::new("waits", title)
            .subtitle("Counted from the work of single trees on 2000 rows, as if nothing were lost in sharing: whole trees are dealt to machines, or the columns of each boosting round are.")
            .alt("Longest chain of work against machines, both logarithmic. Bagging and the forest fall in proportion to the machines until every tree has its own. Boosting falls until every column has its own machine and is level after that.")
            .reads("waits", &["machines", "wait"])
            .panel(panel),
    );
    outcome.tables.push(table);
    Ok(())
}
