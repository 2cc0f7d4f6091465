//! `mllab new-lab`: lays the folder, the seeds file and the line of a new lab in a checkout of this project.

use crate::ending::{Code, Failure, print, shown_path};
use crate::flags::{domain, domain_arg};
use clap::{Arg, ArgMatches, Command, value_parser};
use mllab_core::Domain;
use mllab_labs::find;
use serde::Deserialize;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The command's words; of use only in a checkout, so the help of the whole does not list it.
pub fn command() -> Command {
    Command::new("new-lab")
        .about("Lay the files of a new lab in a checkout of mllab: claims, folder, page, registry")
        .hide(true)
        .arg(Arg::new("slug").value_name("SLUG").required(true).help("The lab's id in kebab-case: coin-bias"))
        .arg(domain_arg().required(true).help("The exam domain it belongs to"))
        .arg(
            Arg::new("claims")
                .long("claims")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("A TOML file of [[claim]] with id, statement and notes, to begin the seeds file with"),
        )
}

/// What a catalogue says of a lab; other keys are of no use here.
#[derive(Deserialize)]
struct Catalogue {
    #[serde(default)]
    question: String,
    claim: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    statement: String,
    notes: Vec<Place>,
    #[serde(default)]
    why: String,
}

#[derive(Deserialize)]
struct Place {
    file: String,
    lines: Vec<u32>,
}

/// Lays the files, none over another.
pub fn run(m: &ArgMatches) -> Result<Code, Failure> {
    let slug = m.get_one::<String>("slug").map_or("", String::as_str);
    let words: Vec<&str> = slug.split('-').collect();
    let is_word = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    if !words.iter().all(is_word) {
        return Err(Failure::wrong_call(format!(
            "{slug:?} is no id: lower-case words joined by hyphens, like coin-bias"
        )));
    }
    if find(slug).is_some() {
        return Err(Failure::wrong_call(format!("there is a lab {slug} already")));
    }
    let domain = domain(m).unwrap_or(Domain::DataPreparation);
    let registry = PathBuf::from(format!("labs/{domain}/src/lib.rs"));
    let cannot = |path: &Path, error: &dyn std::fmt::Display| Failure::failed(format!("{}: {error}", shown_path(path)));
    let listed = fs::read_to_string(&registry).map_err(|_| {
        Failure::wrong_call(format!("{} is not here: call this at the root of a checkout", shown_path(&registry)))
    })?;
    let catalogue: Catalogue = match m.get_one::<PathBuf>("claims") {
        Some(path) => fs::read_to_string(path)
            .map_err(|error| cannot(path, &error))
            .and_then(|text| toml::from_str(&text).map_err(|error| cannot(path, &error.message())))?,
        None => Catalogue { question: String::new(), claim: Vec::new() },
    };
    let folder = slug.replace('-', "_");
    let name: String = words.iter().map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    let at = PathBuf::from(format!("labs/{domain}/src/{folder}"));
    let files = [
        (PathBuf::from(format!("seeds/{slug}.toml")), seeds(slug, &catalogue)),
        (at.join("mod.rs"), module(slug, &name, domain, &catalogue)),
        (at.join("page.md"), PAGE.to_string()),
    ];
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(Failure::failed(format!("{} is there already; nothing was written", shown_path(path))));
    }
    fs::create_dir_all(&at).map_err(|error| cannot(&at, &error))?;
    for (path, text) in &files {
        fs::write(path, text).map_err(|error| cannot(path, &error))?;
    }
    let entry = format!("&Shelf::<{folder}::{name}>::LAB,");
    let listed = listed.replacen("\n/// The labs.", &format!("pub mod {folder};\n\n/// The labs."), 1);
    let end = listed.rfind("];").ok_or_else(|| cannot(&registry, &"has no list of labs that ends in ];"))?;
    let comma =
        if listed[..end].trim_end().ends_with(',') || listed[..end].trim_end().ends_with('[') { "" } else { "," };
    let listed = format!("{}{comma} {entry} {}", listed[..end].trim_end(), &listed[end..]);
    fs::write(&registry, listed).map_err(|error| cannot(&registry, &error))?;
    let mut said = String::new();
    for path in files.iter().map(|(path, _)| path).chain([&registry]) {
        let _ = writeln!(said, " {}", shown_path(path));
    }
    print(&format!(
        "{said}Write the rules in seeds/{slug}.toml and commit them before any number is seen; then the studies; then cargo fmt.\n"
    ))?;
    Ok(Code::Done)
}

/// The claims with all that the seeds file asks for; what must be thought about stands as TODO, which no test lets pass.
fn seeds(slug: &str, catalogue: &Catalogue) -> String {
    let mut text = format!("lab = \"{slug}\"\nrng_seed = 7\n");
    for claim in &catalogue.claim {
        let notes: Vec<String> =
            claim.notes.iter().map(|p| format!("{{ file = {:?}, lines = {:?} }}", p.file, p.lines)).collect();
        let _ = write!(
            text,
            r#"
[[claim]]
id = "{}"
short = "TODO"
says = "TODO, in our own words: {}"
notes = [{}]
exam = "TODO"
because = "TODO: {}"
differs = "TODO"
measured = "TODO: {{{{TODO}}}}"
keywords = [["TODO"]]
why_untestable = "TODO, or a setting with on = \"own\""

[[claim.setting]]
name = "TODO"
measure = "TODO"
unit = "1"
rule = {{ at_least = 0.0 }}

[[claim.setting]]
name = "TODO"
role = "control"
measure = "TODO"
unit = "1"
rule = {{ within = [0.0, 0.0] }}
"#,
            claim.id,
            claim.statement.replace('"', "'"),
            notes.join(", "),
            claim.why.replace('"', "'"),
        );
    }
    text
}

fn module(slug: &str, name: &str, domain: Domain, catalogue: &Catalogue) -> String {
    let variant: String = domain.id().split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    let title = slug[..1].to_uppercase() + &slug[1..].replace('-', " ");
    let question = if catalogue.question.is_empty() { "TODO?" } else { &catalogue.question };
    let ids: Vec<String> = catalogue.claim.iter().map(|claim| format!("{:?}", claim.id)).collect();
    format!(
        r#"//! {question}
//!
//! TODO: the worlds that the studies share, and what is assumed.

mod todo;

use mllab_core::prelude::*;

/// The lab.
pub struct {name};

impl Lab for {name} {{
    const META: Meta = Meta {{
        id: "{slug}",
        title: "{title}",
        question: "{question}",
        domain: Domain::{variant},
        picture: ("TODO", "TODO"),
        replicates: 60,
        quick_replicates: 6,
        sources: &[],
        own: Own::none(),
    }};
    const SEED: &'static str = include_str!("../../../../seeds/{slug}.toml");
    const PAGE: &'static str = include_str!("page.md");
    type Params = {name}Params;

    fn studies() -> Vec<Study<{name}Params>> {{
        vec![study("todo", &[{}], todo::run)]
    }}
}}

mllab_core::params! {{
    /// What can be changed in the {slug} lab.
    pub struct {name}Params {{
        /// Rows of a run.
        rows: int = 1000, in [10, 100_000], unit "rows";
    }}
}}
"#,
        ids.join(", ")
    )
}

const PAGE: &str = "# Answer\n\nTODO\n\n# Part: TODO\n\nTODO\n\n- TODO\n\n# Exam\n\nTODO\n\n# Left out\n\nTODO\n";
