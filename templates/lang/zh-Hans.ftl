## The frame of every page

skip = 跳到正文
tabs = 主要栏目
home = 首页
friends = 好友
me = 我
search = 搜索
notices = 通知
notices-count = 通知，{ $count } 条未读
sign-in = 登录
foot-hall = 馆内事务
foot-look = 字号与明暗
about = 本馆
rules = 馆规
privacy = 隐私
language = 语言
type-size = 字号
type-usual = 一般字号
type-large = 大字
type-larger = 特大字
theme = 明暗
theme-light = 日间
theme-dark = 夜间
theme-system = 随系统
powered-by = 由开源软件“会馆”驱动
side = 旁栏
today = 今天
all = 全部
look = 去看看
pager = 翻页
crumbs = 所在位置
cancel = 不改了
save = 存好
actions = 操作

## Times and days

time-now = 刚刚
time-minute-ago = 分钟前
time-minutes-ago = 分钟前
time-today = 今天
time-yesterday = 昨天
time-before-yesterday = 前天
day-monday = 星期一
day-tuesday = 星期二
day-wednesday = 星期三
day-thursday = 星期四
day-friday = 星期五
day-saturday = 星期六
day-sunday = 星期日

## Moments

moments = 朋友圈
moment-new = 发朋友圈
moment-prompt = 说点什么，给谁看由你定
moment-body = 写点什么
moment-body-hint = 用 @ 提到人，用 # 加话题。被提到的人不会因此多看到什么。
moment-warning = 内容提示
moment-warning-hint = 写了就先显示这一句，点开才看得到内容和图片。
moment-more = 内容提示、语言和链接卡片
moment-language = 语言
moment-language-hint = 选对了，字形才对，读屏软件才念得准。
moment-language-guess = 按文字判断
moment-cancel = 不发了
moment-send = 发出去
moment-whole = 全文
moment-edited = 改于
moment-edit = 改
moment-delete = 删
moment-edit-title = 改朋友圈
moment-edit-audience = 给谁看不能再改；要换，请删了重发。
moment-delete-title = 删掉这条？
moment-delete-hint = 删了就找不回来。送到别的馆的，也会请对方一并删掉。
moment-delete-do = 删掉
moment-keep = 留着
moment-of = { $name }的朋友圈
moment-original = 在原来的馆里看
moment-older = 看更早的
moment-newest = 回到最新
feed-end = 到头了，都看完了
feed-empty-title = 还没有好友的消息
feed-empty = 先加一位好友，或者自己先发一条。

## Audiences

audience = 给谁看
audience-hint = 看到的人不会知道还有谁能看。
audience-everyone = 公开
audience-everyone-hint = 所有人，包括别的馆和搜索引擎；可以转
audience-quiet = 公开，不上榜
audience-quiet-hint = 好友、你的主页和拿到网址的人；不进公开列表
audience-friends = 所有好友
audience-friends-hint = 互加过的好友，不论在哪个馆
audience-people = 指定的人
audience-group = 群友
audience-me = 仅自己
audience-me-hint = 不出本馆，谁也看不到
audience-not-public = 非公开

## People and friends

hometown = 籍贯
kind-account = 公众号
kind-group = 群
kind-service = 机器人
kind-server = 站点
person-empty = 这里还没有你能看到的朋友圈。
person-visitor = 只列出公开的。想看更多，请
person-original = 在对方的馆里看
profile-edit = 改资料
friend-count = { $count } 位好友
friend-requests = 好友请求
friend-requests-count = 有 { $count } 位想加你为好友
friend-accept = 同意
friend-refuse = 不了
friend-add = 加好友
friend-ask = 请对方同意
friend-address = 对方的地址
friend-address-hint = 例如 @mei@hall.example，或对方主页的链接；本馆的人写名字就行
friend-greeting = 捎句话
friend-greeting-hint = 让对方知道你是谁，例如：我是夜学的秀兰
friend-own-address = 别人加你时写
friend-search = 在本馆找人
friend-follow = 关注
friend-follow-hint = 对方的站点没有“好友”一说：关注后，只看得到对方公开发的；对方看不到你的非公开内容。
friend-unfollow = 不再关注
friend-withdraw = 收回请求
friend-remove = 解除好友
friend-remove-title = 和{ $name }解除好友？
friend-remove-hint = 两边都会解除，往后互相看不到给好友看的内容。对方不会收到通知。
friend-remove-waiting = 请求会收回，以后还可以再加。
friend-remove-do = 解除
friend-keep = 不了，留着
tie-asks = 想加你为好友
tie-requested = 等对方同意
tie-provisional = 等着接上
tie-provisional-hint = 一边已经同意，另一边的回话还在路上。接上以前，非公开的内容不会送出去。
tie-friend = 好友
tie-follows = 已关注
friends-empty-title = 还没有好友
friends-empty = 在下面写下对方的地址，捎句话，等对方同意就成了。
friends-waiting = 等回话的
friends-follows = 关注的
friends-follows-hint = 单向关注：只看得到对方公开发的。

## Notices

notices-empty-title = 没有新通知
notices-empty = 有人加你为好友、赞了你或评论你时，会在这里告诉你。
notices-happened = 近来的事
notices-read-all = 全部标为已读
notices-older = 看更早的
notice-new = 新
notice-read = 标为已读
notice-acceptance = 同意了你的好友请求
notice-like = { $others ->
    [0] 赞了你的朋友圈
   *[other] 和另外 { $others } 位赞了你的朋友圈
  }
