//! The identity server and the pages for people.

use aws_sdk_ses::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ses::types::{Body, Content, Destination, Message};
use serde_json::{Value, json};

use crate::{Fixture, client};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The fixture's template with what the identity server needs.
async fn city() -> Fixture {
    Fixture::with(|options| {
        options.template = options
            .template
            .replace("Parameters:\n", "Parameters:\n  IdentityClientId:\n    Type: String\n    Default: city\n")
            .replace("Resources:\n", "Resources:\n  IdentityClientSecret:\n    Type: AWS::SecretsManager::Secret\n    Properties: { SecretString: hush }\n");
    })
    .await
}

fn authorize(city: &Fixture, more: &str) -> String {
    let origin = city.running.origin.replace(':', "%3A").replace('/', "%2F");
    format!(
        "/_local/identity/authorize?response_type=code&client_id=city&redirect_uri={origin}%2Fsign-in%2Fcallback\
         &state=s&code_challenge={CHALLENGE}&code_challenge_method=S256{more}"
    )
}

#[tokio::test]
async fn sign_in_as_a_demo_person() {
    let city = city().await;
    let page = city.get(&authorize(&city, "")).await.text().await.unwrap();
    assert!(page.contains("林佳穎") && page.contains("person=handler.park"));
    let chosen = city.get(&authorize(&city, "&person=lin")).await;
    assert_eq!(chosen.status(), 303);
    let target = chosen.headers()["location"].to_str().unwrap().to_owned();
    let code = target.strip_prefix(&format!("{}/sign-in/callback?code=", city.running.origin)).unwrap();
    let issuer = format!("{}/_local/identity", city.running.origin);
    let (code, rest) = code.split_once('&').unwrap();
    let named = format!("state=s&iss={}", issuer.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(rest, named);
    let redirect = format!("{}/sign-in/callback", city.running.origin);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect),
        ("client_id", "city"),
        ("client_secret", "hush"),
        ("code_verifier", VERIFIER),
    ];
    let exchange =
        async || client().post(city.url("/_local/identity/token")).form(&form).send().await.unwrap();
    let token: Value = exchange().await.json().await.unwrap();
    assert_eq!(token["id_token"].as_str().unwrap().split('.').count(), 3);
    let token = token["access_token"].as_str().unwrap();
    let person = client().get(city.url("/_local/identity/userinfo")).bearer_auth(token).send().await.unwrap();
    let person: Value = person.json().await.unwrap();
    assert_eq!((&person["sub"], &person["member_type"]), (&json!("lin"), &json!("個人")));
    let again = exchange().await;
    assert_eq!(
        (again.status().as_u16(), again.json::<Value>().await.unwrap()),
        (400, json!({"error": "invalid_grant"}))
    );
    assert_eq!(city.get("/_local/identity/userinfo").await.status(), 401);
}

#[tokio::test]
async fn the_identity_server_publishes_itself_and_its_key() {
    let city = city().await;
    let document = city.json("/_local/identity/.well-known/openid-configuration").await;
    let issuer = format!("{}/_local/identity", city.running.origin);
    assert_eq!(document["issuer"], issuer);
    assert_eq!(document["jwks_uri"], format!("{issuer}/jwks"));
    let keys = city.json("/_local/identity/jwks").await;
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["alg"]), (&json!("EC"), &json!("ES256")));
    assert_eq!(keys["keys"][0]["d"], Value::Null, "the key itself stays");
}

#[tokio::test]
async fn a_wrong_request_is_never_redirected() {
    let city = city().await;
    let good = authorize(&city, "&person=lin");
    for (from, to) in [
        ("client_id=city", "client_id=x"),
        ("%2Fsign-in", "%2Felsewhere"),
        ("S256", "plain"),
        ("state=s", "state="),
        ("=lin", "=nobody"),
    ] {
        let response = city.get(&good.replace(from, to)).await;
        assert_eq!((response.status().as_u16(), response.headers().get("location")), (400, None), "{to}");
    }
}

#[tokio::test]
async fn pages_are_there() {
    let city = city().await;
    for path in ["/_local/", "/_local", "/_local/mail"] {
        let response = city.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(response.text().await.unwrap().contains("本機城市"));
    }
    assert_eq!(city.json("/_local/health").await["status"], "ok");
    assert_eq!(city.json("/_local/mail.json").await, json!([]));
    assert_eq!(
        city.json("/_local/queues").await["WorkQueue"],
        json!({"visible": 0, "in_flight": 0, "delayed": 0})
    );
    assert_eq!(city.get("/_local/mail/none").await.status(), 404);
    assert_eq!(city.get("/_local/other").await.status(), 404);
}

async fn send_mail(city: &Fixture) -> String {
    let config = aws_sdk_ses::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-east-2"))
        .endpoint_url(&city.running.desk.aws.endpoints.ses)
        .credentials_provider(Credentials::new("echo", "local", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let content = |text: &str| Content::builder().data(text).charset("UTF-8").build().unwrap();
    let body =
        Body::builder().text(content("案號 <1>")).html(content("<p>案號</p><script>x()</script>")).build();
    let message = Message::builder().subject(content("<b>收件")).body(body).build();
    let sent = aws_sdk_ses::Client::from_conf(config)
        .send_email()
        .source("no-reply@city.example")
        .destination(Destination::builder().to_addresses("lin@mail.example").build())
        .message(message)
        .send()
        .await
        .unwrap();
    sent.message_id
}

#[tokio::test]
async fn mail_is_shown_and_never_run() {
    let city = city().await;
    let id = send_mail(&city).await;
    let list = city.get("/_local/mail").await.text().await.unwrap();
    assert!(list.contains("&lt;b&gt;收件") && list.contains(&id));
    let response = city.get(&format!("/_local/mail/{id}")).await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let page = response.text().await.unwrap();
    assert!(page.contains("案號 &lt;1&gt;") && !page.contains("<script"), "{page}");
    let mails = city.json("/_local/mail.json").await;
    assert_eq!((&mails[0]["id"], &mails[0]["to"]), (&json!(id), &json!(["lin@mail.example"])));
    // This template publishes nothing about mail.
    let event = format!("/_local/mail/{id}/event");
    assert_eq!(city.post(&event, json!({"type": "Bounce"})).await.status(), 404);
    assert_eq!(city.post(&event, json!({"type": "Explosion"})).await.status(), 400);
}
