"""Live Tail, as boto3 reads it."""

import threading
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

from processes import KEYS, REGION

GROUP = {"logGroupName": "cruddur"}
STREAM = {**GROUP, "logStreamName": "s"}
ARN = f"arn:aws:logs:{REGION}:000000000000:log-group:cruddur"


@pytest.fixture
def put(logs):
    logs.create_log_group(**GROUP)
    logs.create_log_stream(**STREAM)

    def put(*messages):
        time_ms = int(time.time() * 1000)
        logs.put_log_events(**STREAM, logEvents=[{"timestamp": time_ms, "message": message} for message in messages])

    return put


@pytest.fixture
def live(sandbox, environment):
    """A client as users have one, with what `sandbox env` sets."""
    environment["AWS_DISABLE_HOST_PREFIX_INJECTION"] = "true"
    opened = []

    def start(**members):
        client = boto3.Session().client(
            "logs",
            region_name=REGION,
            endpoint_url=sandbox.url,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        answer = client.start_live_tail(logGroupIdentifiers=[ARN], **members)
        opened.append(answer["responseStream"])
        return opened[-1]

    yield start
    for stream in opened:
        stream.close()


def results(stream):
    """The first update that has something."""
    for event in stream:
        update = event["sessionUpdate"]
        if update["sessionResults"]:
            return update


def test_a_session_shows_what_comes_after_its_start(live, put):
    put("ERROR before")
    stream = live(logEventFilterPattern="ERROR")
    events = iter(stream)
    opening = next(events)["sessionStart"]
    assert opening["logGroupIdentifiers"] == [ARN] and opening["logEventFilterPattern"] == "ERROR"
    begun = time.monotonic()
    empty = [next(events)["sessionUpdate"] for _ in range(2)]
    assert empty == [{"sessionMetadata": {"sampled": False}, "sessionResults": []}] * 2
    assert 1.0 < time.monotonic() - begun < 4.0, "one a second"
    put("fine", "ERROR after")
    update = results(events)
    (event,) = update["sessionResults"]
    assert (event["message"], event["logStreamName"]) == ("ERROR after", "s")
    assert event["logGroupIdentifier"] == "000000000000:cruddur"
    assert event["ingestionTime"] >= event["timestamp"] and not update["sessionMetadata"]["sampled"]


def test_the_first_frame_does_not_wait_for_the_first_update(live, put):
    begun = time.monotonic()
    live()
    assert time.monotonic() - begun < 0.9


def test_too_many_are_sampled(live, put):
    events = iter(live())
    next(events)
    put(*(str(number) for number in range(3000)))
    update = results(events)
    assert update["sessionMetadata"]["sampled"] and len(update["sessionResults"]) == 500


@pytest.mark.sandbox("--fault", "live-tail-timeout=2s")
def test_a_session_ends_with_an_exception(live, put):
    with pytest.raises(EventStreamError) as caught:
        for _ in live():
            pass
    assert "SessionTimeoutException" in str(caught.value)


def test_refusals_come_before_the_stream(live, put, logs, refused):
    with refused("InvalidParameterException"):
        live(logStreamNames=["s"], logStreamNamePrefixes=["s"])
    with refused("InvalidParameterException"):
        live(logEventFilterPattern="{ $.a")
    logs.delete_log_group(**GROUP)
    with refused("ResourceNotFoundException", "The specified log group does not exist."):
        live()
    logs.create_log_group(**GROUP, logGroupClass="INFREQUENT_ACCESS")
    with refused("InvalidOperationException"):
        live()


def test_fifteen_sessions_and_no_more(live, put, refused):
    streams = [live() for _ in range(15)]
    with refused("LimitExceededException", "Rate exceeded"):
        live()
    streams[0].close()
    for _ in range(100):
        try:
            live()
            break
        except ClientError:
            # The sandbox sees that a client is gone when it sends the next update.
            time.sleep(0.1)
    else:
        raise AssertionError("a place is given back when a client is gone")


def test_a_stop_does_not_wait_for_sessions(live, put, sandbox):
    ended = []

    def read(stream):
        try:
            for _ in stream:
                pass
        finally:
            ended.append(True)

    reader = threading.Thread(target=read, args=[live()])
    reader.start()
    begun = time.monotonic()
    assert sandbox.get("/_sandbox/calls")["totals"]["unknown_operations"] == 0
    assert sandbox.stop() == 0
    assert time.monotonic() - begun < 3
    reader.join(10)
    assert ended
    sandbox.get = lambda _: {"totals": {"unknown_operations": 0}}
