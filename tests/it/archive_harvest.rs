//! The archive towards harvesters, by the letter of OAI-PMH 2.0: the order and number of elements as the schema has them, and the rules of
//! sections 3 and 4.

use std::collections::BTreeMap;

use huiguan::domain::login::Role;

use super::server::{Person, Server, client, settle};

/// An element with what stands in it; text is left out.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    inner: Vec<Element>,
    text: String,
}

impl Element {
    /// Reads a document; anything that isn't well formed is a fault of the test's.
    fn read(text: &str) -> Self {
        let mut stack = vec![Self::default()];
        let mut rest = text.split_once("?>").expect("an XML declaration").1;
        while let Some(at) = rest.find('<') {
            stack.last_mut().unwrap().text.push_str(&rest[..at]);
            let end = at + rest[at..].find('>').expect("a tag ends");
            let tag = &rest[at + 1..end];
            rest = &rest[end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                let whole = stack.pop().unwrap();
                assert_eq!(whole.name, name, "tags are closed in their order");
                stack.last_mut().expect("one root").inner.push(whole);
                continue;
            }
            let alone = tag.strip_suffix('/');
            let tag = alone.unwrap_or(tag);
            let (name, more) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            let mut attributes = BTreeMap::new();
            let mut left = more.trim();
            while let Some((key, behind)) = left.split_once("=\"") {
                let (value, behind) = behind.split_once('"').expect("a value ends");
                let first = attributes.insert(key.trim().to_owned(), value.to_owned()).is_none();
                assert!(first, "{key} stands once in {tag}");
                left = behind;
            }
            let element = Self { name: name.to_owned(), attributes, ..Self::default() };
            match alone {
                Some(_) => stack.last_mut().unwrap().inner.push(element),
                None => stack.push(element),
            }
        }
        let mut root = stack.pop().unwrap();
        assert!(stack.is_empty(), "everything is closed");
        root.inner.pop().unwrap()
    }

    fn names(&self) -> Vec<&str> {
        self.inner.iter().map(|one| one.name.as_str()).collect()
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.inner.iter().filter(move |one| one.name == name)
    }

    fn one(&self, name: &str) -> &Self {
        self.of(name).next().unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    /// Elements in this order, each as often as it may be: `?` at most once, `*` any number of times, `+` at least once.
    fn sequence(&self, rule: &[&str]) {
        let mut names = self.names();
        for part in rule {
            let (name, least, most) = match part.chars().last().unwrap() {
                '?' => (&part[..part.len() - 1], 0, 1),
                '*' => (&part[..part.len() - 1], 0, usize::MAX),
                '+' => (&part[..part.len() - 1], 1, usize::MAX),
                _ => (*part, 1, 1),
            };
            let count = names.iter().take_while(|one| **one == name).count().min(most);
            assert!(count >= least, "{} lacks {name}: {:?}", self.name, self.names());
            names.drain(..count);
        }
        assert!(names.is_empty(), "{} holds {names:?} too much or too early", self.name);
    }
}

fn is_stamp(text: &str) -> bool {
    text.len() == 20 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
}

fn is_spec(text: &str) -> bool {
    text.split(':').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'&'))
}

/// `headerType` of OAI-PMH.xsd.
fn check_header(header: &Element) {
    header.sequence(&["identifier", "datestamp", "setSpec*"]);
    assert!(header.one("identifier").text.starts_with("oai:"));
    assert!(is_stamp(&header.one("datestamp").text), "{header:?}");
    assert!(header.of("setSpec").all(|spec| is_spec(&spec.text)), "{header:?}");
    for (name, value) in &header.attributes {
        assert_eq!((name.as_str(), value.as_str()), ("status", "deleted"));
    }
}

/// `recordType`, and what `oai_dc.xsd` lets stand in `oai_dc`.
fn check_record(record: &Element) {
    record.sequence(&["header", "metadata?", "about*"]);
    let header = record.one("header");
    check_header(header);
    let is_deleted = header.attributes.contains_key("status");
    assert_eq!(record.of("metadata").count(), usize::from(!is_deleted), "a deleted record has no metadata");
    for metadata in record.of("metadata") {
        let [inner] = metadata.inner.as_slice() else { panic!("one document in {metadata:?}") };
        assert!(inner.attributes.contains_key("xsi:schemaLocation"), "{inner:?}");
        if inner.name == "oai_dc:dc" {
            const FIFTEEN: [&str; 15] = [
                "title",
                "creator",
                "subject",
                "description",
                "publisher",
                "contributor",
                "date",
                "type",
                "format",
                "identifier",
                "source",
                "language",
                "relation",
                "coverage",
                "rights",
            ];
            for one in &inner.inner {
                let name = one.name.strip_prefix("dc:").expect("an element of Dublin Core");
                assert!(FIFTEEN.contains(&name), "{name} is none of the fifteen");
                assert!(one.attributes.keys().all(|key| key == "xml:lang"), "{one:?}");
            }
        } else {
            assert_eq!(inner.name, "oai_dcterms:dcterms");
            assert!(inner.inner.iter().all(|one| one.name.starts_with("dcterms:")), "{inner:?}");
        }
    }
}

