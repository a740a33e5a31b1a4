//! The pages and forms of the hall, rendered here and complete without script. `page` is the frame that every page
//! stands in; each noun has its handlers beside the structs that its templates show.

pub mod asset;
pub mod error;
pub mod form;
pub mod friend;
pub mod hall;
pub mod health;
pub mod invitation;
pub mod kit;
pub mod limit;
pub mod login;
pub mod member;
pub mod moment;
pub mod notice;
pub mod office;
pub mod page;
pub mod peer;
pub mod person;
pub mod search;
pub mod session;
pub mod setting;
pub mod setup;
pub mod time;
pub mod zone;

use crate::ctx::Ctx;
use crate::error::Result;

/// What all pages of one hall share and what is made once.
pub struct Face {
    /// Static files.
    pub assets: asset::Assets,
    /// How often things may be done.
    pub limits: limit::Limits,
}

impl Face {
    /// Makes it.
    ///
    /// Errors: `Broken` if the program's own parts don't fit together.
    pub fn load(ctx: &Ctx) -> Result<Self> {
        Ok(Self { assets: asset::Assets::load(), limits: limit::Limits::new(&ctx.config)? })
    }
}
