// Chromium, what is found amiss in it, and the contexts of people with their languages.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LOCALES = { 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-TW', en: 'en-GB' };
export const LANGUAGES = Object.keys(LOCALES);

export const faults = new Set();
export const fault = text => { faults.add(text); };

const browser = await chromium.launch({
  executablePath: ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
export const close = () => browser.close();

// A browser of somebody's own. `who` holds their hall and the cookies of their session; nobody is signed in without.
export async function open({ language, who, javaScriptEnabled = true }) {
  const context = await browser.newContext({ javaScriptEnabled, locale: LOCALES[language], timezoneId: 'Asia/Kuala_Lumpur', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  if (who) await context.addCookies(Object.entries(who.cookies).map(([name, value]) => ({ name, value, url: who.hall })));
  const page = await context.newPage();
  // A page whose connection a way breaks off (`isBroken`) says so.
  const isMeant = text => /status of 4/.test(text) || (page.isBroken && /ERR_CONNECTION_RESET/.test(text));
  page.on('console', message => { if (message.type() === 'error' && !isMeant(message.text())) fault(`${page.url()}: ${message.text()}`); });
  page.on('pageerror', error => fault(`${page.url()}: ${error}`));
  return page;
}

// axe for the page as it is now, to be run as often as its frame changes. It stands in an isolated world, so that the page's policy stays as
// it is; reading the whole of axe is half the cost.
export async function axed(page) {
  const client = await page.context().newCDPSession(page);
  const { frameTree } = await client.send('Page.getFrameTree');
  const { executionContextId: contextId } = await client.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
  await client.send('Runtime.evaluate', { expression: axe, contextId });
  const expression = `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })
    .then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))))`;
  return {
    async run(what) {
      const { result } = await client.send('Runtime.evaluate', { expression, contextId, awaitPromise: true });
      for (const violation of JSON.parse(result.value)) fault(`${what}: axe ${violation}`);
    },
    close: () => client.detach(),
  };
}

// Nothing stands out over the right edge.
export async function fits(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) fault(`${what}: ${over} px too wide`);
}

// Presses what leads to another page and waits for it; answers its response.
export async function press(page, target) {
  const [answer] = await Promise.all([page.waitForNavigation(), target.click()]);
  return answer;
}
