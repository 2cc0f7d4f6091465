//! `mllab bench`: races models, each fit in a process of its own, and writes what was found in the form of a lab.

use crate::ending::{Code, Failure, print, shown_path};
use crate::flags::{Formats, common_args, formats, out, threads};
use crate::folder::files;
use crate::machine::{ended, interruptible, open, terminal, thread_pool};
use crate::own::{self, OwnCall, own, own_args};
use crate::place::Place;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mllab_core::{AnyLab, Host, Request, Silent, Source, shown};
use mllab_draw::terminal as said;
use mllab_race::cell::{self, Cell, Fit};
use mllab_race::models::MODELS;
use mllab_race::race::{Plan, Runner, Wish, race};
use mllab_race::tasks::TASKS;
use mllab_race::{Bench, Labelled};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{self, Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The command's words.
pub fn command() -> Command {
    let names = |name: &'static str, of: &'static str, help: &'static str, values: Vec<&'static str>| {
        Arg::new(name)
            .long(name)
            .value_name(of)
            .value_delimiter(',')
            .value_parser(PossibleValuesParser::new(values))
            .hide_possible_values(true)
            .help(help)
    };
    let mut bench = Command::new("bench")
        .about("Race models on kinds of table and sizes: what each costs and what it buys")
        .after_help(format!(
            "Tasks: {}\nModels: {}",
            TASKS.map(|task| task.id).join(", "),
            MODELS.map(|model| model.id).join(", ")
        ))
        .arg(
            names("tasks", "TASK,…", "Only these kinds of table (default: all)", TASKS.map(|task| task.id).to_vec())
                .conflicts_with("data"),
        )
        .arg(names("models", "MODEL,…", "Only these models (default: all)", MODELS.map(|model| model.id).to_vec()))
        .arg(
            Arg::new("sizes")
                .long("sizes")
                .value_name("N,…")
                .value_delimiter(',')
                .allow_negative_numbers(true)
                .value_parser(value_parser!(u64).range(50..=1_000_000))
                .help("Only these numbers of rows, 50 to 1000000 each (default: 300 to 100000)"),
        );
    for arg in common_args().into_iter().filter(|arg| arg.get_id() != "replicates" && arg.get_id() != "check") {
        bench = bench.arg(match arg.get_id().as_str() {
            "quick" => arg.help("Three sizes and few replicates, in under twenty seconds"),
            "json" => arg.help("Print bench.json and nothing else"),
            "threads" => arg.help("Threads where all are used, 1 to 512 (default: one a core)"),
            "out" => arg.help("Folder for the results; bench/ in it is replaced as a whole"),
            _ => arg,
        });
    }
    for arg in own_args(Bench::about()) {
        bench = bench.arg(arg.help_heading("Your own data"));
    }
    bench
}

/// What was called for.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the call")]
struct BenchCall {
    /// What is raced.
    wish: Wish,
    /// The seed, where given.
    seed: Option<u64>,
    /// Threads of the fits that use all, where given.
    threads: Option<usize>,
    /// The user's file, where given.
    own: Option<OwnCall>,
    /// Where the folder goes.
    out: PathBuf,
    /// Whether a folder is replaced that mllab did not write.
    force: bool,
    /// The figures' files.
    formats: Formats,
    /// Whether bench.json goes to stdout.
    json: bool,
    /// Whether progress is shown.
    progress: bool,
    /// Whether the page is opened.
    open: bool,
    /// Whether all findings are printed.
    verbose: bool,
}

/// Reads the call.
fn call(m: &ArgMatches) -> Result<BenchCall, Failure> {
    let ids = |name: &str| m.get_many::<String>(name).map(|ids| ids.cloned().collect::<Vec<_>>());
    let wish = Wish {
        tasks: ids("tasks").map(|ids| TASKS.into_iter().filter(|task| ids.iter().any(|id| id == task.id)).collect()),
        models: ids("models")
            .map(|ids| MODELS.into_iter().filter(|model| ids.iter().any(|id| id == model.id)).collect()),
        sizes: m.get_many::<u64>("sizes").map(|sizes| sizes.map(|&size| size as usize).collect()),
        quick: m.get_flag("quick"),
    };
    let own = own(m, Bench::about());
    if let Some(call) = &own
        && call.target.is_none()
    {
        return Err(Failure::wrong_call("--data needs --target: which column is to be predicted?"));
    }
    Ok(BenchCall {
        wish,
        seed: m.get_one("seed").copied(),
        threads: threads(m),
        own,
        out: out(m),
        force: m.get_flag("force"),
        formats: formats(m),
        json: m.get_flag("json"),
        progress: !m.get_flag("no-progress"),
        open: m.get_flag("open"),
        verbose: m.get_flag("verbose"),
    })
}

/// Races what was called for.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let start = Instant::now();
    let call = call(m)?;
    let place = Place::claim(&call.out, "bench", call.force)?;
    let pool = thread_pool(call.threads)?;
    let cancelled = interruptible()?;
    let cannot = |error: io::Error| Failure::failed(format!("bench: {error}"));

    // The children read the user's rows from a file of ours, so that a CSV is parsed once.
    let folder = tempfile::tempdir().map_err(cannot)?;
    let (mut source, mut rows) = (Source::Generated, None);
    if let Some(own) = &call.own {
        let dataset = own::read(own, Bench::about())?;
        let labels = dataset.binary().ok_or_else(|| Failure::failed("bench: the target has no two classes"))?;
        let table = Labelled { x: dataset.features.clone(), y: labels.to_vec() };
        let few = table.positives().min(table.y.len() - table.positives());
        if table.y.len() < 75 || few < 15 {
            return Err(Failure::failed(format!(
                "{}: {} rows, {few} of the rarer class; a race needs 75 rows and 15 of either class",
                dataset.name,
                table.y.len()
            )));
        }
        let path = folder.path().join("rows");
        cell::write_table(&path, &table).map_err(cannot)?;
        rows = Some((path, table.y.len()));
        source = Source::Own(Box::new(dataset));
    }
    let seed = match call.seed {
        Some(seed) => seed,
        None => Bench::claims().map_err(|error| Failure::failed(error.to_string()))?.rng_seed,
    };
    let plan = Plan::new(call.wish.clone(), seed, pool.current_num_threads(), rows);
    let mut runner = Processes::new(call.progress, Arc::clone(&cancelled))?;
    let results = race(&plan, &mut runner);
    runner.bar.finish_and_clear();
    let interrupted = results.interrupted;
    if results.cells.iter().all(|cell| cell.fits.is_empty()) {
        return Err(if interrupted {
            Failure {
                message: "bench: interrupted before anything was finished; earlier results are untouched".into(),
                code: Code::Interrupted,
            }
        } else {
            Failure::failed("bench: nothing could be measured in the time there is; name smaller --sizes")
        });
    }

    let lab = Bench::new(plan, results);
    let meta = lab.meta();
    let request = Request {
        seed,
        replicates: if call.wish.quick { meta.quick_replicates } else { meta.replicates },
        quick: call.wish.quick,
        only: None,
        params: Vec::new(),
        source,
    };
    // What was measured is written even when Ctrl-C came: only the race was ended.
    let go_on = AtomicBool::new(false);
    let (report, files) = pool.install(|| {
        let host = Host { progress: &Silent, cancelled: &go_on };
        let run = mllab_core::run(&lab, &request, host).map_err(|error| ended(&error, "bench"))?;
        files(&lab, call.formats, run, start.elapsed(), pool.current_num_threads(), "bench.json")
    })?;
    place.replace(&files)?;
    let page = place.folder().join("index.html");
    if call.json {
        print(&report.to_json())?;
    } else {
        let terminal = terminal();
        let mut text = String::new();
        for choice in lab.choices() {
            let (when, rows) = (choice.task.if_your_data, shown::whole(choice.rows as f64));
            text.push_str(&terminal.wrapped(&format!("If {when}, {rows} rows: start with {}", choice.first.label), 1));
        }
        text.push_str(&said::lines(&report, call.verbose, &terminal));
        text.push_str(&format!("     {:.1} s\n Read  {}\n", start.elapsed().as_secs_f64(), shown_path(&page)));
        print(&text)?;
    }
    if call.open {
        open(&page);
    }
    if interrupted {
        let message = format!("bench: interrupted; what was finished is in {}", shown_path(&page));
        return Err(Failure { message, code: Code::Interrupted });
    }
    Ok(Code::Done)
}

