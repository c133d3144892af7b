//! Cases that are filed with a fee.

use domain::apply;
use domain::calendar::Calendar;
use domain::clock::terms::Terms;
use domain::event::{Event, Recorded};
use domain::money::Twd;
use domain::payment::ledger::Fee;
use jiff::Timestamp;

use crate::support::filing;

/// The first event of a case that is filed with `terms` at `at`, and with a fee of `amount` by the rules of the day.
pub fn filing_with_fee(terms: Terms, at: Timestamp, amount: Twd) -> Recorded {
    let mut filed = filing(terms, at);
    if let Event::Submitted(submitted) = &mut filed.event {
        let (lines, reason) = (Vec::new(), String::new());
        submitted.fee = Some(Fee { version: 1, amount, retained: Twd::ZERO, lines, reason });
    }
    apply::advance(None, Recorded { dates: None, ..filed }, Calendar::shipped()).unwrap().1
}
