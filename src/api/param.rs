//! What a program sends: query, form, JSON or multipart, read into one list of names and values, as the programs written for
//! Mastodon take for granted. JSON is spelled out as a form would be: `{"poll": {"options": ["a"]}}` is `poll[options][]=a`.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::{Error, Problem, Result};
use crate::upload::{self, Broken};

/// Largest body of a call without files, in bytes.
const BODY_BYTES_MAX: usize = 256 * 1_024;
/// Most names and values of one call.
const FIELDS_MAX: usize = 1_000;

/// Names and values, in the order in which they were sent.
#[derive(Debug, Clone, Default)]
pub struct Params(Vec<(String, String)>);

/// Yes or no, as Rails reads it; `None` if nothing is said.
pub fn yes_or_no(value: &str) -> Option<bool> {
    (!value.is_empty()).then_some(!matches!(value, "0" | "f" | "F" | "false" | "FALSE" | "off" | "OFF"))
}

impl Params {
    /// Those of a query string.
    ///
    /// Errors: `Invalid` for percent-encoding that is none.
    pub fn of_query(query: &str) -> Result<Self> {
        let mut params = Self::default();
        params.add_form(query.as_bytes())?;
        Ok(params)
    }

    /// Adds one.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        if self.0.len() < FIELDS_MAX {
            self.0.push((name.into(), value.into()));
        }
    }

    fn add_form(&mut self, body: &[u8]) -> Result<()> {
        if !is_form(body) {
            return Err(Error::invalid("body", "problem-form-broken"));
        }
        for (name, value) in url::form_urlencoded::parse(body).into_owned() {
            self.push(name, value);
        }
        Ok(())
    }

    fn add_json(&mut self, body: &[u8]) -> Result<()> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(body)
            .map_err(|fault| Error::Invalid(vec![Problem::new("body", "problem-json-broken").with("reason", fault)]))?;
        let Value::Object(map) = value else { return Err(Error::invalid("body", "problem-json-object")) };
        map.into_iter().for_each(|(name, value)| self.add_value(name, value));
        Ok(())
    }

    fn add_value(&mut self, name: String, value: Value) {
        match value {
            // Nothing, as a form would say it.
            Value::Null => self.push(name, ""),
            Value::Bool(flag) => self.push(name, flag.to_string()),
            Value::Number(number) => self.push(name, number.to_string()),
            // Neither database takes the character 0 in a text.
            Value::String(text) => self.push(name, text.replace('\0', "")),
            // An empty list leaves a trace too: who says that there is nothing isn't silent.
            Value::Array(items) if items.is_empty() => self.push(format!("{name}[]"), ""),
            Value::Array(items) => {
                for (place, item) in items.into_iter().enumerate() {
                    let own = if item.is_object() { format!("{name}[{place}]") } else { format!("{name}[]") };
                    self.add_value(own, item);
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    self.add_value(format!("{name}[{key}]"), item);
                }
            }
        }
    }

    /// The first value of this name; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The same, if it is there and not empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    /// Is this name there at all, empty or not?
    pub fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// All values of a list, however it is spelled: `ids[]=1`, `ids[0]=1` or `ids=1`.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let is_of = |key: &str| {
            let rest = key.strip_prefix(name).unwrap_or("?");
            let index = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            rest.is_empty() || index.is_some_and(|index| index.bytes().all(|b| b.is_ascii_digit()))
        };
        self.0.iter().filter(|(key, value)| is_of(key) && !value.is_empty()).map(|(_, value)| value.as_str()).collect()
    }

    /// Is anything said of this list, be it that it is empty?
    pub fn tells_list(&self, name: &str) -> bool {
        self.0.iter().any(|(key, value)| match key.strip_prefix(name) {
            Some("") => !value.is_empty(),
            Some(rest) => rest.starts_with('['),
            None => false,
        })
    }

    /// Yes or no, as Rails reads it; `None` if it isn't said.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.some(name).and_then(yes_or_no)
    }

    /// A number, if one is said.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.some(name).and_then(|value| value.trim().parse().ok())
    }

    /// How many rows are asked for.
    pub fn limit(&self, usual: i64, most: i64) -> i64 {
        self.number("limit").unwrap_or(usual).clamp(1, most)
    }

    /// The things of a list of things, such as `fields[0][name]=a&fields[0][value]=b`, or `fields[][name]=…` in which a name that
    /// comes again begins the next.
    pub fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut rows: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
        let mut current = 0;
        for (key, value) in &self.0 {
            let rest = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('['));
            let Some((index, inner)) = rest.and_then(|rest| rest.split_once("][")) else { continue };
            let Some(inner) = inner.strip_suffix(']') else { continue };
            let place = match index.parse::<usize>() {
                Ok(place) => place.min(FIELDS_MAX),
                Err(_) if index.is_empty() => {
                    if rows.get(&current).is_some_and(|row| row.contains_key(inner)) {
                        current += 1;
                    }
                    current
                }
                Err(_) => continue,
            };
            rows.entry(place).or_default().insert(inner.to_owned(), value.clone());
        }
        rows.into_values().collect()
    }

    /// Everything, for what is passed on.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Is this a form: percent signs with two digits behind them, and UTF-8 in the end?
