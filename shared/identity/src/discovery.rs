//! What a provider publishes of itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;

use crate::{Unusable, json, token};

/// What signing in needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    /// Whether its answers name it (RFC 9207): one that does not is then somebody else's.
    pub names_itself: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    response_types_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
}

/// Where the document of `issuer` is (4.1).
#[must_use]
pub fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// Reads the document of `issuer`. Whatever it says that signing in could not work with is an error here,
/// where an operator sees it, and not one of the first person who tries.
pub fn read(body: &[u8], issuer: &str) -> Result<Discovery, Unusable> {
    let document: Document = json(body)?;
    if document.issuer != issuer {
        return Err(Unusable::Breach("the document is of another issuer"));
    }
    let endpoints = [
        &document.authorization_endpoint,
        &document.token_endpoint,
        &document.userinfo_endpoint,
        &document.jwks_uri,
    ];
    if !endpoints.into_iter().all(|url| wire::address::is_safe(url)) {
        return Err(Unusable::Breach("an endpoint that is not https"));
    }
    let offers = |list: &Option<Vec<String>>, one: &[&str]| {
        list.as_ref().is_none_or(|list| list.iter().any(|given| one.contains(&given.as_str())))
    };
    if !document.response_types_supported.iter().any(|kind| kind == "code") {
        return Err(Unusable::Breach("no authorization code flow"));
    }
    if !offers(&document.code_challenge_methods_supported, &["S256"]) {
        return Err(Unusable::Breach("no PKCE with S256"));
    }
    if !offers(&document.token_endpoint_auth_methods_supported, &["client_secret_basic"]) {
        return Err(Unusable::Breach("no client_secret_basic"));
    }
    if !offers(&document.id_token_signing_alg_values_supported, &token::ALGORITHM_NAMES) {
        return Err(Unusable::Breach("no signature that is taken here"));
    }
    Ok(Discovery {
        authorization_endpoint: document.authorization_endpoint,
        token_endpoint: document.token_endpoint,
        userinfo_endpoint: document.userinfo_endpoint,
        jwks_uri: document.jwks_uri,
        names_itself: document.authorization_response_iss_parameter_supported,
    })
}