/// `OAI-PMHtype` with the type of each verb; answers what is in the verb's element, or the code of the error.
fn check(body: &str) -> Result<Element, String> {
    let mut root = Element::read(body);
    assert_eq!(root.attributes["xmlns"], "http://www.openarchives.org/OAI/2.0/");
    let last = root.inner.last().unwrap().name.clone();
    root.sequence(&["responseDate", "request", if last == "error" { "error+" } else { last.as_str() }]);
    assert!(is_stamp(&root.one("responseDate").text));
    let request = root.one("request");
    assert!(request.text.ends_with("/archive/oai"));
    if last == "error" {
        let code = root.one("error").attributes["code"].clone();
        let repeats = !request.attributes.is_empty();
        assert_eq!(repeats, !matches!(code.as_str(), "badVerb" | "badArgument"), "section 3.2: {body}");
        return Err(code);
    }
    assert_eq!(request.attributes["verb"], last);
    let told = root.inner.pop().unwrap();
    match last.as_str() {
        "Identify" => {
            told.sequence(&[
                "repositoryName",
                "baseURL",
                "protocolVersion",
                "adminEmail+",
                "earliestDatestamp",
                "deletedRecord",
                "granularity",
                "compression*",
                "description*",
            ]);
            assert_eq!(told.one("deletedRecord").text, "persistent");
            assert_eq!(told.one("granularity").text, "YYYY-MM-DDThh:mm:ssZ");
            assert!(is_stamp(&told.one("earliestDatestamp").text));
        }
        "ListMetadataFormats" => {
            told.sequence(&["metadataFormat+"]);
            told.inner.iter().for_each(|one| one.sequence(&["metadataPrefix", "schema", "metadataNamespace"]));
        }
        "ListSets" => {
            told.sequence(&["set+", "resumptionToken?"]);
            told.of("set").for_each(|one| one.sequence(&["setSpec", "setName", "setDescription*"]));
        }
        "GetRecord" => {
            told.sequence(&["record"]);
            check_record(told.one("record"));
        }
        "ListIdentifiers" => {
            told.sequence(&["header+", "resumptionToken?"]);
            told.of("header").for_each(check_header);
        }
        "ListRecords" => {
            told.sequence(&["record+", "resumptionToken?"]);
            told.of("record").for_each(check_record);
        }
        other => panic!("{other} is no verb"),
    }
    Ok(told)
}

/// Asks by GET and by POST, which must answer the same.
async fn asks(hall: &Server, question: &str) -> Result<Element, String> {
    let url = format!("{}/archive/oai", hall.origin);
    let get = client().get(format!("{url}?{question}")).send().await.unwrap();
    assert_eq!(get.status(), 200, "{question}");
    assert!(get.headers()["content-type"].to_str().unwrap().starts_with("text/xml"));
    let get = get.text().await.unwrap();
    // A harvester is no browser, and has never seen a page of ours.
    let post = client().post(&url).header("content-type", "application/x-www-form-urlencoded");
    let post = post.header("origin", "https://harvester.example").body(question.to_owned()).send().await.unwrap();
    assert_eq!(post.status(), 200, "{question} by POST");
    let post = post.text().await.unwrap();
    let without_time = |body: &str| body.split_once("</responseDate>").map(|(_, rest)| rest.to_owned());
    assert_eq!(without_time(&get), without_time(&post), "{question}");
    check(&get)
}

