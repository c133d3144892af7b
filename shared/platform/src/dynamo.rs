//! The store on DynamoDB.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};

use crate::config::Config;
use crate::fault::Fault;
use crate::keys::{Key, Plan, Range, Table};
use crate::ports::{Answer, Store};
use crate::row::{Cursor, Expect, MAX_WRITES, Page, Query, Row, Transaction, Write, Written};
use crate::sdk;

/// The tables of this deployment, by what the function was given.
#[derive(Debug, Clone)]
pub struct DynamoStore {
    client: Client,
    names: BTreeMap<Table, String>,
}

impl DynamoStore {
    /// A store over the tables that the configuration must name.
    pub fn new(sdk: &aws_config::SdkConfig, config: &mut Config, tables: &[Table]) -> Self {
        let names = tables.iter().map(|table| (*table, config.required(table.variable()))).collect();
        Self { client: Client::new(sdk), names }
    }

    fn name(&self, table: Table) -> Result<&String, Fault> {
        self.names.get(&table).ok_or_else(|| Fault::Config(format!("no {table:?} table configured")))
    }

    async fn get_row(&self, key: Key) -> Result<Option<Row>, Fault> {
        let request = self
            .client
            .get_item()
            .table_name(self.name(key.table())?)
            .set_key(Some(primary(&key)))
            .consistent_read(true);
        Ok(request.send().await.map_err(sdk::classify)?.item)
    }

    async fn query_rows(&self, query: Query) -> Result<Page, Fault> {
        let plan = query.lookup.plan();
        let (condition, range) = condition(&plan);
        let mut request = self
            .client
            .query()
            .table_name(self.name(plan.table)?)
            .set_index_name(plan.index.map(str::to_owned))
            .consistent_read(plan.index.is_none())
            .scan_index_forward(!plan.newest_first)
            .limit(i32::try_from(query.limit).unwrap_or(i32::MAX))
            .key_condition_expression(condition)
            .expression_attribute_names("#pk", plan.pk.0)
            .expression_attribute_values(":pk", AttributeValue::S(plan.pk.1))
            .set_exclusive_start_key(query.after.map(start));
        if let Some(range) = range {
            request = request
                .expression_attribute_names("#sk", plan.sk)
                .expression_attribute_values(":sk", AttributeValue::S(range));
        }
        let answer = request.send().await.map_err(sdk::classify)?;
        let next = answer.last_evaluated_key.filter(|key| !key.is_empty()).map(end);
        Ok(Page { rows: answer.items.unwrap_or_default(), next })
    }

    async fn write_all(&self, transaction: Transaction) -> Result<Written, Fault> {
        if transaction.writes.is_empty() || transaction.writes.len() > MAX_WRITES {
            return Err(Fault::Corrupt(format!("a transaction of {} writes", transaction.writes.len())));
        }
        // A single write is atomic by itself and costs half of a transaction of one.
        if let [write] = transaction.writes.as_slice() {
            return self.write_one(write.clone()).await;
        }
        let items = transaction.writes.into_iter().map(|write| self.item(write)).collect::<Result<_, _>>()?;
        match self.client.transact_write_items().set_transact_items(Some(items)).send().await {
            Ok(_) => Ok(Written::Done),
            Err(error) => refused(error),
        }
    }

    /// A write by itself: the same as in a transaction, in a request of its own.
    async fn write_one(&self, write: Write) -> Result<Written, Fault> {
        match self.item(write)? {
            TransactWriteItem { put: Some(put), .. } => {
                let request = self
                    .client
                    .put_item()
                    .table_name(put.table_name)
                    .set_item(Some(put.item))
                    .set_condition_expression(put.condition_expression)
                    .set_expression_attribute_values(put.expression_attribute_values)
                    .set_return_values_on_condition_check_failure(
                        put.return_values_on_condition_check_failure,
                    );
                single(request.send().await.map(|_| ()), |error| match error {
                    PutItemError::ConditionalCheckFailedException(failed) => Some(failed),
                    _ => None,
                })
            }
            TransactWriteItem { update: Some(update), .. } => {
                let request = self
                    .client
                    .update_item()
                    .table_name(update.table_name)
                    .set_key(Some(update.key))
                    .update_expression(update.update_expression)
                    .set_expression_attribute_names(update.expression_attribute_names)
                    .set_condition_expression(update.condition_expression);
                single(request.send().await.map(|_| ()), |error| match error {
                    UpdateItemError::ConditionalCheckFailedException(failed) => Some(failed),
                    _ => None,
                })
            }
            TransactWriteItem { delete: Some(delete), .. } => {
                let request = self
                    .client
                    .delete_item()
                    .table_name(delete.table_name)
                    .set_key(Some(delete.key))
                    .set_condition_expression(delete.condition_expression)
                    .set_expression_attribute_values(delete.expression_attribute_values)
                    .set_return_values_on_condition_check_failure(
                        delete.return_values_on_condition_check_failure,
                    );
                single(request.send().await.map(|_| ()), |error| match error {
                    DeleteItemError::ConditionalCheckFailedException(failed) => Some(failed),
                    _ => None,
                })
            }
            _ => Err(Fault::corrupt("a write that is neither put, update nor delete")),
        }
    }

