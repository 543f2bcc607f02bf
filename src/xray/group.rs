//! A group: the traces that match a filter expression, under a name.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_Group.html>

/// A group as X-Ray shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Unique in account and region, case-sensitive.
    pub name: String,
    /// Ends in a part that AWS makes up anew at each creation.
    pub arn: String,
    /// Which traces belong to it; none takes every trace.
    pub filter_expression: Option<String>,
    /// Whether Insights watch it.
    pub insights: Insights,
}

/// A group's Insights switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Insights {
    /// Insights are on.
    pub enabled: bool,
    /// Notifications are sent; needs Insights on.
    pub notifications: bool,
}
