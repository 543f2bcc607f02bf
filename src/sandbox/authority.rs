//! The authority by which the sandbox proves to be hosts that apps cannot be led away from.
//!
//! Made when somebody first asks for it, and kept beside the store. Its certificate is good for
//! these hosts and nothing else: whoever takes the key, and finds somebody who trusts it, can
//! pretend to be a service that takes telemetry. The key leaves neither the file nor this file.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{RootCertStore, ServerConfig};
use tokio::sync::OnceCell;

use super::{Location, Log, disk};
use crate::error::{Error, Result};

/// The hosts that it can be: what notifiers and exporters call when nothing says otherwise.
pub const HOSTS: [&str; 3] = [
    "api.rollbar.com",
    "api.honeycomb.io",
    "api.eu1.honeycomb.io",
];

/// The name of every authority of ours.
pub(super) const NAME: &str = "cruddur-obs sandbox, this machine only";

const FILE: &str = "authority.pem";

/// Stands before the day in the file: certificates are written here, and read by others.
const UNTIL: &str = "Valid until: ";

/// How long it is good: Apple's systems refuse certificates of more than 825 days.
const DAYS: i64 = 800;

/// It is made anew so long before its end, that a server may run on.
const LEAST_DAYS: i64 = 60;

/// Has the authority as soon as somebody asks.
#[derive(Debug)]
pub(super) struct Keeper {
    location: Location,
    log: Log,
    certificates: OnceCell<Arc<Certificates>>,
}

impl Keeper {
    /// Keeps the authority of the server that has this store.
    pub(super) fn new(location: Location, log: Log) -> Self {
        Self {
            location,
            log,
            certificates: OnceCell::new(),
        }
    }

    /// Its certificates; the same ones for as long as the server runs.
    pub(super) async fn certificates(&self) -> Result<Arc<Certificates>> {
        let made = self.certificates.get_or_try_init(|| async {
            let (location, log) = (self.location.clone(), self.log.clone());
            let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
            tokio::task::spawn_blocking(move || open(&location, today, &log))
                .await
                .unwrap_or_else(|error| Err(cannot(error)))
                .map(Arc::new)
        });
        made.await.map(Arc::clone)
    }
}

/// What an authority gives out.
pub(super) struct Certificates {
    /// Its own certificate, for those who are to trust it.
    pub(super) authority: String,
    hosts: Vec<(&'static str, Arc<ServerConfig>)>,
}

impl Certificates {
    /// What proves to be this one of [`HOSTS`].
    pub(super) fn of(&self, host: &str) -> Option<Arc<ServerConfig>> {
        let (_, tls) = self.hosts.iter().find(|(name, _)| *name == host)?;
        Some(Arc::clone(tls))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Certificates")
    }
}

fn cannot(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unexpected("the sandbox's certificates cannot be made").source(error)
}

/// Reads the authority of a store, or makes one.
fn open(location: &Location, today: Date, log: &Log) -> Result<Certificates> {
    let path = match location {
        Location::Memory => return Root::new(today)?.certify(today),
        Location::Directory(directory) => directory.join(FILE),
    };
    match Root::read(&path, today) {
        Ok(Some(certificates)) => return Ok(certificates),
        Ok(None) => {}
        Err(reason) => log.line(&format!(
            "{} {reason}: there is a new one, so run `sandbox env --https` again",
            path.display()
        )),
    }
    let root = Root::new(today)?;
    disk::write_whole(&path, root.text().as_bytes()).map_err(|error| unwritten(&path, error))?;
    root.certify(today)
}

fn unwritten(path: &Path, error: std::io::Error) -> Error {
    Error::configuration(format!("{} cannot be written", path.display()))
        .cause(error.to_string())
        .fix(format!(
            "make its directory writable, or use another one: {}",
            disk::ELSEWHERE
        ))
        .source(error)
}

/// The authority itself, with its key.
struct Root {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    until: Date,
}

impl Root {
    fn new(today: Date) -> Result<Self> {
        let key = KeyPair::generate().map_err(cannot)?;
        let until = today.saturating_add(DAYS.days());
        let mut parameters = named(NAME);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.name_constraints = Some(NameConstraints {
            permitted_subtrees: HOSTS
                .map(|host| GeneralSubtree::DnsName(host.to_owned()))
                .to_vec(),
            // A list of names that are permitted says nothing of addresses.
            excluded_subtrees: vec![
                GeneralSubtree::IpAddress(CidrSubnet::V4([0; 4], [0; 4])),
                GeneralSubtree::IpAddress(CidrSubnet::V6([0; 16], [0; 16])),
            ],
        });
        limit(&mut parameters, today, until);
        let certificate = parameters.self_signed(&key).map_err(cannot)?;
        Ok(Self {
            certificate: certificate.der().clone(),
            issuer: Issuer::new(named(NAME), key),
            until,
        })
    }

