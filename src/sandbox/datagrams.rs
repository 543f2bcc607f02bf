//! Segments over UDP: read without waiting, written together.
//!
//! The reader only takes datagrams apart; a writer puts into the store what has come since it
//! last did. Every datagram is counted once as received and once as what became of it.

use std::mem;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Log, Store};
use crate::sandbox::store::Tenant;
use crate::sockets::{self, udp};
use crate::trace::{Document, Refusal};
use crate::xray::datagram;

/// Bytes of documents that may wait for the writer.
const ROOM: usize = 64 * 1024 * 1024;

/// Documents that are written at once.
const AT_ONCE: usize = 2_000;

/// What became of datagrams.
#[derive(Debug, Default)]
pub(super) struct Datagrams {
    received: AtomicU64,
    refused: AtomicU64,
    stored: AtomicU64,
    dropped: AtomicU64,
    /// The socket, as the kernel knows it; it drops what nobody reads in time.
    inode: OnceLock<u64>,
}

impl Datagrams {
    /// The counts, for `/_sandbox/health`.
    pub(super) fn report(&self) -> Value {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        json!({
            "received": count(&self.received),
            "stored": count(&self.stored),
            "refused": count(&self.refused),
            "dropped": count(&self.dropped),
            "dropped_by_kernel": sockets::lost(self.inode.get().copied()),
        })
    }

    fn add(counter: &AtomicU64, more: usize) -> u64 {
        let more = more as u64;
        counter.fetch_add(more, Ordering::Relaxed) + more
    }
}

/// What has come and is not written yet.
#[derive(Debug, Default)]
struct Waiting {
    documents: Vec<String>,
    bytes: usize,
}

/// Takes segments until cancelled; what has come by then is in the store when this returns.
pub(super) async fn serve(
    socket: UdpSocket,
    store: Store,
    tenant: Tenant,
    counts: Arc<Datagrams>,
    log: Log,
    cancel: CancellationToken,
) {
    if let Some(inode) = sockets::inode(&socket) {
        // A sandbox has one such socket.
        let _ = counts.inode.set(inode);
    }
    let waiting = Arc::new(Mutex::new(Waiting::default()));
    let more = Arc::new(Notify::new());
    let end = CancellationToken::new();
    let writer = tokio::spawn(write(
        Writer {
            store,
            tenant,
            counts: Arc::clone(&counts),
            log: log.clone(),
        },
        Arc::clone(&waiting),
        Arc::clone(&more),
        end.clone(),
    ));
    let (receive_log, complain_log) = (log.clone(), log);
    let receive = move |datagram: &[u8]| {
        Datagrams::add(&counts.received, 1);
        match datagram::decode(datagram) {
            Ok(document) => {
                let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if waiting.bytes + document.len() > ROOM {
                    let count = Datagrams::add(&counts.dropped, 1);
                    if is_worth_a_line(count) {
                        receive_log.line(&format!(
                            "dropped a segment: the disk is slower than UDP ({count} so far)"
                        ));
                    }
                } else {
                    waiting.bytes += document.len();
                    waiting.documents.push(document.to_owned());
                    // For the others it has been woken already.
                    if waiting.documents.len() == 1 {
                        more.notify_one();
                    }
                }
            }
            Err(refusal) => {
                let count = Datagrams::add(&counts.refused, 1);
                if is_worth_a_line(count) {
                    receive_log.line(&format!("refused a datagram: {refusal} ({count} so far)"));
                }
            }
        }
    };
    udp::read(socket, cancel, receive, move |text| complain_log.line(text)).await;
    end.cancel();
    drop(writer.await);
}

struct Writer {
    store: Store,
    tenant: Tenant,
    counts: Arc<Datagrams>,
    log: Log,
}

async fn write(
    writer: Writer,
    waiting: Arc<Mutex<Waiting>>,
    more: Arc<Notify>,
    end: CancellationToken,
) {
    let writer = Arc::new(writer);
    loop {
        let is_last = tokio::select! {
            () = more.notified() => false,
            () = end.cancelled() => true,
        };
        let texts = mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let writer = Arc::clone(&writer);
        // A panic is counted nowhere, but the next documents are taken.
        drop(tokio::task::spawn_blocking(move || writer.keep(&texts.documents)).await);
        if is_last {
            return;
        }
    }
}

impl Writer {
    fn keep(&self, texts: &[String]) {
        for texts in texts.chunks(AT_ONCE) {
            let mut documents = Vec::with_capacity(texts.len());
            let mut kept = 0;
            for text in texts {
                let before = documents.len();
                for read in Document::parse_all(text) {
                    let checked =
                        read.and_then(|document| document.check_inside().map(|()| document));
                    match checked {
                        Ok(document) => documents.push(document),
                        Err(refusal) => self.refuse(&refusal),
                    }
                }
                if documents.len() > before {
                    kept += 1;
                } else {
                    Datagrams::add(&self.counts.refused, 1);
                }
            }
            match self.store.put_segments(&self.tenant, &documents) {
                Ok(()) => {
                    Datagrams::add(&self.counts.stored, kept);
                }
                Err(fault) => {
                    Datagrams::add(&self.counts.dropped, kept);
                    self.log.line(&format!("{kept} segments are lost: {fault}"));
                }
            }
        }
    }

    fn refuse(&self, refusal: &Refusal) {
        let count = self.counts.refused.load(Ordering::Relaxed) + 1;
        if is_worth_a_line(count) {
            let id = refusal.id.as_deref().unwrap_or("without an id");
            self.log
                .line(&format!("refused segment {id}: {refusal} ({count} so far)"));
        }
    }
}

/// The first few, then fewer and fewer: whoever floods the port must not flood the log.
fn is_worth_a_line(count: u64) -> bool {
    count <= 5 || count.is_power_of_two()
}
