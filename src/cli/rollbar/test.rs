//! `rollbar test`: one item, and what became of it.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::super::context::Context;
use super::super::stream_name;
use super::access::{Access, access, read_access, without_token};
use crate::error::{Error, Result};
use crate::remote::{NotTaken, Occurrence, RollbarClient};
use crate::rollbar::{Identity, Item, Level, Source, list_filter, occurrence_link, remark};
use crate::settings::{Origin, Secret};
use crate::view::reported::ReportedView;

/// Where the seeds report to.
const ENVIRONMENT: &str = "production";

/// How long an answer is waited for unless something else is said.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the seeds report.
const MESSAGE: &str = "Hello World!";

/// Send one item to Rollbar, and say what became of it
///
/// Prints the occurrence's id, the page that shows it, and the filter that finds it in Rollbar's list of
/// items. What Rollbar does not take is explained: a token that is wrong or lacks its scope, a limit that is
/// reached, an item that is not acceptable. With ROLLBAR_READ_TOKEN, or the sandbox, it is read back.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// How bad it is: critical, error, warning, info or debug
    #[arg(long, value_name = "LEVEL", default_value = "warning")]
    level: Level,
    /// What is reported
    #[arg(long, value_name = "TEXT", default_value = MESSAGE)]
    message: String,
    /// The environment that it is of [default: ROLLBAR_ENVIRONMENT, production]
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let Access { token, base } = access(context)?.ok_or_else(|| without_token(context))?;
    let output = context.output;
    if let Some(remark) = remark(token.value.expose()) {
        output.warning(&format!(
            "the token {} from {}: {remark}",
            token.value.masked(),
            token.origin
        ));
    }
    let variable = |name: &str| {
        let setting = context.settings.variable(name);
        setting.map(|setting| setting.value.trim().to_owned())
    };
    let environment = args
        .environment
        .or_else(|| variable("ROLLBAR_ENVIRONMENT"))
        .unwrap_or_else(|| ENVIRONMENT.to_owned());
    if environment.trim().is_empty() || args.message.trim().is_empty() {
        return Err(
            Error::usage("an environment and a message must have a name and a text")
                .code("rollbar-item")
                .fix("cruddur-obs rollbar test --environment production --message 'Hello World!'"),
        );
    }
    let identity = Identity {
        uuid: uuid::Uuid::new_v4().to_string(),
        timestamp: Timestamp::now().as_second(),
    };
    let source = Source {
        environment: environment.clone(),
        code_version: variable("ROLLBAR_CODE_VERSION"),
        host: stream_name::host(),
        ..Source::default()
    };
    let item = Item::message(identity, &source, args.level, &args.message)
        .context("cruddur-obs rollbar test");
    let uuid = item.uuid().to_owned();
    let client = RollbarClient::new(
        context.http()?.clone(),
        base.as_deref(),
        Secret::new(token.value.expose()),
    );
    let patience = context.settings.timeout_or(PATIENCE)?;
    let progress = output.progress("sending an item to Rollbar");
    let began = Instant::now();
    let sent = async { Ok(client.post_item(item.body(), patience).await) };
    let sent = context.until_stopped(sent).await?;
    let took = began.elapsed();
    drop(progress);
    sent.map_err(|not_taken| match not_taken {
        NotTaken::Refused(refusal) => {
            refusal.explain("a token with the scope post_server_item", client.token())
        }
        NotTaken::Failed(failure) => failure.explain("Rollbar", &client.item_url()),
    })?;
    let (read_back, why_not) = match read_back(context, &uuid, patience).await {
        Ok(Some(occurrence)) => (Some(occurrence), None),
        Ok(None) => (None, None),
        Err(error) => (None, Some(error)),
    };
    let is_sandbox = context.settings.sandbox().is_some();
    output.emit(&ReportedView {
        link: (!is_sandbox).then(|| occurrence_link(&uuid)),
        uuid,
        level: args.level.name(),
        environment: environment.clone(),
        filter: list_filter(&environment, args.level),
        token: token.value.masked(),
        token_origin: token.origin.to_string(),
        sent_to: Context::shown(&client.item_url()),
        milliseconds: took.as_secs_f64() * 1000.0,
        read_back: read_back
            .as_ref()
            .map(|occurrence| occurrence.title.clone()),
    })?;
    match (read_back, why_not) {
        (Some(_), _) => output.status("Rollbar took it, and gave it back"),
        (None, Some(error)) => {
            output.status("Rollbar took it");
            output.warning(&format!("it was not read back: {}", error.message()));
        }
        (None, None) if token.origin == Origin::Sandbox => output.status("the sandbox took it"),
        (None, None) => output.status(
            "Rollbar took it, and processes it within seconds; a token that only reports cannot read it back",
        ),
    }
    if is_sandbox {
        output.next(&context.command("serve"));
    }
    Ok(())
}

/// What Rollbar gives back, where somebody may read.
async fn read_back(
    context: &Context<'_>,
    uuid: &str,
    patience: Duration,
) -> Result<Option<Occurrence>> {
    let Some(Access { token, base }) = read_access(context)? else {
        return Ok(None);
    };
    let client = RollbarClient::new(context.http()?.clone(), base.as_deref(), token.value);
    let reading = client.occurrence(uuid, patience);
    context.until_stopped(reading).await
}
