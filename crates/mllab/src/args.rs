//! The command line: built from the registry, so that a lab's flags, its help and the completions cannot disagree.

use crate::Failure;
use crate::own::{Missing, OwnCall};
use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use mllab_core::{AnyLab, Domain, Kind, Meta, OwnFlag, ParamSpec, ParamValue, TargetKind};
use mllab_labs::{LABS, find};
use mllab_race::Bench;
use mllab_race::models::MODELS;
use mllab_race::race::Wish;
use mllab_race::tasks::TASKS;
use std::ffi::OsString;
use std::path::PathBuf;

/// Words that a lab's own parameter may not be called: common flags, and those kept for a user's own data.
#[cfg(test)]
const RESERVED: [&str; 24] = [
    "all",
    "baseline",
    "check",
    "claim",
    "column",
    "data",
    "domain",
    "format",
    "group",
    "help",
    "json",
    "missing",
    "no-progress",
    "open",
    "out",
    "positive",
    "quick",
    "replicates",
    "seed",
    "separator",
    "target",
    "threads",
    "time",
    "verbose",
];

/// A call, checked.
pub enum Call {
    /// `mllab list`.
    List(ListCall),
    /// `mllab show`.
    Show(ShowCall),
    /// `mllab run`.
    Run(Box<RunCall>),
    /// `mllab check`.
    Check(CheckCall),
    /// `mllab book`.
    Book(BookCall),
    /// `mllab annotate`.
    Annotate(AnnotateCall),
    /// `mllab bench`.
    Bench(Box<BenchCall>),
    /// The hidden command that a race starts for every cell.
    BenchCell,
    /// Help, version, completions.
    Print(String),
}

/// `mllab list`.
pub struct ListCall {
    /// Only labs of this domain.
    pub domain: Option<Domain>,
    /// As JSON.
    pub json: bool,
}

/// `mllab show`.
pub struct ShowCall {
    /// The lab.
    pub lab: &'static dyn AnyLab,
    /// As JSON.
    pub json: bool,
}

/// `mllab check`.
pub struct CheckCall {
    /// The labs.
    pub labs: Vec<&'static dyn AnyLab>,
    /// Threads.
    pub threads: Option<usize>,
    /// Whether progress is shown.
    pub progress: bool,
}

/// `mllab run`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the call")]
pub struct RunCall {
    /// The labs.
    pub labs: Vec<&'static dyn AnyLab>,
    /// One value for each parameter, where one lab is run.
    pub params: Option<Vec<ParamValue>>,
    /// The seed, where given.
    pub seed: Option<u64>,
    /// The base count of replicates, where given.
    pub replicates: Option<usize>,
    /// Threads, where given.
    pub threads: Option<usize>,
    /// The one claim, where given.
    pub claim: Option<String>,
    /// The user's file, where given.
    pub own: Option<OwnCall>,
    /// Where the folders go.
    pub out: PathBuf,
    /// A quick look.
    pub quick: bool,
    /// The figures' files.
    pub formats: Formats,
    /// Whether verdicts are compared with what is expected.
    pub check: bool,
    /// Whether report.json goes to stdout.
    pub json: bool,
    /// Whether progress is shown.
    pub progress: bool,
    /// Whether the page is opened.
    pub open: bool,
    /// Whether all findings are printed.
    pub verbose: bool,
}

/// Which files of a figure are written.
#[derive(Clone, Copy)]
pub struct Formats {
    /// The drawings for a page and for a phone.
    pub svg: bool,
    /// The raster image.
    pub png: bool,
}

/// `mllab book`.
pub struct BookCall {
    /// Where the labs' folders are and the book goes.
    pub out: PathBuf,
    /// Threads, where given.
    pub threads: Option<usize>,
    /// Whether progress is shown.
    pub progress: bool,
    /// Whether the front page is opened.
    pub open: bool,
}

/// `mllab annotate`.
pub struct AnnotateCall {
    /// The files of notes.
    pub notes: Vec<PathBuf>,
    /// The page.
    pub out: PathBuf,
    /// Where the labs' folders are.
    pub results: PathBuf,
    /// Whether the matches go to stdout and no page is written.
    pub json: bool,
}

