#![no_main]
//! Ids, codes and numbers from paths, queries and JSON: whatever parses has one text form, its own.
//! Verification and check-in codes are typed by people in many forms, and mean one code whatever the form.

use std::fmt::Display;
use std::str::FromStr;

use domain::attendance::DutyNoticeId;
use domain::booking::{BookingNoticeId, CheckInCode};
use domain::id::{
    AgencyCode, BookingId, CaseId, DraftId, EventId, ItemCode, Key, NoticeId, PersonId, PlaceCode, RequestId,
    UploadId,
};
use domain::interest::Rate;
use domain::letter::{DocumentNumber, DocumentPlace};
use domain::notice_tag::NoticeTag;
use domain::payment::{Means, OrderNo, Provider};
use domain::verification::VerificationCode;

fn check<T: FromStr + Display>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert_eq!(read.to_string(), text);
        fuzz::taken();
    }
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    check::<CaseId>(text);
    check::<EventId>(text);
    check::<NoticeId>(text);
    check::<DraftId>(text);
    check::<UploadId>(text);
    check::<RequestId>(text);
    check::<PersonId>(text);
    check::<ItemCode>(text);
    check::<AgencyCode>(text);
    check::<Key>(text);
    check::<OrderNo>(text);
    check::<Rate>(text);
    check::<Means>(text);
    check::<Provider>(text);
    check::<DocumentNumber>(text);
    check::<DocumentPlace>(text);
    check::<BookingId>(text);
    check::<BookingNoticeId>(text);
    check::<DutyNoticeId>(text);
    check::<NoticeTag>(text);
    check::<PlaceCode>(text);
    if let Ok(code) = text.parse::<CheckInCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
        fuzz::taken();
    }
    if let Ok(code) = text.parse::<VerificationCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
        fuzz::taken();
    }
});
