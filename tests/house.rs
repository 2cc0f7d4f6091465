//! What matters about the layout: the arrows between crates, folders against registry against seeds.

use crate::support::root;
use mllab_labs::LABS;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Which of our crates each may depend on; tests and benches may use what they test.
const ARROWS: [(&str, &[&str]); 12] = [
    ("crates/mllab-core", &[]),
    ("crates/mllab-kit", &["mllab-core"]),
    ("crates/mllab-draw", &["mllab-core"]),
    ("labs/data-preparation", &["mllab-core", "mllab-kit"]),
    ("labs/model-development", &["mllab-core", "mllab-kit"]),
    ("labs/deployment", &["mllab-core", "mllab-kit"]),
    ("labs/monitoring", &["mllab-core", "mllab-kit"]),
    (
        "labs",
        &[
            "mllab-core",
            "mllab-labs-data-preparation",
            "mllab-labs-model-development",
            "mllab-labs-deployment",
            "mllab-labs-monitoring",
        ],
    ),
    ("crates/mllab-book", &["mllab-core", "mllab-draw", "mllab-labs"]),
    ("crates/mllab-race", &["mllab-core", "mllab-kit"]),
    ("crates/mllab", &["mllab-core", "mllab-labs", "mllab-race", "mllab-draw", "mllab-book"]),
    ("benches", &[]),
];

#[test]
fn the_arrows_between_crates() {
    for (folder, allowed) in ARROWS {
        let manifest: toml::Table =
            fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap().parse().unwrap();
        let used: Vec<&String> =
            manifest["dependencies"].as_table().unwrap().keys().filter(|k| k.starts_with("mllab")).collect();
        for name in used {
            assert!(allowed.contains(&name.as_str()), "{folder} must not depend on {name}");
        }
    }
    let members: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| format!("crates/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    let known: BTreeSet<String> = ARROWS.iter().map(|(folder, _)| (*folder).to_string()).collect();
    assert!(members.is_subset(&known), "a crate without arrows: {members:?}");
}

#[test]
fn folders_registry_and_seeds_agree() {
    let ids: Vec<&str> = LABS.iter().map(|lab| lab.meta().id).collect();
    let registry: BTreeSet<String> = ids.iter().map(|id| (*id).to_string()).collect();
    assert_eq!(registry.len(), ids.len(), "two labs of one name");
    let folders: BTreeSet<String> = fs::read_dir(root().join("labs"))
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().replace('_', "-"))
        .collect();
    assert_eq!(folders, registry);
    // bench has claims and rules, but is a command and no lab.
    let seeds: BTreeSet<String> = fs::read_dir(root().join("seeds"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".toml").to_string())
        .filter(|name| name != "bench")
        .collect();
    assert_eq!(seeds, registry);
    for lab in LABS {
        assert_eq!(lab.seed().unwrap().lab, lab.meta().id);
    }
}

/// An estimate that a measured sentence names, and its claim has not, would leave a hole in the sentence.
#[test]
fn measured_sentences_embed_what_is_measured() {
    for claim in LABS.iter().flat_map(|lab| lab.seed().unwrap().claims.clone()) {
        for words in claim.measured.iter().flat_map(|sentence| sentence.split("{{").skip(1)) {
            let named = words.split_once("}}").expect("a name is closed").0;
            let (name, part) = named.rsplit_once(" #").map_or((named, 1), |(name, n)| (name, n.parse().unwrap()));
            let setting = claim.settings.iter().find(|setting| setting.name == name);
            assert!(setting.is_some_and(|setting| part <= setting.parts.len()), "{}: {named}", claim.id);
        }
    }
}

#[test]
fn a_studys_file_bears_its_name() {
    for lab in LABS {
        let folder = root().join("labs").join(lab.meta().id.replace('-', "_"));
        let registry = fs::read_to_string(root().join("labs/lib.rs")).unwrap();
        let type_name: String = lab.meta().id.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert!(registry.contains(&format!("::{type_name}>")), "{type_name} is not in labs/lib.rs");
        for study in lab.studies() {
            let file = folder.join(format!("{}.rs", study.id.replace('-', "_")));
            assert!(file.exists(), "{} has no file of its own", study.id);
        }
    }
}

#[test]
fn labs_and_core_touch_nothing_outside() {
    for folder in ["labs", "crates/mllab-core/src", "crates/mllab-kit/src"] {
        each_source(&root().join(folder), &mut |path, text| {
            let code = text.split("#[cfg(test)]").next().unwrap();
            for word in [
                "std::fs",
                "std::env",
                "std::time",
                "println!",
                "eprintln!",
                "std::process",
                "HashMap",
                "ThreadPoolBuilder",
            ] {
                assert!(!code.contains(word), "{}: {word}", path.display());
            }
        });
    }
}

#[test]
fn one_lab_uses_no_other() {
    for lab in LABS {
        let own = lab.meta().id.replace('-', "_");
        each_source(&root().join("labs").join(&own), &mut |path, text| {
            for other in LABS.iter().map(|lab| lab.meta().id.replace('-', "_")).filter(|other| *other != own) {
                assert!(!text.contains(&format!("crate::{other}")), "{} uses {other}", path.display());
            }
        });
    }
}

#[test]
fn defaults_lie_in_their_ranges() {
    for lab in LABS {
        for spec in lab.specs() {
            assert_eq!(spec.parse(&spec.default.to_flag()).as_ref(), Ok(&spec.default), "{}", spec.name);
            assert!(!spec.help.is_empty() && spec.help.ends_with('.'), "{}: {:?}", spec.name, spec.help);
        }
    }
}

fn each_source(folder: &Path, check: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            each_source(&path, check);
        } else if path.extension().is_some_and(|end| end == "rs") {
            check(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
