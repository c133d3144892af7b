//! Stories from beginning to end.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;
use tests::city::{City, wait_for};
use tests::person::{Attachment, PDF, Person, request_id};

use tests::steps::{self, Office};

#[tokio::test]
async fn an_application_goes_from_the_form_to_the_approval() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;

    let (confirmation, case) = steps::apply_by_pages(&mut lin).await?;
    assert!(confirmation.body.contains(&case));
    assert!(confirmation.text().contains("星期"), "the expected date, for people: {}", confirmation.text());
    city.mail("lin@mail.example", &case).await?;
    city.mail("dispatcher@parks.city.example", &case).await?;

    let mut office = Office::open(&city).await?;
    office.sees(&case).await?;
    office.decide(&case, "approve", "符合場地使用規定。").await?;

    city.mail("handler@parks.city.example", &case).await?;
    city.mail("reviewer@parks.city.example", &case).await?;
    city.mail("lin@mail.example", &format!("核准 {case}")).await?;
    let page = lin.get(&format!("/cases/{case}")).await?.expect(200)?;
    let text = page.text();
    for step in ["已收到您的申請", "機關已收文", "已分文", "已擬辦", "已核准"] {
        assert!(text.contains(step), "the timeline lacks {step}: {text}");
    }
    // The mail arrived, and nothing is owed.
    wait_for("the case to be closed", async || {
        let case = steps::state(&mut lin, &case).await?;
        Ok((case["state"] == "closed" && case["result"] == "approved").then_some(()))
    })
    .await?;
    let page = lin.get(&format!("/cases/{case}")).await?.expect(200)?;
    assert!(page.text().contains("核准（已結案）"), "{}", page.text());
    Ok(())
}

#[tokio::test]
async fn a_proposal_goes_back_and_the_application_is_rejected_with_its_reason() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut office = Office::open(&city).await?;
    office.assign(&case).await?;
    let work = format!("/work/{case}");

    let page = office.handler.get(&work).await?.expect(200)?;
    let proposal = page.form(&format!("{work}/propose"))?.fill("outcome", "approve").fill("reason", "");
    office.handler.submit(&proposal).await?.expect(200)?;
    let page = office.reviewer.get(&work).await?.expect(200)?;
    let back = page.form(&format!("{work}/return"))?.fill("reason", "人數與場地容量不符，請再確認。");
    office.reviewer.submit(&back).await?.expect(200)?;
    city.mail("handler@parks.city.example", "退回").await?;

    let page = office.handler.get(&work).await?.expect(200)?;
    let reason = "申請人數超過場地容量。";
    let proposal = page.form(&format!("{work}/propose"))?.fill("outcome", "reject").fill("reason", reason);
    let proposal = proposal.fill("ground", "not_eligible");
    office.handler.submit(&proposal).await?.expect(200)?;
    let before = lin.get(&format!("/cases/{case}")).await?.expect(200)?;
    assert!(!before.body.contains(reason), "a proposal is internal until it is decided");
    let page = office.reviewer.get(&work).await?.expect(200)?;
    office.reviewer.submit(&page.form(&format!("{work}/approve"))?).await?.expect(200)?;

    let result = city.mail("lin@mail.example", &format!("駁回 {case}")).await?;
    assert!(result.to_string().contains(reason), "{result}");
    assert_eq!(steps::state(&mut lin, &case).await?["result"], "rejected");
    Ok(())
}

