//! A function with everything around it in memory, and requests as API Gateway sends them.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use casework::App;
use domain::access::Actor;
use domain::agency::Role;
use domain::case::Case;
use domain::command::Command;
use domain::id::CaseId;
use domain::payment::command::MoneyCommand;
use domain::refusal::FeeReading;
use jiff::{SignedDuration, Timestamp};
use lambda_http::request::from_str;
use lambda_http::{Body, Response};
use platform::agencies::AgencyCache;
use platform::calendars::CalendarCache;
use platform::catalogue::ItemCache;
use platform::codec::order::{Payout, ToAsk};
use platform::codec::people::encode_session;
use platform::commit::{self, Asked};
use platform::keys::{Key, SHARDS};
use platform::{payments, reports, sessions};
use serde_json::{Value, json};
use testkit::faults::run;
pub use testkit::http::{csrf, token};
use testkit::samples::{self, Funds, Stage};
use testkit::world::World;

/// Everybody who might try.
pub const EVERYBODY: [&str; 12] = [
    NOBODY,
    APPLICANT,
    samples::DISPATCHER,
    samples::SECOND_DISPATCHER,
    samples::HANDLER,
    samples::SECOND_HANDLER,
    samples::REVIEWER,
    samples::CASHIER,
    samples::ACCOUNTANT,
    samples::RESEARCH,
    ADMINISTRATOR,
    FOREIGNER,
];
pub const NOBODY: &str = "nobody";
pub const APPLICANT: &str = "applicant";
/// An administrator of the agency, whom the samples do not have.
pub const ADMINISTRATOR: &str = "parks-administrator";
/// Somebody who is cashier and accountant at once, whom the samples do not have either.
pub const TREASURER: &str = "parks-treasurer";
/// A research officer of the body that supervises the window.
pub const SUPERVISOR: &str = "rdec-research";
/// Somebody who keeps the window.
pub const KEEPER: &str = "doit-administrator";
pub const KEEPER_NAME: &str = "金管理";
/// Somebody with every role in another agency.
pub const FOREIGNER: &str = "economy-everything";

pub struct Rig {
    pub world: World,
    pub app: App,
}

/// What comes back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub location: String,
    pub content_type: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of the first hidden field of this name after `mark`.
    pub fn hidden(&self, mark: &str, name: &str) -> String {
        let form = self.body.split_once(mark).unwrap().1;
        let field = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
        field.split('"').next().unwrap().to_owned()
    }
}

/// A request.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    pub token: Option<String>,
    pub headers: BTreeMap<String, String>,
    pub body: Option<String>,
}

pub fn get(path: impl Into<String>) -> Ask {
    Ask { method: "GET", path: path.into(), token: None, headers: BTreeMap::new(), body: None }
}

/// A form, without the fields every form has.
pub fn post(path: impl Into<String>, fields: &[(&str, &str)]) -> Ask {
    let body = web::form::encode(fields.iter().copied());
    let ask = Ask { method: "POST", body: Some(body), ..get(path) };
    ask.header("content-type", "application/x-www-form-urlencoded")
}

/// A command of the API; `number` names the request.
pub fn command(path: impl Into<String>, number: u64, body: &Value) -> Ask {
    let ask = Ask { method: "POST", body: Some(body.to_string()), ..get(path) };
    ask.header("content-type", "application/json")
        .header("idempotency-key", &samples::request(number).id.to_string())
}

