"""Rollbar's own notifiers, unmodified: what they report is read back, and has the shape of what was captured."""

import json
import os
import pathlib
import shutil
import sys

import pytest

from conftest import FIXTURES
from processes import run

HERE = pathlib.Path(__file__).parent
NODE = shutil.which("node") if (HERE / "node" / "node_modules" / "installed").exists() else None
# The fixture `environment` leaves nothing of the real one.
REQUIRED = "CRUDDUR_OBS_REQUIRE_CONFORMANCE" in os.environ
needs_node = pytest.mark.skipif(NODE is None and not REQUIRED, reason="SKIPPED: Node is not installed, so its library did not judge")


@pytest.fixture
def report(variables, environment, tmp_path):
    """Reports these kinds with pyrollbar; gives what it printed."""

    def program(*kinds, **more):
        return run([sys.executable, HERE / "apps" / "reports.py", *kinds], {**environment, **variables, **more}, tmp_path).ok()

    return program


def captured(name):
    """What pyrollbar sent of the seeds' application."""
    return json.loads((FIXTURES / "rollbar" / f"{name}.json").read_text())["data"]


def shape(value):
    """Names, and the types of values; frames and headers are as many as there happen to be."""
    if isinstance(value, dict):
        return {name: len(item) > 0 if name in ("frames", "headers") else shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value if isinstance(item, dict)] or "list"
    return "number" if type(value) in (int, float) else type(value).__name__


def frames(data):
    """The frames of each failure, the failure that was caught first."""
    body = data["body"]
    return [trace["frames"] for trace in body.get("trace_chain") or [body["trace"]]]


def item_of(views, uuid):
    """The item of an occurrence, found by the uuid that the notifier gave; the lists must show the same."""
    item = views.rollbar(f"item/{uuid}")
    assert item in views.rollbar("items")["items"]
    (instance,) = [one for one in views.rollbar("instances")["instances"] if one["data"]["uuid"] == uuid]
    assert instance["item_id"] == item["id"]
    assert views.rollbar(f"instance/{uuid}") == instance
    return item


def test_a_message(report, views):
    uuid = report("message").out.strip()
    item = item_of(views, uuid)
    assert (item["title"], item["level"], item["environment"]) == ("Hello World!", "warning", "test")
    assert (item["status"], item["total_occurrences"]) == ("active", 1)
    (data,) = views.reports()
    # The one that was captured knew of Flask.
    assert shape({**data, "framework": "flask"}) == shape(captured("message"))
    assert data["body"] == captured("message")["body"]
    assert data["notifier"] == {"name": "pyrollbar", "version": "1.5.0"}


def test_an_exception_with_its_locals_scrubbed(report, views):
    uuid = report("exception").out.strip()
    item = item_of(views, uuid)
    assert item["title"] == "DeliberateError: deliberate failure for telemetry"
    assert (item["level"], item["environment"]) == ("error", "test")
    (data,) = views.reports()
    real = captured("exception")
    assert shape(data["body"]) == shape(real["body"])
    assert data["body"]["trace"]["exception"] == real["body"]["trace"]["exception"]
    ours, theirs = frames(data)[0][-1], frames(real)[0][-1]
    assert shape(ours) == shape(theirs)
    assert (ours["code"], ours["method"]) == (theirs["code"], "fail")
    assert ours["locals"]["answer_to"] == 42
    assert set(ours["locals"]["password"]) == {"*"}
    assert "sesame" not in json.dumps(data["body"]["trace"]["frames"][-1]["locals"])


def test_a_chain_of_exceptions(report, views):
    uuid = report("chain").out.strip()
    assert item_of(views, uuid)["title"] == "DeliberateError: wrapped failure"
    (data,) = views.reports()
    real = captured("chain")
    assert shape(data["body"]) == shape(real["body"])
    chain = data["body"]["trace_chain"]
    assert [one["exception"] for one in chain] == [one["exception"] for one in real["body"]["trace_chain"]]
    assert [shape(one[-1]) for one in frames(data)] == [shape(one[-1]) for one in frames(real)]


