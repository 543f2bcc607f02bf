//! A sandbox in this process, where one is wanted and none is running.

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::super::context::Context;
use super::super::sandbox;
use crate::error::Result;
use crate::sandbox::{Location, Log, Options, Sandbox, SidePort, running};
use crate::settings;

/// The sandbox's port, unless it is taken.
const PORT: u16 = 4000;

/// A sandbox that serves beside us.
pub(super) struct Beside {
    serving: JoinHandle<Result<()>>,
    stop: CancellationToken,
}

/// Starts one in the user's data directory, so that other commands see it; other parts of this
/// command find it there as if it ran elsewhere.
pub(super) fn start(context: &Context<'_>) -> Result<Option<Beside>> {
    let setting = context.settings.sandbox();
    let Some(settings::Sandbox::InProcess) = setting.map(|setting| &setting.value) else {
        return Ok(None);
    };
    let directory = context.settings.data_directory()?.value.clone();
    if running(&directory).is_some() {
        return Ok(None);
    }
    let place = context.environment.shown(&directory);
    let options = Options {
        location: Location::Directory(directory),
        port: PORT,
        daemon_port: SidePort::Exactly(0),
        default_region: sandbox::region(context),
        log: Log::stderr(),
        ..Options::default()
    };
    let sandbox = match Sandbox::bind(options.clone()) {
        Err(error) if error.known_as() == Some("port-taken") => {
            Sandbox::bind(Options { port: 0, ..options })?
        }
        bound => bound?,
    };
    let style = context.output.status_style();
    context.output.status(&format!(
        "{} {}  {} {place}",
        style.accent("sandbox"),
        sandbox.url(),
        style.dim("in this process, for none was running; data in")
    ));
    let stop = CancellationToken::new();
    let serving = tokio::spawn(sandbox.serve(stop.clone()));
    Ok(Some(Beside { serving, stop }))
}

impl Beside {
    /// Ends it when what was sent to it is on the disk.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        drop(self.serving.await);
    }
}