fn is_form(body: &[u8]) -> bool {
    let mut rest = body;
    let mut plain = Vec::with_capacity(body.len());
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            plain.push(*first);
            continue;
        }
        let Some((digits, behind)) = behind.split_at_checked(2) else { return false };
        let byte = std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let Some(byte) = byte.filter(|_| digits.iter().all(u8::is_ascii_hexdigit)) else { return false };
        plain.push(byte);
        rest = behind;
    }
    std::str::from_utf8(&plain).is_ok() && !plain.contains(&0)
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Form,
    Json,
    Multipart,
    Nothing,
    Other,
}

fn kind_of(request: &HttpRequest) -> Kind {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "" => Kind::Nothing,
        "application/json" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        "multipart/form-data" => Kind::Multipart,
        essence if essence.ends_with("+json") => Kind::Json,
        _ => Kind::Other,
    }
}

impl FromRequest for Params {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let sent = Sent::open(&request, payload).await?;
            match sent.parts {
                None => Ok(sent.params),
                Some(parts) => read_fields(sent.params, parts).await,
            }
        })
    }
}

/// A call that may have files: what is known before they are read.
pub struct Sent {
    /// Query and, if there are no files, body.
    pub params: Params,
    /// The parts of the body, if it has any.
    pub parts: Option<Multipart>,
}

impl FromRequest for Sent {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { Self::open(&request, payload).await })
    }
}

impl Sent {
    async fn open(request: &HttpRequest, payload: Payload) -> Result<Self> {
        // What stands in the body counts before what stands in the address.
        let mut params = Params::default();
        let kind = kind_of(request);
        if kind == Kind::Multipart {
            params.0.extend(Params::of_query(request.query_string())?.0);
            return Ok(Self { params, parts: Some(Multipart::new(request.headers(), payload)) });
        }
        let wait = request.app_data::<web::Data<Ctx>>().map(|ctx| ctx.config.limits.request_timeout());
        let body = web::Payload::from_request(request, &mut { payload }).await;
        let body = body.map_err(|_| Error::invalid("body", "problem-form-broken"))?.to_bytes_limited(BODY_BYTES_MAX);
        let body = match tokio::time::timeout(wait.unwrap_or_default(), body).await {
            Ok(Ok(Ok(body))) => body,
            Ok(Ok(Err(_))) | Err(_) => return Err(Error::invalid("body", "problem-form-broken")),
            Ok(Err(_)) => return Err(Error::invalid("body", "problem-body-large")),
        };
        match kind {
            Kind::Json => params.add_json(&body)?,
            Kind::Form => params.add_form(&body)?,
            // Without a type a body is what it looks like.
            Kind::Nothing if body.first() == Some(&b'{') => params.add_json(&body)?,
            Kind::Nothing => params.add_form(&body)?,
            Kind::Other if body.is_empty() => {}
            Kind::Other | Kind::Multipart => return Err(Error::invalid("body", "problem-body-type")),
        }
        params.0.extend(Params::of_query(request.query_string())?.0);
        Ok(Self { params, parts: None })
    }
}

