//! Forms (申請書表): which fields an item asks for and whether answers fit them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::id::Key;
use crate::text::Text;

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One line, at most `max` characters.
    Line { max: u16 },
    /// Several lines, at most `max` characters.
    Paragraph { max: u16 },
    /// A whole number in `min..=max`.
    Number { min: i64, max: i64 },
    /// A calendar date, `2026-11-23`.
    Date,
    /// One of the listed options.
    Choice { options: Vec<Choice> },
    /// A statement to agree to; the answer is `yes`.
    Consent,
    /// A national ID number (國民身分證統一編號) or the like for residents, with its check digit.
    NationalId,
    /// A telephone number in Taiwan.
    Phone,
}

impl FieldKind {
    /// The values that can be chosen, where they are listed.
    #[must_use]
    pub fn choices(&self) -> Option<impl Iterator<Item = &str>> {
        match self {
            Self::Choice { options } => Some(options.iter().map(|option| option.value.as_str())),
            _ => None,
        }
    }
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: Key,
    pub label: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub key: Key,
    pub label: Text,
    pub hint: Option<Text>,
    pub required: bool,
    pub kind: FieldKind,
}

/// Answers by field key, trimmed; fields left empty are absent.
pub type Answers = BTreeMap<Key, String>;

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    Missing,
    /// Something that a correction asked for is not there, and nothing says why.
    Unanswered,
    /// No field, or no document, of this name.
    Unknown,
    TooLong {
        max: u16,
    },
    NotANumber,
    NotAnArea,
    OutOfRange {
        min: i64,
        max: i64,
    },
    NotADate,
    NotAnOption,
    NotAnId,
    NotAPhone,
    /// Characters that no form takes: controls other than line breaks.
    Unprintable,
}

impl Defect {
    /// The stable code of the defect.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "MISSING",
            Self::Unanswered => "UNANSWERED",
            Self::Unknown => "UNKNOWN",
            Self::TooLong { .. } => "TOO_LONG",
            Self::NotANumber => "NOT_A_NUMBER",
            Self::NotAnArea => "NOT_AN_AREA",
            Self::OutOfRange { .. } => "OUT_OF_RANGE",
            Self::NotADate => "NOT_A_DATE",
            Self::NotAnOption => "NOT_AN_OPTION",
            Self::NotAnId => "NOT_AN_ID",
            Self::NotAPhone => "NOT_A_PHONE",
            Self::Unprintable => "UNPRINTABLE",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Missing => Text::new("此欄必填", "this is required"),
            Self::Unanswered => Text::new(
                "請補正此項，或於補正說明敘明無法提供之原因",
                "put this right, or say in the note why you cannot",
            ),
            Self::Unknown => {
                Text::new("本項目沒有這個欄位，請移除", "this item has no such field; remove it")
            }
            Self::TooLong { max } => {
                Text::new(format!("請縮短為 {max} 字以內"), format!("shorten this to {max} characters"))
            }
            Self::NotANumber => Text::new("請填整數", "enter a whole number"),
            Self::NotAnArea => Text::new(
                "請填以平方公尺計的面積，小數至多兩位，例如 120.5",
                "enter an area in square metres, with at most two decimals, such as 120.5",
            ),
            Self::OutOfRange { min, max } => Text::new(
                format!("請填 {min} 至 {max} 之間的整數"),
                format!("enter a whole number from {min} to {max}"),
            ),
            Self::NotADate => Text::new("請填日期，例如 2026-11-23", "enter a date such as 2026-11-23"),
            Self::NotAnOption => Text::new("請選擇列出的選項之一", "choose one of the options"),
            Self::NotAnId => Text::new(
                "身分證統一編號或居留證號不正確，請核對字母與檢查碼",
                "this ID number is not valid; check the letters and the check digit",
            ),
            Self::NotAPhone => Text::new(
                "請填電話號碼，例如 0912345678 或 0227208889",
                "enter a telephone number such as 0912345678 or 0227208889",
            ),
            Self::Unprintable => {
                Text::new("含有無法處理的控制字元，請重新輸入", "remove control characters and type it again")
            }
        }
    }
}

/// A defect and the field, or document, it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name as the caller sent it.
    pub field: String,
    /// The label, or the name again when there is no such field.
    pub label: Text,
    pub defect: Defect,
}

/// Checks `given` against `fields`; every problem at once, in the order of the form.
pub fn check(fields: &[Field], given: &BTreeMap<String, String>) -> Result<Answers, Vec<Problem>> {
    let mut answers = Answers::new();
    let mut problems: Vec<Problem> = given
        .keys()
        .filter(|name| !fields.iter().any(|field| field.key.as_str() == *name))
        .map(|name| Problem { field: name.clone(), label: Text::new(name, name), defect: Defect::Unknown })
        .collect();
    for field in fields {
        let answer = given.get(field.key.as_str()).map_or("", |answer| answer.trim());
        let verdict = if answer.is_empty() {
            if field.required { Err(Defect::Missing) } else { continue }
        } else {
            field.kind.check(answer)
        };
        match verdict {
            Ok(()) => {
                answers.insert(field.key.clone(), answer.to_owned());
            }
            Err(defect) => {
                problems.push(Problem { field: field.key.to_string(), label: field.label.clone(), defect });
            }
        }
    }
    if problems.is_empty() { Ok(answers) } else { Err(problems) }
}

