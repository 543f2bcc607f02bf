//! Bodies of requests: bounded as they come, and again when they are unpacked.

use std::io::Read;

use axum::body::Body;
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, StatusCode};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::refusal::Refusal;

/// The longest window of zstd, as a power of two: what compressors choose by themselves is below it.
const ZSTD_WINDOW: u32 = 24;

/// How long a body may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// As it comes.
    pub(super) wire: usize,
    /// Unpacked.
    pub(super) unpacked: usize,
    /// With which status a longer one is refused.
    pub(super) too_long: StatusCode,
}

impl Bounds {
    /// Of the configuration APIs, <https://docs.honeycomb.io/api/errors/>.
    pub(super) const CONFIGURATION: Self = Self {
        wire: 100_000,
        unpacked: 100_000,
        too_long: StatusCode::PAYLOAD_TOO_LARGE,
    };

    fn refusal(self) -> Refusal {
        Refusal::new(
            self.too_long,
            "payload-too-large",
            "Request body is too large.",
        )
    }
}

fn malformed() -> Refusal {
    Refusal::bad("Request body is malformed and cannot be read.")
}

/// Reads a body as it comes.
pub(super) async fn read(body: Body, bounds: Bounds) -> Result<Vec<u8>, Refusal> {
    match Limited::new(body, bounds.wire).collect().await {
        Ok(collected) => Ok(collected.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(bounds.refusal()),
        Err(_) => Err(malformed()),
    }
}

/// Unpacks a body as its header says.
pub(super) fn unpack(
    headers: &HeaderMap,
    body: Vec<u8>,
    bounds: Bounds,
) -> Result<Vec<u8>, Refusal> {
    let encoding = match headers.get(CONTENT_ENCODING).map(|value| value.to_str()) {
        None => return Ok(body),
        Some(Ok(encoding)) => encoding.trim().to_ascii_lowercase(),
        Some(Err(_)) => return Err(malformed()),
    };
    match encoding.as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(body.as_slice()), bounds),
        // Some send the bare stream under this name, and not the wrapped one that it means.
        "deflate" => match bounded(ZlibDecoder::new(body.as_slice()), bounds) {
            Err(refusal) if refusal == malformed() => {
                bounded(DeflateDecoder::new(body.as_slice()), bounds)
            }
            done => done,
        },
        "zstd" => {
            let mut decoder =
                zstd::stream::read::Decoder::new(body.as_slice()).map_err(|_| malformed())?;
            decoder
                .window_log_max(ZSTD_WINDOW)
                .map_err(|_| malformed())?;
            bounded(decoder, bounds)
        }
        _ => Err(malformed()),
    }
}

fn bounded(reader: impl Read, bounds: Bounds) -> Result<Vec<u8>, Refusal> {
    let mut unpacked = Vec::new();
    let limit = u64::try_from(bounds.unpacked).unwrap_or(u64::MAX);
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut unpacked)
        .map_err(|_| malformed())?;
    if unpacked.len() > bounds.unpacked {
        return Err(bounds.refusal());
    }
    Ok(unpacked)
}
