//! Three-way matching (對帳): what the window posted, what the provider's file says, what the treasury
//! was credited with. A difference becomes something for people to look at; a file never edits a fact.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::coded;
use crate::money::Twd;
use crate::text::Text;

/// A payment in one of the three books, by the provider's trade number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub trade_no: String,
    pub amount: Twd,
}

/// What does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// The provider has it and we had not: it is posted now, by itself.
    Recovered,
    /// We have it and the provider has not.
    NotAtProvider,
    /// We and the provider have other amounts.
    AmountDiffers,
    /// The treasury was not credited with it.
    NotCredited,
    /// The treasury was credited with something that nobody else knows of.
    CreditedOnly,
    /// The treasury was credited with another amount.
    CreditDiffers,
}

coded!(Difference {
    Recovered = "recovered",
    NotAtProvider = "not_at_provider",
    AmountDiffers = "amount_differs",
    NotCredited = "not_credited",
    CreditedOnly = "credited_only",
    CreditDiffers = "credit_differs",
});

impl Difference {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Recovered => Text::new("業者有而本系統原無，已自動入帳", "missing here, posted by itself"),
            Self::NotAtProvider => Text::new("本系統有而業者無", "posted here, unknown to the provider"),
            Self::AmountDiffers => Text::new("與業者金額不符", "another amount at the provider"),
            Self::NotCredited => Text::new("公庫尚未入帳", "not credited to the treasury"),
            Self::CreditedOnly => Text::new("公庫入帳查無對應", "credited, and known to nobody"),
            Self::CreditDiffers => Text::new("與公庫金額不符", "another amount at the treasury"),
        }
    }
}

/// One thing that does not agree, with the amounts of the three books.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub trade_no: String,
    pub difference: Difference,
    pub ours: Option<Twd>,
    pub theirs: Option<Twd>,
    pub credited: Option<Twd>,
}

/// Compares the books of one account and one day. A book that is not there yet is `None`: nothing is
/// missing from it.
#[must_use]
pub fn compare(ours: &[Line], theirs: Option<&[Line]>, credited: Option<&[Line]>) -> Vec<Finding> {
    let [here, there, treasury] = [Some(ours), theirs, credited].map(|book| book.map(by_number));
    let here = here.unwrap_or_default();
    let books = [Some(&here), there.as_ref(), treasury.as_ref()];
    let numbers: BTreeSet<&str> = books.into_iter().flatten().flat_map(|book| book.keys().copied()).collect();
    let mut findings = Vec::new();
    for number in numbers {
        let amount = |book: Option<&BTreeMap<&str, Twd>>| book.and_then(|book| book.get(number).copied());
        let (mine, theirs, credited) =
            (amount(Some(&here)), amount(there.as_ref()), amount(treasury.as_ref()));
        let mut found = |difference| {
            let trade_no = number.to_owned();
            findings.push(Finding { trade_no, difference, ours: mine, theirs, credited });
        };
        match (mine, theirs) {
            (None, Some(_)) => found(Difference::Recovered),
            (Some(_), None) if there.is_some() => found(Difference::NotAtProvider),
            (Some(mine), Some(theirs)) if mine != theirs => found(Difference::AmountDiffers),
            _ => {}
        }
        if treasury.is_some() {
            match (theirs.or(mine), credited) {
                (Some(_), None) => found(Difference::NotCredited),
                (None, Some(_)) => found(Difference::CreditedOnly),
                (Some(expected), Some(credited)) if expected != credited => found(Difference::CreditDiffers),
                _ => {}
            }
        }
    }
    findings
}

fn by_number(book: &[Line]) -> BTreeMap<&str, Twd> {
    book.iter().map(|line| (line.trade_no.as_str(), line.amount)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn book(lines: &[(&str, u32)]) -> Vec<Line> {
        lines
            .iter()
            .map(|(number, amount)| Line { trade_no: (*number).to_owned(), amount: Twd(*amount) })
            .collect()
    }

    #[track_caller]
    fn check(
        ours: &[(&str, u32)],
        theirs: Option<&[(&str, u32)]>,
        credited: Option<&[(&str, u32)]>,
        expected: &[(&str, Difference)],
    ) {
        let (theirs, credited) = (theirs.map(book), credited.map(book));
        let found = compare(&book(ours), theirs.as_deref(), credited.as_deref());
        let found: Vec<_> =
            found.iter().map(|finding| (finding.trade_no.as_str(), finding.difference)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn three_books_are_compared_line_by_line() {
        use Difference as D;

        check(&[("1", 300)], None, None, &[]);
        check(&[("1", 300)], Some(&[("1", 300)]), Some(&[("1", 300)]), &[]);
        check(&[], Some(&[("1", 300)]), None, &[("1", D::Recovered)]);
        check(&[("1", 300)], Some(&[]), None, &[("1", D::NotAtProvider)]);
        check(&[("1", 300)], Some(&[("1", 30)]), None, &[("1", D::AmountDiffers)]);
        check(&[("1", 300)], Some(&[("1", 300)]), Some(&[]), &[("1", D::NotCredited)]);
        check(&[], Some(&[]), Some(&[("1", 300)]), &[("1", D::CreditedOnly)]);
        check(&[("1", 300)], None, Some(&[("1", 299)]), &[("1", D::CreditDiffers)]);
        check(
            &[],
            Some(&[("1", 300)]),
            Some(&[("2", 5)]),
            &[("1", D::Recovered), ("1", D::NotCredited), ("2", D::CreditedOnly)],
        );
    }

    proptest! {
        #[test]
        fn books_that_agree_find_nothing(lines in prop::collection::btree_map("[0-9]{1,6}", any::<u32>(), 0..20)) {
            let lines: Vec<Line> =
                lines.into_iter().map(|(trade_no, amount)| Line { trade_no, amount: Twd(amount) }).collect();
            prop_assert_eq!(compare(&lines, Some(&lines), Some(&lines)), vec![]);
            // Every line that one book lacks is found.
            prop_assert_eq!(compare(&lines, Some(&[]), None).len(), lines.len());
            prop_assert_eq!(compare(&[], Some(&lines), None).len(), lines.len());
        }
    }
}
