//! The help of every command, as people see it.

use crate::world::{self, World};

#[test]
fn top() {
    insta::assert_snapshot!(World::new().run("-h"), @"
    From nothing to proven observability on AWS X-Ray, CloudWatch Logs, Honeycomb and Rollbar

    Usage: cruddur-obs [OPTIONS] <COMMAND>

    Commands:
      setup       Create or update the X-Ray group, sampling rule and log groups
      teardown    Delete what setup manages; log data stays unless --logs is given
      xray        Look at what AWS X-Ray holds
      logs        Look at log groups of CloudWatch Logs and at their lines, and ship lines to them
      trace       Show one request from all four tools: waterfall, log lines, events, errors
      honeycomb   Check a Honeycomb key, and send a test span
      rollbar     Find out whether Rollbar takes what is reported
      serve       Run the Cruddur backend, traced: X-Ray, OpenTelemetry, CloudWatch Logs and Rollbar
      demo        Show all of it in one minute, without an account
      sandbox     Run the services on this machine, or use them
      daemon      Send what X-Ray SDKs emit to X-Ray: a drop-in for AWS's X-Ray daemon
      iam-policy  Print the smallest IAM policy that the commands need
      config      Show every setting and where it came from; secrets are masked

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Global options:
          --sandbox[=<URL>]     Use the sandbox on this machine, or the one at URL
          --region <REGION>     AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's]
          --profile <NAME>      Profile of ~/.aws/config; beats keys in the environment
          --endpoint-url <URL>  Call this URL instead of AWS
          --max-attempts <N>    Attempts per call [default: AWS_MAX_ATTEMPTS, 8]
          --timeout <SECONDS>   Seconds per call, all its attempts included [default: 60]
      -o, --output <FORMAT>     How data is written to stdout [default: text] [possible values: text,
                                json]
      -v, --verbose...          Say more: request ids, errors underneath, counts of calls
      -q, --quiet               Say less: data, warnings and errors only
          --color <WHEN>        When to colour [default: auto] [possible values: auto, always, never]

    Start here, without an account:
      cruddur-obs demo
    ");
}

#[test]
fn every_command() {
    let world = World::new();
    let mut all = String::new();
    for command in world::commands() {
        let words = &command.words;
        let text = world.run(&format!("{words} --help")).exits(0).stdout;
        // The global options are the same everywhere.
        let (own, _) = text
            .split_once("\nGlobal options:")
            .expect("global options come last");
        all.push_str(&format!("$ cruddur-obs {words} --help\n{own}\n"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn no_help_is_wider_than_the_terminal() {
    for width in ["80", "100"] {
        let world = World::new().with("COLUMNS", width);
        let most: usize = width.parse().expect("a number");
        for command in world::commands() {
            for form in ["-h", "--help"] {
                let words = format!("{} {form}", command.words);
                let text = world.run(&words).exits(0).stdout;
                for line in text.lines() {
                    assert!(line.chars().count() <= most, "{words} at {width}: {line}");
                }
            }
        }
    }
}

#[test]
fn mistakes_are_usage_errors() {
    insta::assert_snapshot!(World::new().run("setpu"), @"
    --- stderr ---
    error: unrecognized subcommand 'setpu'

      tip: a similar subcommand exists: 'setup'

    Usage: cruddur-obs [OPTIONS] <COMMAND>

    For more information, try '--help'.
    [exit code 2]
    ");
    assert_eq!(World::new().run("").code, Some(2));
    assert_eq!(World::new().run("setup --no-such-flag").code, Some(2));
    assert_eq!(World::new().run("--version").code, Some(0));
}
