// Every page in every state that people meet, by hall and reader. A row: where it is (`path`), what it answers (`status`, 200 if
// nothing is said), what is typed (`type`) before its form (`form`, else the first of the page) is sent; `until` sends again until so.

const LONG = '我'.repeat(5001);
const SETUP = { name: '陈', password: 'short', hall_name: '', email: 'mei', motto: '一江水，两地家' };

export function pages(stage) {
  const visitor = [
    ['/'], ['/about'], ['/privacy'], ['/sign-in'], ['/sign-up'], ['/kit'], ['/@mei'], [stage.own], [stage.theirs], [stage.pictures], [`${stage.pictures}/2`], ['/tags/冬至'], ['/tags/nichts'], ['/search'], ['/search?q=番禺', { as: 'found' }], ['/search?q=nichts'],
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
    ['/search'], ['/search?q=u'], ['/search?q=nichts'], ['/search?q=@nobody@127.0.0.1:1'], ['/search?q=侨批'], ['/search?q=侨批&kind=moment', { as: 'one kind' }], ['/search?q=巧批', { as: 'did you mean' }], ['/search?q=type:nonsense%20from:mei', { as: 'not understood' }], [`/search?q=${'字'.repeat(310)}`, { as: 'too long' }],
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
  const announced = path => `/announcements/${stage.announced.split('/').pop()}${path}`;
  const groups = [
    ['/groups'], ['/groups?axis=family', { as: 'none of an axis' }], ['/groups?q=nichts', { as: 'nothing found' }], ['/groups/new'], [stage.group], [stage.topic, { as: 'a topic' }], [stage.takenDown, { as: 'taken down' }],
    ['/groups/new', { form: '/groups', type: { title: '', name: '群', topic: LONG }, status: 422, as: 'all wrong' }],
    [group('/settings')], [group('/settings'), { form: group(''), type: { title: '' }, status: 422, as: 'no title' }], [group('/log')], [group('/album')], [group('/members')], [group('/requests')],
    [group('/invitations')], [group('/invitations'), { form: group('/invitations'), type: { days: '0', uses: 'x' }, status: 422, as: 'wrong numbers' }],
    [`/groups/invitations/${stage.groupToken}`], ['/groups/invitations/spent', { status: 404 }], [group('/posts/new')],
    [group('/posts/new'), { form: group('/posts'), type: { body: ' ', title: LONG }, status: 422, as: 'nothing said' }], [`/posts/${stage.topic.split('/').pop()}/taking-down`],
    ['/groups/1/members', { status: 404 }], [stage.announced, { as: 'an announcement' }], [group('/announcements')], [group('/announcements/new')],
    [group('/announcements/new'), { form: group('/announcements'), type: { body: ' ', office: LONG }, status: 422, as: 'nothing announced' }],
    [announced('/edit')], [announced('/confirmations')], [announced('/confirmations?show=open'), { as: 'who has not confirmed' }],
    [stage.roll, { as: 'a list' }], [stage.roll, { form: stage.roll, type: { name: '', heads: '0' }, status: 422, as: 'a wrong line' }],
    [`${stage.roll}/settings`], [`${stage.roll}/settings`, { form: `${stage.roll}/settings`, type: { roll_capacity: '0' }, status: 422, as: 'no room' }],
    [`${stage.roll}/entries/new`], [stage.rollLine], [`${stage.rollLine}/striking`],
    [group('/posts/new'), { form: group('/posts'), type: { body: '聚餐', roll_capacity: '0', roll_fields: '：荤、素' }, status: 422, as: 'a wrong list' }],
  ];
  const account = path => `/accounts/${stage.accountNumber}${path}`;
  const accounts = [
    ['/accounts'], ['/accounts?topic=侨批', { as: 'of a topic' }], ['/accounts?q=nichts', { as: 'nothing found' }], ['/accounts/new'], [stage.account], [stage.article], [`${stage.article}?script=zh-Hant`, { as: 'in another script' }],
    ['/accounts/new', { form: '/accounts', type: { title: '', name: '报', topics: LONG }, status: 422, as: 'all wrong' }],
    [account('/settings')], [account('/settings'), { form: account(''), type: { title: '', menu: '资料', answers: 'x' }, status: 422, as: 'all wrong' }], [account('/log')], [account('/staff')], [account('/staff'), { form: account('/staff'), type: { who: 'nobody' }, status: 422, as: 'nobody there' }],
    [account('/closing')], [account('/closing'), { form: account('/closing'), type: { name: 'x' }, status: 422, as: 'another name' }], [account('/comments')], [account('/comments?aside=yes'), { as: 'none' }], [account('/series')], [account('/series'), { form: account('/series'), type: { series_title: ' ' }, status: 422, as: 'no title' }], [stage.series], [`${stage.series}/edit`], [`${stage.series}/edit`, { form: `${stage.series}/edit`, type: { series_title: ' ' }, status: 422, as: 'no title' }],
    [account('/drafts')], [account('/drafts?out=yes'), { as: 'published' }], [stage.draft, { as: 'of a published article' }], [stage.waitingDraft, { as: 'with a text beside it' }], [`${stage.draft}/scripts/zh-Hant`, { as: 'read' }], [`${stage.draft}/scripts/en`, { as: 'empty' }], [stage.previewLink],
    [stage.article, { form: '/comments#write', type: { body: ' ' }, status: 422, as: 'nothing said' }], ['/drafts/1', { status: 404 }],
  ];
  const officer = [
    ['/office'], ['/office/reports'], ['/office/reports?state=resolved', { as: 'none' }], [stage.report], [stage.reportFar, { as: 'of another server' }], ['/notices'], ['/office/members'], ['/office/peers'], ['/office/hall'], ['/office/log'], ['/@mei'], ['/me'],
    ['/office/peers', { form: 'last', type: { host: '?' }, status: 422, as: 'wrong host' }],
    ['/office/alliances'], ['/office/alliances', { form: '/office/alliances', type: { address: 'nobody' }, status: 422, as: 'no group' }],
    ['/office/hall', { type: { hall_name: '', motto: LONG }, status: 422, as: 'all wrong' }],
  ];
  const archive = [
    ['/archive'], ['/archive/items'], ['/archive/items?form=recipe', { as: 'none of a form' }], ['/archive/items/new'], ['/archive/items/new?form=inscription', { as: 'another form' }], [stage.item], [stage.itemDraft, { as: 'a draft' }],
    ['/archive/items/new?form=letter', { form: '/archive/items', type: { title: '', amount: LONG, date_edtf: '1937-02-30', protocol: 'nobody' }, status: 422, as: 'all wrong' }],
    [`${stage.item}/edit`], ['/archive/items/1', { status: 404 }], [stage.itemFile], [`${stage.itemFile}?zoom=2`, { as: 'near' }], [`${stage.itemFile}?reading=vertical`, { as: 'from top to bottom' }], ['/archive/collections'], [stage.collection], [`${stage.collection}/edit`], ['/archive/collections/new'],
    ['/archive/collections/new', { form: '/archive/collections', type: { title: '', code: LONG }, status: 422, as: 'no title' }], ['/archive/people'], [stage.authority], [stage.named],
    ['/archive/people', { form: '/archive/people', type: { name: '', latitude: '91' }, status: 422, as: 'no name' }],
    ['/archive/exhibitions'], [stage.exhibition], [`${stage.exhibition}/edit`], ['/archive/exhibitions/new'], ['/archive/exhibitions/1', { status: 404 }],
    [`${stage.exhibition}/edit`, { form: stage.exhibition, type: { title: '', item2: 'nichts', caption2: LONG }, status: 422, as: 'all wrong' }],
    ['/archive/timeline'], ['/archive/map'], ['/archive/map?lat=1.29&lon=103.85&span=2', { as: 'near' }], [`${stage.free}/items`], [`${stage.free}/items`, { form: '/items', type: { item: 'nichts' }, status: 422, as: 'no such item' }], [stage.free, { as: 'a free one' }],
    ['/archive/queue'], ['/archive/offers'], ['/archive/offers/new'],
    ['/archive/people', { form: '/archive/people', type: { name: '', latitude: '91' }, status: 422, as: 'no name' }], ['/archive/queue'], ['/archive/offers'], ['/archive/offers/new'], [stage.recording, { as: 'a recording' }], [stage.paper, { as: 'a paper' }],
    ['/archive/people', { form: '/archive/people', type: { name: '', latitude: '91' }, status: 422, as: 'no name' }], ['/archive/queue'], ['/archive/partners'], ['/archive/partners', { form: '/archive/partners', type: { address: '' }, status: 422, as: 'no address' }], ['/archive/offers'], ['/archive/offers/new'],
  ];
  const rows = (name, who, list) => list.map(([path, more]) => ({ name, who, url: who.hall + path, path, ...more }));
  return [
    ...rows('visitor', { hall: stage.open, cookies: {} }, visitor),
    ...elsewhere.map(([url, more, as]) => ({ name: 'elsewhere', who: { hall: new URL(url).origin, cookies: {} }, url, path: new URL(url).pathname, as, ...more })),
    ...rows('mei', stage.mei, member),
    ...rows('mei', stage.mei, groups),
    ...rows('mei', stage.mei, accounts),
    ...rows('visitor', { hall: stage.open, cookies: {} }, [['/accounts'], [stage.account], [stage.article], [stage.series], [stage.previewLink]]),
    ...rows('visitor', { hall: stage.open, cookies: {} }, [['/groups'], [stage.group], [group('/album')], [group('/announcements')], [stage.topic, { as: 'a topic' }], [stage.announced, { as: 'an announcement' }]]),
    ...rows('lan', stage.lan, [['/'], ['/friends'], ['/notices'], ['/invitations']]),
    ...rows('owner', stage.owner, officer),
    ...rows('keeper', stage.keeper, archive),
    ...rows('visitor', { hall: stage.open, cookies: {} }, [['/archive'], ['/archive/items'], [stage.item], [stage.itemFile], ['/archive/collections'], [stage.collection], ['/archive/exhibitions'], [stage.exhibition], ['/archive/timeline'], ['/archive/map'], [stage.named]]),
    ...rows('visitor', { hall: stage.open, cookies: {} }, [['/archive'], ['/archive/items'], [stage.item], [stage.itemFile], ['/archive/collections'], [stage.collection], [stage.recording, { as: 'a recording' }], [stage.paper, { as: 'a paper' }], ['/archive/offers/new'], [stage.gift],
      ['/archive/offers/new', { form: '/archive/offers', type: { who: LONG, giver: ' ' }, status: 422, as: 'no name' }]]),
  ];
}
