//! What our server tells differently from the captured app, and why.

/// A difference that is meant.
#[derive(Debug)]
pub(super) struct Difference {
    /// The capture; `*` for all.
    folder: &'static str,
    service: &'static str,
    /// The path; with `*` at its end all that begin so.
    path: &'static str,
    what: What,
    /// Read by people.
    #[expect(dead_code, reason = "the reason is what the list is for")]
    why: &'static str,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The captured app said it, and we do not.
    Absent,
    /// We say it, and the captured app did not.
    Added,
    /// We say something else.
    Other,
}

use What::{Absent, Added, Other};

impl Difference {
    pub(super) fn covers(
        &self,
        folder: &str,
        service: &str,
        path: &str,
        before: Option<&String>,
        after: Option<&String>,
    ) -> bool {
        let what = match (before, after) {
            (Some(_), None) => Absent,
            (None, Some(_)) => Added,
            _ => Other,
        };
        let is_path = match self.path.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.path,
        };
        (self.folder == "*" || self.folder == folder)
            && self.service == service
            && self.what == what
            && is_path
    }
}

const fn entry(
    folder: &'static str,
    service: &'static str,
    path: &'static str,
    what: What,
    why: &'static str,
) -> Difference {
    Difference {
        folder,
        service,
        path,
        what,
        why,
    }
}

/// The list.
pub(super) const LISTED: [Difference; 1] =
    [entry("*", "X-Ray", "aws.xray.sdk", Other, "another SDK")];
