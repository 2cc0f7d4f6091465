//! A user's load, one row a minute.

use mllab_core::prelude::*;
use mllab_kit::autoscale::{Endpoint, load::Load};

/// Minutes that are simulated; of a longer trace the first so many, since what follows depends on what came before.
pub const MOST_MINUTES: usize = 20_000;
const FEWEST_MINUTES: usize = 30;

/// The trace as a load, each minute's requests spread evenly over its seconds.
pub fn load(data: &Dataset, endpoint: &Endpoint) -> Result<Load, LabError> {
    if let Some(fault) = fault(data, endpoint) {
        return Err(LabError::Unusable(fault));
    }
    let column = data.features.column(0);
    Ok(Load { per_minute: column.iter().take(MOST_MINUTES).flat_map(|&requests| [requests; 60]).collect() })
}

/// Why a table is no trace, and what would be one.
fn fault(data: &Dataset, endpoint: &Endpoint) -> Option<String> {
    let (n, columns, names) = (data.n_rows(), data.features.ncols(), data.feature_names.join(", "));
    if columns != 1 {
        return Some(format!(
            "a load trace is one column of requests a minute, this table has {columns} ({names}): say which with --column"
        ));
    }
    let column = data.features.column(0);
    if let Some(row) = column.iter().position(|&requests| requests < 0.0) {
        return Some(format!("data row {} has {} requests: a load is 0 or more", row + 1, column[row]));
    }
    let fewest = FEWEST_MINUTES.max((endpoint.start_up / 60.0).ceil() as usize + 1);
    if n < fewest {
        return Some(format!(
            "a trace of {n} minutes is too short: {fewest} or more, one row a minute, longer than the start-up"
        ));
    }
    let nothing = column.iter().all(|&requests| requests == 0.0);
    nothing.then(|| "the trace holds no request at all: at least one minute must have some".into())
}
