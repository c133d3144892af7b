//! `docs/data-model.md` shows the keys the code makes.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use domain::attendance::{Duty, DutyNoticeId, Half};
use domain::booking::{BookingNoticeId, Slot};
use domain::case::State;
use domain::id::{
    BookingId, CaseId, DraftId, EventId, NoticeId, PersonId, PlaceCode, RequestId, UploadId, Version,
};
use domain::letter::Draw;
use domain::payment::Provider;
use domain::verification::VerificationCode;
use jiff::Timestamp;
use jiff::civil::{Date, date, time};
use platform::keys::{self, HeardId, Key, Lookup, OrderKey, SHARDS, Table};

const PAGE: &str = include_str!("../../../docs/data-model.md");

fn person() -> PersonId {
    PersonId::from_bytes([1; 16])
}

fn case() -> CaseId {
    CaseId::of_request(person(), RequestId::from_bytes([2; 16]))
}

fn order() -> OrderKey {
    let (merchant, order_no) = ("3002607".to_owned(), "0123456789ABCDEFGHJK".to_owned());
    OrderKey { provider: Provider::EcpayAio, merchant, order_no }
}

fn code(seed: u8) -> VerificationCode {
    Draw::new([seed; 32]).code()
}

fn booking() -> BookingId {
    BookingId::of_request(person(), RequestId::from_bytes([2; 16]))
}

fn place() -> PlaceCode {
    "daan-hro".parse().unwrap()
}

fn event() -> EventId {
    EventId { case: case(), seq: Version(7) }
}

/// One of each. The match makes this file fail to compile until a new key has its line.
fn every_key() -> Vec<Key> {
    let agency = || "parks".parse().unwrap();
    let slot = Slot { day: date(2026, 11, 25), start: time(9, 30, 0, 0), end: time(10, 0, 0, 0) };
    let duty = Duty { day: date(2026, 11, 25), half: Half::Morning };
    let keys = vec![
        Key::Case(case()),
        Key::Event(event()),
        Key::Draft(person(), DraftId::from_bytes([3; 16])),
        Key::Document(code(3)),
        Key::Rectified(code(3), code(4)),
        Key::DocumentFile(code(3)),
        Key::DocumentNumber(agency(), "北市工公園字第115333001234號".parse().unwrap()),
        Key::Notice(NoticeId { event: event(), place: 4 }),
        Key::ItemVersion("PK001".parse().unwrap(), 5),
        Key::ListedItem("PK001".parse().unwrap(), 5),
        Key::Agency(agency()),
        Key::AgencyStaff(agency(), person()),
        Key::Staff(person()),
        Key::Absences(agency()),
        Key::Absence(agency(), date(2026, 11, 25), RequestId::from_bytes([2; 16])),
        Key::Calendar,
        Key::CalendarChange(9),
        Key::Recalculation(9, 2),
        Key::Session([6; 32]),
        Key::SignIn([6; 32]),
        Key::WorkItem(case()),
        Key::ReviewItem(case(), agency()),
        Key::Attempt(order()),
        Key::Heard(HeardId { order: order(), kind: "paid", digest: [6; 32] }),
        Key::Payout(order(), 7),
        Key::ProviderFile(Provider::EcpayAio, "3002607".to_owned(), date(2026, 11, 25)),
        Key::HoldOff(Provider::EcpayAio, "3002607".to_owned()),
        Key::Contracts(agency()),
        Key::Routing(agency()),
        Key::Place(place()),
        Key::Booking(booking()),
        Key::Seat(place(), slot, 4),
        Key::PersonDay(person(), date(2026, 11, 25)),
        Key::BookingsFollowed,
        Key::BookingNotice(BookingNoticeId { booking: booking(), version: 7 }),
        Key::Visit(agency(), duty),
        Key::DutyNotice(DutyNoticeId { agency: agency(), duty, place: 4 }),
        Key::DutiesJudged,
    ];
    for key in &keys {
        match key {
            Key::Case(_)
            | Key::Event(_)
            | Key::Draft(..)
            | Key::Document(_)
            | Key::Rectified(..)
            | Key::DocumentFile(_)
            | Key::DocumentNumber(..)
            | Key::Notice(_)
            | Key::ItemVersion(..)
            | Key::ListedItem(..)
            | Key::Agency(_)
            | Key::AgencyStaff(..)
            | Key::Staff(_)
            | Key::Absences(_)
            | Key::Absence(..)
            | Key::Calendar
            | Key::CalendarChange(_)
            | Key::Recalculation(..)
            | Key::Session(_)
            | Key::SignIn(_)
            | Key::WorkItem(_)
            | Key::ReviewItem(..)
            | Key::Attempt(_)
            | Key::Heard(_)
            | Key::Payout(..)
            | Key::ProviderFile(..)
            | Key::HoldOff(..)
            | Key::Contracts(_)
            | Key::Routing(_)
            | Key::Place(_)
            | Key::Booking(_)
            | Key::Seat(..)
            | Key::PersonDay(..)
            | Key::BookingsFollowed
            | Key::BookingNotice(_)
            | Key::Visit(..)
            | Key::DutyNotice(_)
            | Key::DutiesJudged => {}
        }
    }
    keys
}

