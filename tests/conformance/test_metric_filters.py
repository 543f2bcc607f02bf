"""Metric filters as boto3 sees them."""

import json
import pathlib

import pytest

TABLE = pathlib.Path(__file__).parents[1] / "scenarios" / "filter_patterns.jsonl"
ROWS = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
METRIC = {"metricName": "errors", "metricNamespace": "cruddur", "metricValue": "1"}


@pytest.fixture
def group(logs):
    logs.create_log_group(logGroupName="cruddur")
    return {"logGroupName": "cruddur"}


@pytest.fixture
def put(logs, group):
    def put(name="f", pattern="ERROR", group="cruddur", **members):
        logs.put_metric_filter(
            logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=[{**METRIC, **members}]
        )

    return put


def names(logs, **wanted):
    return [each["filterName"] for each in logs.describe_metric_filters(**wanted)["metricFilters"]]


class TestKeeping:
    def test_a_filter_has_exactly_the_members_that_aws_showed(self, logs, group, put):
        put(pattern=" ", defaultValue=0)
        (shown,) = logs.describe_metric_filters(**group)["metricFilters"]
        assert shown.pop("creationTime") > 0
        assert shown == {
            "applyOnTransformedLogs": False,
            "filterName": "f",
            "filterPattern": " ",
            "logGroupName": "cruddur",
            "metricTransformations": [{**METRIC, "defaultValue": 0.0}],
        }

    def test_everything_that_is_put_is_shown(self, logs, group):
        made = {**METRIC, "metricValue": "$.ms", "unit": "Milliseconds", "dimensions": {"Path": "$.path"}}
        given = {
            **group,
            "filterName": "f",
            "filterPattern": "{ $.ms = * && $.path = * }",
            "metricTransformations": [made],
            "applyOnTransformedLogs": True,
            "fieldSelectionCriteria": '@aws.region = "us-east-1"',
            "emitSystemFieldDimensions": ["@aws.region"],
        }
        logs.put_metric_filter(**given)
        (shown,) = logs.describe_metric_filters(**group)["metricFilters"]
        del shown["creationTime"]
        assert shown == given

    def test_a_second_put_changes_the_filter_and_keeps_its_time(self, logs, group, put):
        put()
        before = logs.describe_metric_filters(**group)["metricFilters"][0]["creationTime"]
        put(pattern="WARN", metricValue="2")
        (shown,) = logs.describe_metric_filters(**group)["metricFilters"]
        assert (shown["filterPattern"], shown["metricTransformations"][0]["metricValue"]) == ("WARN", "2")
        assert shown["creationTime"] == before

    def test_a_group_counts_its_filters_and_takes_them_along(self, logs, group, put, refused):
        def count():
            return logs.describe_log_groups(logGroupNamePrefix="cruddur")["logGroups"][0]["metricFilterCount"]

        assert count() == 0
        put("a")
        put("b")
        assert count() == 2
        logs.delete_metric_filter(**group, filterName="a")
        assert count() == 1
        with refused("ResourceNotFoundException", "The specified metric filter does not exist."):
            logs.delete_metric_filter(**group, filterName="a")
        logs.delete_log_group(**group)
        logs.create_log_group(**group)
        assert (count(), names(logs)) == (0, [])

    def test_filters_are_found_by_group_name_and_metric(self, logs, put, refused):
        logs.create_log_group(logGroupName="other")
        put("b")
        put("ab", metricName="slow")
        put("a", group="other")
        assert names(logs) == ["a", "ab", "b"]
        assert names(logs, filterNamePrefix="a") == ["a", "ab"]
        assert names(logs, logGroupName="cruddur") == ["ab", "b"]
        assert names(logs, metricName="errors", metricNamespace="cruddur") == ["a", "b"]
        with refused("InvalidParameterException"):
            names(logs, metricName="errors")
        with refused("ResourceNotFoundException", "The specified log group does not exist."):
            names(logs, logGroupName="nope")

    def test_a_paginator_follows_tokens_and_a_made_up_token_is_refused(self, logs, put, refused):
        for number in range(5):
            put(f"f{number}")
        pages = list(logs.get_paginator("describe_metric_filters").paginate(PaginationConfig={"PageSize": 2}))
        assert [len(page["metricFilters"]) for page in pages] == [2, 2, 1]
        with refused("InvalidParameterException", "The specified nextToken is invalid."):
            logs.describe_metric_filters(nextToken="made-up")


class TestRefusals:
    def test_five_filters_with_regular_expressions_and_a_hundred_in_all(self, logs, put, refused):
        for number in range(5):
            put(f"r{number}", pattern="%x%")
        with refused("LimitExceededException"):
            put("r5", pattern="{ $.a = %x% }")
        put("r0", pattern="[a = %x%]")
        for number in range(95):
            put(f"f{number}")
        with refused("LimitExceededException"):
            put("one more")
        put("f0", pattern="WARN")

    @pytest.mark.parametrize(
        ("change", "text"),
        [
            ({"pattern": "user-id"}, "Invalid metric filter pattern"),
            ({"pattern": "x" * 1025}, "less than or equal to 1024"),
            ({"name": "a:b"}, "regular expression pattern"),
            ({"metricName": "a$"}, "regular expression pattern"),
            ({"unit": "Furlongs"}, "enum value set"),
            ({"dimensions": {"a": "$.a"}}, "does not support dimensions"),
            ({"dimensions": {"a": "$.a"}, "defaultValue": 1.0, "pattern": "{$.a=*}"}, "mutually exclusive"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_made(self, logs, put, refused, change, text):
        with refused("InvalidParameterException") as caught:
            put(**change)
        assert text in caught.value.response["Error"]["Message"]
        assert names(logs) == []

    def test_groups_that_are_missing_or_of_a_cheap_class_take_none(self, logs, put, refused):
        with refused("ResourceNotFoundException", "The specified log group does not exist."):
            put(group="nope")
        logs.create_log_group(logGroupName="cheap", logGroupClass="INFREQUENT_ACCESS")
        with refused("InvalidOperationException"):
            put(group="cheap")


class TestPatterns:
    def test_every_row_of_the_table(self, logs):
        wrong = []
        for row in ROWS:
            if not row["message"]:
                continue
            answer = logs.test_metric_filter(filterPattern=row["pattern"], logEventMessages=[row["message"]])
            matches = answer["matches"]
            if bool(matches) != row["matches"]:
                wrong.append(row)
            elif "values" in row and matches[0]["extractedValues"] != row["values"]:
                wrong.append((row, matches[0]["extractedValues"]))
        assert not wrong

    def test_messages_are_numbered(self, logs):
        answer = logs.test_metric_filter(filterPattern="[a, b]", logEventMessages=["1 2", "3", "4 5 6"])
        assert answer["matches"] == [
            {"eventNumber": 0, "eventMessage": "1 2", "extractedValues": {"$a": "1", "$b": "2"}},
            {"eventNumber": 2, "eventMessage": "4 5 6", "extractedValues": {"$a": "4", "$b": "5 6"}},
        ]

    def test_a_broken_pattern_is_refused_with_its_place(self, logs, refused):
        with refused("InvalidParameterException") as caught:
            logs.test_metric_filter(filterPattern="{ level = 1 }", logEventMessages=["x"])
        assert "column 3" in caught.value.response["Error"]["Message"]
