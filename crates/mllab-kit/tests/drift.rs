//! Detectors against river's alarm rows, distances and p-values against scipy and numpy (`fixtures/drift.py`).

use mllab_core::Stream;
use mllab_kit::data::peers::{normals, uniforms};
use mllab_kit::drift::{
    Adwin, Bins, Ddm, Detector, Eddm, HddmA, HddmW, Kswin, PageHinkley, alarms, chi_square, jensen_shannon,
    kolmogorov_tail, ks, ks_p, ks_p_exact, psi, wasserstein,
};
use serde_json::Value;

const N: usize = 20_000;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/drift.json")).unwrap()
}

fn numbers<const K: usize>(row: &Value) -> [f64; K] {
    std::array::from_fn(|i| row[i].as_f64().unwrap())
}

fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round_ties_even() / scale
}

fn stream(name: &str) -> Vec<f64> {
    let z = |seed, level: fn(usize) -> f64, scale: f64| -> Vec<f64> {
        normals(seed, N).into_iter().enumerate().map(|(row, z)| scale * z + level(row)).collect()
    };
    let u = |seed, rate: fn(usize) -> f64| -> Vec<f64> {
        uniforms(seed, N).into_iter().enumerate().map(|(row, u)| f64::from(u < rate(row))).collect()
    };
    match name {
        "step" => z(8, |row| if row < N / 2 { 0.2 } else { 0.5 }, 0.1),
        "still" => z(31, |_| 0.0, 1.0),
        "half" => z(32, |row| if row < N / 2 { 0.0 } else { 0.5 }, 1.0),
        "blocks" => z(33, |row| 2.0 * (row / 1500 % 2) as f64, 1.0).into_iter().map(|v| round(v, 1)).collect(),
        "bits" => u(9, |row| if row < N / 2 { 0.1 } else { 0.3 }),
        "steady" => u(34, |_| 0.2),
        "waves" => u(35, |row| 0.1 + 0.3 * (row / 2500 % 2) as f64),
        other => panic!("no stream {other}"),
    }
}

fn detector(name: &str) -> Box<dyn Detector> {
    match name {
        "adwin" => Box::new(Adwin::default()),
        "adwin-.3" => Box::new(Adwin::new(0.3)),
        "page-hinkley" => Box::new(PageHinkley::default()),
        "page-hinkley-20" => Box::new(PageHinkley::new(20.0)),
        "kswin-60" => Box::new(Kswin::with(0.005, 60, 30, &Stream::root(1))),
        "ddm" => Box::new(Ddm::default()),
        "eddm" => Box::new(Eddm::default()),
        "hddm-a" => Box::new(HddmA::default()),
        "hddm-w" => Box::new(HddmW::default()),
        other => panic!("no detector {other}"),
    }
}

#[test]
fn every_alarm_comes_at_rivers_row() {
    let fixture = fixture();
    for case in fixture["alarms"].as_array().unwrap() {
        let [name, which] = ["stream", "detector"].map(|key| case[key].as_str().unwrap());
        let mut values = stream(name);
        if which == "kswin-60" {
            values.truncate(6000);
        }
        let expected: Vec<usize> =
            case["rows"].as_array().unwrap().iter().map(|r| r.as_u64().unwrap() as usize).collect();
        assert_eq!(alarms(detector(which).as_mut(), &values), expected, "{which} on {name}");
    }
}

#[test]
fn kswin_with_draws_of_its_own_alarms_about_as_often_as_rivers() {
    // On N(0, 1) river alarms about every 770 rows (see the lab's page of figures).
    let count = alarms(&mut Kswin::new(&Stream::root(2)), &normals(51, 100_000)).len();
    assert!((90..175).contains(&count), "{count}");
    let after = alarms(&mut Kswin::new(&Stream::root(3)), &stream("step"));
    assert!(after.iter().any(|row| (10_000..10_040).contains(row)), "{after:?}");
}

#[test]
fn distances_and_p_values_are_scipys_and_numpys() {
    for case in fixture()["pairs"].as_array().unwrap() {
        let get = |key: &str| case[key].as_f64().unwrap();
        let (n, m, decimals) = (get("n") as usize, get("m") as usize, get("decimals") as i32);
        let a: Vec<f64> = normals(41, n).into_iter().map(|v| round(v, decimals)).collect();
        let b: Vec<f64> =
            normals(42, m).into_iter().map(|v| round(get("scale") * v + get("shift"), decimals)).collect();
        let bins = Bins::deciles(&a).unwrap();
        let (counts_a, counts_b) = (bins.counts(&a), bins.counts(&b));
        let chi = chi_square(&counts_a, &counts_b);
        let share =
            |counts: &[usize], rows: usize| -> Vec<f64> { counts.iter().map(|&c| c as f64 / rows as f64).collect() };
        for (key, found, slack) in [
            ("ks", ks(&a, &b), 1e-12),
            ("ks_p", ks_p(ks(&a, &b), n, m), 1e-7),
            ("wasserstein", wasserstein(&a, &b), 1e-10),
            ("psi", psi(&a, &b).unwrap(), 1e-10),
            ("jensen_shannon", jensen_shannon(&share(&counts_a, n), &share(&counts_b, m)), 1e-9),
            ("chi_square", chi.0, 1e-8),
            ("chi_square_p", chi.1, 1e-10),
        ] {
            assert!((found - get(key)).abs() < slack, "{key} of {n} and {m}: {found}, not {}", get(key));
        }
    }
}

#[test]
fn kolmogorovs_tails_are_scipys() {
    for row in fixture()["kstwo"].as_array().unwrap() {
        let [n, d, expected] = numbers(row);
        let found = kolmogorov_tail(d, n);
        assert!((found - expected).abs() < 2e-7, "n = {n}, d = {d}: {found}, not {expected}");
    }
    for row in fixture()["exact"].as_array().unwrap() {
        let [n, count, expected] = numbers(row);
        let found = ks_p_exact(count as usize, n as usize);
        assert!((found - expected).abs() < 1e-12, "n = {n}, count {count}: {found}, not {expected}");
    }
}
