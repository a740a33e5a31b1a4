// The archive: an item described with the day as it is written on it, its original kept, read by visitors, its page transcribed; a recording
// that comes in parts, with its words; a gift of a member, asked about and taken in; and what another hall sees of it, corrected and withdrawn.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { words } from './words.mjs';

const TITLE = '前美陈家寄自叻坡的侨批';
const CORRECTED = '前美陈家寄自槟城的侨批';
const SHOW = '一封侨批走的路';
const LETTER = fileURLToPath(new URL('../../src/cli/demo/picture/letter.jpg', import.meta.url));
const PHOTO = fileURLToPath(new URL('../../src/cli/demo/picture/oldphoto.jpg', import.meta.url));

export async function archive({ owner, mei, lan, visitor, javaScriptEnabled, settle }) {
  await following(lan, settle);
  const item = await describing(owner, visitor);
  await original(owner, item, settle);
  await takenIn(owner, visitor, item, settle);
  const file = await reading(visitor, item);
  await hanging(owner, visitor, item);
  await transcribing(owner, mei, visitor, { item, file });
  await recording(owner, item, javaScriptEnabled, settle);
  const there = await elsewhere(lan);
  await giving(owner, mei, visitor, settle);
  await withdrawing(owner, visitor, lan, { item, there }, settle);
}

async function following(lan, settle) {
  await lan.goes('/search');
  await lan.types({ q: `@archive@${lan.away}` });
  await lan.sends('main form.find button.main');
  lan.expect(lan.path === `/@archive@${lan.away}`, 'the archive is found by its address');
  await lan.sends('form[action="/friends/requests"] button.main');
  await settle();
  await lan.goes(`/@archive@${lan.away}`);
  lan.expect(await lan.reads('tie-follows'), 'it is followed at once');
}

// Answers where the item is.
async function describing(owner, visitor) {
  const { page } = owner;
  await owner.goes('/archive');
  owner.expect(await owner.reads('archive-empty'), 'the archive is empty');
  await owner.follows('.subtabs a[href="/archive/items"]');
  await owner.follows('main a[href="/archive/items/new"]');
  await owner.follows('main nav a[href$="form=letter"]');
  const said = { date: '光緒十三年', surname: '陈', place: '饶平', description: '家中大小平安' };
  await owner.types({ title: ' ', amount: '若干', ...said });
  owner.expect((await owner.sends('button[value=draft]')) === 422, 'what is missing is answered');
  await owner.isTold('archive-problem-missing');
  await owner.isTold('archive-problem-amount');
  for (const [name, value] of Object.entries(said)) {
    owner.expect((await page.inputValue(`main [name=${name}]`)).trim() === value, `what was typed into ${name} is kept`);
  }
  await owner.types({ title: TITLE, amount: '〡〢〇元' });
  await owner.sends('button[value=draft]');
  await owner.hears('flash-archive-made');
  const shown = (await owner.sees('光緒十三年')) && (await owner.sees('1887')) && (await owner.reads('archive-state-draft'));
  owner.expect(shown, 'its day is read, and it is a draft');
  visitor.expect((await visitor.goes(owner.path)) === 404, 'a draft is not for visitors');
  return owner.path;
}

