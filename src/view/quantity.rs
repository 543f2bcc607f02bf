//! Numbers as people read them: three significant digits, and a unit with every one.

/// A length of time: `812 µs`, `62.5 ms`, `1.20 s`.
pub(super) fn duration(seconds: f64) -> String {
    let micros = seconds * 1e6;
    // What would round up to a thousand belongs to the next unit.
    if micros == 0.0 {
        "0 ms".to_owned()
    } else if micros.abs() < 999.5 {
        format!("{} µs", three_digits(micros))
    } else if micros.abs() < 999_500.0 {
        format!("{} ms", three_digits(micros / 1e3))
    } else {
        format!("{} s", three_digits(seconds))
    }
}

/// A mark of a ruler: as [`duration`], without zeros that say nothing.
pub(super) fn tick(seconds: f64) -> String {
    if seconds == 0.0 {
        return "0".to_owned();
    }
    let text = duration(seconds);
    let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
    if number.contains('.') {
        let number = number.trim_end_matches('0').trim_end_matches('.');
        format!("{number} {unit}")
    } else {
        text
    }
}

/// A time off a histogram, which knows whole milliseconds only.
pub(super) fn histogram_time(seconds: f64) -> String {
    if seconds == 0.0 {
        "<1 ms".to_owned()
    } else {
        duration(seconds)
    }
}

/// So many a minute, without zeros that say nothing: `0.4`, `12.5`, `1230`.
pub(super) fn rate(per_minute: f64) -> String {
    if per_minute == 0.0 {
        return "0".to_owned();
    }
    if per_minute < 0.005 {
        return "<0.01".to_owned();
    }
    let text = three_digits(per_minute);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// The same in few characters: `1.23k`, `45.6M`.
pub(super) fn short_rate(per_minute: f64) -> String {
    let (value, unit) = if per_minute < 9_995.0 {
        (per_minute, "")
    } else if per_minute < 999_500.0 {
        (per_minute / 1e3, "k")
    } else {
        (per_minute / 1e6, "M")
    };
    format!("{}{unit}", rate(value))
}

/// A share: `25 %`; what is not all is never `100 %`, and what is not none never `0 %`.
pub(super) fn percent(part: u64, whole: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a share of so many is no less true for it"
    )]
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    if part == 0 || part == whole {
        format!("{share:.0} %")
    } else if share < 0.1 {
        "<0.1 %".to_owned()
    } else if share > 99.9 {
        ">99.9 %".to_owned()
    } else {
        let text = format!("{share:.1}");
        format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// `1 request`, `2 requests`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn three_digits(value: f64) -> String {
    let size = value.abs();
    if size >= 99.95 {
        format!("{value:.0}")
    } else if size >= 9.995 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_a_unit() {
        let cases = [
            (0.0, "0 ms"),
            (0.000_000_5, "0.50 µs"),
            (0.000_999_4, "999 µs"),
            (0.000_999_6, "1.00 ms"),
            (0.062_5, "62.5 ms"),
            (0.999_4, "999 ms"),
            (0.999_6, "1.00 s"),
            (12.345, "12.3 s"),
            (7200.0, "7200 s"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
        assert_eq!(histogram_time(0.0), "<1 ms");
    }

    #[test]
    fn rates_and_shares_never_lie() {
        let rates = [0.0, 0.001, 0.4, 0.404, 12.5, 1234.0].map(rate);
        assert_eq!(rates, ["0", "<0.01", "0.4", "0.4", "12.5", "1234"]);
        let short = [999.0, 12_345.0, 1_230_000.0].map(short_rate);
        assert_eq!(short, ["999", "12.3k", "1.23M"]);
        let shares = [(0, 9), (9, 9), (1, 10_000), (9_999, 10_000), (1, 4), (1, 3)];
        assert_eq!(
            shares.map(|(part, whole)| percent(part, whole)),
            ["0 %", "100 %", "<0.1 %", ">99.9 %", "25 %", "33.3 %"]
        );
        assert_eq!(percent(0, 0), "0 %");
        assert_eq!(counted(1, "call"), "1 call");
        assert_eq!(counted(0, "call"), "0 calls");
    }
}
