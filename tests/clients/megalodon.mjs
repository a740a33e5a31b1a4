// A session with megalodon against a running hall.
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import megalodon from 'megalodon';
import { Count, HALL, NAME, OTHER_HALL, OTHER_NAME, OTHER_TOKEN, OUT_OF_BAND, SCOPES, pause, png, refused, signIn, within } from './tell.mjs';

const { default: generator, detector } = megalodon;
const count = new Count('megalodon');
const call = (...of) => count.call(...of);
const at = `@${OTHER_NAME}@${new URL(OTHER_HALL).host}`;

async function enter() {
  await call('detector', () => detector(HALL), kind => kind === 'mastodon');
  const bare = generator('mastodon', HALL);
  const app = await call('registerApp', () => bare.registerApp('Session', { scopes: SCOPES, redirect_uris: OUT_OF_BAND }), made => made.url.startsWith(HALL));
  const code = await call('sign-in', () => signIn(app.url), found => found.length > 20);
  const token = await call('fetchAccessToken', () => bare.fetchAccessToken(app.client_id, app.client_secret, code, OUT_OF_BAND), found => found.access_token.length > 20);
  return { me: generator('mastodon', HALL, token.access_token), app, token };
}

async function hall(me) {
  await call('getInstance', () => me.getInstance(), ({ data }) => data.version.includes('Huiguan') && data.configuration.statuses.max_characters === 5000);
  await call('verifyAppCredentials', () => me.verifyAppCredentials(), ({ data }) => data.name === 'Session');
  await call('verifyAccountCredentials', () => me.verifyAccountCredentials(), ({ data }) => data.acct === NAME && data.source.privacy === 'private');
  await call('getPreferences', () => me.getPreferences(), ({ data }) => data['posting:default:visibility'] === 'private');
  for (const name of ['getInstanceCustomEmojis', 'getInstanceAnnouncements', 'getInstanceTrends', 'getFollowedTags', 'getSuggestions', 'getConversationTimeline', 'getEndorsements', 'getFeaturedTags', 'getInstancePeers', 'getScheduledStatuses']) {
    await call(name, () => me[name](), ({ data }) => data.length === 0);
  }
}

async function statuses(me) {
  const { data: first } = await call('postStatus', () => me.postStatus('第一条 #元宵', { visibility: 'public', language: 'zh-Hans' }), ({ data }) => data.visibility === 'public' && data.tags[0].name === '元宵');
  for (const visibility of ['unlisted', 'private', 'direct']) {
    await call(`postStatus ${visibility}`, () => me.postStatus('另一条', { visibility }), ({ data }) => data.visibility === visibility);
  }
  await call('content warning', () => me.postStatus('里面', { spoiler_text: '小心', sensitive: true }), ({ data }) => data.spoiler_text === '小心' && data.sensitive);
  const path = join(mkdtempSync(join(tmpdir(), 'picture-')), 'a.png');
  writeFileSync(path, png());
  const sent = await call('uploadMedia', () => me.uploadMedia(createReadStream(path), { description: '一碗汤圆' }), ({ data }) => data.id.length > 5);
  await call('getMedia', () => within(async () => (await me.getMedia(sent.data.id)).data.url), url => url.startsWith(HALL));
  await call('updateMedia', () => me.updateMedia(sent.data.id, { description: '两碗汤圆' }), ({ data }) => data.description === '两碗汤圆');
  const shown = await call('status with media', () => me.postStatus('热的', { media_ids: [sent.data.id], visibility: 'public' }), ({ data }) => data.media_attachments[0].description === '两碗汤圆');
  const reply = await call('reply', () => me.postStatus('第二句', { in_reply_to_id: first.id, visibility: 'public' }), ({ data }) => data.in_reply_to_id === first.id);
  await call('getStatusContext', () => me.getStatusContext(first.id), ({ data }) => data.descendants[0].id === reply.data.id);
  await call('getStatusSource', () => me.getStatusSource(first.id), ({ data }) => data.text === '第一条 #元宵');
  await call('editStatus', () => me.editStatus(first.id, { status: '改过 #元宵' }), ({ data }) => data.content.includes('改过') && data.edited_at);
  const filter = await call('createFilter', () => me.createFilter('喝茶', ['home'], false, true), ({ data }) => data.phrase === '喝茶' && data.whole_word);
  await call('updateFilter', () => me.updateFilter(filter.data.id, '咖啡', ['home', 'public']), ({ data }) => data.phrase === '咖啡' && data.context.length === 2);
  await call('getFilter', () => me.getFilter(filter.data.id), ({ data }) => data.phrase === '咖啡');
  await call('deleteFilter', async () => { await me.deleteFilter(filter.data.id); return me.getFilters(); }, ({ data }) => data.length === 0);
  for (const [act, property] of [['favourite', 'favourited'], ['bookmark', 'bookmarked'], ['pin', 'pinned']]) {
    await call(`${act}Status`, () => me[`${act}Status`](first.id), ({ data }) => data[property] === true);
    await call(`un${act}Status`, () => me[`un${act}Status`](first.id), ({ data }) => data[property] === false);
  }
  const boost = await call('reblogStatus', () => me.reblogStatus(first.id), ({ data }) => data.reblog.id === first.id);
  await call('getStatus of a boost', () => me.getStatus(boost.data.id), ({ data }) => data.reblog.id === first.id);
  await call('getStatusRebloggedBy', () => me.getStatusRebloggedBy(first.id), ({ data }) => data[0].acct === NAME);
  await call('unreblogStatus', () => me.unreblogStatus(first.id), ({ data }) => data.reblogged === false);
  await call('deleteStatus', () => me.deleteStatus(shown.data.id), ({ data }) => data.id === shown.data.id);
  await call('a status that is gone', () => refused(() => me.getStatus(shown.data.id), 404), found => found);
  await call('a status that is too long', () => refused(() => me.postStatus('字'.repeat(5001)), 422), found => found);
  return first;
}

