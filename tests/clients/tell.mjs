// Counts the calls of a session: each is `ok` or `miss`, and the last line says how many held.
import { deflateSync, crc32 } from 'node:zlib';

const needed = name => process.env[name] ?? (() => { throw new Error(`${name} is not set`); })();
export const [HALL, NAME, PASSWORD, OTHER_HALL, OTHER_NAME, OTHER_TOKEN] =
  ['HALL', 'NAME', 'PASSWORD', 'OTHER_HALL', 'OTHER_NAME', 'OTHER_TOKEN'].map(needed);
export const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';
export const SCOPES = ['read', 'write', 'follow', 'push'];

export class Count {
  constructor(client) { Object.assign(this, { client, held: 0, missed: 0 }); }

  // Does something and says whether what came holds; answers what came, or nothing.
  async call(name, does, holds = () => true) {
    try {
      const answer = await does();
      if (!await holds(answer)) throw new Error(`answered ${JSON.stringify(answer)?.slice(0, 300)}`);
      this.held += 1;
      console.log(`ok ${this.client} ${name}`);
      return answer;
    } catch (fault) {
      // A session goes on after a miss, so that all of them are told.
      this.missed += 1;
      console.log(`miss ${this.client} ${name}: ${fault.message ?? fault}`);
      return undefined;
    }
  }

  end() {
    console.log(`${this.client}: ${this.held} of ${this.held + this.missed} calls`);
    process.exit(this.missed ? 1 : 0);
  }
}

export const pause = ms => new Promise(done => setTimeout(done, ms));

// Looks again and again until something is there, for fifteen seconds at most.
export async function within(look) {
  for (let tries = 0; tries < 50; tries += 1) {
    const found = await look();
    if (found) return found;
    await pause(300);
  }
  return undefined;
}

export async function refused(does, status) {
  try { await does(); } catch (fault) {
    return (fault.response?.status ?? fault.statusCode) === status;
  }
  return false;
}

// A small picture, made here.
export function png(side = 24) {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, 0x7e)]);
  const chunk = (kind, data) => {
    const whole = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(8 + whole.length);
    out.writeUInt32BE(data.length, 0);
    whole.copy(out, 4);
    out.writeUInt32BE(crc32(whole), 4 + whole.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

// Goes through the pages as a browser would, says yes, and answers the code.
export async function signIn(url) {
  const cookies = new Map();
  const go = async (address, fields) => {
    const answer = await fetch(new URL(address, HALL), {
      method: fields ? 'POST' : 'GET',
      body: fields && new URLSearchParams(fields),
      redirect: 'manual',
      headers: { origin: HALL, cookie: [...cookies].map(pair => pair.join('=')).join('; ') },
    });
    for (const cookie of answer.headers.getSetCookie()) cookies.set(...cookie.split(';')[0].split(/=(.*)/s).slice(0, 2));
    const next = answer.headers.get('location');
    return next && next.startsWith('/') ? go(next) : { next, text: await answer.text() };
  };
  const form = (text, action) => {
    const [, whole] = text.match(new RegExp(`<form method="post" action="${action}"[^>]*>(.*?)</form>`, 's'));
    const plain = value => value.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
    return Object.fromEntries([...whole.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, plain(value)]));
  };
  let page = await go(url);
  if (page.text.includes('action="/sign-in"')) {
    page = await go('/sign-in', { ...form(page.text, '/sign-in'), name: NAME, password: PASSWORD });
  }
  page = await go('/oauth/authorize', { ...form(page.text, '/oauth/authorize'), choice: 'allow' });
  return page.next ? new URL(page.next).searchParams.get('code') : page.text.match(/<code id="code">([^<]*)</)[1];
}
