//! How much of the reported score is an artefact of how the data was split?
//!
//! Each kind of leak is measured on pure noise first, where an honest score must straddle chance, then with a signal:
//! rows of an entity, copies and neighbours in time on both sides; balancing, choosing, encoding, scaling before the
//! split; values written after the outcome; the best of many on one validation set. What is true is known, because
//! fresh rows can be drawn.

mod all_classes;
mod copies;
mod cuts;
mod entities;
mod files;
mod join;
mod ladder;
mod own;
mod preparation;
mod rungs;
mod scan;
mod scores;
mod series;
mod shares;
mod shuffle;
mod splits;
mod winner;

use mllab_core::prelude::*;

/// The lab.
pub struct DataLeakage;

impl Lab for DataLeakage {
    const META: Meta = Meta {
        id: "data-leakage",
        title: "Data leakage",
        question: "How much of the reported score is an artefact of how the data was split?",
        domain: Domain::DataPreparation,
        picture: ("ladder", "Which leaks ruin a score"),
        replicates: 100,
        quick_replicates: 4,
        sources: &[
            "Choosing columns on all rows: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, section 7.10.2.",
            "A catalogue of leaks: Kaufman et al., Leakage in data mining, 2012, ACM TKDD 6. Kapoor and Narayanan, 2023, Patterns 4.",
            "Gap and overlapping labels: Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 7.",
            "Digits: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.",
            "Corrected intervals where folds share rows: Nadeau and Bengio, 2003.",
        ],
        own: Own::classes_or_number(usize::MAX)
            .of_rows(150)
            .one_against_the_rest()
            .with(&[OwnFlag::Group, OwnFlag::Time]),
    };
    const SEED: &'static str = include_str!("../../../../seeds/data-leakage.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = DataLeakageParams;

    fn studies() -> Vec<Study<DataLeakageParams>> {
        let of_splits = &["ordered-split", "split-by-key", "random-for-shuffling", "ordered-non-overlap"];
        let of_shares = &["stratified-proportions", "stratify-balances"];
        vec![
            study("the-ladder", &["preprocess-inside-split"], ladder::run).seconds(2.5).also_own(),
            study("the-splits", of_splits, splits::run).seconds(2.2).also_own(),
            study("the-shares", of_shares, shares::run).times(10.0).seconds(0.3).also_own(),
            study("the-copies", &["duplicates"], copies::run).seconds(0.6).also_own(),
            study("the-shuffle", &["shuffle-prevents-overfit"], shuffle::run).seconds(0.4),
            study("the-scan", &["detectable-in-data"], scan::run).times(2.0).seconds(0.4).also_own(),
            study("the-winner", &["validation-optimistic"], winner::run).seconds(0.4),
            study("the-join", &["feature-store-consistency"], join::run).seconds(0.2),
        ]
    }

    fn own_seconds(params: &DataLeakageParams, rows: usize, features: usize) -> f64 {
        5e-8 * (params.repeats * params.trees) as f64 * rows.min(4000) as f64 * features as f64
    }
}

mllab_core::params! {
    /// What can be changed in the data-leakage lab.
    pub struct DataLeakageParams {
        /// Share of the rows that stand in a table twice.
        copied: float = 0.5, in [0.1, 1.0], unit "share";
        /// Rows on which the best of many candidates is chosen.
        validation_rows: int = 200, in [20, 2000], unit "rows";
        /// How far an outcome moves the value that is written after it, in standard deviations of the value.
        rewrite: float = 2.0, in [0.5, 5.0], unit "sd";
        /// Times that a real table is dealt into five folds.
        repeats: int = 4, in [2, 20], unit "1";
        /// Trees of the random forest that a table of yours is judged by.
        trees: int = 100, in [10, 500], unit "trees";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mllab_core::{Run, RunError, Shelf};
    use mllab_kit::data::real;

    fn on_own(data: Dataset) -> Result<Run, RunError> {
        Run::quick_on(&Shelf::<DataLeakage>::LAB, data)
    }

    fn cancer() -> Dataset {
        let real = real::breast_cancer();
        Dataset::new("cancer", real.table.x, real.columns, Target::Binary(real.table.y))
    }

    fn strategies(run: &Run) -> Vec<String> {
        run.table("splits").rows().map(|row| format!("{} {}", row[0].to_csv(), row[1].to_csv())).collect()
    }

    #[test]
    fn a_table_is_split_in_every_way_that_it_allows() {
        let run = on_own(cancer()).unwrap();
        assert_eq!(strategies(&run), ["random accuracy", "stratified accuracy"]);
        let why = |id: &str| run.report.untestable.iter().find(|claim| claim.id == id).unwrap().why.clone();
        assert!(why("split-by-key").contains("--group") && why("ordered-split").contains("--time"));

        let real = real::diabetes();
        let numeric = Dataset::new("diabetes", real.table.x, real.columns, Target::Numeric(real.table.y));
        let group = Some((0..442).map(|row| row % 40).collect());
        let numeric = Dataset { group, time: Some((0..442).map(|row| -f64::from(row)).collect()), ..numeric };
        let run = on_own(numeric).unwrap();
        assert_eq!(strategies(&run), ["random r2", "ordered r2", "by-key r2"]);
        assert_eq!(run.report.claims.len(), 2);
    }

    #[test]
    fn a_table_that_cannot_be_split_is_told_what_would_do() {
        let one_key = Dataset { group: Some(vec![0; 569]), ..cancer() };
        let by_class = cancer().binary().unwrap().iter().map(|&label| f64::from(u8::from(label))).collect();
        let sorted = Dataset { time: Some(by_class), ..cancer() };
        let rare = Dataset { target: Target::Binary((0..569).map(|row| row < 3).collect()), ..cancer() };
        let without = Dataset { target: Target::None, ..cancer() };
        for (data, words) in [
            (one_key, "at least five keys"),
            (sorted, "split ordered, fold 1 of 5"),
            (rare, "the rarer class has 3 of 569 rows"),
            (without, "needs a target"),
        ] {
            let error = on_own(data).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
