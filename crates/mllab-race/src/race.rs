//! The race: which cells are run, when a model is stopped, and what is known of those that were.

use crate::cell::{Cell, Fit};
use crate::models::{MODELS, Model};
use crate::tasks::{OWN, SPECIAL, TASKS, Task, YOURS, learnable, shipped};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What is raced.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The tasks, in the order of the figures.
    pub tasks: Vec<Task>,
    /// The models.
    pub models: Vec<Model>,
    /// Sizes, ascending.
    pub sizes: Vec<usize>,
    /// A quick look.
    pub quick: bool,
    /// Whether everyone races at the usual sizes, so that all claims are spoken to.
    pub whole: bool,
    /// The seed.
    pub seed: u64,
    /// Threads where all are used.
    pub threads: usize,
    /// The user's rows: the file for the children, and how many rows it holds.
    pub own: Option<(PathBuf, usize)>,
}

/// The task on which times are compared.
pub const TIMED: &str = "interactions";
/// The usual sizes.
pub const SIZES: [usize; 6] = [300, 1_000, 3_000, 10_000, 30_000, 100_000];
/// Those of a quick look, and its kinds of table.
pub const QUICK_SIZES: [usize; 3] = [300, 1_000, 3_000];
const QUICK_TASKS: [&str; 4] = ["linear", "interactions", "rare", "breast-cancer"];

/// How much time a cell has.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Seconds of one fit and its prediction: what would take longer is not begun.
    fit: f64,
    /// Seconds after which no further replicate is begun, once there are enough.
    cell: f64,
    /// Replicates at least and at most: few rows vary more and cost less.
    replicates: (usize, usize),
}

impl Plan {
    /// Seconds for everything.
    fn patience(&self) -> f64 {
        if self.quick { 16.0 } else { 338.0 }
    }

    /// Times are compared on one task, so its larger tables get more replicates.
    fn limits(&self, task: &Task, rows: usize) -> Limits {
        let limits = |fit, cell, replicates: (usize, usize)| Limits { fit, cell, replicates };
        match (rows, task.id == TIMED || task.id == OWN) {
            _ if self.quick => limits(0.25, 0.15, (2, 4)),
            (0..=100, _) => limits(2.0, 2.0, (60, 60)),
            _ if task.models.is_some() => limits(4.0, 4.0, (3, 12)),
            (101..=SMALL, true) => limits(3.0, 6.0, (4, 10)),
            (101..=SMALL, false) => limits(1.0, 1.0, (4, 6)),
            (3_001..=TIMED_ROWS, true) => limits(2.5, 6.0, (3, 24)),
            _ => limits(1.2, 1.0, (2, 3)),
        }
    }

    /// The sizes at which a task is raced: of a real table those that its learnable part holds, and that part whole.
    pub fn sizes_of(&self, task: &Task) -> Vec<usize> {
        let rows = match task.id {
            OWN => self.own.as_ref().map(|(_, rows)| *rows),
            id => shipped(id).map(|table| table.y.len()),
        };
        match (rows, task.sizes) {
            (Some(rows), _) => {
                let most = learnable(rows);
                let mut sizes: Vec<usize> = self.sizes.iter().copied().filter(|&size| size < most).collect();
                if most <= SIZES[SIZES.len() - 1] {
                    sizes.push(most);
                }
                sizes
            }
            (None, Some(sizes)) => sizes.to_vec(),
            (None, None) => self.sizes.clone(),
        }
    }

    /// Fresh rows that a generated task is judged on.
    fn test_rows(&self) -> usize {
        if self.quick { 1_500 } else { 4_000 }
    }

    /// Every cell on one thread, small ones first, so that what a stop leaves is whole up to a size; at one size the
    /// task whose times are compared comes first.
    fn cells(&self) -> Vec<Key> {
        let mut cells = Vec::new();
        for &task in &self.tasks {
            for &model in self.models.iter().filter(|model| task.models.is_none_or(|ids| ids.contains(&model.id))) {
                for rows in self.sizes_of(&task) {
                    cells.push(Key { task, model, rows, run: Run::OneThread });
                }
            }
        }
        cells.sort_by_key(|key| (key.rows, key.task.id != TIMED));
        cells
    }

    /// The cells that are run again when the others are done: on all threads, and once more for control.
    fn second_round(&self, results: &Results) -> Vec<Key> {
        let Some(&task) = self.tasks.iter().find(|task| task.id == TIMED || task.id == OWN) else {
            return Vec::new();
        };
        let mut cells = Vec::new();
        for &model in &self.models {
            let done: Vec<usize> = results
                .cells
                .iter()
                .filter(|cell| cell.is(task.id, model.id, Run::OneThread) && !cell.fits.is_empty())
                .map(|cell| cell.rows)
                .collect();
            let largest = |most: usize| done.iter().copied().filter(|&rows| rows <= most).max();
            if (model.threads || ["tree", "logistic"].contains(&model.id))
                && let Some(rows) = largest(TIMED_ROWS)
            {
                cells.push(Key { task, model, rows, run: Run::AllThreads });
            }
            if ["boosting", "forest", "network"].contains(&model.id)
                && let Some(rows) = largest(10_000)
            {
                cells.push(Key { task, model, rows, run: Run::Again });
            }
        }
        cells
    }
}

