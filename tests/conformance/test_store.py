"""A store on disk, many clients at once, and callers that do not sign."""

import concurrent.futures

import boto3
import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from processes import REGION, Sandbox


def test_what_was_acknowledged_is_there_after_a_restart(client, environment, tmp_path):
    store = tmp_path / "store"

    def started(name):
        (tmp_path / name).mkdir()
        return Sandbox(tmp_path / name, ["--dir", str(store)], dict(environment))

    first = started("first")
    xray, logs = client("xray", url=first.url), client("logs", url=first.url)
    group = xray.create_group(GroupName="Cruddur", FilterExpression="fault", Tags=[{"Key": "a", "Value": "b"}])["Group"]
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.5})
    logs.create_log_group(logGroupName="cruddur", tags={"a": "b"})
    logs.create_log_stream(logGroupName="cruddur", logStreamName="s")
    rules, streams = xray.get_sampling_rules()["SamplingRuleRecords"], logs.describe_log_streams(logGroupName="cruddur")["logStreams"]
    assert first.stop() == 0

    second = started("second")
    try:
        xray, logs = client("xray", url=second.url), client("logs", url=second.url)
        assert xray.get_groups()["Groups"] == [group]
        assert xray.list_tags_for_resource(ResourceARN=group["GroupARN"])["Tags"] == [{"Key": "a", "Value": "b"}]
        assert xray.get_sampling_rules()["SamplingRuleRecords"] == rules
        assert logs.describe_log_streams(logGroupName="cruddur")["logStreams"] == streams
        assert logs.list_tags_log_group(logGroupName="cruddur")["tags"] == {"a": "b"}
    finally:
        assert second.stop() == 0


@pytest.mark.parametrize("place", [pytest.param([], id="memory"), pytest.param(["--dir", "store"], id="disk")])
def test_many_at_once_get_what_they_would_get_one_by_one(client, environment, tmp_path, place):
    (tmp_path / "crowd").mkdir()
    crowd = Sandbox(tmp_path / "crowd", place, dict(environment))
    xray, logs = client("xray", url=crowd.url), client("logs", url=crowd.url)

    def create(number):
        try:
            logs.create_log_group(logGroupName=f"group-{number % 20}")
            xray.create_group(GroupName=f"group-{number}")
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "made"

    try:
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            ended = list(threads.map(create, range(40)))
        assert ended.count("ResourceAlreadyExistsException") == 20
        assert len(logs.describe_log_groups()["logGroups"]) == 20
        assert ended.count("made") == len(xray.get_groups()["Groups"]) == 20
    finally:
        assert crowd.stop() == 0


def test_a_caller_that_does_not_sign_may_only_ask_for_sampling_rules(client, sandbox, refused, watched):
    unsigned = boto3.Session(botocore_session=watched()).client(
        "xray", region_name=REGION, endpoint_url=sandbox.url, config=Config(signature_version=botocore.UNSIGNED)
    )
    assert len(unsigned.get_sampling_rules()["SamplingRuleRecords"]) == 1
    with refused("MissingAuthenticationTokenException", status=403):
        unsigned.get_groups()
