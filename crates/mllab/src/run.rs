//! `mllab run`: runs labs, prints their verdicts, writes their folders.
//!
//! Studies of all labs share the threads, the longest first; a lab is written and printed when its last study is done and
//! those before it are printed.

mod measuring;
mod printer;

use crate::ending::{Code, Failure, print, say};
use crate::finished::same_run;
use crate::flags::{Formats, common_args, domain, domain_arg, formats, lab, out, seed, threads};
use crate::machine::{Machine, interruptible, thread_pool};
use crate::own::{self, OwnCall, own_args};
use crate::place::Place;
use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use measuring::{Job, measure_all};
use mllab_core::report::{Report, counts};
use mllab_core::{AnyLab, Kind, ParamSpec, ParamValue, Request, Source};
use mllab_labs::LABS;
use printer::{Ended, How, Printer};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The command's words: one of its own for each lab.
pub fn command() -> Command {
    let mut run = Command::new("run")
        .about("Run a lab, print its verdicts and write its report, tables, figures and page")
        .subcommand_value_name("LAB")
        .subcommand_help_heading("Labs")
        .disable_help_subcommand(true)
        .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help("Run every lab"))
        .arg(domain_arg().requires("all").help("With --all: only labs of this domain"))
        .arg(
            Arg::new("fresh")
                .long("fresh")
                .action(ArgAction::SetTrue)
                .requires("all")
                .help("With --all: run also what lies finished in its folder"),
        );
    for arg in common_args() {
        run = run.arg(arg.global(true).help_heading("Every lab"));
    }
    for lab in LABS {
        let meta = lab.meta();
        let heading = "This lab";
        let mut command = Command::new(meta.id).about(meta.question);
        for spec in lab.specs() {
            command = command.arg(param_arg(spec).help_heading(heading));
        }
        let claims: Vec<String> =
            lab.seed().map(|seed| seed.claims.into_iter().map(|c| c.id).collect()).unwrap_or_default();
        command = command.arg(
            Arg::new("claim")
                .long("claim")
                .value_name("ID")
                .value_parser(PossibleValuesParser::new(claims))
                .hide_possible_values(true)
                .help("Run only the study that answers this claim (mllab show lists them)")
                .help_heading(heading),
        );
        for arg in own_args(meta) {
            command = command.arg(arg.help_heading("Your own data"));
        }
        run = run.subcommand(command);
    }
    run
}

/// A lab's own parameter as a flag, with default, range and unit in its help.
fn param_arg(spec: ParamSpec) -> Arg {
    let value_name = match spec.kind {
        Kind::Float { .. } | Kind::Int { .. } => "N",
        Kind::Bool => "BOOL",
        Kind::Choice(_) => "WORD",
        Kind::List { .. } => "N,…",
    };
    let help = format!("{} Takes {} (default: {})", spec.help, spec.takes(), spec.default.to_flag());
    let name = spec.name.clone();
    let arg = Arg::new(name.clone()).long(name).value_name(value_name).help(help);
    // A switch may stand alone: --full is --full true.
    let arg = match spec.kind {
        Kind::Bool => arg.num_args(0..=1).default_missing_value("true"),
        _ => arg.allow_hyphen_values(true),
    };
    arg.value_parser(move |text: &str| {
        spec.parse(text).map_err(|error| format!("takes {}, not {}", error.takes, error.given))
    })
}

/// What was called for.
struct RunCall {
    /// The labs.
    labs: Vec<&'static dyn AnyLab>,
    /// One value for each parameter, where one lab is run.
    params: Option<Vec<ParamValue>>,
    /// The seed, where given.
    seed: Option<u64>,
    /// The base count of replicates, where given.
    replicates: Option<usize>,
    /// Threads, where given.
    threads: Option<usize>,
    /// The one claim, where given.
    claim: Option<String>,
    /// The user's file, where given.
    own: Option<OwnCall>,
    /// Where the results go.
    folders: Folders,
    /// A quick look.
    quick: bool,
    /// The figures' files.
    formats: Formats,
    /// Whether progress is shown.
    progress: bool,
    /// How it is printed.
    how: How,
}

/// The folders of the results.
struct Folders {
    /// The folder that holds one a lab.
    out: PathBuf,
    /// Whether finished ones are run again.
    fresh: bool,
    /// Whether those are replaced that mllab did not write.
    force: bool,
}

/// What a call asks of each of its labs.
///
/// # Errors
///
/// A call that is refused before anything runs.
pub fn asked(m: &ArgMatches) -> Result<Vec<Request>, Failure> {
    let call = call(m)?;
    call.labs.iter().map(|lab| request(*lab, &call)).collect()
}

/// Runs what was called for.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let start = Instant::now();
    let call = call(m)?;
    let pool = thread_pool(call.threads)?;
    let cancelled = interruptible()?;
    let machine = Machine { pool: &pool, cancelled: &cancelled, progress: call.progress };
    let mut jobs = Vec::with_capacity(call.labs.len());
    for lab in &call.labs {
        let request = request(*lab, &call)?;
        let place = Place::claim(&call.folders.out, lab.meta().id, call.folders.force)?;
        let known = if call.folders.fresh { None } else { same_run(*lab, &request, call.formats, place.folder())? };
        jobs.push(Job { lab: *lab, request, place, known, own_flags: own_flags(m, *lab) });
    }
    let printer = Printer::new(call.how, &jobs);
    measure_all(&jobs, call.formats, machine, &|at, end| printer.take(at, end));
    let Ended { reports, failure, moved, .. } = printer.close();
    if let Some(failure) = failure {
        return Err(failure);
    }
    if jobs.len() > 1 {
        let known = jobs.iter().filter(|job| job.known.is_some()).count();
        print(&if call.how.json { as_array(&reports) } else { total(&reports, known, start.elapsed()) })?;
    }
    Ok(if moved { Code::Moved } else { Code::Done })
}

