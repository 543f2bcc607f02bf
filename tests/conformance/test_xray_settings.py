"""Tags and settings of X-Ray, as boto3 sees them, and what it does not find."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from model import check_answer
from test_xray_rules import RULE


@pytest.fixture(params=["group", "rule"])
def resource(request, xray):
    """The ARN of something that can have tags."""
    if request.param == "group":
        return xray.create_group(GroupName="Cruddur")["Group"]["GroupARN"]
    return xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]


def tags(xray, arn):
    listed = xray.get_paginator("list_tags_for_resource").paginate(ResourceARN=arn).build_full_result()["Tags"]
    return {tag["Key"]: tag["Value"] for tag in listed}


def as_list(**pairs):
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def test_tags_are_set_replaced_and_removed(xray, resource):
    assert tags(xray, resource) == {}
    xray.tag_resource(ResourceARN=resource, Tags=as_list(team="cruddur", stage="dev"))
    xray.tag_resource(ResourceARN=resource, Tags=as_list(stage="prod", empty=""))
    assert tags(xray, resource) == {"team": "cruddur", "stage": "prod", "empty": ""}
    xray.untag_resource(ResourceARN=resource, TagKeys=["stage", "not there"])
    assert tags(xray, resource) == {"team": "cruddur", "empty": ""}


def test_50_tags_and_no_more(xray, resource):
    xray.tag_resource(ResourceARN=resource, Tags=as_list(**{f"k{number}": "v" for number in range(50)}))
    xray.tag_resource(ResourceARN=resource, Tags=as_list(k7="changed"))
    with pytest.raises(xray.exceptions.TooManyTagsException) as caught:
        xray.tag_resource(ResourceARN=resource, Tags=as_list(k50="v"))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert len(tags(xray, resource)) == 50


def test_tags_are_given_at_creation_and_go_with_the_resource(xray):
    group = xray.create_group(GroupName="Cruddur", Tags=as_list(team="a"))["Group"]["GroupARN"]
    record = xray.create_sampling_rule(SamplingRule=RULE, Tags=as_list(team="b"))["SamplingRuleRecord"]
    rule = record["SamplingRule"]["RuleARN"]
    assert (tags(xray, group), tags(xray, rule)) == ({"team": "a"}, {"team": "b"})
    xray.delete_sampling_rule(RuleName="Cruddur")
    xray.create_sampling_rule(SamplingRule=RULE)
    assert tags(xray, rule) == {}


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:xray:ca-central-1:000000000000:group/Cruddur/ABC",
        "arn:aws:xray:ca-central-1:000000000000:sampling-rule/nope",
        "arn:aws:xray:eu-west-1:000000000000:sampling-rule/Default",
        "arn:aws:s3:::bucket",
        "no arn",
    ],
)
def test_an_unknown_arn_is_a_404(xray, refused, arn):
    for call in (
        lambda: xray.list_tags_for_resource(ResourceARN=arn),
        lambda: xray.tag_resource(ResourceARN=arn, Tags=as_list(a="b")),
        lambda: xray.untag_resource(ResourceARN=arn, TagKeys=["a"]),
    ):
        with refused("ResourceNotFoundException", status=404) as caught:
            call()
        assert caught.value.response["ResourceName"] == arn
        assert isinstance(caught.value, xray.exceptions.ResourceNotFoundException)


def test_a_token_for_tags_is_refused(xray, refused, resource):
    with refused("InvalidRequestException"):
        xray.list_tags_for_resource(ResourceARN=resource, NextToken="made-up")


def test_vector_5_the_encryption_config_is_asked_for_with_an_empty_body(xray, front, client):
    through = client("xray", url=front.url)
    answer = through.get_encryption_config()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["EncryptionConfig"] == {"Status": "ACTIVE", "Type": "NONE"}
    (call,) = front.calls
    assert call.headers["Content-Length"] == "0" and "Content-Type" not in call.headers


def test_the_encryption_config_is_set(xray, refused):
    key = "alias/cruddur"
    answer = xray.put_encryption_config(Type="KMS", KeyId=key)["EncryptionConfig"]
    assert (answer["Type"], answer["KeyId"]) == ("KMS", key)
    assert xray.get_encryption_config()["EncryptionConfig"] == answer
    for wrong in ({"Type": "KMS"}, {"Type": "NONE", "KeyId": key}, {"Type": "AES"}, {"Type": "KMS", "KeyId": "k" * 3001}):
        with refused("InvalidRequestException"):
            xray.put_encryption_config(**wrong)
    assert xray.get_encryption_config()["EncryptionConfig"] == answer
    xray.put_encryption_config(Type="NONE")
    assert "KeyId" not in xray.get_encryption_config()["EncryptionConfig"]


def test_the_destination_of_trace_segments(xray, refused):
    def destination():
        answer = xray.get_trace_segment_destination()
        return answer["Destination"], answer["Status"]

    assert destination() == ("XRay", "ACTIVE")
    assert xray.update_trace_segment_destination(Destination="CloudWatchLogs")["Destination"] == "CloudWatchLogs"
    assert destination()[0] == "CloudWatchLogs"
    with refused("InvalidRequestException"):
        xray.update_trace_segment_destination(Destination="S3")
    assert destination()[0] == "CloudWatchLogs"


def test_the_indexing_rule(xray, refused):
    (rule,) = xray.get_indexing_rules()["IndexingRules"]
    assert rule["Name"] == "Default"
    assert rule["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 1
    changed = xray.update_indexing_rule(Name="Default", Rule={"Probabilistic": {"DesiredSamplingPercentage": 12.5}})
    assert changed["IndexingRule"]["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 12.5
    assert xray.get_indexing_rules()["IndexingRules"] == [changed["IndexingRule"]]
    with refused("ResourceNotFoundException", status=404):
        xray.update_indexing_rule(Name="nope", Rule={"Probabilistic": {"DesiredSamplingPercentage": 1}})
    with refused("InvalidRequestException"):
        xray.update_indexing_rule(Name="Default", Rule={"Probabilistic": {"DesiredSamplingPercentage": 101}})
    with refused("InvalidRequestException"):
        xray.get_indexing_rules(NextToken="made-up")


@pytest.mark.unknown(2)
def test_an_operation_that_is_not_emulated_says_so(xray, refused):
    with refused("UnknownOperationException", status=404):
        xray.get_insight(InsightId="12345678-1234-1234-8234-123456789012")
    with refused("UnknownOperationException", status=404):
        xray.list_resource_policies()


def test_the_requests_of_other_sdks_are_understood(sandbox, models):
    """The Go sampler's `null`, no content type, and no signature; restJson1 allows all of it."""
    for body in (b"", b"{}", b'{"NextToken": null}'):
        connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
        connection.request("POST", "/GetSamplingRules", body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        operation = models["xray"].operation_model("GetSamplingRules")
        check_answer(operation, answer.status, dict(answer.getheaders()), content)
        # Node's sampler ends on a rule without attributes.
        assert [rule["SamplingRule"]["Attributes"] for rule in json.loads(content)["SamplingRuleRecords"]] == [{}]
