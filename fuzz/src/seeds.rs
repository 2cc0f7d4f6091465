//! Any text as a seeds file: refused with a message, or claims whose rules can be meant.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mllab_core::Seed;

fuzz_target!(|text: &str| {
    match Seed::parse("fuzz.toml", text) {
        Err(error) => assert!(!error.to_string().trim().is_empty()),
        Ok(seed) => {
            for claim in &seed.claims {
                assert!(!claim.settings.is_empty(), "a claim that nothing measures");
                for setting in &claim.settings {
                    assert!(!setting.parts.is_empty());
                    assert!(setting.parts.iter().all(|part| part.rule.check().is_ok()));
                }
            }
        }
    }
});
