//! Reads log groups as a person wants them: whole, in the order of time, and on and on.
//!
//! What to ask next, what is new, what to do when a call fails, and one sentence for each thing
//! that happened on the way. Calls are `remote`'s; what lines look like is `view`'s.

mod around;
mod by_query;
mod follow;
mod group_reader;
mod live;
mod merge;
mod notice;
mod patience;
mod rhythm;
mod seen;

use std::sync::Arc;

pub use around::{Around, around};
pub use follow::{Ended, Follow, Following};
pub use group_reader::{Group, Selection};
pub use merge::{Merged, Trouble};
pub use notice::Notice;
pub use patience::Patience;
pub use rhythm::Rhythm;

use crate::error::Result;
use crate::logs::event::LogEvent;

/// Who lines and sentences go to.
pub trait Sink {
    /// Takes lines in the order in which they are to be shown; false when nobody reads any more.
    fn lines(&mut self, events: &[LogEvent]) -> Result<bool>;

    /// Takes the sentence for something that happened.
    fn notice(&mut self, notice: &Notice);
}

/// Begins to read a stretch of time of several groups, merged in the order of time.
pub fn read(
    client: &crate::remote::LogsClient,
    groups: &[Group],
    selection: &Arc<Selection>,
    (start, end): (i64, Option<i64>),
    patience: &Patience,
) -> Merged {
    Merged::new(groups.iter().map(|group| {
        group_reader::read(
            client.clone(),
            group.clone(),
            Arc::clone(selection),
            (start, end),
            patience.clone(),
        )
    }))
}
