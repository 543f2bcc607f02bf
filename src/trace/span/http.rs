//! The request and its answer.

use crate::json;

/// The request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Http {
    /// The URL, most often without its query.
    pub url: Option<String>,
    /// `GET` and so on.
    pub method: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The client's address, or a whole `X-Forwarded-For`.
    pub client_ip: Option<String>,
    /// Whether the address was taken from a header.
    pub x_forwarded_for: bool,
    /// Whether the one who answers sends a segment too.
    pub traced: bool,
    /// The status code.
    pub status: Option<i64>,
    /// The answer's length; some senders give -1 for an unknown one.
    pub content_length: Option<i64>,
}

impl Http {
    pub(super) fn read(raw: &str) -> Option<Box<Self>> {
        let mut http = Self::default();
        json::members(raw, |name, part| {
            // A part of the wrong sort is left out.
            let read = match name {
                "request" => json::members(part, |name, raw| http.request(name, raw)),
                "response" => json::members(part, |name, raw| http.response(name, raw)),
                _ => Ok(()),
            };
            drop(read);
        })
        .ok()?;
        Some(Box::new(http))
    }

    fn request(&mut self, name: &str, raw: &str) {
        match name {
            "url" => self.url = json::filled(raw),
            "method" => self.method = json::filled(raw),
            "user_agent" => self.user_agent = json::filled(raw),
            "client_ip" => self.client_ip = json::filled(raw),
            "x_forwarded_for" => self.x_forwarded_for = json::is_true(raw),
            "traced" => self.traced = json::is_true(raw),
            _ => {}
        }
    }

    fn response(&mut self, name: &str, raw: &str) {
        match name {
            "status" => self.status = json::integer(raw),
            "content_length" => self.content_length = json::integer(raw),
            _ => {}
        }
    }
}
