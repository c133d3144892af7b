//! Which provider a deployment has (docs/sign-in.md).

use identity::levels::Levels;
use platform::config::Config;
use platform::fault::Fault;
use wire::address;

/// How the provider is spoken to, and where it is.
#[derive(Debug, PartialEq, Eq)]
pub enum Protocol {
    /// OpenID Connect, with everything else found out from the issuer.
    Oidc { issuer: String, levels: Levels },
    /// 台北通: OAuth 2.0 at `{base}/isso` and `{base}/tpcd`.
    TaipeiPass { base: String },
}

/// The variables that say so.
#[derive(Debug)]
pub struct Settings {
    protocol: String,
    issuer: String,
    levels: String,
}

impl Settings {
    /// Reads `IDENTITY_PROTOCOL`, `IDENTITY_ISSUER` and `IDENTITY_LEVELS`; what is missing is told by
    /// [`Config::finish`].
    pub fn read(config: &mut Config) -> Self {
        Self {
            protocol: config.required("IDENTITY_PROTOCOL"),
            issuer: config.required("IDENTITY_ISSUER"),
            levels: config.optional("IDENTITY_LEVELS").unwrap_or_default(),
        }
    }

    /// `Fault::Config` naming the variable that cannot be meant.
    pub fn protocol(self) -> Result<Protocol, Fault> {
        let Self { protocol, issuer, levels } = self;
        // OpenID Connect Discovery 1.0, 3: an issuer has neither query nor fragment.
        if !address::is_safe(&issuer) || issuer.contains('?') {
            return Err(Fault::Config(format!("IDENTITY_ISSUER is an https address, not `{issuer}`")));
        }
        match protocol.as_str() {
            "oidc" => {
                let levels = levels.parse();
                let levels = levels.map_err(|bad| Fault::Config(format!("IDENTITY_LEVELS: {bad}")))?;
                Ok(Protocol::Oidc { issuer, levels })
            }
            "taipei_pass" => Ok(Protocol::TaipeiPass { base: issuer.trim_end_matches('/').to_owned() }),
            other => Err(Fault::Config(format!("IDENTITY_PROTOCOL is oidc or taipei_pass, not `{other}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protocol(pairs: &'static [(&str, &str)]) -> Result<Protocol, Fault> {
        let find = |name: &str| pairs.iter().find(|(known, _)| *known == name);
        let mut config = Config::from_lookup(move |name| find(name).map(|(_, value)| (*value).to_owned()));
        let settings = Settings::read(&mut config);
        config.finish()?;
        settings.protocol()
    }

    #[test]
    fn both_protocols_are_configured_the_same_way() {
        let oidc = [
            ("IDENTITY_PROTOCOL", "oidc"),
            ("IDENTITY_ISSUER", "https://id.example/"),
            ("IDENTITY_LEVELS", "acr:gold=2"),
        ];
        let levels = "acr:gold=2".parse().unwrap();
        // An issuer is a name: not a character of it is changed.
        let expected = Protocol::Oidc { issuer: "https://id.example/".to_owned(), levels };
        assert_eq!(protocol(Box::leak(Box::new(oidc))).unwrap(), expected);
        let pass = [("IDENTITY_PROTOCOL", "taipei_pass"), ("IDENTITY_ISSUER", "https://id.taipei/")];
        let expected = Protocol::TaipeiPass { base: "https://id.taipei".to_owned() };
        assert_eq!(protocol(Box::leak(Box::new(pass))).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_meant_is_named() {
        const OIDC: (&str, &str) = ("IDENTITY_PROTOCOL", "oidc");
        const ISSUER: (&str, &str) = ("IDENTITY_ISSUER", "https://id.example");
        let cases: [(&'static [(&str, &str)], &str); 6] = [
            (&[], "IDENTITY_PROTOCOL, IDENTITY_ISSUER"),
            (&[("IDENTITY_PROTOCOL", "saml"), ISSUER], "`saml`"),
            (&[OIDC, ("IDENTITY_ISSUER", "http://id.example")], "`http://id.example`"),
            (&[OIDC, ("IDENTITY_ISSUER", "https://id.example?a")], "`https://id.example?a`"),
            (&[OIDC, ("IDENTITY_ISSUER", "https://id.example#a")], "`https://id.example#a`"),
            (&[OIDC, ISSUER, ("IDENTITY_LEVELS", "acr:gold=9")], "`acr:gold=9`"),
        ];
        for (given, named) in cases {
            let fault = protocol(given).unwrap_err().to_string();
            assert!(fault.contains(named), "{fault}");
        }
    }
}
