//! Stored rows of every schema version, frozen. Whatever is written today, these are in the tables of
//! some city and must be read for ever.
//!
//! A sample is written once, by `NEW_SAMPLES=1 cargo test -p platform --test codec samples`, which
//! fills in files that are missing and touches none that is there. A new schema version gets new
//! samples beside the old ones; a frozen one is never written again.

use std::fmt::Debug;
use std::path::PathBuf;

use domain::agency::Agency;
use domain::apply;
use domain::assurance::Assurance;
use domain::fee::{Basis, FeeRule};
use domain::id::{AgencyCode, ItemCode};
use domain::item::ItemVersion;
use domain::letter::Letterhead;
use domain::money::Twd;
use domain::routing::RoutingRule;
use domain::text::Text;
use platform::audit::{self, GENESIS};
use platform::catalogue::Import;
use platform::codec::case::Loaded;
use platform::codec::routing::{self, RoutingFile};
use platform::codec::work::WorkItem;
use platform::codec::{agency, calendar, case, event, item, people};
use platform::drafts;
use platform::fault::Fault;
use platform::keys::Key;
use platform::row::Row;
use serde_json::Value;

use crate::one_row::{OneRow, now};
use crate::{registers, reviews, services, signed, story};

fn path(name: &str, schema: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(format!("{name}.v{schema}.json"))
}

/// The schema that a row says it has.
fn schema(row: &Row) -> u32 {
    row["v"].as_n().unwrap().parse().unwrap()
}

/// A row as `DynamoDB` writes it in JSON, attributes in alphabetical order.
fn to_json(row: &Row) -> Value {
    serde_json::to_value(serde_dynamo::Item::from(row.clone())).unwrap()
}

fn from_json(json: &Value) -> Row {
    serde_json::from_value::<serde_dynamo::Item>(json.clone()).unwrap().into()
}

/// Writes the sample of today's schema, where there is none and one is asked for.
fn write(name: &str, today: &Row) {
    let path = path(name, schema(today));
    if !path.exists() && std::env::var_os("NEW_SAMPLES").is_some() {
        let text = serde_json::to_string_pretty(&to_json(today)).unwrap();
        std::fs::write(&path, text + "\n").unwrap();
    }
}

fn sample(name: &str, schema: u32) -> Option<Value> {
    let frozen = std::fs::read_to_string(path(name, schema)).ok()?;
    Some(serde_json::from_str(&frozen).unwrap())
}

/// The frozen samples of every schema read as `expected`, and what is written today still has every
/// field of the sample of its own schema, under its old name with its old meaning.
pub fn frozen<T: PartialEq + Debug>(
    name: &str,
    expected: &T,
    today: &Row,
    read: impl Fn(Row) -> Result<T, Fault>,
) {
    write(name, today);
    for schema in 1..=schema(today) {
        if let Some(frozen) = sample(name, schema) {
            assert_eq!(read(from_json(&frozen)).unwrap(), *expected, "{name} of schema {schema}");
        }
    }
    let frozen = sample(name, schema(today)).unwrap_or_else(|| panic!("there is no sample {name} of today"));
    contains(name, &to_json(today), &frozen);
}

/// Whether `old` is found in `new`: fields may be added, never dropped or renamed.
fn contains(place: &str, new: &Value, old: &Value) {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            for (name, old) in old {
                // Hashes of the chain change with every field that is added to a body.
                if name == "hash" || name == "prev" || name == "head" {
                    continue;
                }
                let new = new.get(name).unwrap_or_else(|| panic!("{place}: `{name}` is gone"));
                contains(&format!("{place}.{name}"), new, old);
            }
        }
        (Value::String(new), Value::String(old)) if old.starts_with('{') => {
            let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            contains(place, &parse(new), &parse(old));
        }
        _ => assert_eq!(new, old, "{place}"),
    }
}

#[test]
fn a_case() {
    for (name, events) in [("case_received", 1), ("case_assigned", 4), ("case_approved", 9)] {
        let loaded = Loaded { case: story::case(events), head: [5; 32] };
        frozen(name, &loaded, &case::encode(&loaded).unwrap(), case::decode);
    }
    let loaded = Loaded { case: story::told(), head: [5; 32] };
    frozen("case_closed", &loaded, &case::encode(&loaded).unwrap(), case::decode);
    let signed = apply::replay(&[signed::filed()]).unwrap();
    let loaded = Loaded { case: signed, head: [5; 32] };
    frozen("case_with_consent", &loaded, &case::encode(&loaded).unwrap(), case::decode);
}

