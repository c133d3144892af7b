//! The checker is checked: every seeded bug must be caught.

use crate::bugs::{Bug, counter};
use crate::exhaustive::{self, Crash};
use crate::random;
use crate::stalls;
use crate::stories;

/// How a bug was caught, if it was.
fn hunt(bug: Bug) -> Option<String> {
    in_stories(bug).or_else(|| in_stalls(bug)).or_else(|| in_schedules(bug))
}

/// Of the crash points of each story, those that leave different worlds behind. A story that is broken
/// off counts as caught: its steps are assertions too.
fn in_stories(bug: Bug) -> Option<String> {
    for (name, story) in stories::ALL {
        let play = |crashes: &[Crash]| {
            let run = std::panic::catch_unwind(|| exhaustive::run(story, crashes, Some(bug)));
            match run {
                Ok(run) => (exhaustive::classes(&run.trace, 0), run.broken.into_iter().next()),
                Err(_) => (Vec::new(), Some("the story could not go on".to_owned())),
            }
        };
        let (points, broken) = play(&[]);
        if let Some(broken) = broken {
            return Some(format!("\"{name}\": {broken}"));
        }
        for (crash, _) in points {
            if let (_, Some(broken)) = play(&[crash]) {
                return Some(format!("\"{name}\" with {crash:?}: {broken}"));
            }
        }
    }
    None
}

fn in_stalls(bug: Bug) -> Option<String> {
    stalls::all().into_iter().find_map(|stall| {
        let run = std::panic::catch_unwind(|| stall.run(Some(bug)));
        let broken = run.unwrap_or_else(|_| vec!["it could not go on".to_owned()]);
        broken.first().map(|broken| format!("{stall:?}: {broken}"))
    })
}

const SEEDS: u64 = 60;

fn in_schedules(bug: Bug) -> Option<String> {
    (0..SEEDS).find_map(|seed| {
        let run = std::panic::catch_unwind(|| random::play(seed, Some(bug)));
        let broken = run.map_or_else(|_| vec!["it could not go on".to_owned()], |run| run.broken);
        broken.first().map(|broken| format!("seed {seed}: {broken}"))
    })
}

#[test]
fn every_seeded_bug_is_caught() {
    let mut missed = Vec::new();
    for bug in Bug::ALL {
        match hunt(bug) {
            Some(how) => println!("{bug:?}: {}", how.chars().take(200).collect::<String>()),
            None => missed.push(bug),
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

/// What the stories of the counter come to with a bug, where the check that is there for it says so.
fn says(bug: Bug, sign: &str) -> Option<String> {
    stories::of_counter().find_map(|(name, story)| {
        // One that cannot go on with the bug has come to nothing that can be checked.
        let run = std::panic::catch_unwind(|| exhaustive::run(story, &[], Some(bug))).ok()?;
        let said = run.broken.into_iter().find(|broken| broken.contains(sign))?;
        Some(format!("\"{name}\": {said}"))
    })
}

#[test]
fn every_seeded_bug_of_the_counter_is_caught_by_the_check_that_is_there_for_it() {
    let mut missed = Vec::new();
    for (bug, sign) in counter::CAUGHT {
        match says(bug, sign) {
            Some(how) => println!("{bug:?}: {}", how.chars().take(200).collect::<String>()),
            None => missed.push((bug, sign)),
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
