// A session with masto.js against a running hall.
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from 'masto';
import WebSocket from 'ws';
import { Count, HALL, NAME, OTHER_HALL, OTHER_NAME, OTHER_TOKEN, OUT_OF_BAND, SCOPES, pause, png, refused, signIn, within } from './tell.mjs';

// The library takes for granted what Node has from version 22 on.
globalThis.WebSocket ??= WebSocket;
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};
const count = new Count('masto.js');
const call = (...of) => count.call(...of);
const at = `${OTHER_NAME}@${new URL(OTHER_HALL).host}`;

async function enter() {
  const bare = createRestAPIClient({ url: HALL });
  const app = await call('apps.create', () => bare.v1.apps.create({ clientName: 'Session', redirectUris: OUT_OF_BAND, scopes: SCOPES.join(' ') }), made => made.clientSecret.length > 20);
  const query = new URLSearchParams({ response_type: 'code', client_id: app.clientId, redirect_uri: OUT_OF_BAND, scope: SCOPES.join(' ') });
  const code = await call('sign-in', () => signIn(`${HALL}/oauth/authorize?${query}`), found => found.length > 20);
  const oauth = createOAuthAPIClient({ url: HALL });
  const token = await call('token.create', () => oauth.token.create({
    clientId: app.clientId, clientSecret: app.clientSecret, redirectUri: OUT_OF_BAND, code, grantType: 'authorization_code', scope: SCOPES.join(' '),
  }), found => found.accessToken.length > 20);
  return { me: createRestAPIClient({ url: HALL, accessToken: token.accessToken }), token: token.accessToken, oauth, app };
}

async function hall(me) {
  await call('v2.instance.fetch', () => me.v2.instance.fetch(), it => it.configuration.statuses.maxMediaAttachments === 9);
  await call('v1.instance.fetch', () => me.v1.instance.fetch(), it => it.version.includes('Huiguan'));
  await call('apps.verifyCredentials', () => me.v1.apps.verifyCredentials(), it => it.name === 'Session');
  await call('accounts.verifyCredentials', () => me.v1.accounts.verifyCredentials(), it => it.acct === NAME);
  await call('preferences.fetch', () => me.v1.preferences.fetch(), it => it['posting:default:visibility'] === 'private');
  for (const [name, does] of Object.entries({
    'customEmojis.list': () => me.v1.customEmojis.list(),
    'announcements.list': () => me.v1.announcements.list(),
    'trends.tags.list': () => me.v1.trends.tags.list(),
    'trends.statuses.list': () => me.v1.trends.statuses.list(),
    'conversations.list': () => me.v1.conversations.list(),
    'v2.suggestions.list': () => me.v2.suggestions.list(),
    'followedTags.list': () => me.v1.followedTags.list(),
  })) await call(name, does, list => list.length === 0);
}

