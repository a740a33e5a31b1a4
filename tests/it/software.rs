//! Other software in its own shapes (`tests/fixtures/`): every document that a software sends is played to a hall, in the order
//! in which it would come, and what it says must have happened here; what the hall answers must be what that software takes.
//!
//! The documents were read from each software's source (`SOURCE.md` beside them), and so was what they mean (`reads.json`). The
//! scores are printed; what isn't taken is listed in [`MISSED`] with its reason, as in FEDERATION.md, and nothing else may be
//! missing.

use std::collections::BTreeSet;

use huiguan::db::Range;
use huiguan::domain::actor;
use huiguan::domain::arrival::State;
use huiguan::domain::audience::{self, Viewer};
use huiguan::domain::post::{self, Post};
use huiguan::domain::{boost, friend, group, media, poll, quote, reaction};
use serde_json::{Value, json};

use super::server::settle;
use super::stage::{ROOM, Stage, text};

/// Software played at the same time.
const AT_ONCE: usize = 4;

/// In which order documents come; the rest of a folder is what the others are made of.
const ORDER: [&str; 64] = [
    "follow",
    "follow_with_id",
    "create",
    "create_article",
    "create_comment",
    "create_direct",
    "create_for_followers",
    "create_generated",
    "create_in_group",
    "create_mention",
    "create_note",
    "create_quiet",
    "create_quotation",
    "create_rating",
    "article",
    "reply",
    "friends",
    "poll",
    "quote",
    "repost",
    "answered",
    "update",
    "update_actor",
    "like",
    "unlike",
    "react",
    "unreact",
    "dislike",
    "announce",
    "unannounce",
    "announce_instance",
    "vote",
    "quote_request",
    "join",
    "leave",
    "group_announce",
    "group_announce_object",
    "group_announce_page",
    "group_announce_id",
    "group_announce_update",
    "group_announce_object_update",
    "group_announce_update_group",
    "group_announce_like",
    "group_announce_like_own",
    "group_announce_undo",
    "group_announce_dislike",
    "group_lock",
    "group_block",
    "group_add_mod",
    "group_remove",
    "group_announce_delete",
    "add_mod",
    "lock",
    "mod_block",
    "remove",
    "topic_move",
    "flag",
    "reply_delete",
    "delete",
    "ended",
    "unfollow",
    "reject_block",
    "move",
    "block",
];

/// What a hall has no use for (yet): it is answered, kept with its reason, and changes nothing.
const SET_ASIDE: [&str; 11] = [
    "dislike",
    "join",
    "leave",
    "group_announce_dislike",
    "group_block",
    "group_add_mod",
    "add_mod",
    "lock",
    "mod_block",
    "topic_move",
    "remove",
];

/// What isn't taken, and why.
const MISSED: [(&str, &str, &str); 0] = [];

impl Stage {
    /// The post in a document is here as the folder says that it is meant.
    async fn reads(&self, name: &str, document: &Value) -> Result<Post, String> {
        let means = self.reads[name].clone();
        let object = match &document["object"] {
            Value::Object(map) if map.get("object").is_some_and(|inner| inner["id"].is_string()) => &map["object"],
            object => object,
        };
        let uri = object["id"].as_str().or(object.as_str()).ok_or(format!("no id: {object}"))?.to_owned();
        let post = self.post(&uri).await.ok_or("its post isn't here")?;
        let (id, viewer) = (post.id, Viewer::Member(self.actor(&self.mei.actor()).await.id));
        let (files, asked, quoted) = self
            .ask(move |conn| {
                let quoted = quote::of_posts(conn, &viewer, &[id])?.remove(&id);
                Ok((media::of_post(conn, id)?, poll::of_post(conn, None, id)?, quoted))
            })
            .await;
        let text = huiguan::text::plain_of_clean(&post.body_html);
        let shown = format!("{} {text} {}", post.title, post.warning);
        for word in ["shows", "title"].iter().filter_map(|key| means[*key].as_str()) {
            let word = word.replace("https://hall.example", &self.hall.origin);
            if !shown.contains(&word) {
                return Err(format!("{word} isn't in {shown}"));
            }
        }
        let expect = |what: &str, is: bool| if is { Ok(()) } else { Err(format!("{what} isn't as it is meant")) };
        expect("the audience", means["audience"] == post.audience.as_str())?;
        expect("the warning", means["warning"].as_str().is_none_or(|warning| post.warning == warning))?;
        let pictures = files.iter().filter(|file| file.kind == media::Kind::Image).count() as u64;
        expect("the pictures", means["pictures"].as_u64().is_none_or(|count| pictures == count))?;
        expect("the language", means["language"].as_str().is_none_or(|tag| post.language.starts_with(tag)))?;
        if let Some(options) = means["options"].as_array() {
            let titles: Vec<Value> = asked.iter().flat_map(|poll| &poll.options).map(|o| json!(o.title)).collect();
            expect("the poll", titles == *options)?;
        }
        if means["quotes"].is_string() {
            let seen = quoted.and_then(|quoted| quoted.entry).map(|entry| entry.post.id);
            expect("the quote", seen == Some(self.own_moment()))?;
        }
        Ok(post)
    }

