//! The pages and forms of the hall, complete without script. `frame` stands around every page, `page` is what a handler
//! gets; each noun has its handlers beside the structs that its templates show.

pub mod account;
pub mod alliance;
mod announcement;
pub mod archive;
pub mod article;
pub mod asset;
pub mod attachment;
pub mod authorization;
pub mod block;
pub mod bookmark;
pub mod boost;
pub mod card;
pub mod comment;
pub mod digest;
pub mod error;
pub mod face;
pub mod feed;
pub mod form;
pub mod frame;
pub mod friend;
pub mod group;
pub mod gallery;
pub mod hall;
pub mod hashtag;
pub mod health;
pub mod history;
pub mod invitation;
pub mod kit;
pub mod login;
pub mod mark;
pub mod media;
pub mod member;
pub mod mention;
pub mod moment;
pub mod notice;
pub mod office;
pub mod page;
pub mod peer;
pub mod person;
pub mod picture;
pub mod pin;
pub mod place;
pub mod poll;
pub mod report;
pub mod roll;
pub mod roll_call;
pub mod search;
pub mod session;
pub mod setting;
pub mod setup;
pub mod talk;
mod tile;
pub mod time;
pub mod upload;
pub mod zone;

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::ctx::Ctx;
use crate::domain::hall::Hall;
use crate::error::Result;

/// How long the hall's row may be shown without looking: another process may have changed it.
const HALL_KEPT: Duration = Duration::from_secs(2);

/// What all pages of one hall share and what is made once.
pub struct Face {
    /// Static files.
    pub assets: asset::Assets,
    hall: Cache<(), Arc<Hall>>,
}

impl Face {
    /// Makes it.
    pub fn load() -> Self {
        let hall = Cache::builder().max_capacity(1).time_to_live(HALL_KEPT).build();
        Self { assets: asset::Assets::load(), hall }
    }

    /// The hall's row, at most some seconds old.
    pub async fn hall(&self, ctx: &Ctx) -> Result<Arc<Hall>> {
        if let Some(hall) = self.hall.get(&()) {
            return Ok(hall);
        }
        let hall = Arc::new(ctx.glance(crate::domain::hall::get).await?);
        self.hall.insert((), hall.clone());
        Ok(hall)
    }

    /// Forgets the hall's row: it has changed.
    pub fn forget_hall(&self) {
        self.hall.invalidate_all();
    }
}
