"""The backend of the seeds' course week, instrumented to the letter of the seeds: all four tools at once.

Nothing here knows of a sandbox: where things go is said by environment variables alone. There is one departure,
`init_rollbar`, which the seeds hang on `before_first_request`: Flask 2.3 took that away, and this is the remedy that
everybody used. Where it listens is written to READY_FILE; SIGTERM ends it as Ctrl-C does, so that what waits is sent.
"""

import json
import logging
import os
import signal
import sys
from datetime import datetime, timedelta, timezone
from time import strftime

import requests
import rollbar
import rollbar.contrib.flask
import watchtower
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import Flask, got_request_exception, request
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from werkzeug.serving import make_server

# Honeycomb
provider = TracerProvider()
processor = BatchSpanProcessor(OTLPSpanExporter())
provider.add_span_processor(processor)
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("home.activities")

app = Flask(__name__)

# X-Ray
xray_url = os.getenv("AWS_XRAY_URL")
xray_recorder.configure(service="Cruddur", dynamic_naming=xray_url)
XRayMiddleware(app, xray_recorder)

FlaskInstrumentor().instrument_app(app)
RequestsInstrumentor().instrument()

# CloudWatch Logs
LOGGER = logging.getLogger(__name__)
LOGGER.setLevel(logging.DEBUG)
console_handler = logging.StreamHandler()
cw_handler = watchtower.CloudWatchLogHandler(log_group="cruddur")
LOGGER.addHandler(console_handler)
LOGGER.addHandler(cw_handler)
LOGGER.info("some message")

# Rollbar
rollbar_access_token = os.getenv("ROLLBAR_ACCESS_TOKEN")
with app.app_context():
    rollbar.init(
        rollbar_access_token,
        "production",
        root=os.path.dirname(os.path.realpath(__file__)),
        allow_logging_basic_config=False,
    )
    got_request_exception.connect(rollbar.contrib.flask.report_exception, app)


@app.after_request
def after_request(response):
    timestamp = strftime("[%Y-%b-%d %H:%M]")
    LOGGER.error("%s %s %s %s %s %s", timestamp, request.remote_addr, request.method, request.scheme, request.full_path, response.status)
    return response


@app.route("/rollbar/test")
def rollbar_test():
    rollbar.report_message("Hello World!", "warning")
    return "Hello World!"


@app.route("/api/activities/home")
@xray_recorder.capture("home_endpoint")
def home():
    LOGGER.info("Hello Cloudwatch! from  /api/activities/home")
    with tracer.start_as_current_span("home-activities-mock-data"):
        span = trace.get_current_span()
        now = datetime.now(timezone.utc).astimezone()
        span.set_attribute("app.now", now.isoformat())
        results = [
            {
                "uuid": "68f126b0-1ceb-4a33-88be-d90fa7109eee",
                "handle": "Andrew Brown",
                "message": "Cloud is fun!",
                "created_at": (now - timedelta(days=2)).isoformat(),
                "expires_at": (now + timedelta(days=5)).isoformat(),
                "likes_count": 5,
                "replies_count": 1,
                "reposts_count": 0,
                "replies": [
                    {
                        "uuid": "26e12864-1c26-5c3a-9658-97a10f8fea67",
                        "reply_to_activity_uuid": "68f126b0-1ceb-4a33-88be-d90fa7109eee",
                        "handle": "Worf",
                        "message": "This post has no honor!",
                        "likes_count": 0,
                        "replies_count": 0,
                        "reposts_count": 0,
                        "created_at": (now - timedelta(days=2)).isoformat(),
                    }
                ],
            },
            {
                "uuid": "66e12864-8c26-4c3a-9658-95a10f8fea67",
                "handle": "Worf",
                "message": "I am out of prune juice",
                "created_at": (now - timedelta(days=7)).isoformat(),
                "expires_at": (now + timedelta(days=9)).isoformat(),
                "likes": 0,
                "replies": [],
            },
            {
                "uuid": "248959df-3079-4947-b847-9e0892d1bab4",
                "handle": "Garek",
                "message": "My dear doctor, I am just simple tailor",
                "created_at": (now - timedelta(hours=1)).isoformat(),
                "expires_at": (now + timedelta(hours=12)).isoformat(),
                "likes": 0,
                "replies": [],
            },
        ]
        span.set_attribute("app.result_length", len(results))
    return results, 200


@app.route("/api/activities/@<string:handle>")
@xray_recorder.capture("user_endpoint")
def user(handle):
    now = datetime.now()
    results = [{"uuid": "248959df-3079-4947-b847-9e0892d1bab4", "handle": handle, "message": "Cloud is fun!"}]
    with xray_recorder.in_subsegment("subsegment_mock") as subsegment:
        subsegment.put_metadata("key", {"now": now.isoformat(), "results-size": len(results)}, "namespace")
    return results, 200


class DeliberateError(Exception):
    pass


@app.route("/debug/error")
@xray_recorder.capture("error_endpoint")
def error():
    raise DeliberateError("deliberate failure for telemetry")


@app.route("/debug/outbound")
def outbound():
    return requests.get(request.args["url"], timeout=10).text


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server = make_server("127.0.0.1", int(os.environ.get("PORT", "0")), app, threaded=True)
    with open(os.environ["READY_FILE"], "w", encoding="utf-8") as ready_file:
        json.dump({"url": f"http://127.0.0.1:{server.server_port}"}, ready_file)
    server.serve_forever()
