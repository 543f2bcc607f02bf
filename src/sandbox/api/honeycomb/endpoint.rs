//! From the head of a request to an answer: the key, what it may do, the body, the work.

use std::sync::Arc;

use axum::extract::{RawPathParams, Request};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::MethodFilter;

use super::super::fault_switch::Kind;
use super::super::operation::{Operation, Service as Named};
use super::super::{Service, path_call};
use super::body::{self, Bounds};
use super::keys::{Key, ManagementKey, Permission};
use super::refusal::{Dialect, Refusal};
use crate::sandbox::store::Store;

/// Answers a call; runs where blocking on the database holds nobody up.
type Work = fn(&Store, Asking) -> Result<Response, Refusal>;

/// Answers a call with a management key.
type ManagedWork = fn(&ManagementKey) -> Response;

/// What a path does.
#[derive(Debug)]
pub(in crate::sandbox::api) struct Endpoint {
    pub(in crate::sandbox::api) operation: Operation,
    pub(super) method: MethodFilter,
    pub(super) path: &'static str,
    needs: &'static [Permission],
    bounds: Bounds,
    dialect: Dialect,
    work: Either,
}

#[derive(Debug, Clone, Copy)]
enum Either {
    Keyed(Work),
    Managed(ManagedWork),
}

/// A request that was let in.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) key: Key,
    /// The dataset of the path, as it is spelled there.
    pub(super) dataset: String,
    /// The id of the path.
    pub(super) id: String,
    pub(super) headers: HeaderMap,
    /// What stands behind the question mark.
    pub(super) query: String,
    pub(super) body: Vec<u8>,
}

impl Endpoint {
    const fn of(
        name: &'static str,
        method: MethodFilter,
        path: &'static str,
        dialect: Dialect,
        work: Either,
    ) -> Self {
        Self {
            operation: Operation::by_path(Named::Honeycomb, name, false),
            method,
            path,
            needs: &[],
            bounds: Bounds::CONFIGURATION,
            dialect,
            work,
        }
    }

    /// One that takes keys of an environment.
    pub(super) const fn new(
        name: &'static str,
        method: MethodFilter,
        path: &'static str,
        work: Work,
    ) -> Self {
        Self::of(name, method, path, Dialect::Problem, Either::Keyed(work))
    }

    /// One that takes management keys.
    pub(super) const fn managed(
        name: &'static str,
        method: MethodFilter,
        path: &'static str,
        work: ManagedWork,
    ) -> Self {
        Self::of(name, method, path, Dialect::JsonApi, Either::Managed(work))
    }

    /// The key must be allowed to do this.
    pub(super) const fn needs(mut self, needs: &'static [Permission]) -> Self {
        self.needs = needs;
        self
    }

    /// Bodies may be so long.
    pub(super) const fn takes(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// It refuses in the short form.
    pub(super) const fn plain(mut self) -> Self {
        self.dialect = Dialect::Plain;
        self
    }

    /// It changes something.
    pub(super) const fn writes(mut self) -> Self {
        self.operation.writes = true;
        self
    }

    /// Answers a request.
    pub(super) async fn answer(
        &'static self,
        service: &Arc<Service>,
        parameters: Option<RawPathParams>,
        request: Request,
    ) -> Response {
        let path = request.uri().path().to_owned();
        path_call::answer(
            service,
            &self.operation,
            |kind| switched(kind).response(self.dialect, &path),
            async {
                let done = match self.work {
                    Either::Managed(work) => managed(work, request.headers()),
                    Either::Keyed(work) => self.keyed(service, work, parameters, request).await,
                };
                done.unwrap_or_else(|refusal| {
                    if refusal.status == StatusCode::INTERNAL_SERVER_ERROR {
                        let name = self.operation.name;
                        service.log.line(&format!(
                            "a bug or a broken store: {name}: {}",
                            refusal.detail
                        ));
                    }
                    let dialect =
                        if path == "/1/auth" && refusal.status == StatusCode::TOO_MANY_REQUESTS {
                            Dialect::Problem
                        } else {
                            self.dialect
                        };
                    refusal.response(dialect, &path)
                })
            },
        )
        .await
    }

    async fn keyed(
        &'static self,
        service: &Arc<Service>,
        work: Work,
        parameters: Option<RawPathParams>,
        request: Request,
    ) -> Result<Response, Refusal> {
        let (parts, body) = request.into_parts();
        let key = Key::of(&parts.headers)?;
        if key.is_throttled() {
            return Err(Refusal::throttled());
        }
        if let Some(lacking) = self.needs.iter().find(|needed| !key.may(**needed)) {
            return Err(Refusal::forbidden(format!(
                "this API key does not have the permission: {}",
                permission(*lacking)
            )));
        }
        let body = body::read(body, self.bounds).await?;
        let asking = self.asking(key, parameters, parts, body)?;
        let store = service.store.clone();
        let bounds = self.bounds;
        tokio::task::spawn_blocking(move || {
            let body = body::unpack(&asking.headers, asking.body, bounds)?;
            work(&store, Asking { body, ..asking })
        })
        .await
        .unwrap_or_else(|_| Err(Refusal::failed()))
    }

    fn asking(
        &self,
        key: Key,
        parameters: Option<RawPathParams>,
        parts: Parts,
        body: Vec<u8>,
    ) -> Result<Asking, Refusal> {
        let parameter = |wanted: &str| {
            parameters
                .iter()
                .flatten()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.trim().to_owned())
                .unwrap_or_default()
        };
        let dataset = parameter("dataset");
        if self.path.contains("{dataset}") && (dataset.is_empty() || dataset.contains('/')) {
            return Err(Refusal::bad("Dataset name is not valid."));
        }
        Ok(Asking {
            key,
            dataset,
            id: parameter("id"),
            headers: parts.headers,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            body,
        })
    }
}

impl Asking {
    /// The slug of the key's environment.
    pub(super) fn environment(&self) -> &'static str {
        self.key.environment()
    }

    /// The address under which the caller reached us.
    pub(super) fn origin(&self) -> String {
        let host = self
            .headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("sandbox.localhost");
        format!("http://{host}")
    }
}

fn managed(work: ManagedWork, headers: &HeaderMap) -> Result<Response, Refusal> {
    let key = ManagementKey::of(headers)?;
    if key.is_throttled() {
        return Err(Refusal::throttled());
    }
    Ok(work(&key))
}

fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Events => "Send Events",
        Permission::Markers => "Manage Markers",
        Permission::Queries => "Run Queries",
        Permission::Columns => "Manage Queries and Columns",
        Permission::CreateDatasets => "Create Datasets",
    }
}

/// What a fault switch makes of a call.
fn switched(kind: Kind) -> Refusal {
    match kind {
        Kind::Throttle => Refusal::throttled(),
        Kind::Deny => Refusal::forbidden("Event dropped due to administrative throttling"),
        _ => Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "An internal failure, switched on with `fail`",
        ),
    }
}
