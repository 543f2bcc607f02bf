//! The spool to X-Ray: in order, one batch at a time, with growing pauses while nobody answers.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::spool::Spool;
use super::upload::{Outcome, Uploader};

/// The pause after the first failure.
const FIRST: Duration = Duration::from_millis(250);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(10);

/// Runs until cancelled.
pub(super) async fn run(spool: Arc<Spool>, uploader: Arc<Uploader>, cancel: CancellationToken) {
    let mut failures = 0;
    loop {
        let pause = pause(failures);
        tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            () = wait(&spool, pause) => {}
        }
        if drain(&spool, &uploader, &cancel).await {
            failures = 0;
        } else {
            failures += 1;
        }
    }
}

/// Until there is something to do, and the pause is over.
async fn wait(spool: &Spool, pause: Duration) {
    tokio::time::sleep(pause).await;
    while spool.waiting().batches == 0 {
        spool.arrival().await;
    }
}

/// Sends batch after batch; whether all of them went.
pub(super) async fn drain(
    spool: &Arc<Spool>,
    uploader: &Uploader,
    cancel: &CancellationToken,
) -> bool {
    while let Some(claimed) = spool.claim().await {
        let documents = claimed.documents.iter().map(String::as_str).collect();
        let outcome = tokio::select! {
            biased;
            outcome = uploader.send(documents) => outcome,
            () = cancel.cancelled() => Outcome::NotNow,
        };
        match outcome {
            Outcome::Settled => spool.remove(claimed.sequence),
            Outcome::NotNow => {
                spool.release(claimed.sequence);
                return false;
            }
        }
    }
    true
}

/// Doubles, and differs from daemon to daemon, so that they do not all come back at once.
fn pause(failures: u32) -> Duration {
    if failures == 0 {
        return Duration::ZERO;
    }
    let whole = FIRST
        .saturating_mul(1 << (failures - 1).min(10))
        .min(LONGEST);
    whole.mul_f64(0.75 + fastrand::f64() / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_limit() {
        assert_eq!(pause(0), Duration::ZERO);
        for (failures, most) in [(1, 250), (2, 500), (4, 2_000), (7, 10_000), (4_000, 10_000)] {
            let most = Duration::from_millis(most);
            let pause = pause(failures);
            assert!(pause <= most && pause >= most.mul_f64(0.74), "{pause:?}");
        }
    }
}
