// Every page in every state that people meet, by hall and reader. A row: where it is (`path`), what it answers (`status`, 200 if
// nothing is said), what is typed (`type`) before its form (`form`, else the first of the page) is sent; `until` sends again until so.

const LONG = '我'.repeat(5001);
const SETUP = { name: '陈', password: 'short', hall_name: '', email: 'mei', motto: '一江水，两地家' };

export function pages(stage) {
  const visitor = [
    ['/'], ['/about'], ['/privacy'], ['/sign-in'], ['/sign-up'], ['/kit'], ['/@mei'], [stage.own], [stage.theirs], [stage.pictures], [`${stage.pictures}/2`], ['/tags/冬至'], ['/tags/nichts'],
    [`${stage.own}/history`], [`${stage.own}/likes`], [`${stage.own}/boosts`],
    ['/nowhere', { status: 404 }], ['/@nobody', { status: 404 }],
    ['/sign-in', { type: { name: 'mei', password: 'wrong' }, status: 422, as: 'wrong password' }],
    ['/', { type: { name: '', password: '' }, status: 422, as: 'nothing typed at the front' }],
    ['/sign-up', { type: { name: '陈', password: 'short', email: 'mei' }, status: 422, as: 'all wrong' }],
  ];
  const elsewhere = [
    [stage.fresh[0], {}, 'set-up'],
    [stage.fresh[0].replace(/token=.*/, 'token=wrong'), { status: 404 }, 'set-up with a wrong token'],
    [stage.fresh[0], { type: SETUP, status: 422 }, 'set-up, all wrong'],
    [`${new URL(stage.fresh[0]).origin}/`, {}, 'an unopened hall'],
    [`${stage.approval}/sign-up`, {}, 'joining by approval'], [`${stage.approval}/`, {}, 'front, by approval'],
    [`${stage.approval}/sign-up`, { type: { name: 'admin', password: 'short', reason: '' }, status: 422 }, 'joining by approval, all wrong'],
    [`${stage.invitation}/sign-up`, {}, 'joining by invitation, without'],
    [`${stage.invitation}/sign-up?invitation=${stage.token}`, {}, 'joining by invitation'],
    [`${stage.invitation}/sign-up?invitation=${stage.spent}`, { status: 410 }, 'joining by a spent invitation'],
    [`${stage.closed}/sign-up`, {}, 'joining a closed hall'],
    [`${stage.strict}/sign-in`, { type: { name: 'mei', password: 'wrong' }, status: 429, until: true }, 'too many tries'],
  ];
  const member = [
    ['/'], ['/friends'], ['/friends/requests/new'], ['/friends/requests/new?address=mei@hall.example'], [stage.removal], ['/notices'],
    ['/tags/冬至'], ['/tags/nichts'], ['/tags/123', { status: 404 }], ['/moments/new', { type: { warning: LONG, body: '你好' }, status: 422, as: 'a long warning' }], ['/moments/new', { type: { option1: '汤圆', body: '吃什么？' }, status: 422, as: 'a poll of one' }], [stage.ballot, { as: 'to vote' }], [stage.count, { as: 'counted' }],
    ['/search'], ['/search?q=u'], ['/search?q=nichts'], ['/search?q=@nobody@127.0.0.1:1'],
    ['/moments/new'], [`/moments/${stage.number}/edit`], [`/moments/${stage.number}/delete`],
    ['/settings/apps'], [`/oauth/authorize?${stage.asks}`], ['/oauth/authorize', { status: 422, as: 'an unknown program' }],
    ['/settings/blocks'], ['/@yue', { as: 'blocked' }], ['/settings/blocks', { form: 'last', type: { host: '?' }, status: 422, as: 'wrong server' }],
    ['/me'], ['/settings'], ['/invitations'], ['/@mei'], ['/@hua'], ['/@yun'], [`/@${stage.remote}`], [`/@${stage.tom}`],
    [stage.own], [stage.theirs], [stage.remoteMoment], [stage.tomMoment], [`${stage.pictures}/1`], [`${stage.pictures}/9`], [`${stage.theirPictures}/2`],
    [stage.pictures], [stage.theirPictures], [stage.film], [stage.theirFilm], [`/moments/${stage.film.split('/').pop()}/edit`, { as: 'with a film' }], [stage.preparing, { as: 'pictures under way' }], [stage.failed, { as: 'a picture that failed' }],
    [`/moments/${stage.pictures.split('/').pop()}/edit`, { as: 'with nine pictures' }], [`/moments/${stage.preparing.split('/').pop()}/edit`, { as: 'with a picture under way' }],
    [`${stage.pictures}/10`, { status: 404 }],
    [`${stage.own}/history`], [`${stage.own}/likes`], [`${stage.own}/boosts`], ['/me/bookmarks'],
    [stage.comment], [`${stage.own}?to=${stage.comment.split('/')[2]}`, { as: 'answering' }], ['/comments/1/removal', { status: 404 }], ['/comments/1/edit', { status: 404 }],
    [stage.own, { form: '/comments#write', type: { body: ' ' }, status: 422, as: 'nothing said' }],
    ['/office', { status: 403 }], ['/moments/1/edit', { status: 404 }],
    [stage.reportWay], [stage.reportFarWay, { as: 'of another server' }], [stage.reportWay, { form: '/reports', type: { comment: LONG }, status: 422, as: 'nothing chosen' }], [stage.reportOwn], ['/reports/1', { status: 404 }],
    ['/friends/requests/new', { type: { address: 'nobody', greeting: '你好' }, status: 422, as: 'nobody there' }],
    ['/moments/new', { type: { body: '' }, status: 422, as: 'nothing written' }],
    ['/moments/new', { type: { body: LONG }, status: 422, as: 'too long' }],
    [`/moments/${stage.number}/edit`, { type: { body: '' }, status: 422, as: 'nothing left' }],
    ['/settings', { form: '/settings/profile', type: { display_name: '', hometown: LONG }, status: 422, as: 'wrong profile' }],
    ['/settings', { form: '/settings/profile', type: { field_name_1: '', field_value_2: '' }, status: 422, as: 'halves of fields' }],
    ['/settings', { form: '/settings/email', type: { email: 'mei' }, status: 422, as: 'wrong e-mail' }],
    ['/settings', { form: '/settings/password', type: { current: 'x', password: 'short' }, status: 422, as: 'wrong password' }],
    ['/invitations', { form: '/invitations', type: { note: '阿兰' }, as: 'made' }],
    ['/invitations', { form: '/invitations', type: { note: LONG }, status: 422, as: 'too long' }],
  ];
  const group = path => `/groups/${stage.groupNumber}${path}`;
  const groups = [
    ['/groups'], ['/groups?axis=family', { as: 'none of an axis' }], ['/groups?q=nichts', { as: 'nothing found' }], ['/groups/new'], [stage.group], [stage.topic, { as: 'a topic' }], [stage.takenDown, { as: 'taken down' }],
    ['/groups/new', { form: '/groups', type: { title: '', name: '群', topic: LONG }, status: 422, as: 'all wrong' }],
    [group('/settings')], [group('/settings'), { form: group(''), type: { title: '' }, status: 422, as: 'no title' }], [group('/log')], [group('/album')], [group('/members')], [group('/requests')],
    [group('/invitations')], [group('/invitations'), { form: group('/invitations'), type: { days: '0', uses: 'x' }, status: 422, as: 'wrong numbers' }],
    [`/groups/invitations/${stage.groupToken}`], ['/groups/invitations/spent', { status: 404 }], [group('/posts/new')],
    [group('/posts/new'), { form: group('/posts'), type: { body: ' ', title: LONG }, status: 422, as: 'nothing said' }], [`/posts/${stage.topic.split('/').pop()}/taking-down`],
    ['/groups/1/members', { status: 404 }],
  ];
  const officer = [
    ['/office'], ['/office/reports'], ['/office/reports?state=resolved', { as: 'none' }], [stage.report], [stage.reportFar, { as: 'of another server' }], ['/notices'], ['/office/members'], ['/office/peers'], ['/office/hall'], ['/office/log'], ['/@mei'], ['/me'],
    ['/office/peers', { form: 'last', type: { host: '?' }, status: 422, as: 'wrong host' }],
    ['/office/hall', { type: { hall_name: '', motto: LONG }, status: 422, as: 'all wrong' }],
  ];
  const rows = (name, who, list) => list.map(([path, more]) => ({ name, who, url: who.hall + path, path, ...more }));
  return [
    ...rows('visitor', { hall: stage.open, cookies: {} }, visitor),
    ...elsewhere.map(([url, more, as]) => ({ name: 'elsewhere', who: { hall: new URL(url).origin, cookies: {} }, url, path: new URL(url).pathname, as, ...more })),
    ...rows('mei', stage.mei, member),
    ...rows('mei', stage.mei, groups),
    ...rows('visitor', { hall: stage.open, cookies: {} }, [['/groups'], [stage.group], [group('/album')], [stage.topic, { as: 'a topic' }]]),
    ...rows('lan', stage.lan, [['/'], ['/friends'], ['/notices'], ['/invitations']]),
    ...rows('owner', stage.owner, officer),
  ];
}