notice-like-comment = { $others ->
    [0] 赞了你的评论
   *[other] 和另外 { $others } 位赞了你的评论
  }
notice-boost = { $others ->
    [0] 转发了你的朋友圈
   *[other] 和另外 { $others } 位转发了你的朋友圈
  }
notice-boost-comment = { $others ->
    [0] 转发了你的评论
   *[other] 和另外 { $others } 位转发了你的评论
  }
notice-comment = { $others ->
    [0] 评论了你的朋友圈
   *[other] 和另外 { $others } 位评论了你的朋友圈
  }
notice-answer = { $others ->
    [0] 回复了你的评论
   *[other] 和另外 { $others } 位回复了你的评论
  }
notice-mention = 提到了你
notice-poll = 发起的投票结束了
flash-notices-read = 都标为已读了。

## Polls
poll = 投票
poll-add = 发起投票
poll-hint = 两到十个选项。谁投了什么，谁也看不到。
poll-option = 选项 { $number }
poll-more = 更多选项
poll-time = 投票期限
poll-time-hour = 一小时
poll-time-day = 一天
poll-time-days = 三天
poll-time-week = 一周
poll-time-month = 三十天
poll-many = 可以选多项
poll-secret = 结束后才公布结果
poll-secret-now = 结束后公布结果
poll-several = 可多选
poll-vote = 投票
poll-mine = 你选的
poll-over = 投票已结束
poll-until = { $time } 截止
poll-voters =
  { $count ->
    [0] 还没有人投票
   *[other] { $count } 人已投票
  }
poll-votes = { $count } 票
poll-problem-options = 投票要有 { $min } 到 { $max } 个选项。
poll-problem-long = 每个选项最多 { $max } 个字。
poll-problem-twice = 有两个选项一样。
poll-problem-time = 投票期限最短五分钟，最长三十一天。
poll-problem-over = 投票已经结束了。
poll-problem-voted = 你已经投过票了。
poll-problem-none = 请先选一项。
poll-problem-gone = 没有这个选项。
poll-problem-one = 这里只能选一项。

## Mentions and hashtags

mention-offered = 可以选的
mention-offered-count = 有 { $count } 个可选，用上下键挑
hashtag-empty-title = 这里还没有内容
hashtag-empty = 还没有你能看到的内容用了这个话题。
hashtag-follow = 关注话题
hashtag-unfollow = 不再关注

## Search

search-people = 找人
search-do = 搜
search-hint = 写名字或籍贯，在本馆里找；写完整地址（@名字@站点）或主页链接，去别的馆找。
search-for = 搜索“{ $words }”
search-found = 找到的人
search-none-title = 没找到
search-none = 换个写法试试：少写一个字，或写对方的完整地址。

## Signing in and joining

sign-in-name = 名字或邮箱
password = 密码
sign-in-do = 进馆
sign-in-forgotten = 忘了密码？请管事帮你换一个。
sign-in-known = 你现在登录为 { $address }。想换一个身份，就在这里登录。
sign-in-go-on = 继续用 { $address }
sign-out = 退出
sign-up = 入馆
sign-up-do = 入馆
sign-up-apply = 递上申请
sign-up-rules = 先看看馆规
sign-up-closed-title = 暂时进不来
join-title = 还不是馆友？
join-open = 本馆大门开着，填好就能进。
join-open-button = 入馆
join-approval = 写下名字，说说你是谁、认得哪位馆友，管事看过就会放行。
join-approval-button = 申请入馆
join-invitation = 本馆凭馆友的邀请链接入馆。请认识的馆友发一条给你。
join-invited = 有馆友请你来，填好就能进。
join-spent = 这条邀请链接用过了，或者过期了。请那位馆友再发一条。
join-closed = 本馆暂不接受申请，新馆友由管事添加。
sign-up-then-program = 填好之后，再让带你来的程序进来。
sign-up-then-wait = 带你来的程序也要等一等：管事放行以后，请从那个程序再登录一次。
sign-up-not-by-program = 本馆不能经由程序入馆。请看 { $address }
field-display-name = 称呼
field-display-name-hint = 馆友看到的名字，例如：陈美玲
field-name = 登录名
field-name-hint = 英文小写字母、数字和下划线，最多 30 个；会成为你的地址，以后不能改
field-email = 邮箱
field-email-address = 邮箱地址
field-email-hint = 可以不填。只有管事看得到。
field-password-hint = 至少 10 个字；几个不相干的词连起来，好记又难猜
field-reason = 说说你是谁
field-reason-hint = 例如籍贯、认得哪位馆友、为什么想来。只有管事看得到。

## Invitations

invitations = 邀请
invitations-hint = 一条链接请一位，十四天内有效。发给信得过的人。
invitation-note = 请的是谁
invitation-note-hint = 只给自己看，免得忘了
invitation-make = 做一条链接
invitation-made = 链接做好了
invitation-made-hint = 只显示这一次，现在就抄下或复制。
invitation-code = 邀请链接的二维码
invitations-made = 做过的邀请
invitation-unnamed = 没写给谁
invitation-open = 有效到
invitation-used = 用于
invitation-expired = 过期于
invitation-used-chip = 已入馆
invitation-expired-chip = 过期
invitation-remove = 收回

