// The search: what was written is found in either script by who may see it, from the box on top and on its page; marks, exclusions and phrases;
// questions that nobody can read; what is offered while typing, and what was asked before.
import { words } from './words.mjs';

const FOUND = 'main article.hit';

// `reader` belongs to the hall, to no group, and is nobody's friend; `visitor` isn't signed in.
export async function search({ owner, reader, visitor, javaScriptEnabled, settle }) {
  await writing(owner, settle);
  await variants(reader);
  await narrowing(reader);
  await whoMaySee(owner, reader, visitor);
  await odd(reader);
  if (javaScriptEnabled) await whileTyping(reader);
  else await plainly(reader);
}

async function writing(owner, settle) {
  for (const [body, audience] of [['本會館藏有僑批百封，族譜十二卷', 'everyone'], ['好友之間的暗號是柚子皮', 'friends']]) {
    await owner.goes('/moments/new');
    await owner.types({ body });
    await owner.page.click(`label.choice:has(input[value=${audience}])`);
    await owner.sends();
    await owner.hears(`flash-published-${audience}`);
  }
  await owner.goes('/groups/new');
  await owner.types({ title: '夜學班', name: 'night' });
  await owner.page.click('label.choice:has([name=is_private][value=yes])');
  await owner.sends();
  await owner.follows('main a[href$="/posts/new"]');
  await owner.types({ body: '班上的口令是楊桃乾' });
  await owner.sends();
  await owner.hears('flash-group-posted');
  await settle();
}

// Asks from the page of results.
async function asks(hand, q) {
  if (hand.path !== '/search') await hand.goes('/search');
  await hand.types({ q });
  hand.expect((await hand.sends('main form.find button.main')) === 200, `“${q}” is answered`);
  hand.expect((await hand.page.inputValue('#q')) === q, `“${q}” stays in the box`);
}

// Finds it, and marks these words in it.
async function finds(hand, q, text, ...marks) {
  await asks(hand, q);
  const hit = hand.page.locator(`${FOUND}:has-text("${text}")`);
  hand.expect((await hit.count()) > 0, `“${q}” finds “${text}”`);
  if (!marks.length || !(await hit.count())) return;
  const marked = (await hit.first().locator('mark').allInnerTexts()).join();
  hand.expect(marks.every(mark => marked.includes(mark)), `“${q}” marks ${marks} in it, and not ${marked}`);
}

async function findsNot(hand, q, text) {
  await asks(hand, q);
  hand.expect((await hand.page.locator(`${FOUND}:has-text("${text}")`).count()) === 0, `“${q}” doesn't find “${text}”`);
}

// Simplified finds traditional and the other way round; so does pinyin.
async function variants(reader) {
  const { page } = reader;
  await reader.goes('/');
  await reader.follows('header a.act.find');
  reader.expect(reader.path === '/search', 'the glass on top leads to the search');
  await page.setViewportSize({ width: 1280, height: 900 });
  await reader.goes('/');
  await page.fill('header form.find [name=q]', '侨批 族谱');
  await reader.sends('header form.find button');
  reader.expect((await page.inputValue('#q')) === '侨批 族谱', 'the box on top asks');
  const marked = (await page.locator(`${FOUND}:has-text("會館") mark`).allInnerTexts()).join();
  reader.expect(marked.includes('僑批') && marked.includes('族譜'), `what was found is marked as it is written: ${marked}`);
  await page.setViewportSize({ width: 390, height: 844 });
  await finds(reader, '抽屜 僑批', '抽屉里的一扎侨批', '抽屉', '侨批');
  await finds(reader, '會館 僑批', '本會館藏有', '會館', '僑批');
  await finds(reader, 'huiguan', '本會館藏有');
  await finds(reader, '春茗', '正月十八');
  await finds(reader, '蘿蔔糕', '我带萝卜糕', '萝卜糕');
  await finds(reader, '祭祖', '冬至祭祖', '祭祖');
  await finds(reader, '外公的店', '外公的店', '外公');
  await finds(reader, '番禺同鄉', '番禺同乡');
  await finds(reader, '榕江僑報', '榕江侨报');
  await finds(reader, '國棟', '国栋');
  await findsNot(reader, '膝下敬禀者', '侨批');
}

