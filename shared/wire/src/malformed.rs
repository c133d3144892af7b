//! What can be wrong with a request, with a text in both languages that says what to do.

use domain::id::RequestId;
use domain::text::Text;

/// What is wrong with a request, before any rule is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    ContentType {
        expected: &'static str,
    },
    TooLarge {
        max: usize,
    },
    NotUtf8,
    Json {
        problem: String,
    },
    /// Broken escapes, a name twice, too many fields.
    Form {
        problem: String,
    },
    /// A field is missing or not of its form.
    Field {
        name: &'static str,
    },
    /// The request id is not the one this can only be asked under.
    RequestId {
        expected: RequestId,
    },
    /// The file is empty, of another type than allowed, or not the one announced.
    File {
        problem: FileProblem,
    },
}

/// What is wrong with a file that was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileProblem {
    Empty,
    TooLarge,
    Type,
    TooMany,
    /// Announced but never put into the object store, or another file was.
    Absent,
}

impl Malformed {
    /// What is wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::ContentType { expected } => Text::new(
                format!("資料格式（Content-Type）應為 {expected}。"),
                format!("The content type must be {expected}."),
            ),
            Self::TooLarge { max } => Text::new(
                format!("送出的資料超過上限 {} KB。", max / 1024),
                format!("The request is larger than the {} KB allowed.", max / 1024),
            ),
            Self::NotUtf8 => Text::new("資料不是有效的 UTF-8 文字。", "The data is not valid UTF-8 text."),
            Self::Json { problem } => Text::new(
                format!("JSON 內容不正確，請更正後再送出（技術訊息：{problem}）。"),
                format!("The JSON is not as expected; correct it and send it again ({problem})."),
            ),
            Self::Form { problem } => Text::new(
                format!("表單內容不正確：{problem}"),
                format!("The form data is not as expected: {problem}"),
            ),
            Self::Field { name } => Text::new(
                format!("欄位「{name}」缺漏或格式不正確。"),
                format!("The field \"{name}\" is missing or malformed."),
            ),
            Self::RequestId { expected } => Text::new(
                format!("此草稿只能以它自己的編號送出：Idempotency-Key 應為 {expected}。"),
                format!("A draft is filed under its own id: the Idempotency-Key must be {expected}."),
            ),
            Self::File { problem } => problem.text(),
        }
    }
}

impl FileProblem {
    /// What is wrong and what to do.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Empty => {
                Text::new("檔案是空的，請重新選擇檔案。", "The file is empty. Choose another one.")
            }
            Self::TooLarge => {
                Text::new("檔案太大，請縮小後再上傳。", "The file is too large. Make it smaller.")
            }
            Self::Type => Text::new(
                "檔案內容不是 PDF、JPEG 或 PNG。請轉檔後再上傳。",
                "The file is not a PDF, JPEG or PNG. Convert it and upload again.",
            ),
            Self::TooMany => {
                Text::new("檔案數量已達上限。", "There are as many files as an application may have.")
            }
            Self::Absent => Text::new(
                "有檔案尚未上傳完成，或與登記的不符。請重新上傳該檔案。",
                "A file was not uploaded completely, or is another one. Upload it again.",
            ),
        }
    }
}
