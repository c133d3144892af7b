//! What is said of a case that its applicant ended, and of a result that did not reach them.

use domain::notice::NoticeKind;
use domain::text::Text;

/// Subject and first paragraph.
pub(super) fn wording(kind: NoticeKind, to_staff: bool) -> (Text, Text) {
    match (kind, to_staff) {
        (NoticeKind::ResultReturned, _) => (
            Text::new(
                "【通知退回】結果通知未能送達申請人",
                "[Came back] A result did not reach its applicant",
            ),
            Text::new(
                "下列案件結果通知之電子郵件未能送達，申請人亦未於系統內閱覽。請以掛號郵寄或其他方式送達，並登錄送達紀錄。",
                "The mail that tells the result of the case below did not arrive, and the applicant has not opened the notice. Serve it by registered post or otherwise, and record that.",
            ),
        ),
        (NoticeKind::PaperDue, _) => (
            Text::new("【書面送達】請以書面送達公文書", "[On paper] A letter is to be sent on paper"),
            Text::new(
                "下列案件有公文書須以書面送達申請人：申請人未同意電子送達、電子送達後逾五個工作日未閱覽，或法規要求書面。請寄至案件頁面所列地址，未列者依申請書所載，並登錄掛號號碼。",
                "A letter of the case below is to be served on paper: its applicant has not agreed to be served electronically or has not opened it within five working days, or the law wants it. Post it to the address on the page of the case, or where there is none to that of the application, and record the number of the registered item.",
            ),
        ),
        (NoticeKind::CaseWithdrawn, true) => (
            Text::new("【撤回】申請人已撤回案件", "[Withdrawn] The applicant withdrew"),
            Text::new(
                "申請人已撤回下列案件，無須再辦理。",
                "The applicant withdrew the case below. Nothing more is to be done.",
            ),
        ),
        (NoticeKind::CaseWithdrawn, false) => (
            Text::new("【臺北市單一窗口】您的申請已撤回", "[Taipei Single Window] Application withdrawn"),
            Text::new(
                "您已撤回下列申請，機關不再辦理。如有應退還之規費，將另行通知。非您本人所為者，請儘速洽承辦機關。",
                "You withdrew the application below, and the agency does nothing more about it. Where a fee is to be paid back you are told so separately. If it was not you, contact the agency at once.",
            ),
        ),
        (_, true) => (
            Text::new("【逾期終止】申請人已終止辦理", "[Ended] The applicant ended the case"),
            Text::new(
                "下列案件逾處理期限，申請人已依規費法第 19 條終止辦理，規費應予退還。",
                "The case below was late, and the applicant ended it (Charges and Fees Act, §19). The fee is to be paid back.",
            ),
        ),
        (_, false) => (
            Text::new(
                "【臺北市單一窗口】您的申請已因逾期終止",
                "[Taipei Single Window] You ended your application",
            ),
            Text::new(
                "下列申請逾處理期限，您已依規費法第 19 條終止辦理；已繳之規費得申請全數退還，並按日加計利息。",
                "The application below was late, and you ended it (Charges and Fees Act, §19). You can ask for the whole of the fee that you paid back, with daily interest.",
            ),
        ),
    }
}
