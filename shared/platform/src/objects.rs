//! The files on S3.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::config::Config;
use crate::fault::Fault;
use crate::ports::{Answer, HEAD_BYTES, ObjectInfo, Objects, SignedUpload, UploadTicket};
use crate::sdk;

/// The bucket of uploads.
#[derive(Debug, Clone)]
pub struct S3Objects {
    client: Client,
    bucket: String,
}

impl S3Objects {
    pub fn new(sdk: &aws_config::SdkConfig, config: &mut Config) -> Self {
        // Path style works everywhere and needs no DNS name per bucket.
        let own = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
        Self { client: Client::from_conf(own), bucket: config.required("UPLOADS_BUCKET") }
    }

    /// Length, type and checksum are signed headers: another file does not get past S3.
    async fn sign_put(&self, ticket: UploadTicket) -> Result<SignedUpload, Fault> {
        let presigned = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(ticket.key)
            .content_type(ticket.content_type)
            .content_length(i64::from(ticket.bytes))
            .checksum_sha256(STANDARD.encode(ticket.sha256))
            .presigned(validity(ticket.valid)?)
            .await
            .map_err(sdk::classify)?;
        // The SDK adds a trace header that is not signed and that the bucket lets no browser send.
        let needed = |name: &str| name.starts_with("content-") || name.starts_with("x-amz-");
        let headers = presigned.headers().filter(|(name, _)| needed(name));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(SignedUpload { url: presigned.uri().to_owned(), headers })
    }

    async fn sign_get(&self, key: String, file_name: String, valid: Duration) -> Result<String, Fault> {
        let name = escaped(&file_name);
        let presigned = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .response_content_disposition(format!("attachment; filename*=UTF-8''{name}"))
            .presigned(validity(valid)?)
            .await
            .map_err(sdk::classify)?;
        Ok(presigned.uri().to_owned())
    }

    async fn put_object(&self, key: String, content_type: String, body: Vec<u8>) -> Result<(), Fault> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        request.body(ByteStream::from(body)).send().await.map(|_| ()).map_err(sdk::classify)
    }

    async fn object_info(&self, key: String) -> Result<Option<ObjectInfo>, Fault> {
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .range(format!("bytes=0-{}", HEAD_BYTES - 1));
        let object = match request.send().await {
            Ok(object) => object,
            Err(SdkError::ServiceError(service)) if service.err().is_no_such_key() => return Ok(None),
            Err(error) => return Err(sdk::classify(error)),
        };
        // `bytes 0-15/12345`: the whole length stands behind the slash.
        let total = object.content_range().and_then(|range| range.rsplit('/').next()?.parse().ok());
        let bytes = total.unwrap_or_else(|| object.content_length().unwrap_or_default().unsigned_abs());
        let content_type = object.content_type().unwrap_or_default().to_owned();
        let head = object.body.collect().await.map_err(|error| Fault::Transient(error.to_string()))?;
        Ok(Some(ObjectInfo { bytes, content_type, head: head.to_vec() }))
    }

    async fn copy_object(&self, from: String, to: String) -> Result<bool, Fault> {
        let source = format!("{}/{from}", self.bucket);
        match self.client.copy_object().bucket(&self.bucket).copy_source(source).key(to).send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(service))
                if aws_sdk_s3::error::ProvideErrorMetadata::code(service.err()) == Some("NoSuchKey") =>
            {
                Ok(false)
            }
            Err(error) => Err(sdk::classify(error)),
        }
    }
}

fn validity(valid: Duration) -> Result<PresigningConfig, Fault> {
    PresigningConfig::expires_in(valid).map_err(Fault::corrupt)
}

/// A file name fit for a header or an address (RFC 5987): all but the plainest characters escaped.
#[must_use]
pub fn escaped(file_name: &str) -> String {
    let percent = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    file_name.bytes().map(percent).collect()
}

impl Objects for S3Objects {
    fn presign_put(&self, ticket: UploadTicket) -> Answer<'_, SignedUpload> {
        Box::pin(self.sign_put(ticket))
    }

    fn presign_get(&self, key: String, file_name: String, valid: Duration) -> Answer<'_, String> {
        Box::pin(self.sign_get(key, file_name, valid))
    }

    fn put(&self, key: String, content_type: String, body: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(self.put_object(key, content_type, body))
    }

    fn info(&self, key: String) -> Answer<'_, Option<ObjectInfo>> {
        Box::pin(self.object_info(key))
    }

    fn copy(&self, from: String, to: String) -> Answer<'_, bool> {
        Box::pin(self.copy_object(from, to))
    }
}
