"""OpenTelemetry's own exporters, unmodified: they send, and boto3 reads back from X-Ray."""

import json
import os
import pathlib
import shutil
import urllib.request
from datetime import datetime, timedelta, timezone

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.trace import SpanKind

from processes import KEYS, run

HERE = pathlib.Path(__file__).parent
NODE = shutil.which("node") if (HERE / "node" / "node_modules" / "installed").exists() else None
# The fixture `environment` leaves nothing of the real one.
REQUIRED = "CRUDDUR_OBS_REQUIRE_CONFORMANCE" in os.environ

KEY = {"x-honeycomb-team": "CruddurSandboxConfKey0"}
# Where senders without a signature are.
HOME = "us-east-1"


class Recording(OTLPSpanExporter):
    """The exporter, and what it said of each export."""

    def __init__(self, **options):
        super().__init__(**options)
        self.results = []

    def export(self, spans):
        self.results.append(super().export(spans))
        return self.results[-1]


def traced(exporter, name="py-shop"):
    """One request: a server that fails, a call inside it. Gives the trace's id."""
    provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("conformance")
    with pytest.raises(KeyError):
        with tracer.start_as_current_span("GET /cart", kind=SpanKind.SERVER) as span:
            span.set_attribute("http.response.status_code", 500)
            span.set_attribute("cart.sizes", [1, 2])
            with tracer.start_as_current_span("GET", kind=SpanKind.CLIENT) as call:
                call.set_attribute("server.address", "pay.example")
            raise KeyError("no money")
    provider.shutdown()
    return f"{span.get_span_context().trace_id:032x}"


def shown(xray, trace, service):
    """Holds what X-Ray shows of the request against what was sent."""
    now = datetime.now(timezone.utc)
    window = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=1)}
    summaries = xray.get_trace_summaries(**window, FilterExpression=f'service("{service}") {{fault}}')["TraceSummaries"]
    identity = f"1-{trace[:8]}-{trace[8:]}"
    assert [summary["Id"] for summary in summaries] == [identity]
    assert summaries[0]["Http"]["HttpStatus"] == 500
    segments = xray.batch_get_traces(TraceIds=[identity])["Traces"][0]["Segments"]
    documents = [json.loads(segment["Document"]) for segment in segments]
    assert [document["name"] for document in documents] == [service, "pay.example"]
    assert documents[0]["subsegments"][0]["namespace"] == "remote"
    assert documents[1]["inferred"]
    message = documents[0]["cause"]["exceptions"][0]["message"]
    assert "no money" in message
    graph = xray.get_service_graph(**window)["Services"]
    nodes = {(node["Name"], node.get("Type")) for node in graph if node["Name"] in (service, "pay.example")}
    assert nodes == {(service, "client"), (service, None), ("pay.example", "remote")}
    return documents


def collector(sandbox):
    return "http://" + sandbox.get("/_sandbox/health")["otlp"]


@pytest.mark.parametrize("compression", list(Compression))
@pytest.mark.parametrize("door", ["key", "collector"])
def test_pythons_spans_are_shown_by_xray(sandbox, client, door, compression):
    url, headers = (sandbox.url, KEY) if door == "key" else (collector(sandbox), None)
    exporter = Recording(endpoint=f"{url}/v1/traces", headers=headers, compression=compression)
    trace = traced(exporter)
    assert exporter.results == [SpanExportResult.SUCCESS] * 2
    documents = shown(client("xray", region=HOME), trace, "py-shop")
    assert documents[0]["aws"]["xray"]["sdk"] == "opentelemetry for python"
    assert documents[0]["metadata"]["default"]["cart.sizes"] == [1, 2]


def test_pythons_logs_and_metrics_are_taken(sandbox):
    resource = Resource.create({"service.name": "py-shop"})
    logs = LoggerProvider(resource=resource, shutdown_on_exit=False)
    logs.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(endpoint=f"{sandbox.url}/v1/logs", headers=KEY)))
    logs.get_logger("conformance").emit(body="hello")
    logs.shutdown()
    exporter = OTLPMetricExporter(endpoint=f"{sandbox.url}/v1/metrics", headers=KEY, compression=Compression.Gzip)
    metrics = MeterProvider([PeriodicExportingMetricReader(exporter)], resource=resource, shutdown_on_exit=False)
    metrics.get_meter("conformance").create_counter("carts").add(2)
    metrics.shutdown()
    counts = sandbox.get("/_sandbox/health")["otlp_requests"]
    # The SDKs count what they do themselves too.
    assert counts["log_records"] == 1 and counts["data_points"] >= 1, counts
    assert [call["operation"] for call in sandbox.calls("ExportLogs", "ExportMetrics")][:2] == ["ExportLogs", "ExportMetrics"]


