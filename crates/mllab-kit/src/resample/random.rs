//! Repeating minority rows, dropping majority rows.

use super::{Origin, Resampled, Sides};
use crate::KitError;
use crate::draws::Draws;
use crate::error::setting;
use mllab_core::Stream;
use ndarray::{ArrayView2, Axis};

/// Repeats minority rows, drawn with replacement, until minority / majority is `ratio`.
///
/// ```
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0]];
/// let y = [true, false, false, false];
/// let even = mllab_kit::resample::random_over(x.view(), &y, 1.0, &mllab_core::Stream::root(7))?;
/// assert_eq!((even.y.len(), even.x[[5, 0]]), (6, 1.0));
/// # Ok::<(), mllab_kit::KitError>(())
/// ```
///
/// # Errors
/// Inputs of different length or not finite, one class only, or a ratio above 1 or below the present one.
pub fn random_over(x: ArrayView2<f64>, y: &[bool], ratio: f64, stream: &Stream) -> Result<Resampled, KitError> {
    let sides = Sides::new(x, y)?;
    let mut draws = Draws::new(stream);
    let mut rows: Vec<usize> = (0..y.len()).collect();
    rows.extend((0..sides.missing(ratio)?).map(|_| sides.few[draws.below(sides.few.len())]));
    Ok(select(x, y, &rows))
}

/// Drops majority rows, drawn without replacement, until minority / majority is `ratio`; order is kept.
///
/// # Errors
/// Inputs of different length or not finite, one class only, or a ratio above 1 or below the present one.
pub fn random_under(x: ArrayView2<f64>, y: &[bool], ratio: f64, stream: &Stream) -> Result<Resampled, KitError> {
    let sides = Sides::new(x, y)?;
    let now = sides.few.len() as f64 / sides.many.len() as f64;
    setting(ratio <= 1.0 && ratio >= now, "ratio of classes", ratio, "at most 1 and no less than it is")?;
    let kept = ((sides.few.len() as f64 / ratio).round() as usize).min(sides.many.len());
    let chosen = Draws::new(stream).sample(sides.many.len(), kept);
    let mut rows: Vec<usize> = chosen.into_iter().map(|index| sides.many[index]).chain(sides.few).collect();
    rows.sort_unstable();
    Ok(select(x, y, &rows))
}

fn select(x: ArrayView2<f64>, y: &[bool], rows: &[usize]) -> Resampled {
    Resampled {
        x: x.select(Axis(0), rows),
        y: rows.iter().map(|&row| y[row]).collect(),
        origin: rows.iter().map(|&row| Origin::Row(row)).collect(),
    }
}
