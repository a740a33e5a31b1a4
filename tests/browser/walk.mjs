// Looks at every page of the table in every language: at 320 px, at 390 px in the largest type, on a phone and on a wide screen, light and
// dark, with axe; each in one load, since the style sheet alone makes the difference. With SHOTS=DIR it leaves pictures there.
import { axed, fault, fits, open } from './browser.mjs';

const HTML_BYTES_MAX = 40_000;
// Where axe looks: its rules but contrast don't depend on colours, and its findings rarely on language.
const FRAMES = {
  'zh-Hans': [[390, 844, 'light'], [1280, 900, 'dark']], 'zh-Hant': [[390, 844, 'dark']], en: [[1280, 900, 'light'], [390, 844, 'light']],
};
const { SHOTS } = process.env;

// Opens a page, or the answer to its form.
async function visit(page, row) {
  const answer = await page.goto(row.url);
  if (!row.type) return answer;
  let form = page.locator('main form[method=post]').first();
  if (row.form === 'last') form = page.locator('main form[method=post]').last();
  else if (row.form) form = page.locator(`main form[action$="${row.form}"]`).first();
  for (let tries = 0; ; tries += 1) {
    // What the browser itself would stop is sent all the same: others send what they like.
    await form.evaluate((form, values) => {
      form.noValidate = true;
      for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    }, row.type);
    const [answer] = await Promise.all([page.waitForNavigation(), form.evaluate(form => form.submit())]);
    if (!row.until || answer.status() === row.status || tries > 20) return answer;
  }
}

async function look(page, row, language) {
  const what = [row.name, row.path, row.as ?? '', language].join(' ');
  const answer = await visit(page, row);
  if (answer.status() !== (row.status ?? 200)) fault(`${what}: answers ${answer.status()}`);
  const raw = (await answer.body()).length;
  if (raw > HTML_BYTES_MAX) fault(`${what}: ${raw} bytes of HTML`);
  const spoken = await page.evaluate(() => [document.documentElement.lang, document.title.includes('·')]);
  if (spoken[0] !== language || !spoken[1]) fault(`${what}: lang=${spoken[0]}, title ${await page.title()}`);
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page, `${what} 320`);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => { document.documentElement.dataset.type = 'larger'; });
  await fits(page, `${what} 390 larger`);
  await page.evaluate(() => { delete document.documentElement.dataset.type; });
  const axe = await axed(page);
  for (const [width, height, colorScheme] of FRAMES[language]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await fits(page, `${what} ${width}`);
    await axe.run(`${what} ${width} ${colorScheme}`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${`${what} ${width}`.replace(/[^\p{L}\p{N}]+/gu, '_').slice(0, 60)}.png`, fullPage: true });
  }
  await axe.close();
}

// Looks at all rows in one language; answers how many.
export async function walk(rows, language) {
  let [page, who] = [undefined, undefined];
  for (const row of rows) {
    if (row.who !== who) {
      await page?.context().close();
      who = row.who;
      page = await open({ language, who });
    }
    await look(page, row, language).catch(error => fault(`${row.name} ${row.path} ${row.as ?? ''} ${language}: ${error}`));
  }
  await page.context().close();
  return rows.length;
}
