use domain::payment::Means;

use crate::account::At;
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused};
use crate::keys::{AccountFile, BadAccount, Stage};
use crate::order::{Order, Refund, Start, Unfit};

#[derive(Debug)]
pub struct Account {
    merchant: String,
}

impl Account {
    pub(crate) fn read(file: AccountFile, _: &Stage) -> Result<Self, BadAccount> {
        Ok(Self { merchant: file.merchant })
    }

    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    pub fn means(&self) -> &'static [Means] {
        &[]
    }

    pub fn start(&self, order: &Order<'_>, _: At) -> Result<Start, Unfit> {
        Err(Unfit::Means { means: order.means })
    }

    pub fn started(&self, _: &Order<'_>, _: &Reply) -> Result<Start, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }

    pub fn hear(&self, _: &Incoming<'_>) -> Result<Heard, Refused> {
        Err(Refused::Signature("none"))
    }

    pub fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    pub fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    pub fn ask(&self, _: &Order<'_>, _: At) -> Option<Step> {
        None
    }

    pub fn learn(&self, _: &Order<'_>, _: &'static str, _: &Reply, _: At) -> Result<Stepped, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }

    pub fn refund(&self, _: &Refund<'_>, _: At) -> Option<Step> {
        None
    }

    pub fn refunded(
        &self,
        _: &Refund<'_>,
        _: &'static str,
        _: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }
}
