// A group: founded, joined from here and from another hall, talked in; what is announced there and confirmed, signing up on a list, what an
// officer takes down and puts back, and leaving.
import { words } from './words.mjs';

const NAME = '番禺同乡';
const PATH = '/@panyu';

const inDays = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export async function group(owner, mei, lan, settle) {
  await founding(owner);
  await joining(mei);
  const away = await joiningFromAway(owner, lan, settle);
  await topic(owner, mei);
  await announcement(owner, mei, settle);
  await announcementAway(owner, lan, away, settle);
  await rollCall(owner, mei);
  await takingDown(owner, mei, settle);
  await leaving(mei, lan, away, settle);
}

async function founding(owner) {
  const { page } = owner;
  await owner.goes('/groups');
  await owner.follows('main a[href="/groups/new"]');
  await owner.types({ title: ' ', name: 'panyu', about: '番禺人在城里' });
  await page.click('label.choice:has([name=entrance][value=open])');
  owner.expect((await owner.sends()) === 422, 'a group without a name is answered');
  await owner.isTold('group-problem-title-empty');
  const kept = (await page.inputValue('[name=name]')) === 'panyu' && (await page.inputValue('[name=about]')) === '番禺人在城里';
  owner.expect(kept && (await page.isChecked('[name=entrance][value=open]')), 'what was typed and chosen is kept');
  await owner.types({ title: NAME });
  await owner.sends();
  await owner.hears('flash-group-founded', { name: NAME });
  owner.expect(owner.path === PATH && (await owner.sees('番禺人在城里')) && (await owner.reads('group-empty')), 'the group has its page');
}

async function joining(mei) {
  await mei.goes('/groups');
  await mei.follows(`main a[href="${PATH}"]`);
  mei.expect((await mei.page.locator('main a[href$="/posts/new"]').count()) === 0, 'who does not belong to it begins no topic');
  await mei.sends('form[action$="/membership"] button');
  await mei.hears('flash-group-joined', { name: NAME });
  await mei.follows('.subtabs a[href$="/members"]');
  mei.expect((await mei.sees('国栋')) && (await mei.sees('美玲')), 'both stand among the members');
}

// Answers where the group stands in the other hall.
async function joiningFromAway(owner, lan, settle) {
  const address = `@panyu@${lan.away}`;
  await lan.goes('/search');
  await lan.types({ q: address });
  await lan.sends('main form.find button.main');
  lan.expect(lan.path === `/${address}` && (await lan.sees(NAME)), 'the group is found by its address');
  await lan.sends('form[action$="/membership"] button');
  await lan.hears('flash-group-asked', { name: NAME });
  await settle();
  await lan.goes(`/${address}`);
  lan.expect(await lan.reads('group-leave'), 'the other hall has let them in');
  return `/${address}`;
}

async function topic(owner, mei) {
  const { page } = owner;
  await owner.goes(PATH);
  await owner.follows('main a[href$="/posts/new"]');
  await owner.types({ title: '春茗' });
  owner.expect((await owner.sends()) === 422, 'a topic without a word is answered');
  await owner.isTold('problem-body-empty');
  owner.expect((await page.inputValue('[name=title]')) === '春茗', 'its title is kept');
  await owner.types({ body: '正月十八，老地方，各带一样点心。' });
  await owner.sends();
  await owner.hears('flash-group-posted');
  await mei.goes(PATH);
  await mei.follows('article:has-text("春茗") h3 a');
  await mei.types({ body: '我带萝卜糕' });
  await mei.sends('#write button.main');
  await mei.hears('flash-comment');
  await owner.goes(PATH);
  owner.expect(await owner.sees('我带萝卜糕'), 'the comment stands under the topic');
}

