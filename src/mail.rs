//! Outgoing mail by SMTP (RFC 5321), if the settings name a server; plain text alone (RFC 5322).
//!
//! Port 465 speaks TLS from the start, any other by STARTTLS, which is required; only a server on this machine is spoken to without.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config;
use crate::error::{Error, Result};

/// How long one letter may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The port on which TLS speaks from the start (RFC 8314).
const TLS_PORT: u16 = 465;

/// A letter.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The address that it goes to.
    pub to: String,
    /// The name that it comes from.
    pub from_name: String,
    /// What it is about, one line.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The page that ends letters like this (RFC 2369).
    pub unsubscribe: String,
}

/// Why a letter wasn't taken.
#[derive(Debug)]
pub enum Refused {
    /// It may be taken later.
    Later(String),
    /// It won't be taken, however often it is tried.
    Never(String),
}

/// Sends letters, if the hall does.
#[derive(Clone)]
pub struct Mailer(Option<(AsyncSmtpTransport<Tokio1Executor>, Mailbox)>);

impl Mailer {
    /// By the settings.
    ///
    /// Errors: one clear sentence if they don't name an address that letters can come from.
    pub fn open(settings: &config::Mail) -> Result<Self> {
        if settings.host.is_empty() {
            return Ok(Self(None));
        }
        let from = settings.from.parse::<Mailbox>();
        let from =
            from.map_err(|e| Error::broken(format!("mail.from is no address that letters can come from: {e}")))?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .timeout(Some(TIMEOUT))
            .tls(tls(settings)?);
        if !settings.user.is_empty() {
            transport = transport.credentials(Credentials::new(settings.user.clone(), settings.password.clone()));
        }
        Ok(Self(Some((transport.build(), from))))
    }

    /// Does the hall send letters?
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Sends a letter; answers once the server has taken it.
    pub async fn send(&self, letter: &Letter) -> std::result::Result<(), Refused> {
        let Some((transport, from)) = &self.0 else { return Err(Refused::Never("the hall sends no mail".to_owned())) };
        let never = |e: &dyn std::fmt::Display| Refused::Never(e.to_string());
        let to = letter.to.parse().map_err(|e: lettre::address::AddressError| never(&e))?;
        let message = Message::builder()
            .from(Mailbox::new(Some(letter.from_name.clone()), from.email.clone()))
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .header(Unsubscribe(format!("<{}>", letter.unsubscribe)))
            .header(Automatic)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|e| never(&e))?;
        match transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(never(&error)),
            Err(error) => Err(Refused::Later(error.to_string())),
        }
    }
}

/// How the server is spoken to.
fn tls(settings: &config::Mail) -> Result<Tls> {
    let is_here = settings.host == "localhost" || settings.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if is_here && settings.port != TLS_PORT {
        return Ok(Tls::None);
    }
    let parameters = TlsParameters::new(settings.host.clone());
    let parameters = parameters.map_err(|e| Error::broken(format!("mail.host can't be spoken to by TLS: {e}")))?;
    Ok(if settings.port == TLS_PORT { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
}

/// The page that ends such letters.
#[derive(Clone)]
struct Unsubscribe(String);

impl Header for Unsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// No person wrote it, and no machine is to answer it (RFC 3834).
#[derive(Clone)]
struct Automatic;

impl Header for Automatic {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
