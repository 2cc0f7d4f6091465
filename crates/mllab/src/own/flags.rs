//! The flags for a user's own file: those that the lab has a use for.

use super::{Missing, OwnCall};
use crate::flags::text;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, value_parser};
use mllab_core::{Meta, OwnFlag, TargetKind};
use std::path::PathBuf;

/// Flags for a user's own file: those that the lab has a use for.
pub fn own_args(meta: &Meta) -> Vec<Arg> {
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
pub fn own(m: &ArgMatches, meta: &Meta) -> Option<OwnCall> {
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
