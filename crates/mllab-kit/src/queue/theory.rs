//! What is known in closed form: Erlang's formulas, Pollaczek and Khinchine's, the tail of a response.
//!
//! Poisson arrivals, a queue without end unless said otherwise, exponential service of mean 1, so that an offered load is
//! a number of servers. Formulas as in Kleinrock, Queueing Systems, 1975.

/// The probability that a request finds all servers taken and is lost: Erlang B.
///
/// ```
/// use mllab_kit::queue::theory::erlang_b;
/// assert!((erlang_b(1, 1.0) - 0.5).abs() < 1e-12);
/// assert!((erlang_b(2, 1.0) - 0.2).abs() < 1e-12);
/// ```
pub fn erlang_b(servers: usize, load: f64) -> f64 {
    (1..=servers).fold(1.0, |b, k| load * b / (k as f64 + load * b))
}

/// The probability that a request must wait: Erlang C. 1 where the load is not below the number of servers.
///
/// ```
/// use mllab_kit::queue::theory::erlang_c;
/// assert!((erlang_c(1, 0.8) - 0.8).abs() < 1e-12); // one server: the share of time that it is busy
/// assert!((erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
/// ```
pub fn erlang_c(servers: usize, load: f64) -> f64 {
    if load >= servers as f64 {
        return 1.0;
    }
    let blocked = erlang_b(servers, load);
    let busy = load / servers as f64;
    blocked / (1.0 - busy * (1.0 - blocked))
}

/// The mean time that a request waits before it is served, in units of a service.
pub fn wait(servers: usize, load: f64) -> f64 {
    erlang_c(servers, load) / (servers as f64 - load)
}

/// The mean response of one server with any law of work, whose variance is `scv`: Pollaczek and Khinchine.
///
/// ```
/// use mllab_kit::queue::theory::mg1;
/// assert_eq!([0.0, 1.0, 4.0, 16.0].map(|scv| mg1(0.8, scv).round()), [3.0, 5.0, 11.0, 35.0]);
/// ```
pub fn mg1(busy: f64, scv: f64) -> f64 {
    1.0 + busy * (1.0 + scv) / (2.0 * (1.0 - busy))
}

/// The share of responses longer than `time`, with `servers` behind one queue.
pub fn response_tail(servers: usize, load: f64, time: f64) -> f64 {
    let spare = servers as f64 - load - 1.0;
    let service = libm::exp(-time);
    // What a wait adds; its limit at spare = 0 is time · e^(−time).
    let after = if spare.abs() < 1e-9 { time * service } else { (service - libm::exp(-(1.0 + spare) * time)) / spare };
    service + erlang_c(servers, load) * after
}

/// The response that a share of requests exceeds, with `servers` behind one queue; the load must be below them.
///
/// ```
/// use mllab_kit::queue::theory::slowest;
/// assert!((slowest(1, 0.9, 0.01) - 46.05).abs() < 0.01); // ln(100) / (1 − 0.9)
/// assert!((slowest(4, 3.6, 0.01) - 12.19).abs() < 0.01);
/// ```
pub fn slowest(servers: usize, load: f64, share: f64) -> f64 {
    let end = -libm::log(share) / (servers as f64 - load).min(1.0) * 4.0;
    bisect(0.0, end, |time| response_tail(servers, load, time) < share)
}

/// The largest share of `servers` behind one queue that may be busy while the mean response stays at `mean`.
///
/// ```
/// use mllab_kit::queue::theory::busy_for_mean;
/// assert!((busy_for_mean(1, 2.0) - 0.5).abs() < 1e-9);
/// assert!((busy_for_mean(32, 2.0) - 0.974).abs() < 1e-4);
/// ```
pub fn busy_for_mean(servers: usize, mean: f64) -> f64 {
    bisect(0.0, 1.0, |busy| busy >= 1.0 || 1.0 + wait(servers, busy * servers as f64) > mean)
}

/// The same for the response that a share of requests exceeds.
pub fn busy_for_slowest(servers: usize, share: f64, time: f64) -> f64 {
    bisect(0.0, 1.0, |busy| busy >= 1.0 || response_tail(servers, busy * servers as f64, time) > share)
}

/// The fewest servers behind one queue whose mean response to a load stays at `mean`, above 1.
pub fn servers_for(load: f64, mean: f64) -> usize {
    let mut servers = load as usize + 1;
    while 1.0 + wait(servers, load) > mean {
        servers += 1;
    }
    servers
}

/// The share of requests lost at one server with so many places, the one in service counted.
///
/// ```
/// use mllab_kit::queue::theory::full_buffer;
/// assert!((full_buffer(0.95, 100) / 3.0e-4 - 1.0).abs() < 0.02);
/// assert!((full_buffer(1.0, 9) - 0.1).abs() < 1e-12);
/// ```
pub fn full_buffer(busy: f64, places: usize) -> f64 {
    if busy == 1.0 {
        return 1.0 / (places as f64 + 1.0);
    }
    let full = libm::pow(busy, places as f64);
    full * (1.0 - busy) / (1.0 - full * busy)
}

/// Where `beyond` turns true between two ends, by sixty halvings.
fn bisect(mut low: f64, mut high: f64, beyond: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if beyond(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "{found} is not {expected}");
    }

    #[test]
    fn means_and_tails_are_those_of_the_books() {
        let servers = [1, 2, 4, 8, 16, 32];
        for (busy, means) in [
            (0.8, [5.0, 2.7778, 1.7455, 1.2860, 1.0953, 1.0251]),
            (0.9, [10.0, 5.2632, 2.9694, 1.8769, 1.3696, 1.1432]),
            (0.95, [20.0, 10.256, 5.4571, 3.1104, 1.9752, 1.4348]),
        ] {
            for (c, mean) in servers.into_iter().zip(means) {
                check(1.0 + wait(c, busy * c as f64), mean, 5e-4 * mean.max(1.0));
            }
        }
        for (c, tail) in servers.into_iter().zip([46.05, 23.34, 12.19, 7.087, 5.270, 4.794]) {
            check(slowest(c, 0.9 * c as f64, 0.01), tail, 0.01);
        }
        for (busy, tail) in [(0.5, 9.21), (0.8, 23.03), (0.95, 92.10), (0.99, 460.5)] {
            check(slowest(1, busy, 0.01), tail, 0.02);
        }
    }

    #[test]
    fn knees_are_where_they_are_known_to_be() {
        for (c, mean, tail) in [
            (1, 0.5, 0.5395),
            (2, 0.5_f64.sqrt(), 0.7580),
            (4, 0.8349, 0.8752),
            (8, 0.9092, 0.9363),
            (16, 0.9510, 0.9677),
            (32, 0.9740, 0.9837),
        ] {
            check(busy_for_mean(c, 2.0), mean, 1e-4);
            check(busy_for_slowest(c, 0.01, 10.0), tail, 1e-4);
        }
        assert_eq!(servers_for(9.0, 2.0), 10);
        assert_eq!(servers_for(0.4, 2.0), 1);
        assert_eq!(servers_for(0.6, 2.0), 2);
    }

    #[test]
    fn a_tail_has_no_step_where_its_formula_has_a_pole() {
        check(response_tail(3, 2.0, 4.0), response_tail(3, 2.0 + 1e-7, 4.0), 1e-6);
    }
}
