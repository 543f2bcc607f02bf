//! `logs --trace`: the lines of one trace, whichever group they are in.

use serde_json::json;

use super::service::{Line, Service, now};
use crate::world::{Answer, Asked, Stub, World};

fn id() -> String {
    let second = now() / 1000 - 60;
    format!("1-{second:08x}-000000000000000000000001")
}

/// The second that stands in the id, so that a test that is slow, or begins at the very end of a
/// second, sees the same offsets.
fn second_of(id: &str) -> i64 {
    i64::from_str_radix(&id[2..10], 16).expect("an id of ours")
}

/// X-Ray with a trace that names a group, and two groups with its lines.
fn answer(asked: &Asked, id: &str, is_known: bool) -> Answer {
    let start = second_of(id) * 1000;
    if asked.operation == "/Traces" {
        let start = f64::from(u32::try_from(start / 1000).expect("a time of ours"));
        let document = json!({
            "id": "00000000000000a1", "trace_id": id, "name": "api",
            "start_time": start, "end_time": start + 0.5,
            "aws": {"cloudwatch_logs": [{"log_group": "/api"}, {"log_group": "/jobs"}]},
        });
        let segment = json!({"Id": "00000000000000a1", "Document": document.to_string()});
        let traces = if is_known {
            json!([{"Id": id, "Duration": 0.5, "Segments": [segment]}])
        } else {
            json!([])
        };
        let body = json!({"Traces": traces, "UnprocessedTraceIds": []});
        return Answer::new(200, &body.to_string());
    }
    let w3c = id[2..].replace('-', "");
    Service::of(
        "/api",
        vec![
            Line(start + 12, "web", format!("INFO begin trace={id}")),
            Line(start + 300, "web", "INFO of another".to_owned()),
            Line(start + 480, "web", format!("INFO end trace={id}")),
        ],
    )
    .with(
        "/jobs",
        vec![Line(
            start + 250,
            "job",
            format!("{{\"trace_id\":\"{w3c}\"}}"),
        )],
    )
    .answer(asked)
}

fn stable(text: &str, id: &str) -> String {
    text.replace(&id[2..].replace('-', ""), "[W3C]")
        .replace(id, "[ID]")
}

#[test]
fn lines_of_all_its_groups_in_the_order_of_time() {
    let id = id();
    let stub = Stub::start({
        let id = id.clone();
        move |asked| answer(asked, &id, true)
    });
    let world = World::new().pointed_at(stub.url());
    let run = world.run(&format!("logs --trace {id}")).exits(0);
    insta::assert_snapshot!(stable(&run.to_string(), &id), @r#"
      +0.012 s /api web INFO begin trace=[ID]
      +0.250 s /jobs job {"trace_id":"[W3C]"}
      +0.480 s /api web INFO end trace=[ID]
    --- stderr ---
    3 lines of trace [ID] in /api, /jobs
    next: cruddur-obs xray trace [ID]
    "#);
    let asked = stub.asked();
    let search = asked
        .iter()
        .find(|asked| asked.operation == "FilterLogEvents")
        .expect("a group was searched");
    let body: serde_json::Value = serde_json::from_slice(&search.body).expect("JSON");
    let pattern = body["filterPattern"].as_str().expect("a pattern");
    insta::assert_snapshot!(stable(pattern, &id), @r#"?"[ID]" ?"[W3C]""#);
}

#[test]
fn a_trace_that_x_ray_does_not_know() {
    let id = id();
    let stub = Stub::start({
        let id = id.clone();
        move |asked| answer(asked, &id, false)
    });
    let world = World::new().pointed_at(stub.url());
    let run = world.run(&format!("logs --trace {id} -g /api -g /jobs"));
    insta::assert_snapshot!(stable(&run.to_string(), &id), @r#"
     +60.012 s /api web INFO begin trace=[ID]
     +60.250 s /jobs job {"trace_id":"[W3C]"}
     +60.480 s /api web INFO end trace=[ID]
    --- stderr ---
      note  X-Ray does not know the trace: not sampled, older than 30 days, or of another region; offsets count from where the search begins
    3 lines of trace [ID] in /api, /jobs
    next: cruddur-obs xray trace [ID]
    "#);
    let run = world.run("logs --trace 1-5759e988-000000000000000000000001 -g /api");
    insta::assert_snapshot!(run, @"
    --- stderr ---
    error[no-such-trace]: X-Ray does not know trace 1-5759e988-000000000000000000000001, and its id has no time in it
      cause: it is not known when to look for its lines
      fix:   search for it: cruddur-obs logs search --grep 000000000000000000000001 --since 1d
    [exit code 2]
    ");
    let run = world.run("logs --trace ffffffff00000000000000000000000f -g /api");
    insta::assert_snapshot!(run, @"
    --- stderr ---
    error[no-such-trace]: X-Ray does not know trace 1-ffffffff-00000000000000000000000f, and its id has no time in it
      cause: it is not known when to look for its lines
      fix:   search for it: cruddur-obs logs search --grep 00000000000000000000000f --since 1d
    [exit code 2]
    ");
    // The global options are the same everywhere.
    let run = world.run("logs");
    assert_eq!(run.code, Some(2));
    let (own, _) = run.stderr.split_once("\nGlobal options:").expect("a help");
    insta::assert_snapshot!(own, @"
    Look at log groups of CloudWatch Logs and at their lines, and ship lines to them

    Usage: cruddur-obs logs [OPTIONS] --trace <ID>
           cruddur-obs logs <COMMAND>

    Commands:
      groups  List the log groups
      create  Create a log group, or make the existing one as asked
      tail    Show the lines of log groups, and go on as new ones come
      search  Find lines in log groups, the oldest first
      query   Ask log groups a Logs Insights query
      ship    Ship the lines that come on stdin to a log group

    Options:
          --trace <ID>     Show every line of this trace, in every group that it touched
      -g, --group <GROUP>  Look in this group, or these: '/aws/*' [default: those that the trace names,
                           else those of aws/json/logs.json] (can be repeated)
          --utc            Show times in UTC and not in local time
      -h, --help           Print help
    ");
}
