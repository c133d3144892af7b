//! The payment sandbox in the city, and the secret that leads functions to it.

use serde_json::{Value, json};

use crate::Fixture;

/// The fixture's template with the secret of the payment accounts.
fn with_accounts(options: &mut local::city::Options) {
    options.template = options.template.replace(
        "Resources:\n",
        "Resources:\n  PaymentAccounts:\n    Type: AWS::SecretsManager::Secret\n    \
         Properties: { GenerateSecretString: { PasswordLength: 32 } }\n",
    );
}

fn accounts(city: &Fixture) -> Value {
    let secret = city.running.desk.aws.secrets.value("PaymentAccounts").unwrap().unwrap();
    serde_json::from_str(&secret).unwrap()
}

#[tokio::test]
async fn the_secret_says_where_the_sandbox_is_after_every_start() {
    let city = Fixture::with(with_accounts).await;
    let expected = |city: &Fixture| json!(format!("{}/_local/pay", city.running.origin));
    let first = accounts(&city);
    assert_eq!((&first["stage"], &first["origin"]), (&json!("local"), &expected(&city)));
    assert_eq!(first["accounts"][1]["provider"], "newebpay_mpg");
    let orders = city.json("/_local/pay/orders.json").await;
    assert_eq!(orders, json!([]));

    let city = city.restart_with(with_accounts).await;
    assert_eq!(accounts(&city)["origin"], expected(&city));
}

#[tokio::test]
async fn a_city_without_the_secret_has_the_sandbox_all_the_same() {
    let city = Fixture::start().await;
    assert_eq!(city.running.desk.aws.secrets.value("PaymentAccounts").unwrap(), None);
    let page = city.get("/_local/pay").await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("金流測試"));
    assert!(city.get("/_local/").await.text().await.unwrap().contains("/_local/pay"));
}
