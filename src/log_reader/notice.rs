//! What happens while log groups are read, in one sentence each.

use std::fmt;
use std::time::Duration;

/// Something that happened, and is worth a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The service asks to slow down.
    SlowedDown,
    /// Calls fail; they are tried again.
    Interrupted {
        /// What failed.
        what: String,
    },
    /// Calls are answered again.
    Resumed {
        /// How long they were not.
        after: Duration,
    },
    /// A group that was read is not there any more.
    GroupGone {
        /// Its name.
        group: String,
    },
    /// It is there again.
    GroupBack {
        /// Its name.
        group: String,
    },
    /// A new group has a name that was asked for.
    GroupFound {
        /// Its name.
        group: String,
    },
    /// A group can only be read by query.
    ByQuery {
        /// Its name.
        group: String,
        /// Its class.
        class: String,
    },
    /// A second of a group has more lines than a query gives.
    QueryFull {
        /// Its name.
        group: String,
        /// How many a query gives.
        most: usize,
    },
    /// Live Tail cannot be had.
    NoLiveTail {
        /// Why, in words.
        reason: String,
    },
    /// A Live Tail session is under way.
    LiveTail,
    /// A Live Tail session ended after its three hours.
    LiveTailTimedOut,
    /// A Live Tail session was cut.
    LiveTailCut {
        /// How, in words.
        reason: String,
    },
    /// Live Tail left lines out, for there were too many.
    Sampled,
    /// There are more lines than can be remembered: late ones may be missed from now on.
    TooMany,
}

impl Notice {
    /// Whether something is amiss, rather than in order again.
    pub fn is_trouble(&self) -> bool {
        !matches!(
            self,
            Self::Resumed { .. }
                | Self::GroupBack { .. }
                | Self::GroupFound { .. }
                | Self::ByQuery { .. }
                | Self::LiveTail
                | Self::LiveTailTimedOut
        )
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SlowedDown => formatter.write_str(
                "CloudWatch Logs asks to slow down: waiting, no line is lost",
            ),
            Self::Interrupted { what } => write!(formatter, "{what}; trying again, no line is lost"),
            Self::Resumed { after } => {
                write!(formatter, "reading again after {}", length(*after))
            }
            Self::GroupGone { group } => write!(
                formatter,
                "log group {group} is gone: waiting for it to come back"
            ),
            Self::GroupBack { group } => write!(formatter, "log group {group} is back"),
            Self::GroupFound { group } => write!(formatter, "log group {group} is new: reading it too"),
            Self::ByQuery { group, class } => write!(
                formatter,
                "log group {group} is of class {class}, which can only be read by query: slower, and AWS charges what is scanned"
            ),
            Self::QueryFull { group, most } => write!(
                formatter,
                "log group {group} has more than {most} lines in one second: the rest of them is left out"
            ),
            Self::NoLiveTail { reason } => {
                write!(formatter, "no Live Tail: {reason}; searching instead")
            }
            Self::LiveTail => formatter.write_str(
                "Live Tail is on: AWS charges each minute of it",
            ),
            Self::LiveTailTimedOut => formatter.write_str(
                "the Live Tail session ended after its three hours: beginning another, no line is lost",
            ),
            Self::LiveTailCut { reason } => write!(
                formatter,
                "the Live Tail session ended: {reason}; beginning another, no line is lost"
            ),
            Self::Sampled => formatter.write_str(
                "more lines than Live Tail shows: reading the others by search",
            ),
            Self::TooMany => formatter.write_str(
                "too many lines to remember: those that come late may be missed",
            ),
        }
    }
}

/// `900 ms`, `31 s`, `4 m 5 s`.
fn length(duration: Duration) -> String {
    match duration.as_secs() {
        0 => format!("{} ms", duration.as_millis()),
        seconds @ 1..60 => format!("{seconds} s"),
        seconds => format!("{} m {} s", seconds / 60, seconds % 60),
    }
}
