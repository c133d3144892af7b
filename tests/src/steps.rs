//! The steps that stories are made of.

use crate::city::{City, wait_for};
use crate::page::{Form, Page};
use crate::person::{Attachment, PDF, Person, http_client, request_id};
use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};

/// Answers that fit the form of 公園處場地使用 (`PK001`).
pub fn park_answers() -> Value {
    json!({
        "activity": "中秋社區音樂會",
        "purpose": "社區居民聯誼，現場演奏，不販售物品。",
        "park": "daan",
        "date_from": "2027-03-05",
        "date_to": "2027-03-06",
        "people": "800",
        "organiser": "大安社區發展協會",
        "national_id": "A123456789",
        "contact_phone": "02-2720-8889#123",
        "consent": "yes",
    })
}

/// Applies for the use of a park as somebody with a browser: form, files, check, submit. Gives the
/// confirmation page and the case number.
pub async fn apply_by_pages(person: &mut Person) -> Result<(Page, String)> {
    let service = person.get("/services/PK001").await?.expect(200)?;
    let page = person.submit(&service.form("/services/PK001/apply")?).await?.expect(200)?;
    let draft = page.path.clone();
    let mut form = page.form(&draft)?.fill("go", "next");
    for (name, value) in park_answers().as_object().context("answers")? {
        form = form.fill(&format!("f-{name}"), value.as_str().unwrap_or_default());
    }
    let mut page = person.submit(&form).await?.expect(200)?;
    for requirement in ["activity_plan", "layout"] {
        let form = page.form(&format!("{draft}/files"))?.fill("requirement", requirement);
        let file =
            Attachment { requirement, name: "計畫.pdf", content_type: "application/pdf", bytes: PDF };
        let sent = person.attach(&form, &file).await?;
        page = person.follow(sent).await?.expect(200)?;
    }
    let form = checked(person, &draft, &[("served", "electronic")]).await?;
    let confirmation = person.submit(&form).await?.expect(200)?;
    let number = case_number(&confirmation.path)?;
    Ok((confirmation, number))
}

/// The form that submits the draft at the path `draft`, with these answers to what is asked beside it.
pub async fn checked(person: &mut Person, draft: &str, declared: &[(&str, &str)]) -> Result<Form> {
    let check = person.get(&format!("{draft}/check")).await?.expect(200)?;
    let form = check.form(&format!("{draft}/submit"))?;
    Ok(declared.iter().fold(form, |form, (name, value)| form.fill(name, value)))
}

/// The case number in a path.
pub fn case_number(path: &str) -> Result<String> {
    let number = path.split(['/', '?']).find(|part| part.starts_with("TP-"));
    number.map(str::to_owned).with_context(|| format!("no case number in {path}"))
}

/// Makes a draft for 公園處場地使用 through the API. Gives the draft's id.
pub async fn draft_by_api(person: &mut Person) -> Result<String> {
    draft_for(person, "PK001", &park_answers(), &["activity_plan", "layout"]).await
}

/// Makes a draft for `item` through the API, with the documents put straight into the object store. Gives the
/// draft's id.
pub async fn draft_for(
    person: &mut Person,
    item: &str,
    answers: &Value,
    documents: &[&str],
) -> Result<String> {
    let draft =
        person.api(Method::POST, "/api/drafts", None, Some(&json!({ "item": item }))).await?.expect(201)?;
    let draft = draft.json()?;
    let id = draft["draft"].as_str().context("the draft's id")?.to_owned();
    let path = format!("/api/drafts/{id}");
    let body = json!({ "version": draft["version"], "answers": answers });
    person.api(Method::PUT, &path, None, Some(&body)).await?.expect(200)?;
    for requirement in documents {
        let ticket = json!({
            "requirement": requirement,
            "file_name": "計畫.pdf",
            "content_type": "application/pdf",
            "bytes": PDF.len(),
            "sha256": sha256(PDF),
        });
        let ticket = person
            .api(Method::POST, &format!("{path}/uploads"), None, Some(&ticket))
            .await?
            .expect(201)?
            .json()?;
        put(&ticket, PDF).await?;
    }
    Ok(id)
}

/// Files the subsidy of XY003 through the API, whose three registers know 林佳穎, signed as it has to be. Gives the
/// case number.
pub async fn apply_for_subsidy(lin: &mut Person) -> Result<String> {
    let draft = draft_of_subsidy(lin).await?;
    let (path, key) = (format!("/api/drafts/{draft}"), draft.replace("draft_", "req_"));
    let to_sign = lin.api(Method::GET, &path, None, None).await?.expect(200)?.json()?["to_sign"].take();
    let signature = json!({ "sha256": to_sign["sha256"] });
    let body = json!({ "draft": draft, "consent": consent(), "signature": signature });
    let filed = lin.api(Method::POST, "/api/cases", Some(&key), Some(&body)).await?.expect(201)?.json()?;
    filed["case"].as_str().map(str::to_owned).context("the case number")
}

/// Its draft, ready to be signed.
pub async fn draft_of_subsidy(lin: &mut Person) -> Result<String> {
    let answers = json!({
        "national_id": "A223344553",
        "address": "臺北市信義區松仁路 158 巷 7 號",
        "phone": "0912-345-678",
        "season": "first",
        "use": "fallow",
        "crop": "",
        "parcels": "信義區祥和段三小段 114 地號",
        "area": "2450",
        "consent": "yes",
    });
    draft_for(lin, "XY003", &answers, &["declaration", "passbook"]).await
}

