//! The two servers: the gateway with the sample school, and a Postfix of our own in a temporary folder.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::sink;

/// A server that relays to the sink.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    pub(crate) process: u32,
    child: Child,
    _folder: TempDir,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.process.to_string()).status();
        let _ = self.child.wait();
    }
}

/// The gateway, and Postfix where it can be started.
pub(crate) fn all(sink: u16) -> Vec<Peer> {
    let mut peers = vec![gateway(sink)];
    match postfix(sink) {
        Ok(postfix) => peers.push(postfix),
        Err(why) => println!("no comparison with Postfix: {why}"),
    }
    peers
}

fn gateway(sink: u16) -> Peer {
    let folder = TempDir::new().unwrap();
    let port = free_port();
    let school = folder.path().join("directory");
    fs::create_dir(&school).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/school/directory");
    for file in fs::read_dir(sample).unwrap().flatten() {
        fs::copy(file.path(), school.join(file.file_name())).unwrap();
    }
    let sample = fs::read_to_string(school.join("pupils.csv")).unwrap();
    fs::write(school.join("pupils.csv"), sample + &roll(1_200)).unwrap();
    let config = format!(
        "[receive]\nlisten = [\"127.0.0.1:{port}\"]\n[next_hop]\nhost = \"127.0.0.1\"\nport = {sink}\ntls = \"none\"\n\
         [[school]]\nname = \"Oakfield Primary School\"\ndomains = [\"oakfield.sch.uk\"]\n\
         directory = \"directory\"\nmode = \"enforce\"\nreviewers = [\"dpo@oakfield.sch.uk\"]\n"
    );
    let file = folder.path().join("gateway.toml");
    fs::write(&file, config).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .args(["serve", "--config"])
        .arg(&file)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sink::wait_until_open(port);
    Peer {
        name: "schoolgate",
        port,
        process: child.id(),
        child,
        _folder: folder,
    }
}

/// Invented pupils as further rows of the sample's, none of whose names is a word of the messages.
fn roll(pupils: usize) -> String {
    let part = |number: usize| ["bek", "dov", "fis", "gaz", "hul", "jor", "kem", "lux"][number % 8];
    let row = |number: usize| {
        let (a, b, c, d) = (
            part(number),
            part(number / 8),
            part(number / 64),
            part(number / 512),
        );
        let (day, place) = (number % 28 + 1, 13_000 + number);
        format!(",{place},{a}{b},{c}{d}{a},,,{day:02}/03/2016,5,5 Ash,,,\n")
    };
    (0..pupils).map(row).collect()
}

/// Postfix as Debian ships it, but for its folders, its port and its relay host.
fn postfix(sink: u16) -> Result<Peer, String> {
    if !Path::new("/usr/sbin/postfix").exists() {
        return Err("the package postfix is not installed".to_owned());
    }
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let (root, port) = (folder.path(), free_port());
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).map_err(|e| e.to_string())?;
    for name in ["etc", "queue", "data"] {
        fs::create_dir(root.join(name)).map_err(|e| e.to_string())?;
    }
    let owned = Command::new("chown")
        .arg("postfix")
        .arg(root.join("data"))
        .status();
    if !owned.is_ok_and(|status| status.success()) {
        return Err("its folders cannot be given to it: be root".to_owned());
    }
    let at = root.display();
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
         command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\n\
         setgid_group = postdrop\nmaillog_file = {at}/log\nmaillog_file_prefixes = {at}\n\
         myhostname = relay.test\nmydestination =\nlocal_recipient_maps =\nalias_maps =\n\
         local_transport = error:no local delivery\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
         mynetworks = 127.0.0.0/8\nrelayhost = [127.0.0.1]:{sink}\nsmtp_dns_support_level = disabled\n\
         message_size_limit = 104857600\nmailbox_size_limit = 0\n"
    );
    fs::write(root.join("etc/main.cf"), main).map_err(|e| e.to_string())?;
    let shipped =
        fs::read_to_string("/usr/share/postfix/master.cf.dist").map_err(|e| e.to_string())?;
    let line = format!("127.0.0.1:{port} inet n - n - - smtpd\n");
    let services: Vec<String> = shipped.lines().filter_map(service).collect();
    let services = services.join("\n");
    fs::write(root.join("etc/master.cf"), format!("{services}\n{line}"))
        .map_err(|e| e.to_string())?;
    let etc = root.join("etc");
    let made = Command::new("/usr/sbin/postfix")
        .arg("-c")
        .arg(&etc)
        .arg("check")
        .output();
    let child = Command::new("/usr/lib/postfix/sbin/master")
        .arg("-c")
        .arg(&etc)
        .arg("-d")
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{error}; {made:?}"))?;
    sink::wait_until_open(port);
    Ok(Peer {
        name: "Postfix",
        port,
        process: child.id(),
        child,
        _folder: folder,
    })
}

/// A service as it is shipped, without its chroot, which a temporary folder does not have; not the one on port 25.
fn service(line: &str) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    match fields.as_slice() {
        [first, ..] if first.starts_with('#') => None,
        ["smtp", "inet", ..] => None,
        [name, kind, private, unprivileged, "y", rest @ ..] => {
            let rest = rest.join(" ");
            Some(format!("{name} {kind} {private} {unprivileged} n {rest}"))
        }
        _ => Some(line.to_owned()),
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
