//! What the system knows of the process, by the names that all programs with metrics have for it.

use log::debug;
use procfs::process::{LimitValue, Process};
use procfs::{ProcResult, WithCurrentSystemInfo};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// Adds it; where the system does not tell, nothing.
pub(super) fn register(registry: &mut Registry) {
    if let Err(error) = try_register(registry) {
        debug!("reading what the system knows of the process: {error}");
    }
}

fn try_register(registry: &mut Registry) -> ProcResult<()> {
    let process = Process::myself()?;
    let (stat, ticks) = (process.stat()?, procfs::ticks_per_second() as f64);
    let cpu_seconds = (stat.utime + stat.stime) as f64 / ticks;
    let (open_files, limits) = (process.fd_count()? as u64, process.limits()?);
    let mut gauge = |name: &str, help: &str, value: u64| registry.register(name, help, ConstGauge::new(value));
    gauge("process_resident_memory_bytes", "Memory that the process has in RAM", stat.rss_bytes().get());
    gauge("process_virtual_memory_bytes", "Address space that the process has", stat.vsize);
    gauge("process_threads", "Threads of the process", u64::try_from(stat.num_threads).unwrap_or_default());
    gauge("process_open_fds", "Files and connections that the process has open", open_files);
    if let LimitValue::Value(most) = limits.max_open_files.soft_limit {
        gauge("process_max_fds", "Files and connections that it may have open", most);
    }
    registry.register("process_cpu_seconds", "Time of all cores that the process took", ConstCounter::new(cpu_seconds));
    // A sandbox may show of /proc the processes alone.
    if let Ok(boot) = procfs::boot_time_secs() {
        let started_at = ConstGauge::new(boot as f64 + stat.starttime as f64 / ticks);
        registry.register("process_start_time_seconds", "When the process started, as Unix time", started_at);
    }
    Ok(())
}