#[test]
fn every_kind_of_event() {
    let mut head = GENESIS;
    for recorded in story::story() {
        let name = format!("event_{:02}_{}", recorded.id.seq.0, recorded.event.code());
        let (row, hash) = event::encode(&recorded, head).unwrap();
        frozen(&name, &recorded, &row, |row| event::decode(row).map(|chained| chained.recorded));
        head = hash;
    }
    let withdrawn = story::withdrawal();
    let (row, _) = event::encode(&withdrawn, GENESIS).unwrap();
    frozen("event_02_withdrawn", &withdrawn, &row, |row| event::decode(row).map(|chained| chained.recorded));
    for recorded in story::of_the_clock()
        .into_iter()
        .chain(reviews::events())
        .chain(registers::events())
        .chain(services::events())
    {
        let name = format!("event_02_{}", recorded.event.code());
        let (row, _) = event::encode(&recorded, GENESIS).unwrap();
        frozen(&name, &recorded, &row, |row| event::decode(row).map(|chained| chained.recorded));
    }
    let signed = signed::filed();
    let (row, _) = event::encode(&signed, GENESIS).unwrap();
    frozen("event_01_submitted_signed", &signed, &row, |row| {
        event::decode(row).map(|chained| chained.recorded)
    });
    let listed = [
        ("event_02_correction_requested_list", story::correction()),
        ("event_02_correction_answered_in_place", story::answer()),
    ];
    let more = story::more_time().into_iter().map(|recorded| (recorded.event.code(), recorded));
    let more: Vec<_> = more.map(|(code, recorded)| (format!("event_02_{code}"), recorded)).collect();
    let listed = listed.into_iter().map(|(name, recorded)| (name.to_owned(), recorded));
    for (name, recorded) in listed.chain(more) {
        let (row, _) = event::encode(&recorded, GENESIS).unwrap();
        frozen(&name, &recorded, &row, |row| event::decode(row).map(|chained| chained.recorded));
    }
}

/// What was hashed once can be verified for ever.
#[test]
fn the_frozen_chain_still_holds() {
    for schema in [1, 2] {
        let chained: Vec<_> = story::story()
            .iter()
            .map(|recorded| {
                let name = format!("event_{:02}_{}", recorded.id.seq.0, recorded.event.code());
                event::decode(from_json(&sample(&name, schema).unwrap())).unwrap()
            })
            .collect();
        let head = chained.last().unwrap().link.hash;
        assert_eq!(audit::verify(&chained, &head), Ok(()));
    }
}

#[test]
fn a_line_of_a_work_list() {
    let line = WorkItem::of(&story::case(4));
    frozen("work", &line, &line.encode().unwrap(), WorkItem::decode);
}

#[test]
fn a_member_of_staff() {
    let staff = story::staff();
    let row = people::encode_staff(&Key::Staff(staff.person), &staff).unwrap();
    frozen("staff", &staff, &row, people::decode_staff);
}

#[test]
fn a_session_and_a_sign_in() {
    let session = story::session();
    let expires = story::at("2026-11-25T16:00:00+08:00");
    let row = people::encode_session([1; 32], &session, expires).unwrap();
    frozen("session", &session, &row, people::decode_session);
    let sign_in = story::sign_in();
    let row = people::encode_sign_in([2; 32], &sign_in).unwrap();
    frozen("sign_in", &sign_in, &row, people::decode_sign_in);
}

#[test]
fn a_draft() {
    let draft = story::draft();
    let store = OneRow::default();
    // A draft is written as the version after the one it was read as.
    let read = drafts::Draft { version: 0, ..draft.clone() };
    assert!(now(drafts::save(&store, &read)).unwrap());
    frozen("draft", &draft, &store.row().unwrap(), |row| {
        now(drafts::load(&OneRow::holding(row), draft.owner, draft.id)).map(Option::unwrap)
    });
}

