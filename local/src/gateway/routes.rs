//! Which function answers: the most specific route wins, `$default` last, as API Gateway chooses.

use std::collections::BTreeMap;

use super::encoding::decode_path;
use crate::template::{City, Route};

/// All routes of the city.
#[derive(Debug, Default)]
pub struct Routes {
    entries: Vec<Entry>,
    /// The function that takes what no route is for.
    default: Option<String>,
}

#[derive(Debug)]
struct Entry {
    method: String,
    path: String,
    segments: Vec<Segment>,
    function: String,
}

/// In the order of preference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Fixed(String),
    /// `{name}`
    One(String),
    /// `{name+}`
    Rest(String),
}

/// The route of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub function: String,
    /// `GET /cases/{case}`, as the template writes it.
    pub key: String,
    /// Decoded.
    pub parameters: BTreeMap<String, String>,
}

impl Routes {
    /// The routes of a template.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let mut routes = Self::default();
        for function in &city.functions {
            for route in &function.routes {
                match route {
                    Route::Path { method, path } => routes.add(method, path, &function.name),
                    Route::Default => routes.default = Some(function.name.clone()),
                }
            }
        }
        routes
    }

    fn add(&mut self, method: &str, path: &str, function: &str) {
        let segments = parts(path).map(segment).collect();
        self.entries.push(Entry {
            method: method.to_owned(),
            path: path.to_owned(),
            segments,
            function: function.to_owned(),
        });
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Option<Found> {
        let given = parts(path).collect::<Vec<_>>();
        let best = self
            .entries
            .iter()
            .filter(|entry| entry.method == method || entry.method == "ANY")
            .filter_map(|entry| Some((entry, matched(&entry.segments, &given)?)))
            .min_by_key(|(entry, _)| (kinds(&entry.segments), entry.method == "ANY"));
        match best {
            Some((entry, parameters)) => Some(Found {
                function: entry.function.clone(),
                key: format!("{} {}", entry.method, entry.path),
                parameters,
            }),
            None => self.default.clone().map(|function| Found {
                function,
                key: Route::Default.to_string(),
                parameters: BTreeMap::new(),
            }),
        }
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn segment(text: &str) -> Segment {
    match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Rest(name.to_owned()),
            None => Segment::One(name.to_owned()),
        },
        None => Segment::Fixed(text.to_owned()),
    }
}

/// The specificity of a route: position by position, fixed before one before rest.
fn kinds(segments: &[Segment]) -> Vec<u8> {
    segments
        .iter()
        .map(|segment| match segment {
            Segment::Fixed(_) => 0,
            Segment::One(_) => 1,
            Segment::Rest(_) => 2,
        })
        .collect()
}

fn matched(segments: &[Segment], given: &[&str]) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    let mut rest = given;
    for segment in segments {
        if let Segment::Rest(name) = segment {
            let value = rest.join("/");
            if value.is_empty() {
                return None;
            }
            parameters.insert(name.clone(), decode_path(&value));
            return Some(parameters);
        }
        let (part, after) = rest.split_first()?;
        match segment {
            Segment::Fixed(text) if *text != decode_path(part) => return None,
            Segment::One(_) if part.is_empty() => return None,
            Segment::One(name) => {
                parameters.insert(name.clone(), decode_path(part));
            }
            Segment::Fixed(_) | Segment::Rest(_) => {}
        }
        rest = after;
    }
    rest.is_empty().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str, default: Option<&str>) -> String {
        let mut routes = Routes { default: default.map(str::to_owned), ..Routes::default() };
        for route in [
            "GET /",
            "GET /things/{thing}",
            "GET /things/all",
            "POST /things/{thing}",
            "ANY /things/{thing}",
            "GET /things/{thing}/parts/{part}",
            "GET /{proxy+}",
        ] {
            let (method, path) = route.split_once(' ').unwrap();
            routes.add(method, path, "f");
        }
        match routes.find(method, path) {
            Some(found) => {
                let parameters = found.parameters.iter().map(|(name, value)| format!(" {name}={value}"));
                format!("{}{}", found.key, parameters.collect::<String>())
            }
            None => "none".to_owned(),
        }
    }

    #[test]
    fn the_most_specific_route_wins() {
        let cases = [
            ("GET", "/", "GET /"),
            ("POST", "/", "none"),
            ("GET", "/things/all", "GET /things/all"),
            ("GET", "/things/a", "GET /things/{thing} thing=a"),
            ("POST", "/things/a", "POST /things/{thing} thing=a"),
            ("PUT", "/things/a", "ANY /things/{thing} thing=a"),
            ("GET", "/things/a/parts/b", "GET /things/{thing}/parts/{part} part=b thing=a"),
            ("GET", "/things/a/other", "GET /{proxy+} proxy=things/a/other"),
            ("GET", "/things/%E7%A8%BB%20%2F", "GET /things/{thing} thing=稻 /"),
            ("GET", "/things/", "GET /{proxy+} proxy=things/"),
            ("PUT", "/things/", "none"),
        ];
        for (method, path, expected) in cases {
            assert_eq!(find(method, path, None), expected, "{method} {path}");
            let or_default = if expected == "none" { "$default" } else { expected };
            assert_eq!(find(method, path, Some("f")), or_default, "{method} {path}");
        }
    }
}
