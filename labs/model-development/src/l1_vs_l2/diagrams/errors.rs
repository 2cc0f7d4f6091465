//! Errors and explained variance over the penalty.

use super::{LASSO, RIDGE, percent};
use crate::l1_vs_l2::fits::{NEXT_TO_NOTHING, Penalty, Ready, explained};
use crate::l1_vs_l2::ledger::Ledger;
use crate::l1_vs_l2::overfit::scarce_rows;
use crate::l1_vs_l2::underfit::{bowl, line, with_square};
use crate::l1_vs_l2::{L1VsL2Params, Truth, all};
use mllab_core::figure::{Axis, Hue, Layout, Note, Panel};
use mllab_core::{Cx, Figure, LabError, Stream, Table, Title, shown};
use mllab_kit::bands::{Bands, band_table};
use mllab_kit::data::Measured;
use mllab_kit::linear::penalty_grid;

/// The error on the rows that were learnt from and on new ones.
pub fn train_and_test(
    cx: &Cx,
    params: &L1VsL2Params,
    draw: impl Fn(Truth, &Stream) -> (Measured, Measured) + Sync,
    ledger: &mut Ledger,
) -> Result<(), LabError> {
    let lambdas = penalty_grid(100.0, 1e6, 50);
    let lasso_lambdas = penalty_grid(4.0, 1e3, 40);
    let n = (cx.replicates() / 3).max(4);
    let runs = all(cx.replicate_part("errors by penalty", n, |rep| {
        let (train, test) = draw(Truth::Few, &rep.stream);
        let ready = Ready::new(&train)?;
        let ridge = ready.path(Penalty::Squared, &lambdas)?;
        let lasso = ready.path(Penalty::Absolute, &lasso_lambdas)?;
        let free = ready.path(Penalty::Squared, &[NEXT_TO_NOTHING])?;
        Ok([
            ready.errors(&lasso, &train)?,
            ready.errors(&lasso, &test)?,
            ready.errors(&ridge, &train)?,
            ready.errors(&ridge, &test)?,
            ready.errors(&free, &test)?,
        ])
    })?)?;
    let bands = |i: usize| Bands::of(&runs.iter().map(|run| run[i].clone()).collect::<Vec<_>>());
    let mut table = band_table("errors_by_penalty", ("lambda", "1"), ("error", "squared units"));
    let free = bands(4);
    free.tabulate(&mut table, "no penalty, test", &[0.0]);
    let mut panels = Vec::new();
    for (name, first, lambdas, hue) in [("Lasso (L1)", 0, &lasso_lambdas, LASSO), ("Ridge (L2)", 2, &lambdas, RIDGE)] {
        let (train, test) = (bands(first), bands(first + 1));
        train.tabulate(&mut table, &format!("{name}, training"), lambdas);
        test.tabulate(&mut table, &format!("{name}, test"), lambdas);
        let ends = [lambdas[lambdas.len() - 1], lambdas[0]];
        panels.push(
            Panel::new(
                Axis::log("penalty λ").range(ends[0], ends[1]),
                Axis::log("mean squared error").range(0.3, 60.0).ticks([0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]),
            )
            .title(name)
            .layer(train.line(lambdas, Hue::Green))
            .layer(test.line(lambdas, hue))
            .note(Note::horizontal(free.middle[0], "test error without a penalty"))
            .note(Note::text(ends[0] * 3.0, 1.7, "training rows", Hue::Green))
            .note(Note::text(ends[1] / 4.0, 13.5, "new rows", hue)),
        );
    }
    let claim = "reduces-overfitting";
    let squared = "features are nearly as many as rows, few matter, and the penalty is squared";
    let absolute = "features are nearly as many as rows, few matter, and the penalty is an absolute value";
    let title = Title::new()
        .text("With nearly as many features as rows, lasso takes ")
        .cite(ledger.table(), "estimate", ledger.row(claim, absolute, 0), percent)
        .text(" off the error on new rows and ridge ")
        .cite(ledger.table(), "estimate", ledger.row(claim, squared, 0), percent);
    let figure = Figure::new("train-and-test", title)
        .subtitle(format!(
            "{} rows, {} features, {} of which matter, noise {}. Medians of {n} tables; bands hold 80 % of them. Shares in the title: at the cross-validated penalty, mean of {} tables.",
            scarce_rows(params), params.features, params.active, shown::number(params.noise, 2), cx.replicates()
        ))
        .alt("Errors over the penalty on logarithmic axes, lasso on the left, ridge on the right. On the training rows the error rises with the penalty. On new rows it starts high, falls to a minimum far below the dashed line of no penalty, and rises again.")
        .reads("errors_by_penalty", &["lambda", "error", "low", "high"])
        .layout(Layout::Grid { columns: 2, share_y: true });
    let outcome = ledger.outcome();
    outcome.figures.push(panels.into_iter().fold(figure, Figure::panel));
    outcome.tables.push(table);
    Ok(())
}

