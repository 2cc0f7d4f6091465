//! The pictures of bias and variance: the parts of the error as stacked bars, and one fit growing round by round.

use super::BaggingVsBoostingParams;
use super::arms::{FULL, Rows, booster, unusable};
use super::errors::places;
use super::spread::{CONSTANT, DEEP, Learner, ROUNDS, SHALLOW, STUMP, Spreads, bagged};
use mllab_core::figure::{Axis, Bars, Dash, Format, Hue, Layout, LegendKey, Line, Mark, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Table, Title, shown};
use mllab_kit::data::regressions;

fn two(value: f64) -> String {
    shown::fixed(value, 3)
}

/// Bias², variance and noise of each learner on one wiggly column.
pub fn parts(wiggle: &Spreads, params: &BaggingVsBoostingParams, outcome: &mut Outcome) {
    let named: [(&str, Learner); 12] = [
        ("constant", CONSTANT),
        ("stump", STUMP),
        ("bagged stumps", bagged(params.trees(), 1)),
        ("stumps, 10 rounds", Learner::After(1, 10)),
        ("stumps, 100 rounds", Learner::After(1, 100)),
        ("stumps, 1000 rounds", Learner::After(1, 1000)),
        ("depth 3", SHALLOW),
        ("depth 3, 100 rounds", Learner::After(3, 100)),
        ("depth 3, 1000 rounds", Learner::After(3, 1000)),
        ("depth 3, stopped early", Learner::Stopped),
        ("full tree", DEEP),
        ("bagged full trees", bagged(params.trees(), FULL)),
    ];
    let mut table = Table::new(
        "error_parts",
        &[
            ("learner", ""),
            ("bias2", "1"),
            ("variance", "1"),
            ("noise", "1"),
            ("error", "1"),
            ("low", "1"),
            ("high", "1"),
            ("runs", "runs"),
        ],
    );
    let noise = params.noise * params.noise;
    let mut columns: [Vec<f64>; 5] = Default::default();
    for (name, learner) in named {
        let mean = |values: &[f64]| Estimate::mean(values).point;
        // An unbiased estimate of a bias² near zero may come out below it.
        let (bias, variance) = (mean(&wiggle.bias(learner)).max(0.0), mean(&wiggle.variance(learner)));
        let whole = Estimate::mean(&wiggle.error(learner)).map(|v| v + noise);
        table.row([
            name.into(),
            bias.into(),
            variance.into(),
            noise.into(),
            whole.point.into(),
            whole.low.into(),
            whole.high.into(),
            whole.replicates.into(),
        ]);
        for (column, value) in columns.iter_mut().zip([bias, variance, whole.point, whole.low, whole.high]) {
            column.push(value);
        }
    }
    let [bias, variance, whole, low, high] = columns;
    let at: Vec<f64> = (0..whole.len()).map(|place| place as f64).collect();
    let floor = vec![noise; at.len()];
    let onto: Vec<f64> = bias.iter().map(|b| b + noise).collect();
    let top: Vec<f64> = onto.iter().zip(&variance).map(|(a, b)| a + b).collect();
    let names: Vec<String> = table.rows().map(|row| row[0].to_csv()).collect();
    let title = Title::new()
        .text("Bagging takes a full tree's variance from ")
        .cite(&table, "variance", 10, two)
        .text(" to ")
        .cite(&table, "variance", 11, two)
        .text("; boosting takes a stump's bias² from ")
        .cite(&table, "bias2", 1, two)
        .text(" to ")
        .cite(&table, "bias2", 5, two);
    outcome.figures.push(
        Figure::new("error-parts", title)
            .subtitle(format!(
                "Squared error on new rows of a wiggly function of one column: {} training rows, noise of sd {}. {} runs of five training sets; whisker: 99\u{202f}% interval of the whole.",
                params.rows,
                shown::number(params.noise, 2),
                wiggle.runs.len()
            ))
            .alt("Twelve stacked bars of noise, squared bias and variance. Constant and stumps are mostly bias, bagged stumps look like one stump, boosted stumps lose their bias with more rounds. The full tree is mostly variance, which bagging cuts; a thousand boosted trees of depth three are as variable as the full tree.")
            .legend("noise", Hue::Grey, LegendKey::Fill)
            .legend("bias²", Hue::Amber, LegendKey::Fill)
            .legend("variance", Hue::Blue, LegendKey::Fill)
            .reads("error_parts", &["learner", "noise", "bias2", "variance", "low", "high"])
            .panel(
                Panel::new(Axis::category("", names), Axis::linear("squared error"))
                    .layer(Bars::new(at.clone(), floor.clone(), Hue::Grey))
                    .layer(Bars::new(at.clone(), onto.clone(), Hue::Amber).base(floor))
                    .layer(Bars::new(at, top, Hue::Blue).base(onto).whiskers(low, high)),
            ),
    );
    outcome.tables.push(table);
}