## A member’s own

me-moments = 我的朋友圈
settings = 设置
profile = 资料
field-names = 名字的别种写法
field-names-hint = 读者用哪种语言，就先给他看哪种；不填也行。
field-name-hans = 简体
field-name-hant = 繁体
field-name-en = 拉丁字母
field-hometown-hint = 写到乡镇就好，例如：揭阳渔湖
field-about = 自我介绍
field-about-hint = 所有人看得到
field-discoverable = 可以把我介绍给不认识的人
field-discoverable-hint = 也让搜索引擎收录我的主页
profile-fields = 资料栏
profile-fields-hint = 最多四栏，如职业、网页。写上你自己的网页，在那个网页里放一个带 rel="me" 的链接指回你的主页，这里就标上“已核实”。
profile-field-number = 第 { $number } 栏
profile-field-name = 栏名
profile-field-value = 内容
profile-field-verified = 已核实
profile-field-verified-hint = 那个网页链接回这里
pin-add = 置顶在我的主页
pin-remove = 取消置顶
pin-title = 置顶
preferences = 怎么显示
language-browser = 随浏览器
time-zone = 时区
time-zone-hall = 随本馆
password-change = 换密码
password-change-do = 换掉
password-change-hint = 换了以后，别处登录着的都会退出。
field-password-old = 现在的密码
field-password-new = 新密码
sessions = 登录着的地方
sessions-hint = 看到不认得的，就全部退出，再换密码。
session-unnamed = 没报名字的浏览器
session-seen = 上次用：
session-this = 就是这里
sign-out-everywhere = 全部退出

## The hall and its set-up

front-title = 欢迎
front-picture = 会馆正面：飞檐、红柱、两盏灯笼
front-members = 今有馆友 { $count } 位
front-sign-in = 馆友登录
front-unopened = 这家会馆还没开张。装馆的人：请打开程序启动时印出的那条设置链接。
rules-none = 还没写馆规。
officers = 管事的人
about-version = 会馆软件 { $version } 版
setup-title = 开馆
setup-hint = 填好这一页，会馆就开张了。以后都能在馆务里改，只有登录名不能改。
setup-owner = 馆主
setup-hall = 会馆
setup-do = 开馆
setup-rules-suggested =
    进门都是客，说话留三分。
    别人的家事、照片、书信，没问过不外传。
    不拉人头，不卖东西，不传没有出处的消息。
hall-name = 馆名
hall-name-hint = 例如：榕江会馆。四个字最好看。
hall-motto = 一句话
hall-motto-hint = 写在馆名下面，例如：一江水，两地家
hall-about = 本馆的来历
hall-about-hint = 哪年立的，谁的家，在哪里。来的人先看这里。
hall-rules-hint = 一行一条
hall-languages = 页面用哪些语言
hall-languages-hint = 至少选一种
hall-language = 默认语言
hall-language-hint = 客人的浏览器没说用哪种时，用这种
hall-time-zone-hint = 页面上的时间按这里算；馆友可以自己另选

## Privacy

privacy-seen-title = 谁看得到
privacy-seen = 朋友圈由作者定给谁看：公开的，人人看得到；给好友的，只有互加过的好友看得到；仅自己的，谁也看不到。你的好友名单不给别人看。
privacy-elsewhere-title = 送到别的馆
privacy-elsewhere = 好友在别的馆，给他看的内容就会送到那个馆的服务器上，由那里保管。你改了、删了，我们会请对方照办，但管不了别人的机器。
privacy-kept-title = 我们留下什么
privacy-kept = 你写的内容、资料、好友关系、邮箱（如果填了）、加密过的密码，以及登录着的浏览器名称和上次使用的大致时间。谁看了什么，我们不记。
privacy-cookies-title = 小甜饼
privacy-cookies = 只有几块：记住你登录着，防别的网站冒充你交表，记住你选的语言、字号和明暗。没有统计，没有广告。
privacy-officers-title = 管事能做什么
privacy-officers = 放行新馆友、停用账户、屏蔽别的站点。不公开的内容，只有被人举报时才在那份举报里看得到；是谁举报的，也只有管事的人知道。每件事都记在馆务记录里。

## The hall office

office = 馆务
office-overview = 概况
office-members = 馆友
office-peers = 友馆
office-hall = 本馆设置
office-log = 记录
office-todo = 待办
office-todo-none = 没有要办的事。
office-applications = 入馆申请
office-pending-count = { $count } 份申请
office-waiting = 待送
office-arriving = 待收
office-peers-count = 友馆 { $count } 家
office-failed-count = 读不了的 { $count } 件
office-log-none = 还没有记录。
office-hall-registration = 谁可以入馆写在设置文件里（registration.mode），改了要重启。
member = 馆友
member-state = 状态
member-since = 入馆
member-role = 职务
member-admit = 放行
member-refuse = 婉拒
member-suspend = 停用
member-restore = 恢复
state-active = 在馆
state-pending = 待放行
state-suspended = 已停用
role-owner = 馆主
role-moderator = 管事
role-archivist = 典藏员
role-member = 馆友
peer = 友馆
peer-state = 状态
peer-success = 上次送达
peer-error = 最近的毛病
peer-since = 起于
peer-waiting-count = 待送 { $count } 件，都留着，接上就送
peer-well = 通
peer-slow = 慢
peer-failing = 不通
peer-resting = 歇着
peer-paused = 暂停
peer-blocked = 已屏蔽
peer-allowed = 已准入
peer-pause = 暂停
peer-resume = 接着送
peer-retry = 现在就试
peer-block = 屏蔽
peer-unblock = 解除屏蔽
peer-add = 认一家友馆
peer-host = 站点名
peer-host-hint = 例如 hall.example
peer-decision = 怎么办
peer-allow = 准入
peer-allow-hint = 本馆只和名单上的站点往来时，才用得着
peer-block-hint = 不收它的，也不送给它；等着送的一并丢掉
peer-decide = 就这么办
peers-empty-title = 还没有友馆
peers-empty = 馆友加了别处的好友，那边就会出现在这里。

