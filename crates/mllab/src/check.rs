//! `mllab check`: do the verdicts stand on other seeds?

use crate::ending::{Code, Failure, print};
use crate::flags::{self, lab_parser, no_progress_arg, seed, threads, threads_arg};
use crate::machine::{ended, interruptible, thread_pool};
use crate::progress::Bar;
use clap::{Arg, ArgMatches, Command, value_parser};
use mllab_core::{Agreement, Host, Request, Verdict, agreement};
use mllab_labs::LABS;

/// A lab's own seed and three more, where the call does not say how many.
const SEEDS: u64 = 4;

/// The command's words.
pub fn command() -> Command {
    Command::new("check")
        .about("Rerun labs on several seeds and compare their verdicts with what is expected; exit 3 where one moved")
        .arg(
            Arg::new("lab")
                .value_name("LAB")
                .num_args(0..)
                .value_parser(lab_parser())
                .help("The labs; all where none is named"),
        )
        .arg(
            Arg::new("seeds")
                .long("seeds")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..=1000))
                .help("How many seeds in a row, a lab's own first (default: 4); says of each claim how often it held"),
        )
        .arg(
            Arg::new("from")
                .long("from")
                .value_name("SEED")
                .value_parser(value_parser!(u64))
                .help("The first seed, in place of the lab's own: seeds that nobody has seen"),
        )
        .arg(threads_arg())
        .arg(no_progress_arg())
}

/// What a rerun made of one expectation, and where it was seen.
struct Seen {
    seed: u64,
    what: String,
    verdict: Verdict,
    expect: Option<Verdict>,
}

impl Seen {
    /// The line that tells of it; nothing where all is as expected.
    fn line(&self) -> Option<String> {
        let Seen { seed, what, verdict, expect } = self;
        let (verdict, expected) = (verdict.word(), expect.map_or("", Verdict::word));
        match self.agreement() {
            Agreement::Agrees if *expect == Some(Verdict::Undecided) => {
                Some(format!("open: seed {seed}: {what} is {verdict}"))
            }
            Agreement::Agrees => None,
            Agreement::NearTheLine => {
                Some(format!("near the line: seed {seed}: {what} is {verdict}, expected {expected}"))
            }
            Agreement::Moved => Some(format!("MOVED: seed {seed}: {what} is {verdict}, expected {expected}")),
            Agreement::NoExpectation => Some(format!("no expectation yet: seed {seed}: {what} is {verdict}")),
        }
    }

    fn agreement(&self) -> Agreement {
        agreement(self.verdict, self.expect)
    }
}

