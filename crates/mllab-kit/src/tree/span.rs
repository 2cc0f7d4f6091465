//! The rows that a leaf holds, as the searches for its cut see them.

/// The rows of one node as a search sees them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<'a> {
    /// The node's rows, ascending.
    pub(super) rows: &'a [u32],
    /// (s, h) of every row of the table.
    pub(super) pairs: &'a [[f64; 2]],
    /// Their sums over the node's rows.
    pub(super) total: [f64; 2],
}
