//! Any text as a lab's page.md: refused with a message, or set.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mllab_book::prose::Prose;
use mllab_core::{Host, Report, Request, Silent, run};
use mllab_labs::find;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

static REPORT: LazyLock<Report> = LazyLock::new(|| {
    let lab = find("utilisation-latency").expect("the lab is there");
    let mut request = Request::reference(lab).expect("its seeds are sound");
    (request.quick, request.replicates) = (true, lab.meta().quick_replicates);
    let host = Host { progress: &Silent, cancelled: &AtomicBool::new(false) };
    run(lab, &request, host).expect("it runs").report
});

fuzz_target!(|text: &str| {
    if let Err(error) = Prose::read(text, &REPORT) {
        assert!(!error.to_string().trim().is_empty());
    }
});
