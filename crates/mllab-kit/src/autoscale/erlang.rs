//! Erlang's formulas: Poisson arrivals, exponential service, one queue without end, a fixed number of servers.

/// The probability that a request must wait, with `servers` servers and an offered load of `load` of them.
///
/// By the recursion of Erlang B. 1 where the load is not below the number of servers.
///
/// ```
/// use mllab_kit::autoscale::erlang;
/// assert!((erlang::waiting(1, 0.8) - 0.8).abs() < 1e-12); // one server: the share of time that it is busy
/// assert!((erlang::waiting(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
/// ```
pub fn waiting(servers: usize, load: f64) -> f64 {
    if load >= servers as f64 {
        return 1.0;
    }
    let blocked = (1..=servers).fold(1.0, |b, k| load * b / (k as f64 + load * b));
    let busy = load / servers as f64;
    blocked / (1.0 - busy * (1.0 - blocked))
}

/// The mean time that a request waits before it is served, in units of a service.
pub fn wait(servers: usize, load: f64) -> f64 {
    waiting(servers, load) / (servers as f64 - load)
}
