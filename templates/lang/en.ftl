## The frame of every page

skip = Skip to content
tabs = Main sections
home = Home
friends = Friends
me = Me
search = Search
notices = Notices
notices-count = { $count ->
    [one] Notices, { $count } unread
   *[other] Notices, { $count } unread
}
sign-in = Sign in
foot-hall = About this hall
foot-look = Type and colours
about = About
rules = House rules
privacy = Privacy
language = Language
type-size = Type size
type-usual = Usual type
type-large = Large type
type-larger = Larger type
theme = Colours
theme-light = Light
theme-dark = Dark
theme-system = As the system
powered-by = Runs on Huiguan, open-source software
side = Aside
today = Today
all = All
look = Have a look
pager = Pages
crumbs = You are here
cancel = Cancel
save = Save
actions = Actions

## Times and days

time-now = Just now
time-minute-ago = minute ago
time-minutes-ago = minutes ago
time-today = Today
time-yesterday = Yesterday
time-before-yesterday = Two days ago
day-monday = Monday
day-tuesday = Tuesday
day-wednesday = Wednesday
day-thursday = Thursday
day-friday = Friday
day-saturday = Saturday
day-sunday = Sunday

## Moments

moments = Moments
moment-new = New Moment
moment-prompt = Say something; you decide who sees it
moment-body = What would you like to say?
moment-body-hint = Name people with @, topics with #. Naming somebody doesn’t let them see more.
moment-warning = Content warning
moment-warning-hint = If you write one, it stands in front and the rest opens with a tap.
moment-more = Warning, language and link card
moment-language = Language
moment-language-hint = It decides the form of the characters and how they are read aloud.
moment-language-guess = Tell by the text
moment-cancel = Not now
moment-send = Share
moment-whole = Read it all
moment-edited = Edited
moment-edit = Edit
moment-delete = Delete
moment-edit-title = Edit Moment
moment-edit-audience = Who can see it stays as it is. To change that, delete it and share it anew.
moment-delete-title = Delete this Moment?
moment-delete-hint = It can’t be brought back. Other servers that hold a copy will be asked to delete it too.
moment-delete-do = Delete
moment-keep = Keep it
moment-of = A Moment by { $name }
moment-original = See it where it was shared
moment-older = Show earlier ones
moment-newest = Back to the newest
feed-end = That is all; you have seen everything
feed-empty-title = Nothing from friends yet
feed-empty = Add a friend first, or share a Moment yourself.

## Audiences

audience = Who can see it
audience-hint = Those who see it don’t learn who else may.
audience-everyone = Everyone
audience-everyone-hint = Anyone, other servers and search engines included; may be passed on
audience-quiet = Everyone, not listed
audience-quiet-hint = Your friends’ feeds, your page, and whoever has the address; in no public list
audience-friends = All friends
audience-friends-hint = Your friends, on whichever hall they are
audience-people = Named people
audience-group = Group members
audience-me = Only me
audience-me-hint = Stays in this hall; nobody else sees it
audience-not-public = Not public

## People and friends

hometown = Hometown
kind-account = Public account
kind-group = Group
kind-service = Bot
kind-server = Server
person-empty = There is nothing here yet that you may see.
person-visitor = Only what is public is shown. To see more,
person-original = See their page where they live
profile-edit = Edit profile
friend-count = { $count ->
    [one] { $count } friend
   *[other] { $count } friends
}
friend-requests = Friend requests
friend-requests-count = { $count ->
    [one] { $count } person would like to be your friend
   *[other] { $count } people would like to be your friends
}
friend-accept = Accept
friend-refuse = Not now
friend-add = Add a friend
friend-ask = Ask
friend-address = Their address
friend-address-hint = Such as @mei@hall.example, or the link of their page; for people of this hall the name will do
friend-greeting = A word with it
friend-greeting-hint = So that they know who you are
friend-own-address = To add you, others write
friend-search = Find people of this hall
friend-follow = Follow
friend-follow-hint = Their server doesn’t know friends: by following you get what they share with everyone, and they get nothing of yours that isn’t public.
friend-unfollow = Unfollow
friend-withdraw = Take back
friend-remove = Unfriend
friend-remove-title = Unfriend { $name }?
friend-remove-hint = It ends on both sides: neither of you sees any more what is for friends. They get no notice of it.
friend-remove-waiting = The request is taken back. You can ask again later.
friend-remove-do = Unfriend
friend-keep = Keep
tie-asks = Would like to be your friend
tie-requested = Asked; waiting for their answer
tie-provisional = Being confirmed
tie-provisional-hint = One side has accepted; the other’s answer is on its way. Until then nothing that isn’t public is sent.
tie-friend = Friend
tie-follows = Following
friends-empty-title = No friends yet
friends-empty = Write somebody’s address below and add a word; when they accept, you are friends.
friends-waiting = Waiting
friends-follows = Following
friends-follows-hint = You follow them: you see what they share with everyone.

## Notices

notices-empty-title = No notices
notices-empty = When somebody wants to be your friend, likes what you shared or comments on it, you will read it here.
notices-happened = What happened
notices-read-all = Mark all as read
notices-older = Earlier notices
notice-new = New
notice-read = Mark as read
notice-acceptance = {" "}accepted your friend request
notice-like = { $others ->
    [0] {" "}liked your Moment
    [one] {" "}and one other liked your Moment
   *[other] {" "}and { $others } others liked your Moment
  }
notice-like-comment = { $others ->
    [0] {" "}liked your comment
    [one] {" "}and one other liked your comment
   *[other] {" "}and { $others } others liked your comment
  }
notice-boost = { $others ->
    [0] {" "}boosted your Moment
    [one] {" "}and one other boosted your Moment
   *[other] {" "}and { $others } others boosted your Moment
  }
notice-boost-comment = { $others ->
    [0] {" "}boosted your comment
    [one] {" "}and one other boosted your comment
   *[other] {" "}and { $others } others boosted your comment
  }
notice-comment = { $others ->
    [0] {" "}commented on your Moment
    [one] {" "}and one other commented on your Moment
   *[other] {" "}and { $others } others commented on your Moment
  }
notice-answer = { $others ->
    [0] {" "}answered your comment
    [one] {" "}and one other answered your comment
   *[other] {" "}and { $others } others answered your comment
  }
notice-mention = {" "}mentioned you
notice-poll = ’s poll is over
flash-notices-read = All marked as read.

## Polls
poll = Poll
poll-add = Add a poll
poll-hint = Two to ten options. Nobody is told who chose what.
poll-option = Option { $number }
poll-more = More options
poll-time = Open for
poll-time-hour = One hour
poll-time-day = One day
poll-time-days = Three days
poll-time-week = One week
poll-time-month = 30 days
poll-many = Several options may be chosen
poll-secret = Show the result only at the end
poll-secret-now = The result is shown at the end
poll-several = You may choose several
poll-vote = Vote
poll-mine = Your choice
poll-over = The poll is over
poll-until = open until { $time }
poll-voters =
  { $count ->
    [0] Nobody has voted yet
    [one] One person has voted
   *[other] { $count } people have voted
  }
poll-votes =
  { $count ->
    [one] 1 vote
   *[other] { $count } votes
  }
poll-problem-options = A poll needs { $min } to { $max } options.
poll-problem-long = An option may have { $max } characters.
poll-problem-twice = Two options say the same.
poll-problem-time = A poll stands open for five minutes at least and 31 days at most.
poll-problem-over = The poll is over.
poll-problem-voted = You have voted already.
poll-problem-none = Choose an option first.
poll-problem-gone = There is no such option.
poll-problem-one = Only one option can be chosen here.

## Mentions and hashtags

mention-offered = Suggestions
mention-offered-count = { $count ->
    [one] One suggestion; choose with the arrow keys
   *[other] { $count } suggestions; choose with the arrow keys
  }
hashtag-empty-title = Nothing here yet
hashtag-empty = Nothing that you can see has this hashtag.
hashtag-follow = Follow
hashtag-unfollow = Unfollow

## Search

search-box = Search people, Moments, articles
search-again = Search again
search-do = Search
search-hint = Traditional, simplified and pinyin find the same. “…” for a phrase, -word to leave out; from:name, in:group, type:article, lang:en, before:2024, after:2024-05. A whole address (@name@server) or link finds people anywhere.
search-for = Search for “{ $words }”
search-found = Results, the best first
search-kinds = Kinds of results
search-only-seen = Only what you can see is listed and counted.
search-none-title = Nothing found
search-none = Nothing that you can see matches. Try another spelling, fewer words, or the whole address.
search-meant = Did you mean:
search-cut = The question is longer than is read; its end was left out.
search-unread = “{ $piece }” was not understood and left out.
search-away-title = The search is away
search-away = Everything else works. What is written meanwhile will be found once the search is back.
search-narrow = Narrow down
search-before = Previous page
search-next = Next page
search-range = { $first }–{ $last } of { $total }
search-recent = Recent searches
search-forget = Forget these
search-offered = What begins so
search-offered-count = { $count ->
    [one] one offered
   *[other] { $count } offered
 }
search-describe = Search { $hall }
search-here = This hall
search-decade = { $year }s
search-kind-all = All
search-kind-item = Archive
search-kind-transcript = Transcripts
search-kind-article = Articles
search-kind-moment = Moments
search-kind-announcement = Announcements
search-kind-group-post = In groups
search-kind-comment = Comments
search-kind-account = Accounts
search-kind-group = Groups
search-kind-person = People
search-facet-place = Place
search-facet-surname = Surname
search-facet-form = Form
search-facet-decade = Decade
search-facet-language = Language
search-facet-hall = From

## Signing in and joining

sign-in-name = Name or e-mail
password = Password
sign-in-do = Enter
sign-in-forgotten = Forgotten your password? An officer of the hall can give you a new one.
sign-in-known = You are signed in as { $address }. To be somebody else, sign in here.
sign-in-go-on = Go on as { $address }
sign-out = Sign out
sign-up = Join
sign-up-do = Join
sign-up-apply = Send application
sign-up-rules = Read the house rules first
sign-up-closed-title = Not open just now
join-title = Not a member yet?
join-open = The hall is open to all: fill in the form and come in.
join-open-button = Join
join-approval = Give a name and say who you are and whom you know here; an officer will look at it.
join-approval-button = Apply to join
join-invitation = This hall is joined by invitation. Ask a member whom you know for a link.
join-invited = A member has invited you: fill in the form and come in.
join-spent = This invitation has been used or has expired. Ask for a new one.
join-closed = The hall takes no new members at present; officers add them.
sign-up-then-program = Then you let the program in that sent you here.
sign-up-then-wait = The program that sent you here has to wait as well: once an officer has admitted you, sign in from it again.
sign-up-not-by-program = New members don’t join this hall through programs. See { $address }
field-display-name = Name shown
field-display-name-hint = What others see, such as 陈美玲 or Mei Ling Tan
field-name = User name
field-name-hint = Small letters, digits and underscores, at most 30; it becomes your address and can’t be changed
field-email = E-mail
field-email-address = E-mail address
field-email-hint = May be left out. Only officers see it.
field-password-hint = At least 10 characters; a few unrelated words are easy to keep and hard to guess
field-reason = Who are you?
field-reason-hint = Your hometown, whom you know here, why you would like to join. Only officers see it.

