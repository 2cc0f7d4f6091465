//! The flags for a user's own file: those that the lab has a use for.

use super::dialect::Separator;
use super::grid::Written;
use super::times::TimeFormat;
use super::{As, Missing, OwnCall};
use crate::flags::text;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, value_parser};
use encoding_rs::Encoding;
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
        let help = if meta.own.one_against_the_rest {
            "Which of the target's values is positive (default: 1, true or yes of two, else the rarest)"
        } else {
            "Which of the target's two values is positive (default: 1, true or yes, else the rarer)"
        };
        args.push(column("positive", help).value_name("VALUE"));
        if meta.own.target == TargetKind::TwoClassesOrNumber {
            let help = "Whether the target is a number or a class, where it has few values";
            args.push(
                column("as", help).value_name("WHAT").value_parser(PossibleValuesParser::new(["number", "class"])),
            );
        }
    }
    for flag in meta.own.flags {
        args.push(match flag {
            OwnFlag::Group => column("group", "The column whose equal values mark rows that belong together"),
            OwnFlag::Time => {
                column("time", "The column that orders the rows: a number, or a time like 2024-03-31 08:00")
            }
            OwnFlag::Column => column("column", "The one column to look at; others are ignored whatever they hold"),
            OwnFlag::Baseline => {
                file("baseline", "Earlier rows of the same columns, to hold --data against").requires("data")
            }
        });
    }
    if meta.own.flags.contains(&OwnFlag::Time) {
        let help = "How times are written where it cannot be told: day-first, month-first, or a pattern like %d.%m.%y";
        args.push(column("time-format", help).value_name("HOW").requires("data"));
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
    args.extend(written_args().into_iter().map(|arg| arg.requires("data")));
    args
}

/// Flags that say how a file is written, where that is not to be guessed.
pub fn written_args() -> Vec<Arg> {
    let one = |name: &'static str, of: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(of).help(help).allow_hyphen_values(true)
    };
    let separators = Separator::ALL.map(Separator::name);
    vec![
        one("ignore", "COL,…", "Columns to leave out").value_delimiter(',').action(clap::ArgAction::Append),
        one("sentinel", "VALUE,…", "Values that stand for a missing cell, like -200 or 9999")
            .value_delimiter(',')
            .action(clap::ArgAction::Append),
        one("separator", "WHICH", "What stands between cells (default: what makes all rows alike)")
            .value_parser(PossibleValuesParser::new(separators)),
        one("decimal", "WHICH", "What stands before a number's fraction, where its column does not tell")
            .value_parser(PossibleValuesParser::new(["point", "comma"])),
        one("comment", "LETTER", "Lines that begin with this letter are no rows").value_parser(|text: &str| match text
            .as_bytes()
        {
            [byte] if byte.is_ascii_graphic() && *byte != b'"' => Ok(*byte),
            _ => Err("takes one letter, like #"),
        }),
        one("encoding", "NAME", "How letters are written, like windows-1251 (default: UTF-8, UTF-16 or windows-1252)")
            .value_parser(|text: &str| {
                Encoding::for_label(text.as_bytes()).ok_or("is no encoding; windows-1251 is one")
            }),
    ]
}

/// What the call says of how a file is written.
pub fn written(m: &ArgMatches) -> Written {
    Written {
        separator: Separator::called(text(m, "separator")),
        comment: m.get_one("comment").copied(),
        decimal: match text(m, "decimal") {
            "point" => Some('.'),
            "comma" => Some(','),
            _ => None,
        },
        encoding: m.get_one::<&'static Encoding>("encoding").copied(),
        ignore: many(m, "ignore"),
        sentinels: many(m, "sentinel"),
    }
}

fn many(m: &ArgMatches, name: &str) -> Vec<String> {
    m.get_many::<String>(name).into_iter().flatten().map(|text| text.trim().to_string()).collect()
}

/// What the call says of the user's file; nothing where it names none.
pub fn own(m: &ArgMatches, meta: &Meta) -> Option<OwnCall> {
    let has = |flag: OwnFlag| meta.own.flags.contains(&flag);
    let column = |name: &str, there: bool| there.then(|| m.get_one::<String>(name).cloned()).flatten();
    let targeted = meta.own.target != TargetKind::Nothing;
    let numbers = meta.own.target == TargetKind::TwoClassesOrNumber;
    Some(OwnCall {
        data: m.get_one::<PathBuf>("data")?.clone(),
        target: column("target", targeted),
        positive: column("positive", targeted),
        taken_as: match column("as", numbers).as_deref() {
            Some("number") => Some(As::Number),
            Some(_) => Some(As::Class),
            None => None,
        },
        group: column("group", has(OwnFlag::Group)),
        time: column("time", has(OwnFlag::Time)),
        time_format: column("time-format", has(OwnFlag::Time)).map(|text| TimeFormat::called(&text)),
        column: column("column", has(OwnFlag::Column)),
        baseline: has(OwnFlag::Baseline).then(|| m.get_one::<PathBuf>("baseline").cloned()).flatten(),
        missing: match text(m, "missing") {
            "drop" => Missing::Drop,
            "median" => Missing::Median,
            _ => Missing::Refuse,
        },
        written: written(m),
    })
}
