//! 5, of notices that were served otherwise than by mail: the ledger has the first record of each, and no other.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::id::{CaseId, EventId, NoticeId};
use domain::service::Service;
use platform::codec::notice::Notice;

use super::{Broken, Whole};

pub fn check(broken: &mut Broken, cases: &BTreeMap<CaseId, Whole>, ledger: &BTreeMap<NoticeId, Notice>) {
    let mut first: BTreeMap<NoticeId, &Service> = BTreeMap::new();
    for (case, whole) in cases {
        for chained in &whole.events {
            if let Event::NoticeServed { notice, service } = &chained.recorded.event {
                let id = NoticeId { event: EventId { case: *case, seq: notice.event }, place: notice.place };
                first.entry(id).or_insert(service);
            }
        }
    }
    for (id, notice) in ledger {
        let recorded = first.remove(id);
        broken.require(notice.served.as_ref() == recorded, || {
            format!("5: {id} is served {:?}, the record says {recorded:?}", notice.served)
        });
        let theirs = notice.opened_at.is_none() || !notice.to_staff;
        broken.require(theirs, || format!("5: {id} was opened by nobody it is for"));
    }
    broken.require(first.is_empty(), || format!("5: served, and not in the ledger: {first:?}"));
}
