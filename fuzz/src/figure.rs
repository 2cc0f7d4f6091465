//! Any data as a figure: no numbers, one point, values without end, forty categories, names in any script. Each layout is
//! well-formed XML without a coordinate that is no number.

#![no_main]

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use mllab_core::figure::{
    Axis, Bars, Boxes, Contours, Dash, Dumbbell, Event, Figure, Fill, FiveNumbers, Format, Grid, Heat, Histogram, Hue,
    Interval, Label, LabelAt, Lane, LaneSpan, Lanes, Layer, Line, Lollipop, Mark, Note, Palette, Panel, Path, Points,
    Regions, Segments, Step, Strip,
};
use mllab_draw::{Font, Width, svg};
use mllab_fuzz::{number, numbers, text};

const HUES: [Hue; 7] = [Hue::Blue, Hue::Sky, Hue::Green, Hue::Amber, Hue::Vermilion, Hue::Pink, Hue::Ink];
const MARKS: [Mark; 4] = [Mark::Disc, Mark::Triangle, Mark::Cross, Mark::Ring];

fn hue(u: &mut Unstructured) -> Result<Hue> {
    u.choose(&HUES).copied()
}

fn label(u: &mut Unstructured) -> Result<Option<Label>> {
    if u.arbitrary()? {
        return Ok(None);
    }
    let at = if u.arbitrary()? { LabelAt::End } else { LabelAt::X(number(u)?) };
    let second = if u.arbitrary()? { Some(text(u, 20)?) } else { None };
    Ok(Some(Label { text: text(u, 40)?, second, at }))
}

fn axis(u: &mut Unstructured) -> Result<Axis> {
    let name = text(u, 30)?;
    let mut axis = match u.int_in_range(0..=3)? {
        0 => Axis::log(name),
        1 => {
            let n = u.int_in_range(0..=40)?;
            Axis::category(name, (0..n).map(|_| text(u, 12)).collect::<Result<Vec<_>>>()?)
        }
        _ => Axis::linear(name),
    };
    axis.format = *u.choose(&[Format::Number, Format::Percent, Format::Times, Format::Hidden])?;
    if u.ratio(1, 4)? {
        axis.range = Some([number(u)?, number(u)?]);
    }
    if u.ratio(1, 4)? {
        axis.ticks = Some(numbers(u, 8)?);
    }
    Ok(axis)
}

/// So many numbers, the given ones first.
fn like(u: &mut Unstructured, n: usize) -> Result<Vec<f64>> {
    (0..n).map(|_| number(u)).collect()
}

fn interval(u: &mut Unstructured, n: usize) -> Result<Option<Interval>> {
    if u.arbitrary()? { Ok(None) } else { Ok(Some(Interval { low: like(u, n)?, high: like(u, n)? })) }
}

fn grid(u: &mut Unstructured) -> Result<Grid> {
    let (columns, rows) = (u.int_in_range(0..=5)?, u.int_in_range(0..=5)?);
    Ok(Grid {
        x: [number(u)?, number(u)?],
        y: [number(u)?, number(u)?],
        columns,
        rows,
        values: like(u, columns * rows)?,
    })
}

