//! A client program that acts for somebody by a token: what phones and other pages do.

use serde_json::Value;

use super::server::{Answer, Person, Server, client};

/// A program with a token, or none.
pub struct Program {
    pub client: reqwest::Client,
    pub origin: String,
    pub token: String,
}

impl Server {
    /// A program that acts for a member, by a token as the command line makes it.
    pub async fn program(&self, name: &str, scopes: &str) -> Program {
        let (name, scopes) = (name.to_owned(), huiguan::domain::scope::Scopes::parse(scopes).unwrap());
        let made = self.ctx.write(move |conn| {
            let actor = huiguan::domain::actor::local_by_name(conn, &name)?.unwrap();
            Ok(huiguan::domain::token::issue(conn, None, Some(actor.id), &scopes)?.1)
        });
        Program { client: client(), origin: self.origin.clone(), token: made.await.unwrap() }
    }

    /// A program that acts for nobody.
    pub fn stranger(&self) -> Program {
        Program { client: client(), origin: self.origin.clone(), token: String::new() }
    }
}

impl Person {
    /// A program that may do all for this person.
    pub async fn program(&self, server: &Server) -> Program {
        server.program(&self.name, "read write follow push").await
    }
}

impl Program {
    /// Calls with whatever the request holds.
    pub async fn call(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    /// Status and `Access-Control-Allow-Origin` of an answer that may be a picture.
    pub async fn call_bytes(&self, request: reqwest::RequestBuilder) -> (u16, String) {
        let response = request.send().await.unwrap();
        let allowed = response.headers().get("access-control-allow-origin");
        (response.status().as_u16(), allowed.map_or_else(String::new, |value| value.to_str().unwrap().to_owned()))
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.origin) };
        self.client.request(method.parse().unwrap(), url)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(self.request("GET", path)).await
    }

    /// What a call answers that works.
    pub async fn told(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// Sends a form.
    pub async fn form(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(method, path).header("content-type", "application/x-www-form-urlencoded");
        self.call(request.body(body)).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.form("POST", path, fields).await
    }

    /// The same with an answer that works.
    pub async fn does(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// Sends JSON.
    pub async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.call(self.request(method, path).json(body)).await
    }

    /// Posts a status and answers it.
    pub async fn posts(&self, text: &str, visibility: &str) -> Value {
        self.does("/api/v1/statuses", &[("status", text), ("visibility", visibility)]).await
    }

    /// Sends a file in a form.
    pub async fn sends_file(
        &self,
        method: &str,
        path: &str,
        field: &str,
        file: &[u8],
        more: &[(&str, &str)],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in more {
            body.extend(
                format!("--between\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!("name=\"{field}\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n");
        body.extend(format!("--between\r\ncontent-disposition: form-data; {head}").bytes());
        body.extend(file);
        body.extend(b"\r\n--between--\r\n");
        let request = self.request(method, path).header("content-type", "multipart/form-data; boundary=between");
        self.call(request.body(body)).await
    }

    /// Opens an address as it is told, without token or cookie, as programs open pictures.
    pub async fn opens(&self, address: &str) -> u16 {
        self.client.get(address).send().await.unwrap().status().as_u16()
    }

    /// The addresses before and behind a page of a list.
    pub fn pages(answer: &Answer) -> (String, String) {
        let link = answer.header("link");
        let find = |rel: &str| {
            let part = link.split(", ").find(|part| part.ends_with(&format!("rel=\"{rel}\""))).unwrap_or_default();
            part.trim_start_matches('<').split('>').next().unwrap_or_default().to_owned()
        };
        (find("prev"), find("next"))
    }
}

/// The number of an entity.
pub fn id(entity: &Value) -> String {
    entity["id"].as_str().unwrap_or_else(|| panic!("no id: {entity}")).to_owned()
}

/// The values of one property of a list of entities.
pub fn each<'a>(list: &'a Value, name: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|entity| entity[name].as_str().unwrap_or_default()).collect()
}
