"""Sampling rules of X-Ray, as boto3 sees them."""

import datetime

import pytest

RULE = {
    "RuleName": "Cruddur",
    "ResourceARN": "*",
    "Priority": 9000,
    "FixedRate": 0.1,
    "ReservoirSize": 5,
    "ServiceName": "Cruddur",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
}


def custom(xray):
    records = xray.get_paginator("get_sampling_rules").paginate().build_full_result()["SamplingRuleRecords"]
    return {record["SamplingRule"]["RuleName"]: record for record in records if record["SamplingRule"]["RuleName"] != "Default"}


def test_a_rule_is_created_read_updated_and_deleted(xray, refused):
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=2)
    record = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]
    arn = "arn:aws:xray:ca-central-1:000000000000:sampling-rule/Cruddur"
    assert record["SamplingRule"] == {**RULE, "RuleARN": arn, "Attributes": {}}
    assert before <= record["CreatedAt"] == record["ModifiedAt"] <= before + datetime.timedelta(minutes=1)
    assert custom(xray) == {"Cruddur": record}

    changed = xray.update_sampling_rule(SamplingRuleUpdate={"RuleARN": arn, "FixedRate": 0.5})["SamplingRuleRecord"]
    assert changed["SamplingRule"] == {**record["SamplingRule"], "FixedRate": 0.5}
    assert changed["CreatedAt"] == record["CreatedAt"]

    assert xray.delete_sampling_rule(RuleName="Cruddur")["SamplingRuleRecord"] == changed
    for gone in (
        lambda: xray.delete_sampling_rule(RuleARN=arn),
        lambda: xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Cruddur", "FixedRate": 0}),
    ):
        with refused("InvalidRequestException", "Sampling rule does not exist"):
            gone()


def test_a_second_rule_of_the_name_is_refused(xray, refused):
    xray.create_sampling_rule(SamplingRule=RULE)
    with refused("InvalidRequestException", "Sampling rule already exists"):
        xray.create_sampling_rule(SamplingRule={**RULE, "Priority": 1})
    # Priorities may be shared.
    xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": "other"})


def test_vector_3_priority_name_and_quota(xray, refused):
    with refused("InvalidRequestException"):
        xray.create_sampling_rule(SamplingRule={**RULE, "Priority": 10000})
    with refused("InvalidRequestException"):
        xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": "Default"})
    for number in range(25):
        xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": f"rule-{number}"})
    with pytest.raises(xray.exceptions.RuleLimitExceededException) as caught:
        xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": "one-too-many"})
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert len(custom(xray)) == 25


def test_vector_4_the_default_rule(xray, refused):
    (default,) = xray.get_sampling_rules()["SamplingRuleRecords"]
    arn = "arn:aws:xray:ca-central-1:000000000000:sampling-rule/Default"
    assert default["SamplingRule"] == {
        **RULE,
        "RuleName": "Default",
        "RuleARN": arn,
        "Priority": 10000,
        "FixedRate": 0.05,
        "ReservoirSize": 1,
        "ServiceName": "*",
        "Attributes": {},
    }
    assert default["CreatedAt"].timestamp() == 0

    update = xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.1, "ReservoirSize": 2})
    assert update["SamplingRuleRecord"]["SamplingRule"]["FixedRate"] == 0.1
    assert update["SamplingRuleRecord"]["ModifiedAt"].timestamp() > 0
    update = xray.update_sampling_rule(SamplingRuleUpdate={"RuleARN": arn, "FixedRate": 0.2})
    assert update["SamplingRuleRecord"]["SamplingRule"]["ReservoirSize"] == 2

    for more in ({"Priority": 10000}, {"Priority": 5}, {"Host": "*"}, {"Attributes": {}}):
        with refused("InvalidRequestException", "Invalid update request for default sampling rule"):
            xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.1, **more})
    with refused("InvalidRequestException"):
        xray.delete_sampling_rule(RuleName="Default")
    with refused("InvalidRequestException"):
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 1.1})


