"""What goes wrong on purpose, as boto3 meets it with the retries that it has by default."""

import pytest
from botocore.exceptions import ConnectionClosedError

THROTTLED = [pytest.param("xray", "get_groups", 429, id="xray"), pytest.param("logs", "describe_log_groups", 400, id="logs")]


@pytest.mark.sandbox("--fault", "throttle=2")
@pytest.mark.parametrize(("service", "call", "status"), THROTTLED)
def test_a_throttled_call_is_tried_again(client, sandbox, service, call, status):
    retrying = client(service, attempts=3)
    for _ in range(2):
        answer = getattr(retrying, call)()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert [called["status"] for called in sandbox.calls()] == [200, status, 200]
    assert sandbox.calls()[1]["fault"] == "throttle"


@pytest.mark.sandbox("--fault", "throttle=1")
@pytest.mark.parametrize(("service", "call", "status"), THROTTLED)
def test_a_client_that_does_not_try_again_sees_why(client, refused, service, call, status):
    code = {"xray": "ThrottledException", "logs": "ThrottlingException"}[service]
    with refused(code, "Rate exceeded", status):
        getattr(client(service), call)()


@pytest.mark.sandbox("--fault", "drop@GetGroups=once")
def test_a_lost_answer_is_a_connection_error_that_is_tried_again(client, sandbox):
    assert client("xray", attempts=3).get_groups()["ResponseMetadata"]["RetryAttempts"] == 1
    assert [call.get("status") for call in sandbox.calls("GetGroups")] == [None, 200]


@pytest.mark.sandbox("--fault", "drop@CreateGroup=once")
def test_a_lost_answer_to_a_write_leaves_the_write_done(client, refused):
    with refused("InvalidRequestException") as caught:
        client("xray", attempts=3).create_group(GroupName="Cruddur")
    assert caught.value.response["Error"]["Message"].endswith(" already exists")
    assert client("xray").get_group(GroupName="Cruddur")["Group"]["GroupName"] == "Cruddur"


@pytest.mark.sandbox("--fault", "refuse@CreateGroup=once")
def test_a_refused_connection_leaves_nothing(client):
    with pytest.raises(ConnectionClosedError):
        client("xray").create_group(GroupName="Cruddur")
    assert client("xray").get_groups()["Groups"] == []
    client("xray").create_group(GroupName="Cruddur")


@pytest.mark.sandbox("--fault", "deny@CreateGroup=1", "--fault", "deny@CreateLogGroup=1")
def test_a_denied_call(xray, logs, refused):
    with refused("AccessDeniedException", status=403) as caught:
        xray.create_group(GroupName="Cruddur")
    assert "is not authorized to perform: xray:CreateGroup" in caught.value.response["Error"]["Message"]
    # The JSON protocols of AWS answer 400 where the REST ones answer 403.
    with refused("AccessDeniedException", status=400) as caught:
        logs.create_log_group(logGroupName="cruddur")
    assert "is not authorized to perform: logs:CreateLogGroup" in caught.value.response["Error"]["Message"]
    assert (xray.get_groups()["Groups"], logs.describe_log_groups()["logGroups"]) == ([], [])


@pytest.mark.sandbox("--fault", "abort@PutRetentionPolicy=once")
def test_an_aborted_change(logs, refused):
    logs.create_log_group(logGroupName="cruddur")
    text = "A conflicting operation is currently in progress against this resource. Please try again."
    with refused("OperationAbortedException", text) as caught:
        logs.put_retention_policy(logGroupName="cruddur", retentionInDays=7)
    assert isinstance(caught.value, logs.exceptions.OperationAbortedException)
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]
    logs.put_retention_policy(logGroupName="cruddur", retentionInDays=7)


@pytest.mark.sandbox("--fault", "fail=2")
@pytest.mark.parametrize("service", ["xray", "logs", "sts"])
def test_a_bad_day_of_the_service_is_tried_again(client, service):
    call = {"xray": "get_groups", "logs": "describe_log_groups", "sts": "get_caller_identity"}[service]
    retrying = client(service, attempts=3)
    getattr(retrying, call)()
    assert getattr(retrying, call)()["ResponseMetadata"]["RetryAttempts"] == 1
