//! The files of the site's pages.

use mllab_core::{AnyLab, Domain};

/// The file of a lab's page.
pub fn lab_file(lab: &dyn AnyLab) -> String {
    format!("{}.html", lab.meta().id)
}

/// The file of a domain's page.
pub fn domain_file(domain: Domain) -> String {
    format!("{}.html", domain.id())
}
