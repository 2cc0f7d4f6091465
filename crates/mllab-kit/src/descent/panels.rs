//! The factors of a product, and the panels that they are packed into.

/// Rows of the left factor that are multiplied at a time.
pub const ROWS: usize = 4;

/// A factor: entry (i, j) stands at `i * row + j * column` of `data`.
#[derive(Clone, Copy)]
pub struct Factor<'a, T> {
    /// The numbers.
    pub data: &'a [T],
    /// Step from row to row.
    pub row: usize,
    /// Step from column to column; 1 for the right factor of a product.
    pub column: usize,
}

impl<'a, T> Factor<'a, T> {
    /// A table of `columns` columns, row by row.
    pub fn rows(data: &'a [T], columns: usize) -> Self {
        Factor { data, row: columns, column: 1 }
    }

    /// The same table turned over.
    pub fn turned(data: &'a [T], columns: usize) -> Self {
        Factor { data, row: 1, column: columns }
    }
}

/// Space for the packed panels, kept from product to product.
#[derive(Clone, Debug)]
pub struct Panels<T, const WIDTH: usize> {
    pub(super) left: Vec<[T; ROWS]>,
    pub(super) right: Vec<[T; WIDTH]>,
}

impl<T, const WIDTH: usize> Default for Panels<T, WIDTH> {
    fn default() -> Self {
        Panels { left: Vec::new(), right: Vec::new() }
    }
}
