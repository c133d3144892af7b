//! Secrets from Secrets Manager: read at start, never in the environment, never printed.

use secrecy::SecretString;

use crate::config::Config;
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

/// Where a service is that a deployment may be joined to, and the key to it: the address in the variable `url`, the id of
/// the secret in the variable `secret`. `None` where it is joined to none.
pub async fn of_service(
    sdk: &aws_config::SdkConfig,
    config: &mut Config,
    url: &'static str,
    secret: &'static str,
) -> Result<Option<(String, SecretString)>, Fault> {
    let Some(address) = config.optional(url) else { return Ok(None) };
    let id = config.required(secret);
    if id.is_empty() {
        // Told together with everything else that is missing.
        return Ok(None);
    }
    Ok(Some((address, read(sdk, &id).await?)))
}
