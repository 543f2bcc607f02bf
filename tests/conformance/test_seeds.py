"""The commands of the people who follow the bootcamp, word for word, by the AWS CLI."""

import json
import re

import pytest

from conftest import FIXTURES

SEEDS = FIXTURES / "seeds"
GITPOD = {"GITPOD_WORKSPACE_ID": "cruddur-abc123", "GITPOD_WORKSPACE_CLUSTER_HOST": "ws-us110.gitpod.io"}


def captured(name):
    """A captured run of the AWS CLI: the request's path and body, and what was printed."""
    text = (FIXTURES / "aws-cli" / f"{name}.txt").read_text()
    head, _, rest = text.partition("\n\n{")
    body, _, printed = rest.partition("--- stdout rc=0\n")
    printed = printed.partition("--- stderr")[0]
    path = re.search(r"^POST (\S+) HTTP", head, re.MULTILINE)[1]
    return path, json.loads("{" + body), json.loads(printed) if printed.strip() else None


def shape(value):
    """Keys, their order, and the types of values."""
    if isinstance(value, dict):
        return [(name, shape(item)) for name, item in value.items()]
    if isinstance(value, list):
        return [shape(item) for item in value]
    return "number" if type(value) in (int, float) else type(value).__name__


def seed(name):
    return (SEEDS / name).read_text()


def test_the_group_of_the_first_seed(aws, front):
    made = aws(seed("create-group-0.sh"), **GITPOD).ok().json
    _, body, printed = captured("create-group-seed0")
    assert shape(made) == shape(printed)
    (call,) = front.calls
    assert call.body.keys() == body.keys()
    address = "https://4567-cruddur-abc123.ws-us110.gitpod.io"
    assert made["Group"]["FilterExpression"] == f'service("{address}") {{fault OR error}}'
    assert aws("aws xray get-groups").ok().json == {"Groups": [made["Group"]]}


def test_the_group_of_the_second_seed_is_printed_as_aws_printed_it(aws, front):
    made = aws(seed("create-group-2.sh")).ok().json
    _, body, printed = captured("create-group-seed2")
    assert front.calls[0].body == body
    real = json.loads(seed("create-group-2.answer.json"))
    assert shape(made) == shape(real) == shape(printed)
    arn = re.compile(r"arn:aws:xray:[a-z0-9-]+:\d{12}:group/Cruddur/[A-Z0-9]{52}")
    assert arn.fullmatch(made["Group"].pop("GroupARN")) and arn.fullmatch(real["Group"].pop("GroupARN"))
    assert made == real

    again = aws(seed("create-group-2.sh"))
    assert again.code != 0
    assert "An error occurred (InvalidRequestException) when calling the CreateGroup operation" in again.err
    assert again.err.rstrip().endswith("already exists")


def test_the_sampling_rule_from_the_seeds_file(aws, front):
    made = aws(seed("create-sampling-rule.sh")).ok().json
    _, body, printed = captured("create-sampling-rule")
    assert front.calls[0].body == body
    assert shape(made) == shape(printed)
    real = json.loads(seed("create-sampling-rule-2.answer.json"))["SamplingRuleRecord"]
    rule = made["SamplingRuleRecord"]["SamplingRule"]
    # The second seed had another service in its file and the second major version of the CLI,
    # which prints times as text; the rest is AWS's own answer.
    assert shape(rule) == shape(real["SamplingRule"])
    assert list(made["SamplingRuleRecord"]) == list(real)
    assert {**rule, "ServiceName": "", "RuleARN": ""} == {**real["SamplingRule"], "ServiceName": "", "RuleARN": ""}

    listed = aws("aws xray get-sampling-rules").ok().json
    assert list(listed) == list(captured("get-sampling-rules")[2])
    assert made["SamplingRuleRecord"] in listed["SamplingRuleRecords"]
    assert {each["SamplingRule"]["RuleName"] for each in listed["SamplingRuleRecords"]} == {"Cruddur", "Default"}


def test_what_is_empty_is_printed_empty(aws, front):
    printed = aws("aws xray get-groups; aws logs describe-log-groups --log-group-name-prefix cruddur").ok()
    _, groups, logs = (captured(name) for name in ("get-sampling-rules", "get-groups", "logs-describe-groups"))
    decoder = json.JSONDecoder()
    first, end = decoder.raw_decode(printed.out)
    second, _ = decoder.raw_decode(printed.out[end:].lstrip())
    assert first == groups[2] == {"Groups": []}
    assert second == {"logGroups": []}
    assert [call.body for call in front.calls] == [groups[1], logs[1]]


def test_log_groups_by_the_cli(aws):
    aws("aws logs create-log-group --log-group-name cruddur --tags team=cruddur").ok()
    aws("aws logs put-retention-policy --log-group-name cruddur --retention-in-days 7").ok()
    (group,) = aws("aws logs describe-log-groups --log-group-name-prefix cruddur").ok().json["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == ("cruddur", 7)
    text = aws("aws logs list-tags-for-resource --resource-arn $ARN --output text --query tags.team", ARN=group["logGroupArn"])
    assert text.ok().out == "cruddur\n"


@pytest.mark.parametrize(
    ("variables", "row"),
    [
        ({"AWS_DEFAULT_REGION": "ca-central-1"}, "default-region only"),
        ({"AWS_DEFAULT_REGION": None, "AWS_REGION": "ca-central-1"}, "AWS_REGION only"),
        ({"AWS_DEFAULT_REGION": "ca-central-1", "AWS_REGION": "eu-west-1"}, "both"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_region_variables_of_the_seeds(aws, sandbox, variables, row):
    """The seeds' hint, pass AWS_DEFAULT_REGION, is still true of this CLI."""
    text = (FIXTURES / "aws-cli" / "region-precedence.txt").read_text()
    outcome = re.search(rf"^{row} +cli +-> (.*)$", text, re.MULTILINE)[1]
    done = aws(seed("create-group-2.sh"), **variables)
    if outcome.startswith("ERR"):
        assert done.code != 0 and "You must specify a region" in done.err
        assert sandbox.calls() == []
    else:
        assert f":{outcome}:" in done.ok().json["Group"]["GroupARN"]
