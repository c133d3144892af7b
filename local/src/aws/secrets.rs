//! Secrets Manager: values from the template, made once and kept.

use anyhow::Context as _;
use http::StatusCode;
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ambient::{fresh_id, now_ms, random_bytes};
use super::spec::{GenerateSecretString, SecretProperties, SecretSpec};
use super::store::Store;
use super::wire::{self, Reply};

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
const DEFAULT_LENGTH: usize = 32;

/// Every secret of the city.
pub struct Secrets {
    store: Store,
    names: Vec<String>,
    arn_prefix: String,
}

struct Version {
    id: String,
    value: String,
    created_at: i64,
}

impl Secrets {
    pub(super) fn open(
        specs: &[SecretSpec],
        store: Store,
        region: &str,
        account: &str,
    ) -> anyhow::Result<Self> {
        for spec in specs {
            let initial = initial(&spec.properties).with_context(|| format!("secret {}", spec.name))?;
            store.write(|to| {
                to.execute(
                    "INSERT OR IGNORE INTO secrets VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![spec.name, fresh_id(), CURRENT, initial, now_ms()],
                )
            })?;
        }
        let names = specs.iter().map(|spec| spec.name.clone()).collect();
        Ok(Self { store, names, arn_prefix: format!("arn:aws:secretsmanager:{region}:{account}:secret:") })
    }

    /// What `!Ref` of a secret gives.
    #[must_use]
    pub fn arn(&self, name: &str) -> String {
        format!("{}{name}-local0", self.arn_prefix)
    }

    /// The current value. `id` is a name or an ARN.
    pub fn value(&self, id: &str) -> anyhow::Result<Option<String>> {
        let Some(name) = self.name(id) else { return Ok(None) };
        Ok(self.version(name, CURRENT)?.map(|version| version.value))
    }

    /// Replaces the value; the one before stays readable as `AWSPREVIOUS`.
    pub fn put(&self, id: &str, value: &str) -> anyhow::Result<()> {
        let name = self.name(id).with_context(|| format!("there is no secret {id}"))?;
        self.store.write(|to| replace(to, name, value))?;
        Ok(())
    }

    fn name<'a>(&'a self, id: &str) -> Option<&'a str> {
        let found = self.names.iter().find(|name| id == name.as_str() || id == self.arn(name));
        found.map(String::as_str)
    }

    fn version(&self, name: &str, stage: &str) -> rusqlite::Result<Option<Version>> {
        self.store.read(|from| {
            let query = "SELECT version, value, created_at FROM secrets WHERE name = ?1 AND stage = ?2";
            let version = |row: &rusqlite::Row<'_>| {
                Ok(Version { id: row.get(0)?, value: row.get(1)?, created_at: row.get(2)? })
            };
            from.query_row(query, [name, stage], version).optional()
        })
    }

    pub(super) fn answer(&self, action: &str, body: &[u8]) -> Reply {
        let request: Request = match serde_json::from_slice(body) {
            Ok(request) => request,
            Err(error) => return refuse("InvalidRequestException", &error.to_string()),
        };
        let Some(name) = self.name(&request.secret_id) else {
            return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        };
        let result = match action {
            "GetSecretValue" => self.get(name, request.version_stage.as_deref().unwrap_or(CURRENT)),
            "PutSecretValue" => match &request.secret_string {
                Some(value) => {
                    self.store.write(|to| replace(to, name, value)).and_then(|()| self.get(name, CURRENT))
                }
                None => return refuse("InvalidRequestException", "SecretString is missing"),
            },
            other => return refuse("InvalidRequestException", &format!("the action {other} is not here")),
        };
        match result {
            Ok(Some(value)) => wire::reply(StatusCode::OK, "application/x-amz-json-1.1", value.to_string()),
            Ok(None) => {
                refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret value.")
            }
            Err(error) => wire::json_error(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServiceError",
                &error.to_string(),
            ),
        }
    }

    fn get(&self, name: &str, stage: &str) -> rusqlite::Result<Option<Value>> {
        let answer = |version: Version| {
            json!({
                "ARN": self.arn(name),
                "Name": name,
                "VersionId": version.id,
                "SecretString": version.value,
                "VersionStages": [stage],
                "CreatedDate": version.created_at / 1000,
            })
        };
        Ok(self.version(name, stage)?.map(answer))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    secret_id: String,
    version_stage: Option<String>,
    secret_string: Option<String>,
}

fn refuse(code: &str, message: &str) -> Reply {
    wire::json_error(StatusCode::BAD_REQUEST, code, message)
}

fn replace(to: &Transaction<'_>, name: &str, value: &str) -> rusqlite::Result<()> {
    to.execute("DELETE FROM secrets WHERE name = ?1 AND stage = ?2", [name, PREVIOUS])?;
    to.execute("UPDATE secrets SET stage = ?2 WHERE name = ?1", [name, PREVIOUS])?;
    let row = params![name, fresh_id(), CURRENT, value, now_ms()];
    to.execute("INSERT INTO secrets VALUES (?1, ?2, ?3, ?4, ?5)", row)?;
    Ok(())
}

fn initial(properties: &SecretProperties) -> anyhow::Result<String> {
    if let Some(value) = &properties.secret_string {
        return Ok(value.clone());
    }
    let generate = properties.generate_secret_string.clone().unwrap_or_default();
    let value = generated(&generate)?;
    let (Some(template), Some(key)) = (&generate.secret_string_template, &generate.generate_string_key)
    else {
        return Ok(value);
    };
    let mut object: serde_json::Map<String, Value> =
        serde_json::from_str(template).context("its template is not a JSON object")?;
    object.insert(key.clone(), value.into());
    Ok(Value::Object(object).to_string())
}

fn generated(generate: &GenerateSecretString) -> anyhow::Result<String> {
    let allowed = |character: &char| {
        let kind = character.is_ascii_alphanumeric()
            || !generate.exclude_punctuation && character.is_ascii_punctuation();
        kind && !generate.exclude_characters.contains(*character)
    };
    let alphabet: Vec<char> = ('!'..='~').filter(allowed).collect();
    anyhow::ensure!(!alphabet.is_empty(), "every character is excluded");
    let mut value = String::new();
    while value.len() < generate.password_length.unwrap_or(DEFAULT_LENGTH) {
        // Bytes past the last whole multiple are thrown away: every character is as likely as the next.
        let fair = 256 / alphabet.len() * alphabet.len();
        let at = random_bytes(1).first().copied().map(usize::from).filter(|byte| *byte < fair);
        value.extend(at.and_then(|at| alphabet.get(at % alphabet.len())));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_values_follow_the_template() {
        let generate = GenerateSecretString {
            password_length: Some(64),
            exclude_characters: "abc".to_owned(),
            exclude_punctuation: true,
            ..Default::default()
        };
        let value = generated(&generate).unwrap();
        assert_eq!(value.len(), 64);
        assert!(
            value.chars().all(|character| character.is_ascii_alphanumeric() && !"abc".contains(character))
        );
        assert_ne!(value, generated(&generate).unwrap());
    }

    #[test]
    fn a_template_gets_the_value_under_its_key() {
        let generate = GenerateSecretString {
            secret_string_template: Some(r#"{"user":"u"}"#.to_owned()),
            generate_string_key: Some("password".to_owned()),
            ..Default::default()
        };
        let value =
            initial(&SecretProperties { secret_string: None, generate_secret_string: Some(generate) })
                .unwrap();
        let value: Value = serde_json::from_str(&value).unwrap();
        assert_eq!(value["user"], "u");
        assert_eq!(value["password"].as_str().unwrap().len(), DEFAULT_LENGTH);
    }
}
