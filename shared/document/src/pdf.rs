//! Writing: the placed texts as PDF/A-2a and PDF/UA-1.

use domain::letter::Paper;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::document::Document;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, BBox, ContentTag, SpanTag};
use krilla::text::KrillaGlyph;
use krilla::{SerializeSettings, tagging::Identifier};
use qrcodegen::QrCode;

use crate::content::{DRAFT, Paragraph, Part};
use crate::font::Fonts;
use crate::layout::{Area, BOTTOM, HEIGHT, LEFT, Placed, RIGHT, Sheet, TOP, WIDTH};
use crate::tags::{self, Figure, LANG, Marks};
use crate::{Unprintable, Verification};

/// Ink of what is not the letter itself: page numbers, the binding line.
const GREY: u8 = 96;

/// The file.
pub fn written(
    paper: &Paper,
    check: Option<(&Verification, &QrCode)>,
    paragraphs: &[Paragraph],
    sheets: &[Sheet],
    fonts: &Fonts,
) -> Result<Vec<u8>, Unprintable> {
    let mut writing =
        Writing { fonts, paragraphs, marks: vec![Marks::default(); paragraphs.len()], figure: None };
    let mut document = Document::new_with(settings()?);
    for (place, sheet) in sheets.iter().enumerate() {
        writing.sheet(&mut document, paper, check, sheet, (place + 1, sheets.len()))?;
    }
    document.set_tag_tree(tags::tree(paragraphs, &writing.marks, writing.figure));
    document.set_outline(outline(paragraphs, sheets));
    document.set_metadata(metadata(paper, check.is_none()));
    document.finish().map_err(|problem| Unprintable::Pdf(format!("{problem:?}")))
}

fn unwritable(what: &str) -> Unprintable {
    Unprintable::Pdf(what.to_owned())
}

fn settings() -> Result<SerializeSettings, Unprintable> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|problem| Unprintable::Pdf(format!("{problem:?}")))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

