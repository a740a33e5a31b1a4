//! The hall's figures, for Prometheus. One registry per hall and no globals, so that two halls fit in one process.
//!
//! Labels are few and fixed: what comes from outside (hosts, paths, names) never becomes one, or memory would grow with
//! whatever strangers send.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use crate::error::{Error, Result};

/// Upper bounds, in seconds, of the buckets for requests: fine where we promise speed, coarse where it is lost anyway.
const REQUEST_BUCKETS_S: [f64; 11] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];
/// Upper bounds of the buckets for writes per transaction.
const BATCH_BUCKETS: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

/// A part of the hall whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Pages and forms.
    Web,
    /// What other servers ask and send: actors, objects, inboxes, discovery.
    Federation,
    /// Hashed static files.
    Static,
    /// Health, readiness.
    Other,
}

impl Area {
    const ALL: [Self; 4] = [Self::Web, Self::Federation, Self::Static, Self::Other];

    fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Federation => "federation",
            Self::Static => "static",
            Self::Other => "other",
        }
    }
}

/// What became of an activity that another server sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inbox {
    /// Accepted and kept; the work follows.
    Accepted,
    /// Seen before.
    Duplicate,
    /// Worked on, with effect.
    Done,
    /// Understood or not, without effect.
    Ignored,
    /// Refused: signature, origin, block, shape.
    Rejected,
    /// To be tried again.
    Retried,
    /// Turned away because too much is waiting.
    Full,
}

impl Inbox {
    const ALL: [Self; 7] =
        [Self::Accepted, Self::Duplicate, Self::Done, Self::Ignored, Self::Rejected, Self::Retried, Self::Full];

    fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Done => "done",
            Self::Ignored => "ignored",
            Self::Rejected => "rejected",
            Self::Retried => "retried",
            Self::Full => "full",
        }
    }
}

/// What became of one attempt to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The other server took it.
    Done,
    /// It will be tried again.
    Retried,
    /// It never will.
    GivenUp,
}

impl Delivery {
    const ALL: [Self; 3] = [Self::Done, Self::Retried, Self::GivenUp];

    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retried => "retried",
            Self::GivenUp => "given_up",
        }
    }
}

/// What waits to be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Events whose consequences are due.
    Events,
    /// Activities received.
    Inbox,
    /// Activities to deliver.
    Deliveries,
}

impl Queue {
    const ALL: [Self; 3] = [Self::Events, Self::Inbox, Self::Deliveries];

    fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Inbox => "inbox",
            Self::Deliveries => "deliveries",
        }
    }
}

/// All figures of one hall. Counting is an atomic addition; the label look-ups happen once, here.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Vec<(Area, [IntCounter; 5], Histogram)>,
    inbox: Vec<(Inbox, IntCounter)>,
    deliveries: Vec<(Delivery, IntCounter)>,
    queues: Vec<(Queue, IntGauge)>,
    write_batch: Histogram,
    broken: IntCounter,
}

impl Metrics {
    /// A fresh set of figures, all zero.
    ///
    /// # Errors
    /// `Broken` if two figures had one name, which the tests exclude.
    pub fn new() -> Result<Self> {
        let registry = Registry::new();
        let counts = IntCounterVec::new(
            Opts::new("huiguan_http_requests_total", "Requests answered, by area and class of status."),
            &["area", "status"],
        );
        let counts = register(&registry, counts)?;
        let times = HistogramVec::new(
            HistogramOpts::new("huiguan_http_request_seconds", "Time to answer a request, by area.")
                .buckets(REQUEST_BUCKETS_S.to_vec()),
            &["area"],
        );
        let times = register(&registry, times)?;
        let classes =
            |area: Area| ["1xx", "2xx", "3xx", "4xx", "5xx"].map(|c| counts.with_label_values(&[area.name(), c]));
        let requests =
            Area::ALL.into_iter().map(|area| (area, classes(area), times.with_label_values(&[area.name()]))).collect();
        let inbox = outcomes(&registry, "huiguan_inbox_total", "Activities received, by outcome.")?;
        let deliveries = outcomes(&registry, "huiguan_deliveries_total", "Attempts to deliver, by outcome.")?;
        let queues = IntGaugeVec::new(Opts::new("huiguan_queue_length", "What waits to be worked on."), &["queue"]);
        let queues = register(&registry, queues)?;
        let write_batch = Histogram::with_opts(
            HistogramOpts::new("huiguan_db_write_batch", "Writes that shared one transaction.")
                .buckets(BATCH_BUCKETS.to_vec()),
        );
        let broken = IntCounter::new("huiguan_broken_total", "Faults of ours, each with a reference in the log.");
        Ok(Self {
            requests,
            inbox: Inbox::ALL.into_iter().map(|one| (one, inbox.with_label_values(&[one.name()]))).collect(),
            deliveries: Delivery::ALL
                .into_iter()
                .map(|one| (one, deliveries.with_label_values(&[one.name()])))
                .collect(),
            queues: Queue::ALL.into_iter().map(|one| (one, queues.with_label_values(&[one.name()]))).collect(),
            write_batch: register(&registry, write_batch)?,
            broken: register(&registry, broken)?,
            registry,
        })
    }

