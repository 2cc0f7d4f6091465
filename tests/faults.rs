//! Nothing is lost: whatever ends a command (a kill, a full disk, a folder that cannot be written, seven others at once),
//! what lay there before is whole, and the next call finds its place as if nothing had happened.

use crate::support::{mllab, text};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often each command is killed: `MLLAB_KILLS` where that is set (200 before a release), else 20.
fn kills() -> u32 {
    std::env::var("MLLAB_KILLS").map_or(20, |n| n.parse().expect("MLLAB_KILLS is a number of kills"))
}

fn start(folder: &Path, words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mllab"))
        .args(words)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Every file under a path with its bytes, but for `run.json`, which tells the time, and the temporary ones.
fn contents(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.file_name().is_some_and(|name| name != "run.json") {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

fn succeed(folder: &Path, words: &[&str]) {
    let output = mllab(folder, words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", text(&output.stderr));
}

/// Kills one of two commands that write the same places, then the other, again and again: half of the times at any moment
/// of its life, half within the moments after its first file appears. Each place then holds all of the one or the other.
fn survives(folder: &Path, places: &[&str], earlier: &[&str], later: &[&str]) {
    let at = |place: &&str| folder.join(place);
    succeed(folder, later);
    let after: Vec<_> = places.iter().map(|place| contents(&at(place))).collect();
    let begun = Instant::now();
    succeed(folder, earlier);
    let life = begun.elapsed();
    let before: Vec<_> = places.iter().map(|place| contents(&at(place))).collect();
    assert_ne!(before, after, "the two cannot be told apart");

    let parent = at(&places[0]).parent().unwrap().to_path_buf();
    let entries = || fs::read_dir(&parent).unwrap().count();
    let mut killed = 0;
    for n in 0..kills() {
        // The golden ratio's multiples spread the moments evenly, however many there are.
        let share = (f64::from(n) * 0.618_034).fract();
        let usual = entries();
        let mut child = start(folder, if n % 2 == 0 { later } else { earlier });
        if n % 4 < 2 {
            std::thread::sleep(life.mul_f64(share));
        } else {
            while entries() <= usual && child.try_wait().unwrap().is_none() {}
            std::thread::sleep(Duration::from_micros((share * 5_000.0) as u64));
        }
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        for ((place, before), after) in places.iter().zip(&before).zip(&after) {
            let now = contents(&at(place));
            assert!(
                now == *before || now == *after,
                "kill {n}: {place} is neither the earlier result nor the later one"
            );
        }
    }
    assert!(killed * 4 > kills(), "most of {} were over before they could be killed: {killed} were not", kills());
    succeed(folder, later);
    for (place, after) in places.iter().zip(&after) {
        assert_eq!(contents(&at(place)), *after, "{place}: whole when nothing ends the command");
    }
    println!("{later:?}: {killed} kills");
}

#[test]
fn a_killed_run_leaves_the_earlier_result_or_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let run = ["run", "utilisation-latency", "--quick", "--no-progress", "--format", "svg", "--seed"];
    survives(folder.path(), &["out/utilisation-latency"], &[&run[..], &["8"]].concat(), &[&run[..], &["9"]].concat());
    let all =
        ["run", "--all", "--domain", "deployment", "--quick", "--no-progress", "--format", "svg", "--fresh", "--seed"];
    let places = ["out/utilisation-latency", "out/autoscaling-cooldown"];
    survives(folder.path(), &places, &[&all[..], &["8"]].concat(), &[&all[..], &["9"]].concat());
    let left: Vec<_> = fs::read_dir(folder.path().join("out")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "two folders and their locks: {left:?}");
}

#[test]
fn a_killed_page_of_notes_is_the_earlier_one_or_the_later() {
    let folder = tempfile::tempdir().unwrap();
    for (file, lines) in [("few.md", 400), ("many.md", 900)] {
        fs::write(
            folder.path().join(file),
            "An oscillating loss means that the learning rate is too high.\n".repeat(lines),
        )
        .unwrap();
    }
    let words = |notes| ["annotate", notes, "--out", "pages/page.html"];
    survives(folder.path(), &["pages/page.html"], &words("few.md"), &words("many.md"));
}

#[test]
fn a_killed_book_is_the_earlier_one_or_the_later() {
    let folder = tempfile::tempdir().unwrap();
    let results = crate::book::site().parent().unwrap().to_path_buf();
    let copy = |to: &str, but: &str| {
        for (path, bytes) in contents(&results) {
            let inside = path.strip_prefix(&results).unwrap();
            if inside.starts_with("book") || inside.file_name().is_some_and(|name| name == but) {
                continue;
            }
            let to = folder.path().join(to).join(inside);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
    };
    copy("out", "");
    // The same labs with one verdict changed: another book in the same place.
    let report = folder.path().join("out/learning-rate/report.json");
    let as_it_was = fs::read_to_string(&report).unwrap();
    let other = as_it_was.replacen("\"verdict\":\"holds\"", "\"verdict\":\"fails\"", 1);
    assert_ne!(as_it_was, other);
    let book = ["book", "--no-progress"];
    fs::write(&report, &other).unwrap();
    succeed(folder.path(), &book);
    let changed = contents(&folder.path().join("out/book"));
    fs::write(&report, &as_it_was).unwrap();
    succeed(folder.path(), &book);
    let whole = contents(&folder.path().join("out/book"));
    assert_ne!(changed, whole);
    fs::write(&report, &other).unwrap();
    let mut killed = 0;
    for n in 0..kills() {
        let mut child = start(folder.path(), &book);
        let share = (f64::from(n) * 0.618_034).fract();
        let fresh = folder.path().join("out/.book.new");
        while !fresh.exists() && child.try_wait().unwrap().is_none() {}
        std::thread::sleep(Duration::from_micros((share * 8_000.0) as u64));
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let now = contents(&folder.path().join("out/book"));
        assert!(now == whole || now == changed, "kill {n}: a book of two");
    }
    assert!(killed * 4 > kills(), "most of {} were over before they could be killed: {killed} were not", kills());
    succeed(folder.path(), &book);
    assert_eq!(contents(&folder.path().join("out/book")), changed);
    println!("{book:?}: {killed} kills");
}

#[test]
fn eight_at_once_into_one_place_leave_one_whole_result() {
    let folder = tempfile::tempdir().unwrap();
    let run = |seed: &'static str| {
        ["run", "utilisation-latency", "--quick", "--no-progress", "--format", "svg", "--out", "out", "--seed", seed]
    };
    let seeds = ["1", "2", "3", "4", "5", "6", "7", "8"];
    let place = folder.path().join("out/utilisation-latency");
    let mut whole = Vec::new();
    for seed in seeds {
        succeed(folder.path(), &run(seed));
        whole.push(contents(&place));
    }
    let children: Vec<Child> = seeds.iter().map(|seed| start(folder.path(), &run(seed))).collect();
    let ended: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    assert!(ended.iter().any(|output| output.status.success()));
    for output in ended.iter().filter(|output| !output.status.success()) {
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("another run is writing"), "{}", text(&output.stderr));
    }
    assert!(whole.contains(&contents(&place)), "a mixture");

    // Pages of notes have no lock: each writer's page is whole, and the last stands.
    let notes = |n: usize| format!("n{n}.md");
    for n in 1..=8 {
        let line = "Accuracy misleads when one class is rare.\n\n";
        fs::write(folder.path().join(notes(n)), line.repeat(100 * n)).unwrap();
    }
    let page = folder.path().join("pages/notes.html");
    let words = |n: usize| ["annotate".to_string(), notes(n), "--out".into(), "pages/notes.html".into()];
    let mut pages = Vec::new();
    for n in 1..=8 {
        succeed(folder.path(), &words(n).each_ref().map(String::as_str));
        pages.push(fs::read(&page).unwrap());
    }
    let writers: Vec<Child> = (1..=8).map(|n| start(folder.path(), &words(n).each_ref().map(String::as_str))).collect();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert!(pages.contains(&fs::read(&page).unwrap()), "a torn page");
}

/// A small file system of one's own, gone when dropped; nothing where this user may not mount one.
#[cfg(target_os = "linux")]
struct Disk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl Disk {
    fn of(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "mllab-test"]).arg(folder.path()).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| Disk(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_one_that_cannot_be_written_keep_the_earlier_result() {
    let Some(disk) = Disk::of("size=4m") else {
        println!("skipped: this user may not mount a file system");
        return;
    };
    let folder = disk.0.path();
    let run = ["run", "utilisation-latency", "--quick", "--no-progress", "--format", "svg", "--out", ".", "--seed"];
    let place = folder.join("utilisation-latency");
    succeed(folder, &[&run[..], &["8"]].concat());
    let before = contents(&place);
    let size: usize = before.values().map(Vec::len).sum();
    fs::write(folder.join("n.md"), "An oscillating loss means that the learning rate is too high.\n".repeat(2000))
        .unwrap();
    // Half the room that a second result needs.
    let mut filler = fs::File::create(folder.join("filler")).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    let full = filler.metadata().unwrap().len();
    filler.set_len(full - size as u64 / 2).unwrap();
    drop(filler);
    for words in [&[&run[..], &["9"]].concat()[..], &["annotate", "n.md", "--out", "page.html"]] {
        let output = mllab(folder, words);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("No space left"), "{}", text(&output.stderr));
        assert_eq!(text(&output.stderr).trim().lines().count(), 1, "{}", text(&output.stderr));
    }
    assert_eq!(contents(&place), before);
    assert!(!folder.join("page.html").exists() && !folder.join(".utilisation-latency.new").exists());
    fs::remove_file(folder.join("filler")).unwrap();
    succeed(folder, &[&run[..], &["8"]].concat());
    assert_eq!(contents(&place), before);

    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(folder).status().unwrap().success());
    for words in [&[&run[..], &["9"]].concat()[..], &["annotate", "n.md", "--out", "page.html"]] {
        let output = mllab(folder, words);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("Read-only file system"), "{}", text(&output.stderr));
    }
    assert_eq!(contents(&place), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_pipe_takes_no_result_away_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["run", "utilisation-latency", "--quick", "--no-progress", "--format", "svg"];
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_mllab"))
        .args(words)
        .current_dir(folder.path())
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("No space left"), "{}", text(&output.stderr));
    assert!(folder.path().join("out/utilisation-latency/index.html").is_file(), "the result is there all the same");
}
