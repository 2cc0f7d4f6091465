//! Does recording every request disturb those who wait for an answer?
//!
//! Data: the same requests at six loads of one processor. Arms: no record; a writer on a processor of its own, to which the
//! record is handed over; a writer that takes a fiftieth of the same processor once the answer has left; an answer that waits
//! for its record. Measurement: the mean response over that without a record; records lost by a writer that is too slow.

use super::UtilisationLatencyParams;
use mllab_core::prelude::*;
use mllab_kit::queue::{Law, Shared};

const CLAIM: &str = "async-capture";
const BUSY: [f64; 6] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9];
/// What a record takes of the same processor, and of an answer that waits for it: 5 ms on 50.
const SHARED_CPU: f64 = 0.02;
const WAITED_FOR: f64 = 0.1;
/// A slow writer's work on a record, in gaps between requests.
const TOO_SLOW: f64 = 1.12;
const LOOKS: [Look; 3] = [
    Look::new("the answer waits", Hue::Vermilion).dotted(Mark::Triangle),
    Look::new("same processor", Hue::Amber).dotted(Mark::Square),
    Look::new("a writer of its own", Hue::Blue).dotted(Mark::Disc),
];

/// Measures what a record costs the answer.
pub fn run(cx: &Cx, params: &UtilisationLatencyParams, _: &Source) -> Result<Outcome, LabError> {
    let runs = cx.runs("", cx.replicates(), |rep| {
        let requests = params.requests(Law::Exponential, Law::Exponential, &rep.stream);
        let rises = BUSY.map(|busy| {
            // Work after the answer has left delays the others only.
            let answer = |before: f64, after: f64| {
                let longer = requests.at_rate(busy).with_work(|work| work + before + after);
                longer.mean(&mut Shared::new(1)) - after
            };
            let plain = answer(0.0, 0.0);
            [answer(WAITED_FOR, 0.0), answer(0.0, SHARED_CPU), answer(params.handover, 0.0), answer(0.0, 0.0)]
                .map(|time| time / plain - 1.0)
        });
        let records = requests.with_work(|_| TOO_SLOW);
        Ok((rises, [100, 1000].map(|buffer| records.refused(&mut Shared::new(1).room(buffer)))))
    })?;
    let mut outcome = Outcome::new();
    let rise = |at: usize, arm: usize| runs.mean(|run| run.0[at][arm]);
    outcome.find(CLAIM, "the writer has a processor of its own and keeps up", rise(5, 2));
    outcome.find(CLAIM, "the writer takes a fiftieth of the same processor, half busy", rise(2, 1));
    outcome.find(CLAIM, "the writer takes a fiftieth of the same processor, nine tenths busy", rise(5, 1));
    outcome.find(CLAIM, "the answer waits for its record, half busy", rise(2, 0));
    let lost = [0, 1].map(|buffer: usize| runs.share(|run| run.1[buffer]));
    outcome.find(CLAIM, "the writer is an eighth slower than requests come", lost);
    outcome.find(CLAIM, "nothing is captured", runs.worst(|run| run.0[5][3].abs()));

    // An answer that waits makes a processor that is nine tenths busy 99 % busy: no run is long enough to settle.
    let measured = |arm: usize, at: usize| (arm != 0 || BUSY[at] < 0.9).then(|| rise(at, arm));
    let table = Table::curves("capture", ("writer", &LOOKS), ("busy", "share", &BUSY), ("rise", "share"), measured);
    let cite = |busy: f64| table.cite("rise", ("same processor", busy), shown::percent);
    let title = Title::say(
        "A writer on the same processor lengthens answers by {} at half load and by {} at nine tenths",
        [cite(0.5), cite(0.9)],
    );
    let figure = Figure::new("capture", title)
        .subtitle(format!("The writer takes a fiftieth of a request's work; an answer that waits, a tenth. {}", shown::mean_of(runs.len(), "runs")))
        .alt("The rise of the mean response against load for three ways to record. With a writer of its own it stays at nothing; on the same processor it bends up beyond seven tenths; where the answer waits it is highest throughout.")
        .panel(
            Panel::new(
                Axis::linear("share of time that the processor is busy").range(0.0, 1.0).format(Format::Percent),
                Axis::linear("rise of the mean response").range(0.0, 0.8).format(Format::Percent),
            )
            .note(Note::horizontal(0.05, "what would matter"))
            .lines(&table, &LOOKS, "busy", "rise"),
        );
    outcome.show(figure, [table]);
    Ok(outcome)
}
