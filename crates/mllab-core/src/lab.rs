//! A lab is a question and its studies; a study is the unit of work.

use crate::{Cx, LabError, Outcome, ParamSpec, ParamValue, Params, Seed, SeedError, Source};
use serde::Serialize;
use std::fmt;
use std::marker::PhantomData;

/// What is known of a lab without running it.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// The id, in kebab-case; the folder's name in snake_case and the type's in CamelCase are the same words.
    pub id: &'static str,
    /// A few words for lists.
    pub title: &'static str,
    /// The question that the lab answers.
    pub question: &'static str,
    /// The exam domain it belongs to.
    pub domain: Domain,
    /// The id of the one picture that answers the question, and its caption on a tile.
    pub picture: (&'static str, &'static str),
    /// Replicates of the reference run.
    pub replicates: usize,
    /// Replicates of a quick look.
    pub quick_replicates: usize,
    /// What the notes do not say and the page rests on: papers, documents.
    pub sources: &'static [&'static str],
    /// What it takes of a user's file.
    pub own: Own,
}

/// What a lab takes of a user's file.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// What the file must say is to be predicted.
    pub target: TargetKind,
    /// The common flags that it has a use for, beside `--data` and (where there is a target) `--target`.
    pub flags: &'static [OwnFlag],
    /// Its experiments take no more rows than this; of a larger table a random sample is measured.
    pub most_rows: usize,
    /// A quick look takes no more features than this.
    pub quick_features: usize,
    /// Whether its shares count each row as often as [`crate::Dataset::stands_for`] says.
    pub weighs: bool,
    /// Whether of three classes and more it takes one against the rest.
    pub one_against_the_rest: bool,
    /// Whether time stamps say how far its rows are apart.
    pub spaced: bool,
    /// Fewer rows than this it cannot do anything with.
    pub fewest_rows: usize,
}

/// So many features leave a quick look quick in most labs.
const QUICK_FEATURES: usize = 100;
/// So many rows are enough for most labs.
const FEWEST_ROWS: usize = 40;

impl Own {
    /// Nothing: the lab has no use for a table.
    pub const fn none() -> Self {
        Own {
            target: TargetKind::Nothing,
            flags: &[],
            most_rows: 0,
            quick_features: 0,
            weighs: false,
            one_against_the_rest: false,
            spaced: false,
            fewest_rows: FEWEST_ROWS,
        }
    }

    /// Two classes to be predicted, of at most so many rows.
    pub const fn classes(most_rows: usize) -> Self {
        Own {
            target: TargetKind::TwoClasses,
            flags: &[],
            most_rows,
            quick_features: QUICK_FEATURES,
            weighs: false,
            one_against_the_rest: false,
            spaced: false,
            fewest_rows: FEWEST_ROWS,
        }
    }

    /// Two classes or a number to be predicted, of at most so many rows.
    pub const fn classes_or_number(most_rows: usize) -> Self {
        Own {
            target: TargetKind::TwoClassesOrNumber,
            flags: &[],
            most_rows,
            quick_features: QUICK_FEATURES,
            weighs: false,
            one_against_the_rest: false,
            spaced: false,
            fewest_rows: FEWEST_ROWS,
        }
    }

    /// Columns as they are, of at most so many rows.
    pub const fn columns(most_rows: usize) -> Self {
        Own {
            target: TargetKind::Nothing,
            flags: &[],
            most_rows,
            quick_features: QUICK_FEATURES,
            weighs: false,
            one_against_the_rest: false,
            spaced: false,
            fewest_rows: FEWEST_ROWS,
        }
    }

    /// A quick look takes no more features than this.
    #[must_use]
    pub const fn quick_features(self, quick_features: usize) -> Self {
        Own { quick_features, ..self }
    }

    /// Its shares count each row as often as the sample says that it stands for one of the table's.
    #[must_use]
    pub const fn weighing(self) -> Self {
        Own { weighs: true, ..self }
    }

    /// Of three classes and more it takes one against the rest.
    #[must_use]
    pub const fn one_against_the_rest(self) -> Self {
        Own { one_against_the_rest: true, ..self }
    }

    /// Its rows are as far apart as their time stamps say.
    #[must_use]
    pub const fn spaced(self) -> Self {
        Own { spaced: true, ..self }
    }

    /// It can do nothing with fewer rows.
    #[must_use]
    pub const fn of_rows(self, fewest_rows: usize) -> Self {
        Own { fewest_rows, ..self }
    }

