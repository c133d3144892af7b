//! Signing in through `oidc-provider`, which its OpenID certification says keeps to the protocol, and which
//! nobody here wrote: whatever this function misunderstands, it does not misunderstand the same way.
//!
//! Needs node and what `./check` installs beside this file, so it is for `./check oracle`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops at once"
)]

use std::collections::BTreeMap;
use std::process::Stdio;

use lambda_http::Body;
use platform::keys::Table;
use reqwest::redirect::Policy;
use secrecy::SecretString;
use serde_json::{Value, json};
use sign_in::App;
use sign_in::provider::{Client, Protocol, Provider};
use testkit::world::World;
use tests::city::root;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const ORIGIN: &str = "https://window.example";
const SECRET: &str = "a secret: with % and +";
const START: &str = include_str!("../../events/sign-in/start.json");
const CALLBACK: &str = include_str!("../../events/sign-in/callback.json");

/// The provider; it ends with its standard input.
struct Certified {
    issuer: String,
    _process: Child,
    /// What it goes on to say; closed, it would stumble.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Certified {
    async fn start() -> Self {
        let mut process = Command::new("node")
            .arg("tests/certified_provider/provider.mjs")
            .args([&format!("{ORIGIN}/sign-in/callback"), SECRET])
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("node cannot be started ({error}); run ./check oracle"));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.starts_with("http://") {
                return Self { issuer: line, _process: process, _lines: lines };
            }
        }
        panic!("the provider ended at its start: were its packages installed? run ./check oracle");
    }
}

/// The function as a client that wants ID tokens signed by `algorithm`.
fn app(world: &World, issuer: &str, algorithm: &str, levels: &str) -> App {
    let client = Client {
        id: format!("city-{algorithm}"),
        secret: SecretString::from(SECRET),
        redirect_uri: format!("{ORIGIN}/sign-in/callback"),
    };
    let levels = levels.parse().unwrap();
    let provider = Provider::new(Protocol::Oidc { issuer: issuer.to_owned(), levels }, client).unwrap();
    App { store: world.store.clone(), ambient: world.ambient.clone(), provider }
}

/// Answers of the function: status, where it leads, the cookie it sets.
async fn ask(app: &App, sample: &str, query: &str, cookie: &str) -> (u16, String, String, String) {
    let mut event: Value = serde_json::from_str(sample).unwrap();
    event["rawQueryString"] = json!(query);
    event["queryStringParameters"] = json!(web::form::decode(query.as_bytes()).unwrap());
    event["cookies"] = json!([cookie]);
    let request = lambda_http::request::from_str(&event.to_string()).unwrap();
    let response = sign_in::handle(app, request).await;
    let header = |name: &str| {
        let value = response.headers().get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().split(';').next().unwrap().to_owned()
    };
    let body = match response.body() {
        Body::Text(text) => text.clone(),
        _ => String::new(),
    };
    (response.status().as_u16(), header("location"), header("set-cookie"), body)
}

