//! `honeycomb whoami`.

use std::time::Duration;

use super::super::context::Context;
use super::region::{Known, Site};
use super::{key, region};
use crate::error::Result;
use crate::honeycomb::key::KeyKind;
use crate::honeycomb::link::Place;
use crate::honeycomb::permission::{abilities, management_abilities};
use crate::honeycomb::region::Region;
use crate::remote::HoneycombClient;
use crate::settings::{KeyReader, Origin};
use crate::view::honeycomb::whoami::{KeyFacts, WhoamiView};

/// How long an answer is waited for unless something else is said.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// Tell whose key it is: kind, team, environment, region, and what it may do
///
/// The key is HONEYCOMB_API_KEY, from the environment or .env, else the x-honeycomb-team of
/// OTEL_EXPORTER_OTLP_TRACES_HEADERS or OTEL_EXPORTER_OTLP_HEADERS. What has the shape of no key is told
/// apart before anybody is asked. Where the key does not name its region, both are asked at once.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Read the key from stdin
    #[arg(long)]
    key_stdin: bool,
    /// Honeycomb's region
    #[arg(long, value_name = "SITE", value_enum, default_value_t)]
    site: Site,
    /// Ask this address [default: HONEYCOMB_API_ENDPOINT, the key's region, both]
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let key = key::chosen(context, args.key_stdin, KeyReader::Program)?;
    let place = region::place(context, &key, args.site, args.api_url.as_deref())?;
    let patience = context.settings.timeout_or(PATIENCE)?;
    let client = HoneycombClient::new(context.http()?.clone(), key.found.key.clone(), patience);
    let progress = context.output.progress("asking Honeycomb");
    let asking = Box::pin(region::ask(&client, &key, place));
    let known = context.until_stopped(asking).await?;
    drop(progress);
    warn_of_exporters(context, &known);
    let Known { auth, base, region } = known;
    let kind = auth.kind.unwrap_or_else(|| key.kind());
    let is_classic = match &auth.environment {
        Some(environment) => environment.slug.is_empty(),
        None => key.is_classic(),
    };
    let in_sandbox = base.origin == Origin::Sandbox;
    let page = region.map(|region| Place {
        region,
        team: auth.team.slug.clone(),
        environment: auth
            .environment
            .as_ref()
            .map_or_else(String::new, |environment| environment.slug.clone()),
    });
    let abilities = match kind {
        KeyKind::Management => management_abilities(&auth.scopes),
        _ => abilities(kind, &auth.granted),
    };
    let view = WhoamiView::new(
        KeyFacts {
            kind,
            is_classic,
            masked: key.found.key.masked(),
            place: key.found.place.clone(),
            is_disabled: auth.is_disabled,
            name: auth.name,
            id: auth.id.or_else(|| key.shape.as_ref()?.id.clone()),
        },
        (auth.team.name, auth.team.slug),
        auth.environment.map(|one| (one.name, one.slug)),
        (region, base.value, in_sandbox),
        abilities,
        page.as_ref(),
    );
    context.output.emit(&view)?;
    if view.may_send() {
        context.output.next(&context.command("honeycomb send"));
    }
    Ok(())
}

/// Warns where exporters would send to the region that does not know the key.
fn warn_of_exporters(context: &Context<'_>, known: &Known) {
    let (Some(region), Ok(Some(target))) = (known.region, context.settings.spans_target()) else {
        return;
    };
    if let Some(other) = Region::of_url(&target.url.value)
        && other != region
    {
        context.output.warning(&format!(
            "the key is of the {}, and {} leads exporters to the {}, where it is unknown: {}",
            region.name(),
            target.url.origin,
            other.name(),
            region::corrected(&target.url.origin, region)
        ));
    }
}
