//! The global options, and the commands at the top of the tree.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::format::{FormatArgument, TEXT_AND_JSON};
use super::patience::{self, Patience};
use super::{
    config, daemon, demo, honeycomb, iam_policy, logs, rollbar, sandbox, serve, setup, teardown,
    trace, xray,
};
use crate::output::{ColorWhen, Format, Options};
use crate::settings::Flags;

/// One accent colour, as everywhere.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Cyan.on_default())
    .usage(AnsiColor::Cyan.on_default())
    .literal(anstyle_bold())
    .placeholder(AnsiColor::BrightBlack.on_default());

const fn anstyle_bold() -> clap::builder::styling::Style {
    clap::builder::styling::Style::new().bold()
}

/// From nothing to proven observability on AWS X-Ray, CloudWatch Logs, Honeycomb and Rollbar
///
/// Every command works on AWS, and with --sandbox on this machine, without an account.
#[derive(Debug, Parser)]
#[command(name = "cruddur-obs", version, styles = STYLES, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Start here, without an account:\n  cruddur-obs demo")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Use the sandbox on this machine, or the one at URL
    #[expect(
        clippy::option_option,
        reason = "absent, present without a URL, with a URL"
    )]
    #[arg(long, global = true, value_name = "URL", num_args = 0..=1, require_equals = true)]
    sandbox: Option<Option<String>>,
    /// AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's]
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    /// Profile of ~/.aws/config; beats keys in the environment
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Call this URL instead of AWS
    #[arg(long, global = true, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Attempts per call [default: AWS_MAX_ATTEMPTS, 8]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    max_attempts: Option<u32>,
    /// Seconds per call, all its attempts included [default: 60]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = patience::of_a_call)]
    timeout: Option<Patience>,
    /// How data is written to stdout
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value_t
    )]
    pub(super) output: FormatArgument,
    /// Say more: request ids, errors underneath, counts of calls
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Say less: data, warnings and errors only
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    color: ColorArgument,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ColorArgument {
    #[default]
    Auto,
    Always,
    Never,
}

impl Global {
    /// The part that is settings.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            region: self.region.clone(),
            profile: self.profile.clone(),
            endpoint_url: self.endpoint_url.clone(),
            sandbox: self.sandbox.clone(),
            max_attempts: self.max_attempts,
            timeout: self.timeout.map(Patience::whole_seconds),
        }
    }

    /// The part that is output.
    pub(super) fn output_options(&self) -> Options {
        Options {
            format: match self.output {
                FormatArgument::Json => Format::Json,
                _ => Format::Text,
            },
            color: match self.color {
                ColorArgument::Auto => ColorWhen::Auto,
                ColorArgument::Always => ColorWhen::Always,
                ColorArgument::Never => ColorWhen::Never,
            },
            verbosity: self.verbose,
            quiet: self.quiet,
        }
    }
}

impl Command {
    /// The forms that the command's data can have.
    pub(super) fn forms(&self) -> &'static [FormatArgument] {
        match self {
            Self::Xray(command) => command.forms(),
            Self::Logs(args) => args.forms(),
            _ => TEXT_AND_JSON,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Setup(setup::Args),
    Teardown(teardown::Args),
    #[command(subcommand)]
    Xray(xray::Command),
    Logs(Box<logs::Args>),
    Trace(trace::Args),
    #[command(subcommand)]
    Honeycomb(honeycomb::Command),
    #[command(subcommand)]
    Rollbar(rollbar::Command),
    Serve(Box<serve::Args>),
    Demo(demo::Args),
    Sandbox(sandbox::Args),
    Daemon(Box<daemon::Args>),
    IamPolicy(iam_policy::Args),
    Config(config::Args),
}
