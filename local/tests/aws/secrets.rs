use aws_sdk_secretsmanager::Client;
use local::aws::{SecretSpec, Spec};
use serde_json::json;

use super::{City, config};

fn client(city: &City) -> Client {
    let config = aws_sdk_secretsmanager::config::Builder::from(&config("casework"))
        .endpoint_url(&city.aws.endpoints.secrets)
        .build();
    Client::from_conf(config)
}

#[tokio::test]
async fn a_generated_value_is_made_once_and_can_be_replaced() {
    let properties = json!({ "GenerateSecretString": { "PasswordLength": 40, "ExcludePunctuation": true } });
    let secrets = vec![SecretSpec {
        name: "identity".to_owned(),
        properties: serde_json::from_value(properties).unwrap(),
    }];
    let city = City::new(Spec { secrets, ..Spec::default() }).await;
    let arn = city.aws.secrets.arn("identity");
    let first = client(&city).get_secret_value().secret_id(&arn).send().await.unwrap();
    assert_eq!(first.secret_string().map(str::len), Some(40));

    let city = city.restart().await;
    let again = client(&city).get_secret_value().secret_id("identity").send().await.unwrap();
    assert_eq!(again.secret_string(), first.secret_string());

    city.aws.secrets.put("identity", "new").unwrap();
    let get = |stage: &str| client(&city).get_secret_value().secret_id(&arn).version_stage(stage).send();
    assert_eq!(get("AWSCURRENT").await.unwrap().secret_string(), Some("new"));
    assert_eq!(get("AWSPREVIOUS").await.unwrap().secret_string(), first.secret_string());
    assert_eq!(city.aws.secrets.value(&arn).unwrap().as_deref(), Some("new"));
}

#[tokio::test]
async fn an_unknown_secret_is_refused_by_name() {
    let city = City::new(Spec::default()).await;
    let missing = client(&city).get_secret_value().secret_id("none").send().await;
    assert!(missing.unwrap_err().into_service_error().is_resource_not_found_exception());
}
