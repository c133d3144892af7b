//! What an applicant says beside an application: how documents are served, and the signature under it.

use anyhow::{Context as _, Result};
use reqwest::Method;
use tests::city::{City, wait_for};
use tests::person::Person;
use tests::steps::{self, Office, sha256};

/// Who has not agreed to electronic service is served on paper, and told by nothing else.
#[tokio::test]
async fn a_decision_goes_by_post_to_whoever_wants_paper() -> Result<()> {
    let city = City::own(&[]).await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let draft = format!("/drafts/{}", steps::draft_by_api(&mut lin).await?);
    // Nothing is chosen, and then no address is given: the page says so, and nothing is filed.
    let form = steps::checked(&mut lin, &draft, &[]).await?;
    let refused = lin.post(&form).await?.expect(422)?;
    assert!(refused.text().contains("請選擇公文書以電子文件或書面送達"), "{}", refused.text());
    let form = steps::checked(&mut lin, &draft, &[("served", "paper")]).await?;
    let refused = lin.post(&form).await?.expect(422)?;
    assert!(refused.text().contains("請填寫寄送地址"), "{}", refused.text());
    let (address, paper) = ("臺北市大安區信義路三段 100 號 5 樓", ("served", "paper"));
    let form = steps::checked(&mut lin, &draft, &[paper, ("address", address)]).await?;
    let filed = lin.submit(&form).await?.expect(200)?;
    let case = steps::case_number(&filed.path)?;
    assert!(filed.text().contains(&format!("書面，寄至 {address}")), "{}", filed.text());

    let mut office = Office::open(&city).await?;
    office.decide(&case, "approve", "").await?;
    city.mail("handler@parks.city.example", "請以書面送達公文書").await?;
    // The mail arrived, and the applicant even reads it in the window: that is no service on them.
    let result = wait_for("the mail with the result", async || {
        let path = format!("/api/cases/{case}/notices");
        let listed = lin.api(Method::GET, &path, None, None).await?.expect(200)?.json()?;
        let notices = listed["notices"].as_array().context("notices")?.clone();
        let decided = notices.into_iter().find(|it| it["kind"] == "decided" && it["mail"] == "delivered");
        Ok(decided.and_then(|it| it["notice"].as_str().map(str::to_owned)))
    })
    .await?;
    lin.get(&format!("/cases/{case}/notices/{result}")).await?.expect(200)?;
    assert_eq!(steps::state(&mut lin, &case).await?["state"], "approved");

    let work = format!("/work/{case}");
    let page = office.handler.get(&work).await?.expect(200)?;
    assert!(page.text().contains(&format!("書面，寄至 {address}")), "{}", page.text());
    let form = page.form(&format!("{work}/record_service"))?;
    let form = form.fill("notice", &result).fill("means", "posted").fill("on", &steps::today());
    office.handler.submit(&form.fill("number", "RR 1234 5678 TW")).await?.expect(200)?;
    let told = steps::state(&mut lin, &case).await?;
    assert_eq!((&told["state"], &told["consent"]["address"]), (&"closed".into(), &address.into()));
    Ok(())
}

/// Until the result is served, an applicant can change their mind, either way.
#[tokio::test]
async fn an_applicant_changes_how_they_are_served() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let path = format!("/cases/{case}");
    let (action, address) = (format!("{path}/consent"), "臺北市市府路 1 號");
    let form = lin.get(&path).await?.expect(200)?.form(&action)?.fill("served", "paper");
    lin.post(&form.clone().fill("address", " ")).await?.expect(422)?;
    let page = lin.submit(&form.fill("address", address)).await?.expect(200)?;
    assert!(page.text().contains("您已選擇以書面送達") && page.text().contains(address), "{}", page.text());
    let form = page.form(&action)?.fill("served", "electronic");
    let page = lin.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("您已同意以電子文件送達"), "{}", page.text());
    steps::withdraw(&mut lin, &case).await?;
    Ok(())
}

/// The subsidy is signed: what was read over is what is filed, and anybody can check the fingerprint.
#[tokio::test]
async fn what_is_signed_is_what_is_filed_and_can_be_checked() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let service = lin.get("/services/XY003").await?.expect(200)?;
    assert!(service.text().contains("以電子簽章簽署"), "{}", service.text());
    let draft = format!("/drafts/{}", steps::draft_of_subsidy(&mut lin).await?);
    let electronic = ("served", "electronic");
    let form = steps::checked(&mut lin, &draft, &[electronic]).await?;
    let refused = lin.post(&form).await?.expect(422)?;
    assert!(refused.text().contains("此項目須簽署"), "{}", refused.text());
    let other = "0".repeat(64);
    let form = steps::checked(&mut lin, &draft, &[electronic, ("signature", &other)]).await?;
    let refused = lin.post(&form).await?.expect(409)?;
    assert!(refused.text().contains("與您簽署時不同"), "{}", refused.text());

    let api = format!("/api{draft}");
    let to_sign = lin.api(Method::GET, &api, None, None).await?.expect(200)?.json()?["to_sign"].take();
    let digest = to_sign["sha256"].as_str().context("a digest")?;
    let form = steps::checked(&mut lin, &draft, &[electronic, ("signature", digest)]).await?;
    let signed = lin.submit(&form).await?.expect(200)?;
    assert!(signed.text().contains(digest), "{}", signed.text());
    let case = steps::case_number(&signed.path)?;
    let signature = steps::state(&mut lin, &case).await?["signature"].take();
    let content = signature["content"].as_str().context("the canonical form")?;
    assert_eq!((sha256(content.as_bytes()).as_str(), &signature["assurance"]), (digest, &2.into()));
    assert!(content.contains("信義區祥和段三小段 114 地號"), "{content}");
    let mut office = Office::of(&city, "xinyi").await?;
    let page = office.dispatcher.get(&format!("/work/{case}")).await?.expect(200)?;
    assert!(page.text().contains(digest), "{}", page.text());
    steps::withdraw(&mut lin, &case).await?;
    Ok(())
}
