//! Joint review as it is stored.

use std::collections::BTreeMap;

use domain::case::{Case, State};
use domain::clock::Due;
use domain::clock::history::{End, Ended, Late, Review};
use domain::clock::terms::{DayBasis, Limit};
use domain::event::{Event, Party, Recorded};
use domain::id::Version;
use domain::joint_review::{Opinion, Order, ReviewingAgency, Task};
use domain::text::Text;
use domain::timer::TimerKind;
use jiff::civil::date;
use platform::codec::case::{self, Loaded};
use platform::codec::review::ReviewItem;

use crate::samples::frozen;
use crate::story::{at, case, person, second};

pub fn district() -> ReviewingAgency {
    let agency = "xinyi".parse().unwrap();
    ReviewingAgency { agency, name: Text::new("信義區公所", "Xinyi District Office") }
}

/// Each as the second event of a case.
pub fn events() -> Vec<Recorded> {
    let handler = || Party::Officer(person("handler.park"));
    let events = vec![
        (
            handler(),
            Event::ReviewRequested {
                tasks: vec![Task { reviewer: district(), question: "請表示意見".to_owned() }],
                order: Order::Sequential,
            },
        ),
        (
            handler(),
            Event::ReviewAnswered {
                reviewer: district(),
                opinion: Opinion::Conditions,
                text: "請維持人行空間".to_owned(),
                next: Some(district()),
            },
        ),
        (handler(), Event::ReviewDropped { reviewer: district(), reason: "颱風來襲".to_owned(), next: None }),
    ];
    events.into_iter().map(|(by, event)| second(by, event)).collect()
}

/// The case while another agency is asked to review a part, or once it has answered late.
fn in_review(answered: bool) -> Case {
    let limit = Limit::days(2, DayBasis::Working).unwrap();
    let due = Due::end_of(date(2026, 11, 20)).unwrap();
    let (sent, at) = (at("2026-11-18T15:00:00+08:00"), at("2026-11-23T09:00:00+08:00"));
    let by = Version(6);
    let ended = answered.then_some(Ended { at, by, due: Some(due), how: End::Answered(Opinion::Conditions) });
    let mut case = case(3);
    case.state = if answered { State::Assigned } else { State::JointReview };
    case.item.terms.reviews = BTreeMap::from([(district().agency, limit)]);
    case.history.reviews.push(Review {
        reviewer: district(),
        sent,
        asked: Version(4),
        limit,
        ended,
        late: answered.then_some(Late { by: Version(5), until: due.until }),
    });
    if !answered {
        case.reviewers_to_come = vec![ReviewingAgency { agency: "police".parse().unwrap(), ..district() }];
        case.dates.reviews = BTreeMap::from([(district().agency, due)]);
        case.dates.timers.insert(TimerKind::ReviewOverdue, due.until);
    }
    case
}

/// Of an agency that is asked, and of one that was.
#[test]
fn a_line_of_a_list_of_reviews() {
    for (name, case) in [("review", in_review(false)), ("review_done", in_review(true))] {
        let line = ReviewItem::all_of(&case).pop().unwrap();
        frozen(name, &line, &line.encode().unwrap(), ReviewItem::decode);
        let loaded = Loaded { case, head: [7; 32] };
        frozen(&format!("case_{name}"), &loaded, &case::encode(&loaded).unwrap(), case::decode);
    }
}