/// A hall with two public items, one of them in a collection, and one for members; answers its keeper and the page of the first.
async fn stocked() -> (Server, Person, String) {
    let a = Server::start("guangzhou").await;
    let mut keeper = a.sign_up_as("keeper", Role::Archivist).await;
    for (title, code, parent) in [("僑批", "QP", ""), ("陳家", "QP-1", "QP"), ("密檔", "MD", "")] {
        let fields = [("title", title), ("level", "series"), ("code", code), ("parent", parent)];
        assert_eq!(keeper.post("/archive/collections", &fields).await.status, 303);
    }
    assert_eq!(asks(&a, "verb=ListRecords&metadataPrefix=oai_dc").await.unwrap_err(), "noRecordsMatch");
    let more = [
        ("collection", "QP-1"),
        ("date", "光緒十三年"),
        ("title@en", "A \"letter\" <home>"),
        ("alternative", "批 & 信"),
    ];
    let path = keeper.describes("陳家僑批", &more, "publish").await;
    keeper.describes("密檔一件", &[("collection", "MD"), ("protocol", "members")], "publish").await;
    keeper.describes("合影", &[("form", "photograph")], "publish").await;
    settle(&[&a]).await;

    (a, keeper, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn harvesters_are_answered_by_the_letter_of_the_protocol() {
    let (a, mut keeper, _) = stocked().await;
    assert_eq!(asks(&a, "verb=Identify").await.unwrap().one("baseURL").text, format!("{}/archive/oai", a.origin));
    let sets = asks(&a, "verb=ListSets").await.unwrap();
    let specs: Vec<&str> = sets.inner.iter().map(|set| set.inner[0].text.as_str()).collect();
    for spec in ["form", "form:letter", "collection", "collection:QP", "collection:QP-1"] {
        assert!(specs.contains(&spec), "{spec}: {specs:?}");
    }
    assert!(!specs.contains(&"collection:MD"), "nothing in it was ever public");
    let whole = asks(&a, "verb=ListRecords&metadataPrefix=oai_dc").await.unwrap();
    assert_eq!(whole.names(), ["record", "record"]);
    let header = whole.inner[0].one("header");
    let identifier = header.one("identifier").text.clone();
    let own: Vec<&str> = header.of("setSpec").map(|spec| spec.text.as_str()).collect();
    assert_eq!(own, ["form:letter", "collection:QP-1", "collection:QP"]);
    let metadata = &whole.inner[0].one("metadata").inner[0];
    assert!(metadata.of("dc:title").any(|title| title.text == "A &quot;letter&quot; &lt;home&gt;"), "{metadata:?}");
    for prefix in ["oai_dc", "oai_dcterms"] {
        let one = asks(&a, &format!("verb=GetRecord&metadataPrefix={prefix}&identifier={identifier}")).await.unwrap();
        assert!(one.inner[0].one("metadata").inner[0].inner.len() > 4);
        let formats = asks(&a, &format!("verb=ListMetadataFormats&identifier={identifier}")).await.unwrap();
        let schema = formats.inner[1].one("schema").text.strip_prefix(&a.origin).unwrap().to_owned();
        assert!(keeper.get(&schema).await.body.contains("targetNamespace=\"https://w3id.org/huiguan/oai_dcterms/\""));
    }
    // Sets narrow, and what stands in a collection stands in those around it.
    for (set, count) in
        [("form", 2), ("form:letter", 1), ("collection", 1), ("collection:QP", 1), ("collection:QP-1", 1)]
    {
        let list = asks(&a, &format!("verb=ListIdentifiers&metadataPrefix=oai_dc&set={set}")).await.unwrap();
        assert_eq!(list.inner.len(), count, "{set}");
    }
    let datestamp = header.one("datestamp").text.clone();
    let day = &datestamp[..10];
    for (span, count) in [
        (format!("from={day}&until={day}"), 2),
        (format!("from={datestamp}"), 2),
        (format!("until={datestamp}"), 2),
        ("until=2999-12-31".to_owned(), 2),
    ] {
        let list = asks(&a, &format!("verb=ListIdentifiers&metadataPrefix=oai_dc&{span}")).await.unwrap();
        assert!((1..=count).contains(&list.inner.len()), "{span}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_is_refused_by_its_code() {
    let (a, ..) = stocked().await;
    let whole = asks(&a, "verb=ListIdentifiers&metadataPrefix=oai_dc").await.unwrap();
    let identifier = whole.inner[0].one("identifier").text.clone();
    let list = "verb=ListRecords&metadataPrefix=oai_dc";
    for (question, code) in [
        ("".to_owned(), "badVerb"),
        ("verb=Nothing".to_owned(), "badVerb"),
        ("verb=identify".to_owned(), "badVerb"),
        ("verb=Identify&verb=Identify".to_owned(), "badVerb"),
        ("verb=Identify&set=form".to_owned(), "badArgument"),
        ("verb=ListRecords".to_owned(), "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc".to_owned(), "badArgument"),
        (format!("verb=GetRecord&identifier={identifier}"), "badArgument"),
        (
            format!("verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}&identifier={identifier}"),
            "badArgument",
        ),
        (format!("{list}&metadataPrefix=oai_dc"), "badArgument"),
        (format!("{list}&colour=red"), "badArgument"),
        (format!("{list}&resumptionToken=x"), "badArgument"),
        (format!("{list}&from=tomorrow"), "badArgument"),
        (format!("{list}&from=2026-02-30"), "badArgument"),
        (format!("{list}&from=2026-01-01T00:00Z"), "badArgument"),
        (format!("{list}&from=2026-01-01T00:00:00%2B08:00"), "badArgument"),
        (format!("{list}&from=2026-01-02&until=2026-01-01"), "badArgument"),
        (format!("{list}&from=2026-01-01&until=2027-01-01T00:00:00Z"), "badArgument"),
        (format!("{list}&set=%3Cscript%3E"), "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc".to_owned(), "cannotDisseminateFormat"),
        (format!("verb=GetRecord&metadataPrefix=marc&identifier={identifier}"), "cannotDisseminateFormat"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:y".to_owned(), "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=x".to_owned(), "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:x:y".to_owned(), "idDoesNotExist"),
        ("verb=ListRecords&resumptionToken=x".to_owned(), "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=oai_dc!0!0!0!0!0!-1!".to_owned(), "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x".to_owned(), "badResumptionToken"),
        (format!("{list}&until=1970-01-01"), "noRecordsMatch"),
        (format!("{list}&from=2999-01-01"), "noRecordsMatch"),
        (format!("{list}&set=form:parcel"), "noRecordsMatch"),
        (format!("{list}&set=collection:MD"), "noRecordsMatch"),
    ] {
        assert_eq!(asks(&a, &question).await.unwrap_err(), code, "{question}");
    }
    let large = client().post(format!("{}/archive/oai", a.origin)).body("x".repeat(20_000)).send().await.unwrap();
    assert_eq!(large.status(), 413);
    assert_eq!(
        client().post(format!("{}/archive", a.origin)).send().await.unwrap().status(),
        403,
        "nothing else is so"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_public_is_told_as_deleted_in_its_sets() {
    let (a, mut keeper, path) = stocked().await;
    let list = "verb=ListRecords&metadataPrefix=oai_dc";
    let whole = asks(&a, list).await.unwrap();
    let identifier = whole.inner[0].one("header").one("identifier").text.clone();
    // What is taken out is told as deleted, in the sets that it was in.
    keeper.post(&format!("{path}/state"), &[("act", "withdraw")]).await;
    for set in ["form:letter", "collection:QP"] {
        let list = asks(&a, &format!("{list}&set={set}")).await.unwrap();
        assert_eq!(list.inner[0].one("header").attributes["status"], "deleted", "{set}");
    }
    let gone = asks(&a, &format!("verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}")).await.unwrap();
    assert_eq!(gone.inner[0].names(), ["header"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_harvest_comes_in_parts_and_misses_nothing() {
    const ITEMS: usize = 205;
    let a = Server::start("guangzhou").await;
    a.ctx
        .write(|conn| {
            use huiguan::domain::item::{Coming, Draft, Said, State, create, publish};
            for number in 0..ITEMS {
                let mut record = huiguan::record::Record::default();
                record.push("title", &format!("第{number}件"), "");
                let said = Said { form: "letter".to_owned(), ..Said::default() };
                let made = create(conn, &Draft::parse(&said, record)?, State::Draft, &Coming::default())?;
                publish(conn, made.id, false)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    for (verb, child) in [("ListRecords", "record"), ("ListIdentifiers", "header")] {
        let (mut question, mut seen, mut parts) =
            (format!("verb={verb}&metadataPrefix=oai_dc&set=form:letter"), Vec::new(), 0);
        loop {
            let part = asks(&a, &question).await.unwrap();
            let token = part.one("resumptionToken");
            assert_eq!(token.attributes["completeListSize"], ITEMS.to_string());
            assert_eq!(token.attributes["cursor"], seen.len().to_string());
            let header = |one: &Element| {
                if child == "record" {
                    one.one("header").one("identifier").text.clone()
                } else {
                    one.one("identifier").text.clone()
                }
            };
            seen.extend(part.of(child).map(header));
            parts += 1;
            if token.text.is_empty() {
                break;
            }
            let token: String = url::form_urlencoded::byte_serialize(token.text.as_bytes()).collect();
            question = format!("verb={verb}&resumptionToken={token}");
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((count, seen.len(), parts), (ITEMS, ITEMS, 3), "{verb}");
    }
}
