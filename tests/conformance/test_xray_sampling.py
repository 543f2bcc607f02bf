"""What samplers report to X-Ray and what they are told, as boto3 sees it."""

import datetime
import http.client
import json
import time
import urllib.parse

import botocore
import pytest
from botocore.config import Config

from test_xray_rules import RULE

CLIENT = "0123456789abcdef01234567"
OTHER = "0123456789abcdef01234568"


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def document(rule="Cruddur", client=CLIENT, **more):
    return {
        "RuleName": rule,
        "ClientID": client,
        "Timestamp": now(),
        "RequestCount": 9,
        "SampledCount": 3,
        "BorrowCount": 1,
        **more,
    }


def boost(anomalies=4, sampled=0, rule="Cruddur", **more):
    return {
        "RuleName": rule,
        "ServiceName": "backend",
        "Timestamp": now(),
        "AnomalyCount": anomalies,
        "TotalCount": 100,
        "SampledAnomalyCount": sampled,
        **more,
    }


def test_a_report_is_answered_with_a_quota_for_half_a_minute(xray):
    xray.create_sampling_rule(SamplingRule=RULE)
    answer = xray.get_sampling_targets(SamplingStatisticsDocuments=[document(), document("Default")])
    mine, default = answer["SamplingTargetDocuments"]
    assert (mine["RuleName"], mine["FixedRate"], mine["ReservoirQuota"], mine["Interval"]) == ("Cruddur", 0.1, 5, 10)
    assert (default["RuleName"], default["FixedRate"], default["ReservoirQuota"]) == ("Default", 0.05, 1)
    left = mine["ReservoirQuotaTTL"] - now()
    assert datetime.timedelta(seconds=20) < left <= datetime.timedelta(seconds=30)
    assert "SamplingBoost" not in mine
    assert answer["UnprocessedStatistics"] == answer["UnprocessedBoostStatistics"] == []


def test_nothing_to_report_is_answered_too(xray):
    answer = xray.get_sampling_targets(SamplingStatisticsDocuments=[])
    assert answer["SamplingTargetDocuments"] == []
    assert answer["LastRuleModification"].timestamp() == 1, "never, and not 0"


def test_clients_share_a_reservoir(xray):
    xray.create_sampling_rule(SamplingRule=RULE)

    def quota(client):
        (target,) = xray.get_sampling_targets(SamplingStatisticsDocuments=[document(client=client)])["SamplingTargetDocuments"]
        return target["ReservoirQuota"]

    # What the first gives up may be in use for two more seconds, and is not given to the other before.
    assert [quota(client) for client in (CLIENT, OTHER, CLIENT, OTHER)] == [5, 0, 3, 0]
    deadline = time.monotonic() + 10
    while (given := quota(OTHER)) == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert given == 2


def test_the_last_modification_is_that_of_the_rules_and_of_none_that_is_gone(xray):
    def last():
        return xray.get_sampling_targets(SamplingStatisticsDocuments=[document("Default")])["LastRuleModification"]

    made = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]
    assert last() == made["ModifiedAt"] == last()
    changed = xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.2})["SamplingRuleRecord"]
    assert last() == changed["ModifiedAt"] >= made["ModifiedAt"]
    xray.delete_sampling_rule(RuleName="Cruddur")
    assert last() >= changed["ModifiedAt"]
    assert now() - last() < datetime.timedelta(minutes=1)


def test_a_report_that_cannot_be_taken_is_named(xray):
    old = now() - datetime.timedelta(hours=2)
    answer = xray.get_sampling_targets(
        SamplingStatisticsDocuments=[document("gone"), document("Default", Timestamp=old), document("Default")],
        SamplingBoostStatisticsDocuments=[boost(rule="gone"), boost(rule="Default")],
    )
    assert [target["RuleName"] for target in answer["SamplingTargetDocuments"]] == ["Default"]
    gone, late = answer["UnprocessedStatistics"]
    assert (gone["RuleName"], gone["ErrorCode"]) == ("gone", "404") and "gone does not exist" in gone["Message"]
    assert (late["RuleName"], late["ErrorCode"]) == ("Default", "400") and "clock" in late["Message"]
    (gone,) = answer["UnprocessedBoostStatistics"]
    assert (gone["RuleName"], gone["ErrorCode"]) == ("gone", "404")


@pytest.mark.parametrize(
    "change",
    [{"RuleName": "x" * 33}, {"ClientID": "x" * 25}, {"RequestCount": 2**31}, {"BorrowCount": 2**40}],
    ids=lambda change: next(iter(change)),
)
def test_maxima_that_botocore_does_not_check_are_refused(xray, refused, change):
    with refused("InvalidRequestException") as caught:
        xray.get_sampling_targets(SamplingStatisticsDocuments=[document("Default", **change)])
    assert next(iter(change)) in caught.value.response["Error"]["Message"]
    assert xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"] == []


