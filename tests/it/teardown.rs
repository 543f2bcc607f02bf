//! `teardown`: what `setup` manages goes; log data only when asked.

use crate::world::World;

#[test]
fn nothing_goes_without_consent() {
    let world = World::new();
    let _setup = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("--sandbox teardown"), @"
      - delete   X-Ray group    Cruddur
      - delete   sampling rule  Cruddur
      = keep     log group      cruddur  its data stays; --logs deletes it too
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from built-in xray.json, built-in logs.json
    nothing was touched
    next: cruddur-obs --sandbox teardown --yes
    [exit code 3]
    ");
    assert_eq!(
        world.run("--sandbox setup --plan --exit-code").code,
        Some(0)
    );
}

#[test]
fn log_data_stays_unless_asked() {
    let world = World::new();
    let _setup = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("--sandbox teardown --yes"), @"
      - delete   X-Ray group    Cruddur
      - delete   sampling rule  Cruddur
      = keep     log group      cruddur  its data stays; --logs deletes it too
      deleted    X-Ray group    Cruddur
      deleted    sampling rule  Cruddur
      unchanged  log group      cruddur
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from built-in xray.json, built-in logs.json
    2 deleted, 1 unchanged in [TIME]
    ");
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
    insta::assert_snapshot!(world.run("--sandbox teardown --logs"), @"
      absent  X-Ray group    Cruddur  not there
      absent  sampling rule  Cruddur  not there
      absent  log group      cruddur  not there
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from built-in xray.json, built-in logs.json
    no changes: nothing to delete
    ");
}

#[test]
fn a_protected_log_group_is_refused() {
    let world = World::new().with_file(
        "project/aws/json/logs.json",
        r#"{"LogGroups": [{"logGroupName": "kept", "deletionProtectionEnabled": true}]}"#,
    );
    let _setup = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("--sandbox teardown --logs --yes"), @"
      - delete   X-Ray group    Cruddur
      - delete   sampling rule  Cruddur
      ! refuse   log group      kept     it is protected; first: aws logs put-log-group-deletion-protection --log-group-identifier kept --no-deletion-protection-enabled
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from built-in xray.json, aws/json/logs.json
    error[plan-refused]: the plan cannot be carried out; nothing was touched
      tried: it is protected; first: aws logs put-log-group-deletion-protection --log-group-identifier kept --no-deletion-protection-enabled
      fix:   change the desired state, or the resource by hand, then run it again
    [exit code 5]
    ");
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
    insta::assert_snapshot!(world.run("--sandbox teardown --yes"), @"
      unchanged  sampling rule  Default  AWS keeps this rule in every account
      absent     log group      cruddur  not there
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, built-in logs.json
    no changes: nothing to delete
    ");
}
