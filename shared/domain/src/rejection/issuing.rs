//! What keeps a document from being issued beside a letter, or from being handed over.

use crate::decide::MAX_REASON;
use crate::letter::certificate::MAX_TITLE;
use crate::text::Text;

pub(super) fn certificate_of_refusal() -> Text {
    Text::new(
        "駁回不核發證明文件。請刪除證明文件，或改擬核准。",
        "Nothing is certified with a refusal. Leave the certificates out, or propose to approve.",
    )
}

pub(super) fn too_many_certificates(max: usize) -> Text {
    Text::new(
        format!("一次核准至多核發 {max} 份證明文件。請減少份數。"),
        format!("An approval has {max} certificates at most. Leave some out."),
    )
}

pub(super) fn certificate_text() -> Text {
    Text::new(
        format!("每份證明文件須有一行標題（{MAX_TITLE} 字以內）及內容（{MAX_REASON} 字以內）。"),
        format!(
            "Each certificate has a title of one line, of at most {MAX_TITLE} characters, and says something, in at most {MAX_REASON}."
        ),
    )
}

pub(super) fn no_proxy() -> Text {
    Text::new(
        "本項目須由申請人本人領取，不得代領。請改由本人領取。",
        "Only the applicant may pick up the result of this service. Hand it to them in person.",
    )
}

pub(super) fn proxy_name(max: u16) -> Text {
    Text::new(
        format!("請填寫代領人姓名，{max} 字以內。"),
        format!("Give the name of the proxy, of at most {max} characters."),
    )
}

pub(super) fn proxy_proof(max: u16) -> Text {
    Text::new(
        format!("請填寫代領人與申請人之關係及查驗之證明，{max} 字以內。"),
        format!(
            "Say who the proxy is to the applicant and what was seen of it, in at most {max} characters."
        ),
    )
}