## Acts in the log

audit-role = 改了职务：
audit-admit = 放行了
audit-suspend = 停用了
audit-hold = 搁置了
audit-turn-down = 婉拒了
audit-hall = 改了本馆设置：
audit-peer-allowed = 准入了友馆
audit-peer-blocked = 屏蔽了友馆
audit-peer-open = 解除了屏蔽：
audit-peer-paused = 暂停往友馆送：
audit-peer-resumed = 接着往友馆送：
audit-other = 办了：

## What was just done

flash-published-everyone = 发出去了，人人看得到。
flash-published-friends = 发出去了，所有好友看得到。
flash-published-me = 存好了，只有你看得到。
flash-edited = 改好了。
flash-deleted = 删掉了。
flash-friend = 你和{ $name }是好友了。
flash-requested = 已经告诉{ $name }，等对方同意。
flash-following = 关注了{ $name }。
flash-accepted = 同意了{ $name }的请求。
flash-declined = 好，不加了。对方不会收到通知。
flash-removed = 和{ $name }解除了。
flash-signed-out = 退出了，慢走。
flash-signed-out-everywhere = 所有地方都退出了。
flash-joined = 进门了，欢迎。先加几位好友吧。
flash-applied = 申请递上去了。管事放行以后，就能登录。
flash-applied-program = 申请递上去了。管事放行以后，回到那个程序里登录。
flash-hashtag-followed = 关注了 #{ $name }：带这个话题的公开内容会来到你的首页。
flash-hashtag-unfollowed = 不再关注 #{ $name }。
flash-set-up = 开馆了，恭喜。先发一条，或者去“我”那里请几位馆友。
flash-profile = 资料存好了。
flash-preferences = 存好了。
flash-email = 邮箱存好了。
flash-password = 密码换好了，别处都退出了。
flash-revoked = 邀请收回了。
flash-pinned = 已经置顶。
flash-unpinned = 不再置顶。
flash-hall = 本馆设置存好了。
flash-role = { $name }的职务改好了。
flash-admitted = { $name }可以进来了。
flash-suspended = { $name }停用了。
flash-turned-down = 婉拒了{ $name }。
flash-peer-open = 解除了对 { $name } 的屏蔽。
flash-peer-allowed = 准入了 { $name }。
flash-peer-blocked = 屏蔽了 { $name }。
flash-peer-paused = 暂时不往 { $name } 送了，信都留着。
flash-peer-resumed = 正往 { $name } 送。

## What is wrong with a form

form-problems = 有 { $count } 处要改
form-problems-title = 有 { $count } 处要改
problem-too-long = 太长了，最多 { $max } 个字。
problem-body-empty = 还没写字。
problem-body-long = 太长了：最多 { $max } 个字，现在有 { $now } 个。
problem-audience = 请选给谁看。
problem-address-empty = 请写下对方的地址。
problem-address-unknown = 没找到这个人。请对一对地址，一个字都不能差。
problem-address-unreachable = { $host } 现在联系不上，或者不是会馆和联邦站点。过一会儿再试。
problem-friend-self = 这是你自己。
problem-friend-gone = 这个人现在加不了。
problem-friend-many = 还没回话的请求太多了。先等等，或收回几个。
problem-sign-in = 名字或密码不对。
problem-sign-in-pending = 申请还在等管事放行，请再等等。
problem-notice-policy = 本馆谁的事都通知；不想听谁的，可以设成不看，或者拉黑。
problem-agreement = 请先读馆规，并且表示同意。
problem-hashtag-feature = 本馆的个人页面不摆话题标签。
problem-follow-option = 对某一个人，本馆可以不显示他转发的；每条都提醒、按语言挑选，这两样还做不到。
problem-sign-in-suspended = 这个账户停用了。有疑问请找管事。
problem-name-empty = 请写登录名。
problem-name-letters = 登录名只能用英文小写字母、数字和下划线，最多 { $max } 个。
problem-name-reserved = 这个登录名留作他用了，请换一个。
problem-name-taken = 这个登录名有人用了，请换一个。
problem-display-name-empty = 请写称呼。
problem-email = 邮箱写得不对，请看看有没有 @ 和点。
problem-email-taken = 这个邮箱有人用了。
problem-password-short = 密码太短，至少 { $min } 个字。
problem-password-old = 现在的密码不对。
problem-reason-empty = 请说说你是谁，管事好放行。
problem-language = 没有这种语言。
problem-language-not-offered = 默认语言要在选中的语言里面。
problem-time-zone = 请从单子里选时区。
problem-hall-name-empty = 请写馆名。
problem-invitations-many = 没用的邀请太多了，先收回几条。
problem-last-owner = 这是最后一位馆主。先请另一位做馆主，再改。
problem-role = 没有这个职务。
problem-state = 请选怎么办。
problem-host = 站点名写得不对，例如 hall.example；也不能是本馆。
problem-field-name-empty = 请给这一栏起个名字。
problem-field-value-empty = 请写这一栏的内容。
problem-pin-audience = 只有公开的朋友圈可以置顶。
problem-pins-many = 最多置顶 { $max } 条，先取消一条。

