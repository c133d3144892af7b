//! Every way in which a version can fail its online type, and every type without fault (規範 八 I).

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::collections::BTreeSet;

use domain::assurance::Assurance;
use domain::booking::BookingTerms;
use domain::clock::terms::{DayBasis, Limit, Terms};
use domain::fee::{Basis, FeeRule, Online, OnlineFee, Percent};
use domain::form::{Field, FieldKind};
use domain::item::{
    DocumentForm, DocumentRequirement, Handling, ItemVersion, LetterTerms, OnlineType, PaymentPlace,
    ResultDelivery,
};
use domain::money::Twd;
use domain::online_type::{Misfit, misfits};
use domain::pick_up::PickUp;
use domain::register::{Exception, Ground, Question, Source};
use domain::text::Text;
use jiff::civil::date;
use proptest::prelude::*;

fn document(form: DocumentForm) -> DocumentRequirement {
    DocumentRequirement {
        key: "deed".parse().unwrap(),
        name: Text::new("契約", "deed"),
        required: false,
        form,
        obtainable_from: None,
    }
}

fn land_register() -> Source {
    Source { name: Text::new("地政資訊系統", "the land register"), question: None, exception: None }
}

fn step() -> Text {
    Text::new("雙方親自到場", "both parties in person")
}

fn told() -> PickUp {
    let text = || Text::new("三樓", "third floor");
    let (place, address, counter, hours) = (text(), text(), text(), text());
    PickUp { place, address, counter, hours, bring: text(), proxy: None, lapse: text() }
}

/// The result is picked up, and it is said how.
fn pick_up(item: &mut ItemVersion) {
    item.terms.pick_up_days = Some(14);
    item.pick_up = Some(told());
}

fn exception() -> Exception {
    Exception {
        ground: Ground::Marked,
        approval: "府授研服字第1150000001號".to_owned(),
        approved_on: date(2026, 3, 1),
        scope: Text::new("須標示範圍者", "where the extent is marked"),
        until: date(2027, 2, 28),
    }
}

/// An original that could be looked up, and is brought while the exception is in force.
fn excepted(exception: Exception) -> DocumentRequirement {
    let source = Source { exception: Some(exception), ..land_register() };
    DocumentRequirement { obtainable_from: Some(source), ..document(DocumentForm::Original) }
}

/// A file that a register is asked for, by these fields.
fn asked_by(fields: &[&str]) -> DocumentRequirement {
    let question = Question {
        register: "land".parse().unwrap(),
        by: fields.iter().map(|key| key.parse().unwrap()).collect(),
        purpose: Text::new("審查", "to check it"),
    };
    let source = Source { question: Some(question), ..land_register() };
    DocumentRequirement { obtainable_from: Some(source), ..document(DocumentForm::File) }
}

fn terms(min_days: u16, max_days: u16) -> BookingTerms {
    BookingTerms { places: ["daan-hro".parse().unwrap()].into(), min_days, max_days }
}

/// A version without a fault, of each type.
fn sound(online_type: OnlineType) -> ItemVersion {
    let text = || Text::new("項目", "Item");
    let mut item = ItemVersion {
        code: "PK001".parse().unwrap(),
        version: 1,
        effective_from: date(2026, 1, 1),
        agency: "parks".parse().unwrap(),
        name: text(),
        summary: text(),
        eligibility: text(),
        online_type,
        filing_assurance: Assurance::Account,
        signing_assurance: None,
        handling: Handling::default(),
        pick_up: None,
        letter: LetterTerms::default(),
        terms: Terms::of(Limit::days(3, DayBasis::Working).unwrap()),
        fee: FeeRule::of(Basis::Free),
        fields: vec![Field {
            key: "name".parse().unwrap(),
            label: text(),
            hint: None,
            required: true,
            kind: FieldKind::Line { max: 60 },
        }],
        documents: vec![document(DocumentForm::File)],
        legal_basis: vec![],
    };
    match online_type {
        OnlineType::Full => {}
        OnlineType::Partial => item.documents.push(document(DocumentForm::Original)),
        OnlineType::Reservation => item.handling.in_person = Some(step()),
    }
    item
}

/// What makes a version another, and the codes it has then as fully online, as partly online, and as a
/// reservation.
type Case = (fn(&mut ItemVersion), &'static [&'static str], &'static [&'static str], &'static [&'static str]);

