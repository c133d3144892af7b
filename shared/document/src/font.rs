//! Fonts: which of them has a character, and how wide it is.

use std::collections::{BTreeSet, HashMap};

use krilla::text::{Font, GlyphId};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;

/// What is shipped, in the order in which a character is looked for: `fonts/README.md`.
const SHIPPED: [&[u8]; 3] = [
    include_bytes!("../fonts/NotoSerifTC.otf"),
    include_bytes!("../fonts/TW-Sung.ttf"),
    include_bytes!("../fonts/TW-Sung-Ext-B.ttf"),
];

/// Fonts in order: the first that has a character draws it. Made once per process; see
/// `docs/benchmarks/letter.md`.
#[derive(Clone)]
pub struct Fonts {
    faces: Vec<Font>,
    glyphs: HashMap<char, Shape>,
}

/// Data that is no font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a font with a character map (OpenType or TrueType)")]
pub struct BadFont;

/// How one character is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// The place of its font.
    pub face: usize,
    pub glyph: GlyphId,
    /// In em.
    pub advance: f32,
    /// How far up its font has to be moved for ideographs to stand on one line, in em.
    pub raise: f32,
}

/// Where ideographs stand below the base line of Latin letters, in em: the first font's.
const LOWER_EDGE: f32 = -0.12;

impl Fonts {
    /// The shipped fonts: planes 1 to 3 of CNS 11643, Latin and symbols.
    pub fn shipped() -> Result<Self, BadFont> {
        let none = Self { faces: Vec::new(), glyphs: HashMap::new() };
        SHIPPED.iter().try_fold(none, |fonts, data| fonts.with(&krilla::Data::from(*data)))
    }

    /// These fonts and, for what they lack, one more: the operator's, for rare names. `data` is a whole
    /// font file whose licence allows embedding.
    pub fn with_file(self, data: Vec<u8>) -> Result<Self, BadFont> {
        self.with(&krilla::Data::from(data))
    }

    fn with(mut self, data: &krilla::Data) -> Result<Self, BadFont> {
        let font = skrifa::FontRef::new(data.as_ref()).map_err(|_| BadFont)?;
        let widths = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let raise = font.os2().map_or(0.0, |os2| LOWER_EDGE - f32::from(os2.s_typo_descender()) / em);
        let face = self.faces.len();
        let mut found = false;
        for (code, glyph) in font.charmap().mappings() {
            let Some(character) = char::from_u32(code) else { continue };
            let advance = widths.advance_width(glyph).unwrap_or(em) / em;
            let glyph = GlyphId::new(glyph.to_u32());
            self.glyphs.entry(character).or_insert(Shape { face, glyph, advance, raise });
            found = true;
        }
        self.faces.push(krilla::text::Font::new(data.clone(), 0).filter(|_| found).ok_or(BadFont)?);
        Ok(self)
    }

    pub(crate) fn face(&self, place: usize) -> Option<&Font> {
        self.faces.get(place)
    }

    /// How `character` is drawn; `None` for what has no shape of its own ([`is_silent`]).
    pub(crate) fn shape(&self, character: char) -> Option<Shape> {
        self.glyphs.get(&character).copied().filter(|_| !is_silent(character))
    }

    /// The width of a text, in em.
    #[must_use]
    pub fn width(&self, text: &str) -> f32 {
        text.chars().filter_map(|character| self.shape(character)).map(|shape| shape.advance).sum()
    }

    /// The characters that no font has. Those of the private use area never count as had: what they mean
    /// is agreed nowhere, and the archive standard forbids them.
    pub fn missing<'a>(&self, texts: impl Iterator<Item = &'a String>) -> BTreeSet<char> {
        texts
            .flat_map(|text| text.chars())
            .filter(|c| !is_silent(*c) && (is_private(*c) || !self.glyphs.contains_key(c)))
            .collect()
    }
}

/// Line ends and zero-width spaces: they say where a line may end and are not drawn.
const fn is_silent(character: char) -> bool {
    matches!(character, '\n' | '\u{200B}')
}

const fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}
