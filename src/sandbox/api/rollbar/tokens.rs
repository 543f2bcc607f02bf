//! Who may do what: any token that looks like one of a project's is let in.
//!
//! A token is 32 hexadecimal digits in small letters, in the header `X-Rollbar-Access-Token`, in
//! the parameter `access_token`, or, for reports, in the body. Its first digits choose what it may
//! not do: `d15a` is disabled, `4ead` may only read, `9057` may only report, `c11e` may only
//! report for browsers, and `4290` is over its limit. There is one project behind all of them.

use axum::http::StatusCode;

use super::Asked;
use super::answer::Refusal;

/// What a token may be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// To read items.
    Read,
    /// To change them.
    Write,
    /// To report.
    PostServerItem,
    /// To report for browsers and phones.
    PostClientItem,
}

/// Refuses a request whose token, outside of the body, does not allow it.
pub(super) fn check(asked: &Asked, scope: Option<Scope>) -> Result<(), Refusal> {
    match scope {
        None => Ok(()),
        Some(scope) => allow(given(asked).as_deref(), scope),
    }
}

/// The token of a request, unless it stands in the body.
pub(super) fn given(asked: &Asked) -> Option<String> {
    asked
        .head
        .headers
        .get("x-rollbar-access-token")
        .and_then(|token| token.to_str().ok())
        .map(|token| token.trim().to_owned())
        .filter(|token| !token.is_empty())
        .or_else(|| asked.parameter("access_token"))
}

/// Refuses a token that does not allow it.
pub(super) fn allow(token: Option<&str>, scope: Scope) -> Result<(), Refusal> {
    let Some(token) = token else {
        return Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "access token required",
        ));
    };
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let forbidden = |message: &str| Err(Refusal::new(StatusCode::FORBIDDEN, message));
    if token.len() != 32 || !token.bytes().all(is_hex) || token.starts_with("d15a") {
        return forbidden("invalid access token");
    }
    let is_allowed = match token.get(..4) {
        Some("4290") => {
            return Err(Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate limit reached for this access token",
            ));
        }
        Some("4ead") => scope == Scope::Read,
        Some("9057") => scope == Scope::PostServerItem,
        Some("c11e") => scope == Scope::PostClientItem,
        _ => scope != Scope::PostClientItem,
    };
    if is_allowed {
        Ok(())
    } else {
        forbidden("insufficient privileges: the access token lacks the required scope")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_may_do() {
        let status = |token: Option<&str>, scope| {
            allow(token, scope)
                .err()
                .map(|refusal| refusal.status.as_u16())
        };
        let of = |start: &str| format!("{start:0<32}");
        let scopes = [
            Scope::Read,
            Scope::Write,
            Scope::PostServerItem,
            Scope::PostClientItem,
        ];
        for (start, answers) in [
            ("5a4d", [None, None, None, Some(403)]),
            ("4ead", [None, Some(403), Some(403), Some(403)]),
            ("9057", [Some(403), Some(403), None, Some(403)]),
            ("c11e", [Some(403), Some(403), Some(403), None]),
            ("d15a", [Some(403); 4]),
            ("4290", [Some(429); 4]),
        ] {
            let token = of(start);
            assert_eq!(scopes.map(|scope| status(Some(&token), scope)), answers);
        }
        assert_eq!(status(None, Scope::Read), Some(401));
        assert_eq!(status(Some("short"), Scope::Read), Some(403));
    }
}
