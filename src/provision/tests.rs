//! What a comparison finds, for live states that no sandbox has.

use super::log_group::{DesiredLogGroup, LiveLogGroup, LogGroup, Retention};
use super::resource::{Comparison, Resource as _};
use super::{MARKER_KEY, MARKER_VALUE};
use crate::logs::log_group::LogGroup as Group;
use crate::remote::Tags;

fn desired() -> DesiredLogGroup {
    DesiredLogGroup {
        name: "cruddur".to_owned(),
        retention: Some(Retention::Days(7)),
        class: Some("STANDARD".to_owned()),
        ..DesiredLogGroup::default()
    }
}

fn group() -> Group {
    Group {
        name: "cruddur".to_owned(),
        arn: "arn:aws:logs:us-east-1:111122223333:log-group:cruddur".to_owned(),
        retention_days: Some(7),
        retention_policy: None,
        class: Some("STANDARD".to_owned()),
        kms_key: None,
        deletion_protection: false,
        stored_bytes: 0,
        created_at: None,
    }
}

fn compared(desired: &DesiredLogGroup, group: Group) -> Comparison {
    LogGroup::compare(desired, &LiveLogGroup::of(group, Tags::new()))
}

#[test]
fn equal_is_equal() {
    let comparison = compared(&desired(), group());
    assert_eq!(comparison.fields, []);
    assert_eq!(comparison.notes, [] as [&str; 0]);
    assert_eq!(comparison.refusal, None);
}

#[test]
fn an_account_policy_over_the_retention_is_reported_and_is_no_drift() {
    let comparison = compared(
        &desired(),
        Group {
            retention_days: Some(30),
            retention_policy: Some("everything-30-days".to_owned()),
            ..group()
        },
    );
    assert_eq!(comparison.fields, []);
    insta::assert_snapshot!(comparison.notes.join("\n"), @"the account's policy everything-30-days sets the retention of log group cruddur; a setting of its own has no effect");
}

#[test]
fn another_key_is_reported_and_left_alone() {
    let wanted = DesiredLogGroup {
        kms_key: Some("alias/logs".to_owned()),
        ..desired()
    };
    let comparison = compared(&wanted, group());
    assert_eq!(comparison.fields, []);
    insta::assert_snapshot!(comparison.notes.join("\n"), @"log group cruddur has KMS key none, the file names alias/logs; change it with: aws logs associate-kms-key");
}

#[test]
fn data_that_will_go_is_named() {
    let comparison = compared(
        &desired(),
        Group {
            retention_days: None,
            stored_bytes: 31_000_000,
            ..group()
        },
    );
    assert_eq!(comparison.fields.len(), 1);
    assert!(!comparison.finishes_creation);
    insta::assert_snapshot!(comparison.notes.join("\n"), @"log group cruddur holds 31.00 MB now; what is older than 7 days goes within 72 hours");
}

#[test]
fn only_what_a_creation_left_open_needs_no_question() {
    let ours = Tags::from([(MARKER_KEY.to_owned(), MARKER_VALUE.to_owned())]);
    let unfinished = Group {
        retention_days: None,
        ..group()
    };
    let finishes = |group: Group, tags: &Tags, desired: &DesiredLogGroup| {
        LogGroup::compare(desired, &LiveLogGroup::of(group, tags.clone())).finishes_creation
    };
    assert!(finishes(unfinished.clone(), &ours, &desired()));
    assert!(
        !finishes(unfinished.clone(), &Tags::new(), &desired()),
        "somebody else made it"
    );
    let filled = Group {
        stored_bytes: 1,
        ..unfinished.clone()
    };
    assert!(
        !finishes(filled, &ours, &desired()),
        "it holds data already"
    );
    let more = DesiredLogGroup {
        deletion_protection: Some(true),
        ..desired()
    };
    assert!(
        !finishes(unfinished, &ours, &more),
        "something else differs too"
    );
}

#[test]
fn an_older_server_that_says_no_class_has_standard_groups() {
    let old = Group {
        class: None,
        ..group()
    };
    assert_eq!(compared(&desired(), old.clone()).refusal, None);
    let wanted = DesiredLogGroup {
        class: Some("INFREQUENT_ACCESS".to_owned()),
        ..desired()
    };
    assert!(compared(&wanted, old).refusal.is_some());
}
