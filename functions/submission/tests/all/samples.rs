//! The sample invocations, one per route, are answered.

use crate::support::City;

#[test]
fn every_sample_invocation_is_answered() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/submission");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 40, "one sample per route");
    for name in names {
        let text = std::fs::read_to_string(&name).unwrap();
        let text = text.replace("sample-session", &crate::support::token(crate::support::LIN));
        let answer = City::new().event(&serde_json::from_str(&text).unwrap());
        let expected = match name.file_stem().unwrap().to_str().unwrap() {
            "apply" | "paid" | "paid-by-form" => 303,
            "api-new-draft" | "api-submit" => 201,
            "cases" | "api-cases" => 200,
            // What they name does not exist in an empty city.
            _ => 404,
        };
        assert_eq!(answer.status, expected, "{}: {}", name.display(), answer.text);
    }
}

#[test]
fn every_api_route_is_described() {
    let description = include_str!("../../../../openapi.yaml");
    for route in crate::refusals::ROUTES {
        let Some((method, path)) = route.split_once(" /api") else { continue };
        let from = description.find(&format!("\n  {path}:\n")).unwrap_or_else(|| panic!("{path}"));
        let paths = &description[from + 1..];
        let block = paths.find("\n  /").map_or(paths, |end| &paths[..end]);
        assert!(block.contains(&format!("\n    {}:\n", method.to_lowercase())), "{route}");
    }
}
