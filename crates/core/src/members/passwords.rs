//! Passwords: argon2id with its recommended parameters, on threads that may block.
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::App;
use crate::clock::random;
use crate::error::{Error, Result};

/// Hashes made at once: each takes 19 MiB and a core, and sign-in must not crowd out the rest.
const AT_ONCE: usize = 2;
/// Characters.
const SHORTEST: usize = 10;
/// Bytes: more would only be work for us.
const LONGEST: usize = 1024;

/// What an unknown e-mail's password is compared with, so that it takes the same time as a known
/// one's. It has the parameters of [`hash_password`].
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZGVjb3lkZWNveWRlY295$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The gate that hashing goes through.
pub struct Passwords {
    gate: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { gate: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// Does the work on a thread that may block, once there is a place. The place belongs to the
    /// work: whoever hangs up must not let another in while their own hash is still being made.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let stopped = || Error::Unavailable("passwords are not checked while stopping".into());
        let place = self.gate.clone().acquire_owned().await.map_err(|_| stopped())?;
        let held = move || {
            let _place = place;
            work()
        };
        tokio::task::spawn_blocking(held).await.map_err(|_| stopped())
    }
}

/// Whether a password may be chosen.
///
/// # Errors
/// [`Error::Invalid`] when it has fewer than 10 characters or more than 1,024 bytes.
pub fn check_password(password: &str) -> Result<()> {
    if password.chars().count() < SHORTEST {
        return Err(Error::invalid("password", "must have at least 10 characters"));
    }
    if password.len() > LONGEST {
        return Err(Error::invalid("password", "must have at most 1024 bytes"));
    }
    Ok(())
}

/// The hash to store. Takes about 50 ms of one core: faces call [`App::hash_password`].
///
/// # Errors
/// Those of [`check_password`].
pub fn hash_password(password: &str) -> Result<String> {
    check_password(password)?;
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &random::<16>())
        .map_err(|error| Error::Internal(format!("a password could not be hashed: {error}")))?;
    Ok(hash.to_string())
}

/// Whether this is the password of a stored hash.
pub fn password_is(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

impl App {
    /// The hash to store for a chosen password.
    ///
    /// # Errors
    /// Those of [`check_password`].
    pub async fn hash_password(&self, password: String) -> Result<String> {
        check_password(&password)?;
        self.passwords.run(move || hash_password(&password)).await?
    }

    /// Whether the password is that of `hash`; without a hash it takes as long and says no.
    pub(crate) async fn password_is(&self, hash: Option<String>, password: String) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DECOY.to_owned());
        let fits = self
            .passwords
            .run(move || password.len() <= LONGEST && password_is(&hash, &password))
            .await?;
        Ok(known && fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password() {
        let hash = hash_password("correct horse").unwrap();
        assert!(password_is(&hash, "correct horse"));
        assert!(!password_is(&hash, "correct hors"));
        assert!(!password_is("", "correct horse"));
        assert!(hash_password("too short").is_err());
    }

    #[test]
    fn who_hangs_up_keeps_their_place_until_the_work_is_done() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let passwords = Passwords::default();
            let (end, ended) = std::sync::mpsc::channel::<()>();
            let work = passwords.run(move || ended.recv());
            let moment = std::time::Duration::from_millis(20);
            tokio::time::timeout(moment, work).await.unwrap_err();
            assert_eq!(passwords.gate.available_permits(), AT_ONCE - 1);
            end.send(()).unwrap();
            let all = passwords.gate.acquire_many(u32::try_from(AT_ONCE).unwrap());
            drop(tokio::time::timeout(moment * 500, all).await.unwrap().unwrap());
        });
    }

    /// A decoy of other parameters would tell by its time that an e-mail is unknown.
    #[test]
    fn the_decoy_costs_what_a_real_hash_costs() {
        let real = hash_password("correct horse").unwrap();
        let (real, decoy) = (PasswordHash::new(&real).unwrap(), PasswordHash::new(DECOY).unwrap());
        assert_eq!(real.algorithm, decoy.algorithm);
        assert_eq!(real.params, decoy.params);
        assert_eq!(real.hash.map(|hash| hash.len()), decoy.hash.map(|hash| hash.len()));
    }
}
