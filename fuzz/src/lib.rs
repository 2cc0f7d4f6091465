//! What the targets share.

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use std::path::{Path, PathBuf};

/// A file in memory, where the system has such a place, that holds these bytes; each name is one file a process.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = if Path::new("/dev/shm").is_dir() { PathBuf::from("/dev/shm") } else { std::env::temp_dir() };
    let path = folder.join(format!("mllab-fuzz-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).expect("the fuzzer's own file can be written");
    path
}

/// A number as data have them, or as they do not.
pub fn number(u: &mut Unstructured) -> Result<f64> {
    Ok(match u.int_in_range(0..=9)? {
        0 => f64::NAN,
        1 => {
            *u.choose(&[0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX, f64::MIN, 1e-300])?
        }
        2 => u.arbitrary()?,
        3..=5 => f64::from(u.int_in_range(-3_i16..=3)?),
        _ => f64::from(u.arbitrary::<i16>()?) / 128.0,
    })
}

/// Up to `most` of them.
pub fn numbers(u: &mut Unstructured, most: usize) -> Result<Vec<f64>> {
    let n = u.int_in_range(0..=most)?;
    (0..n).map(|_| number(u)).collect()
}

/// A text of at most this many bytes.
pub fn text(u: &mut Unstructured, most: usize) -> Result<String> {
    let n = u.int_in_range(0..=most)?.min(u.len());
    Ok(String::from_utf8_lossy(u.bytes(n)?).into_owned())
}