OUT_OF_BOUNDS = [
    {"RuleName": "x" * 40},
    {"Priority": 20000},
    {"FixedRate": 2},
    {"ReservoirSize": 2**31},
    {"ServiceName": "x" * 65},
    {"ServiceType": "x" * 65},
    {"Host": "x" * 65},
    {"HTTPMethod": "x" * 11},
    {"URLPath": "/" * 129},
    {"ResourceARN": "x" * 501},
    {"Version": 2},
    {"Attributes": {"k" * 33: "v"}},
    {"Attributes": {"k": "v" * 33}},
    {"SamplingRateBoost": {"MaxRate": 1.5, "CooldownWindowMinutes": 1}},
]


@pytest.mark.parametrize("change", OUT_OF_BOUNDS, ids=lambda change: str(change)[:40])
def test_maxima_that_botocore_does_not_check_are_refused(xray, refused, change):
    with refused("InvalidRequestException") as caught:
        xray.create_sampling_rule(SamplingRule={**RULE, **change})
    assert next(iter(change)) in caught.value.response["Error"]["Message"]
    assert custom(xray) == {}


@pytest.mark.parametrize(
    "change", [change for change in OUT_OF_BOUNDS if not change.keys() & {"Version", "RuleName"}], ids=lambda change: str(change)[:40]
)
def test_an_update_is_held_to_the_same_maxima(xray, refused, change):
    made = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]
    with refused("InvalidRequestException"):
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Cruddur", **change})
    assert custom(xray) == {"Cruddur": made}


def test_every_member_and_the_rate_boost_survive_a_round_trip_and_a_partial_update(xray):
    full = {
        "RuleName": "DEBUG – history updates",
        "ResourceARN": "arn:aws:ecs:*",
        "Priority": 1,
        "FixedRate": 0.0,
        "ReservoirSize": 0,
        "ServiceName": "backend-*",
        "ServiceType": "AWS::ECS::Container",
        "Host": "*.example.test",
        "HTTPMethod": "P?ST",
        "URLPath": "/api/*",
        "Version": 1,
        "Attributes": {"version": "v1*", "größe": "ä"},
        "SamplingRateBoost": {"MaxRate": 0.25, "CooldownWindowMinutes": 10},
    }
    xray.create_sampling_rule(SamplingRule=full)
    (made,) = custom(xray).values()
    assert made["SamplingRule"] == {**full, "RuleARN": made["SamplingRule"]["RuleARN"]}

    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": full["RuleName"], "Priority": 2})
    (changed,) = custom(xray).values()
    assert changed["SamplingRule"] == {**made["SamplingRule"], "Priority": 2}

    # A map that is given replaces the old one.
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": full["RuleName"], "Attributes": {"a": "b"}})
    (changed,) = custom(xray).values()
    assert changed["SamplingRule"]["Attributes"] == {"a": "b"}
    assert changed["SamplingRule"]["SamplingRateBoost"] == full["SamplingRateBoost"]


def test_a_rule_is_named_in_exactly_one_way(xray, refused):
    arn = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]
    for key in ({}, {"RuleName": "Cruddur", "RuleARN": arn}):
        with refused("InvalidRequestException"):
            xray.delete_sampling_rule(**key)
        with refused("InvalidRequestException"):
            xray.update_sampling_rule(SamplingRuleUpdate={**key, "FixedRate": 0})


@pytest.mark.sandbox("--page-limit", "2")
def test_a_paginator_follows_tokens_and_a_made_up_token_is_refused(xray, refused):
    for number in range(4):
        xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": f"rule-{number}"})
    pages = list(xray.get_paginator("get_sampling_rules").paginate())
    assert [len(page["SamplingRuleRecords"]) for page in pages] == [2, 2, 1]
    assert set(custom(xray)) == {f"rule-{number}" for number in range(4)}
    with refused("InvalidRequestException"):
        xray.get_sampling_rules(NextToken="made-up")