/// The flags of the call that name a user's table, as they can be typed again; a file by its own name, so that a report
/// does not tell where it lay.
fn own_flags(outer: &ArgMatches, lab: &dyn AnyLab) -> String {
    let Some((_, m)) = outer.subcommand() else { return String::new() };
    let written = |word: &str| {
        let plain = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "._-+/".contains(c));
        if plain { word.to_string() } else { format!("'{}'", word.replace('\'', r"'\''")) }
    };
    let flag = |arg: &Arg| {
        let id = arg.get_id().as_str();
        let given = m.value_source(id) == Some(ValueSource::CommandLine);
        let word = m.get_raw(id).filter(|_| given)?.next()?.to_string_lossy().into_owned();
        let is_file = matches!(id, "data" | "baseline");
        let name = Path::new(&word)
            .file_name()
            .filter(|_| is_file)
            .map_or(word.clone(), |name| name.to_string_lossy().into_owned());
        Some(format!("--{id} {}", written(&name)))
    };
    own_args(lab.meta()).iter().filter_map(flag).collect::<Vec<_>>().join(" ")
}

/// The last line of a run of several labs.
fn total(reports: &[Report], known: usize, took: Duration) -> String {
    let verdicts: Vec<_> = reports.iter().flat_map(|r| r.claims.iter().map(|claim| claim.verdict)).collect();
    let how = match known {
        0 => "all run now".to_string(),
        n if n == reports.len() => "all as they lay finished; --fresh runs them anew".into(),
        n => format!("{} run now, {n} as they lay finished", reports.len() - n),
    };
    let (labs, claims, seconds) = (reports.len(), verdicts.len(), took.as_secs_f64());
    format!("{labs} labs ({how}), {claims} claims: {}    {seconds:.1} s\n", counts(verdicts))
}

fn as_array(reports: &[Report]) -> String {
    let all = reports.iter().map(|report| serde_json::to_value(report).unwrap_or_default()).collect();
    format!("{:#}\n", serde_json::Value::Array(all))
}

/// Reads the call.
fn call(outer: &ArgMatches) -> Result<RunCall, Failure> {
    let all = outer.get_flag("all");
    let (labs, params, claim, own, m) = match outer.subcommand() {
        Some((id, _)) if all => {
            return Err(Failure::wrong_call(format!("--all runs every lab; name {id} or say --all, not both")));
        }
        Some((id, m)) => {
            let lab = lab(id)?;
            let values = lab.specs().into_iter().map(|spec| match m.get_one::<ParamValue>(&spec.name) {
                Some(value) => value.clone(),
                None => spec.default,
            });
            (vec![lab], Some(values.collect()), m.get_one::<String>("claim").cloned(), own::own(m, lab.meta()), m)
        }
        None if all => {
            let wanted = domain(outer);
            let labs = LABS.iter().copied().filter(|lab| wanted.is_none_or(|d| lab.meta().domain == d)).collect();
            (labs, None, None, None, outer)
        }
        None => return Err(Failure::wrong_call("which lab? mllab list names them, --all runs every one")),
    };
    let call = RunCall {
        labs,
        params,
        claim,
        own,
        seed: m.get_one("seed").copied(),
        replicates: m.get_one::<u64>("replicates").map(|&n| n as usize),
        threads: threads(m),
        folders: Folders { out: out(m), fresh: outer.get_flag("fresh") || !all, force: m.get_flag("force") },
        quick: m.get_flag("quick"),
        formats: formats(m),
        progress: !m.get_flag("no-progress"),
        how: How {
            json: m.get_flag("json"),
            verbose: m.get_flag("verbose"),
            open: m.get_flag("open"),
            check: m.get_flag("check"),
        },
    };
    if call.how.check {
        let changed = call.labs.first().filter(|_| call.params.is_some()).and_then(|lab| {
            lab.specs().into_iter().find(|spec| m.get_one::<ParamValue>(&spec.name).is_some()).map(|spec| spec.name)
        });
        let refused = if call.quick {
            Some("quick".to_string())
        } else if call.replicates.is_some() {
            Some("replicates".into())
        } else if call.claim.is_some() {
            Some("claim".into())
        } else if call.own.is_some() {
            Some("data".into())
        } else {
            changed
        };
        if let Some(flag) = refused {
            let why = "expectations speak of the reference run";
            return Err(Failure::wrong_call(format!("--check does not go with --{flag}: {why}")));
        }
    }
    Ok(call)
}

/// What a lab is asked.
fn request(lab: &dyn AnyLab, call: &RunCall) -> Result<Request, Failure> {
    let meta = lab.meta();
    let specs = lab.specs();
    let mut params = call.params.clone().unwrap_or_else(|| specs.iter().map(|spec| spec.default.clone()).collect());
    if let Some(clash) = lab.clash(&params) {
        return Err(Failure::wrong_call(clash));
    }
    if call.quick {
        for (spec, value) in specs.iter().zip(&mut params) {
            let (asked, quick) = (value.to_flag(), spec.in_a_quick_look(value));
            if quick != *value {
                say(&format!("a quick look takes --{} {}, not {asked}", spec.name, quick.to_flag()));
                *value = quick;
            }
        }
    }
    Ok(Request {
        seed: match call.seed {
            Some(seed) => seed,
            None => seed(lab)?.rng_seed,
        },
        replicates: call.replicates.unwrap_or(if call.quick { meta.quick_replicates } else { meta.replicates }),
        quick: call.quick,
        only: call.claim.clone(),
        params,
        source: match &call.own {
            Some(own) => Source::Own(Box::new(own::read(own, meta)?)),
            None => Source::Generated,
        },
    })
}
