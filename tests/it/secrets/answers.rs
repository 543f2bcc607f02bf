//! Answers that repeat the request: pages, errors, proxies.

use super::{proxy, run_all, secret, world};
use crate::world::{Answer, Asked, Stub};

/// What a request says of itself, in the dress of a web page, of a plain text or of JSON.
fn echoed(asked: &Asked, dress: &str) -> String {
    let pairs = asked.headers.iter();
    match dress {
        "table" => {
            let rows: Vec<String> = pairs
                .map(|(name, value)| format!("<tr><td>{name}</td><td>{value}</td></tr>"))
                .collect();
            format!("<html><table>{}</table></html>", rows.concat())
        }
        "json" => serde_json::to_string(
            &asked
                .headers
                .iter()
                .cloned()
                .collect::<std::collections::BTreeMap<_, _>>(),
        )
        .expect("headers are JSON"),
        _ => pairs
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect::<Vec<_>>()
            .concat(),
    }
}

/// The signatures that a stub has seen.
fn signatures(stub: &Stub) -> Vec<String> {
    stub.asked()
        .iter()
        .filter_map(|asked| {
            Some(
                asked
                    .header("authorization")
                    .split_once("Signature=")?
                    .1
                    .to_owned(),
            )
        })
        .collect()
}

/// How a service repeats what it was asked.
type Dress = fn(&Asked) -> Answer;

#[test]
fn where_the_answer_repeats_the_request() {
    // First what matters: an answer is shown up to a length.
    fn sorted(asked: &Asked) -> Asked {
        let mut asked = asked.clone();
        asked.headers.sort_by_key(|(name, _)| {
            !matches!(name.as_str(), "authorization" | "x-amz-security-token")
        });
        asked
    }
    let dresses: [(&str, Dress); 6] = [
        ("a page with 403", |asked| {
            Answer::page(403, &format!("<pre>{}</pre>", echoed(asked, "plain")))
        }),
        ("a page with 200", |asked| {
            Answer::page(200, &echoed(asked, "table"))
        }),
        ("JSON with 404", |asked| {
            Answer::new(404, &echoed(asked, "json"))
        }),
        ("text with 502", |asked| {
            Answer::new(502, &echoed(asked, "plain"))
        }),
        ("AWS's error", |asked| {
            Answer::error(400, "ValidationException", &echoed(asked, "plain"))
        }),
        ("AWS's own canonical request", |asked| {
            Answer::error(
                403,
                "InvalidSignatureException",
                &format!(
                    "The request signature we calculated does not match. The Canonical String should have been\n'{}'",
                    echoed(asked, "plain")
                ),
            )
        }),
    ];
    for (what, answer) in dresses {
        let stub = Stub::start(move |asked| answer(&sorted(asked)));
        let world = world().with("AWS_ENDPOINT_URL", stub.url());
        let said = run_all(what, &world, &|| signatures(&stub));
        assert!(!stub.asked().is_empty());
        // It was shown, and its secrets were not.
        let said = String::from_utf8_lossy(&said);
        let shows = said.to_lowercase();
        assert!(
            what.contains("canonical") || shows.contains("authorization"),
            "{what}: nothing of the answer was shown, the test proves nothing:\n{said}"
        );
    }
}

#[test]
fn where_keys_come_from_a_profile() {
    let stub = Stub::start(|asked| {
        Answer::page(
            403,
            &format!(
                "<pre>{}</pre>{}",
                asked.header("authorization"),
                echoed(asked, "plain")
            ),
        )
    });
    let world = world()
        .with("AWS_ENDPOINT_URL", stub.url())
        .with("AWS_PROFILE", "dev")
        .with("AWS_ACCESS_KEY_ID", "")
        .with("AWS_SECRET_ACCESS_KEY", "")
        .with("AWS_SESSION_TOKEN", "");
    run_all("a profile", &world, &|| signatures(&stub));
    assert!(
        stub.asked()[0]
            .header("authorization")
            .contains(secret("id in a profile"))
    );
}

#[test]
fn where_a_proxy_repeats_the_request() {
    let stub = Stub::start(|asked| {
        let password = asked.header("proxy-authorization");
        Answer::page(
            403,
            &format!("<p>{password}</p><pre>{}</pre>", echoed(asked, "plain")),
        )
    });
    let world = world()
        .with("AWS_ENDPOINT_URL", "http://aws.invalid")
        .with("HTTP_PROXY", &proxy(stub.url()));
    run_all("a proxy", &world, &|| signatures(&stub));
    let header = stub.asked()[0].header("proxy-authorization").to_owned();
    assert!(header.contains(secret("header for a proxy")), "{header}");
}
