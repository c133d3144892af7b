//! The pages and endpoints of the identity server.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::html::escape;
use super::{broken, page};
use crate::ambient;
use crate::aws::Aws;
use crate::identity::{AuthorizeRequest, Identity, Person, TokenError, TokenRequest, Tokens, token_seconds};

/// The identity server as its pages need it: it can stand alone, beside a city somewhere else.
#[derive(Clone)]
pub struct Front {
    pub identity: Arc<Identity>,
    pub secret: ClientSecret,
}

/// Where the secret of the one client is.
#[derive(Clone)]
pub enum ClientSecret {
    Given(String),
    /// In the city's own secrets, under this name.
    Kept(Arc<Aws>, String),
}

impl ClientSecret {
    fn value(&self) -> anyhow::Result<String> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::Kept(aws, name) => Ok(aws.secrets.value(name)?.unwrap_or_default()),
        }
    }
}

type Shared = State<Front>;

/// The routes of the identity server.
pub fn router(front: Front) -> Router {
    Router::new()
        .route("/_local/identity/.well-known/openid-configuration", get(discovery))
        .route("/_local/identity/jwks", get(jwks))
        .route("/_local/identity/authorize", get(authorize))
        .route("/_local/identity/token", post(token))
        .route("/_local/identity/userinfo", get(userinfo))
        .route("/_local/people.json", get(json))
        .with_state(front)
}

async fn discovery(State(front): Shared) -> Json<Value> {
    Json(front.identity.discovery())
}

async fn jwks(State(front): Shared) -> Json<Value> {
    Json(front.identity.jwks())
}

#[derive(Deserialize)]
struct Authorize {
    #[serde(flatten)]
    request: AuthorizeRequest,
    /// Who it is to be; the page is shown when nobody is named.
    #[serde(default)]
    person: String,
}

/// The people page. A wrong request gets a page and is never redirected.
async fn authorize(State(front): Shared, Query(asked): Query<Authorize>) -> Response {
    if let Err((chinese, english)) = front.identity.check(&asked.request) {
        let body = format!(
            "<div class=card><p>{chinese}<br><span lang=en>{english}</span></p></div>\
             <p>請從網站重新登入。<span lang=en>Start again from the site.</span> <a href=\"/sign-in\">登入 <span lang=en>Sign in</span></a></p>"
        );
        return page(StatusCode::BAD_REQUEST, "無法登入 Cannot sign in", &body);
    }
    if asked.person.is_empty() {
        return page(StatusCode::OK, "您是誰？ Who are you?", &choices(&front.identity, &asked.request));
    }
    match front.identity.choose(&asked.request, &asked.person, ambient::now()) {
        Some(target) => Redirect::to(&target).into_response(),
        None => page(
            StatusCode::BAD_REQUEST,
            "無法登入 Cannot sign in",
            "<p>沒有這個人。<span lang=en>There is no such person.</span></p>",
        ),
    }
}

fn choices(identity: &Identity, request: &AuthorizeRequest) -> String {
    let query = serde_urlencoded::to_string(request).unwrap_or_default();
    let group = |chinese: &str, english: &str, staff: bool| {
        let cards = identity
            .people()
            .iter()
            .filter(|person| (person.member_type == "員工") == staff)
            .map(|person| card(person, &query))
            .collect::<String>();
        format!("<h2>{chinese} <span lang=en>{english}</span></h2><div class=people>{cards}</div>")
    };
    format!(
        "<p>這是本機的示範登入，選一個人即可。<span lang=en>A demo sign-in: choose a person.</span></p>{}{}",
        group("申請人", "Applicants", false),
        group("機關同仁", "Staff", true)
    )
}

fn card(person: &Person, query: &str) -> String {
    format!(
        "<a href=\"/_local/identity/authorize?{}&amp;person={}\"><strong>{}</strong>{}<br><span lang=en>{}</span><br><span lang=en>{} · {}</span></a>",
        escape(query),
        escape(&person.sub),
        escape(&person.name),
        escape(&person.about),
        escape(&person.about_en),
        escape(&person.member_type),
        escape(&person.email)
    )
}

async fn token(State(front): Shared, headers: HeaderMap, Form(asked): Form<TokenRequest>) -> Response {
    let mut asked = asked;
    if let Some((id, secret)) = basic(&headers) {
        asked.client_id = id;
        asked.client_secret = secret;
    }
    let secret = match front.secret.value() {
        Ok(secret) => secret,
        Err(error) => return broken(&error),
    };
    let not_stored = [(header::CACHE_CONTROL, "no-store")];
    match front.identity.exchange(&asked, &secret, ambient::now()) {
        Ok(Tokens { access_token, id_token }) => {
            let body = json!({
                "access_token": access_token, "token_type": "Bearer", "expires_in": token_seconds(),
                "id_token": id_token,
            });
            (not_stored, Json(body)).into_response()
        }
        Err(error) => {
            let status = match error {
                TokenError::InvalidClient => StatusCode::UNAUTHORIZED,
                TokenError::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
                TokenError::InvalidGrant | TokenError::UnsupportedGrantType => StatusCode::BAD_REQUEST,
            };
            (status, not_stored, Json(json!({ "error": error.code() }))).into_response()
        }
    }
}

/// Id and secret from `Authorization: Basic`.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let text = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

async fn userinfo(State(front): Shared, headers: HeaderMap) -> Response {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    match front.identity.userinfo(token, ambient::now()) {
        Some(person) => ([(header::CACHE_CONTROL, "no-store")], Json(person)).into_response(),
        None => (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")],
            Json(json!({"error": "invalid_token"})),
        )
            .into_response(),
    }
}

/// Who there is, for tests.
async fn json(State(front): Shared) -> Json<Vec<Person>> {
    Json(front.identity.people().to_vec())
}
