"""Log streams, and the tags of log groups, as boto3 sees them."""

import pytest

ARN = "arn:aws:logs:ca-central-1:000000000000:log-group:cruddur"


@pytest.fixture
def group(logs):
    logs.create_log_group(logGroupName="cruddur")
    return {"logGroupName": "cruddur"}


def streams(logs, **filters):
    filters = filters if "logGroupIdentifier" in filters else {"logGroupName": "cruddur", **filters}
    return [stream["logStreamName"] for stream in logs.describe_log_streams(**filters)["logStreams"]]


class TestStreams:
    def test_a_stream_without_events_has_exactly_the_members_that_aws_showed(self, logs, group):
        logs.create_log_stream(**group, logStreamName="host/app/1")
        (stream,) = logs.describe_log_streams(**group)["logStreams"]
        assert stream.pop("creationTime") > 0
        assert stream == {"arn": ARN + ":log-stream:host/app/1", "logStreamName": "host/app/1", "storedBytes": 0}

    def test_an_existing_stream_is_refused(self, logs, group, refused):
        logs.create_log_stream(**group, logStreamName="s")
        with refused("ResourceAlreadyExistsException", "The specified log stream already exists"):
            logs.create_log_stream(**group, logStreamName="s")

    def test_a_stream_goes_alone_or_with_its_group(self, logs, group, refused):
        logs.create_log_stream(**group, logStreamName="s")
        logs.delete_log_stream(**group, logStreamName="s")
        with refused("ResourceNotFoundException", "The specified log stream does not exist."):
            logs.delete_log_stream(**group, logStreamName="s")
        logs.create_log_stream(**group, logStreamName="t")
        logs.delete_log_group(**group)
        logs.create_log_group(**group)
        assert streams(logs) == []

    def test_a_bad_name_is_refused(self, logs, group, refused):
        text = "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
        with refused("InvalidParameterException", text):
            logs.create_log_stream(**group, logStreamName="x" * 513)
        for name in ("a:b", "a*"):
            with refused("InvalidParameterException"):
                logs.create_log_stream(**group, logStreamName=name)
        logs.create_log_stream(**group, logStreamName="2026/11/20/[$LATEST]ä b")
        assert streams(logs) == ["2026/11/20/[$LATEST]ä b"]

    def test_streams_are_listed_by_name_either_way_and_by_prefix(self, logs, group):
        for name in ("b", "a", "ab"):
            logs.create_log_stream(**group, logStreamName=name)
        assert streams(logs) == ["a", "ab", "b"]
        assert streams(logs, descending=True) == ["b", "ab", "a"]
        assert streams(logs, logStreamNamePrefix="a") == ["a", "ab"]
        assert streams(logs, logGroupIdentifier=ARN) == ["a", "ab", "b"]
        assert sorted(streams(logs, orderBy="LastEventTime", descending=True)) == ["a", "ab", "b"]

    def test_what_excludes_each_other_is_refused(self, logs, group, refused):
        text = "LogGroup name and LogGroup ARN are mutually exclusive parameters."
        with refused("ValidationException", text):
            logs.describe_log_streams(**group, logGroupIdentifier=ARN)
        with refused("InvalidParameterException"):
            logs.describe_log_streams(**group, orderBy="LastEventTime", logStreamNamePrefix="a")
        with refused("InvalidParameterException"):
            logs.describe_log_streams()
        with refused("InvalidParameterException"):
            logs.describe_log_streams(logGroupIdentifier=ARN + ":*")

    @pytest.mark.parametrize("order", [{}, {"descending": True}, {"orderBy": "LastEventTime"}])
    def test_a_paginator_follows_tokens_and_a_made_up_token_is_refused(self, logs, group, refused, order):
        for number in range(7):
            logs.create_log_stream(**group, logStreamName=f"s{number}")
        paginator = logs.get_paginator("describe_log_streams")
        pages = list(paginator.paginate(**group, **order, PaginationConfig={"PageSize": 3}))
        assert [len(page["logStreams"]) for page in pages] == [3, 3, 1]
        assert len({stream["logStreamName"] for page in pages for stream in page["logStreams"]}) == 7
        with refused("InvalidParameterException", "The specified nextToken is invalid."):
            logs.describe_log_streams(**group, **order, nextToken="made-up")


class TestTags:
    def test_both_styles_share_one_store(self, logs, group):
        logs.tag_resource(resourceArn=ARN, tags={"new": "1", "both": "1"})
        logs.tag_log_group(**group, tags={"old": "1", "both": "2"})
        everything = {"new": "1", "old": "1", "both": "2"}
        assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == everything
        assert logs.list_tags_log_group(**group)["tags"] == everything
        logs.untag_log_group(**group, tags=["new"])
        logs.untag_resource(resourceArn=ARN, tagKeys=["old", "not there"])
        assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {"both": "2"}

    def test_the_arn_with_the_star_is_refused_by_its_pattern(self, logs, group, refused):
        for call in (
            lambda arn: logs.list_tags_for_resource(resourceArn=arn),
            lambda arn: logs.tag_resource(resourceArn=arn, tags={"a": "b"}),
            lambda arn: logs.untag_resource(resourceArn=arn, tagKeys=["a"]),
        ):
            with refused("InvalidParameterException") as caught:
                call(ARN + ":*")
            assert "regular expression pattern" in caught.value.response["Error"]["Message"]
            with refused("ResourceNotFoundException"):
                call(ARN + "-nope")

    def test_tags_are_given_at_creation_and_go_with_the_group(self, logs):
        logs.create_log_group(logGroupName="cruddur", tags={"team": "cruddur", "empty": ""})
        assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {"team": "cruddur", "empty": ""}
        logs.delete_log_group(logGroupName="cruddur")
        logs.create_log_group(logGroupName="cruddur")
        assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {}

    def test_50_tags_and_no_more(self, logs, group, refused):
        logs.tag_resource(resourceArn=ARN, tags={f"k{number}": "v" for number in range(50)})
        with pytest.raises(logs.exceptions.TooManyTagsException) as caught:
            logs.tag_resource(resourceArn=ARN, tags={"k50": "v"})
        assert caught.value.response["resourceName"] == ARN
        with refused("InvalidParameterException"):
            logs.tag_log_group(**group, tags={"k50": "v"})
        assert len(logs.list_tags_for_resource(resourceArn=ARN)["tags"]) == 50

    @pytest.mark.parametrize(
        "tags",
        [{"k" * 129: "v"}, {"k": "v" * 257}, {"aws:k": "v"}, {"k*": "v"}, {f"k{n}": "" for n in range(51)}],
        ids=["key", "value", "reserved", "letters", "count"],
    )
    def test_a_bad_tag_is_refused_and_nothing_is_made(self, logs, refused, tags):
        with refused("InvalidParameterException"):
            logs.create_log_group(logGroupName="cruddur", tags=tags)
        assert logs.describe_log_groups()["logGroups"] == []
