"""A small backend in the manner of the seeds', instrumented as the guide of AWS's SDK for Python says.

It is both the backend and the service that it calls. Where it listens is written to READY_FILE.
"""

import json
import os

import boto3
import requests
from aws_xray_sdk.core import patch_all, xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import Flask, abort
from werkzeug.serving import make_server

app = Flask(__name__)
xray_recorder.configure(service=os.environ["SERVICE"], dynamic_naming=os.environ["AWS_XRAY_URL"])
XRayMiddleware(app, xray_recorder)
patch_all()
# Region, keys and endpoint come from the environment.
dynamodb = boto3.client("dynamodb")


@app.route("/ready")
def ready():
    """The sampling rule that decided on this very request, none before the rules are there."""
    segment = xray_recorder.current_segment()
    return (segment.aws or {}).get("xray", {}).get("sampling_rule_name", "") if segment.sampled else ""


@app.route("/api/activities/home")
@xray_recorder.capture("home_endpoint")
def home():
    return ["Cloud is fun!"]


@app.route("/api/activities/@<string:handle>")
def user(handle):
    with xray_recorder.in_subsegment("subsegment_mock") as subsegment:
        subsegment.put_metadata("key", {"now": "2026-11-20T09:42:11", "results-size": 1}, "namespace")
        subsegment.put_annotation("shard", "blue")
        subsegment.put_annotation("attempt", 2)
        subsegment.put_annotation("cached", False)
    return [handle]


@app.route("/debug/chain")
@xray_recorder.capture("chain_endpoint")
def chain():
    try:
        raise KeyError("the cause")
    except KeyError as cause:
        raise RuntimeError("deliberate failure") from cause


@app.route("/debug/throttle")
def throttle():
    abort(429)


@app.route("/api/messages")
def messages():
    return requests.get(os.environ["MESSAGES_URL"] + "/api/activities/home", timeout=10).json()


@app.route("/api/table")
def table():
    dynamodb.get_item(TableName="cruddur-messages", Key={"pk": {"S": "GRP#1"}})
    return []


@app.route("/debug/many")
def many():
    for number in range(45):
        with xray_recorder.in_subsegment(f"step {number}"):
            pass
    return []


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with open(os.environ["READY_FILE"], "w", encoding="utf-8") as ready_file:
        json.dump({"url": f"http://127.0.0.1:{server.server_port}"}, ready_file)
    server.serve_forever()
