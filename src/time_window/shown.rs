//! Times as commands show them; JSON has RFC 3339 in UTC instead, which is how timestamps
//! serialise.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::Window;

/// `2026-11-20 10:00:05 +01:00`: whole seconds, with the offset from UTC; `UTC` where that is
/// what was asked for.
pub fn shown(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    format!("{} {}", local.strftime("%F %T"), offset(&local))
}

/// `2026-11-20 09:50:00 to 10:00:00 +01:00`; what both ends share stands once.
pub fn shown_window(window: Window, zone: &TimeZone) -> String {
    let start = window.start.to_zoned(zone.clone());
    let end = window.end.to_zoned(zone.clone());
    if start.offset() != end.offset() {
        return format!(
            "{} to {}",
            shown(window.start, zone),
            shown(window.end, zone)
        );
    }
    let end = if start.date() == end.date() {
        format!("{} {}", end.strftime("%T"), offset(&end))
    } else {
        shown(window.end, zone)
    };
    format!("{} to {end}", start.strftime("%F %T"))
}

fn offset(at: &Zoned) -> String {
    if *at.time_zone() == TimeZone::UTC {
        "UTC".to_owned()
    } else {
        at.strftime("%:z").to_string()
    }
}
