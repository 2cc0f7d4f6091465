//! What does a stratified split keep equal, and does it balance?
//!
//! Data: twelve positives in four hundred rows, ten classes of unequal size, digits, an even class, a second column that
//! is not named. Arms: stratified and random, once and in folds; for balance equal numbers from each class, and copies.
//! Measurement: rows of a class in a part, against its share of it.

use super::scores::{FOLDS, mean, share};
use super::{DataLeakageParams, own};
use mllab_core::prelude::*;
use mllab_kit::KitError;
use mllab_kit::data::{classes, real};
use mllab_kit::draws::Draws;
use mllab_kit::resample::{random_over, random_under};
use mllab_kit::split::{self, Parts, off_share};
use mllab_kit::theory::hypergeometric;
use shown::percent_to;

const PROPORTIONS: &str = "stratified-proportions";
const BALANCES: &str = "stratify-balances";
/// A standard deviation needs draws of its own: so many a replicate.
const DRAWS: u64 = 30;

/// Measures what stratified splits keep and what they change.
pub fn run(cx: &Cx, _: &DataLeakageParams, source: &Source) -> Result<Outcome, LabError> {
    let mut outcome = Outcome::new();
    if let Source::Own(data) = source {
        return own::classes(cx, data, usize::MAX, &[PROPORTIONS, BALANCES], |table| {
            let folds = split::stratified_folds(&table.y, FOLDS, &cx.stream("own", 0))?;
            let off = folds.iter().map(|parts| off_share(&table.y, &parts.test)).fold(0.0, f64::max);
            outcome.find(PROPORTIONS, "classes of your table are cut into five folds", Estimate::exact(off));
            let share = training_share(&table.y, &cx.stream("own", 1))?;
            outcome.find(BALANCES, "your classes are split", Estimate::exact(share));
            Ok(outcome)
        });
    }
    proportions(cx, &mut outcome)?;
    spread(cx, &mut outcome)?;
    balance(cx, &mut outcome)?;
    Ok(outcome)
}

fn proportions(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let rare = classes::labels(400, 0.03, true, &cx.stream("rare", 0));
    let positives = |parts: &Parts| parts.test.iter().filter(|&&row| rare[row]).count();
    let draws = cx.runs("twelve", 8 * cx.replicates(), |rep| {
        let (random, stratified) = (split::random(400, 0.2, &rep.stream)?, split::stratified(&rare, 0.2, &rep.stream)?);
        Ok((off_share(&rare, &stratified.test), [positives(&random), positives(&stratified)]))
    })?;
    // A stratified part has two or three positives always, so the difference is the random share.
    let missed = draws.proportion(|(_, [random, _])| *random == 0);
    assert!(draws.iter().all(|(_, [_, stratified])| *stratified > 0), "a stratified part has its positives");
    outcome.find(PROPORTIONS, "twelve of four hundred rows are positive", [draws.worst(|draw| draw.0), missed]);
    outcome.find(PROPORTIONS, "nothing is stratified", missed);
    draw(&draws.map(|draw| draw.1), outcome);

    let many = cx.runs("ten", cx.replicates(), |rep| {
        let mut draws = Draws::new(&rep.stream);
        let mut class: Vec<usize> = (0..10_usize).flat_map(|class| vec![class; 6 + 11 * class]).collect();
        draws.shuffle(&mut class);
        let worst = |folds: Vec<Parts>| folds.iter().map(|parts| off_share(&class, &parts.test)).fold(0.0, f64::max);
        let random = split::random_folds(class.len(), FOLDS, &rep.stream)?;
        Ok([worst(split::stratified_folds(&class, FOLDS, &rep.stream)?), worst(random)])
    })?;
    let parts = [many.worst(|worst| worst[0]), many.mean(|worst| worst[1] - worst[0])];
    outcome.find(PROPORTIONS, "ten classes of unequal size are cut into five folds", parts);

    let digits = real::digits().table.class;
    let thirds = cx.runs("digits", cx.replicates() / 10, |rep| {
        let first = split::stratified(&digits, 0.2, &rep.stream.child("test", 0))?;
        let rest: Vec<usize> = first.train.iter().map(|&row| digits[row]).collect();
        let second = split::stratified(&rest, 0.25, &rep.stream.child("validation", 0))?;
        let back = |rows: &[usize]| rows.iter().map(|&row| first.train[row]).collect::<Vec<_>>();
        let parts = [back(&second.train), back(&second.test), first.test];
        Ok(parts.iter().map(|part| off_share(&digits, part)).fold(0.0, f64::max))
    })?;
    outcome.find(PROPORTIONS, "digits are cut into training, validation and test parts", thirds.worst(|worst| *worst));
    Ok(())
}

