// The table of URLs, read as text: each page in it must be visited, so that a new one can't be forgotten.
import { readFileSync } from 'node:fs';
import { fault } from './browser.mjs';

// What answers GET and is no page for people, or can't be looked at by its address alone; each with the reason.
const EXCEPTIONS = {
  '/healthz': 'for machines', '/readyz': 'for machines', '/metrics': 'for machines', '/favicon.ico': 'a picture', '/static/{hash}/{name}': 'files',
  '/media/{id}/{variant}': 'pictures; the flow of pictures sees that they load', '/media/{id}/tiles/{level}/{column}/{row}': 'pictures; the tests of tiles look at them', '/media/shared/{token}': 'for servers', '/media/shared/{token}/thumb': 'for servers',
  '/office/reports/{id}/media/{media}/{variant}': 'pictures; the tests of reports see who may open them',
  '/invitations/code.svg': 'a picture; the flow of invitations sees that it loads',
  '/search/suggestions': 'a part of a page; the tests of search read it', '/opensearch.xml': 'for browsers; the tests of search read it',
  '/posts/{id}/roll-call.csv': 'a file; the tests of roll calls read it',
  '/groups/{id}/members.csv': 'a file; the tests of groups read it', '/announcements/{id}/confirmations.csv': 'a file; the tests of announcements read it',
  '/digest/{token}': 'there only with a mail server; the tests of digests open it', '/groups/invitations/{token}/code.svg': 'a picture; the tests of groups see that it is drawn',
  '/accounts/{id}/feed.{form}': 'for readers of feeds; the tests of feeds read it', '/accounts/{id}/series/{series}/feed.{form}': 'for readers of feeds',
  '/archive/items/{id}/metadata.jsonld': 'data; the tests of the archive read it', '/archive/files/{id}/original': 'a file; the tests of the archive read it', '/archive/files/{id}/parts/{number}': 'a picture; the tests of tiles look at it', '/archive/oai': 'for harvesters', '/archive/transcripts/{name}': 'a file; the tests of files of the archive read it',
  '/archive/oai_dcterms.xsd': 'for harvesters',
  '/archive/others/{id}': 'an item of a partner; the tests of partners open it',
  '/iiif/items/{id}/manifest': 'for viewers', '/iiif/images/{id}': 'leads to info.json', '/iiif/images/{id}/info.json': 'for viewers', '/iiif/images/{id}/{region}/{size}/{rotation}/{name}': 'pictures for viewers', '/ark:/{naan}/{code}': 'leads to the item; the tests of the archive follow it',
  '/people/suggestions': 'a part of a page; the flow of writing sees that it is offered',
  '/preferences': 'sets a cookie and goes back; the flow of preferences uses it',
  '/objects/{id}': 'for servers', '/objects/{id}/context': 'for servers', '/objects/{id}/leaves/{leave}': 'for servers', '/activities/{id}': 'for servers', '/actors/{name}': 'for servers', '/actors/{name}/{collection}': 'for servers',
  '/actor': 'for servers', '/actor/{collection}': 'for servers', '/nodeinfo/2.1': 'for servers',
  '/.well-known/webfinger': 'for servers', '/.well-known/nodeinfo': 'for servers', '/.well-known/host-meta': 'for servers',
};

// Patterns that answer GET: a text that begins with a slash, with `get(` or `served(` before the next one.
export function patterns(source) {
  const parts = source.split(/"(\/[^"\s]*)"/).slice(1);
  const found = new Set();
  for (let at = 0; at < parts.length; at += 2) if (/\b(get|served)\(/.test(parts[at + 1].split('\n}')[0])) found.add(parts[at]);
  return [...found];
}

const literal = text => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
const fits = (pattern, path) => new RegExp(`^${literal(pattern).replace(/\{[^}]*\}/g, '[^/]+')}$`).test(path);

// Says which pages of the table nobody looked at, and which exceptions are out of date.
export function account(visited) {
  const all = patterns(readFileSync(new URL('../../src/routes.rs', import.meta.url), 'utf8'));
  if (all.length < 20) fault(`routes.rs can't be read any more: only ${all.length} pages are found in it`);
  // A path counts for the plainest pattern that it fits: /moments/new is no /moments/{id}.
  const seen = new Set([...visited].map(path => all.filter(pattern => fits(pattern, path)).sort((a, b) => a.split('{').length - b.split('{').length)[0]));
  for (const pattern of all) {
    if (EXCEPTIONS[pattern] && seen.has(pattern)) fault(`routes.mjs: ${pattern} is visited and needs no exception`);
    if (!EXCEPTIONS[pattern] && !seen.has(pattern)) fault(`routes.rs: nobody looks at ${pattern}: add it to pages.mjs`);
  }
  for (const pattern of Object.keys(EXCEPTIONS)) if (pattern !== '/metrics' && !all.includes(pattern)) fault(`routes.mjs: there is no ${pattern}`);
  return all.length;
}
