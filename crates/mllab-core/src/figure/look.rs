//! Rows become lines: how a group of rows looks, and layers drawn from columns of a table.
//!
//! What a panel draws from a table it notes in [`Panel::reads`], so that a figure can show nothing that no table holds. A
//! column of words on an axis of names stands at the names' places; a column that is an estimate brings its band or its
//! whiskers.

use super::{
    Axis, Bars, Dash, Dumbbell, Event, Fill, Heat, Hue, Interval, Label, LabelAt, Lane, Lanes, Layer, LegendKey, Line,
    Lollipop, Mark, Palette, Panel, Path, Points, Scale, Step, Strip,
};
use crate::rows::Rows;
use crate::{Estimate, Table, shown};

/// How one group of rows looks wherever it is drawn, and what it is called.
///
/// ```
/// use mllab_core::figure::{Axis, Hue, Look, Panel};
/// use mllab_core::{Estimate, Table};
///
/// const LOOKS: [Look; 2] = [Look::new("one line", Hue::Green), Look::new("two lines", Hue::Blue).dashed()];
/// let mut table = Table::named("curve").with_word("arm").with_number("load", "share").with_estimate("wait", "s");
/// for look in &LOOKS {
///     table.put((look.name, 0.5, Estimate::exact(2.0)));
/// }
/// let panel = Panel::new(Axis::linear("load"), Axis::linear("wait")).lines(&table, &LOOKS, "load", "wait");
/// assert_eq!(panel.layers.len(), 2);
/// assert!(panel.reads.contains(&("curve".into(), "wait".into())));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The cell that marks its rows.
    pub name: &'a str,
    /// What it is called in the figure.
    pub called: &'a str,
    /// Colour.
    pub hue: Hue,
    /// Broken how.
    pub dash: Dash,
    /// Shape of its points.
    pub mark: Mark,
    /// Thin.
    pub thin: bool,
    /// Whether a line also shows its points.
    pub dotted: bool,
    /// Whether an estimate shows its interval.
    pub interval: bool,
    /// Whether its name is written, and where.
    pub named: Option<LabelAt>,
    /// A second, muted line under the name.
    pub second: Option<&'a str>,
    /// Decimals of the value that is written above a bar.
    pub written: Option<usize>,
}

impl<'a> Look<'a> {
    /// A solid line or discs, with the name at the end.
    pub const fn new(name: &'a str, hue: Hue) -> Self {
        Look {
            name,
            called: name,
            hue,
            dash: Dash::Solid,
            mark: Mark::Disc,
            thin: false,
            dotted: false,
            interval: true,
            named: Some(LabelAt::End),
            second: None,
            written: None,
        }
    }

    /// Called otherwise in the figure than in the table.
    #[must_use]
    pub const fn called(self, called: &'a str) -> Self {
        Look { called, ..self }
    }

    /// Dashed.
    #[must_use]
    pub const fn dashed(self) -> Self {
        self.dash(Dash::Dashed)
    }

    /// Broken so.
    #[must_use]
    pub const fn dash(self, dash: Dash) -> Self {
        Look { dash, ..self }
    }

    /// Thin.
    #[must_use]
    pub const fn thin(self) -> Self {
        Look { thin: true, ..self }
    }

    /// Points of this shape.
    #[must_use]
    pub const fn mark(self, mark: Mark) -> Self {
        Look { mark, ..self }
    }

    /// A line with a point of this shape at each row.
    #[must_use]
    pub const fn dotted(self, mark: Mark) -> Self {
        Look { mark, dotted: true, ..self }
    }

    /// Without band or whiskers.
    #[must_use]
    pub const fn bare(self) -> Self {
        Look { interval: false, ..self }
    }

    /// Its name stands beside the point nearest to `x`.
    #[must_use]
    pub const fn named_at(self, x: f64) -> Self {
        Look { named: Some(LabelAt::X(x)), ..self }
    }

    /// A second, muted line under its name.
    #[must_use]
    pub const fn second(self, text: &'a str) -> Self {
        Look { second: Some(text), ..self }
    }

    /// Each bar's value is written above it, with so many decimals.
    #[must_use]
    pub const fn written(self, decimals: usize) -> Self {
        Look { written: Some(decimals), ..self }
    }

    /// Its name stands in the legend or in a panel's headline.
    #[must_use]
    pub const fn unnamed(self) -> Self {
        Look { named: None, ..self }
    }

    /// Its stroke, for a legend.
    pub const fn stroke(&self) -> LegendKey {
        LegendKey::Line(self.dash)
    }

    /// Its point, for a legend.
    pub const fn point(&self) -> LegendKey {
        LegendKey::Mark(self.mark)
    }

