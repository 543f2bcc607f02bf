use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// Berlin: 2026-11-20 is winter, +01:00; clocks go back on 2026-10-25 and forward on 2026-03-29.
fn clock(now: &str) -> Clock {
    Clock {
        now: time(now),
        zone: TimeZone::get("Europe/Berlin").expect("the zone is known"),
    }
}

fn read(text: &str, now: &str, edge: Edge) -> String {
    match text.parse::<Moment>() {
        Ok(moment) => moment
            .at(&clock(now), edge)
            .expect("within the years")
            .to_string(),
        Err(mistake) => mistake.to_string(),
    }
}

#[test]
fn what_people_type() {
    const NOW: &str = "2026-11-20T09:00:00Z";
    for (text, expected) in [
        ("now", "2026-11-20T09:00:00Z"),
        (" NOW ", "2026-11-20T09:00:00Z"),
        ("90s", "2026-11-20T08:58:30Z"),
        ("10m", "2026-11-20T08:50:00Z"),
        ("2h", "2026-11-20T07:00:00Z"),
        ("2H", "2026-11-20T07:00:00Z"),
        ("-2h", "2026-11-20T07:00:00Z"),
        ("1d", "2026-11-19T09:00:00Z"),
        ("1w", "2026-11-13T09:00:00Z"),
        ("1h30m", "2026-11-20T07:30:00Z"),
        ("1.5h", "2026-11-20T07:30:00Z"),
        ("2 hours", "2026-11-20T07:00:00Z"),
        ("2 hours ago", "2026-11-20T07:00:00Z"),
        ("1 day, 2 hours ago", "2026-11-19T07:00:00Z"),
        ("PT15M", "2026-11-20T08:45:00Z"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"),
        ("2026-11-20t10:00:00z", "2026-11-20T10:00:00Z"),
        ("2026-11-20T10:00:00.5+05:30", "2026-11-20T04:30:00.5Z"),
        ("2026-11-20 10:00", "2026-11-20T09:00:00Z"),
        ("2026-11-20 10:00:30", "2026-11-20T09:00:30Z"),
        ("2026-11-20T10:00", "2026-11-20T09:00:00Z"),
        ("2026-07-20 10:00", "2026-07-20T08:00:00Z"),
        ("2026-11-20 10:00[America/New_York]", "2026-11-20T15:00:00Z"),
        ("2026-11-20", "2026-11-19T23:00:00Z"),
        ("20261120", "2026-11-19T23:00:00Z"),
        ("today", "2026-11-19T23:00:00Z"),
        ("yesterday", "2026-11-18T23:00:00Z"),
        ("9:30", "2026-11-20T08:30:00Z"),
        ("10:00", "2026-11-20T09:00:00Z"),
        // 11:00 is still to come: it was yesterday.
        ("11:00", "2026-11-19T10:00:00Z"),
        ("11:00:01", "2026-11-19T10:00:01Z"),
        ("1795167647", "2026-11-20T09:40:47Z"),
        ("1795167647.25", "2026-11-20T09:40:47.25Z"),
        ("1795167647250", "2026-11-20T09:40:47.25Z"),
        ("999999999", "2001-09-09T01:46:39Z"),
    ] {
        assert_eq!(read(text, NOW, Edge::Start), expected, "{text:?}");
    }
}

#[test]
fn what_is_no_time() {
    let said = |text: &str| read(text, "2026-11-20T09:00:00Z", Edge::Start);
    insta::assert_snapshot!(said("teatime"), @r#""teatime" is no time; write a length such as 90s, 10m, 2h or 1d, a time such as "2026-11-20 10:00", 10:00, yesterday or 2026-11-20T10:00:00Z, or seconds since 1970"#);
    insta::assert_snapshot!(said("10"), @r#""10" has no unit; 10m is so many minutes, 10h hours, 10d days"#);
    insta::assert_snapshot!(said("2 months"), @r#""2 months" is no fixed length, for months and years differ; write days, such as 30d"#);
    for text in [
        "",
        " ",
        "25:00",
        "10:61",
        "2026-13-01",
        "2026-02-30 10:00",
        "20261320",
        "+2h",
        "in 2h",
        "1.2.3",
        ".",
        "5.",
        "1e9",
        "--until",
        "99999999999999999999",
        "tomorrow",
        "10:00 yesterday",
        "2026-11-20 10:00 CET",
        "\u{1b}[31m",
        "١٠m",
    ] {
        assert!(
            said(text).contains(" is no time; write "),
            "{text:?}: {}",
            said(text)
        );
    }
    let long = said(&"x".repeat(5000));
    assert!(long.len() < 300, "{long}");
    assert!(!said("\u{1b}[31m").contains('\u{1b}'));
}

#[test]
fn clocks_that_are_set_back_and_forward() {
    let at = |text: &str, edge| read(text, "2026-11-20T09:00:00Z", edge);
    // 02:30 was shown twice: the window is the wider one.
    assert_eq!(at("2026-10-25 02:30", Edge::Start), "2026-10-25T00:30:00Z");
    assert_eq!(at("2026-10-25 02:30", Edge::End), "2026-10-25T01:30:00Z");
    // 02:30 was skipped, and stands for half an hour before and after the gap.
    assert_eq!(at("2026-03-29 02:30", Edge::Start), "2026-03-29T00:30:00Z");
    assert_eq!(at("2026-03-29 02:30", Edge::End), "2026-03-29T01:30:00Z");
    // A day is 24 hours, whatever clocks do.
    assert_eq!(
        read("1d", "2026-10-25T12:00:00Z", Edge::Start),
        "2026-10-24T12:00:00Z"
    );
}

fn asked(minutes: Option<u32>, since: &str, until: &str) -> Result<Window, Mistake> {
    let moment = |text: &str| (!text.is_empty()).then(|| text.parse().expect("a time"));
    let asked = Asked {
        minutes,
        since: moment(since),
        until: moment(until),
    };
    asked.window(10, &clock("2026-11-20T09:00:00.4Z"))
}

#[test]
fn windows() {
    let window = |minutes, since: &str, until: &str| {
        let window = asked(minutes, since, until).expect("a window");
        format!("{} {}", window.start, window.end)
    };
    assert_eq!(
        window(None, "", ""),
        "2026-11-20T08:50:00Z 2026-11-20T09:00:01Z"
    );
    assert_eq!(
        window(Some(1), "", ""),
        "2026-11-20T08:59:00Z 2026-11-20T09:00:01Z"
    );
    assert_eq!(
        window(None, "2h", "1h"),
        "2026-11-20T07:00:00Z 2026-11-20T08:00:01Z"
    );
    assert_eq!(
        window(None, "", "09:00"),
        "2026-11-20T07:50:00Z 2026-11-20T08:00:00Z"
    );
    assert_eq!(
        window(Some(30), "", "09:00"),
        "2026-11-20T07:30:00Z 2026-11-20T08:00:00Z"
    );
    assert_eq!(
        window(None, "yesterday", "today"),
        "2026-11-18T23:00:00Z 2026-11-19T23:00:00Z"
    );
    // What is still to come cannot be looked at.
    assert_eq!(
        window(None, "1h", "2026-12-24"),
        "2026-11-20T08:00:00Z 2026-11-20T09:00:01Z"
    );
}

#[test]
fn windows_with_nothing_in_them() {
    let said = |since: &str, until: &str| asked(None, since, until).unwrap_err().to_string();
    insta::assert_snapshot!(said("1h", "2h"), @"the window is empty: it begins at 2026-11-20 09:00:00 +01:00 and ends at 2026-11-20 08:00:00 +01:00");
    insta::assert_snapshot!(said("1h", "1h"), @"the window is empty: it begins at 2026-11-20 09:00:00 +01:00 and ends at 2026-11-20 09:00:00 +01:00");
    insta::assert_snapshot!(said("2026-12-24", ""), @"the window begins at 2026-12-24 00:00:00 +01:00, which is in the future");
    insta::assert_snapshot!(said("now", ""), @"the window begins at 2026-11-20 10:00:00 +01:00, which is in the future");
}

#[test]
fn times_are_shown_with_their_offset() {
    let berlin = clock("2026-11-20T09:00:00Z").zone;
    let window = |start: &str, end: &str| Window {
        start: time(start),
        end: time(end),
    };
    let shown = |window, zone: &TimeZone| shown_window(window, zone);
    let short = window("2026-11-20T08:50:00Z", "2026-11-20T09:00:00Z");
    assert_eq!(
        shown(short, &berlin),
        "2026-11-20 09:50:00 to 10:00:00 +01:00"
    );
    assert_eq!(
        shown(short, &TimeZone::UTC),
        "2026-11-20 08:50:00 to 09:00:00 UTC"
    );
    let night = window("2026-11-20T22:00:00Z", "2026-11-21T01:00:00Z");
    assert_eq!(
        shown(night, &berlin),
        "2026-11-20 23:00:00 to 2026-11-21 02:00:00 +01:00"
    );
    let autumn = window("2026-10-24T23:00:00Z", "2026-10-25T12:00:00Z");
    assert_eq!(
        shown(autumn, &berlin),
        "2026-10-25 01:00:00 +02:00 to 2026-10-25 13:00:00 +01:00"
    );
    assert_eq!(
        super::shown(time("2026-11-20T09:00:05.9Z"), &berlin),
        "2026-11-20 10:00:05 +01:00"
    );
}

#[test]
fn a_day_is_cut_into_quarters() {
    let window = Window {
        start: time("2026-11-19T09:00:00Z"),
        end: time("2026-11-20T10:00:00Z"),
    };
    let slices = window.slices(SignedDuration::from_hours(6));
    assert_eq!(slices.len(), 5);
    assert_eq!(slices[0].length(), SignedDuration::from_hours(1));
    assert!(
        slices[1..]
            .iter()
            .all(|slice| slice.length() == SignedDuration::from_hours(6))
    );
    let exactly = Window {
        start: time("2026-11-20T04:00:00Z"),
        ..window
    };
    assert_eq!(exactly.slices(SignedDuration::from_hours(6)), [exactly]);
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in ".{0,40}", end in any::<bool>()) {
        let edge = if end { Edge::End } else { Edge::Start };
        if let Ok(moment) = text.parse::<Moment>() {
            drop(moment.at(&clock("2026-11-20T09:00:00Z"), edge));
        }
    }

    #[test]
    fn no_text_of_a_times_characters_is_too_odd(text in "[-+0-9:.TZdhmsago \\[\\]/PpW]{0,24}") {
        if let Ok(moment) = text.parse::<Moment>() {
            drop(moment.at(&clock("2026-11-20T09:00:00Z"), Edge::Start));
        }
    }

    #[test]
    fn what_is_shown_is_read_back(second in -62_000_000_000_i64..250_000_000_000) {
        let at = Timestamp::from_second(second).expect("within the years");
        let zone = TimeZone::get("Europe/Berlin").expect("the zone is known");
        let clock = Clock { now: time("2026-11-20T09:00:00Z"), zone: zone.clone() };
        let again = |text: &str| text.parse::<Moment>().and_then(|moment| moment.at(&clock, Edge::Start));
        prop_assert_eq!(again(&at.to_string()), Ok(at));
        // Offsets of long ago have seconds, which the shown form leaves out.
        if second > 0 {
            let shown = shown(at, &zone);
            let (local, offset) = shown.rsplit_once(' ').expect("an offset");
            prop_assert_eq!(again(&format!("{local}{offset}")), Ok(at));
        }
    }

    #[test]
    fn lengths_are_read_back(seconds in 0_i64..40_000_000) {
        let length = SignedDuration::from_secs(seconds);
        for text in [format!("{seconds}s"), format!("{length:#}"), length.to_string(), format!("{length:#} ago")] {
            prop_assert_eq!(text.parse::<Moment>(), Ok(Moment::Ago(length)), "{}", text);
        }
    }

    #[test]
    fn local_times_are_read_back(minutes in 0_i64..40_000_000) {
        let local = date(1970, 1, 1).at(0, 0, 0, 0).checked_add(SignedDuration::from_mins(minutes)).expect("within the years");
        let text = local.strftime("%Y-%m-%d %H:%M").to_string();
        prop_assert_eq!(text.parse::<Moment>(), Ok(Moment::Local(local)));
    }

    #[test]
    fn slices_cover_the_window(start in 0_i64..3_000_000, length in 1_i64..3_000_000, longest in 1_000_i64..500_000) {
        let at = |second| Timestamp::from_second(second).expect("within the years");
        let window = Window { start: at(start), end: at(start + length) };
        let slices = window.slices(SignedDuration::from_secs(longest));
        prop_assert_eq!(slices.first().map(|slice| slice.start), Some(window.start));
        prop_assert_eq!(slices.last().map(|slice| slice.end), Some(window.end));
        prop_assert!(slices.windows(2).all(|pair| pair[0].end == pair[1].start));
        prop_assert!(slices.iter().all(|slice| slice.length() <= SignedDuration::from_secs(longest) && slice.start < slice.end));
    }
}
