//! Any bytes as a user's own table: it is refused with a message of one line, or it becomes finite numbers with distinct
//! names that a lab can measure.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mllab_core::Target;
use mllab_fuzz::file;
use mllab_labs::LABS;
use std::collections::BTreeSet;

fuzz_target!(|bytes: &[u8]| {
    let [how, bytes @ ..] = bytes else { return };
    let lab = LABS[usize::from(how & 15) % LABS.len()];
    // The last name of the first line, as a user reads it, is the target.
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let last = head.rsplit(|byte| matches!(byte, b',' | b';' | b'\t' | b'|')).next().unwrap_or_default();
    let target = (how & 16 == 0).then(|| String::from_utf8_lossy(last).trim().to_string());
    let baseline = (how & 32 != 0).then(|| file("baseline.csv", &bytes[..bytes.len() / 2]));
    let table = match mllab::doors::table(lab, file("table.csv", bytes), target, baseline) {
        Ok(table) => table,
        Err(message) => {
            assert!(!message.trim().is_empty());
            assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message:?}");
            return;
        }
    };
    let (rows, columns) = table.features.dim();
    assert_eq!(columns, table.feature_names.len());
    assert!(table.features.iter().all(|value| value.is_finite()));
    assert_eq!(table.feature_names.iter().collect::<BTreeSet<_>>().len(), columns, "two columns of one name");
    match &table.target {
        Target::None => {}
        Target::Binary(positive) => assert_eq!(positive.len(), rows),
        Target::Numeric(values) => assert!(values.len() == rows && values.iter().all(|value| value.is_finite())),
    }
    assert!(table.time.as_ref().is_none_or(|time| time.len() == rows));
    assert!(table.group.as_ref().is_none_or(|group| group.len() == rows));
});
