"""Log groups of CloudWatch Logs, as boto3 sees them: the rows of the errors that AWS is known to give."""

import time

import pytest

ARN = "arn:aws:logs:ca-central-1:000000000000:log-group:"
RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
RETENTIONS += [1096, 1827, 2192, 2557, 2922, 3288, 3653]


def described(logs, **filters):
    return logs.describe_log_groups(**filters)["logGroups"]


def names(groups):
    return [group["logGroupName"] for group in groups]


def test_a_plain_new_group_has_exactly_the_members_that_aws_showed(logs):
    before = int(time.time() * 1000)
    assert logs.create_log_group(logGroupName="cruddur").keys() == {"ResponseMetadata"}
    (group,) = described(logs)
    created = group.pop("creationTime")
    assert before - 1 <= created <= int(time.time() * 1000) + 1
    assert group == {
        "arn": ARN + "cruddur:*",
        "deletionProtectionEnabled": False,
        "logGroupArn": ARN + "cruddur",
        "logGroupClass": "STANDARD",
        "logGroupName": "cruddur",
        "metricFilterCount": 0,
        "storedBytes": 0,
    }


def test_an_existing_group_is_refused(logs, refused):
    logs.create_log_group(logGroupName="cruddur")
    with refused("ResourceAlreadyExistsException", "The specified log group already exists") as caught:
        logs.create_log_group(logGroupName="cruddur")
    assert isinstance(caught.value, logs.exceptions.ResourceAlreadyExistsException)


def test_a_missing_group_is_refused_by_every_operation(logs, refused):
    name = {"logGroupName": "nope"}
    stream = {**name, "logStreamName": "s"}
    for call in (
        lambda: logs.delete_log_group(**name),
        lambda: logs.put_retention_policy(**name, retentionInDays=7),
        lambda: logs.delete_retention_policy(**name),
        lambda: logs.put_log_group_deletion_protection(logGroupIdentifier="nope", deletionProtectionEnabled=True),
        lambda: logs.associate_kms_key(**name, kmsKeyId="arn:aws:kms:ca-central-1:000000000000:key/1"),
        lambda: logs.create_log_stream(**stream),
        lambda: logs.delete_log_stream(**stream),
        lambda: logs.describe_log_streams(**name),
    ):
        with refused("ResourceNotFoundException", "The specified log group does not exist."):
            call()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x" * 513, "Invalid LogGroup or LogStream, both must have length less than or equal to 512."),
        ("aws/lambda", "Log groups starting with AWS/ are reserved for AWS."),
        (
            "a b!",
            "1 validation error detected: Value at 'logGroupName' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+",
        ),
    ],
    ids=["long", "reserved", "pattern"],
)
def test_a_bad_name_is_refused_in_the_words_of_aws(logs, refused, name, text):
    with refused("InvalidParameterException", text):
        logs.create_log_group(logGroupName=name)
    assert described(logs) == []


def test_the_longest_name_and_the_slash_are_fine(logs):
    logs.create_log_group(logGroupName="x" * 512)
    logs.create_log_group(logGroupName="/aws/lambda/cruddur#1.a-b_c")
    assert len(described(logs)) == 2


def test_every_retention_is_set_and_taken_away(logs):
    logs.create_log_group(logGroupName="cruddur")
    for days in RETENTIONS:
        logs.put_retention_policy(logGroupName="cruddur", retentionInDays=days)
        assert described(logs)[0]["retentionInDays"] == days
    logs.delete_retention_policy(logGroupName="cruddur")
    assert "retentionInDays" not in described(logs)[0]
    # Doing it again is no error.
    logs.delete_retention_policy(logGroupName="cruddur")


@pytest.mark.parametrize("days", [0, 2, 6, 10, 3654, -1])
def test_another_retention_is_refused(logs, refused, days):
    logs.create_log_group(logGroupName="cruddur")
    with refused("InvalidParameterException") as caught:
        logs.put_retention_policy(logGroupName="cruddur", retentionInDays=days)
    assert caught.value.response["Error"]["Message"] == f"Invalid retention value. Valid values are: {RETENTIONS}"
    assert "retentionInDays" not in described(logs)[0]


