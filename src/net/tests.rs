//! The client against small servers on loopback that answer what a script says.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::error::Retry;

/// A server that hands each request's head to a script and sends what it gives; `None` means: never answer.
struct Server {
    at: SocketAddr,
    connections: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
}

type Script = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

impl Server {
    async fn start(script: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (connections, heads) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let script: Arc<Script> = Arc::new(script);
        let (counted, kept) = (Arc::clone(&connections), Arc::clone(&heads));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&kept)));
            }
        });
        Self { at, connections, heads }
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.at)).unwrap()
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Reads head and body of each request on a connection and sends the script's answer.
async fn serve(mut stream: TcpStream, script: Arc<Script>, heads: Arc<Mutex<Vec<String>>>) {
    let mut read = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            let mut some = [0; 4096];
            match stream.read(&mut some).await {
                Ok(n) if n > 0 => read.extend_from_slice(&some[..n]),
                _ => return,
            }
        };
        let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
        while read.len() < end + length.unwrap_or(0) {
            let mut some = [0; 4096];
            match stream.read(&mut some).await {
                Ok(n) if n > 0 => read.extend_from_slice(&some[..n]),
                _ => return,
            }
        }
        read.drain(..end + length.unwrap_or(0));
        heads.lock().unwrap().push(head.clone());
        match script(&head) {
            Some(answer) => {
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
            None => std::future::pending().await,
        }
    }
}

fn answer(status: &str, fields: &str, body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{fields}\r\n", body.len()).into_bytes();
    whole.extend_from_slice(body);
    Some(whole)
}

fn redirect(to: &str) -> Option<Vec<u8>> {
    answer("302 Found", &format!("Location: {to}\r\n"), b"")
}

fn options(allowed: &str, timeout_ms: u64) -> Options {
    Options {
        user_agent: "Huiguan/test (+http://localhost)".to_owned(),
        allow_networks: allowed.split_whitespace().map(|net| net.parse().unwrap()).collect(),
        timeout: Duration::from_millis(timeout_ms),
        per_host_max: 4,
    }
}

/// A client that may speak with loopback.
fn net() -> Net {
    Net::new(options("127.0.0.1/32", 20_000)).unwrap()
}