## Invitations

invitations = Invitations
invitations-hint = One link invites one person and is good for fourteen days. Give it to people you trust.
invitation-note = For whom
invitation-note-hint = Only for you, as a reminder
invitation-make = Make a link
invitation-made = Here is the link
invitation-made-hint = It is shown only now: copy it.
invitation-code = QR code of the invitation
invitations-made = Your invitations
invitation-unnamed = No name noted
invitation-open = Good until
invitation-used = Used
invitation-expired = Expired
invitation-used-chip = Joined
invitation-expired-chip = Expired
invitation-remove = Take back

## A member’s own

me-moments = My Moments
settings = Settings
profile = Profile
field-names = Your name in other scripts
field-names-hint = Readers see the one in their language first. May be left out.
field-name-hans = Simplified Chinese
field-name-hant = Traditional Chinese
field-name-en = Latin letters
field-hometown-hint = Down to the township, such as 揭阳渔湖 (Yuhu, Jieyang)
field-about = About you
field-about-hint = Everyone can see it
field-discoverable = May be suggested to people I don’t know
field-discoverable-hint = Search engines may list my page, too
field-searchable = Who may find what I write
field-searchable-hint = Nobody finds what they may not see. Other servers are told the same.
searchable-everyone = Everyone, search pages of other servers too
searchable-members = Members of this hall, and my friends
searchable-friends = My friends
searchable-nobody = Only I
profile-fields = Further fields
profile-fields-hint = Up to four, such as your work or your website. If a page of yours links back to your profile with rel="me", the field is marked as verified.
profile-field-number = Field { $number }
profile-field-name = Name of the field
profile-field-value = What it says
profile-field-verified = Verified
profile-field-verified-hint = That page links back to this one
pin-add = Pin to my profile
pin-remove = Unpin
pin-title = Pinned
preferences = How pages look
language-browser = As the browser asks
time-zone = Time zone
time-zone-hall = As the hall has it
password-change = Change password
password-change-do = Change it
password-change-hint = All other devices will be signed out.
field-password-old = Present password
field-password-new = New password
sessions = Where you are signed in
sessions-hint = If you don’t know one of them, sign out everywhere and change your password.
session-unnamed = A browser that gives no name
session-seen = Last used:
session-this = This one
sign-out-everywhere = Sign out everywhere

## The hall and its set-up

front-title = Welcome
front-picture = The front of a hall: curved roofs, red pillars, two lanterns
front-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
front-sign-in = Members’ entrance
front-unopened = This hall isn’t open yet. If you installed it: open the set-up link that the program printed when it started.
rules-none = No rules have been written yet.
officers = Officers
about-version = Huiguan { $version }
setup-title = Open the hall
setup-hint = Fill in this page and the hall is open. All of it can be changed later in the hall office, but for your user name.
setup-owner = The owner
setup-hall = The hall
setup-do = Open the hall
setup-rules-suggested =
    Everyone who comes in is a guest: be kind.
    Other people’s family matters, pictures and letters stay here unless they agree.
    No recruiting, no selling, no news without its source.
hall-name = Name of the hall
hall-name-hint = Such as 榕江会馆; at most 40 characters
hall-motto = Motto
hall-motto-hint = A line under the name
hall-about = About the hall
hall-about-hint = When it was founded, whose home it is, where it stands
hall-rules-hint = One to a line
hall-languages = Languages offered
hall-languages-hint = At least one
hall-language = Usual language
hall-language-hint = Where neither member nor browser says otherwise
hall-time-zone-hint = Times are shown for this place; members can choose their own

## Privacy

privacy-seen-title = Who sees what
privacy-seen = Authors decide who sees a Moment: everyone, all their friends, or only themselves. Your list of friends is shown to nobody.
privacy-elsewhere-title = Other servers
privacy-elsewhere = If a friend belongs to another server, what you share with them is sent there and kept there. When you edit or delete it, we ask that server to do the same; we have no power over it.
privacy-kept-title = What is kept
privacy-kept = What you write, your profile, your friends, your e-mail address if you gave one, your password in a form that can’t be read back, and for each signed-in browser its name and roughly when it was last used. Nobody records who has read what.
privacy-cookies-title = Cookies
privacy-cookies = Only those that keep you signed in, guard the forms against other sites, and remember your language, type size and colours. No statistics, no advertising.
privacy-officers-title = What officers can do
privacy-officers = Admit and suspend members, and block other servers. What isn’t public they see only inside a report about it, and only they know who made one. Each such act is written into the office’s log.

## The hall office

office = Hall office
office-overview = Overview
office-members = Members
office-peers = Peers
office-hall = Hall settings
office-log = Log
office-todo = To do
office-todo-none = Nothing to do.
office-applications = applications
office-pending-count = { $count ->
    [one] { $count } application
   *[other] { $count } applications
}
office-waiting = Waiting to be sent
office-arriving = Waiting to be read
office-peers-count = { $count ->
    [one] { $count } peer
   *[other] { $count } peers
}
office-failed-count = { $count ->
    [one] { $count } set aside
   *[other] { $count } set aside
}
office-log-none = Nothing has been done yet.
office-hall-registration = Who may join is set in the settings file (registration.mode) and takes a restart.
member = Member
member-state = State
member-since = Since
member-role = Role
member-admit = Admit
member-refuse = Turn down
member-suspend = Suspend
member-restore = Let back in
state-active = Active
state-pending = Waiting
state-suspended = Suspended
role-owner = Owner
role-moderator = Moderator
role-archivist = Archivist
role-member = Member
peer = Peer
peer-state = State
peer-success = Last delivery
peer-error = Last trouble
peer-since = since
peer-waiting-count = { $count ->
    [one] { $count } item waits and will be sent
   *[other] { $count } items wait and will be sent
}
peer-well = Well
peer-slow = Slow
peer-failing = Failing
peer-resting = Resting
peer-paused = Paused
peer-blocked = Blocked
peer-allowed = Allowed
peer-pause = Pause
peer-resume = Resume
peer-retry = Try now
peer-block = Block
peer-unblock = Unblock
peer-add = Decide about a server
peer-host = Server name
peer-host-hint = Such as hall.example
peer-decision = Decision
peer-allow = Allow
peer-allow-hint = Matters where the hall speaks only with servers on its list
peer-block-hint = Nothing is taken from it or sent to it; what waits for it is dropped
peer-decide = Decide
peers-empty-title = No peers yet
peers-empty = When members make friends elsewhere, those servers appear here.

## Acts in the log

audit-role = changed a role:
audit-admit = admitted
audit-suspend = suspended
audit-hold = put on hold
audit-turn-down = turned down
audit-hall = changed the hall’s settings:
audit-peer-allowed = allowed the peer
audit-peer-blocked = blocked the peer
audit-peer-open = unblocked the peer
audit-peer-paused = paused deliveries to
audit-peer-resumed = resumed deliveries to
audit-other = did something about

## What was just done

flash-published-everyone = Shared with everyone.
flash-published-friends = Shared with all your friends.
flash-published-me = Kept; only you can see it.
flash-edited = Changed.
flash-deleted = Deleted.
flash-friend = You and { $name } are friends.
flash-requested = { $name } has been asked; wait for their answer.
flash-following = You follow { $name }.
flash-accepted = You accepted { $name }’s request.
flash-declined = Declined.
flash-removed = Your tie with { $name } has ended.
flash-signed-out = You are signed out. See you soon.
flash-signed-out-everywhere = You are signed out everywhere.
flash-joined = Welcome in. Begin by adding some friends.
flash-applied = Your application is in. Once an officer has admitted you, you can sign in.
flash-applied-program = Your application is in. Once an officer has admitted you, go back to the program and sign in.
flash-hashtag-followed = You follow #{ $name }: what is for everyone with it comes to your home page.
flash-hashtag-unfollowed = You no longer follow #{ $name }.
flash-set-up = The hall is open. Share a Moment, or invite members under “Me”.
flash-profile = Your profile is saved.
flash-preferences = Saved.
flash-email = Your e-mail address is saved.
flash-password = Your password is changed; all other devices are signed out.
flash-revoked = The invitation is taken back.
flash-pinned = Pinned.
flash-unpinned = No longer pinned.
flash-hall = The hall’s settings are saved.
flash-role = { $name }’s role is changed.
flash-admitted = { $name } may come in.
flash-suspended = { $name } is suspended.
flash-turned-down = { $name } is turned down.
flash-peer-open = { $name } is unblocked.
flash-peer-allowed = { $name } is allowed.
flash-peer-blocked = { $name } is blocked.
flash-peer-paused = Deliveries to { $name } are held back; nothing is lost.
flash-peer-resumed = Sending to { $name } now.

## What is wrong with a form

form-problems = { $count ->
    [one] One thing needs a change
   *[other] { $count } things need a change
}
form-problems-title = { $count ->
    [one] One thing to change
   *[other] { $count } things to change
}
problem-too-long = Too long: at most { $max } characters.
problem-body-empty = There is no text yet.
problem-body-long = Too long: { $now } characters, at most { $max }.
problem-audience = Please choose who can see it.
problem-address-empty = Please write their address.
problem-address-unknown = Nobody was found there. Check the address letter by letter.
problem-address-unreachable = { $host } can’t be reached just now, or doesn’t belong to the fediverse. Try again later.
problem-friend-self = That is yourself.
problem-friend-gone = They are not there any more.
problem-friend-many = Too many of your requests wait for an answer. Wait, or take some back.
problem-sign-in = The name or the password is wrong.
problem-sign-in-pending = Your application is still waiting for an officer. Please be patient.
problem-notice-policy = The hall tells of everybody; whoever isn’t to be heard of can be muted or blocked.
problem-agreement = Read the rules of the hall and agree to them first.
problem-hashtag-feature = Profiles in this hall show no hashtags.
problem-follow-option = Of one person the hall can hide what they boost; it can’t tell of each of their posts, nor sort them by language.
problem-sign-in-suspended = This account is suspended. Ask an officer if you don’t know why.
problem-name-empty = Write a user name.
problem-name-letters = Only small letters, digits and underscores, at most { $max }.
problem-name-reserved = This name is kept for the hall; choose another.
problem-name-taken = This name is taken; choose another.
problem-display-name-empty = Write a name.
problem-email = This is no e-mail address; look for the @ and the dot.
problem-email-taken = This e-mail address is in use.
problem-password-short = Too short: at least { $min } characters.
problem-password-old = The present password isn’t right.
problem-reason-empty = Say who you are, so that an officer can admit you.
problem-language = There is no such language.
problem-language-not-offered = The usual language must be one of those offered.
problem-time-zone = Choose a time zone from the list.
problem-hall-name-empty = Write the name of the hall.
problem-invitations-many = Too many invitations are open; take some back first.
problem-last-owner = This is the last owner. Make somebody else an owner first.
problem-role = There is no such role.
problem-state = Choose what to do.
problem-host = This is no server name such as hall.example, or it is this hall.
problem-field-name-empty = Give this field a name.
problem-field-value-empty = Write what this field says.
problem-pin-audience = Only Moments for everyone can be pinned.
problem-pins-many = At most { $max } can be pinned; unpin one first.