    /// Is a post in mei's feed?
    async fn is_fed(&self, post: &Post) -> bool {
        let (me, id) = (self.actor(&self.mei.actor()).await.id, post.id);
        self.ask(move |conn| {
            Ok(post::feed(conn, me, &Range::before(None::<i64>, 40))?.iter().any(|fed| fed.entry.post.id == id))
        })
        .await
    }

    /// What somebody did with a post of mei's: the emoji of their like, and whether they boosted it.
    async fn done_by(&self, uri: &str) -> (Option<String>, bool) {
        let Some(who) = self.known(uri).await.map(|one| one.id) else { return (None, false) };
        let post = self.own_moment();
        self.ask(move |conn| {
            let like = reaction::find(conn, who, post)?.map(|like| like.emoji);
            Ok((like, boost::find(conn, who, post)?.is_some()))
        })
        .await
    }

    /// Does `one` follow `other`, asked or accepted?
    async fn follows(&self, one: &str, other: &str) -> bool {
        let (Some(one), Some(other)) = (self.known(one).await, self.known(other).await) else { return false };
        self.ask(move |conn| Ok(friend::find(conn, one.id, other.id)?.is_some())).await
    }

    /// Plays one document; answers what is wrong with how it was taken.
    async fn play(&mut self, name: &str) -> Result<(), String> {
        let document = self.document(name, "");
        if name == "move" {
            self.await_move(&document);
        }
        let (state, why) = self.send(&document).await;
        let (mei, they) = (self.mei.actor(), self.they.uri.clone());
        let expect = |what: &str, is: bool| match is {
            true => Ok(()),
            false => Err(format!("{what} ({state:?}: {why})")),
        };
        match name {
            "follow" | "follow_with_id" => {
                expect("no follow came of it", self.follows(&they, &mei).await)?;
                let accept = self.peer.taken("Accept").pop().ok_or("no Accept went out")?;
                let inner = &accept["object"];
                let is_theirs = inner["actor"] == they && inner["object"] == mei && inner["id"].is_string();
                expect("the Accept isn't of their follow", is_theirs && inner["type"] == "Follow")
            }
            "unfollow" => expect("they follow still", !self.follows(&they, &mei).await),
            "reject_block" => expect("we follow still", !self.follows(&mei, &they).await),
            "update_actor" => expect("it had no effect", state == State::Done),
            "like" => expect("no like is here", self.done_by(&they).await.0.is_some()),
            "react" => {
                let emoji = self.reads[name]["emoji"].as_str().unwrap_or_default();
                expect("no reaction is here", self.done_by(&they).await.0.as_deref() == Some(emoji))
            }
            "unlike" | "unreact" => expect("the like is here still", self.done_by(&they).await.0.is_none()),
            "announce" if document["object"].is_object() && document["object"]["object"].is_object() => {
                self.reads(name, &document).await.map(drop)
            }
            "announce" => expect("no boost is here", self.done_by(&they).await.1),
            "unannounce" => expect("the boost is here still", !self.done_by(&they).await.1),
            _ if name.starts_with("group_") && !SET_ASIDE.contains(&name) => {
                self.hand_on(name, &document, (state, &why)).await
            }
            "announce_instance" => {
                let post = self.post(&text(&document["object"])).await;
                expect("its post isn't here", post.is_some())
            }
            "delete" | "reply_delete" => expect("its post is here still", self.is_gone(&document).await),
            "vote" => {
                let asked = self.asked.parse().unwrap();
                let counted = self.ask(move |conn| poll::of_post(conn, None, asked)).await.unwrap();
                expect("no vote was counted", counted.options[0].votes == 1)
            }
            "quote_request" => self.quote_request(&document).await,
            "block" => {
                let (one, other) = (self.actor(&mei).await.id, self.actor(&they).await.id);
                expect("no block", self.ask(move |conn| audience::are_apart(conn, one, other)).await)
            }
            "move" => {
                let target = text(&document["target"]);
                expect("the new one isn't asked", self.follows(&mei, &target).await)
            }
            "flag" => expect("no report came of it", state == State::Done),
            _ if SET_ASIDE.contains(&name) => {
                expect("it was not set aside", matches!(state, State::Ignored | State::Rejected))
            }
            _ => self.reads(name, &document).await.map(drop),
        }
    }

