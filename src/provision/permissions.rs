//! The IAM permissions that each command needs, and the smallest policy that grants them.
//!
//! Actions and the resources they can be limited to are those of the service authorization
//! reference: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html>
//! and <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>.

use serde_json::{Value, json};

use super::desired::Desired;

/// The commands that call AWS.
pub const COMMANDS: [&str; 16] = [
    "setup",
    "teardown",
    "xray graph",
    "xray traces",
    "xray trace",
    "xray groups",
    "xray rules",
    "xray stats",
    "logs groups",
    "logs create",
    "logs tail",
    "logs search",
    "logs query",
    "logs --trace",
    "logs ship",
    "daemon",
];

/// What an action can be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Everything: the action knows no resources.
    Any,
    /// The groups of the desired state; an ARN ends in a part that AWS makes up.
    Groups,
    /// The sampling rules of the desired state.
    Rules,
    /// The log groups of the desired state.
    LogGroups,
    /// The same, as the tagging actions want their ARNs: without `:*`.
    TaggedLogGroups,
    /// The streams of these log groups.
    LogStreams,
}

struct Permission {
    action: &'static str,
    reach: Reach,
    writes: bool,
    commands: &'static [&'static str],
}

const fn permission(
    action: &'static str,
    reach: Reach,
    writes: bool,
    commands: &'static [&'static str],
) -> Permission {
    Permission {
        action,
        reach,
        writes,
        commands,
    }
}

const PERMISSIONS: [Permission; 37] = [
    permission(
        "xray:GetGroups",
        Reach::Any,
        false,
        &[
            "setup",
            "teardown",
            "xray graph",
            "xray traces",
            "xray groups",
        ],
    ),
    permission(
        "xray:GetSamplingRules",
        Reach::Any,
        false,
        &["setup", "teardown", "xray rules", "xray stats", "daemon"],
    ),
    permission("xray:GetServiceGraph", Reach::Any, false, &["xray graph"]),
    permission(
        "xray:BatchGetTraces",
        Reach::Any,
        false,
        &["xray trace", "logs --trace"],
    ),
    // Beside its own, a command has what it needs to say why an answer is empty.
    permission(
        "xray:GetTraceSummaries",
        Reach::Any,
        false,
        &["xray graph", "xray traces"],
    ),
    permission(
        "xray:GetSamplingStatisticSummaries",
        Reach::Any,
        false,
        &["xray graph", "xray traces", "xray stats"],
    ),
    permission(
        "xray:GetTraceSegmentDestination",
        Reach::Any,
        false,
        &["xray graph", "xray traces", "xray trace"],
    ),
    permission("xray:GetSamplingTargets", Reach::Any, false, &["daemon"]),
    permission("xray:PutTraceSegments", Reach::Any, true, &["daemon"]),
    permission("xray:PutTelemetryRecords", Reach::Any, true, &["daemon"]),
    permission(
        "xray:ListTagsForResource",
        Reach::Groups,
        false,
        &["setup", "teardown"],
    ),
    permission(
        "xray:ListTagsForResource",
        Reach::Rules,
        false,
        &["setup", "teardown"],
    ),
    permission("xray:CreateGroup", Reach::Groups, true, &["setup"]),
    permission("xray:UpdateGroup", Reach::Groups, true, &["setup"]),
    permission(
        "xray:DeleteGroup",
        Reach::Groups,
        true,
        &["setup", "teardown"],
    ),
    permission("xray:TagResource", Reach::Groups, true, &["setup"]),
    permission("xray:CreateSamplingRule", Reach::Rules, true, &["setup"]),
    permission("xray:UpdateSamplingRule", Reach::Rules, true, &["setup"]),
    permission("xray:DeleteSamplingRule", Reach::Rules, true, &["teardown"]),
    permission("xray:TagResource", Reach::Rules, true, &["setup"]),
    permission(
        "logs:DescribeLogGroups",
        Reach::Any,
        false,
        &[
            "setup",
            "teardown",
            "logs groups",
            "logs create",
            "logs tail",
            "logs search",
            "logs query",
            "logs --trace",
        ],
    ),
    permission(
        "logs:FilterLogEvents",
        Reach::LogGroups,
        false,
        &["logs tail", "logs search", "logs --trace"],
    ),
    permission(
        "logs:GetLogEvents",
        Reach::LogGroups,
        false,
        &["logs search"],
    ),
    permission(
        "logs:StartLiveTail",
        Reach::LogGroups,
        false,
        &["logs tail"],
    ),
    // Groups of the class Infrequent Access answer nothing else.
    permission(
        "logs:StartQuery",
        Reach::LogGroups,
        false,
        &["logs tail", "logs search", "logs query", "logs --trace"],
    ),
    permission(
        "logs:GetQueryResults",
        Reach::LogGroups,
        false,
        &["logs tail", "logs search", "logs query", "logs --trace"],
    ),
    permission("logs:StopQuery", Reach::Any, false, &["logs query"]),
    permission(
        "logs:ListTagsForResource",
        Reach::TaggedLogGroups,
        false,
        &["setup", "teardown", "logs create"],
    ),
    permission(
        "logs:CreateLogGroup",
        Reach::LogGroups,
        true,
        &["setup", "logs create", "logs ship"],
    ),
    permission(
        "logs:PutRetentionPolicy",
        Reach::LogGroups,
        true,
        &["setup", "logs create", "logs ship"],
    ),
    permission(
        "logs:DeleteRetentionPolicy",
        Reach::LogGroups,
        true,
        &["setup"],
    ),
    permission(
        "logs:PutLogGroupDeletionProtection",
        Reach::LogGroups,
        true,
        &["setup"],
    ),
    permission("logs:DeleteLogGroup", Reach::LogGroups, true, &["teardown"]),
    // A group is created with tags under the one name or the other, as the account is old or new.
    permission(
        "logs:TagLogGroup",
        Reach::LogGroups,
        true,
        &["setup", "logs create", "logs ship"],
    ),
    permission(
        "logs:TagResource",
        Reach::TaggedLogGroups,
        true,
        &["setup", "logs create", "logs ship"],
    ),
    permission(
        "logs:CreateLogStream",
        Reach::LogStreams,
        true,
        &["logs ship"],
    ),
    permission("logs:PutLogEvents", Reach::LogStreams, true, &["logs ship"]),
];

