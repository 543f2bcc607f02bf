//! A spinner on stderr while something takes long.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

/// What is over sooner is not worth a spinner that would only flicker.
const PATIENCE: Duration = Duration::from_millis(300);

/// A running spinner; it clears itself when dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    appears: Option<JoinHandle<()>>,
}

impl Progress {
    pub(super) fn start(message: &str, shown: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}") {
            bar.set_style(style);
        }
        bar.set_message(message.to_owned());
        let appears = shown.then(|| {
            let bar = bar.clone();
            tokio::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(120));
            })
        });
        Self { bar, appears }
    }

    /// Changes what the spinner says.
    pub fn say(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(appears) = &self.appears {
            appears.abort();
        }
        self.bar.finish_and_clear();
    }
}
