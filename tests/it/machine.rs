//! When the machine, the line or the other side fails: said clearly, nothing lost, and well again afterwards.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;

use super::server::{Person, Server, client, settle};

/// Makes the hall's disk full: SQLite may not grow any more; on PostgreSQL a new post finds no room.
async fn fill_disk(a: &Server) {
    let on_pg = !a.database.is_empty();
    let full = a.ctx.write(move |conn| {
        let statements: &[&str] = if on_pg {
            &[
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION \
                 'could not extend file \"base/1/1\": No space left on device' USING ERRCODE = '53100'; END $$",
                "CREATE TRIGGER no_room BEFORE INSERT ON post FOR EACH ROW EXECUTE FUNCTION no_room()",
            ]
        } else {
            // No number of pages below the present one is taken, so that this is just as large as it is.
            &["PRAGMA max_page_count = 1"]
        };
        for statement in statements {
            diesel::sql_query(*statement).execute(conn.link())?;
        }
        Ok(())
    });
    full.await.unwrap();
}

async fn make_room(a: &Server) {
    let on_pg = !a.database.is_empty();
    let room = a.ctx.write(move |conn| {
        let statement = if on_pg { "DROP TRIGGER no_room ON post" } else { "PRAGMA max_page_count = 1000000000" };
        diesel::sql_query(statement).execute(conn.link())?;
        Ok(())
    });
    room.await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_keeps_what_was_written_and_passes() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let before = mei.posts("before", "everyone").await;
    fill_disk(&a).await;

    // What fits into the last page is still taken; then the hall says so, and gives the text back.
    let long = format!("kept <here> {}", "字".repeat(4_000));
    let mut refused = None;
    let mut taken = 0;
    for _ in 0..50 {
        let answer = mei.post("/moments", &[("body", &long), ("audience", "everyone")]).await;
        if answer.status != 303 {
            refused = Some(answer);
            break;
        }
        taken += 1;
    }
    let refused = refused.expect("the disk is full");
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert!(
        refused.body.contains("Nothing could be saved just now") && refused.body.contains("kept &#60;here&#62; 字")
    );
    assert!(refused.body.contains("The hall can’t save anything just now"), "{}", refused.body);

    // Reading goes on, for visitors too, under the banner.
    let page = Person::new(&a).get(&before).await;
    assert!(page.status == 200 && page.body.contains("before"), "{}", page.body);
    assert!(page.body.contains("class=\"flash warn\""), "{}", page.body);

    make_room(&a).await;
    let answer = mei.post("/moments", &[("body", "after"), ("audience", "everyone")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let home = mei.home().await;
    assert!(home.contains("after") && !home.contains("class=\"flash warn\""), "{home}");
    // What was refused isn't there, and what was taken is, once each.
    assert_eq!(home.matches("kept &lt;here&gt;").count(), taken, "{home}");
    settle(&[&a]).await;
}

/// Sends the beginning of a request and answers what comes back, within limits.
fn says_half(a: &Server, half: &str) -> String {
    let mut stream = TcpStream::connect(&a.authority).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(half.as_bytes()).unwrap();
    let mut answer = [0; 4_096];
    let read = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn who_never_ends_a_request_is_not_waited_for() {
    let a = Server::start_with("guangzhou", |config| config.limits.request_timeout_s = 1).await;
    let host = a.authority.clone();
    let begun = [
        format!("GET / HTTP/1.1\r\nHost: {host}\r\n"),
        format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\nname="),
        format!("POST /inbox HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\n{{"),
    ];
    let a = std::sync::Arc::new(a);
    for half in begun {
        let (hall, asked) = (a.clone(), half.clone());
        let answer = tokio::task::spawn_blocking(move || says_half(&hall, &asked)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{half:?}: {answer}");
    }
    // Whoever sends the same in time is heard: the form is refused for what it is, the activity for its type.
    let mut visitor = Person::new(&a);
    assert_eq!(visitor.post_raw("/sign-in", &[("name", "mei")], &[]).await.status, 403);
    let answer = client().post(format!("{}/inbox", a.origin)).body("{}").send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

/// How long an attempt to sign in as `name` takes.
async fn time_of_sign_in(visitor: &mut Person, name: &str) -> Duration {
    let began = Instant::now();
    let answer = visitor.post("/sign-in", &[("name", name), ("password", "geraten und falsch")]).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    began.elapsed()
}

#[tokio::test]
async fn an_unknown_name_costs_as_much_as_a_wrong_password() {
    let a = Server::start("guangzhou").await;
    a.sign_up("mei").await;
    let mut visitor = Person::new(&a);
    visitor.token = visitor.get("/sign-in").await.form_token();
    // The shortest of many, taken in turns, so that a busy machine is busy for both.
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    for _ in 0..12 {
        known = known.min(time_of_sign_in(&mut visitor, "mei").await);
        unknown = unknown.min(time_of_sign_in(&mut visitor, "nobody").await);
    }
    // Without its hash a sign-in takes a twentieth of the time.
    assert!(unknown * 4 > known && known * 4 > unknown, "known {known:?}, unknown {unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_from_other_servers_leaves_room_for_pages() {
    let a = Server::start_with("guangzhou", |config| config.database.connections_max = 4).await;
    let mut mei = a.sign_up("mei").await;
    let servers = a.ctx.behind_pages();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Arc::new(std::sync::Mutex::new(released));
    let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
    // More than there are connections, each holding its own until it is let go.
    let flood: Vec<_> = (0..8)
        .map(|_| {
            let (servers, released, begun) = (servers.clone(), released.clone(), begun.clone());
            tokio::spawn(async move {
                servers
                    .read(move |_| {
                        begun.send(()).unwrap();
                        // Ends when the other side is dropped.
                        assert!(released.lock().unwrap().recv().is_err());
                        Ok(())
                    })
                    .await
            })
        })
        .collect();
    for _ in 0..3 {
        begins.recv().await.unwrap();
    }
    let posted = mei.posts("while others wait", "everyone").await;
    assert!(mei.home().await.contains("while others wait"));
    assert!(begins.try_recv().is_err(), "a connection is left to pages");
    drop(release);
    for one in flood {
        one.await.unwrap().unwrap();
    }
    assert_eq!(mei.get(&posted).await.status, 200);
}
