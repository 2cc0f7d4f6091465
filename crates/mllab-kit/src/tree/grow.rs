//! Growing one tree: which node is cut next, and who goes where.

use super::columns::{Columns, between};
use super::cut::{Cut, Rule};
use super::exact::ExactSearch;
use super::histogram::{BinnedSearch, Histogram};
use super::model::{Node, Tree, Work};
use super::settings::TreeSettings;
use super::span::Span;
use crate::draws::Draws;

/// Grows trees on one table, keeping its buffers from tree to tree.
#[derive(Debug)]
pub(super) struct Grower<'a> {
    columns: &'a Columns,
    settings: TreeSettings,
    search: Searcher<'a>,
    all_columns: Vec<u32>,
    rows: Vec<u32>,
    moved: Vec<u32>,
    leaves: Vec<(u32, u32, u32)>,
}

#[derive(Debug)]
enum Searcher<'a> {
    Exact(ExactSearch<'a>),
    Binned(BinnedSearch<'a>),
}

/// A node that may still be cut.
struct Open {
    node: usize,
    from: usize,
    to: usize,
    depth: usize,
    total: [f64; 2],
    cut: Cut,
    gain: f64,
    histograms: Option<Vec<Histogram>>,
}

/// A node that waits for its cut, or one that has none and gives back its histograms.
type Opened = Result<Open, (Child, Option<Vec<Histogram>>)>;

/// A child before its best cut is known.
struct Child {
    node: usize,
    from: usize,
    to: usize,
    depth: usize,
    total: [f64; 2],
}

impl<'a> Grower<'a> {
    pub(super) fn new(columns: &'a Columns, settings: TreeSettings) -> Self {
        // Subtraction leaves a residue in bins that are empty: it must not count as weight.
        let nothing = if matches!(columns, Columns::Binned(_)) { 1e-12 } else { f64::MIN_POSITIVE };
        let rule =
            Rule { l2: settings.l2, min_weight: settings.min_weight.max(nothing), min_rows: settings.min_rows as u32 };
        let search = match columns {
            Columns::Ranked(table) => Searcher::Exact(ExactSearch::new(table, rule)),
            Columns::Binned(table) => Searcher::Binned(BinnedSearch::new(table, rule)),
        };
        Grower {
            columns,
            settings,
            search,
            all_columns: (0..columns.count() as u32).collect(),
            rows: Vec::new(),
            moved: Vec::new(),
            leaves: Vec::new(),
        }
    }

    /// Grows a tree on the rows whose h is above 0.
    pub(super) fn grow(&mut self, pairs: &[[f64; 2]], draws: &mut Draws) -> Tree {
        self.rows.clear();
        self.rows.extend((0..pairs.len() as u32).filter(|&row| pairs[row as usize][1] > 0.0));
        self.leaves.clear();
        // A tree depends on its own draws only, not on the tree that this grower made before.
        self.all_columns.sort_unstable();
        let mut work = Work::default();
        let root = Child { node: 0, from: 0, to: self.rows.len(), depth: 0, total: total(&self.rows, pairs) };
        let mut nodes = vec![leaf()];
        let mut frontier = Vec::new();
        let opened = self.open_root(root, pairs, draws, &mut work);
        self.settle(opened, &mut frontier);
        let mut leaves = 1;
        while let Some(open) = self.next(&mut frontier, leaves) {
            leaves += 1;
            for opened in self.cut(open, &mut nodes, pairs, draws, &mut work) {
                self.settle(opened, &mut frontier);
            }
        }
        for open in frontier.drain(..) {
            self.close(open.node, open.from, open.to);
            self.keep_buffer(open.histograms);
        }
        for &(node, from, to) in &self.leaves {
            let sums = total(&self.rows[from as usize..to as usize], pairs);
            let node = &mut nodes[node as usize];
            node.weight = sums[1];
            node.value = sums[0] / (sums[1] + self.settings.l2);
        }
        work.nodes = nodes.len() as u64;
        work.sequential_rounds = 1;
        Tree { nodes, work }
    }

    /// The leaves of the last tree: node, and its training rows.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (usize, &[u32])> {
        self.leaves.iter().map(|&(node, from, to)| (node as usize, &self.rows[from as usize..to as usize]))
    }

    /// The node to be cut next: the last one made, or the best one where leaves are limited.
    fn next(&self, frontier: &mut Vec<Open>, leaves: usize) -> Option<Open> {
        if leaves >= self.settings.max_leaves {
            return None;
        }
        if self.settings.max_leaves == usize::MAX {
            return frontier.pop();
        }
        let better = |a: usize, b: usize| {
            let (a, b) = (&frontier[a], &frontier[b]);
            a.gain > b.gain || a.gain == b.gain && a.node < b.node
        };
        let best = (0..frontier.len()).reduce(|a, b| if better(b, a) { b } else { a })?;
        Some(frontier.swap_remove(best))
    }

    /// A node with a cut waits for its turn, a node without is a leaf.
    fn settle(&mut self, opened: Opened, frontier: &mut Vec<Open>) {
        match opened {
            Ok(open) => frontier.push(open),
            Err((child, histograms)) => {
                self.close(child.node, child.from, child.to);
                self.keep_buffer(histograms);
            }
        }
    }

    fn close(&mut self, node: usize, from: usize, to: usize) {
        self.leaves.push((node as u32, from as u32, to as u32));
    }

    fn keep_buffer(&mut self, histograms: Option<Vec<Histogram>>) {
        if let (Searcher::Binned(search), Some(histograms)) = (&mut self.search, histograms) {
            search.give_back(histograms);
        }
    }

    fn open_root(&mut self, root: Child, pairs: &[[f64; 2]], draws: &mut Draws, work: &mut Work) -> Opened {
        if !self.may_cut(&root) {
            return Err((root, None));
        }
        if self.subtracts() {
            let Searcher::Binned(search) = &mut self.search else { unreachable!("only histograms subtract") };
            let span = Span { rows: &self.rows, pairs, total: root.total };
            let (histograms, cut) = search.root(&span, work);
            return self.opened(root, cut, Some(histograms));
        }
        self.open_alone(root, pairs, draws, work)
    }

    /// Looks at one node by itself, at all columns or at a sample of them.
    fn open_alone(&mut self, child: Child, pairs: &[[f64; 2]], draws: &mut Draws, work: &mut Work) -> Opened {
        if !self.may_cut(&child) {
            return Err((child, None));
        }
        let span = Span { rows: &self.rows[child.from..child.to], pairs, total: child.total };
        let search = &mut self.search;
        let mut best_of = |columns: &[u32]| match search {
            Searcher::Exact(search) => search.best_of(&span, columns, work),
            Searcher::Binned(search) => search.best_of(&span, columns, work),
        };
        let count = self.all_columns.len();
        let wanted = self.settings.columns_per_split.unwrap_or(count).min(count);
        let cut = if wanted == count {
            best_of(&self.all_columns)
        } else {
            // Columns in random order: the first few, then one more at a time until one can be cut at all. Of
            // equals the first drawn wins: near the leaves ties are common, and always taking the lowest column
            // would favour tables whose first columns matter.
            for place in 0..wanted {
                let other = place + draws.below(count - place);
                self.all_columns.swap(place, other);
            }
            let mut cut = best_of(&self.all_columns[..wanted]);
            let mut place = wanted;
            while cut.is_none() && place < count {
                let other = place + draws.below(count - place);
                self.all_columns.swap(place, other);
                cut = best_of(&self.all_columns[place..=place]);
                place += 1;
            }
            cut
        };
        self.opened(child, cut, None)
    }

    fn opened(&self, child: Child, cut: Option<Cut>, histograms: Option<Vec<Histogram>>) -> Opened {
        let before = child.total[0] * child.total[0] / (child.total[1] + self.settings.l2);
        match cut {
            // A gain within rounding of the score is no gain.
            Some(cut) if cut.score - before > self.settings.min_gain.max(1e-12 * before.abs()) => {
                let Child { node, from, to, depth, total } = child;
                Ok(Open { node, from, to, depth, total, cut, gain: cut.score - before, histograms })
            }
            _ => Err((child, histograms)),
        }
    }

    fn may_cut(&self, child: &Child) -> bool {
        child.depth < self.settings.max_depth
            && child.to - child.from >= 2 * self.settings.min_rows.max(1)
            && child.total[1] >= 2.0 * self.settings.min_weight
    }

    fn subtracts(&self) -> bool {
        matches!(self.search, Searcher::Binned(_))
            && self.settings.columns_per_split.is_none_or(|wanted| wanted >= self.all_columns.len())
    }

    /// Cuts a node: parts its rows, makes two nodes, and looks at both.
    fn cut(
        &mut self,
        open: Open,
        nodes: &mut Vec<Node>,
        pairs: &[[f64; 2]],
        draws: &mut Draws,
        work: &mut Work,
    ) -> [Opened; 2] {
        let middle = open.from + self.part(&open);
        let left = nodes.len();
        nodes[open.node] = Node {
            column: open.cut.column,
            left: left as u32,
            threshold: self.threshold(&open.cut),
            value: open.total[0] / (open.total[1] + self.settings.l2),
            weight: open.total[1],
            gain: open.gain,
        };
        nodes.extend([leaf(), leaf()]);
        let depth = open.depth + 1;
        let child = |node: usize, from: usize, to: usize, rows: &[u32]| Child {
            node,
            from,
            to,
            depth,
            total: total(&rows[from..to], pairs),
        };
        let children = [child(left, open.from, middle, &self.rows), child(left + 1, middle, open.to, &self.rows)];
        let Some(parent) = open.histograms else {
            return children.map(|child| self.open_alone(child, pairs, draws, work));
        };
        if !children.iter().any(|child| self.may_cut(child)) {
            self.keep_buffer(Some(parent));
            return children.map(|child| Err((child, None)));
        }
        let Searcher::Binned(search) = &mut self.search else { unreachable!("only histograms subtract") };
        let span = |child: &Child| Span { rows: &self.rows[child.from..child.to], pairs, total: child.total };
        let [first, second] = &children;
        let swapped = second.to - second.from < first.to - first.from;
        let (small, large) = if swapped { (second, first) } else { (first, second) };
        let [a, b] = search.children(parent, &span(small), &span(large), work);
        let (for_left, for_right) = if swapped { (b, a) } else { (a, b) };
        let [first, second] = children;
        let close = |child: Child, (histograms, cut): (Vec<Histogram>, Option<Cut>)| {
            let cut = if self.may_cut(&child) { cut } else { None };
            self.opened(child, cut, Some(histograms))
        };
        [close(first, for_left), close(second, for_right)]
    }

    /// Parts the node's rows in place, order kept; returns how many go left.
    fn part(&mut self, open: &Open) -> usize {
        let rows = &mut self.rows[open.from..open.to];
        let code = open.cut.code;
        match self.columns {
            Columns::Ranked(table) => {
                let rank = &table.columns[open.cut.column as usize].rank;
                part(rows, &mut self.moved, |row| rank[row as usize] <= code)
            }
            Columns::Binned(table) => {
                let coded = &table.columns[open.cut.column as usize].code;
                let code = code as u8;
                part(rows, &mut self.moved, |row| coded[row as usize] <= code)
            }
        }
    }

    fn threshold(&self, cut: &Cut) -> f64 {
        match self.columns {
            Columns::Ranked(table) => {
                let values = &table.columns[cut.column as usize].values;
                between(values[cut.code as usize], values[cut.next as usize])
            }
            Columns::Binned(table) => table.columns[cut.column as usize].edges[cut.code as usize],
        }
    }
}

