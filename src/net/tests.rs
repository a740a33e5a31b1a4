//! A small server on loopback plays the other side.

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers every request by `answer` of its path, and counts nothing.
async fn server(answer: fn(&str) -> Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = vec![0; 4_096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = text.split(' ').nth(1).unwrap_or("/").to_owned();
                if path == "/slow" {
                    std::future::pending::<()>().await;
                }
                drop(stream.write_all(&answer(&path)).await);
            });
        }
    });
    origin
}

fn plain(path: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    match path {
        "/large" => format!("{head}\r\n{}", "x".repeat(5_000)).into_bytes(),
        "/loop" => b"HTTP/1.1 302 Found\r\nLocation: /loop\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/inside" => b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/file" => b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/moved" => b"HTTP/1.1 301 Moved\r\nLocation: /here\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec(),
        _ => format!("{head}Content-Length: 2\r\n\r\nok").into_bytes(),
    }
}

fn net(allow: &[&str]) -> Net {
    let allow_networks = allow.iter().map(|n| n.parse().unwrap()).collect();
    let timeout = Duration::from_millis(400);
    Net::new(Options { user_agent: "test".into(), allow_networks, timeout, per_host_max: 4 }).unwrap()
}

async fn get(net: &Net, url: &str) -> Result<Answer> {
    net.get(&Url::parse(url).unwrap(), "*/*", 1_000, &|_| Ok(Vec::new())).await
}

fn is_never(result: &Result<Answer>) -> bool {
    matches!(result, Err(Error::Remote { retry: crate::error::Retry::Never, .. }))
}

#[tokio::test]
async fn an_allowed_network_is_reached_and_redirects_are_followed() {
    let origin = server(plain).await;
    let net = net(&["127.0.0.1/32"]);
    assert_eq!(get(&net, &origin).await.unwrap().body, b"ok");
    let moved = get(&net, &format!("{origin}/moved")).await.unwrap();
    assert_eq!((moved.status, moved.url.path()), (200, "/here"));
    let by_name = origin.replace("127.0.0.1", "localhost");
    assert_eq!(get(&net, &by_name).await.unwrap().status, 200);
    assert_eq!(net.schemes(by_name.trim_start_matches("http://")), ["http", "https"]);
}

#[tokio::test]
async fn private_addresses_are_refused_in_every_spelling() {
    let origin = server(plain).await;
    let port = origin.rsplit(':').next().unwrap().to_owned();
    let net = net(&[]);
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0", "[64:ff9b::7f00:1]"] {
        for scheme in ["http", "https"] {
            let result = get(&net, &format!("{scheme}://{host}:{port}/")).await;
            assert!(is_never(&result), "{scheme}://{host}: {result:?}");
        }
    }
    assert!(is_never(&get(&net, "http://me@127.0.0.1/").await));
}

#[tokio::test]
async fn redirects_into_private_networks_other_schemes_and_circles_are_refused() {
    let origin = server(plain).await;
    let net = net(&["127.0.0.1/32"]);
    for path in ["/inside", "/file", "/loop"] {
        assert!(is_never(&get(&net, &format!("{origin}{path}")).await), "{path}");
    }
}

#[tokio::test]
async fn too_large_and_too_slow_answers_end() {
    let origin = server(plain).await;
    let net = net(&["127.0.0.1/32"]);
    assert!(is_never(&get(&net, &format!("{origin}/large")).await));
    let slow = get(&net, &format!("{origin}/slow")).await;
    assert!(matches!(slow, Err(Error::Remote { retry: crate::error::Retry::Later, .. })), "{slow:?}");
    let posted = net.post(&Url::parse(&format!("{origin}/large")).unwrap(), vec![], "x".into()).await.unwrap();
    assert_eq!(posted.status, 200);
}

#[test]
fn only_global_unicast_counts_as_public() {
    for private in [
        "0.1.2.3", "10.1.1.1", "100.64.0.1", "100.127.255.255", "127.9.9.9", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "100::1", "2001::1", "2001:db8::1",
        "2002:7f00:1::", "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "5f00::1",
    ] {
        assert!(!is_global(private.parse().unwrap()), "{private}");
    }
    for public in ["8.8.8.8", "100.63.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1", "223.255.255.255", "2606:4700::1", "2a00:1450::1", "2001:4860::8888"] {
        assert!(is_global(public.parse().unwrap()), "{public}");
    }
}