#[tokio::test]
async fn a_correction_names_the_document_and_is_answered_with_it() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut office = Office::open(&city).await?;
    office.assign(&case).await?;

    // The city looks this one up itself.
    let (work, register) = (format!("/work/{case}"), "document:registration");
    let asked = json!([{ "subject": register, "what": "未附", "provide": "立案證書" }]);
    let body = json!({ "version": 2, "deficiencies": asked, "days": 7 });
    let path = format!("/api{work}/request_correction");
    let refused = office.handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?;
    assert_eq!(refused.expect(422)?.json()?["code"], "CITY_LOOKS_IT_UP");

    let page = office.handler.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/request_correction"))?;
    let half = form.clone().fill("what-document-layout", "出入口未標示。");
    let page = office.handler.post(&half).await?.expect(422)?;
    assert!(page.body.contains("#request_correction-provide-document-layout"), "{}", page.text());
    let form = page.form(&format!("{work}/request_correction"))?;
    let form = form.fill("provide-document-layout", "標示出入口之平面圖。").fill("days", "7");
    let page = office.handler.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已通知申請人補正"), "{}", page.text());

    let asked = city.mail("lin@mail.example", "場地配置圖：出入口未標示；應補").await?.to_string();
    assert!(asked.contains("標示出入口之平面圖") && asked.contains("補正期限"), "{asked}");
    let open = steps::state(&mut lin, &case).await?;
    assert_eq!(open["state"], "under_correction");
    assert_eq!(open["correction"]["deficiencies"][0]["subject"], "document:layout");

    // In place: the file for the document that was asked about, then a note, and it is sent.
    let correction = format!("/cases/{case}/correction");
    let page = lin.get(&correction).await?.expect(200)?;
    assert!(page.text().contains("出入口未標示。"), "{}", page.text());
    let form = page.form(&format!("{correction}/files"))?.fill("requirement", "layout");
    let name = "標示出入口.pdf";
    let file = Attachment { requirement: "layout", name, content_type: "application/pdf", bytes: PDF };
    let sent = lin.attach(&form, &file).await?;
    lin.follow(sent).await?.expect(200)?;
    let page = lin.get(&format!("{correction}?step=answers")).await?.expect(200)?;
    let answer = page.form(&correction)?.fill("note", "如附件。").fill("go", "send");
    lin.submit(&answer).await?.expect(200)?;
    city.mail("handler@parks.city.example", "已補正").await?;
    let answered = steps::state(&mut lin, &case).await?;
    assert_eq!((&answered["state"], &answered["correction"]), (&json!("assigned"), &json!(null)));
    let page = office.handler.get(&work).await?.expect(200)?;
    assert!(page.text().contains(name) && page.text().contains("如附件。"), "{}", page.text());
    let upload = answered["documents"].as_array().into_iter().flatten().next_back();
    let upload = upload.and_then(|document| document["upload"].as_str()).unwrap_or_default().to_owned();
    // Once the relay has moved it, the officer reads what the applicant brought.
    wait_for("the file of the answer", async || {
        let page = office.handler.get(&format!("{work}/files/{upload}")).await?;
        Ok((page.status == 303).then_some(()))
    })
    .await
}

#[tokio::test]
async fn more_time_to_answer_is_asked_for_and_given() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut office = Office::open(&city).await?;
    office.assign(&case).await?;
    let asked = json!([{ "subject": "other", "what": "未附切結書", "provide": "切結書" }]);
    let body = json!({ "version": 2, "deficiencies": asked, "days": 7 });
    let path = format!("/api/work/{case}/request_correction");
    office.handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?;
    let before = steps::state(&mut lin, &case).await?;

    let page = lin.get(&format!("/cases/{case}/correction?step=answers")).await?.expect(200)?;
    let form =
        page.form(&format!("/cases/{case}/more-time"))?.fill("days", "10").fill("reason", "負責人出國。");
    let page = lin.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("機關尚未回覆"), "{}", page.text());
    city.mail("handler@parks.city.example", "申請展延").await?;
    let page = office.handler.get(&format!("/work/{case}")).await?.expect(200)?;
    let form = page.form(&format!("/work/{case}/extend_correction"))?.fill("reason", "同意展延。");
    let page = office.handler.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已展延補正期限"), "{}", page.text());
    let told = city.mail("lin@mail.example", "補正期限已展延").await?.to_string();
    assert!(told.contains("同意展延。"), "{told}");
    let after = steps::state(&mut lin, &case).await?;
    assert!(after["correction"]["due"].as_str() > before["correction"]["due"].as_str(), "{after}");
    // The agency's clock stands still for it.
    assert!(after["due"].as_str() > before["due"].as_str(), "{after}");
    Ok(())
}

