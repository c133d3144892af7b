//! What is said of who has a case.

use domain::notice::NoticeKind;
use domain::text::Text;

/// Subject and first paragraph.
pub(super) fn wording(kind: NoticeKind) -> (Text, Text) {
    match kind {
        NoticeKind::CaseArrived => (
            Text::new("【待分文】新案件", "[To dispatch] New case"),
            Text::new(
                "單一窗口收到新的申請案件，請登入收文並分文。",
                "A new application has arrived. Please take it in and assign it.",
            ),
        ),
        NoticeKind::CaseReady => (
            Text::new("【待分文】繳費或補寄資料已收到", "[To dispatch] What was awaited has come"),
            Text::new(
                "下列案件等候之繳費或資料已收到，處理期限開始計算，請登入收文並分文。",
                "What the case below waited for has come, and its processing limit starts. Please take it in and assign it.",
            ),
        ),
        NoticeKind::CaseToCome => (
            Text::new("【新案件】待分文", "[New case] To be dispatched"),
            Text::new(
                "單一窗口收到新的申請案件，尚待分文。依分文規則將由您承辦或審核；無適用之規則時，併通知研考人員。",
                "A new application has arrived and is to be dispatched: to you, by the rules of the agency, or, where no rule says to whom, with the research officers knowing of it.",
            ),
        ),
        NoticeKind::CaseUntaken => (
            Text::new("【待收文】案件逾半日尚無人收文", "[Not taken in] A case has lain for half a day"),
            Text::new(
                "下列案件送達貴機關已逾半日，尚無人收文。請分文人員立即收文並分文，並請研考人員督促。",
                "Nobody has taken in the case below, which reached your agency half a day ago or earlier. Dispatchers: please take it in and assign it now. Research officers: please see to it.",
            ),
        ),
        NoticeKind::CaseAssigned => (
            Text::new("【承辦】案件已分文予您", "[Assigned] A case is yours"),
            Text::new(
                "下列案件已分文，請於處理期限前辦理。",
                "The case below has been assigned to you. Please act before its due date.",
            ),
        ),
        NoticeKind::CaseRerouted => (
            Text::new(
                "【臺北市單一窗口】案件改由其他機關受理",
                "[Taipei Single Window] Another agency has your case",
            ),
            Text::new(
                "您的案件已改由單一窗口之其他機關受理，無須重新申請；處理期限如下。",
                "Another agency has your case from now on. You need not apply again; the due date is below.",
            ),
        ),
        _ => (
            Text::new(
                "【臺北市單一窗口】案件已移送有管轄權之機關",
                "[Taipei Single Window] Your case was passed on",
            ),
            Text::new(
                "您的案件不屬本機關權限，已依行政程序法第 17 條移送下列有管轄權之機關，後續由該機關辦理。已繳之規費將辦理退還。",
                "Your case was passed on to the competent body below (Administrative Procedure Act, §17), which goes on with it. A fee that you paid is paid back.",
            ),
        ),
    }
}
