//! An item that Rollbar took.

use std::fmt::Write as _;

use serde::Serialize;

use super::plain::plain;
use super::quantity::duration;
use crate::output::{Page, View};

/// What became of an item.
#[derive(Debug, Serialize)]
pub struct ReportedView {
    /// The occurrence's id.
    pub uuid: String,
    /// Its level.
    pub level: &'static str,
    /// Its environment.
    pub environment: String,
    /// The page that shows it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What finds it in Rollbar's list of items.
    pub filter: String,
    /// The token, masked.
    pub token: String,
    /// Where the token stands.
    pub token_origin: String,
    /// Where it was sent.
    pub sent_to: String,
    /// How long that took.
    pub milliseconds: f64,
    /// What the item is called, where it was read back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_back: Option<String>,
}

impl View for ReportedView {
    fn text(&self, page: &Page) -> String {
        let style = page.style;
        let mut text = String::new();
        let mut row = |name: &str, value: &str| {
            let _ = writeln!(text, "{}  {value}", style.dim(&format!("{name:<11}")));
        };
        row("uuid", &style.strong(&self.uuid));
        row("level", self.level);
        row("environment", &plain(&self.environment));
        if let Some(title) = &self.read_back {
            row("read back", &plain(title));
        }
        if let Some(link) = &self.link {
            row("page", &style.accent(link));
        }
        row("filter", &plain(&self.filter));
        row(
            "token",
            &format!("{} from {}", self.token, self.token_origin),
        );
        let took = duration(self.milliseconds / 1000.0);
        row("sent to", &format!("{} in {took}", plain(&self.sent_to)));
        text
    }
}
