//! Our account with a provider: the one place that knows which providers there are.

use domain::payment::{Means, Provider};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::call::{Call, NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused, Said};
use crate::keys::{AccountFile, BadAccount, Stage};
use crate::order::{Order, Refund, Start, Unfit};
use crate::{ecpay, govuk_pay, jkopay, linepay, newebpay, paid_bill_list, standard_webhooks, stripe};

/// When a request to a provider is made, and 16 random bytes for the providers that want a nonce.
#[derive(Debug, Clone, Copy)]
pub struct At {
    pub now: Timestamp,
    pub nonce: [u8; 16],
}

/// An account of the city with a provider: the merchant's number, its keys, where the provider is.
#[derive(Debug)]
pub enum Account {
    EcpayAio(ecpay::Account),
    NewebpayMpg(newebpay::Account),
    LinePay(linepay::Account),
    JkoPay(jkopay::Account),
    Stripe(stripe::Account),
    StandardWebhooks(standard_webhooks::Account),
    GovukPay(govuk_pay::Account),
    PaidBillList(paid_bill_list::Account),
}

/// Asks the account of whichever provider it is.
macro_rules! of {
    ($self:ident, $account:ident => $answer:expr) => {
        match $self {
            Account::EcpayAio($account) => $answer,
            Account::NewebpayMpg($account) => $answer,
            Account::LinePay($account) => $answer,
            Account::JkoPay($account) => $answer,
            Account::Stripe($account) => $answer,
            Account::StandardWebhooks($account) => $answer,
            Account::GovukPay($account) => $answer,
            Account::PaidBillList($account) => $answer,
        }
    };
}

impl Account {
    /// The account that a part of the secret describes.
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        let Ok(provider) = file.provider.parse() else { return Err(file.bad("no provider has this name")) };
        match provider {
            Provider::EcpayAio => ecpay::Account::read(file, stage).map(Self::EcpayAio),
            Provider::NewebpayMpg => newebpay::Account::read(file, stage).map(Self::NewebpayMpg),
            Provider::LinePay => linepay::Account::read(file, stage).map(Self::LinePay),
            Provider::JkoPay => jkopay::Account::read(file, stage).map(Self::JkoPay),
            Provider::Stripe => stripe::Account::read(file, stage).map(Self::Stripe),
            Provider::StandardWebhooks => {
                standard_webhooks::Account::read(file, stage).map(Self::StandardWebhooks)
            }
            Provider::GovukPay => govuk_pay::Account::read(file, stage).map(Self::GovukPay),
            Provider::PaidBillList => paid_bill_list::Account::read(file, stage).map(Self::PaidBillList),
        }
    }

    #[must_use]
    pub const fn provider(&self) -> Provider {
        match self {
            Self::EcpayAio(_) => Provider::EcpayAio,
            Self::NewebpayMpg(_) => Provider::NewebpayMpg,
            Self::LinePay(_) => Provider::LinePay,
            Self::JkoPay(_) => Provider::JkoPay,
            Self::Stripe(_) => Provider::Stripe,
            Self::StandardWebhooks(_) => Provider::StandardWebhooks,
            Self::GovukPay(_) => Provider::GovukPay,
            Self::PaidBillList(_) => Provider::PaidBillList,
        }
    }

    /// The number the provider knows us by.
    #[must_use]
    pub fn merchant(&self) -> &str {
        of!(self, account => account.merchant())
    }

    /// The ways to pay that the provider has, all of them: which are offered, the contract says.
    #[must_use]
    pub fn means(&self) -> &'static [Means] {
        of!(self, account => account.means())
    }

    /// How an order begins.
    pub fn start(&self, order: &Order<'_>, at: At) -> Result<Start, Unfit> {
        of!(self, account => account.start(order, at))
    }

    /// How it goes on after `Start::Call`.
    pub fn started(&self, order: &Order<'_>, reply: &Reply) -> Result<Start, NotUnderstood> {
        of!(self, account => account.started(order, reply))
    }

    /// What a callback says, if it is authentic: verified on the raw bytes before any field is read.
    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        if incoming.body.len() > Incoming::MAX_BODY {
            return Err(Refused::TooLarge);
        }
        of!(self, account => account.hear(incoming))
    }

    /// The answer after the word was stored, on which the provider stops calling.
    #[must_use]
    pub fn acknowledgement(&self) -> Acknowledgement {
        of!(self, account => account.acknowledgement())
    }

    /// The answer to a callback that is not believed.
    #[must_use]
    pub fn refusal(&self, refused: Refused) -> Acknowledgement {
        of!(self, account => account.refusal(refused))
    }

    /// The first step of asking what became of an order; `None` where the provider cannot be asked.
    #[must_use]
    pub fn ask(&self, order: &Order<'_>, at: At) -> Option<Step> {
        of!(self, account => account.ask(order, at))
    }

    /// What the reply to a step says.
    pub fn learn(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        of!(self, account => account.learn(order, step, reply, at))
    }

    /// The first step of giving money back; `None` where that is done by remittance.
    #[must_use]
    pub fn refund(&self, refund: &Refund<'_>, at: At) -> Option<Step> {
        of!(self, account => account.refund(refund, at))
    }

    /// The file of a day, from the providers that have one to be fetched.
    #[must_use]
    pub fn daily_file(&self, day: Date) -> Option<Call> {
        match self {
            Self::EcpayAio(account) => Some(account.daily_file(day)),
            _ => None,
        }
    }

    /// What such a file says.
    pub fn read_file(&self, reply: &Reply) -> Result<Vec<Said>, NotUnderstood> {
        match self {
            Self::EcpayAio(account) => account.read_file(reply),
            _ => Err(NotUnderstood("this provider has no file")),
        }
    }

    /// What the reply to a step of a refund says.
    pub fn refunded(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        of!(self, account => account.refunded(refund, step, reply, at))
    }
}
