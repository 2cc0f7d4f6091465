//! Rows drawn from a table that is too large to be measured whole.

use crate::Stream;

/// So many rows of the rarer class are enough, or one in twenty where fewer rows are drawn.
const ENOUGH: usize = 100;

/// Rows drawn at random, in the table's order, and how.
///
/// Both classes keep their shares. Where that would leave too few rows of the rarer class, a tenth of the drawn rows are
/// of it, or all that there are, and a row of either class stands for a whole number of the table's.
///
/// ```
/// use mllab_core::{Drawn, Stream};
///
/// let frauds: Vec<bool> = (0..284_807).map(|row| row % 579 == 0).collect();
/// let drawn = Drawn::of(frauds.len(), 5000, Some(&frauds), &Stream::root(7));
/// assert_eq!(drawn.stands_for, [64, 1]);
/// assert_eq!(drawn.rows.iter().filter(|&&row| frauds[row]).count(), 492);
/// assert_eq!(drawn.how, "all 492 of the rarer class and one in 64 of the others, drawn at random");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Their numbers, ascending.
    pub rows: Vec<usize>,
    /// How many of the table's rows one of the negative and one of the positive class stands for; 1 where all rows stand
    /// for as many.
    pub stands_for: [usize; 2],
    /// How they were drawn; nothing where they are all.
    pub how: String,
}

impl Drawn {
    /// How many of `n` rows these are, how they were drawn, and what that means for shares: `weighs` says whether each row
    /// counts as often as it stands for one of the table's.
    ///
    /// ```
    /// use mllab_core::{Drawn, Stream};
    /// let drawn = Drawn::of(1000, 10, None, &Stream::root(1));
    /// assert_eq!(drawn.said(1000, false), "10 of the 1000 rows: drawn at random");
    /// ```
    pub fn said(&self, n: usize, weighs: bool) -> String {
        let means = match (self.stands_for, weighs) {
            ([1, 1], _) => "",
            (_, true) => "; a row counts as often as it stands for one of the table's",
            (_, false) => {
                "; shares and errors are those of this sample, which holds more of the rarer class than the table"
            }
        };
        format!("{} of the {n} rows: {}{means}", self.rows.len(), self.how)
    }

    /// At most `most` of `n` rows, of the classes that `labels` says.
    pub fn of(n: usize, most: usize, labels: Option<&[bool]>, stream: &Stream) -> Self {
        if n <= most {
            return Drawn { rows: (0..n).collect(), stands_for: [1; 2], how: String::new() };
        }
        let Some(labels) = labels else {
            return Drawn {
                rows: sorted(sample(n, most, stream)),
                stands_for: [1; 2],
                how: "drawn at random".to_string(),
            };
        };
        let of = |class: bool| (0..n).filter(|&row| labels[row] == class).collect::<Vec<usize>>();
        let (negatives, positives) = (of(false), of(true));
        let rarer = usize::from(positives.len() <= negatives.len());
        let classes = [negatives, positives];
        let (rare, common) = (classes[rarer].len(), classes[1 - rarer].len());
        let in_proportion = (rare as f64 * most as f64 / n as f64).round() as usize;
        let pick = |class: usize, count: usize| {
            let name = ["negatives", "positives"][class];
            sample(classes[class].len(), count, &stream.child(name, 0)).into_iter().map(move |at| (class, at))
        };
        let rows = |counts: [usize; 2]| {
            let both = pick(rarer, counts[0]).chain(pick(1 - rarer, counts[1]));
            sorted(both.map(|(class, at)| classes[class][at]).collect())
        };
        if in_proportion >= ENOUGH.min(most / 20) {
            let how = "drawn at random with each class in its share".to_string();
            return Drawn { rows: rows([in_proportion, most - in_proportion]), stands_for: [1; 2], how };
        }
        let one_in = rare.div_ceil((most / 10).max(1)).max(1);
        let kept = rare / one_in;
        let one_in_common = common.div_ceil(most - kept);
        let mut stands_for = [one_in_common; 2];
        stands_for[rarer] = one_in;
        let of_rarer = if one_in == 1 { format!("all {rare}") } else { format!("one in {one_in}") };
        let how = format!("{of_rarer} of the rarer class and one in {one_in_common} of the others, drawn at random");
        Drawn { rows: rows([kept, common / one_in_common]), stands_for, how }
    }
}

fn sample(n: usize, count: usize, stream: &Stream) -> Vec<usize> {
    rand::seq::index::sample(&mut stream.rng(), n, count).into_vec()
}

fn sorted(mut rows: Vec<usize>) -> Vec<usize> {
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_keeps_the_rarer_class_and_stands_for_the_table() {
        for (n, positives, most) in [
            (284_807, 492, 500),
            (284_807, 284_315, 2000),
            (300_000, 29, 5000),
            (20_000, 22, 2000),
            (20_000, 2000, 2000),
            (1001, 1, 1000),
            (1000, 0, 100),
        ] {
            let labels: Vec<bool> = (0..n).map(|row| row * positives / n != (row + 1) * positives / n).collect();
            assert_eq!(labels.iter().filter(|&&label| label).count(), positives);
            let drawn = Drawn::of(n, most, Some(&labels), &Stream::root(3));
            assert!(drawn.rows.len() <= most && drawn.rows.windows(2).all(|pair| pair[0] < pair[1]), "{drawn:?}");
            let kept = drawn.rows.iter().filter(|&&row| labels[row]).count();
            let (rare, kept_rare) =
                if 2 * positives <= n { (positives, kept) } else { (n - positives, drawn.rows.len() - kept) };
            assert!(kept_rare >= rare.min(most / 20).min(100), "{kept_rare} of {rare} in {most}");
            let share = positives as f64 / n as f64;
            let negatives = (drawn.rows.len() - kept) * drawn.stands_for[0];
            let positives = kept * drawn.stands_for[1];
            let sampled = positives as f64 / (positives + negatives) as f64;
            assert!((sampled - share).abs() <= 0.02 * share.min(1.0 - share) + 0.5 / most as f64, "{sampled} {share}");
        }
    }

    #[test]
    fn a_table_that_fits_is_taken_whole() {
        let drawn = Drawn::of(10, 10, None, &Stream::root(1));
        assert_eq!((drawn.rows.len(), drawn.how.as_str()), (10, ""));
        assert_eq!(Drawn::of(11, 10, None, &Stream::root(1)).rows.len(), 10);
    }
}
