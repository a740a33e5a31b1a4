//! Bookmarks: found again, by nobody else, and only while one may see what they point at.

use super::server::{Person, Server, befriend, settle};

impl Person {
    async fn keeps(&mut self, page: &str, how: &str) -> u16 {
        let id = page.rsplit('/').next().unwrap();
        self.post(&format!("/posts/{id}/bookmark{how}"), &[("back", page)]).await.status
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_found_again_as_long_as_it_may_be_seen() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let mut stranger = b.sign_up("stranger").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    mei.posts("给好友的汤", "friends").await;
    settle(&[&a, &b]).await;
    let there = lan.page_of(&mei).await;
    assert_eq!(stranger.keeps(&there, "").await, 404);
    for _ in 0..2 {
        assert_eq!(lan.keeps(&there, "").await, 303);
    }
    let list = lan.reads("/me/bookmarks").await;
    assert!(list.matches("给好友的汤").count() == 1 && list.contains("Only you see this list"), "{list}");
    assert!(lan.reads(&there).await.contains("Remove bookmark"));
    assert!(stranger.reads("/me/bookmarks").await.contains("No bookmarks yet"));
    settle(&[&a, &b]).await;
    assert!(!mei.reads("/notices").await.contains("给好友的汤"), "nobody is told");

    // Out and in again; then the tie ends, and with it what it let lan see.
    assert_eq!(lan.keeps(&there, "/removal").await, 303);
    assert!(!lan.reads("/me/bookmarks").await.contains("给好友的汤"));
    assert_eq!(lan.keeps(&there, "").await, 303);
    mei.removes(&lan).await;
    settle(&[&a, &b]).await;
    assert!(!lan.reads("/me/bookmarks").await.contains("给好友的汤"));
    assert_eq!(Person::new(&b).get("/me/bookmarks").await.status, 303, "visitors are asked to sign in");
}