    /// Counts a request that was answered with `status` after `took`.
    pub fn request(&self, area: Area, status: u16, took: Duration) {
        if let Some((_, counts, times)) = self.requests.iter().find(|(one, ..)| *one == area) {
            times.observe(took.as_secs_f64());
            if let Some(count) = counts.get(usize::from(status / 100).saturating_sub(1)) {
                count.inc();
            }
        }
    }

    /// Counts what became of a received activity.
    pub fn inbox(&self, outcome: Inbox) {
        if let Some((_, count)) = self.inbox.iter().find(|(one, _)| *one == outcome) {
            count.inc();
        }
    }

    /// Counts what became of an attempt to deliver.
    pub fn delivery(&self, outcome: Delivery) {
        if let Some((_, count)) = self.deliveries.iter().find(|(one, _)| *one == outcome) {
            count.inc();
        }
    }

    /// Sets how much waits in a queue.
    pub fn queue(&self, queue: Queue, length: i64) {
        if let Some((_, gauge)) = self.queues.iter().find(|(one, _)| *one == queue) {
            gauge.set(length);
        }
    }

    /// Counts a transaction that held `writes` writes together.
    #[allow(clippy::cast_precision_loss, reason = "a batch is a handful")]
    pub fn write_batch(&self, writes: usize) {
        self.write_batch.observe(writes as f64);
    }

    /// Counts a fault of ours.
    pub fn broken(&self) {
        self.broken.inc();
    }

    /// All figures in Prometheus' text format 0.0.4.
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        match TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            Ok(()) => String::from_utf8(text).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

/// Registers a figure that Prometheus' constructor gave.
fn register<C: Collector + Clone + 'static>(registry: &Registry, figure: prometheus::Result<C>) -> Result<C> {
    let figure = figure.map_err(Error::broken)?;
    registry.register(Box::new(figure.clone())).map_err(Error::broken)?;
    Ok(figure)
}

/// A counter with one label, the outcome.
fn outcomes(registry: &Registry, name: &str, help: &str) -> Result<IntCounterVec> {
    register(registry, IntCounterVec::new(Opts::new(name, help), &["outcome"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_rendered() {
        let metrics = Metrics::new().unwrap();
        metrics.request(Area::Web, 200, Duration::from_micros(300));
        metrics.request(Area::Web, 404, Duration::from_millis(3));
        metrics.inbox(Inbox::Done);
        metrics.delivery(Delivery::GivenUp);
        metrics.queue(Queue::Deliveries, 7);
        metrics.write_batch(3);
        metrics.broken();
        let text = metrics.render();
        for line in [
            "huiguan_http_requests_total{area=\"web\",status=\"2xx\"} 1",
            "huiguan_http_requests_total{area=\"web\",status=\"4xx\"} 1",
            "huiguan_http_requests_total{area=\"federation\",status=\"2xx\"} 0",
            "huiguan_http_request_seconds_bucket{area=\"web\",le=\"0.0005\"} 1",
            "huiguan_http_request_seconds_count{area=\"web\"} 2",
            "huiguan_inbox_total{outcome=\"done\"} 1",
            "huiguan_deliveries_total{outcome=\"given_up\"} 1",
            "huiguan_queue_length{queue=\"deliveries\"} 7",
            "huiguan_db_write_batch_bucket{le=\"4\"} 1",
            "huiguan_broken_total 1",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn odd_statuses_do_no_harm_and_two_halls_do_not_meet() {
        let (one, other) = (Metrics::new().unwrap(), Metrics::new().unwrap());
        for status in [0, 99, 600, 999, u16::MAX] {
            one.request(Area::Other, status, Duration::MAX);
        }
        one.broken();
        assert!(other.render().contains("huiguan_broken_total 0"));
    }
}