/// The hidden command that a race starts for every cell.
pub fn cell_command() -> Command {
    Command::new("bench-cell").hide(true)
}

/// The whole life of a child.
pub fn cell(_: &ArgMatches) -> Result<Code, Failure> {
    cell::child(&mut io::stdin().lock(), &mut io::stdout()).map_err(Failure::failed)?;
    Ok(Code::Done)
}

/// Cells in processes of this program.
struct Processes {
    program: PathBuf,
    cancelled: Arc<AtomicBool>,
    bar: ProgressBar,
}

impl Processes {
    fn new(progress: bool, cancelled: Arc<AtomicBool>) -> Result<Self, Failure> {
        let program =
            std::env::current_exe().map_err(|error| Failure::failed(format!("bench: cannot find itself: {error}")))?;
        let visible = progress && io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("bench {bar:24} {pos}/{len}  {msg}") {
            bar.set_style(style.progress_chars("━╸ "));
        }
        Ok(Processes { program, cancelled, bar })
    }

    fn start(&self, cell: &Cell) -> io::Result<Child> {
        let mut child = process::Command::new(&self.program)
            .arg("bench-cell")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            serde_json::to_writer(&mut input, cell)?;
            input.flush()?;
        }
        Ok(child)
    }
}

impl Runner for Processes {
    fn run(&mut self, cell: &Cell, patience: Duration) -> Vec<Fit> {
        let Ok(mut child) = self.start(cell) else { return Vec::new() };
        let mut fits = Vec::new();
        if let Some(output) = child.stdout.take() {
            let (sender, receiver) = mpsc::channel();
            let reader = std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
            let mut since = Instant::now();
            loop {
                match receiver.recv_timeout(Duration::from_millis(50)) {
                    Ok(line) => {
                        since = Instant::now();
                        fits.extend(serde_json::from_str::<Fit>(&line));
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) if since.elapsed() < patience && !self.interrupted() => {}
                    Err(RecvTimeoutError::Timeout) => {
                        // It may have ended by itself meanwhile; either way it is gone.
                        let _ = child.kill();
                        break;
                    }
                }
            }
            let _ = child.wait();
            let _ = reader.join();
            fits.extend(receiver.try_iter().filter_map(|line| serde_json::from_str::<Fit>(&line).ok()));
        }
        fits
    }

    fn interrupted(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn progress(&mut self, now: &str, done: usize, of: usize, seconds: f64) {
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
        self.bar.set_message(format!("{now}; at most {} s to go", seconds.ceil()));
    }
}
