//! `honeycomb send`.

use jiff::Timestamp;
use uuid::Uuid;

use super::super::context::Context;
use super::key::ChosenKey;
use super::region::{Known, Site, Where};
use super::whoami::PATIENCE;
use super::{key, region};
use crate::error::{Error, Result};
use crate::honeycomb::dataset::{self, Dataset};
use crate::honeycomb::key::KeyKind;
use crate::honeycomb::link::Place;
use crate::honeycomb::region::Region;
use crate::remote::{HoneycombClient, SpanRequest, SpanValue};
use crate::settings::{KeyReader, Origin, Setting, Settings};
use crate::view::honeycomb::sent::{SentView, Span};

/// The attribute by which the span is found.
const NONCE: &str = "cruddur_obs.nonce";

/// Send one test span as an exporter would, and show what the server says
///
/// It goes where OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT says, else to the
/// key's region, with the key and the headers that an exporter of spans sends.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The span's service.name [default: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, cruddur-obs]
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The span's name
    #[arg(long, value_name = "NAME", default_value = "cruddur-obs test span")]
    name: String,
    /// A further attribute; numbers, true and false keep their type (can be repeated)
    #[arg(long = "attribute", value_name = "KEY=VALUE", value_parser = attribute)]
    attributes: Vec<(String, SpanValue)>,
    /// Read the key from stdin
    #[arg(long)]
    key_stdin: bool,
    /// Honeycomb's region, where no variable says where to send
    #[arg(long, value_name = "SITE", value_enum, default_value_t)]
    site: Site,
    /// Send to this base address [default: the variables', HONEYCOMB_API_ENDPOINT, the key's region]
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let settings = &context.settings;
    let key = key::chosen(context, args.key_stdin, KeyReader::Exporter)?;
    if key.kind() == KeyKind::Management {
        return Err(Error::configuration(format!(
            "the Honeycomb key in {} sends nothing",
            key.found.place
        ))
        .code("honeycomb-key-kind")
        .cause("it is a management key, which manages environments and keys")
        .fix("make an ingest key, in Honeycomb under Account, Team Settings, API Keys"));
    }
    let service = match &args.service {
        Some(name) => Setting::new(name.clone(), Origin::Flag("--service")),
        None => settings
            .otel_service_name()
            .unwrap_or_else(|| Setting::new("cruddur-obs".to_owned(), Origin::Default)),
    };
    let header = settings.honeycomb_dataset();
    let dataset = dataset::of_spans(
        &service.value,
        key.is_classic(),
        header.as_ref().map(|setting| setting.value.as_str()),
    );
    let Dataset::Named(dataset) = dataset else {
        return Err(
            Error::configuration("a Classic key needs the name of a dataset")
                .code("honeycomb-dataset")
                .tried("x-honeycomb-dataset in OTEL_EXPORTER_OTLP_HEADERS, HONEYCOMB_DATASET: not set")
                .cause("Honeycomb Classic has no environments, and does not make datasets of service names")
                .fix("export HONEYCOMB_DATASET=cruddur"),
        );
    };
    let patience = settings.timeout_or(PATIENCE)?;
    let client = HoneycombClient::new(context.http()?.clone(), key.found.key.clone(), patience);
    let progress = context.output.progress("sending a span");
    let work = Box::pin(send(context, &args, &key, &client, service, dataset));
    let view = context.until_stopped(work).await;
    drop(progress);
    let view = view?;
    context.output.emit(&view)?;
    if settings.sandbox().is_some() {
        let trace = format!("trace {}", view.trace_id());
        context.output.next(&context.command(&trace));
    }
    view.refusal().map_or(Ok(()), |said| {
        Err(Error::new(
            crate::error::Kind::CheckFailed,
            "the server took the request and not the span",
        )
        .code("span-rejected")
        .cause(said))
    })
}

/// Where the span goes, and where to ask about the key; nothing where that is not Honeycomb.
async fn target(
    context: &Context<'_>,
    args: &Args,
    key: &ChosenKey,
    client: &HoneycombClient,
) -> Result<(Setting<String>, Option<Known>)> {
    let settings = &context.settings;
    let output = context.output;
    let is_elsewhere = context.sandbox_url()?.is_some() || args.api_url.is_some();
    let spans = if is_elsewhere || args.site != Site::Auto {
        None
    } else {
        settings.spans_target()?
    };
    if let Some(target) = spans {
        for oddity in target.oddities.iter().chain(&settings.exporter_oddities()) {
            output.warning(oddity);
        }
        if let Some(error) = region::mismatch(key, &target.url) {
            return Err(error);
        }
        // The key is shown to nobody but Honeycomb, so a collector is not asked about it.
        let known = match Region::of_url(&target.url.value) {
            Some(region) => {
                let base = region.api_url().to_owned();
                let place = Where::One(Setting::new(base, target.url.origin.clone()));
                region::ask(client, key, place).await.ok()
            }
            None => None,
        };
        return Ok((target.url, known));
    }
    let place = region::place(context, key, args.site, args.api_url.as_deref())?;
    let is_both = matches!(place, Where::Both);
    let base = match &place {
        Where::One(base) => Some(base.clone()),
        Where::Both => None,
    };
    if !is_elsewhere {
        output.note("OTEL_EXPORTER_OTLP_ENDPOINT is not set, so an exporter would send to http://localhost:4318; this span goes to Honeycomb");
    }
    let known = match region::ask(client, key, place).await {
        Ok(known) => Some(known),
        // Without the region there is no address.
        Err(error) if is_both => return Err(error),
        Err(_) => None,
    };
    let base = known.as_ref().map(|known| known.base.clone()).or(base);
    let base =
        base.unwrap_or_else(|| Setting::new(Region::Us.api_url().to_owned(), Origin::Default));
    Ok((Settings::spans_fallback(&base), known))
}

