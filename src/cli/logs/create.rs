//! `logs create`.

use super::super::context::Context;
use super::super::provisioning::{Consent, Words, carry_out};
use crate::error::{Error, Result};
use crate::logs::names::{LogGroupClass, check_log_group_name};
use crate::logs::retention;
use crate::provision::desired::{Desired, DesiredLogGroup, Retention};
use crate::provision::plan::{Choices, converge};
use crate::remote::Tags;

/// Create a log group, or make the existing one as asked
///
/// Safe to repeat: prints created, adopted, updated or unchanged. What is not given stays as it
/// is. The class of an existing group cannot be changed.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The group's name
    name: String,
    /// Days after which events go, or "never"
    #[arg(long, value_name = "DAYS")]
    retention: Option<String>,
    /// STANDARD, INFREQUENT_ACCESS, DELIVERY or ESSENTIALS
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// A tag (can be repeated)
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    tags: Vec<String>,
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let desired = Desired {
        log_groups: vec![log_group(args)?],
        ..Desired::default()
    };
    let clients = context.clients().await?;
    let plan = context
        .until_stopped(converge(clients, &desired, Choices::default()))
        .await?;
    // The command line says exactly what is wanted: it is the consent.
    let consent = Consent {
        yes: true,
        ..Consent::default()
    };
    let words = Words {
        nothing: "the log group is as asked",
        again: "logs create".to_owned(),
    };
    carry_out(context, clients, &desired, plan, consent, words)
        .await
        .map(drop)
}

fn log_group(args: Args) -> Result<DesiredLogGroup> {
    check_log_group_name(&args.name)
        .map_err(|error| Error::usage(error.to_string()).code("log-group-name"))?;
    let mut tags = Tags::new();
    for tag in &args.tags {
        let Some((key, value)) = tag.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(
                Error::usage(format!("--tag {tag:?} is not KEY=VALUE")).fix("--tag team=cruddur")
            );
        };
        tags.insert(key.to_owned(), value.to_owned());
    }
    Ok(DesiredLogGroup {
        retention: args.retention.as_deref().map(days).transpose()?,
        class: args.class.as_deref().map(class).transpose()?,
        name: args.name,
        tags,
        ..DesiredLogGroup::default()
    })
}

pub(super) fn days(text: &str) -> Result<Retention> {
    if matches!(text, "never" | "0") {
        return Ok(Retention::Forever);
    }
    let refused =
        |message: String| Error::usage(format!("--retention: {message}")).code("retention");
    let days: i64 = text.parse().map_err(|_| {
        refused(format!("{text:?} is not a number of days"))
            .fix("--retention 7, or --retention never")
    })?;
    retention::check(days)
        .map(Retention::Days)
        .map_err(|error| refused(error.to_string()))
}

fn class(text: &str) -> Result<String> {
    let upper = text.to_uppercase().replace('-', "_");
    upper
        .parse::<LogGroupClass>()
        .map(|class| class.as_str().to_owned())
        .map_err(|error| Error::usage(format!("--class: {error}")).code("class"))
}
