//! What becomes known of the notices of cases, and with it whether an applicant was told the result: the ledger and
//! the case say so in one transaction.

use domain::access::Actor;
use domain::command::Command;
use domain::delivery::{Feedback, Stage};
use domain::ending::Word;
use domain::event::Request;
use domain::id::{NoticeId, RequestId};
use domain::notice_tag::NoticeTag;
use jiff::Timestamp;

use crate::calendars::CalendarCache;
use crate::codec::case::Loaded;
use crate::codec::notice::Notice;
use crate::commit::{self, Asked, Failure, unless_overtaken};
use crate::fault::Fault;
use crate::notices::{self, Entry};
use crate::ports::Store;
use crate::row::{Transaction, Written};
use crate::store::Attempts;

/// The store, the calendars of the cases, and the time.
#[derive(Clone, Copy)]
pub struct At<'a> {
    pub store: &'a dyn Store,
    pub calendars: &'a CalendarCache,
    pub now: Timestamp,
}

impl At<'_> {
    /// Records a report of the mail service; `None` where there is no such notice. One read and one write, where the
    /// result reached the applicant or came back one read and one write more.
    pub async fn hear(&self, id: NoticeId, feedback: Feedback) -> Result<Option<Notice>, Fault> {
        self.amend(id, |notice| Notice { delivery: notice.delivery.heard(feedback), ..notice }).await
    }

    /// Whom it is for opened it in the window; the first time counts.
    pub async fn open(&self, id: NoticeId) -> Result<Option<Notice>, Fault> {
        let now = Some(self.now);
        self.amend(id, |notice| Notice { opened_at: notice.opened_at.or(now), ..notice }).await
    }

    /// Changes a notice until nobody else wrote meanwhile.
    async fn amend(&self, id: NoticeId, change: impl Fn(Notice) -> Notice) -> Result<Option<Notice>, Fault> {
        let mut attempts = Attempts::default();
        loop {
            let Some(Entry::Case(notice)) = notices::load(self.store, &NoticeTag::Case(id)).await? else {
                return Ok(None);
            };
            let changed = change(notice.as_ref().clone());
            if changed == *notice {
                return Ok(Some(changed));
            }
            let (changed, put) = notices::replacing(&Entry::Case(notice), Entry::Case(Box::new(changed)))?;
            let Entry::Case(changed) = changed else { return Ok(None) };
            let written = self.write(&changed, put).await;
            if unless_overtaken(written).map_err(|failure| refused(id, failure))?.is_some() {
                return Ok(Some(*changed));
            }
            attempts.overtaken()?;
        }
    }

    /// Writes the notice; with what it says of the result, where its case does not know that.
    async fn write(&self, notice: &Notice, put: Transaction) -> Result<(), Failure> {
        if let Some((loaded, word)) = self.news(notice).await? {
            return self.tell(loaded, notice, word, put).await;
        }
        match self.store.write(put).await? {
            Written::Done => Ok(()),
            Written::Refused { .. } => Err(Fault::Conflict.into()),
        }
    }

    /// What a notice of a result shows that its case does not know.
    async fn news(&self, notice: &Notice) -> Result<Option<(Loaded, Word)>, Fault> {
        let stage = notice.delivery.stage;
        let words = [
            (notice.opened_at.is_some(), Word::Opened),
            // Who calls a mail unwanted has got it.
            (matches!(stage, Stage::Delivered | Stage::Complained), Word::Delivered),
            (matches!(stage, Stage::Bounced | Stage::Refused), Word::Returned),
        ];
        let mut words = words.into_iter().filter_map(|(shown, word)| shown.then_some(word)).peekable();
        if notice.to_staff || !notice.is_mail() || !notice.kind.is_result() || words.peek().is_none() {
            return Ok(None);
        }
        let loaded = commit::load(self.store, notice.id.event.case).await?;
        let loaded = loaded.ok_or_else(|| Fault::Corrupt(format!("notice {} has no case", notice.id)))?;
        let word = words.find(|word| loaded.case.is_news(notice.id.into(), *word));
        Ok(word.map(|word| (loaded, word)))
    }

    async fn tell(
        &self,
        loaded: Loaded,
        notice: &Notice,
        word: Word,
        put: Transaction,
    ) -> Result<(), Failure> {
        let (id, version) = (notice.id.to_string(), notice.version.to_be_bytes());
        let id = RequestId::derived(&[b"heard", id.as_bytes(), &version]);
        let asked = Asked { actor: Actor::System, request: Request { id, digest: [0; 32] }, seen: None };
        let command = Command::HearNotice { notice: notice.id.into(), word };
        let calendars = self.calendars.current(self.store, self.now).await?;
        let done =
            commit::carry_out_with(self.store, &calendars, loaded, &asked, &command, put, self.now).await?;
        // Another instance wrote this version of the notice, with a word that need not be this one.
        if done.replayed { Err(Fault::Conflict.into()) } else { Ok(()) }
    }
}

/// Nothing refuses what was just found to be news.
fn refused(id: NoticeId, failure: Failure) -> Fault {
    match failure {
        Failure::Fault(fault) => fault,
        refused => Fault::Corrupt(format!("word of notice {id} was refused: {refused}")),
    }
}