/// The smallest policy for the given commands.
pub fn policy(
    desired: &Desired,
    commands: &[&str],
    read_only: bool,
    region: Option<&str>,
    account: Option<&str>,
) -> Value {
    let place = Place {
        partition: partition(region),
        region: region.unwrap_or("*"),
        account: account.unwrap_or("*"),
    };
    let mut statements = Vec::new();
    for reach in [
        Reach::Any,
        Reach::Groups,
        Reach::Rules,
        Reach::LogGroups,
        Reach::TaggedLogGroups,
        Reach::LogStreams,
    ] {
        let mut actions: Vec<&str> = PERMISSIONS
            .iter()
            .filter(|permission| permission.reach == reach && !(read_only && permission.writes))
            .filter(|permission| {
                permission
                    .commands
                    .iter()
                    .any(|command| commands.contains(command))
            })
            .map(|permission| permission.action)
            .collect();
        actions.sort_unstable();
        let resources = place.resources(reach, desired);
        if actions.is_empty() || resources.is_empty() {
            continue;
        }
        statements.push(json!({
            "Sid": sid(reach),
            "Effect": "Allow",
            "Action": actions,
            "Resource": resources,
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn sid(reach: Reach) -> &'static str {
    match reach {
        Reach::Any => "WithoutResources",
        Reach::Groups => "XRayGroups",
        Reach::Rules => "XRaySamplingRules",
        Reach::LogGroups => "LogGroups",
        Reach::TaggedLogGroups => "LogGroupTags",
        Reach::LogStreams => "LogStreams",
    }
}

struct Place<'a> {
    partition: &'static str,
    region: &'a str,
    account: &'a str,
}

impl Place<'_> {
    fn resources(&self, reach: Reach, desired: &Desired) -> Vec<String> {
        let Self {
            partition,
            region,
            account,
        } = self;
        let xray = |rest: String| format!("arn:{partition}:xray:{region}:{account}:{rest}");
        let logs = |name: &str, tail: &str| {
            format!("arn:{partition}:logs:{region}:{account}:log-group:{name}{tail}")
        };
        match reach {
            Reach::Any => vec!["*".to_owned()],
            Reach::Groups => desired
                .groups
                .iter()
                .map(|group| xray(format!("group/{}/*", group.name)))
                .collect(),
            Reach::Rules => desired
                .rules
                .iter()
                .map(|rule| xray(format!("sampling-rule/{}", rule.name)))
                .collect(),
            Reach::LogGroups => desired
                .log_groups
                .iter()
                .map(|group| logs(&group.name, ":*"))
                .collect(),
            Reach::TaggedLogGroups => desired
                .log_groups
                .iter()
                .map(|group| logs(&group.name, ""))
                .collect(),
            Reach::LogStreams => desired
                .log_groups
                .iter()
                .map(|group| logs(&group.name, ":log-stream:*"))
                .collect(),
        }
    }
}

fn partition(region: Option<&str>) -> &'static str {
    match region {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        Some(region) if region.starts_with("eusc-") => "aws-eusc",
        Some(region) if region.starts_with("us-iso-") => "aws-iso",
        Some(region) if region.starts_with("us-isob-") => "aws-iso-b",
        Some(region) if region.starts_with("eu-isoe-") => "aws-iso-e",
        Some(region) if region.starts_with("us-isof-") => "aws-iso-f",
        _ => "aws",
    }
}
