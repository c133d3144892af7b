//! A fee of 500 that is paid, to a case that is dispatched.

use domain::access::Actor;
use domain::agency::Role;
use domain::case::Case;
use domain::command::Command;
use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Source;
use domain::payment::{OrderNo, Provider, Receipt, Word};

use super::done;
use crate::scene::filed_at;
use crate::support::{AGENCY, officer};

pub const FEE: Twd = Twd(500);

pub fn assign() -> Command {
    super::assign(("handler", AGENCY, &[Role::Handler]), ("reviewer", AGENCY, &[Role::Reviewer]))
}

/// The provider has the whole fee, under this number of its own, and an officer puts it to the case.
pub fn paid(case: Case, trade_no: &str, now: &str) -> Case {
    let receipt =
        Receipt { trade_no: trade_no.to_owned(), amount: FEE, paid_at: filed_at(), simulated: false };
    let (provider, order_no) = (Provider::EcpayAio, OrderNo::random(&[7; 20]));
    let heard =
        MoneyCommand::Hear { provider, order_no, word: Word::Paid(receipt), source: Source::Callback };
    let held = done(case, &Actor::System, Command::Money(Box::new(heard)), now);
    // It fits no attempt of ours, and counts once an officer has looked.
    let (trade_no, reason) = (trade_no.to_owned(), "查明屬本案".to_owned());
    let apply = MoneyCommand::ApplySuspense { provider, trade_no, amount: FEE, reason };
    let cashier = officer("cashier", AGENCY, &[Role::Cashier]);
    done(held, &cashier, Command::Money(Box::new(apply)), now)
}
