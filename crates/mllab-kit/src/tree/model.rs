//! A grown tree: its nodes, its predictions, and the work it took.

use ndarray::{ArrayView1, ArrayView2};

/// A tree as a list of nodes; the first is the root and children come in pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What growing it took.
    pub work: Work,
}

/// A cut or a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// The column that is cut; `u32::MAX` in a leaf.
    pub column: u32,
    /// The left child's index, the right one's is one more; 0 in a leaf.
    pub left: u32,
    /// Rows with a value of at most this go left.
    pub threshold: f64,
    /// What a row that ends here is given.
    pub value: f64,
    /// Sum of weights (or hessians) of the training rows here.
    pub weight: f64,
    /// By how much the cut raises the sum of s²/(h + λ); 0 in a leaf.
    pub gain: f64,
}

/// Counted work: it does not depend on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Rows visited while searching cuts, once for each column searched.
    pub rows_scanned: u64,
    /// Cuts that were valued.
    pub cuts_valued: u64,
    /// Nodes made.
    pub nodes: u64,
    /// Steps that had to wait for the one before: boosting rounds; 1 for trees that grow side by side.
    pub sequential_rounds: u64,
}

impl Work {
    pub(super) fn add(&mut self, other: Work) {
        self.rows_scanned += other.rows_scanned;
        self.cuts_valued += other.cuts_valued;
        self.nodes += other.nodes;
    }
}

impl Node {
    /// Whether the node has no children.
    pub fn is_leaf(&self) -> bool {
        self.column == u32::MAX
    }
}

impl Tree {
    /// The index of the leaf where a row ends.
    pub fn leaf(&self, row: ArrayView1<f64>) -> usize {
        match row.as_slice() {
            Some(row) => self.walk(|column| row[column]),
            None => self.walk(|column| row[column]),
        }
    }

    /// One value a row.
    pub fn predict(&self, x: ArrayView2<f64>) -> Vec<f64> {
        let mut out = vec![0.0; x.nrows()];
        self.add_to(x, 1.0, &mut out);
        out
    }

    /// The longest way from the root, in cuts.
    pub fn depth(&self) -> usize {
        let mut depth = vec![0; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            if !node.is_leaf() {
                let left = node.left as usize;
                depth[left] = depth[index] + 1;
                depth[left + 1] = depth[index] + 1;
            }
        }
        depth.into_iter().max().unwrap_or(0)
    }

    /// How many leaves there are.
    pub fn leaves(&self) -> usize {
        self.nodes.iter().filter(|node| node.is_leaf()).count()
    }

    /// Adds `scale` times each row's value to `out`.
    pub(super) fn add_to(&self, x: ArrayView2<f64>, scale: f64, out: &mut [f64]) {
        assert_eq!(x.nrows(), out.len(), "one sum a row");
        match x.as_slice() {
            Some(flat) if x.ncols() > 0 => {
                for (row, sum) in flat.chunks_exact(x.ncols()).zip(out) {
                    *sum += scale * self.nodes[self.walk(|column| row[column])].value;
                }
            }
            _ => {
                for (row, sum) in x.rows().into_iter().zip(out) {
                    *sum += scale * self.nodes[self.leaf(row)].value;
                }
            }
        }
    }

    #[inline(always)]
    fn walk(&self, value: impl Fn(usize) -> f64) -> usize {
        let mut index = 0;
        loop {
            let node = &self.nodes[index];
            if node.is_leaf() {
                return index;
            }
            index = node.left as usize + usize::from(value(node.column as usize) > node.threshold);
        }
    }
}