## Error pages

error-not-found-title = This page isn’t in the hall
error-not-found = The address may be mistyped, or its owner keeps it for people they know.
error-forbidden-title = Not for you
error-forbidden = This page is for officers. If you think you should see it, ask an owner.
error-conflict-title = Somebody was faster
error-conflict = It changed while you were looking. Go back and see how it stands now.
error-invalid-title = That didn’t work
error-bad-request = What was sent can’t be understood. Go back and try again.
error-too-large = What was sent is too large.
error-too-many-title = A little slower
error-too-many = That was too often. Try again in { $seconds } seconds.
error-remote-title = No answer from there
error-remote = { $host } can’t be reached just now. Try again later.
unsaved = The hall can’t save anything just now; reading works. Moderators find the reason in the log.
problem-unsaved = Nothing could be saved just now. What you wrote still stands here: try again in a minute.
error-too-slow = It took too long to arrive here. Is the connection weak? Try again.
error-unavailable-title = The hall is resting
error-unavailable = Nothing can be saved just now, though reading may work. Try again in a minute, and keep a copy of what you wrote.
error-broken-title = Something broke
error-broken = It is our fault, not yours. It has been noted.
error-form-title = The form wasn’t taken
error-form-stale = The form was open for too long, or you signed in or out meanwhile. Go back, reload the page and send it again.
error-form-origin = The form didn’t come from a page of this hall. Open the hall at { $origin } and try again.
error-form-broken = The form didn’t arrive whole. Send it again.
error-way-home = Home
error-way-search = Search
error-way-sign-in = Sign in and look again
error-reference = Tell an officer this reference:

## Time zones by city

zone-shanghai = Beijing, Shanghai
zone-hong-kong = Hong Kong
zone-macau = Macau
zone-taipei = Taipei
zone-singapore = Singapore
zone-kuala-lumpur = Kuala Lumpur, Penang
zone-kuching = Kuching
zone-brunei = Bandar Seri Begawan
zone-manila = Manila
zone-jakarta = Jakarta, Surabaya
zone-makassar = Makassar
zone-bangkok = Bangkok
zone-ho-chi-minh = Ho Chi Minh City
zone-phnom-penh = Phnom Penh
zone-vientiane = Vientiane
zone-yangon = Yangon
zone-kolkata = Kolkata
zone-dubai = Dubai
zone-tokyo = Tokyo, Yokohama
zone-seoul = Seoul
zone-sydney = Sydney
zone-melbourne = Melbourne
zone-brisbane = Brisbane
zone-adelaide = Adelaide
zone-perth = Perth
zone-auckland = Auckland
zone-fiji = Fiji
zone-tahiti = Tahiti
zone-honolulu = Honolulu
zone-vancouver = Vancouver
zone-los-angeles = San Francisco, Los Angeles
zone-chicago = Chicago, Houston
zone-toronto = Toronto
zone-new-york = New York
zone-mexico-city = Mexico City
zone-havana = Havana
zone-panama = Panama
zone-lima = Lima
zone-sao-paulo = São Paulo
zone-london = London
zone-amsterdam = Amsterdam
zone-paris = Paris
zone-berlin = Berlin
zone-johannesburg = Johannesburg
zone-mauritius = Mauritius
zone-utc = UTC

bookmarks = Bookmarks
bookmarks-private = Only you see this list.
bookmarks-empty-title = No bookmarks yet
bookmarks-empty = What you bookmark on its page can be found again here.
bookmark-add = Bookmark
bookmark-remove = Remove bookmark
flash-bookmarked = Bookmarked. You find it under Me.
flash-unbookmarked = The bookmark is removed.
history = Earlier versions
history-present = as it stands now
boost = Boost
boost-done = Boosted
boost-by = boosted
boost-count = { $count ->
    [one] One boost
   *[other] { $count } boosts
  }
boosts-title = Who boosted it
boosts-none = Nobody has boosted it.
likes-title = Who likes it
likes-none = Nobody of whom you hear likes it.
people-more = More people
like = Like
like-done = Liked
liked-by = Liked by:{" "}
liked-others = and { $count ->
    [one] one more
   *[other] { $count } more
  }
liked-count = { $count ->
    [one] One like
   *[other] { $count } likes
  }
list-comma = ,{" "}
colon = :{" "}
comment = Comment
comment-to = to
comment-all = All { $count } comments
comment-count = { $count ->
    [one] One comment
   *[other] { $count } comments
  }
comment-none = No comments yet
comment-edit-title = Edit your comment
comment-more = More comments
comment-reply = Reply
comment-remove = Remove
comment-body = Your comment
comment-send = Send
comment-pictures = Add pictures or a video
comment-wordless = (a picture or video)
comment-answering = In answer to { $name }.
comment-answering-not = Comment on the Moment itself
comment-audience = Seen by the author, and by friends of yours who can see this Moment.
comment-audience-public = Everyone can see it.
comment-removal-title = Remove this comment?
comment-removal-hint = It goes from under your Moment, here and in the other halls. { $name } isn’t told.
flash-comment = Your comment stands.
flash-comment-removed = Removed.

## Pictures

media-field = Pictures, a video or a sound
media-field-hint = Up to { $max } pictures (JPEG, PNG, GIF, WebP), or one video (MP4, WebM; up to { $mb } MB), or one sound (MP3, M4A, Ogg, FLAC, WAV). Where and with what pictures and videos were taken is removed.
media-papers-hint = In a group also papers to be saved: PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV, up to { $mb } MB each.
media-choose = Choose pictures, a video or a sound
media-upload = Send them and describe them
media-upload-hint = Nothing is published yet: you come back here, add descriptions and put them in order.
media-alt = Picture { $number }: what it shows, for those who can’t see it
media-alt-paper = File: what it is called
media-alt-video = Video: what it shows and says, for those who can’t see or hear it
media-alt-audio = Sound: what it is and what is said, for those who can’t hear it
media-order = Place
media-earlier = Earlier
media-later = Later
media-remove = Take it out
media-cover = Cover them until somebody wants to see them
media-waiting = Being prepared.
media-preparing = Pictures, video or sound being prepared
media-look-again = Look again
media-mend = Take them out, or put others in
media-failed = Picture { $number }: { $reason }
media-failed-video = Video: { $reason }
media-failed-audio = Sound: { $reason }
media-covered = The author has covered what is here. Show it
media-away = Picture on another server
media-nth = Picture { $number }
media-more = { $count ->
    [one] One more picture
   *[other] { $count } more pictures
}
media-video = Video
media-audio = Sound
media-file = File
media-title = Picture { $number } of { $count }
media-back = The Moment
media-before = Previous
media-after = Next
media-original = Look at it on its own server
media-problem-file = “{ $name }”: { $reason }
media-problem-unknown = This is no picture that can be read here. Please choose a JPEG, PNG, GIF or WebP file.
media-problem-unknown-video = This is neither a picture nor a video nor a sound that can be read here. Please choose a JPEG, PNG, GIF, WebP, MP4, WebM, MP3, M4A, Ogg, FLAC or WAV file.
media-problem-camera = This video is in a format of the camera that few browsers play. Please save it as MP4 (H.264); on an iPhone, set Camera › Formats to Most Compatible before filming.
media-problem-sound = This sound is in a format that few browsers play (such as ALAC). Please save it as MP3, M4A (AAC) or Ogg.
media-problem-mixed = A Moment has either pictures or one video or sound. Please take out what is too much.
media-problem-lies = By its name it is a .{ $ending } file, but that is not what it holds. Please choose the right file.
media-problem-svg = This is an SVG drawing, which may carry programs. Please save it as PNG and choose that.
media-problem-heic = This is an iPhone’s HEIC file. Please choose it through the photo library, or set Camera › Formats to Most Compatible, or save it as JPEG.
media-problem-avif = This is an AVIF file, which can’t be read here. Please save it as JPEG or PNG and choose that.
media-problem-too-large = It has more pixels than can be handled here: at most { $max } million, half as many in a progressive JPEG. Please make it smaller.
media-problem-animation = The animation is too much: at most { $frames } frames and { $side } pixels a side. Please shorten it or make it smaller.
media-problem-truncated = The file breaks off in the middle. Please send it again, or choose another copy.
media-problem-broken = The file is damaged and can’t be read. Please choose another copy.
media-problem-lost = It couldn’t be stored. Please send it again.
media-problem-bytes = It is larger than { $max } MB. Please choose a smaller one.
media-problem-many = { $max ->
    [one] Only one picture, please.
   *[other] At most { $max } pictures, please.
}
media-problem-alt-long = A description is too long: at most { $max } characters.
media-problem-gone = A picture, video or sound is no longer here: it was sent more than a day ago, or taken out elsewhere. Please choose it again.
media-problem-form = The connection broke off before everything was here. Please send it again.
media-problem-none = Please choose a picture first.
flash-published-pictures = Received. It goes out as soon as its pictures or video are ready.
face-title = Your pictures
face-avatar = Face
face-avatar-hint = Shown beside your name; the square in the middle of the picture.
face-cover = Cover
face-cover-hint = Lies across the top of your page; wide pictures fit best.
face-upload = Send
face-take = Show no picture
flash-face = Received. It shows as soon as it is ready.
flash-face-gone = It is gone.
office-cache = Copies of other servers’ pictures take { $now } of { $max } MB.

## Blocks and mutes

blocks = Blocked and muted
blocks-people = Blocked people
mutes-people = Muted people
blocks-servers = Blocked servers
mutes-servers = Muted servers
blocks-empty-title = Nobody
blocks-empty = You can mute or block somebody on their page.
block-menu = Mute or block
block-do = Block
block-hint = Neither of you sees anything of the other any more, a friendship ends, and what they said and liked under your Moments disappears. If they are elsewhere, their server is told.
block-lift = Unblock
block-chip = Blocked
block-chip-server = { $host } is blocked
block-standing = You don’t see each other. After unblocking you have to become friends anew.
block-server-do = Block the whole server
block-server-hint = You and the people on { $host } don’t see each other any more, and friendships with them end.
block-server-add = Add a server
block-server-add-hint = You and its people don’t see each other any more, and friendships with them end
mute-do = Mute
mute-hint = They no longer appear on your home page or under others’ Moments, nor in your notices. They don’t learn of it, and a friendship stays.
mute-lift = Unmute
mute-chip = Muted
mute-chip-server = { $host } is muted
mute-server-do = Mute the whole server
mute-server-hint = Nobody on { $host } appears any more, nor in your notices.
mute-server-add-hint = Its people no longer appear on your home page, in comments or in your notices
flash-blocked = { $name } is blocked.
flash-unblocked = { $name } is no longer blocked.
flash-muted = { $name } is muted.
flash-unmuted = { $name } is no longer muted.
problem-block-self = That is yourself.
problem-block-kind = Choose whether to mute or to block.
problem-block-host = This is no server name such as hall.example, or it is this hall.
problem-blocks-many = The list is too long; take some off it first.
problem-friend-blocked = You have blocked them. Unblock them first.

