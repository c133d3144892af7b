//! Whether an item version is of the online type it says (網路申辦類型, 規範 八 I): what the rule asks of
//! each of the three, held against the form, the documents, the fee and the way the result travels.

use std::fmt;

use crate::booking::BookingTerms;
use crate::fee::Channel;
use crate::id::Key;
use crate::item::{DocumentForm, DocumentRequirement, Handling, ItemVersion, OnlineType, PaymentPlace};
use crate::pick_up::PickUp;
use crate::register::Source;
use crate::text::Text;

/// Why a version is not of the type it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// There is no form to fill in online.
    NoForm,
    /// Neither a form nor a time and place to book.
    NothingOnline,
    /// The original of this document is asked for.
    Original(Text),
    /// An object is asked for.
    Object(Text),
    /// The clock waits for something that is posted or brought.
    Awaited(String),
    /// The city looks the document up, and wants it brought all the same (規範 九 II).
    LookedUp(Text),
    /// An exception from looking it up lacks what an approval says, or ends before it begins (規範 九 III).
    BadException(Text),
    /// A register is asked by answers that the form does not have, or for no purpose.
    BadQuestion(Text),
    /// A fee is charged that cannot be paid online.
    NoOnlinePayment,
    /// A fee is charged that can be paid nowhere.
    NoPayment,
    /// The result reaches nobody.
    NoDelivery,
    /// Whatever way the result goes, it goes over the counter.
    CounterOnly,
    /// The result is picked up in person.
    PickedUp,
    /// It is, and it is not said in both languages where, when, with what, and what follows otherwise; or it is
    /// not, and that is said.
    BadPickUp,
    /// There is a step at the counter.
    InPerson,
    /// A time at the counter can be booked.
    Booked,
    /// What can be booked names no place, or no day between the first and the last.
    BadBookingTerms,
    /// There is none, and the application is made at the counter.
    NothingInPerson,
    /// Nothing is posted, brought or picked up.
    NothingTravels,
}

