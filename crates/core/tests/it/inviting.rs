//! Joining by an invitation: only who holds one makes the server work.
use crier_core::error::Error;
use crier_core::sessions::Visitor;
use crier_testing::both_engines;

#[test]
fn guessing_invitations_hashes_nothing_and_is_limited_by_address() {
    both_engines(|app| async move {
        let join = |address: &str| {
            let from = Visitor {
                address: address.to_owned(),
                user_agent: String::new(),
                time_zone: String::new(),
            };
            // A password that would be refused first, if it came to hashing it.
            app.join_as_new("guessed", "Eve", "short", from)
        };
        let mut limited = false;
        for _ in 0..12 {
            match join("192.0.2.1").await {
                Err(Error::NotFound("invitation")) if !limited => {}
                Err(Error::Limited { .. }) => limited = true,
                other => panic!("{other:?}"),
            }
        }
        assert!(limited);
        assert!(matches!(join("192.0.2.2").await, Err(Error::NotFound("invitation"))));
    });
}
