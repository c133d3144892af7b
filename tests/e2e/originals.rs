//! 非全程式: applied for online, and begun with once the original has come (規範 八 I(二), 十一).

use anyhow::Result;
use tests::city::{City, wait_for};
use tests::person::Person;
use tests::steps::{self, Office};

#[tokio::test]
async fn an_original_is_waited_for_checked_in_and_starts_the_clock() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_for_subsidy(&mut lin).await?;
    let filed = steps::state(&mut lin, &case).await?;
    assert_eq!((&filed["state"], filed["due"].is_null()), (&"awaiting_materials".into(), true), "{filed}");
    assert!(filed["awaited_until"].is_string(), "{filed}");
    let page = lin.get(&format!("/cases/{case}")).await?.expect(200)?;
    for part in ["待補寄資料", "等候您：", "申報書", "（含）以前完成"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }

    let mut office = Office::of(&city, "xinyi").await?;
    let work = format!("/work/{case}");
    wait_for("the case in the list of those that wait", async || {
        let list = office.dispatcher.get("/work?state=awaiting").await?.expect(200)?;
        Ok(list.body.contains(&case).then_some(()))
    })
    .await?;
    let page = office.dispatcher.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/record_arrival"))?.fill("arrived_on", &steps::today());
    let page = office.dispatcher.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("應備資料已寄達：") && page.text().contains("申報書"), "{}", page.text());
    let arrived = steps::state(&mut lin, &case).await?;
    assert_eq!((&arrived["state"], arrived["due"].is_string()), (&"received".into(), true), "{arrived}");
    // The applicant hears of it, and whoever has to dispatch the case now.
    city.mail("lin@mail.example", "寄達").await?;

    office.decide(&case, "approve", "").await?;
    assert_eq!(steps::state(&mut lin, &case).await?["result"], "approved");
    Ok(())
}
