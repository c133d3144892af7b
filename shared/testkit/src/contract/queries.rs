//! Queries: order, ranges, pages, and sparse indexes.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::case::State;
use domain::id::AgencyCode;
use jiff::Timestamp;
use jiff::civil::date;
use platform::keys::{self, Key, Lookup};
use platform::ports::Store;
use platform::reports;
use platform::row::{Query, Row, Transaction};

use super::{Names, number, put, text};

fn attribute<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

/// Every row of a lookup, `limit` a page, and how many pages there were.
async fn all(store: &dyn Store, lookup: Lookup, limit: u32) -> (Vec<Row>, usize) {
    let mut query = Query::first(lookup, limit);
    let (mut rows, mut pages) = (Vec::new(), 0);
    loop {
        let page = store.query(query.clone()).await.unwrap();
        assert!(page.rows.len() <= usize::try_from(limit).expect("a limit"), "a page keeps its limit");
        rows.extend(page.rows);
        pages += 1;
        assert!(pages < 100, "pages without an end");
        query.after = page.next;
        if query.after.is_none() {
            return (rows, pages);
        }
    }
}

async fn sort_keys(store: &dyn Store, lookup: Lookup, limit: u32) -> Vec<String> {
    let (rows, _) = all(store, lookup, limit).await;
    rows.iter().map(|row| attribute(row, "sk").to_owned()).collect()
}

pub async fn a_record_comes_in_order_and_in_pages(store: &dyn Store) {
    let names = Names::of("record");
    for seq in [10, 2, 1, 9] {
        put(store, &names.event(1, seq), &[]).await;
    }
    let case = names.case(1);
    put(store, &Key::Case(case), &[("version", number(10))]).await;
    put(store, &names.event(2, 1), &[]).await;
    let expected = ["case", "event#000001", "event#000002", "event#000009", "event#000010"];
    for limit in 1..=6 {
        assert_eq!(sort_keys(store, Lookup::Record(case), limit).await, expected, "{limit} a page");
    }
    let (_, pages) = all(store, Lookup::Record(case), 2).await;
    assert!(pages >= 3, "five rows, two a page, in {pages} pages");
    assert_eq!(all(store, Lookup::Record(names.case(9)), 5).await, (vec![], 1));
}

pub async fn a_prefix_leaves_the_rest_out(store: &dyn Store) {
    let agency: AgencyCode = "contract".parse().expect("an agency code");
    let names = Names::of("prefix");
    let staff = Key::AgencyStaff(agency.clone(), names.0);
    put(store, &Key::Agency(agency.clone()), &[]).await;
    put(store, &staff, &[]).await;
    assert_eq!(sort_keys(store, Lookup::Staff(agency), 10).await, [staff.sk()]);
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("an instant")
}

fn due(shard: u8, second: i64) -> Vec<(&'static str, AttributeValue)> {
    vec![("due_shard", text(&keys::shard_name(shard))), ("due_at", text(&keys::sortable(at(second))))]
}

async fn due_cases(store: &dyn Store, shard: u8, until: i64) -> Vec<String> {
    let (rows, _) = all(store, Lookup::Due { shard, until: at(until) }, 2).await;
    rows.iter().map(|row| attribute(row, "pk").to_owned()).collect()
}

pub async fn an_index_holds_what_has_its_attributes(store: &dyn Store) {
    let names = Names::of("due");
    let shard = 90;
    let key = |place| Key::Case(names.case(place));
    put(store, &key(1), &due(shard, 30)).await;
    put(store, &key(2), &due(shard, 10)).await;
    put(store, &key(3), &due(shard, 20)).await;
    put(store, &key(4), &[]).await;
    put(store, &key(5), &due(shard + 1, 10)).await;
    assert_eq!(due_cases(store, shard, 9).await, Vec::<String>::new());
    assert_eq!(due_cases(store, shard, 20).await, [key(2).pk(), key(3).pk()], "the bound is within");
    assert_eq!(due_cases(store, shard, 99).await, [key(2).pk(), key(3).pk(), key(1).pk()]);

    put(store, &key(2), &due(shard, 40)).await;
    put(store, &key(3), &[]).await;
    assert_eq!(due_cases(store, shard, 99).await, [key(1).pk(), key(2).pk()], "moved, and left");
    store.write(Transaction::default().delete(key(1))).await.unwrap();
    assert_eq!(due_cases(store, shard, 99).await, [key(2).pk()]);
}

pub async fn an_index_pages_through_equal_keys(store: &dyn Store) {
    let names = Names::of("ties");
    let shard = 92;
    for place in 1..=7 {
        put(store, &Key::Case(names.case(place)), &due(shard, 5)).await;
    }
    for limit in 1..=8 {
        let (rows, _) = all(store, Lookup::Due { shard, until: at(5) }, limit).await;
        let mut cases: Vec<&str> = rows.iter().map(|row| attribute(row, "pk")).collect();
        cases.sort_unstable();
        cases.dedup();
        assert_eq!((cases.len(), rows.len()), (7, 7), "{limit} a page: each once");
    }
}

