//! What is written is what is read: for any case and any event; and rows that are more, less or
//! other than they should be.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::agency::Agency;
use domain::case::{Applicant, Assignment, Case, Document, Outcome, Ruling, State};
use domain::clock::history::History;
use domain::ending::Ending;
use domain::event::{Event, Party, Recorded, Request};
use domain::id::{AgencyCode, CaseId, EventId, ItemCode, Key, PersonId, RequestId, UploadId, Version};
use domain::item::{FileType, ItemRef};
use domain::joint_review::{Opinion, Order, Task};
use domain::letter::Letterhead;
use domain::personal::Personal;
use domain::refusal::RefusalGround;
use domain::taipei;
use domain::text::{Lang, Text};
use domain::timer::{self, TimerKind};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use platform::audit::GENESIS;
use platform::codec::case::{self, Loaded};
use platform::codec::review::ReviewItem;
use platform::codec::work::WorkItem;
use platform::codec::{agency, event, item, notice, people};
use platform::fault::Fault;
use platform::keys;
use platform::row::Row;
use proptest::option;
use proptest::prelude::*;

use crate::clocks::{any_cause, any_dates, any_history, any_recalculation, any_reviewer, any_terms};
use crate::corrections::{any_answer, any_correction};
use crate::filings::{any_consent, any_submitted};
use crate::money::{any_fee, any_ledger, any_posting};
use crate::pick_ups::any_receiver;
use crate::services::{any_ending, any_telling};
use crate::{registers::any_lookup, story};

pub fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "\\PC{0,20}", 1 => any::<String>(), 1 => Just("申請\r\n\t\"\\{}".to_owned())]
}

pub fn any_personal() -> impl Strategy<Value = Personal<String>> {
    any_text().prop_map(Personal::new)
}

pub fn bilingual() -> impl Strategy<Value = Text> {
    (any_text(), any_text()).prop_map(|(zh, en)| Text::new(zh, en))
}

/// Whole milliseconds, as the clock of the window has them.
pub fn any_instant() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000_000).prop_map(|millis| Timestamp::from_millisecond(millis).unwrap())
}

pub fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..40_000).prop_map(|n| taipei::plus_days(date(2000, 1, 1), n).unwrap())
}

fn any_person() -> impl Strategy<Value = PersonId> {
    any::<[u8; 16]>().prop_map(PersonId::from_bytes)
}

fn any_request() -> impl Strategy<Value = RequestId> {
    any::<[u8; 16]>().prop_map(RequestId::from_bytes)
}

pub fn any_case_id() -> impl Strategy<Value = CaseId> {
    (any_person(), any_request()).prop_map(|(person, request)| CaseId::of_request(person, request))
}

pub fn any_key() -> impl Strategy<Value = Key> {
    "[a-z0-9_]{1,40}".prop_map(|key| key.parse().unwrap())
}

pub fn any_agency() -> impl Strategy<Value = AgencyCode> {
    "[a-z0-9-]{2,32}".prop_map(|code| code.parse().unwrap())
}

pub fn any_item() -> impl Strategy<Value = ItemRef> {
    let code = "[A-Z]{2}[0-9]{3}".prop_map(|code| code.parse::<ItemCode>().unwrap());
    (code, any::<u32>(), bilingual(), any_terms()).prop_map(|(code, version, name, terms)| ItemRef {
        code,
        version,
        name,
        terms,
    })
}

pub fn any_applicant() -> impl Strategy<Value = Applicant> {
    let mobile = proptest::option::of("09[0-9]{8}".prop_map(|number| number.parse().unwrap()));
    (any_person(), any_personal(), any_personal(), proptest::sample::select(Lang::ALL), mobile)
        .prop_map(|(person, name, email, lang, mobile)| Applicant { person, name, email, lang, mobile })
}

pub fn any_document() -> impl Strategy<Value = Document> {
    let file_type = proptest::sample::select(FileType::ALL);
    (any::<[u8; 16]>(), any_key(), any_personal(), file_type, any::<u32>(), any::<[u8; 32]>()).prop_map(
        |(upload, requirement, file_name, file_type, bytes, sha256)| Document {
            upload: UploadId::from_bytes(upload),
            requirement,
            file_name,
            file_type,
            bytes,
            sha256,
        },
    )
}

