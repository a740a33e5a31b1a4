// What people do at their browsers, and how it is looked at.
import { fault, press } from './browser.mjs';
import { plain, words } from './words.mjs';

export const PASSWORD = 'correct horse battery';

// Somebody at their browser.
export class Hand {
  constructor(page, hall, language, what) { Object.assign(this, { page, hall, language, what }); }

  expect(condition, step) { if (!condition) fault(`${this.what}: ${step}, at ${this.page.url()}`); }
  get path() { return new URL(this.page.url()).pathname; }
  async goes(path) { return (await this.page.goto(this.hall + path)).status(); }
  async sees(text) { return (await this.page.locator('main').innerText()).includes(text); }
  // The page says a sentence of the hall's, in its own language.
  async reads(key, values) {
    return plain(await this.page.locator('main').innerText()).includes(plain(words(this.language, key, values)));
  }
  // Sends the form that a button stands in; answers the status of the page after it.
  async sends(selector = 'main form button.main') { return (await press(this.page, this.page.locator(selector).first())).status(); }
  async follows(selector) { return (await press(this.page, this.page.locator(selector).first())).status(); }
  async types(values) { for (const [name, value] of Object.entries(values)) await this.page.fill(`main [name="${name}"]:not([type=hidden])`, value); }
  // The page says what was done, in its own language.
  async hears(key, values) {
    const said = await this.page.locator('.flash[role=status]').first().innerText({ timeout: 5000 }).catch(() => '');
    const meant = words(this.language, key, values);
    this.expect(plain(said) === plain(meant), `it should say “${meant}” and says “${plain(said)}”`);
    this.expect((await this.page.locator('html').getAttribute('lang')) === this.language, 'the page speaks another language');
  }
  // The form is back with its sentence, and what was typed is kept.
  async isTold(key, values) {
    this.expect(await this.sees(words(this.language, key, values)), `it should tell “${words(this.language, key, values)}”`);
    this.expect((await this.page.locator('.problems[role=alert]').count()) === 1, 'what is wrong stands on top');
  }
}
