//! How many requests run against one host at a time. State exists only while a host has requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The hosts with requests under way.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    busy: Arc<Mutex<HashMap<String, Busy>>>,
    per_host_max: usize,
}

/// One host with requests under way or waiting.
#[derive(Debug)]
struct Busy {
    users: usize,
    semaphore: Arc<Semaphore>,
}

/// The right to make one request to one host, given back when dropped. Without a permit it is still waiting.
#[derive(Debug)]
pub(super) struct Slot {
    hosts: Hosts,
    host: String,
    permit: Option<OwnedSemaphorePermit>,
}

impl Hosts {
    pub(super) fn new(per_host_max: usize) -> Self {
        Self { busy: Arc::default(), per_host_max: per_host_max.max(1) }
    }

    /// Waits for a slot of `host`. The caller's deadline bounds the wait; giving up leaves nothing behind.
    pub(super) async fn slot(&self, host: &str) -> Slot {
        let semaphore = {
            let mut table = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
            let busy = table
                .entry(host.to_owned())
                .or_insert_with(|| Busy { users: 0, semaphore: Arc::new(Semaphore::new(self.per_host_max)) });
            busy.users += 1;
            Arc::clone(&busy.semaphore)
        };
        let mut slot = Slot { hosts: self.clone(), host: host.to_owned(), permit: None };
        slot.permit = semaphore.acquire_owned().await.ok();
        slot
    }

    /// Forgets the host when its last user leaves.
    fn leave(&self, host: &str) {
        let mut table = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(busy) = table.get_mut(host) {
            busy.users = busy.users.saturating_sub(1);
            if busy.users == 0 {
                table.remove(host);
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.hosts.leave(&self.host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn known(hosts: &Hosts) -> usize {
        hosts.busy.lock().unwrap().len()
    }

    #[tokio::test]
    async fn a_host_has_so_many_slots_and_is_forgotten_after_the_last() {
        let hosts = Hosts::new(2);
        let first = hosts.slot("a").await;
        let second = hosts.slot("a").await;
        assert!(first.permit.is_some() && second.permit.is_some());
        assert!(hosts.slot("a").now_or_never().is_none(), "a third must wait");
        let other = hosts.slot("b").now_or_never();
        assert!(other.is_some(), "another host must not wait");
        assert_eq!(known(&hosts), 2);
        drop(first);
        assert!(hosts.slot("a").now_or_never().is_some());
        drop((second, other));
        assert_eq!(known(&hosts), 0);
    }
}
