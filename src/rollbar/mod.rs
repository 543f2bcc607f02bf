//! Rollbar's words, pure: items, scrubbing, sizes, links, the shapes of tokens.
//!
//! Who sends an item, and when, stays out, and so do clocks and chance: an item's id and time are
//! given to it. <https://docs.rollbar.com/reference/create-item>

mod fit;
mod item;
mod level;
mod scrub;
mod token;

pub use item::{Exception, Frame, Identity, Item, Request, Source};
pub use level::Level;
pub use scrub::{scrub, scrub_address};
pub use token::remark;

/// Rollbar's own API.
pub const API: &str = "https://api.rollbar.com/api/1/";

/// The page of an occurrence; it needs no token, only whoever opens it to be signed in.
pub fn occurrence_link(uuid: &str) -> String {
    format!("https://rollbar.com/occurrence/uuid/?uuid={uuid}")
}

/// What finds an item in Rollbar's list of items, whose search box takes these words.
pub fn list_filter(environment: &str, level: Level) -> String {
    format!(
        "environment:{environment} level:{} status:active",
        level.name()
    )
}
