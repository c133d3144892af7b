//! Picking a result up in person (親自領取): what the applicant is told of it, and who took it.

use crate::case::{Case, State};
use crate::money::Twd;
use crate::personal::Personal;
use crate::text::Text;
use crate::timer::TimerKind;

/// Where, when and with what a result is picked up, and what becomes of it otherwise (領取資訊). Every text is
/// said in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickUp {
    /// 領取地點.
    pub place: Text,
    pub address: Text,
    /// 領件櫃檯.
    pub counter: Text,
    /// 領件時間.
    pub hours: Text,
    /// 應攜帶之文件.
    pub bring: Text,
    /// What a proxy brings (代領：委託書、雙方身分證件); `None` where only the applicant may pick it up.
    pub proxy: Option<Text>,
    /// What follows when the period passes (逾期未領之處理).
    pub lapse: Text,
}

impl PickUp {
    /// Longest of its texts, in characters.
    pub const MAX: usize = 500;

    /// Whether everything is said, and nothing at too great a length.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let Self { place, address, counter, hours, bring, proxy, lapse } = self;
        let said = |text: &str| !text.trim().is_empty() && text.chars().count() <= Self::MAX;
        let texts = [place, address, counter, hours, bring, lapse].into_iter().chain(proxy);
        texts.into_iter().all(|text| said(&text.zh) && said(&text.en))
    }

    /// What a proxy needs, or that there can be none.
    #[must_use]
    pub fn proxy_rule(&self) -> Text {
        self.proxy.clone().unwrap_or_else(|| {
            Text::new("須由申請人本人領取，不得代領。", "Only the applicant may pick it up, and no proxy.")
        })
    }

    /// Whether somebody may pick it up for the applicant.
    #[must_use]
    pub const fn takes_proxies(&self) -> bool {
        self.proxy.is_some()
    }
}

/// What an applicant is told who has something to pick up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToPickUp {
    pub at: PickUp,
    /// What of the fee is still due, which is paid before.
    pub owed: Twd,
}

impl Case {
    /// What its applicant is told of picking the result up, while it is to be, and where the item version says
    /// it: `at` is what that says.
    #[must_use]
    pub fn to_pick_up(&self, at: Option<&PickUp>) -> Option<ToPickUp> {
        let standing = self.ledger.standing();
        let owed = if standing.status.owes() { standing.outstanding() } else { Twd::ZERO };
        let at = at.filter(|_| self.state == State::AwaitingPickUp)?;
        Some(ToPickUp { at: at.clone(), owed })
    }

    /// Whether the period to pick up has passed, as the timer of the window found it.
    #[must_use]
    pub fn is_pick_up_late(&self) -> bool {
        let due = self.dates.timers.get(&TimerKind::PickUpDue);
        let fired = |at| self.fired.contains(&(TimerKind::PickUpDue, at));
        self.state == State::AwaitingPickUp && due.copied().is_some_and(fired)
    }
}

/// Who took what was picked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// In person.
    Applicant,
    /// 代領人.
    Proxy(Proxy),
}

/// Somebody who picked it up for the applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    pub name: Personal<String>,
    /// Who they are to the applicant, and what was seen of it: 委託書、雙方身分證件.
    pub proof: Personal<String>,
}

impl Receiver {
    /// What everybody reads of it: not who the proxy was.
    #[must_use]
    pub fn public_text(&self) -> Text {
        match self {
            Self::Applicant => Text::new("已由本人領取", "Picked up by the applicant"),
            Self::Proxy(_) => Text::new("已領取（代領）", "Picked up by a proxy"),
        }
    }
}

/// Longest name of a proxy, in characters.
pub const MAX_PROXY_NAME: u16 = 60;
/// Longest text of what they showed, in characters.
pub const MAX_PROXY_PROOF: u16 = 500;