def test_prefix_and_pattern_exclude_each_other(logs, refused):
    text = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
    with refused("InvalidParameterException", text):
        logs.describe_log_groups(logGroupNamePrefix="a", logGroupNamePattern="a")


def test_a_search_by_pattern_shows_neither_retention_nor_size(logs):
    logs.create_log_group(logGroupName="my-cruddur-logs")
    logs.put_retention_policy(logGroupName="my-cruddur-logs", retentionInDays=7)
    (group,) = described(logs, logGroupNamePattern="cruddur")
    assert "retentionInDays" not in group and "storedBytes" not in group
    (group,) = described(logs, logGroupNamePrefix="my-")
    assert (group["retentionInDays"], group["storedBytes"]) == (7, 0)
    assert described(logs, logGroupNamePattern="CRUDDUR") == []


def test_the_exact_name_comes_first_of_its_prefix(logs):
    for name in ("cruddur-backend", "cruddur/api", "cruddur", "Cruddur", "cruddur.z", "a"):
        logs.create_log_group(logGroupName=name)
    assert names(described(logs, logGroupNamePrefix="cruddur", limit=1)) == ["cruddur"]
    assert names(described(logs)) == ["Cruddur", "a", "cruddur", "cruddur-backend", "cruddur.z", "cruddur/api"]


def test_the_cheaper_classes_are_found_by_either_name(logs):
    for name in ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS"):
        logs.create_log_group(logGroupName=name, logGroupClass=name)
    cheaper = ["ESSENTIALS", "INFREQUENT_ACCESS"]
    assert names(described(logs, logGroupClass="INFREQUENT_ACCESS")) == cheaper
    assert names(described(logs, logGroupClass="ESSENTIALS")) == cheaper
    assert names(described(logs, logGroupClass="STANDARD")) == ["STANDARD"]
    assert names(described(logs, logGroupClass="DELIVERY", logGroupNamePrefix="DEL")) == ["DELIVERY"]
    assert [group["logGroupClass"] for group in described(logs)] == sorted(["STANDARD", "DELIVERY", *cheaper])


@pytest.mark.parametrize(
    ("members", "constraint"),
    [
        ({"limit": 51}, "Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"),
        ({"logGroupClass": "CHEAP"}, "Value 'CHEAP' at 'logGroupClass' failed to satisfy constraint: Member must satisfy enum value set"),
        ({"logGroupNamePrefix": "a b"}, "Value at 'logGroupNamePrefix' failed to satisfy constraint: Member must satisfy regular"),
        ({"logGroupIdentifiers": [ARN + "a:*"]}, "failed to satisfy constraint: Member must satisfy regular expression pattern"),
        ({"logGroupIdentifiers": ["a"] * 51}, "failed to satisfy constraint: Member must have length less than or equal to 50"),
    ],
    ids=["limit", "class", "prefix", "identifier", "identifiers"],
)
def test_a_broken_constraint_is_said_as_aws_says_it(logs, refused, members, constraint):
    with refused("InvalidParameterException") as caught:
        logs.describe_log_groups(**members)
    text = caught.value.response["Error"]["Message"]
    assert text.startswith("1 validation error detected: ") and constraint in text


def test_groups_are_found_by_name_or_arn(logs):
    for name in ("a", "b", "bb"):
        logs.create_log_group(logGroupName=name)
    assert names(described(logs, logGroupIdentifiers=["b", ARN + "a", "nope"])) == ["a", "b"]


