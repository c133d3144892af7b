//! The frame of every page of the desk. No scripts, nothing from elsewhere.

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1b2733;--soft:#5b6b7a;--line:#d8dfe6;--paper:#fff;--back:#f3f6f8;--mark:#0b6e6e}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9fb0bf;--line:#33414d;--paper:#18212a;--back:#10171d;--mark:#5cc8c0}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.6 system-ui,'Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif}
header{background:var(--paper);border-bottom:1px solid var(--line)}
header nav,main{max-width:60rem;margin:0 auto;padding:.8rem 1.2rem}
header a{margin-right:1.2rem}
h1{font-size:1.5rem;margin:1.2rem 0 .6rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
a{color:var(--mark)}[lang=en]{color:var(--soft);font-size:.9em}
table{width:100%;border-collapse:collapse;background:var(--paper);border:1px solid var(--line)}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:600;white-space:nowrap}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;margin:.6rem 0}
.people{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.7rem}
.people a{display:block;background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;text-decoration:none;color:inherit}
.people a:hover,.people a:focus{border-color:var(--mark);outline:2px solid var(--mark)}
.people strong{display:block;color:var(--mark)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font:inherit}
code{font-family:ui-monospace,monospace;font-size:.9em}
iframe{width:100%;height:28rem;border:1px solid var(--line);border-radius:.5rem;background:#fff}
button{font:inherit;padding:.35rem .9rem;border:1px solid var(--mark);border-radius:.4rem;background:none;color:var(--mark);cursor:pointer}
form{display:inline-block;margin:.2rem .4rem .2rem 0}
";

/// A document.
pub(super) fn layout(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html><html lang=\"zh-Hant-TW\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><header><nav><a href=\"/\">市民網站 <span lang=en>Site</span></a>\
         <a href=\"/_local/\">本機城市 <span lang=en>Local city</span></a>\
         <a href=\"/_local/mail\">信箱 <span lang=en>Mail</span></a>\
         <a href=\"/_local/pay\">金流測試 <span lang=en>Payments</span></a></nav></header>\
         <main><h1>{title}</h1>{body}</main></body></html>"
    )
}

/// Text for an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Milliseconds since the epoch, in the time of Taipei, which has no summer time.
pub(super) fn taipei(at_ms: i64) -> String {
    let eight_hours = 8 * 3_600_000;
    jiff::Timestamp::from_millisecond(at_ms.saturating_add(eight_hours))
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_tells_time() {
        assert_eq!(escape("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
        assert_eq!(taipei(0), "1970-01-01 08:00:00");
    }
}
