//! `teardown`: what `setup` manages goes; log data only when asked.

use crate::world::World;

#[test]
fn nothing_goes_without_consent() {
    let world = World::new();
    let _setup = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("--sandbox teardown"), @"");
    assert_eq!(
        world.run("--sandbox setup --plan --exit-code").code,
        Some(0)
    );
}

#[test]
fn log_data_stays_unless_asked() {
    let world = World::new();
    let _setup = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("--sandbox teardown --yes"), @"");
    assert_eq!(
        world.run("--sandbox logs groups -o json").json()["log_groups"][0]["name"],
        "cruddur"
    );
    let _logs = world.run("--sandbox teardown --yes --logs").exits(0);
    assert_eq!(
        world.run("--sandbox logs groups -o json").json()["log_groups"],
        serde_json::json!([])
    );
}

#[test]
fn a_second_teardown_finds_nothing() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox teardown --logs"), @"");
}

#[test]
fn a_protected_log_group_is_refused() {
    let world = World::new().with_file(
        "project/aws/json/logs.json",
        r#"{"LogGroups": [{"logGroupName": "kept", "deletionProtectionEnabled": true}]}"#,
    );
    let _setup = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("--sandbox teardown --logs --yes"), @"");
    assert_eq!(
        world.run("--sandbox xray groups -o json").json()["groups"][0]["name"],
        "Cruddur",
        "nothing else goes either"
    );
}

#[test]
fn the_default_rule_stays() {
    let world = World::new().with_file(
        "project/aws/json/xray.json",
        r#"{"SamplingRule": {"RuleName": "Default", "FixedRate": 0.01, "ReservoirSize": 0}}"#,
    );
    insta::assert_snapshot!(world.run("--sandbox teardown --yes"), @"");
}