#[tokio::test]
async fn the_applicant_withdraws_and_nobody_can_decide_any_more() -> Result<()> {
    let city = City::any().await?;
    let mut wang = Person::sign_in(&city, "wang").await?;
    let case = steps::apply_by_api(&mut wang).await?;
    let mut office = Office::open(&city).await?;
    office.assign(&case).await?;
    steps::withdraw(&mut wang, &case).await?.expect(200)?;
    city.mail("handler@parks.city.example", "撤回").await?;

    let version = steps::state(&mut wang, &case).await?["version"].clone();
    let body = json!({ "version": version, "outcome": "approve", "reason": "" });
    let refused = office
        .handler
        .api(Method::POST, &format!("/api/work/{case}/propose"), Some(&request_id()), Some(&body))
        .await?
        .expect(409)?
        .json()?;
    assert_eq!(refused["code"], "NOT_IN_THIS_STATE");
    // Closed, once the mail that confirms it has arrived.
    assert!(["withdrawn", "closed"].map(Into::into).contains(&refused["state"]), "{refused}");
    Ok(())
}

#[tokio::test]
async fn fifty_submissions_of_one_draft_make_one_case_and_one_mail() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let draft = steps::draft_by_api(&mut lin).await?;
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (mut lin, draft) = (lin.clone(), draft.clone());
            tokio::spawn(async move { steps::file(&mut lin, &draft).await })
        })
        .collect();
    let mut cases = Vec::new();
    for attempt in tries {
        let answer = attempt.await??;
        assert!(matches!(answer.status, 200 | 201 | 503), "{answer:?}");
        if answer.status != 503 {
            cases.push(answer.json()?["case"].to_string());
        }
    }
    cases.sort();
    cases.dedup();
    assert_eq!(cases.len(), 1, "{cases:?}");
    let case = cases.concat().replace('"', "");
    city.mail("lin@mail.example", &case).await?;
    // Whatever would come twice has had the time to come.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(city.count_mails("lin@mail.example", &case).await?, 1);
    Ok(())
}

#[tokio::test]
async fn two_officers_at_once_and_the_second_is_shown_what_the_first_did() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut office = Office::open(&city).await?;
    let body = json!({ "version": 1 });
    let path = format!("/api/work/{case}/accept");
    let mut colleague = office.dispatcher.clone();
    let (own, other) = (request_id(), request_id());
    let (first, second) = tokio::join!(
        office.dispatcher.api(Method::POST, &path, Some(&own), Some(&body)),
        colleague.api(Method::POST, &path, Some(&other), Some(&body)),
    );
    let mut answers = [first?, second?];
    answers.sort_by_key(|answer| answer.status);
    assert_eq!(answers.each_ref().map(|answer| answer.status), [200, 409], "{answers:?}");
    let refused = answers[1].json()?;
    assert_eq!((refused["code"].as_str(), refused["version"].as_u64()), (Some("STALE_VERSION"), Some(2)));

    // Sent again, the one that took effect is answered as before; with other content it is refused.
    let replayed = office.dispatcher.api(Method::POST, &path, Some(&own), Some(&body)).await?;
    let other = colleague.api(Method::POST, &path, Some(&other), Some(&body)).await?;
    let codes = [replayed.status, other.status];
    assert!(codes.contains(&200) && codes.contains(&409), "{codes:?}");
    Ok(())
}

#[tokio::test]
async fn a_bounced_mail_is_shown_to_the_office() -> Result<()> {
    let city = City::any().await?;
    let mut chen = Person::sign_in(&city, "chen").await?;
    let case = steps::apply_by_api(&mut chen).await?;
    let mut office = Office::open(&city).await?;
    wait_for("the bounce on the case's page", async || {
        let page = office.dispatcher.get(&format!("/work/{case}")).await?.expect(200)?;
        Ok(page.text().contains("退信").then_some(()))
    })
    .await
}

#[tokio::test]
async fn another_agency_and_another_applicant_see_nothing() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut wang = Person::sign_in(&city, "wang").await?;
    let mut xinyi = Person::sign_in(&city, "dispatcher.xinyi").await?;
    wang.get(&format!("/cases/{case}")).await?.expect(404)?;
    wang.api(Method::GET, &format!("/api/cases/{case}"), None, None).await?.expect(404)?;
    xinyi.get(&format!("/work/{case}")).await?.expect(404)?;
    lin.get(&format!("/work/{case}")).await?.expect(403)?;
    let mut stranger = Person::stranger(&city)?;
    let page = stranger.get(&format!("/cases/{case}")).await?.expect(303)?;
    assert!(page.location.is_some_and(|to| to.starts_with("/sign-in")));
    stranger.api(Method::GET, &format!("/api/cases/{case}"), None, None).await?.expect(401)?;
    Ok(())
}
