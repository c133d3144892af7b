//! HTTP/1.1 on loopback: the accept loop and the answers every service gives.
//!
//! Own loop instead of `axum::serve`, because a fault can ask for a connection that is reset in the middle.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub(super) type Body = UnsyncBoxBody<Bytes, BoxError>;
pub(super) type Reply = Response<Body>;

/// The caller gets no answer: its connection is reset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reset;

impl std::fmt::Display for Reset {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("connection reset on request")
    }
}

impl std::error::Error for Reset {}

/// Serves until it is dropped; open connections end with it.
pub(super) async fn serve<H, F>(listener: TcpListener, handler: H)
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Unpin + 'static,
    F: Future<Output = Result<Reply, Reset>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, handler.clone()));
            }
            // Out of file descriptors: the open connections have to end first.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection<H, F>(stream: TcpStream, handler: H)
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Unpin + 'static,
    F: Future<Output = Result<Reply, Reset>> + Send + 'static,
{
    // Small answers must not wait for the acknowledgement of the last one.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| Box::pin(handler(request)));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if ended.is_err() {
        // The caller sees a reset and not an orderly end.
        let _ = stream.set_zero_linger();
    }
}

pub(super) fn body(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// Half of an answer, then the end of the connection.
pub(super) fn truncated(reply: Response<Bytes>) -> Reply {
    let (mut parts, bytes) = reply.into_parts();
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, Broken(Some(half)).boxed_unsync())
}

/// One frame and then an error, which makes hyper give up the connection.
struct Broken(Option<Bytes>);

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(bytes) => Ok(Frame::data(bytes)),
            None => Err(Reset.into()),
        }))
    }
}

pub(super) fn reply(status: StatusCode, content_type: &'static str, bytes: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(body(bytes));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// An error of the JSON protocols (`DynamoDB`, SQS, Secrets Manager).
pub(super) fn json_error(status: StatusCode, code: &str, message: &str) -> Reply {
    let value = serde_json::json!({ "__type": code, "message": message });
    reply(status, "application/x-amz-json-1.0", value.to_string())
}

pub(super) async fn collect(body: Incoming, limit: usize) -> Result<Bytes, BoxError> {
    Ok(Limited::new(body, limit).collect().await?.to_bytes())
}

/// Whole answer in memory, for the faults that need to look at it or throw it away.
pub(super) async fn settle(reply: Reply) -> Result<Response<Bytes>, BoxError> {
    let (parts, body) = reply.into_parts();
    Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
}

pub(super) fn unsettle(reply: Response<Bytes>) -> Reply {
    reply.map(body)
}

/// Text inside an XML element.
pub(super) fn escape_xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
