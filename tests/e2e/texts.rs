//! SMS beside the mail: to whoever gave a number, and to nobody else.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::{City, wait_for};
use tests::person::{Person, request_id};
use tests::steps::{self, Office};

/// How many seconds the clock has to be ahead for it to be ten in the morning in Taipei: at night no SMS goes out.
#[expect(clippy::disallowed_methods, reason = "tests over real processes have no other clock")]
fn until_morning() -> String {
    const DAY: i64 = 24 * 3_600;
    let in_taipei = jiff::Timestamp::now().as_second() + 8 * 3_600;
    (10 * 3_600 - in_taipei).rem_euclid(DAY).to_string()
}

/// Files an application, with a number where there is one.
async fn apply(person: &mut Person, mobile: Option<&str>) -> Result<String> {
    let draft = steps::draft_by_api(person).await?;
    let body = json!({ "draft": draft, "consent": steps::consent(), "mobile": mobile });
    let key = draft.replace("draft_", "req_");
    let filed = person.api(Method::POST, "/api/cases", Some(&key), Some(&body)).await?.expect(201)?.json()?;
    filed["case"].as_str().map(str::to_owned).context("the case number")
}

async fn ask_to_correct(office: &mut Office, case: &str) -> Result<()> {
    office.assign(case).await?;
    let asked = json!([{ "subject": "other", "what": "未附切結書", "provide": "切結書" }]);
    let body = json!({ "version": 2, "deficiencies": asked, "days": 7 });
    let path = format!("/api/work/{case}/request_correction");
    office.handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?;
    Ok(())
}

/// Where the SMS of a case stand, as staff see them, once there are `count` and none is on its way.
async fn texted(office: &mut Office, case: &str, count: usize) -> Result<Vec<Value>> {
    wait_for("SMS that came to an end", async || {
        let path = format!("/api/work/{case}");
        let whole = office.handler.api(Method::GET, &path, None, None).await?.expect(200)?.json()?;
        let notices = whole["notices"].as_array().context("notices")?.clone();
        let texts: Vec<Value> = notices.into_iter().filter(|it| it["channel"] == "sms").collect();
        let done = texts.iter().all(|it| it["stage"] != "owed" && it["stage"] != "sending");
        Ok((texts.len() == count && done).then_some(texts))
    })
    .await
}

#[tokio::test]
async fn whoever_gave_a_number_is_told_by_sms_and_nobody_else() -> Result<()> {
    let city = City::own(&["--clock-offset", &until_morning()]).await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let draft = steps::draft_by_api(&mut lin).await?;
    let body = json!({ "draft": draft, "consent": steps::consent(), "mobile": "02-2720-8889" });
    let key = draft.replace("draft_", "req_");
    let refused = lin.api(Method::POST, "/api/cases", Some(&key), Some(&body)).await?.expect(422)?.json()?;
    assert_eq!(refused["code"], "NOT_A_MOBILE_NUMBER");

    let with = apply(&mut lin, Some("0912-345-678")).await?;
    let without = apply(&mut lin, None).await?;
    // The gateway of the local city takes none to this number.
    let unknown = apply(&mut lin, Some("0900000000")).await?;
    let mut office = Office::open(&city).await?;
    for case in [&with, &without, &unknown] {
        ask_to_correct(&mut office, case).await?;
        city.mail("lin@mail.example", &format!("請補正 {case}")).await?;
    }
    assert_eq!(texted(&mut office, &with, 1).await?[0]["stage"], "accepted");
    let refused = texted(&mut office, &unknown, 1).await?;
    assert_eq!((&refused[0]["stage"], &refused[0]["waits_for_staff"]), (&json!("refused"), &json!(false)));
    assert_eq!(texted(&mut office, &without, 0).await?, Vec::<Value>::new());

    let sent = city.look("/_local/sms.json").await?;
    let sent = sent.as_array().context("a list of SMS")?;
    assert_eq!(sent.len(), 1, "{sent:?}");
    let text = sent[0]["text"].as_str().context("a text")?;
    assert_eq!(sent[0]["to"], "0912345678");
    assert!(text.contains(&with) && text.contains("請補正，期限"), "{text}");

    // Staff read of both on the page; to the applicant it is one notice.
    let page = office.handler.get(&format!("/work/{unknown}")).await?.expect(200)?;
    for part in ["（簡訊）", "簡訊無法寄送", "0900000000"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let path = format!("/api/cases/{with}/notices");
    let told = lin.api(Method::GET, &path, None, None).await?.expect(200)?.json()?;
    let told = told["notices"].as_array().context("notices")?;
    assert_eq!(told.iter().filter(|it| it["kind"] == "correction_requested").count(), 1, "{told:?}");
    Ok(())
}
