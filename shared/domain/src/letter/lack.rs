//! What a written act still lacks: one name for each point of 行政程序法 §96 I.

use crate::code::coded;
use crate::letter::party::Mark;
use crate::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// ① 姓名 or 名稱.
    AddresseeName,
    /// ① Nothing at all tells the person apart from others of the name.
    Identification,
    /// ① 出生年月日, which the item asks for; so the four below.
    BirthDate,
    Sex,
    IdNumber,
    Residence,
    OtherMark,
    /// ① 事務所或營業所.
    Seat,
    /// ① 管理人或代表人之姓名.
    Representative,
    /// ② 主旨.
    Subject,
    /// ② 事實.
    Facts,
    /// ② 理由, unless §97 lets it be left out.
    Reasons,
    /// ② 法令依據 of the reasons.
    LegalBasis,
    /// ③ 附款之內容.
    ClauseContent,
    /// ④ 處分機關.
    Agency,
    /// ④ 首長署名, or the deputy's below it.
    Signature,
    /// ⑤ 發文字號.
    Number,
    /// ⑤ 年、月、日.
    Date,
    /// ⑥ 救濟方法、期間及受理機關.
    Remedy,
    /// §101: what was wrong in the document that is corrected, or what is right.
    Correction,
}

coded!(Lack {
    AddresseeName = "ADDRESSEE_NAME",
    Identification = "IDENTIFICATION",
    BirthDate = "BIRTH_DATE",
    Sex = "SEX",
    IdNumber = "ID_NUMBER",
    Residence = "RESIDENCE",
    OtherMark = "OTHER_MARK",
    Seat = "SEAT",
    Representative = "REPRESENTATIVE",
    Subject = "SUBJECT",
    Facts = "FACTS",
    Reasons = "REASONS",
    LegalBasis = "LEGAL_BASIS",
    ClauseContent = "CLAUSE_CONTENT",
    Agency = "AGENCY",
    Signature = "SIGNATURE",
    Number = "NUMBER",
    Date = "DATE",
    Remedy = "REMEDY",
    Correction = "CORRECTION",
});

impl Lack {
    /// The mark that the item asks for and the letter has not.
    #[must_use]
    pub const fn of_mark(mark: Mark) -> Self {
        match mark {
            Mark::BirthDate => Self::BirthDate,
            Mark::Sex => Self::Sex,
            Mark::IdNumber => Self::IdNumber,
            Mark::Residence => Self::Residence,
            Mark::Other => Self::OtherMark,
        }
    }

    /// What is missing, for the officer.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::AddresseeName => Text::new("處分相對人之姓名或名稱", "the name of the addressee"),
            Self::Identification => {
                Text::new("足資辨別處分相對人之特徵", "anything that identifies the addressee")
            }
            Self::BirthDate => Text::new("處分相對人之出生年月日", "the addressee's date of birth"),
            Self::Sex => Text::new("處分相對人之性別", "the addressee's sex"),
            Self::IdNumber => Text::new("處分相對人之身分證統一編號", "the addressee's identity number"),
            Self::Residence => Text::new("處分相對人之住居所", "the addressee's residence"),
            Self::OtherMark => Text::new("處分相對人之其他特徵", "the other mark of the addressee"),
            Self::Seat => Text::new("事務所或營業所", "the seat of the body addressed"),
            Self::Representative => {
                Text::new("代表人或管理人之姓名", "the name of the body's representative")
            }
            Self::Subject => Text::new("主旨", "the subject"),
            Self::Facts => Text::new("事實", "the facts"),
            Self::Reasons => Text::new("理由", "the reasons"),
            Self::LegalBasis => Text::new("法令依據", "the legal basis"),
            Self::ClauseContent => Text::new("附款之內容", "the content of an attached clause"),
            Self::Agency => Text::new("處分機關", "the issuing agency"),
            Self::Signature => Text::new("首長或其代理人之職稱及姓名", "the head who signs, or the deputy"),
            Self::Number => Text::new("發文字號", "the document number"),
            Self::Date => Text::new("發文日期", "the date of issue"),
            Self::Remedy => {
                Text::new("救濟方法、期間及受理機關", "how, until when and where the act can be contested")
            }
            Self::Correction => {
                Text::new("更正前後之文字", "the words that were wrong and those that are right")
            }
        }
    }
}
