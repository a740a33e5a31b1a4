// Looks at every page of a hall in Chromium and goes every way through it, with script and without, in three languages. STAGE says what the
// halls hold; `settle` on the output asks for what is under way between them. ONLY=walk or ONLY=flow does one half; exit code 1 if anything is
// wrong.
import { createInterface } from 'node:readline';
import { LANGUAGES, close, faults } from './browser.mjs';
import { flow } from './flow.mjs';
import { pages } from './pages.mjs';
import { account } from './routes.mjs';
import { walk } from './walk.mjs';

const stage = JSON.parse(process.env.STAGE);
const { ONLY } = process.env;

// One request at a time; the answers come in order.
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let settling = Promise.resolve();
function settle() {
  settling = settling.then(() => { console.log('settle'); return answers.next(); });
  return settling;
}

const started = Date.now();
const since = () => `${Math.round((Date.now() - started) / 1000)} s`;
if (ONLY !== 'flow') {
  const rows = pages(stage);
  const looked = await Promise.all(LANGUAGES.map(language => walk(rows, language)));
  const known = account(new Set(rows.map(row => new URL(row.url).pathname)));
  console.log(`${looked.reduce((a, b) => a + b)} pages looked at, ${known} patterns of routes.rs accounted for, after ${since()}`);
}
if (ONLY !== 'walk') {
  const ways = LANGUAGES.map((language, at) => [[language, true, stage.fresh[2 * at + 1]], [language, false, stage.fresh[2 * at + 2]]]).flat();
  // Two at a time: more would only wait for the same two cores.
  const next = async () => {
    for (let way = ways.shift(); way; way = ways.shift()) await flow({ language: way[0], javaScriptEnabled: way[1], setup: way[2], stage, settle });
  };
  await Promise.all([next(), next()]);
  console.log(`every way gone in ${LANGUAGES.length} languages with script and without, after ${since()}`);
}
await close();
console.log(`${faults.size} faults`);
for (const fault of [...faults].slice(0, 80)) console.log(fault);
process.exit(faults.size ? 1 : 0);
