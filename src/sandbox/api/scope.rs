//! Who calls and where: the credential scope of a signature.
//!
//! Any signature is accepted; only what it says about region and account is used,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::sandbox::store::{Fault, Tenant};

/// Reads the tenant from the request's `Authorization`.
pub(super) fn tenant(headers: &HeaderMap) -> Result<Tenant, Fault> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Err(Fault::new(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ));
    };
    value
        .to_str()
        .ok()
        .and_then(credential)
        .and_then(from_credential)
        .ok_or_else(|| {
            Fault::new(
                "IncompleteSignatureException",
                "Authorization header requires 'Credential' parameter in the form \
                 ACCESS_KEY_ID/DATE/REGION/SERVICE/aws4_request.",
            )
        })
}

/// Whether a request is signed as AWS's are.
pub(super) fn is_signed(headers: &HeaderMap) -> bool {
    let value = headers.get(AUTHORIZATION);
    value.is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256"))
}

fn credential(authorization: &str) -> Option<&str> {
    authorization
        .split([' ', ','])
        .find_map(|part| part.strip_prefix("Credential="))
}

fn from_credential(credential: &str) -> Option<Tenant> {
    // An access key id may hold a slash only in theory; the four parts of the scope come last.
    let mut parts = credential.rsplitn(5, '/');
    let ("aws4_request", _service, region, _date, key_id) = (
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
    ) else {
        return None;
    };
    if region.is_empty()
        || region.len() > 32
        || !region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    {
        return None;
    }
    let is_account = key_id.len() == 12 && key_id.bytes().all(|byte| byte.is_ascii_digit());
    let account = if is_account {
        key_id
    } else {
        Tenant::NO_ACCOUNT
    };
    Some(Tenant::new(account, region))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(value: &'static str) -> Result<Tenant, &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        tenant(&headers).map_err(|fault| fault.code)
    }

    #[test]
    fn region_and_account_come_from_the_credential_scope() {
        assert_eq!(
            read(
                "AWS4-HMAC-SHA256 Credential=AKIATEST/20261120/ca-central-1/xray/aws4_request, SignedHeaders=host, Signature=0"
            ),
            Ok(Tenant::new("000000000000", "ca-central-1"))
        );
        assert_eq!(
            read(
                "AWS4-HMAC-SHA256 Credential=123456789012/20261120/cn-north-1/logs/aws4_request,SignedHeaders=host,Signature=0"
            ),
            Ok(Tenant::new("123456789012", "cn-north-1"))
        );
    }

    #[test]
    fn an_unreadable_signature_is_not_guessed_at() {
        for value in [
            "Bearer abc",
            "AWS4-HMAC-SHA256 Credential=AKIA",
            "AWS4-HMAC-SHA256 Credential=AKIA/20261120/EU WEST/xray/aws4_request",
            "AWS4-HMAC-SHA256 Credential=AKIA/20261120//xray/aws4_request",
            "AWS4-HMAC-SHA256 Credential=AKIA/20261120/eu-west-1/xray/aws5",
        ] {
            assert_eq!(read(value), Err("IncompleteSignatureException"), "{value}");
        }
        assert_eq!(
            tenant(&HeaderMap::new()).unwrap_err().code,
            "MissingAuthenticationTokenException"
        );
    }
}