/// Two underfits under a penalty that is weakened, and what repairs the second.
pub fn underfits(cx: &Cx, ledger: &mut Ledger) -> Result<(), LabError> {
    let lambdas = penalty_grid(1e3, 1e6, 50);
    let n = (cx.replicates() / 4).max(4);
    let runs = all(cx.replicate_part("underfits", n, |rep| {
        let path = |(train, test): (Measured, Measured)| {
            let ready = Ready::new(&train)?;
            explained(&ready, &ready.path(Penalty::Squared, &lambdas)?, &test)
        };
        Ok([path(line(&rep.stream))?, path(bowl(&rep.stream))?, path(with_square(bowl(&rep.stream)))?])
    })?)?;
    let mut table: Table = band_table("underfits", ("lambda", "1"), ("explained_variance", "1"));
    let mut panel = Panel::new(
        Axis::log("squared penalty λ").range(1e-3, 1e3),
        Axis::linear("explained variance on new rows").range(-0.2, 1.0).ticks([-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    );
    let arms = [
        (2, "parabola, its square added", Hue::Green, [0.004, 0.9]),
        (0, "linear truth", RIDGE, [0.004, 0.73]),
        (1, "parabola", Hue::Pink, [0.004, 0.1]),
    ];
    for (i, name, hue, at) in arms {
        let bands = Bands::of(&runs.iter().map(|run| run[i].clone()).collect::<Vec<_>>());
        bands.tabulate(&mut table, name, &lambdas);
        let words = match i {
            0 => "a linear truth: the penalty is the cause",
            1 => "a parabola, only x offered: the model is the cause",
            _ => "a parabola, its square offered too",
        };
        panel = panel.layer(bands.line(&lambdas, hue)).note(Note::text(at[0], at[1], words, hue));
    }
    let best = |v: f64| shown::fixed(v, 2);
    let squared = "the squared penalty was too strong";
    let bowl = "a line meets a parabola under a squared penalty";
    let title = Title::new()
        .text("A weaker penalty adds ")
        .cite(ledger.table(), "estimate", ledger.row("relax-when-underfit", squared, 0), best)
        .text(" to the explained variance where the penalty is the cause of an underfit, and ")
        .cite(ledger.table(), "estimate", ledger.row("relax-when-underfit", bowl, 0), best)
        .text(" where the model is");
    let figure = Figure::new("underfits", title)
        .subtitle(format!(
            "Explained variance on 500 new rows after ridge on 200: medians of {n} tables, bands hold 80 % of them. The numbers in the title go from a penalty of 10 to a hundredth of it."
        ))
        .alt("Explained variance over the penalty. The line of the linear truth climbs from zero to about 0.8 as the penalty gets weaker. The line of the parabola with only x as a feature lies flat at zero at every penalty; with the square added it climbs to nearly one.")
        .reads("underfits", &["lambda", "explained_variance", "low", "high"])
        .panel(panel);
    let outcome = ledger.outcome();
    outcome.figures.push(figure);
    outcome.tables.push(table);
    Ok(())
}
