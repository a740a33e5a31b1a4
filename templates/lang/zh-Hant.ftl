## The frame of every page

skip = 跳到正文
tabs = 主要欄目
home = 首頁
friends = 好友
me = 我
search = 搜尋
notices = 通知
notices-count = 通知，{ $count } 則未讀
sign-in = 登入
foot-hall = 館內事務
foot-look = 字級與明暗
about = 本館
rules = 館規
privacy = 隱私
language = 語言
type-size = 字級
type-usual = 一般字級
type-large = 大字
type-larger = 特大字
theme = 明暗
theme-light = 日間
theme-dark = 夜間
theme-system = 隨系統
powered-by = 由開源軟體「會館」驅動
side = 側欄
today = 今天
all = 全部
look = 去看看
pager = 翻頁
crumbs = 所在位置
cancel = 不改了
save = 存好
actions = 操作

## Times and days

time-now = 剛剛
time-minute-ago = 分鐘前
time-minutes-ago = 分鐘前
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
moment-new = 發朋友圈
moment-prompt = 說點什麼，給誰看由你定
moment-body = 寫點什麼
moment-body-hint = 用 @ 提及人，用 # 加話題。被提及的人不會因此多看到什麼。
moment-warning = 內容提示
moment-warning-hint = 寫了就先顯示這一句，點開才看得到內容和圖片。
moment-more = 內容提示、語言和連結卡片
moment-language = 語言
moment-language-hint = 選對了，字形才對，讀屏軟體才唸得準。
moment-language-guess = 按文字判斷
moment-cancel = 不發了
moment-send = 發出去
moment-whole = 全文
moment-edited = 改於
moment-edit = 改
moment-delete = 刪
moment-edit-title = 改朋友圈
moment-edit-audience = 給誰看不能再改；要換，請刪了重發。
moment-delete-title = 刪掉這則？
moment-delete-hint = 刪了就找不回來。送到別的館的，也會請對方一併刪掉。
moment-delete-do = 刪掉
moment-keep = 留著
moment-of = { $name }的朋友圈
moment-original = 在原來的館裡看
moment-older = 看更早的
moment-newest = 回到最新
feed-end = 到底了，都看完了
feed-empty-title = 還沒有好友的消息
feed-empty = 先加一位好友，或者自己先發一則。

## Audiences

audience = 給誰看
audience-hint = 看到的人不會知道還有誰能看。
audience-everyone = 公開
audience-everyone-hint = 所有人，包括別的館和搜尋引擎；可以轉
audience-quiet = 公開，不列出
audience-quiet-hint = 好友、你的主頁和拿到網址的人；不進公開列表
audience-friends = 所有好友
audience-friends-hint = 互加過的好友，不論在哪個館
audience-people = 指定的人
audience-group = 群友
audience-me = 僅自己
audience-me-hint = 不出本館，誰也看不到
audience-not-public = 非公開

## People and friends

hometown = 籍貫
kind-account = 公眾號
kind-group = 群
kind-service = 機器人
kind-server = 站點
person-empty = 這裡還沒有你能看到的朋友圈。
person-visitor = 只列出公開的。想看更多，請
person-original = 在對方的館裡看
profile-edit = 改資料
friend-count = { $count } 位好友
friend-requests = 好友邀請
friend-requests-count = 有 { $count } 位想加你為好友
friend-accept = 同意
friend-refuse = 不了
friend-add = 加好友
friend-ask = 請對方同意
friend-address = 對方的地址
friend-address-hint = 例如 @mei@hall.example，或對方主頁的連結；本館的人寫名字就行
friend-greeting = 捎句話
friend-greeting-hint = 讓對方知道你是誰，例如：我是夜學的秀蘭
friend-own-address = 別人加你時寫
friend-search = 在本館找人
friend-follow = 關注
friend-follow-hint = 對方的站點沒有「好友」一說：關注後，只看得到對方公開發的；對方看不到你的非公開內容。
friend-unfollow = 不再關注
friend-withdraw = 收回邀請
friend-remove = 解除好友
friend-remove-title = 和{ $name }解除好友？
friend-remove-hint = 兩邊都會解除，往後互相看不到給好友看的內容。對方不會收到通知。
friend-remove-waiting = 邀請會收回，以後還可以再加。
friend-remove-do = 解除
friend-keep = 不了，留著
tie-asks = 想加你為好友
tie-requested = 等對方同意
tie-provisional = 等著接上
tie-provisional-hint = 一邊已經同意，另一邊的回話還在路上。接上以前，非公開的內容不會送出去。
tie-friend = 好友
tie-follows = 已關注
friends-empty-title = 還沒有好友
friends-empty = 在下面寫下對方的地址，捎句話，等對方同意就成了。
friends-waiting = 等回話的
friends-follows = 關注的
friends-follows-hint = 單向關注：只看得到對方公開發的。

## Notices

notices-empty-title = 沒有新通知
notices-empty = 有人加你為好友、讚了你或評論你時，會在這裡告訴你。
notices-happened = 近來的事
notices-read-all = 全部標為已讀
notices-older = 看更早的
notice-new = 新
notice-read = 標為已讀
notice-acceptance = 同意了你的好友邀請
notice-like = { $others ->
    [0] 讚了你的朋友圈
   *[other] 和另外 { $others } 位讚了你的朋友圈
  }
notice-like-comment = { $others ->
    [0] 讚了你的評論
   *[other] 和另外 { $others } 位讚了你的評論
  }
