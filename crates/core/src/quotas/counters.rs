//! The counters in memory: what the database had, and what has come since.
use std::collections::HashMap;

use crier_schema::ids::AccountId;

/// One counter of a day: the account's day and the call's path.
pub(super) type Key = (i32, &'static str);

/// Something counted that the database does not have yet: whose, which, how often.
pub(super) type Unstored = (AccountId, i32, &'static str, i64);

#[derive(Debug, Default)]
struct Counter {
    /// What the database has; absent until it was asked.
    stored: Option<i64>,
    /// What is on its way there.
    leaving: i64,
    /// What is not.
    added: i64,
}

/// What came of counting one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// It counts.
    Taken,
    /// It would be one too many.
    Full,
    /// The database must be asked first.
    Unknown,
}

/// All counters of a process.
#[derive(Debug, Default)]
pub(super) struct Counters(HashMap<AccountId, HashMap<Key, Counter>>);

impl Counters {
    /// Counts one more, unless that is past `limit`; 0 is no limit.
    pub fn take(&mut self, account: AccountId, key: Key, limit: i64) -> Counted {
        let counter = self.0.entry(account).or_default().entry(key).or_default();
        let Some(stored) = counter.stored else { return Counted::Unknown };
        if limit > 0 && stored + counter.leaving + counter.added >= limit {
            return Counted::Full;
        }
        counter.added += 1;
        Counted::Taken
    }

    /// Learns what the database has.
    pub fn learn(&mut self, account: AccountId, key: Key, stored: i64) {
        self.0.entry(account).or_default().entry(key).or_default().stored = Some(stored);
    }

    /// Takes out what the database does not have, in an order that is the same on every node.
    pub fn leave(&mut self) -> Vec<Unstored> {
        let mut leaving = Vec::new();
        for (account, counters) in &mut self.0 {
            for ((day, path), counter) in counters {
                if counter.added > 0 && counter.leaving == 0 {
                    counter.leaving = std::mem::take(&mut counter.added);
                    leaving.push((*account, *day, *path, counter.leaving));
                }
            }
        }
        leaving.sort_unstable();
        leaving
    }

    /// What left has arrived, and the database now has so much; or it has not, and is still here.
    pub fn arrived(&mut self, left: &Unstored, stored: Option<i64>) {
        let (account, day, path, _) = left;
        let counter = self.0.get_mut(account).and_then(|counters| counters.get_mut(&(*day, *path)));
        let Some(counter) = counter else { return };
        let leaving = std::mem::take(&mut counter.leaving);
        match stored {
            Some(stored) => counter.stored = Some(stored),
            None => counter.added += leaving,
        }
    }

    /// What the database has may have changed.
    pub fn forget(&mut self, account: AccountId) {
        for counter in self.0.get_mut(&account).into_iter().flat_map(HashMap::values_mut) {
            counter.stored = None;
        }
    }

    /// As [`Self::forget`], of every account.
    pub fn forget_all(&mut self) {
        for counter in self.0.values_mut().flat_map(HashMap::values_mut) {
            counter.stored = None;
        }
    }

    /// What was counted and not stored no longer counts: of one path, or of all.
    pub fn clear(&mut self, account: AccountId, path: Option<&str>) {
        for ((_, counted), counter) in self.0.get_mut(&account).into_iter().flatten() {
            if path.is_none_or(|path| path == *counted) {
                counter.added = 0;
            }
        }
    }

    /// Drops what is stored of the days before this one.
    pub fn keep_since(&mut self, day: i32) {
        self.0.retain(|_, counters| {
            let open = |counter: &Counter| counter.added + counter.leaving > 0;
            counters.retain(|(of, _), counter| *of >= day || open(counter));
            !counters.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: AccountId = AccountId(7);
    const KEY: Key = (1, "/a");

    #[test]
    fn what_is_on_its_way_counts() {
        let mut counters = Counters::default();
        assert_eq!(counters.take(ME, KEY, 3), Counted::Unknown);
        counters.learn(ME, KEY, 1);
        assert_eq!(counters.take(ME, KEY, 3), Counted::Taken);
        let left = counters.leave();
        assert_eq!(left, [(ME, 1, "/a", 1)]);
        assert_eq!(counters.take(ME, KEY, 3), Counted::Taken);
        assert_eq!(counters.take(ME, KEY, 3), Counted::Full);
        assert!(counters.leave().is_empty(), "one journey at a time");
        counters.arrived(&left[0], None);
        assert_eq!(counters.leave(), [(ME, 1, "/a", 2)]);
    }

    #[test]
    fn a_day_that_is_over_goes_once_it_is_stored() {
        let mut counters = Counters::default();
        counters.learn(ME, KEY, 0);
        counters.take(ME, KEY, 0);
        counters.keep_since(2);
        let left = counters.leave();
        assert_eq!(left.len(), 1);
        counters.arrived(&left[0], Some(1));
        counters.keep_since(2);
        assert!(counters.0.is_empty());
    }
}
