//! `xray graph`: all forms, pages, parts, and what goes wrong.

use serde_json::{Value, json};

use super::{answering, bodies, body, fixture, nothing, without_times, world};
use crate::world::{Answer, Stub};

const WINDOW: &str = "--since 2026-11-20T09:40:00Z --until 2026-11-20T09:50:00Z";

#[test]
fn the_guides_example() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let world = world(&stub);
    insta::assert_snapshot!(world.run(&format!("xray graph {WINDOW}")), @"
    2026-11-20 09:40:00 to 09:50:00 UTC  all traces  4 nodes, 3 edges, 4 requests

    NAME           TYPE                  STATUS      REQUESTS  /MIN   OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client         client                —                  —     —      —      —         —      —        —        —        —        —
    scorekeep      AWS::EC2::Instance    25 % error         4   0.4   75 %      1         0      0  68.2 ms  15.0 ms   157 ms   157 ms
    SNS            AWS::SNS              ok                 2   0.2  100 %      0         0      0  62.5 ms  49.0 ms  76.0 ms  76.0 ms
    signups-table  AWS::DynamoDB::Table  ok                 2   0.2  100 %      0         0      0  60.0 ms  44.0 ms  76.0 ms  76.0 ms

    FROM       TO               STATUS                CALLS  /MIN   OK %  ERROR  THROTTLE  FAULT      AVG      P50      P95      P99
    client     → scorekeep      25 % error                4   0.4   75 %      1         0      0  68.2 ms  15.0 ms   157 ms   157 ms
    scorekeep  ⇢ SNS            async link, 0 ms old      0     0      —      0         0      0        —        —        —        —
    scorekeep  → signups-table  ok                        2   0.2  100 %      0         0      0  60.0 ms  44.0 ms  76.0 ms  76.0 ms
    ");
    insta::assert_snapshot!(world.run(&format!("xray graph {WINDOW} -o tree")).exits(0).stdout, @"
    2026-11-20 09:40:00 to 09:50:00 UTC  all traces  4 nodes, 3 edges, 4 requests

    client
    └─ scorekeep  4 calls  25 % error  avg 68.2 ms  AWS::EC2::Instance
       ├─ SNS  async link, 0 ms old  itself: 2 requests, ok, avg 62.5 ms  AWS::SNS
       └─ signups-table  2 calls  ok  avg 60.0 ms  AWS::DynamoDB::Table
    ");
    let asked = bodies(&stub, "/ServiceGraph");
    assert_eq!(
        asked[0],
        json!({"StartTime": 1_795_167_600, "EndTime": 1_795_168_200})
    );
    assert_eq!(stub.asked().len(), 2, "nothing but the graph is read");
}

#[test]
fn every_form_is_a_file_of_its_own() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let world = world(&stub);
    for (form, start, end) in [
        ("dot", "digraph", "}\n"),
        ("mermaid", "flowchart", "\n"),
        ("svg", "<svg", "</svg>\n"),
        ("csv", "", "\n"),
        ("json", "{", "}\n"),
    ] {
        let run = world
            .run(&format!("xray graph {WINDOW} -o {form}"))
            .exits(0);
        assert!(
            run.stdout.starts_with(start) && run.stdout.ends_with(end),
            "{form}: {run}"
        );
        assert!(run.stdout.contains("signups-table"), "{form}: {run}");
        assert_eq!(run.stderr, "", "{form}");
    }
    let graph = world
        .run(&format!("xray graph {WINDOW} -o json"))
        .exits(0)
        .json();
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(4));
    assert_eq!(graph["edges"].as_array().map(Vec::len), Some(3));
    let times = [&graph["start"], &graph["end"]];
    assert_eq!(times, ["2026-11-20T09:40:00Z", "2026-11-20T09:50:00Z"]);
}

#[test]
fn a_group_is_asked_for_and_its_old_versions_are_told() {
    let mut answer = fixture("service-graph.json");
    answer["ContainsOldGroupVersions"] = json!(true);
    let stub = answering([("/ServiceGraph", answer)]);
    let run = world(&stub)
        .run(&format!("xray graph {WINDOW} --group Cruddur -o csv"))
        .exits(0);
    insta::assert_snapshot!(run.stderr, @"  note  the group's filter changed within this window: the graph mixes traces of the old filter with those of the new one");
    assert_eq!(bodies(&stub, "/ServiceGraph")[0]["GroupName"], "Cruddur");
}