async function lists(me, first) {
  await call('getHomeTimeline', () => me.getHomeTimeline({ limit: 2 }), ({ data }) => data.length === 2);
  await call('getHomeTimeline older', async () => me.getHomeTimeline({ max_id: (await me.getHomeTimeline({ limit: 1 })).data[0].id, limit: 1 }), ({ data }) => data.length === 1);
  await call('getLocalTimeline', () => me.getLocalTimeline(), ({ data }) => data.some(one => one.id === first.id));
  await call('getPublicTimeline', () => me.getPublicTimeline(), ({ data }) => data.some(one => one.id === first.id));
  await call('getTagTimeline', () => me.getTagTimeline('元宵'), ({ data }) => data[0].id === first.id);
  await call('search', () => me.search('元宵', { type: 'hashtags' }), ({ data }) => data.hashtags[0].name === '元宵');
  await call('getTag', () => me.getTag('元宵'), ({ data }) => data.name === '元宵');
  await call('saveMarkers', () => me.saveMarkers({ home: { last_read_id: first.id } }), ({ data }) => data.home.last_read_id === first.id);
  await call('getMarkers', () => me.getMarkers(['home']), ({ data }) => data.home.version >= 1);
  await call('updateCredentials', () => me.updateCredentials({ display_name: '陈美玲', note: '潮州人' }), ({ data }) => data.display_name === '陈美玲');
  await call('blockDomain', async () => { await me.blockDomain('bad.example'); return me.getDomainBlocks(); }, ({ data }) => data[0] === 'bad.example');
  await call('unblockDomain', async () => { await me.unblockDomain('bad.example'); return me.getDomainBlocks(); }, ({ data }) => data.length === 0);
}

