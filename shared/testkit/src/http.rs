//! Requests as API Gateway hands them to a function (payload format 2.0), and what comes back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::{Body, Request, Response};
use serde_json::{Value, json};

/// The token of the session that `name` has.
#[must_use]
pub fn token(name: &str) -> String {
    format!("session-of-{name}")
}

/// The token of the forms of `name`, as [`crate::samples::session`] has it.
#[must_use]
pub fn csrf(name: &str) -> String {
    format!("csrf-of-{name}")
}

/// One request; without a person, of a stranger.
#[derive(Debug, Default, Clone)]
pub struct Call {
    /// As the template has it: `POST /drafts/{draft}`.
    pub route: String,
    pub path: String,
    pub query: String,
    pub person: Option<String>,
    pub content_type: Option<String>,
    /// The `Idempotency-Key`.
    pub key: Option<String>,
    pub lang: Option<&'static str>,
    /// A browser fetches it before anybody asked to see it.
    pub ahead: bool,
    pub body: Vec<u8>,
}

impl Call {
    /// A call of `route` with its parameters filled in: `{draft}` becomes what `params` says.
    #[must_use]
    pub fn of(route: &str, params: &[(&str, &str)]) -> Self {
        let mut path = route.split_once(' ').unwrap().1.to_owned();
        for (name, value) in params {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        Self { route: route.to_owned(), path, ..Self::default() }
    }

    #[must_use]
    pub fn by(mut self, person: &str) -> Self {
        self.person = Some(person.to_owned());
        self
    }

    /// Fetched before anybody asked to see it.
    #[must_use]
    pub const fn ahead(mut self) -> Self {
        self.ahead = true;
        self
    }

    #[must_use]
    pub fn query(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }

    #[must_use]
    pub fn lang(mut self, lang: &'static str) -> Self {
        self.lang = Some(lang);
        self
    }

    #[must_use]
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.content_type = Some("application/x-www-form-urlencoded".to_owned());
        self.body = wire::form::encode(fields.iter().copied()).into_bytes();
        self
    }

    /// A form of whoever calls, with the token that makes it theirs.
    #[must_use]
    pub fn own_form(self, fields: &[(&str, &str)]) -> Self {
        let token = csrf(self.person.as_deref().unwrap_or_default());
        let fields = [fields, &[("csrf", &token)]].concat();
        self.form(&fields)
    }

    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.content_type = Some("application/json".to_owned());
        self.body = body.to_string().into_bytes();
        self
    }

    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// A form with a file.
    #[must_use]
    pub fn file(mut self, fields: &[(&str, &str)], name: &str, content: &[u8]) -> Self {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(
                format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(content);
        body.extend(b"\r\n--b--\r\n");
        self.content_type = Some("multipart/form-data; boundary=b".to_owned());
        self.body = body;
        self
    }

    #[must_use]
    pub fn request(&self) -> Request {
        lambda_http::request::from_str(&self.event().to_string()).unwrap()
    }

    #[must_use]
    pub fn event(&self) -> Value {
        let (method, pattern) = self.route.split_once(' ').unwrap();
        let params: serde_json::Map<String, Value> = pattern
            .split('/')
            .zip(self.path.split('/'))
            .filter_map(|(name, value)| {
                let name = name.strip_prefix('{')?.strip_suffix('}')?;
                Some((name.to_owned(), json!(value)))
            })
            .collect();
        let mut headers = json!({ "host": "apply.city.example", "x-forwarded-proto": "https" });
        for (name, value) in [("content-type", &self.content_type), ("idempotency-key", &self.key)] {
            if let Some(value) = value {
                headers[name] = json!(value);
            }
        }
        if self.ahead {
            headers["sec-purpose"] = json!("prefetch");
        }
        let mut cookies: Vec<String> =
            self.person.iter().map(|name| format!("__Host-session={}", token(name))).collect();
        cookies.extend(self.lang.map(|lang| format!("lang={lang}")));
        let query: serde_json::Map<String, Value> = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        json!({
            "version": "2.0", "routeKey": self.route, "rawPath": self.path, "rawQueryString": self.query,
            "cookies": cookies, "headers": headers, "queryStringParameters": query, "pathParameters": params,
            "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "apply.city.example", "domainPrefix": "apply",
                "http": { "method": method, "path": self.path, "protocol": "HTTP/1.1",
                          "sourceIp": "203.0.113.7", "userAgent": "test" },
                "requestId": "r", "routeKey": self.route, "stage": "$default",
                "time": "19/Nov/2026:02:00:00 +0000", "timeEpoch": 1_795_053_600_000_u64,
            },
            "body": STANDARD.encode(&self.body), "isBase64Encoded": true,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    /// Its content security policy.
    pub policy: String,
    pub text: String,
}

impl Answer {
    #[must_use]
    pub fn of(response: &Response<Body>) -> Self {
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let text = match response.body() {
            Body::Text(text) => text.clone(),
            _ => String::new(),
        };
        let (location, policy) = (header("location"), header("content-security-policy"));
        Self { status: response.status().as_u16(), location, policy, text }
    }

    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The value of a hidden field of a page.
#[must_use]
pub fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let from = page.find(&mark).unwrap_or_else(|| panic!("no field {name}")) + mark.len();
    page[from..].split('"').next().unwrap().to_owned()
}