    fn label(&self) -> Option<Label> {
        let second = self.second.map(Into::into);
        self.named.map(|at| Label { text: self.called.into(), second, at })
    }
}

impl Table {
    /// A table of curves: for each look, a row at each x with what was measured there, where it was.
    ///
    /// ```
    /// use mllab_core::figure::{Hue, Look};
    /// use mllab_core::{Estimate, Table};
    ///
    /// const LOOKS: [Look; 2] = [Look::new("near", Hue::Green), Look::new("far", Hue::Blue)];
    /// let measured = |arm: usize, at: usize| (arm < 1 || at < 1).then(|| Estimate::exact((10 * arm + at) as f64));
    /// let table = Table::curves("t", ("arm", &LOOKS), ("k", "rows", &[5.0, 6.0]), ("wait", "s"), measured);
    /// assert_eq!(table.to_csv(), "arm,k,wait,low,high\nnear,5,0,0,0\nnear,6,1,1,1\nfar,5,10,10,10\n");
    /// ```
    pub fn curves(
        id: &str,
        (word, looks): (&str, &[Look]),
        (x, x_unit, places): (&str, &str, &[f64]),
        (y, y_unit): (&str, &str),
        measured: impl Fn(usize, usize) -> Option<Estimate>,
    ) -> Self {
        let mut table = Table::named(id).with_word(word).with_number(x, x_unit).with_estimate(y, y_unit);
        for (arm, look) in looks.iter().enumerate() {
            for (at, place) in places.iter().enumerate() {
                if let Some(estimate) = measured(arm, at) {
                    table.put((look.name, *place, estimate));
                }
            }
        }
        table
    }
}

impl Rows<'_> {
    /// The places of a column on an axis: of names, which may be broken over lines, where the axis has them, else numbers.
    fn places(&self, column: &str, axis: &Axis) -> Vec<f64> {
        match &axis.scale {
            Scale::Category(names) if self.numbers(column).iter().all(|v| v.is_nan()) => {
                let names: Vec<String> = names.iter().map(|name| name.replace('\n', " ")).collect();
                let place = |word: &String| names.iter().position(|name| name == word).map_or(f64::NAN, |at| at as f64);
                self.words(column).iter().map(place).collect()
            }
            _ => self.numbers(column),
        }
    }

    /// The interval of a column; where the replicates could not tell, it is as wide as the point.
    fn shown_interval(&self, column: &str, look: &Look) -> Option<Interval> {
        let mut interval = self.interval(column).filter(|_| look.interval)?;
        for (at, point) in self.numbers(column).into_iter().enumerate() {
            for end in [&mut interval.low[at], &mut interval.high[at]] {
                if end.is_nan() {
                    *end = point;
                }
            }
        }
        Some(interval)
    }
}

/// Layers of given rows.
impl Panel {
    /// Adds a layer that draws these columns.
    #[must_use]
    pub fn draw(self, rows: &Rows, columns: &[&str], layer: impl Into<Layer>) -> Self {
        self.note_reads(rows, columns).layer(layer)
    }

    fn note_reads(mut self, rows: &Rows, columns: &[&str]) -> Self {
        for column in columns {
            let read = (rows.table.id.clone(), (*column).to_string());
            if !self.reads.contains(&read) {
                self.reads.push(read);
            }
        }
        self
    }

