//! Notices that were served otherwise than by mail, as that is stored.

use domain::event::{Event, Party, Recorded};
use domain::id::Version;
use domain::service::{Means, NoticePlace, Service};
use jiff::civil::date;
use proptest::prelude::*;

use crate::round_trips::{any_day, any_text};
use crate::story::{person, second};

pub fn service() -> Service {
    Service {
        means: Means::Posted,
        on: date(2026, 11, 20),
        number: "RR 1234 5678 TW".to_owned(),
        note: "管理員代收".to_owned(),
    }
}

/// As the second event of a case.
pub fn events() -> Vec<Recorded> {
    let notice = NoticePlace { event: Version(1), place: 1 };
    let event = Event::NoticeServed { notice, service: service() };
    vec![second(Party::Officer(person("dispatcher.park")), event)]
}

pub fn any_service() -> impl Strategy<Value = Event> {
    let means = proptest::sample::select(Means::ALL);
    (1_u32..9, 1_u16..200, means, any_day(), any_text(), any_text()).prop_map(
        |(event, place, means, on, number, note)| Event::NoticeServed {
            notice: NoticePlace { event: Version(event), place },
            service: Service { means, on, number, note },
        },
    )
}
