//! Letters as files. What the files say to other software is checked by `tests/documents/oracle.py`.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be made has failed its test")]

mod samples;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use document::content::draft;
use document::content::{Part, paragraphs};
use document::font::BadFont;
use document::layout::{BOTTOM, LEFT, RIGHT, Sheet, TOP, sheets};
use document::{Fonts, Unprintable, Verification, render, render_draft};
use domain::letter::Letter;
use proptest::prelude::*;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::shipped().unwrap());

/// The refusal with that subject.
fn about(subject: &str) -> Letter {
    let mut draft = samples::refusal().unwrap();
    subject.clone_into(&mut draft.contents.subject);
    samples::letter(draft).unwrap()
}

#[test]
fn the_same_letter_is_the_same_file() {
    let verification = samples::verification();
    let again = Fonts::shipped().unwrap();
    for (name, letter) in samples::all().unwrap() {
        let file = render(&letter, &verification, &FONTS).unwrap();
        assert!(file.starts_with(b"%PDF-1.7"), "{name}");
        assert_eq!(file, render(&letter, &verification, &again).unwrap(), "{name}");
    }
}

/// 稿: nobody can take it for the letter.
#[test]
fn a_draft_says_so_and_has_neither_number_nor_verification() {
    for (name, letter) in samples::all().unwrap() {
        let file = render_draft(&letter, &FONTS).unwrap();
        assert!(file.starts_with(b"%PDF-1.7"), "{name}");
        assert_eq!(file, render_draft(&letter, &FONTS).unwrap(), "{name}");
        let paragraphs = draft(&letter);
        assert!(paragraphs[0].text.ends_with("函（稿）"), "{name}");
        let number = letter.number().to_string();
        let says = |text: &str| paragraphs.iter().any(|paragraph| paragraph.text.contains(text));
        assert!(!says(&number) && says("（核定時編號）") && says("（核定之日）"), "{name}");
        assert!(!paragraphs.iter().any(|paragraph| paragraph.part.is_framed()), "{name}");
        assert!(
            sheets(&paragraphs, &FONTS).iter().all(|sheet| sheet.code.is_none() && sheet.frame.is_none())
        );
    }
    let unprintable = render_draft(&about("李𡍼"), &FONTS).unwrap_err();
    assert_eq!(unprintable.code(), "CHARACTER_NOT_IN_FONT", "found before anybody approves");
}

#[test]
fn another_word_is_another_file() {
    let verification = samples::verification();
    let file = |subject| render(&about(subject), &verification, &FONTS).unwrap();
    assert_ne!(file("准予使用"), file("不予使用"));
}

/// 𡍼 is in plane 15 of CNS 11643 and used in names.
#[test]
fn a_character_that_no_font_has_is_named_and_nothing_is_printed() {
    let refused = render(&about("李𡍼\u{E000}"), &samples::verification(), &FONTS).unwrap_err();
    assert_eq!(refused, Unprintable::Characters(BTreeSet::from(['𡍼', '\u{E000}'])));
    assert_eq!(refused.code(), "CHARACTER_NOT_IN_FONT");
    assert_eq!(
        refused.text().zh,
        "字型缺字，公文書未產生：\u{E000} (U+E000)、𡍼 (U+2137C)。請系統管理人員加裝全字庫字型。"
    );
}

/// `box.ttf` was made for this test and has a box for 𡍼.
#[test]
fn a_font_of_the_operator_fills_the_gap() {
    let fonts = Fonts::shipped().unwrap().with_file(include_bytes!("box.ttf").to_vec()).unwrap();
    assert!(render(&about("李𡍼"), &samples::verification(), &fonts).is_ok());
    assert_eq!(Fonts::shipped().unwrap().with_file(b"no font".to_vec()).err(), Some(BadFont));
}

/// Of planes 1 to 3 of CNS 11643; 㛲 is in the second font.
#[test]
fn the_shipped_fonts_have_the_characters_of_names() {
    let names = ["堃", "喆", "淼", "煊", "瑠", "犇", "㛲", "峯", "裡", "黃", "臺", "〇"].map(str::to_owned);
    assert_eq!(FONTS.missing(names.iter()), BTreeSet::new());
}

#[test]
fn an_address_that_is_none_is_refused() {
    let letter = about("准予使用");
    let long = format!("https://window.example/{}", "a".repeat(200));
    for page in ["", "window.example/verify", "javascript:alert(1)", "https://單一窗口.example/", &long] {
        let verification = Verification { page: page.to_owned(), ..samples::verification() };
        assert_eq!(render(&letter, &verification, &FONTS), Err(Unprintable::Address), "{page}");
    }
}

fn laid_out(letter: &Letter) -> (Vec<document::content::Paragraph>, Vec<Sheet>) {
    let paragraphs = paragraphs(letter, &samples::verification());
    let sheets = sheets(&paragraphs, &FONTS);
    (paragraphs, sheets)
}

/// How many lines of a paragraph are on `sheet`, its label not counted.
fn lines(sheet: &Sheet, paragraph: usize) -> usize {
    sheet.texts.iter().filter(|placed| placed.paragraph == paragraph && !placed.is_label).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// However long the letter: nothing is lost, out of order or outside the margins, and the signature
    /// stands on a page with something of what is signed.
    #[test]
    fn every_text_has_its_place(reasons in prop::collection::vec("[臺北市政府公園，。a-z ]{1,150}[准駁]", 1..30)) {
        let mut draft = samples::refusal().unwrap();
        draft.contents.reasons = reasons;
        let (paragraphs, sheets) = laid_out(&samples::letter(draft).unwrap());
        let mut read = vec![String::new(); paragraphs.len()];
        let mut last = 0;
        for sheet in &sheets {
            let mut above = TOP;
            for placed in &sheet.texts {
                prop_assert!(placed.paragraph >= last);
                last = placed.paragraph;
                read[placed.paragraph].push_str(&placed.text);
                prop_assert!(placed.x >= LEFT && placed.x + placed.width <= RIGHT + 0.1, "{:?}", placed);
                prop_assert!(placed.baseline >= above && placed.baseline < BOTTOM, "{:?}", placed);
                above = placed.baseline;
            }
            // A paragraph that goes over to another page has two lines at least on each.
            for placed in &sheet.texts {
                let whole = sheets.iter().filter(|other| lines(other, placed.paragraph) > 0).count() <= 1;
                prop_assert!(whole || lines(sheet, placed.paragraph) >= 2, "{:?}", placed);
            }
            let has = |wanted: fn(Part) -> bool| {
                sheet.texts.iter().any(|placed| wanted(paragraphs[placed.paragraph].part))
            };
            if has(|part| part == Part::Signature) {
                prop_assert!(has(|part| matches!(part, Part::Item(_))));
            }
        }
        let written: Vec<_> =
            paragraphs.iter().map(|paragraph| format!("{}{}", paragraph.label, paragraph.text)).collect();
        prop_assert_eq!(read, written);
        prop_assert_eq!(sheets.iter().filter(|sheet| sheet.code.is_some()).count(), 1);
    }
}
