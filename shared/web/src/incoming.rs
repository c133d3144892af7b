//! A request as a handler sees it.

use std::collections::BTreeMap;

use domain::event::Request as RequestKey;
use domain::id::RequestId;
use domain::personal::Personal;
use lambda_http::http::{HeaderMap, Method};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt};
use platform::ports::Ambient;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::form;
use crate::trouble::{Malformed, Trouble};

/// Largest body of a form or a JSON request.
pub const MAX_BODY: usize = 256 * 1024;
/// The header with the caller's own id of a request that changes something.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The route that API Gateway chose for a request, as in the template; empty without one.
#[must_use]
pub fn route_of(request: &Request) -> &str {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.route_key.as_deref().unwrap_or_default(),
        _ => "",
    }
}

/// The address of the network that a request came from, as API Gateway saw it.
fn source_of(request: &Request) -> Option<String> {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone(),
        _ => None,
    }
}

/// A request, with the route that API Gateway chose for it.
#[derive(Debug)]
pub struct Incoming {
    /// As in the template: `GET /cases/{case}`.
    pub route: String,
    pub method: Method,
    pub path: String,
    /// What stands behind the `?`, as it came; empty without one.
    raw_query: String,
    params: BTreeMap<String, String>,
    query: BTreeMap<String, String>,
    pub headers: HeaderMap,
    /// The address of the network it came from.
    pub source: Option<Personal<String>>,
    pub body: Vec<u8>,
}

impl Incoming {
    #[must_use]
    pub fn new(request: Request) -> Self {
        let route = route_of(&request).to_owned();
        let source = source_of(&request).map(Personal::new);
        let first = |map: lambda_http::aws_lambda_events::query_map::QueryMap| {
            map.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>()
        };
        let params = first(request.path_parameters());
        let query = first(request.query_string_parameters());
        let path = request.raw_http_path().to_owned();
        let raw_query = request.uri().query().unwrap_or_default().to_owned();
        let (parts, body) = request.into_parts();
        let body = match body {
            Body::Text(text) => text.into_bytes(),
            Body::Binary(bytes) => bytes,
            _ => Vec::new(),
        };
        let (method, headers) = (parts.method, parts.headers);
        Self { route, method, path, raw_query, params, query, headers, source, body }
    }

    /// Whether the caller is a program and wants JSON.
    #[must_use]
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// A path parameter; one that is not of its form names nothing that exists.
    pub fn param<T: std::str::FromStr>(&self, name: &str) -> Result<T, Trouble> {
        self.params.get(name).and_then(|value| value.parse().ok()).ok_or(Trouble::NotFound)
    }

    /// The path with its query: where to come back to.
    #[must_use]
    pub fn place(&self) -> String {
        if self.raw_query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.raw_query)
        }
    }

    /// What stands behind the `?`, as it came, for whoever reads it strictly; empty without one.
    #[must_use]
    pub fn raw_query(&self) -> &str {
        &self.raw_query
    }

    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// The same, read as what it must be when it is there.
    pub fn query_as<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, Malformed> {
        self.query(name).map(str::parse).transpose().map_err(|_| Malformed::Field { name })
    }

    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether a person asked for the page: not a script, not a page that loads itself anew, and not a
    /// browser that fetches what may be asked for next. Browsers say so; what says nothing is believed, and so is
    /// `WebKit`, which never says who caused a navigation (webkit.org/b/247697).
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        let agent = self.header("user-agent").unwrap_or_default();
        let is_webkit = agent.contains("AppleWebKit/") && !agent.contains("Chrome/");
        self.is_shown() && (is_webkit || self.header("sec-fetch-mode").is_none() || self.is_caused_by_user())
    }

    /// Whether what is answered is shown to a person, whoever caused that: a page, not a script, and not fetched
    /// ahead.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        let ahead = |name| self.header(name).is_some_and(|purpose| purpose.contains("prefetch"));
        let navigates = self.header("sec-fetch-mode").is_none_or(|mode| mode == "navigate");
        navigates && !ahead("sec-purpose") && !ahead("purpose")
    }

    fn is_caused_by_user(&self) -> bool {
        self.header("sec-fetch-user") == Some("?1")
    }

    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all("cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The body as a JSON object of type `T`; unknown fields are refused where `T` says so. An array is
    /// none, though a derived `Deserialize` would take its elements for the fields in order.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Malformed> {
        self.expect("application/json")?;
        let text = std::str::from_utf8(&self.body).map_err(|_| Malformed::NotUtf8)?;
        if text.trim_start().starts_with('[') {
            return Err(Malformed::Json { problem: "expected an object, found an array".to_owned() });
        }
        serde_json::from_str(text).map_err(|problem| Malformed::Json { problem: problem.to_string() })
    }

    /// The body as it came, which must be of type `expected`.
    pub fn bytes(&self, expected: &[&'static str]) -> Result<&[u8], Malformed> {
        let first = expected.first().copied().unwrap_or_default();
        if !expected.iter().any(|one| self.expect(one).is_ok()) {
            return Err(Malformed::ContentType { expected: first });
        }
        Ok(&self.body)
    }

    /// The body as form fields.
    pub fn form(&self) -> Result<BTreeMap<String, String>, Malformed> {
        self.expect("application/x-www-form-urlencoded")?;
        form::decode(&self.body)
    }

    fn expect(&self, expected: &'static str) -> Result<(), Malformed> {
        let given = self.header("content-type").unwrap_or_default();
        let essence = given.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case(expected) {
            return Err(Malformed::ContentType { expected });
        }
        if self.body.len() > MAX_BODY {
            return Err(Malformed::TooLarge { max: MAX_BODY });
        }
        Ok(())
    }

    /// The caller's id of this request, from the header `Idempotency-Key`.
    pub fn idempotency_key(&self) -> Result<RequestId, Malformed> {
        let header = self.header(IDEMPOTENCY_KEY).unwrap_or_default();
        header.parse().map_err(|_| Malformed::Field { name: "Idempotency-Key" })
    }

    /// A request id with a digest of what is asked: the route, the path and `payload`.
    #[must_use]
    pub fn request_key(&self, id: RequestId, payload: &[u8]) -> RequestKey {
        let mut hash = Sha256::new();
        for part in [self.route.as_bytes(), self.path.as_bytes(), payload] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        RequestKey { id, digest: hash.finalize().into() }
    }
}

/// A new id for the request that a form of a page may make.
pub fn new_request(ambient: &dyn Ambient) -> RequestId {
    let [a, b, c, d, e, f, g, h, i, j, ..] = ambient.random();
    RequestId::new(ambient.now(), [a, b, c, d, e, f, g, h, i, j])
}
