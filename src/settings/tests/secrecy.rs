use super::*;

const HONEYCOMB: &str = "hcaik_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc";
const ROLLBAR: &str = "0123456789abcdef0123456789abcdef";
const PASSWORD: &str = "hunter2-hunter2";

/// Machines on which every secret is somewhere, and mostly something is wrong.
fn machines() -> Vec<Machine> {
    let full = || {
        Machine::good()
            .set("AWS_SESSION_TOKEN", TOKEN)
            .set("HONEYCOMB_API_KEY", HONEYCOMB)
            .set("HTTPS_PROXY", &format!("http://me:{PASSWORD}@proxy:3128"))
            .dot_env(&format!("ROLLBAR_ACCESS_TOKEN={ROLLBAR}\n"))
    };
    let pair = format!("aws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET_KEY}\n");
    let url = format!("http://me:{PASSWORD}@localhost:4000");
    vec![
        full(),
        full()
            .set("AWS_REGION", ROLLBAR)
            .set("AWS_DEFAULT_REGION", HONEYCOMB),
        full().set("AWS_ACCESS_KEY_ID", ""),
        full().set("AWS_SECRET_ACCESS_KEY", ""),
        full().set("AWS_ACCESS_KEY_ID", &format!("{SECRET_KEY} ")),
        full().set("AWS_SECRET_ACCESS_KEY", &format!("'{SECRET_KEY}'")),
        full()
            .set("AWS_ACCESS_KEY_ID", TEMPORARY_KEY_ID)
            .set("AWS_SESSION_TOKEN", ""),
        full().set("AWS_ENDPOINT_URL", &url),
        full().set("AWS_ENDPOINT_URL", ROLLBAR),
        full().set("CRUDDUR_OBS_SANDBOX", &url),
        full().set("CRUDDUR_OBS_SANDBOX", HONEYCOMB),
        full().credentials(&format!("[default]\n{pair}{SECRET_KEY}\n")),
        full()
            .credentials(&format!("[default]\n{pair}aws_session_token = {TOKEN}\n"))
            .profile("default"),
        full()
            .credentials(&format!(
                "[default]\naws_secret_access_key = {SECRET_KEY}\n"
            ))
            .profile("default"),
        full().dot_env(&format!("A={HONEYCOMB} {ROLLBAR}\n")),
        full().dot_env(&format!("{HONEYCOMB}\n")),
        full().dot_env(&format!("{HONEYCOMB}=\"{ROLLBAR}\n")),
    ]
}

#[test]
fn no_secret_is_ever_shown() {
    for (index, machine) in machines().iter().enumerate() {
        let environment = machine.environment();
        let mut shown = format!("{environment:?}");
        match Settings::resolve(&machine.flags, &environment) {
            Err(error) => write!(shown, "{error:?} {error} {}", text(&error)).unwrap(),
            Ok(settings) => {
                let entries = serde_json::to_string(&settings.entries()).unwrap();
                write!(shown, "{settings:?} {entries} {:?}", settings.warnings()).unwrap();
                write!(shown, "{:?}", settings.honeycomb_api_key()).unwrap();
                write!(shown, "{:?}", settings.rollbar_access_token()).unwrap();
                match settings.aws(&environment, now()) {
                    Err(error) => write!(shown, "{error:?} {error} {}", text(&error)).unwrap(),
                    Ok(access) => write!(shown, "{access:?}").unwrap(),
                }
            }
        }
        for secret in [
            KEY_ID,
            TEMPORARY_KEY_ID,
            SECRET_KEY,
            TOKEN,
            HONEYCOMB,
            ROLLBAR,
            PASSWORD,
        ] {
            assert!(
                !shown.contains(secret),
                "machine {index} shows {secret}:\n{shown}"
            );
        }
    }
}