## Error pages

error-not-found-title = 这一页不在馆里
error-not-found = 可能是地址少写了几个字，也可能是主人收起来了，只给熟人看。
error-forbidden-title = 这里不能进
error-forbidden = 这一页只给管事的人看。觉得该看得到，请找馆主。
error-conflict-title = 有人先了一步
error-conflict = 你看的时候，这里已经变了。请回去看看现在的样子。
error-invalid-title = 这样办不了
error-bad-request = 送来的内容看不懂。请退回去再试一次。
error-too-large = 送来的内容太大了。
error-too-many-title = 慢一点
error-too-many = 来得太密了，请过 { $seconds } 秒再试。
error-remote-title = 那边没接上
error-remote = { $host } 现在联系不上，过一会儿再试。
unsaved = 会馆现在存不了东西，看还是能看。原因写在日志里，管理员可以查。
problem-unsaved = 刚才没存上。你写的还在下面，过一分钟再发一次。
error-too-slow = 送来得太慢，没收全。是不是网络不好？请再试一次。
error-unavailable-title = 会馆歇一歇
error-unavailable = 现在存不了东西，看还是能看。一分钟后再试；你写的请先抄下来。
error-broken-title = 出了毛病
error-broken = 是我们这边的毛病，不怪你。已经记下来了。
error-form-title = 这张表没收下
error-form-stale = 这张表放得太久，或者你在别处登录、退出过。请退回去，刷新后再交一次。
error-form-origin = 这张表不是从本馆的页面交来的。请在 { $origin } 打开会馆再试。
error-form-broken = 这张表没送完整。请再交一次。
error-way-home = 回首页
error-way-search = 搜一搜
error-way-sign-in = 登录后再看
error-reference = 请告诉管事，参考号

## Time zones by city

zone-shanghai = 北京、上海
zone-hong-kong = 香港
zone-macau = 澳门
zone-taipei = 台北
zone-singapore = 新加坡
zone-kuala-lumpur = 吉隆坡、槟城
zone-kuching = 古晋
zone-brunei = 斯里巴加湾
zone-manila = 马尼拉
zone-jakarta = 雅加达、泗水
zone-makassar = 望加锡
zone-bangkok = 曼谷
zone-ho-chi-minh = 胡志明市
zone-phnom-penh = 金边
zone-vientiane = 万象
zone-yangon = 仰光
zone-kolkata = 加尔各答
zone-dubai = 迪拜
zone-tokyo = 东京、横滨
zone-seoul = 首尔
zone-sydney = 悉尼
zone-melbourne = 墨尔本
zone-brisbane = 布里斯班
zone-adelaide = 阿德莱德
zone-perth = 珀斯
zone-auckland = 奥克兰
zone-fiji = 斐济
zone-tahiti = 大溪地
zone-honolulu = 檀香山
zone-vancouver = 温哥华
zone-los-angeles = 旧金山、洛杉矶
zone-chicago = 芝加哥、休斯敦
zone-toronto = 多伦多
zone-new-york = 纽约
zone-mexico-city = 墨西哥城
zone-havana = 哈瓦那
zone-panama = 巴拿马
zone-lima = 利马
zone-sao-paulo = 圣保罗
zone-london = 伦敦
zone-amsterdam = 阿姆斯特丹
zone-paris = 巴黎
zone-berlin = 柏林
zone-johannesburg = 约翰内斯堡
zone-mauritius = 毛里求斯
zone-utc = 世界时

bookmarks = 收藏
bookmarks-private = 这份清单只有你看得到。
bookmarks-empty-title = 还没有收藏
bookmarks-empty = 在一条朋友圈的页面上点收藏，就能在这里再找到它。
bookmark-add = 收藏
bookmark-remove = 取消收藏
flash-bookmarked = 已收藏，在“我”里能找到。
flash-unbookmarked = 已取消收藏。
history = 修改记录
history-present = 现在的样子
boost = 转发
boost-done = 已转发
boost-by = 转发
boost-count = { $count } 位转发过
boosts-title = 谁转发过
boosts-none = 还没有人转发。
likes-title = 谁赞过
likes-none = 你看得到的人里还没有谁赞过。
people-more = 更多
like = 赞
like-done = 已赞
liked-by = 赞过的：
liked-others = 等，另有 { $count } 位
liked-count = { $count } 位赞过
list-comma = 、
colon = ：
comment = 评论
comment-to = 回复
comment-all = 全部 { $count } 条评论
comment-count = { $count } 条评论
comment-none = 还没有评论
comment-edit-title = 改评论
comment-more = 更多评论
comment-reply = 回复
comment-remove = 删
comment-body = 说一句
comment-send = 发出去
comment-pictures = 加图片或视频
comment-wordless = ［图片或视频］
comment-answering = 回复{ $name }。
comment-answering-not = 改为评论这条朋友圈
comment-audience = 作者看得到；看得到这条、又是你好友的人也看得到。
comment-audience-public = 谁都看得到。
comment-removal-title = 删掉这条评论？
comment-removal-hint = 会从你这条朋友圈下面去掉，别的馆也一样。不会告诉{ $name }。
flash-comment = 评论发出去了。
flash-comment-removed = 删掉了。