/// Puts `bytes` where the ticket of an upload says, with the headers it says.
pub async fn put(ticket: &Value, bytes: &[u8]) -> Result<()> {
    let url = ticket["url"].as_str().context("the ticket's url")?;
    let mut request = http_client()?.put(url).body(bytes.to_vec());
    for (name, value) in ticket["headers"].as_object().context("the ticket's headers")? {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    let answer = request.send().await?;
    let status = answer.status();
    anyhow::ensure!(status.is_success(), "{status}: {}", answer.text().await?);
    Ok(())
}

/// Lower-case hexadecimal SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Files a complete application through the API and gives its case number.
pub async fn apply_by_api(person: &mut Person) -> Result<String> {
    let draft = draft_by_api(person).await?;
    filed(person, &draft).await
}

/// Files a draft and gives its case number.
pub async fn filed(person: &mut Person, draft: &str) -> Result<String> {
    let filed = file(person, draft).await?.expect(201)?.json()?;
    filed["case"].as_str().map(str::to_owned).context("the case number")
}

/// What somebody says who is served electronically.
pub fn consent() -> Value {
    json!({ "electronic": true, "wording": 1 })
}

/// Files a draft.
pub async fn file(person: &mut Person, draft: &str) -> Result<Page> {
    let key = draft.replace("draft_", "req_");
    person
        .api(Method::POST, "/api/cases", Some(&key), Some(&json!({ "draft": draft, "consent": consent() })))
        .await
}

/// The officers of one office.
pub struct Office {
    pub dispatcher: Person,
    pub handler: Person,
    pub reviewer: Person,
}

impl Office {
    /// The parks office.
    pub async fn open(city: &City) -> Result<Self> {
        Self::of(city, "park").await
    }

    /// The office whose people are `dispatcher.<name>` and so on.
    pub async fn of(city: &City, name: &str) -> Result<Self> {
        Ok(Self {
            dispatcher: Person::sign_in(city, &format!("dispatcher.{name}")).await?,
            handler: Person::sign_in(city, &format!("handler.{name}")).await?,
            reviewer: Person::sign_in(city, &format!("reviewer.{name}")).await?,
        })
    }

    /// Accept, assign, propose and approve, each by the one who may, on the officers' pages.
    pub async fn decide(&mut self, case: &str, outcome: &str, reason: &str) -> Result<()> {
        let work = format!("/work/{case}");
        let page = self.dispatcher.get(&work).await?.expect(200)?;
        self.dispatcher.submit(&page.form(&format!("{work}/accept"))?).await?.expect(200)?;
        self.assign(case).await?;
        let page = self.handler.get(&work).await?.expect(200)?;
        let form = page.form(&format!("{work}/propose"))?.fill("outcome", outcome).fill("reason", reason);
        let form = if outcome == "reject" { form.fill("ground", "not_eligible") } else { form };
        self.handler.submit(&form).await?.expect(200)?;
        let page = self.reviewer.get(&work).await?.expect(200)?;
        self.reviewer.submit(&page.form(&format!("{work}/approve"))?).await?.expect(200)?;
        Ok(())
    }

    /// The dispatcher gives the case to the handler and the reviewer.
    pub async fn assign(&mut self, case: &str) -> Result<Page> {
        let work = format!("/work/{case}");
        let page = self.dispatcher.get(&work).await?.expect(200)?;
        let form = page.form(&format!("{work}/assign"))?;
        let form = form.fill("handler", &only(&page, "handler")?).fill("reviewer", &only(&page, "reviewer")?);
        self.dispatcher.submit(&form).await?.expect(200)
    }

    /// Waits until the case stands in the list of the agency's work.
    pub async fn sees(&mut self, case: &str) -> Result<()> {
        wait_for("the case in the agency's list", async || {
            let page = self.dispatcher.get("/work").await?.expect(200)?;
            Ok(page.body.contains(case).then_some(()))
        })
        .await
    }
}

/// The last person a select offers.
fn only(page: &Page, name: &str) -> Result<String> {
    let options = page.options(name)?;
    let person = options.iter().rev().find(|(value, _)| value.starts_with("person_"));
    person.map(|(value, _)| value.clone()).with_context(|| format!("nobody to choose as {name}"))
}

/// The state of a case, as its applicant's program sees it.
pub async fn state(person: &mut Person, case: &str) -> Result<Value> {
    person.api(Method::GET, &format!("/api/cases/{case}"), None, None).await?.expect(200)?.json()
}

/// The day in Taipei, by the clock of the machine, which is the city's.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests over real processes have no other clock")]
pub fn today() -> String {
    domain::taipei::day_of(jiff::Timestamp::now()).to_string()
}

/// Withdraws a case as its applicant.
pub async fn withdraw(person: &mut Person, case: &str) -> Result<Page> {
    let version = state(person, case).await?["version"].clone();
    let body = json!({ "version": version, "reason": "活動取消" });
    person.api(Method::POST, &format!("/api/cases/{case}/withdraw"), Some(&request_id()), Some(&body)).await
}
