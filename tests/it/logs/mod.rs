//! `logs …`: groups, and the lines in them.

mod live;
mod of_trace;
mod query;
mod search;
mod service;
mod tail;
mod ways;

use crate::world::World;

#[test]
fn create_says_what_it_did() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention 7 --tag team=cruddur"), @"
      + create   log group  /app/web  keeps 7 days
      created  log group  /app/web
    --- stderr ---
    sandbox  region us-east-1
    1 created, 0 adopted, 0 updated, 0 unchanged in [TIME]
    ");
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention 7").exits(0).stdout, @"  unchanged  log group  /app/web  keeps 7 days");
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention 30 --tag team=other").exits(0).stdout, @r#"
    ~ update   log group  /app/web  retentionInDays 7 → 30
                                    tags.team "cruddur" → "other"
    updated  log group  /app/web
    "#);
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention never").exits(0), @"
      ~ update   log group  /app/web  retentionInDays 30 → never
      updated  log group  /app/web
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
      note  log group /app/web will keep, and bill, everything for ever
    0 created, 0 adopted, 1 updated, 0 unchanged in [TIME]
    ");
    let group = world.run("--sandbox logs groups -o json").exits(0).json()["log_groups"][0].clone();
    assert_eq!(group["retention_days"], serde_json::Value::Null);
}

#[test]
fn mistakes_are_named_before_any_call() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox logs create a!b"), @"
    --- stderr ---
    error[log-group-name]: character 2 of the log group's name is '!'; allowed are the letters a-z and A-Z, digits, and . - _ / #
    [exit code 2]
    ");
    insta::assert_snapshot!(world.run("--sandbox logs create aws/x"), @"
    --- stderr ---
    error[log-group-name]: log group names that begin with aws/ are reserved; /aws/ is allowed
    [exit code 2]
    ");
    insta::assert_snapshot!(world.run("--sandbox logs create x --retention 10"), @"
    --- stderr ---
    error[retention]: --retention: a retention of 10 days is not allowed; 7 or 14
    [exit code 2]
    ");
    insta::assert_snapshot!(world.run("--sandbox logs create x --retention soon"), @r#"
    --- stderr ---
    error[retention]: --retention: "soon" is not a number of days
      fix:   --retention 7, or --retention never
    [exit code 2]
    "#);
    insta::assert_snapshot!(world.run("--sandbox logs create x --class STANDART"), @r#"
    --- stderr ---
    error[class]: --class: "STANDART" is no log group class; did you mean STANDARD?
    [exit code 2]
    "#);
    insta::assert_snapshot!(world.run("--sandbox logs create x --tag novalue"), @r#"
    --- stderr ---
    error: --tag "novalue" is not KEY=VALUE
      fix:   --tag team=cruddur
    [exit code 2]
    "#);
}

#[test]
fn groups_can_be_narrowed_and_none_is_said() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox logs groups"), @"
    --- stderr ---
    no log group in region us-east-1
    next: cruddur-obs --sandbox setup
    ");
    for name in ["one", "other", "third"] {
        let _made = world.run(&format!("--sandbox logs create {name}")).exits(0);
    }
    let names = |words: &str| -> Vec<String> {
        world.run(words).exits(0).json()["log_groups"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|group| group["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(
        names("--sandbox logs groups -o json"),
        ["one", "other", "third"]
    );
    assert_eq!(names("--sandbox logs groups o -o json"), ["one", "other"]);
}
