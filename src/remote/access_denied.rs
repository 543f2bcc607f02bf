//! A permission that is missing: which one, whose, and the smallest policy that grants it.

use crate::error::{Error, Kind};

/// Explains an access-denied answer; AWS puts caller, action, resource and reason in its text.
pub(super) fn explain(asked: &'static str, text: &str) -> Error {
    let action = between(text, "perform: ", &[" "]).unwrap_or(asked);
    let resource = between(text, "on resource: ", &[" "])
        .or_else(|| between(text, "on the resource: ", &[" "]))
        .map_or_else(|| "*".to_owned(), grantable);
    let caller = between(text, "User: ", &[" is not authorized"]);
    let error = Error::new(Kind::Permission, format!("AWS refused {action}")).code("denied");
    let error = match caller {
        Some(caller) => error.tried(format!("as {caller}")),
        None => error,
    };
    if text.contains("explicit deny") {
        let policy = between(text, "explicit deny in a", &[": ", ",", "."])
            .map_or("policy", |policy| policy.trim_start_matches("n "));
        // The policy's ARN follows for those who may read it.
        let error = match between(text, "policy: ", &[" "]) {
            Some(arn) => error.tried(format!("it meets {arn}")),
            None => error,
        };
        return error
            .cause(format!(
                "an explicit deny in {}: no policy you attach can fix this",
                with_article(policy)
            ))
            .fix(ask(policy, action));
    }
    match between(text, "because no ", &[" allows"]) {
        // Boundaries and the organisation's policies only take away: they are not the caller's.
        Some(policy) if !matches!(policy, "identity-based policy" | "resource-based policy") => {
            return error
                .cause(format!(
                    "no {policy} allows it: no policy you attach can fix this"
                ))
                .fix(ask(policy, action));
        }
        _ => {}
    }
    let statement = serde_json::json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let error = error
        .cause(if text.contains("policy") {
            "no policy of the caller allows it"
        } else {
            "AWS does not say why; most likely no policy of the caller allows it"
        })
        .fix(match caller {
            Some(caller) => format!(
                "attach this statement to {}:\n{statement}",
                principal(caller)
            ),
            None => format!("attach this statement to the caller:\n{statement}"),
        });
    if action.starts_with("sts:") {
        return error;
    }
    error.fix("or all that is needed at once: cruddur-obs iam-policy")
}

fn ask(policy: &str, action: &str) -> String {
    format!("ask the administrator of the account to allow {action} in the {policy}")
}

fn with_article(policy: &str) -> String {
    let article = if policy.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {policy}")
}

/// What stands after `before`, up to the first of the marks or the end.
fn between<'a>(text: &'a str, before: &str, marks: &[&str]) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    let end = marks
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()
        .unwrap_or(rest.len());
    Some(rest[..end].trim()).filter(|found| !found.is_empty())
}

/// The resource as a policy names it: CloudWatch Logs writes every one as a stream of a group,
/// which may have no name.
fn grantable(resource: &str) -> String {
    match resource.strip_suffix(":log-stream:") {
        Some(group) if group.ends_with(':') => format!("{group}*"),
        Some(group) => format!("{group}:*"),
        None => resource.to_owned(),
    }
}

/// Whom a policy can be attached to: of an assumed role's session, the role.
fn principal(caller: &str) -> String {
    match caller.split_once(":assumed-role/") {
        Some((_, rest)) => format!("the role {}", rest.split('/').next().unwrap_or(rest)),
        None => caller.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::explain;
    use crate::output::{Page, Style, failure_text};

    fn told(text: &str) -> String {
        let page = Page {
            style: Style::PLAIN,
            width: None,
        };
        failure_text(&explain("xray:CreateGroup", text), &page, 0)
    }

    #[test]
    fn names_caller_action_and_statement() {
        insta::assert_snapshot!(told(
            "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: xray:CreateGroup on resource: \
             arn:aws:xray:us-east-1:111122223333:group/Cruddur because no identity-based policy allows the xray:CreateGroup action",
        ), @r#"
        error[denied]: AWS refused xray:CreateGroup
          tried: as arn:aws:iam::111122223333:user/dev
          cause: no policy of the caller allows it
          fix:   attach this statement to arn:aws:iam::111122223333:user/dev:
                 {"Effect":"Allow","Action":"xray:CreateGroup","Resource":"arn:aws:xray:us-east-1:111122223333:group/Cruddur"}
                 or all that is needed at once: cruddur-obs iam-policy
        "#);
    }

    #[test]
    fn a_log_group_is_named_as_policies_name_it() {
        insta::assert_snapshot!(told(
            "User: arn:aws:sts::111122223333:assumed-role/Deploy/me is not authorized to perform: logs:CreateLogGroup on resource: \
             arn:aws:logs:us-east-1:111122223333:log-group:cruddur:log-stream: because no identity-based policy allows the logs:CreateLogGroup action",
        ), @r#"
        error[denied]: AWS refused logs:CreateLogGroup
          tried: as arn:aws:sts::111122223333:assumed-role/Deploy/me
          cause: no policy of the caller allows it
          fix:   attach this statement to the role Deploy:
                 {"Effect":"Allow","Action":"logs:CreateLogGroup","Resource":"arn:aws:logs:us-east-1:111122223333:log-group:cruddur:*"}
                 or all that is needed at once: cruddur-obs iam-policy
        "#);
    }

    #[test]
    fn an_explicit_deny_cannot_be_undone() {
        insta::assert_snapshot!(told(
            "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: logs:CreateLogGroup with an explicit deny in a service control policy",
        ), @"
        error[denied]: AWS refused logs:CreateLogGroup
          tried: as arn:aws:iam::111122223333:user/dev
          cause: an explicit deny in a service control policy: no policy you attach can fix this
          fix:   ask the administrator of the account to allow logs:CreateLogGroup in the service control policy
        ");
    }

    #[test]
    fn what_only_takes_away_cannot_be_attached() {
        insta::assert_snapshot!(told(
            "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: xray:CreateGroup on resource: * because no permissions boundary allows the xray:CreateGroup action",
        ), @"
        error[denied]: AWS refused xray:CreateGroup
          tried: as arn:aws:iam::111122223333:user/dev
          cause: no permissions boundary allows it: no policy you attach can fix this
          fix:   ask the administrator of the account to allow xray:CreateGroup in the permissions boundary
        ");
    }

    #[test]
    fn an_answer_without_words_still_says_what_was_asked() {
        insta::assert_snapshot!(told(""), @r#"
        error[denied]: AWS refused xray:CreateGroup
          cause: AWS does not say why; most likely no policy of the caller allows it
          fix:   attach this statement to the caller:
                 {"Effect":"Allow","Action":"xray:CreateGroup","Resource":"*"}
                 or all that is needed at once: cruddur-obs iam-policy
        "#);
    }
}