## Places

place-add = Place
place-at = At
place-name = Where
place-name-hint = In your own words. Whoever sees the Moment sees the place.
place-coordinates = Coordinates
place-coordinates-hint = Latitude and longitude, such as 5.414, 100.329. Leave empty to show no point on the map.
place-here = Where I am now
place-here-failed = Your browser doesn’t say where you are.
place-rough = Only to about 100 metres
place-rough-hint = Coordinates are rounded before they are kept. Nobody needs your front door.
place-problem-long = The name of the place may have { $max } characters.
place-problem-coordinates = Write two numbers, latitude first: 5.414, 100.329.

## Link cards

quote-of = Quotes
link-none = No card for the link
link-none-hint = Otherwise the hall looks at the page once and shows its title here.

authorization-title = Let { $name } in
authorization-me = You are { $address }.
authorization-other = This isn’t me
authorization-may = { $name } will be able to:
authorization-read = see what you see: Moments, people, notices
authorization-profile = know who you are
authorization-write = post, comment and like as you, and change your profile
authorization-follow = ask, part with and block people as you
authorization-push = send notices to your phone
authorization-admin = do what you may do in the hall office
authorization-by-hand = If you agree, a code is shown here, which you copy into the program.
authorization-goes-to = If you agree, you are taken to { $host }.
authorization-says = It says its page is { $site }
authorization-hint = The name is the program’s own word; the hall hasn’t checked it. Agree only if you have just opened this program yourself. You can turn it out again in your settings.
authorization-deny = Refuse
authorization-allow = Allow
authorization-code-title = The code for { $name }
authorization-code-hint = Copy this code into { $name }. It is good for ten minutes and once. Give it to nobody else.
authorization-unknown-app = No program has made itself known by this number. Go back to the program and sign in anew.
authorization-wrong-address = The program’s return address isn’t the one it registered, so you weren’t sent there.
authorization-denied = { $name } was not let in.
authorization-wrong-request = { $name } asks for what it can’t have.
authorization-wrong-hint = It may be out of date, or made for another kind of server. Nothing was granted. Try again in the program; if it stays so, tell its makers.
authorization-back = Back to { $host }
apps-title = Programs that are signed in
apps-hint = These programs act as you. Turn out those you don’t know or don’t use.
apps-none = No program is signed in.
apps-command-line = A token from the command line
apps-since = let in { $when }
apps-seen = used { $when }
apps-told = told of your notices by push
apps-remove = Turn it out
flash-app-removed = It has been turned out.
problem-scope = There is no scope { $scope }.
problem-app-name = The program needs a name.
problem-app-redirect = Give one to ten whole addresses to come back to.
problem-app-website = The page’s address must begin with http:// or https://.
problem-tag-name = The list needs a name.
problem-choice = There is no such choice.
problem-many = Too many: at most { $max }.
problem-filter-empty = It doesn’t say what to filter.
problem-form-broken = The form is broken off, or is no form.
problem-json-broken = The JSON can’t be read: { $reason }
problem-json-object = The JSON must be an object.
problem-body-large = What was sent is too large.
problem-body-type = This content type isn’t known: use JSON or a form.
problem-file-unwanted = No files are taken here.
problem-file-missing = No file was sent.
problem-file-used = This file belongs to a post already.
problem-status-later = The hall doesn’t publish at a set time.
problem-status-quote = The hall doesn’t quote posts.
problem-comment-poll = A comment can’t hold a poll.
problem-status-poll = A poll can’t be changed once it stands.
problem-boost-audience = Only what is for everyone can be boosted.
problem-name-unknown = Nobody in this hall, person or public account, is called { $name }.
problem-stream = There is no such stream.
problem-push-endpoint = The address for push messages must begin with https:// and lie on the open internet.
problem-push-keys = The keys for push messages are none: p256dh is an uncompressed point of P-256, auth has 16 bytes.
push-request = { $name } wants to be your friend
push-acceptance = { $name } accepted your friend request
push-like = { $name } liked your Moment
push-like-comment = { $name } liked your comment
push-boost = { $name } boosted your Moment
push-boost-comment = { $name } boosted your comment
push-comment = { $name } commented on your Moment
push-answer = { $name } answered your comment
push-mention = { $name } mentioned you
push-poll = { $name }’s poll is over
push-report = There is a new report to look at

## Reports

report = Report
report-title = Report { $name }
report-lead = Only the hall’s officers see this. The person you report never learns who did.
report-what = What is wrong
report-spam = Advertising, a swindle, a fake account
report-legal = Something against the law
report-violation = Against the rules of the house
report-other = Something else
report-rules = Which rule
report-rules-hint = Counts if you chose “against the rules of the house”
report-posts = What they wrote
report-posts-hint = What you tick goes with the report. Officers see what is for friends only inside this report, and nowhere else.
report-post-wordless = (no words)
report-comment = In your words
report-comment-hint = What officers should know; may be left empty
report-forward = Tell { $host } too
report-forward-hint = In the name of the hall, without yours; your words above go along as they are
report-send = Report
report-not = Don’t report
report-done = Thank you
report-done-lead = Your report is in. An officer will look at it.
report-done-forwarded = { $host } will be told as well, without your name.
report-about = About
report-by = Reported by
report-post-count = { $count ->
    [one] one post
   *[other] { $count } posts
}
report-besides = Don’t want to see them?
report-besides-hint = You needn’t wait for an officer:
report-problem-category = Choose what is wrong.
report-problem-posts = At most { $max } posts go into one report.
report-problem-self = You can’t report yourself.
report-problem-many = You have made many reports. Wait until an officer has looked at them.
report-problem-measure = The hall has no half measures: people and servers are kept out or they aren’t.
report-problem-act = There is no such measure.
report-problem-wipe = Officers don’t wipe out accounts here. Suspend it, and nothing of it is shown.
office-reports = Reports
report-open-count = { $count ->
    [one] One open report
   *[other] { $count } open reports
}
report-resolved-count = { $count } resolved
reports-empty-title = None
reports-empty = When somebody makes a report, it will be here.
report-open = Open
report-resolved = Resolved
report-of = Report about { $name }
report-state = State
report-assigned = taken on by
report-forwarded = { $host } was told
report-resolve = Mark as resolved
report-reopen = Open again
report-take = Take it on
report-leave = Leave it to others
report-posts-told = What is reported
report-posts-told-hint = What isn’t public is seen here and nowhere else. Keep it to yourself.
report-posts-none = No posts go with this report.
report-post-deleted = It has been deleted.
report-post-delete = Delete this
report-person = The person
report-suspend-hint = Once suspended they can’t sign in, and nothing they wrote is shown. They can be let back in at any time.
report-suspend-remote-hint = Once suspended nothing they wrote is shown in this hall, and nothing more is taken. Their server isn’t told.
report-lift-hint = Let back in, what they wrote is shown again.
report-out-of-reach = About officers an owner decides.
report-peer = Decide about { $host }
report-others = Other reports about { $name }
notice-report = : there is a new report to look at
audit-report-resolved = resolved the report
audit-report-reopened = opened again the report
audit-report-taken = took on the report
audit-report-left = left to others the report
audit-report-changed = changed the kind of the report
audit-report-post = deleted what was reported:
flash-report-resolved = Marked as resolved.
flash-report-reopened = Open again.
flash-report-taken = It is yours.
flash-report-left = Left to others.
flash-report-post = Deleted.

notice-group-request = {" "}wants to join { $group }
notice-group-admission = {" "}let you into { $group }
notice-group-office = {" "}made you an officer of { $group }
notice-group-removal = {" "}took down what you posted in { $group }
notice-group-call = {" "}is calling everyone in { $group }
push-group-request = { $name } wants to join a group you run
push-group-admission = { $name } let you into a group
push-group-office = { $name } made you an officer of a group
push-group-removal = { $name } took down what you posted in a group
push-group-call = { $name } is calling everyone in a group
group-problem-title-empty = Please give the group a name.
group-problem-choice = Please choose one of those listed.
group-problem-many = One member can own at most { $max } groups.
group-problem-private-stays = Whether a group is public or private can’t be changed once it exists.
group-problem-banned = You were sent away from this group.
group-problem-locked = The officers have closed this to comments.
group-problem-members = Only members of the group can write here.
group-problem-officers = Only officers start topics in this group.
group-problem-called = Everyone can be called once in { $hours } hours.
group-problem-call = Only officers can call everyone.
group-problem-answers-empty = Please answer the group’s questions.
group-problem-gone = This account can’t join at present.
group-problem-invitation = One joins this group by invitation. Ask an officer for a link.
group-problem-crowd = Too many people are waiting to join. Please come back in a few days.
group-problem-owner-stays = The owner has to hand the group over before leaving.
group-problem-heir = The owner has to be a member of this hall.
group-problem-days = Choose 1 to { $max } days.
group-problem-uses = Choose 1 to { $max } people.
group-problem-links = Too many links are open. End some first.

