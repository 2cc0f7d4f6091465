//! Resamplers: counts, and points on segments between true neighbours.

use mllab_core::Stream;
use mllab_kit::KitError;
use mllab_kit::data::peers::{normal_table, w_rare};
use mllab_kit::neighbours::nearest;
use mllab_kit::resample::{Origin, Resampled, Synthesis, adasyn, borderline_smote, random_over, random_under, smote};
use ndarray::Array2;
use proptest::prelude::*;

fn positives(y: &[bool]) -> usize {
    y.iter().filter(|&&label| label).count()
}

/// Given rows first and unchanged; every added row on a segment from a minority row to one of its `k` nearest
/// minority rows, found here by sorting all distances.
fn on_segments(x: &Array2<f64>, y: &[bool], out: &Resampled, k: usize) {
    let n = x.nrows();
    assert_eq!((out.x.nrows(), out.origin.len()), (out.y.len(), out.y.len()));
    assert_eq!(out.y[..n], *y);
    let minority = positives(y) * 2 <= n;
    for (row, origin) in out.origin.iter().enumerate() {
        match *origin {
            Origin::Row(given) => assert!(given == row && out.x.row(row) == x.row(given)),
            Origin::Between { from, to, share } => {
                assert!(row >= n && out.y[row] == minority && y[from] == minority && y[to] == minority && from != to);
                assert!((0.0..1.0).contains(&share));
                let distance =
                    |other: usize| x.row(from).iter().zip(x.row(other)).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
                let nearer = (0..n).filter(|&r| y[r] == minority && r != from && distance(r) < distance(to)).count();
                assert!(nearer < k, "{to} is not among the {k} nearest of {from}");
                for (value, (a, b)) in out.x.row(row).iter().zip(x.row(from).iter().zip(x.row(to))) {
                    assert!((value - (a + share * (b - a))).abs() < 1e-12);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn synthetic_rows_lie_between_neighbours(
        few in 6_usize..20, more in 0_usize..60, p in 1_usize..4, k in 1_usize..6, grid: bool, turned: bool, seed: u64,
    ) {
        let n = 2 * few + more;
        let table = normal_table(seed, n, p);
        let x = if grid { table.mapv(f64::round) } else { table };
        let y: Vec<bool> = (0..n).map(|row| (row < few) != turned).collect();
        let stream = Stream::root(seed);
        let settings = Synthesis { k, border_k: 5, ratio: 1.0 };
        let out = smote(x.view(), &y, settings, &stream).unwrap();
        on_segments(&x, &y, &out, k);
        prop_assert_eq!(positives(&out.y), n - few);
        prop_assert_eq!(out.y.len(), 2 * (n - few));

        match borderline_smote(x.view(), &y, settings, &stream) {
            Ok(out) => {
                on_segments(&x, &y, &out, k);
                prop_assert_eq!(out.y.len(), 2 * (n - few));
            }
            Err(error) => assert!(matches!(error, KitError::NothingToImitate { .. }), "{error}"),
        }
        match adasyn(x.view(), &y, settings, &stream) {
            Ok(out) => {
                on_segments(&x, &y, &out, k);
                prop_assert!(out.y.len().abs_diff(2 * (n - few)) <= few);
            }
            Err(error) => assert!(matches!(error, KitError::NothingToImitate { .. }), "{error}"),
        }
    }

    #[test]
    fn random_resampling_copies_or_drops(few in 1_usize..20, more in 0_usize..60, step in 0.0..1.0, seed: u64) {
        let n = 2 * few + more;
        let x = normal_table(seed, n, 2);
        let y: Vec<bool> = (0..n).map(|row| row % n < few).collect();
        let now = few as f64 / (n - few) as f64;
        let ratio = now + step * (1.0 - now);
        let over = random_over(x.view(), &y, ratio, &Stream::root(seed)).unwrap();
        prop_assert_eq!(positives(&over.y), (ratio * (n - few) as f64).round() as usize);
        prop_assert_eq!(over.y.len() - positives(&over.y), n - few);
        let under = random_under(x.view(), &y, ratio, &Stream::root(seed)).unwrap();
        prop_assert_eq!(positives(&under.y), few);
        prop_assert_eq!(under.y.len() - few, (few as f64 / ratio).round() as usize);
        for out in [&over, &under] {
            for (row, origin) in out.origin.iter().enumerate() {
                let Origin::Row(from) = origin else { panic!("nothing is invented") };
                prop_assert!(out.x.row(row) == x.row(*from) && out.y[row] == y[*from]);
            }
        }
        let rows: Vec<_> = under.origin.iter().map(|o| format!("{o:?}")).collect();
        prop_assert_eq!(rows.iter().collect::<std::collections::BTreeSet<_>>().len(), rows.len());
    }
}

#[test]
fn methods_start_where_they_should() {
    // Minority: three rows deep in their own cluster of ten, and rows among the majority.
    let rare = w_rare(400);
    let settings = Synthesis { border_k: 10, ..Synthesis::default() };
    let near = nearest(rare.x.view(), rare.x.view(), 10, true).unwrap();
    let strangers = |row: usize, k: usize| near[row][..k].iter().filter(|&&other| !rare.y[other]).count();
    let starts = |out: &Resampled| {
        let from = |origin: &Origin| if let Origin::Between { from, .. } = origin { Some(*from) } else { None };
        out.origin.iter().filter_map(from).collect::<Vec<_>>()
    };
    let borderline = borderline_smote(rare.x.view(), &rare.y, settings, &Stream::root(1)).unwrap();
    assert!(starts(&borderline).iter().all(|&row| (5..10).contains(&strangers(row, 10))));
    let adaptive = starts(&adasyn(rare.x.view(), &rare.y, settings, &Stream::root(1)).unwrap());
    let total: usize = (0..20).map(|row| strangers(row, 5)).sum();
    for row in 0..20 {
        let expected = (360.0 * strangers(row, 5) as f64 / total as f64).round_ties_even() as usize;
        assert_eq!(adaptive.iter().filter(|&&start| start == row).count(), expected);
    }
}

#[test]
fn smote_on_the_peers_data_is_imbalanced_learns() {
    // imbalanced-learn 0.14.2 by kernels.py: 90,000 rows; mean distance of the first 2000 to the nearest minority
    // row 0.8760. Here on the same 5000 minority rows, with a tenth of the others.
    let rare = w_rare(100_000);
    let out =
        smote(rare.x.view(), &rare.y, Synthesis { ratio: 0.1, ..Synthesis::default() }, &Stream::root(0)).unwrap();
    assert_eq!(out.y.len(), 104_500);
    let minority = rare.x.select(ndarray::Axis(0), &(0..5000).collect::<Vec<_>>());
    let added = out.x.select(ndarray::Axis(0), &(100_000..102_000).collect::<Vec<_>>());
    let near = nearest(added.view(), minority.view(), 1, false).unwrap();
    let distance = |(row, near): (usize, &Vec<usize>)| {
        added.row(row).iter().zip(minority.row(near[0])).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    };
    let mean = near.iter().enumerate().map(distance).sum::<f64>() / 2000.0;
    assert!((mean - 0.8760).abs() < 0.02, "{mean}");
}

#[test]
fn what_resamplers_refuse() {
    let x = normal_table(1, 12, 2);
    let y: Vec<bool> = (0..12).map(|row| row < 5).collect();
    let seed = Stream::root(0);
    let error = smote(x.view(), &y, Synthesis::default(), &seed).unwrap_err();
    assert_eq!(error, KitError::TooFewMinority { found: 5, k: 5, needed: 6, largest_k: 4 });
    assert!(error.to_string().contains("k at most 4"));
    assert!(smote(x.view(), &y, Synthesis { k: 4, ..Synthesis::default() }, &seed).is_ok());
    assert!(random_over(x.view(), &y, 0.1, &seed).is_err());
    assert!(random_under(x.view(), &[true; 12], 1.0, &seed).is_err());
    // Two clusters far apart: nobody is in danger, nobody has strangers near.
    let apart = Array2::from_shape_fn((40, 1), |(row, _)| if row < 15 { row as f64 } else { 1e6 + row as f64 });
    let y: Vec<bool> = (0..40).map(|row| row < 15).collect();
    for method in [borderline_smote, adasyn] {
        assert!(matches!(
            method(apart.view(), &y, Synthesis::default(), &seed),
            Err(KitError::NothingToImitate { .. })
        ));
    }
}
