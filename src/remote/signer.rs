//! Signs requests by hand (`SigV4`), for operations that no client of AWS's SDK has.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::body::Bytes;
use axum::http::Request;

use crate::error::{Error, Kind, Result};

/// Signs requests to one service in one region, with the credentials that the clients have.
#[derive(Clone)]
pub struct Signer {
    service: &'static str,
    region: String,
    credentials: Option<SharedCredentialsProvider>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({} in {})", self.service, self.region)
    }
}

impl Signer {
    pub(super) fn new(
        service: &'static str,
        region: String,
        credentials: Option<SharedCredentialsProvider>,
    ) -> Self {
        Self {
            service,
            region,
            credentials,
        }
    }

    /// The region that requests are signed for.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Puts the signature of this moment into a request's headers.
    pub async fn sign(&self, request: &mut Request<Bytes>) -> Result<()> {
        let failed = |cause: String| {
            Error::new(Kind::Configuration, "the request could not be signed")
                .code("credentials")
                .cause(cause)
                .fix("check the AWS credentials: cruddur-obs config")
        };
        let Some(provider) = &self.credentials else {
            return Err(failed("there are no AWS credentials".to_owned()));
        };
        let credentials = provider
            .provide_credentials()
            .await
            .map_err(|error| failed(error.to_string()))?;
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let uri = request.uri().to_string();
        let headers = request
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let signable = SignableRequest::new(
            request.method().as_str(),
            uri,
            headers,
            SignableBody::Bytes(request.body()),
        )
        .map_err(|error| failed(error.to_string()))?;
        let (instructions, _) = sign(signable, &parameters.into())
            .map_err(|error| failed(error.to_string()))?
            .into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}