    /// A write as the SDK takes it, with its condition.
    fn item(&self, write: Write) -> Result<TransactWriteItem, Fault> {
        let item = TransactWriteItem::builder();
        Ok(match write {
            Write::Put { key, row, expect } => {
                let (condition, values) = expectation(expect);
                let put = Put::builder()
                    .table_name(self.name(key.table())?)
                    .set_item(Some(row))
                    .set_condition_expression(condition)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
                item.put(put.build().map_err(Fault::corrupt)?)
            }
            Write::Clear { key, attributes } => {
                let (expression, names) = removal(&attributes);
                let update = Update::builder()
                    .table_name(self.name(key.table())?)
                    .set_key(Some(primary(&key)))
                    .update_expression(expression)
                    .set_expression_attribute_names(Some(names))
                    .condition_expression("attribute_exists(pk)");
                item.update(update.build().map_err(Fault::corrupt)?)
            }
            Write::Delete { key, expect } => {
                let (condition, values) = expectation(expect);
                let delete = Delete::builder()
                    .table_name(self.name(key.table())?)
                    .set_key(Some(primary(&key)))
                    .set_condition_expression(condition)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
                item.delete(delete.build().map_err(Fault::corrupt)?)
            }
            Write::Check { key, expect } => {
                let (condition, values) = expectation(expect);
                let check = ConditionCheck::builder()
                    .table_name(self.name(key.table())?)
                    .set_key(Some(primary(&key)))
                    .set_condition_expression(condition)
                    .set_expression_attribute_values(values);
                item.condition_check(check.build().map_err(Fault::corrupt)?)
            }
        }
        .build())
    }
}

impl Store for DynamoStore {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        Box::pin(self.get_row(key))
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        Box::pin(self.query_rows(query))
    }

    fn write(&self, transaction: Transaction) -> Answer<'_, Written> {
        Box::pin(self.write_all(transaction))
    }
}

/// What became of a write by itself; `failed` finds the condition that did not hold in its error.
fn single<E, R>(
    result: Result<(), SdkError<E, R>>,
    failed: fn(&E) -> Option<&ConditionalCheckFailedException>,
) -> Result<Written, Fault>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let Err(error) = result else { return Ok(Written::Done) };
    match error.as_service_error().and_then(failed) {
        Some(refused) => {
            Ok(Written::Refused { index: 0, existing: refused.item.clone().filter(|row| !row.is_empty()) })
        }
        None => Err(sdk::classify(error)),
    }
}

/// Maps a cancelled transaction to the write that was refused, by its place.
fn refused<R>(error: SdkError<TransactWriteItemsError, R>) -> Result<Written, Fault>
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    if let SdkError::ServiceError(service) = &error
        && let TransactWriteItemsError::TransactionCanceledException(cancelled) = service.err()
    {
        return reasons(cancelled.cancellation_reasons());
    }
    Err(sdk::classify(error))
}

fn reasons(reasons: &[CancellationReason]) -> Result<Written, Fault> {
    let failed = |reason: &&CancellationReason| reason.code() == Some("ConditionalCheckFailed");
    if let Some((index, reason)) = reasons.iter().enumerate().find(|(_, reason)| failed(reason)) {
        return Ok(Written::Refused { index, existing: reason.item.clone().filter(|row| !row.is_empty()) });
    }
    let codes: Vec<&str> = reasons.iter().filter_map(CancellationReason::code).collect();
    if codes.contains(&"TransactionConflict") {
        return Err(Fault::Conflict);
    }
    let told = format!("transaction cancelled: {}", codes.join(", "));
    if codes.contains(&"ValidationError") { Err(Fault::Corrupt(told)) } else { Err(Fault::Transient(told)) }
}

fn primary(key: &Key) -> Row {
    Row::from([
        ("pk".to_owned(), AttributeValue::S(key.pk())),
        ("sk".to_owned(), AttributeValue::S(key.sk())),
    ])
}

fn expectation(expect: Expect) -> (Option<String>, Option<Row>) {
    let version = |n: u32| Some(Row::from([(":version".to_owned(), AttributeValue::N(n.to_string()))]));
    match expect {
        Expect::Anything => (None, None),
        Expect::Absent => (Some("attribute_not_exists(pk)".to_owned()), None),
        Expect::Present => (Some("attribute_exists(pk)".to_owned()), None),
        Expect::Version(n) => (Some("version = :version".to_owned()), version(n)),
        Expect::OlderThan(n) => {
            (Some("attribute_not_exists(pk) OR version < :version".to_owned()), version(n))
        }
    }
}

fn removal(attributes: &[&str]) -> (String, std::collections::HashMap<String, String>) {
    let names: Vec<(String, String)> = attributes
        .iter()
        .enumerate()
        .map(|(place, name)| (format!("#a{place}"), (*name).to_owned()))
        .collect();
    let list: Vec<&str> = names.iter().map(|(alias, _)| alias.as_str()).collect();
    (format!("REMOVE {}", list.join(", ")), names.into_iter().collect())
}

fn condition(plan: &Plan) -> (&'static str, Option<String>) {
    match &plan.range {
        Range::All => ("#pk = :pk", None),
        Range::StartsWith(prefix) => ("#pk = :pk AND begins_with(#sk, :sk)", Some(prefix.clone())),
        Range::AtLeast(least) => ("#pk = :pk AND #sk >= :sk", Some(least.clone())),
        Range::AtMost(most) => ("#pk = :pk AND #sk <= :sk", Some(most.clone())),
    }
}

fn start(cursor: Cursor) -> Row {
    cursor.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
}

/// Every key attribute, of tables and indexes, is a string.
fn end(key: Row) -> Cursor {
    let mut cursor: Cursor = key
        .into_iter()
        .filter_map(|(name, value)| value.as_s().ok().cloned().map(|value| (name, value)))
        .collect();
    cursor.sort();
    cursor
}