fn any_ruling() -> impl Strategy<Value = Ruling> {
    let ground = option::of(proptest::sample::select(RefusalGround::ALL));
    (proptest::sample::select(Outcome::ALL), ground, any_text(), any_person())
        .prop_map(|(outcome, ground, reason, by)| Ruling { outcome, ground, reason, by })
}

fn any_assignment() -> impl Strategy<Value = Assignment> {
    (any_person(), any_person()).prop_map(|(handler, reviewer)| Assignment { handler, reviewer })
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => any_submitted(),
        1 => Just(Event::Accepted),
        1 => (any_assignment(), any_text())
            .prop_map(|(assignment, handler_name)| Event::Assigned { assignment, handler_name }),
        1 => any_ruling().prop_map(|ruling| Event::Proposed { ruling, letter: None }),
        1 => (any_agency(), bilingual(), any_text())
            .prop_map(|(agency, name, reason)| Event::Rerouted { agency, name, reason }),
        1 => (any_text(), any_text()).prop_map(|(to, reason)| Event::Transferred { to, reason }),
        1 => (proptest::collection::vec((any_reviewer(), any_text()), 0..3), proptest::sample::select(Order::ALL))
            .prop_map(|(tasks, order)| Event::ReviewRequested {
                tasks: tasks.into_iter().map(|(reviewer, question)| Task { reviewer, question }).collect(),
                order,
            }),
        1 => (any_reviewer(), proptest::sample::select(Opinion::ALL), any_text(), option::of(any_reviewer()))
            .prop_map(|(reviewer, opinion, text, next)| {
                Event::ReviewAnswered { reviewer, opinion, text, next }
            }),
        1 => (any_reviewer(), any_text(), option::of(any_reviewer()))
            .prop_map(|(reviewer, reason, next)| Event::ReviewDropped { reviewer, reason, next }),
        1 => (any_lookup(), option::of(any_reviewer()))
            .prop_map(|(lookup, reviewer)| Event::RegisterQueried { lookup: Box::new(lookup), reviewer }),
        2 => any_telling(),
        1 => any_text().prop_map(|reason| Event::Returned { reason }),
        1 => any_ruling().prop_map(|ruling| Event::Decided { ruling, documents: Vec::new() }),
        1 => any_text().prop_map(|reason| Event::Withdrawn { reason }),
        1 => proptest::sample::select(TimerKind::ALL).prop_map(Event::TimerFired),
        1 => any_correction().prop_map(|correction| Event::CorrectionRequested(Box::new(correction))),
        1 => (any_answer(), any_instant())
            .prop_map(|(answer, at)| Event::CorrectionAnswered { answer: Box::new(answer), at }),
        1 => (0_u32..99, any_text()).prop_map(|(days, reason)| Event::MoreTimeAsked { days, reason }),
        1 => (0_u32..99, any_day(), any_text())
            .prop_map(|(days, until, reason)| Event::CorrectionExtended { days, until, reason }),
        1 => any_text().prop_map(|reason| Event::MoreTimeDeclined { reason }),
        1 => (any_key(), any_instant()).prop_map(|(what, at)| Event::Arrived { what, at }),
        1 => (any::<u32>(), any_text()).prop_map(|(amount, reason)| Event::Extended { amount, reason }),
        1 => (any::<u32>(), any_text()).prop_map(|(days, reason)| Event::TimeAdded { days, reason }),
        1 => (any_cause(), any_day(), option::of(any_day()), any_text())
            .prop_map(|(cause, from, until, reason)| Event::Stopped { cause, from, until, reason }),
        1 => any_day().prop_map(|last| Event::Resumed { last }),
        1 => option::of(any_receiver()).prop_map(|receiver| Event::HandedOver { receiver }),
        1 => any_consent().prop_map(|consent| Event::ConsentChanged { consent }),
        1 => any_text().prop_map(|reason| Event::Terminated { reason }),
        3 => any_posting().prop_map(|posting| Event::Money(Box::new(posting))),
        1 => any_recalculation().prop_map(Event::Recalculated),
    ]
}

pub fn any_party() -> impl Strategy<Value = Party> {
    prop_oneof![
        any_person().prop_map(Party::Applicant),
        any_person().prop_map(Party::Officer),
        Just(Party::System),
    ]
}