    /// And a use for these flags.
    #[must_use]
    pub const fn with(self, flags: &'static [OwnFlag]) -> Self {
        Own { flags, ..self }
    }
}

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// Nothing: the lab looks at columns.
    Nothing,
    /// One of two classes.
    TwoClasses,
    /// One of two classes, or a number.
    TwoClassesOrNumber,
}

/// A flag that says which column is what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnFlag {
    /// `--group COL`: rows that belong together.
    Group,
    /// `--time COL`: the order of the rows.
    Time,
    /// `--column COL`: the one column to look at.
    Column,
    /// `--baseline FILE`: earlier rows of the same columns.
    Baseline,
}

/// The exam's domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Domain {
    /// Preparing data.
    DataPreparation,
    /// Developing models.
    ModelDevelopment,
    /// Deploying and running them.
    Deployment,
    /// Watching them.
    Monitoring,
}

impl Domain {
    /// All, in the exam's order.
    pub const ALL: [Domain; 4] =
        [Domain::DataPreparation, Domain::ModelDevelopment, Domain::Deployment, Domain::Monitoring];

    /// The id used in flags and files.
    pub fn id(self) -> &'static str {
        match self {
            Domain::DataPreparation => "data-preparation",
            Domain::ModelDevelopment => "model-development",
            Domain::Deployment => "deployment",
            Domain::Monitoring => "monitoring",
        }
    }

    /// The words on a page.
    pub fn words(self) -> &'static str {
        match self {
            Domain::DataPreparation => "Data preparation",
            Domain::ModelDevelopment => "Model development",
            Domain::Deployment => "Deployment",
            Domain::Monitoring => "Monitoring",
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Which sources a study can work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Only generated data.
    Generated,
    /// Only a user's table.
    Own,
    /// Both.
    Both,
}

impl Accepts {
    /// Whether `source` is one of them.
    pub fn takes(self, source: &Source) -> bool {
        match source {
            Source::Generated => self != Accepts::Own,
            Source::Own(_) => self != Accepts::Generated,
        }
    }
}

/// The unit of work: answers some of the lab's claims.
pub struct Study<P> {
    /// The id; also the name of its file, in snake_case.
    pub id: &'static str,
    /// The claims that it answers.
    pub claims: &'static [&'static str],
    /// The sources that it accepts.
    pub accepts: Accepts,
    /// Its replicates as a multiple of the lab's base count.
    pub multiple: f64,
    /// Its share of the lab's time on two cores, in seconds.
    pub seconds: f64,
    /// The work.
    pub run: fn(&Cx, &P, &Source) -> Result<Outcome, LabError>,
}

/// A study of generated data that runs as often as the lab says and takes half a second; what differs is added.
///
/// ```
/// use mllab_core::{Accepts, LabError, Outcome, Study, study};
/// let wall: Study<()> = study("wall", &["overshoots"], |_, (), _| Ok::<_, LabError>(Outcome::new())).times(2.0).also_own();
/// assert_eq!((wall.id, wall.multiple, wall.accepts), ("wall", 2.0, Accepts::Both));
/// ```
pub const fn study<P>(
    id: &'static str,
    claims: &'static [&'static str],
    run: fn(&Cx, &P, &Source) -> Result<Outcome, LabError>,
) -> Study<P> {
    Study { id, claims, accepts: Accepts::Generated, multiple: 1.0, seconds: 0.5, run }
}

impl<P> Study<P> {
    /// Its replicates are so many times the lab's base count.
    #[must_use]
    pub const fn times(self, multiple: f64) -> Self {
        Study { multiple, ..self }
    }

    /// It takes about so many seconds of the lab's time on two cores.
    #[must_use]
    pub const fn seconds(self, seconds: f64) -> Self {
        Study { seconds, ..self }
    }

    /// It also works on a user's table.
    #[must_use]
    pub const fn also_own(self) -> Self {
        Study { accepts: Accepts::Both, ..self }
    }

    /// It works on a user's table only.
    #[must_use]
    pub const fn only_own(self) -> Self {
        Study { accepts: Accepts::Own, ..self }
    }
}