fn layer(u: &mut Unstructured) -> Result<Layer> {
    let x = numbers(u, 24)?;
    let n = x.len();
    let hue = hue(u)?;
    let mark = *u.choose(&MARKS)?;
    let dash = *u.choose(&[Dash::Solid, Dash::Dashed, Dash::Dotted])?;
    Ok(match u.int_in_range(0..=15)? {
        0 => {
            Line { x, y: like(u, n)?, band: interval(u, n)?, hue, label: label(u)?, dash, thin: u.arbitrary()? }.into()
        }
        1 => Step { x, y: like(u, n)?, filled: u.arbitrary()?, hue, label: label(u)? }.into(),
        2 => Fill {
            x,
            upper: like(u, n)?,
            lower: like(u, n)?,
            upper_steps: u.arbitrary()?,
            lower_steps: u.arbitrary()?,
            hue,
            label: label(u)?,
        }
        .into(),
        3 => {
            let area = if u.arbitrary()? { Some(like(u, n)?) } else { None };
            Points { x, y: like(u, n)?, whiskers: interval(u, n)?, area, mark, hue, label: label(u)? }.into()
        }
        4 => {
            let base = if u.arbitrary()? { Some(like(u, n)?) } else { None };
            let groups = u.int_in_range(1..=4)?;
            let group = (u.int_in_range(0..=groups - 1)?, groups);
            let values = if u.arbitrary()? { Some(u.int_in_range(0..=3)?) } else { None };
            Bars { at: x, y: like(u, n)?, base, whiskers: interval(u, n)?, group, values, hue }.into()
        }
        5 => Histogram { counts: like(u, n.saturating_sub(1))?, edges: x, hue }.into(),
        6 => {
            let numbers = (0..n).map(|_| {
                Ok(FiveNumbers {
                    low: number(u)?,
                    lower_quartile: number(u)?,
                    median: number(u)?,
                    upper_quartile: number(u)?,
                    high: number(u)?,
                })
            });
            Boxes { numbers: numbers.collect::<Result<_>>()?, at: x, hue }.into()
        }
        7 => Strip { y: like(u, n)?, at: x, hue }.into(),
        8 => Dumbbell {
            from: like(u, n)?,
            from_interval: interval(u, n)?,
            to: like(u, n)?,
            to_interval: interval(u, n)?,
            at: x,
            hues: (hue, Hue::Vermilion),
        }
        .into(),
        9 => Lollipop { y: like(u, n)?, base: number(u)?, whiskers: interval(u, n)?, x, mark, hue }.into(),
        10 => {
            let y_edges = numbers(u, 6)?;
            let cells = n.saturating_sub(1) * y_edges.len().saturating_sub(1);
            let palette = if u.arbitrary()? {
                Palette::Sequential(hue)
            } else {
                Palette::Diverging { low: hue, high: Hue::Amber, middle: number(u)? }
            };
            let limits = if u.arbitrary()? { Some([number(u)?, number(u)?]) } else { None };
            let decimals = if u.arbitrary()? { Some(u.int_in_range(0..=3)?) } else { None };
            let contour = if u.arbitrary()? { Some(number(u)?) } else { None };
            Heat { x_edges: x, y_edges, values: like(u, cells)?, palette, limits, decimals, contour }.into()
        }
        11 => Regions { grid: grid(u)?, hues: (hue, Hue::Pink), boundary: number(u)? }.into(),
        12 => Contours { grid: grid(u)?, levels: x, hue }.into(),
        13 => Path { y: like(u, n)?, x, dots: u.arbitrary()?, arrow: u.arbitrary()?, hue, label: label(u)? }.into(),
        14 => {
            let ends = |u: &mut Unstructured| (0..n).map(|_| Ok([number(u)?, number(u)?])).collect::<Result<Vec<_>>>();
            Segments { from: ends(u)?, to: ends(u)?, hue, dash }.into()
        }
        _ => {
            let lanes = (0..u.int_in_range(0..=6)?).map(|_| {
                let events = x.iter().map(|&x| Event { x, mark, hue }).collect();
                let spans = vec![LaneSpan { from: number(u)?, to: number(u)?, hue, text: text(u, 20)? }];
                Ok(Lane { name: text(u, 20)?, events, spans })
            });
            Lanes { lanes: lanes.collect::<Result<_>>()? }.into()
        }
    })
}

fn note(u: &mut Unstructured) -> Result<Note> {
    let (a, b, hue, words) = (number(u)?, number(u)?, hue(u)?, text(u, 60)?);
    Ok(match u.int_in_range(0..=5)? {
        0 => Note::vertical(a, words),
        1 => Note::horizontal(a, words),
        2 => Note::SpanX { from: a, to: b, text: words, hue },
        3 => Note::SpanY { from: a, to: b, text: words, hue },
        4 => Note::text(a, b, words, hue),
        _ => Note::arrow([a, b], [number(u)?, number(u)?], words, hue),
    })
}

fn panel(u: &mut Unstructured) -> Result<Panel> {
    let mut panel = Panel::new(axis(u)?, axis(u)?).title(text(u, 40)?).height(f64::from(u.int_in_range(1_u8..=3)?));
    if u.arbitrary()? {
        panel = panel.remark(text(u, 40)?, hue(u)?);
    }
    for _ in 0..u.int_in_range(0..=5)? {
        panel = panel.layer(layer(u)?);
    }
    for _ in 0..u.int_in_range(0..=3)? {
        panel = panel.note(note(u)?);
    }
    Ok(if u.ratio(1, 8)? { panel.equal_aspect() } else { panel })
}

fn figure(u: &mut Unstructured) -> Result<Figure> {
    let title = text(u, 100)?;
    let mut figure = Figure::new("fuzz", title.as_str()).subtitle(text(u, 60)?).alt(text(u, 60)?);
    let columns = u.int_in_range(1..=3)?;
    let share_y = u.arbitrary()?;
    for _ in 0..u.int_in_range(0..=4)? {
        figure = figure.panel(panel(u)?);
    }
    Ok(if u.arbitrary()? { figure.grid(columns, share_y) } else { figure })
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(figure) = figure(&mut Unstructured::new(bytes)) else { return };
    for (width, font) in [(Width::Wide, Font::FromPage), (Width::Narrow, Font::FromPage), (Width::Wide, Font::Embedded)]
    {
        let drawn = svg(&figure, width, "f", "mllab run fuzz", font);
        let document = roxmltree::Document::parse(&drawn).unwrap_or_else(|error| panic!("{error}: {drawn}"));
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            for attribute in node.attributes().filter(|a| !matches!(a.name(), "id" | "class" | "aria-label" | "style"))
            {
                let value = attribute.value();
                assert!(!value.contains("NaN") && !value.contains("inf"), "{} = {value}", attribute.name());
            }
        }
    }
});
