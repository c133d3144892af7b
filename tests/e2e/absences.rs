//! Who is away and who stands in for them (職務代理).

use anyhow::{Context as _, Result};
use reqwest::Method;
use tests::city::City;
use tests::person::Person;
use tests::steps::{self, Office};

#[tokio::test]
async fn a_deputy_decides_while_the_reviewer_is_away() -> Result<()> {
    let city = City::own(&[]).await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = steps::apply_by_api(&mut lin).await?;
    let mut office = Office::open(&city).await?;
    office.assign(&case).await?;
    let mut stranger = Person::sign_in(&city, "research.park").await?;
    let work = format!("/work/{case}");
    let page = stranger.get(&work).await?.expect(200)?;
    assert!(page.form(&format!("{work}/approve")).is_err(), "research officers decide nothing");

    let page = office.reviewer.get("/work/absences").await?.expect(200)?;
    let deputies = page.options("deputy")?;
    let deputy = deputies.iter().find(|(_, name)| name == "葉書廷").context("the deputy to be")?.0.clone();
    let form = page.form("/work/absences")?.fill("deputy", &deputy);
    let past = form.clone().fill("from", "2026-01-02").fill("until", "2026-01-02");
    let page = office.reviewer.post(&past).await?.expect(422)?;
    assert!(page.text().contains("請假期間須自今日以後起算"), "{}", page.text());
    let page = office.reviewer.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已登記") && page.text().contains("代理中"), "{}", page.text());

    let page = office.handler.get(&work).await?.expect(200)?;
    let form = page.form(&format!("{work}/propose"))?.fill("outcome", "approve");
    office.handler.submit(&form).await?.expect(200)?;
    for address in ["reviewer@parks.city.example", "research@parks.city.example"] {
        city.mail(address, "待審核").await?;
    }

    let mut deputy = Person::sign_in(&city, "research.park").await?;
    let page = deputy.get("/work?state=mine").await?.expect(200)?;
    assert!(page.text().contains("代理 吳美玲") && page.body.contains(&case), "{}", page.text());
    let page = deputy.get(&work).await?.expect(200)?;
    deputy.submit(&page.form(&format!("{work}/approve"))?).await?.expect(200)?;
    let whole =
        office.reviewer.api(Method::GET, &format!("/api{work}"), None, None).await?.expect(200)?.json()?;
    let timeline = whole["timeline"].as_array().context("a timeline")?;
    let decided = timeline.iter().find(|event| event["event"] == "decided").context("the decision")?;
    assert_eq!(decided["by"], "葉書廷");

    let page = office.reviewer.get("/work/absences").await?.expect(200)?;
    let end = page.body.split("action=\"").find_map(|part| {
        part.split('"').next().filter(|path| path.starts_with("/work/absences/") && path.ends_with("/end"))
    });
    let form = page.form(end.context("a form that ends it")?)?;
    let page = office.reviewer.submit(&form).await?.expect(200)?;
    assert!(page.text().contains("已提前終止"), "{}", page.text());
    let mut back = Person::sign_in(&city, "research.park").await?;
    let page = back.get("/work").await?.expect(200)?;
    assert!(!page.text().contains("代理 吳美玲"), "{}", page.text());
    Ok(())
}
