//! The lines of log groups: searched, read in order, followed live, and queried.
//!
//! One call each, told in the words of `logs`; what to ask next and what to do when a call fails
//! is the caller's, who can tell by [`Error::known_as`](crate::error::Error::known_as). The SDK
//! tries a call of this folder twice only, so that who waits can say that he does.

mod filter;
mod live;
mod query;
mod stream;

use aws_sdk_cloudwatchlogs::config::Builder;
use aws_smithy_types::retry::RetryConfig;

pub use filter::{EventPage, EventSearch};
pub use live::{LiveEnd, LiveTail, LiveUpdate};
pub use query::{QueryAnswer, QueryRow, QueryStatus};
pub use stream::StreamPage;

use super::facts::Facts;
use crate::error::Error;

/// The code of the error that a log group is not there.
pub const NO_LOG_GROUP: &str = "no-log-group";

/// The code of the error that the group's class does not allow the call.
pub const LOG_GROUP_CLASS: &str = "log-group-class";

/// How often the SDK tries a call of this folder.
const ATTEMPTS: u32 = 2;

fn few_attempts() -> Builder {
    Builder::new().retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
}

/// A log group is not there.
fn no_log_group(facts: &Facts, action: &'static str, group: &str) -> Error {
    Error::usage(format!("log group {group} does not exist"))
        .code(NO_LOG_GROUP)
        .tried(facts.where_to(action))
        .fix("see which there are: cruddur-obs logs groups")
        .fix(format!("or create it: cruddur-obs logs create {group}"))
}

/// The group's class does not allow the call.
fn not_of_this_class(facts: &Facts, action: &'static str, group: &str, said: &str) -> Error {
    Error::usage(format!(
        "the class of log group {group} does not allow {action}"
    ))
    .code(LOG_GROUP_CLASS)
    .tried(facts.where_to(action))
    .cause(said.to_owned())
    .fix("ask by query: cruddur-obs logs query 'fields @timestamp, @message'")
}