notice-boost = { $others ->
    [0] 轉發了你的朋友圈
   *[other] 和另外 { $others } 位轉發了你的朋友圈
  }
notice-boost-comment = { $others ->
    [0] 轉發了你的評論
   *[other] 和另外 { $others } 位轉發了你的評論
  }
notice-comment = { $others ->
    [0] 評論了你的朋友圈
   *[other] 和另外 { $others } 位評論了你的朋友圈
  }
notice-answer = { $others ->
    [0] 回覆了你的評論
   *[other] 和另外 { $others } 位回覆了你的評論
  }
notice-mention = 提及了你
notice-poll = 發起的投票結束了
flash-notices-read = 都標為已讀了。

## Polls
poll = 投票
poll-add = 發起投票
poll-hint = 兩到十個選項。誰投了什麼，誰也看不到。
poll-option = 選項 { $number }
poll-more = 更多選項
poll-time = 投票期限
poll-time-hour = 一小時
poll-time-day = 一天
poll-time-days = 三天
poll-time-week = 一週
poll-time-month = 三十天
poll-many = 可以選多項
poll-secret = 結束後才公布結果
poll-secret-now = 結束後公布結果
poll-several = 可複選
poll-vote = 投票
poll-mine = 你選的
poll-over = 投票已結束
poll-until = { $time } 截止
poll-voters =
  { $count ->
    [0] 還沒有人投票
   *[other] { $count } 人已投票
  }
poll-votes = { $count } 票
poll-problem-options = 投票要有 { $min } 到 { $max } 個選項。
poll-problem-long = 每個選項最多 { $max } 個字。
poll-problem-twice = 有兩個選項一樣。
poll-problem-time = 投票期限最短五分鐘，最長三十一天。
poll-problem-over = 投票已經結束了。
poll-problem-voted = 你已經投過票了。
poll-problem-none = 請先選一項。
poll-problem-gone = 沒有這個選項。
poll-problem-one = 這裡只能選一項。

## Mentions and hashtags

mention-offered = 可以選的
mention-offered-count = 有 { $count } 個可選，用上下鍵挑
hashtag-empty-title = 這裡還沒有內容
hashtag-empty = 還沒有你能看到的內容用了這個話題。
hashtag-follow = 關注話題
hashtag-unfollow = 不再關注

## Search

search-people = 找人
search-do = 搜
search-hint = 寫名字或籍貫，在本館裡找；寫完整地址（@名字@站點）或主頁連結，去別的館找。
search-for = 搜尋「{ $words }」
search-found = 找到的人
search-none-title = 沒找到
search-none = 換個寫法試試：少寫一個字，或寫對方的完整地址。

## Signing in and joining

sign-in-name = 名字或電郵
password = 密碼
sign-in-do = 進館
sign-in-forgotten = 忘了密碼？請管事幫你換一個。
sign-in-known = 你現在登入為 { $address }。想換一個身分，就在這裡登入。
sign-in-go-on = 繼續用 { $address }
sign-out = 登出
sign-up = 入館
sign-up-do = 入館
sign-up-apply = 遞上申請
sign-up-rules = 先看看館規
sign-up-closed-title = 暫時進不來
join-title = 還不是館友？
join-open = 本館大門開著，填好就能進。
join-open-button = 入館
join-approval = 寫下名字，說說你是誰、認得哪位館友，管事看過就會放行。
join-approval-button = 申請入館
join-invitation = 本館憑館友的邀請連結入館。請認識的館友發一條給你。
join-invited = 有館友請你來，填好就能進。
join-spent = 這條邀請連結用過了，或者過期了。請那位館友再發一條。
join-closed = 本館暫不接受申請，新館友由管事添加。
sign-up-then-program = 填好之後，再讓帶你來的程式進來。
sign-up-then-wait = 帶你來的程式也要等一等：管事放行以後，請從那個程式再登入一次。
sign-up-not-by-program = 本館不能經由程式入館。請看 { $address }
field-display-name = 稱呼
field-display-name-hint = 館友看到的名字，例如：陳美玲
field-name = 登入名
field-name-hint = 英文小寫字母、數字和底線，最多 30 個；會成為你的地址，以後不能改
field-email = 電郵
field-email-address = 電郵地址
field-email-hint = 可以不填。只有管事看得到。
field-password-hint = 至少 10 個字；幾個不相干的詞連起來，好記又難猜
field-reason = 說說你是誰
field-reason-hint = 例如籍貫、認得哪位館友、為什麼想來。只有管事看得到。

## Invitations

invitations = 邀請
invitations-hint = 一條連結請一位，十四天內有效。發給信得過的人。
invitation-note = 請的是誰
invitation-note-hint = 只給自己看，免得忘了
invitation-make = 做一條連結
invitation-made = 連結做好了
invitation-made-hint = 只顯示這一次，現在就抄下或複製。
invitation-code = 邀請連結的 QR 碼
invitations-made = 做過的邀請
invitation-unnamed = 沒寫給誰
invitation-open = 有效到
invitation-used = 用於
invitation-expired = 過期於
invitation-used-chip = 已入館
invitation-expired-chip = 過期
invitation-remove = 收回

## A member’s own

