//! What every implementation of a port keeps. The memory ones are held to it in this crate, the real
//! ones in the tests against the services of the local city.
//!
//! Every check works on rows, messages and objects of its own, so that all can run on one service.

mod others;
mod queries;
mod rows;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{CaseId, DraftId, EventId, PersonId, RequestId, Version};
use platform::keys::Key;
use platform::ports::Store;
use platform::row::{Expect, Row, Transaction, Written};

pub use others::{mailer, messenger, objects, queue};

/// Holds `store` to everything the product relies on.
pub async fn store(store: &dyn Store) {
    rows::what_is_put_is_got(store).await;
    rows::each_expectation_holds_or_not(store).await;
    rows::a_transaction_is_all_or_nothing(store).await;
    rows::the_first_failure_is_named(store).await;
    rows::attributes_can_be_cleared(store).await;
    rows::rows_can_be_deleted(store).await;
    rows::what_cannot_be_written_is_no_conflict(store).await;
    queries::a_record_comes_in_order_and_in_pages(store).await;
    queries::a_prefix_leaves_the_rest_out(store).await;
    queries::an_index_holds_what_has_its_attributes(store).await;
    queries::an_index_pages_through_equal_keys(store).await;
    queries::an_index_can_be_read_from_a_day_on(store).await;
    queries::the_outbox_has_keys_only(store).await;
    queries::newest_first_pages_backwards(store).await;
    queries::a_list_goes_on_after_a_named_case(store).await;
    queries::money_waits_oldest_first_and_goes_on(store).await;
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn number(value: u32) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The rows of one check: named by the check, so that no two meet.
struct Names(PersonId);

impl Names {
    fn of(check: &str) -> Self {
        Self(PersonId::of_subject("contract", check))
    }

    fn case(&self, place: u8) -> CaseId {
        CaseId::of_request(self.0, RequestId::from_bytes([place; 16]))
    }

    fn draft(&self, place: u8) -> Key {
        Key::Draft(self.0, DraftId::from_bytes([place; 16]))
    }

    fn event(&self, case: u8, seq: u32) -> Key {
        Key::Event(EventId { case: self.case(case), seq: Version(seq) })
    }
}

/// A row at `key` with some attributes.
fn row(key: &Key, attributes: &[(&str, AttributeValue)]) -> Row {
    let mut row = Row::from([("pk".to_owned(), text(&key.pk())), ("sk".to_owned(), text(&key.sk()))]);
    row.extend(attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    row
}

async fn put(store: &dyn Store, key: &Key, attributes: &[(&str, AttributeValue)]) -> Row {
    let row = row(key, attributes);
    let put = Transaction::default().put(key.clone(), row.clone(), Expect::Anything);
    assert_eq!(store.write(put).await.unwrap(), Written::Done);
    row
}

async fn get(store: &dyn Store, key: &Key) -> Option<Row> {
    store.get(key.clone()).await.unwrap()
}

#[cfg(test)]
mod tests {
    use crate::faults::run;
    use crate::objects::MemoryObjects;
    use crate::samples;
    use crate::world::World;

    #[test]
    fn the_store_in_memory_keeps_the_contract() {
        let world = World::new(samples::morning(), 0);
        run(&world.gate, super::store(&*world.store)).unwrap();
    }

    #[test]
    fn the_queue_in_memory_keeps_the_contract() {
        let world = World::new(samples::morning(), 0);
        let queue = &world.notifications;
        let drain = async || queue.receive(10, 0).into_iter().map(|message| message.body).collect();
        run(&world.gate, super::queue(&**queue, drain)).unwrap();
    }

    #[test]
    fn the_mailer_in_memory_keeps_the_contract() {
        let world = World::new(samples::morning(), 0);
        let sent = async || world.mailer.sent().into_iter().map(|sent| (sent.message, sent.mail)).collect();
        run(&world.gate, super::mailer(&*world.mailer, sent)).unwrap();
    }

    #[test]
    fn the_gateway_in_memory_keeps_the_contract() {
        let world = World::new(samples::morning(), 0);
        let sent = async || world.messenger.sent().into_iter().map(|sent| (sent.message, sent.sms)).collect();
        run(&world.gate, super::messenger(&*world.messenger, sent)).unwrap();
    }

    #[test]
    fn the_objects_in_memory_keep_the_contract() {
        let world = World::new(samples::morning(), 0);
        let objects: &MemoryObjects = &world.objects;
        let upload = async |signed: platform::ports::SignedUpload, body: Vec<u8>| {
            let content_type =
                signed.headers.iter().find(|(name, _)| name == "content-type").unwrap().1.clone();
            objects.upload(&signed.url, &content_type, &body)
        };
        run(&world.gate, super::objects(objects, upload)).unwrap();
    }
}
