"""Whatever is asked, the answer is one that the service model allows, and never the sandbox's own fault."""

import random
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from processes import KEYS, REGION

ACCOUNT = "000000000000"
TEXTS = [
    "", "a", "Cruddur", "cruddur", "Default", "prod", "*", "a b", "é – 日本", "aws:x", "aws/x", "a:b", "\n", "\x00", "\u202e", "%s{}'\"\\",
    "x" * 32, "x" * 33, "x" * 64, "x" * 129, "x" * 512, "x" * 513, "ü" * 300,
    'service("Cruddur")', 'service("', "^abc|def", "(",
    f"arn:aws:xray:{REGION}:{ACCOUNT}:sampling-rule/Default", f"arn:aws:xray:{REGION}:{ACCOUNT}:group/Cruddur/X",
    f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:cruddur", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:cruddur:*", "arn:", ACCOUNT,
]  # fmt: skip
INTEGERS = [-(2**63), -1, 0, 1, 2, 7, 50, 51, 9999, 10000, 2**31 - 1, 2**31, 2**63 - 1]
FLOATS = [-1.0, 0.0, 5e-324, 0.1, 1.0, 1.0000001, 100.0, 1e308]
# Seconds since 1970, as milliseconds too: the year 9999 is the last that botocore writes.
TIMES = [-1, 0, 0.5, 1_700_000_000, time.time(), time.time() * 1000 % 253_402_300_799, 253_402_300_799]
ROUNDS = 25


def any_value(shape, rng, depth=0):
    kind = shape.type_name
    if kind == "structure":
        members = shape.members.items()
        return {
            name: any_value(member, rng, depth + 1)
            for name, member in members
            if rng.random() < (0.9 if name in shape.required_members else 0.4)
        }
    if kind == "list":
        return [any_value(shape.member, rng, depth + 1) for _ in range(rng.choice([0, 1, 1, 2, 3, 51]))]
    if kind == "map":
        return {
            any_value(shape.key, rng, depth + 1): any_value(shape.value, rng, depth + 1)
            for _ in range(rng.choice([0, 1, 1, 2, 3]))
        }
    if kind == "string":
        return rng.choice([*shape.enum, *shape.enum, *TEXTS])
    if kind in ("integer", "long"):
        return rng.choice(INTEGERS)
    if kind in ("float", "double"):
        return rng.choice(FLOATS)
    if kind == "timestamp":
        return rng.choice(TIMES)
    assert kind == "boolean", kind
    return rng.random() < 0.5


EMULATED = {
    "xray": (
        "CreateGroup GetGroup UpdateGroup DeleteGroup GetGroups CreateSamplingRule UpdateSamplingRule DeleteSamplingRule"
        " GetSamplingRules TagResource UntagResource ListTagsForResource GetEncryptionConfig PutEncryptionConfig"
        " GetTraceSegmentDestination UpdateTraceSegmentDestination GetIndexingRules UpdateIndexingRule"
        " GetSamplingTargets GetSamplingStatisticSummaries PutTraceSegments PutTelemetryRecords BatchGetTraces"
        " GetTraceSummaries GetServiceGraph GetTraceGraph GetTimeSeriesServiceStatistics"
    ).split(),
    "logs": (
        "CreateLogGroup DeleteLogGroup DescribeLogGroups ListLogGroups PutRetentionPolicy DeleteRetentionPolicy"
        " PutLogGroupDeletionProtection AssociateKmsKey DisassociateKmsKey TagResource UntagResource ListTagsForResource"
        " TagLogGroup UntagLogGroup ListTagsLogGroup CreateLogStream DescribeLogStreams DeleteLogStream"
        " PutLogEvents GetLogEvents FilterLogEvents StartQuery GetQueryResults StopQuery DescribeQueries"
        " PutMetricFilter DescribeMetricFilters DeleteMetricFilter TestMetricFilter"
    ).split(),
}


@pytest.mark.parametrize("service", EMULATED)
@pytest.mark.parametrize("seed", range(3))
def test_any_request(service, seed, sandbox, watched, models):
    # botocore's own checks are off: other clients have none.
    asking = boto3.Session(botocore_session=watched()).client(
        service,
        region_name=REGION,
        endpoint_url=sandbox.url,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )
    rng = random.Random(f"{service} {seed}")
    operations = EMULATED[service] * ROUNDS
    rng.shuffle(operations)
    statuses = []
    for operation in operations:
        shape = models[service].operation_model(operation).input_shape
        members = any_value(shape, rng) if shape else {}
        try:
            statuses.append(asking._make_api_call(operation, members)["ResponseMetadata"]["HTTPStatusCode"])
        except ClientError as refusal:
            answer = refusal.response
            statuses.append(answer["ResponseMetadata"]["HTTPStatusCode"])
            assert statuses[-1] < 500, (operation, members, answer)
        except HTTPClientError as lost:
            raise AssertionError((operation, members)) from lost
    # Both kinds of answers were seen.
    assert 200 in statuses and 400 in statuses
