//! S3: s3s-fs on a folder, path style, with the checks in front that s3s leaves out.
//!
//! s3s verifies signatures, expiry and the time of signing. The length and the type of an upload are enforced through the signature:
//! they are signed headers, and one that is changed or left out no longer fits. What AWS refuses and s3s does not is refused here.

use std::path::Path;

use anyhow::Context as _;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode, request};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use s3s::auth::{SecretKey, SimpleAuth};
use s3s::service::{S3Service, S3ServiceBuilder};

use super::ambient::fresh_id;
use super::spec::{BucketSpec, CorsRule};
use super::wire::{self, BoxError, Reply, escape_xml};

/// A presigned URL lives for a week at most.
const MAX_EXPIRES_SECONDS: u64 = 7 * 24 * 3600;

pub(super) struct S3 {
    service: S3Service,
    cors: Vec<(String, Vec<CorsRule>)>,
}

impl S3 {
    pub(super) fn open(
        root: &Path,
        buckets: &[BucketSpec],
        callers: &[String],
        secret: &str,
    ) -> anyhow::Result<Self> {
        for bucket in buckets {
            std::fs::create_dir_all(root.join(&bucket.name))
                .with_context(|| format!("create bucket {}", bucket.name))?;
        }
        std::fs::create_dir_all(root)?;
        let files = s3s_fs::FileSystem::new(root)
            .map_err(|error| anyhow::anyhow!("open {}: {error:?}", root.display()))?;
        let mut auth = SimpleAuth::new();
        for caller in callers {
            auth.register(caller.clone(), SecretKey::from(secret));
        }
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(auth);
        let cors = buckets
            .iter()
            .map(|bucket| (bucket.name.clone(), bucket.properties.cors_configuration.cors_rules.clone()));
        Ok(Self { service: builder.build(), cors: cors.collect() })
    }

    /// Answers what browsers ask before they upload; `None` for any other request.
    pub(super) fn preflight(&self, parts: &request::Parts) -> Option<Reply> {
        if parts.method != Method::OPTIONS {
            return None;
        }
        let wanted = text(&parts.headers, &header::ACCESS_CONTROL_REQUEST_METHOD);
        let asked = text(&parts.headers, &header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
        let allows = |rule: &&CorsRule| {
            asked.split(',').map(str::trim).filter(|name| !name.is_empty()).all(|name| {
                rule.allowed_headers.iter().any(|allowed| fits(&allowed.to_lowercase(), &name.to_lowercase()))
            })
        };
        let rule = wanted.and_then(|method| self.rules(parts, method).find(allows));
        let Some(rule) = rule else {
            return Some(error(
                StatusCode::FORBIDDEN,
                "AccessForbidden",
                "CORSResponse: This CORS request is not allowed.",
            ));
        };
        let mut reply = wire::reply(StatusCode::OK, "text/plain", "");
        let headers = reply.headers_mut();
        share(headers, parts, rule);
        put(headers, header::ACCESS_CONTROL_ALLOW_METHODS, &rule.allowed_methods.join(", "));
        put(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
        if let Some(seconds) = rule.max_age {
            put(headers, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
        Some(reply)
    }

    pub(super) async fn call(&self, request: Request<Incoming>) -> Result<Reply, BoxError> {
        let (parts, body) = request.into_parts();
        let mut reply = if let Some(reply) = refuse(&parts) {
            reply
        } else {
            let request = Request::from_parts(parts.clone(), s3s::Body::from(body));
            self.service.call(request).await?.map(BodyExt::boxed_unsync)
        };
        if let Some(rule) = self.rules(&parts, parts.method.as_str()).next() {
            share(reply.headers_mut(), &parts, rule);
        }
        Ok(reply)
    }

    /// The rules of the bucket that fit the origin and the method.
    fn rules<'a>(&'a self, parts: &'a request::Parts, method: &'a str) -> impl Iterator<Item = &'a CorsRule> {
        let bucket = parts.uri.path().trim_start_matches('/').split('/').next().unwrap_or_default();
        let origin = text(&parts.headers, &header::ORIGIN);
        let rules = self.cors.iter().filter(move |(name, _)| name == bucket).flat_map(|(_, rules)| rules);
        rules.filter(move |rule| {
            let origin =
                origin.is_some_and(|origin| rule.allowed_origins.iter().any(|allowed| fits(allowed, origin)));
            origin && rule.allowed_methods.iter().any(|allowed| allowed == method)
        })
    }
}

/// `*` stands for anything, once.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
        None => pattern == text,
    }
}

