//! 5, of notices that were served otherwise than by mail: the ledger has the latest record of each, and no other.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::id::{CaseId, EventId, NoticeId};
use platform::codec::notice::{Notice, Served};

use super::{Broken, Whole};

pub fn check(broken: &mut Broken, cases: &BTreeMap<CaseId, Whole>, ledger: &BTreeMap<NoticeId, Notice>) {
    let mut latest: BTreeMap<NoticeId, Served> = BTreeMap::new();
    for (case, whole) in cases {
        for chained in &whole.events {
            if let Event::NoticeServed { notice, service } = &chained.recorded.event {
                let id = NoticeId { event: EventId { case: *case, seq: notice.event }, place: notice.place };
                latest.insert(id, Served { by: chained.recorded.id.seq, service: service.clone() });
            }
        }
    }
    for (id, notice) in ledger {
        let recorded = latest.remove(id);
        broken.require(notice.served == recorded, || {
            format!("5: {id} is served {:?}, the record says {recorded:?}", notice.served)
        });
        let theirs = notice.opened_at.is_none() || !notice.to_staff;
        broken.require(theirs, || format!("5: {id} was opened by nobody it is for"));
    }
    broken.require(latest.is_empty(), || format!("5: served, and not in the ledger: {latest:?}"));
}