/// The text of a key with what differs from row to row named instead.
fn pattern(text: &str) -> String {
    let named = [
        (case().to_string(), "<case>"),
        (code(3).to_string(), "<code>"),
        (code(4).to_string(), "<other code>"),
        ("北市工公園字第115333001234號".to_owned(), "<document number>"),
        (person().to_string(), "<person>"),
        (DraftId::from_bytes([3; 16]).to_string(), "<draft>"),
        (UploadId::from_bytes([8; 16]).to_string(), "<upload>"),
        (booking().to_string(), "<booking>"),
        (RequestId::from_bytes([2; 16]).to_string(), "<request>"),
        ("daan-hro".to_owned(), "<place>"),
        ("seat#09:30#004".to_owned(), "seat#<start>#<seat>"),
        (keys::hex(&[6; 32]), "<hash>"),
        ("0123456789ABCDEFGHJK".to_owned(), "<order>"),
        ("ecpay_aio".to_owned(), "<provider>"),
        ("3002607".to_owned(), "<merchant>"),
        ("2026-11-25".to_owned(), "<day>"),
        ("2026-11".to_owned(), "<month>"),
        ("<day>#am".to_owned(), "<day>#<half>"),
        ("heard#paid".to_owned(), "heard#<kind>"),
        ("PK001".to_owned(), "<item>"),
        ("parks".to_owned(), "<agency>"),
        ("refund#007".to_owned(), "refund#<number>"),
        ("000007".to_owned(), "<seq>"),
        ("004".to_owned(), "<place>"),
        ("000005".to_owned(), "<version>"),
        ("000009".to_owned(), "<edition>"),
        ("shard#02".to_owned(), "shard#<shard>"),
    ];
    named.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value.as_str(), name))
}

/// The part of the page about a table.
fn section(table: Table) -> &'static str {
    let heading = format!("\n## {table:?}\n");
    let (_, rest) = PAGE.split_once(heading.as_str()).unwrap();
    rest.split("\n## ").next().unwrap()
}

#[test]
fn every_key_stands_under_its_table() {
    for key in every_key() {
        let row = format!("| `{}` | `{}` |", pattern(&key.pk()), pattern(&key.sk()));
        assert!(section(key.table()).contains(&row), "docs/data-model.md lacks {row}");
    }
}

#[test]
fn every_index_stands_under_its_table_with_its_attributes() {
    let until = Timestamp::UNIX_EPOCH;
    let lookups = [
        Lookup::Due { shard: 0, until },
        Lookup::Outbox { shard: 0, until },
        Lookup::Open { shard: 0, from: Date::MIN },
        Lookup::Owed { shard: 0, until },
        Lookup::Unreached("parks".parse().unwrap()),
        Lookup::UnreachedBookers { agency: "parks".parse().unwrap(), from: until },
        Lookup::Work { agency: "parks".parse().unwrap(), state: State::Received },
        Lookup::Reviews("parks".parse().unwrap()),
        Lookup::Mine(person()),
        Lookup::ToAsk { shard: 0, until },
        Lookup::Unposted { shard: 0, until },
        Lookup::PaidOn { provider: Provider::EcpayAio, merchant: "3002607".to_owned(), day: Date::MIN },
        Lookup::MoneyToCheck("parks".parse().unwrap()),
        Lookup::BookedOn(place(), Date::MIN),
        Lookup::BookedBy(person()),
    ];
    for plan in lookups.map(|lookup| lookup.plan()) {
        let row = format!("\n| `{}` | `{}`", plan.index.unwrap(), plan.pk.0);
        assert!(section(plan.table).contains(&row), "docs/data-model.md lacks {row}");
        let (_, line) = section(plan.table).split_once(&row).unwrap();
        let line = line.lines().next().unwrap();
        assert!(line.contains(&format!("| `{}`", plan.sk)), "{line}");
    }
    let last = keys::shard_name(SHARDS - 1);
    assert!(section(Table::Cases).contains(&format!("`due_shard` `00` to `{last}`")));
}

#[test]
fn every_place_of_a_file_is_named() {
    let upload = UploadId::from_bytes([8; 16]);
    for place in [
        keys::quarantined(DraftId::from_bytes([3; 16]), upload),
        keys::filed(case(), upload),
        keys::issued(case(), &[6; 32]),
    ] {
        let place = pattern(&place);
        assert!(PAGE.contains(&format!("`{place}`")), "docs/data-model.md lacks {place}");
    }
}
