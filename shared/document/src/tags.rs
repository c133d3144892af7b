//! The structure of the letter for those who do not see it: PDF's tree of elements, in reading order.

use std::num::NonZeroU16;

use krilla::tagging::{BBox, Identifier, ListNumbering, Tag, TagGroup, TagTree};

use crate::content::{Paragraph, Part};

/// The marked content of one paragraph.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    pub label: Vec<Identifier>,
    pub text: Vec<Identifier>,
    /// Annotations of the link.
    pub links: Vec<Identifier>,
}

/// The QR code.
pub struct Figure {
    pub mark: Identifier,
    pub words: String,
    pub area: BBox,
}

/// The tree of a letter: headings, paragraphs, the numbered items as nested lists, the QR code as a
/// figure that its words describe.
pub fn tree(paragraphs: &[Paragraph], marks: &[Marks], figure: Option<Figure>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(LANG.to_owned()));
    let mut figure = figure;
    let mut rest: Vec<(&Paragraph, &Marks)> = paragraphs.iter().zip(marks).collect();
    while let Some((paragraph, mark)) = rest.first().copied() {
        let items = rest.iter().take_while(|(paragraph, _)| matches!(paragraph.part, Part::Item(_))).count();
        if items > 0 {
            tree.push(list(rest.get(..items).unwrap_or_default(), 1));
            rest.drain(..items);
            continue;
        }
        for element in elements(paragraph, mark) {
            tree.push(element);
        }
        if paragraph.part == Part::CheckTitle
            && let Some(Figure { mark, words, area }) = figure.take()
        {
            let tag = Tag::Figure(Some(words)).with_bbox(Some(area));
            tree.push(TagGroup::with_children(tag, vec![mark.into()]));
        }
        rest.remove(0);
    }
    tree
}

/// 臺灣正體中文, as the file names its language.
pub const LANG: &str = "zh-TW";

fn elements(paragraph: &Paragraph, marks: &Marks) -> Vec<TagGroup> {
    let title = || Some(format!("{}{}", paragraph.label, paragraph.text));
    let heading = |level: NonZeroU16, title| Tag::Hn(level, title);
    let group = |ids: &[Identifier]| ids.iter().copied().map(Into::into).collect::<Vec<_>>();
    let second = NonZeroU16::MIN.saturating_add(1);
    match paragraph.part {
        Part::Title => vec![TagGroup::with_children(heading(NonZeroU16::MIN, title()), group(&marks.text))],
        Part::Section | Part::CheckTitle => {
            let named = Some(paragraph.label.trim_end_matches('：').to_owned());
            let mut elements = vec![TagGroup::with_children(heading(second, named), group(&marks.label))];
            if !marks.text.is_empty() {
                elements.push(TagGroup::with_children(Tag::P, group(&marks.text)));
            }
            elements
        }
        Part::CheckAddress | Part::ContactMail if !marks.links.is_empty() => {
            let mut words = TagGroup::with_children(Tag::P, group(&marks.label));
            let followed: Vec<Identifier> = marks.text.iter().chain(&marks.links).copied().collect();
            words.push(TagGroup::with_children(Tag::Link, group(&followed)));
            vec![words]
        }
        Part::Contact
        | Part::Addressee
        | Part::Identification
        | Part::IssueDate
        | Part::Particular
        | Part::Item(_)
        | Part::Copies
        | Part::Signature
        | Part::BelowSignature
        | Part::Check
        | Part::CheckAddress
        | Part::ContactMail => {
            let all: Vec<Identifier> = marks.label.iter().chain(&marks.text).copied().collect();
            vec![TagGroup::with_children(Tag::P, group(&all))]
        }
    }
}

/// The items of `depth`; deeper ones are a list within the item before them.
fn list(items: &[(&Paragraph, &Marks)], depth: u8) -> TagGroup {
    // The numerals are Chinese; decimal is what the standard has for counting.
    let mut list = TagGroup::new(Tag::L(ListNumbering::Decimal));
    let mut rest = items;
    while let Some(((_, marks), after)) = rest.split_first() {
        let deeper = after.iter().take_while(|(paragraph, _)| paragraph.part != Part::Item(depth)).count();
        let (within, next) = after.split_at(deeper);
        let ids = |ids: &[Identifier]| ids.iter().copied().map(Into::into).collect::<Vec<_>>();
        let label = TagGroup::with_children(Tag::Lbl, ids(&marks.label));
        let words = TagGroup::with_children(Tag::P, ids(&marks.text));
        let mut body = TagGroup::with_children(Tag::LBody, vec![words.into()]);
        if !within.is_empty() {
            body.push(self::list(within, depth.saturating_add(1)));
        }
        list.push(TagGroup::with_children(Tag::LI, vec![label.into(), body.into()]));
        rest = next;
    }
    list
}
