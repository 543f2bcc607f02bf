//! `setup`: the main job, in process and against a server.

use crate::world::{Server, World, repository};

/// The repository's own desired state in the world's project.
fn with_the_repositorys_files(world: World) -> World {
    ["xray.json", "logs.json"]
        .iter()
        .fold(world, |world, name| {
            let text = std::fs::read_to_string(repository().join("aws/json").join(name))
                .expect("the file is there");
            world.with_file(&format!("project/aws/json/{name}"), &text)
        })
}

/// One value changed in each file.
fn change_one_value_each(world: &World) {
    for (name, from, to) in [
        ("xray.json", "\"FixedRate\": 0.1", "\"FixedRate\": 0.25"),
        (
            "logs.json",
            "\"retentionInDays\": 7",
            "\"retentionInDays\": 14",
        ),
    ] {
        let path = format!("project/aws/json/{name}");
        let text = std::fs::read_to_string(world.path(&path)).expect("the file is there");
        assert!(text.contains(from));
        world.write(&path, &text.replace(from, to));
    }
}

#[test]
fn first_run_creates_everything() {
    let world = with_the_repositorys_files(World::new());
    insta::assert_snapshot!(world.run("--sandbox setup"), @r#"
      + create   X-Ray group    Cruddur  service("Cruddur"), Insights off
      + create   sampling rule  Cruddur  priority 9000, 5 traces/s then 10 %, service Cruddur
      + create   log group      cruddur  keeps 7 days, class STANDARD
      created  X-Ray group    Cruddur
      created  sampling rule  Cruddur
      created  log group      cruddur
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, aws/json/logs.json
      note  on a busy service rule Cruddur records at least 5 traces/s: 13.4 million a month, about $66
    3 created, 0 adopted, 0 updated, 0 unchanged in [TIME]
      note  X-Ray SDKs pick sampling rules up within about 5 minutes
    next: cruddur-obs --sandbox xray rules
    "#);
}

#[test]
fn second_run_changes_nothing() {
    let world = with_the_repositorys_files(World::new());
    let _first = world.run("--sandbox setup").exits(0);
    insta::assert_snapshot!(world.run("--sandbox setup"), @r#"
      unchanged  X-Ray group    Cruddur  service("Cruddur"), Insights off
      unchanged  sampling rule  Cruddur  priority 9000, 5 traces/s then 10 %, service Cruddur
      unchanged  log group      cruddur  keeps 7 days, class STANDARD
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, aws/json/logs.json
    no changes: everything is as the files say
    "#);
}

#[test]
fn second_run_makes_no_write_call() {
    let world = with_the_repositorys_files(World::new());
    let server = Server::start(&world, "--memory");
    let flag = format!("--sandbox={} setup", server.url());
    let _first = world.run(&flag).exits(0);
    assert_eq!(server.writes().len(), 4, "{:?}", server.writes());
    let second = world.run(&format!("{flag} -o json")).exits(0);
    assert_eq!(server.writes().len(), 4, "{:?}", server.writes());
    assert_eq!(second.json()["calls"]["write"], 0);
    assert_eq!(second.json()["pending"], false);
}

#[test]
fn one_changed_value_in_each_file_is_all_the_plan_shows() {
    let world = with_the_repositorys_files(World::new());
    let _first = world.run("--sandbox setup").exits(0);
    change_one_value_each(&world);
    insta::assert_snapshot!(world.run("--sandbox setup --plan --exit-code"), @r#"
      = keep     X-Ray group    Cruddur  service("Cruddur"), Insights off
      ~ update   sampling rule  Cruddur  FixedRate 0.1 → 0.25
      ~ update   log group      cruddur  retentionInDays 7 → 14
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, aws/json/logs.json
      note  on a busy service rule Cruddur records at least 5 traces/s: 13.4 million a month, about $66
    next: cruddur-obs --sandbox setup
    [exit code 3]
    "#);
    assert_eq!(world.run("--sandbox setup --plan").code, Some(0));
    let fields: Vec<_> = world.run("--sandbox setup --plan -o json").exits(0).json()["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .flat_map(|step| step["changes"].as_array().expect("changes").clone())
        .map(|change| {
            (
                change["field"].clone(),
                change["from"].clone(),
                change["to"].clone(),
            )
        })
        .collect();
    assert_eq!(
        fields,
        [
            ("FixedRate".into(), 0.1.into(), 0.25.into()),
            ("retentionInDays".into(), 7.into(), 14.into())
        ]
    );
}

#[test]
fn changes_need_a_yes_where_nobody_can_be_asked() {
    let world = with_the_repositorys_files(World::new());
    let server = Server::start(&world, "--memory");
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
    let _first = world.run("setup").exits(0);
    change_one_value_each(&world);
    let writes = server.writes();
    // Even with an answer on stdin: it is not a terminal.
    let refused = world.run_with(["setup"], "y\n").exits(3);
    insta::assert_snapshot!(refused.stderr, @"
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, aws/json/logs.json
      note  on a busy service rule Cruddur records at least 5 traces/s: 13.4 million a month, about $66
    nothing was touched
    next: cruddur-obs --sandbox=http://127.0.0.1:[PORT] setup --yes
    ");
    assert_eq!(server.writes(), writes, "nothing may be touched");
    insta::assert_snapshot!(world.run("setup --yes"), @r#"
      = keep     X-Ray group    Cruddur  service("Cruddur"), Insights off
      ~ update   sampling rule  Cruddur  FixedRate 0.1 → 0.25
      ~ update   log group      cruddur  retentionInDays 7 → 14
      unchanged  X-Ray group    Cruddur
      updated    sampling rule  Cruddur
      updated    log group      cruddur
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, aws/json/logs.json
      note  on a busy service rule Cruddur records at least 5 traces/s: 13.4 million a month, about $66
    0 created, 0 adopted, 2 updated, 1 unchanged in [TIME]
      note  X-Ray SDKs pick sampling rules up within about 5 minutes
    next: cruddur-obs --sandbox=http://127.0.0.1:[PORT] xray rules
    "#);
    let _again = world.run("setup").exits(0);
}

#[test]
fn the_seeds_own_file_works_unchanged() {
    let seeds = r#"{
  "SamplingRule": {
      "RuleName": "Cruddur",
      "ResourceARN": "*",
      "Priority": 9000,
      "FixedRate": 0.1,
      "ReservoirSize": 5,
      "ServiceName": "Cruddur",
      "ServiceType": "*",
      "Host": "*",
      "HTTPMethod": "*",
      "URLPath": "*",
      "Version": 1
  }
}"#;
    let world = World::new().with_file("project/aws/json/xray.json", seeds);
    insta::assert_snapshot!(world.run("--sandbox setup").exits(0).stdout, @r#"
    + create   X-Ray group    Cruddur  service("Cruddur")
    + create   sampling rule  Cruddur  priority 9000, 5 traces/s then 10 %, service Cruddur
    + create   log group      cruddur  keeps 7 days, class STANDARD
    created  X-Ray group    Cruddur
    created  sampling rule  Cruddur
    created  log group      cruddur
    "#);
}

#[test]
fn outside_any_checkout_the_built_in_files_serve() {
    let run = World::new().run("--sandbox setup -o json").exits(0);
    assert_eq!(
        run.json()["sources"],
        serde_json::json!(["built-in xray.json", "built-in logs.json"])
    );
}

#[test]
fn files_are_found_upwards() {
    let world = with_the_repositorys_files(World::new()).with_file("project/deep/er/x", "");
    let mut command = world.command(["--sandbox", "setup", "-o", "json"]);
    let output = command
        .current_dir(world.path("project/deep/er"))
        .output()
        .expect("it runs");
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let source = answer["sources"][0].as_str().expect("a source");
    assert!(source.ends_with("project/aws/json/xray.json"), "{source}");
}

#[test]
fn what_somebody_else_made_is_adopted_when_equal() {
    let world = with_the_repositorys_files(World::new());
    let server = Server::start(&world, "--memory");
    let signed = [
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=0",
        ),
        ("Content-Type", "application/json"),
    ];
    let made = crate::world::post(
        server.url(),
        "/CreateGroup",
        &signed,
        r#"{"GroupName": "Cruddur", "FilterExpression": "service(\"Cruddur\")"}"#,
    );
    assert_eq!(made.status, 200, "{}", made.body);
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
    let run = world.run("setup").exits(0);
    insta::assert_snapshot!(run.stdout, @"
    = adopt    X-Ray group    Cruddur  already equal
    + create   sampling rule  Cruddur  priority 9000, 5 traces/s then 10 %, service Cruddur
    + create   log group      cruddur  keeps 7 days, class STANDARD
    adopted  X-Ray group    Cruddur
    created  sampling rule  Cruddur
    created  log group      cruddur
    ");
    assert!(
        !server.writes()[1..]
            .iter()
            .any(|call| call.contains("Group") && !call.contains("Log"))
    );
}

#[test]
fn a_changed_filter_can_be_replaced() {
    let world = with_the_repositorys_files(World::new());
    let _first = world.run("--sandbox setup").exits(0);
    let before = world.run("--sandbox xray groups -o json").json()["groups"][0]["arn"].clone();
    let path = "project/aws/json/xray.json";
    let text = std::fs::read_to_string(world.path(path)).expect("the file is there");
    world.write(
        path,
        &text.replace(
            r#"service(\"Cruddur\")"#,
            r#"service(\"Cruddur\") {fault OR error}"#,
        ),
    );
    insta::assert_snapshot!(world.run("--sandbox setup --replace --yes"), @r#"
      ± replace  X-Ray group    Cruddur  FilterExpression service("Cruddur") → service("Cruddur") {fault OR error}
      = keep     sampling rule  Cruddur  priority 9000, 5 traces/s then 10 %, service Cruddur
      = keep     log group      cruddur  keeps 7 days, class STANDARD
      replaced   X-Ray group    Cruddur
      unchanged  sampling rule  Cruddur
      unchanged  log group      cruddur
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, aws/json/logs.json
    0 created, 0 adopted, 0 updated, 2 unchanged, 1 replaced in [TIME]
      note  X-Ray SDKs pick sampling rules up within about 5 minutes
    next: cruddur-obs --sandbox xray rules
    "#);
    let after = world.run("--sandbox xray groups -o json").json()["groups"][0].clone();
    assert_eq!(
        after["filter_expression"],
        r#"service("Cruddur") {fault OR error}"#
    );
    assert_ne!(after["arn"], before, "a new group has a new ARN");
}

#[test]
fn a_class_cannot_be_changed() {
    let world = with_the_repositorys_files(World::new());
    let _first = world.run("--sandbox setup").exits(0);
    let path = "project/aws/json/logs.json";
    let text = std::fs::read_to_string(world.path(path)).expect("the file is there");
    world.write(path, &text.replace("STANDARD", "INFREQUENT_ACCESS"));
    insta::assert_snapshot!(world.run("--sandbox setup --yes"), @r#"
      = keep     X-Ray group    Cruddur  service("Cruddur"), Insights off
      = keep     sampling rule  Cruddur  priority 9000, 5 traces/s then 10 %, service Cruddur
      ! refuse   log group      cruddur  log group cruddur is of class STANDARD; AWS cannot change it to INFREQUENT_ACCESS without deleting the group and all it holds
    --- stderr ---
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, aws/json/logs.json
    error[plan-refused]: the plan cannot be carried out; nothing was touched
      tried: log group cruddur is of class STANDARD; AWS cannot change it to INFREQUENT_ACCESS without deleting the group and all it holds
      fix:   change the desired state, or the resource by hand, then run it again
    [exit code 5]
    "#);
}

#[test]
fn the_default_rule_takes_a_rate_and_a_reservoir() {
    let world = World::new().with_file(
        "project/aws/json/xray.json",
        r#"{"SamplingRule": {"RuleName": "Default", "FixedRate": 0.01, "ReservoirSize": 0}}"#,
    );
    insta::assert_snapshot!(world.run("--sandbox setup --yes").stdout, @"
    ~ update   sampling rule  Default  FixedRate 0.05 → 0.01
                                       ReservoirSize 1 → 0
    + create   log group      cruddur  keeps 7 days, class STANDARD
    updated  sampling rule  Default
    created  log group      cruddur
    ");
    insta::assert_snapshot!(world.run("--sandbox xray rules").stdout, @"
    PRIORITY  NAME     RECORDS        MATCHES
       10000  Default  0/s, then 1 %  every request
    ");
    let _again = world.run("--sandbox setup").exits(0);
}

#[test]
fn what_the_file_leaves_open_survives_an_update() {
    let with = |rate: &str, rest: &str| {
        format!(
            r#"{{"SamplingRule": {{"RuleName": "Cruddur", "Priority": 9000, "FixedRate": {rate}, "ReservoirSize": 5, "ServiceName": "Cruddur",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*"{rest}}}}}"#
        )
    };
    let world = World::new();
    world.write(
        "project/aws/json/xray.json",
        &with("0.1", r#", "SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 10}, "Attributes": {"tier": "gold"}"#),
    );
    let _first = world.run("--sandbox setup").exits(0);
    world.write("project/aws/json/xray.json", &with("0.2", ""));
    let _second = world.run("--sandbox setup --yes").exits(0);
    let rule = world.run("--sandbox xray rules -o json").exits(0).json()["rules"][0].clone();
    assert_eq!(rule["fixed_rate"], 0.2);
    assert_eq!(rule["sampling_rate_boost"]["max_rate"], 0.5);
    assert_eq!(rule["attributes"]["tier"], "gold");
}

#[test]
fn a_rule_in_front_and_a_service_that_nobody_samples_are_named() {
    let rule = |name: &str, priority: u32, service: &str| {
        format!(
            r#"{{"RuleName": "{name}", "Priority": {priority}, "FixedRate": 0.1, "ReservoirSize": 1, "ServiceName": "{service}",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*"}}"#
        )
    };
    let world = World::new().with_file(
        "project/aws/json/xray.json",
        &format!(
            r#"{{"Groups": [{{"GroupName": "my group", "FilterExpression": "service(\"https://$FLASK_ADDRESS\")"}}], "SamplingRules": [{}, {}]}}"#,
            rule("all", 1, "*"),
            rule("mine", 2, "backend-flask")
        ),
    );
    insta::assert_snapshot!(world.run("--sandbox setup --plan").stderr, @r#"
    sandbox  account 000000000000  region us-east-1
    from aws/json/xray.json, built-in logs.json
      note  group my group: the service name "https://$FLASK_ADDRESS" holds a variable that was not expanded; write the name itself; no segment's name contains $
      note  group "my group" has ' ' at 3; the X-Ray console takes letters, digits and - only
      note  group my group looks at service "https://$FLASK_ADDRESS", rule mine samples service "backend-flask": one of them misses the traffic
      note  rule all (priority 1) takes every request that rule mine (priority 2) would match
      note  on a busy service rule all records at least 1 traces/s: 2.7 million a month, about $13
      note  on a busy service rule mine records at least 1 traces/s: 2.7 million a month, about $13
    next: cruddur-obs --sandbox setup
    "#);
}

#[test]
fn the_plan_is_the_same_ten_times() {
    let world = with_the_repositorys_files(World::new());
    let first = world.run("--sandbox setup --plan -o json").exits(0).stdout;
    for _ in 0..9 {
        assert_eq!(
            world.run("--sandbox setup --plan -o json").exits(0).stdout,
            first
        );
    }
}

#[test]
fn two_at_once_on_one_store_both_converge() {
    let world = with_the_repositorys_files(World::new());
    let children: Vec<_> = (0..4)
        .map(|_| {
            world
                .command(["--sandbox", "setup", "--yes"])
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .expect("it starts")
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let run = world.run("--sandbox setup -o json").exits(0);
    assert_eq!(run.json()["pending"], false);
}