    /// The certificates of an authority that was kept; why not, if it is of no use; `None` if there is none.
    fn read(path: &Path, today: Date) -> std::result::Result<Option<Certificates>, String> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("cannot be read ({error})")),
        };
        let until: Date = text
            .lines()
            .find_map(|line| line.strip_prefix(UNTIL)?.parse().ok())
            .ok_or("does not say how long it is valid")?;
        if until < today.saturating_add(LEAST_DAYS.days()) {
            return Err(format!("is not valid after {until}"));
        }
        let damaged = "is damaged";
        let certificate = CertificateDer::from_pem_slice(text.as_bytes()).map_err(|_| damaged)?;
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| damaged)?;
        let key = KeyPair::try_from(&key).map_err(|_| damaged)?;
        let root = Self {
            certificate,
            issuer: Issuer::new(named(NAME), key),
            until,
        };
        // Another version may have been for other hosts.
        root.certify(today)
            .map(Some)
            .map_err(|_| damaged.to_owned())
    }

    fn text(&self) -> String {
        format!(
            "What certifies the sandbox of cruddur-obs as {}, and nothing else. Not for others.\n{UNTIL}{}\n{}{}",
            HOSTS.join(", "),
            self.until,
            armoured(&self.certificate),
            self.issuer.key().serialize_pem()
        )
    }

    /// Makes a certificate for each host, and sees that a client would take it.
    fn certify(&self, today: Date) -> Result<Certificates> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).map_err(cannot)?;
        let client =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .map_err(cannot)?;
        let hosts = HOSTS.map(|host| {
            let (certificate, key) = self.leaf(host, today).map_err(cannot)?;
            let name = ServerName::try_from(host).map_err(cannot)?;
            client
                .verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())
                .map_err(cannot)?;
            let tls = serving(&provider, certificate, &key).map_err(cannot)?;
            Ok((host, Arc::new(tls)))
        });
        Ok(Certificates {
            authority: armoured(&self.certificate),
            hosts: hosts.into_iter().collect::<Result<_>>()?,
        })
    }

    fn leaf(
        &self,
        host: &str,
        today: Date,
    ) -> std::result::Result<(CertificateDer<'static>, KeyPair), rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut parameters = CertificateParams::new([host.to_owned()])?;
        parameters.distinguished_name = named(host).distinguished_name;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.use_authority_key_identifier_extension = true;
        limit(&mut parameters, today, self.until);
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        Ok((certificate.der().clone(), key))
    }
}

fn serving(
    provider: &Arc<CryptoProvider>,
    certificate: CertificateDer<'static>,
    key: &KeyPair,
) -> std::result::Result<ServerConfig, rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut tls = ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

fn named(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let mut distinguished = rcgen::DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    parameters.distinguished_name = distinguished;
    parameters
}

/// From yesterday, for clocks that are behind, until a day.
fn limit(parameters: &mut CertificateParams, today: Date, until: Date) {
    let time = |date: Date| {
        rcgen::date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    parameters.not_before = time(today.saturating_sub(1.day()));
    parameters.not_after = time(until);
}

pub(super) fn armoured(certificate: &CertificateDer<'_>) -> String {
    let block = pem::Pem::new("CERTIFICATE", certificate.as_ref());
    let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&block, lines)
}

#[cfg(test)]
mod tests {
    use rcgen::SanType;

    use super::*;

    fn today() -> Date {
        Timestamp::now().to_zoned(TimeZone::UTC).date()
    }

    /// Whether a client that trusts the root takes what was made with its key for this name.
    fn is_taken(root: &Root, name: &str, alternative: SanType) -> bool {
        let key = KeyPair::generate().unwrap();
        let mut parameters = named(name);
        parameters.subject_alt_names = vec![alternative];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        limit(&mut parameters, today(), root.until);
        let certificate = parameters.signed_by(&key, &root.issuer).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(root.certificate.clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .unwrap()
            .verify_server_cert(
                certificate.der(),
                &[],
                &ServerName::try_from(name).unwrap(),
                &[],
                UnixTime::now(),
            )
            .is_ok()
    }

    #[test]
    fn a_stolen_key_makes_nobody_else() {
        let root = Root::new(today()).unwrap();
        let by_name =
            |name: &str| is_taken(&root, name, SanType::DnsName(name.try_into().unwrap()));
        for host in HOSTS {
            assert!(by_name(host), "{host}");
        }
        for host in ["example.com", "rollbar.com", "honeycomb.io", "localhost"] {
            assert!(!by_name(host), "{host}");
        }
        for address in ["127.0.0.1", "192.0.2.1", "::1"] {
            let alternative = SanType::IpAddress(address.parse().unwrap());
            assert!(!is_taken(&root, address, alternative), "{address}");
        }
    }

    #[test]
    fn it_is_good_until_its_last_months() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        assert!(Root::read(&path, today()).unwrap().is_none());
        let written = |age: i64| {
            let root = Root::new(today().saturating_sub(age.days())).unwrap();
            std::fs::write(&path, root.text()).unwrap();
            root
        };
        for age in [0, DAYS - LEAST_DAYS] {
            let root = written(age);
            let kept = Root::read(&path, today()).unwrap().unwrap();
            assert_eq!(kept.authority, armoured(&root.certificate));
        }
        let root = written(DAYS - LEAST_DAYS + 1);
        let reason = Root::read(&path, today()).unwrap_err();
        assert_eq!(reason, format!("is not valid after {}", root.until));
    }
}