groups = Groups
group-new = New group
group-mine = My groups
group-find = Find a group
group-find-words = Name, place, profession, family name
group-axes = By kind
group-axis-all = All
group-axis = What brings you together
group-axis-hometown = Hometown
group-axis-profession = Profession
group-axis-interest = Interest
group-axis-family = Family
group-none = There is no public group here yet.
group-none-found = Nothing found. Try other words?
group-elsewhere = To join a group of another hall or of Lemmy and the like, paste its address into the search.
group-count = { $count ->
    [one] 1 member
   *[other] { $count } members
}
group-entrance = How one joins
group-entrance-open = Open to all
group-entrance-open-hint = Whoever wants to comes in
group-entrance-approval = By approval
group-entrance-approval-hint = An officer lets people in
group-entrance-invitation = By invitation
group-entrance-invitation-hint = With a link or a QR code
group-reach = Who can read it
group-public = Public
group-public-hint = Anyone, other servers and search engines included; only members post
group-private = Private
group-private-hint = Members only. This can’t be changed later
group-posting = Who starts topics
group-posting-members = All members
group-posting-officers = Officers only
group-title = Name of the group
group-title-hint = Such as: Rongjiang people in town
group-name = Name in its address
group-name-hint = Small letters, digits and _; it can’t be changed later
group-topic = Place, profession, interest or family name
group-topic-hint = Such as: Panyu, medicine, opera, Lim
group-about = About the group
group-questions = Questions for those who want to join
group-questions-hint = One a line; may be empty
group-rules = Rules of the group
group-rules-hint = One a line; may be empty
group-names = Its name in other scripts
group-found = Found the group
group-inside = In this group
group-talk = Topics
group-album = Album
group-album-empty = No pictures yet.
group-picture = A picture of the group
group-members = Members
group-requests = Requests
group-requests-none = Nobody is waiting.
group-invitations = Invitations
group-settings = Group settings
group-log = Log
group-log-empty = Nothing yet.
group-in = In
group-pinned = Pinned
group-locked = Closed to comments
group-taken-down = An officer took this down. Only its author and the officers see it.
group-reason = Reason: { $reason }
group-reason-label = Reason
group-reason-hint = Its author reads it
group-pin = Pin
group-unpin = Unpin
group-lock = Close to comments
group-unlock = Open to comments
group-take-down = Take down
group-take-down-hint = Once taken down, only its author and the officers see it. It can be put back later.
group-restore = Put back
group-topic-new = New topic
group-topic-title = Title
group-topic-title-hint = May be empty
group-topic-body = What would you like to say?
group-call-hint = @all tells every member, once in twelve hours.
group-send = Post in { $group }
group-waiting = { $count ->
    [one] 1 person waits
   *[other] { $count } people wait
}
group-invite = Invite
group-mute = Mute
group-hear = Unmute
group-leave = Leave
group-take-back = Take it back
group-asked = Asked; an officer will decide
group-visitor = Sign in to join.
group-asks = Before you join, please answer:
group-answers = A word to the officers
group-answers-hint = Who you are, where you come from
group-ask = Ask to join
group-join = Join
group-closed = This group is private. Its members read it.
group-empty = Nobody has said anything yet.
group-older = Older
group-newest = Newest
group-more = More
group-officers = Officers
group-role-owner = Owner
group-role-admin = Admin
group-role-member = Member
group-since = joined
group-roll = Download the roll (CSV)
group-manage = Manage
group-promote = Make an admin
group-demote = No longer an admin
group-hand-over = Hand the group over
group-remove = Remove
group-ban = Ban
group-banned = Banned
group-unban = Lift the ban
group-admit = Accept
group-refuse = Not now
group-invitation-made = The link is ready
group-invitations-hint = Whoever has the link comes in without asking. It expires, and can be ended at any time.
group-invitation-days = Good for how many days
group-invitation-uses = For how many people
group-invitations-open = Open links
group-invitation-left = For { $count } more
group-link = The link into the group
group-link-hint = Paste the whole link that an officer gave you
group-link-elsewhere = A member of another hall? Look for { $address } there, and paste this link when you join.
comment-audience-group = Members of the group see it
group-act-changed = changed the settings
group-act-admitted = let in
group-act-refused = didn’t let in
group-act-removed = removed
group-act-banned = banned
group-act-unbanned = lifted the ban of
group-act-promoted = made an admin of
group-act-demoted = took the office from
group-act-handed-over = handed the group over to
group-act-pinned = pinned a post
group-act-unpinned = unpinned a post
group-act-locked = closed a post to comments
group-act-unlocked = opened a post to comments
group-act-took-down = took a post down
group-act-restored = put a post back
flash-group-founded = { $name } is founded.
flash-group-changed = The settings are saved.
flash-group-joined = You joined { $name }.
flash-group-asked = { $name } was asked; an officer will decide.
flash-group-left = You left { $name }.
flash-group-muted = This group is muted.
flash-group-heard = You hear of this group again.
flash-group-admitted = { $name } is in.
flash-group-refused = { $name } was not let in.
flash-group-promoted = { $name } is an admin now.
flash-group-demoted = { $name } is an admin no more.
flash-group-handed-over = { $name } owns the group now.
flash-group-removed = { $name } was removed.
flash-group-banned = { $name } is banned.
flash-group-unbanned = { $name } may come back.
flash-group-posted = Posted in the group.
flash-group-pinned = Pinned.
flash-group-unpinned = Unpinned.
flash-group-locked = Closed to comments.
flash-group-unlocked = Open to comments.
flash-group-taken-down = Taken down; its author is told.
flash-group-restored = Put back.

# Public accounts and articles.
accounts = Accounts
account-box = Following
account-box-empty = You follow nobody who writes articles yet. Find an account below.
account-unread = { $count } unread
account-mine = Accounts I run
account-new = New account
account-open = Open the account
account-find = Find an account
account-find-words = Name or topic
account-topics = Topics
account-topics-hint = Up to eight, with spaces or commas between, such as: letters, cooking
account-none = There is no public account here yet.
account-elsewhere = To follow an account of another hall, or a blog on WordPress, Ghost and the like, paste its address into the search.
account-subscription = Subscription
account-subscription-hint = Publishes often; articles wait quietly among the subscriptions
account-service = Service
account-service-hint = Publishes seldom; readers find it among their notices
account-followers = { $count ->
    [one] 1 follower
   *[other] { $count } followers
}
account-inside = In this account
account-articles = Articles
account-drafts = Drafts
account-comments = Comments
account-series = Series
account-staff = Staff
account-settings = Settings
account-log = Log
account-visitor = Sign in to follow.
account-menu = Menu
account-menu-hint = One a line: a name, a space, an address. At most three buttons; lines that begin with “-” stand under the button before, at most five.
account-empty = No articles yet.
account-title = Name
account-title-hint = Such as: The Rongjiang Gazette
account-name = Name in its address
account-kind = What kind
account-about = About
account-talk = Comments under articles
account-talk-selected = Once selected
account-talk-selected-hint = Others see what an editor has selected
account-talk-open = At once
account-talk-open-hint = Everything stands there as it comes
account-talk-closed = None
account-talk-closed-hint = Readers can’t comment
account-welcome = Greeting for new followers
account-welcome-hint = May be empty
account-answers = Replies to words
account-answers-hint = One a line: words = reply. Whoever names the account in a post with one of the words gets the reply.
account-links = Links
account-links-hint = A page that links back with rel="me" is shown as verified.
account-known-as = Earlier addresses
account-known-as-hint = Before an account elsewhere moves here, write its address, such as @gazette@old.example; one a line
account-link-name = What it is
account-link-value = Address
account-names = Its name in other scripts
account-pictures = Pictures
account-avatar = Face
account-cover = Cover
account-picture-send = Use it
account-picture-remove = Remove
account-close = Close the account
account-close-hint = Its page and its articles will be gone, and its followers’ servers are told. Its name can’t be used again. There is no way back.
account-close-name = Write the name in its address to show that you mean it
account-move-to = Move to another account
account-move-to-hint = May be left empty. With an address, its followers are led there; its articles stay here to be read, and nothing new comes out. That account has to name this one among its earlier addresses first, unless both are yours.
account-moved = This account has moved and is now:
account-staff-add = Add somebody
account-staff-who = Who
account-staff-who-hint = The name of a member of this hall, such as mei
account-role = What they do
account-role-owner = Owner
account-role-editor = Editor
account-role-editor-hint = Publishes, selects comments, changes settings
account-role-contributor = Contributor
account-role-contributor-hint = Writes drafts
account-make-editor = Make an editor
account-make-contributor = Make a contributor
account-hand-over = Hand over
account-leave = Leave
account-dismiss = Remove
account-waiting = Waiting
account-aside = Set aside
account-comments-none = Nothing here.
account-within-day = Broadcasts left in 24 hours: { $left } of { $of }.
account-within-month = Broadcasts left in 30 days: { $left } of { $of }.
account-joining = { $count } more may join the broadcast under way.
account-next = The next from
account-act-opened = opened the account
account-act-changed = changed the settings
account-act-appointed = gave a role to
account-act-dismissed = removed
account-act-handed-over = handed it over to
account-act-closed = closed the account
account-act-moved = moved the account to
account-act-drafted = began a draft
account-act-discarded = threw a draft away
account-act-scheduled = scheduled an article
account-act-unscheduled = took a schedule back
account-act-published = published an article
account-act-edited = edited an article
account-act-unpublished = took an article down
account-act-featured = put an article before the others, or no longer
account-act-previewed = made a preview link
account-act-unpreviewed = closed a preview link
account-act-selected = selected a comment by
account-act-set-aside = set aside a comment by
account-act-pinned = changed a pinned comment
account-act-answered = answered
account-act-series = began a series
account-act-series-changed = changed a series
account-act-series-ended = deleted a series
account-problem-title-empty = Please give it a name.
account-problem-topics = At most { $max } topics.
account-problem-menu = The menu can’t be read: at most three buttons with five links each, names of at most 16 characters, addresses that begin with https:// or /.
account-problem-many = One member can own at most { $max } accounts.
account-problem-owner = There is one owner. To change that, hand the account over.
account-problem-person = Please name a member of this hall.
account-problem-staff = At most { $max } people can run it.
account-problem-successor = It can be handed over to one of its staff only.
account-problem-answers = Each line needs words, an equals sign and a reply.
account-problem-answers-many = At most { $max } replies.
account-problem-closing = That isn’t its name; nothing was closed.
account-problem-known-as = “{ $name }” can’t be found. Please write the whole address, such as @gazette@old.example.
account-problem-known-as-many = At most { $max } earlier addresses.
account-problem-move-to = That account can’t be found, or an account can’t move there. Nothing was closed.
account-problem-move-unsaid = That account doesn’t name this one among its earlier addresses yet, so nothing was moved.
article-original = Original
article-minutes = { $count } min read
article-reads = { $count ->
    [one] 1 read
   *[other] { $count } reads
}
article-contents = Contents
article-source = First published:
article-licence = Licence:
article-in-series = In the series
article-script-own = As written
article-script-shown = You are reading: { $name }
article-before = Previous
article-after = Next
article-recommend = Recommend
article-recommended = Recommended
article-recommends = { $count ->
    [one] 1 recommends it
   *[other] { $count } recommend it
}
article-comments = Comments
article-comment-waits = Others see it once an editor has selected it.
article-visitor = Sign in to comment.
article-problem-closed = This account takes no comments.
article-problem-flood = At most { $max } comments under one article in an hour. Please take a rest.
article-problem-queue = Too many comments are waiting. Please come back in a few days.
comment-waiting = Waiting
comment-select = Select
comment-aside = Set aside
comment-answer-as = Answer as the account
comment-answering-as = Answer in the name of { $name }
comment-answer-hint = What you answer is selected by that.
draft-new = Write an article
draft-open = In the making
draft-out = Published
draft-none = No drafts here.
draft-untitled = (untitled)
draft-edit = Write
draft-see = See the published article
draft-saved = Saved
draft-saved-by = Saved by { $name }
draft-beside = Another text
draft-beside-hint = Two people changed this at the same time. The form below has what was saved first; here is what came later. Both are kept.
draft-copy-use = Use this one
draft-copy-drop = Throw it away
draft-link-made = The link is ready; it is shown this once. Whoever has it sees the draft.
draft-link-note = A draft by { $name }, not published yet. Please keep it to yourself.
draft-preview = Preview
draft-live = See it while you write
draft-title = Title
draft-subtitle = Subtitle
draft-bylines = By
draft-bylines-hint = As readers see it, such as: words by Lan, pictures by Mei
draft-body = Text
draft-body-hint = Markdown: # heading, **strong**, > quotation, | table |, [^1] footnote
draft-help = How to write readings, poems and captions
draft-pictures = Pictures, videos, sounds
draft-pictures-hint = Choose and save; then put the line under the file into the text. What it is goes between the brackets, a caption in quotation marks behind the address.
draft-limits = Up to { $count } files for one article: pictures up to { $picture } MB each, videos { $video } MB, sounds { $audio } MB.
draft-picture-failed = Can’t be used
draft-cover = Cover
draft-cover-none = None
draft-cover-number = Picture { $number }
draft-cover-alt = What the cover shows
draft-digest = Digest
draft-digest-hint = Shown where it is shared; empty for its beginning
draft-language = Language
draft-language-guess = Find out
draft-series-none = In no series
draft-rights = Rights
draft-original-hint = Your own work, published here first
draft-licence = Licence
draft-licence-hint = Such as CC BY-SA 4.0; empty for all rights reserved
draft-source = First published in
draft-source-hint = For reprints
draft-source-url = Address of the original
draft-consent = Who has allowed the reprint
draft-consent-hint = Only the staff sees this
draft-publish = Publish
draft-publish-changes = Publish the changes
draft-schedule = Schedule
draft-unschedule = Take the schedule back
draft-due = Comes out
draft-due-at = When
draft-due-hint = In your time zone
draft-unpublish = Take it down
draft-discard = Throw the draft away
draft-link = Link for outsiders
draft-link-again = A new link
draft-link-close = Close the link
draft-scripts = Other scripts and languages
draft-scripts-hint = Chinese scripts are converted for you to correct; nothing is published unread.
draft-script-offered = This was converted by the program and isn’t saved yet. Please read it word by word.
draft-script-checked = Read
draft-script-unchecked = Not read yet
draft-script-read = I have read it; publish it with the article
draft-script-read-hint = Without this it is only kept
draft-script-drop = Remove this version
draft-lost = You are no longer of this account’s staff
draft-lost-hint = Nothing was saved. What you wrote is below, so that you can copy it.
draft-problem-many = Too many drafts; at most { $max }.
draft-problem-copies = Too many other texts are kept; at most { $max }. Please see to them first.
draft-problem-out = It is published already.
draft-problem-not-out = It isn’t published.
draft-problem-title = Please give it a title.
draft-problem-url = The address has to begin with https:// or http://.
draft-problem-original = A reprint can’t be marked as original.
draft-problem-consent = Please say who has allowed the reprint.
draft-problem-waiting = Pictures, videos or sounds are still being prepared. Please publish in a moment.
draft-problem-picture = One of the pictures, videos or sounds can’t be used. Please replace it.
draft-problem-cover = The cover has to be a picture, not a video or sound.
draft-problem-conflict = Somebody else has just saved this. Your text isn’t lost: it is kept above.
draft-problem-limit = All broadcasts are used ({ $max }). You can schedule it; it comes out when it may.
draft-problem-past = That time is past.
draft-problem-far = At most a year ahead.
draft-problem-time = Please choose a day and a time.
draft-problem-script = The article is in that already, or there is no such script.
draft-unsaved-offline = Not saved: the hall can’t be reached. Your text is kept in this browser and will be saved once it can.
draft-unsaved-failed = Not saved: the hall can’t take it just now. Your text is kept in this browser, and saving is tried again.
draft-unsaved-refused = Not saved: you can’t write here any more. You may have been taken off the staff, or the draft is gone. Your text is kept in this browser; please copy it.
draft-unsaved-signed-out = Not saved: you are signed out. Your text is kept in this browser; sign in again and open the draft to find it.
draft-unsaved-beside = What you type from now on is kept in this browser; load the page again to find it.
draft-unsaved-nowhere = Not saved, and this browser can’t keep it either. Please copy your text.
draft-kept = This browser has text of yours that wasn’t saved.
draft-kept-text = The text that is kept
draft-kept-use = Put it into the form
draft-kept-drop = Throw it away
series-none = No series yet.
series-new = New series
series-title = Title of the series
series-about = About it
series-begin = Begin the series
series-edit = Edit the series
series-order = Order
series-order-hint = The number says where an article stands. Change it, then save.
series-arrange = Save the order
series-end = Delete the series
series-end-hint = Its articles stay; they only stand in no series any more.
notice-article = {" "}published an article
push-article = { $name } published an article
flash-account-opened = { $name } is open.
flash-account-changed = The settings are changed.
flash-account-staff = { $name } is on the staff.
flash-account-left = You left.
flash-account-dismissed = { $name } was removed.
flash-account-handed-over = { $name } owns it now.
flash-account-closed = { $name } is closed.
flash-account-moved = { $name } has moved; its followers are led there.
flash-account-series = The series { $name } is begun.
flash-series-changed = The series { $name } is changed.
flash-series-arranged = The order is saved.
flash-series-ended = The series { $name } is deleted; its articles are still there.
flash-draft-saved = The draft is saved.
flash-draft-scheduled = It is scheduled.
flash-draft-unscheduled = The schedule is taken back.
flash-draft-copy-used = That text is in place.
flash-draft-copy-gone = That text is gone.
flash-draft-gone = The draft is gone.
flash-draft-link-gone = The link is closed.
flash-draft-script = This version is saved.
flash-draft-script-gone = This version is gone.
flash-article-published = Published.
flash-article-unpublished = Taken down; the draft is still there.
flash-comment-selected = Selected.
flash-comment-aside = Set aside.
flash-comment-pinned = Pinned.
flash-comment-unpinned = Unpinned.
flash-comment-answered = Answered.
flash-comment-waits = Your comment has arrived; others see it once an editor has selected it.
draft-help-text =
    {"{"}汉字|hàn zì{"}"}        a reading above the characters
    ```poem             a poem; its lines are kept
    ```epigraph         an epigraph, set from top to bottom
    ![what it shows](/media/1/display "a caption")
    Pictures on lines one after the other become a gallery
