//! What a function says about the records of a batch (`ReportBatchItemFailures`).

use std::collections::BTreeSet;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    batch_item_failures: Option<Vec<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_identifier: String,
}

/// The records that failed.
///
/// An error is an answer that Lambda takes for the failure of the whole batch: it cannot be read,
/// or names a record that is not in the batch.
pub(super) fn failures(answer: &[u8], ids: &[&str]) -> Result<BTreeSet<String>, String> {
    let text = answer.trim_ascii();
    if text.is_empty() || text == b"null" {
        return Ok(BTreeSet::new());
    }
    let Ok(answer) = serde_json::from_slice::<Answer>(text) else {
        // `""` and the like say nothing about records: success, as on Lambda. A broken list does.
        let says_nothing = serde_json::from_slice::<serde_json::Value>(text)
            .is_ok_and(|value| value.get("batchItemFailures").is_none());
        return if says_nothing {
            Ok(BTreeSet::new())
        } else {
            Err("batchItemFailures cannot be read".to_owned())
        };
    };
    let mut failed = BTreeSet::new();
    for item in answer.batch_item_failures.unwrap_or_default() {
        if !ids.contains(&item.item_identifier.as_str()) {
            return Err(format!(
                "batchItemFailures names `{}`, which is not in the batch",
                item.item_identifier
            ));
        }
        failed.insert(item.item_identifier);
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_answers_mean() {
        let all_well =
            ["", "null", "{}", r#""""#, r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#];
        for answer in all_well {
            assert_eq!(failures(answer.as_bytes(), &["a"]), Ok(BTreeSet::new()), "{answer}");
        }
        let one = r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#;
        assert_eq!(failures(one.as_bytes(), &["a", "b"]), Ok(["b".to_owned()].into()));
        let all_failed = [
            one,
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"id":"a"}]}"#,
            "{",
        ];
        for answer in all_failed {
            assert!(failures(answer.as_bytes(), &["a"]).is_err(), "{answer}");
        }
    }
}