/// One training set: the boosted fit after 1, 10, 100 and 1000 rounds, and what it leaves.
pub fn rounds(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("one draw of the wiggle", 0);
    let rows: Rows = regressions::two_bumps(params.rows as usize, params.noise, &stream).into();
    let (at, truth) = places();
    let targets = rows.numbers();
    let model =
        booster(1000, 1, params.rate, &rows).fit(rows.x.view(), &targets, None, None, &stream).map_err(unusable)?;
    let mut curves = Table::new("round_fits", &[("round", "rounds"), ("x", "1"), ("fit", "1"), ("truth", "1")]);
    let mut points = Table::new("round_residuals", &[("round", "rounds"), ("x", "1"), ("y", "1"), ("residual", "1")]);
    let mut fits = Vec::new();
    model.staged(at.view(), |round, sum| {
        if ROUNDS.contains(&round) {
            fits.push(sum.to_vec());
        }
    });
    let mut left = Vec::new();
    model.staged(rows.x.view(), |round, sum| {
        if ROUNDS.contains(&round) {
            left.push(targets.iter().zip(sum).map(|(y, f)| y - f).collect::<Vec<f64>>());
        }
    });
    let mut spread = Table::new("round_spread", &[("round", "rounds"), ("residual_sd", "1")]);
    let x: Vec<f64> = at.column(0).to_vec();
    let seen: Vec<f64> = rows.x.column(0).to_vec();
    let mut figure_panels = Vec::new();
    for (place, round) in ROUNDS.into_iter().enumerate() {
        for (i, x) in x.iter().enumerate() {
            curves.row([round.into(), (*x).into(), fits[place][i].into(), truth[i].into()]);
        }
        for (i, x) in seen.iter().enumerate() {
            points.row([round.into(), (*x).into(), targets[i].into(), left[place][i].into()]);
        }
        let sd = (left[place].iter().map(|r| r * r).sum::<f64>() / left[place].len() as f64).sqrt();
        spread.row([round.into(), sd.into()]);
        figure_panels.push(
            Panel::new(axis("x", -5.0, 5.0), axis("y", -1.2, 2.6))
                .title(if round == 1 { "1 round".into() } else { format!("{round} rounds") })
                .layer(Points::new(seen.clone(), targets.clone(), Mark::Disc, Hue::Grey))
                .layer(Line::new(x.clone(), truth.clone(), Hue::Ink).dash(Dash::Dashed).thin())
                .layer(Line::new(x.clone(), fits[place].clone(), Hue::Vermilion)),
        );
    }
    for place in 0..ROUNDS.len() {
        figure_panels.push(
            Panel::new(axis("x", -5.0, 5.0), axis("residual", -2.0, 2.0))
                .remark(
                    format!(
                        "residuals, sd {}",
                        shown::fixed(spread.number(place, "residual_sd").unwrap_or(f64::NAN), 2)
                    ),
                    Hue::Blue,
                )
                .layer(Line::new(vec![-5.0, 5.0], vec![0.0; 2], Hue::Ink).thin())
                .layer(Points::new(seen.clone(), left[place].clone(), Mark::Ring, Hue::Blue)),
        );
    }
    let title = Title::new()
        .text("Each round eats into what is left: the residuals' spread falls from ")
        .cite(&spread, "residual_sd", 0, |v| shown::fixed(v, 2))
        .text(" after one stump to ")
        .cite(&spread, "residual_sd", 3, |v| shown::fixed(v, 2))
        .text(" after a thousand");
    let mut figure = Figure::new("rounds", title)
        .subtitle(format!(
            "Stumps boosted at a rate of {} on one draw of {} rows. Red: the fit; dashed: the truth; beneath, target less fit at each row.",
            shown::number(params.rate, 2),
            params.rows
        ))
        .alt("Four fits above their residuals. After one round the fit is nearly flat and the residuals keep both bumps; after ten it is a coarse step; after a hundred it follows the bumps and the residuals are a band around zero; after a thousand it bends towards single points.")
        .layout(Layout::Grid { columns: 4, share_y: true })
        .legend("fit", Hue::Vermilion, LegendKey::Line(Dash::Solid))
        .legend("truth", Hue::Ink, LegendKey::Line(Dash::Dashed))
        .reads("round_fits", &["x", "fit", "truth"])
        .reads("round_residuals", &["x", "y", "residual"])
        .reads("round_spread", &["residual_sd"]);
    for panel in figure_panels {
        figure = figure.panel(panel);
    }
    outcome.figures.push(figure);
    outcome.tables.extend([curves, points, spread]);
    Ok(())
}

fn axis(label: &str, low: f64, high: f64) -> Axis {
    Axis::linear(label).range(low, high).format(Format::Number)
}