def test_the_twenty_sixth_report_is_one_too_many(xray, refused):
    for name in ("SamplingStatisticsDocuments", "SamplingBoostStatisticsDocuments"):
        documents = {"SamplingStatisticsDocuments": [document("Default")], "SamplingBoostStatisticsDocuments": [boost()]}
        xray.get_sampling_targets(**{**documents, name: documents[name] * 25})
        with refused("InvalidRequestException") as caught:
            xray.get_sampling_targets(**{**documents, name: documents[name] * 26})
        assert f"'{name}'" in caught.value.response["Error"]["Message"]


def test_anomalies_boost_a_rule_that_allows_it(xray):
    xray.create_sampling_rule(SamplingRule={**RULE, "SamplingRateBoost": {"MaxRate": 0.3, "CooldownWindowMinutes": 1}})

    def boosted(**documents):
        answer = xray.get_sampling_targets(SamplingStatisticsDocuments=[document(), document("Default")], **documents)
        mine, default = answer["SamplingTargetDocuments"]
        assert "SamplingBoost" not in default
        return mine.get("SamplingBoost")

    assert boosted(SamplingBoostStatisticsDocuments=[boost(anomalies=0)]) is None
    given = boosted(SamplingBoostStatisticsDocuments=[boost(anomalies=1)])
    assert given["BoostRate"] == 0.3, "the most"
    assert datetime.timedelta(seconds=50) < given["BoostRateTTL"] - now() <= datetime.timedelta(seconds=60)
    assert boosted() == given


@pytest.mark.sandbox("--page-limit", "2")
def test_summaries_are_paged_and_forget_a_deleted_rule(xray, refused):
    names = ["Default", "a", "b", "c"]
    for name in names[1:]:
        xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": name})
    before = now() - datetime.timedelta(seconds=11)
    xray.get_sampling_targets(SamplingStatisticsDocuments=[document(name) for name in names])
    xray.get_sampling_targets(SamplingStatisticsDocuments=[document("a", OTHER)])

    def totals():
        sums = {}
        pages = list(xray.get_paginator("get_sampling_statistic_summaries").paginate())
        assert all(1 <= len(page["SamplingStatisticSummaries"]) <= 2 for page in pages) and len(pages) > 1
        for row in (row for page in pages for row in page["SamplingStatisticSummaries"]):
            assert before <= row["Timestamp"] <= now() and row["Timestamp"].timestamp() % 10 == 0
            counts = (row["RequestCount"], row["SampledCount"], row["BorrowCount"])
            sums[row["RuleName"]] = tuple(map(sum, zip(sums.get(row["RuleName"], (0, 0, 0)), counts)))
        return sums

    assert totals() == {"Default": (9, 3, 1), "a": (18, 6, 2), "b": (9, 3, 1), "c": (9, 3, 1)}
    xray.delete_sampling_rule(RuleName="a")
    assert set(totals()) == {"Default", "b", "c"}
    with refused("InvalidRequestException"):
        xray.get_sampling_statistic_summaries(NextToken="made-up")


def test_samplers_report_unsigned_as_the_sdk_for_python_does(sandbox, watched):
    client = watched().create_client(
        "xray", region_name="us-west-2", endpoint_url=sandbox.url, config=Config(signature_version=botocore.UNSIGNED)
    )
    records = client.get_sampling_rules()["SamplingRuleRecords"]
    names = [record["SamplingRule"]["RuleName"] for record in records]
    answer = client.get_sampling_targets(SamplingStatisticsDocuments=[document(name) for name in names])
    assert [target["RuleName"] for target in answer["SamplingTargetDocuments"]] == names == ["Default"]
    # As `aws_xray_sdk.core.sampling.connector` reads them.
    assert int(answer["LastRuleModification"].strftime("%s")) >= 0
    assert int(answer["SamplingTargetDocuments"][0]["ReservoirQuotaTTL"].strftime("%s")) > 0


@pytest.mark.parametrize("timestamp", [1, 1000], ids=["Node, Go", "Java with OpenTelemetry: milliseconds"])
def test_samplers_that_write_their_own_json_are_taken(sandbox, timestamp):
    """Raw requests: what samplers without an AWS client send, and what they look for."""
    report = {**document("Default"), "Timestamp": int(now().timestamp() * timestamp)}
    target = urllib.parse.urlsplit(sandbox.url)
    connection = http.client.HTTPConnection(target.hostname, target.port)
    connection.request("POST", "/SamplingTargets", json.dumps({"SamplingStatisticsDocuments": [report]}))
    response = connection.getresponse()
    answer = json.load(response)
    connection.close()
    assert response.status == 200
    # Node takes a falsy one for a broken answer; AutoValue in Java takes no null.
    assert answer["LastRuleModification"] and answer["UnprocessedStatistics"] == []
    assert answer["SamplingTargetDocuments"][0]["ReservoirQuota"] == 1
