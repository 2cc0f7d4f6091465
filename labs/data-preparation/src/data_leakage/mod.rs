//! How much of the reported score is an artefact of how the data was split?
//!
//! Each kind of leak is measured on pure noise first, where an honest score must straddle chance, then with a signal:
//! rows of an entity, copies and neighbours in time on both sides; balancing, choosing, encoding, scaling before the
//! split; values written after the outcome; the best of many on one validation set. What is true is known, because
//! fresh rows can be drawn.

mod copies;
mod entities;
mod files;
mod join;
mod ladder;
mod own;
mod rungs;
mod scan;
mod scores;
mod series;
mod shares;
mod shuffle;
mod splits;
mod winner;

use mllab_core::{Accepts, Domain, Lab, Meta, Own, OwnFlag, Study, TargetKind};

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
        own: Own {
            target: TargetKind::TwoClassesOrNumber,
            flags: &[OwnFlag::Group, OwnFlag::Time],
            most_rows: usize::MAX,
        },
    };
    const SEED: &'static str = include_str!("../../../../seeds/data-leakage.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = DataLeakageParams;

    fn studies() -> Vec<Study<DataLeakageParams>> {
        vec![
            Study {
                id: "the-ladder",
                claims: &["preprocess-inside-split"],
                accepts: Accepts::Both,
                multiple: 1.0,
                seconds: 2.5,
                run: ladder::run,
            },
            Study {
                id: "the-splits",
                claims: &["ordered-split", "split-by-key", "random-for-shuffling", "ordered-non-overlap"],
                accepts: Accepts::Both,
                multiple: 1.0,
                seconds: 2.2,
                run: splits::run,
            },
            Study {
                id: "the-shares",
                claims: &["stratified-proportions", "stratify-balances"],
                accepts: Accepts::Both,
                multiple: 10.0,
                seconds: 0.3,
                run: shares::run,
            },
            Study {
                id: "the-copies",
                claims: &["duplicates"],
                accepts: Accepts::Both,
                multiple: 1.0,
                seconds: 0.6,
                run: copies::run,
            },
            Study {
                id: "the-shuffle",
                claims: &["shuffle-prevents-overfit"],
                accepts: Accepts::Generated,
                multiple: 1.0,
                seconds: 0.4,
                run: shuffle::run,
            },
            Study {
                id: "the-scan",
                claims: &["detectable-in-data"],
                accepts: Accepts::Generated,
                multiple: 2.0,
                seconds: 0.4,
                run: scan::run,
            },
            Study {
                id: "the-winner",
                claims: &["validation-optimistic"],
                accepts: Accepts::Generated,
                multiple: 1.0,
                seconds: 0.4,
                run: winner::run,
            },
            Study {
                id: "the-join",
                claims: &["feature-store-consistency"],
                accepts: Accepts::Generated,
                multiple: 1.0,
                seconds: 0.2,
                run: join::run,
            },
        ]
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
    use mllab_core::{Dataset, Host, Request, Run, RunError, Shelf, Silent, Source, Target};
    use mllab_kit::data::real;
    use std::sync::atomic::AtomicBool;

    const LAB: Shelf<DataLeakage> = Shelf::LAB;

    fn on_own(data: Dataset) -> Result<Run, RunError> {
        let mut request = Request::reference(&LAB).unwrap();
        (request.quick, request.replicates) = (true, DataLeakage::META.quick_replicates);
        request.source = Source::Own(Box::new(data));
        let never = AtomicBool::new(false);
        mllab_core::run(&LAB, &request, Host { progress: &Silent, cancelled: &never })
    }

    fn cancer() -> Dataset {
        let real = real::breast_cancer();
        Dataset::new("cancer", real.table.x, real.columns, Target::Binary(real.table.y))
    }

    fn strategies(run: &Run) -> Vec<String> {
        let splits = run.tables.iter().find(|table| table.id == "splits").unwrap();
        splits.rows().map(|row| format!("{} {}", row[0].to_csv(), row[1].to_csv())).collect()
    }

    #[test]
    fn a_table_is_split_in_every_way_that_it_allows() {
        let run = on_own(cancer()).unwrap();
        assert_eq!(strategies(&run), ["random accuracy", "stratified accuracy"]);
        let why = |id: &str| run.report.untestable.iter().find(|claim| claim.id == id).unwrap().why.clone();
        assert!(why("split-by-key").contains("--group") && why("ordered-split").contains("--time"));

        let real = real::diabetes();
        let mut numeric = Dataset::new("diabetes", real.table.x, real.columns, Target::Numeric(real.table.y));
        numeric.group = Some((0..442).map(|row| row % 40).collect());
        numeric.time = Some((0..442).map(|row| -f64::from(row)).collect());
        let run = on_own(numeric).unwrap();
        assert_eq!(strategies(&run), ["random r2", "ordered r2", "by-key r2"]);
        assert_eq!(run.report.claims.len(), 2);
    }

    #[test]
    fn a_table_that_cannot_be_split_is_told_what_would_do() {
        let mut one_key = cancer();
        one_key.group = Some(vec![0; 569]);
        let mut sorted = cancer();
        let by_class = sorted.binary().unwrap().iter().map(|&label| f64::from(u8::from(label))).collect();
        sorted.time = Some(by_class);
        let mut rare = cancer();
        rare.target = Target::Binary((0..569).map(|row| row < 3).collect());
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
