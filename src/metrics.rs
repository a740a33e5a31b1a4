//! Numbers for monitoring, in Prometheus' text form. One set per hall; nothing about persons.

use prometheus::{Encoder, Histogram, HistogramOpts, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

use crate::error::{Error, Result};

/// The numbers of one hall.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    /// Requests by class of status (`2xx` …).
    pub requests: IntCounterVec,
    /// How long requests took, in seconds.
    pub request_seconds: Histogram,
    /// Activities at the inboxes, by what became of them.
    pub arrivals: IntCounterVec,
    /// Attempts at delivery, by how they ended.
    pub deliveries: IntCounterVec,
    /// Activities that wait to be worked off.
    pub arrivals_waiting: IntGauge,
    /// Deliveries that wait.
    pub deliveries_waiting: IntGauge,
}

impl Metrics {
    /// Makes the set.
    pub fn new() -> Result<Self> {
        let broken = |e: prometheus::Error| Error::Broken(Box::new(e));
        let registry = Registry::new();
        let counter = |name: &str, help: &str, label: &str| {
            let counter = IntCounterVec::new(Opts::new(name, help), &[label])?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
        let options = HistogramOpts::new("huiguan_request_seconds", "How long requests took").buckets(buckets);
        let request_seconds = Histogram::with_opts(options).map_err(broken)?;
        registry.register(Box::new(request_seconds.clone())).map_err(broken)?;
        Ok(Self {
            requests: counter("huiguan_requests_total", "Requests by class of status", "status").map_err(broken)?,
            request_seconds,
            arrivals: counter("huiguan_arrivals_total", "Activities by outcome", "outcome").map_err(broken)?,
            deliveries: counter("huiguan_deliveries_total", "Deliveries by outcome", "outcome").map_err(broken)?,
            arrivals_waiting: gauge("huiguan_arrivals_waiting", "Activities that wait").map_err(broken)?,
            deliveries_waiting: gauge("huiguan_deliveries_waiting", "Deliveries that wait").map_err(broken)?,
            registry: registry.clone(),
        })
    }

    /// The numbers as Prometheus reads them.
    pub fn render(&self) -> Result<String> {
        let mut out = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut out).map_err(|e| Error::Broken(Box::new(e)))?;
        String::from_utf8(out).map_err(|e| Error::Broken(Box::new(e)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_show_up_in_the_text() {
        let metrics = Metrics::new().unwrap();
        metrics.arrivals.with_label_values(&["done"]).inc();
        metrics.deliveries_waiting.set(3);
        let text = metrics.render().unwrap();
        assert!(text.contains("huiguan_arrivals_total{outcome=\"done\"} 1"), "{text}");
        assert!(text.contains("huiguan_deliveries_waiting 3"), "{text}");
    }
}
