"""Our client against a server that nobody here wrote: moto's CloudWatch Logs and X-Ray."""

import json
import time

import boto3
import pytest

from processes import KEYS, REGION

LOGS = {
    "LogGroups": [
        {
            "logGroupName": "cruddur",
            "retentionInDays": 7,
            "logGroupClass": "STANDARD",
            "tags": {"team": "cruddur", "cost centre": "42/a+b=c"},
        },
        {"logGroupName": "cruddur-audit"},
    ]
}
OURS = {"managed-by": "cruddur-obs"}


@pytest.fixture
def logs(moto_server, environment):
    """boto3 on moto, past the recorder."""
    return boto3.client(
        "logs",
        region_name=REGION,
        endpoint_url=moto_server,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.fixture
def ours(cruddur, sandbox, moto, project):
    """cruddur-obs with its log groups on moto and the rest on the sandbox."""
    desire(project, LOGS)

    def command(*words):
        return cruddur(
            *words,
            **KEYS,
            AWS_REGION=REGION,
            AWS_ENDPOINT_URL=sandbox.url,
            AWS_ENDPOINT_URL_XRAY=sandbox.url,
            AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=moto.url,
        )

    return command


def desire(project, state):
    (project / "aws" / "json" / "logs.json").write_text(json.dumps(state))


def groups(logs):
    """The log groups by name: retention and tags."""
    return {
        group["logGroupName"]: (
            group.get("retentionInDays"),
            logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"],
        )
        for group in logs.describe_log_groups()["logGroups"]
    }


def outcomes(done):
    return {step["name"]: step["outcome"] for step in done.json["steps"] if step["kind"] == "log-group"}


MADE = {"cruddur": (7, {**OURS, **LOGS["LogGroups"][0]["tags"]}), "cruddur-audit": (None, OURS)}


def test_setup_creates_then_changes_nothing_then_what_changed(ours, logs, moto, sandbox, project):
    assert outcomes(ours("setup", "-o", "json").ok()) == {"cruddur": "created", "cruddur-audit": "created"}
    assert groups(logs) == MADE
    assert sorted(moto.writes) == ["CreateLogGroup", "CreateLogGroup", "PutRetentionPolicy"]

    moto.clear()
    writes = sandbox.writes()
    again = ours("setup").ok()
    assert "no changes" in again.err
    assert (moto.writes, sandbox.writes()) == ([], writes)
    assert moto.operations

    changed = json.loads(json.dumps(LOGS))
    changed["LogGroups"][0]["retentionInDays"] = 30
    changed["LogGroups"][1]["tags"] = {"stage": "prod"}
    desire(project, changed)
    asked = ours("setup", "-o", "json")
    assert asked.code == 3 and "nothing was touched" in asked.err
    fields = {step["name"]: step["changes"] for step in asked.json["steps"] if step["kind"] == "log-group"}
    assert fields == {
        "cruddur": [{"field": "retentionInDays", "from": 7, "to": 30}],
        "cruddur-audit": [{"field": "tags.stage", "from": None, "to": "prod"}],
    }
    assert groups(logs) == MADE and moto.writes == []

    assert outcomes(ours("setup", "--yes", "-o", "json").ok()) == {"cruddur": "updated", "cruddur-audit": "updated"}
    assert sorted(moto.writes) == ["PutRetentionPolicy", "TagResource"]
    assert groups(logs) == {"cruddur": (30, MADE["cruddur"][1]), "cruddur-audit": (None, {**OURS, "stage": "prod"})}


def test_a_group_that_watchtower_made_is_adopted(ours, logs, moto, project):
    logs.create_log_group(logGroupName="cruddur")
    desire(project, {"LogGroups": [{"logGroupName": "cruddur", "retentionInDays": 7}]})
    asked = ours("setup")
    assert asked.code == 3 and "retentionInDays never → 7" in asked.out, asked
    assert moto.writes == []
    ours("setup", "--yes").ok()
    # Whoever made it stays who made it: no marker.
    assert groups(logs) == {"cruddur": (7, {})}
    assert outcomes(ours("setup", "-o", "json").ok()) == {"cruddur": "adopted"}


def test_a_name_that_begins_like_another(ours, logs, project):
    for name in ("cruddur-old", "cruddur/x"):
        logs.create_log_group(logGroupName=name)
    ours("setup").ok()
    assert set(groups(logs)) == {"cruddur", "cruddur-audit", "cruddur-old", "cruddur/x"}


def test_logs_create_and_groups(ours, logs, moto):
    created = ours("logs", "create", "web", "--retention", "14", "--tag", "team=web").ok()
    assert "created" in created.out + created.err
    assert groups(logs) == {"web": (14, {**OURS, "team": "web"})}
    moto.clear()
    ours("logs", "create", "web", "--retention", "14", "--tag", "team=web").ok()
    assert moto.writes == []
    ours("logs", "create", "web", "--retention", "never").ok()
    assert groups(logs) == {"web": (None, {**OURS, "team": "web"})}

    logs.create_log_group(logGroupName="other")
    listed = ours("logs", "groups", "-o", "json").ok().json
    assert {group["name"] for group in listed["log_groups"]} == {"web", "other"}


def test_60_groups_are_listed(ours, logs):
    for number in range(60):
        logs.create_log_group(logGroupName=f"group-{number:02}")
    shown = ours("logs", "groups").ok().out
    assert all(f"group-{number:02}" in shown for number in range(60))


def test_teardown_takes_the_log_groups_only_when_told(ours, logs, moto, sandbox):
    ours("setup").ok()
    ours("teardown", "--yes").ok()
    assert set(groups(logs)) == {"cruddur", "cruddur-audit"}
    assert ours("teardown", "--logs").code == 3
    ours("teardown", "--logs", "--yes").ok()
    assert groups(logs) == {}
    moto.clear()
    assert "nothing to delete" in ours("teardown", "--logs", "--yes").ok().err
    assert moto.writes == []


@pytest.fixture
def reading(cruddur, moto):
    """cruddur-obs with X-Ray on moto."""

    def command(*words):
        return cruddur("xray", *words, **KEYS, AWS_REGION=REGION, AWS_ENDPOINT_URL=moto.url)

    return command


@pytest.fixture
def sent(moto_server, moto, environment):
    """The ids of two traces that boto3 sent to moto; the first one failed."""
    xray = boto3.client(
        "xray",
        region_name=REGION,
        endpoint_url=moto_server,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    now = int(time.time())
    ids = []
    for number, further in ((1, {"fault": True}), (2, {})):
        start = now - 60 + number
        ids.append(f"1-{start:08x}-{number:024x}")
        document = {"trace_id": ids[-1], "id": f"{number:016x}", "name": "web", "start_time": start, "end_time": start + 2}
        answer = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps({**document, **further})])
        assert answer["UnprocessedTraceSegments"] == []
    return ids


