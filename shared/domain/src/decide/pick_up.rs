//! Handing over what was to be picked up (領取).

use super::bounded;
use crate::event::Event;
use crate::personal::Personal;
use crate::pick_up::{MAX_PROXY_NAME, MAX_PROXY_PROOF, Proxy, Receiver};
use crate::rejection::Rejection;

/// To the applicant in person, or to a proxy who is named and has shown what makes them one.
pub(super) fn hand_over(receiver: Receiver, takes_proxies: bool) -> Result<Event, Rejection> {
    let receiver = match receiver {
        Receiver::Applicant => Receiver::Applicant,
        Receiver::Proxy(_) if !takes_proxies => return Err(Rejection::NoProxy),
        Receiver::Proxy(Proxy { name, proof }) => Receiver::Proxy(Proxy {
            name: said(&name, MAX_PROXY_NAME).ok_or(Rejection::ProxyName { max: MAX_PROXY_NAME })?,
            proof: said(&proof, MAX_PROXY_PROOF).ok_or(Rejection::ProxyProof { max: MAX_PROXY_PROOF })?,
        }),
    };
    Ok(Event::HandedOver { receiver: Some(receiver) })
}

/// A text that says something, and not too much.
fn said(text: &Personal<String>, max: u16) -> Option<Personal<String>> {
    bounded(text.reveal(), max).filter(|text| !text.is_empty()).map(Personal::new)
}
