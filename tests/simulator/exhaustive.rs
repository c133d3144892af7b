//! Every story with the process killed before and after each of its port calls, singly and in pairs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use testkit::faults::Act;

use crate::bugs::Bug;
use crate::city::City;
use crate::invariants;
use crate::stories::{self, Story};

/// Where the process is killed: at which call, and whether before or after it takes effect.
pub type Crash = (u64, Act);

const BOTH: [Act; 2] = [Act::CrashBefore, Act::CrashAfter];

/// What a story came to.
pub struct Run {
    /// How many port calls there were.
    pub calls: u64,
    /// How many of the crashes happened.
    pub crashed: usize,
    pub broken: Vec<String>,
}

/// Runs a story with these crashes, brings everything to rest and checks it.
pub fn run(story: fn(&mut City), crashes: &[Crash], bug: Option<Bug>) -> Run {
    let mut city = City::new(1, bug);
    let planned: BTreeMap<u64, Act> = crashes.iter().copied().collect();
    city.world.gate.reset();
    city.world.gate.record();
    city.world.gate.follow(move |number, _| planned.get(&number).copied().unwrap_or(Act::Pass));
    story(&mut city);
    let calls = city.world.gate.calls();
    let rested = city.rest();
    let crashed = city.world.gate.trace().iter().filter(|(_, act)| *act != Act::Pass).count();
    let mut broken = invariants::check(&city);
    if !rested {
        broken.push("10: it never comes to rest".to_owned());
    }
    Run { calls, crashed, broken }
}

fn complain(name: &str, crashes: &[Crash], run: &Run) {
    assert!(run.broken.is_empty(), "\"{name}\" with {crashes:?}:\n{}", run.broken.join("\n"));
}

/// What was covered of one story.
struct Covered {
    calls: u64,
    points: usize,
    single: usize,
    pairs: usize,
    met: usize,
}

/// Pairs of one crash and every crash after it.
fn pairs_from((name, story): Story, first: Crash, calls: u64) -> (usize, usize) {
    let (mut pairs, mut met) = (0, 0);
    for second in first.0 + 1..=calls {
        for act in BOTH {
            let crashes = [first, (second, act)];
            let run = run(story, &crashes, None);
            complain(name, &crashes, &run);
            pairs += 1;
            met += usize::from(run.crashed == 2);
        }
    }
    (pairs, met)
}

fn cover(story: Story, with_pairs: bool) -> Covered {
    let (name, play) = story;
    let base = run(play, &[], None);
    complain(name, &[], &base);
    let crashes: Vec<Crash> = (1..=base.calls).flat_map(|at| BOTH.map(|act| (at, act))).collect();
    let covered = Covered { calls: base.calls, points: crashes.len(), single: 0, pairs: 0, met: 0 };
    let next = AtomicUsize::new(0);
    let worker = || {
        let (mut single, mut pairs, mut met) = (0, 0, 0);
        while let Some(crash) = crashes.get(next.fetch_add(1, Ordering::Relaxed)) {
            let run = run(play, &[*crash], None);
            complain(name, &[*crash], &run);
            single += run.crashed;
            if with_pairs {
                let (run_pairs, run_met) = pairs_from(story, *crash, run.calls);
                pairs += run_pairs;
                met += run_met;
            }
        }
        (single, pairs, met)
    };
    let counts = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no violation")).collect::<Vec<_>>()
    });
    counts.into_iter().fold(covered, |sum, (single, pairs, met)| Covered {
        single: sum.single + single,
        pairs: sum.pairs + pairs,
        met: sum.met + met,
        ..sum
    })
}

fn report(name: &str, covered: &Covered) {
    let Covered { calls, points, single, pairs, met } = covered;
    println!("{name}: {calls} calls; crash points {single}/{points}; pairs {met}/{pairs}");
}

#[test]
fn stories_end_well_when_nothing_fails() {
    for (name, story) in stories::ALL {
        complain(name, &[], &run(story, &[], None));
    }
}

#[test]
fn every_crash_point_of_every_story_is_survived() {
    for story in stories::ALL {
        let covered = cover(story, false);
        report(story.0, &covered);
        assert_eq!(covered.single, covered.points, "every crash happened");
    }
}
