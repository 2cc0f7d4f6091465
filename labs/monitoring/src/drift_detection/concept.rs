//! What does a changed rule cost, and what do changed proportions?
//!
//! Data: a boundary that turns, SEA, STAGGER and the real digits, whose inputs stay while the question changes; two
//! normal clouds and the breast cancer table, whose proportions change while each class stays. Measurement: accuracy
//! and a test of the inputs; recall, false-positive rate, precision and the mean forecast.

use super::DriftDetectionParams;
use super::worlds::{Baseline, TEST, TRAIN, accuracy, each, linear, mean, share};
use mllab_core::figure::{Axis, Dash, Format, Hue, Layout, LegendKey, Line, Mark, Panel, Points};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::data::classes::TwoGaussians;
use mllab_kit::data::{Labelled, drifting, real};
use mllab_kit::draws::Draws;
use mllab_kit::linear::logit;
use mllab_kit::metrics::{Confusion, reliability};
use mllab_kit::preprocess::Standardiser;
use mllab_kit::split;

const CONCEPT: &str = "concept-drift";
const LABEL: &str = "label-drift";
const ANGLES: [f64; 7] = [0.0, 30.0, 45.0, 60.0, 90.0, 135.0, 180.0];
const NOISE: f64 = 0.1;

/// Measures both.
pub fn run(cx: &Cx, params: &DriftDetectionParams, _: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    turned(cx, params, &mut outcome)?;
    published(cx, &mut outcome)?;
    proportions(cx, &mut outcome)?;
    thinned(cx, &mut outcome)?;
    Ok(outcome)
}

fn turned(cx: &Cx, params: &DriftDetectionParams, outcome: &mut Outcome) -> Result<(), LabError> {
    let runs = cx.replicate_part("turned", cx.replicates(), |rep| {
        let draw = |n, degrees, name: &str| drifting::boundary(n, [0.0; 2], degrees, NOISE, &rep.stream.child(name, 0));
        let model = linear(&draw(TRAIN, 0.0, "train"));
        let test = ANGLES.map(|degrees| accuracy(&model, &draw(TEST, degrees, "test")));
        let fresh = accuracy(&model, &draw(TEST, 0.0, "fresh"));
        let baseline = Baseline::new(draw(params.baseline_rows as usize, 0.0, "baseline").x.view());
        // Each angle has its window: the draws are others, so that three tests are three chances.
        let alarm = ["45", "90", "180"].map(|degrees| {
            let window = draw(params.window as usize, degrees.parse().expect("a number"), degrees);
            baseline.alarms(window.x.view(), 0.01)
        });
        (test, fresh, alarm)
    })?;
    for (setting, place, alarm) in [
        ("the boundary turns by 45 degrees", 2, 0),
        ("the boundary turns by 90 degrees", 4, 1),
        ("the boundary turns by 180 degrees", 6, 2),
    ] {
        outcome.find(CONCEPT, setting, mean(&runs, |(test, _, _)| test[0] - test[place]));
        outcome.find_part(CONCEPT, setting, 1, share(&runs, |(_, _, alarms)| alarms[alarm]));
    }
    outcome.find(CONCEPT, "the boundary stays", mean(&runs, |(test, fresh, _)| fresh - test[0]));

    let columns =
        [("degrees", "degrees"), ("accuracy", "share"), ("low", "share"), ("high", "share"), ("runs", "runs")];
    let mut table = Table::new("accuracy_by_angle", &columns);
    for (place, degrees) in ANGLES.into_iter().enumerate() {
        let e = mean(&runs, |(test, _, _)| test[place]);
        table.row([degrees.into(), e.point.into(), e.low.into(), e.high.into(), runs.len().into()]);
    }
    draw_turned(cx, table, outcome);
    Ok(())
}

