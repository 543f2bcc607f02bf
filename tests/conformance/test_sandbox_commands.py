"""`sandbox run` and `sandbox env`, STS, and watchtower as the seeds use it."""

import logging

import boto3
import pytest
import watchtower

from processes import BINARY, run


def test_run_starts_a_command_as_a_client_and_exits_as_it_does(cruddur):
    # `GetGroups` with no region, no keys and no endpoint in the environment.
    done = cruddur("sandbox", "run", "--memory", "--", "aws", "xray", "get-groups").ok()
    assert done.json == {"Groups": []}
    refused = cruddur("sandbox", "run", "--memory", "--", "aws", "xray", "get-group", "--group-name", "nope")
    # 255 is how the first major version of the CLI reports a refusal.
    assert refused.code == 255 and "(InvalidRequestException)" in refused.err and "Group not found" in refused.err
    assert cruddur("sandbox", "run", "--memory", "--", "sh", "-c", "exit 7").code == 7
    assert cruddur("sandbox", "run", "--memory", "--", "sh", "-c", "kill -9 $$").code == 128 + 9


def test_run_keeps_its_data_in_a_directory(cruddur, tmp_path):
    store = str(tmp_path / "store")
    words = ("sandbox", "run", "--dir", store, "--")
    cruddur(*words, "aws", "logs", "create-log-group", "--log-group-name", "cruddur").ok()
    listed = cruddur(*words, "aws", "logs", "describe-log-groups", "--query", "logGroups[].logGroupName", "--output", "text")
    assert listed.ok().out == "cruddur\n"


def test_run_leads_away_from_a_real_account(cruddur):
    own = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "t", "AWS_ENDPOINT_URL_XRAY": "http://127.0.0.1:9"}
    cruddur("sandbox", "run", "--memory", "--", "aws", "xray", "get-groups", **own).ok()


def test_env_makes_a_shell_a_client(sandbox, environment, project):
    script = f'eval "$({BINARY} --sandbox={sandbox.url} sandbox env)"; aws xray get-groups; aws sts get-caller-identity --query Account'
    own = {"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_XRAY": "http://127.0.0.1:9"}
    done = run(["bash", "-euc", script], {**environment, **own}, project).ok()
    assert '"Groups": []' in done.out and '"000000000000"' in done.out
    assert [call["operation"] for call in sandbox.calls()] == ["GetGroups", "GetCallerIdentity"]


class TestSts:
    def test_who_one_is(self, client):
        answer = client("sts").get_caller_identity()
        assert answer["Account"] == "000000000000"
        assert answer["Arn"].startswith("arn:aws:iam::000000000000:") and answer["UserId"]
        assert client("sts", account="123456789012").get_caller_identity()["Account"] == "123456789012"

    @pytest.mark.unknown(1)
    def test_another_action_is_refused_in_the_protocol_of_the_service(self, client, refused):
        with refused("InvalidAction"):
            client("sts").get_session_token()


class TestWatchtower:
    """Unmodified, with no more than the environment that `sandbox env` prints."""

    @pytest.fixture(autouse=True)
    def client_of_the_sandbox(self, sandbox, cruddur, watched, monkeypatch):
        for line in cruddur(f"--sandbox={sandbox.url}", "sandbox", "env").ok().out.splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            monkeypatch.setenv(name, value)
        boto3.setup_default_session(botocore_session=watched())
        watchtower.CloudWatchLogHandler._get_log_group_arn.cache_clear()

    @pytest.fixture
    def handler(self):
        made = []

        def make(**settings):
            made.append(watchtower.CloudWatchLogHandler(**settings))
            return made[-1]

        yield make
        for each in made:
            each.close()
            logging.getLogger().removeHandler(each)

    def test_the_line_of_the_seeds(self, handler, sandbox):
        with pytest.deprecated_call():
            handler(log_group="cruddur")
        assert [call["operation"] for call in sandbox.calls()] == ["DescribeLogGroups", "CreateLogGroup"]
        with pytest.deprecated_call():
            handler(log_group="cruddur")
        assert sandbox.writes() == ["CreateLogGroup"]

    def test_lines_are_read_back(self, handler, sandbox):
        made = handler(log_group_name="cruddur", log_stream_name="{program_name}", send_interval=1)
        logger = logging.getLogger("cruddur.conformance")
        logger.setLevel(logging.INFO)
        logger.addHandler(made)
        try:
            logger.info("Hello Cloudwatch! from  /api/activities/home")
            logger.error({"status": 500, "path": "/boom"})
            made.flush()
        finally:
            logger.removeHandler(made)
        # The stream is made when it is missed.
        assert sandbox.writes() == ["CreateLogGroup", "PutLogEvents", "CreateLogStream", "PutLogEvents"]
        logs = boto3.client("logs")
        found = logs.filter_log_events(logGroupName="cruddur")["events"]
        assert [event["message"] for event in found] == [
            "Hello Cloudwatch! from  /api/activities/home",
            '{"status": 500, "path": "/boom"}',
        ]
        found = logs.filter_log_events(logGroupName="cruddur", filterPattern="{ $.status >= 500 }")["events"]
        assert len(found) == 1

    def test_retention_and_tags(self, handler, sandbox):
        handler(log_group_name="cruddur", log_group_retention_days=7, log_group_tags={"team": "cruddur"})
        assert sandbox.writes() == ["CreateLogGroup", "TagResource", "PutRetentionPolicy"]
        logs = boto3.client("logs")
        (group,) = logs.describe_log_groups(logGroupNamePrefix="cruddur")["logGroups"]
        assert group["retentionInDays"] == 7
        assert logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"team": "cruddur"}
