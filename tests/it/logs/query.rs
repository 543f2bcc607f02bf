//! `logs query`.

use serde_json::json;

use super::service::Service;
use crate::world::{Answer, Stub, World};

fn stub() -> Stub {
    Stub::start(|asked| {
        match asked.operation.as_str() {
        "StartQuery" => Answer::new(200, r#"{"queryId": "q-1"}"#),
        "GetQueryResults" if asked.nth == 0 => Answer::new(
            200,
            &json!({"status": "Running", "results": [], "statistics": {"recordsScanned": 10.0}})
                .to_string(),
        ),
        "GetQueryResults" => Answer::new(
            200,
            &json!({
                "status": "Complete",
                "results": [
                    [{"field": "level", "value": "ERROR"}, {"field": "count(*)", "value": "12"}],
                    [{"field": "level", "value": "say \"hi\", x"}, {"field": "count(*)", "value": "3"}],
                    [{"field": "count(*)", "value": "1"}],
                ],
                "statistics": {"recordsMatched": 16.0, "recordsScanned": 1200.0, "bytesScanned": 340_000.0},
            })
            .to_string(),
        ),
        _ => Service::of("/app", vec![]).answer(asked),
    }
    })
}

#[test]
fn rows_as_a_table_as_json_and_as_csv() {
    for (form, expected) in [("text", 0), ("json", 1), ("csv", 2)] {
        let stub = stub();
        let world = World::new().pointed_at(stub.url());
        let words = [
            "logs",
            "query",
            "stats count(*) by level",
            "-g",
            "/app",
            "-o",
            form,
        ];
        let run = world.run_with(words, "").exits(0);
        match expected {
            0 => {
                insta::assert_snapshot!(run.stdout, @r#"
                LEVEL        COUNT(*)
                ERROR              12
                say "hi", x         3
                                    1
                "#);
                let said = run.stderr.split(", 20").next().unwrap_or_default();
                insta::assert_snapshot!(said, @"3 rows of 1,200 lines, 340.00 kB scanned in /app");
            }
            1 => insta::assert_snapshot!(run.stdout, @r#"
            {
              "records_matched": 16,
              "records_scanned": 1200,
              "bytes_scanned": 340000,
              "rows": [
                {
                  "level": "ERROR",
                  "count(*)": "12"
                },
                {
                  "level": "say \"hi\", x",
                  "count(*)": "3"
                },
                {
                  "count(*)": "1"
                }
              ]
            }
            "#),
            _ => insta::assert_snapshot!(run.stdout, @r#"
            level,count(*)
            ERROR,12
            "say ""hi"", x",3
            ,1
            "#),
        }
    }
}

#[test]
fn a_query_that_cannot_be_read_is_named() {
    let stub = Stub::start(|asked| match asked.operation.as_str() {
        "StartQuery" => Answer::error(
            400,
            "MalformedQueryException",
            "unexpected symbol found | at line 1 and position 8",
        ),
        _ => Service::of("/app", vec![]).answer(asked),
    });
    let world = World::new().pointed_at(stub.url());
    let run = world.run_with(["logs", "query", "fields |", "-g", "/app"], "");
    insta::assert_snapshot!(run, @"
    --- stderr ---
    error[query-syntax]: CloudWatch Logs cannot read the query
      tried: fields |
      cause: unexpected symbol found | at line 1 and position 8
      fix:   commands are fields, filter, parse, stats … by, sort, dedup, limit, display, with | between them
    [exit code 2]
    ");
}
