//! From a route to its answer.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use jiff::Timestamp;
use serde_json::Value;

use super::answer::{self, Draft, Refused};
use super::failure::Fault;
use super::json::Moment;
use super::query::Query;
use super::reply::Reply;
use super::request::{Asked, context_of};
use super::route::Route;
use super::{App, debug};

/// The longest body that is read.
const LONGEST_BODY: usize = 1024 * 1024;

/// How long a client may take to send a body.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// What the route answers, or how it fails.
pub(super) async fn answer(
    app: &App,
    route: Route,
    asked: Asked<'_>,
    body: Body,
) -> Result<Reply, Fault> {
    let query = Query(asked.query);
    let now = Timestamp::now();
    let utc = Moment::utc(now);
    Ok(match route {
        Route::Home => home(app, &asked),
        Route::User => user(app, &asked),
        Route::Notifications => Reply::list(|list| answer::notifications(list, utc)),
        Route::Search => match query.first("term") {
            Some(term) if !term.is_empty() => Reply::list(|list| answer::search(list, utc)),
            _ => Reply::refusal("search_term_blank"),
        },
        Route::Show => Reply::list(|list| answer::show(list, utc)),
        Route::MessageGroups => Reply::list(|list| answer::groups(list, utc)),
        Route::Messages => Reply::list(|list| answer::conversation(list, utc)),
        Route::CreateActivity | Route::Reply | Route::CreateMessage => {
            let body = match document(&asked.head.headers, body).await {
                Ok(body) => body,
                Err(status) => return Ok(Reply::error(status)),
            };
            return created(app, route, &asked, &body, now)
                .map_err(|fault| fault.through("answer"));
        }
        Route::RollbarTest => {
            app.report_greeting(asked.traced);
            Reply::html("Hello World!")
        }
        Route::DebugError => {
            return debug::error(&query, asked.traced).map_err(|fault| fault.through("answer"));
        }
        Route::DebugSlow => debug::slow(&query).await,
        Route::DebugOutbound => {
            let asked = debug::outbound(app, &query, asked.traced).await;
            return asked.map_err(|fault| fault.through("answer"));
        }
    })
}

fn home(app: &App, asked: &Asked<'_>) -> Reply {
    let _part = asked.traced.segment_part("home_endpoint");
    app.log.hello(context_of(asked.traced));
    let mut span = asked
        .traced
        .span("home.activities", "home-activities-mock-data");
    let now = Moment::utc(Timestamp::now());
    span.set_attribute("app.now", now.text());
    let reply = Reply::list(|list| answer::home(list, now));
    span.set_attribute("app.result_length", answer::HOME_LENGTH);
    reply
}

fn user(app: &App, asked: &Asked<'_>) -> Reply {
    let part = asked.traced.segment_part("user_endpoint");
    let now = Moment::naive(Timestamp::now(), &app.zone);
    let inner = part.segment_part("subsegment_mock");
    let reply = Reply::list(|list| answer::user(list, now));
    let metadata = serde_json::json!({"now": now.text(), "results-size": 1});
    inner.put_metadata("namespace", "key", metadata);
    reply
}

fn created(
    app: &App,
    route: Route,
    asked: &Asked<'_>,
    body: &Value,
    now: Timestamp,
) -> Result<Reply, Fault> {
    let draft = Draft {
        body,
        handle: &app.user_handle,
        now,
    };
    let made = match route {
        Route::Reply => answer::reply(draft, asked.parameter),
        Route::CreateMessage => answer::message(draft),
        _ => answer::activity(draft),
    };
    match made {
        Ok(document) => Ok(Reply::json(document)),
        Err(Refused::Because(reason)) => Ok(Reply::refusal(reason)),
        Err(Refused::Failure { kind, message }) => Err(Fault::here("created", kind, message)),
    }
}

/// The JSON of a body, or the status that says why there is none.
async fn document(headers: &HeaderMap, body: Body) -> Result<Value, StatusCode> {
    if !is_json(headers) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let text = read(body).await?;
    serde_json::from_slice(&text).map_err(|_| StatusCode::BAD_REQUEST)
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(content_type)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

async fn read(body: Body) -> Result<Bytes, StatusCode> {
    let limited = Limited::new(body, LONGEST_BODY).collect();
    match tokio::time::timeout(BODY_PATIENCE, limited).await {
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
        Ok(Ok(read)) => Ok(read.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
    }
}
