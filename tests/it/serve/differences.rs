//! What our server tells differently from the captured app, and why.

/// A difference that is meant.
#[derive(Debug)]
pub(super) struct Difference {
    /// The capture; `*` for all.
    folder: &'static str,
    service: &'static str,
    /// The path; with `*` at its end all that begin so.
    path: &'static str,
    what: What,
    /// Read by people.
    #[expect(dead_code, reason = "the reason is what the list is for")]
    why: &'static str,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The captured app said it, and we do not.
    Absent,
    /// We say it, and the captured app did not.
    Added,
    /// We say something else.
    Other,
}

use What::{Absent, Added, Other};

impl Difference {
    pub(super) fn covers(
        &self,
        folder: &str,
        service: &str,
        path: &str,
        before: Option<&String>,
        after: Option<&String>,
    ) -> bool {
        let what = match (before, after) {
            (Some(_), None) => Absent,
            (None, Some(_)) => Added,
            _ => Other,
        };
        let is_path = match self.path.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.path,
        };
        (self.folder == "*" || self.folder == folder)
            && self.service == service
            && self.what == what
            && is_path
    }
}

const fn entry(
    folder: &'static str,
    service: &'static str,
    path: &'static str,
    what: What,
    why: &'static str,
) -> Difference {
    Difference {
        folder,
        service,
        path,
        what,
        why,
    }
}

/// The list.
pub(super) const LISTED: [Difference; 64] = [
    entry("*", "X-Ray", "aws.xray.sdk", Other, "another SDK"),
    entry("*", "X-Ray", "aws.xray.sdk_version", Other, "our version"),
    entry(
        "*",
        "X-Ray",
        "aws.xray.sampling_rule_name",
        Added,
        "rules are asked for at the start, so that the first request has one",
    ),
    entry(
        "*",
        "X-Ray",
        "service.runtime",
        Other,
        "the program is not Python",
    ),
    entry(
        "*",
        "X-Ray",
        "service.runtime_version",
        Absent,
        "a compiled program has no runtime",
    ),
    entry(
        "*",
        "X-Ray",
        "service.version",
        Added,
        "the version of the code",
    ),
    entry(
        "06-show",
        "X-Ray",
        "subsegments[]*",
        Absent,
        "the captured app's own; the seeds have it in the home and user feeds only",
    ),
    entry(
        "20-error-raise",
        "X-Ray",
        "subsegments[].name",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "33-outbound",
        "X-Ray",
        "subsegments[]*",
        Added,
        "calls to others are subsegments; the seeds never patch their HTTP client",
    ),
    entry(
        "34-w3c-parent",
        "X-Ray",
        "parent_id",
        Added,
        "traceparent is gone on with, so that both tools show one trace",
    ),
    entry(
        "20-error-raise",
        "X-Ray",
        "http.request.url",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "21-error-chain",
        "X-Ray",
        "http.request.url",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "22-error-span",
        "X-Ray",
        "http.request.url",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "22-error-span",
        "X-Ray",
        "cause.exceptions[].message",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "resource.telemetry.sdk.version",
        Other,
        "another SDK",
    ),
    entry(
        "*",
        "spans",
        "resource.telemetry.sdk.language",
        Other,
        "another SDK",
    ),
    entry(
        "*",
        "spans",
        "resource.service.version",
        Added,
        "where it comes from",
    ),
    entry(
        "*",
        "spans",
        "resource.process.runtime.name",
        Added,
        "where it comes from",
    ),
    entry(
        "*",
        "spans",
        "resource.process.pid",
        Added,
        "where it comes from",
    ),
    entry(
        "*",
        "spans",
        "resource.process.executable.name",
        Added,
        "where it comes from",
    ),
    entry(
        "*",
        "spans",
        "resource.os.type",
        Added,
        "where it comes from",
    ),
    entry(
        "*",
        "spans",
        "resource.host.name",
        Added,
        "where it comes from",
    ),
    entry(
        "*",
        "spans",
        "resource.host.arch",
        Added,
        "where it comes from",
    ),
    entry(
        "*",
        "spans",
        "SERVER.scope.version",
        Other,
        "our own instrumentation",
    ),
    entry(
        "*",
        "spans",
        "SERVER.scope.name",
        Other,
        "our own instrumentation",
    ),
    entry(
        "*",
        "spans",
        "SERVER.schemaUrl",
        Absent,
        "both generations of names are there, and a schema has one",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.user_agent.original",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.url.scheme",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.url.path",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.server.port",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.server.address",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.network.protocol.version",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.client.port",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.client.address",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.http.request.method",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.http.response.status_code",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.url.query",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.url.full",
        Added,
        "S2 groups by the whole URL",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.http.url",
        Added,
        "S2 groups by it, and Flask's instrumentation never sent it",
    ),
    entry(
        "*",
        "spans",
        "SERVER.flags",
        Other,
        "the lowest bit says that it is sampled, as OTLP wants it",
    ),
    entry(
        "*",
        "spans",
        "INTERNAL.flags",
        Other,
        "the lowest bit says that it is sampled, as OTLP wants it",
    ),
    entry(
        "36-xray-header-sampled",
        "spans",
        "SERVER.parentSpanId",
        Added,
        "X-Ray's header is gone on with, so that both tools show one trace",
    ),
    entry(
        "37-xray-header-unsampled",
        "spans",
        "SERVER.parentSpanId",
        Added,
        "X-Ray's header is gone on with, so that both tools show one trace",
    ),
    entry(
        "*",
        "spans",
        "CLIENT POST*",
        Absent,
        "reports to Rollbar are no trace of their own",
    ),
    entry(
        "33-outbound",
        "spans",
        "CLIENT GET.scope*",
        Other,
        "our own instrumentation",
    ),
    entry(
        "33-outbound",
        "spans",
        "CLIENT GET.schemaUrl",
        Absent,
        "both generations of names are there, and a schema has one",
    ),
    entry(
        "33-outbound",
        "spans",
        "CLIENT GET.flags",
        Other,
        "the lowest bit says that it is sampled, as OTLP wants it",
    ),
    entry(
        "33-outbound",
        "spans",
        "CLIENT GET.attributes.user_agent.original",
        Absent,
        "it is our own, and the same for all",
    ),
    entry(
        "33-outbound",
        "spans",
        "CLIENT GET.attributes*",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "*",
        "spans",
        "SERVER.events[].attributes.exception.type",
        Other,
        "Rust's name of the type",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.error.type",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "22-error-span",
        "spans",
        "INTERNAL.attributes.error.type",
        Added,
        "the stable HTTP names are there beside the old ones",
    ),
    entry(
        "22-error-span",
        "spans",
        "INTERNAL.events[].attributes.exception.type",
        Other,
        "Rust's name of the type",
    ),
    entry(
        "*",
        "spans",
        "SERVER.name",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "SERVER.status.message",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "SERVER.events[].attributes.exception.message",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.http.target",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "SERVER.attributes.http.route",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "INTERNAL.name",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "INTERNAL.status.message",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "spans",
        "INTERNAL.events[].attributes.exception.message",
        Other,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "logs",
        "line [<time>] 127.0.0.1 GET http /debug/*",
        Absent,
        "/debug/error takes the place of the captured app's own routes",
    ),
    entry(
        "*",
        "logs",
        "line [<time>] 127.0.0.1 GET http /debug/error*",
        Added,
        "/debug/error takes the place of the captured app's own routes; secrets are masked",
    ),
    entry("*", "Rollbar", "*", Absent, "the reporter is not there yet"),
];