pub async fn an_index_can_be_read_from_a_day_on(store: &dyn Store) {
    let names = Names::of("open");
    let shard = 94;
    for (place, until) in [(1, Some(date(2026, 11, 20))), (2, Some(date(2026, 11, 23))), (3, None)] {
        let open = [
            ("open_shard", text(&keys::shard_name(shard))),
            ("open_until", text(&keys::day_sort(until))),
            ("body", text("a long text")),
        ];
        put(store, &Key::Case(names.case(place)), &open).await;
    }
    for (from, expected) in [(20, vec![1, 2, 3]), (21, vec![2, 3]), (23, vec![2, 3]), (24, vec![3])] {
        let lookup = Lookup::Open { shard, from: date(2026, 11, from) };
        let (rows, _) = all(store, lookup, 1).await;
        let found: Vec<&str> = rows.iter().map(|row| attribute(row, "pk")).collect();
        let expected: Vec<String> = expected.iter().map(|place| Key::Case(names.case(*place)).pk()).collect();
        assert_eq!(found, expected, "from the {from}th on, that day within");
        assert!(rows.iter().all(|row| !row.contains_key("body")), "keys only");
    }
}

pub async fn the_outbox_has_keys_only(store: &dyn Store) {
    let names = Names::of("outbox");
    let (shard, key) = (93, names.event(1, 1));
    let outbox = [
        ("outbox_shard", text(&keys::shard_name(shard))),
        ("outbox_at", text(&keys::sortable(at(1)))),
        ("body", text("a long text")),
    ];
    put(store, &key, &outbox).await;
    let (rows, _) = all(store, Lookup::Outbox { shard, until: at(1) }, 10).await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    let mut attributes: Vec<&str> = row.keys().map(String::as_str).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["outbox_at", "outbox_shard", "pk", "sk"]);
    assert_eq!((attribute(row, "pk"), attribute(row, "sk")), (&*key.pk(), &*key.sk()));

    let clear = Transaction::default().clear(key, vec!["outbox_shard", "outbox_at"]);
    store.write(clear).await.unwrap();
    assert!(all(store, Lookup::Outbox { shard, until: at(1) }, 10).await.0.is_empty());
}

pub async fn newest_first_pages_backwards(store: &dyn Store) {
    let names = Names::of("mine");
    let mut expected = Vec::new();
    for place in 1..=5 {
        let key = Key::WorkItem(names.case(place));
        let mine = [
            ("applicant", text(&names.0.to_string())),
            ("applicant_at", text(&keys::sortable(at(i64::from(place))))),
        ];
        put(store, &key, &mine).await;
        expected.insert(0, key.pk());
    }
    for limit in 1..=6 {
        let (rows, _) = all(store, Lookup::Mine(names.0), limit).await;
        let cases: Vec<&str> = rows.iter().map(|row| attribute(row, "pk")).collect();
        assert_eq!(cases, expected, "{limit} a page");
    }
}

pub async fn money_waits_oldest_first_and_goes_on(store: &dyn Store) {
    let names = Names::of("money");
    let agency: AgencyCode = "contract-money".parse().expect("an agency code");
    // Two of them since the same instant: each is on exactly one page all the same.
    let since = [(1, 30), (2, 10), (3, 20), (4, 20)];
    for (place, second) in since {
        let work = [("money", text(&agency.to_string())), ("money_since", text(&keys::sortable(at(second))))];
        put(store, &Key::WorkItem(names.case(place)), &work).await;
    }
    let mut found = Vec::new();
    let mut after = None;
    for _ in 0..=since.len() {
        let lookup = Lookup::MoneyToCheck(agency.clone());
        let page = store.query(Query { lookup, limit: 1, after }).await.unwrap();
        let Some(row) = page.rows.first() else { break };
        let place =
            since.iter().find(|(place, _)| Key::WorkItem(names.case(*place)).pk() == attribute(row, "pk"));
        let (place, second) = place.expect("a case of ours");
        found.push(*place);
        after = Some(reports::money_after(&agency, at(*second), names.case(*place)));
    }
    assert_eq!((found.first(), found.last(), found.len()), (Some(&2), Some(&1), 4), "{found:?}");
}

pub async fn a_list_goes_on_after_a_named_case(store: &dyn Store) {
    let names = Names::of("work");
    let agency: AgencyCode = "contract-work".parse().expect("an agency code");
    let state = State::Received;
    let mut expected = Vec::new();
    for place in 1..=4 {
        let (case, day) = (names.case(place), date(2026, 12, 20));
        let work = [
            ("queue", text(&keys::work_queue(&agency, state))),
            ("queue_due", text(&keys::queue_due(Some(day), case))),
        ];
        put(store, &Key::WorkItem(case), &work).await;
        expected.push((keys::queue_due(Some(day), case), case));
    }
    expected.sort();
    let after = reports::work_after(&agency, state, Some(date(2026, 12, 20)), expected[1].1);
    let lookup = Lookup::Work { agency, state };
    let page = store.query(Query { lookup, limit: 10, after: Some(after) }).await.unwrap();
    let rest: Vec<&str> = page.rows.iter().map(|row| attribute(row, "queue_due")).collect();
    assert_eq!(rest, [&expected[2].0, &expected[3].0]);
}