me-moments = 我的朋友圈
settings = 設定
profile = 資料
field-names = 名字的別種寫法
field-names-hint = 讀者用哪種語言，就先給他看哪種；不填也行。
field-name-hans = 簡體
field-name-hant = 繁體
field-name-en = 拉丁字母
field-hometown-hint = 寫到鄉鎮就好，例如：揭陽漁湖
field-about = 自我介紹
field-about-hint = 所有人看得到
field-discoverable = 可以把我介紹給不認識的人
field-discoverable-hint = 也讓搜尋引擎收錄我的主頁
profile-fields = 資料欄
profile-fields-hint = 最多四欄，如職業、網頁。寫上你自己的網頁，並在那個網頁放一個帶 rel="me" 的連結指回你的主頁，這裏就標上「已核實」。
profile-field-number = 第 { $number } 欄
profile-field-name = 欄名
profile-field-value = 內容
profile-field-verified = 已核實
profile-field-verified-hint = 那個網頁連結回這裏
pin-add = 置頂在我的主頁
pin-remove = 取消置頂
pin-title = 置頂
preferences = 怎麼顯示
language-browser = 隨瀏覽器
time-zone = 時區
time-zone-hall = 隨本館
password-change = 換密碼
password-change-do = 換掉
password-change-hint = 換了以後，別處登入著的都會登出。
field-password-old = 現在的密碼
field-password-new = 新密碼
sessions = 登入著的地方
sessions-hint = 看到不認得的，就全部登出，再換密碼。
session-unnamed = 沒報名字的瀏覽器
session-seen = 上次用：
session-this = 就是這裡
sign-out-everywhere = 全部登出

## The hall and its set-up

front-title = 歡迎
front-picture = 會館正面：飛簷、紅柱、兩盞燈籠
front-members = 今有館友 { $count } 位
front-sign-in = 館友登入
front-unopened = 這家會館還沒開張。裝館的人：請打開程式啟動時印出的那條設定連結。
rules-none = 還沒寫館規。
officers = 管事的人
about-version = 會館軟體 { $version } 版
setup-title = 開館
setup-hint = 填好這一頁，會館就開張了。以後都能在館務裡改，只有登入名不能改。
setup-owner = 館主
setup-hall = 會館
setup-do = 開館
setup-rules-suggested =
    進門都是客，說話留三分。
    別人的家事、照片、書信，沒問過不外傳。
    不拉人頭，不賣東西，不傳沒有出處的消息。
hall-name = 館名
hall-name-hint = 例如：榕江會館。四個字最好看。
hall-motto = 一句話
hall-motto-hint = 寫在館名下面，例如：一江水，兩地家
hall-about = 本館的來歷
hall-about-hint = 哪年立的，誰的家，在哪裡。來的人先看這裡。
hall-rules-hint = 一行一條
hall-languages = 頁面用哪些語言
hall-languages-hint = 至少選一種
hall-language = 預設語言
hall-language-hint = 客人的瀏覽器沒說用哪種時，用這種
hall-time-zone-hint = 頁面上的時間按這裡算；館友可以自己另選

## Privacy

privacy-seen-title = 誰看得到
privacy-seen = 朋友圈由作者定給誰看：公開的，人人看得到；給好友的，只有互加過的好友看得到；僅自己的，誰也看不到。你的好友名單不給別人看。
privacy-elsewhere-title = 送到別的館
privacy-elsewhere = 好友在別的館，給他看的內容就會送到那個館的伺服器上，由那裡保管。你改了、刪了，我們會請對方照辦，但管不了別人的機器。
privacy-kept-title = 我們留下什麼
privacy-kept = 你寫的內容、資料、好友關係、電郵（如果填了）、加密過的密碼，以及登入著的瀏覽器名稱和上次使用的大致時間。誰看了什麼，我們不記。
privacy-cookies-title = Cookie
privacy-cookies = 只有幾塊：記住你登入著，防別的網站冒充你交表，記住你選的語言、字級和明暗。沒有統計，沒有廣告。
privacy-officers-title = 管事能做什麼
privacy-officers = 放行新館友、停用帳戶、封鎖別的站點。不公開的內容，只有被人檢舉時才在那份檢舉裡看得到；是誰檢舉的，也只有管事的人知道。每件事都記在館務記錄裡。

## The hall office

office = 館務
office-overview = 概況
office-members = 館友
office-peers = 友館
office-hall = 本館設定
office-log = 記錄
office-todo = 待辦
office-todo-none = 沒有要辦的事。
office-applications = 入館申請
office-pending-count = { $count } 份申請
office-waiting = 待送
office-arriving = 待收
office-peers-count = 友館 { $count } 家
office-failed-count = 讀不了的 { $count } 件
office-log-none = 還沒有記錄。
office-hall-registration = 誰可以入館寫在設定檔裡（registration.mode），改了要重啟。
member = 館友
member-state = 狀態
member-since = 入館
member-role = 職務
member-admit = 放行
member-refuse = 婉拒
member-suspend = 停用
member-restore = 恢復
state-active = 在館
state-pending = 待放行
state-suspended = 已停用
role-owner = 館主
role-moderator = 管事
role-archivist = 典藏員
role-member = 館友
peer = 友館
peer-state = 狀態
peer-success = 上次送達
peer-error = 最近的毛病
peer-since = 起於
peer-waiting-count = 待送 { $count } 件，都留著，接上就送
peer-well = 通
peer-slow = 慢
peer-failing = 不通
peer-resting = 歇著
peer-paused = 暫停
peer-blocked = 已封鎖
peer-allowed = 已准入
peer-pause = 暫停
peer-resume = 接著送
peer-retry = 現在就試
peer-block = 封鎖
peer-unblock = 解除封鎖
peer-add = 認一家友館
peer-host = 站點名
peer-host-hint = 例如 hall.example
peer-decision = 怎麼辦
peer-allow = 准入
peer-allow-hint = 本館只和名單上的站點往來時，才用得著
peer-block-hint = 不收它的，也不送給它；等著送的一併丟掉
peer-decide = 就這麼辦
peers-empty-title = 還沒有友館
peers-empty = 館友加了別處的好友，那邊就會出現在這裡。