/// How often each verdict came, and on which seeds the rarer ones: "holds on 18 seeds, undecided on 2 (1003, 1010)".
fn tally(seen: &[&Seen]) -> String {
    let mut counts: Vec<(Verdict, Vec<u64>)> = Vec::new();
    for seen in seen {
        match counts.iter_mut().find(|(verdict, _)| *verdict == seen.verdict) {
            Some((_, seeds)) => seeds.push(seen.seed),
            None => counts.push((seen.verdict, vec![seen.seed])),
        }
    }
    counts.sort_by_key(|(_, seeds)| std::cmp::Reverse(seeds.len()));
    let each = counts.iter().enumerate().map(|(rank, (verdict, seeds))| {
        let named: Vec<String> = seeds.iter().map(u64::to_string).collect();
        match rank {
            0 => format!("{} on {} of {} seeds", verdict.word(), seeds.len(), seen.len()),
            _ => format!("{} on {} ({})", verdict.word(), seeds.len(), named.join(", ")),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Reruns labs and compares; writes no files.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let named: Vec<&String> = m.get_many("lab").into_iter().flatten().collect();
    let labs = if named.is_empty() {
        LABS.to_vec()
    } else {
        named.iter().map(|id| flags::lab(id)).collect::<Result<_, _>>()?
    };
    let asked: Option<u64> = m.get_one("seeds").copied();
    let progress = !m.get_flag("no-progress");
    let pool = thread_pool(threads(m))?;
    let cancelled = interruptible()?;
    let mut code = Code::Done;
    for lab in &labs {
        let id = lab.meta().id;
        let first = m.get_one("from").copied().map_or_else(|| Ok(seed(*lab)?.rng_seed), Ok)?;
        let (mut claims, mut findings) = (Vec::new(), Vec::new());
        for i in 0..asked.unwrap_or(SEEDS) {
            let seed = first.wrapping_add(i);
            let mut request = Request::reference(*lab).map_err(|error| Failure::failed(error.to_string()))?;
            request.seed = seed;
            let bar = Bar::new(&format!("{id}, seed {seed}"), progress);
            let host = Host { progress: &bar, cancelled: &cancelled };
            let run = pool.install(|| mllab_core::run(*lab, &request, host));
            bar.clear();
            let report = run.map_err(|error| ended(&error, id))?.report;
            for claim in &report.claims {
                claims.push(Seen { seed, what: claim.id.clone(), verdict: claim.verdict, expect: claim.expect });
                findings.extend(claim.findings.iter().map(|finding| {
                    let e = &finding.estimate;
                    let name = format!("{}, {}, {}", claim.id, finding.setting, finding.measure);
                    let what = format!("{name} = {} [{}, {}]", e.point(), e.low(), e.high());
                    Seen { seed, what, verdict: finding.verdict, expect: finding.expect }
                }));
            }
        }
        let all = || claims.iter().chain(&findings);
        if all().any(|seen| matches!(seen.agreement(), Agreement::Moved | Agreement::NoExpectation)) {
            code = Code::Moved;
        }
        print(&told(id, asked.unwrap_or(SEEDS), asked.is_some(), &claims, &findings))?;
    }
    Ok(code)
}

/// A lab's lines: how many findings agree, how often each claim held where that was asked, and what to look at.
fn told(id: &str, seeds: u64, tallies: bool, claims: &[Seen], findings: &[Seen]) -> String {
    let lines: Vec<String> = claims.iter().chain(findings).filter_map(Seen::line).collect();
    let summary = match lines.len() {
        0 => "all as expected".to_string(),
        n => format!("{n} to look at"),
    };
    let mut text = format!("{id}: {} findings on {seeds} seeds, {summary}\n", findings.len());
    if tallies {
        let mut ids: Vec<&str> = claims.iter().map(|seen| seen.what.as_str()).collect();
        ids.truncate(ids.len() / seeds as usize);
        for claim in ids {
            let seen: Vec<&Seen> = claims.iter().filter(|seen| seen.what == claim).collect();
            text.push_str(&format!("  {claim}: {}\n", tally(&seen)));
        }
    }
    for line in lines {
        text.push_str(&format!("  {line}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_told_with_the_seeds_on_which_it_wavers() {
        let seen = |seed, verdict| Seen { seed, what: "c".into(), verdict, expect: Some(Verdict::Holds) };
        let claims = [(7, Verdict::Holds), (8, Verdict::Undecided), (9, Verdict::Holds), (10, Verdict::Fails)];
        let claims = claims.map(|(seed, verdict)| seen(seed, verdict));
        let said = told("lab", 4, true, &claims, &[]);
        assert!(said.starts_with("lab: 0 findings on 4 seeds, 2 to look at\n"), "{said}");
        assert!(said.contains("  c: holds on 2 of 4 seeds, undecided on 1 (8), fails on 1 (10)\n"), "{said}");
        assert!(said.contains("  near the line: seed 8: c is undecided, expected holds\n"), "{said}");
        assert!(said.contains("  MOVED: seed 10: c is fails, expected holds\n"), "{said}");
        assert!(told("lab", 1, false, &claims[..1], &[]).ends_with("on 1 seeds, all as expected\n"));
    }
}
