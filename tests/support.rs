//! What the tests share.

use mllab_core::{AnyLab, Host, Request, Run, Silent, Source};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

/// The workspace's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A quick run in this process, on so many threads.
pub fn quick(lab: &dyn AnyLab, seed: Option<u64>, threads: usize, source: Source) -> Run {
    let mut request = Request::reference(lab).unwrap();
    request.quick = true;
    request.replicates = lab.meta().quick_replicates;
    request.seed = seed.unwrap_or(request.seed);
    request.source = source;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let cancelled = AtomicBool::new(false);
    pool.install(|| mllab_core::run(lab, &request, Host { progress: &Silent, cancelled: &cancelled })).unwrap()
}

/// The binary with these words, in a folder.
pub fn mllab(folder: &std::path::Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mllab")).args(words).current_dir(folder).output().unwrap()
}

/// Text of an output stream.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
