//! Fees: what is published, and what is shown of it.

#![expect(clippy::indexing_slicing, reason = "JSON that is not as expected has failed the test")]

use serde_json::{Value, json};
use testkit::samples;
use testkit::world::World;

use crate::support::{Answer, City};

/// An import of one item with this fee, due on notice, and a form of every field a fee can be by.
fn with(fee: &Value) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/catalogue/import.json");
    let mut payload: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let field = |key: &str, required: bool, kind: Value| json!({ "key": key, "label": { "zh": "欄位", "en": "Field" }, "required": required, "kind": kind });
    let number = || json!({ "type": "number", "min": 0, "max": 1_000_000_000 });
    let item = &mut payload["import"]["items"][0];
    item["fee"] = fee.clone();
    item["clock"] = json!({ "fee_timing": "on_notice" });
    item["fields"] = json!([
        field("copies", true, json!({ "type": "number", "min": 1, "max": 50 })),
        field("pages", true, number()),
        field("capital", true, number()),
        field("area", true, json!({ "type": "line", "max": 7 })),
        field("name", true, json!({ "type": "line", "max": 60 })),
        field("low_income", false, json!({ "type": "consent" })),
    ]);
    payload
}

fn city() -> City {
    City::of(World::new(samples::morning(), 7))
}

fn published(fee: &Value) -> City {
    let city = city();
    assert_eq!(city.import(with(fee)).unwrap(), json!({ "imported": 3 }), "{fee}");
    city
}

fn page(city: &City, lang: &str) -> Answer {
    city.get("/services/{code}", Some(("code", "LB001")), &[("lang", lang)])
}

fn api(city: &City) -> Value {
    city.get("/api/services/{code}", Some(("code", "LB001")), &[]).json()
}

fn by_copies() -> Value {
    json!({
        "basis": { "type": "per_copy", "field": "copies", "each": 100 },
        "online": { "percent_off": 20, "legal_basis": "商業登記規費收費準則第3條" },
        "exemptions": [{
            "field": "low_income", "value": "yes", "legal_basis": "規費法第12條",
            "reason": { "zh": "低收入戶", "en": "low-income household" },
        }],
        "retained_if_ended": 50,
    })
}

#[test]
fn every_example_of_the_documentation_is_publishable() {
    let examples = include_str!("../../../../docs/fees.md").split("```json\n").skip(1);
    let fees = examples.map(|rest| -> Value {
        serde_json::from_str::<Value>(rest.split("```").next().unwrap()).unwrap()["fee"].clone()
    });
    assert_eq!(fees.map(|fee| drop(published(&fee))).count(), 9);
}

#[test]
fn a_page_says_the_fee_of_each_channel_how_by_which_law_and_when() {
    let city = published(&by_copies());
    let zh = page(&city, "zh-Hant-TW").text;
    for shown in [
        "依申請內容計算",
        "網路申辦</th>",
        "臨櫃、郵寄申辦</th>",
        "每份計收 100 元",
        "網路申辦減 20 %（依商業登記規費收費準則第3條）",
        "免徵：低收入戶（依規費法第12條）",
        "依機關通知繳納",
        "其中 50 元不予退還",
    ] {
        assert!(zh.contains(shown), "{shown} is not on {zh}");
    }
    assert_eq!(zh.matches("每份計收 100 元").count(), 2, "for either channel");
    assert_eq!(zh.matches("網路申辦減 20 %").count(), 1, "online alone");
    let en = page(&city, "en").text;
    for shown in [
        "depends on the application",
        "NT$100 per copy",
        "20% off for applying online (商業登記規費收費準則第3條)",
        "exempt: low-income household (規費法第12條)",
        "when the agency asks for it",
        "NT$50 of it is not paid back",
    ] {
        assert!(en.contains(shown), "{shown} is not on {en}");
    }
}

#[test]
fn a_page_says_an_amount_where_there_is_one_and_nothing_where_nothing_is_due() {
    let fixed = json!({
        "basis": { "type": "fixed", "amount": 1000 },
        "online": { "percent_off": 20, "legal_basis": "商業登記規費收費準則第3條" },
    });
    let zh = page(&published(&fixed), "zh-Hant-TW").text;
    for shown in ["規費：800 元", ">800 元</span>", ">1,000 元</span>", "每件 1,000 元"] {
        assert!(zh.contains(shown), "{shown} is not on {zh}");
    }
    let city = city();
    let mut free = with(&json!(0));
    free["import"]["items"][0]["clock"] = Value::Null;
    city.import(free).unwrap();
    let zh = page(&city, "zh-Hant-TW").text;
    assert!(zh.contains("免繳納規費。") && !zh.contains("臨櫃、郵寄申辦"), "{zh}");
}

