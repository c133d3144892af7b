//! Queues, mail and files.

use std::time::Duration;

use domain::personal::Personal;
use platform::ports::{Handed, Mail, Mailer, Messenger, Objects, Queue, SignedUpload, Sms, UploadTicket};
use sha2::{Digest, Sha256};

use crate::samples::PDF;

/// Holds `queue` to: what is sent arrives, whole. `drain` takes what is there off it.
pub async fn queue(queue: &dyn Queue, drain: impl AsyncFn() -> Vec<String>) {
    let mut sent = vec!["a".to_owned(), "通知 & <案件> 🌳".to_owned(), "x".repeat(200_000)];
    for body in &sent {
        queue.send(body.clone()).await.unwrap();
    }
    let mut received = Vec::new();
    for _ in 0..20 {
        received.extend(drain().await);
        if received.len() >= sent.len() {
            break;
        }
    }
    // At least once, in any order.
    received.sort_unstable();
    received.dedup();
    sent.sort_unstable();
    assert_eq!(received, sent);
}

/// Holds `mailer` to: every mail it accepts is there, as written, under an id of its own. `sent`
/// tells what it has, with the ids.
pub async fn mailer(mailer: &dyn Mailer, sent: impl AsyncFn() -> Vec<(String, Mail)>) {
    let mut expected = Vec::new();
    for place in 1..=2 {
        let mail = Mail {
            tag: format!("TP-00000-00000-0_1_{place}"),
            to: Personal::new("applicant@people.example".to_owned()),
            subject: "收件通知：公園場地使用 <1>".to_owned(),
            text: "您好:\n已收到您的申請 & 附件。\n".to_owned(),
            html: "<p>已收到您的申請</p>".to_owned(),
        };
        match mailer.send(mail.clone()).await.unwrap() {
            Handed::Accepted(message) => expected.push((message, mail)),
            other => panic!("{other:?}"),
        }
    }
    assert_ne!(expected[0].0, expected[1].0);
    let found = sent().await;
    for wanted in &expected {
        assert!(found.contains(wanted), "{wanted:?} is not among {found:?}");
    }
}

/// Holds `messenger` to: each SMS it accepts goes out as written, and once under each id however often it is handed
/// over. `sent` tells what went out, with the numbers.
pub async fn messenger(messenger: &dyn Messenger, sent: impl AsyncFn() -> Vec<(String, Sms)>) {
    let sms = |place: u16| Sms {
        id: format!("TP-00000-00000-0_1_{place}"),
        to: Personal::new("0912345678".to_owned()),
        text: "【臺北市單一窗口】案件 TP-00000-00000-0：請補正。".to_owned(),
    };
    let mut expected = Vec::new();
    for place in [1, 1, 2, 1] {
        match messenger.send(sms(place)).await.unwrap() {
            Handed::Accepted(message) => expected.push((message, sms(place))),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((&expected[0], &expected[0]), (&expected[1], &expected[3]));
    assert_ne!(expected[0].0, expected[2].0);
    let found = sent().await;
    for wanted in &expected {
        let times = found.iter().filter(|sms| *sms == wanted).count();
        assert_eq!(times, 1, "{wanted:?} among {found:?}");
    }
}

/// Holds `objects` to: only the file that was signed for gets in; copies stay; heads are told.
/// `upload` is the browser: it puts the body where it is told to, and says whether it was let in.
pub async fn objects(objects: &dyn Objects, upload: impl AsyncFn(SignedUpload, Vec<u8>) -> bool) {
    let (from, to) = ("quarantine/contract/1".to_owned(), "cases/contract/1".to_owned());
    assert_eq!(objects.info(from.clone()).await.unwrap(), None);
    assert!(!objects.copy(from.clone(), to.clone()).await.unwrap(), "there is no source");
    assert_eq!(objects.info(to.clone()).await.unwrap(), None);

    let ticket = UploadTicket {
        key: from.clone(),
        content_type: "application/pdf".to_owned(),
        bytes: u32::try_from(PDF.len()).expect("a small file"),
        sha256: Sha256::digest(PDF).into(),
        valid: Duration::from_mins(5),
    };
    let signed = objects.presign_put(ticket.clone()).await.unwrap();
    assert!(!upload(signed.clone(), [PDF, b"more"].concat()).await, "a longer file is refused");
    assert_eq!(objects.info(from.clone()).await.unwrap(), None);
    assert!(upload(signed, PDF.to_vec()).await, "the file that was signed for is let in");
    let info = objects.info(from.clone()).await.unwrap().unwrap();
    assert_eq!((info.bytes, &*info.content_type), (u64::from(ticket.bytes), "application/pdf"));
    assert_eq!(info.head, PDF[..16.min(PDF.len())]);

    for _ in 0..2 {
        assert!(objects.copy(from.clone(), to.clone()).await.unwrap(), "copying again is fine");
        assert_eq!(objects.info(to.clone()).await.unwrap().as_ref(), Some(&info));
    }
    let url = objects.presign_get(to, "存摺 1.pdf".to_owned(), Duration::from_mins(1)).await.unwrap();
    assert!(url.starts_with("http"), "{url}");
}
