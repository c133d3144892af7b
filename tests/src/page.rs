//! An answer of the city: a page with its forms, or JSON.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub path: String,
    pub location: Option<String>,
    pub content_type: String,
    pub body: String,
}

/// A form as the page has it: hidden fields filled in, the rest to be filled.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    pub fields: BTreeMap<String, String>,
}

impl Form {
    /// With one more answer.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl Page {
    /// Fails with what came back unless the status is `expected`.
    pub fn expect(self, expected: u16) -> Result<Self> {
        if self.status == expected {
            return Ok(self);
        }
        let end = self.body.char_indices().nth(2_000).map_or(self.body.len(), |(at, _)| at);
        bail!(
            "{}: {} instead of {expected}: {}",
            self.path,
            self.status,
            self.body.get(..end).unwrap_or_default()
        )
    }

    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("{}: not JSON: {}", self.path, self.body))
    }

    /// The visible text, with runs of white space folded.
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.body);
        let words: Vec<String> = html.root_element().text().map(str::to_owned).collect();
        words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The form that posts to a path ending in `suffix`.
    pub fn form(&self, suffix: &str) -> Result<Form> {
        let html = Html::parse_document(&self.body);
        let found = html
            .select(&selector("form")?)
            .filter(|form| form.attr("method") == Some("post"))
            .find(|form| form.attr("action").is_some_and(|action| action.ends_with(suffix)))
            .with_context(|| format!("{}: no form to …{suffix} in: {}", self.path, self.text()))?;
        let action = found.attr("action").unwrap_or_default().to_owned();
        Ok(Form { action, fields: preset(found)? })
    }

    /// The values offered by the select `name`.
    pub fn options(&self, name: &str) -> Result<Vec<(String, String)>> {
        let html = Html::parse_document(&self.body);
        let option = selector(&format!("select[name={name}] option"))?;
        Ok(html
            .select(&option)
            .map(|option| (option.attr("value").unwrap_or_default().to_owned(), option.text().collect()))
            .collect())
    }
}

/// What a browser would send of a form nobody touched.
fn preset(form: ElementRef<'_>) -> Result<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for input in form.select(&selector("input, textarea, select")?) {
        let Some(name) = input.attr("name") else { continue };
        let kind = input.attr("type").unwrap_or_default();
        let unchecked = matches!(kind, "checkbox" | "radio") && input.attr("checked").is_none();
        if unchecked || matches!(kind, "file" | "submit") {
            continue;
        }
        let value = match input.value().name() {
            "textarea" => input.text().collect(),
            "select" => chosen(input)?,
            _ => input.attr("value").unwrap_or_default().to_owned(),
        };
        fields.insert(name.to_owned(), value);
    }
    Ok(fields)
}

fn chosen(select: ElementRef<'_>) -> Result<String> {
    let option = selector("option")?;
    let mut options = select.select(&option);
    let first = options.clone().next();
    let chosen = options.find(|option| option.attr("selected").is_some()).or(first);
    Ok(chosen.and_then(|option| option.attr("value")).unwrap_or_default().to_owned())
}

fn selector(text: &str) -> Result<Selector> {
    Selector::parse(text).map_err(|problem| anyhow::anyhow!("{text}: {problem}"))
}
