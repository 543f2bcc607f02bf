"""`logs tail`, `search`, `query` and `--trace` read what boto3 wrote: from the sandbox, and from moto, which nobody here wrote."""

import json
import time

import boto3
import pytest

from processes import KEYS, REGION

GROUP, OTHER = "/cruddur/api", "/cruddur/web"


def client(name, url):
    """boto3 on a server, past any recorder."""
    return boto3.client(
        name,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.fixture(params=["moto", "sandbox"])
def place(request, environment):
    """Where lines are read, behind a recorder that holds our requests against the models, and the server itself."""
    if request.param == "moto":
        return request.getfixturevalue("moto"), request.getfixturevalue("moto_server")
    return request.getfixturevalue("front"), request.getfixturevalue("sandbox").url


@pytest.fixture
def lines(place):
    """Two groups with ten lines each, a second apart."""
    logs = client("logs", place[1])
    start = int(time.time() * 1000) - 60_000
    for group in (GROUP, OTHER):
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="web-1")
        events = [
            {"timestamp": start + number * 1000, "message": f"{'ERROR' if number % 4 == 1 else 'INFO'} {group} {number}"}
            for number in range(10)
        ]
        logs.put_log_events(logGroupName=group, logStreamName="web-1", logEvents=events)
    return start


@pytest.fixture
def read(place, cruddur):
    def command(*words):
        return cruddur("logs", *words, **KEYS, AWS_REGION=REGION, AWS_ENDPOINT_URL=place[0].url)

    return command


def test_a_tail_shows_every_line_in_the_order_of_time(read, lines):
    shown = read("tail", "/cruddur/*", "--no-follow", "-o", "json").ok().out.splitlines()
    shown = [json.loads(line) for line in shown]
    assert [line["message"] for line in shown] == [
        f"{'ERROR' if number % 4 == 1 else 'INFO'} {group} {number}" for number in range(10) for group in (GROUP, OTHER)
    ]
    assert {line["log_stream"] for line in shown} == {"web-1"}


def test_a_search_finds_lines_and_those_around_them(read, lines):
    found = read("search", "ERROR", "-g", GROUP, "-C", "1", "-o", "raw").ok().out.splitlines()
    assert [int(line.split()[2]) for line in found] == [0, 1, 2, 4, 5, 6, 8, 9]
    counted = read("search", "ERROR", "-g", "/cruddur/*", "--count", "-o", "json").ok().json
    assert counted["lines"] == 6


def test_a_query_gives_rows(read, lines):
    rows = read("query", "fields @timestamp, @message | limit 3", "-g", GROUP, "-o", "json").ok().json["rows"]
    assert len(rows) == 3
    assert all(GROUP in row["@message"] for row in rows)


# moto ignores stats.
@pytest.mark.parametrize("place", ["sandbox"], indirect=True)
def test_a_query_counts(read, lines):
    rows = read("query", 'filter @message like /ERROR/ | stats count(*) as errors by @log', "-g", "/cruddur/*", "-o", "json").ok()
    assert sorted((row["@log"].split(":")[1], row["errors"]) for row in rows.json["rows"]) == [(GROUP, "3"), (OTHER, "3")]


# moto keeps traces in a form of its own.
@pytest.mark.parametrize("place", ["sandbox"], indirect=True)
def test_the_lines_of_a_trace(read, sandbox):
    now = time.time()
    trace = f"1-{int(now - 30):08x}-0123456789abcdef01234567"
    document = {
        "id": "0123456789abcdef", "trace_id": trace, "name": "api", "start_time": now - 30, "end_time": now - 29.5,
        "aws": {"cloudwatch_logs": [{"log_group": GROUP}, {"log_group": OTHER}]},
    }
    client("xray", sandbox.url).put_trace_segments(TraceSegmentDocuments=[json.dumps(document)])
    logs = client("logs", sandbox.url)
    for group, line in ((GROUP, f"begin {trace}"), (OTHER, json.dumps({"trace_id": trace[2:].replace("-", "")}))):
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        events = [
            {"timestamp": int((now - 30) * 1000) + 100, "message": line},
            {"timestamp": int((now - 30) * 1000) + 101, "message": "of no trace"},
        ]
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
    shown = [json.loads(line) for line in read("--trace", trace, "-o", "json").ok().out.splitlines()]
    assert [(line["log_group"], line["trace_id"]) for line in shown] == [(GROUP, trace), (OTHER, trace)]
    assert all(95 <= line["offset_ms"] <= 101 for line in shown)
