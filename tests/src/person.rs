//! Somebody who uses the city: a browser with cookies, without JavaScript; and a program's JSON.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::city::City;
use crate::page::{Form, Page};

#[derive(Debug, Clone)]
pub struct Person {
    http: Client,
    address: String,
    cookies: BTreeMap<String, String>,
}

/// A file to bring.
pub struct Attachment<'a> {
    pub requirement: &'a str,
    pub name: &'a str,
    pub content_type: &'a str,
    pub bytes: &'a [u8],
}

/// The smallest thing that is a PDF by content.
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

impl Person {
    /// Somebody who has not signed in.
    pub fn stranger(city: &City) -> Result<Self> {
        // Secure cookies over plain HTTP to localhost: browsers allow it, the client's own jar does not.
        let http = http_client()?;
        Ok(Self { http, address: city.address.clone(), cookies: BTreeMap::new() })
    }

    /// The demo person whom the identity server calls `subject`, signed in.
    pub async fn sign_in(city: &City, subject: &str) -> Result<Self> {
        let mut person = Self::stranger(city)?;
        let asked = person.get("/sign-in?return_to=/cases").await?.expect(303)?;
        let authorize = asked.location.context("a redirect to the identity server")?;
        let chosen = person.get(&format!("{authorize}&person={subject}")).await?;
        let callback = chosen.location.context("a redirect back from the identity server")?;
        person.get(&callback).await?.expect(303)?;
        Ok(person)
    }

    pub fn cookie(&self, name: &str) -> Option<&String> {
        self.cookies.get(name)
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub async fn get(&mut self, path: &str) -> Result<Page> {
        let request = self.request(Method::GET, path);
        self.send(path, request).await
    }

    /// Goes where a redirect leads.
    pub async fn follow(&mut self, page: Page) -> Result<Page> {
        let location = page.expect(303)?.location.context("a redirect without a place")?;
        self.get(&location).await
    }

    /// Sends a form as a browser would and goes where it leads.
    pub async fn submit(&mut self, form: &Form) -> Result<Page> {
        let page = self.post(form).await?;
        self.follow(page).await
    }

    /// Sends a form and stays.
    pub async fn post(&mut self, form: &Form) -> Result<Page> {
        let request = self.request(Method::POST, &form.action).form(&form.fields);
        self.send(&form.action, request).await
    }

    /// Sends a form with a file, as a browser would.
    pub async fn attach(&mut self, form: &Form, file: &Attachment<'_>) -> Result<Page> {
        const BOUNDARY: &str = "x-city-boundary-x";
        let mut body = Vec::new();
        for (name, value) in &form.fields {
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            file.name, file.content_type
        );
        body.extend(head.into_bytes());
        body.extend(file.bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let request = self
            .request(Method::POST, &form.action)
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(body);
        self.send(&form.action, request).await
    }

    /// Calls the JSON API; `key` is the caller's id of the request.
    pub async fn api(
        &mut self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Page> {
        let mut request = self.request(method, path);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        self.send(path, request).await
    }

    /// A request with any body and headers, for requests that no honest client makes.
    pub async fn raw(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Page> {
        let mut request = self.request(method, path).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(path, request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let absolute = path.starts_with("http");
        let url = if absolute { path.to_owned() } else { format!("{}{path}", self.address) };
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.http.request(method, url);
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }

    async fn send(&mut self, path: &str, request: RequestBuilder) -> Result<Page> {
        let answer = request.send().await.with_context(|| format!("calling {path}"))?;
        self.keep_cookies(answer.headers());
        let header =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (location, content_type) = (header(LOCATION), header(CONTENT_TYPE).unwrap_or_default());
        let status = answer.status().as_u16();
        let body = answer.text().await?;
        Ok(Page { status, path: path.to_owned(), location, content_type, body })
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name.trim());
            } else {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
}

/// A client that follows no redirects.
pub fn http_client() -> Result<Client> {
    // Whoever installed one first is as good: there is one provider in the workspace.
    drop(rustls::crypto::ring::default_provider().install_default());
    Ok(Client::builder().redirect(redirect::Policy::none()).build()?)
}

/// A request id nobody used before.
pub fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    let digest = Sha256::digest(format!("{now} {count} {}", std::process::id()));
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("req_{hex}")
}
