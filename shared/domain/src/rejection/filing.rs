//! What filing is refused for, beside what is wrong with the form; and a change of what was said with it.

use crate::assurance::Assurance;
use crate::text::Text;

pub(super) fn assurance_too_low(needed: Assurance) -> Text {
    let needed = needed.text();
    Text::new(
        format!("此項目須使用{}申請。請登出後改用該方式登入，再送出一次；草稿會保留。", needed.zh),
        format!(
            "This service takes applications made with {} only. Sign out, sign in that way and submit again; your draft is kept.",
            needed.en
        ),
    )
}

pub(super) fn signature_missing() -> Text {
    Text::new(
        "此項目須簽署。請閱讀簽署聲明並勾選，再送出一次。",
        "This application has to be signed. Read the statement, tick it and submit again.",
    )
}

pub(super) fn signed_something_else() -> Text {
    Text::new(
        "申請內容與您簽署時不同，還沒有送出。請再看一次，然後重新簽署。",
        "The application is not what you signed, and was not submitted. Read it again, then sign it.",
    )
}

pub(super) fn consent_missing() -> Text {
    Text::new(
        "請選擇公文書以電子文件或書面送達。",
        "Choose whether documents are served electronically or on paper.",
    )
}

pub(super) fn consent_wording() -> Text {
    Text::new(
        "電子送達的同意事項已更新。請再看一次，然後重新選擇。",
        "The wording of the consent has changed. Read it again, then choose.",
    )
}

pub(super) fn postal_address(max: u16) -> Text {
    Text::new(
        format!("請填寫寄送地址，{max} 字以內。"),
        format!("Give the postal address to send to, at most {max} characters."),
    )
}

pub(super) fn mobile_number() -> Text {
    Text::new(
        "請填臺灣的行動電話號碼，例如 0912345678；不需要簡訊時請留白。",
        "Give a mobile number of Taiwan such as 0912345678, or leave it out for no SMS.",
    )
}

pub(super) fn no_sms() -> Text {
    Text::new(
        "本系統目前未提供簡訊通知。請移除行動電話號碼後再送出一次。",
        "No SMS are sent now. Remove the mobile number and submit again.",
    )
}

pub(super) fn too_many_changes(max: u32) -> Text {
    Text::new(
        format!("送達方式已變更 {max} 次，不能再於線上變更。請洽承辦機關。"),
        format!(
            "This was changed {max} times and cannot be changed online any more. Contact the agency in charge."
        ),
    )
}