/// A question and its studies.
pub trait Lab {
    /// What is known of it without running it.
    const META: Meta;
    /// The text of `seeds/<id>.toml`.
    const SEED: &'static str;
    /// The text of `page.md`.
    const PAGE: &'static str;
    /// Its parameters.
    type Params: Params;
    /// Its studies, in the order of the page.
    fn studies() -> Vec<Study<Self::Params>>;
    /// Why these values, each admissible, are not so together; with the flags' names.
    fn clash(_: &Self::Params) -> Option<String> {
        None
    }
    /// Its time on generated rows by the parameters' values, as a multiple of what its studies say; measured, within a
    /// factor of two.
    fn work(_: &Self::Params) -> f64 {
        1.0
    }
    /// Its seconds on two cores on a user's table of so many rows and features; measured, within a factor of two.
    fn own_seconds(_: &Self::Params, rows: usize, features: usize) -> f64 {
        2e-5 * rows as f64 * features as f64
    }
}

/// A lab whose type is forgotten, as the registry holds it.
pub trait AnyLab: Sync {
    /// What is known of it without running it.
    fn meta(&self) -> &'static Meta;
    /// Its claims and seed.
    ///
    /// # Errors
    ///
    /// A fault in `seeds/<id>.toml`; a test holds that there is none.
    fn seed(&self) -> Result<Seed, SeedError>;
    /// The page's prose.
    fn page(&self) -> &str;
    /// Whether the prose is written from the results at hand, and so fits any run: prose written for the reference run
    /// is shown with no other.
    fn writes_of_its_run(&self) -> bool {
        false
    }
    /// Its parameters' descriptions.
    fn specs(&self) -> Vec<ParamSpec>;
    /// Why these values, each admissible, are not so together.
    fn clash(&self, _: &[ParamValue]) -> Option<String> {
        None
    }
    /// Its time on generated rows as a multiple of what its studies say: [`Lab::work`].
    fn work(&self, _: &[ParamValue]) -> f64 {
        1.0
    }
    /// Its seconds on a user's table: [`Lab::own_seconds`].
    fn own_seconds(&self, _: &[ParamValue], _rows: usize, _features: usize) -> f64 {
        0.0
    }
    /// Its studies, without their work.
    fn studies(&self) -> Vec<StudyInfo>;
    /// Runs the study at `index` of [`AnyLab::studies`].
    ///
    /// # Errors
    ///
    /// Data that cannot answer the question, or a run ended from outside.
    fn run_study(&self, index: usize, cx: &Cx, params: &[ParamValue], source: &Source) -> Result<Outcome, LabError>;
}

/// A study without its work.
#[derive(Clone, Copy, Debug)]
pub struct StudyInfo {
    /// The id.
    pub id: &'static str,
    /// The claims that it answers.
    pub claims: &'static [&'static str],
    /// The sources that it accepts.
    pub accepts: Accepts,
    /// Its replicates as a multiple of the lab's base count.
    pub multiple: f64,
    /// Its share of the lab's time on two cores, in seconds.
    pub seconds: f64,
}

/// Makes a [`Lab`] an [`AnyLab`].
pub struct Shelf<L>(PhantomData<fn() -> L>);

impl<L: Lab> Shelf<L> {
    /// The only value there is.
    pub const LAB: Self = Shelf(PhantomData);
}

impl<L: Lab> AnyLab for Shelf<L> {
    fn meta(&self) -> &'static Meta {
        &L::META
    }

    fn seed(&self) -> Result<Seed, SeedError> {
        Seed::parse(&format!("{}.toml", L::META.id), L::SEED)
    }

    fn page(&self) -> &str {
        L::PAGE
    }

    fn specs(&self) -> Vec<ParamSpec> {
        L::Params::specs()
    }

    fn clash(&self, params: &[ParamValue]) -> Option<String> {
        L::clash(&L::Params::from_values(params))
    }

    fn work(&self, params: &[ParamValue]) -> f64 {
        L::work(&L::Params::from_values(params))
    }

    fn own_seconds(&self, params: &[ParamValue], rows: usize, features: usize) -> f64 {
        L::own_seconds(&L::Params::from_values(params), rows, features)
    }

    fn studies(&self) -> Vec<StudyInfo> {
        let info = |s: Study<L::Params>| StudyInfo {
            id: s.id,
            claims: s.claims,
            accepts: s.accepts,
            multiple: s.multiple,
            seconds: s.seconds,
        };
        L::studies().into_iter().map(info).collect()
    }

    fn run_study(&self, index: usize, cx: &Cx, params: &[ParamValue], source: &Source) -> Result<Outcome, LabError> {
        (L::studies()[index].run)(cx, &L::Params::from_values(params), source)
    }
}
