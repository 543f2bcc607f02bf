//! `config`: every setting with its origin, readable at every width.

use crate::world::World;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A world whose whole root is the home directory: paths are shown with `~`, and tables are as
/// wide on every machine.
fn world() -> World {
    let world = World::new();
    let root = world.project().join("..");
    let root = root.canonicalize().expect("the root is there");
    world
        .with("HOME", &root.display().to_string())
        .with("XDG_DATA_HOME", "")
}

/// A world in which every setting is set, most of them twice.
fn everything() -> World {
    world()
        .with("AWS_PROFILE", "dev")
        .with("AWS_REGION", "eu-central-1")
        .with("AWS_DEFAULT_REGION", "eu-central-1")
        .with("AWS_ENDPOINT_URL", "https://aws.example.com")
        .with("AWS_ENDPOINT_URL_XRAY", "http://127.0.0.1:4000")
        .with("AWS_ACCESS_KEY_ID", KEY)
        .with("AWS_SECRET_ACCESS_KEY", SECRET)
        .with("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEDMaCXVzLWVhc3QtMSJHMEUCIQ")
        .with("AWS_CA_BUNDLE", "/etc/ssl/company.pem")
        .with("AWS_MAX_ATTEMPTS", "4")
        .with("CRUDDUR_OBS_TIMEOUT", "30")
        .with("HTTPS_PROXY", "http://me:hunter2hunter2@proxy.example.com:3128")
        .with("NO_PROXY", "localhost,.internal")
        .with("HONEYCOMB_API_KEY", "hcaik_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc")
        .with_file("project/.env", "ROLLBAR_ACCESS_TOKEN=0123456789abcdef0123456789abcdef\nAWS_REGION=us-east-1\n")
        .with_file(".aws/config", "[profile dev]\nregion = us-west-2\nmax_attempts = 5\n")
        .with_file(".aws/credentials", "[dev]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n")
}

