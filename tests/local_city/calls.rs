//! What each command costs: the calls its function makes and the capacity the store charges for them,
//! as the city in front of the store counts them. `-- --nocapture` prints the table that
//! `docs/benchmarks/calls.md` keeps.

#![expect(clippy::indexing_slicing, reason = "JSON that is not as expected has failed the test")]

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::{City, root, wait_for};
use tests::person::{Person, http_client, request_id};
use tests::steps::{self, Office};
use tests::till::{self, Till};

use crate::meter::{Counts, Meter, Row};

/// Every row of the table, in order: what was done, the function that serves it, its calls. The first
/// `GetItem` of a command that a person gives is the session.
const EXPECTED: [(&str, &str, &str); 24] = [
    ("new application", "submission", "1 GetItem, 1 TransactWriteItems"),
    ("event relayed: new application, 3 notices", "event-relay", RELAYED_THREE),
    (
        "new application from a draft with 2 files",
        "submission",
        "2 GetItem, 1 TransactWriteItems, 2 GetObject",
    ),
    ("accept", "casework", "2 GetItem, 1 TransactWriteItems"),
    ("event relayed: accept, no notice", "event-relay", "1 PutItem, 1 Query, 1 UpdateItem"),
    ("assign", "casework", "2 GetItem, 1 Query, 1 TransactWriteItems"),
    ("propose", "casework", "3 GetItem, 1 Query, 1 TransactWriteItems"),
    ("return", "casework", "2 GetItem, 1 TransactWriteItems"),
    ("event relayed: return, 1 notice", "event-relay", RELAYED_ONE),
    ("notice sent: return", "notification", "2 GetItem, 2 PutItem, 1 SendEmail"),
    ("approve", "casework", "3 GetItem, 1 TransactWriteItems"),
    ("request_review of one agency", "casework", "3 GetItem, 1 Query, 1 TransactWriteItems"),
    ("event relayed: request_review, 2 notices", "event-relay", RELAYED_REVIEW),
    ("answer_review", "casework", "2 GetItem, 1 TransactWriteItems"),
    ("query_register", "casework", "2 GetItem, 1 Query, 1 TransactWriteItems"),
    ("event relayed: query_register, no notice", "event-relay", "1 PutItem, 1 Query, 1 UpdateItem"),
    ("a notice opened", "submission", "4 GetItem, 1 PutItem"),
    ("record_service", "casework", "3 GetItem, 1 TransactWriteItems"),
    ("event relayed: record_service", "event-relay", "1 GetItem, 2 PutItem, 1 Query, 1 UpdateItem"),
    ("withdraw", "submission", "2 GetItem, 1 TransactWriteItems"),
    ("payment callback: a new word", "payment-callback", "1 PutItem"),
    (HEARD_BEFORE, "payment-callback", "1 PutItem"),
    ("timer firing: one of 8 shards has one", "deadline-timer", TICK_FIRING),
    ("timer tick with nothing due", "deadline-timer", TICK),
];
/// The case, the lists, the staff and who of it is away, the ledger, the queue, the outbox.
const RELAYED_ONE: &str = "1 GetItem, 2 PutItem, 2 Query, 1 UpdateItem, 1 SendMessage";
/// Its condition fails, which is how the function knows it.
const HEARD_BEFORE: &str = "payment callback: a word heard before";
const TICK: &str = "2 GetItem, 9 Query";
/// The first tick of its city, which begins to look after the inboxes.
const TICK_FIRING: &str = "2 GetItem, 1 PutItem, 9 Query, 1 TransactWriteItems";
/// Two lists are written, the routing rules of the agency that is asked are read.
const RELAYED_REVIEW: &str = "2 GetItem, 2 Query, 2 TransactWriteItems, 1 UpdateItem, 2 SendMessage";
const RELAYED_THREE: &str =
    "2 GetItem, 1 PutItem, 2 Query, 1 TransactWriteItems, 1 UpdateItem, 3 SendMessage";

