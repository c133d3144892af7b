//! Documents: from where they are kept, once they are there, for those who may read the case.

use domain::apply;
use domain::assurance::Assurance;
use domain::calendar::Calendar;
use domain::event::{Event, Party, Recorded};
use domain::id::{CaseId, EventId, UploadId, Version};
use domain::personal::Personal;
use domain::submit;
use platform::keys;
use platform::ports::Objects;
use testkit::samples::{self, Stage};

use crate::rig::{FOREIGNER, Rig, get, sample_case};

/// A case of the other agency, with a file.
pub fn filed(rig: &Rig) -> (CaseId, UploadId) {
    let upload = UploadId::from_bytes([9; 16]);
    let applicant = samples::applicant("farmer");
    let mut document = samples::bankbook(upload);
    document.file_name = Personal::new("bankbook.pdf".to_owned());
    let now = samples::morning();
    let (item, answers) = (samples::item(samples::FALLOW), samples::fallow_answers());
    let level = Assurance::Verified;
    let (applied, consent) = (applicant.clone(), Some(samples::consent()));
    let filed = submit::submit(&item, applied, level, &answers, vec![document], consent, now).unwrap();
    let event = Event::Submitted(Box::new(filed));
    let request = samples::request(40);
    let id = CaseId::of_request(applicant.person, request.id);
    let by = Party::Applicant(applicant.person);
    let filed =
        Recorded { id: EventId { case: id, seq: Version(1) }, at: now, by, request, event, dates: None };
    rig.put(&[apply::advance(None, filed, Calendar::shipped()).unwrap().1]);
    (id, upload)
}

#[test]
fn a_file_opens_once_it_is_filed() {
    let rig = Rig::new();
    let (case, upload) = filed(&rig);
    let ask = get(format!("/work/{case}/files/{upload}")).by(FOREIGNER);
    let waiting = rig.send(&ask);
    assert_eq!(waiting.status, 409, "{waiting:?}");
    assert!(waiting.body.contains("檔案檢查中") && waiting.body.contains("bankbook.pdf"));
    let key = keys::filed(case, upload);
    rig.now(async {
        let file = rig.world.objects.put(key.clone(), "application/pdf".to_owned(), samples::PDF.to_vec());
        file.await.unwrap();
    });
    let there = rig.send(&ask);
    assert_eq!(there.status, 303);
    assert!(there.location.contains(&key), "{there:?}");
}

#[test]
fn files_of_others_and_files_of_nobody_are_not_found() {
    let rig = Rig::at(Stage::Received);
    let (case, upload) = filed(&rig);
    let unknown = UploadId::from_bytes([1; 16]);
    for (path, who) in [
        (format!("/work/{case}/files/{upload}"), samples::DISPATCHER),
        (format!("/work/{case}/files/{unknown}"), FOREIGNER),
        (format!("/work/{case}/files/nonsense"), FOREIGNER),
        // The upload is real, but belongs to another case.
        (format!("/work/{}/files/{upload}", sample_case()), samples::DISPATCHER),
    ] {
        assert_eq!(rig.send(&get(&path).by(who)).status, 404, "{path}");
    }
    let ask = get(format!("/work/{}/files/{upload}", sample_case()));
    assert_eq!(rig.send(&ask.clone().by(samples::HANDLER)).status, 403);
    assert_eq!(rig.send(&ask).status, 303);
}

#[test]
fn the_page_links_to_the_files() {
    let rig = Rig::new();
    let (case, upload) = filed(&rig);
    let page = rig.send(&get(format!("/work/{case}")).by(FOREIGNER)).body;
    for told in
        [&*format!("/work/{case}/files/{upload}"), "bankbook.pdf", "存摺影本", "PDF 1 KB", "北投區 123-4"]
    {
        assert!(page.contains(told), "{told} is not in {page}");
    }
}
