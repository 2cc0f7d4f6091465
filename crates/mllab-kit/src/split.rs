//! Which rows train and which rows test: at random, stratified, in order, by key; once, or in folds.
//!
//! Every function returns row numbers in ascending order. A row is in exactly one of `train`, `test` and `left_out`,
//! and only the ordered forms leave rows out. Over the folds of the other forms each row is tested exactly once.

use crate::KitError;
use crate::data::Labelled;
use crate::draws::Draws;
use crate::error::setting;
use mllab_core::{Drawn, Stream};
use std::collections::BTreeMap;

/// The two sides of a split, as row numbers in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Rows to learn from.
    pub train: Vec<usize>,
    /// Rows to be judged on.
    pub test: Vec<usize>,
    /// Rows of the gap, and rows after the test rows of an ordered fold.
    pub left_out: Vec<usize>,
}

impl Parts {
    /// Whether each of `n` rows is in exactly one part.
    pub fn hold_each_once(&self, n: usize) -> bool {
        let mut times = vec![0_usize; n];
        self.train.iter().chain(&self.test).chain(&self.left_out).for_each(|&row| times[row] += 1);
        times.iter().all(|&times| times == 1)
    }

    /// Where each of `n` rows is: `train`, `test` or `left out`.
    ///
    /// ```
    /// let parts = mllab_kit::split::ordered(4, 0.25, 1)?;
    /// assert!(parts.hold_each_once(4) && !parts.hold_each_once(5));
    /// assert_eq!(parts.sides(4), ["train", "train", "left out", "test"]);
    /// # Ok::<(), mllab_kit::KitError>(())
    /// ```
    pub fn sides(&self, n: usize) -> Vec<&'static str> {
        let mut side = vec!["left out"; n];
        self.train.iter().for_each(|&row| side[row] = "train");
        self.test.iter().for_each(|&row| side[row] = "test");
        side
    }
}

/// A random split: round(`test_share` · n) rows are tested, at least one on either side.
///
/// ```
/// let parts = mllab_kit::split::random(10, 0.3, &mllab_core::Stream::root(7))?;
/// assert_eq!((parts.train.len(), parts.test.len()), (7, 3));
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
///
/// # Errors
/// Fewer than two rows, or a share outside (0, 1).
pub fn random(n: usize, test_share: f64, stream: &Stream) -> Result<Parts, KitError> {
    let test = test_rows(n, test_share)?;
    let order = Draws::new(stream).permutation(n);
    Ok(from_test(n, order[..test].to_vec()))
}

/// A random split within each class: a class's test rows are within one row of `test_share` of it, and the total is
/// round(`test_share` · n).
///
/// # Errors
/// Fewer than two rows, or a share outside (0, 1).
pub fn stratified<C: Ord + Copy>(classes: &[C], test_share: f64, stream: &Stream) -> Result<Parts, KitError> {
    let total = test_rows(classes.len(), test_share)?;
    let strata = shuffled_strata(classes, stream);
    let mut quota: Vec<usize> = strata.iter().map(|rows| (rows.len() as f64 * test_share) as usize).collect();
    // What rounding down left over goes to the classes with the largest remainders (Hamilton's method).
    let mut by_remainder: Vec<usize> = (0..strata.len()).collect();
    let remainder = |class: usize| strata[class].len() as f64 * test_share - quota[class] as f64;
    by_remainder.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b)));
    let missing = total.saturating_sub(quota.iter().sum());
    for &class in by_remainder.iter().take(missing) {
        quota[class] += 1;
    }
    let test = strata.iter().zip(quota).flat_map(|(rows, count)| rows[..count].to_vec()).collect();
    Ok(from_test(classes.len(), test))
}

/// How far a part is from holding each class in proportion: the largest distance, in rows, from a class's share of it.
///
/// ```
/// assert_eq!(mllab_kit::split::off_share(&[true, true, false, false], &[0, 1]), 1.0);
/// ```
pub fn off_share<C: Ord + Copy>(classes: &[C], part: &[usize]) -> f64 {
    let share = part.len() as f64 / classes.len() as f64;
    let mut counts: BTreeMap<C, [f64; 2]> = BTreeMap::new();
    for &class in classes {
        counts.entry(class).or_default()[0] += 1.0;
    }
    for &row in part {
        counts.entry(classes[row]).or_default()[1] += 1.0;
    }
    counts.values().map(|[all, here]| (here - share * all).abs()).fold(0.0, f64::max)
}

