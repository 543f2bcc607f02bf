use insta::assert_snapshot;

use super::*;
use crate::settings::{Credentials, Origin};

const LOCAL: &str = "http://localhost:4566";

fn urls(machine: &Machine) -> [String; 3] {
    let access = machine.access();
    [
        access.endpoint_xray,
        access.endpoint_logs,
        access.endpoint_sts,
    ]
    .map(|endpoint| {
        endpoint.map_or_else(String::new, |setting| {
            format!("{} ({})", setting.value, setting.origin)
        })
    })
}

#[test]
fn row_22_endpoint_is_no_url() {
    let variable = Machine::good().set("AWS_ENDPOINT_URL", "localhost:4566");
    assert_snapshot!(variable.refusal(), @r"
    error[endpoint-invalid]: AWS_ENDPOINT_URL is not a URL that can be called: 'localhost:4566'
      cause: it must start with http:// or https://
      fix: export AWS_ENDPOINT_URL=http://localhost:4566
    ");
    let flag =
        Machine::good().flags(|flags| flags.endpoint_url = Some("xray.example.com".to_owned()));
    assert_snapshot!(flag.refusal(), @r"
    error[endpoint-invalid]: --endpoint-url is not a URL that can be called: 'xray.example.com'
      cause: it must start with http:// or https://
      fix: --endpoint-url=https://xray.example.com
    ");
    let profile = Machine::good().config("[default]\nendpoint_url = ftp://example.com\n");
    assert_snapshot!(profile.refusal(), @r"
    error[endpoint-invalid]: `endpoint_url` in ~/.aws/config, line 2, is not a URL that can be called: 'ftp://example.com'
      cause: it must start with http:// or https://
      fix: write `endpoint_url = https://example.com` in ~/.aws/config, line 2
    ");
    let file = Machine::good().dot_env("AWS_ENDPOINT_URL_XRAY=http://me:hunter2@localhost:1\n");
    assert_snapshot!(file.refusal(), @r"
    error[endpoint-invalid]: .env: AWS_ENDPOINT_URL_XRAY is not a URL that can be called: 'http://…@localhost:1'
      cause: a base URL has no user name, no password and no query
      fix: write `AWS_ENDPOINT_URL_XRAY=http://localhost:1` in ~/project/.env
    ");
}

#[test]
fn empty_flag_is_refused() {
    let machine = Machine::good().flags(|flags| flags.endpoint_url = Some(String::new()));
    assert_snapshot!(machine.refusal(), @r"
    error[flag-empty]: --endpoint-url is empty
      cause: the shell variable behind it is probably not set
      fix: leave --endpoint-url out, or give it a value
    ");
}

#[test]
fn services_have_endpoints_of_their_own() {
    let config = "\
[default]
services = local
endpoint_url = http://general:1
[services local]
xray =
  endpoint_url = http://xray:1
cloudwatch_logs =
  endpoint_url = http://logs:1
";
    let machine = Machine::good().config(config);
    assert_snapshot!(urls(&machine).join("\n"), @r"
    http://xray:1 (profile 'default' in ~/.aws/config)
    http://logs:1 (profile 'default' in ~/.aws/config)
    http://general:1 (profile 'default' in ~/.aws/config)
    ");
    let machine = machine.set("AWS_ENDPOINT_URL", "http://variable:2");
    assert_snapshot!(urls(&machine).join("\n"), @r"
    http://variable:2 (AWS_ENDPOINT_URL)
    http://variable:2 (AWS_ENDPOINT_URL)
    http://variable:2 (AWS_ENDPOINT_URL)
    ");
    let machine = machine.set("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://variable:3/");
    assert_snapshot!(urls(&machine).join("\n"), @r"
    http://variable:2 (AWS_ENDPOINT_URL)
    http://variable:3 (AWS_ENDPOINT_URL_CLOUDWATCH_LOGS)
    http://variable:2 (AWS_ENDPOINT_URL)
    ");
    let ignoring = machine.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assert_eq!(urls(&ignoring), ["", "", ""]);
    let flag = ignoring.flags(|flags| flags.endpoint_url = Some("http://flag:4".to_owned()));
    assert_snapshot!(urls(&flag).join("\n"), @r"
    http://flag:4 (--endpoint-url)
    http://flag:4 (--endpoint-url)
    http://flag:4 (--endpoint-url)
    ");
}

#[test]
fn loopback_endpoint_needs_neither_region_nor_keys() {
    let machine = Machine::new().set("AWS_ENDPOINT_URL", LOCAL);
    let access = machine.access();
    assert_eq!(access.region.value, "us-east-1");
    assert_eq!(access.region.origin, Origin::Loopback);
    let Credentials::Static { access_key_id, .. } = access.credentials else {
        panic!("any keys will do");
    };
    assert_eq!(access_key_id.origin.to_string(), "loopback endpoint");
    let half = machine.set("AWS_ACCESS_KEY_ID", KEY_ID);
    assert!(half.refusal().contains("keys-incomplete"));
}

#[test]
fn one_loopback_endpoint_of_two_is_not_enough() {
    let machine = Machine::new().set("AWS_ENDPOINT_URL_XRAY", LOCAL);
    assert!(
        machine
            .refusal()
            .starts_with("error[region-and-credentials]")
    );
}