/// The fields of a form that has parts but, as it should, no files.
async fn read_fields(mut params: Params, mut parts: Multipart) -> Result<Params> {
    let mut left = BODY_BYTES_MAX;
    let broken = |broken| match broken {
        Broken::Form => Error::invalid("body", "problem-form-broken"),
        Broken::Ours(error) => error,
    };
    for _ in 0..FIELDS_MAX {
        let Some(mut part) = upload::next(&mut parts).await.map_err(broken)? else { return Ok(params) };
        let name = part.name().to_owned();
        if part.is_file() {
            return Err(Error::invalid("body", "problem-file-unwanted"));
        }
        let value = part.text(&mut left).await.map_err(broken)?;
        params.push(name, value.replace('\0', ""));
    }
    Err(Error::invalid("body", "problem-form-broken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Params {
        let mut params = Params::default();
        params.add_json(text.as_bytes()).unwrap();
        params
    }

    fn form(text: &str) -> Params {
        Params::of_query(text).unwrap()
    }

    #[test]
    fn json_and_forms_say_the_same() {
        let sent = json(
            r#"{"status": "冬至", "media_ids": [1, "2"], "sensitive": true, "in_reply_to_id": null, "limit": 5,
               "poll": {"options": ["甲", "乙"], "multiple": false}}"#,
        );
        let typed = form(
            "status=%E5%86%AC%E8%87%B3&media_ids[]=1&media_ids%5B%5D=2&sensitive=1&in_reply_to_id=&limit=5\
             &poll[options][]=%E7%94%B2&poll[options][]=%E4%B9%99&poll[multiple]=0",
        );
        for params in [sent, typed] {
            assert_eq!(params.text("status"), "冬至");
            assert_eq!(params.list("media_ids"), ["1", "2"]);
            assert_eq!(params.flag("sensitive"), Some(true));
            assert_eq!(params.some("in_reply_to_id"), None);
            assert!(params.holds("in_reply_to_id") && !params.holds("other"));
            assert_eq!(params.list("poll[options]"), ["甲", "乙"]);
            assert_eq!(params.flag("poll[multiple]"), Some(false));
            assert_eq!((params.limit(20, 40), params.limit(20, 3)), (5, 3));
        }
        assert_eq!(form("ids=1&ids[1]=2&ids[x]=3").list("ids"), ["1", "2"]);
        let empty = json(r#"{"media_ids": [], "poll": {"options": []}}"#);
        for (name, is_told) in [("media_ids", true), ("poll[options]", true), ("context", false)] {
            assert_eq!((empty.tells_list(name), empty.list(name).len()), (is_told, 0), "{name}");
        }
        assert!(!json(r#"{"media_ids": null}"#).tells_list("media_ids"));
    }

    #[test]
    fn things_in_lists_are_put_together() {
        for params in [
            json(r#"{"fields": [{"name": "a", "value": "b"}, {"name": "c", "value": ""}]}"#),
            form("fields[0][name]=a&fields[0][value]=b&fields[1][name]=c&fields[1][value]="),
            form("fields[][name]=a&fields[][value]=b&fields[][name]=c&fields[][value]="),
        ] {
            let rows = params.rows("fields");
            let said: Vec<_> = rows.iter().map(|row| (row["name"].as_str(), row["value"].as_str())).collect();
            assert_eq!(said, [("a", "b"), ("c", "")]);
        }
    }

    #[test]
    fn yes_and_no_are_read_as_rails_does() {
        for (value, read) in
            [("", None), ("0", Some(false)), ("off", Some(false)), ("1", Some(true)), ("True", Some(true))]
        {
            assert_eq!(yes_or_no(value), read, "{value}");
            assert_eq!(form(&format!("a={value}")).flag("a"), read, "{value}");
        }
    }

    #[test]
    fn what_is_none_is_refused_with_a_reason() {
        for body in ["{", "[1]", "\"x\"", "{\"a\": 1e999}", "nonsense"] {
            assert!(matches!(Params::default().add_json(body.as_bytes()), Err(Error::Invalid(_))), "{body}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(500), "1");
        assert!(Params::default().add_json(deep.as_bytes()).is_err());
        for body in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=%00"] {
            assert!(matches!(Params::of_query(body), Err(Error::Invalid(_))), "{body}");
        }
        assert_eq!(form(&"a=1&".repeat(5_000)).pairs().count(), FIELDS_MAX);
        assert_eq!(json(r#"{"a": "x\u0000y"}"#).text("a"), "xy");
    }
}
