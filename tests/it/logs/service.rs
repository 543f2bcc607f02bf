//! CloudWatch Logs with the lines that a test gives it, answering as AWS's pages say.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{Answer, Asked};

/// A line: its time in milliseconds, its stream, its text.
#[derive(Debug, Clone)]
pub(super) struct Line(pub(super) i64, pub(super) &'static str, pub(super) String);

/// Groups and their lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Service {
    pub(super) groups: BTreeMap<&'static str, Vec<Line>>,
    /// Classes other than STANDARD.
    pub(super) classes: BTreeMap<&'static str, &'static str>,
    /// How many lines a page has.
    pub(super) page: usize,
}

/// Now, in milliseconds.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

impl Service {
    /// One group with these lines.
    pub(super) fn of(group: &'static str, lines: Vec<Line>) -> Self {
        Self::default().with(group, lines)
    }

    /// The service with another group.
    pub(super) fn with(mut self, group: &'static str, lines: Vec<Line>) -> Self {
        self.groups.insert(group, lines);
        self.page = 10_000;
        self
    }

    /// Answers a request.
    pub(super) fn answer(&self, asked: &Asked) -> Answer {
        let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        match asked.operation.as_str() {
            "DescribeLogGroups" => self.describe(&body),
            "FilterLogEvents" => self.filter(&body),
            "GetLogEvents" => self.get(&body),
            other => panic!("nobody should ask for {other}"),
        }
    }

    fn describe(&self, body: &Value) -> Answer {
        let prefix = body["logGroupNamePrefix"].as_str().unwrap_or_default();
        let limit = body["limit"].as_u64().unwrap_or(50);
        let groups: Vec<Value> = self
            .groups
            .keys()
            .filter(|name| name.starts_with(prefix))
            .take(usize::try_from(limit).expect("a small number"))
            .map(|name| {
                let arn = format!("arn:aws:logs:us-east-1:000000000000:log-group:{name}");
                json!({
                    "logGroupName": name,
                    "arn": format!("{arn}:*"),
                    "logGroupArn": arn,
                    "logGroupClass": self.classes.get(name).unwrap_or(&"STANDARD"),
                })
            })
            .collect();
        Answer::new(200, &json!({ "logGroups": groups }).to_string())
    }

    fn filter(&self, body: &Value) -> Answer {
        let name = body["logGroupName"].as_str().unwrap_or_default();
        let Some(lines) = self.groups.get(name) else {
            return no_group();
        };
        if let Some(class) = self.classes.get(name) {
            let message = format!("The operation is not supported for {class} log groups.");
            return Answer::error(400, "InvalidOperationException", &message);
        }
        let start = body["startTime"].as_i64().unwrap_or(0);
        let end = body["endTime"].as_i64().unwrap_or(i64::MAX);
        let prefix = body["logStreamNamePrefix"].as_str().unwrap_or_default();
        let names = body["logStreamNames"].as_array();
        let mut events: Vec<(usize, &Line)> = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.0 >= start && line.0 <= end && line.1.starts_with(prefix))
            .filter(|(_, line)| names.is_none_or(|names| names.contains(&json!(line.1))))
            .collect();
        events.sort_by_key(|(_, line)| line.0);
        let skip: usize = body["nextToken"]
            .as_str()
            .map_or(0, |token| token.parse().expect("a token of ours"));
        let page: Vec<Value> = events
            .iter()
            .skip(skip)
            .take(self.page)
            .map(|(at, line)| {
                json!({
                    "logStreamName": line.1,
                    "timestamp": line.0,
                    "message": line.2,
                    "ingestionTime": line.0 + 5,
                    "eventId": format!("{at:056}"),
                })
            })
            .collect();
        let mut answer = json!({ "events": page, "searchedLogStreams": [] });
        if skip + self.page < events.len() {
            answer["nextToken"] = json!((skip + self.page).to_string());
        }
        Answer::new(200, &answer.to_string())
    }

    fn get(&self, body: &Value) -> Answer {
        let name = body["logGroupName"].as_str().unwrap_or_default();
        let stream = body["logStreamName"].as_str().unwrap_or_default();
        let start = body["startTime"].as_i64().unwrap_or(0);
        let end = body["endTime"].as_i64().unwrap_or(i64::MAX);
        let limit = usize::try_from(body["limit"].as_u64().unwrap_or(10_000)).expect("small");
        let lines = &self.groups[name];
        let lines = lines
            .iter()
            .filter(|line| line.1 == stream && line.0 >= start && line.0 < end);
        let mut events: Vec<Value> = lines
            .map(
                |line| json!({"timestamp": line.0, "message": line.2, "ingestionTime": line.0 + 5}),
            )
            .collect();
        if body["startFromHead"] == json!(true) {
            events.truncate(limit);
        } else {
            events.drain(..events.len().saturating_sub(limit));
        }
        let answer =
            json!({"events": events, "nextForwardToken": "f/x", "nextBackwardToken": "b/x"});
        let whole = body["nextToken"].as_str().is_none();
        let empty = json!({"events": [], "nextForwardToken": "f/x", "nextBackwardToken": "b/x"});
        Answer::new(200, &if whole { answer } else { empty }.to_string())
    }
}

/// What AWS says of a group that is not there.
pub(super) fn no_group() -> Answer {
    Answer::error(
        400,
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
}

/// What AWS says to who asks too often.
pub(super) fn slow_down() -> Answer {
    Answer::error(400, "ThrottlingException", "Rate exceeded")
}
