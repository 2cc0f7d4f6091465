//! What does a stratified split keep equal, and does it balance?
//!
//! Data: twelve positives in four hundred rows, ten classes of unequal size, digits, an even class, a second column that
//! is not named. Arms: stratified and random, once and in folds; for balance equal numbers from each class, and copies.

use super::DataLeakageParams;
use super::own::labelled;
use super::scores::{FOLDS, mean, refused, runs};
use mllab_core::figure::{Axis, Bars, Hue, LegendKey, Panel};
use mllab_core::{Cx, Estimate, Figure, LabError, Outcome, Source, Stream, Table, Title, shown};
use mllab_kit::KitError;
use mllab_kit::data::{classes, real};
use mllab_kit::draws::Draws;
use mllab_kit::resample::{random_over, random_under};
use mllab_kit::split::{self, Parts};
use std::collections::BTreeMap;

const PROPORTIONS: &str = "stratified-proportions";
const BALANCES: &str = "stratify-balances";
/// A standard deviation needs draws of its own: so many a replicate.
const DRAWS: u64 = 30;

/// Measures what stratified splits keep and what they change.
pub fn run(cx: &Cx, _: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if matches!(source, Source::Own(_)) {
        match labelled(source, usize::MAX, &cx.stream("thinned", 0))? {
            Some(table) => {
                let folds = split::stratified_folds(&table.y, FOLDS, &cx.stream("own", 0)).map_err(refused)?;
                let off = folds.iter().map(|parts| off_share(&table.y, &parts.test)).fold(0.0, f64::max);
                outcome.find(PROPORTIONS, "classes of your table are cut into five folds", Estimate::exact(off));
                let share = training_share(&table.y, &cx.stream("own", 1)).map_err(refused)?;
                outcome.find(BALANCES, "your classes are split", Estimate::exact(share));
            }
            None => {
                for claim in [PROPORTIONS, BALANCES] {
                    outcome.untestable.push((claim, "It needs a target of two classes.".into()));
                }
            }
        }
        return Ok(outcome);
    }
    proportions(cx, &mut outcome)?;
    spread(cx, &mut outcome)?;
    balance(cx, &mut outcome)?;
    Ok(outcome)
}

/// The largest distance, over classes, of the rows in a part from the class's share of it.
fn off_share<C: Ord + Copy>(class: &[C], part: &[usize]) -> f64 {
    let share = part.len() as f64 / class.len() as f64;
    let mut counts: BTreeMap<C, [f64; 2]> = BTreeMap::new();
    for &class in class {
        counts.entry(class).or_default()[0] += 1.0;
    }
    for &row in part {
        counts.entry(class[row]).or_default()[1] += 1.0;
    }
    counts.values().map(|[all, here]| (here - share * all).abs()).fold(0.0, f64::max)
}

fn largest<T>(all: &[T], one: impl Fn(&T) -> f64) -> Estimate {
    Estimate::exact(all.iter().map(one).fold(0.0, f64::max))
}