fn any_recorded() -> impl Strategy<Value = Recorded> {
    let by = any_party();
    let request = (any_request(), any::<[u8; 32]>()).prop_map(|(id, digest)| Request { id, digest });
    let dates = option::of(any_dates());
    (any_case_id(), 1_u32..500, any_instant(), by, request, any_event(), dates).prop_map(
        |(case, seq, at, by, request, event, dates)| Recorded {
            id: EventId { case, seq: Version(seq) },
            at,
            by,
            request,
            event,
            dates,
        },
    )
}

fn any_case() -> impl Strategy<Value = Case> {
    let whose = (any_case_id(), 1_u32..500, proptest::sample::select(State::ALL));
    let what = (any_item(), any_agency(), any_applicant(), option::of(any_consent()));
    let when = (any_history(), any_dates());
    let then = (
        (any_instant(), option::of(any_instant())),
        option::of(any_assignment()),
        option::of(any_ruling()),
        (option::of(any_ending()), option::of(any::<u32>()), proptest::collection::vec(any_reviewer(), 0..3)),
        (option::of(any_fee()), any_ledger()),
    );
    let fired =
        proptest::collection::btree_set((proptest::sample::select(TimerKind::ALL), any_instant()), 0..4);
    let requests = proptest::collection::btree_set(any_request(), 0..4);
    (whose, what, when, then, fired, requests).prop_map(
        |(
            (id, version, state),
            (item, agency, applicant, consent),
            (history, dates),
            then,
            fired,
            requests,
        )| {
            let (
                (reached_at, accepted_at),
                assignment,
                ruling,
                (ending, more_time, reviewers_to_come),
                (assessed, ledger),
            ) = then;
            Case {
                id,
                version: Version(version),
                state,
                item,
                agency,
                applicant,
                consent,
                consent_changes: 2,
                history: History { finished: ending.as_ref().map(|ending: &Ending| ending.at), ..history },
                dates,
                reached_at,
                accepted_at,
                assignment,
                more_time,
                reviewers_to_come,
                ruling,
                proposed: None,
                documents: Vec::new(),
                ending,
                assessed,
                ledger,
                fired,
                lookups: 3,
                requests,
            }
        },
    )
}

proptest! {
    #[test]
    fn any_event_comes_back_as_it_was(recorded in any_recorded(), prev: [u8; 32]) {
        let (row, hash) = event::encode(&recorded, prev).unwrap();
        let chained = event::decode(row).unwrap();
        prop_assert_eq!(chained.recorded, recorded);
        prop_assert_eq!((chained.link.prev, chained.link.hash), (prev, hash));
    }

    #[test]
    fn any_case_comes_back_as_it_was(case in any_case(), head: [u8; 32]) {
        let loaded = Loaded { case, head };
        let row = case::encode(&loaded).unwrap();
        prop_assert_eq!(case::decode(row).unwrap(), loaded);
    }

    /// The timer index knows a case exactly while a timer is to come, by its instant.
    #[test]
    fn a_case_stands_in_the_timer_index_while_a_timer_is_pending(case in any_case()) {
        let next = timer::next(&case);
        let shard = keys::shard_name(keys::shard_of(case.id));
        let row = case::encode(&Loaded { case, head: GENESIS }).unwrap();
        let at = |name: &str| row.get(name).map(|value| value.as_s().unwrap().clone());
        prop_assert_eq!(at("due_at"), next.map(|(instant, _)| keys::sortable(instant)));
        prop_assert_eq!(at("due_shard"), next.map(|_| shard));
    }

    #[test]
    fn the_line_of_a_work_list_comes_back_as_it_was(case in any_case()) {
        let line = WorkItem::of(&case);
        prop_assert_eq!(WorkItem::decode(line.encode().unwrap()).unwrap(), line);
    }

    #[test]
    fn no_row_makes_a_codec_panic(
        row in proptest::sample::select(vec!["case", "event", "notice", "work", "staff", "session", "item"]),
        names in proptest::collection::btree_map("[a-z_]{1,10}", any_text(), 0..6),
    ) {
        let mut broken: Row = names.into_iter().map(|(name, text)| (name, AttributeValue::S(text))).collect();
        broken.insert("row".to_owned(), AttributeValue::S(row.to_owned()));
        for (_, corrupt) in readers() {
            prop_assert!(corrupt(broken.clone()));
        }
    }
}

