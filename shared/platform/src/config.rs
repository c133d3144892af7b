//! Configuration from the environment: read once, every missing name reported at once.

use crate::fault::Fault;

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The variables of a process, and which of them were asked for in vain.
pub struct Config {
    lookup: Box<Lookup>,
    missing: Vec<&'static str>,
}

impl Config {
    /// The environment of this process.
    #[must_use]
    pub fn from_env() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Any other source, for tests.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { lookup: Box::new(lookup), missing: Vec::new() }
    }

    /// A variable that must be there. A missing one is remembered, and told by [`Config::finish`].
    pub fn required(&mut self, name: &'static str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.missing.push(name);
            String::new()
        })
    }

    /// A variable that may be left out; empty counts as left out.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    /// `Fault::Config` naming every missing variable.
    pub fn finish(self) -> Result<(), Fault> {
        if self.missing.is_empty() {
            return Ok(());
        }
        Err(Fault::Config(format!("missing configuration: {}", self.missing.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn every_missing_name_is_reported_at_once() {
        let mut config = Config::from_lookup(|name| (name == "B").then(|| "b".to_owned()));
        for name in ["A", "B", "C"] {
            config.required(name);
        }
        assert_eq!(config.finish().unwrap_err().to_string(), "missing configuration: A, C");
    }

    #[test]
    fn an_empty_value_is_missing() {
        let mut config = Config::from_lookup(|_| Some(" ".to_owned()));
        config.required("A");
        assert!(config.finish().is_err());
    }
}
