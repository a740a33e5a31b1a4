// The ways that people go through a hall, from its set-up to signing out, in one language, with script or without. Every step is looked at
// by what the page then says.
import { fileURLToPath } from 'node:url';
import { archive } from './archive.mjs';
import { article } from './article.mjs';
import { fault, open } from './browser.mjs';
import { group } from './group.mjs';
import { Hand, PASSWORD } from './hand.mjs';
import { search } from './search.mjs';
import { words } from './words.mjs';

const SECOND = 'a quite different one';

async function setUp(owner, setup, javaScriptEnabled) {
  await owner.page.goto(setup);
  const zone = await owner.page.locator('#time_zone').inputValue();
  owner.expect(zone === (javaScriptEnabled ? 'Asia/Kuala_Lumpur' : 'Asia/Singapore'), `the time zone is ${zone}`);
  await owner.types({ name: 'guodong', password: PASSWORD, hall_name: '榕江会馆', display_name: '国栋' });
  await owner.sends();
  await owner.hears('flash-set-up');
  owner.expect(await owner.page.locator('a[href="/moments/new"]').first().isVisible(), 'the owner is signed in');
  owner.expect((await owner.page.goto(setup)).status() === 404, 'the link is good once');
}

async function moment(owner) {
  await owner.goes('/');
  await owner.follows('a.prompt');
  owner.expect((await owner.sends()) === 422, 'an empty Moment is answered');
  await owner.isTold('problem-body-empty');
  await owner.types({ body: '冬至前一天，会馆后厨' });
  await owner.page.click('label.choice:has(input[value=everyone])');
  await owner.sends();
  await owner.hears('flash-published-everyone');
  owner.expect(await owner.sees('冬至前一天，会馆后厨'), 'the Moment is in the feed');
  await owner.follows('article:has-text("会馆后厨") .meta a');
  await owner.sends('form[action$="/pin"] button');
  await owner.hears('flash-pinned');
  owner.expect(owner.path === '/@guodong' && (await owner.sees(words(owner.language, 'pin-title'))), 'the Moment is pinned');
  await owner.follows('article:has-text("会馆后厨") .meta a');
  await owner.sends('form[action$="/pin/removal"] button');
  await owner.hears('flash-unpinned');
  await owner.goes('/');
  await owner.follows('article:has-text("会馆后厨") a[href$="/edit"]');
  await owner.types({ body: '改过了' });
  await owner.sends();
  await owner.hears('flash-edited');
  owner.expect((await owner.sees('改过了')) && !(await owner.sees('后厨')), 'the Moment is edited');
  await owner.follows('article a[href$="/delete"]');
  await owner.sends();
  await owner.hears('flash-deleted');
  owner.expect(!(await owner.sees('改过了')), 'the Moment is gone');
}

// A hashtag behind a warning, its page, and being offered it again while writing.
async function pointing(owner, javaScriptEnabled) {
  const { page } = owner;
  await owner.goes('/moments/new');
  owner.expect(!(await page.locator('#warning').isVisible()), 'a warning is out of the way');
  await page.click('details.q:has([name=warning]) summary');
  await owner.types({ body: '谜底在 #元宵节', warning: '灯谜' });
  await page.click('label.choice:has(input[value=everyone])');
  await owner.sends();
  await owner.hears('flash-published-everyone');
  const article = 'article:has(summary:has-text("灯谜"))';
  owner.expect(!(await page.locator(`${article} .text`).isVisible()), 'the text is behind its warning');
  await page.click(`${article} summary`);
  await owner.follows(`${article} a.hashtag`);
  owner.expect(decodeURIComponent(owner.path) === '/tags/元宵节' && (await page.locator('article').count()) === 1, 'the hashtag has its page');
  if (javaScriptEnabled) {
    await owner.goes('/moments/new');
    await page.locator('#body').pressSequentially('再来#元');
    const offered = page.locator('#offered [role=option]');
    await offered.first().waitFor();
    owner.expect((await page.locator('p.sr[role=status]').allInnerTexts()).some(text => /1|One/.test(text)), 'what is offered is spoken');
    await page.keyboard.press('ArrowDown');
    owner.expect((await page.getAttribute('#body', 'aria-activedescendant')) === (await page.locator('[aria-selected=true]').getAttribute('id')), 'the choice is told');
    await page.keyboard.press('Enter');
    owner.expect((await page.inputValue('#body')) === '再来#元宵节 ' && (await offered.count()) === 0, 'what is chosen is written');
    await page.locator('#body').pressSequentially('#元');
    await offered.first().waitFor();
    await page.keyboard.press('Escape');
    owner.expect((await offered.count()) === 0 && (await page.getAttribute('#body', 'aria-controls')) === null, 'the list goes when it is not wanted');
    await page.locator('#body').pressSequentially('宵');
    await offered.first().click();
    owner.expect((await page.inputValue('#body')) === '再来#元宵节 #元宵节 ', 'it can be chosen by hand');
  }
  await owner.goes('/');
  await owner.follows('article a[href$="/delete"]');
  await owner.sends();
  await owner.hears('flash-deleted');
}