// An exhibition by buttons alone: blocks are added and moved, what is typed stays, and visitors see it once it is open.
async function hanging(owner, visitor, item) {
  const { page } = owner;
  await owner.goes('/archive');
  await owner.follows('.subtabs a[href="/archive/exhibitions"]');
  await owner.follows('main a[href="/archive/exhibitions/new"]');
  await owner.types({ title: SHOW, text1: '# 出洋' });
  await owner.sends('button[value=add-item]');
  await owner.types({ item2: '没有的', caption2: '封面先给批脚看' });
  await owner.sends('button[value=up-2]');
  const moved = async name => (await page.inputValue(`main [name=${name}]`)).trim();
  owner.expect((await moved('caption1')) === '封面先给批脚看' && (await moved('text2')) === '# 出洋', 'the blocks have changed places');
  owner.expect((await owner.sends('.sendbar button[value=save]')) === 422, 'an item that is not there is answered');
  await owner.isTold('archive-problem-link');
  owner.expect((await moved('title')) === SHOW && (await moved('caption1')) === '封面先给批脚看', 'what was typed is kept');
  await owner.types({ item1: item });
  await owner.sends('.sendbar button[value=save]');
  await owner.hears('flash-archive-made');
  const show = owner.path;
  visitor.expect((await visitor.goes(show)) === 404, 'what is in preparation is not for visitors');
  await owner.sends('form:has(input[value=publish]) button');
  await owner.hears('flash-exhibition-published');
  await visitor.goes('/archive/exhibitions');
  await visitor.follows(`.record a:has-text("${SHOW}")`);
  visitor.expect((await visitor.sees('封面先给批脚看')) && (await visitor.sees(TITLE)), 'the exhibition shows the item and what is said of it');
  await visitor.follows('.exhibit figcaption a');
  visitor.expect(visitor.path === item, 'it leads to the item');
  await visitor.goes('/archive/timeline');
  await visitor.follows('.ten a[href$="decade=1880"]');
  visitor.expect(await visitor.sees(TITLE), 'its decade leads to it');
}

async function original(owner, item, settle) {
  await owner.goes(item);
  await owner.follows('main a[href$="/edit"]');
  await owner.page.setInputFiles('#file-field', LETTER);
  await owner.sends('form[action$="/files"] button');
  await owner.hears('flash-archive-files');
  owner.expect(await owner.sees('letter.jpg'), 'the original stands in the list');
  await settle();
}

async function takenIn(owner, visitor, item, settle) {
  await owner.goes(item);
  const drawn = owner.page.locator('.leaves img');
  owner.expect((await drawn.evaluate(image => image.decode().then(() => image.naturalWidth))) > 0, 'its page is drawn');
  await owner.sends('form:has(input[value=publish]) button');
  await owner.hears('flash-archive-published');
  await settle();
  await visitor.goes('/archive');
  visitor.expect(await visitor.sees(TITLE), 'it stands among what is new');
}

// What visitors see of it; on a wide screen they can narrow down. Answers where the file is.
async function reading(visitor, item) {
  const { page } = visitor;
  await page.setViewportSize({ width: 1280, height: 900 });
  await visitor.goes('/archive/items');
  await visitor.follows('.facets a:has-text("饶平")');
  const chosen = page.locator('.facets a[aria-current=true]');
  visitor.expect((await chosen.innerText()).includes('饶平') && (await visitor.sees(TITLE)), 'it is found by its place');
  await visitor.follows('main .chip.hot');
  visitor.expect((await chosen.count()) === 0 && (await visitor.sees(TITLE)), 'all are shown again');
  await page.setViewportSize({ width: 390, height: 844 });
  await visitor.follows(`.record a:has-text("${TITLE}")`);
  visitor.expect(visitor.path === item, 'the list leads to the item');
  for (const text of ['光緒十三年', '家中大小平安', '〡〢〇元', 'ark:/']) {
    visitor.expect(await visitor.sees(text), `the item says ${text}`);
  }
  await visitor.follows('main a[href^="/ark:/"]');
  visitor.expect(visitor.path === item, 'its number leads to it');
  await visitor.follows('.leaves a');
  const drawn = page.locator('.zoom img');
  const width = () => drawn.evaluate(image => image.decode().then(() => image.getBoundingClientRect().width));
  const narrow = await width();
  await visitor.follows('a[href$="?zoom=2"]');
  visitor.expect(narrow > 0 && (await width()) > narrow, `the page grows from ${narrow} to ${await width()} px`);
  const answer = await page.request.get(visitor.hall + (await page.getAttribute('a[href$="/original"]', 'href')));
  const same = Buffer.compare(await answer.body(), readFileSync(LETTER)) === 0;
  visitor.expect(answer.headers()['content-type'] === 'image/jpeg' && same, 'the original is as it came');
  visitor.expect((await page.locator('main textarea').count()) === 0, 'visitors transcribe nothing');
  return visitor.path;
}

