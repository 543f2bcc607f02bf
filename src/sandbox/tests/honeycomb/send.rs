use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use rmpv::Value as Packed;
use serde_json::json;

use super::*;

const COUNT: &str = r#"{"breakdowns": ["name"]}"#;

fn count() -> Value {
    serde_json::from_str(COUNT).unwrap()
}

#[tokio::test]
async fn an_event_is_found_again() {
    let honeycomb = usual();
    let headers = [
        ("x-honeycomb-samplerate", "4"),
        ("x-honeycomb-event-time", "1528317560"),
    ];
    let body = r#"{"name": "sent", "nested": {"a": [1]}, "none": null}"#;
    let answer = honeycomb
        .send("POST", "/1/events/My%20Data", &headers, body)
        .await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0));
    let rows = honeycomb
        .rows(
            "my-data",
            json!({ "breakdowns": ["name", "nested", "none"] }),
        )
        .await;
    assert_eq!(
        rows,
        [json!({ "name": "sent", "nested": "{\"a\":[1]}", "none": null, "COUNT": 4 })]
    );
    let window = json!({ "start_time": 1_528_317_560, "end_time": 1_528_317_561 });
    assert_eq!(
        honeycomb.rows("MY%20DATA", window).await,
        [json!({ "COUNT": 4 })]
    );
}