fn draw_turned(cx: &Cx, table: Table, outcome: &mut Outcome) {
    let sample = drifting::boundary(160, [0.0; 2], 60.0, NOISE, &cx.stream("the-concept", 0).child("sample", 0));
    let mut rows = Table::new("rows_after_a_turn", &[("first", "sd"), ("second", "sd"), ("positive", "1")]);
    for (row, &label) in sample.x.rows().into_iter().zip(&sample.y) {
        rows.row([row[0].into(), row[1].into(), label.into()]);
    }
    let of = |wanted: bool, column: usize| -> Vec<f64> {
        sample.x.rows().into_iter().zip(&sample.y).filter(|(_, y)| **y == wanted).map(|(row, _)| row[column]).collect()
    };
    let slope = libm::tan(60.0_f64.to_radians());
    let plane = Panel::new(Axis::linear("first input").range(-3.0, 3.0), Axis::linear("second input").range(-3.0, 3.0))
        .title("The boundary has turned by 60°")
        .layer(Points::new(of(false, 0), of(false, 1), Mark::Disc, Hue::Blue))
        .layer(Points::new(of(true, 0), of(true, 1), Mark::Triangle, Hue::Vermilion))
        .layer(Line::new(vec![0.0, 0.0], vec![-3.0, 3.0], Hue::Grey).dash(Dash::Dashed))
        .layer(Line::new(vec![-3.0, 3.0], vec![3.0 / slope, -3.0 / slope], Hue::Ink));
    let get =
        |column: &str| -> Vec<f64> { (0..ANGLES.len()).map(|r| table.number(r, column).expect("a number")).collect() };
    let curve = Panel::new(
        Axis::linear("degrees turned").range(0.0, 180.0).ticks([0.0, 45.0, 90.0, 135.0, 180.0]),
        Axis::linear("accuracy").range(0.0, 1.0).format(Format::Percent),
    )
    .title("The old model on the new concept")
    .layer(Line::new(get("degrees"), get("accuracy"), Hue::Blue).band(get("low"), get("high")))
    .layer(Points::new(get("degrees"), get("accuracy"), Mark::Disc, Hue::Blue));
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("A boundary that turns by a right angle leaves ")
        .cite(&table, "accuracy", 4, percent)
        .text(" of accuracy, and no input has moved");
    outcome.figures.push(
        Figure::new("a-turned-boundary", title)
            .subtitle(format!(
                "Logistic regression on {TRAIN} rows of the old concept, judged on {TEST} of the new. Mean of {} runs; the 99\u{202f}% interval is narrower than the line.",
                cx.replicates()
            ))
            .alt("Left, points of two classes with the learnt boundary, upright and dashed, and the new one turned by sixty degrees; many points lie between the two. Right, accuracy falls in a straight line from near one at no turn to near zero at half a turn.")
            .legend("negative", Hue::Blue, LegendKey::Mark(Mark::Disc))
            .legend("positive", Hue::Vermilion, LegendKey::Mark(Mark::Triangle))
            .legend("learnt boundary", Hue::Grey, LegendKey::Line(Dash::Dashed))
            .legend("new boundary", Hue::Ink, LegendKey::Line(Dash::Solid))
            .reads("accuracy_by_angle", &["degrees", "accuracy", "low", "high"])
            .reads("rows_after_a_turn", &["first", "second", "positive"])
            .layout(Layout::Grid { columns: 2, share_y: false })
            .panel(plane)
            .panel(curve),
    );
    outcome.tables.extend([table, rows]);
}

/// SEA, STAGGER and the digits.
fn published(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let n = cx.replicates() / 4;
    let fall = |draw: &dyn Fn(bool, usize, &Stream) -> Labelled, stream: &Stream| {
        let model = linear(&draw(false, TRAIN, &stream.child("train", 0)));
        let test = [false, true].map(|new| accuracy(&model, &draw(new, TEST, &stream.child("test", 0))));
        test[0] - test[1]
    };
    let sea = cx.replicate_part("sea", n.max(2), |rep| {
        fall(&|new, rows, stream| drifting::sea(rows, if new { 9.5 } else { 8.0 }, 0.1, stream), &rep.stream)
    })?;
    outcome.find(CONCEPT, "the threshold of the SEA stream moves from 8 to 9.5", Estimate::mean(&sea));
    let stagger = cx.replicate_part("stagger", n.max(2), |rep| {
        fall(&|new, rows, stream| drifting::stagger(rows, usize::from(new), stream), &rep.stream)
    })?;
    outcome.find(CONCEPT, "the STAGGER stream goes from its first concept to its second", Estimate::mean(&stagger));
    let digits = real::digits().table;
    let (threes, eights) = (digits.against_rest(3), digits.against_rest(8));
    let falls = cx.replicate_part("digits", (cx.replicates() / 20).max(3), |rep| {
        let parts = split::random(threes.y.len(), 0.5, &rep.stream).expect("many rows");
        let (train, live) = (threes.rows(&parts.train), threes.rows(&parts.test));
        let model = linear(&Labelled { x: train.x.mapv(|ink| ink / 16.0), y: train.y });
        let x = live.x.mapv(|ink| ink / 16.0);
        let same = accuracy(&model, &Labelled { x: x.clone(), y: live.y });
        same - accuracy(&model, &Labelled { x, y: eights.rows(&parts.test).y })
    })?;
    let e = Estimate::resampled_mean(&falls, 1.0);
    outcome.find(CONCEPT, "threes are looked for among real digits and then eights", e);
    Ok(())
}

/// What a table says of a model: counts at one half, the mean forecast and the share of positives.
struct Said {
    counts: Confusion,
    forecast: f64,
    positives: f64,
}

