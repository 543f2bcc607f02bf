//! Where failures came from and where the time went, as X-Ray sends it: three families of types
//! of nearly the same shape.

use aws_sdk_xray::types;

use crate::trace::Exception;
use crate::trace::summary::{CauseEntity, CauseService, RootCause, ServiceId};

macro_rules! services {
    ($services:expr, $entity:expr) => {
        $services
            .iter()
            .map(|service| CauseService {
                service: ServiceId {
                    name: service.name().unwrap_or_default().to_owned(),
                    kind: service.r#type().map(str::to_owned),
                    account_id: service.account_id().map(str::to_owned),
                },
                inferred: service.inferred().unwrap_or(false),
                path: service.entity_path().iter().map($entity).collect(),
            })
            .collect()
    };
}

/// Where faults came from.
pub(super) fn of_faults(causes: &[types::FaultRootCause]) -> Vec<RootCause> {
    causes
        .iter()
        .map(|cause| RootCause {
            services: services!(cause.services(), |entity: &types::FaultRootCauseEntity| {
                CauseEntity {
                    name: entity.name().unwrap_or_default().to_owned(),
                    remote: entity.remote().unwrap_or(false),
                    coverage: None,
                    exceptions: exceptions(entity.exceptions()),
                }
            }),
            client_impacting: cause.client_impacting().unwrap_or(false),
        })
        .collect()
}

/// Where errors came from.
pub(super) fn of_errors(causes: &[types::ErrorRootCause]) -> Vec<RootCause> {
    causes
        .iter()
        .map(|cause| RootCause {
            services: services!(cause.services(), |entity: &types::ErrorRootCauseEntity| {
                CauseEntity {
                    name: entity.name().unwrap_or_default().to_owned(),
                    remote: entity.remote().unwrap_or(false),
                    coverage: None,
                    exceptions: exceptions(entity.exceptions()),
                }
            }),
            client_impacting: cause.client_impacting().unwrap_or(false),
        })
        .collect()
}

/// Where the time went.
pub(super) fn of_response_times(causes: &[types::ResponseTimeRootCause]) -> Vec<RootCause> {
    causes
        .iter()
        .map(|cause| RootCause {
            services: services!(
                cause.services(),
                |entity: &types::ResponseTimeRootCauseEntity| CauseEntity {
                    name: entity.name().unwrap_or_default().to_owned(),
                    remote: entity.remote().unwrap_or(false),
                    coverage: entity.coverage(),
                    exceptions: Vec::new(),
                }
            ),
            client_impacting: cause.client_impacting().unwrap_or(false),
        })
        .collect()
}

fn exceptions(exceptions: &[types::RootCauseException]) -> Vec<Exception> {
    exceptions
        .iter()
        .map(|exception| Exception {
            class: exception.name().map(str::to_owned),
            message: exception.message().map(str::to_owned),
            ..Exception::default()
        })
        .collect()
}
