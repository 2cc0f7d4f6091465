//! How far the data of a panel reach on each axis.

use crate::scale::has_place;
use mllab_core::figure::{Axis, Interval, Layer, Panel, Scale};

/// Smallest and largest value seen of those that have a place.
#[derive(Clone, Copy, Debug)]
struct Reach {
    log: bool,
    ends: Option<[f64; 2]>,
}

impl Reach {
    fn new(axis: &Axis) -> Self {
        Reach { log: axis.scale == Scale::Log, ends: None }
    }

    fn see(&mut self, values: &[f64]) {
        for &v in values {
            if has_place(self.log, v) {
                let [low, high] = self.ends.get_or_insert([v, v]);
                *low = low.min(v);
                *high = high.max(v);
            }
        }
    }

    /// Room for values beyond the ends of bars.
    fn make_room(&mut self, share: f64) {
        if let Some([low, high]) = &mut self.ends
            && !self.log
        {
            let air = share * (*high - *low);
            if *low < 0.0 {
                *low -= air;
            }
            *high += if *high > 0.0 { air } else { 0.0 };
        }
    }

    fn interval(&mut self, interval: Option<&Interval>) {
        if let Some(interval) = interval {
            self.see(&interval.low);
            self.see(&interval.high);
        }
    }
}

/// What the layers of a panel span, on x and y.
pub fn of(panel: &Panel) -> [Option<[f64; 2]>; 2] {
    let (mut x, mut y) = (Reach::new(&panel.x), Reach::new(&panel.y));
    for layer in &panel.layers {
        see(layer, lies(panel), &mut x, &mut y);
    }
    [x.ends, y.ends]
}

/// Whether bars, boxes and strips lie on their side: their names stand on the y axis.
pub fn lies(panel: &Panel) -> bool {
    matches!(panel.y.scale, Scale::Category(_)) && !matches!(panel.x.scale, Scale::Category(_))
}

fn see(layer: &Layer, lies: bool, x: &mut Reach, y: &mut Reach) {
    let (at, value) = if lies { (&mut *y, &mut *x) } else { (&mut *x, &mut *y) };
    match layer {
        Layer::Line(l) => {
            x.see(&l.x);
            y.see(&l.y);
            y.interval(l.band.as_ref());
        }
        Layer::Step(l) => {
            x.see(&l.x);
            y.see(&l.y);
            if l.filled {
                y.see(&[0.0]);
            }
        }
        Layer::Fill(l) => {
            x.see(&l.x);
            y.see(&l.upper);
            y.see(&l.lower);
        }
        Layer::Points(l) => {
            x.see(&l.x);
            y.see(&l.y);
            y.interval(l.whiskers.as_ref());
        }
        Layer::Bars(l) => {
            at.see(&l.at);
            value.see(&l.y);
            value.interval(l.whiskers.as_ref());
            match &l.base {
                Some(base) => value.see(base),
                None => value.see(&[0.0]),
            }
            if l.values.is_some() {
                value.make_room(if lies { 0.14 } else { 0.08 });
            }
        }
        Layer::Histogram(l) => {
            x.see(&l.edges);
            y.see(&l.counts);
            y.see(&[0.0]);
        }
        Layer::Boxes(l) => {
            at.see(&l.at);
            for n in &l.numbers {
                value.see(&[n.low, n.high, n.median, n.lower_quartile, n.upper_quartile]);
            }
        }
        Layer::Strip(l) => {
            at.see(&l.at);
            value.see(&l.y);
        }
        Layer::Dumbbell(l) => {
            x.see(&l.from);
            x.see(&l.to);
            x.interval(l.from_interval.as_ref());
            x.interval(l.to_interval.as_ref());
        }
        Layer::Lollipop(l) => {
            x.see(&l.x);
            y.see(&l.y);
            y.see(&[l.base]);
            y.interval(l.whiskers.as_ref());
        }
        Layer::Heat(l) => {
            x.see(&l.x_edges);
            y.see(&l.y_edges);
        }
        Layer::Regions(l) => {
            x.see(&l.grid.x);
            y.see(&l.grid.y);
        }
        Layer::Contours(l) => {
            x.see(&l.grid.x);
            y.see(&l.grid.y);
        }
        Layer::Path(l) => {
            x.see(&l.x);
            y.see(&l.y);
        }
        Layer::Segments(l) => {
            for end in l.from.iter().chain(&l.to) {
                x.see(&end[..1]);
                y.see(&end[1..]);
            }
        }
        Layer::Lanes(l) => {
            for lane in &l.lanes {
                for event in &lane.events {
                    x.see(&[event.x]);
                }
                for span in &lane.spans {
                    x.see(&[span.from, span.to]);
                }
            }
        }
    }
}

/// Whether the axes' ends may lie beyond the data, (x, y): cells and planes fill their frame, lines their x axis.
pub fn loose(panel: &Panel) -> (bool, bool) {
    let plane = panel.layers.iter().any(|l| matches!(l, Layer::Heat(_) | Layer::Regions(_) | Layer::Contours(_)));
    let points = panel.layers.iter().any(|l| match l {
        Layer::Points(_) | Layer::Lollipop(_) | Layer::Dumbbell(_) | Layer::Path(_) | Layer::Segments(_) => true,
        Layer::Bars(_) | Layer::Boxes(_) | Layer::Strip(_) => lies(panel),
        _ => false,
    });
    let lines = panel.layers.iter().any(|l| match l {
        Layer::Line(l) => l.x.len() > 1,
        Layer::Step(_) | Layer::Fill(_) => true,
        _ => false,
    });
    (points && !lines && !plane, !plane)
}

/// The union of two reaches.
pub fn union(a: Option<[f64; 2]>, b: Option<[f64; 2]>) -> Option<[f64; 2]> {
    match (a, b) {
        (Some(a), Some(b)) => Some([a[0].min(b[0]), a[1].max(b[1])]),
        (a, b) => a.or(b),
    }
}
