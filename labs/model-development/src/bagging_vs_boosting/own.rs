//! The user's table as the studies take it.

use mllab_core::prelude::*;
use mllab_kit::draws::Draws;
use mllab_kit::ensemble::{Goal, Rows};

/// Rows of it at most, in most studies, and in those that are cheaper or dearer.
pub const OWN_ROWS: usize = 2000;
pub const CONTEST_ROWS: usize = 3000;
pub const TUNING_ROWS: usize = 1000;
pub const WORK_ROWS: usize = 5000;
const FEWEST: usize = 50;
const FEWEST_OF_A_CLASS: usize = 20;

/// The user's table, at most so many of its rows, drawn evenly at random; or nothing where rows are generated.
///
/// # Errors
///
/// A target of another kind, one class or value only, or too few rows for five folds with a validation part each.
pub fn own(cx: &Cx, source: &Source, most: usize) -> Result<Option<Rows>, LabError> {
    let Source::Own(data) = source else { return Ok(None) };
    let Dataset { features, target, .. } = data.as_ref();
    let unusable = |text: String| Err(LabError::Unusable(text));
    let goal = match target {
        Target::Binary(y) => Goal::Labels(y.clone()),
        Target::Numeric(y) => Goal::Numbers(y.clone()),
        Target::None => return unusable("this lab needs a target: two classes, or a number".into()),
    };
    let rows = Rows { x: features.clone(), goal };
    if rows.len() < FEWEST {
        return unusable(format!("{} rows are too few for five folds: {FEWEST} would do", rows.len()));
    }
    let few = |rows: &Rows| {
        let positive = rows.labels().iter().filter(|&&label| label).count();
        positive.min(rows.len() - positive)
    };
    if rows.is_labels() && few(&rows) < FEWEST_OF_A_CLASS {
        return unusable(format!(
            "{} rows of the smaller class are too few: {FEWEST_OF_A_CLASS} would do, in two classes",
            few(&rows)
        ));
    }
    if matches!(&rows.goal, Goal::Numbers(y) if y.iter().all(|value| *value == y[0])) {
        return unusable("the target never changes: a target that varies is needed".into());
    }
    if rows.len() <= most {
        return Ok(Some(rows));
    }
    let mut kept = Draws::new(&cx.stream("own rows", most)).sample(rows.len(), most);
    kept.sort_unstable();
    let kept = rows.pick(&kept);
    if kept.is_labels() && few(&kept) < FEWEST_OF_A_CLASS {
        return unusable(format!(
            "of {most} rows drawn, fewer than {FEWEST_OF_A_CLASS} are of the smaller class: give a table with more of them"
        ));
    }
    Ok(Some(kept))
}