fn proportions(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let rare = classes::labels(400, 0.03, true, &cx.stream("rare", 0));
    let positives = |parts: &Parts| parts.test.iter().filter(|&&row| rare[row]).count();
    let draws = runs(cx, "twelve", 8 * cx.replicates(), |stream| {
        let (stratified, random) = (split::stratified(&rare, 0.2, stream)?, split::random(400, 0.2, stream)?);
        Ok((off_share(&rare, &stratified.test), positives(&stratified), positives(&random)))
    })?;
    let setting = "twelve of four hundred rows are positive";
    outcome.find(PROPORTIONS, setting, largest(&draws, |draw| draw.0));
    let misses = draws.iter().filter(|draw| draw.2 == 0).count();
    // A stratified part has two or three positives always, so the difference is the random share.
    let missed = Estimate::proportion(misses, draws.len());
    assert!(draws.iter().all(|draw| draw.1 > 0), "a stratified part has its positives");
    outcome.find_part(PROPORTIONS, setting, 1, missed);
    outcome.find(PROPORTIONS, "nothing is stratified", missed);
    draw(&draws.iter().map(|draw| [draw.2, draw.1]).collect::<Vec<_>>(), outcome);

    let many = runs(cx, "ten", cx.replicates(), |stream| {
        let mut draws = Draws::new(stream);
        let mut class: Vec<usize> = (0..10_usize).flat_map(|class| vec![class; 6 + 11 * class]).collect();
        draws.shuffle(&mut class);
        let worst = |folds: Vec<Parts>| folds.iter().map(|parts| off_share(&class, &parts.test)).fold(0.0, f64::max);
        Ok([
            worst(split::stratified_folds(&class, FOLDS, stream)?),
            worst(split::random_folds(class.len(), FOLDS, stream)?),
        ])
    })?;
    let setting = "ten classes of unequal size are cut into five folds";
    outcome.find(PROPORTIONS, setting, largest(&many, |worst| worst[0]));
    let gain: Vec<f64> = many.iter().map(|worst| worst[1] - worst[0]).collect();
    outcome.find_part(PROPORTIONS, setting, 1, Estimate::mean(&gain));

    let digits = real::digits().table.class;
    let thirds = runs(cx, "digits", cx.replicates() / 10, |stream| {
        let first = split::stratified(&digits, 0.2, &stream.child("test", 0))?;
        let rest: Vec<usize> = first.train.iter().map(|&row| digits[row]).collect();
        let second = split::stratified(&rest, 0.25, &stream.child("validation", 0))?;
        let back = |rows: &[usize]| rows.iter().map(|&row| first.train[row]).collect::<Vec<_>>();
        let parts = [back(&second.train), back(&second.test), first.test];
        Ok(parts.iter().map(|part| off_share(&digits, part)).fold(0.0, f64::max))
    })?;
    let setting = "digits are cut into training, validation and test parts";
    outcome.find(PROPORTIONS, setting, largest(&thirds, |worst| *worst));
    Ok(())
}

