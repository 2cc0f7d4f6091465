//! Weights over the penalty, and what is left of a model along the way: the pictures of the paths.

use super::{L1VsL2Params, LASSO, RIDGE, Real, Truth};
use mllab_core::prelude::*;
use mllab_kit::bands::{band_table, tabulate};
use mllab_kit::data::Measured;
use mllab_kit::data::regressions::{Correlation, Linear};
use mllab_kit::linear::{Penalty, Ready, penalty_grid};

/// Features of the table in the first picture.
const N_FEATURES: usize = 12;
/// Its features that matter, called with their true weights.
const MATTER: [Look; 3] = [
    Look::new("x1", Hue::Green).called("x₁ (β = 3)"),
    Look::new("x2", Hue::Amber).called("x₂ (β = −2)"),
    Look::new("x3", Hue::Pink).called("x₃ (β = 1.5)"),
];
/// The other features.
const USELESS: Look = Look::new("", Hue::Grey).thin().unnamed();
/// Lasso and ridge, as their rows are marked in a table of [`paths`].
const ARMS: [(&str, Penalty, Look); 2] = [("l1", Penalty::Absolute, LASSO), ("l2", Penalty::Squared, RIDGE)];

/// The two paths side by side with the zeros counted beneath.
pub fn coefficient_paths(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let (weakest, strongest) = (0.01, 10.0);
    let lambdas = penalty_grid(strongest, strongest / weakest, 80);
    let names: Vec<String> = (1..=N_FEATURES).map(|j| format!("x{j}")).collect();
    let shown_table = Ready::new(&pictured(&cx.stream("shown paths", 0)))?;
    let pictured_paths = paths("pictured_paths", &shown_table, &lambdas, &names)?;
    let runs = cx.runs("pictured", cx.replicates(), |rep| {
        let ready = Ready::new(&pictured(&rep.stream))?;
        let [lasso, ridge] = ARMS.map(|(_, penalty, _)| ready.path(penalty, &lambdas));
        Ok([lasso?.all_zeros(), ridge?.all_zeros()])
    })?;
    let mut zeros = band_table("zeros_by_penalty", ("lambda", "1"), ("zeros", "weights"));
    for (arm, (_, _, look)) in ARMS.iter().enumerate() {
        tabulate(&mut zeros, look.name, &lambdas, &runs, |run| &run[arm]);
    }

    let looks: Vec<Look> = names[3..].iter().map(|name| Look { name, ..USELESS }).chain(MATTER).collect();
    let x = || Axis::log("penalty λ").range(weakest, strongest);
    let above = ARMS.map(|(arm, _, look)| {
        let y = Axis::linear("weight").range(-2.4, 3.2).ticks([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]);
        paths_panel(Panel::new(x(), y), &pictured_paths, arm, &looks).title(look.name)
    });
    let mut below = ARMS.map(|(_, _, look)| {
        let y = Axis::linear("weights").range(0.0, N_FEATURES as f64).ticks([0.0, 6.0, 12.0]);
        let panel = Panel::new(x(), y).title(format!("{}: exactly zero", look.name)).height(0.36);
        panel.lines(&zeros, &[look], "lambda", "zeros")
    });
    below[1].notes.push(Note::text(0.3, 5.0, "none at any penalty", RIDGE.hue));
    let title = Title::say(
        "Lasso switches weights off one by one, {} of them at the cross-validated penalty; ridge only shrinks them",
        [outcome.ledger("zeros").cite("estimate", ("l1-sparse", "few of many features matter", 0), shown::percent)],
    );
    let L1VsL2Params { features, active, .. } = params;
    let figure = Figure::new("coefficient-paths", title)
        .subtitle(format!("Above, one table of 60 rows: three features matter, the nine in grey do not. Below, zeros over {} such tables: median, and a band that holds 80 % of them. The share in the title is over tables of {features} features, {active} of which matter.", runs.len()))
        .alt("Weights over the penalty on a logarithmic axis. On the left, lasso: grey lines of useless features meet zero first, then the three that matter, one after the other, and stay there. On the right, ridge: all lines sink towards zero together and none arrives. Beneath, the number of zero weights climbs in steps from none to all for lasso, and stays at none for ridge.")
        .grid(2, true)
        .panels(above)
        .panels(below);
    outcome.show(figure, [pictured_paths, zeros]);
    Ok(())
}