impl Misfit {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoForm => "NO_ONLINE_FORM",
            Self::NothingOnline => "NOTHING_ONLINE",
            Self::Original(_) => "ORIGINAL_WANTED",
            Self::Object(_) => "OBJECT_WANTED",
            Self::Awaited(_) => "SOMETHING_AWAITED",
            Self::LookedUp(_) => "CITY_LOOKS_IT_UP",
            Self::BadException(_) => "BAD_EXCEPTION",
            Self::BadQuestion(_) => "BAD_REGISTER_QUESTION",
            Self::NoOnlinePayment => "NO_ONLINE_PAYMENT",
            Self::NoPayment => "NO_WAY_TO_PAY",
            Self::NoDelivery => "NO_DELIVERY",
            Self::CounterOnly => "COUNTER_DELIVERY_ONLY",
            Self::PickedUp => "PICKED_UP_IN_PERSON",
            Self::BadPickUp => "BAD_PICK_UP_INFORMATION",
            Self::InPerson => "IN_PERSON_STEP",
            Self::Booked => "COUNTER_TIME_BOOKED",
            Self::BadBookingTerms => "BAD_BOOKING_TERMS",
            Self::NothingInPerson => "NO_IN_PERSON_STEP",
            Self::NothingTravels => "NOTHING_TRAVELS",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::NoForm => Text::new("沒有可於網路填送的申請書表", "there is no form to fill in online"),
            Self::NothingOnline => Text::new(
                "網路預約須有基本申請書表或可預約的時間地點",
                "a reservation needs a form, or times and places to book",
            ),
            Self::Original(name) => Text::new(
                format!("「{}」須繳驗正本，不是全程式", name.zh),
                format!("the original of \"{}\" is asked for, so it is not fully online", name.en),
            ),
            Self::Object(name) => Text::new(
                format!("「{}」須提供實物，不是全程式", name.zh),
                format!("\"{}\" is an object, so it is not fully online", name.en),
            ),
            Self::Awaited(what) => Text::new(
                format!("處理期限等待「{what}」寄達，不是全程式"),
                format!("the clock waits for `{what}` to arrive, so it is not fully online"),
            ),
            Self::LookedUp(name) => Text::new(
                format!("「{}」由機關查驗，不得再要求正本或實物（作業規範第九點）", name.zh),
                format!("the city looks up \"{}\" and cannot want it brought (Operating Rules, 9)", name.en),
            ),
            Self::BadException(name) => Text::new(
                format!("「{}」免附之例外須載明核定文號、適用範圍及起訖日（作業規範第九點第三項）", name.zh),
                format!(
                    "the exception for \"{}\" needs the approval, the scope, and a last day after the first (Operating Rules, 9 III)",
                    name.en
                ),
            ),
            Self::BadQuestion(name) => Text::new(
                format!("查驗「{}」須以申請書表的欄位查詢，並載明用途", name.zh),
                format!("looking up \"{}\" needs fields of the form to ask by, and a purpose", name.en),
            ),
            Self::NoOnlinePayment => {
                Text::new("有規費而不能網路繳納，不是全程式", "a fee is charged that cannot be paid online")
            }
            Self::NoPayment => Text::new("有規費而沒有繳費方式", "a fee is charged that can be paid nowhere"),
            Self::NoDelivery => Text::new("沒有領取結果的方式", "there is no way for the result to travel"),
            Self::CounterOnly => Text::new(
                "結果只能臨櫃領取，不是全程式；請提供網路、電子媒介、郵寄或超商",
                "the result is had at the counter alone; offer it online, by post or at a store",
            ),
            Self::PickedUp => {
                Text::new("結果須親自領取，不是全程式", "the result is picked up, so it is not fully online")
            }
            Self::BadPickUp => Text::new(
                format!(
                    "須領取之項目，且只有這種項目，須以中英文載明領取地點、地址、櫃檯、時間、應帶證件、代領規定及逾期未領之處理，每段 {} 字以內",
                    PickUp::MAX
                ),
                format!(
                    "a service whose result is picked up, and no other, says in both languages the place, address, counter, hours, what to bring, the rule for proxies and what follows when the period passes, each in at most {} characters",
                    PickUp::MAX
                ),
            ),
            Self::InPerson => Text::new(
                "有臨櫃步驟，不是全程式",
                "there is a step at the counter, so it is not fully online",
            ),
            Self::Booked => Text::new(
                "可預約臨櫃時間，不是全程式",
                "a time at the counter can be booked, so it is not fully online",
            ),
            Self::BadBookingTerms => Text::new(
                format!("預約須有地點，可預約日數由少至多，最多 {} 日", BookingTerms::MAX_DAYS),
                format!(
                    "booking needs places, and days from few to many, {} at most",
                    BookingTerms::MAX_DAYS
                ),
            ),
            Self::NothingInPerson => Text::new(
                "網路預約須說明臨櫃辦理的事項",
                "a reservation says what is done in person at the counter",
            ),
            Self::NothingTravels => Text::new(
                "沒有正本、實物或須領取的結果，是全程式",
                "nothing is posted, brought or picked up, so it is fully online",
            ),
        }
    }
}

/// `CODE: 中文 / English`.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        write!(f, "{}: {} / {}", self.code(), text.zh, text.en)
    }
}

/// Everything that keeps `item` from being what its online type says (R8.1-R8.3); nothing for a version
/// that can be published.
#[must_use]
pub fn misfits(item: &ItemVersion) -> Vec<Misfit> {
    let mut found = of_any_type(item);
    found.extend(match item.online_type {
        OnlineType::Full => against_full(item),
        OnlineType::Partial => against_partial(item),
        OnlineType::Reservation => against_reservation(item),
    });
    found
}