fn share(headers: &mut HeaderMap, parts: &request::Parts, rule: &CorsRule) {
    let everyone = rule.allowed_origins.iter().any(|origin| origin == "*");
    let origin = text(&parts.headers, &header::ORIGIN).filter(|_| !everyone).unwrap_or("*");
    put(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    put(headers, header::VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    if !rule.exposed_headers.is_empty() {
        put(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &rule.exposed_headers.join(", "));
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// What S3 refuses and s3s would let through.
fn refuse(parts: &request::Parts) -> Option<Reply> {
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default();
    let get = |wanted: &str| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let old_header =
        text(&parts.headers, &header::AUTHORIZATION).is_some_and(|value| value.starts_with("AWS "));
    if old_header || get("AWSAccessKeyId").is_some() || get("Signature").is_some() {
        let message =
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
        return Some(error(StatusCode::BAD_REQUEST, "InvalidRequest", message));
    }
    get("X-Amz-Signature")?;
    if get("X-Amz-Expires")
        .and_then(|value| value.parse().ok())
        .is_none_or(|seconds: u64| seconds > MAX_EXPIRES_SECONDS)
    {
        let message = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds";
        return Some(error(StatusCode::BAD_REQUEST, "AuthorizationQueryParametersError", message));
    }
    let signed: Vec<&str> = get("X-Amz-SignedHeaders").unwrap_or_default().split(';').collect();
    let missing = signed.iter().find(|name| !parts.headers.contains_key(**name));
    if missing.is_some() || !signed.contains(&"host") {
        let message = "The request signature we calculated does not match the signature you provided: a signed header is missing.";
        return Some(error(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message));
    }
    // Otherwise the holder of the URL could choose metadata, encryption or access rights.
    let unsigned =
        |name: &&HeaderName| name.as_str().starts_with("x-amz-") && !signed.contains(&name.as_str());
    if parts.headers.keys().any(|name| unsigned(&name)) {
        let message = "There were headers present in the request which were not signed";
        return Some(error(StatusCode::FORBIDDEN, "AccessDenied", message));
    }
    None
}

pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Reply {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{}</Message><RequestId>{}</RequestId></Error>",
        escape_xml(message),
        fresh_id()
    );
    wire::reply(status, "application/xml", xml)
}

/// The name of the action, as IAM and the SDKs know it.
pub(super) fn action(parts: &request::Parts) -> &'static str {
    let key =
        parts.uri.path().trim_start_matches('/').split_once('/').is_some_and(|(_, key)| !key.is_empty());
    let query = parts.uri.query().unwrap_or_default();
    match (&parts.method, key) {
        (&Method::PUT, true) if parts.headers.contains_key("x-amz-copy-source") => "CopyObject",
        (&Method::PUT, true) => "PutObject",
        (&Method::GET, true) => "GetObject",
        (&Method::HEAD, true) => "HeadObject",
        (&Method::DELETE, true) => "DeleteObject",
        (&Method::POST, false) if query.contains("delete") => "DeleteObjects",
        (&Method::GET, false) => "ListObjects",
        (&Method::HEAD, false) => "HeadBucket",
        (&Method::PUT, false) => "CreateBucket",
        (&Method::DELETE, false) => "DeleteBucket",
        _ => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stands_for_anything() {
        assert!(fits("*", "http://localhost:8080"));
        assert!(fits("https://*.gov.tw", "https://a.gov.tw"));
        assert!(!fits("https://*.gov.tw", "https://gov.tw"));
        assert!(fits("http://localhost:8080", "http://localhost:8080"));
        assert!(!fits("http://localhost:8080", "http://localhost:80800"));
    }

    #[test]
    fn actions_have_their_names() {
        let name = |method: Method, path: &str| {
            action(&Request::builder().method(method).uri(path).body(()).unwrap().into_parts().0)
        };
        assert_eq!(name(Method::PUT, "/uploads/quarantine/a"), "PutObject");
        assert_eq!(name(Method::GET, "/uploads/?list-type=2"), "ListObjects");
        assert_eq!(name(Method::HEAD, "/uploads"), "HeadBucket");
        assert_eq!(name(Method::POST, "/uploads?delete"), "DeleteObjects");
    }
}