## 图片

media-field = 图片或视频
media-field-hint = 图片最多 { $max } 张，JPEG、PNG、GIF、WebP 都行；或者一段视频，MP4 或 WebM，不超过 { $mb } MB。拍摄地点和机器信息会去掉。
media-choose = 选图片或视频
media-upload = 先上传，再写说明
media-upload-hint = 这一步还不会发出去：传好后回到这里，写说明、排顺序。
media-alt = 第 { $number } 张：画面上是什么，说给看不见的人听
media-alt-video = 视频里有什么、说了什么，讲给看不见或听不见的人
media-order = 排第几
media-earlier = 往前
media-later = 往后
media-remove = 不要这张
media-cover = 先遮起来，想看的人点开再看
media-waiting = 正在准备。
media-preparing = 图片或视频正在准备
media-look-again = 再看一下
media-mend = 去掉它们，或者换上别的
media-failed = 第 { $number } 张：{ $reason }
media-failed-video = 视频：{ $reason }
media-covered = 作者把这里遮起来了，点开看
media-away = 别处的图片
media-nth = 第 { $number } 张图片
media-more = 还有 { $count } 张
media-video = 视频
media-audio = 声音
media-file = 文件
media-title = 第 { $number } 张，共 { $count } 张
media-back = 回到这条朋友圈
media-before = 上一张
media-after = 下一张
media-original = 到原来的服务器上看
media-problem-file = “{ $name }”：{ $reason }
media-problem-unknown = 这不是图片，或者是这里读不了的图片。请选 JPEG、PNG、GIF 或 WebP。
media-problem-unknown-video = 这不是图片也不是视频，或者是这里读不了的格式。请选 JPEG、PNG、GIF、WebP、MP4 或 WebM。
media-problem-camera = 这段视频是相机自己的格式，很多浏览器放不了。请另存为 MP4（H.264）；用 iPhone 拍的话，先在“设置 › 相机 › 格式”里改成“兼容性最佳”。
media-problem-sound = 这个文件里只有声音，没有画面。
media-problem-mixed = 一条朋友圈要么放图片，要么放一段视频。请去掉多出来的。
media-problem-svg = 这是 SVG 图形，里面可能带有程序。请另存为 PNG 再选。
media-problem-heic = 这是 iPhone 的 HEIC 照片。请从相册里选，或者在“设置 › 相机 › 格式”里改成“兼容性最佳”，或者另存为 JPEG。
media-problem-avif = 这是 AVIF 图片，这里读不了。请另存为 JPEG 或 PNG 再选。
media-problem-too-large = 像素太多：这里最多处理 { $max }00 万像素，渐进式 JPEG 减半。请缩小一些。
media-problem-animation = 动图太大：最多 { $frames } 帧，边长最多 { $side } 像素。请剪短或缩小。
media-problem-truncated = 文件只有半截。请重新传一次，或者换一份。
media-problem-broken = 文件坏了，读不出来。请换一份。
media-problem-lost = 没能存下来。请重新传一次。
media-problem-bytes = 超过 { $max } MB 了。请选小一点的。
media-problem-many = 最多 { $max } 张。
media-problem-alt-long = 有一条说明太长了，最多 { $max } 字。
media-problem-gone = 有一张图片或视频已经不在了：传了超过一天，或者在别处去掉了。请重新选。
media-problem-form = 还没传完就断了。请重新传一次。
media-problem-none = 请先选一张图片。
flash-published-pictures = 收到了。图片或视频准备好就发出去。
face-title = 我的图片
face-avatar = 头像
face-avatar-hint = 放在名字旁边，取图片正中的方块。
face-cover = 封面
face-cover-hint = 放在你那一页的最上面，宽的图片最合适。
face-upload = 上传
face-take = 不放图片
flash-face = 收到了。准备好就换上。
flash-face-gone = 去掉了。
office-cache = 别处图片的副本占 { $now } MB，最多 { $max } MB。

## Blocks and mutes

blocks = 不想见到的
blocks-people = 拉黑的人
mutes-people = 不看的人
blocks-servers = 拉黑的站点
mutes-servers = 不看的站点
blocks-empty-title = 一个也没有
blocks-empty = 在对方的主页上，可以选不看，或者拉黑。
block-menu = 不想见到
block-do = 拉黑
block-hint = 两边再也看不到对方的内容，好友也会解除；对方在你这里留的评论和赞都不再显示。对方在别的馆，那边的站点会知道。
block-lift = 解除拉黑
block-chip = 已拉黑
block-chip-server = 已拉黑 { $host }
block-standing = 你们互相看不到。解除以后，要再加一次才是好友。
block-server-do = 拉黑整个站点
block-server-hint = { $host } 上的人和你互相看不到，和那边的好友都会解除。
block-server-add = 加一个站点
block-server-add-hint = 那边的人和你互相看不到，和那边的好友都会解除
mute-do = 不看
mute-hint = 首页和别人的朋友圈下面不再出现，也不再有通知。对方不会知道，好友照旧。
mute-lift = 恢复看
mute-chip = 不看
mute-chip-server = 不看 { $host }
mute-server-do = 不看整个站点
mute-server-hint = { $host } 上的人都不再出现，也不再有通知。
mute-server-add-hint = 那边的人不再出现在首页和评论里，也不再有通知
flash-blocked = 拉黑了{ $name }。
flash-unblocked = 解除了对{ $name }的拉黑。
flash-muted = 不再看{ $name }。
flash-unmuted = 恢复看{ $name }。
problem-block-self = 这是你自己。
problem-block-kind = 请选不看还是拉黑。
problem-block-host = 站点名写得不对，例如 hall.example；也不能是本馆。
problem-blocks-many = 名单太长了，先去掉几个。
problem-friend-blocked = 你拉黑了对方。先解除拉黑，再加好友。