def test_a_paginator_follows_tokens_and_a_made_up_token_is_refused(logs, refused):
    made = [f"group-{number:03}" for number in range(120)]
    for name in made:
        logs.create_log_group(logGroupName=name)
    pages = list(logs.get_paginator("describe_log_groups").paginate())
    assert [len(page["logGroups"]) for page in pages] == [50, 50, 20]
    assert [name for page in pages for name in names(page["logGroups"])] == made
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="group-00", PaginationConfig={"PageSize": 3})
    assert [len(page["logGroups"]) for page in pages] == [3, 3, 3, 1]

    token = described_token = logs.describe_log_groups(limit=1)["nextToken"]
    for filters in ({"nextToken": "made-up"}, {"nextToken": token + "0"}, {"nextToken": described_token, "logGroupNamePrefix": "g"}):
        with refused("InvalidParameterException", "The specified nextToken is invalid."):
            logs.describe_log_groups(**filters)

    listed, token = [], {}
    while token is not None:
        page = logs.list_log_groups(limit=50, **token)
        listed += names(page["logGroups"])
        token = {"nextToken": page["nextToken"]} if "nextToken" in page else None
    assert listed == made


def test_a_list_is_filtered_by_regular_expression(logs, refused):
    for name in ("cruddur-backend", "cruddur-frontend", "other-backend", "/aws/cruddur"):
        logs.create_log_group(logGroupName=name)

    def listed(pattern):
        return names(logs.list_log_groups(logGroupNamePattern=pattern)["logGroups"])

    assert listed("^cruddur") == ["cruddur-backend", "cruddur-frontend"]
    assert listed("cruddur") == ["/aws/cruddur", "cruddur-backend", "cruddur-frontend"]
    assert listed("frontend|^other") == ["cruddur-frontend", "other-backend"]
    assert listed("CRUDDUR") == []
    (group,) = logs.list_log_groups(logGroupNamePattern="front")["logGroups"]
    assert group == {
        "logGroupName": "cruddur-frontend",
        "logGroupArn": ARN + "cruddur-frontend",
        "logGroupClass": "STANDARD",
    }
    for pattern in ("x" * 25, "a.*b", "one|two|three|four|five|six", "abc||def", "(abc)"):
        with refused("InvalidParameterException"):
            logs.list_log_groups(logGroupNamePattern=pattern)


def test_a_protected_group_stays(logs, refused):
    logs.create_log_group(logGroupName="kept", deletionProtectionEnabled=True)
    assert described(logs)[0]["deletionProtectionEnabled"] is True
    with refused("ValidationException"):
        logs.delete_log_group(logGroupName="kept")
    for identifier, enabled in (("kept", False), (ARN + "kept", True), (ARN + "kept", False)):
        logs.put_log_group_deletion_protection(logGroupIdentifier=identifier, deletionProtectionEnabled=enabled)
        assert described(logs)[0]["deletionProtectionEnabled"] is enabled
    logs.delete_log_group(logGroupName="kept")
    assert described(logs) == []


def test_the_key_is_shown_while_there_is_one(logs):
    key = "arn:aws:kms:ca-central-1:000000000000:key/12345678-1234-1234-1234-123456789012"
    logs.create_log_group(logGroupName="a", kmsKeyId=key)
    assert described(logs)[0]["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName="a")
    assert "kmsKeyId" not in described(logs)[0]
    logs.associate_kms_key(resourceIdentifier=ARN + "a", kmsKeyId=key)
    assert described(logs)[0]["kmsKeyId"] == key


def test_regions_and_accounts_are_worlds_of_their_own(client):
    here = client("logs", region="us-east-1", account="111111111111")
    here.create_log_group(logGroupName="cruddur")
    assert described(client("logs", region="eu-west-1", account="111111111111")) == []
    assert described(client("logs", region="us-east-1", account="222222222222")) == []
    assert described(here)[0]["logGroupArn"] == "arn:aws:logs:us-east-1:111111111111:log-group:cruddur"


@pytest.mark.unknown(1)
def test_an_operation_that_is_not_emulated_says_so(logs, refused):
    with refused("UnknownOperationException"):
        logs.describe_resource_policies()
