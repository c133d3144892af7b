//! The signature under an application.

use domain::assurance::Assurance;
use domain::item::ItemVersion;
use domain::rejection::Rejection;
use domain::signature::{STATEMENT, Signer, sign};

use crate::scene::filed_at;

fn item(signing_assurance: Option<Assurance>) -> ItemVersion {
    ItemVersion { signing_assurance, ..crate::sources::item(Vec::new()) }
}

#[test]
fn what_is_signed_is_what_is_filed_by_somebody_sure_enough() {
    let signer = |assurance| Signer { assurance, signed_in_at: filed_at(), from: None };
    let (filed, other) = ([1; 32], [2; 32]);
    let verified = item(Some(Assurance::Verified));
    let refusal = |signed| sign(&verified, filed, signed, signer(Assurance::Verified)).unwrap_err();
    assert_eq!(refusal(None), Rejection::SignatureMissing { digest: filed });
    assert_eq!(refusal(Some(other)), Rejection::SignedSomethingElse { digest: filed });
    for level in [Assurance::Verified, Assurance::Certificate] {
        let signature = sign(&verified, filed, Some(filed), signer(level)).unwrap().unwrap();
        assert_eq!((signature.digest, signature.statement), (filed, STATEMENT));
        assert_eq!(signature.by, signer(level));
    }
    for signed in [None, Some(filed), Some(other)] {
        let kept = sign(&item(None), filed, signed, signer(Assurance::Account)).unwrap();
        assert_eq!(kept, None, "nothing is to be signed");
    }
    assert_eq!(verified.needed_assurance(), Assurance::Verified);
    let filing_assurance = Assurance::Certificate;
    assert_eq!(ItemVersion { filing_assurance, ..verified }.needed_assurance(), Assurance::Certificate);
    assert_eq!(item(None).needed_assurance(), item(None).filing_assurance);
}
