//! Where a subsegment's call goes.

use crate::json;

/// Where a subsegment's call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Namespace {
    /// To AWS, through its SDK.
    Aws,
    /// To another service or a database.
    Remote,
    /// Nowhere: the Python SDK's word for work of its own.
    Local,
    /// Not said: work of its own, or a segment.
    #[default]
    None,
}

impl Namespace {
    pub(super) fn read(raw: &str) -> Self {
        match json::text(raw).as_deref() {
            Some("aws") => Self::Aws,
            Some("remote") => Self::Remote,
            Some("local") => Self::Local,
            _ => Self::None,
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Aws => Some("aws"),
            Self::Remote => Some("remote"),
            Self::Local => Some("local"),
            Self::None => None,
        }
    }
}
