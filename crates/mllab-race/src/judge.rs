//! Estimates from the race's cells, and what is read off a plan.

use crate::cell::Fit;
use crate::models::{Family, MODELS, Model};
use crate::race::{Plan, Results, Run, median};
use crate::tasks::{HELD_OUT, OWN, TASKS, Task};
use mllab_core::Estimate;

/// Estimates from the race's cells.
pub(crate) struct Judge<'a> {
    pub plan: &'a Plan,
    pub results: &'a Results,
}

impl Judge<'_> {
    /// The replicates of one cell; none where it was not measured.
    pub fn fits(&self, task: &str, model: &str, rows: usize, run: Run) -> &[Fit] {
        self.results.cell(task, model, rows, run).map_or(&[], |cell| &cell.fits)
    }

    /// The size at which a task is judged: three thousand rows, or all that can be learnt from where there are fewer.
    pub fn usual(&self, task: &Task) -> usize {
        self.plan.sizes_of(task).into_iter().filter(|&rows| rows <= 3_000).max().unwrap_or(0)
    }

    /// Something of one model less the same of another, replicate by replicate.
    pub fn paired(&self, task: &Task, a: (&str, Run), b: (&str, Run), rows: usize, of: fn(&Fit) -> f64) -> Estimate {
        let (a, b) = (self.fits(task.id, a.0, rows, a.1), self.fits(task.id, b.0, rows, b.1));
        let differences: Vec<f64> = a
            .iter()
            .filter_map(|a| b.iter().find(|b| b.replicate == a.replicate).map(|b| of(a) - of(b)))
            .filter(|difference| difference.is_finite())
            .collect();
        mean(&differences, task.real)
    }

    pub fn gain(&self, task: &Task, a: &str, b: &str, rows: usize) -> Estimate {
        self.paired(task, (a, Run::OneThread), (b, Run::OneThread), rows, |fit| fit.auc)
    }

    /// log2 of the fit time of one model over that of another.
    pub fn slower(&self, task: &Task, a: (&str, Run), b: (&str, Run), rows: usize) -> Estimate {
        // Times vary with the machine, not with the rows that resamples share.
        self.paired(&Task { real: false, ..*task }, a, b, rows, |fit| fit.fit_seconds.log2())
    }

    pub fn slower_alone(&self, task: &Task, a: &str, b: &str, rows: usize) -> Estimate {
        self.slower(task, (a, Run::OneThread), (b, Run::OneThread), rows)
    }

    /// The model of highest mean AUC among those that `fits`, measured at least twice.
    pub fn best(&self, task: &str, rows: usize, fits: impl Fn(&Model) -> bool) -> Option<Model> {
        let score = |model: &Model| {
            let fits = self.fits(task, model.id, rows, Run::OneThread);
            (fits.len() >= 2).then(|| fits.iter().map(|fit| fit.auc).sum::<f64>() / fits.len() as f64)
        };
        MODELS
            .into_iter()
            .filter(|model| fits(model))
            .filter_map(|model| score(&model).map(|score| (model, score)))
            .fold(
                None,
                |best: Option<(Model, f64)>, (model, score)| {
                    if best.is_none_or(|(_, most)| score > most) { Some((model, score)) } else { best }
                },
            )
            .map(|(model, _)| model)
    }

    /// Boosted trees less the best model that is not XGBoost's kin.
    pub fn ahead(&self, task: &Task, rows: usize) -> Estimate {
        let kin = ["boosting", "boosting-exact", "forust"];
        match self.best(task.id, rows, |model| !kin.contains(&model.id)) {
            Some(best) => self.gain(task, "boosting", best.id, rows),
            None => Estimate::unknown(),
        }
    }

    /// The best complex model less logistic regression.
    pub fn over_baseline(&self, task: &Task, rows: usize) -> Estimate {
        match self.best(task.id, rows, |model| model.complex) {
            Some(best) => self.gain(task, best.id, "logistic", rows),
            None => Estimate::unknown(),
        }
    }

    /// The largest size at which all models that the claims compare were measured.
    pub fn usual_own(&self, task: &Task) -> usize {
        let compared = ["logistic", "forest", "boosting", "network"];
        let done = |rows: &usize| compared.iter().all(|id| self.fits(task.id, id, *rows, Run::OneThread).len() >= 2);
        self.plan.sizes_of(task).into_iter().filter(done).max().unwrap_or(0)
    }

    pub fn auc(&self, task: &str, model: &str, rows: usize) -> Estimate {
        let values: Vec<f64> = self.fits(task, model, rows, Run::OneThread).iter().map(|fit| fit.auc).collect();
        if values.len() < 2 { Estimate::unknown() } else { Estimate::mean_within(&values, 0.0, 1.0) }
    }

    /// How fit time grows with the rows: the slope of its logarithm on theirs, least squares over the sizes from a
    /// thousand rows on (three hundred measure overhead), a slope for each replicate.
    pub fn exponent(&self, task: &str, model: &str) -> Estimate {
        let sizes: Vec<usize> = self.results.sizes(task, model);
        let large: Vec<usize> = sizes.iter().copied().filter(|&rows| rows >= 1_000).collect();
        let sizes = if large.len() >= 2 { large } else { sizes };
        if sizes.len() < 2 {
            return Estimate::unknown();
        }
        let columns: Vec<&[Fit]> = sizes.iter().map(|&rows| self.fits(task, model, rows, Run::OneThread)).collect();
        let replicates = columns.iter().map(|fits| fits.len()).min().unwrap_or(0);
        let slopes: Vec<f64> = (0..replicates)
            .map(|r| {
                let points = sizes.iter().zip(&columns).map(|(&n, fits)| ((n as f64).ln(), fits[r].fit_seconds.ln()));
                Estimate::slope(&points.collect::<Vec<_>>()).point()
            })
            .collect();
        mean(&slopes, false)
    }

    /// The same of peak memory, which only the first fit of a process can tell: one line through all sizes from a
    /// thousand rows on, with the interval of its slope.
    pub fn memory_exponent(&self, task: &str, model: &str) -> Estimate {
        let points: Vec<(f64, f64)> = self
            .results
            .sizes(task, model)
            .into_iter()
            .filter_map(|rows| {
                let peak = self.fits(task, model, rows, Run::OneThread).iter().find_map(|fit| fit.peak_mib)?;
                (peak > 0.5).then(|| ((rows as f64).ln(), peak.ln()))
            })
            .collect();
        if points.len() < 3 { Estimate::unknown() } else { Estimate::slope(&points) }
    }
}

/// A mean, or, over splits of one table, the corrected one; nothing where fewer than two replicates are there.
pub(crate) fn mean(values: &[f64], real: bool) -> Estimate {
    if values.len() < 2 {
        Estimate::unknown()
    } else if real {
        Estimate::resampled_mean(values, HELD_OUT / (1.0 - HELD_OUT))
    } else {
        Estimate::mean(values)
    }
}

/// The median over a cell's replicates.
pub(crate) fn middle(fits: &[Fit], of: impl Fn(&Fit) -> f64) -> f64 {
    median(fits.iter().map(of).collect())
}

/// The tasks of a plan that a reader chooses between.
pub(crate) fn shown_tasks(plan: &Plan) -> Vec<Task> {
    plan.tasks.iter().copied().filter(|task| task.id == OWN || TASKS.iter().any(|t| t.id == task.id)).collect()
}

/// Families in the order of a legend, of the models that raced; one tree stands with the forests.
pub(crate) fn families(plan: &Plan) -> Vec<Family> {
    let there = |family: &Family| plan.models.iter().any(|model| model.family.hue() == family.hue());
    Family::ALL.into_iter().filter(|family| *family != Family::Tree && there(family)).collect()
}
