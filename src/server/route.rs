//! Which route a path leads to, as Flask's own rules have it.
//!
//! Static paths win over parameters, a trailing slash is another path, and a path with doubled
//! slashes leads to the one without them. The rules are few and fixed, and what a client sees of a
//! path that has no route, or not for its method, is part of what is emulated; so they are matched
//! here, part by part, without a table.

/// A route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Home,
    Notifications,
    User,
    Search,
    Show,
    CreateActivity,
    Reply,
    MessageGroups,
    Messages,
    CreateMessage,
    RollbarTest,
    DebugError,
    DebugSlow,
    DebugOutbound,
}

/// What a path and a method lead to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A route, and what stands in its parameter.
    Route(Route, &'a str),
    /// A route that does not take the method.
    WrongMethod(Route),
    /// The same path without its doubled slashes.
    Merged(String),
    /// Nothing.
    Nothing,
}

impl Route {
    /// The rule, as Flask writes it: `http.route`.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Home => "/api/activities/home",
            Self::Notifications => "/api/activities/notifications",
            Self::User => "/api/activities/@<string:handle>",
            Self::Search => "/api/activities/search",
            Self::Show => "/api/activities/<string:activity_uuid>",
            Self::CreateActivity => "/api/activities",
            Self::Reply => "/api/activities/<string:activity_uuid>/reply",
            Self::MessageGroups => "/api/message_groups",
            Self::Messages => "/api/messages/@<string:handle>",
            Self::CreateMessage => "/api/messages",
            Self::RollbarTest => "/rollbar/test",
            Self::DebugError => "/debug/error",
            Self::DebugSlow => "/debug/slow",
            Self::DebugOutbound => "/debug/outbound",
        }
    }

    /// Whether it takes POST; the others take GET and HEAD.
    pub(super) fn takes_post(self) -> bool {
        matches!(
            self,
            Self::CreateActivity | Self::Reply | Self::CreateMessage
        )
    }

    /// The methods that it takes, for the header `Allow`.
    pub(super) fn allowed(self) -> &'static str {
        if self.takes_post() {
            "POST, OPTIONS"
        } else {
            "OPTIONS, GET, HEAD"
        }
    }

    fn takes(self, method: &str) -> bool {
        match method {
            "GET" | "HEAD" => !self.takes_post(),
            "POST" => self.takes_post(),
            "OPTIONS" => true,
            _ => false,
        }
    }
}

impl<'a> Found<'a> {
    /// What this method and this path, its percent signs resolved, lead to.
    pub(super) fn by(method: &str, path: &'a str) -> Self {
        if let Some((route, parameter)) = matched(path) {
            return if route.takes(method) {
                Self::Route(route, parameter)
            } else {
                Self::WrongMethod(route)
            };
        }
        if !path.contains("//") {
            return Self::Nothing;
        }
        let merged = merged(path);
        match matched(&merged) {
            Some((route, _)) if route.takes(method) => Self::Merged(merged),
            Some((route, _)) => Self::WrongMethod(route),
            None => Self::Nothing,
        }
    }
}

fn matched(path: &str) -> Option<(Route, &str)> {
    let Some(rest) = path.strip_prefix("/api/") else {
        let route = match path {
            "/rollbar/test" => Route::RollbarTest,
            "/debug/error" => Route::DebugError,
            "/debug/slow" => Route::DebugSlow,
            "/debug/outbound" => Route::DebugOutbound,
            _ => return None,
        };
        return Some((route, ""));
    };
    if let Some(rest) = rest.strip_prefix("activities") {
        let Some(last) = rest.strip_prefix('/') else {
            return rest.is_empty().then_some((Route::CreateActivity, ""));
        };
        return match last {
            "" => None,
            "home" => Some((Route::Home, "")),
            "notifications" => Some((Route::Notifications, "")),
            "search" => Some((Route::Search, "")),
            _ => match last.split_once('/') {
                None => Some(match last.strip_prefix('@') {
                    Some(handle) if !handle.is_empty() => (Route::User, handle),
                    _ => (Route::Show, last),
                }),
                Some((uuid, "reply")) if !uuid.is_empty() => Some((Route::Reply, uuid)),
                Some(_) => None,
            },
        };
    }
    match rest {
        "message_groups" => Some((Route::MessageGroups, "")),
        "messages" => Some((Route::CreateMessage, "")),
        _ => {
            let handle = rest.strip_prefix("messages/@")?;
            (!handle.is_empty() && !handle.contains('/')).then_some((Route::Messages, handle))
        }
    }
}

fn merged(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !merged.ends_with('/') {
            merged.push(character);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_where_flask_leads_them() {
        for (path, expected) in [
            ("/api/activities/home", Some((Route::Home, ""))),
            ("/api/activities/@brin", Some((Route::User, "brin"))),
            ("/api/activities/@", Some((Route::Show, "@"))),
            ("/api/activities/0a1b", Some((Route::Show, "0a1b"))),
            ("/api/activities/home/reply", Some((Route::Reply, "home"))),
            ("/api/activities", Some((Route::CreateActivity, ""))),
            ("/api/activities/", None),
            ("/api/activities/home/", None),
            ("/api/activitieshome", None),
            ("/api/activities/a/b", None),
            ("/api/activities//reply", None),
            ("/api/messages/@brin", Some((Route::Messages, "brin"))),
            ("/api/messages/@", None),
            ("/api/messages/brin", None),
            ("/api/messages/@a/b", None),
            ("/api/message_groups", Some((Route::MessageGroups, ""))),
            ("/rollbar/test", Some((Route::RollbarTest, ""))),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(matched(path), expected, "{path}");
        }
    }

    #[test]
    fn methods_and_doubled_slashes() {
        assert_eq!(
            Found::by("HEAD", "/rollbar/test"),
            Found::Route(Route::RollbarTest, "")
        );
        assert_eq!(
            Found::by("DELETE", "/api/messages"),
            Found::WrongMethod(Route::CreateMessage)
        );
        assert_eq!(
            Found::by("GET", "//api///activities/home"),
            Found::Merged("/api/activities/home".to_owned())
        );
        assert_eq!(
            Found::by("POST", "/api//activities/home"),
            Found::WrongMethod(Route::Home)
        );
        assert_eq!(Found::by("GET", "//nope"), Found::Nothing);
        assert_eq!(Found::by("OPTIONS", "/nope"), Found::Nothing);
    }
}
