//! What is said beside an application: how its documents are served, whether SMS are sent beside, and the signature
//! under it (送達方式、簡訊、簽署).

use std::collections::BTreeMap;

use domain::consent::{self, Consent, MAX_ADDRESS};
use domain::item::ItemVersion;
use domain::personal::Personal;
use domain::rejection::Rejection;
use domain::signature::{self, Digest};
use platform::drafts::Draft;
use platform::keys;
use platform::record::Record;
use platform::signed;
use web::frame::Frame;
use web::trouble::{Malformed, Trouble};
use web::typed::take;
use web::visitor::Visitor;

use super::ErrorLine;
use crate::App;
use crate::filing::{self, Declared};

/// The two ways of being served, as the form says them.
const ELECTRONIC: &str = "electronic";
const PAPER: &str = "paper";

/// What was chosen of the ways to be served, and where that stands on the page.
#[derive(Default)]
pub struct ServedView {
    pub electronic: bool,
    pub paper: bool,
    pub address: String,
    /// What is agreed to.
    pub wording: String,
    /// Its version.
    pub version: u16,
    pub max_address: u16,
    /// What is wrong with the choice, and with the address; empty where nothing is.
    pub choice_error: String,
    pub address_error: String,
}

impl ServedView {
    pub fn of(consent: Option<&Consent>, frame: &Frame) -> Self {
        let address = match consent {
            Some(Consent::Withheld { address }) => address.reveal().clone(),
            Some(Consent::Given { .. }) | None => String::new(),
        };
        Self {
            electronic: matches!(consent, Some(Consent::Given { .. })),
            paper: matches!(consent, Some(Consent::Withheld { .. })),
            address,
            wording: frame.pick(&consent::wording()).to_owned(),
            version: consent::WORDING,
            max_address: MAX_ADDRESS,
            ..Self::default()
        }
    }

    /// Says where it belongs what `rejection` is about; the line for the top of the page.
    pub fn refuse(&mut self, rejection: &Rejection, frame: &Frame) -> Option<ErrorLine> {
        let text = frame.pick(&rejection.text()).to_owned();
        let (place, href) = match rejection {
            Rejection::ConsentMissing | Rejection::ConsentWording { .. } => {
                (&mut self.choice_error, "#served")
            }
            Rejection::PostalAddress { .. } => (&mut self.address_error, "#address"),
            _ => return None,
        };
        place.clone_from(&text);
        Some(ErrorLine { href: href.to_owned(), text })
    }
}

/// Where SMS are to go, as the page asks for it.
pub struct MobileView {
    pub typed: String,
    /// Empty where nothing is wrong.
    pub error: String,
}

impl MobileView {
    /// `None` in a window that sends no SMS.
    pub fn of(app: &App, declared: &Declared) -> Option<Self> {
        let typed = declared.mobile.reveal().clone();
        app.sends_sms.then_some(Self { typed, error: String::new() })
    }

    /// Says that it is no number that SMS go to; the line for the top of the page.
    pub fn refuse(&mut self, rejection: &Rejection, frame: &Frame) -> Option<ErrorLine> {
        if !matches!(rejection, Rejection::MobileNumber) {
            return None;
        }
        frame.pick(&rejection.text()).clone_into(&mut self.error);
        Some(ErrorLine { href: "#mobile".to_owned(), text: self.error.clone() })
    }
}

/// The signature, as the page asks for it.
pub struct SignView {
    /// Who signs, as it is in what they sign.
    pub name: String,
    pub email: String,
    pub statement: String,
    /// SHA-256 of what is signed.
    pub digest: String,
    /// It was ticked, and is of what stands here.
    pub ticked: bool,
    pub error: String,
}

impl SignView {
    pub fn of(
        visitor: &Visitor,
        item: &ItemVersion,
        draft: &Draft,
        frame: &Frame,
    ) -> Result<Option<Self>, Trouble> {
        let content = filing::to_sign(visitor, item, draft)?;
        let session = visitor.session()?;
        Ok(content.map(|content| Self {
            name: session.name.reveal().clone(),
            email: session.email.reveal().clone(),
            statement: frame.pick(&signature::statement()).to_owned(),
            digest: keys::hex(&signed::digest(&content)),
            ticked: false,
            error: String::new(),
        }))
    }

    /// Says that it is missing or is of something else, also beside another refusal; keeps a tick that is neither.
    pub fn refuse(
        &mut self,
        rejection: &Rejection,
        signed: Option<Digest>,
        frame: &Frame,
    ) -> Option<ErrorLine> {
        self.ticked = signed.is_some_and(|digest| keys::hex(&digest) == self.digest);
        let missing = Rejection::SignatureMissing { digest: [0; 32] };
        let refusal = match rejection {
            Rejection::SignatureMissing { .. } | Rejection::SignedSomethingElse { .. } => rejection,
            _ if signed.is_none() => &missing,
            _ => return None,
        };
        frame.pick(&refusal.text()).clone_into(&mut self.error);
        Some(ErrorLine { href: "#signature".to_owned(), text: self.error.clone() })
    }
}

/// The signature that was made, on the page of the case.
pub struct SignatureView {
    pub at: String,
    /// How its maker had signed in.
    pub level: String,
    pub digest: String,
}

impl SignatureView {
    pub fn of(record: &Record, frame: &Frame) -> Option<Self> {
        let signature = record.signature()?;
        Some(Self {
            at: frame.instant(&record.loaded.case.received_at()),
            level: frame.pick(&signature.by.assurance.text()).to_owned(),
            digest: keys::hex(&signature.digest),
        })
    }
}

/// What was chosen, taken out of the fields of a form; `None` where nothing was.
pub fn chosen(fields: &mut BTreeMap<String, String>) -> Result<Option<Consent>, Malformed> {
    let wording: u16 = take(fields, "wording")?;
    let address = fields.remove("address").unwrap_or_default();
    match fields.remove("served").as_deref() {
        None => Ok(None),
        Some(ELECTRONIC) => Ok(Some(Consent::Given { wording })),
        Some(PAPER) => Ok(Some(Consent::Withheld { address: Personal::new(address) })),
        Some(_) => Err(Malformed::Field { name: "served" }),
    }
}
