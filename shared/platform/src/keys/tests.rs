//! Keys read back, and texts that sort like what they say.

use domain::id::RequestId;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn keys_of_stream_records_round_trip(
        (a, b, digest) in any::<([u8; 16], [u8; 16], [u8; 32])>(), seq in 1_u32..999_999, order_no in "[ -~]{1,40}",
    ) {
        let merchant = "MS127874575".to_owned();
        let order = OrderKey { provider: Provider::NewebpayMpg, merchant, order_no };
        let (person, request) = (PersonId::from_bytes(a), RequestId::from_bytes(b));
        let case = CaseId::of_request(person, request);
        for key in [
            Key::Case(case),
            Key::Event(EventId { case, seq: Version(seq) }),
            Key::Draft(person, DraftId::from_bytes(b)),
            Key::Attempt(order.clone()),
            Key::Payout(order.clone(), seq % 1_000),
            Key::Heard(HeardId { order, kind: "paid", digest }),
            Key::ProviderFile(Provider::EcpayAio, "3002607".to_owned(), date(2026, 11, 25)),
        ] {
            prop_assert_eq!(Key::of_stream(&key.pk(), &key.sk()), Some(key));
        }
    }

    #[test]
    fn hex_round_trips(bytes: [u8; 32]) {
        prop_assert_eq!(unhex(&hex(&bytes)), Some(bytes));
    }

    #[test]
    fn no_text_makes_a_key_parser_panic(pk in "\\PC{0,40}", sk in "\\PC{0,40}") {
        let _ = (Key::of_stream(&pk, &sk), unhex(&pk));
    }

    #[test]
    fn instants_sort_as_text(a in 0_i64..4_000_000_000_000, b in 0_i64..4_000_000_000_000) {
        let instant = |millis| sortable(Timestamp::from_millisecond(millis).unwrap());
        prop_assert_eq!(a.cmp(&b), instant(a).cmp(&instant(b)));
    }
}
