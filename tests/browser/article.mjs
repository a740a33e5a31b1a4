// A public account with three editors: opened, written for, met by two at once, scheduled, published, commented on, edited, taken down and put
// out again; an editor who is taken off the staff while writing; readers here without an account and in another hall.
import { words } from './words.mjs';

const NAME = '榕江侨报';
const PATH = '/@gazette';
const TITLE = '抽屉里的一扎侨批';

const at = hours => new Date(Date.now() + hours * 3_600_000 + 8 * 3_600_000).toISOString().slice(0, 16);

// `editors` are the owner and two members; `visitor` isn't signed in.
export async function article({ editors: [owner, mei, hua], lan, visitor, javaScriptEnabled, settle }) {
  await opening(owner);
  await following(lan, settle);
  const draft = await drafting(mei);
  if (javaScriptEnabled) await savedByItself(mei, draft);
  if (javaScriptEnabled) await seenMeanwhile(mei, draft);
  await link(mei, visitor, draft);
  await meeting(mei, hua, draft);
  await scheduling(mei, draft);
  const { here, there } = await publishing(mei, lan, visitor, draft, settle);
  await comments(owner, lan, visitor, { here, there }, settle);
  await editing(hua, lan, visitor, { here, there }, settle);
  await dismissed(owner, hua, draft);
  await takenDown(owner, mei, lan, visitor, { draft, here, there }, settle);
}

async function opening(owner) {
  const { page } = owner;
  await owner.goes('/accounts');
  await owner.follows('main a[href="/accounts/new"]');
  await owner.types({ title: ' ', name: 'gazette', topics: '侨批 潮菜', about: '老信、旧味、近事' });
  owner.expect((await owner.sends()) === 422, 'an account without a name is answered');
  await owner.isTold('account-problem-title-empty');
  const kept = (await page.inputValue('[name=name]')) === 'gazette' && (await page.inputValue('[name=topics]')) === '侨批 潮菜';
  owner.expect(kept, 'what was typed is kept');
  await owner.types({ title: NAME });
  await owner.sends();
  await owner.hears('flash-account-opened', { name: NAME });
  owner.expect(owner.path === PATH && (await owner.reads('account-empty')), 'the account has its page');
  await owner.follows('.subtabs a[href$="/staff"]');
  const add = 'section[aria-labelledby=add] button.main';
  await owner.types({ who: 'nobody' });
  owner.expect((await owner.sends(add)) === 422, 'somebody unknown is answered');
  await owner.isTold('account-problem-person');
  for (const [who, name] of [['mei', '美玲'], ['hua', 'hua']]) {
    await owner.page.fill(`section[aria-labelledby=add] [name=who]`, who);
    await owner.sends(add);
    await owner.hears('flash-account-staff', { name });
  }
  const editors = page.locator(`li.person .chip:text-is("${words(owner.language, 'account-role-editor')}")`);
  owner.expect((await editors.count()) === 2, 'two editors are on the staff');
}

async function following(lan, settle) {
  await lan.goes('/search');
  await lan.types({ q: `@gazette@${lan.away}` });
  await lan.sends('main form.find button.main');
  lan.expect(await lan.sees(NAME), 'the account is found by its address');
  await lan.sends('form[action="/friends/requests"] button.main');
  await settle();
  await lan.goes(`${PATH}@${lan.away}`);
  lan.expect(await lan.reads('tie-follows'), 'it is followed at once');
}

