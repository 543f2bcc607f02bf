"""Log events, as boto3 and the AWS CLI put, read and search them."""

import json
import pathlib
import time

import pytest

GROUP = {"logGroupName": "cruddur"}
STREAM = {**GROUP, "logStreamName": "s"}
ARN = "arn:aws:logs:ca-central-1:000000000000:log-group:cruddur"
DAY = 24 * 60 * 60 * 1000
HOUR = 60 * 60 * 1000
TABLE = pathlib.Path(__file__).parent.parent / "scenarios" / "filter_patterns.jsonl"
INVALID = "InvalidParameterException"


def now():
    return int(time.time() * 1000)


@pytest.fixture
def stream(logs):
    logs.create_log_group(**GROUP)
    logs.create_log_stream(**STREAM)
    return STREAM


@pytest.fixture
def start(logs, stream):
    """Seven events, a millisecond apart; the time of the first."""
    start = now() - 1000
    logs.put_log_events(**stream, logEvents=events(start, *(str(number) for number in range(7))))
    return start


def events(start, *messages):
    return [{"timestamp": start + offset, "message": message} for offset, message in enumerate(messages)]


def said(answer):
    return [event["message"] for event in answer["events"]]


class TestPut:
    def test_an_answer_has_a_token_and_nothing_else(self, logs, stream):
        answer = logs.put_log_events(**stream, logEvents=events(now(), "a"), sequenceToken="of old times")
        assert len(answer.pop("nextSequenceToken")) == 56
        answer.pop("ResponseMetadata")
        assert answer == {}

    def test_what_is_put_comes_back(self, logs, stream):
        odd = ["é – 日本 \U0001f600", "two\nlines\t", '{"level": "x", "quote": "\\""}', " ", "\x00\x7f"]
        start = now() - 10
        logs.put_log_events(**stream, logEvents=events(start, *odd))
        got = logs.get_log_events(**stream)["events"]
        assert [event["message"] for event in got] == odd
        assert [event["timestamp"] for event in got] == list(range(start, start + 5))
        assert all(start <= event["ingestionTime"] <= now() for event in got)

    def test_limits(self, logs, stream, refused):
        time = now()
        logs.put_log_events(**stream, logEvents=[{"timestamp": time, "message": "a"}] * 10_000)
        with refused(INVALID) as caught:
            logs.put_log_events(**stream, logEvents=[{"timestamp": time, "message": "a"}] * 10_001)
        assert "at 'logEvents' failed to satisfy constraint" in caught.value.response["Error"]["Message"]
        largest = "x" * (1_048_576 - 26)
        logs.put_log_events(**stream, logEvents=events(time, largest))
        with refused(INVALID, "Log event too large: 1048577 bytes exceeds limit of 1048576"):
            logs.put_log_events(**stream, logEvents=events(time, largest + "x"))
        with refused(INVALID, "Upload too large: 1048603 bytes exceeds limit of 1048576"):
            logs.put_log_events(**stream, logEvents=events(time, largest, "a"))
        with refused(INVALID, "Log events in a single PutLogEvents request must be in chronological order."):
            logs.put_log_events(**stream, logEvents=events(time, "a", "b")[::-1])
        text = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        with refused(INVALID, text):
            logs.put_log_events(**stream, logEvents=events(time - DAY - 1, "a") + events(time, "b"))
        with refused("ResourceNotFoundException", "The specified log stream does not exist."):
            logs.put_log_events(**GROUP, logStreamName="t", logEvents=events(time, "a"))
        with refused("ResourceNotFoundException", "The specified log group does not exist."):
            logs.put_log_events(logGroupName="h", logStreamName="s", logEvents=events(time, "a"))

    def test_events_out_of_the_window_are_reported_by_their_places(self, logs, stream):
        put = lambda *times: logs.put_log_events(
            **stream, logEvents=[{"timestamp": time, "message": str(time)} for time in times]
        ).get("rejectedLogEventsInfo")
        time = now()
        assert put(time - DAY // 2, time, time + HOUR) is None
        # Where AWS's first is inclusive the second is exclusive; moto has both the other way round.
        assert put(time - 15 * DAY, time - 15 * DAY, time, time + 3 * HOUR, time + 4 * HOUR) == {
            "tooNewLogEventStartIndex": 3,
            "tooOldLogEventEndIndex": 2,
        }
        logs.put_retention_policy(**GROUP, retentionInDays=3)
        assert put(time - 4 * DAY, time) == {"expiredLogEventEndIndex": 1}
        assert len(said(logs.get_log_events(**stream))) == 5

    def test_an_entity_does_no_harm(self, logs, stream):
        entity = {"keyAttributes": {"Type": "Service", "Name": "a", "Environment": "b"}}
        answer = logs.put_log_events(**stream, logEvents=events(now(), "a"), entity=entity)
        assert "rejectedEntityInfo" not in answer
        entity = {"keyAttributes": {"Type": "Cat", "Name": "a"}}
        answer = logs.put_log_events(**stream, logEvents=events(now(), "a"), entity=entity)
        assert answer["rejectedEntityInfo"] == {"errorType": "InvalidTypeValue"}

    def test_streams_and_groups_know_of_it(self, logs, stream, start):
        logs.create_log_stream(**GROUP, logStreamName="later")
        logs.put_log_events(**GROUP, logStreamName="later", logEvents=events(now() + HOUR, "x"))
        logs.create_log_stream(**GROUP, logStreamName="never")
        listed = logs.describe_log_streams(**GROUP, orderBy="LastEventTime", descending=True)["logStreams"]
        assert [each["logStreamName"] for each in listed][0] == "later"
        (known,) = logs.describe_log_streams(**GROUP, logStreamNamePrefix="s")["logStreams"]
        assert (known["firstEventTimestamp"], known["lastEventTimestamp"]) == (start, start + 6)
        assert known["lastIngestionTime"] >= start and known["uploadSequenceToken"] and known["storedBytes"] == 0
        (unknown,) = logs.describe_log_streams(**GROUP, logStreamNamePrefix="n")["logStreams"]
        assert "lastEventTimestamp" not in unknown
        (group,) = logs.describe_log_groups()["logGroups"]
        assert group["storedBytes"] == 8 * 27


class TestGet:
    def test_forward_to_the_end_and_on(self, logs, stream, start):
        seen, token = [], {}
        while True:
            page = logs.get_log_events(**stream, startFromHead=True, limit=3, **token)
            seen += said(page)
            if page["nextForwardToken"] == token.get("nextToken"):
                break
            token = {"nextToken": page["nextForwardToken"]}
        assert seen == list("0123456")
        logs.put_log_events(**stream, logEvents=events(now() + 1000, "later"))
        assert said(logs.get_log_events(**stream, startFromHead=True, **token)) == ["later"]

    def test_backward_from_the_newest(self, logs, stream, start):
        page = logs.get_log_events(**stream, limit=3)
        assert said(page) == ["4", "5", "6"]
        page = logs.get_log_events(**stream, limit=3, nextToken=page["nextBackwardToken"])
        assert said(page) == ["1", "2", "3"]
        page = logs.get_log_events(**stream, limit=3, nextToken=page["nextBackwardToken"])
        assert said(page) == ["0"]
        end = logs.get_log_events(**stream, limit=3, nextToken=page["nextBackwardToken"])
        assert said(end) == [] and end["nextBackwardToken"] == page["nextBackwardToken"]

    def test_the_end_is_not_included(self, logs, stream, start):
        assert said(logs.get_log_events(**stream, startTime=start + 1, endTime=start + 3)) == ["1", "2"]

    def test_a_made_up_token_is_refused(self, logs, stream, refused):
        for token in ("x", "f/1/s", "f/" + "9" * 56 + "/s"):
            with refused(INVALID, "The specified nextToken is invalid."):
                logs.get_log_events(**stream, nextToken=token)
        page = logs.get_log_events(**stream)
        assert page["events"] == [] and page["nextForwardToken"] and page["nextBackwardToken"]

    def test_by_arn(self, logs, stream, start, refused):
        by_arn = {"logGroupIdentifier": ARN, "logStreamName": "s"}
        assert len(said(logs.get_log_events(**by_arn))) == 7
        with refused("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters."):
            logs.get_log_events(**by_arn, **GROUP)


class TestFilter:
    def test_the_paginator_follows_to_the_end(self, logs, stream, start):
        logs.create_log_stream(**GROUP, logStreamName="t")
        logs.put_log_events(**GROUP, logStreamName="t", logEvents=events(start, *"abcdefg"))
        for order, expected in ((True, "0a1b2c3d4e5f6g"), (False, "g6f5e4d3c2b1a0")):
            pages = logs.get_paginator("filter_log_events").paginate(
                **GROUP, startTime=start, startFromHead=order, PaginationConfig={"PageSize": 3}
            )
            pages = list(pages)
            assert "".join(message for page in pages for message in said(page)) == expected
            assert all(page["searchedLogStreams"] == [] for page in pages)
            ids = [event["eventId"] for page in pages for event in page["events"]]
            assert ids == sorted(ids, reverse=not order) and len(set(ids)) == 14
            assert {len(each) for each in ids} == {56}

    def test_both_ends_are_included(self, logs, stream, start):
        assert said(logs.filter_log_events(**GROUP, startTime=start + 1, endTime=start + 3)) == ["1", "2", "3"]

    def test_streams_by_name_or_prefix(self, logs, stream, start, refused):
        assert len(said(logs.filter_log_events(**GROUP, logStreamNamePrefix="s"))) == 7
        assert said(logs.filter_log_events(**GROUP, logStreamNamePrefix="t")) == []
        assert len(said(logs.filter_log_events(logGroupIdentifier=ARN, logStreamNames=["s"]))) == 7
        with refused("ResourceNotFoundException", "The specified log stream does not exist."):
            logs.filter_log_events(**GROUP, logStreamNames=["s", "t"])
        with refused(INVALID):
            logs.filter_log_events(**GROUP, logStreamNames=["s"], logStreamNamePrefix="s")

    def test_tokens_belong_to_their_search(self, logs, stream, start, refused):
        token = logs.filter_log_events(**GROUP, limit=1)["nextToken"]
        assert len(said(logs.filter_log_events(**GROUP, nextToken=token))) == 6
        for other in ({"filterPattern": "1"}, {"startTime": 1}, {"logStreamNames": ["s"]}):
            with refused(INVALID, "The specified nextToken is invalid."):
                logs.filter_log_events(**GROUP, nextToken=token, **other)
        with refused(INVALID, "The specified nextToken is invalid."):
            logs.filter_log_events(**GROUP, nextToken="made-up")
        with refused(INVALID):
            logs.filter_log_events(**GROUP, startFromHead=False)

    def test_classes_that_cannot_be_searched(self, logs, refused):
        for name in ("INFREQUENT_ACCESS", "DELIVERY"):
            logs.create_log_group(logGroupName=name, logGroupClass=name)
            with refused("InvalidOperationException") as caught:
                logs.filter_log_events(logGroupName=name)
            assert name in caught.value.response["Error"]["Message"]

    def test_a_pattern_that_cannot_be_read_is_refused(self, logs, stream, refused):
        with refused(INVALID) as caught:
            logs.filter_log_events(**GROUP, filterPattern="{ $.a = }")
        assert caught.value.response["Error"]["Message"].startswith("Invalid filter pattern: column 9: ")

    def test_every_row_of_the_table_of_patterns(self, logs, stream):
        rows = [json.loads(line) for line in TABLE.read_text().splitlines()]
        rows = [row for row in rows if row["message"]]
        lines = sorted({row["message"] for row in rows})
        logs.put_log_events(**stream, logEvents=[{"timestamp": now(), "message": line} for line in lines])
        found = {
            pattern: set(said(logs.filter_log_events(**GROUP, filterPattern=pattern)))
            for pattern in {row["pattern"] for row in rows}
        }
        wrong = [row for row in rows if (row["message"] in found[row["pattern"]]) != row["matches"]]
        assert not wrong and len(rows) > 120

    def test_a_deleted_stream_or_group_takes_its_events_along(self, logs, stream, start):
        logs.delete_log_stream(**stream)
        logs.create_log_stream(**stream)
        assert said(logs.filter_log_events(**GROUP)) == []
        logs.put_log_events(**stream, logEvents=events(start, "a"))
        logs.delete_log_group(**GROUP)
        logs.create_log_group(**GROUP)
        assert said(logs.filter_log_events(**GROUP)) == []


class TestAwsCli:
    def test_put_filter_and_get(self, aws, logs, stream):
        script = f"""
            aws logs put-log-events --log-group-name cruddur --log-stream-name s --log-events \
                timestamp={now()},message='"GET / 200"' timestamp={now()},message='"GET /boom 500"'
            aws logs filter-log-events --log-group-name cruddur --filter-pattern 500 --query 'events[].message' --output text
            aws logs get-log-events --log-group-name cruddur --log-stream-name s --query 'events[0].message' --output text
        """
        done = aws(script).ok()
        assert '"nextSequenceToken"' in done.out
        assert done.out.splitlines()[-2:] == ["GET /boom 500", "GET / 200"]

    @pytest.mark.sandbox("--page-limit", "2")
    def test_it_follows_tokens(self, aws, logs, stream):
        start = now()
        logs.put_log_events(**stream, logEvents=events(start, *"abcde"))
        done = aws("aws logs filter-log-events --log-group-name cruddur --query 'events[].message' --output text").ok()
        assert "".join(done.out.split()) == "abcde"
