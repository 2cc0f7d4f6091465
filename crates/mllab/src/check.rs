//! `mllab check`: do the verdicts stand on other seeds?

use crate::ending::{Code, Failure, print};
use crate::flags::{self, lab_parser, no_progress_arg, seed, threads, threads_arg};
use crate::machine::{ended, interruptible, thread_pool};
use crate::progress::Bar;
use clap::{Arg, ArgMatches, Command};
use mllab_core::{Agreement, Host, Request, Verdict, agreement};
use mllab_labs::LABS;

/// A lab's own seed and three more.
const SEEDS: u64 = 4;

/// The command's words.
pub fn command() -> Command {
    Command::new("check")
        .about("Rerun labs on four seeds and compare their verdicts with what is expected; exit 3 where one moved")
        .arg(
            Arg::new("lab")
                .value_name("LAB")
                .num_args(0..)
                .value_parser(lab_parser())
                .help("The labs; all where none is named"),
        )
        .arg(threads_arg())
        .arg(no_progress_arg())
}

/// Reruns labs and compares; writes no files.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let named: Vec<&String> = m.get_many("lab").into_iter().flatten().collect();
    let labs = if named.is_empty() {
        LABS.to_vec()
    } else {
        named.iter().map(|id| flags::lab(id)).collect::<Result<_, _>>()?
    };
    let progress = !m.get_flag("no-progress");
    let pool = thread_pool(threads(m))?;
    let cancelled = interruptible()?;
    let mut code = Code::Done;
    for lab in &labs {
        let id = lab.meta().id;
        let first = seed(*lab)?.rng_seed;
        let (mut findings, mut lines) = (0, Vec::new());
        for i in 0..SEEDS {
            let seed = first.wrapping_add(i);
            let mut request = Request::reference(*lab).map_err(|error| Failure::failed(error.to_string()))?;
            request.seed = seed;
            let bar = Bar::new(&format!("{id}, seed {seed}"), progress);
            let host = Host { progress: &bar, cancelled: &cancelled };
            let run = pool.install(|| mllab_core::run(*lab, &request, host));
            bar.clear();
            let report = match run {
                Ok(run) => run.report,
                Err(error) => return Err(ended(&error, id)),
            };
            for claim in &report.claims {
                let mut compare = |what: &str, verdict: Verdict, expect: Option<Verdict>| {
                    let expected = expect.map_or("", Verdict::word);
                    match agreement(verdict, expect) {
                        Agreement::Agrees if expect == Some(Verdict::Undecided) => {
                            lines.push(format!("open: seed {seed}: {what} is {}", verdict.word()));
                        }
                        Agreement::Agrees => {}
                        Agreement::NearTheLine => {
                            lines.push(format!(
                                "near the line: seed {seed}: {what} is {}, expected {expected}",
                                verdict.word()
                            ));
                        }
                        Agreement::Moved => {
                            code = Code::Moved;
                            lines
                                .push(format!("MOVED: seed {seed}: {what} is {}, expected {expected}", verdict.word()));
                        }
                        Agreement::NoExpectation => {
                            code = Code::Moved;
                            lines.push(format!("no expectation yet: seed {seed}: {what} is {}", verdict.word()));
                        }
                    }
                };
                compare(&claim.id, claim.verdict, claim.expect);
                for finding in &claim.findings {
                    findings += 1;
                    let e = &finding.estimate;
                    let what = format!(
                        "{}, {}, {} = {} [{}, {}]",
                        claim.id,
                        finding.setting,
                        finding.measure,
                        e.point(),
                        e.low(),
                        e.high()
                    );
                    compare(&what, finding.verdict, finding.expect);
                }
            }
        }
        let summary =
            if lines.is_empty() { "all as expected".to_string() } else { format!("{} to look at", lines.len()) };
        let mut text = format!("{id}: {findings} findings on {SEEDS} seeds, {summary}\n");
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
        print(&text)?;
    }
    Ok(code)
}
