//! Weights over the penalty, and what is left of a model along the way.

use super::{FEATURES, LASSO, RIDGE, percent};
use crate::l1_vs_l2::fits::{Fits, Penalty, Ready};
use crate::l1_vs_l2::ledger::Ledger;
use crate::l1_vs_l2::{L1VsL2Params, Truth, all, generated, one};
use mllab_core::figure::{Axis, Dash, Hue, Layout, Line, Note, Panel, Step};
use mllab_core::{Cx, Figure, LabError, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::bands::{Bands, band_table};
use mllab_kit::data::Measured;
use mllab_kit::data::regressions::{Correlation, Linear};
use mllab_kit::linear::penalty_grid;

/// Lasso and ridge over the same penalties.
pub struct Paths {
    lasso: Fits,
    ridge: Fits,
}

impl Paths {
    /// Both paths of rows made ready.
    pub fn of(ready: &Ready, lambdas: &[f64]) -> Result<Self, KitError> {
        Ok(Paths { lasso: ready.path(Penalty::Absolute, lambdas)?, ridge: ready.path(Penalty::Squared, lambdas)? })
    }

    /// A row for each penalty, feature and arm.
    fn tabulate(&self, id: &str, names: &[String]) -> Table {
        let columns = [("penalty", ""), ("lambda", "1"), ("feature", ""), ("coefficient", "1")];
        let mut table = Table::new(id, &columns);
        for (penalty, fits) in [(Penalty::Absolute, &self.lasso), (Penalty::Squared, &self.ridge)] {
            for (k, lambda) in fits.lambdas.iter().enumerate() {
                for (name, weight) in names.iter().zip(fits.at(k)) {
                    table.row([penalty.id().into(), (*lambda).into(), name.as_str().into(), weight.into()]);
                }
            }
        }
        table
    }
}

/// The true weights of the table in the picture, then useless features.
const TRUTH: [f64; 3] = [3.0, -2.0, 1.5];
const N_FEATURES: usize = 12;

fn pictured(stream: &Stream) -> Measured {
    let mut weights = vec![0.0; N_FEATURES];
    weights[..3].copy_from_slice(&TRUTH);
    Linear { weights, noise: 2.5, correlation: Correlation::None }.draw(60, stream)
}

/// The two paths side by side with the zeros counted beneath.
pub fn coefficient_paths(cx: &Cx, params: &L1VsL2Params, ledger: &mut Ledger) -> Result<(), LabError> {
    let (weakest, strongest) = (0.01, 10.0);
    let lambdas = penalty_grid(strongest, strongest / weakest, 80);
    let runs = all(cx.replicate_part("pictured", cx.replicates(), |rep| {
        let paths = Paths::of(&Ready::new(&pictured(&rep.stream))?, &lambdas)?;
        let zeros = |fits: &Fits| (0..lambdas.len()).map(|k| fits.zeros(k) as f64).collect::<Vec<f64>>();
        Ok((zeros(&paths.lasso), zeros(&paths.ridge)))
    })?)?;
    let shown_paths = one(Ready::new(&pictured(&cx.stream("shown paths", 0))).and_then(|r| Paths::of(&r, &lambdas)))?;
    let names: Vec<String> = (1..=N_FEATURES).map(|j| format!("x{j}")).collect();
    let (lasso_zeros, ridge_zeros): (Vec<_>, Vec<_>) = runs.into_iter().unzip();
    let mut zeros = band_table("zeros_by_penalty", ("lambda", "1"), ("zeros", "weights"));

    let labels = ["x₁ (β = 3)", "x₂ (β = −2)", "x₃ (β = 1.5)"];
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for (fits, runs, name, hue, labelled) in [
        (&shown_paths.lasso, lasso_zeros, "Lasso (L1)", LASSO, false),
        (&shown_paths.ridge, ridge_zeros, "Ridge (L2)", RIDGE, true),
    ] {
        let x = || Axis::log("penalty λ").range(weakest, strongest);
        let mut panel =
            Panel::new(x(), Axis::linear("weight").range(-2.4, 3.2).ticks([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]))
                .title(name);
        for j in (3..N_FEATURES).chain(0..3) {
            let line = Line::new(lambdas.clone(), fits.weights.row(j).to_vec(), *FEATURES.get(j).unwrap_or(&Hue::Grey));
            panel = panel.layer(match j {
                3.. => line.thin(),
                _ if labelled => line_from_weak_to_strong(line).label(labels[j]),
                _ => line,
            });
        }
        above.push(panel);
        let bands = Bands::of(&runs);
        bands.tabulate(&mut zeros, name, &lambdas);
        let y = Axis::linear("weights").range(0.0, N_FEATURES as f64).ticks([0.0, 6.0, 12.0]);
        let counted = format!("{name}: exactly zero");
        below.push(Panel::new(x(), y).title(counted).layer(bands.line(&lambdas, hue)).height(0.36));
    }
    below[1] = below[1].clone().note(Note::text(0.3, 5.0, "none at any penalty", RIDGE));
    let title = Title::new()
        .text("Lasso switches weights off one by one, ")
        .cite(ledger.table(), "estimate", ledger.row("l1-sparse", "few of many features matter", 0), percent)
        .text(" of them at the cross-validated penalty; ridge only shrinks them");
    let figure = Figure::new("coefficient-paths", title)
        .subtitle(format!(
            "Above, one table of 60 rows: three features matter, the nine in grey do not. Below, zeros over {} such tables: median, and a band that holds 80 % of them. The share in the title is over tables of {} features, {} of which matter.",
            cx.replicates(), params.features, params.active
        ))
        .alt("Weights over the penalty on a logarithmic axis. On the left, lasso: grey lines of useless features meet zero first, then the three that matter, one after the other, and stay there. On the right, ridge: all lines sink towards zero together and none arrives. Beneath, the number of zero weights climbs in steps from none to all for lasso, and stays at none for ridge.")
        .reads("pictured_paths", &["lambda", "coefficient"])
        .reads("zeros_by_penalty", &["lambda", "zeros", "low", "high"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    let figure = above.into_iter().chain(below).fold(figure, Figure::panel);
    let outcome = ledger.outcome();
    outcome.figures.push(figure);
    outcome.tables.push(shown_paths.tabulate("pictured_paths", &names));
    outcome.tables.push(zeros);
    Ok(())
}

/// The same line with its last point at the strongest penalty, where its name shall stand.
fn line_from_weak_to_strong(mut line: Line) -> Line {
    line.x.reverse();
    line.y.reverse();
    line
}

/// Features in use and degrees of freedom over the penalty.
pub fn freedom(cx: &Cx, params: &L1VsL2Params, ledger: &mut Ledger) -> Result<(), LabError> {
    let lambdas = penalty_grid(100.0, 1e5, 60);
    let p = params.features as f64;
    let n = (cx.replicates() / 4).max(4);
    let runs = all(cx.replicate_part("freedom", n, |rep| {
        let rows = params.truth(Truth::Few, &rep.stream).draw(params.rows as usize, &rep.stream);
        let paths = Paths::of(&Ready::new(&rows)?, &lambdas)?;
        let kept = (0..lambdas.len()).map(|k| p - paths.ridge.zeros(k) as f64).collect::<Vec<f64>>();
        Ok([paths.lasso.freedom, paths.ridge.freedom, kept])
    })?)?;
    let arm = |i: usize| -> Vec<Vec<f64>> { runs.iter().map(|run| run[i].clone()).collect() };
    let bands = [0, 1, 2].map(|i| Bands::of(&arm(i)));
    let mut table = band_table("freedom", ("lambda", "1"), ("count", "features"));
    for (name, bands) in
        ["lasso, features in use", "ridge, degrees of freedom", "ridge, features in use"].iter().zip(&bands)
    {
        bands.tabulate(&mut table, name, &lambdas);
    }
    let one_run = &runs[0][0];
    let mut steps = Table::new("lasso_steps", &[("lambda", "1"), ("features", "features")]);
    lambdas.iter().zip(one_run).for_each(|(lambda, count)| steps.row([(*lambda).into(), (*count).into()]));
    let ascending = |values: &[f64]| values.iter().rev().copied().collect::<Vec<f64>>();
    let line = |i: usize, hue| line_from_weak_to_strong(Line::new(lambdas.clone(), bands[i].middle.clone(), hue));
    let band = |i: usize, hue| line(i, hue).band(ascending(&bands[i].low), ascending(&bands[i].high));
    let panel = Panel::new(Axis::log("penalty λ").range(0.001, 100.0), Axis::linear("features").range(0.0, 1.1 * p))
        .layer(band(0, LASSO).thin())
        .layer(Step { x: ascending(&lambdas), y: ascending(one_run), filled: false, hue: LASSO, label: None })
        .layer(line(2, RIDGE).label("ridge, in use"))
        .layer(band(1, RIDGE).dash(Dash::Dashed))
        .note(Note::text(0.012, 0.3 * p, "lasso: features in use\nare its degrees of freedom", LASSO))
        .note(Note::text(4.0, 0.45 * p, "ridge: degrees\nof freedom", RIDGE));
    let row = |part| ledger.row("any-reg-eliminates-features", "the penalty is squared", part);
    let title = Title::new()
        .text("Ridge gives up ")
        .cite(ledger.table(), "estimate", row(1), percent)
        .text(" of its degrees of freedom and ")
        .cite(ledger.table(), "estimate", row(0), percent)
        .text(" of its features; lasso gives up both together");
    let figure = Figure::new("freedom", title)
        .subtitle(format!(
            "{} rows, {} features, {} of which matter. Lasso: one table in steps, and the band that holds 80 % of {n}. Ridge: every feature stays in use (line), its effective degrees of freedom sink (dashed, with band). Shares at the cross-validated penalty.",
            params.rows, params.features, params.active
        ))
        .alt("Number of features over the penalty on a logarithmic axis. Lasso's steps fall from nearly all features to none. Ridge's line of features in use stays level at the top while its dashed line of effective degrees of freedom falls smoothly.")
        .reads("freedom", &["lambda", "count", "low", "high"])
        .reads("lasso_steps", &["lambda", "features"])
        .panel(panel);
    let outcome = ledger.outcome();
    outcome.figures.push(figure);
    outcome.tables.push(table);
    outcome.tables.push(steps);
    Ok(())
}

/// Both paths of a real table, all of its rows.
pub fn real_paths(paths: &Paths, names: &[String], source: &Source, ledger: &mut Ledger) {
    let (strongest, weakest) = (paths.lasso.lambdas[0], paths.lasso.lambdas[paths.lasso.lambdas.len() - 1]);
    let table = paths.tabulate("paths", names);
    // Halfway down the path, where some weights are there and others not: the strongest ones get a name.
    let middle = paths.lasso.lambdas.len() / 2;
    let mut order: Vec<usize> = (0..names.len()).collect();
    let size = |fits: &Fits, j: usize| fits.weights[[j, middle]].abs();
    order.sort_by(|&a, &b| size(&paths.lasso, b).total_cmp(&size(&paths.lasso, a)));
    let at = |ends: [f64; 2]| Axis::log("penalty λ").range(ends[0], ends[1]);
    let most =
        [&paths.lasso, &paths.ridge].iter().flat_map(|fits| fits.weights.iter()).fold(0.0, |m: f64, w| m.max(w.abs()));
    let mut panels = Vec::new();
    for (fits, name, labelled) in [(&paths.lasso, "Lasso (L1)", false), (&paths.ridge, "Ridge (L2)", true)] {
        let y = Axis::linear("weight, in units of the target").range(-1.05 * most, 1.05 * most);
        let mut panel = Panel::new(at([weakest, strongest]), y).title(name);
        for (rank, &j) in order.iter().enumerate().rev() {
            let hue = *FEATURES.get(rank).unwrap_or(&Hue::Grey);
            let line = line_from_weak_to_strong(Line::new(fits.lambdas.clone(), fits.weights.row(j).to_vec(), hue));
            panel = panel.layer(match rank {
                3.. => line.thin(),
                _ if labelled => line.label(names[j].clone()),
                _ => line,
            });
        }
        panels.push(panel);
    }
    let (id, of) =
        if generated(source) { ("diabetes-paths", "the diabetes table") } else { ("own-paths", "your table") };
    let n_zero = paths.lasso.zeros(middle);
    let mut counts = Table::new("zeros_halfway", &[("penalty", ""), ("lambda", "1"), ("zeros", "weights")]);
    counts.row([Penalty::Absolute.id().into(), paths.lasso.lambdas[middle].into(), n_zero.into()]);
    counts.row([Penalty::Squared.id().into(), paths.ridge.lambdas[middle].into(), paths.ridge.zeros(middle).into()]);
    let title = Title::new()
        .text("Halfway along the path lasso has dropped ")
        .cite(&counts, "zeros", 0, |v| shown::fixed(v, 0))
        .text(format!(" of {} features of {of}, ridge ", names.len()))
        .cite(&counts, "zeros", 1, |v| shown::fixed(v, 0));
    let figure = Figure::new(id, title)
        .subtitle(format!(
            "All rows of {of}, features standardised and the target centred, both arms at the same {} penalties from the one that zeroes every lasso weight to a thousandth of it. Named: the three largest weights halfway.",
            paths.lasso.lambdas.len()
        ))
        .alt("Weights of a real table over the penalty. Lasso's lines reach zero one after the other and stay there; ridge's lines sink together and do not arrive.")
        .reads("paths", &["lambda", "coefficient"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    let outcome = ledger.outcome();
    outcome.figures.push(panels.into_iter().fold(figure, Figure::panel));
    outcome.tables.push(table);
    outcome.tables.push(counts);
}
