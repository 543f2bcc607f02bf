"""The judge itself: it must see what is wrong."""

import json

import pytest

import model

GROUP = {"GroupName": "a", "GroupARN": "b", "InsightsConfiguration": {"InsightsEnabled": False}}
RULE = {
    "RuleName": "Cruddur",
    "ResourceARN": "*",
    "Priority": 9000,
    "FixedRate": 0.1,
    "ReservoirSize": 5,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
}


def found(models, service, operation, value):
    return model.violations(value, models[service].operation_model(operation).output_shape)


def test_what_is_right_passes(models):
    assert found(models, "xray", "GetGroups", {"Groups": [GROUP]}) == []
    assert found(models, "xray", "CreateSamplingRule", {"SamplingRuleRecord": {"SamplingRule": RULE, "CreatedAt": 0.0}}) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Priority": None}, "null, where absent is meant"),
        ({"Priority": "9000"}, "is no integer"),
        ({"Priority": True}, "is no integer"),
        ({"Priority": 9000.0}, "is no integer"),
        ({"Priority": 2**31}, "does not fit"),
        ({"Priority": 9999 + 1}, "at most 9999"),
        ({"FixedRate": 1.5}, "at most 1"),
        ({"FixedRate": "0.1"}, "is no number"),
        ({"RuleName": ""}, "at least 1"),
        ({"RuleName": "x" * 33}, "at most 32"),
        ({"RuleName": 1}, "is no string"),
        ({"Attributes": []}, "is no map"),
        ({"Attributes": {"k" * 33: "v"}}, "at most 32"),
        ({"Colour": "red"}, "no such member"),
        ({"SamplingRateBoost": {"MaxRate": 0.5}}, "required by SamplingRateBoost"),
    ],
)
def test_what_is_wrong_is_seen(models, change, said):
    seen = found(models, "xray", "CreateSamplingRule", {"SamplingRuleRecord": {"SamplingRule": {**RULE, **change}}})
    assert len(seen) == 1 and said in seen[0], seen


def test_a_missing_member_a_wrong_enum_and_a_broken_pattern_are_seen(models):
    rule = {name: value for name, value in RULE.items() if name != "Host"}
    (seen,) = found(models, "xray", "CreateSamplingRule", {"SamplingRuleRecord": {"SamplingRule": rule}})
    assert "Host: required by SamplingRule" in seen
    (seen,) = found(models, "logs", "DescribeLogGroups", {"logGroups": [{"logGroupClass": "CHEAP"}]})
    assert "'CHEAP' is none of STANDARD" in seen
    (seen,) = found(models, "logs", "DescribeLogGroups", {"logGroups": [{"logGroupName": "a b"}]})
    assert "does not match" in seen
    (seen,) = found(models, "logs", "ListTagsForResource", {"tags": {"a*": "b"}})
    assert "(key)" in seen and "does not match" in seen


def answer(models, status, members, service="xray", operation="CreateGroup", **headers):
    headers = {"Content-Type": model.CONTENT_TYPES[service], "x-amzn-RequestId": "1", **headers}
    described = models[service].operation_model(operation)
    model.check_answer(described, status, headers, json.dumps(members).encode())


def test_refusals_are_judged_too(models):
    known = {"__type": "InvalidRequestException", "Message": "no"}
    kind = {"x-amzn-ErrorType": "InvalidRequestException"}
    answer(models, 400, known, **kind)
    with pytest.raises(model.ModelError, match="with HTTP 404, not 400"):
        answer(models, 404, known, **kind)
    with pytest.raises(model.ModelError, match="x-amzn-ErrorType None"):
        answer(models, 400, known)
    with pytest.raises(model.ModelError, match="without a message"):
        answer(models, 400, {"__type": "InvalidRequestException"}, **kind)
    with pytest.raises(model.ModelError, match="Fix: not a member"):
        answer(models, 400, {**known, "Fix": "x"}, **kind)
    with pytest.raises(model.ModelError, match="TooManyTagsException is no error of CreateGroup"):
        answer(
            models, 400, {"__type": "TooManyTagsException", "Message": "x"}, **{"x-amzn-ErrorType": "TooManyTagsException"}
        )
    with pytest.raises(model.ModelError, match="content type text/html"):
        answer(models, 200, {}, **{"Content-Type": "text/html"})


def test_an_answer_without_members_has_none(models):
    answer(models, 200, {}, service="logs", operation="CreateLogGroup")
    with pytest.raises(model.ModelError, match="a body"):
        answer(models, 200, {"ok": True}, service="logs", operation="CreateLogGroup")


def test_a_request_is_held_against_the_maxima_that_botocore_leaves_to_the_server(models):
    operation = models["xray"].operation_model("CreateGroup")
    model.check_request(operation, b'{"GroupName": "Cruddur"}')
    with pytest.raises(model.ModelError, match="at most 32"):
        model.check_request(operation, json.dumps({"GroupName": "x" * 33}).encode())
