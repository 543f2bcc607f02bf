//! The one error type of the edge, and the exit codes.
//!
//! Rooms own small error enums where a caller branches on them; whatever reaches a user is an
//! [`Error`]: what failed, what was tried or seen, the cause, and the command that mends it.
//! How it is printed is the business of `output`.

use std::fmt;

/// A result whose error can be shown to the user.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What sort of failure it is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bug, or something nobody foresaw.
    Unexpected,
    /// The command line or an input file is wrong.
    Usage,
    /// Changes wait to be applied.
    Pending,
    /// A check of `doctor`, `verify` or `wait` failed.
    CheckFailed,
    /// Settings, region or credentials cannot be used.
    Configuration,
    /// The service refused: not permitted.
    Permission,
    /// Unreachable, timed out, or throttled.
    Unreachable,
    /// Stopped by the user.
    Interrupted,
}

impl Kind {
    /// Every kind, in the order of its exit code.
    pub const ALL: [Self; 8] = [
        Self::Unexpected,
        Self::Usage,
        Self::Pending,
        Self::CheckFailed,
        Self::Configuration,
        Self::Permission,
        Self::Unreachable,
        Self::Interrupted,
    ];

    /// The process's exit code; `README.md` repeats this table and a test compares the two.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::CheckFailed => 4,
            Self::Configuration => 5,
            Self::Permission => 6,
            Self::Unreachable => 7,
            Self::Interrupted => 130,
        }
    }

    /// The meaning of the exit code in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Unexpected => "unexpected",
            Self::Usage => "usage",
            Self::Pending => "changes pending, or drift with `--exit-code`",
            Self::CheckFailed => "a check failed",
            Self::Configuration => "configuration, region or credentials",
            Self::Permission => "permission denied",
            Self::Unreachable => "unreachable, timeout or throttled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A failure as the user meets it.
pub struct Error(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: Kind,
    code: Option<&'static str>,
    message: String,
    tried: Vec<String>,
    cause: Option<String>,
    fixes: Vec<String>,
    request_id: Option<String>,
    source: Option<Source>,
}

impl Error {
    /// Makes an error of the given kind; `message` says what failed, without a final period.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            code: None,
            message: message.into(),
            tried: Vec::new(),
            cause: None,
            fixes: Vec::new(),
            request_id: None,
            source: None,
        }))
    }

    /// A bug or an unforeseen condition.
    pub fn unexpected(message: impl Into<String>) -> Self {
        Self::new(Kind::Unexpected, message)
    }

    /// A mistake in the command line or in an input file.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Settings, region or credentials that cannot be used.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration, message)
    }

    /// A service or a file that could not be reached in time.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unreachable, message)
    }

    /// Gives the error a stable code, such as `no-region`.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.0.code = Some(code);
        self
    }

    /// Adds a line of what was looked at, tried or seen.
    #[must_use]
    pub fn tried(mut self, line: impl Into<String>) -> Self {
        self.0.tried.push(line.into());
        self
    }

    /// Says why it failed, in one sentence or block.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Adds a way to mend it: a literal command wherever there is one.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.0.fixes.push(fix.into());
        self
    }

    /// Remembers the service's id of the failed request; shown with `-v` only.
    #[must_use]
    pub fn request_id(mut self, id: Option<impl Into<String>>) -> Self {
        self.0.request_id = id.map(Into::into);
        self
    }

    /// Remembers the error underneath; its chain is shown with `-v` only.
    #[must_use]
    pub fn source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The sort of failure.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The stable code, where the failure is a known one.
    pub fn known_as(&self) -> Option<&'static str> {
        self.0.code
    }

    /// What failed.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What was looked at, tried or seen.
    pub fn attempts(&self) -> &[String] {
        &self.0.tried
    }

    /// Why it failed, where that is known.
    pub fn reason(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The ways to mend it, best first.
    pub fn fixes(&self) -> &[String] {
        &self.0.fixes
    }

    /// The service's id of the failed request.
    pub fn request(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The messages of the errors underneath, outermost first.
    pub fn chain(&self) -> Vec<String> {
        let mut messages = Vec::new();
        let mut next: Option<&(dyn std::error::Error + 'static)> = self
            .0
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static));
        while let Some(error) = next {
            messages.push(error.to_string());
            next = error.source();
        }
        messages.dedup();
        messages
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}
