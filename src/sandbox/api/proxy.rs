//! `CONNECT`: for clients whose host cannot be changed, the sandbox is a proxy, and that host too.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use hyper::ext::ReasonPhrase;

use super::{Service, plain};
use crate::sandbox::Log;
use crate::sandbox::authority::{HOSTS, Keeper};
use crate::sockets::tunnel::{Through, Tunnel};

/// What clients show of a refusal, where they show no body.
const REFUSED: &[u8] = b"Refused by the sandbox of cruddur-obs";

type Refusal = (StatusCode, String);

/// Opens tunnels to the hosts that the sandbox is; nothing is passed on to anybody else.
pub(super) async fn proxied(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(keeper) = &service.authority else {
        return next.run(request).await;
    };
    if request.method() != Method::CONNECT {
        return next.run(request).await;
    }
    let opened = match host(&request) {
        Ok(host) => open(keeper, host, &service.log).await,
        Err(refusal) => Err(refusal),
    };
    match opened {
        Ok(tunnel) => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(tunnel);
            response
        }
        Err((status, refusal)) => {
            service.log.line(&refusal);
            let mut response = plain(status, refusal);
            response
                .extensions_mut()
                .insert(ReasonPhrase::from_static(REFUSED));
            response
        }
    }
}

/// The host that a tunnel may lead to, by the name that we have for it.
fn host(request: &Request) -> Result<&'static str, Refusal> {
    let Some((target, port)) = target(request) else {
        return Err((
            StatusCode::BAD_REQUEST,
            "refused a CONNECT that does not name a host and a port, as api.rollbar.com:443"
                .to_owned(),
        ));
    };
    let within = request.extensions().get::<Through>().is_some();
    HOSTS
        .into_iter()
        .find(|host| host.eq_ignore_ascii_case(target.host()))
        .filter(|_| port == 443 && !within)
        .ok_or_else(|| {
            (
                StatusCode::FORBIDDEN,
                format!(
                    "refused to connect to {target}: the sandbox is {} on port 443, and passes nothing on",
                    HOSTS.join(", ")
                ),
            )
        })
}

async fn open(keeper: &Keeper, host: &'static str, log: &Log) -> Result<Tunnel, Refusal> {
    let cannot = |why: &dyn std::fmt::Display| {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("cannot be {host}: {why}"),
        )
    };
    let certificates = keeper
        .certificates()
        .await
        .map_err(|error| cannot(&error))?;
    let tls = certificates
        .of(host)
        .ok_or_else(|| cannot(&"there is no certificate"))?;
    let log = log.clone();
    Ok(Tunnel {
        through: Through(host),
        tls,
        complain: Arc::new(move |text| {
            log.line(&format!("{text}; it needs what `sandbox env --https` sets"));
        }),
    })
}

/// The host and port of a `CONNECT`, if it is nothing but these.
fn target(request: &Request) -> Option<(&Authority, u16)> {
    let uri = request.uri();
    let authority = uri.authority()?;
    let bare = uri.scheme().is_none()
        && uri.path_and_query().is_none()
        && !authority.as_str().contains('@')
        && !authority.host().is_empty();
    Some((authority, authority.port_u16()?)).filter(|_| bare)
}
