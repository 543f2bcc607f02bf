//! A log group.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html>

/// A log group as CloudWatch Logs shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogGroup {
    /// Unique in account and region, case-sensitive.
    pub name: String,
    /// The ARN without the trailing `:*`, as tagging and identifiers want it.
    pub arn: String,
    /// Days after which events go; `None` keeps them for ever.
    pub retention_days: Option<i32>,
    /// The account's policy that sets the retention in the group's stead.
    pub retention_policy: Option<String>,
    /// The class; cannot be changed after creation. Old servers leave it out.
    pub class: Option<String>,
    /// The key that encrypts the group.
    pub kms_key: Option<String>,
    /// Whether the group refuses to be deleted.
    pub deletion_protection: bool,
    /// Bytes stored; AWS refreshes the figure now and then.
    pub stored_bytes: i64,
    /// Milliseconds since the epoch.
    pub created_at: Option<i64>,
}
