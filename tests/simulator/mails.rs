//! What the outside knows of mail: what the service was told, what it told back, and where a second
//! copy would be excusable.

use std::collections::BTreeMap;

use domain::delivery::Feedback;
use domain::notice_tag::NoticeTag;
use platform::codec::notice::{self, Notice};
use platform::codec::row_type;
use platform::keys::Table;
use testkit::mailer::{self, Sent};
use testkit::world::World;

#[derive(Default)]
pub struct Mails {
    /// How many of the mails handed over were looked at.
    pub seen: usize,
    /// Notices whose sender was cut off after the hand-over and before it could record that: how
    /// often.
    pub cut_off: BTreeMap<NoticeTag, usize>,
    /// What the service reported and the queue took.
    pub told: BTreeMap<NoticeTag, Vec<Feedback>>,
    /// Notices the service refused outright.
    pub refused: Vec<NoticeTag>,
}

pub const SENT_AND_DELIVERED: [(&str, Feedback); 2] =
    [("Send", Feedback::Sent), ("Delivery", Feedback::Delivered)];

impl Mails {
    /// Reports the mails not looked at yet as sent and delivered.
    pub fn report(&mut self, world: &World) {
        let sent = world.mailer.since(self.seen);
        self.seen += sent.len();
        for sent in sent {
            for (kind, feedback) in SENT_AND_DELIVERED {
                self.tell(world, &sent, kind, feedback);
            }
        }
    }

    /// Reports one thing of one mail.
    pub fn tell(&mut self, world: &World, sent: &Sent, kind: &str, feedback: Feedback) {
        world.feedback.push(mailer::event(kind, sent));
        self.told.entry(notice(sent)).or_default().push(feedback);
    }
}

/// The notice that a mail carries.
pub fn notice(sent: &Sent) -> NoticeTag {
    sent.mail.tag.parse().expect("a mail is tagged with its notice")
}

/// Every notice about a case.
pub fn of_cases(world: &World) -> impl Iterator<Item = Notice> {
    let rows = world.store.rows(Table::Notices).into_iter();
    let rows = rows.filter(|row| row_type(row) == Some("notice"));
    rows.map(|row| notice::decode(row).expect("a notice is decoded"))
}