// Answers where the draft is.
async function drafting(mei) {
  const { page } = mei;
  await mei.goes('/accounts');
  await mei.follows(`section[aria-labelledby=mine] a[href$="/drafts"]`);
  mei.expect(await mei.reads('draft-none'), 'nothing is written yet');
  await mei.sends('main form[action$="/drafts"] button.main');
  await page.click('details:has(pre) summary');
  // How readings and poems are written is said on the form.
  const [reading, poem] = ((await page.locator('details pre').innerText()).match(/\{[^|]+\|[^}]+\}|```\S+/g));
  mei.expect(reading.startsWith('{') && poem.startsWith('```'), `the form tells of ${reading} and ${poem}`);
  const table = `| 年 | 封 |\n|--|--|\n| 1931 | 12 |`;
  const body = `# 水客\n\n${reading}，带信的人。[^1]\n\n${table}\n\n${poem}\n天顶一粒星\n地下一支灯\n\`\`\`\n\n[^1]: 也带银。`;
  await mei.types({ title: TITLE, body });
  mei.expect((await mei.sends('#draft button[value=preview]')) === 200, 'the preview is shown');
  await isSet(mei, '#preview .prose');
  mei.expect((await page.inputValue('#draft [name=body]')).replaceAll('\r', '') === body, 'the text is still in the form');
  await mei.sends('#draft button[value=save]');
  await mei.hears('flash-draft-saved');
  mei.expect((await page.inputValue('#draft [name=title]')) === TITLE, 'it is saved');
  return mei.path;
}

// Heading, reading, table, poem and footnote have become what they are.
async function isSet(hand, where) {
  const shown = hand.page.locator(where);
  const parts = ['h2:has-text("水客")', 'ruby rt', 'table td:has-text("1931")', '.poem br', '.footnotes li:has-text("也带银")', 'sup a'];
  for (const part of parts) hand.expect((await shown.locator(part).count()) > 0, `${part} is in ${where}`);
  hand.expect(!(await shown.innerText()).includes('```'), 'no marks are left over');
}

// Some seconds after the last key.
async function savedByItself(mei, draft) {
  const { page } = mei;
  await page.locator('#draft [name=subtitle]').pressSequentially('侨批往事');
  await page.waitForFunction(said => document.getElementById('saved').textContent === said, words(mei.language, 'draft-saved'));
  await mei.goes(draft);
  mei.expect((await page.inputValue('#draft [name=subtitle]')) === '侨批往事', 'it saved itself');
}

// How it will look stands beside the form while somebody writes; nothing is saved for it.
async function seenMeanwhile(mei, draft) {
  const { page } = mei;
  await mei.goes(draft);
  const text = await page.inputValue('#draft [name=body]');
  await page.click('#live summary');
  await page.waitForSelector('#live .prose h2:has-text("水客")');
  await isSet(mei, '#live .prose');
  await page.fill('#draft [name=body]', `${text}\n\n# 边写边看`);
  await page.waitForSelector('#live .prose h2:has-text("边写边看")');
  await page.fill('#draft [name=body]', text);
}

// A link by which outsiders see the draft, until it is closed.
async function link(mei, visitor, draft) {
  await mei.goes(draft);
  await mei.sends('form[action$="/link"] button');
  const shown = await mei.page.locator('section[role=status] a.code').getAttribute('href');
  visitor.expect((await visitor.page.goto(shown)).status() === 200 && (await visitor.sees('带信的人')), 'an outsider sees the draft');
  visitor.expect(await visitor.reads('draft-link-note', { name: NAME }), 'it says that it is a draft');
  await mei.sends('form[action$="/link/removal"] button');
  await mei.hears('flash-draft-link-gone');
  visitor.expect((await visitor.page.goto(shown)).status() === 404, 'the link is closed');
}

// Two change the same draft: both texts are kept and shown.
async function meeting(mei, hua, draft) {
  const before = await mei.page.inputValue('#draft [name=body]');
  const beside = mei.page.locator('#beside textarea');
  await mei.goes(draft);
  await hua.goes(draft);
  await hua.types({ body: `${before}\n\n华姑的一段` });
  await hua.sends('#draft button[value=save]');
  await hua.hears('flash-draft-saved');
  await mei.types({ body: `${before}\n\n美玲的一段` });
  mei.expect((await mei.sends('#draft button[value=save]')) === 409, 'the other text is met');
  await mei.isTold('draft-problem-conflict');
  const form = () => mei.page.inputValue('#draft [name=body]');
  mei.expect((await form()).includes('华姑的一段') && (await beside.inputValue()).includes('美玲的一段'), 'both texts are shown');
  await mei.sends('#beside button[value=use]');
  await mei.hears('flash-draft-copy-used');
  mei.expect((await form()).includes('美玲的一段') && (await beside.inputValue()).includes('华姑的一段'), 'they have changed places');
  await mei.sends('#beside button[value=drop]');
  await mei.hears('flash-draft-copy-gone');
  mei.expect((await beside.count()) === 0, 'one is left');
}

async function scheduling(mei, draft) {
  const { page } = mei;
  const open = async () => { if (!(await page.isVisible('#due'))) await page.click('details:has(#due) summary'); };
  await mei.goes(draft);
  await open();
  await mei.types({ due: at(-48) });
  mei.expect((await mei.sends('#draft button[value=schedule]')) === 422, 'a time that is past is answered');
  await mei.isTold('draft-problem-past');
  mei.expect((await page.inputValue('#due')) !== '' && (await page.inputValue('#draft [name=title]')) === TITLE, 'what was typed is kept');
  await mei.types({ due: at(48) });
  await mei.sends('#draft button[value=schedule]');
  await mei.hears('flash-draft-scheduled');
  mei.expect(await mei.reads('draft-due'), 'it says when it comes out');
  await mei.follows('.subtabs a[href$="/drafts"]');
  mei.expect(await mei.page.locator(`li:has-text("${TITLE}") .chip.warn`).isVisible(), 'the list tells of it too');
  await mei.goes(draft);
  await mei.sends('#draft button[value=unschedule]');
  await mei.hears('flash-draft-unscheduled');
}

async function publishing(mei, lan, visitor, draft, settle) {
  await mei.goes(draft);
  await mei.sends('#draft button[value=publish]');
  await mei.hears('flash-article-published');
  const here = mei.path;
  await settle();
  await visitor.goes(PATH);
  await visitor.follows(`.story a:has-text("${TITLE}")`);
  visitor.expect(visitor.path === here && (await visitor.page.locator('h1').innerText()) === TITLE, 'visitors find and read it');
  await isSet(visitor, '.reading .prose');
  await lan.goes('/accounts');
  lan.expect(await lan.page.locator(`section[aria-labelledby=box] li:has-text("${TITLE}") .chip.hot`).isVisible(), 'it has come to the other hall');
  await lan.follows(`section[aria-labelledby=box] a:has-text("${TITLE}")`);
  await isSet(lan, '.reading .prose');
  return { here, there: lan.path };
}

async function comments(owner, lan, visitor, { here, there }, settle) {
  await lan.goes(there);
  lan.expect((await lan.sends('#write button.main')) === 422, 'an empty comment is answered');
  await lan.isTold('problem-body-empty');
  await lan.types({ body: '我家也有一扎' });
  await lan.sends('#write button.main');
  await settle();
  await visitor.goes(here);
  visitor.expect(!(await visitor.sees('我家也有一扎')), 'it is not seen before it is selected');
  await owner.goes(here);
  const waiting = owner.page.locator('.thread li:has-text("我家也有一扎") .chip.warn');
  owner.expect((await waiting.innerText()) === words(owner.language, 'comment-waiting'), 'editors see that it waits');
  await owner.goes(PATH);
  await owner.follows('.subtabs a[href$="/comments"]');
  await owner.sends('.thread li:has-text("我家也有一扎") button[value=select]');
  await owner.hears('flash-comment-selected');
  owner.expect(await owner.reads('account-comments-none'), 'nothing waits any more');
  await visitor.goes(here);
  visitor.expect(await visitor.sees('我家也有一扎'), 'it is seen once it is selected');
}

async function editing(hua, lan, visitor, { here, there }, settle) {
  await hua.goes(here);
  await hua.follows('.reading footer a[href^="/drafts/"]');
  await hua.types({ body: (await hua.page.inputValue('#draft [name=body]')).replace('带信的人', '带银信的人') });
  await hua.sends('#draft button[value=publish]');
  await hua.hears('flash-article-published');
  await settle();
  await visitor.goes(here);
  visitor.expect(await visitor.sees('带银信的人'), 'the article is edited');
  await visitor.follows('.reading header a[href$="/history"]');
  const versions = visitor.page.locator('article');
  const said = [await versions.count(), await visitor.sees('，带信的人'), await visitor.sees('，带银信的人')];
  visitor.expect(said.join() === '2,true,true', `its history holds both: ${said}`);
  await lan.goes(there);
  lan.expect(await lan.sees('带银信的人'), 'the edit has come to the other hall');
}

// Whoever is taken off the staff while writing is told, and keeps what they wrote.
async function dismissed(owner, hua, draft) {
  await hua.goes(draft);
  await owner.goes(PATH);
  await owner.follows('.subtabs a[href$="/staff"]');
  await owner.sends('li.person:has(a[href="/@hua"]) form[action$="/removal"] button');
  await owner.hears('flash-account-dismissed', { name: 'hua' });
  await hua.types({ body: '华姑写了一下午' });
  hua.expect((await hua.sends('#draft button[value=save]')) === 403, 'it is refused');
  hua.expect((await hua.reads('draft-lost')) && (await hua.reads('draft-lost-hint')), 'it says why');
  hua.expect((await hua.page.inputValue('main textarea')).includes('华姑写了一下午'), 'what was written is still there');
  await owner.goes(draft);
  owner.expect(!(await owner.page.inputValue('#draft [name=body]')).includes('华姑写了一下午'), 'nothing was saved');
}

async function takenDown(owner, mei, lan, visitor, { draft, here, there }, settle) {
  await mei.goes(draft);
  await mei.sends('form[action$="/unpublishing"] button');
  await mei.hears('flash-article-unpublished');
  await settle();
  for (const [one, path] of [[visitor, here], [lan, there]]) {
    const status = await one.goes(path);
    one.expect(status === 404 || status === 410, `it is gone, and answers ${status}`);
  }
  await owner.goes(draft);
  await owner.sends('#draft button[value=publish]');
  await owner.hears('flash-article-published');
  await settle();
  await visitor.goes(PATH);
  visitor.expect(await visitor.sees(TITLE), 'it is out again');
}