/// Follows the provider from page to page with its cookies, as a browser would, until it leads back.
async fn through_the_provider(authorize: &str) -> String {
    let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let mut cookies: BTreeMap<String, String> = BTreeMap::new();
    let mut url = reqwest::Url::parse(authorize).unwrap();
    for _ in 0..10 {
        let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = http.get(url.clone()).header("cookie", jar.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let Some(location) = answer.headers().get("location") else {
            panic!("{}: {}", answer.status(), answer.text().await.unwrap());
        };
        let location = location.to_str().unwrap();
        if let Some(query) = location.strip_prefix(&format!("{ORIGIN}/sign-in/callback?")) {
            return query.to_owned();
        }
        url = url.join(location).unwrap();
    }
    panic!("the provider leads from page to page");
}

/// Now, as the provider reads it too: its tokens are of this time.
fn world() -> World {
    #[expect(clippy::disallowed_methods, reason = "the provider has the clock of the machine")]
    let now = jiff::Timestamp::now();
    World::new(now, 11)
}

#[tokio::test]
#[ignore = "needs node: ./check oracle"]
async fn people_sign_in_through_a_certified_provider() {
    let certified = Certified::start().await;
    let clients = [
        ("RS256", "acr:verified=2", "2"),
        ("ES256", "acr:verified=2 amr:sc=3", "3"),
        ("EdDSA", "acr:unknown=3", "1"),
    ];
    for (algorithm, levels, level) in clients {
        let world = world();
        let app = app(&world, &certified.issuer, algorithm, levels);
        let (status, authorize, cookie, body) = ask(&app, START, "return_to=%2Fcases", "").await;
        assert_eq!(status, 303, "{algorithm}: {body}");
        let query = through_the_provider(&authorize).await;
        let (status, location, session, body) = ask(&app, CALLBACK, &query, &cookie).await;
        assert_eq!((status, location.as_str()), (303, "/cases"), "{algorithm}: {body}");
        assert!(session.starts_with("__Host-session="), "{algorithm}: {session}");
        let rows = world.store.rows(Table::Sessions);
        let text = |name: &str| rows[0][name].as_s().unwrap().clone();
        assert_eq!((text("name").as_str(), text("email").as_str()), ("林佳穎", "lin@mail.example"));
        assert_eq!(rows[0]["assurance"].as_n().unwrap(), level, "{algorithm}");
        let person = domain::id::PersonId::of_subject(platform::sessions::IDENTITY_PROVIDER, "lin");
        assert_eq!(text("person"), person.to_string());
    }
}

#[tokio::test]
#[ignore = "needs node: ./check oracle"]
async fn a_certified_provider_refuses_what_we_would_have_to() {
    let certified = Certified::start().await;
    let world = world();
    let app = app(&world, &certified.issuer, "ES256", "");

    // The code of one sign-in under the state of another: it has another PKCE verifier.
    let (_, first, cookie, _) = ask(&app, START, "", "").await;
    let (_, second, _, _) = ask(&app, START, "", &cookie).await;
    let (first, second) = (through_the_provider(&first).await, through_the_provider(&second).await);
    let field = |query: &str, name: &str| web::form::decode(query.as_bytes()).unwrap()[name].clone();
    let (code, state) = (field(&first, "code"), field(&second, "state"));
    let mixed = web::form::encode([("code", code.as_str()), ("state", &state), ("iss", &certified.issuer)]);
    let (status, _, _, body) = ask(&app, CALLBACK, &mixed, &cookie).await;
    assert!(status == 400 && body.contains("SIGN_IN_EXPIRED"), "{status} {body}");

    // A code that was used: with the state of its own sign-in, which works once, and with a new one.
    let (_, third, _, _) = ask(&app, START, "", &cookie).await;
    let third = through_the_provider(&third).await;
    assert_eq!(ask(&app, CALLBACK, &third, &cookie).await.0, 303);
    let (status, _, _, body) = ask(&app, CALLBACK, &third, &cookie).await;
    assert!(status == 400 && body.contains("SIGN_IN_EXPIRED"), "{status} {body}");

    // Another secret than the registered one is trouble of ours.
    let mut app = app;
    let wrong = Client {
        id: "city-ES256".to_owned(),
        secret: SecretString::from("another"),
        redirect_uri: format!("{ORIGIN}/sign-in/callback"),
    };
    let protocol = Protocol::Oidc { issuer: certified.issuer.clone(), levels: "".parse().unwrap() };
    app.provider = Provider::new(protocol, wrong).unwrap();
    let (_, fourth, _, _) = ask(&app, START, "", &cookie).await;
    let fourth = through_the_provider(&fourth).await;
    let (status, _, _, body) = ask(&app, CALLBACK, &fourth, &cookie).await;
    assert!(status == 503 && body.contains("IDENTITY_UNAVAILABLE"), "{status} {body}");
}
