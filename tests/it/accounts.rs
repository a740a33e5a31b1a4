//! Set-up, signing up and in, passwords, sessions, roles, and the guard before every form.

use super::server::{Person, Server};
use huiguan::config::RegistrationMode;
use huiguan::domain::login::Role;

#[tokio::test(flavor = "multi_thread")]
async fn the_link_leads_through_set_up_once() {
    let a = Server::start("guangzhou").await;
    let link = a.setup_link().await.expect("there is no owner yet");
    let path = link.strip_prefix(&a.origin).unwrap().to_owned();
    let mut owner = Person::new(&a);
    assert_eq!(owner.get("/setup").await.status, 404);
    assert_eq!(owner.get("/setup?token=wrong").await.status, 404);
    let page = owner.get(&path).await;
    assert_eq!(page.status, 200);
    owner.token = page.form_token();
    let token = path.split_once("token=").unwrap().1.to_owned();
    let mut fields = vec![
        ("token", token.as_str()),
        ("hall_name", ""),
        ("languages", "zh-Hans"),
        ("languages", "en"),
        ("default_language", "zh-Hans"),
        ("time_zone", "Mars/Olympus"),
        ("name", "陈"),
        ("password", "short"),
        ("motto", "一江水，两地家"),
    ];
    let wrong = owner.post("/setup", &fields).await;
    assert_eq!(wrong.status, 422);
    for (field, kept) in [("hall_name", ""), ("time_zone", "Mars/Olympus"), ("motto", "一江水，两地家")] {
        assert!(wrong.body.contains(&format!("id=\"{field}\"")) && wrong.body.contains(kept), "{field}");
    }
    for problem in ["href=\"#hall_name\"", "href=\"#time_zone\"", "href=\"#password\""] {
        assert!(wrong.body.contains(problem), "{problem}: {}", wrong.body);
    }
    fields[1] = ("hall_name", "榕江会馆");
    fields[5] = ("time_zone", "Asia/Kuala_Lumpur");
    fields[6] = ("name", "guodong");
    fields[7] = ("password", "correct horse battery");
    let done = owner.post("/setup", &fields).await;
    assert_eq!((done.status, done.location()), (303, "/"), "{}", done.body);
    assert!(owner.home().await.contains("榕江会馆"));
    assert_eq!(owner.get("/office").await.status, 200);
    assert_eq!(a.setup_link().await, None);
    assert_eq!(Person::new(&a).get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_needs_the_password_and_out_ends_it() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let mut second = Person::new(&a);
    second.name = "MEI".to_owned();
    second.password = mei.password.clone();
    assert_eq!(second.sign_in().await.status, 303);
    assert!(second.home().await.contains("/moments/new"));
    // A wrong password, an unknown name: the same words.
    let mut third = Person::new(&a);
    for (name, password) in [("mei", "wrong password"), ("nobody", "wrong password"), ("", "")] {
        third.name = name.to_owned();
        third.password = password.to_owned();
        let answer = third.sign_in().await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("密码不对") || answer.body.contains("password is wrong"), "{}", answer.body);
    }
    // A session never changes hands: signing in anew makes another, and the old one of this browser ends.
    let before = second.cookies.clone();
    second.name = "mei".to_owned();
    assert_eq!(second.sign_in_again().await, 303);
    assert_ne!(before.get("session"), second.cookies.get("session"));
    let mut stale = Person::new(&a);
    stale.cookies = before;
    assert!(!stale.home().await.contains("/moments/new"));
    assert!(second.home().await.contains("/moments/new"));
    // A new password ends the other session, not this one.
    let (old, new) = (mei.password.clone(), "a quite different one");
    let wrong = mei.post("/settings/password", &[("current", "no"), ("password", new)]).await;
    assert_eq!(wrong.status, 422);
    let changed = mei.post("/settings/password", &[("current", &old), ("password", new)]).await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    assert!(mei.home().await.contains("/moments/new"));
    assert!(!second.home().await.contains("/moments/new"));
    // Everywhere.
    mei.renew().await;
    let out = mei.post("/settings/sessions/end", &[]).await;
    assert_eq!(out.status, 303);
    assert!(!mei.home().await.contains("/moments/new"));
    assert_eq!(mei.get("/settings").await.location(), "/sign-in?back=%2Fsettings");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_from_elsewhere_are_refused() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let token = mei.token.clone();
    let fields = [("form_token", token.as_str()), ("body", "forged"), ("audience", "everyone")];
    for (fields, headers) in [
        (&fields[1..], vec![]),
        (&[("form_token", "wrong"), ("body", "forged"), ("audience", "everyone")][..], vec![]),
        (&fields[..], vec![("origin", "https://evil.example")]),
        (&fields[..], vec![("origin", "null")]),
        (&fields[..], vec![("sec-fetch-site", "cross-site")]),
        (&fields[..], vec![("sec-fetch-site", "same-site")]),
    ] {
        let answer = mei.post_raw("/moments", fields, &headers).await;
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    assert!(!mei.home().await.contains("forged"));
    let origin = mei.origin.clone();
    let honest = mei.post_raw("/moments", &fields, &[("origin", &origin), ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(honest.status, 303);
    // Signing in by a forged form too.
    let mut other = Person::new(&a);
    let password = mei.password.clone();
    let forged = other.post_raw("/sign-in", &[("name", "mei"), ("password", &password)], &[]).await;
    assert_eq!(forged.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mode_of_registration_decides_who_comes_in() {
    for (mode, expected) in [
        (RegistrationMode::Approval, "Send application"),
        (RegistrationMode::Invitation, "joined by invitation"),
        (RegistrationMode::Closed, "takes no new members at present"),
    ] {
        let a = Server::start_with("guangzhou", |config| config.registration.mode = mode).await;
        let mut visitor = Person::new(&a);
        visitor.cookies.insert("language".to_owned(), "en".to_owned());
        let page = visitor.get("/sign-up").await;
        assert!(page.body.contains(expected), "{mode:?}: {}", page.body);
        let front = visitor.get("/").await;
        visitor.token = front.form_token();
        let password = "correct horse battery";
        let sent = visitor.post("/sign-up", &[("name", "mei"), ("password", password), ("reason", "从揭阳来")]).await;
        visitor.name = "mei".to_owned();
        visitor.password = password.to_owned();
        let in_now = visitor.sign_in().await;
        assert_eq!(in_now.status, 422, "{mode:?}: nobody is in yet");
        assert_eq!(in_now.body.contains("waiting for an officer"), mode == RegistrationMode::Approval);
        assert_eq!(sent.status, if mode == RegistrationMode::Approval { 303 } else { 403 });
        assert_eq!(visitor.get("/@mei").await.status, 404, "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_lets_one_person_in_once() {
    let a = Server::start_with("guangzhou", |config| config.registration.mode = RegistrationMode::Open).await;
    let mut mei = a.sign_up("mei").await;
    let made = mei.post("/invitations", &[("note", "阿兰")]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let (_, rest) = made.body.split_once("/sign-up?invitation=").unwrap();
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let picture = mei.get(&format!("/invitations/code.svg?invitation={token}")).await;
    assert!(picture.body.starts_with("<svg") && picture.header("content-type") == "image/svg+xml");
    let uses = |conn: &mut huiguan::db::Conn, token: &str, name: &str| {
        let new = huiguan::domain::login::New {
            name: name.to_owned(),
            display_name: String::new(),
            email: String::new(),
            password_hash: "x".to_owned(),
            role: Role::Member,
            state: huiguan::domain::login::State::Active,
            language: None,
            time_zone: None,
            reason: String::new(),
        };
        let keys = huiguan::domain::actor::Keys::make()?;
        let member = huiguan::domain::login::add(conn, &new, &keys)?;
        huiguan::domain::invitation::redeem(conn, token, member.login.id)
    };
    let first = token.clone();
    a.ctx.write(move |conn| uses(conn, &first, "lan")).await.unwrap();
    let again = token.clone();
    assert!(a.ctx.write(move |conn| uses(conn, &again, "hua")).await.is_err());
    assert_eq!(mei.get("/@lan").await.status, 200);
    assert_eq!(mei.get("/@hua").await.status, 404, "the whole transaction is undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_opens_by_role() {
    let a = Server::start("guangzhou").await;
    let mut owner = a.sign_up_as("owner1", Role::Owner).await;
    let mut moderator = a.sign_up_as("mod", Role::Moderator).await;
    let mut member = a.sign_up("mei").await;
    let mut anonymous = Person::new(&a);
    for path in ["/office", "/office/members", "/office/peers", "/office/log", "/office/hall"] {
        let for_owner = path == "/office/hall";
        assert_eq!(owner.get(path).await.status, 200, "{path}");
        assert_eq!(moderator.get(path).await.status, if for_owner { 403 } else { 200 }, "{path}");
        assert_eq!(member.get(path).await.status, 403, "{path}");
        assert_eq!(anonymous.get(path).await.status, 303, "{path}");
    }
    let ids = owner.get("/office/members").await.links("/office/members/");
    let suspensions: Vec<_> = ids.into_iter().filter(|link| link.ends_with("/state")).collect();
    // In the order of names: mei, mod. Nobody is offered to suspend themself.
    assert_eq!(suspensions.len(), 2);
    let own = a.ctx.read(|conn| Ok(huiguan::domain::login::find(conn, "owner1")?.unwrap().login.id)).await.unwrap();
    let own = format!("/office/members/{own}/state");
    assert_eq!(member.post(&suspensions[1], &[("state", "suspended")]).await.status, 403);
    assert_eq!(moderator.post(&own, &[("state", "suspended")]).await.status, 403, "not an officer");
    assert_eq!(owner.post(&own, &[("state", "suspended")]).await.status, 403, "the last owner stays");
    assert_eq!(owner.get("/office").await.status, 200);
    assert_eq!(moderator.post(&suspensions[0], &[("state", "suspended")]).await.status, 303);
    assert_eq!(member.get("/me").await.status, 303, "the session is over");
    assert_eq!(owner.get("/@mei").await.status, 404);
    assert!(owner.get("/office/log").await.body.contains("mei"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_in_several_scripts_is_kept_and_crosses() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    super::server::befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let saved = mei
        .post(
            "/settings/profile",
            &[
                ("display_name", "陈美玲"),
                ("name_hant", "陳美玲"),
                ("name_en", "Mei-ling Chen"),
                ("hometown", "广东潮州"),
                ("about", "教书的。"),
            ],
        )
        .await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    super::server::settle(&[&a, &b]).await;
    let page = lan.get(&format!("/@{}", mei.address())).await.body;
    for words in ["陈美玲", "陳美玲", "Mei-ling Chen", "广东潮州", "教书的。"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let wrong = mei.post("/settings/profile", &[("display_name", ""), ("about", "kept")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("kept"));
    let wrong = mei.post("/settings/preferences", &[("time_zone", "Nowhere"), ("language", "en")]).await;
    assert_eq!(wrong.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_speak_the_readers_language_and_remember_preferences() {
    let a = Server::start("guangzhou").await;
    let mut visitor = Person::new(&a);
    for (language, words) in [("zh-Hans", "登录"), ("zh-Hant", "登入"), ("en", "Sign in")] {
        let answer = visitor.get(&format!("/preferences?language={language}&type=large&theme=dark&back=/about")).await;
        assert_eq!((answer.status, answer.location()), (303, "/about"));
        let page = visitor.get("/about").await.body;
        assert!(
            page.contains(&format!("<html lang=\"{language}\" data-theme=\"dark\" data-type=\"large\">")),
            "{page}"
        );
        assert!(page.contains(words));
    }
    let away = visitor.get("/preferences?theme=light&back=//evil.example").await;
    assert_eq!(away.location(), "/");
    let header = visitor
        .client
        .get(format!("{}/about", a.origin))
        .header("accept-language", "zh-TW,en;q=0.5")
        .send()
        .await
        .unwrap();
    assert!(header.text().await.unwrap().contains("lang=\"zh-Hant\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_its_armour_and_errors_are_pages() {
    let a = Server::start("guangzhou").await;
    let mut visitor = Person::new(&a);
    for path in ["/", "/about", "/sign-in", "/nowhere", "/@nobody", "/static/x/huiguan.css", "/healthz", "/actor"] {
        let answer = visitor.get(path).await;
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    // What a page is depends on these, and shared caches must know.
    for path in ["/", "/about", "/sign-in", "/nowhere"] {
        let vary = visitor.get(path).await.header("vary").to_ascii_lowercase();
        let named: Vec<&str> = vary.split(',').map(str::trim).collect();
        assert!(["accept", "cookie", "accept-language"].iter().all(|name| named.contains(name)), "{path}: {vary}");
    }
    // Nobody makes our links lead elsewhere by naming another host.
    for path in
        ["/", "/about", "/@hall", "/actor", "/.well-known/webfinger?resource=acct:hall@evil.example", "/nowhere"]
    {
        let request = visitor.client.get(format!("{}{path}", a.origin)).header("host", "evil.example");
        let answer = request.header("x-forwarded-host", "evil.example").send().await.unwrap();
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = answer.text().await.unwrap();
        assert!(!location.contains("evil.example") && !body.contains("evil.example"), "{path}: {location} {body}");
    }
    let head = visitor.client.head(format!("{}/about", a.origin)).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert!(head.bytes().await.unwrap().is_empty());
    let missing = visitor.get("/nowhere").await;
    assert_eq!(missing.status, 404);
    assert!(missing.body.contains("href=\"/\"") && missing.body.starts_with("<!DOCTYPE html>"));
    let page = visitor.get("/sign-in").await;
    visitor.token = page.form_token();
    let huge = "x".repeat(300_000);
    assert_eq!(visitor.post("/sign-in", &[("name", &huge)]).await.status, 413);
    let plain = visitor.client.post(format!("{}/sign-in", a.origin)).body("{}").send().await.unwrap();
    assert_eq!(plain.status(), 403);
}
