"""What our command made is read by the official clients, and what they made is adopted by ours."""

import json

import pytest

from conftest import FIXTURES
from processes import KEYS, REGION

SEEDS = FIXTURES / "seeds"
STATE = {
    "Group": {
        "GroupName": "Cruddur",
        "FilterExpression": 'service("backend-flask") {fault OR error}',
        "InsightsConfiguration": {"InsightsEnabled": True, "NotificationsEnabled": False},
        "Tags": [{"Key": "team", "Value": "cruddur"}],
    },
    "SamplingRule": {
        **json.loads((SEEDS / "aws" / "json" / "xray.json").read_text())["SamplingRule"],
        "ServiceName": "backend-flask",
        "Attributes": {"version": "v1*"},
        "SamplingRateBoost": {"MaxRate": 0.25, "CooldownWindowMinutes": 10},
    },
}
LOGS = {
    "LogGroups": [
        {
            "logGroupName": "cruddur",
            "retentionInDays": 7,
            "logGroupClass": "INFREQUENT_ACCESS",
            "deletionProtectionEnabled": True,
            "tags": {"team": "cruddur"},
        }
    ]
}


@pytest.fixture
def setup(cruddur, front):
    """`setup` on the sandbox, through the recorder."""

    def command(*words, name="setup"):
        return cruddur(f"--sandbox={front.url}", "--region", REGION, name, *words)

    return command


def outcomes(done):
    return {step["kind"]: step["outcome"] for step in done.json["steps"]}


def test_boto3_and_the_cli_read_what_setup_made(setup, project, xray, logs, aws, front):
    (project / "aws" / "json" / "xray.json").write_text(json.dumps(STATE))
    (project / "aws" / "json" / "logs.json").write_text(json.dumps(LOGS))
    made = outcomes(setup("-o", "json").ok())
    assert made == {"xray-group": "created", "sampling-rule": "created", "log-group": "created"}

    (group,) = xray.get_groups()["Groups"]
    wanted = {name: value for name, value in STATE["Group"].items() if name != "Tags"}
    assert {name: group[name] for name in wanted} == wanted
    tags = xray.list_tags_for_resource(ResourceARN=group["GroupARN"])["Tags"]
    assert {"Key": "team", "Value": "cruddur"} in tags
    rules = {record["SamplingRule"]["RuleName"]: record["SamplingRule"] for record in xray.get_sampling_rules()["SamplingRuleRecords"]}
    assert rules["Cruddur"] == {**STATE["SamplingRule"], "RuleARN": rules["Cruddur"]["RuleARN"]}
    (log_group,) = logs.describe_log_groups()["logGroups"]
    (wanted,) = LOGS["LogGroups"]
    assert {name: log_group[name] for name in wanted if name != "tags"} == {
        name: value for name, value in wanted.items() if name != "tags"
    }
    assert logs.list_tags_for_resource(resourceArn=log_group["logGroupArn"])["tags"]["team"] == "cruddur"

    assert aws("aws xray get-group --group-name Cruddur").ok().json["Group"] == group
    front.clear()
    assert "no changes" in setup().ok().err
    assert front.writes == []


def test_setup_adopts_what_the_cli_made_from_the_seeds(setup, aws, front, xray):
    aws((SEEDS / "create-sampling-rule.sh").read_text()).ok()
    aws("""aws xray create-group --group-name "Cruddur" --filter-expression "service(\\"Cruddur\\")" """).ok()
    aws("aws logs create-log-group --log-group-name cruddur").ok()
    aws("aws logs put-retention-policy --log-group-name cruddur --retention-in-days 7").ok()
    front.clear()
    adopted = setup("-o", "json").ok()
    assert outcomes(adopted) == {"xray-group": "adopted", "sampling-rule": "adopted", "log-group": "adopted"}
    assert "no changes" in adopted.err
    assert front.writes == []