fn said(p: &[f64], y: &[bool]) -> Said {
    let n = y.len() as f64;
    let positives = y.iter().filter(|&&label| label).count() as f64 / n;
    Said { counts: Confusion::at(p, y, 0.5), forecast: p.iter().sum::<f64>() / n, positives }
}

/// Edges of forecasts in the reliability diagram.
const BINS: usize = 10;

fn proportions(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let clouds = |prevalence| TwoGaussians { prevalence, separation: 2.0, informative: 1, columns: 1 };
    let rows = 10_000;
    let went = |from: f64, to: f64, stream: &Stream| {
        let model = linear(&clouds(from).draw_exact(2 * TRAIN, &stream.child("train", 0)));
        let [old, new] =
            [(from, "old"), (to, "new")].map(|(p, name)| clouds(p).draw_exact(rows, &stream.child(name, 0)));
        let forecast = |table: &Labelled, by: f64| -> Vec<f64> {
            model.logits(table.x.view()).into_iter().map(|f| 1.0 / (1.0 + libm::exp(-f - by))).collect()
        };
        let by = logit(to) - logit(from);
        let p = [forecast(&old, 0.0), forecast(&new, 0.0), forecast(&new, by)];
        let bins = [(&p[0], &old.y), (&p[1], &new.y), (&p[2], &new.y)].map(|(p, y)| {
            let bins = reliability(p, y, BINS);
            let mut shares = [f64::NAN; BINS];
            for bin in bins {
                shares[(bin.from * BINS as f64).round() as usize] = bin.observed;
            }
            shares
        });
        ([said(&p[0], &old.y), said(&p[1], &new.y), said(&p[2], &new.y)], bins)
    };
    let n = cx.replicates() / 2;
    let rarer = cx.replicate_part("rarer", n, |rep| went(0.5, 0.05, &rep.stream))?;
    let setting = "positives go from one in two to one in twenty";
    outcome.find(LABEL, setting, mean(&rarer, |(s, _)| s[1].counts.recall() - s[0].counts.recall()));
    let false_rise = |s: &[Said; 3]| s[1].counts.false_positive_rate() - s[0].counts.false_positive_rate();
    outcome.find_part(LABEL, setting, 1, mean(&rarer, |(s, _)| false_rise(s)));
    outcome.find_part(LABEL, setting, 2, mean(&rarer, |(s, _)| s[0].counts.precision() - s[1].counts.precision()));
    outcome.find_part(LABEL, setting, 3, mean(&rarer, |(s, _)| s[1].forecast - s[1].positives));
    let setting = "forecasts are corrected for the new proportions";
    outcome.find(LABEL, setting, mean(&rarer, |(s, _)| s[2].forecast - s[2].positives));

    let commoner = cx.replicate_part("commoner", n, |rep| went(0.05, 0.5, &rep.stream).0)?;
    let setting = "positives go from one in twenty to one in two";
    outcome.find(LABEL, setting, mean(&commoner, |s| s[1].counts.recall() - s[0].counts.recall()));
    outcome.find_part(LABEL, setting, 1, mean(&commoner, false_rise));
    outcome.find_part(LABEL, setting, 2, mean(&commoner, |s| s[1].positives - s[1].forecast));

    let still = cx.replicate_part("still", n, |rep| went(0.5, 0.5, &rep.stream).0)?;
    outcome.find(LABEL, "proportions stay", mean(&still, |s| s[1].counts.recall() - s[0].counts.recall()));
    outcome.find_part(LABEL, "proportions stay", 1, mean(&still, |s| s[1].forecast - s[1].positives));
    let all: Vec<&[[f64; BINS]; 3]> = rarer.iter().map(|(_, bins)| bins).collect();
    let summary = [mean(&rarer, |(s, _)| s[1].forecast), mean(&rarer, |(s, _)| s[1].positives)];
    draw_reliability(cx, &all, summary.map(|e| e.point), outcome);
    Ok(())
}

