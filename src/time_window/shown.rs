//! Times as commands show them; JSON has RFC 3339 in UTC instead, which is how timestamps
//! serialise.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Window;

/// `2026-11-20 10:00:05 +01:00`: whole seconds, with the offset from UTC.
pub fn shown(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %:z")
        .to_string()
}

/// `2026-11-20 09:50:00 to 10:00:00 +01:00`; what both ends share stands once.
pub fn shown_window(window: Window, zone: &TimeZone) -> String {
    let start = window.start.to_zoned(zone.clone());
    let end = window.end.to_zoned(zone.clone());
    let start = match (start.date() == end.date(), start.offset() == end.offset()) {
        (true, true) => {
            return format!(
                "{} to {}",
                start.strftime("%Y-%m-%d %H:%M:%S"),
                end.strftime("%H:%M:%S %:z")
            );
        }
        (false, true) => start.strftime("%Y-%m-%d %H:%M:%S"),
        (_, false) => start.strftime("%Y-%m-%d %H:%M:%S %:z"),
    };
    format!("{start} to {}", end.strftime("%Y-%m-%d %H:%M:%S %:z"))
}
