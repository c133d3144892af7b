//! Absences of staff as they are stored.

use domain::absence::{Absence, Ended};
use domain::id::{AgencyCode, RequestId};
use jiff::civil::date;
use platform::codec::absence::{self, Open};

use crate::samples::frozen;
use crate::story;

fn away() -> Absence {
    Absence {
        id: RequestId::from_bytes([7; 16]),
        person: story::person("reviewer.park"),
        deputy: story::person("handler.park"),
        from: date(2026, 11, 23),
        until: date(2026, 11, 27),
        by: story::person("admin.park"),
        at: story::at("2026-11-20T16:02:00+08:00"),
        ended: None,
    }
}

#[test]
fn an_absence() {
    let parks: AgencyCode = "parks".parse().unwrap();
    let away = away();
    frozen("absence", &away, &absence::encode(&parks, &away).unwrap(), absence::decode);
    let ended = Ended { by: story::person("reviewer.park"), at: story::at("2026-11-25T08:30:00+08:00") };
    let back = Absence { ended: Some(ended), ..away.clone() };
    frozen("absence_ended", &back, &absence::encode(&parks, &back).unwrap(), absence::decode);
    let open = Open { absences: vec![away], version: 3 };
    frozen("absences", &open, &absence::encode_open(&parks, &open).unwrap(), absence::decode_open);
}