impl Ask {
    pub fn by(mut self, subject: &str) -> Self {
        self.token = (subject != NOBODY).then(|| token(subject));
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    fn event(&self) -> Value {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let (route, params) = route(self.method, path);
        let pairs = web::form::decode(query.as_bytes()).unwrap();
        let cookies: Vec<String> = self.token.iter().map(|token| format!("__Host-session={token}")).collect();
        let mut event: Value = serde_json::from_str(crate::samples::QUEUE).unwrap();
        event["routeKey"] = json!(route);
        event["rawPath"] = json!(path);
        event["rawQueryString"] = json!(query);
        event["queryStringParameters"] = json!(pairs);
        event["pathParameters"] = json!(params);
        event["cookies"] = json!(cookies);
        event["headers"] = json!(self.headers);
        event["body"] = json!(self.body);
        event["requestContext"]["routeKey"] = json!(route);
        event["requestContext"]["http"]["method"] = json!(self.method);
        event["requestContext"]["http"]["path"] = json!(path);
        event
    }
}

/// The route of the template that API Gateway would choose.
fn route(method: &str, path: &str) -> (String, BTreeMap<String, String>) {
    let api = path.strip_prefix("/api");
    let prefix = if api.is_some() { "/api" } else { "" };
    let parts: Vec<&str> = api.unwrap_or(path).trim_matches('/').split('/').collect();
    let mut params = BTreeMap::new();
    let mut keep = |name: &str, value: &str| {
        params.insert(name.to_owned(), value.to_owned());
    };
    let pattern = match parts.as_slice() {
        [_] => "/work".to_owned(),
        [_, "assign"] if method == "POST" => "/work/assign".to_owned(),
        [_, "notices"] => "/work/notices".to_owned(),
        [_, "absences"] => "/work/absences".to_owned(),
        [_, "absences", absence, "end"] => {
            keep("absence", absence);
            "/work/absences/{absence}/end".to_owned()
        }
        [_, "attendance"] => "/work/attendance".to_owned(),
        [_, "reviews"] => "/work/reviews".to_owned(),
        [_, "reviews", case] => {
            keep("case", case);
            "/work/reviews/{case}".to_owned()
        }
        [_, case] => {
            keep("case", case);
            "/work/{case}".to_owned()
        }
        [_, case, "files", upload] => {
            keep("case", case);
            keep("upload", upload);
            "/work/{case}/files/{upload}".to_owned()
        }
        [_, case, "clock"] if method == "GET" => {
            keep("case", case);
            "/work/{case}/clock".to_owned()
        }
        [_, case, command] => {
            keep("case", case);
            keep("command", command);
            "/work/{case}/{command}".to_owned()
        }
        _ => "$default".to_owned(),
    };
    (format!("{method} {prefix}{pattern}"), params)
}

impl Rig {
    /// A morning in the parks office, everybody signed in, no case yet.
    pub fn new() -> Self {
        Self::starting(samples::morning())
    }

    /// The same at another time.
    pub fn starting(now: Timestamp) -> Self {
        let world = World::with_samples(now, 7);
        let app = App {
            store: world.store.clone(),
            ambient: world.ambient.clone(),
            objects: world.objects.clone(),
            items: ItemCache::default(),
            calendars: CalendarCache::default(),
            agencies: AgencyCache::default(),
            registers: Some(world.registers.clone()),
            fee_reading: FeeReading::default(),
            public_origin: "https://window.example".to_owned(),
        };
        let rig = Self { world, app };
        for subject in EVERYBODY.into_iter().chain([TREASURER, SUPERVISOR, KEEPER]) {
            rig.sign_in(subject);
        }
        rig
    }

    /// The same in a city that reads the clause on unposted fees like this.
    pub fn reading(self, fee_reading: FeeReading) -> Self {
        Self { app: App { fee_reading, ..self.app }, ..self }
    }

    /// The same with the sample case at `stage`.
    pub fn at(stage: Stage) -> Self {
        Self::of(&samples::record(stage))
    }

    /// The same with a case of this record, at its last event.
    pub fn of(record: &[domain::event::Recorded]) -> Self {
        Self::later(record, SignedDuration::ZERO)
    }

    /// The same so long after its last event.
    pub fn later(record: &[domain::event::Recorded], after: SignedDuration) -> Self {
        let rig = Self::starting(record.last().unwrap().at + after);
        rig.put(record);
        rig
    }

    /// The same with the sample case and its money as `funds` says.
    pub fn with(funds: Funds) -> Self {
        Self::of(&samples::funded(funds))
    }

    /// What others than officers do with the money of the sample case.
    pub fn money(&self, actor: Actor, command: MoneyCommand) {
        let now = platform::ports::Ambient::now(&*self.world.ambient);
        let version = self.case().version;
        let asked = Asked { actor, request: samples::request(5_000 + u64::from(version.0)), seen: None };
        let command = Command::Money(Box::new(command));
        let store = &*self.world.store;
        let id = sample_case().parse().unwrap();
        self.now(async {
            let calendars = platform::calendars::calendars(store).await.unwrap();
            commit::carry_out(store, &calendars, id, &asked, &command, now).await.unwrap();
        });
    }

