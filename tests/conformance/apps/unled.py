"""Clients that nobody tells an address: all that they have is the environment.

Named on the command line is what is used; prints one line for each, which says what came of it.
"""

import json
import os
import ssl
import sys
import urllib.error
import urllib.request

import boto3
import libhoney
import requests
import rollbar
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

AUTH = {"X-Honeycomb-Team": os.environ["HONEYCOMB_API_KEY"]}


def with_pyrollbar():
    rollbar.init(os.environ["ROLLBAR_ACCESS_TOKEN"], "test", handler="blocking")
    return rollbar.report_message("Hello World!", "warning")


def with_libhoney():
    client = libhoney.Client(writekey=os.environ["HONEYCOMB_API_KEY"], dataset="unled", block_on_response=True)
    client.new_event({"name": "libhoney-py"}).send()
    client.close()
    return client.responses().get(timeout=10)["status_code"]


def with_opentelemetry():
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://api.honeycomb.io"
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    with provider.get_tracer("unled").start_as_current_span("a span") as span:
        identity = trace.format_trace_id(span.get_span_context().trace_id)
    provider.shutdown()
    return identity


def with_requests():
    with requests.Session() as session:
        # The second goes by the same connection.
        return [session.get("https://api.eu1.honeycomb.io/1/auth", headers=AUTH, timeout=10).status_code for _ in range(2)]


def with_urllib():
    request = urllib.request.Request("https://api.honeycomb.io/1/auth", headers=AUTH)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["team"]["slug"]


def strictly():
    """As Python does from 3.13 on: to the letter of RFC 5280."""
    context = ssl.create_default_context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    request = urllib.request.Request("https://api.rollbar.com/api/1/status/ping")
    with urllib.request.urlopen(request, timeout=10, context=context) as answer:
        return answer.status


def with_boto3():
    return boto3.client("xray").get_groups()["Groups"]


def elsewhere():
    said = []
    for ask in (lambda: requests.get("https://example.com", timeout=10), lambda: urllib.request.urlopen("https://example.com", timeout=10)):
        try:
            said.append(str(ask()))
        except (requests.exceptions.ProxyError, urllib.error.URLError) as error:
            said.append(str(error))
    return said


KINDS = {
    "pyrollbar": with_pyrollbar, "libhoney": with_libhoney, "opentelemetry": with_opentelemetry, "requests": with_requests,
    "urllib": with_urllib, "strict": strictly, "boto3": with_boto3, "elsewhere": elsewhere,
}
for kind in sys.argv[1:]:
    print(json.dumps(KINDS[kind]()))
