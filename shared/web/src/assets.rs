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

    /// Whether `file` is the name of this content, or of another version of it.
    fn is_version(&self, file: &str) -> bool {
        let parts: Vec<&str> = file.split('.').collect();
        matches!(parts.as_slice(), [stem, digest, extension]
            if *stem == self.stem && *extension == self.extension
                && digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }
}

/// How long a browser may keep an answer: for ever when the name is that of this content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const A_MINUTE: &str = "public, max-age=60";

/// Answers `GET /assets/{file}`. While a deployment goes on, pages of one version ask for the files
/// of another: any digest is answered with what there is, so that no page stands without its style.
pub fn serve(file: &str) -> Result<Response<Body>, Trouble> {
    let asset = [&CSS, &JS].into_iter().find(|asset| asset.is_version(file)).ok_or(Trouble::NotFound)?;
    let mut response = respond::with_status(200, Body::Text(asset.content.to_owned()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, respond::value(asset.mime));
    let keep = if asset.name() == file { FOR_EVER } else { A_MINUTE };
    headers.insert(CACHE_CONTROL, respond::value(keep));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_version_is_answered_but_not_kept() {
        let kept = |file: &str| serve(file).ok().map(|answer| answer.headers()[CACHE_CONTROL].clone());
        assert_eq!(kept(&CSS.name()).unwrap(), FOR_EVER);
        assert_eq!(kept("site.0123abcd.css").unwrap(), A_MINUTE);
        for other in
            ["site.css", "site.0123abcd.html", "site.0123abc.css", "site.0123abcg.css", "page.0123abcd.css"]
        {
            assert_eq!(kept(other), None, "{other}");
        }
    }
}