    /// Providers have been asked to pay back what they were to be asked for, and said nothing.
    pub fn asked_to_pay_back(&self) {
        let store = &*self.world.store;
        self.now(async {
            for shard in 0..SHARDS {
                for asked in payments::to_ask(store, shard, Timestamp::MAX, 50).await.unwrap() {
                    if let ToAsk::Payout(payout) = asked.unwrap() {
                        let payout = Payout { tried: true, ask_at: None, ..payout };
                        assert!(payments::replace_payout(store, payout).await.unwrap());
                    }
                }
            }
        });
    }

    /// The sample case as it is now.
    pub fn case(&self) -> Case {
        let load = commit::load(&*self.world.store, sample_case().parse().unwrap());
        run(&self.world.gate, load).unwrap().unwrap().unwrap().case
    }

    pub fn now(&self, work: impl Future<Output = ()>) {
        run(&self.world.gate, work).unwrap();
    }

    pub fn sign_in(&self, subject: &str) {
        if subject == NOBODY {
            return;
        }
        let now = platform::ports::Ambient::now(&*self.world.ambient);
        let mut session = samples::session(subject, now);
        let roles = match subject {
            ADMINISTRATOR | KEEPER => vec![Role::Administrator],
            TREASURER => vec![Role::Cashier, Role::Accountant],
            SUPERVISOR => vec![Role::Research],
            _ => Vec::new(),
        };
        if !roles.is_empty() {
            let mut officer = samples::officer(samples::DISPATCHER);
            officer.person = session.person;
            officer.roles = roles.into_iter().collect();
            if subject == SUPERVISOR {
                officer.agency = domain::access::SUPERVISOR.parse().unwrap();
            }
            if subject == KEEPER {
                officer.agency = domain::access::KEEPER.parse().unwrap();
                KEEPER_NAME.clone_into(&mut officer.name);
            }
            session.officer = Some(officer);
        }
        // Whoever signs in again has a new session.
        let hash = sessions::token_hash(&token(subject));
        let row = encode_session(hash, &session, now + sessions::ABSOLUTE).unwrap();
        self.world.store.plant(&Key::Session(hash), row);
    }

    /// Writes a case as its record makes it, and into the lists.
    pub fn put(&self, record: &[domain::event::Recorded]) -> CaseId {
        let case = self.world.put(record);
        self.now(async { reports::project(&*self.world.store, &case).await.unwrap() });
        case.id
    }

    pub fn send(&self, ask: &Ask) -> Reply {
        run(&self.world.gate, self.start(ask)).unwrap()
    }

    /// The same without running it.
    pub fn start<'a>(&'a self, ask: &Ask) -> Pin<Box<dyn Future<Output = Reply> + 'a>> {
        let request = from_str(&ask.event().to_string()).unwrap();
        Box::pin(async move { reply(&casework::handle(&self.app, request).await) })
    }

    /// The form of `action` as the page shows it to `subject`, to be sent with `fields`.
    pub fn form(&self, case: &str, action: &str, subject: &str, fields: &[(&str, &str)]) -> Ask {
        let path = format!("/work/{case}/{action}");
        let page = self.send(&get(format!("/work/{case}")).by(subject));
        let mark = format!("action=\"{path}\"");
        let hidden = ["csrf", "request", "version"].map(|name| (name, page.hidden(&mark, name)));
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(fields);
        post(path, &all).by(subject)
    }
}

pub fn reply(response: &Response<Body>) -> Reply {
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    Reply {
        status: response.status().as_u16(),
        location: header("location"),
        content_type: header("content-type"),
        body: match response.body() {
            Body::Text(text) => text.clone(),
            _ => String::new(),
        },
    }
}

/// The number of the sample case.
pub fn sample_case() -> String {
    samples::case(Stage::Received).id.to_string()
}

/// The version the sample case has with its money as `funds` says.
pub fn version_with(funds: Funds) -> u32 {
    u32::try_from(samples::funded(funds).len()).unwrap()
}

pub fn person(subject: &str) -> String {
    samples::person(subject).to_string()
}
