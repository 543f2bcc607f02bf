//! What each route answers: the mock data of the bootcamp's second week.
//!
//! The shapes are upstream's; the texts are ours. Nothing is kept: every answer is made from the
//! clock and the request.

mod created;
mod feeds;
mod messages;

pub(super) use created::{Draft, Refused, activity, message, reply};
pub(super) use feeds::{home, notifications, search, show, user};
pub(super) use messages::{conversation, groups};

/// How many activities the home feed has: `app.result_length`.
pub(super) const HOME_LENGTH: i64 = 3;

/// The name that is shown for a handle.
pub(super) fn display_name(handle: &str) -> &str {
    match handle {
        "adaquill" => "Ada Quill",
        "andrewbrown" => "Andrew Brown",
        "brin" => "Brin",
        "mio" => "Mio",
        "tove" => "Tove",
        other => other,
    }
}
