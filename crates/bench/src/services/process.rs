//! What processes use, as the kernel counts it.
use anyhow::{Context as _, Result};
use procfs::process::{Process, Stat, all_processes};
use procfs::{CurrentSI as _, KernelStats};

/// CPU seconds of one process: user and system, all threads.
pub fn cpu(pid: u32) -> Result<f64> {
    let stat = open(pid)?.stat()?;
    Ok(seconds(stat.utime + stat.stime))
}

/// CPU seconds of a process with its children, also of those that have ended.
pub fn cpu_of_family(pid: u32) -> Result<f64> {
    let parent = open(pid)?.stat()?;
    let ended = u64::try_from(parent.cutime + parent.cstime).unwrap_or_default();
    let children: u64 = all_processes()?
        // A process may end while the list is read.
        .filter_map(|process| process.ok()?.stat().ok())
        .filter(|child| child.ppid == parent.pid)
        .map(|child: Stat| child.utime + child.stime)
        .sum();
    Ok(seconds(parent.utime + parent.stime + ended + children))
}

/// CPU seconds that all processors of this machine have been busy, for whomever.
pub fn busy() -> Result<f64> {
    let total = KernelStats::current()?.total;
    let interrupts = total.irq.unwrap_or_default() + total.softirq.unwrap_or_default();
    Ok(seconds(total.user + total.nice + total.system + interrupts))
}

/// The most memory a process has held since [`forget_peak`], in megabytes.
pub fn peak_megabytes(pid: u32) -> Result<f64> {
    let kilobytes = open(pid)?.status()?.vmhwm.context("the kernel tells no VmHWM")?;
    Ok(megabytes(kilobytes))
}

/// The memory a process holds now, in kilobytes.
pub fn resident_kilobytes(pid: u32) -> Result<u64> {
    open(pid)?.status()?.vmrss.context("the kernel tells no VmRSS")
}

/// Lets the peak begin anew. Kernels without this go on with the old one.
pub fn forget_peak(pid: u32) {
    drop(std::fs::write(format!("/proc/{pid}/clear_refs"), "5"));
}

fn open(pid: u32) -> Result<Process> {
    Process::new(i32::try_from(pid)?).with_context(|| format!("process {pid} is not there"))
}

#[expect(clippy::cast_precision_loss, reason = "ticks are far below 2^52")]
fn seconds(ticks: u64) -> f64 {
    ticks as f64 / procfs::ticks_per_second() as f64
}

#[expect(clippy::cast_precision_loss, reason = "kilobytes are far below 2^52")]
fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_something() {
        let me = std::process::id();
        assert!(cpu(me).unwrap() <= cpu_of_family(me).unwrap());
        assert!(cpu(me).unwrap() <= busy().unwrap());
        assert!(peak_megabytes(me).unwrap() > 0.5 && resident_kilobytes(me).unwrap() > 500);
        assert!(cpu(u32::MAX / 4).is_err());
    }
}
