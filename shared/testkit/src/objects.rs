//! An object store in memory, with the browser's side of a signed upload.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use platform::ports::{Answer, HEAD_BYTES, ObjectInfo, Objects, SignedUpload, UploadTicket};
use sha2::{Digest, Sha256};

use crate::faults::{Gate, Site};

#[derive(Debug, Clone)]
struct Object {
    content_type: String,
    body: Vec<u8>,
}

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Object>,
    tickets: BTreeMap<String, UploadTicket>,
}

#[derive(Default)]
pub struct MemoryObjects {
    gate: Arc<Gate>,
    inner: Mutex<Inner>,
}

/// Where signed addresses lead.
const ORIGIN: &str = "https://objects.invalid/";

impl MemoryObjects {
    #[must_use]
    pub fn new(gate: Arc<Gate>) -> Self {
        Self { gate, inner: Mutex::default() }
    }

    /// The browser puts a file at a signed address: `false` when it is not what was signed.
    pub fn upload(&self, url: &str, content_type: &str, body: &[u8]) -> bool {
        let mut inner = self.inner.lock().unwrap();
        let Some(ticket) = inner.tickets.get(url).cloned() else { return false };
        let right = ticket.content_type == content_type
            && usize::try_from(ticket.bytes).is_ok_and(|bytes| bytes == body.len())
            && <[u8; 32]>::from(Sha256::digest(body)) == ticket.sha256;
        if right {
            let object = Object { content_type: content_type.to_owned(), body: body.to_vec() };
            inner.objects.insert(ticket.key, object);
        }
        right
    }

    /// The keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        self.inner.lock().unwrap().objects.keys().cloned().collect()
    }

    /// The whole object.
    pub fn body(&self, key: &str) -> Option<Vec<u8>> {
        self.inner.lock().unwrap().objects.get(key).map(|object| object.body.clone())
    }

    /// The life cycle of the bucket: what waited too long goes.
    pub fn expire(&self, prefix: &str) {
        self.inner.lock().unwrap().objects.retain(|key, _| !key.starts_with(prefix));
    }

    fn sign(&self, ticket: UploadTicket) -> SignedUpload {
        let url = format!("{ORIGIN}{}?signed", ticket.key);
        let headers = vec![("content-type".to_owned(), ticket.content_type.clone())];
        self.inner.lock().unwrap().tickets.insert(url.clone(), ticket);
        SignedUpload { url, headers }
    }
}

impl Objects for MemoryObjects {
    fn presign_put(&self, ticket: UploadTicket) -> Answer<'_, SignedUpload> {
        self.gate.call(Site::ObjectPresignPut, move || Ok(self.sign(ticket)))
    }

    fn presign_get(&self, key: String, file_name: String, _: Duration) -> Answer<'_, String> {
        self.gate.call(Site::ObjectPresignGet, move || {
            Ok(format!("{ORIGIN}{key}?name={}", platform::objects::escaped(&file_name)))
        })
    }

    fn put(&self, key: String, content_type: String, body: Vec<u8>) -> Answer<'_, ()> {
        self.gate.call(Site::ObjectPut, move || {
            self.inner.lock().unwrap().objects.insert(key, Object { content_type, body });
            Ok(())
        })
    }

    fn info(&self, key: String) -> Answer<'_, Option<ObjectInfo>> {
        self.gate.call(Site::ObjectInfo, move || {
            let inner = self.inner.lock().unwrap();
            Ok(inner.objects.get(&key).map(|object| ObjectInfo {
                bytes: u64::try_from(object.body.len()).expect("a length"),
                content_type: object.content_type.clone(),
                head: object.body.iter().take(HEAD_BYTES).copied().collect(),
            }))
        })
    }

    fn copy(&self, from: String, to: String) -> Answer<'_, bool> {
        self.gate.call(Site::ObjectCopy, move || {
            let mut inner = self.inner.lock().unwrap();
            let Some(object) = inner.objects.get(&from).cloned() else { return Ok(false) };
            inner.objects.insert(to, object);
            Ok(true)
        })
    }
}