## Acts in the log

audit-role = 改了職務：
audit-admit = 放行了
audit-suspend = 停用了
audit-hold = 擱置了
audit-turn-down = 婉拒了
audit-hall = 改了本館設定：
audit-peer-allowed = 准入了友館
audit-peer-blocked = 封鎖了友館
audit-peer-open = 解除了封鎖：
audit-peer-paused = 暫停往友館送：
audit-peer-resumed = 接著往友館送：
audit-other = 辦了：

## What was just done

flash-published-everyone = 發出去了，人人看得到。
flash-published-friends = 發出去了，所有好友看得到。
flash-published-me = 存好了，只有你看得到。
flash-edited = 改好了。
flash-deleted = 刪掉了。
flash-friend = 你和{ $name }是好友了。
flash-requested = 已經告訴{ $name }，等對方同意。
flash-following = 關注了{ $name }。
flash-accepted = 同意了{ $name }的邀請。
flash-declined = 好，不加了。對方不會收到通知。
flash-removed = 和{ $name }解除了。
flash-signed-out = 登出了，慢走。
flash-signed-out-everywhere = 所有地方都登出了。
flash-joined = 進門了，歡迎。先加幾位好友吧。
flash-applied = 申請遞上去了。管事放行以後，就能登入。
flash-applied-program = 申請遞上去了。管事放行以後，回到那個程式裡登入。
flash-hashtag-followed = 關注了 #{ $name }：帶這個話題的公開內容會來到你的首頁。
flash-hashtag-unfollowed = 不再關注 #{ $name }。
flash-set-up = 開館了，恭喜。先發一則，或者去「我」那裡請幾位館友。
flash-profile = 資料存好了。
flash-preferences = 存好了。
flash-email = 電郵存好了。
flash-password = 密碼換好了，別處都登出了。
flash-revoked = 邀請收回了。
flash-pinned = 已經置頂。
flash-unpinned = 不再置頂。
flash-hall = 本館設定存好了。
flash-role = { $name }的職務改好了。
flash-admitted = { $name }可以進來了。
flash-suspended = { $name }停用了。
flash-turned-down = 婉拒了{ $name }。
flash-peer-open = 解除了對 { $name } 的封鎖。
flash-peer-allowed = 准入了 { $name }。
flash-peer-blocked = 封鎖了 { $name }。
flash-peer-paused = 暫時不往 { $name } 送了，信都留著。
flash-peer-resumed = 正往 { $name } 送。

## What is wrong with a form

form-problems = 有 { $count } 處要改
form-problems-title = 有 { $count } 處要改
problem-too-long = 太長了，最多 { $max } 個字。
problem-body-empty = 還沒寫字。
problem-body-long = 太長了：最多 { $max } 個字，現在有 { $now } 個。
problem-audience = 請選給誰看。
problem-address-empty = 請寫下對方的地址。
problem-address-unknown = 沒找到這個人。請對一對地址，一個字都不能差。
problem-address-unreachable = { $host } 現在聯絡不上，或者不是會館和聯邦站點。過一會兒再試。
problem-friend-self = 這是你自己。
problem-friend-gone = 這個人現在加不了。
problem-friend-many = 還沒回話的邀請太多了。先等等，或收回幾個。
problem-sign-in = 名字或密碼不對。
problem-sign-in-pending = 申請還在等管事放行，請再等等。
problem-notice-policy = 本館誰的事都通知；不想聽誰的，可以設成不看，或者封鎖。
problem-agreement = 請先讀館規，並且表示同意。
problem-hashtag-feature = 本館的個人頁面不擺話題標籤。
problem-follow-option = 對某一個人，本館可以不顯示他轉發的；每條都提醒、按語言挑選，這兩樣還做不到。
problem-sign-in-suspended = 這個帳戶停用了。有疑問請找管事。
problem-name-empty = 請寫登入名。
problem-name-letters = 登入名只能用英文小寫字母、數字和底線，最多 { $max } 個。
problem-name-reserved = 這個登入名留作他用了，請換一個。
problem-name-taken = 這個登入名有人用了，請換一個。
problem-display-name-empty = 請寫稱呼。
problem-email = 電郵寫得不對，請看看有沒有 @ 和點。
problem-email-taken = 這個電郵有人用了。
problem-password-short = 密碼太短，至少 { $min } 個字。
problem-password-old = 現在的密碼不對。
problem-reason-empty = 請說說你是誰，管事好放行。
problem-language = 沒有這種語言。
problem-language-not-offered = 預設語言要在選中的語言裡面。
problem-time-zone = 請從單子裡選時區。
problem-hall-name-empty = 請寫館名。
problem-invitations-many = 沒用的邀請太多了，先收回幾條。
problem-last-owner = 這是最後一位館主。先請另一位做館主，再改。
problem-role = 沒有這個職務。
problem-state = 請選怎麼辦。
problem-host = 站點名寫得不對，例如 hall.example；也不能是本館。
problem-field-name-empty = 請給這一欄起個名字。
problem-field-value-empty = 請寫這一欄的內容。
problem-pin-audience = 只有公開的朋友圈可以置頂。
problem-pins-many = 最多置頂 { $max } 條，先取消一條。

