//! The log lines of `serve`: to CloudWatch Logs, where there is a way.

use std::time::Duration;

use super::super::context::Context;
use super::super::stream_name;
use crate::error::{Error, Result};
use crate::provision::desired::{self, DesiredLogGroup, Retention};
use crate::provision::{MARKER_KEY, MARKER_VALUE};
use crate::remote::Tags;
use crate::telemetry::{LogShipping, NewGroup, Settings};
use crate::view::served::PipelineLine;

const NAME: &str = "CloudWatch Logs";

/// The seeds' log group, and how long it keeps events where nothing says it.
const USUAL_GROUP: &str = "cruddur";
const USUAL_DAYS: i32 = 7;

/// The name that Flask gives its logger.
const LOGGER: &str = "app";

/// How long what waits may take at a stop.
const DRAIN: Duration = Duration::from_secs(5);

/// The pipeline, or why there is none.
pub(super) struct Lines {
    pub(super) shipping: Option<LogShipping>,
    pub(super) state: PipelineLine,
    pub(super) warnings: Vec<String>,
}

/// Sets the pipeline up; nothing is called yet.
pub(super) async fn bind(
    context: &Context<'_>,
    group: Option<String>,
    flush: Option<Duration>,
) -> Lines {
    let mut warnings = Vec::new();
    let desired = match desired::load(None, None, &context.environment) {
        Ok(desired) => desired.log_groups,
        Err(error) => {
            warnings.push(format!(
                "{}; the log group is {USUAL_GROUP}",
                error.message()
            ));
            Vec::new()
        }
    };
    let (shipping, state) = match shipping(context, group, &desired, flush).await {
        Ok((shipping, to)) => (Some(shipping), Ok(to)),
        Err(error) => (None, Err(why(&error))),
    };
    Lines {
        shipping,
        state: PipelineLine { name: NAME, state },
        warnings,
    }
}

async fn shipping(
    context: &Context<'_>,
    group: Option<String>,
    desired: &[DesiredLogGroup],
    flush: Option<Duration>,
) -> Result<(LogShipping, String)> {
    let clients = context.clients().await?;
    let wanted = match &group {
        None => desired.first(),
        Some(name) => desired.iter().find(|one| one.name == *name),
    };
    let group = group
        .or_else(|| Some(wanted?.name.clone()))
        .unwrap_or_else(|| USUAL_GROUP.to_owned());
    let retention_days = match wanted {
        None => Some(USUAL_DAYS),
        Some(wanted) => match wanted.retention {
            Some(Retention::Days(days)) => Some(days),
            Some(Retention::Forever) | None => None,
        },
    };
    let mut tags = wanted.map(|wanted| wanted.tags.clone()).unwrap_or_default();
    tags.extend(Tags::from([(
        MARKER_KEY.to_owned(),
        MARKER_VALUE.to_owned(),
    )]));
    let stream = stream_name::of_a_logger(LOGGER);
    let to = format!(
        "log group {group} in {}, stream {stream}",
        clients.facts.region
    );
    let usual = Settings::new(group, stream);
    let settings = Settings {
        first_flush: flush.unwrap_or(usual.first_flush),
        flush: flush.unwrap_or(usual.flush),
        create_group: Some(NewGroup {
            retention_days,
            tags,
        }),
        drain: DRAIN,
        waits_for_close: false,
        ..usual
    };
    let shipping = LogShipping::bind(settings, clients.logs.clone())?;
    Ok((shipping, to))
}

/// Why a pipeline is off, and the first thing to do about it.
pub(super) fn why(error: &Error) -> String {
    match error.fixes().first() {
        Some(fix) => format!("{}; fix: {fix}", error.message()),
        None => error.message().to_owned(),
    }
}
