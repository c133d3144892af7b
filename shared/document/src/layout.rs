//! Where each line stands: A4, in the customary order of an official letter (文書處理手冊, 公文用紙格式).
//! All lengths are points, from the top left corner of the sheet.

use crate::content::{Paragraph, Part};
use crate::font::Fonts;
use crate::lines::{Line, broken};

/// A4.
pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;
/// 2.5 cm on the sides, for the binding; less above and below.
pub const LEFT: f32 = 70.9;
pub const RIGHT: f32 = WIDTH - 70.9;
pub const TOP: f32 = 62.0;
pub const BOTTOM: f32 = HEIGHT - 68.0;
/// Side of the QR code, with the four quiet modules around it.
pub const CODE_SIZE: f32 = 88.0;
/// Inside the frame around the verification.
const FRAME: f32 = 8.0;

/// How the texts of a part look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub size: f32,
    /// Height of a line over the size.
    pub leading: f32,
    pub left: f32,
    /// Space above the paragraph, unless it begins a page.
    pub above: f32,
    pub align: Align,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    /// Both edges straight; the last line of a paragraph is not spread.
    Justified,
}

impl Part {
    /// The looks of every part: the one place to change them.
    #[must_use]
    pub const fn style(self) -> Style {
        let plain = Style { size: 11.0, leading: 1.45, left: LEFT, above: 0.0, align: Align::Left };
        let text = Style { size: 14.0, leading: 1.6, align: Align::Justified, ..plain };
        match self {
            Self::Title => Style { size: 20.0, align: Align::Centre, ..plain },
            Self::Contact | Self::ContactMail => Style { size: 10.5, left: 318.0, ..plain },
            Self::Addressee => Style { size: 15.0, above: 14.0, leading: 1.6, ..plain },
            Self::Identification | Self::Particular => plain,
            Self::Section => Style { above: 8.0, ..text },
            Self::Item(1) => Style { left: LEFT + 14.0, ..text },
            Self::Item(_) => Style { left: LEFT + 42.0, ..text },
            Self::IssueDate | Self::Copies => Style { above: 6.0, ..plain },
            Self::Signature => Style { size: 21.0, leading: 1.5, above: 22.0, ..plain },
            Self::BelowSignature => Style { size: 13.0, ..plain },
            Self::CheckTitle => Style { size: 12.0, left: CHECK_LEFT, ..plain },
            Self::Check | Self::CheckAddress => Style { size: 10.5, left: CHECK_LEFT, ..plain },
        }
    }

    /// Whether it stands in the frame of the verification, which is not torn apart.
    #[must_use]
    pub const fn is_framed(self) -> bool {
        matches!(self, Self::CheckTitle | Self::Check | Self::CheckAddress)
    }

    /// Whether it must not be the last on a page, when `next` follows: no heading without what it heads,
    /// and no signature on a page that has nothing of what is signed.
    const fn leads(self, next: Self) -> bool {
        matches!(self, Self::Title | Self::Section | Self::Copies | Self::Signature)
            || matches!(next, Self::Copies | Self::Signature)
    }
}

/// Left edge of the words beside the QR code.
const CHECK_LEFT: f32 = LEFT + FRAME + CODE_SIZE + FRAME;
/// Space above the frame.
const ABOVE_FRAME: f32 = 20.0;

/// A piece of text in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Its paragraph, by place.
    pub paragraph: usize,
    pub is_label: bool,
    pub text: String,
    pub x: f32,
    pub baseline: f32,
    pub size: f32,
    /// Its width, and what is added between two characters to make it so.
    pub width: f32,
    pub spread: f32,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// One page: its texts, and on the last one the frame and the QR code.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    pub texts: Vec<Placed>,
    pub frame: Option<Area>,
    pub code: Option<Area>,
}

/// The letter in pages.
#[must_use]
pub fn sheets(paragraphs: &[Paragraph], fonts: &Fonts) -> Vec<Sheet> {
    let set: Vec<Set> = paragraphs.iter().map(|paragraph| Set::of(paragraph, fonts)).collect();
    let (framed, running): (Vec<_>, Vec<_>) =
        set.iter().enumerate().partition(|(_, set)| set.part.is_framed());
    // What must follow each on the same page, worked out from the last to the first.
    let mut followed = vec![0.0; running.len()];
    for (place, pair) in running.windows(2).enumerate().rev() {
        let [(_, text), (_, next)] = pair else { continue };
        let chained = followed.get(place + 1).copied().unwrap_or_default();
        let whole = if next.lines.len() <= 2 { chained } else { 0.0 };
        if let Some(slot) = followed.get_mut(place).filter(|_| text.part.leads(next.part)) {
            *slot = next.style.above + next.held(0) + whole;
        }
    }
    let mut pages = Pages { sheets: vec![Sheet::default()], y: TOP };
    for ((paragraph, text), followed) in running.iter().zip(followed) {
        pages.set(*paragraph, text, followed);
    }
    if !framed.is_empty() {
        pages.frame(&framed);
    }
    pages.sheets
}

