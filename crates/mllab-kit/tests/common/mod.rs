//! What scikit-learn says (fixtures/make.py), and how near the kit must come.

use serde_json::Value;

/// One entry of `sklearn.json`.
pub fn fixture(section: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../fixtures/sklearn.json")).expect("the fixture is JSON");
    all[section].clone()
}

/// A JSON list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|each| each.as_f64().expect("numbers")).collect()
}

/// Equal within `tolerance`, number by number.
pub fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance, "number {index}: {a} is not {b}");
    }
}