/// Moves the rows that go left to the front; both sides keep their order. Writes both ways and steps one, so that
/// an unpredictable cut costs no branch.
fn part(rows: &mut [u32], moved: &mut Vec<u32>, goes_left: impl Fn(u32) -> bool) -> usize {
    if moved.len() < rows.len() {
        moved.resize(rows.len(), 0);
    }
    let (mut left, mut right) = (0, 0);
    for place in 0..rows.len() {
        let row = rows[place];
        let goes = goes_left(row);
        rows[left] = row;
        moved[right] = row;
        left += usize::from(goes);
        right += usize::from(!goes);
    }
    rows[left..].copy_from_slice(&moved[..right]);
    left
}

/// Sums of s and h, four rows side by side.
fn total(rows: &[u32], pairs: &[[f64; 2]]) -> [f64; 2] {
    let mut sums = [[0.0; 2]; 4];
    for (index, &row) in rows.iter().enumerate() {
        let pair = pairs[row as usize];
        let sum = &mut sums[index % 4];
        *sum = [sum[0] + pair[0], sum[1] + pair[1]];
    }
    [(sums[0][0] + sums[1][0]) + (sums[2][0] + sums[3][0]), (sums[0][1] + sums[1][1]) + (sums[2][1] + sums[3][1])]
}

fn leaf() -> Node {
    Node { column: u32::MAX, left: 0, threshold: 0.0, value: 0.0, weight: 0.0, gain: 0.0 }
}