/// Sixty rows of three features that matter and nine that do not.
fn pictured(stream: &Stream) -> Measured {
    let weights = [3.0, -2.0, 1.5].into_iter().chain([0.0; N_FEATURES - 3]).collect();
    Linear { weights, noise: 2.5, correlation: Correlation::None }.draw(60, stream)
}

/// Features in use and degrees of freedom over the penalty.
pub fn freedom(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    const LOOKS: [Look; 3] = [
        Look::new("lasso, features in use", LASSO.hue).thin().unnamed(),
        Look::new("ridge, features in use", RIDGE.hue).called("ridge, in use").bare(),
        Look::new("ridge, degrees of freedom", RIDGE.hue).dashed().unnamed(),
    ];
    let lambdas = penalty_grid(100.0, 1e5, 60);
    let p = params.features as f64;
    let n = (cx.replicates() / 4).max(4);
    let runs = cx.runs("freedom", n, |rep| {
        let ready = Ready::new(&params.draw(Truth::Few, &rep.stream))?;
        let ridge = ready.path(Penalty::Squared, &lambdas)?;
        let kept = ridge.all_zeros().into_iter().map(|zeros| p - zeros).collect();
        Ok([ready.path(Penalty::Absolute, &lambdas)?.freedom, ridge.freedom, kept])
    })?;
    let mut table = band_table("freedom", ("lambda", "1"), ("count", "features"));
    for (arm, look) in [(0, &LOOKS[0]), (1, &LOOKS[2]), (2, &LOOKS[1])] {
        tabulate(&mut table, look.name, &lambdas, &runs, |run| &run[arm]);
    }
    let mut steps = Table::named("lasso_steps").with_number("lambda", "1").with_number("features", "features");
    lambdas.iter().zip(&runs[0][0]).for_each(|(lambda, count)| steps.put((*lambda, *count)));

    let rows = Rows::from(&table).reversed();
    let one_table = Rows::from(&steps).reversed();
    let (x, y) = (one_table.numbers("lambda"), one_table.numbers("features"));
    let panel = Panel::new(Axis::log("penalty λ").range(0.001, 100.0), Axis::linear("features").range(0.0, 1.1 * p))
        .lines(rows.clone(), &LOOKS[..1], "lambda", "count")
        .draw(&one_table, &["lambda", "features"], Step { x, y, filled: false, hue: LASSO.hue, label: None })
        .lines(rows, &LOOKS[1..], "lambda", "count")
        .note(Note::text(0.012, 0.3 * p, "lasso: features in use\nare its degrees of freedom", LASSO.hue))
        .note(Note::text(4.0, 0.45 * p, "ridge: degrees\nof freedom", RIDGE.hue));
    let found = outcome.ledger("zeros");
    let squared = |part| ("any-reg-eliminates-features", "the penalty is squared", part);
    let title = Title::say(
        "Ridge gives up {} of its degrees of freedom and {} of its features; lasso gives up both together",
        [1, 0].map(|part| found.cite("estimate", squared(part), shown::percent)),
    );
    let L1VsL2Params { rows, features, active, .. } = params;
    let figure = Figure::new("freedom", title)
        .subtitle(format!("{rows} rows, {features} features, {active} of which matter. Lasso: one table in steps, and the band that holds 80 % of {n}. Ridge: every feature stays in use (line), its effective degrees of freedom sink (dashed, with band). Shares at the cross-validated penalty."))
        .alt("Number of features over the penalty on a logarithmic axis. Lasso's steps fall from nearly all features to none. Ridge's line of features in use stays level at the top while its dashed line of effective degrees of freedom falls smoothly.")
        .panel(panel);
    outcome.show(figure, [table, steps]);
    Ok(())
}