async function transcribing(owner, mei, visitor, { item, file }) {
  await mei.goes(file);
  await mei.types({ body: ' ' });
  mei.expect((await mei.sends('form[enctype][action$="/transcripts"] button.main')) === 422, 'an empty text is answered');
  await mei.isTold('problem-body-empty');
  await mei.types({ body: '慈亲大人\n膝下敬□者' });
  await mei.page.selectOption('#state', 'review');
  await mei.sends('form[enctype][action$="/transcripts"] button.main');
  await mei.hears('flash-archive-read');
  mei.expect((await mei.sees('膝下敬□者')) && (await mei.reads('archive-read-review')), 'members see that it needs review');
  await visitor.goes(file);
  visitor.expect((await visitor.reads('archive-read-none')) && !(await visitor.sees('膝下敬')), "it isn't the archive's word yet");
  await owner.goes(file);
  await owner.types({ body: '慈亲大人\n膝下敬禀者' });
  await owner.page.selectOption('#state', 'approved');
  await owner.sends('form[enctype][action$="/transcripts"] button.main');
  await owner.hears('flash-archive-read');
  await visitor.goes(item);
  visitor.expect((await visitor.sees('膝下敬禀者')) && !(await visitor.sees('□')), 'what is approved stands with the item');
}

// Nine megabytes of silence.
function silence() {
  const bytes = Buffer.alloc(9_000_044, 128), word = (at, text) => bytes.write(text, at, 'latin1');
  word(0, 'RIFF'), word(8, 'WAVEfmt '), word(36, 'data');
  bytes.writeUInt32LE(9_000_036, 4), bytes.writeUInt32LE(16, 16), bytes.writeUInt16LE(1, 20), bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24), bytes.writeUInt32LE(8_000, 28), bytes.writeUInt16LE(1, 32), bytes.writeUInt16LE(8, 34), bytes.writeUInt32LE(9_000_000, 40);
  return bytes;
}

// A recording: with script in three parts, of which the second breaks off; then its words with their times.
async function recording(owner, item, javaScriptEnabled, settle) {
  const { page } = owner;
  let parts = 0;
  page.isBroken = true;
  await page.route('**/archive/uploads/*', route => (route.request().method() === 'PATCH' && ++parts === 2 ? route.abort('connectionreset') : route.continue()));
  await owner.goes(`${item}/edit`);
  await page.setInputFiles('#file-field', { name: '讲古.wav', mimeType: 'audio/wav', buffer: silence() });
  await owner.sends('form[action$="/files"] button');
  await owner.hears('flash-archive-files');
  await page.unroute('**/archive/uploads/*');
  page.isBroken = false;
  owner.expect(parts === (javaScriptEnabled ? 4 : 0), `three parts and one again with script, not ${parts}`);
  await settle();
  await owner.goes(item);
  await owner.follows('.leaves li:has(audio) p a');
  await owner.types({ body: 'WEBVTT\n\n00:05.000 --> 00:04.000\n好' });
  owner.expect((await owner.sends('form[enctype][action$="/transcripts"] button.main')) === 422, 'times that run backwards are answered');
  await owner.isTold('cue-problem-end', { line: 3 });
  await owner.types({ body: 'WEBVTT\n\n00:00.000 --> 00:04.000\n从前\n\n01:05.000 --> 01:09.000\n后来' });
  await page.selectOption('#state', 'approved');
  await owner.sends('form[enctype][action$="/transcripts"] button.main');
  await owner.hears('flash-archive-read');
  if (!javaScriptEnabled) {
    const there = await page.getAttribute('.cues a:text-is("1:05")', 'href');
    owner.expect(there.endsWith('/original#t=65.000'), `a time leads into the recording, not to ${there}`);
    return;
  }
  await page.click('.cues a:text-is("1:05")');
  const marked = await page.waitForSelector('.cues li[aria-current=true]:has-text("后来")', { timeout: 5000 }).catch(() => null);
  owner.expect(marked !== null, 'a time that is clicked is played');
  const cues = () => page.evaluate(() => document.querySelector('audio').textTracks[0].cues?.length);
  await page.evaluate(() => { document.querySelector('audio').pause(); document.querySelector('audio').textTracks[0].mode = 'showing'; });
  await page.waitForFunction(() => document.querySelector('audio').textTracks[0].cues?.length === 2, null, { timeout: 5000 }).catch(() => {});
  owner.expect((await cues()) === 2, 'the player has the words too');
}

