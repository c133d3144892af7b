//! Notices in the window: a mail that came back, a notice that was opened there, and one that was posted.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::json;
use tests::city::{City, wait_for};
use tests::person::{Person, request_id};
use tests::steps::{self, Office};

/// How many notices of `case` are in the list of what did not arrive.
async fn unreached(office: &mut Office, case: &str) -> Result<usize> {
    let list = office.handler.api(Method::GET, "/api/work/notices", None, None).await?.expect(200)?.json()?;
    let notices = list["notices"].as_array().context("notices")?;
    Ok(notices.iter().filter(|notice| notice["case"] == case).count())
}

/// 陳俊宏's mail comes back.
#[tokio::test]
async fn a_notice_whose_mail_came_back_is_served_in_the_window_and_on_paper() -> Result<()> {
    let city = City::own(&[]).await?;
    let mut chen = Person::sign_in(&city, "chen").await?;
    let case = steps::apply_by_api(&mut chen).await?;
    let mut office = Office::open(&city).await?;
    office.decide(&case, "approve", "").await?;
    let (work, api) = (format!("/work/{case}"), format!("/api/work/{case}"));

    // Staff see that both came back.
    let notices = wait_for("two mails that came back", async || {
        let whole = office.handler.api(Method::GET, &api, None, None).await?.expect(200)?.json()?;
        let notices = whole["notices"].as_array().context("notices")?.clone();
        let waiting: Vec<_> = notices.into_iter().filter(|it| it["waits_for_staff"] == true).collect();
        Ok((waiting.len() == 2).then_some(waiting))
    })
    .await?;

    assert_eq!(
        steps::state(&mut chen, &case).await?["state"],
        "approved",
        "nobody knows that they were told"
    );

    city.mail("handler@parks.city.example", "結果通知未能送達").await?;
    assert_eq!(unreached(&mut office, &case).await?, 2, "both wait for somebody");
    let list = office.handler.get("/work/notices").await?.expect(200)?;
    assert!(list.text().contains(&case) && list.text().contains("結果通知"), "{}", list.text());

    // The applicant reads one of them in the window.
    let page = chen.get("/notices").await?.expect(200)?;
    assert!(page.text().contains("郵件未送達") && page.text().contains("未讀"), "{}", page.text());
    let first = notices[0]["notice"].as_str().context("an id")?;
    let page = chen.get(&format!("/cases/{case}/notices/{first}")).await?.expect(200)?;
    for part in ["已收到您的申請", "首次開啟", "未能送達", first] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let listed = chen.api(Method::GET, &format!("/api/cases/{case}/notices"), None, None).await?;
    let listed = listed.expect(200)?.json()?;
    let opened: Vec<bool> = listed["notices"]
        .as_array()
        .context("notices")?
        .iter()
        .map(|it| !it["opened_at"].is_null())
        .collect();
    assert_eq!(opened.iter().filter(|it| **it).count(), 1, "{listed}");
    // To anybody else it does not exist.
    let mut lin = Person::sign_in(&city, "lin").await?;
    lin.get(&format!("/cases/{case}/notices/{first}")).await?.expect(404)?;

    // The other one is posted, and nothing waits for staff any more.
    let page = office.handler.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/record_service"))?;
    let second = notices[1]["notice"].as_str().context("an id")?;
    let today = steps::today();
    let form = form.fill("notice", second).fill("means", "posted").fill("on", &today);
    let refused = office.handler.post(&form.clone().fill("number", "")).await?.expect(422)?;
    assert!(refused.text().contains("掛號號碼"), "{}", refused.text());
    let form = form.fill("number", "RR 1234 5678 TW").fill("note", "管理員代收");
    let page = office.handler.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已登錄送達"), "{}", page.text());
    wait_for("the ledger to say so", async || {
        let whole = office.handler.api(Method::GET, &api, None, None).await?.expect(200)?.json()?;
        let notices = whole["notices"].as_array().context("notices")?.clone();
        Ok(notices.iter().all(|it| it["waits_for_staff"] == false).then_some(()))
    })
    .await?;
    assert_eq!(steps::state(&mut chen, &case).await?["state"], "closed", "the letter tells the result");
    wait_for("the list without them", async || Ok((unreached(&mut office, &case).await? == 0).then_some(())))
        .await?;
    let timeline = chen.get(&format!("/cases/{case}")).await?.expect(200)?.text();
    assert!(timeline.contains("RR 1234 5678 TW") && !timeline.contains("管理員代收"), "{timeline}");

    // Opened by a program.
    let path = format!("/api/cases/{case}/notices/{second}/open");
    let told =
        chen.api(Method::POST, &path, Some(&request_id()), Some(&json!({}))).await?.expect(200)?.json()?;
    assert!(told["subject"].as_str().is_some_and(|subject| subject.contains("核准")), "{told}");
    assert_eq!(told["served"]["number"], "RR 1234 5678 TW");
    Ok(())
}