def test_what_is_alike_is_one_item(report, views):
    uuids = report("exception", "message", "exception", "chain", "exception").out.split()
    items = views.rollbar("items")
    assert items["total_count"] == 3
    assert {item["title"]: item["total_occurrences"] for item in items["items"]} == {
        "DeliberateError: deliberate failure for telemetry": 3, "Hello World!": 1, "DeliberateError: wrapped failure": 1,
    }
    assert [data["uuid"] for data in views.reports()] == uuids
    repeated = [item_of(views, uuids[number])["id"] for number in (0, 2, 4)]
    assert len(set(repeated)) == 1
    assert len(views.rollbar(f"item/{repeated[0]}/instances")["instances"]) == 3


def test_a_flask_app(report, views):
    uuid = report("flask").out
    assert uuid == ""
    message, failed, chained = views.reports()
    for data, name in ((message, "message"), (failed, "exception"), (chained, "chain")):
        assert shape(data) == shape(captured(name)), name
        assert data["framework"] == "flask"
        assert item_of(views, data["uuid"])["framework"] == "flask"
    assert (failed["context"], chained["context"]) == ("/debug/raise", "/debug/chain")
    assert failed["request"]["GET"]["q"] == "1"
    assert set(failed["request"]["GET"]["password"]) == {"*"}
    assert "sesame" not in failed["request"]["url"]
    assert "sesame" not in json.dumps(frames(failed)[0][-1]["locals"])


@pytest.mark.parametrize(
    ("token", "status", "said"),
    [
        ("not-a-token", 403, "ApiError('invalid access token')"),
        ("4ead" + "0" * 28, 403, "lacks the required scope"),
        ("4290" + "0" * 28, 429, "Rollbar: over rate limit, data was dropped."),
    ],
    ids=["wrong", "read only", "over its limit"],
)
def test_a_token_that_is_refused(report, views, sandbox, token, status, said):
    """The app goes on; the notifier's log has the reason."""
    told = report("message", "exception", ROLLBAR_ACCESS_TOKEN=token)
    assert len(told.out.split()) == 2
    assert said in told.err, told
    if status == 403:
        assert "Got unexpected status code from Rollbar api: 403" in told.err
    assert [call["status"] for call in sandbox.calls("CreateItem")] == [status] * 2
    assert views.reports() == []


def test_no_token_sends_nothing(report, sandbox):
    told = report("message", ROLLBAR_ACCESS_TOKEN="")
    assert "No access_token provided" in told.err
    assert sandbox.calls("CreateItem") == []


@needs_node
def test_rollbar_for_node(variables, views, environment, tmp_path):
    assert NODE, "Node is not installed"
    told = run([NODE, HERE / "node" / "reports.js"], {**environment, **variables}, tmp_path).ok()
    answers = [json.loads(line) for line in told.out.splitlines()]
    assert [answer["error"] for answer in answers] == [None, None], told
    message, error = views.reports()
    assert [message["uuid"], error["uuid"]] == [answer["uuid"] for answer in answers]
    assert (message["level"], error["level"]) == ("warning", "error")
    assert message["body"]["message"]["body"] == "Hello World!"
    assert message["notifier"]["name"] == error["notifier"]["name"] == "node_rollbar"
    assert "sesame" not in json.dumps(message)
    assert item_of(views, error["uuid"])["title"] == "TypeError: deliberate failure"
    assert item_of(views, message["uuid"])["title"] == "Hello World!"
    (chain,) = frames(error)
    assert (chain[-1]["method"], pathlib.Path(chain[-1]["filename"]).name) == ("fail", "reports.js")


@needs_node
def test_rollbar_for_node_with_a_wrong_token(variables, views, environment, tmp_path):
    assert NODE, "Node is not installed"
    wrong = {**environment, **variables, "ROLLBAR_ACCESS_TOKEN": "not-a-token"}
    told = run([NODE, HERE / "node" / "reports.js"], wrong, tmp_path).ok()
    answers = [json.loads(line) for line in told.out.splitlines()]
    assert len(answers) == 2 and all("invalid access token" in answer["error"] for answer in answers), told
    assert views.reports() == []
