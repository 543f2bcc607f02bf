//! How requests ended, in a word and a colour: the same four everywhere.

use crate::output::Style;
use crate::trace::Outcome;
use crate::trace::graph::Statistics;

use super::quantity::percent;

/// The four endings in the order of a ring: clockwise from good to worst.
pub(super) const OUTCOMES: [Outcome; 4] = [
    Outcome::Ok,
    Outcome::Error,
    Outcome::Throttle,
    Outcome::Fault,
];

/// The word for an ending.
pub(super) fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Error => "error",
        Outcome::Throttle => "throttle",
        Outcome::Fault => "fault",
    }
}

/// Its letter, for where a word is too long.
pub(super) fn letter(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "",
        Outcome::Error => "E",
        Outcome::Throttle => "T",
        Outcome::Fault => "F",
    }
}

/// A text in the colour of an ending.
pub(super) fn paint(style: Style, outcome: Outcome, text: &str) -> String {
    match outcome {
        Outcome::Ok => style.good(text),
        Outcome::Error => style.caution(text),
        Outcome::Throttle => style.held(text),
        Outcome::Fault => style.bad(text),
    }
}

/// How many requests ended so.
pub(super) fn count(statistics: &Statistics, outcome: Outcome) -> u64 {
    match outcome {
        Outcome::Ok => statistics.ok,
        Outcome::Error => statistics.other_error,
        Outcome::Throttle => statistics.throttle,
        Outcome::Fault => statistics.fault,
    }
}

/// The ending that colours the whole: that of most failures, the worse of equals; good without
/// any.
pub(super) fn dominant(statistics: &Statistics) -> Outcome {
    OUTCOMES
        .into_iter()
        .skip(1)
        .filter(|outcome| count(statistics, *outcome) > 0)
        .max_by_key(|outcome| count(statistics, *outcome))
        .unwrap_or(Outcome::Ok)
}

/// `ok`, or the shares of what was not, the worst first: `1 % fault`, `10 % error`.
pub(super) fn shares(statistics: &Statistics, style: Style) -> Vec<String> {
    let total = statistics.total();
    if total == 0 {
        return vec![style.dim("none ended")];
    }
    if statistics.ok == total {
        return vec![style.good("ok")];
    }
    OUTCOMES
        .into_iter()
        .skip(1)
        .rev()
        .filter(|outcome| count(statistics, *outcome) > 0)
        .map(|outcome| {
            let share = percent(count(statistics, outcome), total);
            paint(style, outcome, &format!("{share} {}", word(outcome)))
        })
        .collect()
}

/// The same in one line.
pub(super) fn summary(statistics: &Statistics, style: Style) -> String {
    shares(statistics, style).join(", ")
}
