//! What is new by e-mail, sent to a small SMTP server in the test.

use std::sync::{Arc, Mutex};

use huiguan::clock::DAY;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::server::{Server, settle};

/// A letter as it came: whom the envelope names, and everything between `DATA` and the dot.
#[derive(Debug, Clone)]
struct Letter {
    to: String,
    data: String,
}

impl Letter {
    /// The value of a header.
    fn header(&self, name: &str) -> String {
        let head = self.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
        line.unwrap_or_default().split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
    }

    /// Its text, decoded.
    fn text(&self) -> String {
        use base64::Engine;
        let (_, body) = self.data.split_once("\r\n\r\n").unwrap();
        match self.header("Content-Transfer-Encoding").as_str() {
            "base64" => {
                let bytes = base64::engine::general_purpose::STANDARD.decode(body.replace(['\r', '\n'], "")).unwrap();
                String::from_utf8(bytes).unwrap()
            }
            "quoted-printable" => quoted(body),
            _ => body.to_owned(),
        }
    }
}

/// Reads quoted-printable (RFC 2045 §6.7).
fn quoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_bytes());
    while let [first, more @ ..] = rest {
        match (first, more) {
            (b'=', [a, b, after @ ..]) => {
                let hex = std::str::from_utf8(&[*a, *b]).unwrap().to_owned();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A server that takes letters (RFC 5321), or turns them away with the answer that it is told.
#[derive(Clone)]
struct Post {
    port: u16,
    letters: Arc<Mutex<Vec<Letter>>>,
    answer: Arc<Mutex<&'static str>>,
}

impl Post {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let post = Self {
            port: listener.local_addr().unwrap().port(),
            letters: Arc::default(),
            answer: Arc::new(Mutex::new("250 taken")),
        };
        let own = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move { own.serve(stream).await });
            }
        });
        post
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 post.test\r\n").await.ok()?;
        let mut to = String::new();
        while let Some(line) = lines.next_line().await.ok()? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-post.test\r\n250 8BITMIME",
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    "250 ok"
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    let mut data = String::new();
                    while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                        data.push_str(line.strip_prefix('.').unwrap_or(&line));
                        data.push_str("\r\n");
                    }
                    let answer = *self.answer.lock().unwrap();
                    if answer.starts_with("250") {
                        self.letters.lock().unwrap().push(Letter { to: to.clone(), data });
                    }
                    answer
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await.ok()?;
                    return Some(());
                }
                _ => "250 ok",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        Some(())
    }

    fn taken(&self) -> Vec<Letter> {
        std::mem::take(&mut self.letters.lock().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_who_want_it_get_what_is_new_by_mail() {
    let post = Post::start().await;
    let port = post.port;
    let a = Server::start_with("guangzhou", |config| {
        config.mail.host = "127.0.0.1".to_owned();
        config.mail.port = port;
        config.mail.from = "hall@hall.example".to_owned();
    })
    .await;
    let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("hua").await);
    let group = mei.founds("council", "理事会", &[("is_private", "yes")]).await;
    for person in [&mut lan, &mut hua] {
        person.joins(&group, &[]).await;
    }
    // Nobody gets one unasked, nor without an address.
    let refused = lan.post("/settings/digest", &[("digest", "daily")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("save an e-mail address first"), "{}", refused.body);
    assert_eq!(lan.post("/settings/email", &[("email", "lan@example.org")]).await.status, 303);
    assert_eq!(hua.post("/settings/email", &[("email", "hua@example.org")]).await.status, 303);
    assert_eq!(lan.post("/settings/digest", &[("digest", "daily")]).await.status, 303);
    assert!(lan.get("/settings").await.body.contains("value=\"daily\" selected"));
    // Where nothing is new, nothing is sent.
    a.clock.advance(2 * DAY);
    settle(&[&a]).await;
    assert!(post.taken().is_empty());
    let path = mei.announces(&group, "章程表决", &[("asks", "yes"), ("body", "密议的正文")]).await;
    mei.begins(&group, "", "@all 别忘了").await;
    settle(&[&a]).await;
    assert!(post.taken().is_empty(), "not before it is due");
    a.clock.advance(2 * DAY);
    settle(&[&a]).await;
    let letters = post.taken();
    assert_eq!(letters.len(), 1, "{letters:?}");
    let text = letters[0].text();
    assert_eq!(letters[0].to, "lan@example.org");
    assert!(text.contains("Announcement: 章程表决 (理事会)"), "{text}");
    assert!(text.contains(&format!("{}{path}", a.origin)), "{text}");
    assert!(text.contains("Other unread notices: 1"), "{text}");
    assert!(!text.contains("密议的正文"), "a letter points, it copies nothing");
    assert_eq!(letters[0].header("Auto-Submitted"), "auto-generated");
    assert!(letters[0].header("From").contains("hall@hall.example"));
    // What was told isn't told again.
    a.clock.advance(2 * DAY);
    settle(&[&a]).await;
    assert!(post.taken().is_empty());
    // A server that is busy is asked again; one that refuses is not, until something is due again.
    mei.begins(&group, "", "@all 明晚").await;
    *post.answer.lock().unwrap() = "451 busy";
    a.clock.advance(2 * DAY);
    settle(&[&a]).await;
    *post.answer.lock().unwrap() = "250 taken";
    a.clock.advance(DAY / 24);
    settle(&[&a]).await;
    assert_eq!(post.taken().len(), 1);
    // The letter has the way out, for whoever has the letter.
    let out = letters[0].header("List-Unsubscribe").trim_matches(['<', '>']).replace(&a.origin, "");
    assert!(text.contains(&out), "{text}");
    let mut visitor = super::server::Person::new(&a);
    let page = visitor.get(&out).await;
    assert_eq!(page.status, 200, "{out}");
    visitor.token = page.form_token();
    assert_eq!(visitor.post(&out, &[]).await.status, 303);
    assert_eq!(visitor.get(&out).await.status, 404);
    mei.begins(&group, "", "@all 后晚").await;
    a.clock.advance(3 * DAY);
    settle(&[&a]).await;
    assert!(post.taken().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_without_a_mail_server_offers_none() {
    let a = Server::start("guangzhou").await;
    let mut lan = a.sign_up("lan").await;
    assert!(!lan.get("/settings").await.body.contains("News by e-mail"));
    assert_eq!(lan.post("/settings/digest", &[("digest", "daily")]).await.status, 404);
}
