"""`logs ship` delivers: to moto, which nobody here wrote, and to the sandbox, where boto3 reads it back."""

import time

import boto3
import pytest

from processes import KEYS, REGION

GROUP = "/cruddur/api"
STREAM = "web-1"


def reader(url):
    """boto3 on a server, past any recorder."""
    return boto3.client(
        "logs",
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.fixture(params=["moto", "sandbox"])
def place(request, environment):
    """Where lines go, behind a recorder that holds our requests against the models, and boto3 behind it."""
    if request.param == "moto":
        return request.getfixturevalue("moto"), reader(request.getfixturevalue("moto_server"))
    return request.getfixturevalue("front"), reader(request.getfixturevalue("sandbox").url)


@pytest.fixture
def ship(place, cruddur):
    recorder, _ = place

    def command(lines, *words):
        return cruddur(
            "logs",
            "ship",
            GROUP,
            "--stream",
            STREAM,
            *words,
            given=lines,
            **KEYS,
            AWS_REGION=REGION,
            AWS_ENDPOINT_URL=recorder.url,
        )

    return command


def stored(logs):
    """The events of the stream, oldest first."""
    events, token = [], {}
    while True:
        page = logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM, startFromHead=True, **token)
        if not page["events"]:
            return events
        events += page["events"]
        token = {"nextToken": page["nextForwardToken"]}


def test_lines_arrive(ship, place):
    recorder, logs = place
    logs.create_log_group(logGroupName=GROUP)
    before = int(time.time() * 1000)
    done = ship("first\n\n{\"level\": \"INFO\", \"message\": \"grün 水\"}\r\nlast", "-o", "json").ok()
    figures = done.json
    assert (figures["given"], figures["sent"], figures["rejected"]["empty"]) == (4, 3, 1), done
    events = stored(logs)
    assert [event["message"] for event in events] == ["first", '{"level": "INFO", "message": "grün 水"}', "last"]
    assert all(before <= event["timestamp"] <= time.time() * 1000 for event in events)
    assert recorder.operations == ["PutLogEvents", "CreateLogStream", "PutLogEvents"]


def test_a_second_run_goes_on_in_the_same_stream(ship, place):
    recorder, logs = place
    logs.create_log_group(logGroupName=GROUP)
    ship("one\n").ok()
    recorder.clear()
    ship("two\n").ok()
    assert recorder.operations == ["PutLogEvents"]
    assert [event["message"] for event in stored(logs)] == ["one", "two"]


def test_a_missing_group_is_made_with_its_retention(ship, place):
    recorder, logs = place
    ship("a line\n", "--create-group", "--retention", "14").ok()
    (group,) = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == (GROUP, 14)
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == {"managed-by": "cruddur-obs"}
    assert [event["message"] for event in stored(logs)] == ["a line"]
    assert recorder.operations == [
        "PutLogEvents",
        "CreateLogStream",
        "CreateLogGroup",
        "PutRetentionPolicy",
        "CreateLogStream",
        "PutLogEvents",
    ]


def test_a_missing_group_is_told(ship, place):
    _, logs = place
    done = ship("a line\n")
    assert done.code == 2 and "dropped 1 (shipping stopped)" in done.err, done
    assert logs.describe_log_groups()["logGroups"] == []


def test_25_000_lines_and_three_megabytes_are_several_calls(ship, place):
    recorder, logs = place
    logs.create_log_group(logGroupName=GROUP)
    lines = [f"line {number:05}" for number in range(25_000)] + [f"{number} " + "x" * 300_000 for number in range(10)]
    done = ship("".join(line + "\n" for line in lines), "--create-group").ok()
    assert "given 25,010 · sent 25,010 · dropped 0 · rejected 0" in done.err, done
    assert sorted(event["message"] for event in stored(logs)) == sorted(lines)
    # The model check of the recorder knows 10,000 events; a call holds three of the long lines.
    assert 6 <= recorder.operations.count("PutLogEvents") <= 9
