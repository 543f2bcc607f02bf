//! Names that were nearly spelt right.

use super::services;

/// The variables that are read, beside those of services.
const OF_AWS_AND_OURS: [&str; 22] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_XRAY",
    "AWS_MAX_ATTEMPTS",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "CRUDDUR_OBS_DATA_DIR",
    "CRUDDUR_OBS_SANDBOX",
    "CRUDDUR_OBS_TIMEOUT",
];

/// Names that look like a slip and are none: other programs read them.
const OTHERS: [&str; 6] = [
    "AWS_ENDPOINT_URL_EKS",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SNS",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_SSM",
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
];

/// Names that people remember from elsewhere, too far away for a distance to find.
const REMEMBERED: [(&str, &str); 10] = [
    ("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    ("AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"),
    ("HONEYCOMB_API_HOST", "HONEYCOMB_API_ENDPOINT"),
    ("HONEYCOMB_API_URL", "HONEYCOMB_API_ENDPOINT"),
    ("HONEYCOMB_KEY", "HONEYCOMB_API_KEY"),
    ("HONEYCOMB_TEAM", "HONEYCOMB_API_KEY"),
    ("HONEYCOMB_TOKEN", "HONEYCOMB_API_KEY"),
    ("HONEYCOMB_WRITEKEY", "HONEYCOMB_API_KEY"),
    ("ROLLBAR_TOKEN", "ROLLBAR_ACCESS_TOKEN"),
];

/// The variable that was meant by `name`, where `name` is none that is read.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let read = || OF_AWS_AND_OURS.into_iter().chain(services::NAMES);
    if read().any(|each| each == name) || OTHERS.contains(&name) {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    if let Some((_, right)) = REMEMBERED.iter().find(|(wrong, _)| *wrong == upper) {
        return Some(right);
    }
    if let Some(right) = read().find(|right| *right == upper) {
        return Some(right);
    }
    let corrected = without_known_confusions(&upper);
    read()
        .map(|right| (strsim::osa_distance(&corrected, right), right))
        .filter(|(distance, right)| *distance <= allowance(right))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, right)| right)
}

/// Of `names` the one nearest to `name`, where it is near enough to be meant.
pub(super) fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    names
        .iter()
        .map(|each| (strsim::osa_distance(&lower, &each.to_lowercase()), *each))
        .filter(|(distance, each)| *distance <= 2 && *distance < each.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, each)| each)
}

/// How many slips a name of this length may have.
fn allowance(name: &str) -> usize {
    if name.len() < 14 { 1 } else { 2 }
}

/// Undoes the swaps that the four letters of OTEL and OTLP invite.
fn without_known_confusions(name: &str) -> String {
    let mut words: Vec<&str> = name.split('_').collect();
    for (index, word) in words.iter_mut().enumerate() {
        if matches!(*word, "OTEP" | "OLTP" | "OTLP" | "OLTE" | "OTPL" | "OPTL") {
            *word = if index == 0 { "OTEL" } else { "OTLP" };
        }
    }
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let cases = [
            ("OTEP_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("OLTP_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
            ("OTEL_EXPORTER_OLTP_HEADER", "OTEL_EXPORTER_OTLP_HEADERS"),
            ("OTLP_SERVICE_NAME", "OTEL_SERVICE_NAME"),
            ("HONEYCOMB_API_KEYS", "HONEYCOMB_API_KEY"),
            ("HONEYCOMB_APIKEY", "HONEYCOMB_API_KEY"),
            ("HONEYCOMB_API_HOST", "HONEYCOMB_API_ENDPOINT"),
            ("HONEYCOMB_API_URL", "HONEYCOMB_API_ENDPOINT"),
            ("HONEYCOMB_KEY", "HONEYCOMB_API_KEY"),
            ("HONEYCOMB_TEAM", "HONEYCOMB_API_KEY"),
            ("HONEYCOMB_TOKEN", "HONEYCOMB_API_KEY"),
            ("AWS_REGON", "AWS_REGION"),
            ("aws_region", "AWS_REGION"),
            ("AWS_ACCES_KEY_ID", "AWS_ACCESS_KEY_ID"),
            ("AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"),
            ("ROLLBAR_ACESS_TOKEN", "ROLLBAR_ACCESS_TOKEN"),
            ("CRUDDUR_OBS_SANBOX", "CRUDDUR_OBS_SANDBOX"),
        ];
        for (wrong, right) in cases {
            assert_eq!(meant(wrong), Some(right), "{wrong}");
        }
    }

    #[test]
    fn leaves_good_names_alone() {
        let names = [
            "AWS_REGION",
            "AWS_PAGER",
            "AWS_ACCOUNT_ID",
            "AWS_ENDPOINT_URL_S3",
            "AWS_EXECUTION_ENV",
            "AWS_VAULT",
            "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "OTEL_LOGS_EXPORTER",
            "PATH",
            "ROLLBAR_ENVIRONMENT",
        ];
        for name in names {
            assert_eq!(meant(name), None, "{name}");
        }
    }

    #[test]
    fn finds_the_nearest_name() {
        assert_eq!(nearest("nope", &["default", "dev"]), None);
        assert_eq!(nearest("dve", &["default", "dev"]), Some("dev"));
        assert_eq!(nearest("Dev", &["default", "dev"]), Some("dev"));
        assert_eq!(nearest("a", &["b"]), None);
    }
}
