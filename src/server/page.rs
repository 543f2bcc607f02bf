//! The small HTML pages that Flask answers errors with.

use axum::http::StatusCode;

/// What is said about a status; the words are those of Werkzeug's pages, which clients may look for.
fn description(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "The browser (or proxy) sent a request that this server could not understand.",
        404 => {
            "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."
        }
        405 => "The method is not allowed for the requested URL.",
        413 => "The data value transmitted exceeds the capacity limit.",
        415 => {
            "Did not attempt to load JSON data because the request Content-Type was not &#39;application/json&#39;."
        }
        502 => "The proxy server received an invalid response from an upstream server.",
        _ => {
            "The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application."
        }
    }
}

/// The page for an error.
pub(super) fn error(status: StatusCode) -> String {
    let name = match status.as_u16() {
        413 => "Request Entity Too Large",
        _ => status.canonical_reason().unwrap_or("Error"),
    };
    format!(
        "<!doctype html>\n<html lang=en>\n<title>{} {name}</title>\n<h1>{name}</h1>\n<p>{}</p>\n",
        status.as_u16(),
        description(status)
    )
}

/// The page for another address.
pub(super) fn redirect(location: &str) -> String {
    let location = escaped(location);
    format!(
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n\
         <p>You should be redirected automatically to the target URL: \
         <a href=\"{location}\">{location}</a>. If not, click the link.\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_the_length_that_was_measured() {
        for (status, length) in [(400, 167), (404, 207), (405, 153), (415, 215), (500, 265)] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(error(status).len(), length, "{status}");
        }
    }

    #[test]
    fn what_was_asked_for_is_no_markup() {
        assert!(
            redirect("http://h/<script>\"'&").contains("http://h/&lt;script&gt;&#34;&#39;&amp;")
        );
    }
}
