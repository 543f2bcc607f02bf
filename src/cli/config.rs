//! `config`: every setting, and where it came from.

use super::context::Context;
use crate::error::Result;
use crate::view::config::ConfigView;

/// Show every setting and where it came from; secrets are masked
///
/// Precedence: flags, environment, .env (the nearest upwards), profile, default.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(context: &Context<'_>, _args: Args) -> Result<()> {
    context.output.emit(&ConfigView {
        settings: context.settings.entries(),
        warnings: context.settings.warnings().to_vec(),
    })
}
