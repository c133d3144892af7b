//! Where lines end: the Unicode line breaking algorithm (UAX #14), by which no line begins with `。，」` or
//! ends with `「（`, and Latin words and numbers stay whole.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::font::Fonts;

/// One line of a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// With the spaces it ends with: copied text keeps them.
    pub text: String,
    /// In em, without those spaces.
    pub width: f32,
    /// Whether the paragraph, or a part that the writer ended, ends here.
    pub ends: bool,
}

/// Widths are sums of rounded numbers.
const TOLERANCE: f32 = 0.001;

/// `text` in lines of at most `width` em. What has no place to break and is longer than a line, such as
/// an address, is broken anywhere. A text of nothing is no line.
#[must_use]
pub fn broken(text: &str, width: f32, fonts: &Fonts) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut begun = 0;
    for (end, opportunity) in opportunities(text) {
        let piece = text.get(begun..end).unwrap_or_default();
        begun = end;
        if !line.is_empty() && !fits(&line, piece, width, fonts) {
            lines.push(closed(&mut line, false, fonts));
        }
        for character in piece.chars() {
            let mut buffer = [0; 4];
            if !line.is_empty() && !fits(&line, character.encode_utf8(&mut buffer), width, fonts) {
                lines.push(closed(&mut line, false, fonts));
            }
            if character != '\n' {
                line.push(character);
            }
        }
        // The end of the text is a mandatory break as well.
        if opportunity == BreakOpportunity::Mandatory && !(line.is_empty() && end == text.len()) {
            lines.push(closed(&mut line, true, fonts));
        }
    }
    lines
}

/// Where `text` may and where it must end a line, in order. In two points not as UAX #14 has it: a case
/// number or the like (`TP-K3QH9-XW2MT-7`) stays in one piece, and a line may end between a Latin word and
/// a full-width bracket, which rule LB30 leaves to the width of the bracket and the library forbids.
fn opportunities(text: &str) -> Vec<(usize, BreakOpportunity)> {
    let around = |place: usize| {
        let (before, after) = text.split_at_checked(place)?;
        Some((before.chars().next_back()?, after.chars().next()?))
    };
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let in_a_number = |place| around(place).is_some_and(|(before, after)| before == '-' && is_word(after));
    let at_a_bracket = |place| {
        around(place).is_some_and(|(before, after)| is_word(before) && "「『（《〈【".contains(after))
    };
    let brackets = text.char_indices().map(|(place, _)| place).filter(|place| at_a_bracket(*place));
    let mut all: Vec<_> = brackets.map(|place| (place, BreakOpportunity::Allowed)).collect();
    all.extend(linebreaks(text).filter(|(place, _)| !in_a_number(*place)));
    all.sort_unstable_by_key(|(place, _)| *place);
    all.dedup_by_key(|(place, _)| *place);
    all
}

/// Whether `piece` has room after `line`: the spaces at its end may hang over.
fn fits(line: &str, piece: &str, width: f32, fonts: &Fonts) -> bool {
    fonts.width(line) + fonts.width(piece.trim_end()) <= width + TOLERANCE
}

fn closed(line: &mut String, ends: bool, fonts: &Fonts) -> Line {
    let text = std::mem::take(line);
    let width = fonts.width(text.trim_end());
    Line { text, width, ends }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::shipped().unwrap());

    fn texts(text: &str, width: f32) -> Vec<String> {
        broken(text, width, &FONTS).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn punctuation_stays_with_what_it_belongs_to() {
        assert_eq!(texts("依本法規定，不予核准。", 5.0), ["依本法規", "定，不予核", "准。"]);
        assert_eq!(texts("申請人所稱「已補正」不可採", 6.0), ["申請人所稱", "「已補正」不", "可採"]);
    }

    #[test]
    fn words_stay_whole_and_keep_their_spaces() {
        assert_eq!(texts("Taipei City Government", 7.0), ["Taipei City ", "Government"]);
    }

    #[test]
    fn a_case_number_stays_whole() {
        assert_eq!(texts("案號TP-K3QH9-XW2MT-7一案", 11.0), ["案號", "TP-K3QH9-XW2MT-7", "一案"]);
    }

    #[test]
    fn what_is_longer_than_a_line_is_broken_anywhere() {
        let lines = texts("https://window.example/verify", 5.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), "https://window.example/verify");
    }

    #[test]
    fn a_line_that_the_writer_ended_ends() {
        let lines = broken("一\n\n二", 9.0, &FONTS);
        let shown: Vec<_> = lines.iter().map(|line| (line.text.as_str(), line.ends)).collect();
        assert_eq!(shown, [("一", true), ("", true), ("二", true)]);
        assert!(texts("", 9.0).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn nothing_is_lost_too_wide_or_begun_with_punctuation(
            text in "[臺北市政府公園a-z0-9，。、；：「」（） ]{0,120}", width in 4.0_f32..30.0,
        ) {
            let lines = broken(&text, width, &FONTS);
            let together: String = lines.iter().map(|line| line.text.as_str()).collect();
            prop_assert_eq!(&together, &text);
            for line in &lines {
                prop_assert!(line.width <= width + TOLERANCE);
            }
            // What is longer than a line and has no place to break is broken anywhere, and after a space
            // the writer wanted a line to end.
            let mut begun = 0;
            let longest = opportunities(&text).into_iter().map(|(end, _)| {
                FONTS.width(&text[std::mem::replace(&mut begun, end)..end])
            });
            if longest.fold(0.0, f32::max) <= width {
                for pair in lines.windows(2).filter(|pair| !pair[0].text.ends_with(' ')) {
                    let begins = pair[1].text.chars().next();
                    prop_assert!(!begins.is_some_and(|c| "，。、；：」）".contains(c)), "{:?}", pair);
                }
            }
        }
    }
}
