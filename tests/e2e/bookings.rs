//! Times at a counter: booked by many at once, kept, changed, received and given back.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::City;
use tests::person::{Person, request_id};

/// An item whose times can be booked, where, and how many people one of them holds.
const ITEM: &str = "HR008";
const PLACE: &str = "daan-hro";
const CAPACITY: usize = 4;
/// Clients of the rush: several windows of each person.
const CLIENTS: usize = 50;
/// People of the city who may well book: nobody has two times on a day.
const PEOPLE: [&str; 10] = [
    "lin",
    "chen",
    "wang",
    "dispatcher.park",
    "handler.park",
    "reviewer.park",
    "dispatcher.xinyi",
    "handler.xinyi",
    "reviewer.xinyi",
    "handler.pto",
];

fn slots(day: &str) -> String {
    format!("/api/services/{ITEM}/slots?place={PLACE}&day={day}")
}

/// A day on which every time is free, counted from the last that can be booked, and the begin of its
/// `nth` time: each test takes another, since they run side by side.
async fn free_day(person: &mut Person, nth: usize) -> Result<(String, String)> {
    let all =
        person.api(Method::GET, &format!("/api/services/{ITEM}/slots?place={PLACE}"), None, None).await?;
    let days = all.expect(200)?.json()?["days"].as_array().cloned().context("days")?;
    for day in days.iter().rev().skip(nth) {
        let day = day.as_str().context("a day")?;
        let page = person.api(Method::GET, &slots(day), None, None).await?.expect(200)?.json()?;
        let slots = page["slots"].as_array().cloned().context("slots")?;
        if slots.iter().all(|slot| slot["free"] == slot["capacity"]) {
            let start = slots.first().and_then(|slot| slot["start"].as_str()).context("a slot")?;
            return Ok((day.to_owned(), start.to_owned()));
        }
    }
    bail!("no day is free any more: run the city anew")
}

fn wanted(day: &str, start: &str) -> Value {
    json!({ "item": ITEM, "place": PLACE, "day": day, "start": start })
}

/// Asks until the answer is final: who is told to try again does, under the same id.
async fn book(mut person: Person, body: Value) -> Result<(u16, Value)> {
    let key = request_id();
    for _ in 0..20 {
        let answer = person.api(Method::POST, "/api/bookings", Some(&key), Some(&body)).await?;
        if answer.status != 503 {
            return Ok((answer.status, answer.json()?));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    bail!("no final answer")
}

#[tokio::test]
async fn fifty_clients_at_once_for_one_time_get_fifty_clear_answers() -> Result<()> {
    let city = City::any().await?;
    let mut people = Vec::new();
    for name in PEOPLE {
        people.push(Person::sign_in(&city, name).await?);
    }
    let (day, start) = free_day(&mut people[0], 0).await?;
    let rush = people.iter().cycle().take(CLIENTS).map(|person| book(person.clone(), wanted(&day, &start)));
    let rush: Vec<_> = rush.map(tokio::spawn).collect();
    let mut booked = 0;
    for client in rush {
        let (status, answer) = client.await??;
        match (status, answer["code"].as_str()) {
            (201, _) => booked += 1,
            (409, Some("SLOT_FULL" | "DAY_TAKEN")) => {}
            other => bail!("no clear answer: {other:?} {answer}"),
        }
    }
    assert_eq!(booked, CAPACITY);
    let page = people[0].api(Method::GET, &slots(&day), None, None).await?.expect(200)?.json()?;
    assert_eq!(page["slots"][0]["free"], 0);
    let mut counter = Person::sign_in(&city, "counter.daan").await?;
    let path = format!("/api/counter?place={PLACE}&day={day}");
    let listed = counter.api(Method::GET, &path, None, None).await?.expect(200)?.json()?;
    let listed = listed["bookings"].as_array().cloned().context("bookings")?;
    let names: std::collections::BTreeSet<String> = listed.iter().map(|it| it["name"].to_string()).collect();
    ensure!((listed.len(), names.len()) == (CAPACITY, CAPACITY), "somebody has two: {listed:?}");
    Ok(())
}

#[tokio::test]
async fn a_time_is_booked_by_page_changed_and_given_back_and_every_step_comes_by_mail() -> Result<()> {
    let city = City::any().await?;
    let mut wang = Person::sign_in(&city, "wang").await?;
    let (day, start) = free_day(&mut wang, 2).await?;
    let page = wang.get(&format!("/services/{ITEM}/book?place={PLACE}&day={day}")).await?.expect(200)?;
    let form = page.form(&format!("/services/{ITEM}/book"))?;
    let start = start.get(..5).context("hours and minutes")?;
    let filled = form.fill("start", start);
    let shown = wang.submit(&filled).await?.expect(200)?;
    assert!(shown.text().contains("報到碼"), "{}", shown.text());
    let id = shown
        .path
        .split(['/', '?'])
        .find(|part| part.starts_with("booking_"))
        .context("a booking")?
        .to_owned();
    let booking =
        wang.api(Method::GET, &format!("/api/bookings/{id}"), None, None).await?.expect(200)?.json()?;
    let code = booking["check_in_code"].as_str().context("a code")?.to_owned();
    city.mail("wang@mail.example", &code).await?;

    let all = wang.api(Method::GET, &slots(&day), None, None).await?.expect(200)?.json()?;
    let other = all["slots"][1]["start"].clone();
    let body = json!({ "version": 1, "place": PLACE, "day": day, "start": other });
    let path = format!("/api/bookings/{id}/change");
    let changed =
        wang.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?.json()?;
    assert_eq!(changed["at"]["start"], other);
    city.mail("wang@mail.example", &format!("{id}_2")).await?;

    let path = format!("/api/bookings/{id}/cancel");
    let body = json!({ "version": 2 });
    wang.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?;
    city.mail("wang@mail.example", "預約已取消").await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    lin.get(&format!("/bookings/{id}")).await?.expect(404)?;
    lin.get("/counter").await?.expect(403)?;
    Ok(())
}
