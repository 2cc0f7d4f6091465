//! Runs a lab: its studies side by side, each estimate held against its rule.

use crate::report::{ClaimReport, ColumnEntry, Data, FigureEntry, Finding, Report, TableEntry, Untestable};
use crate::seed::{Claim, On, Seed};
use crate::{
    AnyLab, Cx, Dataset, Drawn, Figure, Host, LabError, Outcome, ParamValue, SeedError, Silent, Source, Table,
};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use thiserror::Error;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Request {
    /// The random seed.
    pub seed: u64,
    /// The base count of replicates.
    pub replicates: usize,
    /// Whether this is only a quick look.
    pub quick: bool,
    /// Only the study that answers this claim.
    pub only: Option<String>,
    /// One value for each of the lab's parameters, in order.
    pub params: Vec<ParamValue>,
    /// Where the rows come from.
    pub source: Source,
}

impl Request {
    /// The reference run of a lab.
    ///
    /// # Errors
    ///
    /// A fault in the lab's seeds file.
    pub fn reference(lab: &dyn AnyLab) -> Result<Self, SeedError> {
        Ok(Request {
            seed: lab.seed()?.rng_seed,
            replicates: lab.meta().replicates,
            quick: false,
            only: None,
            params: lab.specs().into_iter().map(|spec| spec.default).collect(),
            source: Source::Generated,
        })
    }
}

/// What a run leaves: the record, and the values that become files.
#[derive(Clone, Debug)]
pub struct Run {
    /// The record.
    pub report: Report,
    /// The tables, in the record's order.
    pub tables: Vec<Table>,
    /// The figures, in the record's order.
    pub figures: Vec<Figure>,
}

impl Run {
    /// A quick look at a user's table that nobody watches: what a lab's tests call.
    ///
    /// # Errors
    ///
    /// Those of [`run`].
    pub fn quick_on(lab: &dyn AnyLab, table: Dataset) -> Result<Run, RunError> {
        let request = Request {
            replicates: lab.meta().quick_replicates,
            quick: true,
            source: Source::Own(Box::new(table)),
            ..Request::reference(lab)?
        };
        run(lab, &request, Host { progress: &Silent, cancelled: &AtomicBool::new(false) })
    }

    /// The table of this name.
    ///
    /// # Panics
    ///
    /// If there is none: a bug in the lab.
    pub fn table(&self, id: &str) -> &Table {
        self.tables.iter().find(|table| table.id == id).unwrap_or_else(|| panic!("no table {id}"))
    }
}

/// Why a run has no result.
#[derive(Debug, Error)]
pub enum RunError {
    /// The data cannot answer the question.
    #[error("{0}")]
    Unusable(String),
    /// Ended from outside.
    #[error("interrupted")]
    Cancelled,
    /// The seeds file is faulty.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

impl From<LabError> for RunError {
    fn from(error: LabError) -> Self {
        match error {
            LabError::Unusable(why) => RunError::Unusable(why),
            LabError::Cancelled => RunError::Cancelled,
        }
    }
}

/// Runs a lab on the current thread pool.
///
/// # Errors
///
/// Data that cannot answer the question, a run ended from outside, a faulty seeds file.
///
/// # Panics
///
/// If a study does not return exactly the findings that the seeds file asks of it: a bug in the lab.
pub fn run(lab: &dyn AnyLab, request: &Request, host: Host) -> Result<Run, RunError> {
    let plan = Plan::new(lab, request)?;
    let outcomes = (0..plan.wanted.len()).into_par_iter().map(|place| plan.measure(place, host)).collect();
    plan.finish(outcomes)
}

/// A run cut into its studies, which can be measured in any order and beside those of other labs.
pub struct Plan<'a> {
    lab: &'a dyn AnyLab,
    request: &'a Request,
    seed: Seed,
    source: Source,
    /// Positions of the wanted studies among the lab's.
    wanted: Vec<usize>,
}

impl<'a> Plan<'a> {
    /// The studies that a request needs, on the sample of the rows that they take.
    ///
    /// # Errors
    ///
    /// A faulty seeds file.
    pub fn new(lab: &'a dyn AnyLab, request: &'a Request) -> Result<Self, SeedError> {
        let studies = lab.studies();
        let wanted = (0..studies.len())
            .filter(|&i| studies[i].accepts.takes(&request.source))
            .filter(|&i| request.only.as_ref().is_none_or(|id| studies[i].claims.contains(&id.as_str())))
            .collect();
        let source = sampled(&request.source, lab.meta(), request);
        Ok(Plan { lab, request, seed: lab.seed()?, source, wanted })
    }