#[test]
fn nothing_set() {
    insta::assert_snapshot!(world().run("config").exits(0), @"
    SETTING               VALUE                       FROM
    sandbox               off                         default
    data_directory        ~/.local/share/cruddur-obs  default
    dot_env               —
    profile               default                     default
                                                      neither AWS file has it
    region                —
    endpoint_xray         —
    endpoint_logs         —
    endpoint_sts          —
    access_key_id         —
    secret_access_key     —
    session_token         —
    config_file           ~/.aws/config               default
                                                      does not exist
    credentials_file      ~/.aws/credentials          default
                                                      does not exist
    honeycomb_api_key     —
    rollbar_access_token  —
    ca_bundle             —
    proxy                 —
    max_attempts          8                           default
    timeout               60                          default
    ");
}

#[test]
fn everything_set_at_80_columns() {
    insta::assert_snapshot!(everything().with("COLUMNS", "80").run("config").exits(0), @"
    SETTING               VALUE                        FROM
    sandbox               off                          default
    data_directory        ~/.local/share/cruddur-obs   default
    dot_env               ~/project/.env               nearest upwards
    profile               dev                          AWS_PROFILE
    region                eu-central-1                 AWS_REGION
                          eu-central-1                 over AWS_DEFAULT_REGION
                          us-east-1                    over .env: AWS_REGION
                          us-west-2                    over profile 'dev' in
                                                       ~/.aws/config
    endpoint_xray         http://127.0.0.1:[PORT]        AWS_ENDPOINT_URL_XRAY
                          https://aws.example.com      over AWS_ENDPOINT_URL
    endpoint_logs         https://aws.example.com      AWS_ENDPOINT_URL
    endpoint_sts          https://aws.example.com      AWS_ENDPOINT_URL
    access_key_id         AKIA…MPLE                    AWS_ACCESS_KEY_ID
    secret_access_key     wJal…EKEY                    AWS_SECRET_ACCESS_KEY
    session_token         IQoJ…UCIQ                    AWS_SESSION_TOKEN
    config_file           ~/.aws/config                default
    credentials_file      ~/.aws/credentials           default
    honeycomb_api_key     hcai…50wc                    HONEYCOMB_API_KEY
    rollbar_access_token  0123…cdef                    .env: ROLLBAR_ACCESS_TOKEN
    ca_bundle             /etc/ssl/company.pem         AWS_CA_BUNDLE
    proxy                 http://…@proxy.example.com:  HTTPS_PROXY
                          3128                         also NO_PROXY=localhost,.in
                                                       ternal
    max_attempts          4                            AWS_MAX_ATTEMPTS
                          5                            over profile 'dev' in
                                                       ~/.aws/config
    timeout               30                           CRUDDUR_OBS_TIMEOUT
    ");
}

#[test]
fn everything_set_at_120_columns() {
    insta::assert_snapshot!(everything().with("COLUMNS", "120").run("config").exits(0), @"
    SETTING               VALUE                            FROM
    sandbox               off                              default
    data_directory        ~/.local/share/cruddur-obs       default
    dot_env               ~/project/.env                   nearest upwards
    profile               dev                              AWS_PROFILE
    region                eu-central-1                     AWS_REGION
                          eu-central-1                     over AWS_DEFAULT_REGION
                          us-east-1                        over .env: AWS_REGION
                          us-west-2                        over profile 'dev' in ~/.aws/config
    endpoint_xray         http://127.0.0.1:[PORT]            AWS_ENDPOINT_URL_XRAY
                          https://aws.example.com          over AWS_ENDPOINT_URL
    endpoint_logs         https://aws.example.com          AWS_ENDPOINT_URL
    endpoint_sts          https://aws.example.com          AWS_ENDPOINT_URL
    access_key_id         AKIA…MPLE                        AWS_ACCESS_KEY_ID
    secret_access_key     wJal…EKEY                        AWS_SECRET_ACCESS_KEY
    session_token         IQoJ…UCIQ                        AWS_SESSION_TOKEN
    config_file           ~/.aws/config                    default
    credentials_file      ~/.aws/credentials               default
    honeycomb_api_key     hcai…50wc                        HONEYCOMB_API_KEY
    rollbar_access_token  0123…cdef                        .env: ROLLBAR_ACCESS_TOKEN
    ca_bundle             /etc/ssl/company.pem             AWS_CA_BUNDLE
    proxy                 http://…@proxy.example.com:3128  HTTPS_PROXY
                                                           also NO_PROXY=localhost,.internal
    max_attempts          4                                AWS_MAX_ATTEMPTS
                          5                                over profile 'dev' in ~/.aws/config
    timeout               30                               CRUDDUR_OBS_TIMEOUT
    ");
}

/// One line per setting here; the document itself is indented.
#[test]
fn everything_set_as_json() {
    let run = everything().run("config -o json").exits(0);
    assert_eq!(run.stderr, "");
    let document = run.json();
    assert_eq!(document["warnings"], serde_json::json!([]));
    let settings = document["settings"].as_array().expect("a list");
    let lines: Vec<String> = settings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"name":"sandbox","value":"off","origin":"default","shadows":[],"note":null}
    {"name":"data_directory","value":"~/.local/share/cruddur-obs","origin":"default","shadows":[],"note":null}
    {"name":"dot_env","value":"~/project/.env","origin":"nearest upwards","shadows":[],"note":null}
    {"name":"profile","value":"dev","origin":"AWS_PROFILE","shadows":[],"note":null}
    {"name":"region","value":"eu-central-1","origin":"AWS_REGION","shadows":[{"value":"eu-central-1","origin":"AWS_DEFAULT_REGION"},{"value":"us-east-1","origin":".env: AWS_REGION"},{"value":"us-west-2","origin":"profile 'dev' in ~/.aws/config"}],"note":null}
    {"name":"endpoint_xray","value":"http://127.0.0.1:4000","origin":"AWS_ENDPOINT_URL_XRAY","shadows":[{"value":"https://aws.example.com","origin":"AWS_ENDPOINT_URL"}],"note":null}
    {"name":"endpoint_logs","value":"https://aws.example.com","origin":"AWS_ENDPOINT_URL","shadows":[],"note":null}
    {"name":"endpoint_sts","value":"https://aws.example.com","origin":"AWS_ENDPOINT_URL","shadows":[],"note":null}
    {"name":"access_key_id","value":"AKIA…MPLE","origin":"AWS_ACCESS_KEY_ID","shadows":[],"note":null}
    {"name":"secret_access_key","value":"wJal…EKEY","origin":"AWS_SECRET_ACCESS_KEY","shadows":[],"note":null}
    {"name":"session_token","value":"IQoJ…UCIQ","origin":"AWS_SESSION_TOKEN","shadows":[],"note":null}
    {"name":"config_file","value":"~/.aws/config","origin":"default","shadows":[],"note":null}
    {"name":"credentials_file","value":"~/.aws/credentials","origin":"default","shadows":[],"note":null}
    {"name":"honeycomb_api_key","value":"hcai…50wc","origin":"HONEYCOMB_API_KEY","shadows":[],"note":null}
    {"name":"rollbar_access_token","value":"0123…cdef","origin":".env: ROLLBAR_ACCESS_TOKEN","shadows":[],"note":null}
    {"name":"ca_bundle","value":"/etc/ssl/company.pem","origin":"AWS_CA_BUNDLE","shadows":[],"note":null}
    {"name":"proxy","value":"http://…@proxy.example.com:3128","origin":"HTTPS_PROXY","shadows":[],"note":"also NO_PROXY=localhost,.internal"}
    {"name":"max_attempts","value":"4","origin":"AWS_MAX_ATTEMPTS","shadows":[{"value":"5","origin":"profile 'dev' in ~/.aws/config"}],"note":null}
    {"name":"timeout","value":"30","origin":"CRUDDUR_OBS_TIMEOUT","shadows":[],"note":null}
    "#);
}

#[test]
fn flags_go_before_everything() {
    insta::assert_snapshot!(
        everything().run("config --region us-east-2 --profile dev --endpoint-url http://localhost:1 --max-attempts 2 --timeout 9").exits(0).stdout,
        @"
    SETTING               VALUE                            FROM
    sandbox               off                              default
    data_directory        ~/.local/share/cruddur-obs       default
    dot_env               ~/project/.env                   nearest upwards
    profile               dev                              --profile
                          dev                              over AWS_PROFILE
    region                us-east-2                        --region
                          eu-central-1                     over AWS_REGION
                          eu-central-1                     over AWS_DEFAULT_REGION
                          us-east-1                        over .env: AWS_REGION
                          us-west-2                        over profile 'dev' in ~/.aws/config
    endpoint_xray         http://localhost:1               --endpoint-url
                          http://127.0.0.1:[PORT]            over AWS_ENDPOINT_URL_XRAY
                          https://aws.example.com          over AWS_ENDPOINT_URL
    endpoint_logs         http://localhost:1               --endpoint-url
                          https://aws.example.com          over AWS_ENDPOINT_URL
    endpoint_sts          http://localhost:1               --endpoint-url
                          https://aws.example.com          over AWS_ENDPOINT_URL
    access_key_id         AKIA…MPLE                        AWS_ACCESS_KEY_ID
                                                           not used: --profile goes before it
    secret_access_key     wJal…EKEY                        AWS_SECRET_ACCESS_KEY
                                                           not used: --profile goes before it
    session_token         IQoJ…UCIQ                        AWS_SESSION_TOKEN
                                                           not used: --profile goes before it
    config_file           ~/.aws/config                    default
    credentials_file      ~/.aws/credentials               default
    honeycomb_api_key     hcai…50wc                        HONEYCOMB_API_KEY
    rollbar_access_token  0123…cdef                        .env: ROLLBAR_ACCESS_TOKEN
    ca_bundle             /etc/ssl/company.pem             AWS_CA_BUNDLE
    proxy                 http://…@proxy.example.com:3128  HTTPS_PROXY
                                                           also NO_PROXY=localhost,.internal
    max_attempts          2                                --max-attempts
                          4                                over AWS_MAX_ATTEMPTS
                          5                                over profile 'dev' in ~/.aws/config
    timeout               9                                --timeout
                          30                               over CRUDDUR_OBS_TIMEOUT
    ");
}

#[test]
fn the_sandbox_takes_the_place_of_all() {
    insta::assert_snapshot!(everything().run("config --sandbox=http://127.0.0.1:4000").exits(0).stdout, @"
    SETTING               VALUE                            FROM
    sandbox               http://127.0.0.1:[PORT]            --sandbox
                                                           takes the place of AWS, Honeycomb and Rollbar
    data_directory        ~/.local/share/cruddur-obs       default
    dot_env               ~/project/.env                   nearest upwards
    profile               dev                              AWS_PROFILE
    region                eu-central-1                     AWS_REGION
                          eu-central-1                     over AWS_DEFAULT_REGION
                          us-east-1                        over .env: AWS_REGION
                          us-west-2                        over profile 'dev' in ~/.aws/config
    endpoint_xray         http://127.0.0.1:[PORT]            sandbox
                          http://127.0.0.1:[PORT]            over AWS_ENDPOINT_URL_XRAY
                          https://aws.example.com          over AWS_ENDPOINT_URL
    endpoint_logs         http://127.0.0.1:[PORT]            sandbox
                          https://aws.example.com          over AWS_ENDPOINT_URL
    endpoint_sts          http://127.0.0.1:[PORT]            sandbox
                          https://aws.example.com          over AWS_ENDPOINT_URL
    access_key_id         AKIA…MPLE                        AWS_ACCESS_KEY_ID
                                                           not used: the sandbox takes any keys
    secret_access_key     wJal…EKEY                        AWS_SECRET_ACCESS_KEY
                                                           not used: the sandbox takes any keys
    session_token         IQoJ…UCIQ                        AWS_SESSION_TOKEN
                                                           not used: the sandbox takes any keys
    config_file           ~/.aws/config                    default
    credentials_file      ~/.aws/credentials               default
    honeycomb_api_key     hcai…50wc                        HONEYCOMB_API_KEY
    rollbar_access_token  0123…cdef                        .env: ROLLBAR_ACCESS_TOKEN
    ca_bundle             /etc/ssl/company.pem             AWS_CA_BUNDLE
    proxy                 http://…@proxy.example.com:3128  HTTPS_PROXY
                                                           also NO_PROXY=localhost,.internal
    max_attempts          4                                AWS_MAX_ATTEMPTS
                          5                                over profile 'dev' in ~/.aws/config
    timeout               30                               CRUDDUR_OBS_TIMEOUT
    ");
}

#[test]
fn no_line_is_wider_than_the_page() {
    for width in [60, 80, 100, 120] {
        let run = everything()
            .with("COLUMNS", &width.to_string())
            .run("config")
            .exits(0);
        for line in run.raw.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

/// What is wrong is shown, not raised: this is the command to find it with.
#[test]
fn what_is_wrong_is_shown() {
    let world = world()
        .with("AWS_REGION", "")
        .with("AWS_REGON", "us-east-1")
        .with("AWS_PROFILE", "nope")
        .with("AWS_MAX_ATTEMPTS", "many")
        .with("AWS_ENDPOINT_URL", "localhost:4000")
        .with("AWS_SECRET_ACCESS_KEY", &format!("\"{SECRET}\""))
        .with_file(".aws/config", "[default\n");
    insta::assert_snapshot!(world.run("config").exits(0), @r#"
    SETTING               VALUE                       FROM
    sandbox               off                         default
    data_directory        ~/.local/share/cruddur-obs  default
    dot_env               —
    profile               nope                        AWS_PROFILE
                                                      neither AWS file has it
    region                —                           empty: AWS_REGION
    endpoint_xray         localhost:4000              AWS_ENDPOINT_URL
    endpoint_logs         localhost:4000              AWS_ENDPOINT_URL
    endpoint_sts          localhost:4000              AWS_ENDPOINT_URL
    access_key_id         —
    secret_access_key     "wJa…KEY"                   AWS_SECRET_ACCESS_KEY
                                                      it has quotes around it that were pasted along
    session_token         —
    config_file           ~/.aws/config               default
                                                      cannot be read
    credentials_file      ~/.aws/credentials          default
                                                      does not exist
    honeycomb_api_key     —
    rollbar_access_token  —
    ca_bundle             —
    proxy                 —
    max_attempts          many                        AWS_MAX_ATTEMPTS
    timeout               60                          default
    --- stderr ---
    warning: AWS_REGON is set and nothing reads it; did you mean AWS_REGION?
    "#);
}