/// A paragraph in lines, not yet on a page.
struct Set {
    part: Part,
    style: Style,
    label: String,
    /// Width of the label, in em.
    indent: f32,
    lines: Vec<Line>,
}

impl Set {
    fn of(paragraph: &Paragraph, fonts: &Fonts) -> Self {
        let Paragraph { part, label, text } = paragraph;
        let style = part.style();
        let indent = fonts.width(label);
        let right = if part.is_framed() { RIGHT - FRAME } else { RIGHT };
        let mut lines = broken(text, (right - style.left) / style.size - indent, fonts);
        if lines.is_empty() {
            lines.push(Line { text: String::new(), width: 0.0, ends: true });
        }
        Self { part: *part, style, label: label.clone(), indent, lines }
    }

    fn line_height(&self) -> f32 {
        self.style.size * self.style.leading
    }

    /// The height of up to `count` lines from `first` on.
    fn height(&self, first: usize, count: usize) -> f32 {
        self.lines.iter().skip(first).take(count).map(|_| self.line_height()).sum()
    }

    /// How many lines from `first` on must not be torn apart: a page neither ends with the first line of
    /// a paragraph nor begins with its last.
    fn together(&self, first: usize) -> usize {
        match (first, self.lines.len().saturating_sub(first)) {
            (0, 3) => 3,
            (0, _) | (_, 2) => 2,
            _ => 1,
        }
    }

    fn held(&self, first: usize) -> f32 {
        self.height(first, self.together(first))
    }
}

struct Pages {
    sheets: Vec<Sheet>,
    y: f32,
}

impl Pages {
    fn turn(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    /// Sets a paragraph that is to be followed by so many points on the same page.
    fn set(&mut self, paragraph: usize, set: &Set, followed: f32) {
        if self.y > TOP {
            self.y += set.style.above;
        }
        for (place, line) in set.lines.iter().enumerate() {
            let rest = if place + set.together(place) >= set.lines.len() { followed } else { 0.0 };
            if self.y > TOP && self.y + set.held(place) + rest > BOTTOM {
                self.turn();
            }
            self.place(paragraph, set, place, line);
        }
    }

    fn place(&mut self, paragraph: usize, set: &Set, place: usize, line: &Line) {
        let Style { size, left, align, .. } = set.style;
        // Ideographs stand on a line 0.12 em above their lower edge; the leading is around them.
        let baseline = self.y + set.line_height() / 2.0 + size * 0.38;
        self.y += set.line_height();
        let Some(sheet) = self.sheets.last_mut() else { return };
        let placed = |is_label, text: &str, x, width, spread| Placed {
            paragraph,
            is_label,
            text: text.to_owned(),
            x,
            baseline,
            size,
            width,
            spread,
        };
        if place == 0 && !set.label.is_empty() {
            sheet.texts.push(placed(true, &set.label, left, set.indent * size, 0.0));
        }
        if line.text.is_empty() {
            return;
        }
        let begins = left + set.indent * size;
        let width = line.width * size;
        let room = RIGHT - begins - width;
        let (x, spread) = match align {
            Align::Centre => (begins + room.max(0.0) / 2.0, 0.0),
            Align::Justified if !line.ends => (begins, spread(line, room, size)),
            Align::Left | Align::Justified => (begins, 0.0),
        };
        sheet.texts.push(placed(false, &line.text, x, width + spread * gaps(line), spread));
    }

    /// Sets what stands in the frame, beside the QR code, on one page.
    fn frame(&mut self, framed: &[(usize, &Set)]) {
        let words: f32 = framed.iter().map(|(_, set)| set.height(0, set.lines.len())).sum();
        let inside = words.max(CODE_SIZE);
        if self.y + ABOVE_FRAME + inside + 2.0 * FRAME > BOTTOM {
            self.turn();
        } else {
            self.y += ABOVE_FRAME;
        }
        let top = self.y;
        if let Some(sheet) = self.sheets.last_mut() {
            let height = inside + 2.0 * FRAME;
            sheet.frame = Some(Area { x: LEFT, y: top, width: RIGHT - LEFT, height });
            let (x, y) = (LEFT + FRAME, top + FRAME + (inside - CODE_SIZE) / 2.0);
            sheet.code = Some(Area { x, y, width: CODE_SIZE, height: CODE_SIZE });
        }
        self.y = top + FRAME + (inside - words) / 2.0;
        for (paragraph, set) in framed {
            for (place, line) in set.lines.iter().enumerate() {
                self.place(*paragraph, set, place, line);
            }
        }
    }
}

/// What is added after each character of `line` so that it fills `room`. More than two characters'
/// worth would look torn.
fn spread(line: &Line, room: f32, size: f32) -> f32 {
    if room <= 0.0 || room > 2.0 * size { 0.0 } else { room / gaps(line).max(1.0) }
}

/// Places between the characters of a line.
fn gaps(line: &Line) -> f32 {
    line.text.trim_end().chars().skip(1).map(|_| 1.0).sum()
}
