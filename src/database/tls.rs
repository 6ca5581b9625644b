//! How connections to a server are encrypted: what `sslmode` and the parameters beside it mean, as libpq has them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What stands in the place of a file of root certificates for those of the system.
const SYSTEM: &str = "system";

/// How much of encryption is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// All of them, as they are written.
const MODES: &[(&str, Mode)] = &[
    ("disable", Mode::Disable),
    ("allow", Mode::Allow),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];

impl Mode {
    fn parse(text: &str) -> Result<Self, String> {
        let known = || MODES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let found = MODES.iter().find(|(name, _)| *name == text).map(|(_, mode)| *mode);
        found.ok_or_else(|| format!("`sslmode={text}` is unknown; there are {}", known()))
    }

    /// In which ways a connection is tried, one after the other.
    pub(super) fn attempts(self) -> &'static [SslMode] {
        match self {
            Self::Disable => &[SslMode::Disable],
            Self::Allow => &[SslMode::Disable, SslMode::Require],
            Self::Prefer => &[SslMode::Prefer, SslMode::Disable],
            Self::Require | Self::VerifyCa | Self::VerifyFull => &[SslMode::Require],
        }
    }
}

/// The parameters of a URL that say how connections are encrypted.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub(super) mode: Option<String>,
    pub(super) root_certificate: Option<String>,
    pub(super) certificate: Option<String>,
    pub(super) key: Option<String>,
}

/// How connections are encrypted.
#[derive(Clone)]
pub(super) struct Encryption {
    pub(super) mode: Mode,
    pub(super) tls: MakeRustlsConnect,
}

impl Encryption {
    /// That which parameters ask for.
    ///
    /// # Errors
    /// What is wrong with them, or with the files that they name.
    pub(super) fn new(parameters: &Parameters) -> Result<Self, String> {
        let given = parameters.mode.as_deref().map(Mode::parse).transpose()?;
        let is_system = parameters.root_certificate.as_deref() == Some(SYSTEM);
        let mode = match given {
            Some(Mode::VerifyFull) | None if is_system => Mode::VerifyFull,
            Some(mode) if is_system => {
                let name = MODES.iter().find(|(_, known)| *known == mode).map_or("", |(name, _)| name);
                return Err(format!("sslrootcert={SYSTEM} takes sslmode=verify-full, and not sslmode={name}"));
            }
            given => given.unwrap_or(Mode::Prefer),
        };
        let provider = Arc::new(ring::default_provider());
        let verifier = verifier(mode, parameters.root_certificate.as_deref(), &provider)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let config = match (&parameters.certificate, &parameters.key) {
            (Some(certificate), Some(key)) => {
                let key_of = |error| format!("sslkey={key}: {error}");
                let key = PrivateKeyDer::from_pem_file(key).map_err(key_of)?;
                let chain = certificates("sslcert", Path::new(certificate))?;
                config.with_client_auth_cert(chain, key).map_err(|error| format!("sslcert={certificate}: {error}"))?
            }
            (None, None) => config.with_no_client_auth(),
            _ => return Err("sslcert and sslkey go together: a certificate and its key".to_owned()),
        };
        Ok(Self { mode, tls: MakeRustlsConnect::new(config) })
    }
}

/// Who looks at the certificate of a server.
fn verifier(
    mode: Mode,
    root_certificate: Option<&str>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let verifies = matches!(mode, Mode::VerifyCa | Mode::VerifyFull);
    let file = root_certificate.map(PathBuf::from).or_else(default_root_certificate);
    // As libpq does it: with root certificates `require` verifies who signed.
    let roots = match file.filter(|file| verifies || (mode == Mode::Require && file.exists())) {
        Some(file) => roots(&file)?,
        None if verifies => {
            return Err(
                "to verify the server, sslrootcert names a file of root certificates (PEM), or is `system`".into()
            );
        }
        None => return Ok(Arc::new(AnyName { signers: None, algorithms: provider.signature_verification_algorithms })),
    };
    let whole = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    let whole = whole.map_err(|error| format!("sslrootcert: {error}"))?;
    Ok(match mode {
        Mode::VerifyFull => whole,
        _ => Arc::new(AnyName { signers: Some(whole), algorithms: provider.signature_verification_algorithms }),
    })
}

/// That of libpq, where there is one.
fn default_root_certificate() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from)?;
    Some(home.join(".postgresql/root.crt")).filter(|file| file.exists())
}

fn roots(file: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    if file == Path::new(SYSTEM) {
        let found = rustls_native_certs::load_native_certs();
        let (usable, _) = roots.add_parsable_certificates(found.certs);
        return if usable == 0 { Err("the system has no root certificates".to_owned()) } else { Ok(roots) };
    }
    for certificate in certificates("sslrootcert", file)? {
        roots.add(certificate).map_err(|error| format!("sslrootcert={}: {error}", file.display()))?;
    }
    Ok(roots)
}

/// The certificates of a PEM file.
fn certificates(parameter: &str, file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |error| format!("{parameter}={}: {error}", file.display());
    let read = CertificateDer::pem_file_iter(file).map_err(wrong)?;
    let certificates = read.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if certificates.is_empty() {
        return Err(format!("{parameter}={}: there is no certificate in it", file.display()));
    }
    Ok(certificates)
}

/// Looks at who signed the certificate of a server, where that is known, and not at whose it is.
#[derive(Debug)]
struct AnyName {
    /// `None` = whoever signed it: the connection is encrypted, and it is not known with whom.
    signers: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        use CertificateError::{NotValidForName, NotValidForNameContext};
        let Some(signers) = &self.signers else { return Ok(ServerCertVerified::assertion()) };
        match signers.verify_server_cert(certificate, chain, name, ocsp, now) {
            Err(Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
