// Walks a hall in Chromium: every page in three languages, narrow and wide, light, dark and in large type, with axe and a check for
// overflow; then the flows, once with script and once without. Prints what it found; exit code 1 if anything is wrong.
// With SHOTS=DIR it leaves pictures there.
import { chromium } from 'playwright-core';
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const { HALL, REMOTE, SHOTS } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const faults = [];
let looked = 0;

async function signIn(page, name) {
  await page.goto(`${HALL}/sign-in`);
  await page.fill('#name', name);
  await page.fill('#password', `${name} und die Ihren`);
  await page.click('main button.main');
  if (new URL(page.url()).pathname !== '/') faults.push(`${name} can't sign in: ${page.url()}`);
}

// axe runs in an isolated world, so that the page's policy stays as it is.
async function look(page, path, what) {
  const answer = await page.goto(HALL + path);
  looked += 1;
  if (answer.status() >= 500 || (answer.status() >= 400 && !path.startsWith('/nowhere'))) faults.push(`${what}: ${answer.status()}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) faults.push(`${what}: ${wide} px too wide`);
  const raw = (await answer.body()).length;
  if (raw > 40_000) faults.push(`${what}: ${raw} bytes of HTML`);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${what.replace(/[^\w-]+/g, '_')}.png`, fullPage: true });
}

async function check(page, what) {
  const client = await page.context().newCDPSession(page);
  const { frameTree } = await client.send('Page.getFrameTree');
  const { executionContextId } = await client.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
  await client.send('Runtime.evaluate', { expression: axe, contextId: executionContextId });
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))))`;
  const { result } = await client.send('Runtime.evaluate', { expression: run, contextId: executionContextId, awaitPromise: true });
  for (const violation of JSON.parse(result.value)) faults.push(`${what}: axe ${violation}`);
  await client.detach();
}

const visitors = ['/', '/about', '/sign-in', '/sign-up', '/@mei', '/nowhere'];
const members = ['/', '/friends', '/friends/requests/new', '/notices', '/search', '/search?q=me', '/moments/new', '/me', '/settings', '/invitations', '/@mei', '/@hua', `/@${REMOTE}`];
const officers = ['/office', '/office/members', '/office/peers', '/office/hall', '/office/log'];
const frames = [
  { width: 390, height: 844, theme: 'light', type: '' }, { width: 1280, height: 900, theme: 'dark', type: '' },
  { width: 320, height: 640, theme: 'light', type: '' }, { width: 390, height: 844, theme: 'dark', type: 'larger' },
];

async function walk(name, paths) {
  for (const language of ['zh-Hans', 'zh-Hant', 'en']) {
    for (const { width, height, theme, type } of frames) {
      const context = await browser.newContext({ viewport: { width, height }, bypassCSP: false });
      const page = await context.newPage();
      page.on('console', message => { if (message.type() === 'error' && !/status of 4/.test(message.text())) faults.push(`${page.url()}: ${message.text()}`); });
      page.on('pageerror', error => faults.push(`${page.url()}: ${error}`));
      if (name) await signIn(page, name);
      await page.goto(`${HALL}/preferences?language=${language}&theme=${theme}&type=${type}&back=/about`);
      for (const path of paths) {
        const what = `${name ?? 'visitor'} ${path} ${language} ${width} ${theme} ${type}`;
        await look(page, path, what);
        if (type === '' && width !== 320) await check(page, what);
      }
      await context.close();
    }
  }
}

async function flow(javaScriptEnabled) {
  const what = javaScriptEnabled ? 'with script' : 'without script';
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 390, height: 844 }, locale: 'en-GB' });
  const page = await context.newPage();
  const expect = async (condition, step) => { if (!(await condition)) faults.push(`${what}: ${step} at ${page.url()}`); };
  await signIn(page, 'mei');
  await page.goto(`${HALL}/preferences?language=en&theme=&type=&back=/`);
  await page.click('a.prompt');
  await page.click('main form button.main');
  await expect(page.locator('.problems a').first().isVisible(), 'an empty Moment is answered with words');
  await page.fill('#body', `冬至前一天，会馆后厨（${what}）`);
  await page.click('label.choice:has(input[value=everyone])');
  await page.click('main form button.main');
  await expect(page.getByText(`会馆后厨（${what}）`).first().isVisible(), 'the Moment is in the feed');
  await expect(page.locator('.flash').isVisible(), 'the page says that it is sent');
  await page.locator('article', { hasText: `（${what}）` }).getByRole('link', { name: 'Edit' }).click();
  await page.fill('#body', `改过了（${what}）`);
  await page.click('main form button.main');
  await expect(page.getByText(`改过了（${what}）`).first().isVisible(), 'the Moment is edited');
  await page.getByRole('link', { name: 'Delete' }).click();
  await page.click('main form button.main');
  await expect(page.getByText(`改过了（${what}）`).count().then(count => count === 0), 'the Moment is deleted');
  await page.goto(`${HALL}/search`);
  await page.fill('#q', 'hua');
  await page.click('main form button.main');
  await expect(page.getByRole('link', { name: 'hua' }).first().isVisible(), 'hua is found');
  await page.goto(`${HALL}/settings`);
  await page.fill('#hometown', '广东揭阳');
  await page.locator('form[action="/settings/profile"] button').click();
  await page.goto(`${HALL}/@mei`);
  await expect(page.getByText('广东揭阳').first().isVisible(), 'the profile is saved');
  await page.goto(`${HALL}/me`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first().isVisible(), 'signed out');
  await context.close();
}

await walk(null, visitors);
await walk('mei', members);
await walk('guodong', officers);
await flow(true);
await flow(false);
await browser.close();
console.log(`${looked} pages looked at, ${faults.length} faults`);
for (const fault of [...new Set(faults)].slice(0, 60)) console.log(fault);
process.exit(faults.length ? 1 : 0);