## Error pages

error-not-found-title = 這一頁不在館裡
error-not-found = 可能是地址少寫了幾個字，也可能是主人收起來了，只給熟人看。
error-forbidden-title = 這裡不能進
error-forbidden = 這一頁只給管事的人看。覺得該看得到，請找館主。
error-conflict-title = 有人先了一步
error-conflict = 你看的時候，這裡已經變了。請回去看看現在的樣子。
error-invalid-title = 這樣辦不了
error-bad-request = 送來的內容看不懂。請退回去再試一次。
error-too-large = 送來的內容太大了。
error-too-many-title = 慢一點
error-too-many = 來得太密了，請過 { $seconds } 秒再試。
error-remote-title = 那邊沒接上
error-remote = { $host } 現在聯絡不上，過一會兒再試。
unsaved = 會館現在存不了東西，看還是能看。原因寫在日誌裡，管理員可以查。
problem-unsaved = 剛才沒存上。你寫的還在下面，過一分鐘再發一次。
error-too-slow = 送來得太慢，沒收全。是不是網路不好？請再試一次。
error-unavailable-title = 會館歇一歇
error-unavailable = 現在存不了東西，看還是能看。一分鐘後再試；你寫的請先抄下來。
error-broken-title = 出了毛病
error-broken = 是我們這邊的毛病，不怪你。已經記下來了。
error-form-title = 這張表沒收下
error-form-stale = 這張表放得太久，或者你在別處登入、登出過。請退回去，重新整理後再交一次。
error-form-origin = 這張表不是從本館的頁面交來的。請在 { $origin } 打開會館再試。
error-form-broken = 這張表沒送完整。請再交一次。
error-way-home = 回首頁
error-way-search = 搜一搜
error-way-sign-in = 登入後再看
error-reference = 請告訴管事，參考號

## Time zones by city

zone-shanghai = 北京、上海
zone-hong-kong = 香港
zone-macau = 澳門
zone-taipei = 台北
zone-singapore = 新加坡
zone-kuala-lumpur = 吉隆坡、檳城
zone-kuching = 古晉
zone-brunei = 斯里巴加灣
zone-manila = 馬尼拉
zone-jakarta = 雅加達、泗水
zone-makassar = 望加錫
zone-bangkok = 曼谷
zone-ho-chi-minh = 胡志明市
zone-phnom-penh = 金邊
zone-vientiane = 永珍
zone-yangon = 仰光
zone-kolkata = 加爾各答
zone-dubai = 杜拜
zone-tokyo = 東京、橫濱
zone-seoul = 首爾
zone-sydney = 雪梨
zone-melbourne = 墨爾本
zone-brisbane = 布里斯本
zone-adelaide = 阿德雷德
zone-perth = 珀斯
zone-auckland = 奧克蘭
zone-fiji = 斐濟
zone-tahiti = 大溪地
zone-honolulu = 檀香山
zone-vancouver = 溫哥華
zone-los-angeles = 舊金山、洛杉磯
zone-chicago = 芝加哥、休士頓
zone-toronto = 多倫多
zone-new-york = 紐約
zone-mexico-city = 墨西哥城
zone-havana = 哈瓦那
zone-panama = 巴拿馬
zone-lima = 利馬
zone-sao-paulo = 聖保羅
zone-london = 倫敦
zone-amsterdam = 阿姆斯特丹
zone-paris = 巴黎
zone-berlin = 柏林
zone-johannesburg = 約翰尼斯堡
zone-mauritius = 模里西斯
zone-utc = 世界時

bookmarks = 收藏
bookmarks-private = 這份清單只有你看得到。
bookmarks-empty-title = 還沒有收藏
bookmarks-empty = 在一則朋友圈的頁面上點收藏，就能在這裡再找到它。
bookmark-add = 收藏
bookmark-remove = 取消收藏
flash-bookmarked = 已收藏，在「我」裡能找到。
flash-unbookmarked = 已取消收藏。
history = 修改紀錄
history-present = 現在的樣子
boost = 轉發
boost-done = 已轉發
boost-by = 轉發
boost-count = { $count } 位轉發過
boosts-title = 誰轉發過
boosts-none = 還沒有人轉發。
likes-title = 誰讚過
likes-none = 你看得到的人裡還沒有誰讚過。
people-more = 更多
like = 讚
like-done = 已讚
liked-by = 讚過的：
liked-others = 等，另有 { $count } 位
liked-count = { $count } 位讚過
list-comma = 、
colon = ：
comment = 評論
comment-to = 回覆
comment-all = 全部 { $count } 則評論
comment-count = { $count } 則評論
comment-none = 還沒有評論
comment-edit-title = 改評論
comment-more = 更多評論
comment-reply = 回覆
comment-remove = 刪
comment-body = 說一句
comment-send = 發出去
comment-pictures = 加圖片或影片
comment-wordless = ［圖片或影片］
comment-answering = 回覆{ $name }。
comment-answering-not = 改為評論這則朋友圈
comment-audience = 作者看得到；看得到這則、又是你好友的人也看得到。
comment-audience-public = 誰都看得到。
comment-removal-title = 刪掉這則評論？
comment-removal-hint = 會從你這則朋友圈下面拿掉，別的館也一樣。不會告訴{ $name }。
flash-comment = 評論發出去了。
flash-comment-removed = 刪掉了。