/// Which run of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Run {
    /// On one thread: what figures and claims compare.
    OneThread,
    /// On all threads.
    AllThreads,
    /// On one thread once more: how far two runs of the same thing differ.
    Again,
}

impl Run {
    /// The word in tables.
    pub fn words(self) -> &'static str {
        match self {
            Run::OneThread => "one thread",
            Run::AllThreads => "all threads",
            Run::Again => "again",
        }
    }
}

/// A cell before it is run.
#[derive(Clone, Copy, Debug)]
struct Key {
    task: Task,
    model: Model,
    rows: usize,
    run: Run,
}

/// A cell after it was run, or was not.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The task's id.
    pub task: &'static str,
    /// The model's id.
    pub model: &'static str,
    /// Rows that were learnt from.
    pub rows: usize,
    /// Which run.
    pub run: Run,
    /// The replicates; none where it was stopped.
    pub fits: Vec<Fit>,
    /// Seconds that a fit would take, from the model's own growth, where it was stopped or not reached.
    pub extrapolated: Option<f64>,
    /// Whether the time for everything was over before its turn came.
    pub unreached: bool,
}

impl Measured {
    /// Whether it is this cell, at any size.
    pub fn is(&self, task: &str, model: &str, run: Run) -> bool {
        self.task == task && self.model == model && self.run == run
    }
}

/// All cells, in the order in which they were run.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Measured, stopped or left out.
    pub cells: Vec<Measured>,
    /// Whether the user ended it.
    pub interrupted: bool,
}

impl Results {
    /// One cell.
    pub fn cell(&self, task: &str, model: &str, rows: usize, run: Run) -> Option<&Measured> {
        self.cells.iter().find(|cell| cell.is(task, model, run) && cell.rows == rows)
    }

    /// The sizes at which a model was measured on a task, ascending.
    pub fn sizes(&self, task: &str, model: &str) -> Vec<usize> {
        let cells = self.cells.iter().filter(|cell| cell.is(task, model, Run::OneThread) && !cell.fits.is_empty());
        let mut sizes: Vec<usize> = cells.map(|cell| cell.rows).collect();
        sizes.sort_unstable();
        sizes
    }
}

/// Runs a cell in a process of its own.
pub trait Runner {
    /// The replicates that ended before `patience` ran out between two of them.
    fn run(&mut self, cell: &Cell, patience: Duration) -> Vec<Fit>;
    /// Whether the user has ended the race.
    fn interrupted(&self) -> bool;
    /// Hears what runs now, how many cells are done of how many, and seconds that remain at the most.
    fn progress(&mut self, now: &str, done: usize, of: usize, seconds: f64);
}

/// Runs all cells of the plan: first small tables and the task whose times are compared, then what is run again, and
/// the larger tables last, since time may run out on them.
pub fn race(plan: &Plan, runner: &mut dyn Runner) -> Results {
    let (first, last): (Vec<Key>, Vec<Key>) = plan
        .cells()
        .into_iter()
        .partition(|key| key.rows <= SMALL || key.rows <= TIMED_ROWS && [TIMED, OWN].contains(&key.task.id));
    let mut race = Race {
        plan,
        runner,
        began: Instant::now(),
        results: Results::default(),
        growth: BTreeMap::new(),
        done: 0,
        of: first.len() + last.len(),
    };
    race.run(&first);
    let again = plan.second_round(&race.results);
    race.of += again.len();
    race.run(&again);
    race.run(&last);
    race.results
}

/// Tables of up to so many rows are raced before all others.
const SMALL: usize = 3_000;
/// Times are compared up to so many rows.
const TIMED_ROWS: usize = 30_000;

/// What is known while it runs.
struct Race<'a> {
    plan: &'a Plan,
    runner: &'a mut dyn Runner,
    began: Instant,
    results: Results,
    /// For each task and model the rows, the seconds of a fit with its prediction, and those of the fit alone.
    growth: BTreeMap<(&'static str, &'static str), Vec<[f64; 3]>>,
    done: usize,
    of: usize,
}

