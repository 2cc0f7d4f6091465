//! Any words after `mllab run`: refused with a message, or a request whose parameters lie in their ranges and read the same
//! when they are written as flags.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mllab_labs::{LABS, find};

fuzz_target!(|text: &str| {
    let (name, value) = text.split_once('\n').unwrap_or((text, ""));
    // A parameter of each lab reads any text; cheap, so always.
    for lab in LABS {
        for spec in lab.specs() {
            if let Ok(read) = spec.parse(value) {
                assert_eq!(spec.parse(&read.to_flag()).ok(), Some(read), "{} of {}", spec.name, lab.meta().id);
            }
        }
    }
    let words: Vec<&str> = text.split('\n').filter(|word| !word.is_empty()).collect();
    // What reads a file or the whole list is another target's.
    if words.len() > 8
        || words.iter().any(|word| word.starts_with("--d") || word.starts_with("--b"))
        || find(name).is_none()
    {
        return;
    }
    match mllab::doors::asked(&words) {
        Err(message) => assert!(!message.trim().is_empty()),
        Ok(requests) => {
            for request in requests {
                let lab = find(name).expect("it was found before");
                for (spec, value) in lab.specs().iter().zip(&request.params) {
                    assert_eq!(spec.parse(&value.to_flag()).as_ref(), Ok(value));
                }
            }
        }
    }
});
