//! A lab's parameters: name, kind, default, range, unit and help in one place, the [`params!`](crate::params) macro.
//!
//! From it come the flags, `mllab show`, the page's table and the checks; inside a lab a parameter is a plain field
//! that cannot be out of range.

use serde_json::{Value, json};
use thiserror::Error;

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// A number.
    Float(f64),
    /// A whole number.
    Int(i64),
    /// On or off.
    Bool(bool),
    /// One of a few words.
    Choice(&'static str),
    /// Some numbers.
    List(Vec<f64>),
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number in a closed range.
    Float {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// A whole number in a closed range.
    Int {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// On or off.
    Bool,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Numbers in a closed range, so many of them.
    List {
        /// Smallest entry.
        min: f64,
        /// Largest entry.
        max: f64,
        /// Fewest entries.
        fewest: usize,
        /// Most entries.
        most: usize,
    },
}

/// A parameter's one description.
#[derive(Clone, Debug)]
pub struct ParamSpec {
    /// The flag's name, in kebab-case, without dashes.
    pub name: String,
    /// Kind and bounds.
    pub kind: Kind,
    /// The value of the reference run.
    pub default: ParamValue,
    /// The unit; empty for bools and choices.
    pub unit: &'static str,
    /// What it does, in one sentence.
    pub help: String,
    /// A quick look takes no more than this, where more would not be quick.
    pub quick: Option<i64>,
}

/// Why a value of a parameter is refused.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("--{name} takes {takes}, not {given}")]
pub struct ParamError {
    /// The flag's name.
    pub name: String,
    /// What would be right.
    pub takes: String,
    /// What was given.
    pub given: String,
}

/// The parameters of one lab, all checked.
pub trait Params: Sized + Send + Sync {
    /// The descriptions, in order.
    fn specs() -> Vec<ParamSpec>;
    /// From one value for each description, in order and of its kind.
    fn from_values(values: &[ParamValue]) -> Self;
}

impl ParamValue {
    /// The value as it stands in report.json.
    pub fn to_json(&self) -> Value {
        match self {
            ParamValue::Float(value) => json!(value),
            ParamValue::Int(value) => json!(value),
            ParamValue::Bool(value) => json!(value),
            ParamValue::Choice(word) => json!(word),
            ParamValue::List(values) => json!(values),
        }
    }

    /// The value as it is written on the command line.
    pub fn to_flag(&self) -> String {
        match self {
            ParamValue::Float(value) => value.to_string(),
            ParamValue::Int(value) => value.to_string(),
            ParamValue::Bool(value) => value.to_string(),
            ParamValue::Choice(word) => (*word).into(),
            ParamValue::List(values) => values.iter().map(f64::to_string).collect::<Vec<_>>().join(","),
        }
    }
}

impl ParamSpec {
    /// The value that a quick look takes.
    ///
    /// ```
    /// use mllab_core::{ParamValue, Params};
    ///
    /// mllab_core::params! {
    ///     /// The parameters of this example.
    ///     pub struct Demo {
    ///         /// Parts of the cross-validation.
    ///         folds: int = 5, in [2, 20], quick 10, unit "folds";
    ///     }
    /// }
    /// assert_eq!(Demo::specs()[0].in_a_quick_look(&ParamValue::Int(20)), ParamValue::Int(10));
    /// ```
    #[must_use]
    pub fn in_a_quick_look(&self, value: &ParamValue) -> ParamValue {
        match (value, self.quick) {
            (ParamValue::Int(value), Some(most)) => ParamValue::Int(*value.min(&most)),
            (value, _) => value.clone(),
        }
    }

    /// Reads a value as given on the command line.
    ///
    /// # Errors
    ///
    /// Says what the parameter takes, with range and unit, and what was given.
    pub fn parse(&self, text: &str) -> Result<ParamValue, ParamError> {
        let refused = || ParamError { name: self.name.clone(), takes: self.takes(), given: given(text) };
        let number = |text: &str, min: f64, max: f64| -> Option<f64> {
            let value: f64 = text.trim().parse().ok()?;
            (min <= value && value <= max).then_some(value)
        };
        let value = match self.kind {
            Kind::Float { min, max } => number(text, min, max).map(ParamValue::Float),
            Kind::Int { min, max } => {
                text.trim().parse().ok().filter(|value| (min..=max).contains(value)).map(ParamValue::Int)
            }
            Kind::Bool => text.trim().parse().ok().map(ParamValue::Bool),
            Kind::Choice(words) => words.iter().find(|word| **word == text.trim()).copied().map(ParamValue::Choice),
            Kind::List { min, max, fewest, most } => {
                let entries: Option<Vec<f64>> = text.split(',').map(|entry| number(entry, min, max)).collect();
                entries.filter(|entries| (fewest..=most).contains(&entries.len())).map(ParamValue::List)
            }
        };
        value.ok_or_else(refused)
    }

    /// What it takes, in words: "a number from 0.01 to 1000000".
    pub fn takes(&self) -> String {
        let unit = if matches!(self.unit, "" | "1") { String::new() } else { format!(" ({})", self.unit) };
        match self.kind {
            Kind::Float { min, max } => format!("a number from {min} to {max}{unit}"),
            Kind::Int { min, max } => format!("a whole number from {min} to {max}{unit}"),
            Kind::Bool => "true or false".into(),
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::List { min, max, fewest, most } if fewest == most => {
                format!("{fewest} numbers from {min} to {max}{unit}, separated by commas")
            }
            Kind::List { min, max, fewest, most } => {
                format!("{fewest} to {most} numbers from {min} to {max}{unit}, separated by commas")
            }
        }
    }

    /// The description as `mllab show --json` prints it.
    pub fn to_json(&self) -> Value {
        let (kind, min, max, choices) = match self.kind {
            Kind::Float { min, max } => ("float", json!(min), json!(max), Value::Null),
            Kind::Int { min, max } => ("int", json!(min), json!(max), Value::Null),
            Kind::Bool => ("bool", Value::Null, Value::Null, Value::Null),
            Kind::Choice(words) => ("choice", Value::Null, Value::Null, json!(words)),
            Kind::List { min, max, .. } => ("list", json!(min), json!(max), Value::Null),
        };
        json!({
            "name": self.name, "kind": kind, "default": self.default.to_json(), "min": min, "max": max,
            "choices": choices, "unit": self.unit, "help": self.help, "quick_most": self.quick,
        })
    }
}

/// What was given, cut where it is long.
fn given(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if text.chars().count() > 40 {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// Declares a lab's parameters, each on one line with its doc comment as help.
///
/// ```
/// use mllab_core::Params;
///
/// mllab_core::params! {
///     /// The parameters of this example.
///     pub struct Demo {
///         /// How steep the valley is.
///         curvature: float = 10.0, in [0.01, 1e6], unit "1";
///         /// Length of every run.
///         steps: int = 80, in [10, 10_000], unit "steps";
///         /// Whether rows are shuffled.
///         shuffle: bool = true;
///         /// Which method moves the weights.
///         optimiser: choice = "adam", of ["adam", "sgd"];
///         /// Rates to compare.
///         rates: list = [0.1, 0.2], in [1e-6, 10.0], length [1, 8], unit "1";
///     }
/// }
/// assert_eq!(Demo::default().steps, 80);
/// assert_eq!(Demo::specs()[4].parse("0.5,11").unwrap_err().to_string(),
///     "--rates takes 1 to 8 numbers from 0.000001 to 10, separated by commas, not \"0.5,11\"");
/// ```
#[macro_export]
macro_rules! params {
    (
        $(#[doc = $about:literal])*
        pub struct $Name:ident {
            $(
                $(#[doc = $help:literal])+
                $field:ident: $kind:ident = $default:tt
                $(, in [$min:expr, $max:expr])? $(, of [$($word:literal),+])? $(, length [$fewest:literal, $most:literal])?
                $(, quick $quick:literal)? $(, unit $unit:literal)?;
            )*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Name {
            $( $(#[doc = $help])+ pub $field: $crate::params!(@type $kind), )*
        }

        impl $crate::Params for $Name {
            fn specs() -> Vec<$crate::ParamSpec> {
                vec![$(
                    $crate::ParamSpec {
                        name: stringify!($field).replace('_', "-"),
                        kind: $crate::params!(@kind $kind $([$min, $max])? $([$($word),+])? $([$fewest, $most])?),
                        default: $crate::params!(@value $kind $default),
                        unit: concat!($($unit)?),
                        help: [$($help),+].map(str::trim).join(" "),
                        quick: [$($quick)?].first().copied(),
                    }
                ),*]
            }

            #[allow(unused_mut, unused_variables)]
            fn from_values(values: &[$crate::ParamValue]) -> Self {
                let mut values = values.iter();
                $Name { $(
                    $field: match values.next() {
                        Some($crate::params!(@pattern $kind value)) => value.clone(),
                        other => panic!(concat!("parameter ", stringify!($field), ": {:?}"), other),
                    }
                ),* }
            }
        }

        impl Default for $Name {
            fn default() -> Self {
                let values: Vec<_> = <Self as $crate::Params>::specs().into_iter().map(|spec| spec.default).collect();
                <Self as $crate::Params>::from_values(&values)
            }
        }
    };
    (@type float) => { f64 };
    (@type int) => { i64 };
    (@type bool) => { bool };
    (@type choice) => { &'static str };
    (@type list) => { Vec<f64> };
    (@kind float [$min:expr, $max:expr]) => { $crate::Kind::Float { min: $min, max: $max } };
    (@kind int [$min:expr, $max:expr]) => { $crate::Kind::Int { min: $min, max: $max } };
    (@kind bool) => { $crate::Kind::Bool };
    (@kind choice [$($word:literal),+]) => { $crate::Kind::Choice(&[$($word),+]) };
    (@kind list [$min:expr, $max:expr] [$fewest:literal, $most:literal]) => {
        $crate::Kind::List { min: $min, max: $max, fewest: $fewest, most: $most }
    };
    (@value float $default:tt) => { $crate::ParamValue::Float($default) };
    (@value int $default:tt) => { $crate::ParamValue::Int($default) };
    (@value bool $default:tt) => { $crate::ParamValue::Bool($default) };
    (@value choice $default:tt) => { $crate::ParamValue::Choice($default) };
    (@value list $default:tt) => { $crate::ParamValue::List(Vec::from($default)) };
    (@pattern float $v:ident) => { $crate::ParamValue::Float($v) };
    (@pattern int $v:ident) => { $crate::ParamValue::Int($v) };
    (@pattern bool $v:ident) => { $crate::ParamValue::Bool($v) };
    (@pattern choice $v:ident) => { $crate::ParamValue::Choice($v) };
    (@pattern list $v:ident) => { $crate::ParamValue::List($v) };
}

#[cfg(test)]
mod tests {
    use super::*;

    params! {
        /// Every kind.
        pub struct Every {
            /// A
            /// float.
            first_one: float = 0.5, in [0.0, 1.0], unit "1";
            /// An int.
            count: int = 3, in [1, 9], unit "rows";
            /// A bool.
            on: bool = false;
            /// A choice.
            which: choice = "b", of ["a", "b"];
            /// A list.
            many: list = [1.0, 2.0], in [0.0, 5.0], length [2, 3], unit "s";
        }
    }

    #[test]
    fn every_kind_round_trips_through_its_flag() {
        let specs = Every::specs();
        let values: Vec<_> = specs.iter().map(|spec| spec.parse(&spec.default.to_flag()).unwrap()).collect();
        assert_eq!(Every::from_values(&values), Every::default());
        assert_eq!((specs[0].name.as_str(), specs[0].help.as_str()), ("first-one", "A float."));
    }

    #[test]
    fn what_is_out_of_range_is_refused_with_range_and_unit() {
        let specs = Every::specs();
        for (spec, text, words) in [
            (0, "1.5", "a number from 0 to 1, not \"1.5\""),
            (0, "NaN", "a number from 0 to 1"),
            (0, "inf", "a number from 0 to 1"),
            (1, "10", "a whole number from 1 to 9 (rows), not \"10\""),
            (1, "2.5", "a whole number"),
            (2, "yes", "true or false"),
            (3, "c", "one of a, b"),
            (4, "1", "2 to 3 numbers from 0 to 5 (s), separated by commas"),
            (4, "1,2,3,4", "2 to 3 numbers"),
            (4, "1,,2", "2 to 3 numbers"),
            (4, "1,6", "2 to 3 numbers"),
        ] {
            let error = specs[spec].parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
