//! `mllab check`: do the verdicts stand on other seeds?

use crate::args::CheckCall;
use crate::progress::Bar;
use crate::run::{ended, interruptible, thread_pool};
use crate::{Code, Failure, list, print};
use mllab_core::{Agreement, Host, Request, Verdict, agreement};

/// A lab's own seed and three more.
const SEEDS: u64 = 4;

/// Reruns labs and compares; writes no files.
pub fn check(call: &CheckCall) -> Result<Code, Failure> {
    let pool = thread_pool(call.threads)?;
    let cancelled = interruptible()?;
    let mut code = Code::Done;
    for lab in &call.labs {
        let id = lab.meta().id;
        let first = list::seed(*lab)?.rng_seed;
        let (mut findings, mut lines) = (0, Vec::new());
        for i in 0..SEEDS {
            let seed = first.wrapping_add(i);
            let mut request = Request::reference(*lab).map_err(|error| Failure::failed(error.to_string()))?;
            request.seed = seed;
            let bar = Bar::new(&format!("{id}, seed {seed}"), call.progress);
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
                        claim.id, finding.setting, finding.measure, e.point, e.low, e.high
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