/// Rows of whole groups (numbered from 0) drawn at random, about `most` of them, in ascending order; a group gives a tenth
/// of that at most. Where one of two classes is so rare that fewer than one drawn row in twenty would be of it, groups that
/// hold it come first until a tenth of the rows are theirs. Rows stand for no others: shares are the sample's.
///
/// ```
/// let group: Vec<usize> = (0..100).map(|row| row / 4).collect();
/// let rows = mllab_kit::split::whole_groups(&group, None, 40, &mllab_core::Stream::root(7)).rows;
/// assert!(rows.len() == 40 && rows.chunks(4).all(|rows| rows[3] == rows[0] + 3));
/// ```
pub fn whole_groups(group: &[usize], labels: Option<&[bool]>, most: usize, stream: &Stream) -> Drawn {
    let mut how = "whole groups, drawn at random";
    let mut of = vec![Vec::new(); group.iter().max().map_or(0, |last| last + 1)];
    group.iter().enumerate().for_each(|(row, &group)| of[group].push(row));
    let mut order = Draws::new(stream).permutation(of.len());
    if let Some(labels) = labels {
        let positives = labels.iter().filter(|&&label| label).count();
        let (rarer, rare) = (2 * positives <= labels.len(), positives.min(labels.len() - positives));
        if 20 * rare < labels.len() {
            how = "whole groups, drawn at random, those with the rarer class first";
            let holds = |group: &usize| of[*group].iter().any(|&row| labels[row] == rarer);
            let (mut first, mut then): (Vec<usize>, Vec<usize>) = order.into_iter().partition(holds);
            let mut theirs = 0;
            let enough = first.iter().position(|&group| {
                theirs += of[group].len().min(most / 10);
                10 * theirs > most
            });
            then.extend(first.split_off(enough.map_or(first.len(), |last| last + 1)));
            Draws::new(&stream.child("others", 0)).shuffle(&mut then);
            order = first.into_iter().chain(then).collect();
        }
    }
    let mut rows = Vec::new();
    for group in order {
        if rows.len() >= most {
            break;
        }
        rows.extend(of[group].iter().take(most / 10));
    }
    rows.sort_unstable();
    Drawn { rows, stands_for: [1; 2], how: how.into() }
}

/// The mean over folds of what `score` says of each fold, its training and its test rows; NaN says nothing, and nothing
/// said is one half, as a ROC-AUC of one class is.
///
/// # Errors
/// The first that `score` has.
pub fn mean_over<E>(
    table: &Labelled,
    folds: &[Parts],
    mut score: impl FnMut(usize, &Labelled, &Labelled) -> Result<f64, E>,
) -> Result<f64, E> {
    let (mut sum, mut n) = (0.0, 0.0);
    for (fold, parts) in folds.iter().enumerate() {
        let score = score(fold, &table.rows(&parts.train), &table.rows(&parts.test))?;
        if !score.is_nan() {
            sum += score;
            n += 1.0;
        }
    }
    Ok(if n == 0.0 { 0.5 } else { sum / n })
}

/// The last round(`test_share` · n) rows are tested, the rows before them train, `gap` rows between are left out.
///
/// # Errors
/// Fewer than two rows, a share outside (0, 1), or a gap that leaves no training row.
pub fn ordered(n: usize, test_share: f64, gap: usize) -> Result<Parts, KitError> {
    let first_test = n - test_rows(n, test_share)?;
    if gap >= first_test {
        return Err(KitError::GapTooWide { gap, rows: n, largest: first_test - 1 });
    }
    let end = first_test - gap;
    Ok(Parts { train: (0..end).collect(), test: (first_test..n).collect(), left_out: (end..first_test).collect() })
}

/// A random split of keys: all rows of a key go to one side. Keys are taken in random order as long as they bring the
/// tested rows nearer to `test_share` · n; at least one key is on either side.
///
/// # Errors
/// A share outside (0, 1), or one key only.
pub fn by_key<K: Ord + Copy>(keys: &[K], test_share: f64, stream: &Stream) -> Result<Parts, KitError> {
    let wanted = test_rows(keys.len(), test_share)?;
    let mut groups = strata(keys);
    if groups.len() < 2 {
        return Err(KitError::OneKey);
    }
    Draws::new(stream).shuffle(&mut groups);
    let (mut test, mut taken) = (Vec::new(), 0);
    for rows in &groups {
        let nearer = (test.len() + rows.len()).abs_diff(wanted) < test.len().abs_diff(wanted);
        if nearer && taken + 1 < groups.len() {
            test.extend_from_slice(rows);
            taken += 1;
        }
    }
    if taken == 0 {
        // Every key is larger than twice the share: the smallest overshoots least.
        test.clone_from(groups.iter().min_by_key(|rows| rows.len()).expect("two groups"));
    }
    Ok(from_test(keys.len(), test))
}

