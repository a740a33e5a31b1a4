//! The archives of both halls of the demo are searched together; and somebody in the second hall writes to the archivists of the first
//! about an item.

use super::stage::{Person, eventually};
use crate::domain::actor;
use crate::domain::archive;
use crate::domain::item::{self, Coming, Draft, Said, State};
use crate::domain::partner::{self, Standing};
use crate::domain::post;
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::Record;
use crate::remote;

/// Two officers let their archives be searched together: `asking` asks, `asked` has something of its own and agrees.
pub async fn play(asking: &Person, asked: &Person) -> Result<()> {
    let address = format!("{}@{}", archive::NAME, asked.ctx().authority);
    let found = remote::person::look_up(asking.ctx(), asking.actor().id, &address).await?;
    asking.ctx().write(move |conn| partner::ask(conn, &found)).await?;
    describe(asked).await?;
    let other = eventually(asked.ctx(), |conn| {
        let asks = partner::list(conn)?.into_iter().find(|one| matches!(one.standing, Standing::Asks(_)));
        Ok(asks.map(|one| one.actor.id))
    })
    .await?;
    asked.ctx().write(move |conn| partner::accept(conn, other).map(drop)).await?;
    for hall in [asking, asked] {
        eventually(hall.ctx(), |conn| {
            Ok(partner::list(conn)?.iter().any(|one| one.standing == Standing::Open).then_some(()))
        })
        .await?;
    }
    write(asking, asked).await
}

/// An item of the second hall.
async fn describe(keeper: &Person) -> Result<()> {
    let said = Said { form: "letter".to_owned(), ..Said::default() };
    let record: Record = keeper.ctx().forms.read(&said.form, |field| {
        let text = match field.code {
            "title" => "古晋回批一封",
            "date" => "民国廿七年正月",
            "place" => "古晋",
            "surname" => "陈",
            "subject" => "侨批",
            "description" => "家中收到银两后写回的一纸，背面有批局的红印。",
            _ => "",
        };
        vec![(text.to_owned(), String::new())]
    })?;
    let draft = Draft::parse(&said, record)?;
    keeper
        .ctx()
        .write(move |conn| {
            let made = item::create(conn, &draft, State::Draft, &Coming::default())?;
            item::publish(conn, made.id, true).map(drop)
        })
        .await
}

/// Somebody in the second hall answers to an item of the first.
async fn write(keeper: &Person, writer: &Person) -> Result<()> {
    let (id, uri) = keeper
        .ctx()
        .read(|conn| {
            let item = item::harvest(conn, (0, PostId(0)), (0, i64::MAX), &item::Set::All, 1)?.into_iter().next();
            let (item, _) = item.ok_or_else(|| Error::broken("nothing is public"))?;
            Ok((item.id, post::by_id(conn, item.id)?.uri))
        })
        .await?;
    let copy = eventually(writer.ctx(), move |conn| post::stored(conn, &uri)).await?;
    writer.says(&copy, "前排右二像是我外公的堂兄，家里还有他的照片。").await?;
    let name = writer.actor().name.clone();
    eventually(keeper.ctx(), move |conn| {
        let known = item::notes(conn, id)?;
        let by = known.iter().filter_map(|note| note.author_id);
        let by = actor::by_ids(conn, &by.collect::<Vec<_>>())?;
        Ok(by.iter().any(|one| one.name == name).then_some(()))
    })
    .await
}