impl Race<'_> {
    fn run(&mut self, keys: &[Key]) {
        for key in keys {
            if self.results.interrupted || self.runner.interrupted() {
                self.results.interrupted = true;
                return;
            }
            self.done += 1;
            if let Some(measured) = self.cell(key) {
                self.results.cells.push(measured);
            }
        }
    }

    /// One cell; nothing where the user ended the race in its midst.
    fn cell(&mut self, key: &Key) -> Option<Measured> {
        let plan = self.plan;
        let limits = plan.limits(&key.task, key.rows);
        let left = plan.patience() - self.began.elapsed().as_secs_f64();
        let seen = self.growth.entry((key.task.id, key.model.id)).or_default();
        let rows = key.rows as f64;
        let foretold = |which: usize| predicted(seen, which, rows).filter(|_| key.run == Run::OneThread);
        let (cost, extrapolated) = (foretold(1), foretold(2).filter(|seconds| seconds.is_finite()));
        let mut measured = Measured {
            task: key.task.id,
            model: key.model.id,
            rows: key.rows,
            run: key.run,
            fits: Vec::new(),
            extrapolated: None,
            unreached: left <= 0.0,
        };
        if measured.unreached {
            return Some(Measured { extrapolated, ..measured });
        }
        if cost.is_some_and(|seconds| seconds > limits.fit) {
            return Some(Measured { extrapolated, ..measured });
        }
        let now = format!("{} on {}, {} rows", key.model.label, key.task.label, key.rows);
        self.runner.progress(&now, self.done, self.of, left);
        let own = || plan.own.as_ref().filter(|_| key.task.id == OWN);
        let cell = Cell {
            task: key.task.id.into(),
            model: key.model.id.into(),
            rows: key.rows,
            test_rows: plan.test_rows(),
            threads: if key.run == Run::AllThreads { plan.threads } else { 1 },
            at_least: limits.replicates.0,
            replicates: limits.replicates.1,
            seconds: limits.cell,
            seed: plan.seed,
            table: own().map(|(path, _)| path.clone()),
        };
        measured.fits = self.runner.run(&cell, Duration::from_secs_f64(2.0 * limits.fit + 2.0));
        if measured.fits.is_empty() {
            if self.runner.interrupted() {
                self.results.interrupted = true;
                return None;
            }
            // Stopped in its first fit, or refused its rows: what is known is what its growth says.
            seen.push([rows, f64::INFINITY, f64::INFINITY]);
            return Some(Measured { extrapolated, ..measured });
        }
        if key.run == Run::OneThread {
            let predicting = 1e-6 * plan.test_rows() as f64;
            let middle = |of: &dyn Fn(&Fit) -> f64| median(measured.fits.iter().map(of).collect());
            let cost = middle(&|fit| fit.fit_seconds + fit.predict_micros * predicting);
            seen.push([rows, cost, middle(&|fit| fit.fit_seconds)]);
        }
        Some(measured)
    }
}

/// The middle value; NaN where there is none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let n = values.len();
    f64::midpoint(values[(n - 1) / 2], values[n / 2])
}

/// Seconds at `rows`, from the last two sizes seen; a model that was stopped once stays stopped, and one whose growth
/// is not known yet may run.
fn predicted(seen: &[[f64; 3]], which: usize, rows: f64) -> Option<f64> {
    match seen {
        [] => None,
        [one] => Some(one[which] * rows / one[0]),
        [.., before, last] => {
            let (n0, t0, n1, t1) = (before[0], before[which], last[0], last[which]);
            let exponent = ((t1 / t0).ln() / (n1 / n0).ln()).clamp(0.0, 4.0);
            Some(if exponent.is_nan() { t1 } else { t1 * (rows / n1).powf(exponent) })
        }
    }
}

/// What a call may ask for; nothing means everything.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Only these tasks.
    pub tasks: Option<Vec<Task>>,
    /// Only these models.
    pub models: Option<Vec<Model>>,
    /// Only these sizes.
    pub sizes: Option<Vec<usize>>,
    /// A quick look.
    pub quick: bool,
}

impl Plan {
    /// The plan that a wish makes, on the user's rows where there are any.
    pub fn new(wish: Wish, seed: u64, threads: usize, own: Option<(PathBuf, usize)>) -> Self {
        let whole = !wish.quick && wish.tasks.is_none() && wish.models.is_none() && wish.sizes.is_none();
        let quick = wish.quick;
        let usual = || if quick { QUICK_SIZES.to_vec() } else { SIZES.to_vec() };
        let mut sizes = wish.sizes.unwrap_or_else(usual);
        sizes.sort_unstable();
        sizes.dedup();
        let tasks = match (&own, wish.tasks) {
            (Some(_), _) => vec![YOURS],
            (None, Some(tasks)) => tasks,
            (None, None) if quick => TASKS.into_iter().filter(|task| QUICK_TASKS.contains(&task.id)).collect(),
            (None, None) => TASKS.into_iter().chain(SPECIAL).collect(),
        };
        let models = wish.models.unwrap_or_else(|| MODELS.to_vec());
        Plan { tasks, models, sizes, quick, whole, seed, threads, own }
    }
}

