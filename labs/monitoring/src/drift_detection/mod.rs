//! Which monitor sees which kind of drift, how fast, and how often does it cry wolf?
//!
//! Drift is made to order: inputs that move, a boundary that turns, proportions that change, a group or a feature that
//! goes its own way. Then tests of windows, detectors of streams and labelled error rates look for it, at one rate of
//! false alarms, and retraining tries to mend it. A real table is shifted by picking its rows unevenly.

mod against;
mod concept;
mod detectors;
mod explanations;
mod fraud;
mod labels;
mod monitors;
mod own;
mod proportions;
mod retraining;
mod shift;
mod thresholds;
mod timeline;
mod worlds;

use mllab_core::prelude::*;

/// The lab.
pub struct DriftDetection;

impl Lab for DriftDetection {
    const META: Meta = Meta {
        id: "drift-detection",
        title: "Drift detection",
        question: "Which monitor sees which kind of drift, how fast, and how often does it cry wolf?",
        domain: Domain::Monitoring,
        picture: ("alarms-on-a-stream", "One drift, seven detectors"),
        replicates: 200,
        quick_replicates: 10,
        sources: &[
            "ADWIN: Bifet and Gavaldà, Learning from time-changing data with adaptive windowing, 2007.",
            "DDM: Gama et al., 2004. EDDM: Baena-García et al., 2006. HDDM: Frías-Blanco et al., 2014. KSWIN: Raab et al., 2020.",
            "Control charts: Shewhart, 1931; Page, 1954; Roberts, 1959. Run lengths by Markov chain: Brook and Evans, 1972; Lucas and Saccucci, 1990.",
            "Streams: SEA, Street and Kim, 2001; STAGGER, Schlimmer and Granger, 1986.",
            "Settings, defaults and resets of the detectors: river 0.26.",
            "Intervals over resamples of one table: Nadeau and Bengio, 2003.",
        ],
        own: Own::columns(usize::MAX).with(&[OwnFlag::Column, OwnFlag::Baseline, OwnFlag::Time]),
    };
    const SEED: &'static str = include_str!("../../../../seeds/drift-detection.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = DriftDetectionParams;

    fn studies() -> Vec<Study<DriftDetectionParams>> {
        let of_shift = &["data-drift-hurts", "rebaseline", "data-drift-only-monitor"];
        vec![
            study("the-shift", of_shift, shift::run).times(2.0).seconds(1.2),
            study("the-concept", &["concept-drift", "label-drift"], concept::run).times(2.0).seconds(0.8),
            study("the-monitors", &["input-monitors-see-all", "fraud-new-scheme"], monitors::run)
                .times(2.0)
                .seconds(1.0),
            study("the-labels", &["model-quality-needs-labels"], labels::run).seconds(0.3),
            study("the-thresholds", &[own::CLAIM], thresholds::run).times(2.0).seconds(1.2).also_own(),
            study("the-detectors", &["realtime-detection"], detectors::run).times(2.0).seconds(1.2),
            study("the-explanations", &["attribution-drift", "bias-drift"], explanations::run),
            study("the-retraining", &["retrain-fixes", "retrain-old-plus-new"], retraining::run).seconds(1.0),
        ]
    }

    fn clash(params: &DriftDetectionParams) -> Option<String> {
        let DriftDetectionParams { stream, retrain_window, .. } = *params;
        (2 * retrain_window > stream).then(|| {
            let (most, needed) = (stream / 2, 2 * retrain_window);
            format!("--retrain-window {retrain_window} is more than half of --stream {stream}: --retrain-window {most} at most, or --stream {needed} and more")
        })
    }

    fn work(params: &DriftDetectionParams) -> f64 {
        let DriftDetectionParams { window, baseline_rows, stream, rows_per_day, .. } = *params;
        let [window, baseline_rows, stream, rows_per_day] =
            [window, baseline_rows, stream, rows_per_day].map(|rows| rows as f64);
        0.65 + 1.6e-4 * window + 1.1e-4 * baseline_rows + 1.5e-5 * stream + 2e-5 * rows_per_day
    }

    fn own_seconds(_: &DriftDetectionParams, rows: usize, features: usize) -> f64 {
        2e-6 * rows as f64 * features as f64
    }
}

mllab_core::params! {
    /// What can be changed in the drift-detection lab.
    pub struct DriftDetectionParams {
        /// Live rows that a monitor looks at together.
        window: int = 500, in [50, 5000], unit "rows";
        /// Rows of the baseline that they are held against.
        baseline_rows: int = 2000, in [200, 20000], unit "rows";
        /// Length of the labelled streams on which models are retrained.
        stream: int = 2000, in [400, 20000], unit "rows";
        /// Rows that a retrained model learns from.
        retrain_window: int = 100, in [20, 5000], unit "rows";
        /// Predictions a day whose labels come late.
        rows_per_day: int = 100, in [10, 10000], unit "rows";
    }
}
