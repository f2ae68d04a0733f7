//! What is counted, in the words of Prometheus.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

type Labels = Vec<(&'static str, String)>;

/// All of it.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram>,
    rows: Family<Labels, Counter>,
    reloads: Family<Labels, Counter>,
    together: Histogram,
    rows_together: Histogram,
    /// Questions under way.
    pub busy: Gauge,
}

fn durations() -> Histogram {
    // From a quarter of a millisecond to eight seconds.
    Histogram::new(exponential_buckets(0.000_25, 2.0, 16))
}

fn counts() -> Histogram {
    Histogram::new(exponential_buckets(1.0, 2.0, 13))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("mtlc");
        let requests: Family<Labels, Counter> = Family::default();
        let seconds: Family<Labels, Histogram> = Family::new_with_constructor(durations);
        let (rows, reloads): (Family<Labels, Counter>, Family<Labels, Counter>) = Default::default();
        let (together, rows_together, busy) = (counts(), counts(), Gauge::default());
        registry.register("requests", "Requests by route, model and status", requests.clone());
        registry.register("request_seconds", "From the head of a request to its answer", seconds.clone());
        registry.register("rows", "Rows that were answered", rows.clone());
        registry.register("reloads", "Runs that took the place of others, or could not", reloads.clone());
        registry.register("requests_together", "Requests that a model was asked about together", together.clone());
        registry.register("rows_together", "Rows that a model was asked about together", rows_together.clone());
        registry.register("requests_under_way", "Questions that are being answered", busy.clone());
        Self { registry, requests, seconds, rows, reloads, together, rows_together, busy }
    }
}

impl Metrics {
    /// A request that has been answered.
    pub fn request(&self, route: &'static str, model: &str, status: u16, seconds: f64) {
        let of = |more: Vec<(&'static str, String)>| {
            [vec![("route", route.to_string()), ("model", model.to_string())], more].concat()
        };
        self.requests.get_or_create(&of(vec![("status", status.to_string())])).inc();
        self.seconds.get_or_create(&of(Vec::new())).observe(seconds);
    }

    pub fn rows(&self, model: &str, rows: usize) {
        self.rows.get_or_create(&vec![("model", model.to_string())]).inc_by(rows as u64);
    }

    pub fn reloaded(&self, model: &str, done: bool) {
        let outcome = if done { "done" } else { "failed" };
        self.reloads.get_or_create(&vec![("model", model.to_string()), ("outcome", outcome.to_string())]).inc();
    }

    /// How much a model was asked about together.
    pub fn gathered(&self, requests: usize, rows: usize) {
        self.together.observe(requests as f64);
        self.rows_together.observe(rows as f64);
    }

    /// As Prometheus reads it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // A text takes whatever is written into it.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