#[tokio::test]
async fn events_that_are_refused() {
    let honeycomb = usual();
    let many: Value = (0..2001)
        .map(|number| (number.to_string(), json!(1)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let large = json!({ "a": "x".repeat(1 << 20) }).to_string();
    for (body, error) in [
        ("", "Request body should not be empty."),
        ("{}", "Request body should not be empty."),
        ("[]", "Request body is malformed and cannot be read."),
        ("{", "Request body is malformed and cannot be read."),
        (&many.to_string(), "Event has too many columns."),
        (&large, "Request body is too large."),
    ] {
        let answer = honeycomb
            .send("POST", "/1/events/a", &[], body.to_owned())
            .await;
        is_refused(&read(&answer), 400, error);
    }
    assert_eq!(honeycomb.get("/1/datasets").await, (200, json!([])));
    is_refused(
        &honeycomb
            .with_key("overquota0000000000000")
            .post("/1/events/a", json!({ "a": 1 }))
            .await,
        403,
        "Event dropped due to administrative throttling",
    );
    let (status, _) = honeycomb
        .with_key("readonly00000000000000")
        .post("/1/events/a", json!({ "a": 1 }))
        .await;
    assert_eq!(status, 403);
    let (status, _) = honeycomb.post("/1/events/a%2Fb", json!({ "a": 1 })).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_batch_has_a_status_for_each_event_in_order() {
    let honeycomb = usual();
    let batch = json!([
        { "data": { "name": "one" }, "time": "2018-06-06T20:39:20Z", "samplerate": 2 },
        { "data": {} },
        { "data": { "name": "two" }, "time": 1_528_317_560_000_i64 },
        7,
        { "time": 1 },
        { "data": { "name": "future" }, "time": 9_999_999_999_i64 },
        { "data": { "name": "x".repeat(1 << 20) } },
    ]);
    let (status, statuses) = honeycomb.post("/1/batch/batch", batch).await;
    assert_eq!(status, 200);
    assert_eq!(
        statuses,
        json!([
            { "status": 202 },
            { "status": 400, "error": "Request body should not be empty." },
            { "status": 202 },
            { "status": 400, "error": "Request body is malformed and cannot be read." },
            { "status": 400, "error": "Request body is malformed and cannot be read." },
            { "status": 202 },
            { "status": 400, "error": "Request body is too large." },
        ])
    );
    assert_eq!(
        honeycomb.rows("batch", count()).await,
        [
            json!({ "name": "one", "COUNT": 2 }),
            json!({ "name": "future", "COUNT": 1 }),
            json!({ "name": "two", "COUNT": 1 }),
        ]
    );
    assert_eq!(
        honeycomb.post("/1/batch/batch", json!([])).await,
        (200, json!([]))
    );
    is_refused(
        &honeycomb.post("/1/batch/batch", json!({})).await,
        400,
        "Request body is malformed and cannot be read.",
    );
    let (_, statuses) = honeycomb
        .with_key("overquota0000000000000")
        .post("/1/batch/batch", json!([{ "data": { "a": 1 } }]))
        .await;
    assert_eq!(statuses[0]["status"], json!(429));
}

#[tokio::test]
async fn message_pack_is_read_with_its_times() {
    let honeycomb = usual();
    let time = |value| {
        Packed::Map(vec![
            (Packed::from("time"), value),
            (Packed::from("samplerate"), Packed::from(3)),
            (
                Packed::from("data"),
                Packed::Map(vec![
                    (Packed::from("name"), Packed::from("packed")),
                    (Packed::from("ms"), Packed::from(1.5_f32)),
                ]),
            ),
        ])
    };
    let seconds = 1_528_317_560_u32;
    let batch = Packed::Array(vec![
        time(Packed::Ext(-1, seconds.to_be_bytes().to_vec())),
        time(Packed::from(i64::from(seconds))),
        time(Packed::from("2018-06-06T20:39:20Z")),
        time(Packed::Nil),
        Packed::from(1),
    ]);
    let mut body = Vec::new();
    rmpv::encode::write_value(&mut body, &batch).unwrap();
    let headers = [("content-type", "application/msgpack")];
    let answer = honeycomb
        .send("POST", "/1/batch/packed", &headers, body)
        .await;
    let (_, statuses) = read(&answer);
    let codes: Vec<&Value> = statuses
        .as_array()
        .unwrap()
        .iter()
        .map(|status| &status["status"])
        .collect();
    assert_eq!(codes, [202, 202, 202, 202, 400]);
    let window = json!({
        "start_time": seconds, "end_time": seconds + 1,
        "calculations": [{ "op": "COUNT" }, { "op": "MAX", "column": "ms" }],
    });
    assert_eq!(
        honeycomb.rows("packed", window).await,
        [json!({ "COUNT": 9, "MAX(ms)": 1.5 })]
    );
    let mut event = Vec::new();
    rmpv::encode::write_value(
        &mut event,
        &Packed::Map(vec![(Packed::from("name"), Packed::from("single"))]),
    )
    .unwrap();
    let answer = honeycomb
        .send("POST", "/1/events/packed", &headers, event)
        .await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn bodies_come_compressed_and_bounded() {
    let honeycomb = usual();
    let packed = |body: &[u8]| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(body).unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(body).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(body).unwrap();
        [
            ("gzip", gzip.finish().unwrap()),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", bare.finish().unwrap()),
            ("zstd", zstd::stream::encode_all(body, 0).unwrap()),
        ]
    };
    for (encoding, body) in packed(br#"[{"data": {"name": "small"}}]"#) {
        let headers = [("content-encoding", encoding)];
        let cut = body[..body.len() - 3].to_vec();
        let answer = honeycomb
            .send("POST", "/1/batch/packed", &headers, body)
            .await;
        assert_eq!(
            read(&answer),
            (200, json!([{ "status": 202 }])),
            "{encoding}"
        );
        let answer = honeycomb
            .send("POST", "/1/batch/packed", &headers, cut)
            .await;
        is_refused(
            &read(&answer),
            400,
            "Request body is malformed and cannot be read.",
        );
    }
    assert_eq!(
        honeycomb.rows("packed", count()).await,
        [json!({ "name": "small", "COUNT": 4 })]
    );
    let bomb = vec![b' '; 20 << 20];
    for (encoding, body) in packed(&bomb) {
        let headers = [("content-encoding", encoding)];
        let answer = honeycomb
            .send("POST", "/1/batch/packed", &headers, body)
            .await;
        is_refused(&read(&answer), 400, "Request body is too large.");
    }
    let answer = honeycomb
        .send(
            "POST",
            "/1/batch/packed",
            &[("content-encoding", "br")],
            "x",
        )
        .await;
    assert_eq!(answer.status(), 400);
    let long = vec![b' '; 6 << 20];
    let answer = honeycomb.send("POST", "/1/batch/packed", &[], long).await;
    is_refused(&read(&answer), 400, "Request body is too large.");
}

#[tokio::test]
async fn environments_are_apart() {
    let honeycomb = usual();
    honeycomb
        .post("/1/events/a", json!({ "name": "new" }))
        .await;
    let classic = honeycomb.with_key(CLASSIC);
    assert_eq!(classic.get("/1/datasets").await, (200, json!([])));
    assert_eq!(classic.get("/1/datasets/a").await.0, 404);
    classic.post("/1/events/a", json!({ "name": "old" })).await;
    assert_eq!(
        classic.rows("a", count()).await,
        [json!({ "name": "old", "COUNT": 1 })]
    );
    // An ingest key sends to the same environment, and may not ask.
    let ingest = honeycomb.with_key(INGEST);
    assert_eq!(
        ingest.post("/1/events/a", json!({ "name": "new" })).await.0,
        200
    );
    assert_eq!(ingest.post("/1/queries/a", json!({})).await.0, 403);
    assert_eq!(
        honeycomb.rows("a", count()).await,
        [json!({ "name": "new", "COUNT": 2 })]
    );
}