/// `mllab bench`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the call")]
pub struct BenchCall {
    /// What is raced.
    pub wish: Wish,
    /// The seed, where given.
    pub seed: Option<u64>,
    /// Threads of the fits that use all, where given.
    pub threads: Option<usize>,
    /// The user's file, where given.
    pub own: Option<OwnCall>,
    /// Where the folder goes.
    pub out: PathBuf,
    /// The figures' files.
    pub formats: Formats,
    /// Whether bench.json goes to stdout.
    pub json: bool,
    /// Whether progress is shown.
    pub progress: bool,
    /// Whether the page is opened.
    pub open: bool,
    /// Whether all findings are printed.
    pub verbose: bool,
}

/// Reads the call.
///
/// # Errors
///
/// A wrong call. Help and version come back as text to print.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Call, Failure> {
    let matches = match command().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => {
            // Clap's own message already begins with "error: ".
            let text = error.render().to_string();
            return Err(Failure::wrong_call(text.strip_prefix("error: ").unwrap_or(&text).trim_end()));
        }
        Err(error) => return Ok(Call::Print(error.render().to_string())),
    };
    match matches.subcommand() {
        Some(("list", m)) => Ok(Call::List(ListCall { domain: domain(m), json: m.get_flag("json") })),
        Some(("show", m)) => Ok(Call::Show(ShowCall { lab: lab(text(m, "lab"))?, json: m.get_flag("json") })),
        Some(("run", m)) => run_call(m).map(|call| Call::Run(Box::new(call))),
        Some(("check", m)) => check_call(m).map(Call::Check),
        Some(("book", m)) => Ok(Call::Book(BookCall {
            out: out(m),
            threads: threads(m),
            progress: !m.get_flag("no-progress"),
            open: m.get_flag("open"),
        })),
        Some(("annotate", m)) => Ok(Call::Annotate(AnnotateCall {
            notes: m.get_many("notes").into_iter().flatten().cloned().collect(),
            out: out(m),
            results: m.get_one("results").cloned().unwrap_or_else(|| "out".into()),
            json: m.get_flag("json"),
        })),
        Some(("bench", m)) => bench_call(m).map(|call| Call::Bench(Box::new(call))),
        Some(("bench-cell", _)) => Ok(Call::BenchCell),
        Some(("completions", m)) => {
            let shell: clap_complete::Shell = *m.get_one("shell").ok_or_else(|| Failure::wrong_call("which shell?"))?;
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command(), "mllab", &mut script);
            Ok(Call::Print(String::from_utf8_lossy(&script).into_owned()))
        }
        _ => Err(Failure::wrong_call("which command? mllab --help lists them")),
    }
}

/// The whole command line.
pub fn command() -> Command {
    let lab_ids: Vec<&str> = LABS.iter().map(|lab| lab.meta().id).collect();
    let json = || Arg::new("json").long("json").action(ArgAction::SetTrue);
    Command::new("mllab")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Machine-learning study notes as experiments: each sentence gets a measured verdict.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("list")
                .about("List the labs by exam domain")
                .arg(domain_arg().help("Only labs of this domain"))
                .arg(json().help("As JSON")),
        )
        .subcommand(
            Command::new("show")
                .about("Show a lab's question, claims and parameters")
                .arg(Arg::new("lab").value_name("LAB").required(true).value_parser(lab_parser(&lab_ids)))
                .arg(json().help("As JSON")),
        )
        .subcommand(run_command())
        .subcommand(
            Command::new("check")
                .about(
                    "Rerun labs on four seeds and compare their verdicts with what is expected; exit 3 where one moved",
                )
                .arg(
                    Arg::new("lab")
                        .value_name("LAB")
                        .num_args(0..)
                        .value_parser(lab_parser(&lab_ids))
                        .help("The labs; all where none is named"),
                )
                .arg(threads_arg())
                .arg(no_progress_arg()),
        )
        .subcommand(
            Command::new("book")
                .about("Write one static site of every lab, running what has not been run yet")
                .arg(out_arg().help("Folder of the labs' results; the site goes to book/ in it"))
                .arg(threads_arg())
                .arg(no_progress_arg())
                .arg(open_arg("Open the front page when it is written")),
        )
        .subcommand(
            Command::new("annotate")
                .about("Write your own notes as a page with verdicts in the margin")
                .arg(
                    Arg::new("notes")
                        .value_name("NOTES")
                        .num_args(1..)
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help("Files of notes: Markdown or plain text in UTF-8, up to 10 MB each"),
                )
                .arg(out_arg().value_name("FILE").default_value("out/notes.html").help("The page to write"))
                .arg(
                    Arg::new("results")
                        .long("results")
                        .value_name("DIR")
                        .default_value("out")
                        .value_parser(value_parser!(PathBuf))
                        .help("Folder of the labs' results; labs that have none there are shown by their expected verdict"),
                )
                .arg(json().help("Print the matches and nothing else")),
        )
        .subcommand(bench_command())
        .subcommand(Command::new("bench-cell").hide(true))
        .subcommand(Command::new("completions").about("Print a completion script for a shell").arg(
            Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(clap_complete::Shell)),
        ))
}