async function announcement(owner, mei, settle) {
  const { page } = owner;
  const day = inDays(7);
  await owner.goes(PATH);
  await owner.follows('main .row a[href$="/announcements/new"]');
  await owner.types({ title: ' ', body: '腊月二十，正厅，上午九时。', office: '秘书处', confirm_by: day });
  await page.check('[name=asks]');
  owner.expect((await owner.sends()) === 422, 'an announcement without a title is answered');
  await owner.isTold('announcement-problem-title');
  const kept = (await page.inputValue('[name=body]')).startsWith('腊月二十') && (await page.inputValue('[name=confirm_by]')) === day;
  owner.expect(kept && (await page.isChecked('[name=asks]')), 'its text, its day and what it asks are kept');
  await owner.types({ title: '冬至祭祖', confirm_by: inDays(-3) });
  owner.expect((await owner.sends()) === 422, 'a day that is past is answered');
  await owner.isTold('announcement-problem-day');
  await owner.types({ confirm_by: day });
  await owner.sends();
  await owner.hears('flash-announced');
  owner.expect(await owner.reads('group-pinned'), 'it is pinned');
  await settle();
  await mei.goes('/');
  const asked = mei.page.locator('section[aria-labelledby=waiting]');
  mei.expect((await asked.innerText()).includes('冬至祭祖'), 'it waits at home to be confirmed');
  await mei.goes('/notices');
  mei.expect(await mei.page.locator('li.person:has-text("冬至祭祖") .chip.hot').isVisible(), 'the notice is new');
  await mei.follows('li.person:has-text("冬至祭祖") .between a');
  mei.expect((await mei.sees('正厅，上午九时')) && (await mei.sees('秘书处')), 'the notice leads to it');
  await mei.sends('article form[action$="/confirmation"] button');
  await mei.hears('flash-confirmed');
  mei.expect(await mei.reads('confirmation-given'), 'it says that it is confirmed');
  mei.expect((await mei.page.locator('form[action$="/confirmation"]').count()) === 0, 'nobody is asked twice');
  await mei.goes('/');
  mei.expect((await asked.count()) === 0, 'nothing waits at home any more');
  await table(owner, '1 / 2', [['美玲', 'ok'], ['lan', 'warn']]);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/confirmations.csv"]')]);
  owner.expect(file.suggestedFilename().endsWith('.csv'), `the table comes as ${file.suggestedFilename()}`);
  const sheet = await page.request.get(owner.hall + (await page.getAttribute('a[href$="/confirmations.csv"]', 'href')));
  owner.expect(sheet.headers()['content-type'].startsWith('text/csv'), `the table is ${sheet.headers()['content-type']}`);
  const lines = (await sheet.text()).trim().split('\n');
  const states = lines.slice(1).map(line => /,(confirmed|open),/.exec(line)?.[1]).sort();
  owner.expect(states.join() === 'confirmed,open', `the table holds ${lines}`);
  await owner.sends('form[action$="/reminder"] button');
  await owner.hears('flash-reminded');
  await settle();
}

// The table of who has confirmed: how many, and the state of each.
async function table(owner, tally, states) {
  await owner.goes(PATH);
  await owner.follows('article:has-text("冬至祭祖") a[href$="/confirmations"]');
  owner.expect(await owner.sees(tally), `${tally} have confirmed`);
  for (const [name, chip] of states) {
    const line = owner.page.locator(`li.person:has-text("${name}") .chip.${chip}`);
    owner.expect(await line.isVisible(), `${name} stands in the table as ${chip}`);
  }
  await owner.follows('a.chip[href$="?show=confirmed"]');
  const shown = await owner.page.locator('section[aria-labelledby=who] li.person').count();
  owner.expect(shown === states.filter(([, chip]) => chip === 'ok').length, `${shown} are shown as confirmed`);
  await owner.follows('a.chip[href$="/confirmations"]');
}

async function announcementAway(owner, lan, away, settle) {
  await lan.goes('/notices');
  lan.expect((await lan.page.locator('li.person:has-text("冬至祭祖")').count()) > 0, 'the notice has come to the other hall');
  await lan.follows('li.person:has-text("冬至祭祖") .between a');
  lan.expect(await lan.sees('正厅，上午九时'), 'it can be read there');
  await lan.goes(away);
  await lan.follows('article:has-text("冬至祭祖") h3 a');
  await lan.sends('article form[action$="/confirmation"] button');
  await lan.hears('flash-confirmed');
  await settle();
  await table(owner, '2 / 2', [['美玲', 'ok'], ['lan', 'ok']]);
}