// Answers where the item stands in the other hall.
async function elsewhere(lan) {
  await lan.goes('/accounts');
  await lan.follows(`section[aria-labelledby=box] a:has-text("${TITLE}")`);
  lan.expect((await lan.page.locator('h1').innerText()) === TITLE, 'it is read in the other hall');
  return lan.path;
}

async function giving(owner, mei, visitor, settle) {
  const { page } = mei;
  await mei.goes('/archive');
  await mei.follows('main a[href="/archive/offers/new"]');
  await mei.types({ who: '外公的店', when: '民国廿六年', where: '叻坡' });
  await page.setInputFiles('#file', PHOTO);
  mei.expect((await mei.sends()) === 422, 'it takes a permission');
  await mei.isTold('archive-problem-permission');
  const kept = (await page.inputValue('[name=who]')) === '外公的店' && (await page.inputValue('[name=when]')) === '民国廿六年';
  mei.expect(kept, 'what was typed is kept');
  await page.setInputFiles('#file', PHOTO);
  await page.check('[name=permission]');
  await mei.sends();
  await mei.hears('flash-archive-offered');
  const state = await page.locator('.record:has-text("外公的店") .chip').innerText();
  mei.expect(state === words(mei.language, 'archive-state-offered'), 'it waits');
  await settle();
  await owner.goes('/archive');
  await owner.follows('.subtabs a[href="/archive/queue"]');
  await owner.follows('section[aria-labelledby=of] .record:has-text("美玲") a');
  const gift = owner.path;
  visitor.expect((await visitor.goes(gift)) === 404, 'a gift is not for visitors yet');
  await owner.types({ body: '左边是谁？' });
  await owner.sends('form[action$="/notes"] button');
  await owner.hears('flash-archive-noted');
  await settle();
  await mei.goes('/archive/offers');
  await mei.follows('.record a:has-text("外公的店")');
  mei.expect(await mei.sees('左边是谁？'), 'the question is there');
  await mei.types({ body: '是二舅' });
  await mei.sends('form[action$="/notes"] button');
  await mei.hears('flash-archive-noted');
  await owner.goes(gift);
  owner.expect(await owner.sees('是二舅'), 'the answer is there');
  await owner.sends('form:has(input[value=publish]) button');
  await owner.hears('flash-archive-published');
  await settle();
  await visitor.goes(gift);
  const seen = (await visitor.sees('外公的店')) && (await visitor.reads('archive-given-by')) && (await visitor.sees('美玲'));
  visitor.expect(seen && !(await visitor.sees('左边是谁')), 'it is in the archive, with thanks, and what was asked is not for others');
  await mei.goes('/archive/offers');
  mei.expect(await mei.reads('archive-state-published'), 'who gave it sees that it was taken in');
}

async function withdrawing(owner, visitor, lan, { item, there }, settle) {
  await owner.goes(item);
  await owner.follows('main a[href$="/edit"]');
  owner.expect((await owner.page.inputValue('main [name=date]')).trim() === '光緒十三年', 'the form holds what was said');
  await owner.types({ title: CORRECTED });
  await owner.sends('form:has(#title) button.main');
  await owner.hears('flash-archive-changed');
  await settle();
  await visitor.goes(item);
  visitor.expect((await visitor.sees(CORRECTED)) && (await visitor.sees('光緒十三年')), 'it is corrected');
  await lan.goes(there);
  lan.expect(await lan.sees(CORRECTED), 'the correction has come to the other hall');
  await owner.goes(item);
  await owner.page.click('main details:has(input[value=withdraw]) summary');
  await owner.sends('form:has(input[value=withdraw]) button');
  await owner.hears('flash-archive-withdrawn');
  await settle();
  for (const [one, path] of [[visitor, item], [lan, there]]) {
    const status = await one.goes(path);
    one.expect(status === 404 || status === 410, `it is gone, and answers ${status}`);
  }
  await lan.goes('/accounts');
  lan.expect(!(await lan.sees(CORRECTED)), 'the other hall lists it no more');
}
