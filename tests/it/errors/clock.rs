//! Clocks that differ: AWS refuses signatures that are more than minutes off.

use super::told_of;
use crate::world::{Answer, Stub, World, empty_account};

/// The `Date` header of a service whose clock is so many minutes ahead.
fn ahead(minutes: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes))
        .to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

fn signature_expired(minutes: i64) -> Answer {
    Answer::error(
        403,
        "InvalidSignatureException",
        "Signature expired: 20261120T070000Z is now earlier than 20261120T075500Z (20261120T080000Z - 5 min.)",
    )
    .with("Date", &ahead(minutes))
}

#[test]
fn a_clock_that_is_behind() {
    insta::assert_snapshot!(told_of(signature_expired(60), 5), @"
    error[clock]: your clock is 1 h 0 m behind AWS
      cause: AWS refuses signatures that are more than 5 minutes off
      fix:   sudo hwclock -s                  # WSL2
             sudo timedatectl set-ntp true    # Linux
    ");
}

#[test]
fn a_clock_that_is_ahead() {
    insta::assert_snapshot!(told_of(
        Answer::error(403, "InvalidSignatureException", "Signature not yet current: 20261120T080000Z is still later than 20261120T070500Z (20261120T070000Z + 5 min.)")
            .with("Date", &ahead(-61)),
        5,
    ), @"
    error[clock]: your clock is 1 h 1 m ahead of AWS
      cause: AWS refuses signatures that are more than 5 minutes off
      fix:   sudo hwclock -s                  # WSL2
             sudo timedatectl set-ntp true    # Linux
    ");
}

#[test]
fn a_clock_by_other_codes() {
    for code in ["RequestExpired", "RequestTimeTooSkewed"] {
        let text = told_of(
            Answer::error(403, code, "Request has expired.").with("Date", &ahead(500)),
            5,
        );
        assert!(
            text.starts_with("error[clock]: your clock is 8 h 20 m behind AWS\n"),
            "{text}"
        );
    }
}

#[test]
fn a_clock_without_a_date() {
    let text = told_of(
        Answer::error(403, "RequestExpired", "Request has expired."),
        5,
    );
    assert!(
        text.starts_with("error[clock]: your clock differs from that of AWS\n"),
        "{text}"
    );
}

#[test]
fn a_signature_refused_though_the_clocks_agree() {
    insta::assert_snapshot!(told_of(signature_expired(0), 5), @"
    error[clock]: AWS says that the signature is too old or too new
      cause: this clock and the answer's date agree: something held the request back, such as a proxy, or the clock jumped meanwhile
      fix:   run the command again
    ");
}

/// A clock that is an hour off, and a service that takes what is signed with its own time: the
/// SDK corrects itself, and nobody needs to know.
#[test]
fn a_clock_that_the_sdk_corrects() {
    let stub = Stub::start(|asked| {
        let theirs = ahead(60);
        let signed = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", asked.header("x-amz-date"))
            .and_then(|signed| signed.to_zoned(jiff::tz::TimeZone::UTC))
            .expect("a request is signed with a time")
            .timestamp();
        let here = jiff::Timestamp::now().as_second();
        if (signed.as_second() - here - 3600).abs() < 300 {
            match asked.operation.as_str() {
                "/GetSamplingRules" => Answer::new(200, r#"{"SamplingRuleRecords": []}"#),
                operation => empty_account(operation),
            }
            .with("Date", &theirs)
        } else {
            signature_expired(60)
        }
    });
    let world = World::new().pointed_at(stub.url());
    let run = world.run("xray rules").exits(0);
    assert!(!run.stderr.contains("clock"), "{run}");
    assert_eq!(stub.asked().len(), 2, "once in vain, once with their time");
}
