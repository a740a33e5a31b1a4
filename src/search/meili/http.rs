//! How the Meilisearch server is spoken to: by our own HTTP client with time-outs, in place of the library's, which has none.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::{AsyncRead, AsyncReadExt};
use meilisearch_sdk::errors::Error;
use meilisearch_sdk::request::{HttpClient, Method, parse_response};
use reqwest::header;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(2);
/// How long an answer may take: a page waits for it.
const ANSWER: Duration = Duration::from_secs(8);

/// A client that sends the key.
#[derive(Debug, Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    key: String,
}

impl Http {
    /// A client for this key, which may be empty.
    pub(super) fn new(key: &str) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { client, key: key.to_owned() })
    }
}

#[async_trait]
impl HttpClient for Http {
    async fn stream_request<
        Query: Serialize + Send + Sync,
        Body: AsyncRead + Send + Sync + 'static,
        Output: DeserializeOwned + 'static,
    >(
        &self,
        url: &str,
        method: Method<Query, Body>,
        content_type: &str,
        expected_status_code: u16,
    ) -> Result<Output, Error> {
        let verb = match &method {
            Method::Get { .. } => reqwest::Method::GET,
            Method::Delete { .. } => reqwest::Method::DELETE,
            Method::Post { .. } => reqwest::Method::POST,
            Method::Put { .. } => reqwest::Method::PUT,
            Method::Patch { .. } => reqwest::Method::PATCH,
        };
        let url = with_query(url, &serde_json::to_value(method.query())?);
        let mut request = self.client.request(verb, &url);
        if !self.key.is_empty() {
            request = request.bearer_auth(&self.key);
        }
        if let Some(body) = method.into_body() {
            let (mut body, mut bytes) = (std::pin::pin!(body), Vec::new());
            body.read_to_end(&mut bytes).await.map_err(other)?;
            request = request.header(header::CONTENT_TYPE, content_type).body(bytes);
        }
        let response = request.send().await.map_err(other)?;
        let status = response.status().as_u16();
        let body = response.text().await.map_err(other)?;
        parse_response(status, expected_status_code, if body.is_empty() { "null" } else { &body }, url)
    }

    fn is_tokio(&self) -> bool {
        true
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}

fn with_query(url: &str, query: &Value) -> String {
    let Value::Object(map) = query else { return url.to_owned() };
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in map.iter().filter(|(_, value)| !value.is_null()) {
        match value {
            Value::String(text) => pairs.append_pair(name, text),
            value => pairs.append_pair(name, &value.to_string()),
        };
    }
    let query = pairs.finish();
    if query.is_empty() { url.to_owned() } else { format!("{url}?{query}") }
}
