//! What matters about the layout: the arrows between crates, folders against registry against seeds.

use crate::support::root;
use mllab_core::Domain;
use mllab_core::Verdict;
use mllab_core::said::{directed, part_of};
use mllab_labs::LABS;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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

/// The folders of labs, by id, with the domain's folder that each stands in.
fn lab_folders() -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for domain in Domain::ALL {
        let source = root().join("labs").join(domain.id()).join("src");
        for entry in fs::read_dir(source).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
            let id = entry.file_name().to_string_lossy().replace('_', "-");
            let twice = found.insert(id.clone(), entry.path());
            assert!(twice.is_none(), "{id} has a folder in two domains: leave one");
        }
    }
    found
}

#[test]
fn folders_registry_and_seeds_agree() {
    let mut registry = BTreeSet::new();
    for lab in LABS {
        let id = lab.meta().id;
        assert!(registry.insert(id.to_string()), "two labs are called {id}: give one another id");
    }
    let folders = lab_folders();
    for (id, folder) in &folders {
        let list = folder.parent().unwrap().join("lib.rs");
        assert!(registry.contains(id), "{} has no line in {}: add it to LABS there", folder.display(), list.display());
    }
    // bench has claims and rules, but is a command and no lab.
    let seeds: BTreeSet<String> = fs::read_dir(root().join("seeds"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".toml").to_string())
        .filter(|name| name != "bench")
        .collect();
    for id in &seeds {
        assert!(registry.contains(id), "seeds/{id}.toml has no lab: mllab new-lab {id} lays its folder");
    }
    for lab in LABS {
        let (id, domain) = (lab.meta().id, lab.meta().domain);
        assert!(seeds.contains(id), "{id} has no seeds/{id}.toml: write its claims and rules there first");
        let folder = folders.get(id).unwrap_or_else(|| panic!("{id} has no folder of its own name under labs/"));
        let expected = format!("labs/{domain}/src");
        assert!(folder.parent().unwrap().ends_with(&expected), "{id} is of domain {domain}: move it to {expected}");
        assert_eq!(lab.seed().unwrap().lab, id);
    }
}

/// `mllab new-lab` leaves what must be thought about as TODO; none is left when a lab lands.
#[test]
fn nothing_is_left_to_do() {
    let word = ["TO", "DO"].concat();
    let mut check = |path: &Path, text: &str| assert!(!text.contains(&word), "{}: says {word}", path.display());
    each_source(&root().join("labs"), &mut check);
    let pages = lab_folders().into_values().map(|folder| folder.join("page.md"));
    let seeds = fs::read_dir(root().join("seeds")).unwrap().map(|entry| entry.unwrap().path());
    for path in pages.chain(seeds) {
        check(&path, &fs::read_to_string(&path).unwrap());
    }
}

/// An estimate that a measured sentence names, and its claim has not, would leave a hole in the sentence.
#[test]
fn measured_sentences_embed_what_is_measured() {
    for claim in LABS.iter().flat_map(|lab| lab.seed().unwrap().claims.clone()) {
        for words in claim.measured.iter().flat_map(|sentence| sentence.split("{{").skip(1)) {
            let named = words.split_once("}}").expect("a name is closed").0;
            let (name, part) = part_of(directed(named).1);
            let setting = claim.settings.iter().find(|setting| setting.name == name);
            assert!(setting.is_some_and(|setting| part < setting.parts.len()), "{}: {named}", claim.id);
        }
    }
}

/// "True here" is not the whole truth where a setting that was tried says otherwise.
#[test]
fn what_is_not_true_everywhere_goes_on() {
    let mut faults = Vec::new();
    for lab in LABS {
        for claim in lab.seed().unwrap().claims {
            let expected = claim.as_expected();
            let contrary = expected.settings().into_iter().find(|(_, role, verdict)| {
                !role.must_hold() && matches!(verdict, Verdict::Fails | Verdict::Negligible)
            });
            let said = expected.said();
            let name = format!("{} {}", lab.meta().id, claim.id);
            if let (Verdict::Holds, Some((setting, ..)), true) = (expected.verdict, contrary, said.end.is_empty()) {
                faults.push(format!("{name}: it holds, but not when {setting}; it wants a `but`"));
            }
            if claim.but.is_some() && !said.whole().contains("but ") {
                faults.push(format!("{name}: its `but` is never said: its setting agrees with the verdict"));
            }
            if expected.verdict == Verdict::Depends && (said.end.is_empty() || said.end.chars().count() > 90) {
                faults.push(format!("{name}: when does it hold? {:?}", said.end));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Also the size that makes a study an essay: 250 lines at most.
#[test]
fn a_studys_file_bears_its_name() {
    let folders = lab_folders();
    for lab in LABS {
        let folder = &folders[lab.meta().id];
        let registry = fs::read_to_string(folder.parent().unwrap().join("lib.rs")).unwrap();
        let type_name: String = lab.meta().id.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert!(registry.contains(&format!("::{type_name}>")), "{type_name} is not in the list of its domain");
        for study in lab.studies() {
            // A study's id is also the name of its random stream; those of the first labs begin with an article.
            let name = study.id.strip_prefix("the-").unwrap_or(study.id).replace('-', "_");
            assert!(
                folder.join(format!("{name}.rs")).exists(),
                "{}, {} has no file of its own",
                lab.meta().id,
                study.id
            );
        }
        each_source(folder, &mut |path, text| {
            let lines = text.lines().count();
            assert!(lines <= 250, "{} has {lines} lines: a study has 250 at most", path.display());
        });
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
    let folders = lab_folders();
    for (own, folder) in &folders {
        each_source(folder, &mut |path, text| {
            for other in folders.keys().filter(|other| *other != own).map(|other| other.replace('-', "_")) {
                let used =
                    text.contains(&format!("crate::{other}")) || text.contains(&format!("super::super::{other}"));
                assert!(!used, "{} uses {other}: what two labs share moves to the kit", path.display());
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
