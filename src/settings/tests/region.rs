use insta::assert_snapshot;

use super::*;

#[test]
fn row_1_no_region() {
    let machine = Machine::new().keys();
    assert_snapshot!(machine.refusal(), @r"
    error[no-region]: no AWS region
      tried: --region: not given
      tried: AWS_REGION, AWS_DEFAULT_REGION: not set
      tried: profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
      fix: export AWS_REGION=us-east-1
    ");
    let machine = machine
        .dot_env("OTHER=1\n")
        .config("[default]\noutput = json\n");
    assert_snapshot!(machine.refusal(), @r"
    error[no-region]: no AWS region
      tried: --region: not given
      tried: AWS_REGION, AWS_DEFAULT_REGION: not set
      tried: ~/project/.env: neither of the two
      tried: profile 'default' in ~/.aws/config: no `region` in it
      fix: export AWS_REGION=us-east-1
    ");
}

#[test]
fn row_1_no_region_and_no_credentials_are_told_together() {
    assert_snapshot!(Machine::new().refusal(), @r"
    error[region-and-credentials]: no AWS region, and no AWS credentials
      tried: --region: not given
      tried: AWS_REGION, AWS_DEFAULT_REGION: not set
      tried: profile 'default': neither ~/.aws/config nor ~/.aws/credentials exists
      tried: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set
      tried: EC2 instance metadata: this machine is no EC2 instance
      fix: export AWS_REGION=us-east-1
      fix: aws login
      fix: aws configure sso
      fix: export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
      fix: add `--sandbox` to try it without an AWS account
      fix: cruddur-obs demo   # all of it on this machine, without an account
    ");
}

#[test]
fn row_2_region_is_empty() {
    assert_snapshot!(Machine::new().keys().region("").refusal(), @r"
    error[region-empty]: AWS_REGION is empty
      cause: typical of a compose file that forwards a variable which is not set, such as `AWS_REGION: ${AWS_REGION}`
      fix: export AWS_REGION=us-east-1
    ");
    let machine = Machine::new()
        .keys()
        .region("")
        .set("AWS_DEFAULT_REGION", " ");
    assert_snapshot!(machine.refusal(), @r"
    error[region-empty]: AWS_REGION and AWS_DEFAULT_REGION are empty
      cause: typical of a compose file that forwards a variable which is not set, such as `AWS_REGION: ${AWS_REGION}`
      fix: export AWS_REGION=us-east-1
    ");
    let machine = Machine::good().flags(|flags| flags.region = Some(String::new()));
    assert_snapshot!(machine.refusal(), @r"
    error[region-empty]: --region is empty
      cause: the shell variable behind it is probably not set
      fix: --region=us-east-1
    ");
    let machine = Machine::new().keys().config("[default]\nregion =\n");
    assert_snapshot!(machine.refusal(), @r"
    error[region-empty]: `region` in ~/.aws/config, line 2, is empty
      cause: the profile names no region
      fix: write `region = us-east-1` in ~/.aws/config, line 2
    ");
}

#[test]
fn empty_region_steps_aside_with_a_warning() {
    let machine = Machine::new()
        .keys()
        .region("")
        .set("AWS_DEFAULT_REGION", "eu-west-1");
    assert_eq!(machine.access().region.value, "eu-west-1");
    assert_snapshot!(machine.settings().warnings().join("\n"), @"AWS_REGION is empty; the region is taken from AWS_DEFAULT_REGION");
}

#[test]
fn row_3_region_is_misspelt() {
    assert_snapshot!(Machine::good().region("us-esat-1").refusal(), @r"
    error[region-unknown]: 'us-esat-1' is not an AWS region
      tried: it comes from AWS_REGION
      cause: did you mean us-east-1?
      fix: export AWS_REGION=us-east-1
    ");
    let machine = Machine::good().flags(|flags| flags.region = Some("eu-centrall-1".to_owned()));
    assert_snapshot!(machine.refusal(), @r"
    error[region-unknown]: 'eu-centrall-1' is not an AWS region
      tried: it comes from --region
      cause: did you mean eu-central-1?
      fix: --region=eu-central-1
    ");
    let machine = Machine::new()
        .keys()
        .config("[default]\n\nregion = us_east_1\n");
    assert_snapshot!(machine.refusal(), @r"
    error[region-unknown]: 'us_east_1' is not an AWS region
      tried: it comes from profile 'default' in ~/.aws/config
      cause: did you mean us-east-1?
      fix: write `region = us-east-1` in ~/.aws/config, line 3
    ");
    assert_snapshot!(Machine::good().region("us-east-1a").refusal(), @r"
    error[region-unknown]: 'us-east-1a' is not an AWS region
      tried: it comes from AWS_REGION
      cause: us-east-1a is an availability zone of us-east-1
      fix: export AWS_REGION=us-east-1
    ");
    assert_snapshot!(Machine::good().region("Ohio").refusal(), @r"
    error[region-unknown]: 'Ohio' is not an AWS region
      tried: it comes from AWS_REGION
      cause: a region reads like us-east-1 or eu-central-1
      fix: export AWS_REGION=us-east-1
    ");
    let machine = Machine::new()
        .keys()
        .dot_env("AWS_DEFAULT_REGION=US-EAST-1\n");
    assert_snapshot!(machine.refusal(), @r"
    error[region-unknown]: 'US-EAST-1' is not an AWS region
      tried: it comes from .env: AWS_DEFAULT_REGION
      cause: did you mean us-east-1?
      fix: write `AWS_DEFAULT_REGION=us-east-1` in ~/project/.env
    ");
}

#[test]
fn known_and_future_regions_pass() {
    for region in [
        "us-east-1",
        "cn-north-1",
        "us-gov-west-1",
        "eusc-de-east-1",
        "eu-xyz-9",
        "nz-volcano-2",
        "eu-atlantis-12",
    ] {
        let access = Machine::good().region(region).access();
        assert_eq!(access.region.value, region);
    }
}

#[test]
fn any_region_goes_with_endpoints_of_ones_own() {
    let machine = Machine::good()
        .region("local")
        .set("AWS_ENDPOINT_URL", "https://emulator.example.com");
    assert_eq!(machine.access().region.value, "local");
}

#[test]
fn variables_that_differ_are_warned_about() {
    let machine = Machine::good().set("AWS_DEFAULT_REGION", "eu-west-1");
    assert_snapshot!(machine.settings().warnings().join("\n"), @"AWS_REGION=us-east-1 and AWS_DEFAULT_REGION=eu-west-1 differ: this program and the AWS SDKs use the first, boto3 and the AWS CLI 1 the second");
    let machine = Machine::good().set("AWS_DEFAULT_REGION", "us-east-1");
    assert!(machine.settings().warnings().is_empty());
}

#[test]
fn a_known_name_with_a_new_number_passes_and_a_digit_typed_twice_does_not() {
    for region in [
        "us-east-3",
        "ap-southeast-10",
        "eusc-de-east-2",
        "us-gov-east-2",
    ] {
        let access = Machine::new().keys().region(region).access();
        assert_eq!(access.region.value, region);
    }
    for region in ["us-east-11", "us-east-0", "us-east-01", "us-esat-1"] {
        let refusal = Machine::new().keys().region(region).refusal();
        assert!(refusal.contains("did you mean us-east-1?"), "{refusal}");
    }
}
