//! House rules that are easier to test than to remember.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot read the tree has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};

use local::template::City;
use tests::city::root;

/// Longest source file, in lines.
const MAX_LINES: usize = 400;

/// All files below `folder` whose names end in one of `endings`, without what is generated.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                let skipped = name.starts_with('.') && name != ".ci";
                if !skipped && !["target", "node_modules", "__pycache__"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn functions() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("functions"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The template, read as the local city reads it.
fn template() -> City {
    let text = read(&root().join("template.yaml"));
    local::city::read_template(&text, "http://localhost", None).unwrap()
}

/// No offence, or a list of them.
fn check(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

#[test]
fn every_function_has_a_resource_samples_and_a_page() {
    let template = template();
    let mut offences = Vec::new();
    for name in functions() {
        if !template.functions.iter().any(|function| function.name == name) {
            offences.push(format!("template.yaml builds no binary {name}"));
        }
        if files(&format!("events/{name}"), &[".json"]).is_empty() {
            offences.push(format!("events/{name} has no sample invocation"));
        }
        if !root().join(format!("docs/functions/{name}.md")).is_file() {
            offences.push(format!("docs/functions/{name}.md is missing"));
        }
    }
    check("every function has a template resource, sample events and a page", &offences);
}

#[test]
fn sample_requests_use_routes_of_the_template() {
    let template = template();
    let routes: Vec<String> =
        template.functions.iter().flat_map(|function| &function.routes).map(ToString::to_string).collect();
    let mut offences = Vec::new();
    for path in files("events", &[".json"]) {
        let sample: serde_json::Value = match serde_json::from_str(&read(&path)) {
            Ok(sample) => sample,
            Err(problem) => {
                offences.push(format!("{}: {problem}", shown(&path)));
                continue;
            }
        };
        let Some(route) = sample["requestContext"]["routeKey"].as_str().or(sample["routeKey"].as_str())
        else {
            continue;
        };
        if !routes.iter().any(|known| known == route) {
            offences.push(format!("{}: {route} is no route of the template", shown(&path)));
        }
    }
    check("samples are real", &offences);
}

#[test]
fn keys_are_built_in_one_file() {
    let mut offences = Vec::new();
    for folder in ["shared/platform/src", "shared/web/src", "shared/domain/src", "functions"] {
        for path in files(folder, &[".rs"]) {
            if path.to_string_lossy().contains("platform/src/keys/") {
                continue;
            }
            for (number, line) in read(&path).lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                // `"case#{id}"`, `split('#')`: a separator of keys in a literal.
                let separates = (code.contains("#{") || code.contains("'#'"))
                    && !["href", "extension", ".find(["].iter().any(|other_use| code.contains(other_use));
                if separates {
                    offences.push(format!("{}:{}: {}", shown(&path), number + 1, line.trim()));
                }
            }
        }
    }
    check("store keys are built and read in shared/platform/src/keys only", &offences);
}

#[test]
fn functions_never_see_functions_and_rules_see_nothing() {
    let mut offences = Vec::new();
    for name in functions() {
        let manifest = read(&root().join(format!("functions/{name}/Cargo.toml")));
        for other in functions().iter().filter(|other| **other != name) {
            if manifest.lines().any(|line| line.starts_with(&format!("{other}."))) {
                offences.push(format!("{name} depends on {other}"));
            }
        }
    }
    let domain = read(&root().join("shared/domain/Cargo.toml"));
    let dependencies = domain.split("[dev-dependencies]").next().unwrap_or_default();
    for forbidden in ["serde", "tokio", "aws", "platform", "web", "tracing"] {
        if dependencies.lines().any(|line| line.starts_with(forbidden)) {
            offences.push(format!("domain depends on {forbidden}"));
        }
    }
    check("dependencies point one way", &offences);
}

#[test]
fn files_are_short_and_finished() {
    let mut offences = Vec::new();
    for path in files(".", &[".rs", ".py"]) {
        let lines = read(&path).lines().count();
        if lines > MAX_LINES {
            offences.push(format!("{}: {lines} lines", shown(&path)));
        }
    }
    // In two halves, so that this file does not find itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["unimpl", "emented!"]].map(|halves| halves.concat());
    for path in files(".", &[".rs", ".py", ".yaml", ".md", ".html", ".css", ".js"]) {
        let text = read(&path);
        for mark in &marks {
            if text.contains(mark.as_str()) {
                offences.push(format!("{}: {mark}", shown(&path)));
            }
        }
    }
    check("files are at most 400 lines and leave nothing undone", &offences);
}

#[test]
fn every_code_of_a_problem_is_described() {
    let described = read(&root().join("openapi.yaml"));
    let is_code =
        |text: &&str| text.len() > 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b"_8".contains(&b));
    let mut offences = Vec::new();
    for source in [
        "shared/domain/src/rejection/mod.rs",
        "shared/domain/src/booking/refusal.rs",
        "shared/domain/src/absence.rs",
        "shared/web/src/trouble.rs",
    ] {
        let text = read(&root().join(source));
        for code in text.split('"').skip(1).step_by(2).filter(is_code) {
            if !described.contains(&format!("            - {code}\n")) {
                offences.push(format!("{source}: {code}"));
            }
        }
    }
    check("openapi.yaml lists every code of a problem", &offences);
}

#[test]
fn nothing_names_one_machine() {
    let home = std::env::var("HOME").unwrap_or_default();
    let here = format!("{}/", root().display());
    let mut offences = Vec::new();
    for path in files(".", &[".rs", ".py", ".yaml", ".md", ".toml", ".json", ".html", ".txt", "check", "run"])
    {
        let text = read(&path);
        for place in [&here, &format!("{home}/")].into_iter().filter(|place| place.len() > 2) {
            if text.contains(place.as_str()) {
                offences.push(format!("{}: {place}", shown(&path)));
            }
        }
    }
    check("no path of one machine", &offences);
}

#[test]
fn the_readme_starts_with_the_two_commands() {
    let readme = read(&root().join("README.md"));
    let start: String = readme.lines().take(20).collect::<Vec<_>>().join("\n");
    let mut offences = Vec::new();
    for command in ["cargo run -p local", "./check"] {
        if !start.contains(command) {
            offences.push(format!("README.md: `{command}` is not in its first 20 lines"));
        }
    }
    check("a newcomer needs two commands", &offences);
}