/// `folds` random parts whose sizes differ by at most one row.
///
/// # Errors
/// Fewer than two folds, or more folds than rows.
pub fn random_folds(n: usize, folds: usize, stream: &Stream) -> Result<Vec<Parts>, KitError> {
    fold_count(folds, "rows", n)?;
    let order = Draws::new(stream).permutation(n);
    Ok(deal(n, folds, order))
}

/// `folds` random parts in which the rows of each class, and all rows, differ by at most one.
///
/// # Errors
/// Fewer than two folds, or a class with fewer rows than folds.
pub fn stratified_folds<C: Ord + Copy>(classes: &[C], folds: usize, stream: &Stream) -> Result<Vec<Parts>, KitError> {
    let strata = shuffled_strata(classes, stream);
    let smallest = strata.iter().map(Vec::len).min().unwrap_or(0);
    fold_count(folds, "rows of the smallest class", smallest)?;
    // Dealing goes on across classes, so that the remainders do not all land in the first fold.
    Ok(deal(classes.len(), folds, strata.concat()))
}

/// `folds` ordered tests: the rows are cut into `folds` + 1 blocks, each block but the first is tested once, and the
/// rows before it train, less `gap` rows; later rows are left out.
///
/// # Errors
/// Fewer than two folds, fewer rows than blocks, or a gap that leaves the first fold no training row.
pub fn ordered_folds(n: usize, folds: usize, gap: usize) -> Result<Vec<Parts>, KitError> {
    fold_count(folds, "rows after the first", n.saturating_sub(1))?;
    let block = n / (folds + 1);
    let start_of_tests = n - folds * block;
    if gap >= start_of_tests {
        return Err(KitError::GapTooWide { gap, rows: n, largest: start_of_tests - 1 });
    }
    let fold = |index: usize| {
        let (start, end) = (start_of_tests + index * block, start_of_tests + (index + 1) * block);
        Parts {
            train: (0..start - gap).collect(),
            test: (start..end).collect(),
            left_out: (start - gap..start).chain(end..n).collect(),
        }
    };
    Ok((0..folds).map(fold).collect())
}

/// `folds` parts with no key on two sides: the largest keys first, each to the part with the fewest rows so far;
/// keys of equal size in random order.
///
/// # Errors
/// Fewer than two folds, or fewer keys than folds.
pub fn key_folds<K: Ord + Copy>(keys: &[K], folds: usize, stream: &Stream) -> Result<Vec<Parts>, KitError> {
    let mut groups = strata(keys);
    fold_count(folds, "keys", groups.len())?;
    Draws::new(stream).shuffle(&mut groups);
    groups.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
    let mut tests = vec![Vec::new(); folds];
    for rows in groups {
        let emptiest = (0..folds).min_by_key(|&fold| tests[fold].len()).expect("two folds");
        tests[emptiest].extend(rows);
    }
    Ok(tests.into_iter().map(|test| from_test(keys.len(), test)).collect())
}

fn test_rows(n: usize, share: f64) -> Result<usize, KitError> {
    setting(share > 0.0 && share < 1.0, "test share", share, "above 0 and below 1")?;
    setting(n >= 2, "number of rows", n as f64, "2 or more")?;
    Ok(((n as f64 * share).round() as usize).clamp(1, n - 1))
}

fn fold_count(folds: usize, what: &'static str, found: usize) -> Result<(), KitError> {
    setting(folds >= 2, "number of folds", folds as f64, "2 or more")?;
    if folds > found { Err(KitError::TooManyFolds { folds, what, found }) } else { Ok(()) }
}

/// The rows of each distinct value, in the order of the values.
fn strata<K: Ord + Copy>(values: &[K]) -> Vec<Vec<usize>> {
    let mut strata: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (row, &value) in values.iter().enumerate() {
        strata.entry(value).or_default().push(row);
    }
    strata.into_values().collect()
}

fn shuffled_strata<K: Ord + Copy>(values: &[K], stream: &Stream) -> Vec<Vec<usize>> {
    let mut strata = strata(values);
    for (index, rows) in strata.iter_mut().enumerate() {
        Draws::new(&stream.child("class", index as u64)).shuffle(rows);
    }
    strata
}

/// Rows handed to the folds in turn.
fn deal(n: usize, folds: usize, order: Vec<usize>) -> Vec<Parts> {
    let mut tests = vec![Vec::with_capacity(n / folds + 1); folds];
    for (place, row) in order.into_iter().enumerate() {
        tests[place % folds].push(row);
    }
    tests.into_iter().map(|test| from_test(n, test)).collect()
}

fn from_test(n: usize, mut test: Vec<usize>) -> Parts {
    test.sort_unstable();
    let mut tested = vec![false; n];
    test.iter().for_each(|&row| tested[row] = true);
    Parts { train: (0..n).filter(|&row| !tested[row]).collect(), test, left_out: Vec::new() }
}
