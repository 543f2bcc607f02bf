//! Settings that are right, and settings that hold secrets in the wrong places.

use super::{proxy, run_all, secret, world};
use crate::world::{Server, World};

#[test]
fn where_all_is_well() {
    let proxy = proxy("http://127.0.0.1:9");
    let in_process = world()
        .with("CRUDDUR_OBS_SANDBOX", "1")
        .with("HTTPS_PROXY", &proxy);
    run_all("sandbox in process", &in_process, &Vec::new);
    let elsewhere = World::new();
    let server = Server::start(&elsewhere, "--memory");
    let world = world()
        .with("AWS_ENDPOINT_URL", server.url())
        .with("HTTP_PROXY", &proxy);
    run_all("sandbox as AWS", &world, &Vec::new);
}

#[test]
fn where_settings_are_wrong() {
    let wrong: [(&str, World); 4] = [
        (
            "keys in the wrong variables",
            world()
                .with("AWS_REGION", secret("AWS_SECRET_ACCESS_KEY"))
                .with("AWS_PROFILE", "nope")
                .with("AWS_MAX_ATTEMPTS", secret("HONEYCOMB_API_KEY"))
                .with("CRUDDUR_OBS_TIMEOUT", secret("ROLLBAR_ACCESS_TOKEN")),
        ),
        (
            "a token as endpoint",
            world().with("AWS_ENDPOINT_URL", &proxy("http://localhost:1")),
        ),
        (
            "a token in place of a sandbox",
            world().with("CRUDDUR_OBS_SANDBOX", secret("ROLLBAR_ACCESS_TOKEN")),
        ),
        (
            "a program with a password",
            world()
                .with("AWS_PROFILE", "tool")
                .with("AWS_ACCESS_KEY_ID", "")
                .with("AWS_SECRET_ACCESS_KEY", "")
                .with("AWS_SESSION_TOKEN", "")
                .with("HTTPS_PROXY", "http://127.0.0.1:9"),
        ),
    ];
    for (what, world) in wrong {
        run_all(what, &world, &Vec::new);
    }
}