    /// About how long each study takes on two cores, in seconds, in the lab's order: by its replicates, the parameters'
    /// values and the table.
    pub fn seconds(&self) -> Vec<f64> {
        let (studies, params) = (self.lab.studies(), &self.request.params);
        let times = match &self.source {
            Source::Generated => {
                self.lab.work(params) * self.request.replicates as f64 / self.lab.meta().replicates as f64
            }
            Source::Own(table) => {
                let (rows, features) = table.features.dim();
                let told: f64 = studies.iter().filter(|s| s.accepts.takes(&self.source)).map(|s| s.seconds).sum();
                self.lab.own_seconds(params, rows, features) / told
            }
        };
        self.wanted.iter().map(|&i| times * studies[i].seconds).collect()
    }

    /// Measures the study at a place of [`Plan::seconds`].
    ///
    /// # Errors
    ///
    /// Data that cannot answer the question; a run ended from outside.
    pub fn measure(&self, place: usize, host: Host) -> Result<Outcome, LabError> {
        let (meta, i) = (self.lab.meta(), self.wanted[place]);
        let study = self.lab.studies()[i];
        let replicates = ((self.request.replicates as f64 * study.multiple).round() as usize).max(2);
        let cx = Cx::new(self.request.seed, meta.id, study.id, replicates, self.request.quick, host);
        self.lab.run_study(i, &cx, &self.request.params, &self.source)
    }