## 圖片

media-field = 圖片或影片
media-field-hint = 圖片最多 { $max } 張，JPEG、PNG、GIF、WebP 皆可；或者一段影片，MP4 或 WebM，不超過 { $mb } MB。拍攝地點和機器資訊會去除。
media-choose = 選擇圖片或影片
media-upload = 先上傳，再寫說明
media-upload-hint = 這一步還不會發出去：上傳後回到這裡，寫說明、排順序。
media-alt = 第 { $number } 張：畫面上是什麼，說給看不見的人聽
media-alt-video = 影片裡有什麼、說了什麼，講給看不見或聽不見的人
media-order = 排第幾
media-earlier = 往前
media-later = 往後
media-remove = 不要這張
media-cover = 先遮起來，想看的人點開再看
media-waiting = 正在準備。
media-preparing = 圖片或影片正在準備
media-look-again = 再看一下
media-mend = 去掉它們，或者換上別的
media-failed = 第 { $number } 張：{ $reason }
media-failed-video = 影片：{ $reason }
media-covered = 作者把這裡遮起來了，點開看
media-away = 別處的圖片
media-nth = 第 { $number } 張圖片
media-more = 還有 { $count } 張
media-video = 影片
media-audio = 聲音
media-file = 檔案
media-title = 第 { $number } 張，共 { $count } 張
media-back = 回到這則朋友圈
media-before = 上一張
media-after = 下一張
media-original = 到原來的伺服器上看
media-problem-file = 「{ $name }」：{ $reason }
media-problem-unknown = 這不是圖片，或者是這裡讀不了的圖片。請選 JPEG、PNG、GIF 或 WebP。
media-problem-unknown-video = 這不是圖片也不是影片，或者是這裡讀不了的格式。請選 JPEG、PNG、GIF、WebP、MP4 或 WebM。
media-problem-camera = 這段影片是相機自己的格式，很多瀏覽器無法播放。請另存為 MP4（H.264）；用 iPhone 拍攝的話，先在「設定 › 相機 › 格式」裡改成「最相容」。
media-problem-sound = 這個檔案裡只有聲音，沒有畫面。
media-problem-mixed = 一則朋友圈要嘛放圖片，要嘛放一段影片。請去掉多出來的。
media-problem-svg = 這是 SVG 圖形，裡面可能帶有程式。請另存為 PNG 再選。
media-problem-heic = 這是 iPhone 的 HEIC 照片。請從相簿裡選，或者在「設定 › 相機 › 格式」裡改成「最相容」，或者另存為 JPEG。
media-problem-avif = 這是 AVIF 圖片，這裡讀不了。請另存為 JPEG 或 PNG 再選。
media-problem-too-large = 像素太多：這裡最多處理 { $max }00 萬像素，漸進式 JPEG 減半。請縮小一些。
media-problem-animation = 動圖太大：最多 { $frames } 格，邊長最多 { $side } 像素。請剪短或縮小。
media-problem-truncated = 檔案只有半截。請重新上傳，或者換一份。
media-problem-broken = 檔案壞了，讀不出來。請換一份。
media-problem-lost = 沒能存下來。請重新上傳。
media-problem-bytes = 超過 { $max } MB 了。請選小一點的。
media-problem-many = 最多 { $max } 張。
media-problem-alt-long = 有一則說明太長了，最多 { $max } 字。
media-problem-gone = 有一張圖片或影片已經不在了：上傳超過一天，或者在別處去掉了。請重新選擇。
media-problem-form = 還沒傳完就斷了。請重新上傳。
media-problem-none = 請先選一張圖片。
flash-published-pictures = 收到了。圖片或影片準備好就發出去。
face-title = 我的圖片
face-avatar = 大頭照
face-avatar-hint = 放在名字旁邊，取圖片正中的方塊。
face-cover = 封面
face-cover-hint = 放在你那一頁的最上面，寬的圖片最合適。
face-upload = 上傳
face-take = 不放圖片
flash-face = 收到了。準備好就換上。
flash-face-gone = 去掉了。
office-cache = 別處圖片的副本佔 { $now } MB，最多 { $max } MB。

## Blocks and mutes

blocks = 不想見到的
blocks-people = 封鎖的人
mutes-people = 不看的人
blocks-servers = 封鎖的站點
mutes-servers = 不看的站點
blocks-empty-title = 一個也沒有
blocks-empty = 在對方的主頁上，可以選不看，或者封鎖。
block-menu = 不想見到
block-do = 封鎖
block-hint = 兩邊再也看不到對方的內容，好友也會解除；對方在你這裡留的評論和讚都不再顯示。對方在別的館，那邊的站點會知道。
block-lift = 解除封鎖
block-chip = 已封鎖
block-chip-server = 已封鎖 { $host }
block-standing = 你們互相看不到。解除以後，要再加一次才是好友。
block-server-do = 封鎖整個站點
block-server-hint = { $host } 上的人和你互相看不到，和那邊的好友都會解除。
block-server-add = 加一個站點
block-server-add-hint = 那邊的人和你互相看不到，和那邊的好友都會解除
mute-do = 不看
mute-hint = 首頁和別人的朋友圈下面不再出現，也不再有通知。對方不會知道，好友照舊。
mute-lift = 恢復看
mute-chip = 不看
mute-chip-server = 不看 { $host }
mute-server-do = 不看整個站點
mute-server-hint = { $host } 上的人都不再出現，也不再有通知。
mute-server-add-hint = 那邊的人不再出現在首頁和評論裡，也不再有通知
flash-blocked = 封鎖了{ $name }。
flash-unblocked = 解除了對{ $name }的封鎖。
flash-muted = 不再看{ $name }。
flash-unmuted = 恢復看{ $name }。
problem-block-self = 這是你自己。
problem-block-kind = 請選不看還是封鎖。
problem-block-host = 站點名寫得不對，例如 hall.example；也不能是本館。
problem-blocks-many = 名單太長了，先去掉幾個。
problem-friend-blocked = 你封鎖了對方。先解除封鎖，再加好友。

