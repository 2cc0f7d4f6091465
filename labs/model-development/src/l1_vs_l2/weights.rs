//! Does a penalty bring extreme weights down, and only those?
//!
//! Data: twenty noisy points of a wave, fitted by a polynomial of degree 15, whose powers are near copies of each other;
//! nine tenths of a real table; and orthogonal features, where nothing cancels. Arms: next to no penalty, ridge and
//! lasso at their cross-validated penalties. Measurement: the largest absolute weight.

use super::{FREE, L1VsL2Params, NINTH, RIDGE, Real, Truth};
use mllab_core::prelude::*;
use mllab_kit::data::Measured;
use mllab_kit::data::regressions::{measured, orthogonal, powers, uniform_features};
use mllab_kit::linear::{Choice, NEXT_TO_NOTHING, Penalty, Ready, penalty_grid};
use ndarray::Array2;
use std::f64::consts::PI;

const CLAIM: &str = "penalise-extreme-weights";
const SQUARED: &str = "a polynomial of degree 15 meets a squared penalty";
const ABSOLUTE: &str = "a polynomial of degree 15 meets an absolute-value penalty";
/// The polynomial's degree.
const DEGREE: usize = 15;

/// Measures the largest weight.
pub fn run(cx: &Cx, params: &L1VsL2Params, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    let real = Real::of(source)?;
    let falls = real.runs(cx, (cx.replicates() / 4).max(8), |stream, train, _| {
        both_falls(params.choice_on_table(), &train, stream)
    })?;
    let case = ["the diabetes table meets a squared penalty", "your table meets a squared penalty"];
    outcome.find(CLAIM, real.case(case), falls.resampled(NINTH, |fall| fall[0]));
    let case = ["the diabetes table meets an absolute-value penalty", "your table meets an absolute-value penalty"];
    outcome.find(CLAIM, real.case(case), falls.resampled(NINTH, |fall| fall[1]));
    if real.shipped {
        generated(cx, params, &mut outcome)?;
        draw(cx, &mut outcome)?;
    }
    outcome.tables.push(outcome.ledger("largest_weights"));
    Ok(outcome)
}

/// Powers that are near copies of each other; features where nothing cancels; next to no penalty.
fn generated(cx: &Cx, params: &L1VsL2Params, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.runs("polynomial", cx.replicates(), |rep| {
        let rows = wave(20, 0.3, &rep.stream);
        Ok((both_falls(params.choice(), &rows, &rep.stream)?, largest_growth(&rows)?))
    })?;
    outcome.find(CLAIM, SQUARED, runs.mean(|run| run.0[0]));
    outcome.find(CLAIM, ABSOLUTE, runs.mean(|run| run.0[1]));
    // That the length never grows is a theorem; what rounding leaves of it is counted, not sampled.
    let growth = runs.iter().map(|run| run.1).fold(f64::NEG_INFINITY, f64::max);
    outcome.find_part(CLAIM, SQUARED, 1, Estimate::exact(growth));

    let case = "a penalty of next to nothing is doubled";
    let still = cx.runs(case, cx.replicates(), |rep| {
        let ready = Ready::new(&params.draw(Truth::Few, &rep.stream))?;
        let fits = ready.path(Penalty::Squared, &[2.0 * NEXT_TO_NOTHING, NEXT_TO_NOTHING])?;
        Ok([libm::log2(fits.largest(1) / fits.largest(0))])
    })?;
    outcome.find(CLAIM, case, still.means());
    let favour = cx.runs("orthogonal", cx.replicates(), |rep| favours_large(&rep.stream))?;
    let most = favour.iter().map(|arms| arms[0]).fold(0.0, |most: f64, v| if v.abs() > most.abs() { v } else { most });
    outcome.find(CLAIM, "features are orthogonal and the penalty is squared", Estimate::exact(most));
    let case = "features are orthogonal and the penalty is an absolute value";
    outcome.find(CLAIM, case, favour.mean(|arms| arms[1]));
    Ok(())
}

/// Points of a wave on [−1, 1], their positions raised to the powers 1 to [`DEGREE`].
fn wave(n: usize, noise: f64, stream: &Stream) -> Measured {
    let x = uniform_features(n, 1, -1.0, 1.0, &stream.child("positions", 0));
    let rows = measured(x, |row| libm::sin(PI * row[0]), noise, &stream.child("noise", 0));
    Measured { x: powers(rows.x.view(), DEGREE), y: rows.y }
}

