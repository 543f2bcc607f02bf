//! What is wrong with a time or a window, in one sentence.

/// Times as people may type them; the end of every complaint about one.
const EXAMPLES: &str = "write a length such as 90s, 10m, 2h or 1d, a time such as \"2026-11-20 10:00\", \
     10:00, yesterday or 2026-11-20T10:00:00Z, or seconds since 1970";

/// What is wrong with a time or a window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Text that is no time at all.
    #[error("{} is no time; {EXAMPLES}", quoted(.0))]
    NotATime(String),
    /// A number that is neither a day nor seconds nor milliseconds.
    #[error(
        "\"{number}\" has no unit; {number}m is so many minutes, {number}h hours, {number}d days"
    )]
    NoUnit {
        /// The number.
        number: String,
    },
    /// A length in units that are not always the same.
    #[error("{} is no fixed length, for months and years differ; write days, such as 30d", quoted(.0))]
    NoLength(String),
    /// A time outside the years that can be told.
    #[error("the time is beyond the years -9999 to 9999")]
    Beyond,
    /// A window that begins in the future.
    #[error("the window begins at {0}, which is in the future")]
    Future(String),
    /// A window with nothing in it.
    #[error("the window is empty: it begins at {since} and ends at {until}")]
    Empty {
        /// Its start.
        since: String,
        /// Its end.
        until: String,
    },
}

/// What was read, made visible and not too long.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}