/// An item and an agency as the catalogue file has them, with every kind of field.
pub const CATALOGUE: &str = r#"{
  "agencies": [{"code": "parks", "name": {"zh": "公園處", "en": "Parks"}, "phone": "02-27208889"}],
  "items": [{
    "code": "PK001", "version": 2, "effective_from": "2026-01-01", "agency": "parks",
    "name": {"zh": "場地使用", "en": "Use of grounds"},
    "summary": {"zh": "摘要", "en": "Summary"}, "eligibility": {"zh": "資格", "en": "Who"},
    "online_type": "full", "limit": {"days": 4, "basis": "working"}, "fee": 500,
    "fields": [
      {"key": "a", "label": {"zh": "一", "en": "One"}, "required": true, "kind": {"type": "line", "max": 60}},
      {"key": "b", "label": {"zh": "二", "en": "Two"}, "required": true, "kind": {"type": "paragraph", "max": 900}},
      {"key": "c", "label": {"zh": "三", "en": "Three"}, "required": true, "kind": {"type": "number", "min": -1, "max": 9}},
      {"key": "d", "label": {"zh": "四", "en": "Four"}, "required": true, "kind": {"type": "date"}},
      {"key": "e", "label": {"zh": "五", "en": "Five"}, "required": true, "kind": {"type": "choice",
        "options": [{"value": "x", "label": {"zh": "甲", "en": "X"}}]}},
      {"key": "f", "label": {"zh": "六", "en": "Six"}, "required": true, "kind": {"type": "consent"}},
      {"key": "g", "label": {"zh": "七", "en": "Seven"}, "required": true, "kind": {"type": "national_id"}},
      {"key": "h", "label": {"zh": "八", "en": "Eight"}, "hint": {"zh": "提示", "en": "Hint"},
        "required": false, "kind": {"type": "phone"}}
    ],
    "documents": [
      {"key": "plan", "name": {"zh": "企劃書", "en": "Plan"}, "required": true},
      {"key": "id_card", "name": {"zh": "身分證", "en": "ID card"}, "required": true,
        "obtainable_from": {"zh": "戶政資訊系統", "en": "the household register"}}
    ],
    "legal_basis": ["臺北市公園管理自治條例"]
  }]
}"#;

#[test]
fn a_calendar_its_change_and_how_far_it_was_followed() {
    let (register, change) = story::register();
    frozen("calendar", &register, &calendar::encode(&register).unwrap(), calendar::decode);
    let changed =
        calendar::Changed { change, at: story::at("2026-09-16T21:00:00+08:00"), by: None, followed: false };
    frozen("calendar_change", &changed, &calendar::encode_change(&changed).unwrap(), calendar::decode_change);
    let progress = calendar::Progress { moved: 7, looked_at: 40, ..calendar::Progress::new(2, 3) };
    frozen("recalculation", &progress, &progress.encode().unwrap(), calendar::Progress::decode);
}

#[test]
fn an_item_with_every_term_of_its_clock() {
    let terms = r#"{"correction": {"suspend_capped": 16}, "fee_timing": "at_application", "awaits": ["seal"],
        "windows": ["05-31", "11-30"], "added_days": 5, "reviews": {"xinyi": {"days": 28, "basis": "calendar"}},
        "fee_receipt": "payment", "closure_on_calendar_days": "rolls", "hours_start": "next_day",
        "office_hours": [["08:00:00", "12:00:00"], ["13:00:00", "17:00:00"]], "warnings": {"early": 5, "late": 2}}"#;
    let Import { items, .. } = serde_json::from_str(CATALOGUE).unwrap();
    let file = item::ItemFile { clock: Some(serde_json::from_str(terms).unwrap()), ..items[0].clone() };
    let version = ItemVersion::try_from(file.clone()).unwrap();
    assert_eq!(platform::codec::clock::ClockFile::from(&version.terms), file.clock.clone().unwrap());
    let row = item::encode(&Key::ItemVersion("PK001".parse().unwrap(), 2), &file).unwrap();
    frozen("item_clock", &version, &row, item::decode);
}

/// A level that only a later version of the window knows is worth nothing to this one.
#[test]
fn a_session_of_an_unknown_level_is_anonymous() {
    let mut row = from_json(&sample("session", 1).unwrap());
    row.insert("assurance".to_owned(), aws_sdk_dynamodb::types::AttributeValue::N("9".to_owned()));
    assert_eq!(people::decode_session(row).unwrap().assurance, Assurance::Anonymous);
}

/// The level at which an application is taken is one that signing in can reach; whoever names none takes
/// any account, as every item did before there were levels.
#[test]
fn an_item_with_a_level_of_its_own() {
    let stored = item::decode(from_json(&sample("item", 1).unwrap())).unwrap();
    assert_eq!(stored.filing_assurance, Assurance::Account);
    let Import { items, .. } = serde_json::from_str(CATALOGUE).unwrap();
    let of = |level: u8| item::ItemFile { filing_assurance: Some(level), ..items[0].clone() };
    for level in [0, 4, 5] {
        assert!(matches!(ItemVersion::try_from(of(level)), Err(Fault::Corrupt(_))), "{level}");
    }
    let version = ItemVersion::try_from(of(2)).unwrap();
    assert_eq!(version.filing_assurance, Assurance::Verified);
    let row = item::encode(&Key::ItemVersion("PK001".parse().unwrap(), 2), &of(2)).unwrap();
    frozen("item_assurance", &version, &row, item::decode);
}