#[test]
fn the_reason_of_an_exemption_is_text_and_no_markup() {
    let mut fee = by_copies();
    fee["exemptions"][0]["reason"]["zh"] = json!("<script>alert(1)</script>");
    let zh = page(&published(&fee), "zh-Hant-TW").text;
    assert!(!zh.contains("<script>alert") && zh.contains("alert(1)"));
}

#[test]
fn the_api_gives_the_rule_and_what_follows_from_it() {
    let city = published(&by_copies());
    let service = api(&city);
    assert_eq!(service["fee"], Value::Null, "it depends on the copies");
    let rule = &service["fee_rule"]["rule"];
    assert_eq!(
        rule["basis"],
        json!({
            "type": "per_copy", "field": "copies", "each": 100, "per": 1,
            "unit": { "zh": "份", "en": "copy", "en_plural": "copies" },
        })
    );
    assert_eq!(rule["online"], json!({ "percent_off": 20, "legal_basis": "商業登記規費收費準則第3條" }));
    assert_eq!(
        (&rule["exemptions"][0]["percent"], &rule["dollar_rounding"]),
        (&json!(100), &json!("half_up"))
    );
    assert_eq!(service["fee_rule"]["timing"], "on_notice");
    let online = &service["fee_rule"]["channels"]["online"];
    assert_eq!(online["amount"], Value::Null);
    assert_eq!(online["lines"][0], json!({ "zh": "每份計收 100 元", "en": "NT$100 per copy" }));
    // What the API gives can be published again, and means the same.
    let again = published(rule);
    assert_eq!(api(&again)["fee_rule"], service["fee_rule"]);

    let plain = api(&published(&json!(300)));
    assert_eq!(plain["fee"], 300);
    assert_eq!(plain["fee_rule"]["rule"]["basis"], json!({ "type": "fixed", "amount": 300 }));
    assert_eq!(plain["fee_rule"]["channels"]["counter"]["amount"], 300);
}

#[test]
fn a_fee_that_could_not_be_charged_is_not_published() {
    let change = |change: fn(&mut Value)| {
        let mut payload = with(&by_copies());
        change(&mut payload["import"]["items"][0]);
        payload
    };
    for (payload, says) in [
        (change(|item| item["fee"]["basis"]["field"] = json!("sheets")), "no such field"),
        (change(|item| item["fee"]["basis"]["field"] = json!("name")), "`name`, which is no number"),
        (change(|item| item["fields"][0]["required"] = json!(false)), "`copies`, which is not required"),
        (change(|item| item["fee"]["online"] = json!({ "percent_off": 20 })), "needs a legal basis"),
        (change(|item| item["fee"]["online"]["percent_off"] = json!(0)), "1 to 100"),
        (change(|item| item["fee"]["online"]["percent_off"] = json!(101)), "1 to 100"),
        (change(|item| item["fee"]["online"]["percentage"] = json!(10)), "unknown field"),
        (change(|item| item["fee"]["exemptions"][0]["reason"]["en"] = json!("")), "needs a reason"),
        (change(|item| item["fee"]["exemptions"][0]["value"] = json!("no")), "no option `no`"),
        (
            change(|item| {
                item["fee"]["basis"] = json!({ "type": "tiered", "field": "copies", "measure": "count",
                    "scheme": "marginal", "tiers": [{ "each": 1 }] });
            }),
            "empty or overlap",
        ),
        (
            change(|item| {
                item["fee"]["basis"] = json!({ "type": "tiered", "field": "copies", "measure": "count",
                    "scheme": "flat", "tiers": [{ "up_to": 9, "fee": 1 }, { "up_to": 9, "fee": 2 }, { "fee": 3 }] });
            }),
            "empty or overlap",
        ),
        (change(|item| item["clock"] = Value::Null), "a fee needs a `clock.fee_timing`"),
        (change(|item| item["fee"] = json!(0)), "and there is none"),
    ] {
        let city = city();
        let refused = city.import(payload).unwrap_err().to_string();
        assert!(refused.contains(says), "{says}: {refused}");
        assert!(refused.contains("LB001") || refused.contains("failed to read the import"), "{refused}");
        assert!(city.world.store.snapshot().is_empty(), "{says}");
    }
}
