"""Groups of X-Ray, as boto3 sees them."""

import re

import pytest

INSIGHTS_OFF = {"InsightsEnabled": False, "NotificationsEnabled": False}


def test_a_group_is_created_read_updated_and_deleted(xray, refused):
    made = xray.create_group(GroupName="Cruddur", FilterExpression='service("Cruddur")')["Group"]
    arn = made["GroupARN"]
    assert re.fullmatch(r"arn:aws:xray:ca-central-1:\d{12}:group/Cruddur/[A-Z0-9]{50,}", arn)
    assert made == {
        "GroupName": "Cruddur",
        "GroupARN": arn,
        "FilterExpression": 'service("Cruddur")',
        "InsightsConfiguration": INSIGHTS_OFF,
    }
    assert xray.get_group(GroupName="Cruddur")["Group"] == made
    assert xray.get_group(GroupARN=arn)["Group"] == made
    assert xray.get_groups()["Groups"] == [made]

    # An update is partial: what is not named stays.
    changed = xray.update_group(GroupARN=arn, InsightsConfiguration={"InsightsEnabled": True})["Group"]
    assert changed == {**made, "InsightsConfiguration": {"InsightsEnabled": True, "NotificationsEnabled": False}}
    changed = xray.update_group(GroupName="Cruddur", FilterExpression="fault")["Group"]
    assert (changed["FilterExpression"], changed["InsightsConfiguration"]["InsightsEnabled"]) == ("fault", True)

    xray.delete_group(GroupName="Cruddur")
    assert xray.get_groups()["Groups"] == []
    with refused("InvalidRequestException", "Group not found"):
        xray.delete_group(GroupARN=arn)


def test_vector_1_a_second_group_of_the_name_is_refused(xray):
    xray.create_group(GroupName="Cruddur")
    with pytest.raises(xray.exceptions.InvalidRequestException, match=" already exists$") as caught:
        xray.create_group(GroupName="Cruddur")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    # boto3 shows the text from either spelling.
    assert caught.value.response["Message"] == caught.value.response["Error"]["Message"]


def test_vector_2_an_unknown_group_is_no_404(xray, refused):
    with refused("InvalidRequestException", "Group not found"):
        xray.get_group(GroupName="nope")
    with refused("InvalidRequestException", "Group not found"):
        xray.update_group(GroupName="nope", FilterExpression="fault")


def test_a_new_group_of_an_old_name_has_another_arn(xray, refused):
    old = xray.create_group(GroupName="Cruddur")["Group"]["GroupARN"]
    xray.delete_group(GroupARN=old)
    new = xray.create_group(GroupName="Cruddur")["Group"]["GroupARN"]
    assert new != old
    with refused("InvalidRequestException", "Group not found"):
        xray.get_group(GroupARN=old)


def test_names_are_case_sensitive(xray):
    xray.create_group(GroupName="Cruddur")
    xray.create_group(GroupName="cruddur")
    assert len(xray.get_groups()["Groups"]) == 2


@pytest.mark.parametrize(
    "members",
    [
        {"GroupName": "x" * 40},
        {"GroupName": "Default"},
        {"GroupName": "a", "FilterExpression": 'service("a'},
        {"GroupName": "a", "FilterExpression": "http.status >"},
        {"GroupName": "a", "InsightsConfiguration": {"NotificationsEnabled": True}},
        {"GroupName": "a", "Tags": [{"Key": "k" * 129, "Value": "v"}]},
        {"GroupName": "a", "Tags": [{"Key": "k", "Value": "v" * 257}]},
        {"GroupName": "a", "Tags": [{"Key": "aws:k", "Value": "v"}]},
        {"GroupName": "a", "Tags": [{"Key": "k*", "Value": "v"}]},
        {"GroupName": "a", "Tags": [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]},
        {"GroupName": "a", "Tags": [{"Key": f"k{number}", "Value": ""} for number in range(51)]},
    ],
    ids=lambda members: str(members)[:60],
)
def test_what_botocore_lets_through_is_refused_and_nothing_is_made(xray, refused, members):
    with refused("InvalidRequestException"):
        xray.create_group(**members)
    assert xray.get_groups()["Groups"] == []


@pytest.mark.parametrize("key", [{}, {"GroupName": "a", "GroupARN": "arn:aws:xray:ca-central-1:000000000000:group/a/B"}])
def test_a_group_is_named_in_exactly_one_way(xray, refused, key):
    for call in (xray.get_group, xray.delete_group, xray.update_group):
        with refused("InvalidRequestException"):
            call(**key)


def test_the_26th_group_is_refused(xray, refused):
    for number in range(25):
        xray.create_group(GroupName=f"group-{number}")
    with refused("InvalidRequestException"):
        xray.create_group(GroupName="one-too-many")
    xray.delete_group(GroupName="group-7")
    xray.create_group(GroupName="fits-again")


@pytest.mark.sandbox("--page-limit", "2")
def test_a_paginator_follows_tokens_and_a_made_up_token_is_refused(xray, refused):
    names = [f"group-{number}" for number in range(5)]
    for name in names:
        xray.create_group(GroupName=name)
    pages = list(xray.get_paginator("get_groups").paginate())
    assert [len(page["Groups"]) for page in pages] == [2, 2, 1]
    assert sorted(group["GroupName"] for page in pages for group in page["Groups"]) == names
    with refused("InvalidRequestException"):
        xray.get_groups(NextToken="made-up")
    with refused("InvalidRequestException"):
        xray.get_groups(NextToken="x" * 101)
    # The token of another list is as good as made up.
    with refused("InvalidRequestException"):
        xray.get_sampling_rules(NextToken=pages[0]["NextToken"])


@pytest.mark.sandbox("--page-limit", "2")
def test_the_token_of_a_long_name_is_one_that_the_model_takes(xray):
    names = ["n" * 31 + letter for letter in "abc"]
    for name in names:
        xray.create_group(GroupName=name)
    groups = xray.get_paginator("get_groups").paginate().build_full_result()["Groups"]
    assert [group["GroupName"] for group in groups] == names


def test_regions_and_accounts_are_worlds_of_their_own(client):
    here = client("xray", account="111111111111")
    here.create_group(GroupName="Cruddur")
    for elsewhere in (client("xray", region="eu-west-1", account="111111111111"), client("xray", account="222222222222")):
        assert elsewhere.get_groups()["Groups"] == []
    (group,) = here.get_groups()["Groups"]
    assert group["GroupARN"].startswith("arn:aws:xray:ca-central-1:111111111111:group/Cruddur/")
    china = client("xray", region="cn-north-1").create_group(GroupName="a")["Group"]
    assert china["GroupARN"].startswith("arn:aws-cn:xray:cn-north-1:")
