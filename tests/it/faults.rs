//! A bad network and a busy service: `setup` still converges, and says what it met.

use crate::world::{Server, World, until};

#[test]
fn thirty_per_cent_throttled_or_aborted_still_converges() {
    for seed in 1..=4 {
        let world = World::new();
        let server = Server::start(
            &world,
            &format!("--memory --fault throttle=20% --fault abort=10% --fault-seed {seed}"),
        );
        let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
        let first = world.run("setup").exits(0);
        let second = world.run("setup -o json").exits(0);
        assert_eq!(second.json()["pending"], false);
        let met = |run: &crate::world::Run| {
            run.stderr.contains("throttled") || run.stderr.contains("conflicting")
        };
        assert!(
            met(&first) || met(&second),
            "nothing was said of the faults:\n{first}"
        );
    }
}

#[test]
fn throttling_is_said() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault throttle@CreateSamplingRule=once");
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
    let run = world.run("setup").exits(0);
    assert!(
        run.stderr
            .contains("throttled 1 time; each was tried again"),
        "{run}"
    );
}

#[test]
fn a_conflict_is_tried_again() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault abort@PutRetentionPolicy=once");
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
    let run = world.run("setup").exits(0);
    assert!(
        run.stderr.contains("met a conflicting operation 1 time"),
        "{run}"
    );
}

#[test]
fn an_answer_that_is_lost_is_no_failure() {
    // The server did it, and the connection was cut before it could say so.
    for operation in [
        "CreateGroup",
        "CreateSamplingRule",
        "CreateLogGroup",
        "PutRetentionPolicy",
    ] {
        let world = World::new();
        let server = Server::start(&world, &format!("--memory --fault drop@{operation}=once"));
        let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
        let run = world.run("setup -o json").exits(0);
        assert_eq!(run.json()["pending"], false, "{operation}");
    }
}

#[test]
fn a_denied_action_names_what_was_done_and_the_next_run_goes_on() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault deny@CreateLogGroup=once");
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
    let run = world.run("setup").exits(6);
    insta::assert_snapshot!(run.stdout, @r#"
    + create   X-Ray group    Cruddur  service("Cruddur"), Insights off
    + create   sampling rule  Cruddur  priority 9000, 5 traces/s then 10 %, service Cruddur
    + create   log group      cruddur  keeps 7 days, class STANDARD
    created  X-Ray group    Cruddur
    created  sampling rule  Cruddur
    failed   log group      cruddur
    "#);
    insta::assert_snapshot!(run.stderr, @r#"
    sandbox  account 000000000000  region us-east-1
    from built-in xray.json, built-in logs.json
      note  on a busy service rule Cruddur records at least 5 traces/s: 13.4 million a month, about $66
    2 created, 0 adopted, 0 updated, 0 unchanged, 1 failed in [TIME]
    error[denied]: AWS refused logs:CreateLogGroup
      tried: as arn:aws:iam::000000000000:user/sandbox
      cause: no policy of the caller allows it
      fix:   attach this statement to arn:aws:iam::000000000000:user/sandbox:
             {"Effect":"Allow","Action":"logs:CreateLogGroup","Resource":"arn:aws:logs:us-east-1:000000000000:log-group:cruddur:*"}
             or all that is needed at once: cruddur-obs iam-policy
    "#);
    let again = world.run("setup -o json").exits(0);
    assert_eq!(again.json()["pending"], false);
}

#[test]
fn tags_that_may_not_be_read_count_as_none() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault deny@ListTagsForResource=1");
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
    let _first = world.run("setup").exits(0);
    let second = world.run("setup").exits(0);
    assert!(second.stdout.contains("adopt"), "{second}");
}

#[test]
fn setup_waits_until_a_change_shows() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault lag=700ms");
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url());
    let run = world.run("setup -o json").exits(0).json();
    // It read more than the two times that a server without a lag needs.
    assert!(run["calls"]["read"].as_u64() > Some(12), "{}", run["calls"]);
    assert_eq!(run["calls"]["write"], 4);
}

#[test]
#[cfg(unix)]
fn an_interrupted_setup_says_so_and_the_next_one_goes_on() {
    let world = World::new();
    let server = Server::start(&world, "--memory --fault delay=300ms");
    let groups: Vec<String> = (0..12)
        .map(|number| format!("{{\"logGroupName\": \"group-{number:02}\"}}"))
        .collect();
    let world = world.with("CRUDDUR_OBS_SANDBOX", server.url()).with_file(
        "project/aws/json/logs.json",
        &format!("{{\"LogGroups\": [{}]}}", groups.join(", ")),
    );
    let child = world
        .command(["setup"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    until("it writes", || !server.writes().is_empty());
    let kill = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        output.status.code(),
        Some(130),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        told.contains("created") && told.contains("not tried"),
        "{told}"
    );
    let next = world.run("setup -o json").exits(0);
    assert_eq!(next.json()["pending"], false);
}
