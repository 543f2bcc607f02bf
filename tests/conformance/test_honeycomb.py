"""Honeycomb's own libraries for events, unmodified: what they sent is found by queries of its API."""

import json
import os
import pathlib
import shutil
import sys
import urllib.error
import urllib.request

import pytest

from processes import run

HERE = pathlib.Path(__file__).parent
NODE = shutil.which("node") if (HERE / "node" / "node_modules" / "installed").exists() else None
# The fixture `environment` leaves nothing of the real one.
REQUIRED = "CRUDDUR_OBS_REQUIRE_CONFORMANCE" in os.environ
KEY = "CruddurSandboxConfKey0"
CLASSIC = "0a" * 16
INGEST = "hcaik_" + "0" * 58
# The second of the first event, and the one after the last.
START, END = 1795176000, 1795176060
LANGUAGES = [
    "python",
    pytest.param(
        "node",
        marks=pytest.mark.skipif(NODE is None and not REQUIRED, reason="SKIPPED: Node is not installed, so its library did not judge"),
    ),
]


@pytest.fixture
def ask(sandbox):
    """Asks Honeycomb's API; gives status and body."""

    def call(method, path, body=None, key=KEY):
        request = urllib.request.Request(
            sandbox.url + path,
            method=method,
            headers={"X-Honeycomb-Team": key},
            data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return call


@pytest.fixture
def rows(ask):
    """Saves a query, runs it, polls, and gives the rows of its results."""

    def query(dataset, key=KEY, **specification):
        status, saved = ask("POST", f"/1/queries/{dataset}", {"start_time": START, "end_time": END, **specification}, key)
        assert status == 200, saved
        status, started = ask("POST", f"/1/query_results/{dataset}", {"query_id": saved["id"]}, key)
        assert status == 201, started
        status, result = ask("GET", f"/1/query_results/{dataset}/{started['id']}", key=key)
        assert (status, result["complete"]) == (200, True), result
        return [row["data"] for row in result["data"]["results"]]

    return query


@pytest.fixture
def send(sandbox, environment, tmp_path):
    """Sends some events with a library; gives what it was told of each."""

    def program(language, key=KEY, dataset="My Events", events=3):
        words = [NODE, HERE / "node" / "honey.js"] if language == "node" else [sys.executable, HERE / "apps" / "honey.py"]
        assert words[0], "Node is not installed"
        told = run(words, {
            **environment, "HONEYCOMB_API_KEY": key, "HONEYCOMB_API_ENDPOINT": sandbox.url,
            "HONEYCOMB_DATASET": dataset, "EVENTS": str(events),
        }, tmp_path).ok()
        return sorted((json.loads(line) for line in told.out.splitlines()), key=lambda response: response["metadata"])

    return program


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [KEY, CLASSIC, INGEST], ids=["configuration", "classic", "ingest"])
def test_events_are_taken_and_found(send, rows, sandbox, language, key):
    responses = send(language, key, events=120)
    assert [response["status_code"] for response in responses] == [202] * 120
    assert [response["metadata"] for response in responses] == list(range(120))
    asking = KEY if key == INGEST else key
    assert rows("my-events", key=asking, breakdowns=["name"], calculations=[
        {"op": "COUNT"}, {"op": "MAX", "column": "duration_ms"}, {"op": "P50", "column": "number"},
    ]) == [{
        "name": {"python": "libhoney-py", "node": "libhoney-js"}[language],
        "COUNT": 120, "MAX(duration_ms)": 178.5, "P50(number)": 59,
    }]
    assert {call["status"] for call in sandbox.calls("SendBatch")} == {200}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_that_nobody_knows(send, sandbox, language):
    responses = send(language, "unknown" + "0" * 15)
    assert len(responses) == 3
    assert all(response["status_code"] == 401 or "401" in str(response["error"]) or response["error"] for response in responses)
    assert {call["status"] for call in sandbox.calls("SendBatch")} == {401}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_account_over_its_quota(send, ask, language):
    assert [response["status_code"] for response in send(language, "overquota" + "0" * 13)] == [429] * 3
    assert ask("GET", "/1/datasets") == (200, [])


@pytest.mark.sandbox("--fault", "throttle@SendBatch=once")
def test_what_was_throttled_is_tried_again(send, sandbox):
    responses = send("python", events=1)
    assert [response["status_code"] for response in responses] == [202], responses
    assert [call["status"] for call in sandbox.calls("SendBatch")] == [429, 200]
    assert sandbox.calls("SendBatch")[0]["fault"] == "throttle"


@pytest.mark.sandbox("--fault", "fail@SendBatch=once")
def test_a_bad_day_is_tried_again(send, sandbox):
    responses = send("python", events=1)
    assert [response["status_code"] for response in responses] == [202], responses
    assert [call["status"] for call in sandbox.calls("SendBatch")] == [500, 200]


@pytest.mark.unknown(1)
def test_what_is_not_emulated_is_refused(ask):
    status, refusal = ask("GET", "/1/boards")
    assert (status, refusal["error"]) == (404, "The sandbox does not emulate GET /1/boards")
