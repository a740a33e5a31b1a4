//! A temporary PostgreSQL cluster for the whole run: found on the machine, made by `initdb`, reached by a socket.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The cluster, once it runs.
static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

struct Cluster {
    bin: PathBuf,
    socket: PathBuf,
}

/// The address of a fresh, empty database.
///
/// Panics, saying why, if PostgreSQL was asked for and isn't there.
pub fn database() -> String {
    let cluster = CLUSTER
        .get_or_init(start)
        .as_ref()
        .expect("PostgreSQL was asked for, but its programs are not on this machine");
    let name = format!("hall{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let made = Command::new(cluster.bin.join("createdb"))
        .args(["-h", &cluster.socket.to_string_lossy(), "-U", "test", &name])
        .status()
        .unwrap();
    assert!(made.success(), "createdb failed");
    let socket: String = url_encoded(&cluster.socket);
    format!("postgres://test@{socket}/{name}")
}

fn url_encoded(path: &Path) -> String {
    path.to_string_lossy().replace('/', "%2F")
}

/// Where PostgreSQL's programs are, if they are on this machine.
fn find() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    versions.into_iter().rev().find(|bin| bin.join("initdb").exists())
}

/// A command that doesn't run as root, as PostgreSQL demands.
fn unprivileged(program: &Path) -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
    command
}

fn start() -> Option<Cluster> {
    let bin = find()?;
    // The server outlives this process's handle on it, so the directory is left to the watcher below to remove.
    let dir = std::env::temp_dir().join(format!("huiguan-postgres-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let mut mode = std::fs::metadata(&dir).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o777);
    std::fs::set_permissions(&dir, mode).unwrap();
    let data = dir.join("data");
    let made = unprivileged(&bin.join("initdb"))
        .args(["-U", "test", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8", "-D"])
        .arg(&data)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "initdb failed");
    let mut server = unprivileged(&bin.join("postgres"));
    server.arg("-D").arg(&data).arg("-k").arg(&dir).args([
        "-c",
        "listen_addresses=",
        "-c",
        "fsync=off",
        "-c",
        "synchronous_commit=off",
        "-c",
        "full_page_writes=off",
        "-c",
        "max_connections=400",
        "-c",
        "logging_collector=off",
    ]);
    let mut child = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    watch(child.id(), &dir);
    for _ in 0..200 {
        let ready = Command::new(bin.join("pg_isready")).arg("-q").arg("-h").arg(&dir).status().unwrap();
        if ready.success() {
            return Some(Cluster { bin, socket: dir });
        }
        assert!(child.try_wait().unwrap().is_none(), "PostgreSQL ended at once");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("PostgreSQL didn't come up");
}

/// Ends the cluster and removes its directory when this process has gone, however it went.
fn watch(server: u32, dir: &Path) {
    let script = format!(
        "while kill -0 {} 2>/dev/null; do sleep 1; done; kill -INT {server} 2>/dev/null; sleep 2; rm -rf '{}'",
        std::process::id(),
        dir.display()
    );
    Command::new("sh")
        .arg("-c")
        .arg(script)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
}
