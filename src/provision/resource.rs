//! What every kind of resource can do.

use serde::Serialize;

use super::change::FieldChange;
use crate::error::Result;
use crate::remote::Clients;

/// The kinds of resource, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// An X-Ray group.
    XrayGroup,
    /// An X-Ray sampling rule.
    SamplingRule,
    /// A CloudWatch Logs group.
    LogGroup,
}

impl ResourceKind {
    /// The kind in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::XrayGroup => "X-Ray group",
            Self::SamplingRule => "sampling rule",
            Self::LogGroup => "log group",
        }
    }
}

/// A desired value compared with the live one.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// The fields that would change.
    pub(super) fields: Vec<FieldChange>,
    /// What the user should know of them.
    pub(super) notes: Vec<String>,
    /// Why the change cannot be made at all.
    pub(super) refusal: Option<String>,
    /// The fields were left open by a creation that was cut short: no question needs asking.
    pub(super) finishes_creation: bool,
    /// A change that AWS advises to make by deleting and creating again.
    pub(super) replaceable: bool,
}

/// A kind of resource: static dispatch, no state.
pub(super) trait Resource: Sized + Send + Sync + 'static {
    /// Which kind it is.
    const KIND: ResourceKind;
    /// What the files say of it.
    type Desired: Clone + std::fmt::Debug + Send + Sync + 'static;
    /// What is there.
    type Live: Clone + std::fmt::Debug + Send + Sync + 'static;

    /// The name of a desired one, by which a live one is found.
    fn name(desired: &Self::Desired) -> &str;

    /// The name of a live one.
    fn live_name(live: &Self::Live) -> &str;

    /// One line that says what will be created.
    fn describe(desired: &Self::Desired) -> String;

    /// Compares, field by field.
    fn compare(desired: &Self::Desired, live: &Self::Live) -> Comparison;

    /// Whether this tool made it.
    fn is_ours(live: &Self::Live) -> bool;

    /// Whether it can be created at all.
    fn can_be_created(_desired: &Self::Desired) -> bool {
        true
    }

    /// Why a live one must not be deleted, where that is so.
    fn deletion_refusal(_live: &Self::Live) -> Option<String> {
        None
    }

    /// Creates it with all its fields.
    fn create(
        clients: &Clients,
        desired: &Self::Desired,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Changes the given fields, and no others.
    fn update(
        clients: &Clients,
        desired: &Self::Desired,
        live: &Self::Live,
        fields: &[FieldChange],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Deletes it.
    fn delete(clients: &Clients, live: &Self::Live) -> impl Future<Output = Result<()>> + Send;
}