#[tokio::test]
async fn calls_and_write_units_of_every_command_are_counted() -> Result<()> {
    let mut rows = None;
    for _ in 0..3 {
        rows = story().await?;
        if rows.is_some() {
            break;
        }
    }
    let rows = rows.context("the minute's schedules came in between, three times")?;
    println!("| command | function | calls | read units | write units |");
    println!("|---|---|---|---|---|");
    for Row { what, function, spent } in &rows {
        let (read, write) = spent.units();
        println!("| {what} | {function} | {} | {read} | {write} |", spent.calls());
    }
    let counted: Vec<_> = rows.iter().map(|row| (row.what, row.function, row.spent.calls())).collect();
    let expected: Vec<_> =
        EXPECTED.iter().map(|(what, function, calls)| (*what, *function, (*calls).to_owned())).collect();
    assert_eq!(counted, expected);
    for Row { what, function, spent } in &rows {
        assert_eq!(spent.failed(), u64::from(*what == HEARD_BEFORE), "{what}");
        let (read, write) = spent.units();
        let writes = !what.contains("nothing due") && *what != HEARD_BEFORE;
        let reads = *function != "payment-callback";
        assert!((read > 0.0) == reads && (write > 0.0) == writes, "{what}: {read}, {write}");
    }
    Ok(())
}

/// Does every command once. `None` when the schedules of the minute made calls of their own meanwhile.
async fn story() -> Result<Option<Vec<Row>>> {
    let city = City::own(&[]).await?;
    import_items(&city).await?;
    let mut meter = Meter { desk: Person::stranger(&city)?, rows: Vec::new() };
    let mut lin = Person::sign_in(&city, "lin").await?;
    // Each process reads an item version once: not part of what a command costs.
    for item in [PLAIN, ONE_DAY] {
        apply(&mut lin, item).await?;
    }
    steps::apply_by_api(&mut lin).await?;
    tick(&city).await?;

    let (filed, spent) = meter.measure(apply(&mut lin, PLAIN)).await?;
    meter.row("new application", "submission", &spent);
    meter.row("event relayed: new application, 3 notices", "event-relay", &spent);
    let draft = steps::draft_by_api(&mut lin).await?;
    let (_, spent) = meter.measure(file(&mut lin, &draft)).await?;
    meter.row("new application from a draft with 2 files", "submission", &spent);

    decide(&city, &mut meter, number(&filed)?).await?;

    let filed = apply(&mut lin, PLAIN).await?;
    review(&city, &mut meter, number(&filed)?).await?;

    look_up_and_serve(&city, &mut lin, &mut meter).await?;

    let case = apply(&mut lin, PLAIN).await?;
    let (_, spent) = meter.measure(withdraw(&mut lin, &case)).await?;
    meter.row("withdraw", "submission", &spent);

    pay(&city, &mut lin, &mut meter).await?;

    let Some(spent) = overdue().await? else { return Ok(None) };
    meter.row("timer firing: one of 8 shards has one", "deadline-timer", &spent);
    let (_, spent) = meter.measure(tick(&city)).await?;
    meter.row("timer tick with nothing due", "deadline-timer", &spent);

    // The schedules start together, every minute: two ticks were ours.
    Ok(meter.ticked(2).await?.then_some(meter.rows))
}

/// A fee is paid, and the provider tells it twice.
async fn pay(city: &City, lin: &mut Person, meter: &mut Meter) -> Result<()> {
    let till = Till::of(city);
    // A process reads the keys of the accounts when it starts: not part of what a callback costs.
    let forged = format!("{}/payments/ecpay_aio/3002607/callback", city.address);
    anyhow::ensure!(http_client()?.post(forged).body("x").send().await?.status() == 400, "it is refused");
    let case = till::apply_with_fee(lin).await?;
    let order = till::begin(lin, &case, "ecpay_aio", "card").await?;
    for (action, told, what) in [("pay", 1, "payment callback: a new word"), ("resend", 2, HEARD_BEFORE)] {
        let telling = async {
            till.press(&order, action, &json!({})).await?;
            wait_for("the callback to be acknowledged", async || {
                let callbacks = till.order(&order).await?["callbacks"].as_array().cloned();
                let callbacks = callbacks.unwrap_or_default();
                let heard = callbacks.iter().filter(|it| it["progress"] == "acknowledged").count();
                Ok((heard == told).then_some(()))
            })
            .await?;
            till::shows(lin, &case, "posted").await
        };
        let (_, spent) = meter.measure(telling).await?;
        meter.row(what, "payment-callback", &spent);
    }
    Ok(())
}