async function statuses(me) {
  const first = await call('statuses.create', () => me.v1.statuses.create({ status: '第一条 #中秋', visibility: 'public', language: 'zh-Hans' }), it => it.visibility === 'public' && it.tags[0].name === '中秋');
  for (const visibility of ['unlisted', 'private', 'direct']) {
    await call(`statuses.create ${visibility}`, () => me.v1.statuses.create({ status: '另一条', visibility }), it => it.visibility === visibility);
  }
  const file = new Blob([png()], { type: 'image/png' });
  const media = await call('v2.media.create', () => me.v2.media.create({ file, description: '月饼' }), it => it.url && it.description === '月饼');
  await call('media.update', () => me.v1.media.$select(media.id).update({ description: '双黄月饼' }), it => it.description === '双黄月饼');
  const shown = await call('status with media', () => me.v1.statuses.create({ status: '甜的', mediaIds: [media.id], visibility: 'public' }), it => it.mediaAttachments[0].description === '双黄月饼');
  const own = me.v1.statuses.$select(first.id);
  const reply = await call('reply', () => me.v1.statuses.create({ status: '第二句', inReplyToId: first.id, visibility: 'public' }), it => it.inReplyToId === first.id);
  await call('context.fetch', () => own.context.fetch(), it => it.descendants[0].id === reply.id);
  await call('source.fetch', () => own.source.fetch(), it => it.text === '第一条 #中秋');
  await call('statuses.update', () => own.update({ status: '改过 #中秋' }), it => it.content.includes('改过') && it.editedAt);
  await call('history.list', () => own.history.list(), it => it.length === 2 && it[0].content.includes('第一条'));
  for (const [act, undo, property] of [['favourite', 'unfavourite', 'favourited'], ['bookmark', 'unbookmark', 'bookmarked'], ['pin', 'unpin', 'pinned']]) {
    await call(act, () => own[act](), it => it[property] === true);
    await call(undo, () => own[undo](), it => it[property] === false);
  }
  const boost = await call('reblog', () => own.reblog({ visibility: 'public' }), it => it.reblog.id === first.id);
  await call('fetch of a boost', () => me.v1.statuses.$select(boost.id).fetch(), it => it.reblog.id === first.id);
  await call('rebloggedBy.list', () => own.rebloggedBy.list(), it => it[0].acct === NAME);
  await call('unreblog', () => own.unreblog(), it => it.reblogged === false);
  await call('remove', () => me.v1.statuses.$select(shown.id).remove(), it => it.text === '甜的');
  await call('a status that is gone', () => refused(() => me.v1.statuses.$select(shown.id).fetch(), 404), it => it);
  await call('a status that is too long', () => refused(() => me.v1.statuses.create({ status: '字'.repeat(5001) }), 422), it => it);
  return first;
}

async function lists(me, first) {
  const pages = me.v1.timelines.home.list({ limit: 2 }).values();
  const newest = await call('timelines.home.list', async () => (await pages.next()).value, it => it.length === 2);
  await call('timelines.home.list next', async () => (await pages.next()).value, it => it[0].id < newest[1].id);
  await call('timelines.public.list', () => me.v1.timelines.public.list({ local: true }), it => it.some(one => one.id === first.id));
  await call('timelines.tag.list', () => me.v1.timelines.tag.$select('中秋').list(), it => it[0].id === first.id);
  await call('v2.search hashtags', () => me.v2.search.list({ q: '中秋', type: 'hashtags' }), it => it.hashtags[0].name === '中秋');
  await call('markers.create', () => me.v1.markers.create({ home: { lastReadId: first.id } }), it => it.home.lastReadId === first.id);
  await call('accounts.updateCredentials', () => me.v1.accounts.updateCredentials({ displayName: '陈美玲', fieldsAttributes: [{ name: '家乡', value: '揭阳' }] }), it => it.displayName === '陈美玲' && it.fields[0].value === '揭阳');
  const filter = await call('v2.filters.create', () => me.v2.filters.create({ title: '茶', context: ['home'], filterAction: 'warn', keywordsAttributes: [{ keyword: '喝茶', wholeWord: true }] }), it => it.keywords[0].keyword === '喝茶');
  await call('v2.filters.update', () => me.v2.filters.$select(filter.id).update({ title: '饮料' }), it => it.title === '饮料');
  await call('v2.filters.remove', async () => { await me.v2.filters.$select(filter.id).remove(); return me.v2.filters.list(); }, it => it.length === 0);
}

