//! The keys a provider signs with (JSON Web Key Set, RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::{Unusable, json};

/// Most keys of one provider, those that are of no use here included.
pub const MAX_KEYS: usize = 32;

/// The keys of a provider that ID tokens can be verified with.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    /// The one algorithm it fits.
    algorithm: Algorithm,
    public: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// Reads a key set. Keys of other kinds, for other uses, or with something missing are passed over, as
/// RFC 7517 5 has it; symmetric keys, too: what everybody can read proves nothing.
pub fn read(body: &[u8]) -> Result<Keys, Unusable> {
    let Set { keys } = json(body)?;
    if keys.len() > MAX_KEYS {
        return Err(Unusable::Breach("more keys than anybody signs with"));
    }
    let usable = keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok().and_then(Key::of));
    Ok(Keys(usable.collect()))
}

impl Key {
    fn of(jwk: Jwk) -> Option<Self> {
        let (algorithm, named) = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                (Algorithm::ES256, KeyAlgorithm::ES256)
            }
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
                (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
            }
            _ => return None,
        };
        let common = &jwk.common;
        let fits = common.key_algorithm.is_none_or(|given| given == named)
            && common.public_key_use.as_ref().is_none_or(|given| *given == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|given| given.contains(&KeyOperations::Verify));
        let public = fits.then(|| DecodingKey::from_jwk(&jwk).ok()).flatten()?;
        Some(Self { id: jwk.common.key_id, algorithm, public })
    }
}

impl Keys {
    /// The key called `id` for `algorithm`. A token that names none can only be of the one key that fits
    /// (OpenID Connect Core 10.1).
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting = self
            .0
            .iter()
            .filter(|key| key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id));
        let key = fitting.next()?;
        fitting.next().is_none().then_some(&key.public)
    }

    /// Whether any key is called `id`, whatever it is for.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id.as_deref() == Some(id))
    }
}