@pytest.mark.parametrize("seed", ["create-group-0.sh", "create-group-2.sh"])
def test_a_group_of_the_seeds_with_another_filter_is_shown_and_changed_when_agreed(setup, aws, xray, seed):
    """Those filters match nothing that the seeds' app sends: here it is said, and put right."""
    old = aws((SEEDS / seed).read_text(), GITPOD_WORKSPACE_ID="i", GITPOD_WORKSPACE_CLUSTER_HOST="h").ok().json["Group"]
    aws((SEEDS / "create-sampling-rule.sh").read_text()).ok()
    asked = setup("-o", "json")
    assert asked.code == 3
    steps = {step["kind"]: step for step in asked.json["steps"]}
    assert [change["field"] for change in steps["xray-group"]["changes"]] == ["FilterExpression"]
    assert xray.get_group(GroupName="Cruddur")["Group"] == old
    assert outcomes(setup("--yes", "-o", "json").ok()) == {
        "xray-group": "updated",
        "sampling-rule": "adopted",
        "log-group": "created",
    }
    assert xray.get_group(GroupName="Cruddur")["Group"] == {**old, "FilterExpression": 'service("Cruddur")'}


def test_a_boost_that_somebody_else_set_survives_our_update(setup, xray, project):
    setup().ok()
    boost = {"MaxRate": 0.5, "CooldownWindowMinutes": 5}
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Cruddur", "SamplingRateBoost": boost, "FixedRate": 0.2})
    setup("--yes").ok()
    rules = {record["SamplingRule"]["RuleName"]: record["SamplingRule"] for record in xray.get_sampling_rules()["SamplingRuleRecords"]}
    assert (rules["Cruddur"]["FixedRate"], rules["Cruddur"]["SamplingRateBoost"]) == (0.1, boost)


def test_teardown_leaves_what_boto3_no_longer_finds(setup, xray, logs):
    setup().ok()
    setup("--yes", name="teardown").ok()
    assert xray.get_groups()["Groups"] == []
    assert len(xray.get_sampling_rules()["SamplingRuleRecords"]) == 1
    assert len(logs.describe_log_groups()["logGroups"]) == 1


@pytest.mark.sandbox("--page-limit", "1")
def test_setup_follows_tokens(setup, xray, front):
    for name in ("A", "B", "Z"):
        xray.create_group(GroupName=name)
    setup().ok()
    front.clear()
    assert "no changes" in setup().ok().err
    assert front.operations.count("GetGroups") == 4


def test_the_region_of_setup_is_the_region_that_boto3_reads(cruddur, sandbox, client):
    own = {**KEYS, "AWS_ENDPOINT_URL": sandbox.url}
    cruddur("setup", AWS_DEFAULT_REGION="eu-west-1", **own).ok()
    cruddur("setup", AWS_REGION="eu-west-2", **own).ok()
    for region, count in (("eu-west-1", 1), ("eu-west-2", 1), (REGION, 0)):
        assert len(client("xray", region=region).get_groups()["Groups"]) == count


def test_our_lists_show_what_boto3_made(cruddur, front, xray, logs):
    rule = {**STATE["SamplingRule"], "RuleName": "made by boto3", "Priority": 1}
    made = xray.create_sampling_rule(SamplingRule=rule)["SamplingRuleRecord"]["SamplingRule"]
    group = xray.create_group(GroupName="Cruddur", FilterExpression='service("é")')["Group"]
    logs.create_log_group(logGroupName="cruddur", logGroupClass="DELIVERY")
    logs.put_retention_policy(logGroupName="cruddur", retentionInDays=3653)

    def listed(*words):
        return cruddur(f"--sandbox={front.url}", "--region", REGION, *words, "-o", "json").ok().json

    (shown,) = listed("xray", "groups")["groups"]
    assert (shown["name"], shown["filter_expression"], shown["arn"]) == ("Cruddur", 'service("é")', group["GroupARN"])
    first, default = listed("xray", "rules")["rules"]
    assert default["name"] == "Default"
    assert (first["name"], first["arn"], first["attributes"]) == ("made by boto3", made["RuleARN"], {"version": "v1*"})
    assert first["sampling_rate_boost"] == {"max_rate": 0.25, "cooldown_window_minutes": 10}
    (shown,) = listed("logs", "groups")["log_groups"]
    assert (shown["name"], shown["retention_days"], shown["class"]) == ("cruddur", 3653, "DELIVERY")
    assert front.writes == []