type Reader = fn(Row) -> bool;

fn corrupt<T>(read: &Result<T, Fault>) -> bool {
    matches!(read, Err(Fault::Corrupt(_)))
}

/// Every reader, by the type of row it reads; says whether it calls a row corrupt.
fn readers() -> BTreeMap<&'static str, Reader> {
    let readers: [(&str, Reader); 10] = [
        ("case", |row| corrupt(&case::decode(row))),
        ("event", |row| corrupt(&event::decode(row))),
        ("notice", |row| corrupt(&notice::decode(row))),
        ("work", |row| corrupt(&WorkItem::decode(row))),
        ("review", |row| corrupt(&ReviewItem::decode(row))),
        ("staff", |row| corrupt(&people::decode_staff(row))),
        ("session", |row| corrupt(&people::decode_session(row))),
        ("sign_in", |row| corrupt(&people::decode_sign_in(row))),
        ("item", |row| corrupt(&item::decode(row))),
        ("agency", |row| corrupt(&agency::decode(row))),
    ];
    readers.into_iter().collect()
}

fn case_row() -> Row {
    case::encode(&Loaded { case: story::case(9), head: GENESIS }).unwrap()
}

#[test]
fn a_row_of_another_type_is_corrupt() {
    for (name, is_corrupt) in readers() {
        let mut row = if name == "case" { event_row() } else { case_row() };
        assert!(is_corrupt(row.clone()), "{name} read a row of another type");
        row.remove("row");
        assert!(is_corrupt(row), "{name} read a row without a type");
    }
}

fn event_row() -> Row {
    event::encode(&story::story()[0], GENESIS).unwrap().0
}

#[test]
fn attributes_of_a_later_version_are_ignored() {
    let mut row = case_row();
    row.insert("surprise".to_owned(), AttributeValue::Bool(true));
    row.insert("v".to_owned(), AttributeValue::N("2".to_owned()));
    assert_eq!(case::decode(row).unwrap().case, story::case(9));

    let mut row = event_row();
    let body = row["body"].as_s().unwrap().replacen('{', r#"{"surprise":[1],"#, 1);
    let body = body.replacen(r#""type":"submitted","#, r#""type":"submitted","surprise":{},"#, 1);
    assert_eq!(body.matches("surprise").count(), 2);
    row.insert("body".to_owned(), AttributeValue::S(body));
    assert_eq!(event::decode(row).unwrap().recorded, story::story()[0]);
}

/// Texts may gain a language.
#[test]
fn a_further_language_of_a_stored_name_is_ignored() {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let name = [("zh", "公園處"), ("en", "Parks"), ("ja", "公園局")];
    let name = name.into_iter().map(|(lang, name)| (lang.to_owned(), text(name))).collect();
    let row = Row::from([
        ("row".to_owned(), text("agency")),
        ("code".to_owned(), text("parks")),
        ("name".to_owned(), AttributeValue::M(name)),
        ("phone".to_owned(), text("02-27208889")),
    ]);
    let expected = Agency {
        code: "parks".parse().unwrap(),
        name: Text::new("公園處", "Parks"),
        phone: "02-27208889".to_owned(),
        letterhead: Letterhead::default(),
    };
    assert_eq!(agency::decode(row).unwrap(), expected);
}

#[test]
fn an_event_of_an_unknown_kind_is_corrupt() {
    let mut row = event_row();
    let body = row["body"].as_s().unwrap().replacen("\"submitted\"", "\"dreamt\"", 1);
    row.insert("body".to_owned(), AttributeValue::S(body));
    assert!(corrupt(&event::decode(row)));
}

#[test]
fn a_hash_that_is_none_is_corrupt() {
    for name in ["prev", "hash"] {
        let mut row = event_row();
        row.insert(name.to_owned(), AttributeValue::S("abc".to_owned()));
        assert!(corrupt(&event::decode(row)), "{name}");
    }
    let mut row = case_row();
    row.insert("head".to_owned(), AttributeValue::S("abc".to_owned()));
    assert!(corrupt(&case::decode(row)));
}
