//! The binary as a person or a script meets it.

// As snapbox writes them.
#![allow(clippy::needless_raw_string_hashes)]

use crate::support::{mllab, root, text};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const QUICK: [&str; 4] = ["run", "learning-rate", "--quick", "--no-progress"];

#[test]
fn a_run_leaves_the_files_that_its_report_names() {
    let folder = tempfile::tempdir().unwrap();
    let output = mllab(folder.path(), &QUICK);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.starts_with(" How do you read a loss curve?"), "{said}");
    assert!(said.contains("a quick look") && said.contains(" claims: "), "{said}");
    assert!(!said.contains('\u{1b}'), "colour where there is no terminal");

    let lab = folder.path().join("out/learning-rate");
    let report: Value = serde_json::from_str(&fs::read_to_string(lab.join("report.json")).unwrap()).unwrap();
    assert_eq!((report["lab"].as_str(), report["quick"].as_bool()), (Some("learning-rate"), Some(true)));
    for key in ["version", "seed", "replicates", "params", "data", "claims", "untestable", "tables", "figures"] {
        assert!(!report[key].is_null(), "{key}");
    }
    for table in report["tables"].as_array().unwrap() {
        let csv = fs::read_to_string(lab.join(table["file"].as_str().unwrap())).unwrap();
        let names: Vec<&str> =
            table["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
        assert_eq!(csv.lines().next().unwrap(), names.join(","));
        assert_eq!(csv.lines().count() as u64, 1 + table["rows"].as_u64().unwrap());
    }
    for figure in report["figures"].as_array().unwrap() {
        for format in ["svg", "svg_narrow", "png"] {
            assert!(fs::metadata(lab.join(figure[format].as_str().unwrap())).unwrap().len() > 100);
        }
    }
    let finding = &report["claims"][0]["findings"][0];
    for key in [
        "setting",
        "role",
        "measure",
        "unit",
        "estimate",
        "low",
        "high",
        "level",
        "replicates",
        "rule",
        "verdict",
        "expect",
    ] {
        assert!(finding.get(key).is_some(), "{key}");
    }
    assert!(fs::read_to_string(lab.join("index.html")).unwrap().contains("quick look"));
    assert!(lab.join("run.json").exists());
}

