//! Every story with the process killed before and after each of its port calls, singly and, but for the
//! longest, in pairs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::attendance::{Duty, Half};
use jiff::civil::date;
use platform::codec::attendance::{Judged, encode_judged};
use platform::keys::Key;
use testkit::faults::{Act, Passed};

use crate::bugs::Bug;
use crate::city::City;
use crate::invariants;
use crate::stories;

/// Where the process is killed: at which call, and whether before or after it takes effect.
pub type Crash = (u64, Act);

const BOTH: [Act; 2] = [Act::CrashBefore, Act::CrashAfter];

/// What a story came to.
pub struct Run {
    /// Every port call from the beginning until everything was at rest.
    pub trace: Vec<Passed>,
    pub broken: Vec<String>,
}

/// Runs a story with these crashes, brings everything to rest and checks it.
pub fn run(story: fn(&mut City), crashes: &[Crash], bug: Option<Bug>) -> Run {
    play(City::new(1, bug), story, crashes)
}

/// The same in a city whose inboxes have been looked after for good: what a missed look leads to touches no
/// case, and each of its crash points is played alone.
fn run_attended(story: fn(&mut City), crashes: &[Crash]) -> Run {
    let city = City::new(1, None);
    let far = Duty { day: date(2099, 12, 31), half: Half::Afternoon };
    let judged = encode_judged(&Judged { since: far, until: far, version: 1 }).expect("a row");
    city.world.store.plant(&Key::DutiesJudged, judged);
    play(city, story, crashes)
}

fn play(mut city: City, story: fn(&mut City), crashes: &[Crash]) -> Run {
    let planned: BTreeMap<u64, Act> = crashes.iter().copied().collect();
    city.world.gate.reset();
    city.world.gate.record();
    city.world.gate.follow(move |number, _| planned.get(&number).copied().unwrap_or(Act::Pass));
    story(&mut city);
    let rested = city.rest();
    let mut broken = invariants::check(&city);
    if !rested {
        broken.push("10: it never comes to rest".to_owned());
    }
    Run { trace: city.world.gate.trace(), broken }
}

/// Every place after call `after` where the process can be killed.
fn points(trace: &[Passed], after: u64) -> Vec<Crash> {
    (1..).zip(trace).filter(|(at, _)| *at > after).flat_map(|(at, _)| BOTH.map(|act| (at, act))).collect()
}

/// The points that leave different worlds behind, and how many points each stands for. Between two
/// effects of one process it makes no difference where it dies: all it knew is lost either way.
pub fn classes(trace: &[Passed], after: u64) -> Vec<(Crash, usize)> {
    let mut classes: BTreeMap<(u64, u64), (Crash, usize)> = BTreeMap::new();
    let (mut process, mut effects) = (0, 0);
    for (number, call) in (1..).zip(trace) {
        if call.process != process {
            (process, effects) = (call.process, 0);
        }
        for act in BOTH {
            effects += u64::from(act == Act::CrashAfter && call.site.is_effect());
            if number > after {
                classes.entry((process, effects)).or_insert(((number, act), 0)).1 += 1;
            }
        }
    }
    classes.into_values().collect()
}

fn complain(name: &str, crashes: &[Crash], run: &Run) {
    assert!(run.broken.is_empty(), "\"{name}\" with {crashes:?}:\n{}", run.broken.join("\n"));
    let died = run.trace.iter().filter(|passed| passed.act != Act::Pass).count();
    assert_eq!(died, crashes.len(), "\"{name}\": every planned crash happened");
}

/// Does `job` with every one of `things`, on as many threads as there are processors.
fn on_all_processors<T: Sync>(things: &[T], job: impl Fn(&T) -> usize + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut sum = 0;
        while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum += job(thing);
        }
        sum
    };
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no violation")).sum()
    })
}

#[test]
fn stories_end_well_when_nothing_fails() {
    for (name, story) in stories::ALL {
        complain(name, &[], &run(story, &[], None));
    }
}

#[test]
fn every_crash_point_of_every_story_is_survived() {
    let (mut covered, mut existing) = (0, 0);
    for (name, story) in stories::ALL {
        let points = points(&run(story, &[], None).trace, 0);
        let survived = on_all_processors(&points, |crash| {
            complain(name, &[*crash], &run(story, &[*crash], None));
            1
        });
        println!("{name}: {} calls, crash points {survived}/{}", points.len() / 2, points.len());
        covered += survived;
        existing += points.len();
    }
    println!("crash points covered/existing: {covered}/{existing}");
}

#[test]
fn every_pair_of_crashes_is_survived() {
    let (mut covered, mut runs) = (0, 0);
    for (name, story) in stories::ALL.into_iter().take(stories::IN_PAIRS) {
        let firsts = classes(&run_attended(story, &[]).trace, 0);
        let played = AtomicUsize::new(0);
        let pairs = on_all_processors(&firsts, |(first, likes)| {
            let alone = run_attended(story, &[*first]);
            let seconds = classes(&alone.trace, first.0);
            for (second, _) in &seconds {
                let crashes = [*first, *second];
                complain(name, &crashes, &run_attended(story, &crashes));
            }
            played.fetch_add(seconds.len(), Ordering::Relaxed);
            likes * seconds.iter().map(|(_, likes)| likes).sum::<usize>()
        });
        let played = played.into_inner();
        println!("{name}: {pairs}/{pairs} pairs, in {played} that differ");
        covered += pairs;
        runs += played;
    }
    println!("pairs covered/existing: {covered}/{covered}, in {runs} that differ");
}