## Roll calls

roll = Sign-up list
roll-add = Open a sign-up list (接龙)
roll-hint = People sign up one after the other, on a numbered list that everybody sees who sees the post.
roll-open = This post has a sign-up list
roll-capacity = Room for
roll-capacity-hint = How many people in all; who comes later waits. Empty for any number.
roll-end = Open until
roll-end-hint = Day and time; empty for no end.
roll-fields = Your own questions
roll-fields-hint = One a line, up to six. Choices stand behind a colon: Food: meat / vegetarian
roll-heads =
    { $count ->
        [0] Nobody yet
        [one] One person
       *[other] { $count } people
    }
roll-room =
    { $count ->
        [0] full
        [one] room for one more
       *[other] room for { $count } more
    }
roll-waiting-count = { $count } waiting
roll-until = open until { $time }
roll-over = Closed
roll-empty = Nobody has signed up yet.
roll-waiting = waiting
roll-own = (you)
roll-edit = Change or take back
roll-another = One more line
roll-by = entered by { $name }
roll-more =
    { $count ->
        [one] one more
       *[other] { $count } more
    }
roll-next = Further down the list
roll-whole = The whole list
roll-reply-hint = To sign up, reply “join NAME NUMBER” or “+1”; to take it back, reply “-1”.
roll-join = Sign up
roll-join-one = Sign up +1
roll-wait = Join the waiting list
roll-wait-one = Wait +1
roll-fill = Fill in
roll-change = Change
roll-mine = Your line
roll-leave = Take my line back
roll-name = Name
roll-count = How many people
roll-note = Note
roll-note-hint = What the others should know, such as “bringing two children”.
roll-choose = Please choose
roll-unsaid = not said
roll-seen = Everybody who reads the post reads the list.
roll-mine-in = You are on the list.
roll-mine-waiting = You are on the waiting list; you move up when there is room, and are told.
roll-mine-struck = Your line was struck:
roll-mine-asked = Sent to the hall that keeps the list; it isn’t on it yet.
roll-mine-refused = The hall that keeps the list didn’t take your line:
roll-manage = Run the list
roll-enter = Enter somebody
roll-settings = Room and end
roll-settings-hint = Who is on the list stays on it. With more room, those who wait move up.
roll-close = Close the list
roll-reopen = Open it again
roll-sheet = Download (CSV)
roll-strike = Strike
roll-striking = Strike { $name } off the list
roll-striking-hint = Whose line it is gets to know, with your reason. It can be put back.
roll-struck = Struck off
roll-restore = Put back
roll-problem-capacity = Say a number from 1 to { $max }, or nothing.
roll-problem-time = This is no day and time.
roll-problem-past = The end lies in the past.
roll-problem-far = The end may lie two years ahead at most.
roll-problem-field = Every question needs a title before its colon.
roll-problem-field-long = A question or choice may have { $max } characters.
roll-problem-field-twice = Two questions or choices say the same.
roll-problem-choices = A question may have { $max } choices.
roll-problem-fields = A list may have { $max } questions.
roll-problem-name = Please give a name.
roll-problem-heads = Say a number from 1 to { $max }.
roll-problem-answer = Please choose one of the answers.
roll-problem-over = The list is closed.
roll-problem-members = Only members of the group can sign up.
roll-problem-struck = An officer struck your line. Please ask them.
roll-problem-many = The list is full with { $max } lines.
roll-problem-own = One person may write { $max } lines.
roll-problem-never = There is room for { $max } in all.
roll-problem-room =
    { $count ->
        [0] There is no more room.
        [one] There is room for one more.
       *[other] There is room for { $count } more.
    }
