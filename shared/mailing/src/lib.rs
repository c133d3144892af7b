//! Notices by mail, and the SMS beside them: what they say, and how one goes out. Claim, send with the notice id as
//! tag, record: mail cannot be exactly once, and the only window for a second copy is between the last two steps.
//! An SMS is, as the gateway knows the id.

pub mod letter;
pub mod sms;

use std::sync::Arc;

use domain::delivery::Delivery;
use domain::notice_tag::NoticeTag;
use platform::codec::notice::Notice;
use platform::fault::Fault;
use platform::notices::{self, Claimed, Entry};
use platform::ports::{Ambient, Handed, Mail, Mailer, Messenger, Sms, Store};
use platform::telemetry;

/// How many notices of a batch are sent at a time. More would run into the rate the mail service
/// allows, and each one under way when the process is killed waits a quarter of an hour for word.
pub const WIDTH: usize = 4;

/// What a function that sends notices stands on.
pub struct Sender {
    pub store: Arc<dyn Store>,
    pub mailer: Arc<dyn Mailer>,
    /// Where the window sends SMS.
    pub messenger: Option<Arc<dyn Messenger>>,
    pub ambient: Arc<dyn Ambient>,
    /// Where links lead: `https://host`, without a slash at the end.
    pub public_origin: String,
}

impl Sender {
    /// Sends what was claimed.
    pub async fn send(&self, claimed: Claimed) -> Result<(), Fault> {
        let notice = match claimed {
            Claimed::Yours(notice) => notice,
            Claimed::Leave => return Ok(()),
            Claimed::GivenUp(id) => {
                tracing::error!(notice = %id, "gave the notice up: staff must reach the person otherwise");
                telemetry::count(&*self.ambient, "notification", "NoticesGivenUp", 1);
                return Ok(());
            }
        };
        let (id, attempts) = (notice.tag(), notice.delivery().attempts);
        if attempts > 1 {
            // The number is the same, so whoever gets it twice can tell; and so can the log.
            tracing::warn!(notice = %id, attempt = attempts, "sending the notice again");
        }
        match self.hand_over(&notice).await {
            Ok(Some(handed)) => self.record(&notice, &id, handed).await,
            Ok(None) => {
                tracing::info!(notice = %id, "left out an SMS: the window sends none any more");
                notices::update(&*self.store, &id, None, Delivery::moot).await?;
                Ok(())
            }
            Err(fault @ (Fault::Corrupt(_) | Fault::Config(_))) => {
                // It was not sent and will not be until somebody mends the deployment: tried again, and
                // told through the dead letters.
                let now = self.ambient.now();
                notices::update(&*self.store, &id, None, |delivery| delivery.failed(now)).await?;
                Err(fault)
            }
            Err(fault) => {
                // It may have been sent. The claim stands: word of the mail service, or the time set
                // for sending again, decides.
                tracing::warn!(notice = %id, error = %fault, "the notice was handed over without an answer");
                Ok(())
            }
        }
    }

    /// What the mail service or the gateway said; `None` of an SMS where there is no gateway.
    async fn hand_over(&self, notice: &Entry) -> Result<Option<Handed>, Fault> {
        if let Entry::Case(notice) = notice
            && !notice.is_mail()
        {
            let Some(messenger) = &self.messenger else { return Ok(None) };
            return messenger.send(self.sms(notice)?).await.map(Some);
        }
        self.mailer.send(self.mail(notice)?).await.map(Some)
    }

    fn sms(&self, notice: &Notice) -> Result<Sms, Fault> {
        let text = sms::write(notice, &self.public_origin);
        let text = text.ok_or_else(|| Fault::Corrupt(format!("{} is no SMS", notice.id)))?;
        Ok(Sms { id: notice.id.to_string(), to: notice.address.clone(), text })
    }

    fn mail(&self, notice: &Entry) -> Result<Mail, Fault> {
        let (letter, to) = match notice {
            Entry::Case(notice) => (letter::write(notice, &self.public_origin), &notice.address),
            Entry::Booking(notice) => (letter::booking::write(notice, &self.public_origin), &notice.address),
            Entry::Duty(notice) => (letter::duty::write(notice, &self.public_origin), &notice.address),
        };
        Ok(Mail {
            tag: notice.tag().to_string(),
            to: to.clone(),
            subject: letter.subject.clone(),
            text: letter.text()?,
            html: letter.html()?,
        })
    }

    async fn record(&self, notice: &Entry, id: &NoticeTag, handed: Handed) -> Result<(), Fault> {
        match handed {
            Handed::Accepted(message) => {
                notices::update(&*self.store, id, Some(&message), Delivery::accepted).await?;
                telemetry::count(&*self.ambient, "notification", "NoticesSent", 1);
            }
            Handed::Later(why) => {
                tracing::warn!(notice = %id, error = %why, "the notice was put off");
                let now = self.ambient.now();
                notices::update(&*self.store, id, None, |delivery| delivery.failed(now)).await?;
            }
            // Of an SMS the mail tells whether somebody must reach the person otherwise.
            Handed::Refused(why) if notice.is_sms() => {
                tracing::warn!(notice = %id, error = %why, "the gateway refused the SMS");
                notices::update(&*self.store, id, None, Delivery::refused).await?;
            }
            Handed::Refused(why) => {
                tracing::error!(notice = %id, error = %why, "the mail service refused the notice");
                telemetry::count(&*self.ambient, "notification", "NoticesGivenUp", 1);
                notices::update(&*self.store, id, None, Delivery::refused).await?;
            }
        }
        Ok(())
    }
}
