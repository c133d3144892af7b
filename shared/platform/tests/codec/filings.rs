//! What an applicant files, of any content; and what they answer about being served.

use domain::assurance::Assurance;
use domain::case::Application;
use domain::consent::Consent;
use domain::event::{Event, Submitted};
use domain::personal::Personal;
use domain::signature::{Signature, Signer};
use proptest::option;
use proptest::prelude::*;

use crate::money::any_fee;
use crate::round_trips::{
    any_agency, any_applicant, any_document, any_instant, any_item, any_key, any_personal, any_text,
};

fn any_application() -> impl Strategy<Value = Application> {
    let answers = proptest::collection::btree_map(any_key(), any_text(), 0..5);
    (answers, proptest::collection::vec(any_document(), 0..4))
        .prop_map(|(answers, documents)| Application { answers: Personal::new(answers), documents })
}

pub fn any_consent() -> impl Strategy<Value = Consent> {
    prop_oneof![
        any::<u16>().prop_map(|wording| Consent::Given { wording }),
        any_personal().prop_map(|address| Consent::Withheld { address }),
    ]
}

fn any_signature() -> impl Strategy<Value = Signature> {
    let assurance = proptest::sample::select(Assurance::ALL);
    let signer = (assurance, any_instant(), option::of(any_personal()))
        .prop_map(|(assurance, signed_in_at, from)| Signer { assurance, signed_in_at, from });
    (any::<[u8; 32]>(), any::<u16>(), signer).prop_map(|(digest, statement, by)| Signature {
        digest,
        statement,
        by,
    })
}

pub fn any_submitted() -> impl Strategy<Value = Event> {
    let who = (any_item(), any_agency(), any_applicant(), any_application());
    let beside = (option::of(any_fee()), option::of(any_consent()), option::of(any_signature()));
    (who, beside).prop_map(|((item, agency, applicant, application), (fee, consent, signature))| {
        Event::Submitted(Box::new(Submitted {
            item,
            agency,
            applicant,
            application,
            fee,
            consent,
            signature,
        }))
    })
}
