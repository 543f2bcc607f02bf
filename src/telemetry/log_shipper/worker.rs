//! The worker: takes what is due, ships it, and ends in time.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::LogShipper;
use super::books::{Books, Due};
use super::counts::Undelivered;
use super::delivery::{Delivery, Shipped};
use super::settings::Settings;
use crate::error::{Error, Result};
use crate::logs::names::{check_log_group_name, check_log_stream_name};
use crate::remote::LogsClient;

tokio::task_local! {
    /// Set while the worker runs.
    static SHIPPING: ();
}

/// Whether it is the worker that asks: what shipping emits must not be shipped.
pub(in crate::telemetry) fn is_shipping() -> bool {
    SHIPPING.try_with(|()| ()).is_ok()
}

/// Something that whoever runs the shipper should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It goes well, or does again.
    Info(String),
    /// It does not go well.
    Warning(String),
}

/// A shipper that has not begun; what it is given waits.
#[derive(Debug)]
pub struct LogShipping {
    settings: Settings,
    client: LogsClient,
    books: Arc<Books>,
}

impl LogShipping {
    /// Checks the names; nothing is called before [`Self::serve`].
    pub fn bind(settings: Settings, client: LogsClient) -> Result<Self> {
        check_log_group_name(&settings.group)
            .map_err(|error| Error::usage(error.to_string()).code("log-group-name"))?;
        check_log_stream_name(&settings.stream)
            .map_err(|error| Error::usage(error.to_string()).code("log-stream-name"))?;
        Ok(Self {
            books: Arc::new(Books::new(&settings)),
            settings,
            client,
        })
    }

    /// Where events are put.
    pub fn shipper(&self) -> LogShipper {
        LogShipper(Arc::clone(&self.books))
    }

    /// Ships until the shipper is closed and everything has found its place, or until cancelled:
    /// then what waits is sent within the time that the settings allow, and dropped after it.
    ///
    /// Fails when nothing more can be shipped, such as without permission; what waits is dropped
    /// then, and so is what is given later.
    pub async fn serve(self, cancel: CancellationToken, say: impl Fn(Notice)) -> Result<()> {
        let books = Arc::clone(&self.books);
        let drain = self.settings.drain;
        let deadline = async {
            cancel.cancelled().await;
            books.stop();
            tokio::time::sleep(drain).await;
            Ok(())
        };
        let work = SHIPPING.scope((), work(self, &say));
        let ended = tokio::select! {
            biased;
            ended = work => ended,
            in_vain = deadline => in_vain,
        };
        books.end(match &ended {
            Ok(()) => Undelivered::NotInTime,
            Err(_) => Undelivered::Stopped,
        });
        ended
    }
}

async fn work(shipping: LogShipping, say: &impl Fn(Notice)) -> Result<()> {
    let LogShipping {
        settings,
        client,
        books,
    } = shipping;
    let mut delivery = Delivery::new(&settings, client, &books, say);
    let mut interval = settings.first_flush;
    while until_due(&books, interval).await {
        interval = settings.flush;
        match delivery.ship(books.take()).await? {
            Shipped::Settled => {}
            Shipped::GaveUp => break,
        }
    }
    Ok(())
}

/// Waits for a batch; false when there will be none.
async fn until_due(books: &Books, interval: std::time::Duration) -> bool {
    loop {
        match books.due(interval) {
            Due::Now => return true,
            Due::Never => return false,
            Due::At(moment) if moment <= Instant::now() => return true,
            Due::At(moment) => tokio::select! {
                () = books.news() => {}
                () = tokio::time::sleep_until(moment) => {}
            },
            Due::Unknown => books.news().await,
        }
    }
}
