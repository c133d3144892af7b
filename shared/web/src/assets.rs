//! Static files, compiled in. Their names carry a digest, so browsers may keep them for ever.

use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use lambda_http::{Body, Response};
use sha2::{Digest, Sha256};

use crate::respond;
use crate::trouble::Trouble;

pub struct Asset {
    stem: &'static str,
    extension: &'static str,
    mime: &'static str,
    content: &'static str,
}

pub static CSS: Asset = Asset {
    stem: "site",
    extension: "css",
    mime: "text/css; charset=utf-8",
    content: include_str!("../assets/site.css"),
};

pub static JS: Asset = Asset {
    stem: "site",
    extension: "js",
    mime: "text/javascript; charset=utf-8",
    content: include_str!("../assets/site.js"),
};

impl Asset {
    /// `site.1a2b3c4d.css`.
    #[must_use]
    pub fn name(&self) -> String {
        let digest = platform::keys::hex(&Sha256::digest(self.content));
        let short = digest.get(..8).unwrap_or_default();
        format!("{}.{short}.{}", self.stem, self.extension)
    }
}

/// Answers `GET /assets/{file}`.
pub fn serve(file: &str) -> Result<Response<Body>, Trouble> {
    let asset = [&CSS, &JS].into_iter().find(|asset| asset.name() == file).ok_or(Trouble::NotFound)?;
    let mut response = respond::with_status(200, Body::Text(asset.content.to_owned()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, respond::value(asset.mime));
    headers.insert(CACHE_CONTROL, respond::value("public, max-age=31536000, immutable"));
    Ok(response)
}