#[test]
fn one_service_and_its_neighbours() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let world = world(&stub);
    let run = world
        .run(&format!("xray graph {WINDOW} --service sns -o json"))
        .exits(0);
    let names: Vec<Value> = run.json()["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["name"].clone())
        .collect();
    assert_eq!(names, ["scorekeep", "SNS"]);
    let run = world
        .run(&format!("xray graph {WINDOW} --service scorekep"))
        .exits(0);
    assert_eq!(run.stdout, "");
    insta::assert_snapshot!(run.stderr, @r#"
    no service of the graph is called "scorekep"; did you mean "scorekeep"?
    next: cruddur-obs xray graph
    "#);
    let run = world
        .run(&format!("xray graph {WINDOW} --service backend"))
        .exits(0);
    insta::assert_snapshot!(run.stderr, @r#"
    no service of the graph is called "backend"; there are "SNS", "scorekeep", "signups-table"
    next: cruddur-obs xray graph
    "#);
}

/// A page without services that has a token is not the last one.
#[test]
fn pages_are_followed_past_an_empty_one() {
    let stub = Stub::start(|asked| {
        let services = fixture("service-graph.json")["Services"].clone();
        let answer = match body(asked)["NextToken"].as_str() {
            None => json!({"Services": [services[0], services[1]], "NextToken": "1"}),
            Some("1") => json!({"Services": [], "NextToken": "2"}),
            Some(_) => json!({"Services": [services[2], services[3]]}),
        };
        Answer::new(200, &answer.to_string())
    });
    let paged = world(&stub)
        .run(&format!("xray graph {WINDOW} -o json"))
        .exits(0);
    let whole = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let whole = world(&whole)
        .run(&format!("xray graph {WINDOW} -o json"))
        .exits(0);
    assert_eq!(paged.json(), whole.json());
    assert_eq!(stub.asked().len(), 3);
}

#[test]
fn a_long_window_is_read_in_parts_and_put_together() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let world = world(&stub);
    let run = world
        .run("xray graph --since 2026-11-19T09:00:00Z --until 2026-11-20T10:00:00Z -o json")
        .exits(0);
    let mut parts: Vec<(i64, i64)> = bodies(&stub, "/ServiceGraph")
        .iter()
        .map(|part| {
            let time = |name: &str| part[name].as_i64().expect("a time");
            (time("StartTime"), time("EndTime"))
        })
        .collect();
    parts.sort_unstable();
    assert_eq!(parts.len(), 5);
    assert_eq!((parts[0].0, parts[4].1), (1_795_078_800, 1_795_168_800));
    assert!(
        parts.windows(2).all(|pair| pair[0].1 == pair[1].0),
        "{parts:?}"
    );
    assert!(
        parts.iter().all(|(start, end)| end - start <= 6 * 3600),
        "{parts:?}"
    );
    // The same answer five times: five times the requests, of the same four nodes.
    let graph = run.json();
    let nodes = graph["nodes"].as_array().expect("nodes");
    assert_eq!(nodes.len(), 4);
    let table = nodes
        .iter()
        .find(|node| node["name"] == "signups-table")
        .expect("the table");
    assert_eq!(
        table["requests"]
            .as_u64()
            .or(table["statistics"]["total"].as_u64()),
        Some(10),
        "{table}"
    );
}

#[test]
fn a_part_that_fails_is_named_and_no_half_graph_is_shown() {
    let stub = Stub::start(|asked| {
        if body(asked)["StartTime"] == 1_795_100_400 {
            return Answer::error(500, "InternalFailure", "An internal error occurred.");
        }
        Answer::new(200, &fixture("service-graph.json").to_string())
    });
    let run = world(&stub)
        .run(
            "--max-attempts 2 xray graph --since 2026-11-19T09:00:00Z --until 2026-11-20T09:00:00Z",
        )
        .exits(7);
    assert_eq!(run.stdout, "");
    insta::assert_snapshot!(run.stderr, @"
    error[service-failure]: X-Ray failed on its side
      tried: xray:GetServiceGraph, endpoint from AWS_ENDPOINT_URL
             part 2 of 4, 2026-11-19T15:00:00Z to 2026-11-19T21:00:00Z
      cause: HTTP 500 InternalFailure An internal error occurred.
      fix:   run the command again in a minute: it goes on where it stopped
    ");
}

#[test]
fn throttling_is_waited_out() {
    let stub = Stub::start(|asked| {
        if asked.nth < 2 {
            return Answer::error(429, "ThrottledException", "Rate exceeded");
        }
        Answer::new(200, &fixture("service-graph.json").to_string())
    });
    let run = world(&stub)
        .run(&format!("xray graph {WINDOW} -o json"))
        .exits(0);
    assert_eq!(run.json()["nodes"].as_array().map(Vec::len), Some(4));
    assert_eq!(stub.asked().len(), 3);
}

#[test]
fn a_group_that_x_ray_does_not_know() {
    let stub = Stub::start(|asked| match asked.operation.as_str() {
        "/ServiceGraph" => Answer::error(400, "InvalidRequestException", "Group not found"),
        "/Groups" => Answer::new(
            200,
            &json!({"Groups": [{"GroupName": "Cruddur", "GroupARN": "arn:1"}]}).to_string(),
        ),
        other => Answer::new(200, &nothing(other).to_string()),
    });
    let world = world(&stub);
    insta::assert_snapshot!(world.run("xray graph --group cruddur").exits(2), @r#"
    --- stderr ---
    error[no-such-group]: there is no group "cruddur"; did you mean "Cruddur"?
      tried: region us-east-1 from AWS_REGION
      fix:   cruddur-obs xray groups
    [exit code 2]
    "#);
    // Any other refusal stays what it is.
    let run = world.run("xray graph --group Cruddur").exits(2);
    assert!(
        run.stderr
            .contains("InvalidRequestException: Group not found"),
        "{run}"
    );
}

#[test]
fn a_denial_names_the_action() {
    let stub = Stub::always(Answer::error(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: xray:GetServiceGraph on resource: * because no identity-based policy allows the xray:GetServiceGraph action",
    ));
    insta::assert_snapshot!(world(&stub).run("xray graph").exits(6).stderr, @r#"
    error[denied]: AWS refused xray:GetServiceGraph
      tried: as arn:aws:iam::111122223333:user/dev
      cause: no policy of the caller allows it
      fix:   attach this statement to arn:aws:iam::111122223333:user/dev:
             {"Effect":"Allow","Action":"xray:GetServiceGraph","Resource":"*"}
             or all that is needed at once: cruddur-obs iam-policy
    "#);
}

#[test]
fn an_answer_without_services_is_none_of_aws() {
    let stub = Stub::always(Answer::new(200, "{}"));
    let run = world(&stub).run("xray graph").exits(7);
    assert!(run.stderr.contains("JSON without `Services`"), "{run}");
}

#[test]
fn names_cannot_drive_the_terminal() {
    let mut answer = fixture("service-graph.json");
    answer["Services"][2]["Name"] = json!("evil\u{1b}]0;owned\u{7}\nname");
    answer["Services"][2]["Names"] = json!(["evil\u{1b}]0;owned\u{7}\nname"]);
    let stub = answering([("/ServiceGraph", answer)]);
    let world = world(&stub);
    for form in ["table", "tree", "dot", "mermaid", "svg", "csv"] {
        let run = world
            .run(&format!("xray graph {WINDOW} -o {form}"))
            .exits(0);
        assert!(run.stdout.contains("evil"), "{form}: {run}");
        assert!(!run.stdout.contains(['\u{1b}', '\u{7}']), "{form}: {run}");
    }
    let run = world
        .run(&format!("xray graph {WINDOW} --service nobody"))
        .exits(0);
    assert!(
        run.stderr.contains("evil") && !run.stderr.contains(['\u{1b}', '\u{7}']),
        "{run}"
    );
}

#[test]
fn an_empty_graph_is_explained_and_no_failure() {
    let stub = answering([]);
    let run = world(&stub).run("xray graph").exits(0);
    assert_eq!(run.stdout, "");
    insta::assert_snapshot!(without_times(&run.stderr), @"
    no service from [DATE] [TIME] to [TIME] UTC, region us-east-1
      seen   no sampler has reported a request in the last 30 minutes: nothing that is traced has run, its daemon does not run or sends elsewhere, or its SDK samples by rules of its own
             cruddur-obs daemon --healthcheck
      maybe  they are in another region: this looked in us-east-1, from AWS_REGION
             cruddur-obs config
      maybe  they are older, or only seconds old: X-Ray shows a trace some seconds after it was sent
             cruddur-obs xray graph --since 1d
    ");
    let run = world(&stub).run("xray graph -o json").exits(0);
    assert_eq!(run.json()["nodes"], json!([]));
    assert!(run.stderr.starts_with("no service from "), "{run}");
}
