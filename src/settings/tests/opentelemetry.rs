//! OpenTelemetry's variables.

use std::time::Duration;

use super::Machine;
use crate::settings::{
    HttpNames, OpenTelemetry, Propagators, RootSampler, SandboxOtlp, SpanSampler,
};

fn read(variables: &[(&str, &str)]) -> (OpenTelemetry, Vec<String>) {
    let machine = variables
        .iter()
        .fold(Machine::new(), |machine, (name, value)| {
            machine.set(name, value)
        });
    machine.settings().opentelemetry(None)
}

/// What is read, where nothing has to be said about it.
fn quiet(variables: &[(&str, &str)]) -> OpenTelemetry {
    let (read, warnings) = read(variables);
    assert!(warnings.is_empty(), "{variables:?}: {warnings:?}");
    read
}

/// The one thing that has to be said.
fn warning(variables: &[(&str, &str)]) -> String {
    let (_, warnings) = read(variables);
    assert_eq!(warnings.len(), 1, "{variables:?}: {warnings:?}");
    warnings[0].clone()
}

fn url(variables: &[(&str, &str)]) -> String {
    let read = quiet(variables);
    read.otlp.map_or(read.otlp_off, |place| place.url.value)
}

#[test]
fn where_spans_go() {
    let whole = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://a/b?c");
    let base = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4318/");
    let key = ("HONEYCOMB_API_KEY", "0123456789abcdef0123456789abcdef");
    for (variables, expected) in [
        (vec![base], "http://a:4318/v1/traces"),
        // The one for traces is used as it stands.
        (vec![base, whole], "http://a/b?c"),
        // Empty is unset.
        (
            vec![base, ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", " ")],
            "http://a:4318/v1/traces",
        ),
        (vec![key], "https://api.honeycomb.io/v1/traces"),
        (
            vec![
                key,
                ("HONEYCOMB_API_ENDPOINT", "https://api.eu1.honeycomb.io"),
            ],
            "https://api.eu1.honeycomb.io/v1/traces",
        ),
        (
            vec![("OTEL_TRACES_EXPORTER", "OTLP")],
            "http://localhost:4318/v1/traces",
        ),
        (
            vec![],
            "no endpoint: set OTEL_EXPORTER_OTLP_ENDPOINT, or HONEYCOMB_API_KEY for Honeycomb",
        ),
        (
            vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")],
            "OTEL_EXPORTER_OTLP_ENDPOINT is \"localhost:4318\", which is no URL such as http://localhost:4318",
        ),
        (
            vec![base, ("OTEL_TRACES_EXPORTER", "console")],
            "OTEL_TRACES_EXPORTER does not name otlp",
        ),
    ] {
        assert_eq!(url(&variables), expected, "{variables:?}");
    }
    let sandbox = SandboxOtlp {
        url: "http://127.0.0.1:4000".to_owned(),
        key: "sandbox-key".to_owned(),
    };
    let machine = Machine::new().set(base.0, base.1);
    let (read, _) = machine.settings().opentelemetry(Some(&sandbox));
    let place = read.otlp.unwrap();
    assert_eq!(place.url.value, "http://127.0.0.1:4000/v1/traces");
    assert_eq!(place.headers[0].1.expose(), "sandbox-key");
}

#[test]
fn headers_are_decoded_and_the_ones_for_traces_win() {
    let base = ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://api.honeycomb.io");
    let headers = |variables: &[(&str, &str)]| -> Vec<(String, String)> {
        let place = quiet(&[&[base], variables].concat()).otlp.unwrap();
        let headers = place.headers.iter();
        headers
            .map(|(name, value)| (name.clone(), value.expose().to_owned()))
            .collect()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let general = (
        "OTEL_EXPORTER_OTLP_HEADERS",
        " X-Honeycomb-Team=a%3Db%25 , other=1=2,",
    );
    assert_eq!(
        headers(&[general]),
        [pair("x-honeycomb-team", "a=b%"), pair("other", "1=2")]
    );
    let own = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-honeycomb-team=t");
    assert_eq!(headers(&[general, own]), [pair("x-honeycomb-team", "t")]);
    let key = ("HONEYCOMB_API_KEY", "k");
    assert_eq!(headers(&[key]), [pair("x-honeycomb-team", "k")]);
    // A key of Honeycomb's is for nobody else.
    let elsewhere = quiet(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a"), key]);
    assert!(elsewhere.otlp.unwrap().headers.is_empty());
}

#[test]
fn what_is_wrong_is_said() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://api.honeycomb.io");
    let grpc = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317");
    let said = [
        warning(&[grpc, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]),
        warning(&[
            endpoint,
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
        ]),
        warning(&[endpoint, ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd")]),
        warning(&[
            endpoint,
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "hcaik_01234567890123456789abcd",
            ),
        ]),
        warning(&[
            endpoint,
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team=${KEY}"),
        ]),
        warning(&[
            endpoint,
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "x-honeycomb-team=0123456789abcdef0000",
            ),
            ("HONEYCOMB_API_KEY", "fedcba98765432101111"),
        ]),
        warning(&[("OTEL_BSP_SCHEDULE_DELAY", "5s")]),
        warning(&[("OTEL_BSP_MAX_QUEUE_SIZE", "0")]),
        warning(&[("OTEL_SDK_DISABLED", "1")]),
        warning(&[("OTEL_TRACES_EXPORTER", "zipkin")]),
        warning(&[("OTEL_TRACES_EXPORTER", "none,console")]),
        warning(&[("OTEL_TRACES_SAMPLER", "xray")]),
        warning(&[("OTEL_TRACES_SAMPLER", "jaeger_remote")]),
        warning(&[
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "5"),
        ]),
        warning(&[("OTEL_PROPAGATORS", "b3,tracecontext")]),
        warning(&[("OTEL_SEMCONV_STABILITY_OPT_IN", "https")]),
        warning(&[("OTEL_RESOURCE_ATTRIBUTES", "a")]),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    OTEL_EXPORTER_OTLP_PROTOCOL is "grpc", which is not spoken here; http/protobuf is used; port 4317 is for gRPC, and 4318 is the one for HTTP
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is "http/json", which is not spoken here; http/protobuf is used
    OTEL_EXPORTER_OTLP_COMPRESSION is "zstd"; gzip and none are known, and none is used
    OTEL_EXPORTER_OTLP_HEADERS: hcai…abcd is not of the form name=value, and left out; for Honeycomb write x-honeycomb-team=KEY
    OTEL_EXPORTER_OTLP_HEADERS: the value of x-honeycomb-team has a variable in it that was not filled in
    spans are sent with the key 0123…0000 of OTEL_EXPORTER_OTLP_HEADERS, and HONEYCOMB_API_KEY is another one, fedc…1111
    OTEL_BSP_SCHEDULE_DELAY is "5s", which is not a whole number from 0 on; the default is used
    OTEL_BSP_MAX_QUEUE_SIZE is "0", which is not a whole number from 1 on; the default is used
    OTEL_SDK_DISABLED is "1", and only true counts as true
    OTEL_TRACES_EXPORTER names zipkin, which is not spoken here; otlp and console are
    OTEL_TRACES_EXPORTER is "none,console"; none stands alone or not at all, and the others are used
    OTEL_TRACES_SAMPLER is xray: X-Ray's rules decide what X-Ray gets and nothing else; parentbased_always_on is used
    OTEL_TRACES_SAMPLER is "jaeger_remote", which is not known here; parentbased_always_on is used
    OTEL_TRACES_SAMPLER is traceidratio and OTEL_TRACES_SAMPLER_ARG is "5"; it takes a share from 0 to 1, and 1 is used
    OTEL_PROPAGATORS names b3, which is not spoken here; tracecontext, baggage and xray are
    OTEL_SEMCONV_STABILITY_OPT_IN has "https"; http (new names), http/old (old names) and http/dup (both) are known
    OTEL_RESOURCE_ATTRIBUTES: "a" is not of the form key=value, and left out
    "#);
}

#[test]
fn names_and_the_resource() {
    let name = |variables: &[(&str, &str)]| quiet(variables).service_name.value;
    let own = ("OTEL_SERVICE_NAME", "own");
    let resource = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=r,a=b%20c");
    let honeycomb = ("HONEYCOMB_SERVICE_NAME", "h");
    assert_eq!(name(&[]), "backend-flask");
    assert_eq!(name(&[honeycomb]), "h");
    assert_eq!(name(&[resource, honeycomb]), "r");
    assert_eq!(name(&[own, resource, honeycomb]), "own");
    let pairs = quiet(&[resource]).resource;
    assert_eq!(pairs, [("a".to_owned(), "b c".to_owned())]);
}

#[test]
fn choices_and_numbers() {
    let off = quiet(&[("OTEL_SDK_DISABLED", "True")]).off;
    assert_eq!(off.as_deref(), Some("OTEL_SDK_DISABLED is true"));
    let off = quiet(&[("OTEL_TRACES_EXPORTER", "none")]).off;
    assert_eq!(off.as_deref(), Some("OTEL_TRACES_EXPORTER is none"));
    assert!(quiet(&[("OTEL_TRACES_EXPORTER", "otlp, console")]).console);
    let sampler = quiet(&[
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
    ]);
    let expected = SpanSampler {
        parent_based: true,
        root: RootSampler::Ratio(0.25),
    };
    assert_eq!(sampler.sampler, expected);
    let chosen = quiet(&[("OTEL_PROPAGATORS", "xray")]).propagators;
    let expected = Propagators {
        trace_context: false,
        baggage: false,
        xray: true,
    };
    assert_eq!(chosen, expected);
    for (text, names) in [
        ("http", HttpNames::Stable),
        ("http/dup", HttpNames::Both),
        ("http/old", HttpNames::Old),
        ("database", HttpNames::Both),
    ] {
        let read = quiet(&[("OTEL_SEMCONV_STABILITY_OPT_IN", text)]);
        assert_eq!(read.http_names, names, "{text}");
    }
    let read = quiet(&[
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_SCHEDULE_DELAY", "300"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "GZIP"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "7"),
    ]);
    assert_eq!((read.batches.queue, read.batches.most), (100, 100));
    assert_eq!(read.batches.delay, Duration::from_millis(300));
    assert_eq!(read.limits.attributes, 7);
    let place = read.otlp.unwrap();
    assert!(place.gzip);
    assert_eq!(place.timeout, Duration::from_millis(1500));
}
