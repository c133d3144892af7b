//! Values in the JSON of providers, each by its JSON pointer. What is not exactly of its kind is absent:
//! no rounding, no guessing.

use domain::money::Twd;
use jiff::Timestamp;
use serde_json::Value;

/// Longest id of a provider that is kept.
const LONGEST_ID: usize = 255;

/// A body as JSON. A number of up to 20 digits stays exact.
pub fn read(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

pub fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}

/// An id: a text without spaces or unprintable signs, or a whole number, whose 19 digits some write
/// without quotes.
pub fn id(value: &Value, pointer: &str) -> Option<String> {
    let id = match value.pointer(pointer)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    is_id(&id).then_some(id)
}

/// Whether a text can be the id of anything.
pub fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// An amount in whole dollars: a number without a fraction.
pub fn dollars(value: &Value, pointer: &str) -> Option<Twd> {
    value.pointer(pointer)?.as_u64()?.try_into().ok().map(Twd)
}

/// An amount in hundredths of a dollar that comes to whole dollars.
pub fn cents(value: &Value, pointer: &str) -> Option<Twd> {
    let cents = value.pointer(pointer)?.as_u64()?;
    if cents % 100 == 0 { (cents / 100).try_into().ok().map(Twd) } else { None }
}

/// An amount as hundredths.
pub fn as_cents(amount: Twd) -> u64 {
    u64::from(amount.0) * 100
}

/// An instant of ISO 8601 with its offset.
pub fn instant(value: &Value, pointer: &str) -> Option<Timestamp> {
    text(value, pointer)?.parse().ok()
}

/// An instant in seconds since 1970.
pub fn second(value: &Value, pointer: &str) -> Option<Timestamp> {
    Timestamp::from_second(value.pointer(pointer)?.as_i64()?).ok()
}

/// The elements of a list; none when it is absent or no list.
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use domain::money::Twd;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_keep_every_digit() {
        let value =
            read(br#"{"a": 2021121300698360310, "b": "9223372036854775807", "c": 18446744073709551615}"#)
                .unwrap();
        for (pointer, digits) in
            [("/a", "2021121300698360310"), ("/b", "9223372036854775807"), ("/c", "18446744073709551615")]
        {
            assert_eq!(id(&value, pointer).as_deref(), Some(digits));
        }
        let bad = json!({"a": 1.5, "b": -1, "c": "", "d": "a b", "e": "a\r\nb", "f": "規", "g": null, "h": "a".repeat(256)});
        for pointer in ["/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i"] {
            assert_eq!(id(&bad, pointer), None, "{pointer}");
        }
        assert_eq!(id(&read(b"[18446744073709551616]").unwrap(), "/0"), None);
    }

    #[test]
    fn amounts_are_whole_dollars_or_absent() {
        let value =
            json!([300, "300", 300.0, -300, 4_294_967_296_u64, 429_496_729_500_u64, 429_496_729_600_u64, 50]);
        let read: Vec<_> =
            (0..8).map(|i| (dollars(&value, &format!("/{i}")), cents(&value, &format!("/{i}")))).collect();
        assert_eq!(read[0], (Some(Twd(300)), Some(Twd(3))));
        for i in [1, 2, 3, 4] {
            assert_eq!(read[i], (None, None), "{i}");
        }
        assert_eq!(read[5], (None, Some(Twd(u32::MAX))));
        assert_eq!(read[6], (None, None));
        assert_eq!(read[7], (Some(Twd(50)), None));
    }

    #[test]
    fn instants_have_an_offset_and_a_range() {
        let value = json!([
            "2026-11-23T02:06:26.988Z",
            "2026-11-23T02:06:26",
            "soon",
            1_795_399_200,
            i64::MIN,
            i64::MAX,
            1.5
        ]);
        assert_eq!(instant(&value, "/0").unwrap().to_string(), "2026-11-23T02:06:26.988Z");
        assert_eq!(second(&value, "/3").unwrap().to_string(), "2026-11-23T02:00:00Z");
        for pointer in ["/1", "/2", "/3"] {
            assert_eq!(instant(&value, pointer), None, "{pointer}");
        }
        for pointer in ["/0", "/4", "/5", "/6"] {
            assert_eq!(second(&value, pointer), None, "{pointer}");
        }
    }

    proptest! {
        #[test]
        fn hundredths_read_back(amount: u32) {
            prop_assert_eq!(cents(&json!(as_cents(Twd(amount))), ""), Some(Twd(amount)));
        }
    }
}
