"""Applications with AWS's own X-Ray SDKs, unmodified: they send, and boto3 reads back.

The vectors of the field that are judged here: a Flask app makes one service and its client and no node for its own
subsegments; finished subsegments that are sent ahead are put back; samplers fetch rules and targets; two processes
share a reservoir; an Express app starts without a crash on the rules.
"""

import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

from processes import BINARY, KEYS, REGION, fetch, until

HERE = pathlib.Path(__file__).parent
NODE = shutil.which("node") if (HERE / "node" / "node_modules" / "installed").exists() else None
# The fixture `environment` leaves nothing of the real one.
REQUIRED = "CRUDDUR_OBS_REQUIRE_CONFORMANCE" in os.environ


@pytest.fixture
def started(environment, tmp_path):
    """Starts programs that write a ready file, and ends them."""
    running = []

    def start(name, command, **variables):
        ready = tmp_path / f"{name}.ready.json"
        with (tmp_path / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                env={**environment, **KEYS, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION,
                     "READY_FILE": str(ready), **variables},
                cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        running.append(process)

        def said():
            assert process.poll() is None, (tmp_path / f"{name}.log").read_text()
            return ready.exists() and ready.read_text()

        return process, (lambda: json.loads(until(f"{name} is ready", said)))

    yield start
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(timeout=10)
        finally:
            process.kill()
            process.wait()


@pytest.fixture(params=["the sandbox's own port", "the daemon"])
def daemon_address(request, sandbox, started, tmp_path):
    """Where SDKs send: to the sandbox, or to our daemon before it."""
    if request.param != "the daemon":
        return port_of(sandbox)
    ready = tmp_path / "daemon.ready.json"
    _, said = started(
        "daemon",
        [BINARY, "--endpoint-url", sandbox.url, "--region", REGION, "daemon", "--bind", "127.0.0.1:0",
         "--bind-tcp", "127.0.0.1:0", "--ready-file", ready],
    )
    addresses = said()
    return f"tcp:{addresses['tcp']} udp:{addresses['udp']}"


def port_of(sandbox):
    return sandbox.get("/_sandbox/health")["xray_daemon"]


def rule(xray, **more):
    """A sampling rule that takes every request of the app."""
    xray.create_sampling_rule(SamplingRule={
        "RuleName": "all", "ResourceARN": "*", "Priority": 1, "FixedRate": 1.0, "ReservoirSize": 0,
        "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, **more,
    })


def summaries(xray, expression):
    """The traces that match, of the last hour."""
    now = time.time()
    return xray.get_trace_summaries(StartTime=now - 3600, EndTime=now + 60, FilterExpression=expression)["TraceSummaries"]


def documents(xray, expression):
    """The documents of the first trace that matches."""
    found = until(expression, lambda: summaries(xray, expression))
    trace = xray.batch_get_traces(TraceIds=[found[0]["Id"]])["Traces"][0]
    return [json.loads(segment["Document"]) for segment in trace["Segments"]]


def graph(xray):
    now = time.time()
    services = xray.get_service_graph(StartTime=now - 3600, EndTime=now + 60)["Services"]
    names = {one["ReferenceId"]: (one["Name"], one.get("Type")) for one in services}
    edges = {(names[one["ReferenceId"]], names[edge["ReferenceId"]]) for one in services for edge in one["Edges"]}
    return services, edges


@pytest.mark.sandbox("--region", REGION)
def test_a_flask_app(sandbox, xray, started, daemon_address):
    rule(xray)
    backend = HERE / "apps" / "backend.py"
    common = {"AWS_XRAY_DAEMON_ADDRESS": daemon_address, "AWS_ENDPOINT_URL": sandbox.url, "AWS_XRAY_URL": "*nowhere*"}
    _, said = started("messages", [sys.executable, backend], SERVICE="messages", **common)
    messages = said()["url"]
    _, said = started("backend", [sys.executable, backend], SERVICE="backend-flask", MESSAGES_URL=messages, **common)
    url = said()["url"]
    for app in (url, messages):
        # The first request is decided on before the rules are there.
        until("the SDK has fetched the rules", lambda app=app: fetch(f"{app}/ready")[1] == "all")

    for path, status in {
        "/api/activities/home": 200, "/api/activities/@ann": 200, "/debug/chain": 500, "/debug/throttle": 429,
        "/nothing/here": 404, "/api/messages": 200, "/debug/many": 200,
    }.items():
        assert fetch(url + path)[0] == status, path

    segment = documents(xray, 'http.url ENDSWITH "/api/activities/home" AND service("backend-flask")')[0]
    assert segment["name"] == "backend-flask"
    assert segment["aws"]["xray"]["sampling_rule_name"] == "all"

    user = documents(xray, 'annotation.shard = "blue"')[0]["subsegments"][0]
    assert user["metadata"]["namespace"]["key"]["results-size"] == 1
    assert summaries(xray, "annotation.attempt = 2 AND annotation.cached = false")

    chain = until("the fault", lambda: summaries(xray, 'fault AND http.url ENDSWITH "/debug/chain"'))
    assert chain[0]["HasFault"] and chain[0]["Http"]["HttpStatus"] == 500
    assert until("the throttle", lambda: summaries(xray, "throttle"))[0]["HasError"]
    assert until("the error", lambda: summaries(xray, 'error AND http.url CONTAINS "nothing"'))

    # Subsegments that were sent ahead are inside their segment again.
    many = documents(xray, 'http.url ENDSWITH "/debug/many"')
    until("all of them have come",
          lambda: len(documents(xray, 'http.url ENDSWITH "/debug/many"')[0].get("subsegments", [])) == 45)
    assert len(many) == 1 or many[0]["name"] == "backend-flask"

    both = until("the call has come to its callee", lambda: summaries(xray, 'edge("backend-flask", "messages")'))
    assert {one["Name"] for one in both[0]["ServiceIds"]} >= {"backend-flask", "messages"}
    services, edges = graph(xray)
    nodes = {(one["Name"], one.get("Type")) for one in services}
    assert nodes == {("backend-flask", None), ("backend-flask", "client"), ("messages", None), ("messages", "client")}
    assert (("backend-flask", "client"), ("backend-flask", None)) in edges
    assert (("backend-flask", None), ("messages", None)) in edges
    root = next(one for one in services if one["Name"] == "backend-flask" and one.get("Root"))
    statistics = root["SummaryStatistics"]
    assert statistics["FaultStatistics"]["TotalCount"] == 1
    assert statistics["ErrorStatistics"] == {"ThrottleCount": 1, "OtherCount": 1, "TotalCount": 2}
    traced = xray.get_trace_graph(TraceIds=[both[0]["Id"]])["Services"]
    assert {one["Name"] for one in traced} >= {"backend-flask", "messages"}

    def reported():
        rows = xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
        return sum(row["SampledCount"] for row in rows if row["RuleName"] == "all")

    # Targets are asked for every ten seconds.
    assert until("the SDK has reported", reported) > 0


@pytest.mark.sandbox("--region", REGION)
def test_two_processes_share_a_reservoir(sandbox, xray, started):
    most = 4
    rule(xray, FixedRate=0.0, ReservoirSize=most)
    for number in (1, 2):
        started(f"load-{number}", [sys.executable, HERE / "apps" / "load.py"], AWS_XRAY_DAEMON_ADDRESS=port_of(sandbox))

    def reporters():
        rows = xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
        return sum(row["RequestCount"] for row in rows if row["RuleName"] == "all") > 0

    until("they have reported", reporters)
    begun = time.time()
    until("some seconds have passed", lambda: time.time() > begun + 14)
    now = time.time()
    per_second = collections.Counter()
    pages = xray.get_paginator("get_trace_summaries").paginate(StartTime=begun - 5, EndTime=now)
    for page in pages:
        for one in page["TraceSummaries"]:
            per_second[int(one["StartTime"].timestamp())] += 1
    whole = [count for second, count in per_second.items() if begun < second < int(now)]
    assert whole and max(whole) <= most, sorted(per_second.items())
    # The reservoir is used, and not only borrowed from.
    assert max(whole) > 2, sorted(per_second.items())


@pytest.mark.skipif(NODE is None and not REQUIRED, reason="SKIPPED: Node is not installed, so its SDK did not judge")
@pytest.mark.sandbox("--region", REGION)
def test_an_express_app(sandbox, xray, started, daemon_address):
    assert NODE, "Node is not installed"
    rule(xray)
    _, said = started("messages", [sys.executable, HERE / "apps" / "backend.py"], SERVICE="messages", AWS_XRAY_URL="*nowhere*",
                      AWS_XRAY_DAEMON_ADDRESS=daemon_address)
    _, express = started("express", [NODE, HERE / "node" / "backend.js"], SERVICE="shop",
                         AWS_XRAY_DAEMON_ADDRESS=daemon_address, BACKEND_URL=said()["url"])
    url = express()["url"]
    until("the SDK has fetched the rules", lambda: fetch(f"{url}/ready")[1] == "all")
    for path, status in {"/ok": 200, "/fault": 500, "/subsegment": 200, "/call": 200}.items():
        assert fetch(url + path)[0] == status, path

    assert documents(xray, 'http.url ENDSWITH "/ok" AND service("shop")')[0]["name"] == "shop"
    failed = until("the fault", lambda: summaries(xray, 'service("shop") {fault}'))
    assert failed[0]["HasFault"]
    inside = documents(xray, 'annotation.shard = "green" AND annotation.side = "front"')[0]
    assert inside["subsegments"][0]["name"] == "inner"
    until("the call has come to its callee", lambda: summaries(xray, 'edge("shop", "messages")'))
    _, edges = graph(xray)
    assert (("shop", None), ("messages", None)) in edges