    /// What a group hands on.
    async fn hand_on(&self, name: &str, document: &Value, (state, why): (State, &str)) -> Result<(), String> {
        let expect = |what: &str, is: bool| if is { Ok(()) } else { Err(format!("{what} ({why})")) };
        match name {
            "group_announce" if self.is_ours(document) => {
                expect("no boost is here", self.done_by(&text(&document["actor"])).await.1)
            }
            "group_announce"
            | "group_announce_object"
            | "group_announce_page"
            | "group_announce_update"
            | "group_announce_object_update" => {
                let post = self.reads(name, document).await?;
                let is_read = post.root_id.is_some() || self.is_fed(&post).await;
                expect("it isn't in the feed", is_read)
            }
            "group_announce_id" => {
                let post = self.post(&text(&document["object"])).await.ok_or(format!("not here: {why}"))?;
                expect("it isn't in the feed", self.is_fed(&post).await)
            }
            "group_announce_like" | "group_announce_like_own" | "group_announce_undo" => {
                self.shared_like(name, document).await
            }
            "group_remove" => {
                let uri = text(&document["object"]["object"]);
                match self.post(&uri).await {
                    Some(post) => expect("it is in the feed still", !self.is_fed(&post).await),
                    None => Ok(()),
                }
            }
            "group_lock" => {
                let uri = text(&document["object"]["object"]);
                let post = self.post(&uri).await.ok_or(format!("not here: {why}"))?;
                expect("it isn't closed", self.ask(move |conn| group::is_locked(conn, post.id)).await)
            }
            "group_announce_delete" => expect("its post is here still", self.is_gone(&document["object"]).await),
            "group_announce_update_group" => expect("it had no effect", state == State::Done),
            _ => Err("nobody looks at it".to_owned()),
        }
    }

    /// Is what a deletion names gone?
    async fn is_gone(&self, deletion: &Value) -> bool {
        let object = &deletion["object"];
        self.post(object["id"].as_str().or(object.as_str()).unwrap()).await.is_none()
    }

    fn is_ours(&self, document: &Value) -> bool {
        let object = &document["object"];
        object["id"].as_str().or(object.as_str()).is_some_and(|uri| uri.starts_with(&self.hall.origin))
    }

