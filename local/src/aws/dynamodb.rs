//! `DynamoDB`: dynoxide on one file, with the tables of the template.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail, ensure};
use bytes::Bytes;
use dynoxide::Database;
use http::{HeaderMap, Request, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::spec::{AttributeDefinition, IndexProperties, KeyElement, TableSpec};
use super::store::{check, damaged};
use super::streams::Streams;
use super::wire::{BoxError, Reply};

/// AWS promises days; sessions and drafts check the time themselves.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

pub(super) fn open(path: &Path, tables: &[TableSpec]) -> anyhow::Result<Database> {
    check(path).with_context(|| damaged(path))?;
    let text = path.to_str().context("the path of the data directory is not UTF-8")?;
    let database = Database::new(text).map_err(|error| anyhow!("{error}")).with_context(|| damaged(path))?;
    let existing: Value =
        call(&json!({}), |request| database.list_tables(request)).with_context(|| damaged(path))?;
    for table in tables {
        let known = existing.pointer("/TableNames").and_then(Value::as_array);
        if known.is_some_and(|names| names.iter().any(|name| name.as_str() == Some(&table.name))) {
            adapt(&database, table).with_context(|| outdated(path, &table.name))?;
        } else {
            create(&database, table).with_context(|| format!("create table {}", table.name))?;
        }
        expire(&database, table).with_context(|| format!("set the time to live of table {}", table.name))?;
    }
    tune(&database, path).with_context(|| damaged(path))?;
    Ok(database)
}

/// What dynoxide leaves out and a city under load needs.
fn tune(database: &Database, path: &Path) -> anyhow::Result<()> {
    // dynoxide looks for the last number of a stream before every write, and for what follows a
    // position at every read: without an index both go through every record ever made.
    let index = "CREATE INDEX IF NOT EXISTS stream_records_in_order
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";
    rusqlite::Connection::open(path)?.execute_batch(index)?;
    // After a bulk load dynoxide syncs the log to the disk when it folds it into the file, and no
    // longer at every commit: enough for what was answered to survive the end of the process, and
    // what the file beside it does.
    database.enable_bulk_loading().map_err(|error| anyhow!("{error}"))?;
    database.disable_bulk_loading().map_err(|error| anyhow!("{error}"))?;
    Ok(())
}

fn outdated(path: &Path, table: &str) -> String {
    format!(
        "資料檔 {0} 中的資料表 {table} 與 template.yaml 不同：請加上 --fresh 重新開始，或以 --data 指定其他資料夾。\n\
         the table {table} in {0} differs from template.yaml: start with --fresh, or name another folder with --data",
        path.display()
    )
}

/// Requests and answers of dynoxide have the shape of the wire, so they are written as JSON here.
pub(super) fn call<Q: DeserializeOwned, A: Serialize>(
    request: &Value,
    act: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> anyhow::Result<Value> {
    let request = serde_json::from_value(request.clone())?;
    let answer = act(request).map_err(|error| anyhow!("{error}"))?;
    Ok(serde_json::to_value(answer)?)
}

fn create(database: &Database, table: &TableSpec) -> anyhow::Result<()> {
    let properties = &table.properties;
    let mut request = json!({
        "TableName": table.name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": properties.attribute_definitions,
        "KeySchema": properties.key_schema,
    });
    let mut set = |name: &str, value: Value| {
        if let Some(object) = request.as_object_mut() {
            object.insert(name.to_owned(), value);
        }
    };
    if !properties.global_secondary_indexes.is_empty() {
        set("GlobalSecondaryIndexes", json!(properties.global_secondary_indexes));
    }
    if let Some(stream) = &properties.stream_specification {
        set(
            "StreamSpecification",
            json!({ "StreamEnabled": true, "StreamViewType": stream.stream_view_type }),
        );
    }
    call(&request, |request| database.create_table(request))?;
    Ok(())
}

/// Adds what a newer template has. Keys of data that exists cannot be changed.
fn adapt(database: &Database, table: &TableSpec) -> anyhow::Result<()> {
    let properties = &table.properties;
    let described = call(&json!({ "TableName": table.name }), |request| database.describe_table(request))?;
    let described = described.get("Table").context("the table has no description")?;
    let keys = keys(described)?;
    ensure!(
        keys == sorted(&properties.key_schema),
        "its key is {keys:?}, wanted {:?}",
        properties.key_schema
    );
    let types: Vec<AttributeDefinition> = read(described, "AttributeDefinitions")?;
    for wanted in &properties.attribute_definitions {
        let other =
            |has: &&AttributeDefinition| has.attribute_name == wanted.attribute_name && *has != wanted;
        if let Some(has) = types.iter().find(other) {
            bail!(
                "its attribute {} is of type {}, wanted {}",
                has.attribute_name,
                has.attribute_type,
                wanted.attribute_type
            );
        }
    }
    for index in &properties.global_secondary_indexes {
        adapt_index(database, table, described, index)?;
    }
    let stream = properties.stream_specification.as_ref().map(|stream| stream.stream_view_type.as_str());
    let has = described.pointer("/StreamSpecification/StreamViewType").and_then(Value::as_str);
    match (has, stream) {
        (Some(has), Some(wanted)) => ensure!(has == wanted, "its stream shows {has}, wanted {wanted}"),
        (None, Some(wanted)) => {
            let stream = json!({ "StreamEnabled": true, "StreamViewType": wanted });
            update(database, table, "StreamSpecification", stream)?;
        }
        (_, None) => {}
    }
    Ok(())
}

fn adapt_index(
    database: &Database,
    table: &TableSpec,
    described: &Value,
    index: &IndexProperties,
) -> anyhow::Result<()> {
    let all = described.get("GlobalSecondaryIndexes").and_then(Value::as_array);
    let has = all.and_then(|all| all.iter().find(|has| has["IndexName"] == index.index_name.as_str()));
    match has {
        Some(has) => {
            let keys = keys(has)?;
            ensure!(
                keys == sorted(&index.key_schema),
                "the key of its index {} is {keys:?}",
                index.index_name
            );
            let shown = has.pointer("/Projection/ProjectionType").and_then(Value::as_str).unwrap_or_default();
            ensure!(
                shown == index.projection.projection_type,
                "its index {} shows {shown}",
                index.index_name
            );
            Ok(())
        }
        None => update(database, table, "GlobalSecondaryIndexUpdates", json!([{ "Create": index }])),
    }
}

fn update(database: &Database, table: &TableSpec, name: &str, value: Value) -> anyhow::Result<()> {
    let mut request = Map::new();
    request.insert("TableName".to_owned(), json!(table.name));
    request.insert("AttributeDefinitions".to_owned(), json!(table.properties.attribute_definitions));
    request.insert(name.to_owned(), value);
    call(&Value::Object(request), |request| database.update_table(request))?;
    Ok(())
}

fn read<T: DeserializeOwned>(from: &Value, name: &str) -> anyhow::Result<T> {
    serde_json::from_value(from.get(name).cloned().unwrap_or(Value::Array(Vec::new())))
        .with_context(|| format!("read {name}"))
}

fn keys(described: &Value) -> anyhow::Result<Vec<KeyElement>> {
    Ok(sorted(&read::<Vec<KeyElement>>(described, "KeySchema")?))
}

fn sorted(keys: &[KeyElement]) -> Vec<KeyElement> {
    let mut keys = keys.to_vec();
    keys.sort();
    keys
}

fn expire(database: &Database, table: &TableSpec) -> anyhow::Result<()> {
    let Some(wanted) = table.properties.time_to_live_specification.as_ref().filter(|wanted| wanted.enabled)
    else {
        return Ok(());
    };
    let described =
        call(&json!({ "TableName": table.name }), |request| database.describe_time_to_live(request))?;
    if described.pointer("/TimeToLiveDescription/AttributeName") == Some(&json!(wanted.attribute_name)) {
        return Ok(());
    }
    let specification = json!({ "AttributeName": wanted.attribute_name, "Enabled": true });
    let request = json!({ "TableName": table.name, "TimeToLiveSpecification": specification });
    call(&request, |request| database.update_time_to_live(request))?;
    Ok(())
}

/// dynoxide's own server, on a port that only the layer in front of it knows.
#[derive(Clone)]
pub(super) struct Forward {
    client: Client<HttpConnector, Full<Bytes>>,
    inner: SocketAddr,
}

impl Forward {
    pub(super) fn start(
        database: Database,
        streams: Streams,
        tasks: &mut JoinSet<()>,
    ) -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let inner = listener.local_addr()?;
        let sweeper = database.clone();
        let (running, ended) = oneshot::channel::<Infallible>();
        // Every call holds the thread until SQLite is done with it, one call at a time: on a thread
        // of its own that stops nobody else, and no two wait for each other.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, database) => {}
                    _ = ended => {}
                }
            });
        })?;
        tasks.spawn(async move {
            let _running = running;
            sweep(sweeper, streams).await;
        });
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), inner })
    }

    /// `body` replaces the one that came with `headers`.
    pub(super) async fn call(&self, headers: &HeaderMap, body: Bytes) -> Result<Reply, BoxError> {
        let uri =
            Uri::builder().scheme("http").authority(self.inner.to_string()).path_and_query("/").build()?;
        let mut request = Request::post(uri).body(Full::new(body))?;
        for (name, value) in headers {
            if !matches!(
                *name,
                header::HOST | header::CONTENT_LENGTH | header::TRANSFER_ENCODING | header::CONNECTION
            ) {
                request.headers_mut().append(name, value.clone());
            }
        }
        let reply = self.client.request(request).await?;
        Ok(reply.map(|body| body.map_err(BoxError::from).boxed_unsync()))
    }
}