/// No personal data: metadata is read by programs that show files in lists.
fn metadata(paper: &Paper, is_draft: bool) -> Metadata {
    let agency = paper.issuer().name.clone();
    let day = paper.date();
    let part = |value: i8| u8::try_from(value).unwrap_or(1);
    let date = DateTime::new(u16::try_from(day.year()).unwrap_or_default())
        .month(part(day.month()))
        .day(part(day.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(8)
        .utc_offset_minute(0);
    let number = if is_draft { DRAFT.to_owned() } else { paper.number().to_string() };
    Metadata::new()
        .title(format!("{agency}　{}　{number}", paper.kind()))
        .authors(vec![agency])
        .document_id(number)
        .language(LANG.to_owned())
        .creation_date(date)
}

fn outline(paragraphs: &[Paragraph], sheets: &[Sheet]) -> Outline {
    let mut outline = Outline::new();
    for (page, sheet) in sheets.iter().enumerate() {
        for placed in &sheet.texts {
            let Some(paragraph) = paragraphs.get(placed.paragraph) else { continue };
            if placed.is_label && matches!(paragraph.part, Part::Section | Part::CheckTitle) {
                let top = Point::from_xy(0.0, placed.baseline - placed.size);
                let title = placed.text.trim_end_matches('：').to_owned();
                outline.push_child(OutlineNode::new(title, XyzDestination::new(page, top)));
            }
        }
    }
    outline
}

struct Writing<'a> {
    fonts: &'a Fonts,
    paragraphs: &'a [Paragraph],
    marks: Vec<Marks>,
    figure: Option<Figure>,
}

impl Writing<'_> {
    fn sheet(
        &mut self,
        document: &mut Document,
        paper: &Paper,
        check: Option<(&Verification, &QrCode)>,
        sheet: &Sheet,
        (number, of): (usize, usize),
    ) -> Result<(), Unprintable> {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| unwritable("page"))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        if check.is_none() {
            self.running(&mut surface, ArtifactType::Header, DRAFT, TOP - 24.0, 1.0);
        } else if number > 1 {
            let running = format!("{}　{}", paper.issuer().name, paper.number());
            self.running(&mut surface, ArtifactType::Header, &running, TOP - 24.0, 1.0);
        }
        let mut links = Vec::new();
        for placed in &sheet.texts {
            surface.set_fill(Some(ink(0)));
            let mark = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            self.draw(&mut surface, placed);
            surface.end_tagged();
            self.note(placed, mark, &mut links);
        }
        if let Some(frame) = sheet.frame {
            outlined(&mut surface, frame);
        }
        if let (Some(area), Some((verification, code))) = (sheet.code, check) {
            let (mark, rect) = drawn(&mut surface, code, area)?;
            let area = BBox::new(number - 1, rect);
            let words = format!("查驗用二維條碼，內容為本文件之查驗網址：{}", verification.address());
            self.figure = Some(Figure { mark, words, area });
        }
        self.binding(&mut surface);
        let numbered = format!("第{number}頁，共{of}頁");
        self.running(&mut surface, ArtifactType::Footer, &numbered, BOTTOM + 34.0, 0.5);
        surface.finish();
        for (paragraph, rect, target) in links {
            let words =
                self.paragraphs.get(paragraph).map(|linked| format!("{}{}", linked.label, linked.text));
            let target = Target::Action(Action::Link(LinkAction::new(target)));
            let link = Annotation::new_link(LinkAnnotation::new(rect, target), words);
            let mark = page.add_tagged_annotation(link);
            if let Some(marks) = self.marks.get_mut(paragraph) {
                marks.links.push(mark);
            }
        }
        page.finish();
        Ok(())
    }

    /// Keeps to which paragraph a mark belongs, and where it can be followed.
    fn note(&mut self, placed: &Placed, mark: Identifier, links: &mut Vec<(usize, Rect, String)>) {
        if let Some(marks) = self.marks.get_mut(placed.paragraph) {
            if placed.is_label { marks.label.push(mark) } else { marks.text.push(mark) }
        }
        let target = self.paragraphs.get(placed.paragraph).and_then(Paragraph::target);
        let top = placed.baseline - placed.size;
        let rect = Rect::from_xywh(placed.x, top, placed.width, placed.size * 1.25);
        if let (false, Some(target), Some(rect)) = (placed.is_label, target, rect) {
            links.push((placed.paragraph, rect, target));
        }
    }

    /// Draws a text, font by font.
    fn draw(&self, surface: &mut Surface, placed: &Placed) {
        let mut x = placed.x;
        let mut run = Run::default();
        for (at, character) in placed.text.char_indices() {
            let Some(shape) = self.fonts.shape(character) else { continue };
            if run.face != Some(shape.face) {
                x += self.finish(surface, placed, &mut run, x);
                run.face = Some(shape.face);
                run.from = at;
            }
            let begin = at - run.from;
            let advance = shape.advance + placed.spread / placed.size;
            let range = begin..begin + character.len_utf8();
            run.glyphs.push(KrillaGlyph::new(shape.glyph, advance, 0.0, shape.raise, 0.0, range, None));
            run.width += advance * placed.size;
            run.until = at + character.len_utf8();
        }
        self.finish(surface, placed, &mut run, x);
    }

    /// Draws a run and returns how wide it was.
    fn finish(&self, surface: &mut Surface, placed: &Placed, run: &mut Run, x: f32) -> f32 {
        let done = std::mem::take(run);
        let font = done.face.and_then(|face| self.fonts.face(face));
        let text = placed.text.get(done.from..done.until).unwrap_or_default();
        if let Some(font) = font.filter(|_| !done.glyphs.is_empty()) {
            let start = Point::from_xy(x, placed.baseline);
            surface.draw_glyphs(start, &done.glyphs, font.clone(), text, placed.size, false);
        }
        done.width
    }

    /// A text that is no part of the letter, at a share of the room left: 0.5 centres it.
    fn running(&self, surface: &mut Surface, kind: ArtifactType, text: &str, baseline: f32, share: f32) {
        let size = 9.5;
        let width = self.fonts.width(text) * size;
        let x = LEFT + (RIGHT - LEFT - width) * share;
        surface.set_fill(Some(ink(GREY)));
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        let text = text.to_owned();
        self.draw(
            surface,
            &Placed { paragraph: 0, is_label: false, text, x, baseline, size, width, spread: 0.0 },
        );
        surface.end_tagged();
    }

    /// 裝訂線, as on every official letter.
    fn binding(&self, surface: &mut Surface) {
        let (x, size) = (38.0, 9.5);
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        surface.set_stroke(Some(Stroke {
            paint: luma::Color::new(GREY).into(),
            width: 0.6,
            dash: Some(StrokeDash { array: vec![1.5, 3.0], offset: 0.0 }),
            ..Stroke::default()
        }));
        surface.set_fill(None);
        let third = (BOTTOM - TOP) / 4.0;
        let ends = [TOP, TOP + third, TOP + 2.0 * third, TOP + 3.0 * third, BOTTOM];
        for (from, to) in ends.iter().zip(ends.iter().skip(1)) {
            if let Some(line) = line(x, from + 9.0, to - 9.0) {
                surface.draw_path(&line);
            }
        }
        surface.set_stroke(None);
        surface.set_fill(Some(ink(GREY)));
        for (middle, word) in ends.iter().skip(1).zip(["裝", "訂", "線"]) {
            let (x, baseline) = (x - size / 2.0, middle + size * 0.38);
            let text = word.to_owned();
            let placed =
                Placed { paragraph: 0, is_label: false, text, x, baseline, size, width: size, spread: 0.0 };
            self.draw(surface, &placed);
        }
        surface.end_tagged();
    }
}

