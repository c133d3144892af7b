//! Secrets from Secrets Manager: read at start, never in the environment, never printed.

use secrecy::SecretString;

use crate::fault::Fault;
use crate::sdk;

/// The value of the secret `id`.
pub async fn read(sdk: &aws_config::SdkConfig, id: &str) -> Result<SecretString, Fault> {
    let client = aws_sdk_secretsmanager::Client::new(sdk);
    let answer = client.get_secret_value().secret_id(id).send().await.map_err(sdk::classify)?;
    match answer.secret_string {
        Some(value) if !value.trim().is_empty() => Ok(SecretString::from(value)),
        _ => Err(Fault::Config(format!("secret {id} is empty"))),
    }
}