    /// A line, with a band where `y` is an estimate, and with its points where the look has them.
    #[must_use]
    pub fn line<'b>(self, rows: impl Into<Rows<'b>>, x: &str, y: &str, look: &Look) -> Self {
        let rows = rows.into();
        let (x_places, y_values) = (rows.places(x, &self.x), rows.numbers(y));
        let mut line = Line::new(x_places.clone(), y_values.clone(), look.hue).dash(look.dash);
        (line.band, line.label, line.thin) = (rows.shown_interval(y, look), look.label(), look.thin);
        let panel = self.draw(&rows, &[x, y], line);
        if look.dotted { panel.layer(Points::new(x_places, y_values, look.mark, look.hue)) } else { panel }
    }

    /// Points, with whiskers where `y` is an estimate.
    #[must_use]
    pub fn points<'b>(self, rows: impl Into<Rows<'b>>, x: &str, y: &str, look: &Look) -> Self {
        let rows = rows.into();
        let mut points = Points::new(rows.places(x, &self.x), rows.places(y, &self.y), look.mark, look.hue);
        (points.whiskers, points.label) = (rows.shown_interval(y, look), look.label());
        self.draw(&rows, &[x, y], points)
    }

    /// A level that holds until the next row; the area below it tinted.
    #[must_use]
    pub fn level<'b>(self, rows: impl Into<Rows<'b>>, x: &str, y: &str, look: &Look) -> Self {
        let rows = rows.into();
        let step = Step { x: rows.numbers(x), y: rows.numbers(y), filled: true, hue: look.hue, label: look.label() };
        self.draw(&rows, &[x, y], step)
    }

    /// A level that holds until the next row, without a tint.
    #[must_use]
    pub fn stairs<'b>(self, rows: impl Into<Rows<'b>>, x: &str, y: &str, look: &Look) -> Self {
        let rows = rows.into();
        let step = Step { x: rows.numbers(x), y: rows.numbers(y), filled: false, hue: look.hue, label: look.label() };
        self.draw(&rows, &[x, y], step)
    }

    /// Where a level is above another; both hold until the next row.
    #[must_use]
    pub fn between<'b>(self, rows: impl Into<Rows<'b>>, x: &str, upper: &str, lower: &str, look: &Look) -> Self {
        let mut panel = self.beyond(rows, x, upper, lower, look);
        if let Some(Layer::Fill(fill)) = panel.layers.last_mut() {
            fill.upper_steps = true;
        }
        panel
    }

    /// Where a demand is above a level that holds until the next row.
    #[must_use]
    pub fn beyond<'b>(self, rows: impl Into<Rows<'b>>, x: &str, demand: &str, level: &str, look: &Look) -> Self {
        let rows = rows.into();
        let fill = Fill {
            x: rows.numbers(x),
            upper: rows.numbers(demand),
            lower: rows.numbers(level),
            upper_steps: false,
            lower_steps: true,
            hue: look.hue,
            label: look.label(),
        };
        self.draw(&rows, &[x, demand, level], fill)
    }

    /// The `index`th of `of` bars a name, with whiskers where `y` is an estimate.
    #[must_use]
    pub fn bar<'b>(
        self,
        rows: impl Into<Rows<'b>>,
        x: &str,
        y: &str,
        look: &Look,
        (index, of): (usize, usize),
    ) -> Self {
        let rows = rows.into();
        let mut bars = Bars::new(rows.places(x, &self.x), rows.numbers(y), look.hue).group(index, of);
        (bars.whiskers, bars.values) = (rows.shown_interval(y, look), look.written);
        self.draw(&rows, &[x, y], bars)
    }

    /// A value a row on a stalk from `base`.
    #[must_use]
    pub fn stalks<'b>(self, rows: impl Into<Rows<'b>>, x: &str, y: &str, base: f64, look: &Look) -> Self {
        let rows = rows.into();
        let whiskers = rows.shown_interval(y, look);
        let (x_places, y_values) = (rows.places(x, &self.x), rows.numbers(y));
        let stalks = Lollipop { x: x_places, y: y_values, base, whiskers, mark: look.mark, hue: look.hue };
        self.draw(&rows, &[x, y], stalks)
    }

    /// All values at a name, spread sideways.
    #[must_use]
    pub fn strip<'b>(self, rows: impl Into<Rows<'b>>, x: &str, y: &str, look: &Look) -> Self {
        let rows = rows.into();
        let strip = Strip { at: rows.places(x, &self.x), y: rows.numbers(y), hue: look.hue };
        self.draw(&rows, &[x, y], strip)
    }

    /// Two values a row joined by a line, from the first look's to the second's; the y axis holds the rows' names.
    #[must_use]
    pub fn dumbbells<'b>(self, rows: impl Into<Rows<'b>>, name: &str, ends: [&str; 2], looks: [&Look; 2]) -> Self {
        let rows = rows.into();
        let dumbbell = Dumbbell {
            at: rows.places(name, &self.y),
            from: rows.numbers(ends[0]),
            from_interval: rows.shown_interval(ends[0], looks[0]),
            to: rows.numbers(ends[1]),
            to_interval: rows.shown_interval(ends[1], looks[1]),
            hues: (looks[0].hue, looks[1].hue),
        };
        self.draw(&rows, &[name, ends[0], ends[1]], dumbbell)
    }

    /// A walk through the plane, with an arrowhead at its end.
    #[must_use]
    pub fn walk<'b>(self, rows: impl Into<Rows<'b>>, x: &str, y: &str, look: &Look) -> Self {
        let rows = rows.into();
        let (x_places, y_values) = (rows.numbers(x), rows.numbers(y));
        let path =
            Path { x: x_places, y: y_values, dots: look.dotted, arrow: true, hue: look.hue, label: look.label() };
        self.draw(&rows, &[x, y], path)
    }
}