@pytest.mark.sandbox("--fault", "drop@ExportTraces=once")
def test_what_is_sent_twice_counts_once(sandbox, client):
    """The first request is done, and its answer lost: the exporter sends it again."""
    trace = traced(Recording(endpoint=f"{sandbox.url}/v1/traces", headers=KEY))
    assert len(sandbox.calls("ExportTraces")) == 3
    counts = sandbox.get("/_sandbox/health")["otlp_requests"]
    assert (counts["requests"], counts["spans"]) == (3, 2)
    shown(client("xray", region=HOME), trace, "py-shop")


@pytest.mark.sandbox("--fault", "fail@ExportTraces=once")
def test_a_bad_day_is_waited_out(sandbox):
    exporter = Recording(endpoint=f"{sandbox.url}/v1/traces", headers=KEY)
    traced(exporter)
    assert [call["status"] for call in sandbox.calls("ExportTraces")] == [503, 200, 200]
    assert exporter.results == [SpanExportResult.SUCCESS] * 2


def test_a_wrong_key_is_refused(sandbox):
    exporter = Recording(endpoint=f"{sandbox.url}/v1/traces", headers={"x-honeycomb-team": "no"})
    traced(exporter)
    assert exporter.results == [SpanExportResult.FAILURE] * 2
    assert {call["status"] for call in sandbox.calls("ExportTraces")} == {401}


@pytest.mark.unknown(2)
def test_an_endpoint_without_a_path_is_asked_about(sandbox):
    exporter = Recording(endpoint=sandbox.url, headers=KEY)
    traced(exporter)
    assert exporter.results == [SpanExportResult.FAILURE] * 2


def test_signed_spans_are_the_signers(sandbox, client):
    """X-Ray's own endpoint: spans go where the signature says, and the exporter's body is taken as it is."""
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    memory = InMemorySpanExporter()
    trace = traced(memory, "signed-shop")
    body = encode_spans(memory.get_finished_spans()).SerializeToString()
    request = botocore.awsrequest.AWSRequest(
        "POST", f"{sandbox.url}/v1/traces", data=body, headers={"Content-Type": "application/x-protobuf"}
    )
    credentials = botocore.credentials.Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])
    botocore.auth.SigV4Auth(credentials, "xray", "eu-west-1").add_auth(request)
    sent = urllib.request.Request(request.url, data=body, headers=dict(request.headers.items()), method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sent, timeout=10) as answer:
        assert answer.read() == b""
    shown(client("xray", region="eu-west-1"), trace, "signed-shop")
    here = client("xray", region=HOME).batch_get_traces(TraceIds=[f"1-{trace[:8]}-{trace[8:]}"])
    assert here["Traces"] == []


@pytest.mark.skipif(NODE is None and not REQUIRED, reason="Node or its packages are not installed")
@pytest.mark.parametrize("compression", ["none", "gzip"])
@pytest.mark.parametrize("encoding", ["http", "proto"])
def test_nodes_exporters_are_understood(sandbox, client, environment, tmp_path, encoding, compression):
    header = "=".join(*KEY.items())
    command = [NODE, HERE / "node" / "exporters.js", sandbox.url, encoding, compression, header]
    ended = run(command, environment, tmp_path).ok()
    documents = shown(client("xray", region=HOME), ended.out, "node-shop")
    default = documents[0]["metadata"]["default"]
    assert (default["cart.size"], default["cart.total"]) == (3, 1.5)
    assert documents[0]["service"] == {"version": "7"}
    counts = sandbox.get("/_sandbox/health")["otlp_requests"]
    assert (counts["spans"], counts["log_records"]) == (2, 1) and counts["data_points"] >= 1


@pytest.mark.skipif(NODE is None and not REQUIRED, reason="Node or its packages are not installed")
@pytest.mark.sandbox("--fault", "throttle@ExportTraces=once")
def test_nodes_exporter_waits_as_long_as_it_is_told(sandbox, environment, tmp_path):
    command = [NODE, HERE / "node" / "exporters.js", collector(sandbox), "http", "none"]
    run(command, environment, tmp_path).ok()
    assert [call["status"] for call in sandbox.calls("ExportTraces")] == [429, 200, 200]
    assert sandbox.get("/_sandbox/health")["otlp_requests"]["spans"] == 2
