//! What the vectors of signed forms say a correct product does, in our words.

use domain::money::Twd;
use domain::payment::Word;
use jiff::Timestamp;

use crate::vectors::Vector;

/// `Err` says how a word differs from the effect that the vector names.
pub fn check(vector: &Vector, word: &Word) -> Result<(), String> {
    let Some(effect) = vector.get::<String>("/business/effect") else {
        return Ok(());
    };
    let ordered = vector.get("/business/context/order/amount_twd").map(Twd);
    let fits = match (effect.as_str(), word) {
        ("post_payment", Word::Paid(receipt)) => {
            let posted = |field: &str| format!("/business/posted/{field}");
            Some(receipt.amount) == ordered
                && !receipt.simulated
                && vector.get(&posted("amount_twd")).is_none_or(|amount| Twd(amount) == receipt.amount)
                && vector.get(&posted("provider_trade_no")).is_none_or(|no: String| no == receipt.trade_no)
                && vector.get(&posted("paid_at_utc")).is_none_or(|at: Timestamp| at == receipt.paid_at)
        }
        ("ignore_simulated", Word::Paid(receipt)) => receipt.simulated,
        // The ledger compares it with the order's: here it is told as it is.
        ("quarantine_amount_mismatch", Word::Paid(receipt)) => {
            Some(receipt.amount) != ordered && !receipt.simulated
        }
        ("record_payment_instructions", Word::Instructed(instruction)) => {
            !instruction.numbers.is_empty() && instruction.expires_at.is_some()
        }
        // A failure changes nothing about money.
        ("attempt_failed" | "attempt_failed_never_unposts" | "no_change", Word::Failed { .. })
        | ("quarantine_malformed", Word::Unclear { .. }) => true,
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("not {effect}: {word:?}")) }
}
