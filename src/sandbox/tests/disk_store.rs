//! Stores on disk: several writers, reopening, and files that cannot be used.

use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use crate::error::{Error, Kind};
use crate::sandbox::store::{Fault, Group, NewGroup, NewLogGroup, PageRequest, Tag, Tenant};
use crate::sandbox::{Location, Store};

fn open(directory: &Path) -> Store {
    Store::open(&Location::Directory(directory.to_owned())).unwrap()
}

fn refusal(directory: &Path) -> Error {
    let error = Store::open(&Location::Directory(directory.to_owned())).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    assert!(!error.fixes().is_empty());
    error
}

fn tenant() -> Tenant {
    Tenant::new("123456789012", "eu-west-1")
}

fn group(name: &str) -> NewGroup {
    NewGroup {
        name: name.to_owned(),
        filter_expression: None,
        insights: crate::sandbox::store::Insights::default(),
        tags: Vec::new(),
    }
}

#[test]
fn what_was_acknowledged_is_there_after_reopening() {
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("deep/inside");
    let created = open(&inside).create_group(&tenant(), &group("a")).unwrap();
    let groups = open(&inside)
        .groups(&tenant(), &PageRequest::default())
        .unwrap();
    assert_eq!(groups.items, [created]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&inside).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}

#[test]
fn writers_on_one_file_neither_lose_nor_exceed() {
    let directory = tempfile::tempdir().unwrap();
    // Each thread opens the store by itself, as another process would; the first creates it.
    let together = Barrier::new(8);
    let attempts: Vec<Result<Group, Fault>> = thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let (directory, together) = (directory.path(), &together);
                scope.spawn(move || {
                    together.wait();
                    let store = open(directory);
                    (0..5)
                        .map(|number| {
                            store.create_group(&tenant(), &group(&format!("{writer}-{number}")))
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect()
    });
    let made = attempts.iter().filter(|attempt| attempt.is_ok()).count();
    for fault in attempts.into_iter().filter_map(Result::err) {
        assert_eq!(
            fault.code, "InvalidRequestException",
            "only the quota refuses: {fault}"
        );
    }
    let stored = open(directory.path())
        .groups(&tenant(), &PageRequest::default())
        .unwrap();
    assert_eq!(
        (made, stored.items.len()),
        (25, 25),
        "the quota holds between writers"
    );
}

#[test]
fn a_new_store_may_be_opened_by_many_at_once() {
    for _ in 0..20 {
        let directory = tempfile::tempdir().unwrap();
        let together = Barrier::new(8);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    open(directory.path())
                });
            }
        });
    }
}

#[test]
fn a_writer_waits_for_the_one_before_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let mut other = rusqlite::Connection::open(directory.path().join("sandbox.db")).unwrap();
    let first = other
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    first
        .execute("INSERT INTO tag VALUES ('resource', 'key', 'value')", ())
        .unwrap();
    thread::scope(|scope| {
        // Had it read before it waited, its view would be too old to write on.
        let second = scope.spawn(|| store.create_group(&tenant(), &group("a")));
        thread::sleep(Duration::from_millis(100));
        first.commit().unwrap();
        second.join().unwrap().unwrap();
    });
}

#[test]
fn one_of_many_creators_wins() {
    let directory = tempfile::tempdir().unwrap();
    let stores: Vec<_> = (0..4).map(|_| open(directory.path())).collect();
    let new = NewLogGroup {
        name: "a".to_owned(),
        ..NewLogGroup::default()
    };
    let won = thread::scope(|scope| {
        let creators: Vec<_> = stores
            .iter()
            .map(|store| scope.spawn(|| store.create_log_group(&tenant(), &new).is_ok()))
            .collect();
        creators
            .into_iter()
            .map(|creator| creator.join().unwrap())
            .filter(|won| *won)
            .count()
    });
    assert_eq!(won, 1);
}

#[test]
fn a_refused_operation_leaves_nothing_behind() {
    let store = Store::open(&Location::Memory).unwrap();
    let tags = (0..51)
        .map(|number| Tag {
            key: number.to_string(),
            value: String::new(),
        })
        .collect();
    let fault = store
        .create_group(&tenant(), &NewGroup { tags, ..group("a") })
        .unwrap_err();
    assert_eq!(fault.code, "InvalidRequestException");
    assert!(
        store
            .groups(&tenant(), &PageRequest::default())
            .unwrap()
            .items
            .is_empty()
    );
    let created = store.create_group(&tenant(), &group("a")).unwrap();
    assert_eq!(store.xray_tags(&tenant(), &created.arn), Ok(Vec::new()));
}

#[test]
fn a_store_of_a_newer_program_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let file = directory.path().join("sandbox.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    drop(connection);
    let error = refusal(directory.path());
    assert!(
        error.message().contains("newer cruddur-obs (schema 999"),
        "{error}"
    );
    let connection = rusqlite::Connection::open(&file).unwrap();
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 999);
}

#[test]
fn files_that_cannot_be_used_are_explained() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(
        directory.path().join("sandbox.db"),
        "this is no database, but long enough to be read",
    )
    .unwrap();
    let error = refusal(directory.path());
    assert!(
        error
            .message()
            .ends_with("is not a database, or is damaged"),
        "{error}"
    );
    assert!(error.fixes()[0].contains("mv "), "{:?}", error.fixes());

    let in_the_way = directory.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let error = refusal(&in_the_way);
    assert!(error.message().ends_with("cannot be created"), "{error}");

    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("sandbox.db")).unwrap();
    let error = refusal(directory.path());
    assert!(error.message().contains("cannot be"), "{error}");
}
