//! The pictures of bias and variance: the parts of the error as stacked bars, and one fit growing round by round.

use super::BaggingVsBoostingParams;
use super::spread::{ROUNDS, Spreads, places};
use mllab_core::prelude::*;
use mllab_kit::bias_variance::{CONSTANT, DEEP, Learner, SHALLOW, STUMP, Spread, bagged};
use mllab_kit::data::regressions;
use mllab_kit::ensemble::{FULL, Rows, booster, in_a_row};

fn three(value: f64) -> String {
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
    let mut table = Table::named("error_parts").with_word("learner");
    table = table.with_numbers(&["bias2", "variance", "noise"], "1").with_estimate("error", "1").with_runs();
    let noise = params.noise * params.noise;
    for (name, learner) in named {
        let mean = |of: fn(&Spread) -> f64| wiggle.mean(learner, of);
        // An unbiased estimate of a bias² near zero may come out below it.
        let bias = mean(Spread::bias).point().max(0.0);
        table.put((name, bias, mean(Spread::variance).point(), noise, mean(Spread::error).map(|v| v + noise)));
    }
    let [bias, variance] = ["bias2", "variance"].map(|column| table.numbers(column));
    let at: Vec<f64> = (0..named.len()).map(|place| place as f64).collect();
    let floor = vec![noise; at.len()];
    let onto: Vec<f64> = bias.iter().map(|b| b + noise).collect();
    let top: Vec<f64> = onto.iter().zip(&variance).map(|(a, b)| a + b).collect();
    let title = Title::say(
        "Bagging takes a full tree's variance from {} to {}; boosting takes a stump's bias² from {} to {}",
        [
            table.cite("variance", ("full tree",), three),
            table.cite("variance", ("bagged full trees",), three),
            table.cite("bias2", ("stump",), three),
            table.cite("bias2", ("stumps, 1000 rounds",), three),
        ],
    );
    let panel = Panel::new(Axis::category("", named.map(|(name, _)| name)), Axis::linear("squared error"))
        .layer(Bars::new(at.clone(), floor.clone(), Hue::Grey))
        .layer(Bars::new(at.clone(), onto.clone(), Hue::Amber).base(floor))
        .layer(Bars::new(at, top, Hue::Blue).base(onto).whiskers(table.numbers("low"), table.numbers("high")));
    let figure = Figure::new("error-parts", title)
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
        .panel(panel);
    outcome.show(figure, [table]);
}

/// One training set: the boosted fit after 1, 10, 100 and 1000 rounds, and what it leaves.
pub fn rounds(cx: &Cx, params: &BaggingVsBoostingParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("one draw of the wiggle", 0);
    let rows: Rows = regressions::two_bumps(params.rows as usize, params.noise, &stream).into();
    let (at, truth) = places();
    let targets = rows.numbers();
    let model = in_a_row(&booster(1000, 1, params.rate, &rows), &rows, &stream)?;
    let mut curves =
        Table::named("round_fits").with_number("round", "rounds").with_numbers(&["x", "fit", "truth"], "1");
    let mut points =
        Table::named("round_residuals").with_number("round", "rounds").with_numbers(&["x", "y", "residual"], "1");
    let mut spread = Table::named("round_spread").with_number("round", "rounds").with_number("residual_sd", "1");
    model.staged(at.view(), |round, sum| {
        for (i, x) in at.column(0).iter().enumerate().filter(|_| ROUNDS.contains(&round)) {
            curves.put((round, *x, sum[i], truth[i]));
        }
    });
    model.staged(rows.x.view(), |round, sum| {
        if ROUNDS.contains(&round) {
            let left: Vec<f64> = targets.iter().zip(sum).map(|(y, f)| y - f).collect();
            for (i, x) in rows.x.column(0).iter().enumerate() {
                points.put((round, *x, targets[i], left[i]));
            }
            spread.put((round, (left.iter().map(|r| r * r).sum::<f64>() / left.len() as f64).sqrt()));
        }
    });
    let [seen, left] = [(Mark::Disc, Hue::Grey), (Mark::Ring, Hue::Blue)];
    let [seen, left] = [seen, left].map(|(mark, hue)| Look::new("", hue).mark(mark).unnamed());
    let [truth, fit, zero] = [
        Look::new("truth", Hue::Ink).dashed().thin().unnamed(),
        Look::new("fit", Hue::Vermilion).unnamed(),
        Look::new("", Hue::Ink),
    ];
    let axis = |label: &str, low: f64, high: f64| Axis::linear(label).range(low, high);
    let fits = ROUNDS.map(|round| {
        Panel::new(axis("x", -5.0, 5.0), axis("y", -1.2, 2.6))
            .title(if round == 1 { "1 round".into() } else { format!("{round} rounds") })
            .points(points.of((round,)), "x", "y", &seen)
            .line(curves.of((round,)), "x", "truth", &truth)
            .line(curves.of((round,)), "x", "fit", &fit)
    });
    let residuals = ROUNDS.map(|round| {
        let sd = spread.of((round,)).numbers("residual_sd")[0];
        Panel::new(axis("x", -5.0, 5.0), axis("residual", -2.0, 2.0))
            .remark(format!("residuals, sd {}", shown::hundredths(sd)), Hue::Blue)
            .layer(Line::new(vec![-5.0, 5.0], vec![0.0; 2], zero.hue).thin())
            .points(points.of((round,)), "x", "residual", &left)
    });
    let sd = |round: usize| spread.cite("residual_sd", (round,), shown::hundredths);
    let title = Title::say(
        "Each round eats into what is left: the residuals' spread falls from {} after one stump to {} after a thousand",
        [sd(1), sd(1000)],
    )
    .if_cited(|cited| cited[1] < cited[0]);
    let figure = Figure::new("rounds", title)
        .subtitle(format!(
            "Stumps boosted at a rate of {} on one draw of {} rows. Orange: the fit; dashed: the truth; beneath, target less fit at each row.",
            shown::number(params.rate, 2),
            params.rows
        ))
        .alt("Four fits above their residuals. After one round the fit is nearly flat and the residuals keep both bumps; after ten it is a coarse step; after a hundred it follows the bumps and the residuals are a band around zero; after a thousand it bends towards single points.")
        .grid(4, true)
        .keys(&[fit, truth], Look::stroke)
        .reads("round_spread", &["residual_sd"])
        .panels(fits.into_iter().chain(residuals));
    outcome.show(figure, [curves, points, spread]);
    Ok(())
}