/// What the tick spends that finds a case overdue: filed in a city that stops then, and goes on three
/// weeks later.
async fn overdue() -> Result<Option<Counts>> {
    let mut city = City::own(&[]).await?;
    import_items(&city).await?;
    let filed = apply(&mut Person::sign_in(&city, "lin").await?, ONE_DAY).await?;
    // One timer is to fire: somebody has taken it in.
    let mut taken = Progress { work: format!("/api/work/{}", number(&filed)?), version: json!(1) };
    taken.order(&mut Office::open(&city).await?.dispatcher, "accept", json!({})).await?;
    // After a tick, the next one three weeks later would tell of inboxes that nobody opened.
    if !(Meter { desk: Person::stranger(&city)?, rows: Vec::new() }).ticked(0).await? {
        return Ok(None);
    }
    city.kill().await?;
    city.start_with(&["--clock-offset", "1814400"]).await?;
    let mut meter = Meter { desk: Person::stranger(&city)?, rows: Vec::new() };
    let (_, spent) = meter.measure(tick(&city)).await?;
    Ok(meter.ticked(1).await?.then_some(spent))
}

/// The officers' commands, by those who may.
async fn decide(city: &City, meter: &mut Meter, case: &str) -> Result<()> {
    let mut office = Office::open(city).await?;
    let work = format!("/api/work/{case}");
    let shown = office.dispatcher.api(Method::GET, &work, None, None).await?.expect(200)?.json()?;
    let (handler, reviewer) = (member(&shown, "handler")?, member(&shown, "reviewer")?);
    let assignment = json!({ "handler": handler, "reviewer": reviewer });
    let proposal = json!({ "outcome": "approve", "reason": "符合規定" });
    let remark = json!({ "reason": "請補充說明" });

    let mut at = Progress { work, version: shown["version"].clone() };
    let Office { dispatcher, handler, reviewer } = &mut office;
    let (_, spent) = meter.measure(at.order(dispatcher, "accept", json!({}))).await?;
    meter.row("accept", "casework", &spent);
    meter.row("event relayed: accept, no notice", "event-relay", &spent);
    let (_, spent) = meter.measure(at.order(dispatcher, "assign", assignment)).await?;
    meter.row("assign", "casework", &spent);
    let (_, spent) = meter.measure(at.order(handler, "propose", proposal.clone())).await?;
    meter.row("propose", "casework", &spent);
    // A mail service takes its time to report; the city's can be quick enough to come in between.
    meter.settled().await?;
    let slow = json!({ "function": "notification-feedback", "service": "dynamodb", "kind": "stall", "millis": 1_000 });
    city.control("/_local/faults", &slow).await?;
    let (_, spent) = meter.measure(at.order(reviewer, "return", remark)).await?;
    meter.row("return", "casework", &spent);
    meter.row("event relayed: return, 1 notice", "event-relay", &spent);
    meter.row("notice sent: return", "notification", &spent);
    at.order(handler, "propose", proposal).await?;
    let (_, spent) = meter.measure(at.order(reviewer, "approve", json!({}))).await?;
    meter.row("approve", "casework", &spent);
    Ok(())
}

/// An agency is asked to review a part, and answers.
async fn review(city: &City, meter: &mut Meter, case: &str) -> Result<()> {
    let mut office = Office::open(city).await?;
    office.assign(case).await?;
    let mut district = Person::sign_in(city, "handler.xinyi").await?;
    meter.settled().await?;
    let mut at = Progress { work: format!("/api/work/{case}"), version: json!(2) };
    let asked = json!({ "reviews": [{ "agency": "xinyi", "question": "請表示意見" }] });
    let (_, spent) = meter.measure(at.order(&mut office.handler, "request_review", asked)).await?;
    meter.row("request_review of one agency", "casework", &spent);
    meter.row("event relayed: request_review, 2 notices", "event-relay", &spent);
    let path = format!("/api/work/{case}/answer_review");
    let (id, agree) = (request_id(), json!({ "asked": at.version, "opinion": "agree" }));
    let answer = district.api(Method::POST, &path, Some(&id), Some(&agree));
    let (_, spent) = meter.measure(async { answer.await?.expect(200)?.json() }).await?;
    meter.row("answer_review", "casework", &spent);
    Ok(())
}