async function rollCall(owner, mei) {
  const { page } = owner;
  await owner.goes(PATH);
  await owner.follows('main a[href$="/posts/new"]');
  await owner.types({ title: '聚餐接龙', body: '冬至聚餐，请接龙。' });
  await page.click('details:has([name=roll]) summary');
  await page.check('[name=roll]');
  await owner.types({ roll_capacity: '3', roll_fields: '餐食：荤、素' });
  await owner.sends();
  await owner.hears('flash-group-posted');
  owner.expect(await owner.reads('roll-empty'), 'the list is open and empty');
  await mei.goes(PATH);
  await mei.follows('article:has-text("聚餐接龙") .roll a[href$="/roll-call"]');
  await mei.types({ name: ' ', note: '带一盒月饼' });
  mei.expect((await mei.sends('#join button.main')) === 422, 'a line without a name is answered');
  await mei.isTold('roll-problem-name');
  mei.expect((await mei.page.inputValue('[name=note]')) === '带一盒月饼', 'what was typed is kept');
  await mei.types({ name: '美玲一家' });
  await mei.page.selectOption('[name=answer1]', '素');
  await mei.sends('#join button.main');
  await mei.hears('flash-roll-in');
  const line = mei.page.locator('.rollcall li.mine');
  mei.expect(/美玲一家.*素.*带一盒月饼/s.test(await line.innerText()), 'the line stands on the list');
  await mei.follows('.rollcall li.mine a[href*="/entries/"]');
  await mei.types({ heads: '2' });
  await mei.sends();
  await mei.hears('flash-roll-edited');
  mei.expect((await line.innerText()).includes('×2'), 'two come');
  await mei.follows('.rollcall li.mine a[href*="/entries/"]');
  await mei.sends('form[action$="/roll-call/removal"] button');
  await mei.hears('flash-roll-left');
  mei.expect((await line.count()) === 0 && (await mei.reads('roll-empty')), 'the line is gone');
  await owner.goes(PATH);
  await owner.follows('article:has-text("聚餐接龙") .roll a[href$="/roll-call"]');
  await owner.sends('form[action$="/roll-call/state"] button');
  await owner.hears('flash-roll-closed');
  await mei.goes(PATH);
  await mei.follows('article:has-text("聚餐接龙") .roll a[href$="/roll-call"]');
  mei.expect((await mei.reads('roll-over')) && (await mei.page.locator('#join').count()) === 0, 'the list takes nobody any more');
}

// What mei writes is taken down with a reason, which she reads; and put back.
async function takingDown(owner, mei, settle) {
  const article = 'article:has-text("出让按摩椅")';
  const managing = `${article} summary:has-text("${words(owner.language, 'group-manage')}")`;
  await mei.goes(PATH);
  await mei.follows('main a[href$="/posts/new"]');
  await mei.types({ title: '出让按摩椅', body: '九成新，自取。' });
  await mei.sends();
  await mei.hears('flash-group-posted');
  await owner.goes(PATH);
  await owner.page.click(managing);
  await owner.follows(`${article} a[href$="/taking-down"]`);
  await owner.types({ reason: '群里不做买卖' });
  await owner.sends('main form button.bad');
  await owner.hears('flash-group-taken-down');
  await settle();
  await mei.goes('/notices');
  await mei.follows('li.person:has-text("九成新") .between a');
  const told = (await mei.reads('group-taken-down')) && (await mei.reads('group-reason', { reason: '群里不做买卖' }));
  mei.expect(told, 'its author reads that it was taken down, and why');
  await owner.goes(PATH);
  await owner.page.click(managing);
  await owner.sends(`${article} form:has(input[value=restored]) button`);
  await owner.hears('flash-group-restored');
  await mei.goes(PATH);
  await mei.follows(`${article} h3 a`);
  mei.expect(!(await mei.reads('group-taken-down')) && (await mei.sees('九成新')), 'it is back');
}

async function leaving(mei, lan, away, settle) {
  await mei.goes(PATH);
  await mei.sends('form[action$="/membership/removal"] button');
  await mei.hears('flash-group-left', { name: NAME });
  mei.expect(await mei.reads('group-join'), 'one may come back');
  await lan.goes(away);
  await lan.sends('form[action$="/membership/removal"] button');
  await lan.hears('flash-group-left', { name: NAME });
  await settle();
}