async function narrowing(reader) {
  const { page } = reader;
  await finds(reader, '僑批', '本會館藏有');
  await finds(reader, '侨批', '抽屉里的一扎侨批');
  const all = await page.locator(FOUND).count();
  const chip = page.locator('nav.kinds a[href*="kind=article"]');
  const count = Number((await chip.locator('b').innerText()).trim());
  await reader.follows('nav.kinds a[href*="kind=article"]');
  const shown = await page.locator(FOUND).count();
  reader.expect(shown === count && shown < all, `${shown} of ${all} are articles, and ${count} were promised`);
  reader.expect((await chip.getAttribute('aria-current')) === 'page', 'the kind is chosen');
  await finds(reader, '侨批 -族谱', '抽屉里的一扎侨批');
  await findsNot(reader, '侨批 -族谱', '本會館藏有');
  await finds(reader, '“族谱十二卷”', '本會館藏有');
  await findsNot(reader, '“十二卷族谱”', '本會館藏有');
  reader.expect(await reader.reads('search-none-title'), 'a phrase is a phrase');
}

async function whoMaySee(owner, reader, visitor) {
  await finds(owner, '柚子皮', '好友之間的暗號');
  owner.expect(await owner.reads('audience-not-public'), 'it says that not everybody sees it');
  await finds(owner, '杨桃干', '班上的口令');
  for (const stranger of [reader, visitor]) {
    for (const q of ['柚子皮', '杨桃干', '夜学班']) {
      await asks(stranger, q);
      const nothing = (await stranger.page.locator(FOUND).count()) === 0 && (await stranger.reads('search-none-title'));
      stranger.expect(nothing, `“${q}” finds nothing for strangers`);
    }
  }
  await finds(visitor, '榕江侨报', '榕江侨报');
}

// What nobody can read is answered kindly.
async function odd(reader) {
  for (const q of ['“僑批', '僑批"', '-', '"', '""', '- - “” *', 'before:昨天 僑批', '%00 \\ <b>']) {
    await asks(reader, q);
    reader.expect(await reader.page.locator('main form.find').isVisible(), `“${q}” leads to a page`);
  }
  await finds(reader, '“僑批', '本會館藏有');
  await asks(reader, 'before:昨天 僑批');
  reader.expect(await reader.reads('search-unread', { piece: 'before:昨天' }), 'it says what was not understood');
  for (const long of ['x'.repeat(10_000), '批 '.repeat(5_000)]) {
    const status = await reader.goes(`/search?q=${encodeURIComponent(long)}`);
    reader.expect(status === 200, `a question of 10000 characters is answered with ${status}`);
    if (status === 200) reader.expect(await reader.reads('search-cut'), 'it says that the end was left out');
  }
}

async function whileTyping(reader) {
  const { page } = reader;
  const offered = page.locator('#found li');
  await finds(reader, '春茗', '正月十八');
  await finds(reader, '祭祖', '冬至祭祖');
  await reader.goes('/search');
  await page.click('#q');
  await offered.first().waitFor();
  const recent = (await offered.allInnerTexts()).map(text => text.trim());
  reader.expect(recent[0] === '祭祖' && recent[1] === '春茗', `what was asked before is offered: ${recent}`);
  await page.locator('#q').pressSequentially('guo');
  await page.locator('#found a[href="/@guodong"]').waitFor();
  const said = await page.locator('p.sr[role=status]').allInnerTexts();
  reader.expect(said.some(text => /1|one/i.test(text)), `how many are offered is spoken: ${said}`);
  await page.keyboard.press('Escape');
  reader.expect((await offered.count()) === 0, 'the list goes when it is not wanted');
  await page.fill('#q', '榕江');
  await reader.follows('#found a:has-text("榕江侨报")');
  reader.expect(reader.path === '/@gazette', 'what is offered leads there');
  await reader.goes('/search');
  await page.click('#q');
  await page.click(`#found button:has-text("${words(reader.language, 'search-forget')}")`);
  reader.expect((await offered.count()) === 0, 'they are forgotten');
  await reader.goes('/search');
  await page.click('#q');
  reader.expect((await offered.count()) === 0, 'and stay so');
}

async function plainly(reader) {
  await finds(reader, '祭祖', '冬至祭祖');
  await reader.goes('/search');
  await reader.page.click('#q');
  await reader.page.locator('#q').pressSequentially('guo');
  reader.expect((await reader.page.locator('#found').count()) === 0, 'nothing is offered without a script');
  await reader.sends('main form.find button.main');
  reader.expect(await reader.page.locator(`${FOUND} a[href="/@guodong"]`).isVisible(), 'a name is found by its beginning');
}