fn bench_command() -> Command {
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

fn bench_call(m: &ArgMatches) -> Result<BenchCall, Failure> {
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
        formats: formats(m),
        json: m.get_flag("json"),
        progress: !m.get_flag("no-progress"),
        open: m.get_flag("open"),
        verbose: m.get_flag("verbose"),
    })
}

fn formats(m: &ArgMatches) -> Formats {
    let formats: Vec<&String> = m.get_many("format").into_iter().flatten().collect();
    let has = |name: &str| formats.iter().any(|format| *format == name);
    Formats { svg: has("svg"), png: has("png") }
}

fn run_command() -> Command {
    let mut run = Command::new("run")
        .about("Run a lab, print its verdicts and write its report, tables, figures and page")
        .subcommand_value_name("LAB")
        .subcommand_help_heading("Labs")
        .disable_help_subcommand(true)
        .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help("Run every lab"))
        .arg(domain_arg().requires("all").help("With --all: only labs of this domain"));
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

/// Flags that every lab has.
fn common_args() -> Vec<Arg> {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    vec![
        Arg::new("seed")
            .long("seed")
            .value_name("N")
            .allow_negative_numbers(true)
            .value_parser(value_parser!(u64))
            .help("Random seed: any whole number from 0 to 2^64 - 1 (default: the lab's own)"),
        Arg::new("replicates")
            .long("replicates")
            .value_name("N")
            .allow_negative_numbers(true)
            .value_parser(value_parser!(u64).range(2..=100_000))
            .help("Base count of independent runs, 2 to 100000 (default: the lab's own)"),
        threads_arg(),
        out_arg().help("Folder for the results; a lab's own folder in it is replaced as a whole"),
        flag("quick", "Few runs, for a look in under a second"),
        Arg::new("format")
            .long("format")
            .value_name("FORMATS")
            .value_delimiter(',')
            .default_value("svg,png")
            .value_parser(PossibleValuesParser::new(["svg", "png"]))
            .help("Figure files to write"),
        flag("check", "Compare the verdicts with what is expected; exit 3 where one moved"),
        flag("json", "Print report.json and nothing else"),
        no_progress_arg(),
        open_arg("Open the page when it is written"),
        flag("verbose", "Print every finding").short('v'),
    ]
}

/// Flags for a user's own file: those that the lab has a use for.
fn own_args(meta: &Meta) -> Vec<Arg> {
    let column = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("COL").requires("data").help(help)
    };
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf)).help(help)
    };
    let mut args = vec![file("data", "A CSV file with a header row, to measure instead of generated data")];
    if meta.own.target != TargetKind::Nothing {
        let takes = match meta.own.target {
            TargetKind::TwoClasses => "The column to predict: two distinct values",
            _ => "The column to predict: two distinct values, or a number",
        };
        args.push(column("target", takes));
        let help = "Which of the target's two values is positive (default: 1, true or yes, else the rarer)";
        args.push(column("positive", help).value_name("VALUE"));
    }
    for flag in meta.own.flags {
        args.push(match flag {
            OwnFlag::Group => column("group", "The column whose equal values mark rows that belong together"),
            OwnFlag::Time => column("time", "The column that orders the rows: a number, or a date like 2024-03-31"),
            OwnFlag::Column => column("column", "The one column to look at; others are ignored whatever they hold"),
            OwnFlag::Baseline => {
                file("baseline", "Earlier rows of the same columns, to hold --data against").requires("data")
            }
        });
    }
    args.push(
        Arg::new("missing")
            .long("missing")
            .value_name("HOW")
            .requires("data")
            .value_parser(PossibleValuesParser::new(["refuse", "drop", "median"]))
            .default_value("refuse")
            .help("Missing cells (empty, NA, NaN): refuse the file, drop their rows, or fill with the column's median"),
    );
    args.push(
        Arg::new("separator")
            .long("separator")
            .value_name("WHICH")
            .requires("data")
            .value_parser(PossibleValuesParser::new(["comma", "semicolon", "tab"]))
            .help("What stands between cells (default: what the header has most of)"),
    );
    args
}