async function friends(me, token) {
  const other = createRestAPIClient({ url: OTHER_HALL, accessToken: OTHER_TOKEN });
  const found = await call('v2.search with resolve', () => me.v2.search.list({ q: `@${at}`, resolve: true, type: 'accounts' }), it => it.accounts[0].acct === at);
  const there = found.accounts[0];
  const account = me.v1.accounts.$select(there.id);
  await call('follow', () => account.follow(), it => it.requested);
  const asking = await call('followRequests.list', () => within(async () => (await other.v1.followRequests.list())[0]), it => it.username === NAME);
  await call('followRequests.authorize', () => other.v1.followRequests.$select(asking.id).authorize(), it => it.followedBy);
  await call('relationships.fetch', () => within(async () => (await me.v1.accounts.relationships.fetch({ id: [there.id] }))[0].following), it => it);
  await call('relationships.fetch back', () => within(async () => (await me.v1.accounts.relationships.fetch({ id: [there.id] }))[0].followedBy), it => it);
  await call('accounts.lookup', () => me.v1.accounts.lookup({ acct: at }), it => it.id === there.id);
  await call('note.create', () => account.note.create({ comment: '老同学' }), it => it.note === '老同学');

  const streaming = createStreamingAPIClient({ streamingApiUrl: HALL.replace('http', 'ws'), accessToken: token, implementation: WebSocket });
  const heard = [];
  const events = streaming.user.subscribe();
  (async () => { for await (const event of events) heard.push(event); })().catch(() => {});
  await pause(2000);
  const said = await other.v1.statuses.create({ status: '槟城下雨了', visibility: 'private' });
  const mine = () => heard.find(one => one.event === 'update' && one.payload.content.includes('槟城'))?.payload;
  await call('streaming update', () => within(mine), it => it);
  await call('favourite there', () => me.v1.statuses.$select(mine().id).favourite(), it => it.favourited);
  await call('reply there', () => me.v1.statuses.create({ status: '这边晴天', inReplyToId: mine().id, visibility: 'private' }), it => it.visibility === 'private');
  await call('notifications.list there', () => within(async () => {
    const kinds = (await other.v1.notifications.list()).map(one => one.type);
    return kinds.includes('favourite') && kinds.includes('mention');
  }), it => it);
  await call('v2.notifications.list there', () => other.v2.notifications.list(), it => it.notificationGroups.length >= 2);
  await other.v1.statuses.$select(said.id).update({ status: '雨停了' });
  await call('streaming status.update', () => within(() => heard.some(one => one.event === 'status.update' && one.payload.content.includes('雨停'))), it => it);
  const id = mine().id;
  await other.v1.statuses.$select(said.id).remove();
  await call('streaming delete', () => within(() => heard.some(one => one.event === 'delete' && one.payload === id)), it => it);
  await other.v1.statuses.create({ status: `@${NAME}@${new URL(HALL).host} 你好`, visibility: 'direct' });
  await call('streaming notification', () => within(() => heard.some(one => one.event === 'notification' && one.payload.type === 'mention')), it => it);
  streaming.close();
  const asked = await call('statuses.create with a poll', () => me.v1.statuses.create({ status: '吃什么？', visibility: 'private', poll: { options: ['汤圆', '饺子'], expiresIn: 3600 } }), it => it.poll.options[1].title === '饺子');
  const ballot = (await within(async () => (await other.v1.timelines.home.list()).find(one => one.content.includes('吃什么')))).poll;
  await call('polls.votes.create', () => other.v1.polls.$select(ballot.id).votes.create({ choices: [1] }), it => it.voted && it.ownVotes[0] === 1);
  await call('polls.fetch', () => within(async () => (await me.v1.polls.$select(asked.poll.id).fetch()).votesCount === 1), it => it);
  await call('notifications.clear', async () => { await me.v1.notifications.clear(); return me.v1.notifications.list(); }, it => it.length === 0);
  const list = await call('lists.create', () => me.v1.lists.create({ title: '同学' }), it => it.title === '同学');
  const own = me.v1.lists.$select(list.id);
  await call('lists.accounts.create', async () => { await own.accounts.create({ accountIds: [there.id] }); return own.accounts.list(); }, it => it[0].id === there.id);
  await call('timelines.list.list', () => me.v1.timelines.list.$select(list.id).list(), it => it.every(one => one.account.id === there.id));
  await call('lists.remove', async () => { await own.remove(); return me.v1.lists.list(); }, it => it.length === 0);
  for (const [act, undo, property] of [['mute', 'unmute', 'muting'], ['block', 'unblock', 'blocking']]) {
    await call(act, () => account[act](), it => it[property]);
    await call(undo, () => account[undo](), it => !it[property]);
  }
  await call('unfollow', () => account.unfollow(), it => !it.following);
}

const { me, token, oauth, app } = await enter();
await hall(me);
const first = await statuses(me);
await lists(me, first);
await friends(me, token);
await call('oauth.revoke', () => oauth.revoke({ clientId: app.clientId, clientSecret: app.clientSecret, token }));
await call('after the revocation', () => refused(() => me.v1.timelines.home.list(), 401), it => it);
count.end();