    /// Holds the outcomes, one a study in the order of [`Plan::seconds`], against the rules.
    ///
    /// # Errors
    ///
    /// The first study that has no outcome.
    ///
    /// # Panics
    ///
    /// If a study does not return exactly the findings that the seeds file asks of it: a bug in the lab.
    pub fn finish(&self, outcomes: Vec<Result<Outcome, LabError>>) -> Result<Run, RunError> {
        let Plan { lab, request, seed, source, wanted } = self;
        let (meta, studies) = (lab.meta(), lab.studies());
        let file_rows = if let Source::Own(table) = &request.source { table.n_rows() } else { 0 };
        let on = if matches!(request.source, Source::Generated) { On::Generated } else { On::Own };
        let mut claims: BTreeMap<String, ClaimReport> = BTreeMap::new();
        let mut untestable: BTreeMap<String, String> = BTreeMap::new();
        let (mut tables, mut figures, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        let mut read: Vec<String> = Vec::new();
        let default = |(spec, value): (&crate::ParamSpec, &ParamValue)| spec.default == *value;
        let as_written = on == On::Generated
            && request.replicates >= meta.replicates
            && lab.specs().iter().zip(&request.params).all(default);
        for (&i, outcome) in wanted.iter().zip(outcomes) {
            let outcome = outcome?;
            untestable.extend(outcome.untestable.iter().map(|(id, why)| ((*id).to_string(), why.clone())));
            for id in studies[i].claims {
                let claim =
                    seed.claim(id).unwrap_or_else(|| panic!("study {}: seeds have no claim {id}", studies[i].id));
                let asked = request.only.as_ref().is_none_or(|only| only == id);
                if asked && claim.settings_on(on).next().is_some() && !untestable.contains_key(*id) {
                    claims.insert(claim.id.clone(), judged(claim, on, &outcome));
                }
            }
            let worded: Vec<Figure> = outcome.figures.into_iter().map(|figure| figure.worded(as_written)).collect();
            entries.extend(worded.iter().map(|figure| figure_entry(figure, studies[i].id)));
            for sentence in outcome.reading {
                if !read.contains(&sentence) {
                    read.push(sentence);
                }
            }
            tables.extend(outcome.tables);
            figures.extend(worded);
        }
        let in_order = |seed: &Seed, claims: &mut BTreeMap<String, ClaimReport>| {
            seed.claims.iter().filter_map(|claim| claims.remove(&claim.id)).collect()
        };
        let unanswered = seed.claims.iter().filter(|claim| !claims.contains_key(&claim.id));
        let untestable: Vec<Untestable> = unanswered
            .filter(|claim| request.only.as_ref().is_none_or(|only| *only == claim.id))
            .filter_map(|claim| {
                let why = untestable.get(&claim.id).cloned();
                let why = why.or_else(|| (on == On::Own).then(|| claim.why_untestable.clone().unwrap_or_default()))?;
                Some(Untestable { id: claim.id.clone(), why })
            })
            .collect();
        let specs = lab.specs();
        let named = || specs.iter().zip(&request.params);
        let report = Report {
            lab: meta.id.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed: request.seed,
            replicates: request.replicates,
            quick: request.quick,
            only: request.only.clone(),
            params: named().map(|(spec, value)| (spec.name.clone(), value.to_json())).collect(),
            changed: named()
                .filter(|(spec, value)| spec.default != **value)
                .map(|(spec, _)| spec.name.clone())
                .collect(),
            data: data(source, file_rows, read),
            own_flags: String::new(),
            title: meta.title.into(),
            question: meta.question.into(),
            domain: meta.domain.id().into(),
            claims: in_order(seed, &mut claims),
            untestable,
            tables: tables.iter().map(table_entry).collect(),
            figures: entries,
        };
        Ok(Run { report, tables, figures })
    }
}

/// Holds the outcome's estimates against the claim's rules.
fn judged(claim: &Claim, on: On, outcome: &Outcome) -> ClaimReport {
    let mut findings = Vec::new();
    let mut measured: Vec<_> = outcome.measured.iter().filter(|m| m.claim == claim.id).collect();
    for setting in claim.settings_on(on) {
        for (index, part) in setting.parts.iter().enumerate() {
            let found = measured.iter().position(|m| m.setting == setting.name && m.part == index);
            let found =
                found.unwrap_or_else(|| panic!("{}: no finding for {:?}, part {index}", claim.id, setting.name));
            let estimate = measured.remove(found).estimate;
            findings.push(Finding {
                setting: setting.name.clone(),
                short: setting.short.clone(),
                role: setting.role,
                measure: part.measure.clone(),
                unit: part.unit.clone(),
                estimate,
                rule: part.rule,
                verdict: part.rule.judge(&estimate),
                expect: part.expect,
            });
        }
    }
    assert!(measured.is_empty(), "{}: findings that the seeds do not name: {measured:?}", claim.id);
    ClaimReport::new(claim, on, findings)
}

/// The user's table, or a part of it where the lab could not measure all in a reader's patience: a sample of the rows; in
/// a quick look also only some of very many features.
fn sampled(source: &Source, meta: &crate::Meta, request: &Request) -> Source {
    let Source::Own(table) = source else { return Source::Generated };
    let stream = crate::Stream::root(request.seed).child(meta.id, 0);
    let mut table = table.as_ref().clone();
    if request.quick {
        table = table.with_features(meta.own.quick_features, &stream.child("features of the user's table", 0));
    }
    let n = table.n_rows();
    if n > meta.own.most_rows {
        let stream = stream.child("rows of the user's table", 0);
        let drawn = Drawn::of(n, meta.own.most_rows, table.binary(), &stream);
        table = table.sample(&drawn);
        if let Some(file) = &mut table.file {
            file.reading.push(format!("measured on {}", drawn.said(n, meta.own.weighs)));
        }
    }
    Source::Own(Box::new(table))
}

/// What is said of the data: how many rows the file has, and how they were read and sampled.
fn data(source: &Source, rows: usize, read: Vec<String>) -> Data {
    match source {
        Source::Generated => Data::Generated,
        Source::Own(table) => {
            let file = table.file.as_ref();
            Data::File {
                file: file.map_or_else(|| table.name.clone(), |f| f.file.clone()),
                sha256: file.map(|f| f.sha256.clone()).unwrap_or_default(),
                rows,
                columns: file.map(|f| f.columns.clone()).unwrap_or_default(),
                reading: file.map(|f| f.reading.clone()).unwrap_or_default().into_iter().chain(read).collect(),
            }
        }
    }
}

fn table_entry(table: &Table) -> TableEntry {
    TableEntry {
        id: table.id.clone(),
        file: format!("tables/{}.csv", table.id),
        rows: table.n_rows(),
        columns: table
            .columns
            .iter()
            .map(|column| ColumnEntry { name: column.name.clone(), unit: column.unit.clone() })
            .collect(),
    }
}

fn figure_entry(figure: &Figure, study: &str) -> FigureEntry {
    let mut tables: Vec<String> = Vec::new();
    for (table, _) in &figure.reads {
        if !tables.contains(table) {
            tables.push(table.clone());
        }
    }
    FigureEntry {
        id: figure.id.clone(),
        study: study.into(),
        title: figure.title.to_string(),
        alt: figure.alt.clone(),
        svg: Some(format!("figures/{}.svg", figure.id)),
        svg_narrow: Some(format!("figures/{}.narrow.svg", figure.id)),
        tile: format!("figures/{}.tile.svg", figure.id),
        png: Some(format!("figures/{}.png", figure.id)),
        tables,
    }
}
