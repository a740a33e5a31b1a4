// The messages as people read them, out of templates/lang. Enough of Fluent for sentences on one line with values.
import { readFileSync } from 'node:fs';
import { LANGUAGES } from './browser.mjs';

const read = language => {
  const text = readFileSync(new URL(`../../templates/lang/${language}.ftl`, import.meta.url), 'utf8');
  return new Map([...text.matchAll(/^([a-z][\w-]*) = (.+)$/gm)].map(([, key, words]) => [key, words]));
};
const tables = new Map(LANGUAGES.map(language => [language, read(language)]));

// A message of the hall in a language. The marks that keep a value's direction apart are left out, as `plain` does.
export function words(language, key, values = {}) {
  const message = tables.get(language).get(key);
  if (!message) throw new Error(`there is no message ${key} in ${language}`);
  return message.replace(/\{ \$(\w+) \}/g, (_, name) => values[name]);
}
export const plain = text => text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