/// Standard deviations of shares: where the class is large, and of a column that was not named.
fn spread(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let even = classes::labels(4000, 0.5, true, &cx.stream("even", 0));
    let other = classes::labels(400, 0.1, true, &cx.stream("other", 0));
    let rare = classes::labels(400, 0.03, true, &cx.stream("rare", 0));
    let share = |labels: &[bool], parts: &Parts| mean(parts.test.iter().map(|&row| f64::from(u8::from(labels[row]))));
    let deviation = |values: &[f64]| {
        let centre = mean(values.iter().copied());
        (values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
    };
    let deviations = runs(cx, "spread", cx.replicates() / 10, |stream| {
        let mut read = [const { Vec::new() }; 4];
        for draw in 0..DRAWS {
            let stream = stream.child("draw", draw);
            read[0].push(share(&even, &split::random(4000, 0.2, &stream)?));
            read[1].push(share(&even, &split::stratified(&even, 0.2, &stream)?));
            read[2].push(share(&other, &split::random(400, 0.2, &stream)?));
            read[3].push(share(&other, &split::stratified(&rare, 0.2, &stream)?));
        }
        Ok(read.map(|values| deviation(&values)))
    })?;
    let gain: Vec<f64> = deviations.iter().map(|sd| sd[0] - sd[1]).collect();
    outcome.find(PROPORTIONS, "half of four thousand rows are positive", Estimate::mean(&gain));
    let ratio: Vec<f64> = deviations.iter().map(|sd| libm::log2(sd[2] / sd[3])).collect();
    outcome.find(PROPORTIONS, "a column counts that was not named", Estimate::mean(&ratio));
    Ok(())
}

/// The share of positives in the training part of a stratified split.
fn training_share(labels: &[bool], stream: &Stream) -> Result<f64, KitError> {
    let parts = split::stratified(labels, 0.2, stream)?;
    Ok(mean(parts.train.iter().map(|&row| f64::from(u8::from(labels[row])))))
}

/// Shares of positives are counts fixed by the labels, so they are exact.
fn balance(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let stream = cx.stream("balance", 0);
    let labels = |share: f64| classes::labels(1000, share, true, &stream.child("labels", 0));
    let cancer = real::breast_cancer().table.y;
    for (setting, labels) in [
        ("one row in a hundred is positive", labels(0.01)),
        ("one row in ten is positive", labels(0.1)),
        ("malignant rows of the breast cancer table are the positives", cancer),
        ("half of the rows are positive already", labels(0.5)),
    ] {
        let share = training_share(&labels, &stream).map_err(refused)?;
        outcome.find(BALANCES, setting, Estimate::exact(share));
    }
    let table = classes::pure_noise(1000, 1, 0.1, &stream);
    let parts = split::stratified(&table.y, 0.2, &stream).map_err(refused)?;
    let train = table.rows(&parts.train);
    let share = |y: &[bool]| Estimate::exact(mean(y.iter().map(|&label| f64::from(u8::from(label)))));
    let drawn = random_under(train.x.view(), &train.y, 1.0, &stream).map_err(refused)?;
    outcome.find(BALANCES, "equally many rows are drawn from each class", share(&drawn.y));
    let copied = random_over(train.x.view(), &train.y, 1.0, &stream).map_err(refused)?;
    outcome.find(BALANCES, "rare rows are copied until they are balanced", share(&copied.y));
    Ok(())
}

/// How many of twelve positives fall into the test part.
fn draw(counts: &[[usize; 2]], outcome: &mut Outcome) {
    let columns = [("positives", "rows"), ("split", ""), ("draws", "share"), ("expected", "share")];
    let mut table = Table::new("positives_per_test", &columns);
    let most = 8;
    let mut panel = Panel::new(
        Axis::category("positives in the test part", (0..=most).map(|count| count.to_string())),
        Axis::linear("share of the draws").format(mllab_core::figure::Format::Percent),
    );
    for (arm, (name, hue)) in [("random", Hue::Vermilion), ("stratified", Hue::Blue)].into_iter().enumerate() {
        let mut shares = Vec::new();
        for count in 0..=most {
            let share = counts.iter().filter(|draw| draw[arm] == count).count() as f64 / counts.len() as f64;
            let theory = if arm == 0 { hypergeometric(count) } else { f64::NAN };
            table.row([count.into(), name.into(), share.into(), theory.into()]);
            shares.push(share);
        }
        let places = (0..=most).map(|place| place as f64).collect();
        panel = panel.layer(Bars::new(places, shares, hue).group(arm, 2));
    }
    let title = Title::new()
        .text("Twelve positives in four hundred rows: a random test part has none of them in ")
        .cite(&table, "draws", 0, |v| format!("{}{}%", shown::fixed(100.0 * v, 1), shown::THIN))
        .text(" of the draws");
    outcome.figures.push(
        Figure::new("positives-per-test", title)
            .subtitle(format!("A fifth of 400 rows is tested; {} draws of either split. On average 2.4 positives are tested.", counts.len()))
            .alt("Bars of how many positives fall into the test part. The random split spreads from none to seven; the stratified one is a single bar.")
            .legend("random", Hue::Vermilion, LegendKey::Fill)
            .legend("stratified", Hue::Blue, LegendKey::Fill)
            .reads("positives_per_test", &["positives", "draws"])
            .panel(panel),
    );
    outcome.tables.push(table);
}

/// The chance that exactly so many of twelve positives are among eighty of four hundred rows.
fn hypergeometric(count: usize) -> f64 {
    let ln_choose = |n: f64, k: f64| libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    let k = count as f64;
    libm::exp(ln_choose(12.0, k) + ln_choose(388.0, 80.0 - k) - ln_choose(400.0, 80.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 12 of 400 rows, 80 tested: mean 2.4, sd 1.37, none with chance .066.
    #[test]
    fn a_random_split_misses_all_positives_as_often_as_it_must() {
        let by_hand: f64 = (0..12).map(|i| f64::from(320 - i) / f64::from(400 - i)).product();
        assert!((hypergeometric(0) - by_hand).abs() < 1e-9 && (by_hand - 0.066).abs() < 0.001, "{by_hand}");
        let average: f64 = (0..=12).map(|count| count as f64 * hypergeometric(count)).sum();
        assert!((average - 2.4).abs() < 1e-9);
        let variance: f64 = (0..=12).map(|count| (count as f64 - 2.4).powi(2) * hypergeometric(count)).sum();
        assert!((variance.sqrt() - 1.37).abs() < 0.01, "{}", variance.sqrt());
        let rare = classes::labels(400, 0.03, true, &Stream::root(1));
        let runs = 4000;
        let missed = (0..runs)
            .filter(|&i| {
                let parts = split::random(400, 0.2, &Stream::root(2).child("draw", i)).unwrap();
                parts.test.iter().all(|&row| !rare[row])
            })
            .count() as f64
            / runs as f64;
        assert!((missed - by_hand).abs() < 4.0 * (by_hand * (1.0 - by_hand) / runs as f64).sqrt());
    }
}