## 地点

place-add = 地点
place-at = 在
place-name = 在哪里
place-name-hint = 怎么叫都行。看得到这条的人都看得到地点。
place-coordinates = 坐标
place-coordinates-hint = 先纬度，后经度，例如 5.414, 100.329。不想标在地图上就留空。
place-here = 用我现在的位置
place-here-failed = 浏览器没有给出位置。
place-rough = 只精确到约一百米
place-rough-hint = 坐标先取整再保存，不必让人找到家门口。
place-problem-long = 地名最多 { $max } 个字。
place-problem-coordinates = 请写两个数字，先纬度后经度，例如 5.414, 100.329。

## 链接卡片

quote-of = 引用
link-none = 不要链接卡片
link-none-hint = 不选的话，会馆会去看一次那个网页，把标题显示在这里。

authorization-title = 让“{ $name }”进来
authorization-me = 你现在是 { $address }。
authorization-other = 这不是我
authorization-may = “{ $name }”将可以：
authorization-read = 看你看得到的一切：动态、朋友、通知
authorization-profile = 知道你是谁
authorization-write = 替你发布、评论、点赞，改你的资料
authorization-follow = 替你加好友、解除好友、拉黑
authorization-push = 把通知送到你的手机
authorization-admin = 办理你在馆务处能办的事
authorization-by-hand = 同意之后，这里会显示一个代码，你把它抄进那个程序。
authorization-goes-to = 同意之后，你会被带到 { $host }。
authorization-says = 它自称的网页：{ $site }
authorization-hint = 名字是程序自己报的，本馆没有查证。只在你自己刚才打开了这个程序时才同意。以后可以在设置里请它出去。
authorization-deny = 不同意
authorization-allow = 同意
authorization-code-title = 给“{ $name }”的代码
authorization-code-hint = 把这个代码抄进“{ $name }”。十分钟内有效，只能用一次，别给旁人。
authorization-unknown-app = 没有哪个程序用这个编号登记过。请回到程序里重新登录。
authorization-wrong-address = 程序给的回程地址和它登记的不一样，所以没有把你送过去。
authorization-denied = 没有让“{ $name }”进来。
authorization-wrong-request = “{ $name }”要的东西给不了它。
authorization-wrong-hint = 它可能太旧，或者是给别种站点做的。什么也没有给它。请回到程序里再试；还是不行，就告诉做它的人。
authorization-back = 回到 { $host }
apps-title = 登录着的程序
apps-hint = 这些程序可以替你做事。不认识的、不用的，请它出去。
apps-none = 没有程序登录着。
apps-command-line = 命令行上发的通行证
apps-since = { $when }进来
apps-seen = { $when }用过
apps-told = 通知会推送给它
apps-remove = 请它出去
flash-app-removed = 已经请它出去了。
problem-scope = 没有叫 { $scope } 的权限。
problem-app-name = 程序要有名字。
problem-app-redirect = 回程地址要写完整，一到十个。
problem-app-website = 网页地址要以 http:// 或 https:// 开头。
problem-tag-name = 标签要有名字。
problem-choice = 没有这个选项。
problem-many = 太多了，最多 { $max } 个。
problem-filter-empty = 还没有写要过滤什么。
problem-form-broken = 表没有送完整，或者不是表。
problem-json-broken = JSON 读不懂：{ $reason }
problem-json-object = JSON 的最外层要是一个对象。
problem-body-large = 送来的东西太大。
problem-body-type = 不认识这种内容类型：请用 JSON 或表单。
problem-file-unwanted = 这里不收文件。
problem-file-missing = 没有收到文件。
problem-file-used = 这个文件已经在一条动态里了。
problem-status-later = 会馆不会定时发布。
problem-status-quote = 会馆里不能引用别人的动态。
problem-comment-poll = 评论里不能发起投票。
problem-status-poll = 投票发出后不能再改。
problem-boost-audience = 只有给所有人看的才能转发。
problem-name-unknown = 本馆没有叫 { $name } 的人或公众号。
problem-stream = 没有这个频道。
problem-push-endpoint = 接收推送的地址要以 https:// 开头，并且在公网上。
problem-push-keys = 推送用的密钥不对：p256dh 要是未压缩的 P-256 点，auth 要有 16 个字节。
push-request = { $name }想加你为好友
push-acceptance = { $name }同意了你的好友请求
push-like = { $name }赞了你的朋友圈
push-like-comment = { $name }赞了你的评论
push-boost = { $name }转发了你的朋友圈
push-boost-comment = { $name }转发了你的评论
push-comment = { $name }评论了你的朋友圈
push-answer = { $name }回复了你的评论
push-mention = { $name }提到了你
push-poll = { $name }发起的投票结束了
push-report = 有新的举报，请看一看