/// What is wrong whatever the type.
fn of_any_type(item: &ItemVersion) -> Vec<Misfit> {
    let Handling { delivery, payment, booking, .. } = &item.handling;
    let looked_up = |need: &&DocumentRequirement| !may_be_brought(need) && need.form != DocumentForm::File;
    let mut found: Vec<Misfit> =
        item.documents.iter().filter(looked_up).map(|need| Misfit::LookedUp(need.name.clone())).collect();
    for need in &item.documents {
        let Some(source) = &need.obtainable_from else { continue };
        let incomplete = source.exception.as_ref().is_some_and(|exception| !exception.is_complete());
        found.extend(incomplete.then(|| Misfit::BadException(need.name.clone())));
        found.extend((!is_askable(item, source)).then(|| Misfit::BadQuestion(need.name.clone())));
    }
    found.extend((charges(item) && payment.is_empty()).then_some(Misfit::NoPayment));
    found.extend(delivery.is_empty().then_some(Misfit::NoDelivery));
    let unbookable = booking.as_ref().is_some_and(|terms| !terms.are_sound());
    found.extend(unbookable.then_some(Misfit::BadBookingTerms));
    let told = item.pick_up.as_ref().map(PickUp::is_sound);
    found.extend((told != item.terms.pick_up_days.map(|_| true)).then_some(Misfit::BadPickUp));
    found
}

/// 全程式: form, files, payment and result without a counter.
fn against_full(item: &ItemVersion) -> Vec<Misfit> {
    let Handling { delivery, payment, in_person, booking } = &item.handling;
    let mut found: Vec<Misfit> = item.fields.is_empty().then_some(Misfit::NoForm).into_iter().collect();
    // One that is asked of some applicants alone brings those to the counter.
    found.extend(brought(item).filter_map(|need| match need.form {
        DocumentForm::File => None,
        DocumentForm::Original => Some(Misfit::Original(need.name.clone())),
        DocumentForm::Object => Some(Misfit::Object(need.name.clone())),
    }));
    found.extend(item.terms.awaits.iter().map(|what| Misfit::Awaited(what.to_string())));
    let unpayable = charges(item) && !payment.is_empty() && !payment.contains(&PaymentPlace::Online);
    found.extend(unpayable.then_some(Misfit::NoOnlinePayment));
    let over_the_counter = !delivery.is_empty() && !delivery.iter().any(|way| way.spares_the_counter());
    found.extend(over_the_counter.then_some(Misfit::CounterOnly));
    found.extend(item.terms.pick_up_days.is_some().then_some(Misfit::PickedUp));
    found.extend(in_person.is_some().then_some(Misfit::InPerson));
    found.extend(booking.is_some().then_some(Misfit::Booked));
    found
}

/// 非全程式: applied for online, and something is still posted, brought, done or fetched in person.
fn against_partial(item: &ItemVersion) -> Vec<Misfit> {
    let form = item.fields.is_empty().then_some(Misfit::NoForm);
    let travels = against_full(item).iter().any(|misfit| !matches!(misfit, Misfit::NoForm));
    form.into_iter().chain((!travels).then_some(Misfit::NothingTravels)).collect()
}

/// 網路預約: a basic form or a time and place online, the application itself at the counter.
fn against_reservation(item: &ItemVersion) -> Vec<Misfit> {
    let Handling { in_person, booking, .. } = &item.handling;
    let nothing = (item.fields.is_empty() && booking.is_none()).then_some(Misfit::NothingOnline);
    nothing.into_iter().chain(in_person.is_none().then_some(Misfit::NothingInPerson)).collect()
}

/// What applicants bring: the city looks the rest up itself.
fn brought(item: &ItemVersion) -> impl Iterator<Item = &DocumentRequirement> {
    item.documents.iter().filter(|need| may_be_brought(need))
}

/// Whether there is a day on which the applicant brings it.
fn may_be_brought(need: &DocumentRequirement) -> bool {
    need.obtainable_from.as_ref().is_none_or(|source| source.exception.is_some())
}

/// Whether what a register is asked can be told from the form, and says what for.
fn is_askable(item: &ItemVersion, source: &Source) -> bool {
    let said = |text: &str| !text.trim().is_empty();
    let known = |key: &Key| item.fields.iter().any(|field| field.key == *key);
    source.question.as_ref().is_none_or(|question| {
        !question.by.is_empty()
            && question.by.iter().all(known)
            && said(&question.purpose.zh)
            && said(&question.purpose.en)
    })
}

fn charges(item: &ItemVersion) -> bool {
    item.fee.may_be_due(Channel::Online)
}
