//! Processes of this machine. A node that was killed here is seen to be gone at once, without waiting
//! for its lease: the machine's boot, the process namespace, the number and the start of a process
//! name it for ever.
use std::fs;

/// This process; empty where the system does not say.
pub fn here() -> String {
    place()
        .and_then(|place| Some(format!("{place} {}", living(std::process::id())?)))
        .unwrap_or_default()
}

/// Whether this was a process of this machine that has ended. `false` when that cannot be told.
pub fn is_dead(process: &str) -> bool {
    let mut words = process.rsplitn(3, ' ');
    let (Some(started), Some(number), Some(there)) = (words.next(), words.next(), words.next())
    else {
        return false;
    };
    let Ok(number) = number.parse() else { return false };
    place().is_some_and(|place| place == there)
        && living(number).is_none_or(|living| living != format!("{number} {started}"))
}

/// Where process numbers mean what they mean here.
fn place() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), namespace.display()))
}

/// A process's number and when it started, in ticks since the boot; `None` when there is none.
fn living(number: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name stands in parentheses and may hold anything; the state is the first field after it.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let is_zombie = fields.next()? == "Z";
    let started = fields.nth(18)?;
    (!is_zombie).then(|| format!("{number} {started}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives_and_an_ended_one_does_not() {
        let here = here();
        assert!(!is_dead(&here), "{here}");
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let named = format!("{} {}", place().unwrap(), living(child.id()).unwrap());
        assert!(!is_dead(&named));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_dead(&named));
        assert!(!is_dead("") && !is_dead("another-boot pid:[1] 1 2"));
    }
}
