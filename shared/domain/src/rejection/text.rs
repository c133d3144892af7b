//! What every refusal says.

use crate::calendar::{BadChange, BadClosure, Closure};
use crate::payment::refund::Lack;
use crate::rejection::{Rejection, filing, issuing};
use crate::taipei;
use crate::text::{Lang, Text};

impl Rejection {
    /// What is wrong and what to do.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a list of texts, complete because it is one match")]
    pub fn text(&self) -> Text {
        match self {
            Self::NotInThisState { state, .. } => {
                let state = state.text();
                Text::new(
                    format!("案件目前為「{}」，不能進行此動作。請重新整理後再試。", state.zh),
                    format!("The case is \"{}\" now, which does not allow this. Reload the page.", state.en),
                )
            }
            Self::Forbidden { .. } => Text::new(
                "您沒有對本案進行此動作的權限。請洽承辦機關或系統權限管理人員。",
                "You may not do this with this case. Ask the agency in charge or its administrator.",
            ),
            Self::StaleVersion { .. } => Text::new(
                "案件已被更新，您看到的不是最新內容。請重新整理後再試。",
                "The case has changed since you saw it. Reload the page and try again.",
            ),
            Self::RequestReused => Text::new(
                "此請求編號已用於其他內容。請以新的編號重新送出。",
                "This request id was used for something else. Send the request with a new id.",
            ),
            Self::Unfit(_) => Text::new(
                "申請內容有需要更正之處，請依各欄位說明修正後再送出。",
                "Some answers need to be corrected. Follow the notes at the fields and send again.",
            ),
            Self::Reason { max } => Text::new(
                format!("請填寫理由，{max} 字以內。"),
                format!("Give a reason of at most {max} characters."),
            ),
            Self::NotInRole { role } => {
                let role = role.text();
                Text::new(
                    format!("指定的人員不是本機關的{}。請另選人員。", role.zh),
                    format!("That person is no {} of this agency. Choose somebody else.", role.en),
                )
            }
            Self::SamePerson => Text::new(
                "承辦人與審核人不得為同一人。請另選人員。",
                "Handler and reviewer must be different people. Choose somebody else.",
            ),
            Self::OwnApplication => Text::new(
                "指定的人員是本案申請人，依法應自行迴避。請另選人員。",
                "That person is the applicant and must not act in their own matter. Choose somebody else.",
            ),
            Self::NoSuchAgency => Text::new(
                "請指明受移送之機關；單一窗口內者，須為設有分文人員之其他機關。",
                "Say to whom it goes: within the window, another agency with somebody to dispatch.",
            ),
            Self::NoReviewerLeft => Text::new(
                "此申請項目沒有其他可送請會審之機關，或均已送請會審。",
                "This service names no other agency for review, or all of them have been asked.",
            ),
            Self::Reviewers { max } => Text::new(
                format!("請選擇 1 至 {max} 個會審機關。"),
                format!("Choose 1 to {max} agencies to be asked."),
            ),
            Self::NoSuchReviewer => Text::new(
                "該機關並非此申請項目之會審機關、沒有可回復之承辦人員，或已送請會審。請重新整理後再選。",
                "That agency is not named for review by this service, has nobody to answer, or was asked already. Reload the page and choose again.",
            ),
            Self::ReviewNotOpen => Text::new(
                "本案並未等候該機關之會審意見，或已收到。請重新整理後再試。",
                "The case does not wait for the opinion of that agency, or has it already. Reload the page.",
            ),
            Self::TimerNotDue => Text::new("時點未屆或已處理。", "The timer is not due or has fired."),
            Self::Deficiencies { max } => Text::new(
                format!("請列出 1 至 {max} 項補正事項。"),
                format!("List 1 to {max} things to put right."),
            ),
            Self::Deficiency { place, max } => Text::new(
                format!("第 {place} 項補正事項應填寫缺漏情形及應補事項，各以 {max} 字為限。"),
                format!(
                    "Thing {place} to put right: say what is lacking and what to provide, each in at most {max} characters."
                ),
            ),
            Self::NoSuchSubject(subject) => Text::new(
                format!("本案申請書表沒有「{subject}」。請重新整理後再試。"),
                format!("The form of this case has no \"{subject}\". Reload the page."),
            ),
            Self::CityLooksItUp(name) => Text::new(
                format!("「{}」由機關自行查驗，不得要求申請人檢附（作業規範第九點）。", name.zh),
                format!(
                    "The city looks up \"{}\" itself and asks nobody for it (Operating Rules, 9).",
                    name.en
                ),
            ),
            Self::NotLookedUp => Text::new(
                "本案沒有這項由機關查驗的文件。請重新整理後再選。",
                "That is no document of this case that the city looks up. Reload the page and choose again.",
            ),
            Self::NoRegister => Text::new(
                "此資料來源尚未與本系統介接，請依機關內部程序查驗；免附之文件仍不得要求申請人檢附。",
                "This source cannot be asked through the window: look it up as your agency does. What need not be brought is still not asked for.",
            ),
            Self::TooManyLookups { max } => Text::new(
                format!("本案已查驗或調閱 {max} 次，不能再查；請依已查得之資料辦理。"),
                format!(
                    "{max} looks were taken in this case, and no more is possible. Decide on what was found."
                ),
            ),
            Self::NothingToAskBy(field) => Text::new(
                format!("申請書未填「{}」，無從查詢。請通知申請人補正該欄位。", field.zh),
                format!(
                    "The form leaves \"{}\" empty, so there is nothing to ask by. Ask the applicant to fill it in.",
                    field.en
                ),
            ),
            Self::AskedBefore => Text::new(
                "補正事項應一次通知。再次通知補正，請填寫先前未通知之理由。",
                "Everything is asked for at once. Say why this was not asked for before.",
            ),
            Self::AnotherCorrection => Text::new(
                "機關已另行通知補正，您回覆的不是最新的補正事項。請依最新的通知補正。",
                "The agency has sent another list since, and this answers the one before. Answer the latest one.",
            ),
            Self::CorrectionOver => Text::new(
                "補正期限已屆滿，不能展延。在機關駁回前仍可補正。",
                "The correction period is over and cannot be made longer. An answer is taken until the agency decides.",
            ),
            Self::MoreTimeAsked => Text::new(
                "已申請展延補正期限，請等候機關回覆。",
                "More time was asked for already. Wait for the agency's answer.",
            ),
            Self::Period { min, max: 0 } => Text::new(
                format!("期間已達上限，不能再增加（至少 {min} 日）。"),
                format!("The period is as long as it may be; not even {min} more days can be added."),
            ),
            Self::Period { min, max } => Text::new(
                format!("期間應為 {min} 至 {max} 日。"),
                format!("Give a period of {min} to {max} days."),
            ),
            Self::ExtensionAlreadyUsed => Text::new(
                "處理期限已延長過一次，依法以一次為限，不得再延長。",
                "The limit was extended before; the law allows it once.",
            ),
            Self::ExtensionTooLong { max } => Text::new(
                format!("延長不得超過原處理期限。請填寫 1 至 {max}。"),
                format!("An extension is at most as long as the limit. Give 1 to {max}."),
            ),
            Self::ExtensionAfterExpiry => Text::new(
                "處理期限已屆滿。延長應於屆滿前通知申請人，已不得延長。",
                "The limit has run out. An extension must be notified before that; it cannot be made now.",
            ),
            Self::ClockNotRunning => Text::new(
                "處理期限尚未起算，無從延長。請待應備資料或費用收到後再試。",
                "The clock has not started, so there is nothing to extend. Wait until what is missing has come.",
            ),
            Self::AddedTimeTooLong { left } => Text::new(
                format!("超過此項目可增加之日數，尚可增加 {left} 日。"),
                format!("More than this service allows: {left} days can still be added."),
            ),
            Self::PauseEndsBeforeStart => Text::new(
                "停止計算之末日早於首日。請更正日期。",
                "The last day of the stop is before its first. Correct the dates.",
            ),
            Self::AlreadyStopped => Text::new(
                "處理期限已停止計算中。請先恢復計算。",
                "The clock stands still already. Let it go on first.",
            ),
            Self::NotStopped => Text::new(
                "處理期限並未停止計算，無從恢復。",
                "The clock does not stand still, so it cannot go on again.",
            ),
            Self::AnswerBeforeRequest => Text::new(
                "補正日期早於補正通知。請更正日期。",
                "The answer is dated before the request. Correct the date.",
            ),
            Self::InTheFuture(day) => Text::new(
                format!("{day} 尚未屆至。請填寫今日或以前之日期。"),
                format!("{day} has not come yet. Give today or an earlier day."),
            ),
            Self::NoSuchNotice => Text::new(
                "本案沒有這則給申請人的通知。請重新整理後再選。",
                "The case has no such notice to its applicant. Reload the page and choose again.",
            ),
            Self::PostalNumber { max } => Text::new(
                format!("請填寫掛號號碼，限英文字母及數字，{max} 字以內。"),
                format!(
                    "Give the number of the registered item: letters and digits, at most {max} characters."
                ),
            ),
            Self::NotPosted => Text::new(
                "號碼與送達方式不符：只有掛號郵寄有號碼；退回者須為本通知最近一次登錄寄出之號碼。請更正。",
                "The number does not fit: only what was posted has one, and what came back has that under which this notice was posted last. Correct it.",
            ),
            Self::NoProxy => issuing::no_proxy(),
            Self::ProxyName { max } => issuing::proxy_name(*max),
            Self::ProxyProof { max } => issuing::proxy_proof(*max),
            Self::ServedBeforeNotice(day) => {
                let (zh, en) = (taipei::shown(*day, Lang::ZhHant), taipei::shown(*day, Lang::En));
                Text::new(
                    format!("送達日期不得早於通知日期（{zh}）。"),
                    format!("It cannot have been served before the notice of {en}."),
                )
            }
            Self::NotAwaited => Text::new(
                "本案並未等待此項應備資料，或已登錄收到。請重新整理後再試。",
                "The case does not wait for this, or it has been recorded. Reload the page.",
            ),
            Self::NothingChanges => Text::new("日期並無變動。", "No date changes."),
            Self::Calendar(BadChange::Year(year)) => {
                let text = year.text();
                Text::new(format!("{}日曆未變更。", text.zh), format!("{} Nothing was changed.", text.en))
            }
            Self::Calendar(BadChange::Closure(BadClosure::Text)) => Text::new(
                format!("地區與公告來源須為 1 至 {} 字，不得換行。", Closure::MAX_TEXT),
                format!("Give area and source in 1 to {} characters without line breaks.", Closure::MAX_TEXT),
            ),
            Self::Calendar(BadChange::NothingChanges) => {
                Text::new("日曆已是如此，沒有變更。", "The calendar says so already; nothing was changed.")
            }
            Self::Calendar(BadChange::UnknownClosure) => Text::new(
                "查無該日該地區之停止上班公告。請重新整理後再試。",
                "No closure of that day and area is announced. Reload the page.",
            ),
            Self::Calendar(BadChange::Closure(BadClosure::OutsideCalendar(day)))
            | Self::OutsideCalendar(day) => Text::new(
                format!("辦公日曆表未涵蓋 {day}，無法計算期限。請改用已公布年度內之日期。"),
                format!(
                    "The office calendar does not cover {day}, so no date can be given. Use a day of the published years."
                ),
            ),
            Self::ItemNotInForce => Text::new(
                "此版本的申請項目目前不受理。請由服務頁面重新開始。",
                "This version of the service takes no applications now. Start again from its page.",
            ),
            Self::AssuranceTooLow { needed } => filing::assurance_too_low(*needed),
            Self::SignatureMissing { .. } => filing::signature_missing(),
            Self::SignedSomethingElse { .. } => filing::signed_something_else(),
            Self::ConsentMissing => filing::consent_missing(),
            Self::ConsentWording { .. } => filing::consent_wording(),
            Self::TooManyChanges { max } => filing::too_many_changes(*max),
            Self::PostalAddress { max } => filing::postal_address(*max),
            Self::MobileNumber => filing::mobile_number(),
            Self::NoSms => filing::no_sms(),
            Self::TooManyEvents => Text::new(
                "本案異動次數已達上限。請洽承辦機關。",
                "This case cannot take any more changes. Contact the agency in charge.",
            ),
            Self::Amount { max } => {
                Text::new(format!("金額應為 1 至 {max} 元。"), format!("Give an amount of NT$1 to NT${max}."))
            }
            Self::NothingToPay => Text::new("目前沒有應繳費用。", "Nothing is due now."),
            Self::TooManyAttempts => Text::new(
                "嘗試繳費次數已達上限。請洽承辦機關協助。",
                "Too many attempts to pay were made. Contact the agency in charge.",
            ),
            Self::AmountChanged { outstanding } => Text::new(
                format!("應繳金額已變更為 {outstanding} 元。請重新整理後再繳費。"),
                format!("NT${outstanding} is due now. Reload the page and pay again."),
            ),
            Self::NotOffered => Text::new(
                "目前未提供此繳費方式。請重新整理後改選其他方式。",
                "This way to pay is not offered now. Reload the page and choose another.",
            ),
            Self::AmountNotTaken { min, max } => Text::new(
                format!("此繳費方式每筆限 {min} 至 {max} 元。請改選其他方式。"),
                format!("This way takes NT${min} to NT${max} at a time. Choose another."),
            ),
            Self::AttemptRanOut => Text::new(
                "此次繳費已逾期。請重新整理後再繳費。",
                "This attempt to pay has run out. Reload the page and pay again.",
            ),
            Self::NoSuchPayment => Text::new(
                "本案查無此筆繳費。請重新整理後再試。",
                "The case has no such payment. Reload the page.",
            ),
            Self::NoSuchRefund => Text::new(
                "本案查無此筆退費。請重新整理後再試。",
                "The case has no such refund. Reload the page.",
            ),
            Self::NothingToRefund => Text::new("目前沒有可退還之款項。", "There is nothing to pay back now."),
            Self::RefundTooMuch { max } => Text::new(
                format!("退費金額不得超過已入帳而可退還之 {max} 元。"),
                format!("At most NT${max} was posted and can be paid back."),
            ),
            Self::RefundLapsed => Text::new(
                "自繳費之日起已逾五年，依規費法第 18 條不得再申請退還。",
                "Five years have passed since the payment; it cannot be claimed any more (Charges and Fees Act, §18).",
            ),
            Self::RefundLacks(Lack::Contact) => Text::new(
                "尚無聯絡申請人之紀錄，退費不能受理。請先聯絡申請人並登錄。",
                "No contact with the applicant is recorded. Contact them first and enter it.",
            ),
            Self::RefundLacks(Lack::Proof) => Text::new(
                "申請人尚未檢附繳費證明，退費不能受理。請申請人上傳繳費證明。",
                "The applicant has brought no proof of payment. Ask them to upload it.",
            ),
            Self::RateMissing => Text::new(
                "此項退費應加計利息，請填寫繳費日之郵政一年期定期存款利率，例如 0.0172。",
                "Interest is owed: give the postal one-year deposit rate of the day of payment, such as 0.0172.",
            ),
            Self::NoWayBack => Text::new(
                "此繳費方式無法由金流業者退回，請改以匯款退費並填寫匯款憑證號碼。",
                "The provider cannot pay this back. Choose remittance, and give the number of its voucher.",
            ),
            Self::ProviderPaysBack => Text::new(
                "此筆繳費應由金流業者原路退回，尚無退回失敗之紀錄，不得改以匯款退費。",
                "The provider pays this back the way it came, and has not failed to; it is not remitted.",
            ),
            Self::RefundUnderWay { refund } => Text::new(
                format!("第 {refund} 筆退費仍在金流業者辦理中。請待有結果後再試。"),
                format!(
                    "Refund {refund} is on its way at the provider. Wait until it has come to something."
                ),
            ),
            Self::FourEyes => Text::new(
                "退費須由不同人員申請、核定與送出：核定人不得為申請人，送出人不得為核定人。",
                "A refund takes more than one person: whoever asked for it does not decide, and whoever agreed does not send it.",
            ),
            Self::FeeIsNoGround => Text::new(
                "不得以費用尚未入帳為由拒絕核發（作業規範第十點第三項第四款）。請以其他事由審查。",
                "A fee that is not posted is no ground of refusal (Operating Rules, 10(3)4). Decide on other grounds.",
            ),
            Self::FeeMentioned => Text::new(
                "駁回理由提及費用尚未入帳，而此不得為駁回事由。請修改理由，或確認駁回與入帳無關後再送出。",
                "The reason speaks of an unposted fee, which is no ground of refusal. Change it, or confirm that the refusal does not rest on it.",
            ),
            Self::GroundMissing => {
                Text::new("駁回須載明事由。請選擇駁回事由。", "A refusal rests on a ground. Choose one.")
            }
            Self::CorrectionFirst => Text::new(
                "尚未通知補正，不得逕予駁回。請先通知補正；不能補正者，請確認不能補正並載明理由。",
                "No correction has been asked for. Ask for it first, or state that nobody can put it right, and why.",
            ),
            Self::CorrectionNotLapsed => Text::new(
                "沒有逾期未補正之事項，不得以此為駁回事由。請改選其他事由。",
                "No correction is outstanding past its period. Choose another ground.",
            ),
            Self::LetterLacks(lacks) => {
                let named = |pick: fn(&Text) -> &str, between: &str| {
                    let texts: Vec<Text> = lacks.iter().map(|lack| lack.text()).collect();
                    texts.iter().map(pick).collect::<Vec<_>>().join(between)
                };
                Text::new(
                    format!(
                        "公文書尚缺：{}。請補齊；機關之資料請洽系統權限管理人員。",
                        named(|it| &it.zh, "、")
                    ),
                    format!(
                        "The letter lacks {}. Add it; for what the agency's register lacks, ask its administrator.",
                        named(|it| &it.en, ", ")
                    ),
                )
            }
            Self::LetterText { max } => Text::new(
                format!("公文書之文字過長或項目過多，此處至多 {max} 字。請縮短。"),
                format!(
                    "A text of the letter is too long, or there are too many: at most {max} characters here."
                ),
            ),
            Self::CertificateOfRefusal => issuing::certificate_of_refusal(),
            Self::TooManyCertificates { max } => issuing::too_many_certificates(*max),
            Self::CertificateText => issuing::certificate_text(),
            Self::NoSuchDocument => Text::new(
                "本案沒有這份公文書。請重新整理頁面。",
                "The case has no such document. Reload the page.",
            ),
            Self::NotInDocument => Text::new(
                "公文書中沒有這段文字，無從更正。請依原文填寫。",
                "These words do not stand in the document. Write them as they stand there.",
            ),
            Self::FeeNotPosted => Text::new(
                "單一窗口顯示規費尚未入帳，得暫不核發，但不得據以駁回。請待入帳後再試。",
                "The fee is not posted in the window yet. The result may wait for it, and it is no ground of refusal. Try again once it is posted.",
            ),
            Self::NotOverdue => Text::new(
                "處理期限尚未屆滿，或正待您補正，目前不能終止辦理。",
                "The limit has not passed, or something is awaited of you; the case cannot be ended for lateness.",
            ),
            Self::Booking(refusal) => refusal.text(),
            Self::Absence(refusal) => refusal.text(),
        }
    }
}