impl FieldKind {
    /// Whether a non-empty, trimmed answer fits.
    fn check(&self, answer: &str) -> Result<(), Defect> {
        let lines_allowed = matches!(self, Self::Paragraph { .. });
        let control = |c: char| c.is_control() && !(lines_allowed && matches!(c, '\n' | '\r' | '\t'));
        if answer.chars().any(control) {
            return Err(Defect::Unprintable);
        }
        match self {
            Self::Line { max } | Self::Paragraph { max } => {
                let fits = answer.chars().count() <= usize::from(*max);
                fits.then_some(()).ok_or(Defect::TooLong { max: *max })
            }
            Self::Number { min, max } => {
                let number: i64 = answer.parse().map_err(|_| Defect::NotANumber)?;
                let fits = (*min..=*max).contains(&number);
                fits.then_some(()).ok_or(Defect::OutOfRange { min: *min, max: *max })
            }
            Self::Date => {
                let shape = answer.len() == 10;
                (shape && answer.parse::<Date>().is_ok()).then_some(()).ok_or(Defect::NotADate)
            }
            Self::Choice { options } => {
                let known = options.iter().any(|option| option.value.as_str() == answer);
                known.then_some(()).ok_or(Defect::NotAnOption)
            }
            Self::Consent => (answer == "yes").then_some(()).ok_or(Defect::Missing),
            Self::NationalId => is_national_id(answer).then_some(()).ok_or(Defect::NotAnId),
            Self::Phone => is_phone(answer).then_some(()).ok_or(Defect::NotAPhone),
        }
    }
}

/// National ID (`A123456789`) and new-style resident numbers (`A800000014`): the letter stands for
/// two digits, and the weighted sum of all eleven is a multiple of ten.
fn is_national_id(text: &str) -> bool {
    const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let mut characters = text.chars();
    let letter = characters.next().and_then(|letter| LETTERS.find(letter));
    let digits: Vec<usize> =
        characters.map_while(|c| c.to_digit(10)).filter_map(|d| usize::try_from(d).ok()).collect();
    let (Some(letter), [sex, ..], 10) = (letter, digits.as_slice(), text.len()) else {
        return false;
    };
    if digits.len() != 9 || !matches!(sex, 1 | 2 | 8 | 9) {
        return false;
    }
    let code = letter + 10;
    let weights = [8, 7, 6, 5, 4, 3, 2, 1, 1];
    let sum: usize = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    (code / 10 + (code % 10) * 9 + sum).is_multiple_of(10)
}

/// Nine or ten digits from 0 on, with optional hyphens and an extension after `#`.
fn is_phone(text: &str) -> bool {
    let (number, extension) = text.split_once('#').unwrap_or((text, "0"));
    let digits: String = number.chars().filter(|c| *c != '-').collect();
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.starts_with('0')
        && (9..=10).contains(&digits.len())
        && all_digits(&digits)
        && all_digits(extension)
        && extension.len() <= 6
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(key: &str, required: bool, kind: FieldKind) -> Field {
        Field { key: key.parse().unwrap(), label: Text::new(key, key), hint: None, required, kind }
    }

    fn verdict(kind: FieldKind, answer: &str) -> Result<(), Defect> {
        let given = BTreeMap::from([("x".to_owned(), answer.to_owned())]);
        match check(&[field("x", true, kind)], &given) {
            Ok(_) => Ok(()),
            Err(problems) => Err(problems[0].defect.clone()),
        }
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let fields = [
            field("name", true, FieldKind::Line { max: 3 }),
            field("area", true, FieldKind::Number { min: 1, max: 9 }),
        ];
        let given = [("area", "ten"), ("colour", "red")];
        let given = given.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let problems = check(&fields, &given).unwrap_err();
        let codes: Vec<_> = problems.iter().map(|p| (p.field.as_str(), p.defect.code())).collect();
        assert_eq!(codes, [("colour", "UNKNOWN"), ("name", "MISSING"), ("area", "NOT_A_NUMBER")]);
    }

    #[test]
    fn kinds_accept_and_refuse() {
        use FieldKind::{Consent, Date, Line, NationalId, Number, Paragraph, Phone};
        assert_eq!(verdict(Line { max: 3 }, "臺北市"), Ok(()));
        assert_eq!(verdict(Line { max: 3 }, "臺北市政"), Err(Defect::TooLong { max: 3 }));
        assert_eq!(verdict(Line { max: 9 }, "a\nb"), Err(Defect::Unprintable));
        assert_eq!(verdict(Paragraph { max: 9 }, "a\nb"), Ok(()));
        let range = Number { min: 1, max: 10 };
        assert_eq!(verdict(range.clone(), "11"), Err(Defect::OutOfRange { min: 1, max: 10 }));
        assert_eq!(verdict(range, "1.5"), Err(Defect::NotANumber));
        assert_eq!(verdict(Date, "2026-02-30"), Err(Defect::NotADate));
        assert_eq!(verdict(Date, "2026-02-28"), Ok(()));
        assert_eq!(verdict(Consent, "no"), Err(Defect::Missing));
        assert_eq!(verdict(NationalId, "A123456789"), Ok(()));
        assert_eq!(verdict(NationalId, "A123456788"), Err(Defect::NotAnId));
        assert_eq!(verdict(NationalId, "A800000014"), Ok(()));
        assert_eq!(verdict(Phone, "02-2720-8889#123"), Ok(()));
        assert_eq!(verdict(Phone, "12345"), Err(Defect::NotAPhone));
    }

    proptest! {
        #[test]
        fn no_answer_makes_a_check_panic(answer in "\\PC{0,40}") {
            for kind in [FieldKind::NationalId, FieldKind::Phone, FieldKind::Date, FieldKind::Line { max: 5 }] {
                let _ = verdict(kind, &answer);
            }
        }
    }
}
