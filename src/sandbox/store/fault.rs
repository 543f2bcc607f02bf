//! Why an operation was not done.

use std::ops::Range;

/// A refusal, named as AWS names it; `sandbox::api` writes it in the caller's dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Fault {
    /// The name of the exception, such as `InvalidRequestException`.
    pub code: &'static str,
    /// The sentence that AWS says, or ours where AWS's is not known.
    pub message: String,
    /// The resource it is about, where the exception has a member for it.
    pub resource: Option<String>,
    /// Which characters of a query it is about, where the exception has members for them.
    pub characters: Option<Range<usize>>,
}

impl Fault {
    /// What there is to say of a full disk.
    pub const DISK_FULL: &'static str = "the disk of the sandbox's store is full, and nothing of this request was stored; \
         make room on it, or start the sandbox with --dir on another one";

    /// A refusal with this code and sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            resource: None,
            characters: None,
        }
    }

    /// X-Ray's answer to nearly everything: a taken name, a missing group, a bad field.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new("InvalidRequestException", message)
    }

    /// CloudWatch Logs' answer to a bad field.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// Something that is named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// Something of that name exists.
    pub fn already_exists(message: impl Into<String>) -> Self {
        Self::new("ResourceAlreadyExistsException", message)
    }

    /// More tags than a resource may have.
    pub fn too_many_tags(message: impl Into<String>) -> Self {
        Self::new("TooManyTagsException", message)
    }

    /// A query that cannot be read, and which of its characters are wrong.
    pub fn malformed_query(message: impl Into<String>, characters: Range<usize>) -> Self {
        Self {
            characters: Some(characters),
            ..Self::new("MalformedQueryException", message)
        }
    }

    /// A failure of the sandbox itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new("InternalFailure", message)
    }

    /// Names the resource that the refusal is about.
    #[must_use]
    pub fn about(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
            return Self::internal(Self::DISK_FULL);
        }
        Self::internal(format!("the sandbox's store failed: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_full_disk_says_so() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE filled (text TEXT); PRAGMA max_page_count = 3;")
            .unwrap();
        let error = connection
            .execute("INSERT INTO filled VALUES (?1)", [" ".repeat(100_000)])
            .unwrap_err();
        assert_eq!(Fault::from(error).message, Fault::DISK_FULL);
    }
}
