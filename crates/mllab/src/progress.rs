//! A bar on stderr, only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mllab_core::Progress;
use std::io::IsTerminal;

/// Replicates done of those known to lie ahead.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar named after what runs; hidden unless wanted and on a terminal.
    pub fn new(name: &str, wanted: bool) -> Self {
        let visible = wanted && std::io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:32} {pos}/{len} runs") {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_prefix(name.to_string());
        Bar(bar)
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn ahead(&self, replicates: usize) {
        self.0.inc_length(replicates as u64);
    }

    fn done(&self) {
        self.0.inc(1);
    }
}