/// How many octaves the largest weight falls from next to no penalty to the cross-validated ridge and lasso.
fn both_falls(choice: Choice, rows: &Measured, stream: &Stream) -> Result<[f64; 2], LabError> {
    let free = Ready::new(rows)?.unpenalised()?.largest(0);
    let chosen = choice.both(rows, stream)?;
    // Of copies of one feature ridge has each carry a part, the lasso one the whole: each starts from its own weights.
    let [_, lasso] = &chosen;
    let whole = (0..lasso.fits.weights.ncols()).map(|k| lasso.fits.largest(k)).fold(free, f64::max);
    // Where the lasso keeps nothing at all, the fall is as large as the path can show.
    let left = chosen.map(|chosen| chosen.fits.largest(chosen.best).max(1e-3 * free));
    Ok([libm::log2(free / left[0]), libm::log2(whole / left[1])])
}

/// The largest relative growth of ridge's length from one penalty to the next stronger one; negative where it falls.
fn largest_growth(rows: &Measured) -> Result<f64, LabError> {
    let fits = Ready::new(rows)?.path(Penalty::Squared, &penalty_grid(100.0, 1e8, 60))?;
    Ok((1..60).map(|k| fits.length(k - 1) / fits.length(k) - 1.0).fold(f64::NEG_INFINITY, f64::max))
}

/// On orthogonal features: the relative fall of the largest weight less that of the smallest, for ridge and lasso at a
/// penalty of a half.
fn favours_large(stream: &Stream) -> Result<[f64; 2], LabError> {
    let ready = Ready::new(&orthogonal(10, 2.0, stream))?;
    let free = ready.unpenalised()?.at(0);
    let order = |a: &usize, b: &usize| free[*a].abs().total_cmp(&free[*b].abs());
    let largest = (0..10).max_by(order).expect("ten weights");
    let smallest = (0..10).min_by(order).expect("ten weights");
    let favour = |penalty| -> Result<f64, LabError> {
        let kept = ready.path(penalty, &[0.5])?.at(0);
        Ok(kept[smallest] / free[smallest] - kept[largest] / free[largest])
    };
    Ok([favour(Penalty::Squared)?, favour(Penalty::Absolute)?])
}

/// Polynomials of degree 15 through twenty points at four penalties.
fn draw(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let rows = wave(20, 0.3, &cx.stream("shown polynomial", 0));
    let ready = Ready::new(&rows)?;
    let mut points = Table::named("points").with_numbers(&["x", "y"], "1");
    rows.x.column(0).iter().zip(&rows.y).for_each(|(x, y)| points.put((*x, *y)));
    let positions: Vec<f64> = (0..=200).map(|i| f64::from(i) / 100.0 - 1.0).collect();
    let truth: Vec<f64> = positions.iter().map(|x| libm::sin(PI * x)).collect();
    let line = Array2::from_shape_vec((positions.len(), 1), positions.clone()).expect("one column");
    let mut table = Table::named("polynomials").with_numbers(&["lambda", "x", "fit"], "1");
    let mut panels = Vec::new();
    for (lambda, name, look) in [
        (NEXT_TO_NOTHING, "next to none", FREE),
        (1e-4, "λ = 0.0001", RIDGE),
        (0.01, "λ = 0.01", RIDGE),
        (10.0, "λ = 10", RIDGE),
    ] {
        let fits = ready.path(Penalty::Squared, &[lambda])?;
        let fitted = ready.predict(&powers(line.view(), DEGREE), &fits.at(0))?;
        positions.iter().zip(fitted).for_each(|(x, y)| table.put((lambda, *x, y)));
        let small = Points::new(rows.x.column(0).to_vec(), rows.y.clone(), Mark::Disc, Hue::Ink).area(vec![0.6; 20]);
        let axes = (Axis::linear("x").range(-1.0, 1.0).ticks([-1.0, 0.0, 1.0]), Axis::linear("y").range(-2.0, 2.0));
        panels.push(
            Panel::new(axes.0, axes.1)
                .title(name)
                .remark(format!("largest weight {}", shown::number(fits.largest(0), 2)), look.hue)
                .layer(Line::new(positions.clone(), truth.clone(), Hue::Green).thin())
                .line(table.of((lambda,)), "x", "fit", &look)
                .draw(&Rows::from(&points), &["x", "y"], small),
        );
    }
    let title = Title::say(
        "The penalty that cross-validation chooses makes the largest weight {} times smaller",
        [outcome.ledger("largest_weights").cite("estimate", (CLAIM, SQUARED, 0), shown::times)],
    )
    .if_cited(|cited| cited[0] > 0.0);
    let figure = Figure::new("polynomials", title)
        .subtitle(format!("A polynomial of degree {DEGREE} through 20 points of a wave (thin line) under four squared penalties; weights on standardised powers. The factor in the title is the mean over {} tables.", cx.replicates()))
        .alt("Four panels with the same points. With next to no penalty the curve swings wildly between them; with a little it follows the wave; with a strong penalty it flattens.")
        .grid(4, true)
        .panels(panels);
    outcome.show(figure, [table, points]);
    Ok(())
}