## 地點

place-add = 地點
place-at = 在
place-name = 在哪裡
place-name-hint = 怎麼叫都行。看得到這則的人都看得到地點。
place-coordinates = 座標
place-coordinates-hint = 先緯度，後經度，例如 5.414, 100.329。不想標在地圖上就留空。
place-here = 用我現在的位置
place-here-failed = 瀏覽器沒有給出位置。
place-rough = 只精確到約一百公尺
place-rough-hint = 座標先取整再儲存，不必讓人找到家門口。
place-problem-long = 地名最多 { $max } 個字。
place-problem-coordinates = 請寫兩個數字，先緯度後經度，例如 5.414, 100.329。

## 連結卡片

quote-of = 引用
link-none = 不要連結卡片
link-none-hint = 不選的話，會館會去看一次那個網頁，把標題顯示在這裡。

authorization-title = 讓「{ $name }」進來
authorization-me = 你現在是 { $address }。
authorization-other = 這不是我
authorization-may = 「{ $name }」將可以：
authorization-read = 看你看得到的一切：動態、朋友、通知
authorization-profile = 知道你是誰
authorization-write = 替你發布、評論、按讚，改你的資料
authorization-follow = 替你加好友、解除好友、封鎖
authorization-push = 把通知送到你的手機
authorization-admin = 辦理你在館務處能辦的事
authorization-by-hand = 同意之後，這裡會顯示一個代碼，你把它抄進那個程式。
authorization-goes-to = 同意之後，你會被帶到 { $host }。
authorization-says = 它自稱的網頁：{ $site }
authorization-hint = 名字是程式自己報的，本館沒有查證。只在你自己剛才打開了這個程式時才同意。以後可以在設定裡請它出去。
authorization-deny = 不同意
authorization-allow = 同意
authorization-code-title = 給「{ $name }」的代碼
authorization-code-hint = 把這個代碼抄進「{ $name }」。十分鐘內有效，只能用一次，別給旁人。
authorization-unknown-app = 沒有哪個程式用這個編號登記過。請回到程式裡重新登入。
authorization-wrong-address = 程式給的回程地址和它登記的不一樣，所以沒有把你送過去。
authorization-denied = 沒有讓「{ $name }」進來。
authorization-wrong-request = 「{ $name }」要的東西給不了它。
authorization-wrong-hint = 它可能太舊，或者是給別種站點做的。什麼也沒有給它。請回到程式裡再試；還是不行，就告訴做它的人。
authorization-back = 回到 { $host }
apps-title = 登入著的程式
apps-hint = 這些程式可以替你做事。不認識的、不用的，請它出去。
apps-none = 沒有程式登入著。
apps-command-line = 命令列上發的通行證
apps-since = { $when }進來
apps-seen = { $when }用過
apps-told = 通知會推播給它
apps-remove = 請它出去
flash-app-removed = 已經請它出去了。
problem-scope = 沒有叫 { $scope } 的權限。
problem-app-name = 程式要有名字。
problem-app-redirect = 回程地址要寫完整，一到十個。
problem-app-website = 網頁地址要以 http:// 或 https:// 開頭。
problem-tag-name = 標籤要有名字。
problem-choice = 沒有這個選項。
problem-many = 太多了，最多 { $max } 個。
problem-filter-empty = 還沒有寫要過濾什麼。
problem-form-broken = 表沒有送完整，或者不是表。
problem-json-broken = JSON 讀不懂：{ $reason }
problem-json-object = JSON 的最外層要是一個物件。
problem-body-large = 送來的東西太大。
problem-body-type = 不認識這種內容類型：請用 JSON 或表單。
problem-file-unwanted = 這裡不收檔案。
problem-file-missing = 沒有收到檔案。
problem-file-used = 這個檔案已經在一則動態裡了。
problem-status-later = 會館不會定時發布。
problem-status-quote = 會館裡不能引用別人的動態。
problem-comment-poll = 留言裡不能發起投票。
problem-status-poll = 投票發出後不能再改。
problem-boost-audience = 只有給所有人看的才能轉發。
problem-name-unknown = 本館沒有叫 { $name } 的人或公眾號。
problem-stream = 沒有這個頻道。
problem-push-endpoint = 接收推播的網址要以 https:// 開頭，並且在公開的網路上。
problem-push-keys = 推播用的金鑰不對：p256dh 要是未壓縮的 P-256 點，auth 要有 16 個位元組。
push-request = { $name }想加你為好友
push-acceptance = { $name }同意了你的好友邀請
push-like = { $name }讚了你的朋友圈
push-like-comment = { $name }讚了你的評論
push-boost = { $name }轉發了你的朋友圈
push-boost-comment = { $name }轉發了你的評論
push-comment = { $name }評論了你的朋友圈
push-answer = { $name }回覆了你的評論
push-mention = { $name }提及了你
push-poll = { $name }發起的投票結束了
push-report = 有新的檢舉，請看一看

