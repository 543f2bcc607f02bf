//! The help of every command, as people see it.

use crate::world::World;

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
#[expect(clippy::too_many_lines, reason = "the help of every command")]
fn commands() {
    let world = World::new();
    let mut all = String::new();
    for command in [
        "setup",
        "teardown",
        "xray graph",
        "xray traces",
        "xray trace",
        "xray groups",
        "xray rules",
        "xray stats",
        "logs groups",
        "logs create",
        "logs ship",
        "sandbox",
        "sandbox env",
        "sandbox run",
        "sandbox reset",
        "daemon",
        "iam-policy",
        "config",
    ] {
        let text = world.run(&format!("{command} --help")).exits(0).stdout;
        // The global options are the same everywhere.
        let (own, _) = text
            .split_once("\nGlobal options:")
            .expect("global options come last");
        all.push_str(&format!("$ cruddur-obs {command} --help\n{own}\n"));
    }
    insta::assert_snapshot!(all, @r#"
    $ cruddur-obs setup --help
    Create or update the X-Ray group, sampling rule and log groups

    Reads aws/json/xray.json and aws/json/logs.json (the nearest upwards, else built-in ones), compares
    them with what is there, shows the difference and makes it come true. What is not there is created
    at once; what exists is changed only after a question, or with --yes. Without a terminal and without
    --yes it exits 3 and touches nothing.

    Usage: cruddur-obs setup [OPTIONS]

    Options:
          --plan
              Show the plan and stop

      -y, --yes
              Do not ask

          --exit-code
              With --plan, exit 3 if there is something to do

          --replace
              Delete and create a group whose filter changed, so that its graphs do not mix old and new

          --file <PATH>
              The X-Ray file [default: the nearest aws/json/xray.json, else built-in]

          --logs-file <PATH>
              The log groups file [default: the nearest aws/json/logs.json, else built-in]

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs teardown --help
    Delete what setup manages; log data stays unless --logs is given

    Deletes the X-Ray groups and sampling rules that the files name, after a question or with --yes. The
    rule Default cannot be deleted, and a protected log group is refused.

    Usage: cruddur-obs teardown [OPTIONS]

    Options:
          --plan
              Show the plan and stop

      -y, --yes
              Do not ask

          --exit-code
              With --plan, exit 3 if there is something to do

          --logs
              Delete the log groups too, with all they hold

          --file <PATH>
              The X-Ray file [default: the nearest aws/json/xray.json, else built-in]

          --logs-file <PATH>
              The log groups file [default: the nearest aws/json/logs.json, else built-in]

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs xray graph --help
    Draw who calls whom, how often, how fast, and how it ends

    The service graph of the last 10 minutes, unless another window is named. A window of more than 6
    hours, the most that X-Ray draws at once, is read in parts and put together.

    Usage: cruddur-obs xray graph [OPTIONS]

    Options:
          --minutes <N>
              Look at so many minutes, up to now or --until [default: 10]

          --since <TIME>
              Look from then on: 90s, 2h, 1d, "2026-11-20 10:00", 10:00, yesterday, RFC 3339, seconds
              since 1970

          --until <TIME>
              Look up to then, in the same words [default: now]

          --utc
              Show times in UTC and not in local time

          --group <NAME>
              Only traces of this group

          --service <NAME>
              Only this service, who calls it and whom it calls

          --watch [<SECONDS>]
              Draw it again every so many seconds, 5 unless told otherwise, until stopped with Ctrl-C;
              in a pipe, one answer after the other

      -o, --output <FORMAT>
              How the graph is written to stdout
              
              [default: table]
              [possible values: table, tree, json, dot, mermaid, svg, csv]

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs xray traces --help
    List traces, the newest first

    A filter is checked here before X-Ray is asked, for X-Ray takes one that matches nothing without a
    word. Put it in single quotes: 'service("backend-flask") AND fault'.

    Usage: cruddur-obs xray traces [OPTIONS]

    Options:
          --filter <EXPRESSION>
              Only traces that match this filter expression

          --group <NAME>
              Only traces of this group

          --minutes <N>
              Look at so many minutes, up to now or --until [default: 10]

          --since <TIME>
              Look from then on: 90s, 2h, 1d, "2026-11-20 10:00", 10:00, yesterday, RFC 3339, seconds
              since 1970

          --until <TIME>
              Look up to then, in the same words [default: now]

          --utc
              Show times in UTC and not in local time

          --limit <N>
              At most so many traces
              
              [default: 20]

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs xray trace --help
    Show traces by their ids: who did what when, and for how long

    A waterfall, with X-Ray's own inferred segments in it. Ids are taken as X-Ray writes them,
    1-5759e988-bd862e3fe1be46a994272793, and as W3C does, 32 hex digits. What is not found is named, and
    makes the exit code 2.

    Usage: cruddur-obs xray trace [OPTIONS] <ID>...

    Arguments:
      <ID>...
              The ids

    Options:
          --utc
              Show times in UTC and not in local time

      -o, --output <FORMAT>
              How the traces are written to stdout
              
              [default: text]
              [possible values: text, json, svg]

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs xray groups --help
    List the groups, with their filters

    Usage: cruddur-obs xray groups [OPTIONS]

    Options:
      -h, --help  Print help

    $ cruddur-obs xray rules --help
    List the sampling rules, in the order in which they are tried

    Usage: cruddur-obs xray rules [OPTIONS]

    Options:
      -h, --help  Print help

    $ cruddur-obs xray stats --help
    Show how many requests each sampling rule matched and recorded in the last 30 minutes

    The figures are what X-Ray SDKs report through their daemon every 10 seconds; an SDK that samples by
    rules of its own reports nothing. Rates count from the first report on.

    Usage: cruddur-obs xray stats [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs logs groups --help
    List the log groups

    Usage: cruddur-obs logs groups [OPTIONS] [PREFIX]

    Arguments:
      [PREFIX]  Only those whose names begin so

    Options:
      -h, --help  Print help

    $ cruddur-obs logs create --help
    Create a log group, or make the existing one as asked

    Safe to repeat: prints created, adopted, updated or unchanged. What is not given stays as it is. The
    class of an existing group cannot be changed.

    Usage: cruddur-obs logs create [OPTIONS] <NAME>

    Arguments:
      <NAME>
              The group's name

    Options:
          --retention <DAYS>
              Days after which events go, or "never"

          --class <CLASS>
              STANDARD, INFREQUENT_ACCESS, DELIVERY or ESSENTIALS

          --tag <KEY=VALUE>
              A tag (can be repeated)

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs logs ship --help
    Ship the lines that come on stdin to a log group

    Each line is one log event: myapp 2>&1 | cruddur-obs logs ship /cruddur/api. The stream is made when
    it is not there. When CloudWatch Logs is slow or away, up to 100,000 lines or 64 MiB wait in memory
    and are sent again with growing pauses; when that is full, the pipe waits. At the end of the input
    everything is sent, giving up when nothing is taken for --timeout. On SIGTERM or Ctrl-C it reads on
    until the input ends or is silent for a second, sends what it has, and ends within --drain-timeout.
    At the end a line on stderr says what became of every line. Exits with 0 when every line was
    delivered, and with 7 when some were not; empty lines are left out, and counted.

    Usage: cruddur-obs logs ship [OPTIONS] <GROUP>

    Arguments:
      <GROUP>
              The log group

    Options:
          --stream <NAME>
              The log stream [default: HOST/START/PID]

          --create-group
              Create the log group when it is not there

          --retention <DAYS>
              Days after which events of a group that is created here go [default: never]

          --timestamps <WHICH>
              The time of an event: when the line came in, or the RFC 3339 time that it begins with, if
              it does

              Possible values:
              - ingest: When the line came in
              - line:   The RFC 3339 time that the line begins with, as of docker logs --timestamps
              
              [default: ingest]

          --tee
              Pass the input on to stdout, byte for byte

          --drop-when-full
              Never let the pipe wait: when memory is full, the oldest lines go

          --drain-timeout <TIME>
              How long SIGTERM and Ctrl-C may take: 10s, 500ms, 2m; a bare number is seconds [default:
              10s]

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs sandbox --help
    Run the services on this machine, or use them

    Without a command it serves until stopped. Every official AWS client works against it: see
    `cruddur-obs sandbox env`.

    Usage: cruddur-obs sandbox [OPTIONS]
           cruddur-obs sandbox <COMMAND>

    Commands:
      env    Print the variables that turn any app into a client of the sandbox
      run    Start a command with the sandbox's variables, and a sandbox if none is running
      reset  Empty the sandbox, running or not
      wait   Wait until so many traces in the sandbox match, whoever sent them

    Options:
          --host <HOST>
              The address to listen on
              
              [default: 127.0.0.1]

          --port <PORT>
              The port to listen on; 0 picks a free one [default: 4000, or a free one if that is taken]

          --xray-port <PORT>
              The port for X-Ray segments (UDP) and samplers (TCP); 0 picks a free one [default: 2000,
              or none if that is taken]

          --otlp-port <PORT>
              The port for OTLP without a key; 0 picks a free one [default: 4318, or none if that is
              taken]

          --dir <PATH>
              Keep the data in this directory [default: the user's data directory]

          --memory
              Keep the data in memory only

          --keep-size <MB>
              Keep at most so many megabytes of traces, as many of log events, and as many of OTLP
              
              [default: 1024]

          --keep-days <DAYS>
              Keep all of them at most so many days
              
              [default: 7]

          --ready-file <PATH>
              Write the URL and process id here, as JSON, when requests can come

          --allow-host <NAME>
              Accept requests for this host name too (can be repeated)

      -h, --help
              Print help (see a summary with '-h')

    Faults on purpose:
          --fault <FAULT>
              KIND[@OPERATION]=RATE, such as throttle=30%, drop@CreateGroup=once or delay=200ms; kinds
              are throttle, abort, delay, lag, live-tail-timeout, drop, refuse, deny and fail (can be
              repeated)

          --fault-seed <NUMBER>
              Makes the shares of faults repeatable
              
              [default: 0]

          --page-limit <NUMBER>
              At most this many items on a page, so that clients have to follow tokens

    $ cruddur-obs sandbox env --help
    Print the variables that turn any app into a client of the sandbox

    Use it as: eval "$(cruddur-obs sandbox env)"

    Usage: cruddur-obs sandbox env [OPTIONS]

    Options:
          --https
              Be api.rollbar.com, api.honeycomb.io and api.eu1.honeycomb.io too, for clients that take
              no other address; HTTPS to anywhere else is refused

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs sandbox run --help
    Start a command with the sandbox's variables, and a sandbox if none is running

    Exits as the command does.

    Usage: cruddur-obs sandbox run [OPTIONS] -- <COMMAND>...

    Options:
          --https
              Be api.rollbar.com, api.honeycomb.io and api.eu1.honeycomb.io too, for clients that take
              no other address; HTTPS to anywhere else is refused

          --dir <PATH>
              Keep the data in this directory [default: the user's data directory]

          --memory
              Keep the data in memory only

      -h, --help
              Print help (see a summary with '-h')

    Faults on purpose:
          --fault <FAULT>
              KIND[@OPERATION]=RATE, such as throttle=30%, drop@CreateGroup=once or delay=200ms; kinds
              are throttle, abort, delay, lag, live-tail-timeout, drop, refuse, deny and fail (can be
              repeated)

          --fault-seed <NUMBER>
              Makes the shares of faults repeatable
              
              [default: 0]

          --page-limit <NUMBER>
              At most this many items on a page, so that clients have to follow tokens

    Arguments:
      <COMMAND>...
              The command and its arguments, after --

    $ cruddur-obs sandbox reset --help
    Empty the sandbox, running or not

    Usage: cruddur-obs sandbox reset [OPTIONS]

    Options:
          --dir <PATH>  The directory of its data [default: the user's data directory]
      -h, --help        Print help

    $ cruddur-obs daemon --help
    Send what X-Ray SDKs emit to X-Ray: a drop-in for AWS's X-Ray daemon

    Takes segments on UDP, sends them in batches, and answers samplers on TCP. What does not arrive
    waits on disk and is sent again, in order, when X-Ray answers; on SIGTERM everything that was
    received is sent or spooled. Flags, short names and the configuration file
    (/etc/amazon/xray/cfg.yaml, ./cfg.yaml) are those of AWS's daemon, so -o is --local-mode here and
    not the global --output. The log goes to stderr.

    Usage: cruddur-obs daemon [OPTIONS]

    Options:
      -b, --bind <HOST:PORT>
              Take segments here, on UDP; port 0 picks a free one [default: 127.0.0.1:[PORT]]

      -t, --bind-tcp <HOST:PORT>
              Answer samplers and probes here, on TCP [default: 127.0.0.1:[PORT]]

      -n, --region <REGION>
              AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's]

          --endpoint-url <URL>
              Send to this URL instead of AWS; --endpoint is the same

      -o, --local-mode
              Never ask for the metadata of an EC2 instance, which this daemon does not do anyway

      -m, --buffer-memory <MB>
              Megabytes of segments in memory, at least 3 [default: 1 % of the machine's, at most 32]

      -r, --role-arn <ARN>
              Call X-Ray as this role

      -a, --resource-arn <ARN>
              The resource that telemetry records name

      -c, --config <PATH>
              Read this configuration file, YAML

      -f, --log-file <PATH>
              Write the log to this file, put aside at 50 MB [default: stderr]

      -l, --log-level <LEVEL>
              How much is logged: dev, debug, info, warn, error or prod [default: prod]

      -p, --proxy-address <URL>
              Call X-Ray through this proxy [default: HTTPS_PROXY]

          --proxy-all
              Sign and pass on every request on the TCP port, for anyone who can reach it

          --spool <DIR>
              Keep what does not arrive in this directory [default: in the user's data directory]

          --spool-size <MB>
              Keep at most so many megabytes of it; 0 keeps it in memory
              
              [default: 64]

          --ready-file <PATH>
              Write the addresses and process id here, as JSON, when segments can come

          --healthcheck
              Ask the daemon that runs at --bind-tcp how it is: exit 0 when it is well, else 7

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs iam-policy --help
    Print the smallest IAM policy that the commands need

    Resources are those of aws/json/xray.json and aws/json/logs.json, in the configured region (else in
    every one). No request is made.

    Usage: cruddur-obs iam-policy [OPTIONS]

    Options:
          --for <COMMANDS>
              Only for these commands, separated by commas
              
              [possible values: setup, teardown, "xray graph", "xray traces", "xray trace", "xray
              groups", "xray rules", "xray stats", "logs groups", "logs create", "logs tail", "logs
              search", "logs query", "logs --trace", "logs ship", daemon]

          --read-only
              Only what looks and changes nothing

          --account <ACCOUNT>
              The account's number [default: every account]

          --file <PATH>
              The X-Ray file [default: the nearest aws/json/xray.json, else built-in]

          --logs-file <PATH>
              The log groups file [default: the nearest aws/json/logs.json, else built-in]

      -h, --help
              Print help (see a summary with '-h')

    $ cruddur-obs config --help
    Show every setting and where it came from; secrets are masked

    Precedence: flags, environment, .env (the nearest upwards), profile, default.

    Usage: cruddur-obs config [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')
    "#);
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