async fn serve(listener: std::net::TcpListener, database: Database) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    // Ends only with its thread.
    let _ = dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()).await;
}

async fn sweep(database: Database, streams: Streams) {
    loop {
        let database = database.clone();
        // A failed sweep is tried again with the next one.
        let _ = tokio::task::spawn_blocking(move || database.sweep_ttl().map(drop)).await;
        streams.wake();
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Makes the answer say what the call cost, whether the caller wanted to know or not.
pub(super) fn ask_for_capacity(body: Bytes) -> Bytes {
    const ASK: &[u8] = b"{\"ReturnConsumedCapacity\":\"TOTAL\"";
    let text = body.trim_ascii();
    let asked = text.windows(22).any(|window| window == b"ReturnConsumedCapacity");
    let Some(rest) = text.strip_prefix(b"{").filter(|_| !asked) else { return body };
    let comma: &[u8] = if rest.trim_ascii_start().starts_with(b"}") { b"" } else { b"," };
    Bytes::from([ASK, comma, rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_is_asked_for_once() {
        let ask = |text: &'static str| {
            String::from_utf8(ask_for_capacity(Bytes::from_static(text.as_bytes())).to_vec()).unwrap()
        };
        assert_eq!(ask(r#"{"TableName":"t"}"#), r#"{"ReturnConsumedCapacity":"TOTAL","TableName":"t"}"#);
        assert_eq!(ask("{}"), r#"{"ReturnConsumedCapacity":"TOTAL"}"#);
        assert_eq!(ask(r#"{"ReturnConsumedCapacity":"NONE"}"#), r#"{"ReturnConsumedCapacity":"NONE"}"#);
        assert_eq!(ask("not json"), "not json");
    }
}