/// What the call says of the user's file; nothing where it names none.
fn own(m: &ArgMatches, meta: &Meta) -> Option<OwnCall> {
    let has = |flag: OwnFlag| meta.own.flags.contains(&flag);
    let column = |name: &str, there: bool| there.then(|| m.get_one::<String>(name).cloned()).flatten();
    let targeted = meta.own.target != TargetKind::Nothing;
    Some(OwnCall {
        data: m.get_one::<PathBuf>("data")?.clone(),
        target: column("target", targeted),
        positive: column("positive", targeted),
        group: column("group", has(OwnFlag::Group)),
        time: column("time", has(OwnFlag::Time)),
        column: column("column", has(OwnFlag::Column)),
        baseline: has(OwnFlag::Baseline).then(|| m.get_one::<PathBuf>("baseline").cloned()).flatten(),
        missing: match text(m, "missing") {
            "drop" => Missing::Drop,
            "median" => Missing::Median,
            _ => Missing::Refuse,
        },
        separator: match text(m, "separator") {
            "comma" => Some(b','),
            "semicolon" => Some(b';'),
            "tab" => Some(b'\t'),
            _ => None,
        },
    })
}

fn threads_arg() -> Arg {
    Arg::new("threads")
        .long("threads")
        .value_name("N")
        .allow_negative_numbers(true)
        .value_parser(value_parser!(u64).range(1..=512))
        .help("Threads, 1 to 512 (default: one a core); results do not depend on it")
}

fn out_arg() -> Arg {
    Arg::new("out").long("out").value_name("DIR").default_value("out").value_parser(value_parser!(PathBuf))
}

fn out(m: &ArgMatches) -> PathBuf {
    m.get_one("out").cloned().unwrap_or_else(|| "out".into())
}

fn open_arg(help: &'static str) -> Arg {
    Arg::new("open").long("open").action(ArgAction::SetTrue).help(help)
}

fn no_progress_arg() -> Arg {
    Arg::new("no-progress").long("no-progress").action(ArgAction::SetTrue).help("Show no progress bar")
}

fn domain_arg() -> Arg {
    Arg::new("domain")
        .long("domain")
        .value_name("DOMAIN")
        .value_parser(PossibleValuesParser::new(Domain::ALL.map(Domain::id)))
}

/// Lab names as possible values, so that a mistyped one gets the nearest.
fn lab_parser(ids: &[&'static str]) -> ValueParser {
    PossibleValuesParser::new(ids.to_vec()).into()
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

fn run_call(outer: &ArgMatches) -> Result<RunCall, Failure> {
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
            (vec![lab], Some(values.collect()), m.get_one::<String>("claim").cloned(), own(m, lab.meta()), m)
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
        out: out(m),
        quick: m.get_flag("quick"),
        formats: formats(m),
        check: m.get_flag("check"),
        json: m.get_flag("json"),
        progress: !m.get_flag("no-progress"),
        open: m.get_flag("open"),
        verbose: m.get_flag("verbose"),
    };
    if call.check {
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

fn check_call(m: &ArgMatches) -> Result<CheckCall, Failure> {
    let named: Vec<&String> = m.get_many("lab").into_iter().flatten().collect();
    let labs =
        if named.is_empty() { LABS.to_vec() } else { named.iter().map(|id| lab(id)).collect::<Result<_, _>>()? };
    Ok(CheckCall { labs, threads: threads(m), progress: !m.get_flag("no-progress") })
}

fn lab(id: &str) -> Result<&'static dyn AnyLab, Failure> {
    find(id).ok_or_else(|| Failure::wrong_call(format!("there is no lab {id}; mllab list names them")))
}

fn text<'a>(m: &'a ArgMatches, name: &str) -> &'a str {
    m.get_one::<String>(name).map_or("", String::as_str)
}

fn threads(m: &ArgMatches) -> Option<usize> {
    m.get_one::<u64>("threads").map(|&n| n as usize)
}

fn domain(m: &ArgMatches) -> Option<Domain> {
    let id = m.get_one::<String>("domain")?;
    Domain::ALL.into_iter().find(|domain| domain.id() == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn no_lab_takes_a_reserved_word() {
        for lab in LABS {
            for spec in lab.specs() {
                assert!(!RESERVED.contains(&spec.name.as_str()), "{}: --{}", lab.meta().id, spec.name);
            }
        }
        for arg in common_args() {
            assert!(RESERVED.contains(&arg.get_id().as_str()), "{}", arg.get_id());
        }
    }
}
