//! The catalogue and the demo staff that are shipped read as what they are, through the types of the
//! import, and keep the promises a form makes to the people who fill it in.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::collections::BTreeSet;

use domain::access::Officer;
use domain::booking::{self, Place};
use domain::form::FieldKind;
use domain::id::{AgencyCode, PlaceCode};
use domain::item::{DocumentRequirement, ItemVersion};
use domain::pick_up::PickUp;
use domain::register::Source;
use domain::text::Text;
use platform::catalogue::Import;

const CATALOGUE: &str = include_str!("../../../data/catalogue.json");
const DEMO: &str = include_str!("../../../local/demo.json");

/// Most documents an applicant of the demo has to bring.
const MOST_DEMANDED: usize = 3;

fn catalogue() -> Import {
    serde_json::from_str(CATALOGUE).unwrap()
}

fn demo() -> Import {
    serde_json::from_str(DEMO).unwrap()
}

fn items() -> Vec<ItemVersion> {
    catalogue().items.into_iter().map(|file| ItemVersion::try_from(file).unwrap()).collect()
}

fn agencies() -> BTreeSet<AgencyCode> {
    catalogue().agencies.into_iter().map(|agency| agency.code.0).collect()
}

/// Every text people read in an item.
fn texts(item: &ItemVersion) -> Vec<&Text> {
    let mut texts = vec![&item.name, &item.summary, &item.eligibility];
    for field in &item.fields {
        texts.push(&field.label);
        texts.extend(&field.hint);
        if let FieldKind::Choice { options } = &field.kind {
            texts.extend(options.iter().map(|option| &option.label));
        }
    }
    for document in &item.documents {
        texts.push(&document.name);
        if let Some(Source { name, question, exception }) = &document.obtainable_from {
            texts.push(name);
            texts.extend(question.iter().map(|question| &question.purpose));
            texts.extend(exception.iter().map(|exception| &exception.scope));
        }
    }
    texts.extend(&item.handling.in_person);
    if let Some(PickUp { place, address, counter, hours, bring, proxy, lapse }) = &item.pick_up {
        texts.extend([place, address, counter, hours, bring, lapse]);
        texts.extend(proxy);
    }
    texts
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn codes_are_unique() {
    let agencies_listed = catalogue().agencies.len();
    assert_eq!(agencies().len(), agencies_listed);
    let items = items();
    let codes: BTreeSet<_> = items.iter().map(|item| &item.code).collect();
    assert_eq!(codes.len(), items.len());
    for item in &items {
        let keys = item.fields.iter().map(|field| &field.key);
        let keys: Vec<_> = keys.chain(item.documents.iter().map(|document| &document.key)).collect();
        let distinct: BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{}", item.code);
    }
}

#[test]
fn everything_people_read_is_there_in_both_languages() {
    let agencies = catalogue().agencies;
    let mut names: Vec<Text> = agencies.into_iter().map(|agency| agency.name.into()).collect();
    for place in catalogue().places {
        names.extend([place.name.into(), place.address.into()]);
    }
    let items = items();
    for text in names.iter().chain(items.iter().flat_map(texts)) {
        assert!(text.zh.chars().any(is_han), "no Chinese: {text:?}");
        assert!(!text.en.trim().is_empty() && !text.en.chars().any(is_han), "no English: {text:?}");
        assert!([&text.zh, &text.en].iter().all(|side| side.trim() == *side), "stray space: {text:?}");
    }
}

#[test]
fn every_item_belongs_to_a_listed_agency_and_cites_its_law() {
    let agencies = agencies();
    for item in items() {
        assert!(agencies.contains(&item.agency), "{}", item.code);
        assert!(!item.legal_basis.is_empty(), "{}", item.code);
        assert!(!item.fields.is_empty() || item.handling.booking.is_some(), "{}", item.code);
    }
}

/// What the window says of an item is what it is (規範 八 I), and a time can be booked where somebody works.
#[test]
fn every_item_is_of_its_online_type_and_its_places_make_slots() {
    for item in items() {
        assert_eq!(domain::online_type::misfits(&item), [], "{}", item.code);
    }
    let places: Vec<Place> = catalogue().places.into_iter().map(Place::from).collect();
    for place in &places {
        assert_eq!(place.check(), Ok(()), "{}", place.code);
        assert!(agencies().contains(&place.agency), "{}", place.code);
        let receives = demo().staff.into_iter().map(|file| Officer::from(file.staff("demo")));
        assert!(receives.into_iter().any(|officer| booking::receives_at(&officer, &place.agency)));
    }
    for terms in items().into_iter().filter_map(|item| item.handling.booking) {
        let known = |code: &PlaceCode| places.iter().any(|place| place.code == *code);
        assert!(terms.places.iter().all(known), "{terms:?}");
    }
}

/// What the catalogue asks of registers, the registers of the local city have.
#[test]
fn every_register_that_is_asked_is_there() {
    let registers: serde_json::Value =
        serde_json::from_str(include_str!("../../../local/registers.json")).unwrap();
    let items = items();
    let documents = items.iter().flat_map(|item| &item.documents);
    let sources = documents.filter_map(|document| document.obtainable_from.as_ref());
    let asked: BTreeSet<&str> =
        sources.filter_map(|source| Some(source.question.as_ref()?.register.as_str())).collect();
    assert_eq!(asked.into_iter().collect::<Vec<_>>(), ["companies", "household", "land", "xinyi_farms"]);
    for register in ["companies", "household", "land", "xinyi_farms"] {
        assert!(registers[register].is_array(), "{register}");
    }
}

#[test]
fn no_item_demands_many_documents() {
    let demanded = |document: &&DocumentRequirement| document.required && document.obtainable_from.is_none();
    for item in items() {
        let count = item.documents.iter().filter(demanded).count();
        assert!(count <= MOST_DEMANDED, "{} demands {count}", item.code);
    }
}

#[test]
fn every_choice_offers_a_choice() {
    for item in items() {
        for field in &item.fields {
            if let FieldKind::Choice { options } = &field.kind {
                let values: BTreeSet<_> = options.iter().map(|option| &option.value).collect();
                assert!(values.len() >= 2 && values.len() == options.len(), "{} {}", item.code, field.key);
            }
        }
    }
}

#[test]
fn the_demo_staff_work_for_listed_agencies() {
    let agencies = agencies();
    let mut people = BTreeSet::new();
    for file in demo().staff {
        let subject = file.subject.clone();
        let staff = file.staff("demo");
        assert!(agencies.contains(&staff.agency), "{subject}");
        assert!(!staff.roles.is_empty(), "{subject}");
        assert!(staff.email.reveal().ends_with(".example"), "{subject}: mail must not leave the machine");
        assert!(people.insert(staff.person), "{subject} is listed twice");
    }
}

/// What the first story of the window needs: two services whose agency has all three officers.
#[test]
fn the_two_demo_services_can_be_decided() {
    for code in ["XY003", "PK001"] {
        let item = items().into_iter().find(|item| item.code.as_str() == code).unwrap();
        for role in ["dispatcher", "handler", "reviewer"] {
            let staffed = demo().staff.into_iter().any(|staff| {
                staff.agency.0 == item.agency && staff.roles.iter().any(|held| held.0.code() == role)
            });
            assert!(staffed, "{code} has no {role}");
        }
    }
}
