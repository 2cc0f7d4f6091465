//! New minority rows between neighbours: SMOTE, Borderline-SMOTE, ADASYN.

use super::{NEIGHBOURS, Origin, Resampled, Sides};
use crate::KitError;
use crate::draws::Draws;
use crate::error::setting;
use crate::neighbours::nearest;
use mllab_core::Stream;
use ndarray::{Array2, ArrayView2, Axis};

/// How many rows to add and how far to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Synthesis {
    /// Neighbours of a minority row among which its partner is drawn.
    pub k: usize,
    /// Neighbours of any class that tell whether a row is near the border (Borderline-SMOTE, ADASYN).
    pub border_k: usize,
    /// Minority / majority afterwards.
    pub ratio: f64,
}

impl Default for Synthesis {
    /// k = 5, 10 neighbours for Borderline-SMOTE's danger, equal classes.
    fn default() -> Self {
        Synthesis { k: NEIGHBOURS, border_k: 10, ratio: 1.0 }
    }
}

/// SMOTE (Chawla et al. 2002): a new row lies at a random share of the way from a random minority row to a random
/// one of its `k` nearest minority rows.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::{data::classes, resample::{Synthesis, smote}};
///
/// let rare = classes::TwoGaussians { prevalence: 0.1, separation: 2.0, informative: 1, columns: 2 };
/// let table = rare.draw_exact(200, &Stream::root(7));
/// let even = smote(table.x.view(), &table.y, Synthesis::default(), &Stream::root(8))?;
/// assert_eq!(even.y.iter().filter(|&&label| label).count(), 180);
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
///
/// # Errors
/// Inputs of different length or not finite, one class only, a ratio out of range, or fewer than `k` + 1 minority
/// rows.
pub fn smote(x: ArrayView2<f64>, y: &[bool], settings: Synthesis, stream: &Stream) -> Result<Resampled, KitError> {
    let sides = Sides::new(x, y)?;
    let missing = sides.missing(settings.ratio)?;
    let partners = partners(x, &sides, settings.k)?;
    let mut draws = Draws::new(stream);
    let starts = (0..missing).map(|_| draws.below(sides.few.len())).collect();
    Ok(synthesise(x, y, &sides, starts, &partners, &mut draws))
}

/// Borderline-SMOTE 1 (Han, Wang and Mao 2005): as SMOTE, but a new row starts only from a minority row in danger:
/// at least half, but not all, of its `border_k` nearest rows are of the majority.
///
/// # Errors
/// As [`smote`], and where no minority row is in danger.
pub fn borderline_smote(
    x: ArrayView2<f64>,
    y: &[bool],
    settings: Synthesis,
    stream: &Stream,
) -> Result<Resampled, KitError> {
    let sides = Sides::new(x, y)?;
    let missing = sides.missing(settings.ratio)?;
    let partners = partners(x, &sides, settings.k)?;
    let strangers = strangers(x, y, &sides, settings.border_k)?;
    let in_danger = |&row: &usize| 2 * strangers[row] >= settings.border_k && strangers[row] < settings.border_k;
    let danger: Vec<usize> = (0..sides.few.len()).filter(in_danger).collect();
    if danger.is_empty() {
        let wants = "has half or more, but not all, of its neighbours in the majority";
        return Err(KitError::NothingToImitate { method: "Borderline-SMOTE", wants });
    }
    let mut draws = Draws::new(stream);
    let starts = (0..missing).map(|_| danger[draws.below(danger.len())]).collect();
    Ok(synthesise(x, y, &sides, starts, &partners, &mut draws))
}

/// ADASYN (He et al. 2008): as SMOTE, but each minority row starts a number of new rows in proportion to the share
/// of majority rows among its `k` nearest rows; the numbers are rounded, so the total may miss by a few.
///
/// # Errors
/// As [`smote`], and where no minority row has a majority neighbour.
pub fn adasyn(x: ArrayView2<f64>, y: &[bool], settings: Synthesis, stream: &Stream) -> Result<Resampled, KitError> {
    let sides = Sides::new(x, y)?;
    let missing = sides.missing(settings.ratio)?;
    let partners = partners(x, &sides, settings.k)?;
    let strangers = strangers(x, y, &sides, settings.k)?;
    let total: usize = strangers.iter().sum();
    if total == 0 {
        return Err(KitError::NothingToImitate { method: "ADASYN", wants: "has a majority row among its neighbours" });
    }
    let count = |strangers: usize| (strangers as f64 / total as f64 * missing as f64).round_ties_even() as usize;
    let starts = strangers.iter().enumerate().flat_map(|(row, &near)| std::iter::repeat_n(row, count(near))).collect();
    Ok(synthesise(x, y, &sides, starts, &partners, &mut Draws::new(stream)))
}

/// The k nearest minority rows of each minority row, as places in `sides.few`.
fn partners(x: ArrayView2<f64>, sides: &Sides, k: usize) -> Result<Vec<Vec<usize>>, KitError> {
    setting(k >= 1, "neighbours", k as f64, "1 or more")?;
    let found = sides.few.len();
    if found < k + 1 {
        return Err(KitError::TooFewMinority { found, k, needed: k + 1, largest_k: found - 1 });
    }
    let minority = x.select(Axis(0), &sides.few);
    nearest(minority.view(), minority.view(), k, true)
}

/// How many of each minority row's `k` nearest rows belong to the majority.
fn strangers(x: ArrayView2<f64>, y: &[bool], sides: &Sides, k: usize) -> Result<Vec<usize>, KitError> {
    // One more than asked for, because a row is its own nearest neighbour; copies may push it out, so it is looked
    // for and the farthest dropped where it is missing.
    let minority = x.select(Axis(0), &sides.few);
    let found = nearest(minority.view(), x, (k + 1).min(x.nrows()), false)?;
    let count = |(near, &own): (Vec<usize>, &usize)| {
        near.into_iter().filter(|&row| row != own).take(k).filter(|&row| y[row] != sides.minority).count()
    };
    Ok(found.into_iter().zip(&sides.few).map(count).collect())
}

/// One new row for each start, towards a partner drawn at random.
fn synthesise(
    x: ArrayView2<f64>,
    y: &[bool],
    sides: &Sides,
    starts: Vec<usize>,
    partners: &[Vec<usize>],
    draws: &mut Draws,
) -> Resampled {
    let (n, p) = x.dim();
    let added = starts.len();
    let mut values = Vec::with_capacity((n + added) * p);
    match x.as_slice() {
        Some(flat) => values.extend_from_slice(flat),
        None => values.extend(x.iter()),
    }
    let mut origin: Vec<Origin> = Vec::with_capacity(n + added);
    origin.extend((0..n).map(Origin::Row));
    let minority = x.select(Axis(0), &sides.few);
    let flat = minority.as_slice().expect("a selection is contiguous");
    for start in starts {
        let partner = partners[start][draws.below(partners[start].len())];
        let share = draws.uniform();
        let (from, to) = (&flat[start * p..(start + 1) * p], &flat[partner * p..(partner + 1) * p]);
        values.extend(from.iter().zip(to).map(|(a, b)| a + share * (b - a)));
        origin.push(Origin::Between { from: sides.few[start], to: sides.few[partner], share });
    }
    let mut labels = Vec::with_capacity(n + added);
    labels.extend_from_slice(y);
    labels.resize(n + added, sides.minority);
    Resampled { x: Array2::from_shape_vec((n + added, p), values).expect("whole rows"), y: labels, origin }
}
