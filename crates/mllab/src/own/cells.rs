//! The cells of a table, as they stand in the file.

/// The cells of all rows, one text.
#[derive(Debug, Default)]
pub struct Cells {
    /// All cells, one behind the other.
    pub text: String,
    /// Where each cell ends, row by row.
    pub ends: Vec<u32>,
    /// Cells of a row.
    pub width: usize,
    /// The line of the file on which each row begins.
    pub lines: Vec<u32>,
}

impl Cells {
    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// A cell, without blanks around it.
    pub fn get(&self, row: usize, at: usize) -> &str {
        let i = row * self.width + at;
        let from = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        self.text[from..self.ends[i] as usize].trim()
    }

    /// Drops rows.
    pub fn without(&mut self, rows: &[usize]) {
        let mut kept = Cells { width: self.width, ..Cells::default() };
        let mut gone = rows.iter().peekable();
        for row in 0..self.n_rows() {
            if gone.next_if_eq(&&row).is_some() {
                continue;
            }
            for at in 0..self.width {
                kept.text.push_str(self.get(row, at));
                kept.ends.push(kept.text.len() as u32);
            }
            kept.lines.push(self.lines[row]);
        }
        *self = kept;
    }
}