## Reports

report = 檢舉
report-title = 檢舉{ $name }
report-lead = 只有管事的人看得到，對方不會知道是誰檢舉的。
report-what = 是什麼問題
report-spam = 廣告、騙局、假帳號
report-legal = 違法的內容
report-violation = 違反館規
report-other = 別的問題
report-rules = 違反了哪一條
report-rules-hint = 選「違反館規」時才算數
report-posts = 哪些內容
report-posts-hint = 勾選的會附在檢舉裡。只給好友看的，管事的人也只能在這份檢舉裡看到。
report-post-wordless = （沒有文字）
report-comment = 補充說明
report-comment-hint = 管事的人需要知道的，可以不寫
report-forward = 也告訴 { $host }
report-forward-hint = 以本館的名義轉過去，不帶你的名字；上面的說明會原樣送到
report-send = 檢舉
report-not = 不檢舉了
report-done = 收到了
report-done-lead = 謝謝你告訴我們，管事的人會來看。
report-done-forwarded = 也會告訴 { $host }，不帶你的名字。
report-about = 被檢舉的人
report-by = 檢舉的人
report-post-count = { $count } 則內容
report-besides = 不想再見到
report-besides-hint = 不用等管事的人，你自己就可以：
report-problem-category = 選一下是什麼問題。
report-problem-posts = 一次最多附 { $max } 則。
report-problem-self = 不能檢舉自己。
report-problem-many = 你檢舉得太多了，先等管事的人看過再說。
report-problem-measure = 會館沒有這種處置：只有停用，沒有禁言、降級或限流。
report-problem-act = 沒有這種處置。
report-problem-wipe = 會館不替人刪掉整個帳戶：可以停用，內容就都不顯示。
office-reports = 檢舉
report-open-count = { $count } 份待處理
report-resolved-count = { $count } 份已處理
reports-empty-title = 一份也沒有
reports-empty = 有人檢舉時，會在這裡。
report-open = 待處理
report-resolved = 已處理
report-of = 關於{ $name }的檢舉
report-state = 狀態
report-assigned = 經手
report-forwarded = 已告訴 { $host }
report-resolve = 處理完了
report-reopen = 重新處理
report-take = 我來處理
report-leave = 交給別人
report-posts-told = 被檢舉的內容
report-posts-told-hint = 不公開的，只在這裡能看到；請不要外傳。
report-posts-none = 沒有附上內容。
report-post-deleted = 已經刪掉了。
report-post-delete = 刪掉這則
report-person = 這個人
report-suspend-hint = 停用以後不能登入，寫過的都不再顯示；隨時可以恢復。
report-suspend-remote-hint = 停用以後，寫過的在本館都不再顯示，也不再收新的；那邊的站點不會知道。
report-lift-hint = 恢復以後，寫過的會重新顯示。
report-out-of-reach = 管事的人由館主處理。
report-peer = 到友館頁處理 { $host }
report-others = 關於{ $name }的其他檢舉
notice-report = ：有人檢舉，請看一看
audit-report-resolved = 處理完檢舉
audit-report-reopened = 重新處理檢舉
audit-report-taken = 接手了檢舉
audit-report-left = 放下了檢舉
audit-report-changed = 改了檢舉的類別：
audit-report-post = 刪了被檢舉的內容：
flash-report-resolved = 處理完了。
flash-report-reopened = 重新處理。
flash-report-taken = 由你來處理。
flash-report-left = 交給別人了。
flash-report-post = 刪掉了。

notice-group-request = {" "}想加入「{ $group }」
notice-group-admission = {" "}同意你加入「{ $group }」了
notice-group-office = {" "}請你管理「{ $group }」
notice-group-removal = {" "}撤下了你在「{ $group }」裡發的內容
notice-group-call = {" "}在「{ $group }」裡招呼所有人
push-group-request = { $name } 想加入你管理的群
push-group-admission = { $name } 同意你入群了
push-group-office = { $name } 請你管理一個群
push-group-removal = { $name } 撤下了你在群裡發的內容
push-group-call = { $name } 在群裡招呼所有人
group-problem-title-empty = 請給群起個名字。
group-problem-choice = 請從列出的選項裡選一個。
group-problem-many = 一個人最多管 { $max } 個群。
group-problem-private-stays = 群建好以後，公開和私密不能再改。
group-problem-banned = 你已被請出這個群。
group-problem-locked = 管理員已關閉這裡的評論。
group-problem-members = 只有群友可以在這裡發言。
group-problem-officers = 這個群只有群主和管理員可以發帖。
group-problem-called = { $hours } 小時內只能招呼所有人一次。
group-problem-call = 只有群主和管理員可以招呼所有人。
group-problem-answers-empty = 請回答入群問題。
group-problem-gone = 這個帳號現在不能入群。
group-problem-invitation = 這個群憑邀請加入，請向管理員要一個邀請連結。
group-problem-crowd = 等候入群的人太多了，過幾天再來吧。
group-problem-owner-stays = 群主要先把群交給別人，才能退群。
group-problem-heir = 群主必須是本館的館友。
group-problem-days = 天數請填 1 到 { $max }。
group-problem-uses = 人數請填 1 到 { $max }。
group-problem-links = 有效的邀請連結太多了，先作廢幾個。