def test_traces_are_read(reading, sent, moto):
    whole = reading("trace", *sent, "-o", "json").ok().json
    assert [trace["trace_id"] for trace in whole["traces"]] == sent
    assert [document["name"] for trace in whole["traces"] for document in trace["documents"]] == ["web", "web"]
    assert moto.operations == ["BatchGetTraces"]


def test_an_answer_that_breaks_the_model_is_shown(reading, sent):
    """moto sends Users as an object where the model has a list, so no typed client can read it."""
    asked = reading("traces")
    assert asked.code == 7 and "does not answer as AWS does" in asked.err and sent[0] in asked.err, asked


def test_a_trace_that_is_not_there(reading, sent):
    unknown = "1-00000000-000000000000000000000009"
    asked = reading("trace", sent[0], unknown, "-o", "json")
    assert asked.code == 2 and unknown in asked.err, asked
    assert [trace["trace_id"] for trace in asked.json["traces"]] == sent[:1]
    assert asked.json["missing"] == [unknown]


def test_an_empty_graph_of_a_day(reading, moto):
    """What moto does not know is told as not read, and claimed of nobody."""
    asked = reading("graph", "--since", "1d", "-o", "json").ok()
    assert asked.json["nodes"] == []
    assert moto.operations.count("GetServiceGraph") in (4, 5)
    assert "no service from" in asked.err and "could not be read" in asked.err and "seen" not in asked.err, asked