#[test]
fn an_item_with_what_happens_outside_the_window() {
    let Import { items, .. } = serde_json::from_str(CATALOGUE).unwrap();
    let mut file = serde_json::to_value(&items[0]).unwrap();
    file["online_type"] = "partial".into();
    file["delivery"] = serde_json::json!(["mail", "convenience_store", "counter"]);
    file["payment"] = serde_json::json!(["online", "offline"]);
    file["in_person"] = serde_json::json!({"zh": "會勘", "en": "a visit to the site"});
    file["documents"][0]["form"] = "original".into();
    let file: item::ItemFile = serde_json::from_value(file).unwrap();
    let row = item::encode(&Key::ItemVersion("PK001".parse().unwrap(), 2), &file).unwrap();
    frozen("item_handling", &ItemVersion::try_from(file).unwrap(), &row, item::decode);
}

/// The fee of the sample item was a number before there were rules, and still is one.
#[test]
fn a_fee_stored_as_a_number_is_the_same_for_every_application() {
    let stored = item::decode(from_json(&sample("item", 1).unwrap())).unwrap();
    assert_eq!(stored.fee, FeeRule::of(Basis::Fixed(Twd(500))));
}

#[test]
fn an_item_with_a_fee_rule() {
    let rule = r#"{
        "basis": {"type": "tiered", "field": "c", "measure": "count", "scheme": "marginal",
            "unit": {"zh": "頁", "en": "page", "en_plural": "pages"}, "minimum": 10, "cap": 9000,
            "tiers": [{"up_to": 1, "each": 300}, {"each": 100, "per": 10, "rounding": "up"}]},
        "online": {"percent_off": 20, "legal_basis": "商業登記規費收費準則第3條"},
        "exemptions": [{"field": "e", "value": "x", "percent": 50,
            "reason": {"zh": "低收入戶", "en": "low-income household"}, "legal_basis": "規費法第12條"}],
        "dollar_rounding": "down", "retained_if_ended": 100}"#;
    let Import { items, .. } = serde_json::from_str(CATALOGUE).unwrap();
    let file = item::ItemFile { fee: serde_json::from_str(rule).unwrap(), ..items[0].clone() };
    let version = ItemVersion::try_from(file.clone()).unwrap();
    let row = item::encode(&Key::ItemVersion("PK001".parse().unwrap(), 2), &file).unwrap();
    frozen("item_fee", &version, &row, item::decode);
}

#[test]
fn an_item_and_an_agency() {
    let Import { agencies, items, .. } = serde_json::from_str(CATALOGUE).unwrap();
    let code: ItemCode = "PK001".parse().unwrap();
    let row = item::encode(&Key::ItemVersion(code, 2), &items[0]).unwrap();
    frozen("item", &ItemVersion::try_from(items[0].clone()).unwrap(), &row, item::decode);
    let parks: AgencyCode = "parks".parse().unwrap();
    let agency = Agency {
        code: parks,
        name: Text::new("公園處", "Parks"),
        phone: "02-27208889".to_owned(),
        letterhead: Letterhead::default(),
    };
    frozen("agency", &agency, &agency::encode(&agencies[0]).unwrap(), agency::decode);
}

#[test]
fn routing_rules_in_their_order() {
    let file: Vec<RoutingFile> = serde_json::from_str(
        r#"[{"agency": "parks", "items": ["PK001"], "answers": {"park": ["daan", "youth"]}, "handler": "handler.park", "reviewer": "reviewer.park"},
            {"agency": "parks", "handler": "handler.park.2", "reviewer": "reviewer.park"}]"#,
    )
    .unwrap();
    let rules: Vec<RoutingRule> = file.into_iter().map(|rule| rule.rule("city")).collect();
    let row = routing::encode("parks".parse().unwrap(), &rules).unwrap();
    frozen("routing", &rules, &row, routing::decode);
}

#[test]
fn every_sample_says_what_it_is() {
    let mut seen = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(path("x", 1).parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let json: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let schema = json["v"]["N"].as_str().unwrap();
        assert!(path.to_string_lossy().ends_with(&format!(".v{schema}.json")), "{}", path.display());
        seen.insert(json["row"]["S"].as_str().unwrap().to_owned());
    }
    let types = [
        "agency",
        "booking",
        "booking_notice",
        "routing",
        "duties_judged",
        "duty_notice",
        "visit",
        "bookings_followed",
        "person_day",
        "place",
        "seat",
        "calendar",
        "calendar_change",
        "recalculation",
        "rectified",
        "review",
        "case",
        "document",
        "document_file",
        "document_number",
        "draft",
        "event",
        "item",
        "notice",
        "session",
        "sign_in",
        "staff",
        "work",
    ];
    assert!(types.iter().all(|row| seen.contains(*row)), "a row type has no sample: {seen:?}");
}
