//! No two files of a crate import each other in a circle: types go below, users above. A module's own door (`mod.rs`, a file
//! beside its folder, `lib.rs`) may list what is in it and lend its types to it, so such pairs do not count.

use crate::support::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module's path in its crate: `["figure", "look"]`.
type Module = Vec<String>;

struct File {
    module: Module,
    text: String,
}

fn files(source: &Path) -> Vec<File> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(source, &mut found);
    let module = |path: &Path| -> Module {
        let parts = path.strip_prefix(source).unwrap().with_extension("");
        let parts: Module = parts.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let door = |last: &String| ["mod", "lib", "main"].contains(&last.as_str());
        if parts.last().is_some_and(door) { parts[..parts.len() - 1].to_vec() } else { parts }
    };
    found.iter().map(|path| File { module: module(path), text: fs::read_to_string(path).unwrap() }).collect()
}

/// The paths that `use` lines name, `a::{b, c::d}` spelled out; only those that hand on where `public`.
fn used(text: &str, public: bool) -> Vec<Vec<String>> {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let mut paths = Vec::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        let handed = line.strip_prefix("pub use ").or_else(|| line.strip_prefix("pub(crate) use "));
        let Some(first) = handed.or_else(|| line.strip_prefix("use ").filter(|_| !public)) else { continue };
        let mut statement = first.to_string();
        while !statement.contains(';') {
            let Some(more) = lines.next() else { break };
            statement.push_str(more.trim());
        }
        spell(statement.split(';').next().unwrap_or(""), &[], &mut paths);
    }
    paths
}

fn spell(tree: &str, before: &[String], paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some(open) = tree.find('{') {
        let mut begin = before.to_vec();
        begin.extend(tree[..open].split("::").map(str::trim).filter(|part| !part.is_empty()).map(String::from));
        let inside = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
        let (mut depth, mut from) = (0, 0);
        for (at, letter) in inside.char_indices().chain([(inside.len(), ',')]) {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !inside[from..at].trim().is_empty() {
                        spell(&inside[from..at], &begin, paths);
                    }
                    from = at + 1;
                }
                _ => {}
            }
        }
    } else {
        let mut path = before.to_vec();
        let name = tree.split(" as ").next().unwrap_or(tree);
        path.extend(
            name.split("::").map(|part| part.trim().to_string()).filter(|part| part != "self" || before.is_empty()),
        );
        paths.push(path);
    }
}

/// The file that each path of a module leads to, through what doors hand on.
fn target(path: &[String], from: &Module, files: &[File], depth: usize) -> Option<Module> {
    let mut at: Module = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "super" => from[..from.len().checked_sub(1)?].to_vec(),
        "self" => from.clone(),
        first => {
            let mut own = from.clone();
            own.push(first.into());
            if !files.iter().any(|file| file.module == own) {
                return None;
            }
            own
        }
    };
    let mut rest = &path[1..];
    while let Some((next, after)) = rest.split_first() {
        if next == "super" {
            at.pop();
        } else {
            let mut deeper = at.clone();
            deeper.push(next.clone());
            if !files.iter().any(|file| file.module == deeper) {
                break;
            }
            at = deeper;
        }
        rest = after;
    }
    // What a door hands on with `pub use` belongs to the file that it comes from.
    let (Some(name), Some(door)) = (rest.first(), files.iter().find(|file| file.module == at)) else { return Some(at) };
    let handed =
        used(&door.text, false).into_iter().filter(|path| path.last().is_some_and(|last| last == name || last == "*"));
    for path in handed.filter(|_| depth < 4) {
        let Some(deeper) = target(&path, &at, files, depth + 1).filter(|deeper| *deeper != at) else { continue };
        let text = &files.iter().find(|file| file.module == deeper).unwrap().text;
        let defines = |word: &&str| text.contains(&format!("{word} {name}"));
        if path.last() == Some(name) || ["struct", "enum", "trait", "type", "fn", "const"].iter().any(defines) {
            return Some(deeper);
        }
    }
    Some(at)
}

/// The circles of a crate, each as the names of its files.
fn circles(source: &Path) -> Vec<Vec<String>> {
    let files = files(source);
    let place: BTreeMap<&Module, usize> = files.iter().enumerate().map(|(i, file)| (&file.module, i)).collect();
    let mut arrows: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); files.len()];
    for (i, file) in files.iter().enumerate() {
        for path in used(&file.text, false) {
            let Some(to) = target(&path, &file.module, &files, 0) else { continue };
            let door = to.starts_with(&file.module) || file.module.starts_with(&to);
            if let Some(&j) = place.get(&to).filter(|_| !door) {
                arrows[i].insert(j);
            }
        }
    }
    let reach = |from: usize| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(i) = next.pop() {
            next.extend(arrows[i].iter().filter(|&&j| seen.insert(j)));
        }
        seen
    };
    let reached: Vec<BTreeSet<usize>> = (0..files.len()).map(reach).collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for (i, file) in files.iter().enumerate() {
        let ring: Vec<usize> =
            (0..files.len()).filter(|&j| reached[i].contains(&j) && reached[j].contains(&i)).collect();
        if !ring.is_empty() && ring[0] == i {
            found.push(ring.iter().map(|&j| files[j].module.join("::")).collect());
        }
        let _ = file;
    }
    found
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_circle() {
    let mut faults = Vec::new();
    for source in ["core", "kit", "draw", "book", "race"]
        .map(|name| format!("crates/mllab-{name}/src"))
        .into_iter()
        .chain(["crates/mllab/src".to_string()].into_iter().chain(
            ["data-preparation", "model-development", "deployment", "monitoring"].map(|d| format!("labs/{d}/src")),
        ))
    {
        faults.extend(circles(&root().join(&source)).into_iter().map(|ring| format!("{source}: {}", ring.join(", "))));
    }
    assert!(
        faults.is_empty(),
        "files that import each other in a circle are one room or need a third below them:\n{}",
        faults.join("\n")
    );
}

/// The reader of `use` lines sees what it is for.
#[test]
fn a_circle_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("lib.rs", "mod a;\nmod b;\nmod c;\npub use c::Thing;\n");
    write("a.rs", "use crate::{\n    b::{self, Other},\n    Thing,\n};\npub struct One;\n");
    write("b.rs", "use super::c;\npub struct Other;\n");
    write("c.rs", "use std::fmt;\npub struct Thing;\n#[cfg(test)]\nmod tests {\n    use crate::a::One;\n}\n");
    assert!(circles(folder.path()).is_empty());
    write("c.rs", "pub struct Thing;\nuse crate::a::One;\n");
    assert_eq!(circles(folder.path()), [["a", "b", "c"]]);
}