// Two pictures: sent ahead, described, put in order (by buttons with script, by numbers without), published, looked at, and taken out again.
async function pictures(owner, javaScriptEnabled, settle) {
  const { page } = owner;
  const files = ['tea', 'tangyuan'].map(name => fileURLToPath(new URL(`../../src/cli/demo/picture/${name}.jpg`, import.meta.url)));
  const sizes = () => page.locator('.nine img').evaluateAll(all => all.map(image => (image.complete ? image.naturalWidth : 0)));
  await owner.goes('/moments/new');
  await owner.types({ body: '两张图' });
  await page.setInputFiles('#picture-file', { name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') });
  owner.expect((await owner.sends('button[name=step]')) === 422, 'a drawing is answered');
  await owner.isTold('media-problem-svg');
  await page.setInputFiles('#picture-file', files);
  owner.expect((await owner.sends('button[name=step]')) === 200, 'the pictures are taken');
  owner.expect((await page.inputValue('[name=body]')) === '两张图', 'what was typed is kept');
  const ids = await page.locator('input[name=media]').evaluateAll(all => all.map(input => input.value));
  owner.expect(ids.length === 2, `${ids.length} pictures are in the form`);
  await settle();
  if (javaScriptEnabled) {
    // Each shows itself when it is ready.
    await page.locator('.slots img').nth(1).waitFor({ timeout: 20_000 });
    await page.locator('.slots li').first().getByRole('button', { name: words(owner.language, 'media-later') }).click();
    owner.expect((await page.inputValue(`#order-${ids[0]}`)) === '2' && (await page.inputValue(`#order-${ids[1]}`)) === '1', 'they have changed places');
  } else {
    await page.fill(`#order-${ids[0]}`, '2');
    await page.fill(`#order-${ids[1]}`, '1');
  }
  await page.fill(`#alt-${ids[1]}`, '一碗汤圆');
  await page.click('label.choice:has(input[value=everyone])');
  await owner.sends();
  await settle();
  await owner.goes('/');
  await page.locator('.nine img').nth(1).scrollIntoViewIfNeeded();
  owner.expect((await page.locator('.nine img').first().getAttribute('alt')) === '一碗汤圆', 'the order is kept');
  owner.expect((await sizes()).every(size => size === 480), `the pictures are ${await sizes()} px wide`);
  await owner.follows('.nine a');
  owner.expect((await page.locator('figcaption').innerText()) === '一碗汤圆', 'what it shows is its caption');
  await owner.follows('.pager a[rel=next]');
  owner.expect((await page.locator('.viewer img').evaluate(image => image.naturalWidth)) === 800, 'the second is whole');
  await owner.goes('/');
  await owner.follows('article:has-text("两张图") a[href$="/edit"]');
  await page.check(`[name=remove-${ids[0]}]`);
  await owner.sends();
  await owner.hears('flash-edited');
  owner.expect((await page.locator('.nine img').count()) === 1, 'one is taken out');
  await owner.follows('article a[href$="/delete"]');
  await owner.sends();
  await owner.hears('flash-deleted');
  await settle();
}

// With script the page shows a picture as soon as it is ready, and stays where it is meanwhile.
async function pictureComes(owner, settle) {
  await owner.goes('/moments/new');
  await owner.types({ body: '等一等' });
  await owner.page.setInputFiles('#picture-file', fileURLToPath(new URL('../../src/cli/demo/picture/tea.jpg', import.meta.url)));
  await owner.page.click('label.choice:has(input[value=everyone])');
  await owner.sends();
  const article = owner.page.locator('article:has-text("等一等")');
  owner.expect((await article.locator('[data-awaits]').count()) === 1, 'the picture is being prepared');
  const loads = await owner.page.evaluate(() => performance.timeOrigin);
  await settle();
  await article.locator('.nine img').waitFor({ timeout: 20_000 });
  owner.expect((await owner.page.evaluate(() => performance.timeOrigin)) === loads, 'it came without loading the page anew');
  await owner.follows('article:has-text("等一等") a[href$="/delete"]');
  await owner.sends();
  await owner.hears('flash-deleted');
  await settle();
}

// A film: with script it takes a picture along; it plays here, and by itself; and it goes.
async function film(owner, javaScriptEnabled, settle) {
  const { page } = owner;
  await owner.goes('/moments/new');
  await owner.types({ body: '看片' });
  await page.setInputFiles('#picture-file', fileURLToPath(new URL('../../src/cli/demo/film/tangyuan.mp4', import.meta.url)));
  if (javaScriptEnabled) await page.waitForFunction(() => document.querySelector('[name=poster]').files.length === 1);
  owner.expect((await owner.sends('button[name=step]')) === 200, 'the film is taken');
  await page.fill('textarea[name^=alt-]', '一碗汤圆');
  await page.click('label.choice:has(input[value=everyone])');
  await owner.sends();
  await settle();
  await owner.goes('/');
  const shown = page.locator('video').first();
  owner.expect((await shown.getAttribute('aria-label')).endsWith('一碗汤圆'), 'it says what it shows');
  owner.expect(((await shown.getAttribute('poster')) !== null) === javaScriptEnabled, 'its picture came along, if there was a script');
  await shown.evaluate(video => { video.muted = true; video.play(); });
  // Asked from outside: where there is no script, no page hears its own events.
  let seen = {};
  for (let tries = 0; tries < 50 && !(seen.at > 0.3); tries += 1) {
    await page.waitForTimeout(100);
    seen = await shown.evaluate(video => ({ at: video.currentTime, width: video.videoWidth, error: video.error?.message }));
  }
  owner.expect(seen.at > 0.3 && seen.width === 480, `it plays: ${JSON.stringify(seen)}`);
  await owner.follows('article:has-text("看片") a[href$="/delete"]');
  await owner.sends();
  await owner.hears('flash-deleted');
  await settle();
}

// Makes an invitation and answers its link.
async function invite(owner) {
  await owner.goes('/me');
  await owner.follows('main a[href="/invitations"]');
  await owner.types({ note: '阿兰' });
  const [picture] = await Promise.all([owner.page.waitForResponse(answer => answer.url().includes('/invitations/code.svg')), owner.sends()]);
  owner.expect(picture.status() === 200, 'the code is drawn');
  return owner.page.locator('code.token').innerText();
}

async function join(mei, link, again) {
  await mei.page.goto(link);
  await mei.types({ name: 'mei', password: 'short', display_name: '美玲' });
  mei.expect((await mei.sends()) === 422, 'a short password is answered');
  await mei.isTold('problem-password-short', { min: '10' });
  mei.expect((await mei.page.inputValue('[name=display_name]')) === '美玲', 'what was typed is kept');
  await mei.types({ password: PASSWORD });
  await mei.sends();
  await mei.hears('flash-joined');
  again.expect((await again.page.goto(link)).status() === 410, 'the invitation is good once');
  again.expect(await again.sees(words(again.language, 'join-spent')), 'it says that it is spent');
}

async function signUp(lan, name) {
  await lan.goes('/');
  await lan.follows('a[href="/sign-up"]');
  await lan.types({ name, password: PASSWORD, display_name: '' });
  await lan.sends();
  await lan.hears('flash-joined');
}

async function friends(mei, lan, name, settle) {
  const [there, greeting] = [new URL(lan.hall).host, '我是夜学的美玲'];
  await mei.goes('/friends');
  await mei.follows('main a[href="/friends/requests/new"]');
  await mei.types({ address: `@${name}@${there}`, greeting });
  await mei.sends();
  await mei.hears('flash-requested', { name });
  await settle();
  await lan.goes('/notices');
  lan.expect(await lan.sees(greeting), 'the greeting has arrived');
  await lan.page.locator('form[action$="/acceptance"] button').first().click();
  // With script the list is put in place without another page.
  await lan.page.locator('form[action$="/acceptance"]').waitFor({ state: 'detached' });
  await settle();
  for (const [one, other] of [[mei, `@${name}@${there}`], [lan, `@mei@${new URL(mei.hall).host}`]]) {
    await one.goes(`/${other}`);
    one.expect(await one.page.locator('.chip.ok').isVisible(), `${other} is a friend`);
  }
  await lan.goes('/moments/new');
  await lan.types({ body: `只给好友：${name}` });
  await lan.page.click('label.choice:has(input[value=friends])');
  await lan.sends();
  await lan.hears('flash-published-friends');
  await settle();
  await mei.goes('/');
  mei.expect(await mei.sees(`只给好友：${name}`), "the friend's Moment has arrived");
  await talk(mei, lan, name, settle);
  await mei.goes('/friends');
  await mei.follows('main a[href$="/removal"]');
  await mei.sends('main form button.bad');
  await mei.hears('flash-removed', { name });
  await settle();
  await lan.goes('/moments/new');
  await lan.types({ body: '又是一天' });
  await lan.sends();
  await settle();
  await mei.goes('/');
  mei.expect(!(await mei.sees('又是一天')), 'nothing new passes');
  for (const one of [mei, lan]) {
    await one.goes('/friends');
    one.expect(await one.sees(words(one.language, 'friends-empty-title')), 'nobody is a friend any more');
  }
}

// A like and a comment on a friend's Moment in the other hall; an answer comes back; all of it can be taken back.
async function talk(mei, lan, name, settle) {
  const like = 'article:has-text("只给好友") .acts button';
  await mei.sends(like);
  mei.expect((await mei.page.locator(like).getAttribute('aria-pressed')) === 'true', 'it is liked');
  await mei.follows('article:has-text("只给好友") .acts a');
  mei.expect((await mei.sends('#write button.main')) === 422, 'an empty comment is answered');
  await mei.isTold('problem-body-empty');
  await mei.types({ body: `听到了，${name}` });
  await mei.sends('#write button.main');
  await mei.hears('flash-comment');
  await settle();
  await lan.goes('/');
  lan.expect((await lan.sees(`听到了，${name}`)) && (await lan.page.locator('.likes').isVisible()), 'comment and like have arrived');
  await lan.follows('article:has-text("只给好友") .acts a');
  await lan.follows('.thread a[href^="?to="]');
  await lan.types({ body: '那就好' });
  await lan.sends('#write button.main');
  await lan.hears('flash-comment');
  await settle();
  await mei.goes('/');
  mei.expect(await mei.sees('那就好'), 'the answer has come back');
  await mei.sends(like);
  mei.expect((await mei.page.locator(like).getAttribute('aria-pressed')) === 'false', 'the like is taken back');
  await mei.follows('article:has-text("只给好友") .acts a');
  await mei.follows('.thread a[href$="/removal"]');
  await mei.sends('main form button.bad');
  await mei.hears('flash-comment-removed');
  await settle();
  await lan.goes('/');
  lan.expect(!(await lan.sees(`听到了，${name}`)) && (await lan.page.locator('.likes').count()) === 0, 'comment and like are gone');
}

async function settings(mei, settle) {
  await mei.goes('/me');
  await mei.follows('main a[href="/settings"]');
  await mei.types({ hometown: '广东揭阳', about: '教书的。', field_name_1: '职业' });
  mei.expect((await mei.sends('form[action="/settings/profile"] button.main')) === 422, 'half a field is answered');
  await mei.isTold('problem-field-value-empty');
  await mei.types({ field_value_1: '修旧书' });
  await mei.sends('form[action="/settings/profile"] button.main');
  await mei.hears('flash-profile');
  await mei.goes('/@mei');
  mei.expect((await mei.sees('广东揭阳')) && (await mei.sees('教书的。')) && (await mei.sees('修旧书')), 'the profile is saved');
  await mei.goes('/settings');
  await mei.page.setInputFiles('#file-avatar', fileURLToPath(new URL('../../src/cli/demo/picture/fu.jpg', import.meta.url)));
  await mei.sends('form[action="/settings/picture/avatar"] button.main');
  await mei.hears('flash-face');
  await settle();
  await mei.goes('/@mei');
  mei.expect((await mei.page.locator('.profile .face img').evaluate(image => image.naturalWidth)) === 128, 'the face is shown');
  await mei.goes('/settings');
  await mei.sends('form[action="/settings/picture/avatar/removal"] button');
  await mei.hears('flash-face-gone');
  await mei.page.selectOption('#theme', 'dark');
  await mei.page.selectOption('#type', 'large');
  await mei.sends('form[action="/settings/preferences"] button.main');
  await mei.hears('flash-preferences');
  const look = () => mei.page.locator('html').evaluate(html => `${html.dataset.theme} ${html.dataset.type}`);
  mei.expect((await look()) === 'dark large', `the page looks ${await look()}`);
  await mei.follows('.foot a[href*="type=larger"]');
  mei.expect((await look()) === 'dark larger' && mei.path === '/settings', `the page looks ${await look()}`);
  await mei.goes('/search');
  await mei.types({ q: 'guodong' });
  await mei.sends('main form button.main');
  mei.expect(await mei.page.locator('main a[href="/@guodong"]').isVisible(), 'the owner is found');
}

async function signIn(hand, password) {
  await hand.goes('/sign-in?back=/me');
  await hand.types({ name: 'mei', password });
  return hand.sends();
}

async function password(mei) {
  await mei.goes('/settings');
  await mei.types({ current: 'not this one', password: SECOND });
  mei.expect((await mei.sends('form[action="/settings/password"] button.main')) === 422, 'a wrong password is answered');
  await mei.isTold('problem-password-old');
  await mei.types({ current: PASSWORD, password: SECOND });
  await mei.sends('form[action="/settings/password"] button.main');
  await mei.hears('flash-password');
  await mei.goes('/me');
  await mei.sends('form[action="/sign-out"] button');
  await mei.hears('flash-signed-out');
  mei.expect((await signIn(mei, PASSWORD)) === 422, 'the old password is refused');
  await mei.isTold('problem-sign-in');
  mei.expect((await signIn(mei, SECOND)) === 200 && mei.path === '/me', 'the new password lets in, and leads back');
}

async function leave(mei, other) {
  await signIn(other, SECOND);
  await mei.goes('/settings');
  await mei.sends('form[action="/settings/sessions/end"] button');
  await mei.hears('flash-signed-out-everywhere');
  for (const one of [mei, other]) {
    await one.goes('/me');
    one.expect(one.path === '/sign-in', 'they are signed out everywhere');
  }
}

// All of it, in a hall of its own.
export async function flow({ language, javaScriptEnabled, setup, stage, settle }) {
  const what = `${language} ${javaScriptEnabled ? 'with' : 'without'} script`;
  const hand = async hall => new Hand(await open({ language, javaScriptEnabled }), hall, language, what);
  const hall = new URL(setup).origin;
  const [owner, mei, hua, other, lan] = await Promise.all([hall, hall, hall, hall, stage.friend].map(hand));
  const all = [owner, mei, hua, other, lan];
  // From where lan is, this hall is another.
  lan.away = new URL(hall).host;
  const name = `lan${stage.fresh.indexOf(setup)}`;
  try {
    await setUp(owner, setup, javaScriptEnabled);
    await moment(owner);
    await pointing(owner, javaScriptEnabled);
    await pictures(owner, javaScriptEnabled, settle);
    await film(owner, javaScriptEnabled, settle);
    if (javaScriptEnabled) await pictureComes(owner, settle);
    await join(mei, await invite(owner), other);
    await signUp(lan, name);
    await friends(mei, lan, name, settle);
    await signUp(hua, 'hua');
    await group(owner, mei, lan, settle);
    await article({ editors: [owner, mei, hua], lan, visitor: other, javaScriptEnabled, settle });
    await archive({ owner, mei, lan, visitor: other, javaScriptEnabled, settle });
    await search({ owner, reader: hua, visitor: other, javaScriptEnabled, settle });
    await settings(mei, settle);
    await password(mei);
    await leave(mei, other);
  } catch (error) {
    fault(`${what}: ${error} at ${all.map(one => one.page.url()).join(' ')}`);
  }
  for (const one of all) await one.page.context().close();
}