/// Standard deviations of shares: where the class is large, and of a column that was not named.
fn spread(cx: &Cx, outcome: &mut Outcome) -> Result<(), LabError> {
    let even = classes::labels(4000, 0.5, true, &cx.stream("even", 0));
    let other = classes::labels(400, 0.1, true, &cx.stream("other", 0));
    let rare = classes::labels(400, 0.03, true, &cx.stream("rare", 0));
    let share = |labels: &[bool], parts: &Parts| share(parts.test.iter().map(|&row| labels[row]));
    let deviation = |values: &[f64]| {
        let centre = mean(values.iter().copied());
        (values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
    };
    let deviations = cx.runs("spread", cx.replicates() / 10, |rep| {
        let mut read = [const { Vec::new() }; 4];
        for draw in 0..DRAWS {
            let stream = rep.stream.child("draw", draw);
            read[0].push(share(&even, &split::random(4000, 0.2, &stream)?));
            read[1].push(share(&even, &split::stratified(&even, 0.2, &stream)?));
            read[2].push(share(&other, &split::random(400, 0.2, &stream)?));
            read[3].push(share(&other, &split::stratified(&rare, 0.2, &stream)?));
        }
        Ok(read.map(|values| deviation(&values)))
    })?;
    outcome.find(PROPORTIONS, "half of four thousand rows are positive", deviations.mean(|sd| sd[0] - sd[1]));
    let ratio = deviations.mean(|sd| libm::log2(sd[2] / sd[3]));
    outcome.find(PROPORTIONS, "a column counts that was not named", ratio);
    Ok(())
}

/// The share of positives in the training part of a stratified split.
fn training_share(labels: &[bool], stream: &Stream) -> Result<f64, KitError> {
    let parts = split::stratified(labels, 0.2, stream)?;
    Ok(share(parts.train.iter().map(|&row| labels[row])))
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
        outcome.find(BALANCES, setting, Estimate::exact(training_share(&labels, &stream)?));
    }
    let table = classes::pure_noise(1000, 1, 0.1, &stream);
    let train = table.rows(&split::stratified(&table.y, 0.2, &stream)?.train);
    let of = |y: Vec<bool>| Estimate::exact(share(y.into_iter()));
    let drawn = random_under(train.x.view(), &train.y, 1.0, &stream)?;
    outcome.find(BALANCES, "equally many rows are drawn from each class", of(drawn.y));
    let copied = random_over(train.x.view(), &train.y, 1.0, &stream)?;
    outcome.find(BALANCES, "rare rows are copied until they are balanced", of(copied.y));
    Ok(())
}

/// How many of twelve positives fall into the test part.
fn draw(counts: &Runs<[usize; 2]>, outcome: &mut Outcome) {
    const MOST: usize = 8;
    const LOOKS: [Look; 2] = [Look::new("random", Hue::Vermilion), Look::new("stratified", Hue::Blue)];
    let mut table = Table::named("positives_per_test").with_number("positives", "rows").with_word("split");
    table = table.with_numbers(&["draws", "expected"], "share");
    for (arm, look) in LOOKS.iter().enumerate() {
        for count in 0..=MOST {
            let expected = if arm == 0 { hypergeometric(count, 12, 400, 80) } else { f64::NAN };
            table.put((count, look.name, share(counts.iter().map(|draw| draw[arm] == count)), expected));
        }
    }
    let title = Title::say(
        "Twelve positives in four hundred rows: a random test part has none of them in {} of the draws",
        [table.cite("draws", (0, "random"), |share| percent_to(share, 1))],
    );
    let positives = Axis::category("positives in the test part", (0..=MOST).map(|count| count.to_string()));
    let panel = Panel::new(positives, Axis::share("share of the draws"));
    let figure = Figure::new("positives-per-test", title)
        .subtitle(format!("A fifth of 400 rows is tested; {} draws of either split. On average 2.4 positives are tested.", counts.len()))
        .alt("Bars of how many positives fall into the test part. The random split spreads from none to seven; the stratified one is a single bar.")
        .keys(&LOOKS, |_| LegendKey::Fill)
        .panel(panel.bars(&table, &LOOKS, "positives", "draws"));
    outcome.show(figure, [table]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 12 of 400 rows, 80 tested: none with chance .066.
    #[test]
    fn a_random_split_misses_all_positives_as_often_as_it_must() {
        let chance = hypergeometric(0, 12, 400, 80);
        assert!((chance - 0.066).abs() < 0.001, "{chance}");
        let rare = classes::labels(400, 0.03, true, &Stream::root(1));
        let missed = share((0..4000).map(|i| {
            let parts = split::random(400, 0.2, &Stream::root(2).child("draw", i)).unwrap();
            parts.test.iter().all(|&row| !rare[row])
        }));
        assert!((missed - chance).abs() < 4.0 * (chance * (1.0 - chance) / 4000.0).sqrt());
    }
}