roll-problem-reason = Please give a reason.
flash-roll-in = You are on the list.
flash-roll-waiting = You are on the waiting list.
flash-roll-asked = Your line was sent to the hall that keeps the list.
flash-roll-left = Your line is taken back.
flash-roll-entered = { $name } is entered.
flash-roll-edited = The line is changed.
flash-roll-struck = The line is struck.
flash-roll-restored = The line is put back.
flash-roll-closed = The list is closed.
flash-roll-opened = The list is open again.
flash-roll-changed = Saved.
notice-roll-place = : there is room for you now on a sign-up list
notice-roll-struck = ’s list doesn’t hold your line any more
notice-item-note = {" "}writes about an item of the archive
notice-item-offer = {" "}gives something to the archive
notice-partner = {" "}asks to be found together with this archive
push-roll-place = There is room for you now on a sign-up list
push-roll-struck = Your line on a sign-up list was struck
push-item-note = Somebody writes about an item of the archive
push-item-offer = Somebody gives something to the archive
push-partner = Another archive asks to be found together with yours
group-act-struck = struck a line off a sign-up list
group-act-unstruck = put a line back on a sign-up list
# Announcements.
announcement = Announcement
announcements = Announcements
announcements-none = No announcements yet.
announcements-waiting = Please confirm
announcement-new = New announcement
announcement-edit = Edit the announcement
announcement-send = Announce
announcement-title-hint = What it is about, in one line
announcement-body = Text
announcement-office = Signed as the office
announcement-office-hint = Such as: Secretariat; may be empty. Your name stands there too
announcement-urgent = Urgent
announcement-urgent-hint = Stands first among what waits to be confirmed
announcement-asks = Ask members to confirm
announcement-asks-hint = Each member presses a button; officers see who has and who hasn’t yet
announcement-confirm-by = Please confirm by
announcement-confirm-by-hint = May be empty
announcement-expires = Over after
announcement-expires-hint = May be empty. From then on it is no longer pinned and nobody is asked
announcement-pinned = Pin
announcement-pinned-hint = It stands before what else is said in the group
announcement-anew = Tell members again
announcement-anew-hint = Each gets a new notice. What it said before stays in its history
announcement-over = Over
announcement-until = Until { $time }
announcement-problem-title = Please give the announcement a title.
announcement-problem-day = Choose a day ahead, within five years.
announcement-problem-order = It can’t be over before it is to be confirmed.
announcement-problem-asks = This announcement doesn’t ask to be confirmed, or its time is over.
announcement-problem-reminded = Members can be reminded once in { $hours } hours.
confirmation-button = Received
confirmation-given = You confirmed it
confirmation-by = Please confirm by { $time }
confirmation-late = past
confirmation-table = Confirmed
confirmation-roll = Download the table (CSV)
confirmation-remind = Remind the others
confirmation-remind-hint = The others can be reminded once a day.
confirmation-reminded = Last reminded
confirmation-hint = Only who pressed the button, or answered so from elsewhere, stands as confirmed. Who merely opened it is not recorded.
confirmation-all = All
confirmation-confirmed = Confirmed
confirmation-open = Not yet
confirmation-nobody = Nobody here.
confirmation-by-button = by the button
confirmation-by-reply = by an answer
confirmation-by-like = by a like
flash-announced = Announced; every member is told.
flash-confirmed = Confirmed. Thank you!
flash-reminded = The others are reminded.
notice-announcement = {" "}announces
notice-announcement-reminder = {" "}reminds you to confirm
push-announcement = { $name } announces something
push-announcement-reminder = { $name } reminds you to confirm an announcement
group-act-announced = announced
group-act-reminded = reminded members of

# News by e-mail.
digest = News by e-mail
digest-rhythm = How often
digest-hint = Announcements you haven’t opened, and how many other notices there are. Nothing is sent when nothing is new.
digest-never = Never
digest-daily = Every day
digest-weekly = Every week
digest-problem-email = Please save an e-mail address first.
digest-hello = Hello { $name }, this is what’s new in { $hall }.
digest-announcement = Announcement: { $title } ({ $group })
digest-others = Other unread notices: { $count }
digest-subject = { $hall }: { $count } unread
digest-subject-announcement = { $hall }: { $title }
digest-why-daily = You chose to get this every day. To end it:
digest-why-weekly = You chose to get this every week. To end it:
digest-end = End news by e-mail
digest-end-hint = You will get no more such letters. You can choose them again in the settings.
digest-end-do = End them
flash-digest = Saved.
flash-digest-ended = You get no more news by e-mail.
announcement-reminder = Please confirm that you took note of “{ $title }”. Answer “received” to the announcement, or open it:

# Alliances.
alliances = Alliances
alliances-hint = Public groups of other halls. What they announce, all members of this hall are told, with whose it is.
alliances-none = None yet.
alliance-heard = Its announcements come
alliance-asked = Asked; no answer yet
alliance-leave = End
alliance-join = Add a group
alliance-join-do = Add
alliance-address = Address of the group
alliance-address-hint = Such as @rongjiang@hall.example
alliance-problem-group = This is no public group of another hall.
alliance-problem-many = At most { $max } groups.
audit-allied = allied the hall with
audit-unallied = ended the alliance with
flash-allied = { $name } is added.
flash-unallied = { $name } is no longer relayed.
notice-alliance = {" "}announces, in an allied hall
# The archive
archive = Archive
archive-inside = In the archive
archive-items = Items
archive-collections = Collections
archive-offers = My gifts
archive-queue = To review
archive-people = People and places
archive-find = Find in the archive
archive-find-words = Titles, people, places, years …
archive-total = { $count } items
archive-highlights = Highlights
archive-newest = New in the archive
archive-empty = There is nothing here for you to see yet.
archive-all = See all
archive-none = No items fit.
archive-follow = Follow the archive from elsewhere:
archive-closed = Restricted
archive-untitled = (untitled)
archive-order-new = Newest first
archive-order-date = By date
archive-without = Without { $value }
archive-facet-form = Form
archive-facet-collection = Collection
archive-facet-place = Place
archive-facet-hometown = Hometown
archive-facet-surname = Surname
archive-facet-dialect = Dialect
archive-facet-decade = Decade
archive-facet-language = Language
archive-facet-rights = Rights
archive-facet-subject = Subject
archive-state-offered = Offered
archive-state-draft = Being described
archive-state-published = In the archive
archive-state-withdrawn = Withdrawn
archive-living = Living people
archive-living-no = Nobody living appears in it
archive-living-yes = A living person appears; archivists only
archive-living-agreed = A living person appears and has agreed
archive-living-unnamed = [living person]
archive-read-as = Read as
archive-page-nth = Page { $number }
archive-more-files = { $count } more pages.
archive-labels = TK and BC labels
archive-labels-hint = What Local Contexts’ labels tell readers of the customs of those to whom it belongs. Hold Ctrl (⌘) to choose several, or to take one back.
label-tk-a = TK Attribution
label-tk-cl = TK Clan
label-tk-f = TK Family
label-tk-mc = TK Multiple Communities
label-tk-cv = TK Community Voice
label-tk-cr = TK Creative
label-tk-v = TK Verified
label-tk-nv = TK Non-Verified
label-tk-s = TK Seasonal
label-tk-wg = TK Women General
label-tk-mg = TK Men General
label-tk-mr = TK Men Restricted
label-tk-wr = TK Women Restricted
label-tk-cs = TK Culturally Sensitive
label-tk-ss = TK Secret / Sacred
label-tk-c = TK Commercial
label-tk-nc = TK Non-Commercial
label-tk-co = TK Community Use Only
label-tk-o = TK Outreach
label-tk-cb = TK Open to Collaboration
label-bc-p = BC Provenance
label-bc-mc = BC Multiple Communities
label-bc-cl = BC Clan
label-bc-cv = BC Consent Verified
label-bc-cnv = BC Consent Non-Verified
label-bc-r = BC Research Use
label-bc-cb = BC Open to Collaboration
label-bc-oc = BC Open to Commercialization
label-bc-o = BC Outreach
label-bc-nc = BC Non-Commercial
archive-use = Use
archive-asks-first = Please ask the hall before using it
archive-given-by = Given by
archive-number = Permanent number
archive-cite = Cite as
archive-reads = Transcription and translation
archive-transcription = Transcription
archive-translation = Translation
archive-linked = Related items
archive-notes = Questions and answers
archive-note-new = Ask or answer
archive-note-send = Send
archive-take-back = Take it back
archive-keep = For archivists
archive-describe = Describe
archive-protocol = Who may see it
archive-protocol-inherited = as its collection
archive-protocol-hint = public, members, archivists, group:NAME, person:NAME; several with spaces between, and “all” before them if one must be each. from:2050-01-01 closes it until that day. Empty: as its collection.
archive-publish = Take into the archive
archive-unpublish = Back to the drafts
archive-highlight = Put on the front page
archive-dim = Off the front page
archive-withdraw = Withdraw
archive-withdraw-hint = Its description and files go, its number stays taken, and other halls are told.
archive-withdraw-do = Withdraw it for good
archive-item-new = New item
archive-one-a-line = One a line
archive-other-languages = { $field }: other languages
archive-date-edtf = The date as read (EDTF)
archive-date-edtf-hint = Such as 1887, 1887-02, 193X, 1920~, 1887-01-24/1888-02-11.
archive-embargo = Closed until
archive-embargo-hint = Year-month-day; on that day it opens as said above.
archive-manifest = The pages for IIIF viewers
archive-read-approve = Approve this text
archive-read-waiting = Texts to approve
archive-read-between = Not decided; some time in { $span }
archive-links = Related items
archive-links-hint = Their numbers, with spaces between.
archive-save-draft = Keep as a draft
archive-files = Files
archive-file-label = What it is
archive-file-place = Place
archive-file-remove = Remove the file
archive-files-add = Add files
archive-files-hint = Originals are kept byte for byte; pictures get a copy for reading.
archive-files-send = Upload
archive-collection-new = New collection
archive-collections-none = There are no collections yet.
archive-collection-title = Title
archive-collection-about = About it
archive-collection-remove = Dissolve it
archive-level = Level
archive-level-fonds = Fonds
archive-level-series = Series
archive-level-file = File
archive-level-free = Free collection
archive-code = Code
archive-code-hint = It stays as it is, such as QP-01.
archive-parent = Stands in
archive-people-none = There are no people or places yet.
archive-people-new = New person or place
archive-people-note = About
archive-people-remove = Remove
archive-kind = What it is
archive-kind-person = People
archive-kind-place = Places
archive-name = Name
archive-variants = Other names
archive-romanised = In Latin letters
archive-modern-name = Name today
archive-latitude = Latitude
archive-longitude = Longitude
archive-is-living = Living
archive-is-living-hint = Living: the name is shown to archivists alone
archive-born = Born
archive-died = Died
archive-coordinates = Coordinates
archive-authority-page = Its page for readers
archive-authority-person = Person
archive-authority-place = Place
archive-viewer = Viewer
archive-zoom-in = Full size
archive-zoom-out = Fit the screen
archive-nearer = Zoom in
archive-farther = Zoom out
archive-parts = In parts, at full size
archive-part-nth = Part { $number }
archive-page-before = Previous page
archive-page-next = Next page
archive-original = Download the original
archive-read-none = Nobody has begun.
archive-read-draft = Draft
archive-read-review = Needs review
archive-read-approved = Approved
archive-read-history = Earlier versions
archive-read-kind = Transcription or translation
archive-read-body = Text
archive-read-hint = Keep the lines; write □ or [?] for what can’t be read, and {"{"}汉字|hàn zì{"}"} for a reading above the characters.
archive-read-down = Read from top to bottom
archive-read-across = Read across
archive-read-language = Not said
archive-read-state = State
archive-offer-new = Give a picture or a paper
archive-offer-hint = Take a picture of it and say a few words. An archivist looks at it and asks you what is unclear.
archive-offer-picture = Picture or file
archive-offer-who = What it is, and who is in it
archive-offer-who-hint = Such as: grandfather’s shop; second from left is my uncle.
archive-offer-when = When
archive-offer-when-hint = As far as you know: 1937, in the eighties.
archive-offer-where = Where
archive-offer-story = Anything else
archive-offer-permission = It is mine to give, and the hall may keep and show it
archive-offer-send = Give it to the archive
archive-offers-none = You haven’t given anything yet.
archive-queue-none = Nothing waits.
archive-problem-form = There is no such form.
archive-problem-missing = Please fill this in.
archive-problem-many = At most { $max }.
archive-problem-range = It must be between { $min } and { $max }.
archive-problem-number = Please write a number.
archive-problem-amount = No sum can be read there.
archive-problem-choice = Please choose one of those listed.
archive-problem-edtf = That is no date in EDTF, or a day that never was.
archive-problem-day = Please write year-month-day.
archive-problem-protocol = “{ $word }” isn’t known here.
archive-problem-label = There is no such label.
archive-problem-collection = There is no collection with this code.
archive-problem-circle = It can’t stand in itself, nor that deep.
archive-problem-code-taken = This code is taken.
archive-problem-link = There is no such item.
archive-problem-meanwhile = Somebody else has changed this item while you were writing. Nothing of yours is lost: look at the item in another window, bring both together here, and save once more.
archive-problem-lies = Its name says something else than its content, which is { $type }.
archive-problem-empty-file = Please choose a file; an empty one isn’t taken.
archive-problem-permission = It takes your permission.
archive-problem-notes = Use the notes of this restricted item.
flash-archive-made = It is made.
flash-archive-changed = It is changed.
flash-archive-published = It is in the archive.
flash-archive-unpublished = It is back among the drafts.
flash-archive-withdrawn = It is withdrawn.
flash-archive-files = The files are here.
flash-archive-read = Your text is kept.
flash-archive-noted = It is sent.
flash-archive-offered = It is here, thank you! An archivist will look at it.
archive-problem-path = “{ $name }” is no name of a file in the folder.
archive-problem-no-file = There is no file “{ $name }”.
archive-problem-cells = The row has { $now } cells instead of { $max }.
archive-problem-impossible = There was no such day.
date-two-years = There are two years in it; please leave one.
date-two-months = There are two months in it; please leave one.
date-two-days = There are two days in it; please leave one.
date-two-eras = { $one } and { $other } can’t both name the year.
date-feast-elsewhere = In that year this feast was on another day.
date-calendar-range = Days of the Chinese calendar are known from { $from } to { $to }.
date-no-term = There is no { $name } in lunar year { $year }.
date-no-day = No month has a day { $day }.
date-never-day = Month { $month } never has a day { $day }.
date-no-month = There is no month { $month }.
date-no-year-zero = There was no year 0.
date-number-long = The number is too long for a date.
date-far-century = Century { $century } is too far away to be read.
date-far-year = The year { $year } is too far away to be read.
date-no-pair = { $pair } isn’t one of the sixty pairs.
date-backwards = It ends before it begins.
date-not-the-same = { $one } and { $other } are not the same time.
date-other-pair = { $year } is { $own }, not { $said }.
date-other-animal = { $year } is { $own }, a year of another animal.
date-no-era-year = { $era } was from { $from } to { $to } and has no year { $year }.
date-short-month = { $month } has { $days } days.
date-no-pair-day = That month has no day { $pair }.
date-other-day = { $day } is the day { $own }, not { $said }.
date-no-leap = Lunar year { $year } has no leap month.
date-other-leap = Lunar year { $year } has no leap month { $number }: its leap month is { $own }.
date-short-leap = Leap month { $number } of lunar year { $year } has { $days } days.
date-short-moon = Month { $number } of lunar year { $year } has { $days } days.
date-no-pair-month = Lunar year { $year } has no month { $said }.
date-thai-2483 = B.E. 2483 ended with December: January 1941 was the first month of 2484.
date-taiping-leap = The calendar of the Taiping has no leap months.
date-taiping-days = Month { $month } of the Taiping has { $days } days.
date-era-begins = { $era } began on { $day }.
date-era-ends = { $era } ended on { $day }.
date-other-weekday = { $day } was a { $own ->
   *[sunday] Sunday
    [monday] Monday
    [tuesday] Tuesday
    [wednesday] Wednesday
    [thursday] Thursday
    [friday] Friday
    [saturday] Saturday
    }, not a { $said ->
   *[sunday] Sunday
    [monday] Monday
    [tuesday] Tuesday
    [wednesday] Wednesday
    [thursday] Thursday
    [friday] Friday
    [saturday] Saturday
    }.