## Reports

report = 举报
report-title = 举报{ $name }
report-lead = 只有管事的人看得到，对方不会知道是谁举报的。
report-what = 是什么问题
report-spam = 广告、骗局、假账号
report-legal = 违法的内容
report-violation = 违反馆规
report-other = 别的问题
report-rules = 违反了哪一条
report-rules-hint = 选“违反馆规”时才算数
report-posts = 哪些内容
report-posts-hint = 勾上的会附在举报里。只给好友看的，管事的人也只能在这份举报里看到。
report-post-wordless = （没有文字）
report-comment = 补充说明
report-comment-hint = 管事的人需要知道的，可以不写
report-forward = 也告诉 { $host }
report-forward-hint = 以本馆的名义转过去，不带你的名字；上面的说明会原样送到
report-send = 举报
report-not = 不举报了
report-done = 收到了
report-done-lead = 谢谢你告诉我们，管事的人会来看。
report-done-forwarded = 也会告诉 { $host }，不带你的名字。
report-about = 被举报的人
report-by = 举报的人
report-post-count = { $count } 条内容
report-besides = 不想再见到
report-besides-hint = 不用等管事的人，你自己就可以：
report-problem-category = 选一下是什么问题。
report-problem-posts = 一次最多附 { $max } 条。
report-problem-self = 不能举报自己。
report-problem-many = 你举报得太多了，先等管事的人看过再说。
report-problem-measure = 会馆没有这种处置：只有停用，没有禁言、降级或限流。
report-problem-act = 没有这种处置。
report-problem-wipe = 会馆不替人删掉整个账户：可以停用，内容就都不显示。
office-reports = 举报
report-open-count = { $count } 份待处理
report-resolved-count = { $count } 份已处理
reports-empty-title = 一份也没有
reports-empty = 有人举报时，会在这里。
report-open = 待处理
report-resolved = 已处理
report-of = 关于{ $name }的举报
report-state = 状态
report-assigned = 经手
report-forwarded = 已告诉 { $host }
report-resolve = 处理完了
report-reopen = 重新处理
report-take = 我来处理
report-leave = 交给别人
report-posts-told = 被举报的内容
report-posts-told-hint = 不公开的，只在这里能看到；请不要外传。
report-posts-none = 没有附上内容。
report-post-deleted = 已经删掉了。
report-post-delete = 删掉这条
report-person = 这个人
report-suspend-hint = 停用以后不能登录，写过的都不再显示；随时可以恢复。
report-suspend-remote-hint = 停用以后，写过的在本馆都不再显示，也不再收新的；那边的站点不会知道。
report-lift-hint = 恢复以后，写过的会重新显示。
report-out-of-reach = 管事的人由馆主处理。
report-peer = 到友馆页处理 { $host }
report-others = 关于{ $name }的其他举报
notice-report = ：有人举报，请看一看
audit-report-resolved = 处理完举报
audit-report-reopened = 重新处理举报
audit-report-taken = 接手了举报
audit-report-left = 放下了举报
audit-report-changed = 改了举报的类别：
audit-report-post = 删了被举报的内容：
flash-report-resolved = 处理完了。
flash-report-reopened = 重新处理。
flash-report-taken = 由你来处理。
flash-report-left = 交给别人了。
flash-report-post = 删掉了。

notice-group-request = {" "}想加入“{ $group }”
notice-group-admission = {" "}同意你加入“{ $group }”了
notice-group-office = {" "}请你管理“{ $group }”
notice-group-removal = {" "}撤下了你在“{ $group }”里发的内容
notice-group-call = {" "}在“{ $group }”里招呼所有人
push-group-request = { $name } 想加入你管理的群
push-group-admission = { $name } 同意你入群了
push-group-office = { $name } 请你管理一个群
push-group-removal = { $name } 撤下了你在群里发的内容
push-group-call = { $name } 在群里招呼所有人
group-problem-title-empty = 请给群起个名字。
group-problem-choice = 请从列出的选项里选一个。
group-problem-many = 一个人最多管 { $max } 个群。
group-problem-private-stays = 群建好以后，公开和私密不能再改。
group-problem-banned = 你已被请出这个群。
group-problem-locked = 管理员已关闭这里的评论。
group-problem-members = 只有群友可以在这里发言。
group-problem-officers = 这个群只有群主和管理员可以发帖。
group-problem-called = { $hours } 小时内只能招呼所有人一次。
group-problem-call = 只有群主和管理员可以招呼所有人。
group-problem-answers-empty = 请回答入群问题。
group-problem-gone = 这个账号现在不能入群。
group-problem-invitation = 这个群凭邀请加入，请向管理员要一个邀请链接。
group-problem-crowd = 等候入群的人太多了，过几天再来吧。
group-problem-owner-stays = 群主要先把群交给别人，才能退群。
group-problem-heir = 群主必须是本馆的馆友。
group-problem-days = 天数请填 1 到 { $max }。
group-problem-uses = 人数请填 1 到 { $max }。
group-problem-links = 有效的邀请链接太多了，先作废几个。