    /// A member's like that a group hands on, or the end of one.
    async fn shared_like(&self, name: &str, document: &Value) -> Result<(), String> {
        let inner = &document["object"];
        let like = if inner["type"] == "Undo" { &inner["object"] } else { inner };
        let uri = like["object"].as_str().or(like["object"]["id"].as_str()).unwrap_or_default().to_owned();
        let Some(post) = self.post(&uri).await else { return Err(format!("{uri} isn't here")) };
        let by = text(&like["actor"]);
        let found = self.ask(move |conn| {
            let Some(who) = actor::by_uri(conn, &by)? else { return Ok(false) };
            Ok(reaction::find(conn, who.id, post.id)?.is_some())
        });
        match (name, found.await) {
            ("group_announce_undo", false) | ("group_announce_like" | "group_announce_like_own", true) => Ok(()),
            (_, found) => Err(format!("the like is here: {found}")),
        }
    }

    /// The leave that answers a question fits what asked for it.
    async fn quote_request(&mut self, document: &Value) -> Result<(), String> {
        let answer = self.peer.taken("Accept").into_iter().find(|one| one["object"]["type"] == "QuoteRequest");
        let answer = answer.ok_or("no leave came")?;
        let quoting = document["instrument"]["id"].as_str().or(document["instrument"].as_str()).unwrap();
        let leave = text(&answer["result"]);
        let path = leave.strip_prefix(&self.hall.origin).ok_or("the leave isn't ours")?;
        let served = super::server::client().get(format!("{}{path}", self.hall.origin)).send().await.unwrap();
        let served: Value = served.json().await.unwrap();
        let fits = served["type"] == "QuoteAuthorization"
            && served["id"] == leave
            && served["interactingObject"] == quoting
            && served["interactionTarget"] == document["object"]
            && served["attributedTo"] == self.mei.actor();
        if fits && answer["object"]["id"] == document["id"] { Ok(()) } else { Err(format!("{answer} {served}")) }
    }

    /// The actor to whom somebody moves knows them.
    fn await_move(&self, document: &Value) {
        let target = text(&document["target"]);
        let mut moved = self.other.person("lan").document;
        moved["id"] = json!(target);
        moved["publicKey"] = json!({"id": format!("{target}#main-key"), "owner": target,
            "publicKeyPem": self.they.key.public().to_pem()});
        moved["alsoKnownAs"] = json!([self.they.uri]);
        self.other.serve(target.strip_prefix(&self.other.origin).unwrap(), &moved);
    }

    /// What we say to their post names it and its author; a like and its end name the post; and what is ours is a Note as they
    /// all take it.
    async fn answer(&mut self) -> Result<(), String> {
        let create = self.document("create", "");
        let note = &create["object"];
        let author = match note["attributedTo"].as_array() {
            Some(many) => many[0].clone(),
            None => note["attributedTo"].clone(),
        };
        let author = author["id"].as_str().or(author.as_str()).unwrap().to_owned();
        let post = self.post(&text(&note["id"])).await.ok_or("its post isn't here")?;
        let id = post.id;
        for (path, field) in [("comments", ("body", "好看")), ("like", ("back", "/")), ("like/removal", ("back", "/"))]
        {
            assert_eq!(self.mei.post(&format!("/posts/{id}/{path}"), &[field]).await.status, 303, "{}", self.name);
        }
        settle(&[&self.hall]).await;
        let expect = |what: &str, is: bool| if is { Ok(()) } else { Err(what.to_owned()) };
        // A comment on a comment answers the comment.
        let reply = self.peer.taken("Create").into_iter().find(|create| create["object"]["inReplyTo"] == note["id"]);
        let reply = reply.ok_or("no answer came")?;
        let tags = reply["object"]["tag"].as_array().cloned().unwrap_or_default();
        expect("nobody is mentioned", tags.iter().any(|tag| tag["type"] == "Mention" && tag["href"] == author))?;
        let named = |key: &str| reply["object"][key].as_array().cloned().unwrap_or_default();
        expect("the author isn't named", named("to").iter().chain(&named("cc")).any(|uri| *uri == author))?;
        let public = json!("https://www.w3.org/ns/activitystreams#Public");
        expect("the answer isn't public", named("to").contains(&public) || named("cc").contains(&public))?;
        let likes = self.peer.taken("Like");
        expect("no like came", likes.iter().any(|like| like["object"] == note["id"]))?;
        let undone = self.peer.taken("Undo").into_iter().find(|undo| undo["object"]["type"] == "Like");
        expect("the like wasn't taken back", undone.is_some_and(|undo| undo["object"]["object"] == note["id"]))
    }