fn only(ways: &[ResultDelivery]) -> BTreeSet<ResultDelivery> {
    ways.iter().copied().collect()
}

#[test]
fn a_sound_version_of_each_type_has_no_misfit() {
    for online_type in OnlineType::ALL {
        assert_eq!(misfits(&sound(*online_type)), [], "{online_type}");
    }
}

/// What each change makes of a fully online item, of a partial one and of a reservation.
#[test]
fn every_fault_is_named_where_the_type_forbids_it() {
    let cases: [Case; 18] = [
        (|item| item.fields.clear(), &["NO_ONLINE_FORM"], &["NO_ONLINE_FORM"], &["NOTHING_ONLINE"]),
        (|item| item.documents = vec![document(DocumentForm::Original)], &["ORIGINAL_WANTED"], &[], &[]),
        (|item| item.documents = vec![document(DocumentForm::Object)], &["OBJECT_WANTED"], &[], &[]),
        (
            |item| {
                let obtainable_from = Some(land_register());
                item.documents =
                    vec![DocumentRequirement { obtainable_from, ..document(DocumentForm::Original) }];
            },
            &["CITY_LOOKS_IT_UP"],
            &["CITY_LOOKS_IT_UP", "NOTHING_TRAVELS"],
            &["CITY_LOOKS_IT_UP"],
        ),
        // Excepted, it is brought after all.
        (|item| item.documents = vec![excepted(exception())], &["ORIGINAL_WANTED"], &[], &[]),
        (
            |item| item.documents.push(excepted(Exception { approval: " ".to_owned(), ..exception() })),
            &["BAD_EXCEPTION", "ORIGINAL_WANTED"],
            &["BAD_EXCEPTION"],
            &["BAD_EXCEPTION"],
        ),
        (
            |item| item.documents.push(excepted(Exception { until: date(2026, 2, 28), ..exception() })),
            &["BAD_EXCEPTION", "ORIGINAL_WANTED"],
            &["BAD_EXCEPTION"],
            &["BAD_EXCEPTION"],
        ),
        (
            |item| item.documents.push(asked_by(&["name", "nobody"])),
            &["BAD_REGISTER_QUESTION"],
            &["BAD_REGISTER_QUESTION"],
            &["BAD_REGISTER_QUESTION"],
        ),
        (|item| item.documents.clear(), &[], &["NOTHING_TRAVELS"], &[]),
        (|item| item.terms.awaits = ["seal".parse().unwrap()].into(), &["SOMETHING_AWAITED"], &[], &[]),
        (pick_up, &["PICKED_UP_IN_PERSON"], &[], &[]),
        (
            |item| {
                item.fee = FeeRule::of(Basis::Fixed(Twd(300)));
                item.handling.payment = [PaymentPlace::Offline].into();
            },
            &["NO_ONLINE_PAYMENT"],
            &[],
            &[],
        ),
        (
            |item| {
                item.fee = FeeRule::of(Basis::Fixed(Twd(300)));
                item.handling.payment.clear();
            },
            &["NO_WAY_TO_PAY"],
            &["NO_WAY_TO_PAY"],
            &["NO_WAY_TO_PAY"],
        ),
        (|item| item.handling.delivery.clear(), &["NO_DELIVERY"], &["NO_DELIVERY"], &["NO_DELIVERY"]),
        (
            |item| item.handling.delivery = only(&[ResultDelivery::Counter]),
            &["COUNTER_DELIVERY_ONLY"],
            &[],
            &[],
        ),
        (|item| item.handling.in_person = Some(step()), &["IN_PERSON_STEP"], &[], &[]),
        (
            |item| {
                item.fields.clear();
                item.handling.booking = Some(terms(1, 30));
            },
            &["NO_ONLINE_FORM", "COUNTER_TIME_BOOKED"],
            &["NO_ONLINE_FORM"],
            &[],
        ),
        (
            |item| item.handling.booking = Some(terms(31, 30)),
            &["BAD_BOOKING_TERMS", "COUNTER_TIME_BOOKED"],
            &["BAD_BOOKING_TERMS"],
            &["BAD_BOOKING_TERMS"],
        ),
    ];
    for (number, (change, full, partial, reservation)) in cases.into_iter().enumerate() {
        let types = [OnlineType::Full, OnlineType::Partial, OnlineType::Reservation];
        for (online_type, expected) in types.into_iter().zip([full, partial, reservation]) {
            let mut item = sound(online_type);
            change(&mut item);
            let codes: Vec<&str> = misfits(&item).iter().map(Misfit::code).collect();
            assert_eq!(codes, expected, "change {number} of {online_type}");
        }
    }
    let mut item = sound(OnlineType::Reservation);
    item.handling.in_person = None;
    assert_eq!(misfits(&item), [Misfit::NothingInPerson]);
}

