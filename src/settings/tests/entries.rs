use insta::assert_snapshot;

use super::*;

fn listing(machine: &Machine) -> String {
    let home = machine.home.path().display().to_string();
    let settings = machine.settings();
    let mut lines = Vec::new();
    for entry in settings.entries() {
        let mut line = format!("{}: {}", entry.name, entry.value.as_deref().unwrap_or("—"));
        if let Some(origin) = entry.origin {
            write!(line, " ({origin})").unwrap();
        }
        for shadow in entry.shadows {
            write!(line, "\n  over {} ({})", shadow.value, shadow.origin).unwrap();
        }
        if let Some(note) = entry.note {
            write!(line, "\n  note {note}").unwrap();
        }
        lines.push(line.replace(&home, "~"));
    }
    lines.extend(
        settings
            .warnings()
            .iter()
            .map(|warning| format!("warning: {warning}")),
    );
    lines.join("\n")
}

#[test]
fn bare_machine() {
    assert_snapshot!(listing(&Machine::new()), @"
    sandbox: off (default)
    data_directory: ~/.local/share/cruddur-obs (default)
    dot_env: —
    profile: default (default)
      note neither AWS file has it
    region: —
    endpoint_xray: —
    endpoint_logs: —
    endpoint_sts: —
    access_key_id: —
    secret_access_key: —
    session_token: —
    config_file: ~/.aws/config (default)
      note does not exist
    credentials_file: ~/.aws/credentials (default)
      note does not exist
    honeycomb_api_key: —
    rollbar_access_token: —
    ca_bundle: —
    proxy: —
    max_attempts: 8 (default)
    timeout: 60 (default)
    ");
}

#[test]
fn busy_machine() {
    let machine = Machine::good()
        .set("AWS_DEFAULT_REGION", "eu-west-1")
        .set(
            "AWS_ENDPOINT_URL",
            "http://me:hunter2@localhost:1?key=hunter2",
        )
        .set("AWS_SESSION_TOKEN", "")
        .set(
            "HONEYCOMB_API_KEY",
            "'hcaik_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc'",
        )
        .set("HTTPS_PROXY", "http://me:hunter2@proxy:3128")
        .set("NO_PROXY", "localhost")
        .set("OTEP_EXPORTER_OTLP_ENDPOINT", "https://api.honeycomb.io")
        .set("AWS_CA_BUNDLE", "/etc/ca.pem")
        .config("[default]\nregion = us-east-2\n")
        .dot_env("HONEYCOMB_API_KEY=0123456789abcdef0123456789abcdef\nROLLBAR_TOKEN=x\n")
        .profile("dev");
    assert_snapshot!(listing(&machine), @"
    sandbox: off (default)
    data_directory: ~/.local/share/cruddur-obs (default)
    dot_env: ~/project/.env (nearest upwards)
    profile: dev (--profile)
      note neither AWS file has it
    region: us-east-1 (AWS_REGION)
      over eu-west-1 (AWS_DEFAULT_REGION)
    endpoint_xray: http://…@localhost:1 (AWS_ENDPOINT_URL)
    endpoint_logs: http://…@localhost:1 (AWS_ENDPOINT_URL)
    endpoint_sts: http://…@localhost:1 (AWS_ENDPOINT_URL)
    access_key_id: AKIA…MPLE (AWS_ACCESS_KEY_ID)
      note not used: --profile goes before it
    secret_access_key: wJal…EKEY (AWS_SECRET_ACCESS_KEY)
      note not used: --profile goes before it
    session_token: —
      note empty: AWS_SESSION_TOKEN
    config_file: ~/.aws/config (default)
    credentials_file: ~/.aws/credentials (default)
      note does not exist
    honeycomb_api_key: 'hca…0wc' (HONEYCOMB_API_KEY)
      over 0123…cdef (.env: HONEYCOMB_API_KEY)
      note it has quotes around it that were pasted along
    rollbar_access_token: —
    ca_bundle: /etc/ca.pem (AWS_CA_BUNDLE)
    proxy: http://…@proxy:3128 (HTTPS_PROXY)
      note also NO_PROXY=localhost
    max_attempts: 8 (default)
    timeout: 60 (default)
    warning: AWS_REGION=us-east-1 and AWS_DEFAULT_REGION=eu-west-1 differ: this program and the AWS SDKs use the first, boto3 and the AWS CLI 1 the second
    warning: OTEP_EXPORTER_OTLP_ENDPOINT is set and nothing reads it; did you mean OTEL_EXPORTER_OTLP_ENDPOINT?
    warning: .env: ROLLBAR_TOKEN is set and nothing reads it; did you mean ROLLBAR_ACCESS_TOKEN?
    ");
}

#[test]
fn sandbox() {
    let machine = Machine::new()
        .keys()
        .set("AWS_ENDPOINT_URL_XRAY", "http://xray:1")
        .set("CRUDDUR_OBS_SANDBOX", "http://localhost:4000");
    assert_snapshot!(listing(&machine), @"
    sandbox: http://localhost:4000 (CRUDDUR_OBS_SANDBOX)
      note takes the place of AWS, Honeycomb and Rollbar
    data_directory: ~/.local/share/cruddur-obs (default)
    dot_env: —
    profile: default (default)
      note neither AWS file has it
    region: us-east-1 (sandbox)
    endpoint_xray: http://localhost:4000 (sandbox)
      over http://xray:1 (AWS_ENDPOINT_URL_XRAY)
    endpoint_logs: http://localhost:4000 (sandbox)
    endpoint_sts: http://localhost:4000 (sandbox)
    access_key_id: AKIA…MPLE (AWS_ACCESS_KEY_ID)
      note not used: the sandbox takes any keys
    secret_access_key: wJal…EKEY (AWS_SECRET_ACCESS_KEY)
      note not used: the sandbox takes any keys
    session_token: —
    config_file: ~/.aws/config (default)
      note does not exist
    credentials_file: ~/.aws/credentials (default)
      note does not exist
    honeycomb_api_key: —
    rollbar_access_token: —
    ca_bundle: —
    proxy: —
    max_attempts: 8 (default)
    timeout: 60 (default)
    ");
}