archive-readings = It may be read as
archive-exhibitions = Exhibitions
archive-timeline = Timeline
archive-map = Map
archive-undated = Undated
archive-undated-see = See what has no date
archive-timeline-hint = What may be of several decades is counted in each of them.
archive-century = { $from }–{ $to }
archive-map-whole = Whole map
archive-map-none = There are no places on the map yet.
archive-map-sketch = The coasts are only a sketch.
archive-map-several = { $name } and others ({ $count })
archive-map-around = Around { $name }
archive-map-own = Items with coordinates
archive-item-number = Number of the item
archive-item-number-hint = Its number or the address of its page; the latest items can be chosen.
exhibition-new = New exhibition
exhibitions-none = There are no exhibitions yet.
exhibition-draft = In preparation
exhibition-empty = There is nothing here for you to see yet.
exhibition-gate = Visitors see only the items that are open to them; the others are neither shown nor counted, nor is what is said of them.
exhibition-edit = Edit the exhibition
exhibition-publish = Publish
exhibition-unpublish = Back to preparation
exhibition-delete = Delete
exhibition-delete-hint = The exhibition goes; its items stay in the archive.
exhibition-delete-do = Delete it for good
exhibition-title = Title
exhibition-lede = In a line or two
exhibition-lede-hint = It stands in lists and where the page is shared.
exhibition-item = Item
exhibition-text = Text
exhibition-up = Up
exhibition-down = Down
exhibition-remove = Remove
exhibition-caption = Caption (if you like)
exhibition-words = Words
exhibition-words-hint = A blank line begins a paragraph; # at the beginning of a line makes a heading, ** on both sides stress.
exhibition-full = An exhibition has at most { $max } parts.
exhibition-add-text = Add a text
exhibition-add-item = Add an item
exhibition-problem-whole = All texts together are too long: at most { $max } characters.
exhibition-problem-empty = There is nothing in it yet: put a text or an item in first.
gather-title = What is in the collection
gather-hint = An item can be in several free collections; its own place stays.
gather-put = Put in
gather-none = There is nothing in it yet.
gather-out = Take out
gather-new = New free collection
gather-in = In the collections
gather-into = Put it into a free collection
flash-exhibition-published = It is open to everyone.
flash-exhibition-unpublished = It is in preparation again.
flash-exhibition-deleted = The exhibition is gone; its items are still here.

# Files of the archive: their own text, texts with times, uploads in parts, gifts of visitors
archive-text = Text of the file
archive-text-hint = It was taken from the file as it is; nobody has checked it.
archive-text-show = Show the text
archive-text-waiting = The text is being read; please look again in a moment.
archive-text-none = No text stands in it; it is probably made of scanned pages.
archive-text-locked = The file is locked by a password, so its text can’t be read. The original is kept.
archive-text-large = The file unpacks to more than is read here, so its text was left alone. The original is kept.
archive-text-broken = The file is damaged, so its text can’t be read. The original is kept.
cue-hint = Plain text will do. To go along with the recording, write it like this (WebVTT), with WEBVTT in the first line.
cue-example = That was the year we moved.
cue-file = Or choose a file with times
cue-file-hint = A .vtt file in UTF-8; it takes the place of the text above.
cue-download = Download with times (.vtt)
cue-problem-mark = The first line must be WEBVTT.
cue-problem-none = There is nothing with a time in it.
cue-problem-time = Line { $line }: times belong here, such as 00:01:02.000 --> 00:01:05.500.
cue-problem-end = Line { $line }: it must end after it begins.
cue-problem-order = Line { $line }: it begins before the one above it; put them in order.
cue-problem-empty = Line { $line }: nothing is said at this time.
cue-problem-many = Line { $line }: there are too many; one text holds ten thousand.
cue-problem-page = Only recordings and films can have a text with times.
cue-problem-utf8 = This file is no text in UTF-8; save it as UTF-8 and choose it again.
archive-upload-going = Uploading …
archive-upload-again = The connection broke; it goes on in a moment.
archive-upload-refused = It couldn’t be uploaded; please try again.
archive-upload-large = The file is larger than this hall takes.
archive-problem-upload-gone = The uploaded file has expired; please choose it again.
archive-problem-upload-part = “{ $name }” isn’t here whole yet.
archive-gift = What you gave
archive-gift-name = Your name
archive-gift-name-hint = It stands beside what you give once that is shown.
archive-gift-contact = How to reach you
archive-gift-contact-hint = A telephone number or e-mail address; only archivists see it.
archive-gift-trap = Please leave this empty
archive-gift-keep = Thank you! Please keep this link: by it you see how far it is, answer questions, or take it back. It can’t be found again if it is lost.
archive-gift-link = Your link
archive-gift-see = See it in the archive
archive-gift-over = It was taken back, or was not taken into the archive.
archive-gift-back-hint = Its pictures and words are deleted.
archive-problem-trap = One box must stay empty; please clear it and send again.
archive-problem-gifts-full = Too much is waiting to be looked at; please come back in a few days.
flash-archive-given = It is here, thank you! An archivist will look at it.
hall-gifts = Visitors may give to the archive without signing in
hall-gifts-hint = They leave a name and a way to reach them; an archivist looks at what they give first.
# Archives that are searched together.
partners = Searched together
partners-hint = If two archives agree, what both have made public is found in either, with where it is. It takes both sides, and either can end it at any time. What isn’t public never leaves its hall.
partners-none = None yet.
partner-open = Searched together
partner-asked = Asked; no answer yet
partner-asks = Asks this archive
partner-accept = Agree
partner-decline = Decline
partner-end = End
partner-ask = Ask another archive
partner-ask-do = Ask
partner-address = Web address of its hall, or of the archive
partner-address-hint = Such as hall.example or @archive@hall.example
partner-problem-archive = There is no archive that can be searched together with this one.
partner-problem-many = At most { $max } archives.
partner-at = at { $hall }
partner-copy = This is a copy; the record itself, with what belongs to it, is at { $hall }.
partner-there = See it at { $hall }
flash-partner-asked = { $name } is asked.
flash-partner-accepted = Searched together with { $name } from now on.
flash-partner-ended = No longer searched together with { $name }.
audit-partner-asked = asked to be searched together
audit-partner-accepted = agreed to be searched together
audit-partner-ended = ended being searched together
