//! A permission that is missing: which one, whose, and the smallest policy that grants it.

use crate::error::{Error, Kind};

/// Explains an access-denied answer; AWS puts caller, action, resource and reason in its text.
pub(super) fn explain(asked: &'static str, text: &str) -> Error {
    let between = |before: &str, after: &[&str]| {
        let rest = text.split_once(before)?.1;
        let end = after
            .iter()
            .filter_map(|mark| rest.find(mark))
            .min()
            .unwrap_or(rest.len());
        Some(rest[..end].trim().to_owned()).filter(|found| !found.is_empty())
    };
    let action = between("perform: ", &[" "]).unwrap_or_else(|| asked.to_owned());
    let resource = between("on resource: ", &[" "])
        .or_else(|| between("on the resource: ", &[" "]))
        .unwrap_or_else(|| "*".to_owned());
    let error = Error::new(Kind::Permission, format!("AWS refused {action}")).code("denied");
    let error = match between("User: ", &[" is not authorized"]) {
        Some(caller) => error.tried(format!("as {caller}")),
        None => error,
    };
    if text.contains("explicit deny") || text.contains("service control policy") {
        return error
            .cause("an explicit deny: no policy that you attach can undo it")
            .fix("ask the administrator of the account (policy, permissions boundary or service control policy)");
    }
    let statement = serde_json::json!({"Effect": "Allow", "Action": action, "Resource": resource});
    error
        .cause("no policy of the caller allows it")
        .fix(format!("attach this statement: {statement}"))
        .fix("the whole policy: cruddur-obs iam-policy")
}

#[cfg(test)]
mod tests {
    use super::explain;
    use crate::output::{Style, failure_text};

    #[test]
    fn names_caller_action_and_statement() {
        let error = explain(
            "xray:CreateGroup",
            "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: xray:CreateGroup on resource: \
             arn:aws:xray:us-east-1:111122223333:group/Cruddur because no identity-based policy allows the xray:CreateGroup action",
        );
        insta::assert_snapshot!(failure_text(&error, Style::PLAIN, 0), @r#"
        error[denied]: AWS refused xray:CreateGroup
          tried: as arn:aws:iam::111122223333:user/dev
          cause: no policy of the caller allows it
          fix:   attach this statement: {"Effect":"Allow","Action":"xray:CreateGroup","Resource":"arn:aws:xray:us-east-1:111122223333:group/Cruddur"}
                 the whole policy: cruddur-obs iam-policy
        "#);
    }

    #[test]
    fn an_explicit_deny_cannot_be_undone() {
        let error = explain(
            "logs:CreateLogGroup",
            "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: logs:CreateLogGroup with an explicit deny in a service control policy",
        );
        insta::assert_snapshot!(failure_text(&error, Style::PLAIN, 0), @"
        error[denied]: AWS refused logs:CreateLogGroup
          tried: as arn:aws:iam::111122223333:user/dev
          cause: an explicit deny: no policy that you attach can undo it
          fix:   ask the administrator of the account (policy, permissions boundary or service control policy)
        ");
    }
}
