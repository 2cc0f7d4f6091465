//! Seeing that the world has changed: detectors that watch a stream row by row, and distances between two windows.
//!
//! The detectors keep the parameters, the defaults and the alarm rows of river 0.26, and are fully reset after an
//! alarm, as river does. That holds for ADWIN too, where the paper would keep the newer part of the window.

mod adwin;
mod baseline;
pub mod budget;
mod charts;
mod distance;
mod distribution;
mod error_rate;
mod kswin;
mod late;
mod page_hinkley;
pub mod response;
pub mod run_length;

pub use adwin::Adwin;
pub use baseline::{Baseline, Reference};
pub use charts::{Cusum, Ewma, Shewhart, Timer};
pub use distance::{Bins, chi_square, domain_auc, jensen_shannon, ks, ks_sorted, psi, wasserstein};
pub use distribution::{chi_square_tail, kolmogorov_tail, ks_p, ks_p_exact, normal_cdf, normal_quantile};
pub use error_rate::{Ddm, Eddm, HddmA, HddmW};
pub use kswin::Kswin;
pub use late::LateLabels;
pub use page_hinkley::PageHinkley;

use mllab_core::Stream;

/// Watches a stream, one value at a time.
pub trait Detector {
    /// Takes the next value; true is an alarm, after which the detector starts afresh.
    fn update(&mut self, value: f64) -> bool;
}

/// River's detectors at its defaults: those of any values, then those of errors, which are 0 or 1.
///
/// ```
/// let names = mllab_kit::drift::at_defaults(&mllab_core::Stream::root(1)).map(|(name, _)| name);
/// assert_eq!(names[..3], ["ADWIN", "Page-Hinkley", "KSWIN"]);
/// ```
pub fn at_defaults(kswin: &Stream) -> [(&'static str, Box<dyn Detector>); 7] {
    [
        ("ADWIN", Box::new(Adwin::default())),
        ("Page-Hinkley", Box::new(PageHinkley::default())),
        ("KSWIN", Box::new(Kswin::new(kswin))),
        ("DDM", Box::new(Ddm::default())),
        ("EDDM", Box::new(Eddm::default())),
        ("HDDM-A", Box::new(HddmA::default())),
        ("HDDM-W", Box::new(HddmW::default())),
    ]
}

/// The rows, from 0, at which `detector` alarms.
///
/// ```
/// use mllab_kit::drift::{PageHinkley, alarms};
///
/// let stream: Vec<f64> = (0..400).map(|row| if row < 200 { 0.0 } else { 5.0 }).collect();
/// assert_eq!(alarms(&mut PageHinkley::default(), &stream), [210]);
/// ```
pub fn alarms<D: Detector + ?Sized>(detector: &mut D, values: &[f64]) -> Vec<usize> {
    values.iter().enumerate().filter_map(|(row, &value)| detector.update(value).then_some(row)).collect()
}

/// How many rows until the first alarm, counted from 1; nothing where there is none within `horizon` rows.
pub fn rows_to_alarm<D: Detector + ?Sized>(
    detector: &mut D,
    mut next: impl FnMut() -> f64,
    horizon: usize,
) -> Option<usize> {
    (1..=horizon).find(|_| detector.update(next()))
}