async fn send(
    context: &Context<'_>,
    args: &Args,
    key: &ChosenKey,
    client: &HoneycombClient,
    service: Setting<String>,
    dataset: String,
) -> Result<SentView> {
    let begun = Timestamp::now();
    let (url, known) = target(context, args, key, client).await?;
    if key.found.reader == KeyReader::Program && url.origin != Origin::Sandbox && !args.key_stdin {
        context.output.note(&format!(
            "the key comes from {}, which exporters do not read: they need OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=KEY",
            key.found.place
        ));
    }
    let nonce = Uuid::new_v4().simple().to_string();
    let mut attributes = vec![(NONCE.to_owned(), SpanValue::Text(nonce.clone()))];
    attributes.extend(args.attributes.iter().cloned());
    let mut headers = context.settings.spans_headers();
    if key.is_classic()
        && !headers
            .iter()
            .any(|(name, _)| name == "x-honeycomb-dataset")
    {
        let value = crate::settings::Secret::new(dataset.as_str());
        headers.push(("x-honeycomb-dataset".to_owned(), value));
    }
    let nanoseconds = |time: Timestamp| u64::try_from(time.as_nanosecond()).unwrap_or_default();
    let span = SpanRequest {
        service: service.value.clone(),
        name: args.name.clone(),
        trace_id: Uuid::new_v4().as_u128(),
        span_id: Uuid::new_v4().as_u64_pair().0.max(1),
        times: (nanoseconds(begun), nanoseconds(Timestamp::now())),
        attributes,
    };
    let accepted = client
        .send_span(&url.value, headers, &span)
        .await
        .map_err(|failure| explained(&failure, key, &url))?;
    let page = known.and_then(|known| {
        Some(Place {
            region: known.region?,
            team: known.auth.team.slug,
            environment: known
                .auth
                .environment
                .map_or_else(String::new, |one| one.slug),
        })
    });
    let query = serde_json::json!({
        "time_range": 3600,
        "calculations": [{"op": "COUNT"}],
        "filters": [{"column": NONCE, "op": "=", "value": nonce}],
    });
    let trace_id = format!("{:032x}", span.trace_id);
    let slug = dataset::slug(&dataset);
    Ok(SentView::new(
        &accepted,
        (Context::shown(&url.value), url.origin.to_string()),
        Span {
            dataset,
            service: service.value,
            service_from: service.origin.to_string(),
            name: span.name,
            nonce,
            links: page.map(|page| [page.query(&slug, &query.to_string()), page.trace(&trace_id)]),
            trace_id,
            span_id: format!("{:016x}", span.span_id),
        },
    ))
}

fn explained(
    failure: &crate::remote::HoneycombFailure,
    key: &ChosenKey,
    url: &Setting<String>,
) -> Error {
    let error = failure.explain();
    match failure.status() {
        Some(401 | 403) => error
            .tried(format!("key: {} from {}", key.found.key, key.found.place))
            .fix("cruddur-obs honeycomb whoami"),
        Some(400 | 404 | 405) if !url.value.ends_with("/v1/traces") => error.fix(format!(
            "end the address in /v1/traces: {} is used exactly as it stands",
            url.origin
        )),
        _ => error,
    }
}

fn attribute(text: &str) -> Result<(String, SpanValue), String> {
    let (key, value) = text
        .split_once('=')
        .filter(|(key, _)| !key.trim().is_empty())
        .ok_or_else(|| "give KEY=VALUE".to_owned())?;
    let value = match value {
        "true" => SpanValue::Boolean(true),
        "false" => SpanValue::Boolean(false),
        _ => match (value.parse::<i64>(), value.parse::<f64>()) {
            (Ok(number), _) => SpanValue::Integer(number),
            (_, Ok(number)) if number.is_finite() => SpanValue::Double(number),
            _ => SpanValue::Text(value.to_owned()),
        },
    };
    Ok((key.trim().to_owned(), value))
}