/// A client whose name server is made up.
fn net_with_names(allowed: &str, names: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> Net {
    Net::with_names(options(allowed, 20_000), Names::Made(Arc::new(names))).unwrap()
}

fn none(_: &Url) -> Result<Vec<(String, String)>> {
    Ok(Vec::new())
}

async fn get(net: &Net, url: &Url) -> Result<Answer> {
    net.get(url, "application/activity+json", 1000, &none).await
}

fn retry_of(result: Result<Answer>) -> (Retry, String) {
    match result {
        Err(Error::Remote { retry, reason, .. }) => (retry, reason),
        other => panic!("expected a remote failure, got {other:?}"),
    }
}

#[tokio::test]
async fn an_answer_has_status_headers_body_and_address() {
    let server = Server::start(|_| answer("404 Not Found", "X-Two: a\r\nX-Two: b\r\nETag: \"x\"\r\n", b"gone")).await;
    let got = get(&net(), &server.url("/a?b#c")).await.unwrap();
    assert_eq!((got.status, got.body.as_slice(), got.is_success()), (404, b"gone".as_slice(), false));
    assert_eq!(got.url, server.url("/a?b"));
    assert_eq!(got.header("etag"), Some("\"x\""));
    assert_eq!((got.header("X-Two"), got.header("x-none")), (Some("a"), None));
    let head = &server.heads()[0];
    assert!(head.starts_with("get /a?b http/1.1\r\n"), "{head}");
    assert!(head.contains("accept: application/activity+json\r\n"));
    assert!(head.contains("user-agent: huiguan/test (+http://localhost)\r\n"));
    assert!(head.contains(&format!("host: {}\r\n", server.at)), "{head}");
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start(|_| answer("202 Accepted", "", b"")).await;
    let net = net();
    for _ in 0..5 {
        let fields = vec![("Signature".to_owned(), "x".to_owned())];
        assert_eq!(net.post(&server.url("/inbox"), fields, "{}".into()).await.unwrap().status, 202);
        assert_eq!(get(&net, &server.url("/")).await.unwrap().status, 202);
    }
    assert_eq!(server.connections(), 1);
    assert!(server.heads()[0].contains("signature: x\r\n"));
}

#[tokio::test]
async fn redirects_are_followed_with_headers_of_their_own() {
    let server = Server::start(|head| match head {
        head if head.starts_with("get /0 ") => redirect("/1"),
        head if head.starts_with("get /1 ") => redirect("2?x#y"),
        _ => answer("200 OK", "", b"here"),
    })
    .await;
    let per_hop = |url: &Url| Ok(vec![("Target".to_owned(), url.path().to_owned())]);
    let got = net().get(&server.url("/0"), "*/*", 1000, &per_hop).await.unwrap();
    assert_eq!((got.url, got.body.as_slice()), (server.url("/2?x"), b"here".as_slice()));
    for (head, target) in server.heads().iter().zip(["/0", "/1", "/2"]) {
        assert!(head.contains(&format!("target: {target}\r\n")), "{head}");
    }
}

#[tokio::test]
async fn five_redirects_pass_and_six_do_not() {
    let server = Server::start(|head| {
        let left: usize = head["get /".len()..].split(' ').next().unwrap().parse().unwrap();
        if left == 0 { answer("200 OK", "", b"") } else { redirect(&format!("/{}", left - 1)) }
    })
    .await;
    assert_eq!(get(&net(), &server.url("/5")).await.unwrap().status, 200);
    assert_eq!(server.heads().len(), 6);
    assert_eq!(retry_of(get(&net(), &server.url("/6")).await), (Retry::Never, "too many redirects".to_owned()));
    assert_eq!(server.heads().len(), 12);
}

#[tokio::test]
async fn a_redirect_to_where_we_may_not_go_is_refused() {
    for (target, reason) in [
        ("http://127.0.0.2/", "refused address"),
        ("http://169.254.169.254/latest/meta-data", "refused address"),
        ("http://[::ffff:10.0.0.1]/", "refused address"),
        ("https://2130706434/", "refused address"),
        ("http://8.8.8.8/", "refused address"),
        ("file:///etc/passwd", "refused scheme file"),
        ("https://user:secret@example.com/", "refused: credentials in the address"),
        ("http://[", "redirect to no address"),
    ] {
        let server = Server::start(move |_| redirect(target)).await;
        assert_eq!(retry_of(get(&net(), &server.url("/")).await), (Retry::Never, reason.to_owned()), "{target}");
        assert_eq!(server.heads().len(), 1);
    }
}

#[tokio::test]
async fn a_post_follows_no_redirect() {
    let server = Server::start(|_| answer("307 Temporary Redirect", "Location: /b\r\n", b"")).await;
    assert_eq!(net().post(&server.url("/a"), Vec::new(), "".into()).await.unwrap().status, 307);
    assert_eq!(server.heads().len(), 1);
}

#[tokio::test]
async fn addresses_are_refused_in_every_spelling() {
    let net = Net::new(options("", 20_000)).unwrap();
    for url in [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://１２７.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1]/",
        "https://0/",
        "https://localhost/",
        "https://LOCALHOST:444/",
    ] {
        let (retry, reason) = retry_of(get(&net, &Url::parse(url).unwrap()).await);
        assert_eq!((retry, reason.as_str()), (Retry::Never, "refused address"), "{url}");
    }
    let plain = retry_of(get(&net, &Url::parse("http://example.com/").unwrap()).await);
    assert_eq!(plain, (Retry::Never, "refused: plain http".to_owned()));
}

#[tokio::test]
async fn a_body_is_read_up_to_the_limit() {
    let server = Server::start(|head| match head {
        head if head.starts_with("get /error") => answer("500 Oh", "", &[b'x'; 5000]),
        head if head.starts_with("get /just") => answer("200 OK", "", &[b'x'; 1000]),
        head if head.starts_with("post ") => answer("200 OK", "", &[b'x'; 100_000]),
        _ => answer("200 OK", "", &[b'x'; 1001]),
    })
    .await;
    assert_eq!(get(&net(), &server.url("/just")).await.unwrap().body.len(), 1000);
    assert_eq!(get(&net(), &server.url("/error")).await.unwrap().body.len(), 1000);
    let over = retry_of(get(&net(), &server.url("/over")).await);
    assert_eq!(over, (Retry::Never, "answer of more than 1000 bytes".to_owned()));
    let posted = net().post(&server.url("/"), Vec::new(), "".into()).await.unwrap();
    assert_eq!((posted.status, posted.body.len()), (200, POST_ANSWER_BYTES_MAX));
}

/// The gzip of so many zeros: one literal, then copies of 258 bytes in DEFLATE's fixed code, 13 bits each.
fn gzip_of_zeros(bytes: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let (mut bits, mut held) = (0_u32, 0);
    let mut push = |code: &str| {
        for bit in code.bytes() {
            bits |= u32::from(bit == b'1') << held;
            held += 1;
            if held == 8 {
                out.push(u8::try_from(bits).unwrap());
                (bits, held) = (0, 0);
            }
        }
    };
    push("11000110000");
    for _ in 0..bytes / 258 {
        push("1100010100000");
    }
    push("000000000000000");
    out
}

#[tokio::test]
async fn a_compressed_body_counts_by_what_it_becomes() {
    let bomb = gzip_of_zeros(50_000_000);
    assert!(bomb.len() < 400_000);
    let honest: &[u8] = &[
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 123, 178, 103, 214, 203, 101, 109, 79, 48, 72, 0, 76, 135, 12, 224, 24, 0, 0,
        0,
    ];
    let server = Server::start(move |head| match head {
        head if head.starts_with("get /honest") => answer("200 OK", "Content-Encoding: gzip\r\n", honest),
        _ => answer("200 OK", "Content-Encoding: gzip\r\n", &bomb),
    })
    .await;
    let got = get(&net(), &server.url("/honest")).await.unwrap();
    assert_eq!(String::from_utf8(got.body).unwrap(), "会馆会馆会馆会馆");
    let started = std::time::Instant::now();
    let cut = net().get(&server.url("/bomb"), "*/*", 1_000_000, &none).await;
    assert_eq!(retry_of(cut), (Retry::Never, "answer of more than 1000000 bytes".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_slow_server_is_left() {
    let silent = Server::start(|_| None).await;
    let endless = Server::start(|_| Some(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec())).await;
    let net = Net::new(options("127.0.0.1/32", 100)).unwrap();
    for server in [&silent, &endless] {
        assert_eq!(retry_of(get(&net, &server.url("/")).await), (Retry::Later, "time is up".to_owned()));
        let posted = net.post(&server.url("/"), Vec::new(), "".into()).await;
        assert_eq!(retry_of(posted), (Retry::Later, "time is up".to_owned()));
    }
}

#[tokio::test]
async fn what_breaks_may_be_tried_later() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = Url::parse(&format!("http://{closed}/")).unwrap();
    assert_eq!(retry_of(get(&net(), &nobody).await).0, Retry::Later);
    let rude = Server::start(|_| Some(b"\x00\x01 what?\r\n\r\n".to_vec())).await;
    assert_eq!(retry_of(get(&net(), &rude.url("/")).await).0, Retry::Later);
    let unknown = net_with_names("127.0.0.1/32", |_| Vec::new());
    assert_eq!(retry_of(get(&unknown, &Url::parse("http://nowhere.example/").unwrap()).await).0, Retry::Later);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let server = Server::start(|_| answer("200 OK", "Connection: close\r\n", b"inside")).await;
    let port = server.at.port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    // The first answer is allowed, every later one is loopback's other address, which is not.
    let net = net_with_names("127.0.0.1/32", move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => vec!["127.0.0.1".parse().unwrap()],
        _ => vec!["127.0.0.2".parse().unwrap()],
    });
    let url = Url::parse(&format!("http://rebind.example:{port}/")).unwrap();
    assert_eq!(get(&net, &url).await.unwrap().body, b"inside");
    assert_eq!(retry_of(get(&net, &url).await), (Retry::Never, "refused address".to_owned()));
    assert_eq!(asked.load(Ordering::SeqCst), 2, "each dial resolves once, and what was checked is dialled");
}

#[tokio::test]
async fn of_a_names_addresses_only_the_permitted_are_dialled() {
    let server = Server::start(|_| answer("200 OK", "", b"")).await;
    let mixed = || vec!["10.0.0.1".parse().unwrap(), "::1".parse().unwrap(), "127.0.0.1".parse().unwrap()];
    let url = Url::parse(&format!("http://mixed.example:{}/", server.at.port())).unwrap();
    let net = net_with_names("127.0.0.1/32", move |_| mixed());
    assert_eq!(get(&net, &url).await.unwrap().status, 200);
    let private = net_with_names("127.0.0.1/32", |_| vec!["10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap()]);
    assert_eq!(retry_of(get(&private, &url).await).0, Retry::Never);
    let global = net_with_names("127.0.0.1/32", |_| vec!["8.8.8.8".parse().unwrap()]);
    assert_eq!(retry_of(get(&global, &url).await).0, Retry::Never, "plain http never leaves the allowed networks");
}

#[tokio::test]
async fn a_host_is_not_asked_too_much_at_a_time() {
    let server = Server::start(|_| None).await;
    let net = Net::new(Options { per_host_max: 2, ..options("127.0.0.1/32", 300) }).unwrap();
    let url = server.url("/");
    let five = futures_util::future::join_all((0..5).map(|_| get(&net, &url))).await;
    assert!(five.into_iter().all(|one| retry_of(one).0 == Retry::Later));
    // Two at once; when those give up, at most two more get their turn before their own time is over.
    assert!((2..5).contains(&server.connections()), "{}", server.connections());
}

#[tokio::test]
async fn the_schemes_of_a_bare_host_follow_the_settings() {
    let names = |host: &str| match host {
        "inside.example" | "localhost" => vec!["127.0.0.1".parse().unwrap()],
        _ => vec!["8.8.8.8".parse().unwrap()],
    };
    let net = net_with_names("127.0.0.1/32", names);
    for (host, schemes) in [
        ("hall.example", vec!["https"]),
        ("hall.example:8443", vec!["https"]),
        ("inside.example", vec!["https", "http"]),
        ("inside.example:8081", vec!["http", "https"]),
        ("localhost:8081", vec!["http", "https"]),
        ("localhost", vec!["http", "https"]),
        ("127.0.0.1:8081", vec!["http", "https"]),
        ("127.0.0.2:8081", vec!["https"]),
        ("[::1]:80", vec!["https"]),
        ("", vec!["https"]),
        ("a b", vec!["https"]),
    ] {
        assert_eq!(net.schemes(host).await, schemes, "{host}");
    }
    let strict = Net::new(options("", 1_000)).unwrap();
    assert_eq!(strict.schemes("localhost:8081").await, ["https"]);
}

#[tokio::test]
async fn odd_headers_of_ours_are_faults_not_panics() {
    let server = Server::start(|_| answer("200 OK", "", b"")).await;
    for (name, value) in [("a b", "x"), ("x", "a\r\nb: c"), ("", "")] {
        let posted = net().post(&server.url("/"), vec![(name.to_owned(), value.to_owned())], "".into()).await;
        assert!(matches!(posted, Err(Error::Broken(_))), "{name:?}: {value:?}");
    }
    assert!(server.heads().is_empty());
}
