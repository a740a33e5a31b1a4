//! Pages and forms for people. A page is a struct beside its handler; every page works without script.

pub mod asset;
pub mod error;
pub mod form;
pub mod friend;
pub mod hall;
pub mod health;
pub mod icon;
pub mod invitation;
pub mod limit;
pub mod login;
pub mod moment;
pub mod office;
pub mod page;
pub mod peer;
pub mod person;
pub mod search;
pub mod session;
pub mod setting;
pub mod time;

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::ctx::Ctx;
use crate::domain::hall::Hall;
use crate::error::Result;

/// How long the hall's row may be shown without looking: another process may have changed it.
const HALL_KEPT: Duration = Duration::from_secs(2);

/// What all pages of one hall share: assets with their addresses, counters of requests.
pub struct Face {
    /// Style sheets, script and pictures.
    pub assets: asset::Assets,
    /// Who asks how often.
    pub limits: limit::Limits,
    hall: Cache<(), Arc<Hall>>,
}

impl Face {
    /// Reads the assets that are part of the program.
    pub fn load(ctx: &Ctx) -> Result<Self> {
        let hall = Cache::builder().max_capacity(1).time_to_live(HALL_KEPT).build();
        Ok(Self { assets: asset::Assets::load(), limits: limit::Limits::new(ctx), hall })
    }

    /// The hall's row, at most some seconds old.
    pub async fn hall(&self, ctx: &Ctx) -> Result<Arc<Hall>> {
        if let Some(hall) = self.hall.get(&()) {
            return Ok(hall);
        }
        let hall = Arc::new(ctx.read(crate::domain::hall::get).await?);
        self.hall.insert((), hall.clone());
        Ok(hall)
    }

    /// Forgets the hall's row: it has changed.
    pub fn forget_hall(&self) {
        self.hall.invalidate_all();
    }
}