/// Layers of groups of rows, one a look: those whose word is its name.
impl Panel {
    /// A line a look.
    #[must_use]
    pub fn lines<'b>(self, rows: impl Into<Rows<'b>>, looks: &[Look], x: &str, y: &str) -> Self {
        let rows = rows.into();
        looks.iter().fold(self, |panel, look| panel.line(rows.clone().group(look.name), x, y, look))
    }

    /// Points a look.
    #[must_use]
    pub fn dots<'b>(self, rows: impl Into<Rows<'b>>, looks: &[Look], x: &str, y: &str) -> Self {
        let rows = rows.into();
        looks.iter().fold(self, |panel, look| panel.points(rows.clone().group(look.name), x, y, look))
    }

    /// Bars side by side, one a look at each name.
    #[must_use]
    pub fn bars<'b>(self, rows: impl Into<Rows<'b>>, looks: &[Look], x: &str, y: &str) -> Self {
        let rows = rows.into();
        let bar = |panel: Panel, (index, look): (usize, &Look)| {
            panel.bar(rows.clone().group(look.name), x, y, look, (index, looks.len()))
        };
        looks.iter().enumerate().fold(self, bar)
    }

    /// A lane a name, with an event at each row whose column `lane` holds the name; each group of rows has its look.
    #[must_use]
    pub fn events(self, names: &[&str], groups: &[(Rows, Look)], lane: &str, x: &str) -> Self {
        let events = |name: &str, (rows, look): &(Rows, Look)| -> Vec<Event> {
            let moments = rows.clone().whose(lane, name).numbers(x);
            moments.into_iter().map(|x| Event { x, mark: look.mark, hue: look.hue }).collect()
        };
        let one = |name: &&str| Lane {
            name: (*name).into(),
            events: groups.iter().flat_map(|group| events(name, group)).collect(),
            spans: Vec::new(),
        };
        let lanes = Lanes { lanes: names.iter().map(one).collect() };
        groups.iter().fold(self, |panel, (rows, _)| panel.note_reads(rows, &[lane, x])).layer(lanes)
    }

    /// A cell for each pair of values of two columns, in the order in which they come; each axis is a label and a column.
    #[must_use]
    pub fn heat<'b>(
        rows: impl Into<Rows<'b>>,
        x: (&str, &str),
        y: (&str, &str),
        value: &str,
        palette: Palette,
    ) -> Self {
        let rows = rows.into();
        let (x_words, y_words) = (rows.words(x.1), rows.words(y.1));
        let (columns, lines) = (distinct(&x_words), distinct(&y_words));
        let mut values = vec![f64::NAN; columns.len() * lines.len()];
        let place = |of: &[String], word: &String| of.iter().position(|other| other == word).unwrap_or(0);
        for ((x, y), v) in x_words.iter().zip(&y_words).zip(rows.numbers(value)) {
            values[place(&lines, y) * columns.len() + place(&columns, x)] = v;
        }
        let edges = |n: usize| (0..=n).map(|i| i as f64 - 0.5).collect();
        let (x_edges, y_edges) = (edges(columns.len()), edges(lines.len()));
        let heat = Heat { x_edges, y_edges, values, palette, limits: None, decimals: Some(1), contour: None };
        let unit = |column: &str| rows.table.columns.iter().find(|c| c.name == column).map_or("", |c| c.unit.as_str());
        let axis = |(label, column): (&str, &str), names: &[String]| {
            Axis::category(label, names.iter().map(|word| as_shown(word, unit(column))))
        };
        Panel::new(axis(x, &columns), axis(y, &lines)).draw(&rows, &[x.1, y.1, value], heat)
    }

    /// Changes the cells of a [`Panel::heat`]: limits of the palette, decimals, the level at which a line is drawn.
    #[must_use]
    pub fn cells(mut self, change: impl FnOnce(&mut Heat)) -> Self {
        if let Some(Layer::Heat(heat)) = self.layers.last_mut() {
            change(heat);
        }
        self
    }
}

/// Each word once, in the order in which they come.
fn distinct(words: &[String]) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for word in words {
        if !seen.contains(word) {
            seen.push(word.clone());
        }
    }
    seen
}