#[cfg(test)]
pub(crate) mod clockwork {
    use super::*;

    /// Fits that take a microsecond times the rows to the power of the model's own exponent, 1 where none is given.
    pub struct Clockwork {
        pub exponents: BTreeMap<&'static str, f64>,
        pub ran: usize,
        pub stop_after: usize,
    }

    impl Runner for Clockwork {
        fn run(&mut self, cell: &Cell, _: Duration) -> Vec<Fit> {
            self.ran += 1;
            let exponent = self.exponents.get(cell.model.as_str()).copied().unwrap_or(1.0);
            let fit = |replicate: usize| Fit {
                replicate,
                auc: 0.8 + 0.001 * replicate as f64 + 0.0001 * cell.model.len() as f64 * (replicate % 2) as f64,
                accuracy: 0.7 + 0.001 * (replicate * cell.model.len() % 7) as f64,
                log_loss: 0.5,
                fit_seconds: 1e-6 * (cell.rows as f64).powf(exponent) * (1.0 + 0.01 * (replicate % 3) as f64),
                predict_micros: 0.1 + 0.01 * replicate as f64,
                peak_mib: (replicate == 0).then_some(cell.rows as f64 / 50.0),
                numbers: Some(3.0),
            };
            (0..cell.replicates).map(fit).collect()
        }

        fn interrupted(&self) -> bool {
            self.ran >= self.stop_after
        }

        fn progress(&mut self, _: &str, _: usize, _: usize, _: f64) {}
    }
}

#[cfg(test)]
mod tests {
    use super::clockwork::Clockwork;
    use super::*;
    use crate::models::model_named;
    use crate::tasks::task_named;

    fn small_plan() -> Plan {
        let models = ["logistic", "svm-linfa"].map(|id| model_named(id).unwrap()).to_vec();
        let wish = Wish { tasks: Some(vec![task_named("linear").unwrap()]), models: Some(models), ..Wish::default() };
        Plan::new(wish, 7, 2, None)
    }

    fn clockwork(stop_after: usize) -> Clockwork {
        Clockwork { exponents: BTreeMap::from([("svm-linfa", 2.0)]), ran: 0, stop_after }
    }

    #[test]
    fn a_model_that_grows_too_fast_is_stopped_and_its_time_foretold() {
        let results = race(&small_plan(), &mut clockwork(usize::MAX));
        assert_eq!(results.sizes("linear", "logistic"), SIZES);
        // 1e-6 · n² is 0.09 s at 300 rows and 1 s at a thousand; at three thousand it would be 9.
        assert_eq!(results.sizes("linear", "svm-linfa"), [300, 1_000]);
        let stopped = results.cell("linear", "svm-linfa", 3_000, Run::OneThread).unwrap();
        assert!((stopped.extrapolated.unwrap() / 9.09 - 1.0).abs() < 0.02, "{:?}", stopped.extrapolated);
        let later = results.cell("linear", "svm-linfa", 100_000, Run::OneThread).unwrap();
        assert!((later.extrapolated.unwrap() / 10_100.0 - 1.0).abs() < 0.02);
    }

    #[test]
    fn an_interrupted_race_keeps_what_it_has() {
        let results = race(&small_plan(), &mut clockwork(3));
        assert!(results.interrupted);
        assert_eq!(results.cells.len(), 3);
        // Small sizes come first.
        assert_eq!(results.cells.iter().map(|cell| cell.rows).collect::<Vec<_>>(), [300, 300, 1_000]);
    }

    #[test]
    fn a_real_table_is_raced_at_the_sizes_that_it_has() {
        let whole = Plan::new(Wish::default(), 7, 2, None);
        let sizes = |id: &str| whole.sizes_of(&task_named(id).unwrap());
        assert_eq!(sizes("breast-cancer"), [300, 379]);
        assert_eq!(sizes("digits"), [300, 1_000, 1_198]);
        assert_eq!(sizes("coins"), [1_000]);
        assert_eq!(sizes("linear"), SIZES);
    }

    #[test]
    fn growth_is_read_off_the_last_two_sizes() {
        assert_eq!(predicted(&[], 1, 10.0), None);
        assert_eq!(predicted(&[[10.0, 1.0, 0.5]], 1, 20.0), Some(2.0));
        assert!((predicted(&[[10.0, 1.0, 2.0], [20.0, 8.0, 4.0]], 1, 40.0).unwrap() - 64.0).abs() < 1e-9);
        assert!((predicted(&[[10.0, 1.0, 2.0], [20.0, 8.0, 4.0]], 2, 40.0).unwrap() - 8.0).abs() < 1e-9);
        assert_eq!(predicted(&[[10.0, 1.0, 1.0], [20.0, f64::INFINITY, 1.0]], 1, 40.0), Some(f64::INFINITY));
    }
}
