//! What happens to a batch of stream records after the function was run on it. No I/O: the caller does it.

use crate::template::StreamSource;

/// Consecutive records of a stream and how often they were tried.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part<R> {
    pub records: Vec<R>,
    pub tries: u32,
}

/// What the function did with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// All of it failed.
    Failed,
    /// Everything before this record is done; it and what follows is to be run again.
    FailedFrom(usize),
}

/// What to do next, in this order.
#[derive(Debug, PartialEq)]
pub(super) struct Next<R> {
    /// Done with: move the position past these.
    pub done: Vec<R>,
    /// Given up: tell the failure queue, then move the position past these.
    pub given_up: Option<Part<R>>,
    /// To be run next, first one first.
    pub again: Vec<Part<R>>,
}

/// Decides.
///
/// Halving does not count as a try, as on Lambda, so that one bad record ends up alone and takes
/// nothing else with it. Halves go on counting from the tries of their whole.
pub(super) fn after<R>(part: Part<R>, outcome: Outcome, source: &StreamSource) -> Next<R> {
    let Part { mut records, tries } = part;
    let (done, rest, tries) = match outcome {
        Outcome::Done => return Next { done: records, given_up: None, again: Vec::new() },
        Outcome::Failed | Outcome::FailedFrom(0) => (Vec::new(), records, tries),
        Outcome::FailedFrom(first) => {
            let rest = records.split_off(first.min(records.len()));
            // There was progress: what is left starts to count anew.
            let again = vec![Part { records: rest, tries: 0 }];
            return Next { done: records, given_up: None, again };
        }
    };
    if source.bisect && rest.len() > 1 {
        let mut first = rest;
        let second = first.split_off(first.len() / 2);
        let again = vec![Part { records: first, tries }, Part { records: second, tries }];
        return Next { done, given_up: None, again };
    }
    let tries = tries.saturating_add(1);
    let part = Part { records: rest, tries };
    if source.maximum_retries.is_some_and(|maximum| tries > maximum) {
        return Next { done, given_up: Some(part), again: Vec::new() };
    }
    Next { done, given_up: None, again: vec![part] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(bisect: bool, maximum_retries: Option<u32>) -> StreamSource {
        StreamSource {
            id: "f.e".to_owned(),
            table: "T".to_owned(),
            from_start: true,
            batch_size: 10,
            window: 0,
            bisect,
            maximum_retries,
            maximum_age: None,
            failure_queue: None,
            filters: Vec::new(),
            partial_failures: true,
        }
    }

    fn part(records: &[u32], tries: u32) -> Part<u32> {
        Part { records: records.to_vec(), tries }
    }

    #[test]
    fn decisions() {
        let halves = after(part(&[1, 2, 3], 0), Outcome::Failed, &source(true, Some(1)));
        assert_eq!(halves.again, [part(&[1], 0), part(&[2, 3], 0)]);
        let again = after(part(&[1], 0), Outcome::Failed, &source(true, Some(1)));
        assert_eq!(again.again, [part(&[1], 1)]);
        let over = after(part(&[1], 1), Outcome::Failed, &source(true, Some(1)));
        assert_eq!(over.given_up, Some(part(&[1], 2)));
        let rest = after(part(&[1, 2, 3], 1), Outcome::FailedFrom(1), &source(true, Some(1)));
        assert_eq!((rest.done, rest.again), (vec![1], vec![part(&[2, 3], 0)]));
        let whole = after(part(&[1, 2], 7), Outcome::FailedFrom(0), &source(false, None));
        assert_eq!(whole.again, [part(&[1, 2], 8)]);
    }

    proptest! {
        /// With some records bad for good: every good one is done, only bad ones are given up,
        /// all in order, and it ends.
        #[test]
        fn only_bad_records_are_given_up(
            bad in proptest::collection::vec(any::<bool>(), 1..40),
            partial: bool,
            retries in 0..4_u32,
        ) {
            let source = source(true, Some(retries));
            let mut open = vec![part(&(0..u32::try_from(bad.len()).unwrap()).collect::<Vec<_>>(), 0)];
            let is_bad = |record: &u32| bad[usize::try_from(*record).unwrap()];
            let (mut passed, mut given_up, mut runs) = (Vec::new(), Vec::new(), 0);
            while !open.is_empty() {
                runs += 1;
                prop_assert!(runs < 2_000);
                let part = open.remove(0);
                let outcome = match part.records.iter().position(is_bad) {
                    None => Outcome::Done,
                    Some(first) if partial => Outcome::FailedFrom(first),
                    Some(_) => Outcome::Failed,
                };
                let next = after(part, outcome, &source);
                passed.extend(next.done);
                if let Some(part) = next.given_up {
                    given_up.extend(part.records.clone());
                    passed.extend(part.records);
                }
                open.splice(0..0, next.again);
            }
            let all = (0..u32::try_from(bad.len()).unwrap()).collect::<Vec<_>>();
            prop_assert_eq!(&passed, &all);
            prop_assert_eq!(given_up, all.into_iter().filter(is_bad).collect::<Vec<_>>());
        }
    }
}
