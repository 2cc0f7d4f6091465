//! Instances that are ready, and those that are still starting.

use std::collections::VecDeque;

/// A fleet: instances become ready one start-up after they were ordered; on the way down the newest of those that are
/// still starting go first, then ready ones, which finish what they are serving.
#[derive(Clone, Debug)]
pub struct Fleet {
    ready: usize,
    due: VecDeque<f64>,
    start_up: f64,
}

impl Fleet {
    /// `ready` instances, and none starting.
    pub fn new(ready: usize, start_up: f64) -> Self {
        Fleet { ready, due: VecDeque::new(), start_up }
    }

    /// Instances that serve.
    pub fn ready(&self) -> usize {
        self.ready
    }

    /// Instances that are paid for: ready and starting.
    pub fn ordered(&self) -> usize {
        self.ready + self.due.len()
    }

    /// Lets those whose start-up is over become ready.
    pub fn settle(&mut self, now: f64) {
        while self.due.front().is_some_and(|&due| due <= now) {
            self.due.pop_front();
            self.ready += 1;
        }
    }

    /// Orders or stops instances until there are `wanted`.
    pub fn resize(&mut self, now: f64, wanted: usize) {
        while self.ordered() < wanted {
            self.due.push_back(now + self.start_up);
        }
        while self.ordered() > wanted {
            if self.due.pop_back().is_none() {
                self.ready -= 1;
            }
        }
        self.settle(now);
    }
}