async function friends(me) {
  const other = generator('mastodon', OTHER_HALL, OTHER_TOKEN);
  const found = await call('search with resolve', () => me.search(at, { type: 'accounts', resolve: true }), ({ data }) => `@${data.accounts[0].acct}` === at);
  const there = found.data.accounts[0];
  await call('followAccount', () => me.followAccount(there.id), ({ data }) => data.requested);
  const asking = await call('getFollowRequests', () => within(async () => (await other.getFollowRequests()).data[0]), one => one.username === NAME);
  await call('acceptFollowRequest', () => other.acceptFollowRequest(asking.id), ({ data }) => data.followed_by);
  await call('getRelationship', () => within(async () => (await me.getRelationship(there.id)).data.following), it => it);
  const mine = (await me.verifyAccountCredentials()).data.id;
  await call('getAccountFollowers', () => within(async () => (await me.getAccountFollowers(mine)).data[0]), one => one.id === there.id);
  await call('getAccountFollowing', () => within(async () => (await me.getAccountFollowing(mine)).data[0]), one => one.id === there.id);
  await call('getAccountStatuses', () => me.getAccountStatuses(mine), ({ data }) => data.length > 3);
  const heard = { update: [], status_update: [], delete: [], notification: [] };
  const stream = await call('userStreaming', () => me.userStreaming(), it => it);
  for (const [name, list] of Object.entries(heard)) stream.on(name, told => list.push(told));
  await pause(1500);
  const said = (await other.postStatus('槟城下雨了', { visibility: 'private' })).data;
  const mineOf = () => heard.update.find(one => one.content.includes('槟城'));
  await call('streaming update', () => within(mineOf), it => it);
  await call('favouriteStatus there', () => me.favouriteStatus(mineOf().id), ({ data }) => data.favourited);
  await call('reply there', () => me.postStatus('这边晴天', { in_reply_to_id: mineOf().id, visibility: 'private' }), ({ data }) => data.visibility === 'private');
  await call('getNotifications there', () => within(async () => {
    const kinds = (await other.getNotifications()).data.map(one => one.type);
    return kinds.includes('favourite') && kinds.includes('mention');
  }), it => it);
  await other.editStatus(said.id, { status: '雨停了' });
  await call('streaming status_update', () => within(() => heard.status_update.some(one => one.content.includes('雨停'))), it => it);
  const id = mineOf().id;
  await other.deleteStatus(said.id);
  await call('streaming delete', () => within(() => heard.delete.includes(id)), it => it);
  await other.postStatus(`@${NAME}@${new URL(HALL).host} 你好`, { visibility: 'direct' });
  await call('streaming notification', () => within(() => heard.notification.some(one => one.type === 'mention')), it => it);
  stream.stop();
  const asked = await call('postStatus with a poll', () => me.postStatus('吃什么？', { visibility: 'private', poll: { options: ['汤圆', '饺子'], expires_in: 3600 } }), ({ data }) => data.poll.options[1].title === '饺子');
  const ballot = (await within(async () => (await other.getHomeTimeline()).data.find(one => one.content.includes('吃什么')))).poll;
  await call('votePoll', () => other.votePoll(ballot.id, [1]), ({ data }) => data.voted);
  await call('getPoll', () => within(async () => (await me.getPoll(asked.data.poll.id)).data.votes_count === 1), it => it);
  await call('dismissNotification', () => me.dismissNotification(heard.notification[0].id));
  await call('dismissNotifications', async () => { await me.dismissNotifications(); return me.getNotifications(); }, ({ data }) => data.length === 0);
  const list = await call('createList', () => me.createList('同学'), ({ data }) => data.title === '同学');
  await call('addAccountsToList', async () => { await me.addAccountsToList(list.data.id, [there.id]); return me.getAccountsInList(list.data.id); }, ({ data }) => data[0].id === there.id);
  await call('getListTimeline', () => me.getListTimeline(list.data.id), ({ data }) => data.every(one => one.account.id === there.id));
  await call('updateList', () => me.updateList(list.data.id, '同窗'), ({ data }) => data.title === '同窗');
  await call('deleteList', async () => { await me.deleteList(list.data.id); return me.getLists(); }, ({ data }) => data.length === 0);
  for (const [act, property] of [['mute', 'muting'], ['block', 'blocking']]) {
    await call(`${act}Account`, () => me[`${act}Account`](there.id, true), ({ data }) => data[property]);
    await call(`un${act}Account`, () => me[`un${act}Account`](there.id), ({ data }) => !data[property]);
  }
  await call('unfollowAccount', () => me.unfollowAccount(there.id), ({ data }) => !data.following);
}

const { me, app, token } = await enter();
await hall(me);
const first = await statuses(me);
await lists(me, first);
await friends(me);
await call('revokeToken', () => generator('mastodon', HALL).revokeToken(app.client_id, app.client_secret, token.access_token));
await call('after the revocation', () => refused(() => me.getHomeTimeline(), 401), found => found);
count.end();