/// A counter beside another way is a choice, and a fee that nobody owes online needs no payment.
#[test]
fn what_leaves_a_way_without_a_counter_is_fully_online() {
    let mut item = sound(OnlineType::Full);
    item.handling.delivery = only(&[ResultDelivery::Counter, ResultDelivery::Store]);
    item.fee = FeeRule::of(Basis::Fixed(Twd(300)));
    item.fee.online = Some(Online {
        fee: OnlineFee::PercentOff(Percent::ALL),
        legal_basis: "規費法第12條".to_owned(),
    });
    item.handling.payment = [PaymentPlace::Offline].into();
    assert_eq!(misfits(&item), []);
}

proptest! {
    /// No version is sound as two of the first two types at once: something travels, or nothing does.
    #[test]
    fn what_is_fully_online_is_not_partly_online(
        form in 0_usize..4, awaits: bool, picked_up: bool, in_person: bool, ways in 1_u8..32, charged: bool, online: bool,
    ) {
        let mut item = sound(OnlineType::Full);
        let forms = [DocumentForm::File, DocumentForm::Original, DocumentForm::Object];
        item.documents = forms.get(form).copied().map(document).into_iter().collect();
        item.terms.awaits = awaits.then(|| "seal".parse().unwrap()).into_iter().collect();
        if picked_up {
            pick_up(&mut item);
        }
        item.handling.in_person = in_person.then(step);
        let chosen = ResultDelivery::ALL.iter().enumerate().filter(|(bit, _)| ways & (1 << bit) != 0);
        item.handling.delivery = chosen.map(|(_, way)| *way).collect();
        item.fee = FeeRule::of(if charged { Basis::Fixed(Twd(300)) } else { Basis::Free });
        let place = if online { PaymentPlace::Online } else { PaymentPlace::Offline };
        item.handling.payment = [place].into();
        let full = misfits(&item).is_empty();
        let partial = misfits(&ItemVersion { online_type: OnlineType::Partial, ..item }).is_empty();
        prop_assert_ne!(full, partial);
    }
}

#[test]
fn what_is_picked_up_says_how_and_nothing_else_does() {
    let changes: [fn(&mut ItemVersion); 2] =
        [|item| item.terms.pick_up_days = Some(14), |item| item.pick_up = Some(told())];
    for change in changes {
        for online_type in OnlineType::ALL {
            let mut item = sound(*online_type);
            change(&mut item);
            assert!(misfits(&item).contains(&Misfit::BadPickUp), "{online_type}");
        }
    }
}

/// In both languages, each text, and the one on proxies where there is one.
#[test]
fn what_is_said_of_picking_up_is_whole() {
    let changes: [fn(&mut PickUp); 5] = [
        |told| told.place.zh.clear(),
        |told| " ".clone_into(&mut told.counter.en),
        |told| told.lapse.zh = "字".repeat(PickUp::MAX + 1),
        |told| told.hours.en.clear(),
        |told| told.proxy = Some(Text::new("委託書", "")),
    ];
    for change in changes {
        let mut item = sound(OnlineType::Partial);
        pick_up(&mut item);
        assert_eq!(misfits(&item), []);
        item.pick_up.iter_mut().for_each(change);
        assert_eq!(misfits(&item), [Misfit::BadPickUp]);
    }
    assert!(!told().takes_proxies() && told().proxy_rule().zh.contains("不得代領"));
    let taken = PickUp { proxy: Some(Text::new("委託書", "a letter")), ..told() };
    assert!(taken.takes_proxies() && taken.is_sound());
    assert_eq!(taken.proxy_rule().en, "a letter");
}
