//! The worker: one item after the other, with pauses where something fails that may pass.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::books::{Books, End};
use super::{Notice, Reporting, ReportingSettings};
use crate::remote::{NotTaken, RollbarClient};

/// What was said already, so that it is not said for every item.
#[derive(Debug, Default)]
struct Said {
    /// Since when Rollbar does not answer well.
    trouble: bool,
    /// The statuses of refusals that were told.
    refusals: Vec<u16>,
}

pub(super) async fn work(reporting: Reporting, cancel: CancellationToken, say: impl Fn(Notice)) {
    let Reporting {
        settings,
        client,
        books,
    } = reporting;
    let deadline = async {
        cancel.cancelled().await;
        tokio::time::sleep(settings.drain).await;
    };
    let sending = send_all(&settings, &client, &books, &cancel, &say);
    tokio::select! {
        biased;
        () = sending => {}
        () = deadline => {
            // The one that was under way is nowhere else.
            if books.totals().waiting > 0 {
                books.end();
                if books.totals().waiting > 0 {
                    books.note(End::NotInTime);
                }
            }
        }
    }
    books.end();
}

async fn send_all(
    settings: &ReportingSettings,
    client: &RollbarClient,
    books: &Books,
    cancel: &CancellationToken,
    say: &impl Fn(Notice),
) {
    let mut said = Said::default();
    loop {
        let body = tokio::select! {
            biased;
            body = books.next() => body,
            () = cancel.cancelled() => return,
        };
        let end = deliver(settings, client, body, &mut said, say).await;
        books.note(end);
    }
}

/// Sends one item, for as long as it may still be taken.
async fn deliver(
    settings: &ReportingSettings,
    client: &RollbarClient,
    body: String,
    said: &mut Said,
    say: &impl Fn(Notice),
) -> End {
    let body = axum::body::Bytes::from(body);
    let mut pause = settings.first_pause;
    loop {
        let not_taken = match client.post_item(body.clone(), settings.patience).await {
            Ok(()) => {
                if std::mem::take(&mut said.trouble) {
                    say(Notice::Info("goes well again".to_owned()));
                }
                return End::Sent;
            }
            Err(not_taken) => not_taken,
        };
        if not_taken.may_pass() {
            if !std::mem::replace(&mut said.trouble, true) {
                say(Notice::Warning(format!(
                    "{}; trying again, at most {} items wait",
                    sentence(&not_taken),
                    settings.queue_items
                )));
            }
            let wait = not_taken
                .pause()
                .unwrap_or(pause)
                .max(Duration::from_millis(1));
            pause = (pause * 2).min(settings.longest_pause);
            tokio::time::sleep(wait.min(settings.longest_pause)).await;
            continue;
        }
        return refused(&not_taken, said, say);
    }
}

fn refused(not_taken: &NotTaken, said: &mut Said, say: &impl Fn(Notice)) -> End {
    let status = match not_taken {
        NotTaken::Refused(refusal) => refusal.status,
        NotTaken::Failed(_) => 0,
    };
    if !said.refusals.contains(&status) {
        said.refusals.push(status);
        say(Notice::Warning(format!(
            "{}; further ones are counted",
            sentence(not_taken)
        )));
    }
    match status {
        401 | 403 => End::TokenRefused,
        _ => End::ItemRefused,
    }
}

fn sentence(not_taken: &NotTaken) -> String {
    match not_taken {
        NotTaken::Refused(refusal) => refusal.sentence(),
        NotTaken::Failed(failure) => failure.to_string(),
    }
}
