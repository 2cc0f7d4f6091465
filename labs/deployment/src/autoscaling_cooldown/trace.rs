//! A user's load, one row a minute.

use super::endpoint::Endpoint;
use mllab_core::{Dataset, LabError};
use mllab_kit::autoscale::load::Load;

/// Minutes that are simulated; of a longer trace the first so many, since what follows depends on what came before.
pub const MOST_MINUTES: usize = 20_000;
const FEWEST_MINUTES: usize = 30;

/// The trace as a load, each minute's requests spread evenly over its seconds.
pub fn load(data: &Dataset, endpoint: &Endpoint) -> Result<Load, LabError> {
    let unusable = |text: String| Err(LabError::Unusable(text));
    let columns = data.features.ncols();
    if columns != 1 {
        let names = data.feature_names.join(", ");
        return unusable(format!(
            "a load trace is one column of requests a minute, this table has {columns} ({names}): say which with --column"
        ));
    }
    let column = data.features.column(0);
    if let Some(row) = column.iter().position(|&requests| requests < 0.0) {
        let (row, found) = (row + 1, column[row]);
        return unusable(format!("data row {row} has {found} requests: a load is 0 or more"));
    }
    let fewest = FEWEST_MINUTES.max((endpoint.start_up / 60.0).ceil() as usize + 1);
    if column.len() < fewest {
        let found = column.len();
        return unusable(format!(
            "a trace of {found} minutes is too short: {fewest} or more, one row a minute, longer than the start-up"
        ));
    }
    if column.iter().all(|&requests| requests == 0.0) {
        return unusable("the trace holds no request at all: at least one minute must have some".into());
    }
    let per_minute = column.iter().take(MOST_MINUTES).flat_map(|&requests| [requests; 60]).collect();
    Ok(Load { per_minute })
}

/// The trace minute by minute.
pub fn by_minute(load: &Load) -> Vec<f64> {
    load.per_minute.iter().step_by(60).copied().collect()
}
