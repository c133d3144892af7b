//! Signs ID tokens with `ES256`. The key is new at every start: whoever keeps keys notices that there is a
//! new one, as with any provider that changes them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

fn broken(_: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("無法產生簽章金鑰 no key to sign with could be made")
}

pub(super) struct Signer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    /// What the key is called: a hash of it, so that another key has another name.
    kid: String,
}

impl Signer {
    /// With a key that nobody had before.
    pub(super) fn new() -> anyhow::Result<Self> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(broken)?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).map_err(broken)?;
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(pair.public_key()));
        Ok(Self { pair, random, kid })
    }

    /// The key set that is published (RFC 7517): the one public key, an uncompressed point.
    pub(super) fn jwks(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let half = |range| URL_SAFE_NO_PAD.encode(point.get(range).unwrap_or_default());
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": half(1..33), "y": half(33..65),
        }] })
    }

    /// The token of `claims` (RFC 7519).
    pub(super) fn token(&self, claims: &Value) -> Result<String, Unspecified> {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.kid });
        let [header, claims] = [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{header}.{claims}");
        let signature = self.pair.sign(&self.random, message.as_bytes())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
