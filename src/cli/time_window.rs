//! `--minutes`, `--since`, `--until` and `--utc`, the same for every command that reads.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Result};
use crate::time_window::{Asked, Clock, Moment, Window};

/// How many minutes are looked at where nothing is said.
const USUAL: u32 = 10;

/// How long X-Ray keeps traces
/// (<https://docs.aws.amazon.com/general/latest/gr/xray.html>).
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Which stretch of time to look at.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(skip)]
pub(super) struct WindowArgs {
    /// Look at so many minutes, up to now or --until [default: 10]
    #[arg(long, value_name = "N", conflicts_with = "since", value_parser = clap::value_parser!(u32).range(1..=43200))]
    minutes: Option<u32>,
    /// Look from then on: 90s, 2h, 1d, "2026-11-20 10:00", 10:00, yesterday, RFC 3339, seconds
    /// since 1970
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Moment>,
    /// Look up to then, in the same words [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<Moment>,
    /// Show times in UTC and not in local time
    #[arg(long)]
    pub(super) utc: bool,
}

/// A window, and whether it had to be cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    /// The window.
    pub(super) window: Window,
    /// Whether what was asked reaches further back than X-Ray keeps anything.
    pub(super) is_cut: bool,
}

impl WindowArgs {
    /// The zone that times are shown in.
    pub(super) fn zone(&self) -> TimeZone {
        if self.utc {
            TimeZone::UTC
        } else {
            TimeZone::system()
        }
    }

    /// Whether its end was asked for.
    pub(super) fn has_end(&self) -> bool {
        self.until.is_some()
    }

    /// The window that is meant at a moment.
    pub(super) fn window_at(&self, now: Timestamp) -> Result<Window> {
        // Times that are typed are local ones even where others are shown.
        let clock = Clock {
            now,
            zone: TimeZone::system(),
        };
        let asked = Asked {
            minutes: self.minutes,
            since: self.since,
            until: self.until,
        };
        asked
            .window(USUAL, &clock)
            .map_err(|mistake| wrong(mistake.to_string()))
    }

    /// The window that is meant now, within what X-Ray keeps.
    pub(super) fn window(&self) -> Result<Meant> {
        let now = Timestamp::now();
        let window = self.window_at(now)?;
        let oldest = now - KEPT;
        if window.end <= oldest {
            return Err(wrong(
                "the window ends more than 30 days ago, and X-Ray keeps traces for 30 days"
                    .to_owned(),
            ));
        }
        let is_cut = window.start < oldest - SignedDuration::from_mins(1);
        let start = if is_cut { oldest } else { window.start };
        Ok(Meant {
            window: Window { start, ..window },
            is_cut,
        })
    }
}

fn wrong(what: String) -> Error {
    Error::usage(what)
        .code("time-window")
        .fix("name a stretch of the past: --minutes 10, or --since 2h --until 1h")
}