    /// A Moment of ours is a Note as they all take it, and so is its end.
    async fn end(&mut self) -> Result<(), String> {
        let later = self.mei.posts("晚上还有", "everyone").await;
        settle(&[&self.hall]).await;
        let object = json!(format!("{}{}", self.hall.origin, later.replace("/@mei/", "/objects/")));
        let create = self.peer.taken("Create").into_iter().find(|create| create["object"]["id"] == object);
        let create = create.ok_or("no Moment came")?;
        let public = json!(["https://www.w3.org/ns/activitystreams#Public"]);
        let expect = |what: &str, is: bool| if is { Ok(()) } else { Err(format!("{what}: {create}")) };
        expect("it isn't public", create["to"] == public && create["object"]["to"] == public)?;
        expect("it isn't hers", create["object"]["attributedTo"] == self.mei.actor())?;
        expect("it says nothing", create["object"]["content"].as_str().unwrap().contains("晚上还有"))?;
        expect("it has no time", create["published"].is_string() && create["object"]["published"].is_string())?;
        let deletion = format!("/moments/{}/delete", later.rsplit('/').next().unwrap());
        assert_eq!(self.mei.post(&deletion, &[]).await.status, 303);
        settle(&[&self.hall]).await;
        let tombstone = self.peer.taken("Delete").pop().ok_or("no deletion came")?["object"].clone();
        expect("no tombstone", tombstone["type"] == "Tombstone" && tombstone["id"] == object)
    }
}

/// Plays everything that a software sends; answers how many documents there are, and what is wrong with which.
async fn play(name: String) -> (String, usize, Vec<(String, String)>) {
    let mut stage = Stage::set(&name).await;
    stage.follow("actor", "accept").await;
    if stage.group.is_some() {
        stage.follow("group", "group_accept").await;
    }
    let played: BTreeSet<&str> = ORDER.into_iter().collect();
    let given = stage.reads.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let left: Vec<&String> = given.iter().filter(|one| !played.contains(one.as_str())).collect();
    let frame = ["actor", "group", "accept", "group_accept"];
    assert!(left.iter().all(|one| frame.contains(&one.as_str())), "{name}: {left:?} are never played");
    let mut faults = Vec::new();
    for document in ORDER {
        let outcome = match document {
            "answered" => stage.answer().await,
            // What is nobody's friend there doesn't go there.
            "ended" if !stage.has("follow") => continue,
            "ended" => stage.end().await,
            _ if stage.has(document) => stage.play(document).await,
            _ => continue,
        };
        faults.extend(outcome.err().map(|why| (document.to_owned(), why)));
    }
    (name, given.len(), faults)
}

#[tokio::test(flavor = "multi_thread")]
async fn other_software_gets_on_with_a_hall_in_its_own_shapes() {
    let folders = std::fs::read_dir(ROOM).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = folders
        .filter(|folder| folder.join("reads.json").exists())
        .map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 22, "{names:?}");
    let only = std::env::var("HUIGUAN_TEST_SOFTWARE").unwrap_or_default();
    names.retain(|name| only.is_empty() || *name == only);
    let mut missed = BTreeSet::new();
    for some in names.chunks(AT_ONCE) {
        let playing: Vec<_> = some.iter().map(|name| tokio::spawn(play(name.clone()))).collect();
        for one in playing {
            let (name, all, faults) = one.await.unwrap();
            println!("{name:<12} {} of {all} documents are taken as they are meant", all - faults.len().min(all));
            for (document, why) in faults {
                println!("    {name} {document}: {why}");
                missed.insert((name.clone(), document));
            }
        }
    }
    let explained: BTreeSet<_> = MISSED
        .iter()
        .filter(|(name, ..)| only.is_empty() || *name == only)
        .map(|(name, document, _)| (name.to_string(), document.to_string()))
        .collect();
    assert_eq!(missed, explained, "left: what was missed, right: what MISSED explains");
}
