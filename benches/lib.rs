//! What every bench needs: quality beside speed, and a pool of known size.

use serde_json::Value;
use std::path::PathBuf;

/// Writes `quality` beside criterion's files for `id` (group/bench), where `compare.py` looks for it.
pub fn write_quality(id: &str, quality: &Value) {
    let folder = criterion_folder().join(id);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    std::fs::write(folder.join("quality.json"), format!("{quality}\n")).expect("the target folder can be written");
}

/// Runs `work` in a pool of so many threads; 0 means one for each core.
pub fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started").install(work)
}

/// Where criterion writes: under `CARGO_TARGET_DIR`, or the target folder that this program was built in.
fn criterion_folder() -> PathBuf {
    let built_in = || {
        // target/<profile>/deps/<bench>
        let program = std::env::current_exe().expect("this program has a path");
        program.ancestors().nth(3).expect("benches are built into target").to_path_buf()
    };
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(built_in, PathBuf::from);
    target.join("criterion")
}