/// Characters of one font that follow each other.
#[derive(Default)]
struct Run {
    face: Option<usize>,
    /// Its bytes in the text.
    from: usize,
    until: usize,
    glyphs: Vec<KrillaGlyph>,
    width: f32,
}

fn ink(lightness: u8) -> Fill {
    Fill { paint: luma::Color::new(lightness).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn line(x: f32, from: f32, to: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(x, from);
    path.line_to(x, to);
    path.finish()
}

fn outlined(surface: &mut Surface, area: Area) {
    let rect = Rect::from_xywh(area.x, area.y, area.width, area.height);
    let mut path = PathBuilder::new();
    if let Some(rect) = rect {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        surface.set_fill(None);
        let paint = luma::Color::new(GREY).into();
        surface.set_stroke(Some(Stroke { paint, width: 0.7, ..Stroke::default() }));
        surface.draw_path(&path);
        surface.set_stroke(None);
        surface.end_tagged();
    }
}

/// Four modules of white around a QR code (ISO/IEC 18004).
const QUIET: u16 = 4;

/// Draws the QR code in `area`, one rectangle for each run of dark modules of a row.
fn drawn(surface: &mut Surface, code: &QrCode, area: Area) -> Result<(Identifier, Rect), Unprintable> {
    let side = u16::try_from(code.size()).map_err(|_| unwritable("QR code"))?;
    let module = area.width / f32::from(side + 2 * QUIET);
    let at = |place: u16| f32::from(place + QUIET) * module;
    let dark = |x: u16, y: u16| code.get_module(i32::from(x), i32::from(y));
    let mut path = PathBuilder::new();
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let run = (x..side).take_while(|x| dark(*x, y)).map(|_| 1).sum::<u16>();
            let corner = (area.x + at(x), area.y + at(y));
            if let Some(rect) =
                Rect::from_xywh(corner.0, corner.1, f32::from(run) * module, module).filter(|_| run > 0)
            {
                path.push_rect(rect);
            }
            x += run.max(1);
        }
    }
    let path = path.finish().ok_or_else(|| unwritable("QR code"))?;
    let rect =
        Rect::from_xywh(area.x, area.y, area.width, area.height).ok_or_else(|| unwritable("QR code"))?;
    let mark = surface.start_tagged(ContentTag::Other);
    surface.set_stroke(None);
    surface.set_fill(Some(ink(0)));
    surface.draw_path(&path);
    surface.end_tagged();
    Ok((mark, rect))
}
