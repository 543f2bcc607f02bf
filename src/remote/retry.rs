//! What is tried again, and what is not.

use std::io;
use std::time::Duration;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_types::retry::RetryConfig;

/// The codes of the answer "slow down".
pub(super) const THROTTLED: [&str; 4] = [
    "ThrottledException",
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
];

/// CloudWatch Logs' code for a conflict with another change under way.
pub(super) const ABORTED: &str = "OperationAbortedException";

/// CloudWatch Logs' code for a quota that is used up.
const QUOTA: &str = "LimitExceededException";

/// Standard retries, more of them; the first wait is short because a person is waiting too.
pub(super) fn configuration(max_attempts: u32) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(max_attempts)
        .with_initial_backoff(Duration::from_millis(250))
        .with_max_backoff(Duration::from_secs(10))
}

/// Retries a conflict (the SDK takes it for a mistake of ours), and does not retry a quota that
/// is used up (the SDK takes it for throttling; waiting frees nothing), a refused connection or
/// an unknown host (the SDK would try for seconds; nobody is there).
#[derive(Debug)]
pub(super) struct Classifier;

impl ClassifyRetry for Classifier {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if let Some(response) = context.response() {
            return match error_code(response).as_deref() {
                Some(ABORTED) => RetryAction::throttling_error(),
                Some(QUOTA) => RetryAction::RetryForbidden,
                _ => RetryAction::NoActionIndicated,
            };
        }
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        match error.as_connector_error() {
            Some(error) if nobody_there(error) => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "conflicts again, quotas and nobody there not again"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

fn nobody_there(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
            || error.to_string().contains("dns error")
        {
            return true;
        }
        next = error.source();
    }
    false
}

/// The error code of an answer: from the header that restJson1 uses, else from the body.
pub(super) fn error_code(response: &HttpResponse) -> Option<String> {
    if response.status().is_success() {
        return None;
    }
    let code = if let Some(header) = response.headers().get("x-amzn-errortype") {
        header.to_owned()
    } else {
        let body: serde_json::Value = serde_json::from_slice(response.body().bytes()?).ok()?;
        body.get("__type")
            .or_else(|| body.get("code"))?
            .as_str()?
            .to_owned()
    };
    // `namespace#Code:http://…` is Code.
    let code = code.split(':').next().unwrap_or_default();
    Some(code.rsplit('#').next().unwrap_or_default().to_owned())
}
