//! The pictures of cost: work and model size against rows, and what waits for what.

use super::BaggingVsBoostingParams;
use super::counted::{SIZES, boosted_work, boundary, forest_work};
use mllab_core::prelude::*;
use mllab_kit::ensemble::{Arm, FULL, effort};
use mllab_kit::tree::{Search, Work};

const TREES: [Look; 4] = [
    Look::new("forest, full tree", Hue::Blue),
    Look::new("boosting, depth 6, exact", Hue::Vermilion),
    Look::new("boosting, depth 6, bins", Hue::Vermilion).dashed(),
    Look::new("boosting, depth 3, bins", Hue::Amber).dashed(),
];
const CHAINS: [Look; 3] = [
    Look::new("bagging", Hue::Green),
    Look::new("random forest", Hue::Blue),
    Look::new("boosting, columns shared", Hue::Vermilion).dashed(),
];

/// Work and nodes of one tree (or round) against rows.
pub fn by_rows(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let sizes = if cx.quick() { &SIZES[..2] } else { &SIZES[..] };
    let counted = cx.runs("sizes", sizes.len(), |rep| {
        let rows = boundary(sizes[rep.index], &rep.stream);
        let trees = 2;
        let per_tree = |work: Work| (effort(work) / trees as f64, work.nodes as f64 / trees as f64);
        Ok([
            per_tree(forest_work(&rows, trees, &rep.stream)?),
            per_tree(boosted_work(&rows, trees, 6, Search::Exact, &rep.stream)?),
            per_tree(boosted_work(&rows, trees, 6, Search::Binned(255), &rep.stream)?),
            per_tree(boosted_work(&rows, trees, 3, Search::Binned(255), &rep.stream)?),
        ])
    })?;
    let mut table = Table::named("work_by_rows").with_word("ensemble").with_number("rows", "rows");
    table = table.with_number("work", "rows and cuts").with_number("nodes", "nodes");
    for (place, look) in TREES.iter().enumerate() {
        for (n, counted) in sizes.iter().zip(&counted) {
            table.put((look.name, *n, counted[place].0, counted[place].1));
        }
    }
    let panel = |title: &str, label: &str, column: &str| {
        let rows = Axis::log("training rows").range(800.0, 80_000.0).ticks([1000.0, 10_000.0]);
        Panel::new(rows, Axis::log(label)).title(title).lines(&table, &TREES, "rows", column)
    };
    let last = sizes[sizes.len() - 1];
    let cite = |tree: usize, column: &str| table.cite(column, (TREES[tree].name, last), shown::whole);
    let title = Title::say(
        "A forest's trees grow with the rows, to {} nodes each at {} rows; a boosted tree of depth six keeps to {}",
        [cite(0, "nodes"), cite(0, "rows"), cite(2, "nodes")],
    );
    let figure = Figure::new("work-by-rows", title)
        .subtitle("Quadratic boundary of ten columns, one label in ten flipped; mean of two trees of one draw at each size. Counted work, not seconds.")
        .alt("Two logarithmic panels against rows. Left, work for one tree grows in proportion to rows for all; exact cuts need most, bins less, shallow trees least. Right, the nodes of a full tree grow with the rows while boosted trees stay level.")
        .grid(2, false)
        .panel(panel("work for one tree", "rows visited and cuts valued", "work"))
        .panel(panel("size of one tree", "nodes", "nodes"));
    outcome.show(figure, [table]);
    Ok(())
}

/// How long one waits with so many machines: trees side by side against rounds in a row.
pub fn chain(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("machines", 0);
    let rows = boundary(2000, &stream);
    let one = effort(Arm::Tree { depth: FULL }.fit(&rows, &stream)?.work());
    let forest = forest_work(&rows, 4, &stream)?;
    let boosted = boosted_work(&rows, 10, 6, Search::Binned(255), &stream)?;
    let (trees, p) = (params.trees() as f64, rows.x.ncols() as f64);
    let longest = |chain: usize, m: f64| match chain {
        0 => one * (trees / m).ceil(),
        1 => effort(forest) / 4.0 * (trees / m).ceil(),
        // Columns are shared out at best; the rounds stay a chain.
        _ => effort(boosted) / 10.0 * trees * (p / m.min(p)).ceil() / p,
    };
    let mut table = Table::named("waits").with_word("ensemble").with_number("machines", "machines");
    table = table.with_number("wait", "rows and cuts");
    for (place, look) in CHAINS.iter().enumerate() {
        for m in (0..=7).map(|k| f64::from(1 << k)) {
            table.put((look.name, m, longest(place, m)));
        }
    }
    let thousands = |v: f64| format!("{} thousand", shown::whole(v / 1e3));
    let cite = |chain: usize| table.cite("wait", (CHAINS[chain].name, 128.0), thousands);
    let title = Title::say(
        "Machines help a forest tree by tree, to a wait of {}; a booster's rounds stay a chain, of {}",
        [cite(1), cite(2)],
    );
    let machines = Axis::log("machines (or threads)").range(1.0, 128.0).ticks([1.0, 4.0, 16.0, 64.0]);
    let panel = Panel::new(machines, Axis::log("longest chain of work"));
    let figure = Figure::new("waits", title)
        .subtitle("Counted from the work of single trees on 2000 rows, as if nothing were lost in sharing: whole trees are dealt to machines, or the columns of each boosting round are.")
        .alt("Longest chain of work against machines, both logarithmic. Bagging and the forest fall in proportion to the machines until every tree has its own. Boosting falls until every column has its own machine and is level after that.")
        .panel(panel.lines(&table, &CHAINS, "machines", "wait"));
    outcome.show(figure, [table]);
    Ok(())
}