fn draw_reliability(cx: &Cx, runs: &[&[[f64; BINS]; 3]], [forecast, positives]: [f64; 2], outcome: &mut Outcome) {
    let columns = [("rows", ""), ("forecast", "share"), ("positive", "share"), ("low", "share"), ("high", "share")];
    let mut table = Table::new("reliability_under_label_drift", &columns);
    let mut means = Table::new("mean_forecast", &[("forecast", "share"), ("positive", "share")]);
    means.row([forecast.into(), positives.into()]);
    let axis =
        |label: &str| Axis::linear(label).range(0.0, 1.0).ticks([0.0, 0.25, 0.5, 0.75, 1.0]).format(Format::Percent);
    let mut panel = Panel::new(axis("forecast"), axis("share of such rows that are positive"))
        .layer(Line::new(vec![0.0, 1.0], vec![0.0, 1.0], Hue::Grey).dash(Dash::Dashed).thin());
    let arms = [
        ("before", Hue::Blue, Mark::Disc),
        ("after", Hue::Vermilion, Mark::Triangle),
        ("after, corrected", Hue::Green, Mark::Square),
    ];
    let mut figure_legend = Vec::new();
    for (arm, (name, hue, mark)) in arms.into_iter().enumerate() {
        let (mut x, mut y, mut low, mut high) = (vec![], vec![], vec![], vec![]);
        for bin in 0..BINS {
            let values: Vec<f64> = runs.iter().map(|run| run[arm][bin]).filter(|v| !v.is_nan()).collect();
            if values.len() < 2 {
                continue;
            }
            let e = Estimate::mean_within(&values, 0.0, 1.0);
            x.push((bin as f64 + 0.5) / BINS as f64);
            y.push(e.point);
            low.push(e.low);
            high.push(e.high);
            table.row([name.into(), x[x.len() - 1].into(), e.point.into(), e.low.into(), e.high.into()]);
        }
        panel = panel.layer(Line::new(x.clone(), y.clone(), hue).band(low, high)).layer(Points::new(x, y, mark, hue));
        figure_legend.push((name, hue, mark));
    }
    let percent = |v: f64| format!("{}\u{202f}%", shown::fixed(100.0 * v, 0));
    let title = Title::new()
        .text("When ")
        .cite(&means, "positive", 0, percent)
        .text(" of rows are positive, forecasts learnt at one half still promise ")
        .cite(&means, "forecast", 0, percent);
    let mut figure = Figure::new("label-drift", title)
        .subtitle(format!(
            "Logistic regression on rows of which half are positive; then one in twenty is. Mean of {} runs; band: 99\u{202f}% interval.",
            cx.replicates() / 2
        ))
        .alt("Share of positives against forecast in ten bins. Before the drift the points lie on the diagonal; after it they sag far below; corrected by the change of the log odds they are back on it.")
        .reads("reliability_under_label_drift", &["forecast", "positive", "low", "high"])
        .panel(panel);
    for (name, hue, mark) in figure_legend {
        figure = figure.legend(name, hue, LegendKey::Mark(mark));
    }
    outcome.figures.push(figure);
    outcome.tables.extend([table, means]);
}

/// Times that the positives of a split are thinned.
const THINNINGS: u32 = 100;

/// The breast cancer table with most of its positive test rows left out at random.
fn thinned(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let cancer = real::breast_cancer().table;
    let runs = cx.replicate_part("thinned", (cx.replicates() / 5).max(6), |rep| {
        let parts = split::random(cancer.y.len(), 0.5, &rep.stream).expect("many rows");
        let train = cancer.rows(&parts.train);
        let scaler = Standardiser::fit(train.x.view()).expect("finite rows");
        let scaled = |t: Labelled| Labelled { x: scaler.transform(t.x.view()).expect("its width"), y: t.y };
        let model = linear(&scaled(train));
        let (mut positive, negative): (Vec<usize>, Vec<usize>) = parts.test.iter().partition(|&&row| cancer.y[row]);
        let live = scaled(cancer.clone());
        let logits = model.logits(live.x.view());
        let counts = |rows: &[usize]| {
            let (said, truth): (Vec<f64>, Vec<bool>) = rows.iter().map(|&row| (logits[row], cancer.y[row])).unzip();
            Confusion::at(&said, &truth, 0.0)
        };
        let all = counts(&parts.test);
        let mut draws = Draws::new(&rep.stream.child("thin", 0));
        // Few positives are left, so one thinning says little: a hundred are averaged.
        let (mut recall, mut false_rate) = (0.0, 0.0);
        for _ in 0..THINNINGS {
            draws.shuffle(&mut positive);
            let few = &positive[..(negative.len() / 18).max(1).min(positive.len())];
            // Half of the negatives go as well: else their rate would be that of the same rows.
            let start = draws.below(2);
            let some: Vec<usize> = few.iter().copied().chain(negative.iter().copied().skip(start).step_by(2)).collect();
            let thin = counts(&some);
            recall += (thin.recall() - all.recall()) / f64::from(THINNINGS);
            false_rate += (thin.false_positive_rate() - all.false_positive_rate()) / f64::from(THINNINGS);
        }
        (recall, false_rate)
    })?;
    let setting = "positives of the breast cancer table are thinned to one in ten";
    let estimate = |values: Vec<f64>| Estimate::resampled_mean(&values, 1.0);
    outcome.find(LABEL, setting, estimate(each(&runs, |run| run.0)));
    outcome.find_part(LABEL, setting, 1, estimate(each(&runs, |run| run.1)));
    Ok(())
}
