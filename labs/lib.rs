//! The contents page: all labs in reading order, from one crate an exam domain.

use mllab_core::AnyLab;

/// The labs of each domain, in the exam's order.
const DOMAINS: [&[&dyn AnyLab]; 4] = [
    mllab_labs_data_preparation::LABS,
    mllab_labs_model_development::LABS,
    mllab_labs_deployment::LABS,
    mllab_labs_monitoring::LABS,
];

const N_LABS: usize = DOMAINS[0].len() + DOMAINS[1].len() + DOMAINS[2].len() + DOMAINS[3].len();

/// All labs, in reading order.
pub const LABS: &[&dyn AnyLab] = &in_order();

const fn in_order() -> [&'static dyn AnyLab; N_LABS] {
    let mut labs = [DOMAINS[0][0]; N_LABS];
    let (mut domain, mut at, mut n) = (0, 0, 0);
    while domain < DOMAINS.len() {
        if at < DOMAINS[domain].len() {
            labs[n] = DOMAINS[domain][at];
            (at, n) = (at + 1, n + 1);
        } else {
            (domain, at) = (domain + 1, 0);
        }
    }
    labs
}

/// The lab with this id.
pub fn find(id: &str) -> Option<&'static dyn AnyLab> {
    LABS.iter().copied().find(|lab| lab.meta().id == id)
}