/// A cell as people read it: shares in per cent, numbers with thin thousands.
fn as_shown(word: &str, unit: &str) -> String {
    match word.parse() {
        Ok(share) if unit == "share" => shown::percent(share),
        Ok(value) => shown::number(value, 3),
        Err(_) => word.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const LOOKS: [Look; 2] = [Look::new("near", Hue::Blue).dotted(Mark::Square), Look::new("far", Hue::Green).bare()];

    fn table() -> Table {
        let mut table = Table::named("t").with_word("arm").with_word("case").with_number("k", "rows");
        table = table.with_estimate("wait", "s");
        for (arm, case, k) in [("near", "a", 1), ("near", "b", 2), ("far", "b", 1)] {
            table.put((arm, case, k, Estimate::mean(&[1.0, 2.0, f64::from(k)])));
        }
        table
    }

    #[test]
    fn lines_bring_bands_dots_and_names_as_their_look_says() {
        let panel = Panel::new(Axis::linear("k"), Axis::linear("wait")).lines(&table(), &LOOKS, "k", "wait");
        let [Layer::Line(near), Layer::Points(dots), Layer::Line(far)] = &panel.layers[..] else {
            panic!("{:?}", panel.layers)
        };
        assert!(near.band.is_some() && far.band.is_none());
        assert_eq!((dots.x.as_slice(), dots.mark), ([1.0, 2.0].as_slice(), Mark::Square));
        assert_eq!(near.label.as_ref().map(|label| label.text.as_str()), Some("near"));
        assert_eq!(panel.reads, [("t".to_string(), "k".to_string()), ("t".to_string(), "wait".to_string())]);
    }

    #[test]
    fn words_stand_at_the_places_of_their_names() {
        let mut table = table();
        table.put(("far", "a b", 3, Estimate::exact(1.0)));
        let panel = Panel::new(Axis::category("case", ["b", "a", "a\nb"]), Axis::linear("wait"));
        let panel = panel.bars(&table, &LOOKS, "case", "wait");
        let [Layer::Bars(near), Layer::Bars(far)] = &panel.layers[..] else { panic!("{:?}", panel.layers) };
        assert_eq!((near.at.as_slice(), far.at.as_slice()), ([1.0, 0.0].as_slice(), [0.0, 2.0].as_slice()));
        assert_eq!((near.group, far.group), ((0, 2), (1, 2)));
        assert_eq!((near.values, LOOKS[0].written(1).written), (None, Some(1)));
    }

    #[test]
    fn a_lane_without_an_event_is_still_a_lane() {
        let table = table();
        let groups = [(table.of(("near",)), LOOKS[0]), (table.of(("far",)), LOOKS[1])];
        let panel = Panel::new(Axis::linear("k"), Axis::linear("case")).events(&["b", "c"], &groups, "case", "k");
        let Layer::Lanes(lanes) = &panel.layers[0] else { panic!() };
        assert_eq!(lanes.lanes[0].events.iter().map(|event| event.x).collect::<Vec<_>>(), [2.0, 1.0]);
        assert!(lanes.lanes[1].events.is_empty() && panel.reads.len() == 2);
    }

    #[test]
    fn levels_hold_until_the_next_row() {
        let table = table();
        let panel = Panel::new(Axis::linear("k"), Axis::linear("wait"));
        let panel = panel.stairs(&table, "k", "wait", &LOOKS[0]).between(&table, "k", "high", "wait", &LOOKS[0]);
        let [Layer::Step(step), Layer::Fill(fill)] = &panel.layers[..] else { panic!("{:?}", panel.layers) };
        assert!(!step.filled && fill.upper_steps && fill.lower_steps);
        assert_eq!((&step.y, &fill.upper), (&table.numbers("wait"), &table.numbers("high")));
    }

    #[test]
    fn a_whisker_of_a_run_that_cannot_tell_is_a_point() {
        let mut table = Table::named("t").with_word("arm").with_estimate("wait", "s");
        table.put(("near", Estimate::mean(&[1.0, 1.0])));
        let look = Look::new("near", Hue::Blue);
        let panel = Panel::new(Axis::linear("x"), Axis::linear("y")).points(&table, "wait", "wait", &look);
        let Layer::Points(points) = &panel.layers[0] else { panic!() };
        assert_eq!(points.whiskers.as_ref().map(|w| (w.low[0], w.high[0])), Some((1.0, 1.0)));
    }

    #[test]
    fn a_heat_has_a_cell_for_each_pair_and_a_gap_where_there_is_none() {
        let sequential = Palette::Sequential(Hue::Blue);
        let panel = Panel::heat(&table(), ("arm", "arm"), ("case", "case"), "k", sequential);
        let Layer::Heat(heat) = &panel.layers[0] else { panic!() };
        assert!(heat.values[1].is_nan() && [0, 2, 3].map(|cell| heat.values[cell]) == [1.0, 2.0, 1.0]);
        let Layer::Heat(heat) = &panel.cells(|heat| heat.percent(0.0, 200.0)).layers[0] else { panic!() };
        assert_eq!((heat.values[2], heat.limits, heat.decimals), (200.0, Some([0.0, 200.0]), Some(0)));
    }
}
