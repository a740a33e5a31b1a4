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

use crate::ctx::Ctx;
use crate::error::Result;

/// What all pages of one hall share: assets with their addresses, counters of requests.
pub struct Face {
    /// Style sheets, script and pictures.
    pub assets: asset::Assets,
    /// Who asks how often.
    pub limits: limit::Limits,
}

impl Face {
    /// Reads the assets that are part of the program.
    pub fn load(ctx: &Ctx) -> Result<Self> {
        Ok(Self { assets: asset::Assets::load(), limits: limit::Limits::new(ctx) })
    }
}