/// A document that nobody brings is looked up; the applicant opens a notice, and one is handed over.
async fn look_up_and_serve(city: &City, lin: &mut Person, meter: &mut Meter) -> Result<()> {
    let case = steps::apply_for_subsidy(lin).await?;
    let mut office = Office::of(city, "xinyi").await?;
    office.assign(&case).await?;
    let (work, handler) = (format!("/api/work/{case}"), &mut office.handler);
    // The item version is read once: not part of what a look-up costs.
    let look = async |handler: &mut Person, document: &str| {
        let (path, body) = (format!("{work}/query_register"), json!({ "document": document }));
        handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?.json()
    };
    look(handler, "id_card").await?;
    let (_, spent) = meter.measure(look(handler, "land_extract")).await?;
    meter.row("query_register", "casework", &spent);
    meter.row("event relayed: query_register, no notice", "event-relay", &spent);

    let listed = lin.api(Method::GET, &format!("/api/cases/{case}/notices"), None, None).await?;
    let listed = listed.expect(200)?.json()?;
    let notice = listed["notices"][0]["notice"].clone();
    let path = format!("/api/cases/{case}/notices/{}/open", notice.as_str().context("a notice")?);
    let (id, nothing) = (request_id(), json!({}));
    let opening = lin.api(Method::POST, &path, Some(&id), Some(&nothing));
    let (_, spent) = meter.measure(async { opening.await?.expect(200)?.json() }).await?;
    meter.row("a notice opened", "submission", &spent);

    let whole = handler.api(Method::GET, &work, None, None).await?.expect(200)?.json()?;
    let mut at = Progress { work: work.clone(), version: whole["version"].clone() };
    let handed = json!({ "notice": notice, "means": "handed_over", "on": steps::today() });
    let (_, spent) = meter.measure(at.order(handler, "record_service", handed)).await?;
    meter.row("record_service", "casework", &spent);
    meter.row("event relayed: record_service", "event-relay", &spent);
    Ok(())
}

/// A case on its way through the office.
struct Progress {
    work: String,
    version: Value,
}

impl Progress {
    /// Gives an order on the version that the last one made.
    async fn order(&mut self, officer: &mut Person, command: &str, mut body: Value) -> Result<Value> {
        body["version"] = self.version.clone();
        let path = format!("{}/{command}", self.work);
        let answer = officer.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?;
        let answer = answer.expect(200)?.json()?;
        self.version = answer["version"].clone();
        Ok(answer)
    }
}

const PLAIN: &str = "PK901";
const ONE_DAY: &str = "PK902";

/// Publishes 公園處場地使用 without its documents twice, once with a limit of one working day.
async fn import_items(city: &City) -> Result<()> {
    let catalogue = std::fs::read_to_string(root().join("data/catalogue.json"))?;
    let catalogue: Value = serde_json::from_str(&catalogue)?;
    let park =
        catalogue["items"].as_array().and_then(|items| items.iter().find(|item| item["code"] == "PK001"));
    let mut plain = park.context("PK001")?.clone();
    plain["code"] = json!(PLAIN);
    plain["documents"] = json!([]);
    plain["version"] = json!(1);
    let mut one_day = plain.clone();
    one_day["code"] = json!(ONE_DAY);
    one_day["limit"] = json!({ "days": 1, "basis": "working" });
    let import = json!({ "import": { "items": [plain, one_day] } });
    city.control("/_local/functions/catalogue/invoke", &import).await?;
    Ok(())
}

/// Files an application in one request.
async fn apply(person: &mut Person, item: &str) -> Result<Value> {
    let body = json!({
        "item": item, "version": 1, "answers": steps::park_answers(), "consent": steps::consent(),
    });
    person.api(Method::POST, "/api/cases", Some(&request_id()), Some(&body)).await?.expect(201)?.json()
}

async fn file(person: &mut Person, draft: &str) -> Result<Value> {
    steps::file(person, draft).await?.expect(201)?.json()
}

async fn withdraw(person: &mut Person, filed: &Value) -> Result<Value> {
    let path = format!("/api/cases/{}/withdraw", number(filed)?);
    let body = json!({ "version": filed["version"], "reason": "活動取消" });
    person.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?.json()
}

/// One tick of the timer.
async fn tick(city: &City) -> Result<Value> {
    city.control("/_local/schedules/deadline-timer/run", &json!({})).await
}

fn number(filed: &Value) -> Result<&str> {
    filed["case"].as_str().context("the case number")
}

/// The last member of staff with `role`: the one who signs in for the tests.
fn member(shown: &Value, role: &str) -> Result<Value> {
    let staff = shown["staff"].as_array().context("staff")?;
    let found = staff
        .iter()
        .rev()
        .find(|staff| staff["roles"].as_array().is_some_and(|roles| roles.contains(&json!(role))));
    Ok(found.with_context(|| format!("nobody is {role}"))?["person"].clone())
}
