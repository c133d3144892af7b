//! Messages as rows of the store.

use rusqlite::{Transaction, params};

use super::queue::Message;

pub(super) fn insert(to: &Transaction<'_>, queue: &str, message: &Message) -> rusqlite::Result<()> {
    let attributes = serde_json::to_string(&message.attributes).unwrap_or_default();
    to.prepare_cached("INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?.execute(
        params![
            message.seq,
            queue,
            message.id,
            message.body,
            attributes,
            message.sent_at,
            message.visible_at,
            message.receives,
            message.first_received_at,
            message.source,
        ],
    )?;
    Ok(())
}

pub(super) fn update(to: &Transaction<'_>, message: &Message) -> rusqlite::Result<()> {
    to.prepare_cached(
        "UPDATE messages SET visible_at = ?2, receives = ?3, first_received_at = ?4 WHERE seq = ?1",
    )?
    .execute(params![message.seq, message.visible_at, message.receives, message.first_received_at])?;
    Ok(())
}

pub(super) fn remove(to: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    to.prepare_cached("DELETE FROM messages WHERE seq = ?1")?.execute([seq])?;
    Ok(())
}

pub(super) fn load(from: &rusqlite::Connection) -> rusqlite::Result<Vec<(String, Message)>> {
    let mut all = from.prepare("SELECT * FROM messages ORDER BY seq")?;
    let rows = all.query_map([], |row| {
        let attributes: String = row.get(4)?;
        let message = Message {
            seq: row.get(0)?,
            id: row.get(2)?,
            body: row.get(3)?,
            attributes: serde_json::from_str(&attributes).unwrap_or_default(),
            sent_at: row.get(5)?,
            visible_at: row.get(6)?,
            receives: row.get(7)?,
            first_received_at: row.get(8)?,
            source: row.get(9)?,
        };
        Ok((row.get(1)?, message))
    })?;
    rows.collect()
}
