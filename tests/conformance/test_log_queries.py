"""CloudWatch Logs Insights as boto3 sees it."""

import json
import pathlib
import re
import time

import pytest

SCENARIO = pathlib.Path(__file__).parents[1] / "scenarios" / "insights"


def lines(name):
    return [json.loads(line) for line in (SCENARIO / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def group(logs):
    logs.create_log_group(logGroupName="cruddur")
    return {"logGroupName": "cruddur"}


@pytest.fixture
def written(logs, group):
    """The events of the scenario, which began at a full hour; gives the second of that hour."""
    hour = int(time.time()) // 3600 * 3600 - 2 * 3600
    for stream in ("web", "worker"):
        logs.create_log_stream(**group, logStreamName=stream)
        events = [
            {"timestamp": hour * 1000 + event["offset_ms"], "message": event["message"]}
            for event in lines("events.jsonl")
            if event["stream"] == stream
        ]
        logs.put_log_events(**group, logStreamName=stream, logEvents=events)
    return hour


@pytest.fixture
def ask(logs, group, written):
    def ask(text, start=0, end=7200, **members):
        groups = members if "logGroupNames" in members or "logGroupIdentifiers" in members else {**group, **members}
        started = logs.start_query(startTime=written + start, endTime=written + end, queryString=text, **groups)
        return logs.get_query_results(queryId=started["queryId"])

    return ask


def rows(answer):
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


class TestAnswers:
    def test_every_query_of_the_table(self, ask):
        wrong = []
        # What names a moment is another one here.
        fixed = re.compile(r"2026-|17955|123456789012|@ingestionTime")
        table = [row for row in lines("queries.jsonl") if not fixed.search(json.dumps(row))]
        assert len(table) > 50
        for row in table:
            seen = [{name: value for name, value in each.items() if name != "@ptr"} for each in rows(ask(row["query"]))]
            if seen != row["rows"] or [list(each) for each in seen] != [list(each) for each in row["rows"]]:
                wrong.append((row["query"], seen))
        assert not wrong

    def test_an_answer_has_status_statistics_and_pointers(self, ask):
        answer = ask("filter level = 'error'")
        assert (answer["status"], answer["queryLanguage"]) == ("Complete", "CWLI")
        (row,) = answer["results"]
        assert [cell["field"] for cell in row] == ["@timestamp", "@message", "@ptr"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", row[0]["value"])
        statistics = answer["statistics"]
        assert (statistics["recordsMatched"], statistics["recordsScanned"]) == (1.0, 10.0)
        assert statistics["bytesScanned"] == sum(len(event["message"]) for event in lines("events.jsonl"))
        assert (statistics["logGroupsScanned"], statistics["resultCount"]) == (1.0, 1.0)

    def test_both_ends_of_the_window_are_in_it(self, ask):
        assert len(ask("fields @message", start=0, end=0)["results"]) == 1
        assert len(ask("fields @message", start=1, end=61)["results"]) == 2
        assert ask("fields @message", start=4000, end=5000)["results"] == []

    def test_several_groups_by_name_or_by_arn(self, logs, ask):
        logs.create_log_group(logGroupName="other")
        logs.create_log_stream(logGroupName="other", logStreamName="s")
        event = {"timestamp": int(time.time() * 1000), "message": "hello"}
        logs.put_log_events(logGroupName="other", logStreamName="s", logEvents=[event])
        query = "stats count(*) as n by @log"
        expected = [{"@log": "000000000000:cruddur", "n": "10"}, {"@log": "000000000000:other", "n": "1"}]
        assert rows(ask(query, end=11_000, logGroupNames=["cruddur", "other", "cruddur"])) == expected
        arn = "arn:aws:logs:ca-central-1:000000000000:log-group:"
        assert rows(ask(query, end=11_000, logGroupIdentifiers=[arn + "cruddur", "other"])) == expected

    def test_limits_and_pages(self, logs, ask, written):
        assert len(ask("fields @message", limit=3)["results"]) == 3
        assert len(ask("fields @message | limit 4", limit=3)["results"]) == 4
        window = {"startTime": written, "endTime": written + 7200}
        id = logs.start_query(logGroupName="cruddur", **window, queryString="fields @message")["queryId"]
        whole = logs.get_query_results(queryId=id)
        first = logs.get_query_results(queryId=id, maxItems=6)
        second = logs.get_query_results(queryId=id, maxItems=6, nextToken=first["nextToken"])
        assert first["results"] + second["results"] == whole["results"]
        assert "nextToken" not in second and "nextToken" not in whole

    def test_results_are_those_of_the_moment(self, logs, ask, group):
        logs.delete_log_group(**group)
        logs.create_log_group(**group)
        assert ask("fields @message")["results"] == []


class TestRefusals:
    def test_a_malformed_query_says_where(self, logs, ask):
        with pytest.raises(logs.exceptions.MalformedQueryException) as caught:
            ask("fields @message | fitler a = 1")
        answer = caught.value.response
        compile_error = answer["queryCompileError"]
        assert compile_error["location"] == {"startCharOffset": 18, "endCharOffset": 24}
        assert "did you mean filter?" in compile_error["message"]

    @pytest.mark.parametrize("command", ["pattern @message", "filterIndex a = 1", "diff", "unnest a into b"])
    def test_commands_that_are_not_run_are_named(self, logs, ask, command):
        with pytest.raises(logs.exceptions.MalformedQueryException) as caught:
            ask("fields @message | " + command)
        assert f"the command {command.split()[0]} is not run here" in str(caught.value)

    def test_a_missing_group_is_named_with_its_account(self, ask, refused):
        with refused("ResourceNotFoundException", "Log group 'nope' does not exist for account ID '000000000000'"):
            ask("fields @message", logGroupNames=["cruddur", "nope"])

    @pytest.mark.parametrize(
        "members",
        [{"queryLanguage": "SQL"}, {"limit": 100_001}, {"logGroupNames": ["cruddur"], "logGroupName": "cruddur"}],
    )
    def test_what_is_not_taken(self, ask, refused, members):
        with refused("InvalidParameterException"):
            ask("fields @message", **members)

    def test_times_are_in_order(self, ask, refused):
        with refused("InvalidParameterException"):
            ask("fields @message", start=2, end=1)

    def test_a_made_up_id_or_token_is_refused(self, logs, group, ask, written, refused):
        with refused("ResourceNotFoundException"):
            logs.get_query_results(queryId="made-up")
        with refused("ResourceNotFoundException"):
            logs.stop_query(queryId="made-up")
        started = logs.start_query(**group, startTime=written, endTime=written, queryString="fields @message")
        with refused("InvalidParameterException", "The specified nextToken is invalid."):
            logs.get_query_results(queryId=started["queryId"], nextToken="made-up")


class TestHistory:
    def test_queries_are_described_as_aws_showed_them(self, logs, group, written):
        window = {"startTime": written, "endTime": written + 60}
        started = logs.start_query(**group, **window, queryString="fields @message")
        (shown,) = logs.describe_queries(**group)["queries"]
        assert abs(shown.pop("createTime") - time.time()) < 60
        assert shown == {
            "logGroupName": "cruddur",
            "queryId": started["queryId"],
            "queryLanguage": "CWLI",
            "queryString": f'SOURCE "cruddur" START={written}000 END={written + 60}999 | fields @message',
            "status": "Complete",
        }
        assert logs.describe_queries(status="Complete")["queries"] != []
        assert logs.describe_queries(status="Scheduled")["queries"] == []
        logs.create_log_group(logGroupName="other")
        assert logs.describe_queries(logGroupName="other")["queries"] == []

    def test_the_newest_is_first_and_tokens_lead_on(self, logs, group, written):
        ids = [
            logs.start_query(**group, startTime=written, endTime=written, queryString="limit 1")["queryId"] for _ in range(5)
        ]
        first = logs.describe_queries(maxResults=3)
        second = logs.describe_queries(maxResults=3, nextToken=first["nextToken"])
        assert [each["queryId"] for each in first["queries"] + second["queries"]] == ids[::-1]
        assert "nextToken" not in second

    def test_a_query_that_is_over_cannot_be_stopped(self, logs, group, written, refused):
        started = logs.start_query(**group, startTime=written, endTime=written, queryString="limit 1")
        with refused("InvalidParameterException"):
            logs.stop_query(queryId=started["queryId"])
