//! Letters as files. What the files say to other software is checked by `tests/documents/oracle.py`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a sample that cannot be made has failed its test"
)]

mod samples;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use document::content::draft;
use document::content::{Part, paragraphs};
use document::font::BadFont;
use document::layout::{BOTTOM, LEFT, RIGHT, Sheet, TOP, sheets};
use document::{Fonts, Unprintable, Verification, render, render_draft};
use domain::letter::Paper;
use proptest::prelude::*;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::shipped().unwrap());

/// The refusal with that subject.
fn about(subject: &str) -> Paper {
    let mut draft = samples::refusal().unwrap();
    subject.clone_into(&mut draft.contents.subject);
    samples::paper(draft).unwrap()
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
        assert!(paragraphs[0].text.ends_with(&format!("{}（稿）", letter.kind())), "{name}");
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

/// 證明文件: whose it is, what it says and of which letter it is an attachment; and no act of its own.
#[test]
fn a_certificate_says_what_it_certifies_and_to_which_letter_it_belongs() {
    let certificate = samples::certificate().unwrap();
    let paragraphs = paragraphs(&certificate, &samples::verification());
    let lines: Vec<String> = paragraphs.iter().map(|it| format!("{}{}", it.label, it.text)).collect();
    assert_eq!(
        lines,
        [
            "臺北市政府工務局公園路燈工程管理處　公園場地使用許可證",
            "持有人：臺北好棚展演有限公司",
            "統一編號：12345675",
            "事務所或營業所：110臺北市信義區松仁路100號20樓",
            "代表人：王怡君",
            "發文日期：中華民國115年11月29日",
            "發文字號：北市工公園字第1153001236號",
            "依據：北市工公園字第1153001235號函",
            "證明事項：",
            "一、使用場地：大安森林公園露天音樂臺（含前方草坪）。",
            "二、使用期間：民國116年3月5日8時起至3月6日22時止。",
            "三、活動名稱及人數：「社區音樂會」，800人以下；現場應出示本證，供本處人員及警察機關查驗，並應遵守臺北市\
             公園場地使用管理辦法之規定。",
            "處長　王大明",
            "代理人：副處長　李淑華",
            "文件查驗",
            &format!("查驗碼：{}", samples::verification().code),
            "查驗網址：https://window.example.gov.tw/verify",
            "本件為電子文件。請掃描條碼，或於查驗網址輸入查驗碼，核對內容與機關留存者是否相符。",
        ]
    );
    let shown = draft(&certificate);
    let letter = shown.iter().find(|paragraph| paragraph.label == "依據：").unwrap();
    assert_eq!(letter.text, "（核定時編號）", "the letter has no number yet");
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

fn laid_out(letter: &Paper) -> (Vec<document::content::Paragraph>, Vec<Sheet>) {
    let paragraphs = paragraphs(letter, &samples::verification());
    let sheets = sheets(&paragraphs, &FONTS);
    (paragraphs, sheets)
}

/// How many lines of a paragraph are on `sheet`, its label not counted.
fn lines(sheet: &Sheet, paragraph: usize) -> usize {
    sheet.texts.iter().filter(|placed| placed.paragraph == paragraph && !placed.is_label).count()
}

/// Nothing is lost, out of order or outside the margins, and the signature stands on a page with something of
/// what is signed.
fn every_text_is_placed(paper: &Paper) -> Result<(), TestCaseError> {
    let (paragraphs, sheets) = laid_out(paper);
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
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// However long the letter, or the certificate.
    #[test]
    fn every_text_has_its_place(texts in prop::collection::vec("[臺北市政府公園，。a-z ]{1,150}[准駁]", 1..30)) {
        let mut draft = samples::refusal().unwrap();
        draft.contents.reasons.clone_from(&texts);
        every_text_is_placed(&samples::paper(draft).unwrap())?;
        let mut certificate = samples::certificate().unwrap();
        if let Paper::Certificate(certificate) = &mut certificate {
            certificate.text.lines = texts;
        }
        every_text_is_placed(&certificate)?;
    }
}