/// Both paths of a real table, from the penalty that zeroes every lasso weight to a thousandth of it.
pub fn real_paths(ready: &Ready, n_penalties: usize, real: &Real, outcome: &mut Outcome) -> Result<(), LabError> {
    let lambdas = ready.grid(Penalty::Absolute, n_penalties);
    let table = paths("paths", ready, &lambdas, &real.names)?;
    // Halfway down the path, where some weights are there and others not: the strongest ones get a name.
    let halfway = lambdas[lambdas.len() / 2];
    let mut counts = Table::named("zeros_halfway").with_word("penalty").with_number("lambda", "1");
    counts = counts.with_number("zeros", "weights");
    for (arm, ..) in ARMS {
        let weights = table.of((arm, halfway)).numbers("coefficient");
        counts.put((arm, halfway, weights.iter().filter(|&&weight| weight == 0.0).count()));
    }

    let lasso = table.of(("l1", halfway)).numbers("coefficient");
    let mut order: Vec<usize> = (0..lasso.len()).collect();
    order.sort_by(|&a, &b| lasso[b].abs().total_cmp(&lasso[a].abs()));
    let look = |rank: usize| {
        let name = &real.names[order[rank]];
        MATTER.get(rank).map_or(Look { name, ..USELESS }, |look| Look::new(name, look.hue))
    };
    let looks: Vec<Look> = (0..order.len()).rev().map(look).collect();
    let most = table.numbers("coefficient").iter().fold(0.0, |most: f64, weight| most.max(weight.abs()));
    let panels = ARMS.map(|(arm, _, look)| {
        let x = Axis::log("penalty λ").range(lambdas[lambdas.len() - 1], lambdas[0]);
        let y = Axis::linear("weight, in units of the target").range(-1.05 * most, 1.05 * most);
        paths_panel(Panel::new(x, y), &table, arm, &looks).title(look.name)
    });
    let (id, of) = if real.shipped { ("diabetes-paths", "the diabetes table") } else { ("own-paths", "your table") };
    let rows = if real.shipped { "All rows of the diabetes table" } else { "Your table as it was taken" };
    let title = Title::say(
        &format!("Halfway along the path lasso has dropped {{}} of {} features of {of}, ridge {{}}", order.len()),
        ["l1", "l2"].map(|arm| counts.cite("zeros", (arm,), shown::whole)),
    );
    let figure = Figure::new(id, title)
        .subtitle(format!("{rows}, features standardised and the target centred, both arms at the same {n_penalties} penalties from the one that zeroes every lasso weight to a thousandth of it. Named: the three largest weights halfway."))
        .alt("Weights of a real table over the penalty. Lasso's lines reach zero one after the other and stay there; ridge's lines sink together and do not arrive.")
        .grid(2, true)
        .panels(panels);
    outcome.show(figure, [table, counts]);
    Ok(())
}

/// Lasso's and ridge's weights over the same penalties: a row for each arm, penalty and feature.
fn paths(id: &str, ready: &Ready, lambdas: &[f64], names: &[String]) -> Result<Table, LabError> {
    let mut table = Table::named(id).with_word("penalty").with_number("lambda", "1").with_word("feature");
    table = table.with_number("coefficient", "1");
    for (arm, penalty, _) in ARMS {
        let fits = ready.path(penalty, lambdas)?;
        for (k, lambda) in lambdas.iter().enumerate() {
            for (name, weight) in names.iter().zip(fits.at(k)) {
                table.put((arm, *lambda, name.as_str(), weight));
            }
        }
    }
    Ok(table)
}

/// A line a feature, from the weakest penalty to the strongest, where ridge's have their names.
fn paths_panel(panel: Panel, table: &Table, arm: &str, looks: &[Look]) -> Panel {
    looks.iter().fold(panel, |panel, look| {
        let look = if arm == "l2" { *look } else { look.unnamed() };
        panel.line(table.of((arm,)).reversed().whose("feature", look.name), "lambda", "coefficient", &look)
    })
}