#[test]
fn two_runs_leave_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for (out, threads) in [("a", "1"), ("b", "2")] {
        let output = mllab(folder.path(), &[&QUICK[..], &["--out", out, "--threads", threads]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let mut compared = 0;
    let mut compare = |sub: &str| {
        for entry in fs::read_dir(folder.path().join("a/learning-rate").join(sub)).unwrap().map(Result::unwrap) {
            let name = entry.file_name();
            if entry.path().is_file() && name != "run.json" {
                let other = folder.path().join("b/learning-rate").join(sub).join(&name);
                assert!(fs::read(entry.path()).unwrap() == fs::read(other).unwrap(), "{name:?} differs");
                compared += 1;
            }
        }
    };
    ["", "tables", "figures"].into_iter().for_each(&mut compare);
    assert!(compared > 8, "{compared} files");
}

#[test]
fn json_is_all_that_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let output = mllab(folder.path(), &[&QUICK[..], &["--json", "--format", "svg"]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let written = fs::read(folder.path().join("out/learning-rate/report.json")).unwrap();
    assert_eq!(output.stdout, written);
    assert!(report["figures"][0]["png"].is_null() && output.stderr.is_empty());
    let png = report["figures"][0]["id"].as_str().unwrap();
    assert!(!folder.path().join(format!("out/learning-rate/figures/{png}.png")).exists());
}

#[test]
fn list_and_show_speak_json() {
    let folder = tempfile::tempdir().unwrap();
    let list: Value = serde_json::from_slice(&mllab(folder.path(), &["list", "--json"]).stdout).unwrap();
    let entry = list.as_array().unwrap().iter().find(|e| e["id"] == "learning-rate").unwrap();
    for key in ["title", "question", "domain"] {
        assert!(entry[key].is_string(), "{key}");
    }
    assert!(entry["claims"].is_u64());
    let show: Value =
        serde_json::from_slice(&mllab(folder.path(), &["show", "learning-rate", "--json"]).stdout).unwrap();
    assert_eq!(show["claims"].as_array().unwrap().len() as u64, entry["claims"].as_u64().unwrap());
    for key in ["name", "kind", "default", "min", "max", "choices", "unit", "help"] {
        assert!(show["params"][0].get(key).is_some(), "{key}");
    }
    let none = mllab(folder.path(), &["list", "--json", "--domain", "monitoring"]);
    assert!(serde_json::from_slice::<Value>(&none.stdout).unwrap().is_array());
    assert!(text(&mllab(folder.path(), &["show", "learning-rate", "--rules"]).stdout).contains("overshoots-optimum"));
}

/// Golden output; `SNAPSHOTS=overwrite` renews what has changed.
#[test]
fn what_a_person_reads() {
    let run = |words: &[&str]| snapbox::cmd::Command::new(env!("CARGO_BIN_EXE_mllab")).args(words).assert();
    run(&["list", "--domain", "monitoring"]).success().stdout_eq(snapbox::str![[r"
Monitoring
  drift-detection  Which monitor sees which kind of drift, how fast, and how often does it cry wolf? (14 claims)

"]]);
    run(&["run", "learning-rate", "--steps", "5"]).code(2).stderr_eq(snapbox::str![[r#"
error: invalid value '5' for '--steps <N>': takes a whole number from 10 to 1000 (steps), not "5"

For more information, try '--help'.

"#]]);
    run(&["run"]).code(2).stderr_eq(snapbox::str![[r"
error: which lab? mllab list names them, --all runs every one

"]]);
    // Sentences, at the width of a terminal of which nothing is known.
    let empty = tempfile::tempdir().unwrap();
    let here = |words: &[&str]| {
        snapbox::cmd::Command::new(env!("CARGO_BIN_EXE_mllab")).current_dir(empty.path()).args(words).assert()
    };
    here(&["find", "oversampling"]).success().stdout_eq(snapbox::str![[r#"
 ✓ True, but   Copies of rare rows raise recall                  class-imbalance
               a lower cut-off does the same
 ✓ True, but   SMOTE invents rare rows                           class-imbalance
               in small clusters it makes them up where none live
 ◐ Only when   Invented rows instead of copies                   class-imbalance
               the model is local: a full tree or the nearest neighbour
 ◐ Only when   Prepare inside the split                             data-leakage
               labels take part in the preparation
 oversampling: Repeating rows of the rare class until the classes match.
 4 claims. One in full: mllab show class-imbalance oversampling

"#]]);
    here(&["find", "is", "it", "true", "that", "oversampling", "helps?"]).success().stdout_eq(snapbox::str![[r#"
 ✓ True, but   Copies of rare rows raise recall                  class-imbalance
               a lower cut-off does the same
 ✓ True, but   SMOTE invents rare rows                           class-imbalance
               in small clusters it makes them up where none live
 ◐ Only when   Invented rows instead of copies                   class-imbalance
               the model is local: a full tree or the nearest neighbour
 ◐ Only when   Prepare inside the split                             data-leakage
               labels take part in the preparation
 oversampling: Repeating rows of the rare class until the classes match.
 4 claims. One in full: mllab show class-imbalance oversampling

"#]]);
    here(&["find", "quuxly"]).success().stdout_eq(snapbox::str![[r#"
 Nothing speaks of quuxly. mllab list names the labs.

"#]]);
    here(&["run", "smote"]).code(2).stderr_eq(snapbox::str![[r#"
error: no lab is called smote. Claims about it:
   mllab run class-imbalance --claim smote
   mllab run class-imbalance --claim smote-vs-duplicates-overfit
   mllab run data-leakage --claim preprocess-inside-split

"#]]);
    here(&["show", "utilisation-latency"]).success().stdout_eq(snapbox::str![[r#"
 Why does response time explode long before the machine is full?
 A single server that is half busy already makes every request take twice its
 work, because requests come when they like and wait for each other. The same
 answer stands on many servers behind one queue until they are nearly full. No
 percentage is safe for all: how many machines share a queue, and how bursty the
 work is, decide.
 ◐ Only when   How busy says whether the size is right
               enough machines share one queue, without bursts
 ◐ Only when   Faster chip for latency, more machines for volume
               at most half of the capacity is used
 ✓ True, but   A balancer spreads, scaling adds
               on idle machines any routing will do
 ◐ Only when   Recording asynchronously disturbs nobody
               the writer has a processor of its own, or room to spare
   --requests Requests of a run, after a warm-up. Takes a whole number from 1000
   to 1000000 (requests); default 20000.
   --burstiness How bursty requests come where they come in bursts: variance of
   a gap over its squared mean. Takes a number from 1.5 to 100; default 9.
   --batch The largest batch of the accelerator. Takes a whole number from 1 to
   1024 (requests); default 32.
   --handover What handing a record over costs the answer, as a share of the
   work of a request. Takes a number from 0 to 1; default 0.001.
 Run it mllab run utilisation-latency
 One claim in full  mllab show utilisation-latency utilisation-signal      Rules  --rules

"#]]);
    here(&["show", "utilisation-latency", "load-balancing"]).success().stdout_eq(snapbox::str![[r#"
 ✓ True here, but on idle machines any routing will do
   A balancer spreads the traffic over the machines that there are; auto scaling
   changes how many there are.
   Measured  The verdict of the reference run; mllab run utilisation-latency
             --claim load-balancing measures it.
   Differs   Where machines are mostly idle any routing will do; beyond capacity
             none helps.
   Why       A balancer that knows who is idle keeps a request from waiting
             behind a long one while another machine has nothing to do; it
             creates no capacity.
   Exam      Balancing distributes requests, scaling changes the number of
             instances: two different remedies.
     ✓ nine tenths busy: slowest hundredth under random routing, over that under
     fewest outstanding, at least ×2.0
     ✓ nine tenths busy, some very long: slowest hundredth under random routing,
     over that under fewest outstanding, at least ×2.0
     − three tenths busy (how far it goes): slowest hundredth under random
     routing, over that under fewest outstanding, at least ×2.0
     ✓ random routing gets machines until it is as quick (how far it goes):
     machines that random routing needs, over ten, at least ×1.41
   Said by notes 000, line 398
   Rerun  mllab run utilisation-latency --claim load-balancing

"#]]);
    here(&["show", "utilisation-latency", "routing"]).code(2).stderr_eq(snapbox::str![[r#"
error: utilisation-latency has no claim routing; it has utilisation-signal, latency-vs-throughput, load-balancing, async-capture

"#]]);
    here(&["run", "learning-rate", "--quick", "--no-progress", "--format", "svg"]).success().stdout_eq(snapbox::str![
        [r#"
 How do you read a loss curve?
 ~ points to   A swing means the rate is too high: only when
               When the loss swings, the rate is beyond the wall in 100 % [58,
               100] of full-batch runs and in 25 % [7, 61] of runs with one row
               a step. (quick look; reference run: only when)
 ~ points to   Too high a rate steps over the minimum: true
               Gradient descent stops converging at 0.9988 [0.9988, 0.9988]
               times 2 over the steepest curvature. (quick look; reference run:
               true)
 ~ points to   The rate sets the step: not settled
               On a quadratic, half the rate takes ×2.03 [×2.00, ×2.06] the
               steps. (quick look; reference run: true)
 ~ points to   Descent finds the least loss: only when
               Fifty starts end at one and the same loss in 100 % [55, 100] of
               convex tasks and in 0 % [0, 45] of tasks with two valleys. (quick
               look; reference run: only when)
 ~ points to   Weights are learned, the rate is set: true
               After 20 steps, the weights at a tenth of the wall and at half of
               it are 0.16 [0.09, 0.23] of their length apart. (quick look;
               reference run: true)
 ~ points to   A new rate can end a stall: true
               At a tenth of the rate the loss of a stall made by batch noise
               falls by 29 % [26, 33]; at ten times the rate that of a stall
               made by a tiny rate falls by 36 % [32, 39]. (quick look;
               reference run: true)
 ~ points to   More epochs can end a stall: true
               After five times the epochs the loss of a stall made by a tiny
               rate falls by 23 % [21, 25]; that of one made by batch noise does
               not move (−8 % to 3 %). (quick look; reference run: true)
 ~ points to   Adam can end a stall: true
               At the best of twelve rates each, Adam needs ×372 [×256, ×541]
               fewer steps than plain descent where the weights are badly
               scaled. (quick look; reference run: true)
 8 claims: 8 pointed to     16 runs, seed 7, a quick look     [..] s
 Read  out/learning-rate/index.html      One in full  mllab show learning-rate oscillation-means-too-high

"#]
    ]);
    here(&["run", "class-imbalance", "--claim", "f1-recall-pair", "--quick", "--no-progress", "--format", "svg"])
        .success()
        .stdout_eq(snapbox::str![[r#"
 When one class is rare, which numbers lie, and what do resampling, SMOTE and
 class weights really buy?
 ~ points to   F1 with recall when misses hurt: only when
               Where a miss costs ten times a false alarm, F1 with a recall
               floor costs 4 % [−8, 15] more than the cut-off chosen by cost;
               where it costs fifty times, 30 % [−5, 65]. (quick look; reference
               run: only when)
 1 claim: 1 pointed to     4 runs, seed 7, a quick look     [..] s
 Read  out/class-imbalance/index.html      One in full  mllab show class-imbalance f1-recall-pair

"#]]);
    here(&["help"]).success().stdout_eq(snapbox::str![[r#"
Machine-learning study notes as experiments: each sentence gets a measured verdict.

Usage: mllab <COMMAND>

Commands:
  list         List the labs by exam domain
  find         Find what was measured about a word or a whole question
  show         Show a lab's question, answer, claims and parameters, or one claim in full
  run          Run a lab, print its verdicts and write its report, tables, figures and page
  inspect      Say how a table of yours is read, and which labs can use it with which call
  check        Rerun labs on several seeds and compare their verdicts with what is expected; exit 3 where one moved
  book         Write one static site of every lab, running what has not been run yet
  annotate     Write your own notes as a page with verdicts in the margin
  bench        Race models on kinds of table and sizes: what each costs and what it buys
  completions  Print a completion script for a shell
  help         Print this message or the help of the given subcommand(s)

Options:
  -h, --help     Print help
  -V, --version  Print version

"#]]);
}

/// A wrong call gets one message that says what would be right, and code 2.
#[test]
fn wrong_calls() {
    let folder = tempfile::tempdir().unwrap();
    for (words, said) in [
        (vec!["run", "lerning-rate"], "learning-rate"),
        (vec!["run"], "which lab?"),
        (vec!["run", "learning-rate", "--rate", "1"], "--rates"),
        (vec!["run", "learning-rate", "--rates", "5"], "1 to 6 numbers from 0.001 to 4"),
        (vec!["run", "learning-rate", "--steps", "5"], "a whole number from 10 to 1000 (steps)"),
        (vec!["run", "learning-rate", "--penalty", "-1"], "a number from 0.0001 to 1"),
        (vec!["run", "learning-rate", "--replicates", "1"], "2..=100000"),
        (vec!["run", "learning-rate", "--threads", "0"], "1..=512"),
        (vec!["run", "learning-rate", "--seed", "-1"], "--seed"),
        (vec!["run", "learning-rate", "--claim", "overshoot-optimum"], "overshoots-optimum"),
        (vec!["run", "learning-rate", "--check", "--quick"], "--check does not go with --quick"),
        (vec!["run", "learning-rate", "--check", "--replicates", "9"], "--check does not go with --replicates"),
        (vec!["run", "learning-rate", "--check", "--steps", "70"], "--check does not go with --steps"),
        (vec!["run", "--all", "learning-rate"], "not both"),
        (vec!["run", "learning-rate", "--format", "gif"], "svg"),
        (vec!["show", "learning"], "learning-rate"),
        (vec!["check", "nothing"], "learning-rate"),
        (vec!["run", "smote"], "mllab run class-imbalance --claim smote"),
        (vec!["show", "oversampling"], "mllab show class-imbalance oversampling"),
        (vec!["list", "--domain", "cooking"], "data-preparation"),
        (vec!["completions", "tcsh"], "bash"),
        (vec!["rum"], "run"),
    ] {
        let output = mllab(folder.path(), &words);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {message}");
        assert!(message.starts_with("error: ") && message.contains(said), "{words:?}: {message}");
        assert!(output.stdout.is_empty(), "{words:?}");
    }
    assert!(!folder.path().join("out").exists(), "a wrong call writes nothing");
}

#[test]
fn a_place_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("taken"), "a file").unwrap();
    let output = mllab(folder.path(), &[&QUICK[..], &["--out", "taken"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: cannot write to taken"), "{}", text(&output.stderr));
}

#[test]
fn help_lists_a_labs_own_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let help = text(&mllab(folder.path(), &["run", "learning-rate", "--help"]).stdout);
    for word in ["--rates", "default: 0.1,1,1.9,2,2.2", "1 to 6 numbers from 0.001 to 4", "--replicates", "--quick"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert!(text(&mllab(folder.path(), &["completions", "bash"]).stdout).contains("learning-rate"));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mllab"))
        .args(["show", "learning-rate"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((status.code(), said.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_other_signals_end_within_a_second_and_leave_the_earlier_result() {
    let folder = tempfile::tempdir().unwrap();
    assert!(mllab(folder.path(), &QUICK).status.success());
    let report = folder.path().join("out/learning-rate/report.json");
    let before = fs::read(&report).unwrap();
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mllab"))
            .args(["run", "learning-rate", "--replicates", "20000"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(400));
        assert!(child.try_wait().unwrap().is_none(), "the run was over before it could be interrupted");
        let sent = Instant::now();
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(status.code(), Some(130), "{said}");
        assert!(sent.elapsed() < Duration::from_secs(1), "{:?}", sent.elapsed());
        assert!(said.contains("interrupted"), "{said}");
        assert_eq!(fs::read(&report).unwrap(), before);
        let left: Vec<_> = fs::read_dir(folder.path().join("out")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "the folder and its lock: {left:?}");
    }
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let first = Command::new(env!("CARGO_BIN_EXE_mllab"))
        .args(["run", "learning-rate", "--replicates", "2000"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut first = first.unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let second = mllab(folder.path(), &QUICK);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("another run is writing"), "{}", text(&second.stderr));
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(mllab(folder.path(), &QUICK).status.success(), "a killed run leaves no lock behind");
}

#[test]
fn the_readme_says_what_the_tool_does() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for word in ["cargo run --release -- run learning-rate", "cargo test --workspace", "out/learning-rate/index.html"] {
        assert!(readme.contains(word), "{word}");
    }
}

#[test]
fn all_labs_of_a_domain_run_together_and_what_lies_finished_is_not_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["run", "--all", "--domain", "deployment", "--quick", "--no-progress", "--format", "svg"];
    let said = |words: &[&str]| {
        let output = mllab(folder.path(), words);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let record = |lab: &str, name: &str| fs::read_to_string(folder.path().join("out").join(lab).join(name)).unwrap();
    let first = said(&words);
    let read: Vec<&str> = first.lines().filter(|line| line.starts_with(" Read  ")).collect();
    assert!(read[0].contains("out/autoscaling-cooldown/") && read[1].contains("out/utilisation-latency/"), "{first}");
    assert!(first.lines().last().unwrap().starts_with("2 labs (all run now), 18 claims: "), "{first}");
    let report = record("utilisation-latency", "report.json");
    let times = record("utilisation-latency", "run.json");

    let again = said(&words);
    assert!(again.contains("2 labs (all as they lay finished; --fresh runs them anew), 18 claims: "), "{again}");
    assert_eq!(record("utilisation-latency", "run.json"), times, "nothing was written");

    // Another program, another seed or a missing page is no finished run.
    let path = folder.path().join("out/autoscaling-cooldown/run.json");
    fs::write(&path, record("autoscaling-cooldown", "run.json").replace("\"program\": \"", "\"program\": \"0"))
        .unwrap();
    assert!(said(&words).contains("2 labs (1 run now, 1 as they lay finished)"));
    fs::remove_file(folder.path().join("out/utilisation-latency/index.html")).unwrap();
    assert!(said(&words).contains("2 labs (1 run now, 1 as they lay finished)"));
    assert!(said(&[&words[..], &["--seed", "9"]].concat()).contains("2 labs (all run now)"));
    assert!(said(&[&words[..], &["--fresh"]].concat()).contains("2 labs (all run now)"));
    assert_eq!(record("utilisation-latency", "report.json"), report, "the same bytes when run anew");
}

#[test]
fn a_new_lab_is_laid_in_a_checkout_and_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("labs/monitoring/src");
    fs::create_dir_all(&list).unwrap();
    fs::create_dir(folder.path().join("seeds")).unwrap();
    fs::copy(root().join("labs/monitoring/src/lib.rs"), list.join("lib.rs")).unwrap();
    let claims = "question = \"Heads?\"\n[[claim]]\nid = \"fair\"\nstatement = \"A coin is fair.\"\nnotes = [{ file = \"a.txt\", lines = [3] }]\n";
    fs::write(folder.path().join("claims.toml"), claims).unwrap();
    let call =
        |slug: &str| mllab(folder.path(), &["new-lab", slug, "--domain", "monitoring", "--claims", "claims.toml"]);
    let output = call("coin-bias");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert!(read("labs/monitoring/src/lib.rs").contains("pub mod coin_bias;"));
    assert!(read("labs/monitoring/src/lib.rs").contains("&Shelf::<coin_bias::CoinBias>::LAB"));
    assert!(read("labs/monitoring/src/coin_bias/mod.rs").contains("study(\"todo\", &[\"fair\"], todo::run)"));
    let seeds: toml::Table = read("seeds/coin-bias.toml").parse().unwrap();
    assert_eq!(seeds["claim"][0]["id"].as_str(), Some("fair"));
    for (slug, code, words) in
        [("coin-bias", 1, "is there already"), ("drift-detection", 2, "there is a lab"), ("Coin_bias", 2, "is no id")]
    {
        let output = call(slug);
        assert_eq!(output.status.code(), Some(code), "{slug}");
        assert!(text(&output.stderr).contains(words), "{slug}: {}", text(&output.stderr));
    }
}

#[test]
fn nothing_of_the_users_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for path in ["book/thesis.tex", "learning-rate/thesis.tex", "bench/thesis.tex", "prog.py", "notes.md"] {
        write(path, "An oscillating loss means that the learning rate is too high.\n");
    }
    let quick = ["run", "learning-rate", "--quick", "--claim", "overshoots-optimum", "--no-progress", "--out", "."];
    for (words, code, said) in [
        (&["book", "--no-progress", "--out", "."][..], 1, "book holds thesis.tex and no mark of mllab"),
        (&quick[..], 1, "learning-rate holds thesis.tex and no mark of mllab"),
        (&["bench", "--quick", "--no-progress", "--out", "."][..], 1, "bench holds thesis.tex"),
        (&["annotate", "notes.md", "--out", "notes.md"][..], 2, "is one of the notes"),
        (&["annotate", "notes.md", "--out", "./book/../notes.md"][..], 2, "is one of the notes"),
        (&["annotate", "notes.md", "--out", "prog.py"][..], 1, "a file that mllab did not write"),
        (&["annotate", "notes.md", "--out", "/dev/null"][..], 2, "a link or a device"),
    ] {
        let output = mllab(folder.path(), words);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{words:?}: {}", text(&output.stderr));
    }
    for path in ["book/thesis.tex", "learning-rate/thesis.tex", "bench/thesis.tex", "prog.py", "notes.md"] {
        assert!(fs::read_to_string(folder.path().join(path)).unwrap().starts_with("An oscillating"), "{path}");
    }
    // What is ours is replaced without a word, and what is not when the call says so.
    for words in [
        &["annotate", "notes.md", "--out", "page.html"][..],
        &["annotate", "notes.md", "--out", "page.html"],
        &["annotate", "notes.md", "--out", "prog.py", "--force"],
    ] {
        assert_eq!(mllab(folder.path(), words).status.code(), Some(0), "{words:?}");
    }
    let forced = mllab(folder.path(), &[&quick[..], &["--force"]].concat());
    assert_eq!(forced.status.code(), Some(0), "{}", text(&forced.stderr));
    assert!(!folder.path().join("learning-rate/thesis.tex").exists());
    assert_eq!(mllab(folder.path(), &quick).status.code(), Some(0), "now it carries the mark");
}

#[test]
fn a_long_run_says_beforehand_how_long() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mllab"))
        .args(["run", "l1-vs-l2", "--features", "200", "--folds", "20", "--penalties", "200"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let seconds =
        line.strip_prefix("l1-vs-l2: about ").and_then(|rest| rest.split_once(' ')).unwrap_or_else(|| panic!("{line}"));
    assert!(seconds.0.parse::<f64>().unwrap() >= 2.0 && line.contains("--quick"), "{line}");
}

#[test]
fn parameters_that_clash_are_refused_with_both_names() {
    let folder = tempfile::tempdir().unwrap();
    for (lab, words, said) in [
        ("l1-vs-l2", &["--active", "50"][..], ["--active", "--features"]),
        ("l1-vs-l2", &["--features", "10", "--folds", "20"], ["--folds", "--features"]),
        ("class-imbalance", &["--rows", "1000", "--neighbours", "20"], ["--rows", "--neighbours"]),
        ("drift-detection", &["--retrain-window", "5000"], ["--retrain-window", "--stream"]),
        ("autoscaling-cooldown", &["--minimum", "40", "--maximum", "20"], ["--minimum", "--maximum"]),
    ] {
        let output = mllab(folder.path(), &[&["run", lab, "--quick"], words].concat());
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{lab}: {error}");
        assert!(said.iter().all(|name| error.contains(name)) && error.lines().count() == 1, "{error}");
        assert!(!folder.path().join("out").join(lab).exists());
    }
    let output =
        mllab(folder.path(), &["run", "l1-vs-l2", "--quick", "--folds", "20", "--claim", "l1-cuts-noise", "--json"]);
    assert!(text(&output.stderr).contains("a quick look takes --folds 10, not 20"));
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["params"]["folds"], 10);
}

/// A reader that leaves early (`| head -1`) does not end the run: all labs are there.
#[test]
fn a_closed_pipe_takes_no_result_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mllab"))
        .args(["run", "--all", "--quick", "--no-progress", "--format", "svg"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(child.wait().unwrap().success());
    for lab in mllab_labs::LABS {
        assert!(folder.path().join("out").join(lab.meta().id).join("report.json").is_file(), "{}", lab.meta().id);
    }
}

/// What has no end is refused and not read to it.
#[cfg(target_os = "linux")]
#[test]
fn a_device_is_not_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let output = mllab(folder.path(), &["annotate", "/dev/zero"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("larger than 10 MB"), "{}", text(&output.stderr));
}
