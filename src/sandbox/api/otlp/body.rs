//! Bodies: bounded as they come, and bounded again when they are inflated.

use std::io::{self, Read};

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::refusal::Refusal;

/// The longest body on the wire, which is Honeycomb's.
pub(super) const MOST_SENT: usize = 20 * 1024 * 1024;

/// The longest body once it is inflated, as OTLP advises.
/// <https://opentelemetry.io/docs/specs/otlp/#otlphttp-request>
pub(super) const MOST_INFLATED: usize = 64 * 1024 * 1024;

/// The largest window, as a power of two, that a receiver has to have for zstd on the web.
/// <https://www.rfc-editor.org/rfc/rfc9659>
const WINDOW: u32 = 23;

/// Reads a body, whatever its framing.
pub(super) async fn read(body: Body) -> Result<Vec<u8>, Refusal> {
    match Limited::new(body, MOST_SENT).collect().await {
        Ok(collected) => Ok(collected.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Refusal::too_long("the request's body", MOST_SENT))
        }
        Err(_) => Err(Refusal::unreadable("it ended early")),
    }
}

/// Inflates a body as its headers say.
pub(super) fn inflate(headers: &HeaderMap, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    let encoding = match headers.get(CONTENT_ENCODING) {
        None => return Ok(body),
        Some(encoding) => String::from_utf8_lossy(encoding.as_bytes()),
    };
    match encoding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(&*body)),
        "deflate" => {
            // It means zlib's format; some mean the bare one.
            // <https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2>
            let is_zlib = matches!(*body, [first, second, ..]
                if first & 0x0f == 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0);
            if is_zlib {
                bounded(ZlibDecoder::new(&*body))
            } else {
                bounded(DeflateDecoder::new(&*body))
            }
        }
        "zstd" => {
            let decoder = zstd::Decoder::new(&*body).and_then(|mut decoder| {
                decoder.window_log_max(WINDOW)?;
                Ok(decoder)
            });
            bounded(decoder.map_err(Refusal::unreadable)?)
        }
        other => Err(Refusal::unreadable(format!(
            "unsupported content-encoding {other:?}; supported are gzip, zstd and deflate"
        ))),
    }
}

fn bounded(reader: impl Read) -> Result<Vec<u8>, Refusal> {
    let mut inflated = Vec::new();
    let most = MOST_INFLATED as u64;
    let read: io::Result<usize> = reader.take(most + 1).read_to_end(&mut inflated);
    read.map_err(Refusal::unreadable)?;
    if inflated.len() > MOST_INFLATED {
        return Err(Refusal::too_long(
            "the request's inflated body",
            MOST_INFLATED,
        ));
    }
    inflated.shrink_to_fit();
    Ok(inflated)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use axum::http::{HeaderValue, StatusCode};
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn inflated(encoding: &'static str, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        inflate(&headers, body)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_encoding_is_inflated() {
        let body = b"spans, spans, spans".to_vec();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&body).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(&body).unwrap();
        let zstd = zstd::encode_all(&*body, 1).unwrap();
        assert_eq!(inflated("gzip", gzip(&body)).as_ref(), Ok(&body));
        assert_eq!(inflated("GZIP", gzip(&body)).as_ref(), Ok(&body));
        assert_eq!(
            inflated("deflate", zlib.finish().unwrap()).as_ref(),
            Ok(&body)
        );
        assert_eq!(
            inflated("deflate", bare.finish().unwrap()).as_ref(),
            Ok(&body)
        );
        assert_eq!(inflated("zstd", zstd).as_ref(), Ok(&body));
        assert_eq!(inflated("identity", body.clone()).as_ref(), Ok(&body));
    }

    #[test]
    fn what_is_not_what_it_says_is_refused() {
        for encoding in ["gzip", "zstd", "br"] {
            let refusal = inflated(encoding, b"spans".to_vec()).unwrap_err();
            assert!(format!("{refusal:?}").contains("400"), "{refusal:?}");
        }
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let zeros = vec![0; MOST_INFLATED + 1];
        let refused = Err(Refusal::too_long(
            "the request's inflated body",
            MOST_INFLATED,
        ));
        assert_eq!(inflated("gzip", gzip(&zeros)), refused);
        assert_eq!(
            inflated("zstd", zstd::encode_all(&*zeros, 1).unwrap()),
            refused
        );
        let fits = inflated("gzip", gzip(&zeros[1..])).unwrap();
        assert_eq!(fits.len(), MOST_INFLATED);
        assert_eq!(
            StatusCode::PAYLOAD_TOO_LARGE,
            413,
            "that is what it is answered with"
        );
    }
}
