"""A session with Mastodon.py against a running hall."""

import http.server
import io
import sys
import threading
import time

from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError, StreamListener

from tell import HALL, NAME, OTHER_HALL, OTHER_NAME, OTHER_TOKEN, Count, png, sign_in, within

count = Count("Mastodon.py")
call = count.call
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class Heard(StreamListener):
    """Keeps what a stream tells."""

    def __init__(self):
        self.updates, self.deleted, self.edited, self.notices = [], [], [], []

    def on_update(self, status):
        self.updates.append(status)

    def on_delete(self, status_id):
        self.deleted.append(str(status_id))

    def on_status_update(self, status):
        self.edited.append(status)

    def on_notification(self, notification):
        self.notices.append(notification)


def client(**more):
    return Mastodon(api_base_url=HALL, ratelimit_method="throw", **more)


def enter():
    """A program makes itself known and is let in, by hand and with a proof."""
    app = call("apps", lambda: Mastodon.create_app(
        "Session", scopes=["read", "write", "follow", "push"], api_base_url=HALL), lambda app: len(app) == 2)
    me = client(client_id=app[0], client_secret=app[1])
    scopes = ["read", "write", "follow", "push"]
    url = call("authorize", lambda: me.auth_request_url(redirect_uris=OUT_OF_BAND, scopes=scopes, allow_http=True), lambda url: HALL in url)
    code = call("sign-in", lambda: sign_in(url), lambda code: len(code) > 20)
    call("token", lambda: me.log_in(code=code, redirect_uri=OUT_OF_BAND, scopes=scopes, allow_http=True), lambda token: len(token) > 20)
    return me


def hall(me):
    call("instance_v2", me.instance_v2, lambda hall: hall.configuration.statuses.max_media_attachments == 9)
    call("instance_v1", me.instance_v1, lambda hall: "Huiguan" in hall.version)
    call("version", me.retrieve_mastodon_version, lambda version: version.startswith("4."))
    call("app verify", me.app_verify_credentials, lambda app: app.name == "Session")
    call("account verify", me.account_verify_credentials, lambda account: account.acct == NAME)
    call("preferences", me.preferences, lambda preferences: preferences["posting:default:visibility"] == "private")
    for name, does in [("custom_emojis", me.custom_emojis), ("announcements", me.announcements), ("trending_tags", me.trending_tags),
                       ("trending_statuses", me.trending_statuses), ("conversations", me.conversations), ("suggestions", me.suggestions),
                       ("followed_tags", me.followed_tags), ("endorsements", me.endorsements), ("instance_peers", me.instance_peers),
                       ("scheduled_statuses", me.scheduled_statuses), ("directory", me.directory)]:
        call(name, does, lambda answer: list(answer) == [])
    call("instance_rules", me.instance_rules, lambda rules: list(rules) == [])


def statuses(me):
    first = call("status_post", lambda: me.status_post("第一条 #冬至", visibility="public", idempotency_key="one", language="zh-Hans"),
                 lambda status: "第一条" in status.content and status.visibility == "public")
    call("idempotency", lambda: me.status_post("第一条 #冬至", visibility="public", idempotency_key="one"), lambda again: again.id == first.id)
    for visibility in ["unlisted", "private", "direct"]:
        call(f"status_post {visibility}", lambda: me.status_post(f"给{visibility}", visibility=visibility), lambda status: status.visibility == visibility)
    call("content warning", lambda: me.status_post("里面", spoiler_text="小心", sensitive=True), lambda status: status.spoiler_text == "小心" and status.sensitive)
    media = call("media_post", lambda: me.media_post(io.BytesIO(png()), mime_type="image/png", description="一碗汤圆", synchronous=True),
                 lambda media: media.type == "image" and media.description == "一碗汤圆" and media.url)
    call("media_update", lambda: me.media_update(media.id, description="两碗汤圆"), lambda media: media.description == "两碗汤圆")
    call("media", lambda: me.media(media.id), lambda found: found.id == media.id)
    shown = call("status with media", lambda: me.status_post("热的", media_ids=[media.id], visibility="public"),
                 lambda status: status.media_attachments[0].description == "两碗汤圆")
    call("picture", lambda: me.session.get(shown.media_attachments[0].url).headers["Content-Type"], lambda kind: kind.startswith("image/"))
    reply = call("reply", lambda: me.status_post("第二句", in_reply_to_id=first.id, visibility="public"), lambda status: status.in_reply_to_id == first.id)
    call("status_context", lambda: me.status_context(first.id), lambda around: around.descendants[0].id == reply.id)
    call("status_source", lambda: me.status_source(first.id), lambda source: source.text == "第一条 #冬至")
    call("status_update", lambda: me.status_update(first.id, "改过 #冬至"), lambda status: "改过" in status.content and status.edited_at)
    call("status_history", lambda: me.status_history(first.id), lambda history: "第一条" in history[0].content and "改过" in history[-1].content)
    for does, undoes, marked in [(me.status_favourite, me.status_unfavourite, "favourited"), (me.status_bookmark, me.status_unbookmark, "bookmarked"),
                                 (me.status_pin, me.status_unpin, "pinned")]:
        call(marked, lambda: does(first.id), lambda status: status[marked])
    call("favourites", me.favourites, lambda found: found[0].id == first.id)
    call("bookmarks", me.bookmarks, lambda found: found[0].id == first.id)
    own = me.me().id
    call("account_statuses pinned", lambda: me.account_statuses(own, pinned=True), lambda found: found[0].id == first.id)
    for undoes, marked in [(me.status_unfavourite, "favourited"), (me.status_unbookmark, "bookmarked"), (me.status_unpin, "pinned")]:
        call(f"not {marked}", lambda: undoes(first.id), lambda status: not status[marked])
    boost = call("status_reblog", lambda: me.status_reblog(first.id), lambda boost: boost.reblog.id == first.id)
    call("status of a boost", lambda: me.status(boost.id), lambda found: found.reblog.id == first.id)
    call("status_reblogged_by", lambda: me.status_reblogged_by(first.id), lambda found: found[0].acct == NAME)
    call("status_unreblog", lambda: me.status_unreblog(first.id), lambda status: not status.reblogged)
    call("status_mute", lambda: me.status_mute(first.id), lambda status: status.id == first.id)
    call("status_delete", lambda: me.status_delete(shown.id), lambda gone: gone.text == "热的")
    call("status gone", lambda: refused(lambda: me.status(shown.id), MastodonNotFoundError))
    call("status too long", lambda: refused(lambda: me.status_post("字" * 5001), MastodonAPIError))
    return first


def refused(does, kind):
    try:
        does()
    except kind:
        return True
    return False


def timelines(me, first):
    for number in range(4):
        me.status_post(f"第{number}页 #冬至", visibility="public")
    for name, does in [("timeline_home", me.timeline_home), ("timeline_public", me.timeline_public), ("timeline_local", me.timeline_local)]:
        page = call(name, lambda: does(limit=2), lambda page: len(page) == 2 and "第3页" in page[0].content)
        older = call(f"{name} next", lambda: me.fetch_next(page), lambda older: "第1页" in older[0].content)
        call(f"{name} previous", lambda: me.fetch_previous(older), lambda newer: [one.id for one in newer] == [one.id for one in page])
    call("timeline_hashtag", lambda: me.timeline_hashtag("冬至"), lambda page: first.id in [one.id for one in page])
    call("search hashtag", lambda: me.search_v2("冬", result_type="hashtags"), lambda found: found.hashtags[0].name == "冬至")
    call("search status by address", lambda: me.search_v2(first.uri), lambda found: found.statuses[0].id == first.id)
    call("tag", lambda: me.tag("冬至"), lambda tag: tag.name == "冬至")


def own_account(me):
    call("account_update_credentials", lambda: me.account_update_credentials(
        display_name="陈美玲", note="潮州人", fields=[("家乡", "揭阳")], avatar=io.BytesIO(png(60)), avatar_mime_type="image/png"),
        lambda account: account.display_name == "陈美玲" and account.fields[0].name == "家乡")
    call("avatar", lambda: within(10, lambda: "/media/" in me.me().avatar))
    call("markers_set", lambda: me.markers_set(["home"], [me.timeline_home()[0].id]), lambda markers: markers["home"].version == 1)
    call("markers_get", lambda: me.markers_get(["home"]), lambda markers: markers["home"].last_read_id)


def polls(me, other, heard):
    own = call("status_post with a poll", lambda: me.status_post("吃什么？", visibility="private", poll=me.make_poll(["汤圆", "饺子"], 3600, multiple=True)),
               lambda status: [one.title for one in status.poll.options] == ["汤圆", "饺子"] and status.poll.multiple)
    call("poll", lambda: me.poll(own.poll.id), lambda poll: poll.votes_count == 0 and not poll.expired)
    there = within(15, lambda: next((one for one in other.timeline_home() if "吃什么" in one.content), None))
    call("poll there", lambda: there.poll, lambda poll: poll.options[1].title == "饺子" and not poll.voted)
    call("poll_vote", lambda: other.poll_vote(there.poll.id, [0, 1]), lambda poll: poll.voted and poll.own_votes == [0, 1])
    call("a vote twice", lambda: refused(lambda: other.poll_vote(there.poll.id, [0]), MastodonAPIError))
    call("the count", lambda: within(45, lambda: me.poll(own.poll.id).voters_count == 1))


def filters(me):
    made = call("create_filter_v2", lambda: me.create_filter_v2("茶", ["home"], "warn", keywords_attributes=[{"keyword": "喝茶", "whole_word": True}]),
                lambda made: made.keywords[0].keyword == "喝茶")
    call("filters_v2", me.filters_v2, lambda found: found[0].id == made.id)
    call("filter_v2", lambda: me.filter_v2(made.id), lambda found: found.title == "茶")
    call("add_filter_keyword_v2", lambda: me.add_filter_keyword_v2(made.id, "咖啡", False), lambda word: word.keyword == "咖啡")
    call("update_filter_v2", lambda: me.update_filter_v2(made.id, title="饮料"), lambda found: found.title == "饮料")
    call("delete_filter_v2", lambda: me.delete_filter_v2(made.id), lambda _: list(me.filters_v2()) == [])


class PushService(http.server.BaseHTTPRequestHandler):
    """Takes what is pushed, as it comes."""

    came = []

    def do_POST(self):
        self.came.append((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_):
        pass


def pushes(me, other):
    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), PushService)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{service.server_port}/one"
    private, public = call("push_subscription_generate_keys", me.push_subscription_generate_keys, lambda keys: len(keys) == 2)
    call("push_subscription_set", lambda: me.push_subscription_set(endpoint, public, mention_events=True, poll_events=False, policy="followed"),
         lambda made: made.endpoint == endpoint and made.alerts.mention and not made.alerts.poll and made.policy == "followed")
    call("push_subscription", me.push_subscription, lambda found: len(found.server_key) == 87 and not found.standard)
    other.status_post(f"@{NAME}@{HALL.split('//')[1]} 快来", visibility="direct")
    head, body = call("a push", lambda: within(15, lambda: PushService.came)) and PushService.came[0]
    head = {name.lower(): value for name, value in head.items()}
    call("push_subscription_decrypt_push", lambda: me.push_subscription_decrypt_push(body, private, head["encryption"], head["crypto-key"]),
         lambda told: told.access_token == me.access_token and told.notification_type == "mention" and "快来" in told.body)
    call("push_subscription_update", lambda: me.push_subscription_update(poll_events=True, policy="all"),
         lambda changed: changed.alerts.poll and not changed.alerts.mention and changed.policy == "all")
    call("push_subscription_delete", lambda: me.push_subscription_delete() or True)
    call("no push_subscription", lambda: refused(me.push_subscription, MastodonNotFoundError))
    service.shutdown()


def friends(me, other):
    """The two become friends across halls, and talk."""
    address = f"{OTHER_NAME}@{OTHER_HALL.split('//')[1]}"
    found = call("search with resolve", lambda: me.search_v2(f"@{address}", resolve=True, result_type="accounts"),
                 lambda found: found.accounts[0].acct == address)
    there = found.accounts[0]
    call("account_follow", lambda: me.account_follow(there.id), lambda tie: tie.requested)
    asking = call("follow_requests", lambda: within(15, lambda: other.follow_requests()), lambda asking: asking[0].username == NAME)
    call("follow_request_authorize", lambda: other.follow_request_authorize(asking[0].id), lambda tie: tie.followed_by)
    call("account_relationships", lambda: within(15, lambda: me.account_relationships(there.id)[0].following))
    call("account_followers", lambda: within(15, lambda: me.account_followers(me.me().id)), lambda found: found[0].acct == address)
    call("account_following", lambda: me.account_following(me.me().id), lambda found: found[0].acct == address)
    call("account_lookup", lambda: me.account_lookup(address), lambda account: account.id == there.id)
    call("account_search", lambda: me.account_search(OTHER_NAME), lambda found: there.id in [one.id for one in found])
    call("account_note_set", lambda: me.account_note_set(there.id, "老同学"), lambda tie: tie.note == "老同学")

    heard = Heard()
    stream = call("stream_user", lambda: me.stream_user(heard, run_async=True, reconnect_async=False), lambda stream: stream.is_alive())
    time.sleep(1)
    said = other.status_post("槟城下雨了", visibility="private")
    call("stream update", lambda: within(15, lambda: any("槟城" in one.content for one in heard.updates)))
    mine = next(one for one in heard.updates if "槟城" in one.content)
    call("favourite there", lambda: me.status_favourite(mine.id), lambda status: status.favourited)
    call("reply there", lambda: me.status_post("这边晴天", in_reply_to_id=mine.id, visibility="private"), lambda status: status.visibility == "private")
    call("notifications there", lambda: within(15, lambda: {"favourite", "mention"} <= {one.type for one in other.notifications()}))
    call("grouped notifications", lambda: other.grouped_notifications(), lambda found: len(found.notification_groups) >= 2)
    other.status_update(said.id, "雨停了")
    call("stream status.update", lambda: within(15, lambda: any("雨停" in one.content for one in heard.edited)))
    other.status_delete(said.id)
    call("stream delete", lambda: within(15, lambda: str(mine.id) in heard.deleted))
    other.status_post(f"@{NAME}@{HALL.split('//')[1]} 你好", visibility="direct")
    call("stream notification", lambda: within(15, lambda: any(one.type == "mention" for one in heard.notices)))
    notice = heard.notices[0]
    polls(me, other, heard)
    pushes(me, other)
    call("notifications", lambda: me.notifications(), lambda found: notice.id in [one.id for one in found])
    call("notification", lambda: me.notifications(id=notice.id), lambda found: found.id == notice.id)
    call("notifications_unread_count", lambda: me.notifications_unread_count(), lambda found: found["count"] >= 1)
    call("notifications_dismiss", lambda: me.notifications_dismiss(notice.id) or True)
    call("notifications_clear", lambda: me.notifications_clear() or list(me.notifications()) == [])
    stream.close()

    tag = call("list_create", lambda: me.list_create("同学"), lambda made: made.title == "同学")
    call("list_accounts_add", lambda: me.list_accounts_add(tag.id, [there.id]) or True)
    call("list_accounts", lambda: me.list_accounts(tag.id), lambda found: found[0].id == there.id)
    call("timeline_list", lambda: me.timeline_list(tag.id), lambda found: all(one.account.id == there.id for one in found))
    call("list_update", lambda: me.list_update(tag.id, "同窗"), lambda found: found.title == "同窗")
    call("lists", me.lists, lambda found: found[0].title == "同窗")
    call("list_delete", lambda: me.list_delete(tag.id) or list(me.lists()) == [])

    for does, undoes, marked in [(me.account_mute, me.account_unmute, "muting"), (me.account_block, me.account_unblock, "blocking")]:
        call(marked, lambda: does(there.id), lambda tie: tie[marked])
        call(f"not {marked}", lambda: undoes(there.id), lambda tie: not tie[marked])
    call("report", lambda: me.report(there.id, comment="看一看", category="spam"), lambda report: report.target_account.id == there.id and report.category == "spam")
    call("a report about oneself", lambda: refused(lambda: me.report(me.me().id), MastodonAPIError))
    call("admin without the scope", lambda: refused(lambda: me.admin_reports(), MastodonAPIError))
    call("domain_block", lambda: me.domain_block("bad.example") or list(me.domain_blocks()) == ["bad.example"])
    call("domain_unblock", lambda: me.domain_unblock("bad.example") or list(me.domain_blocks()) == [])
    call("account_unfollow", lambda: me.account_unfollow(there.id), lambda tie: not tie.following)


def main():
    me = enter()
    other = Mastodon(api_base_url=OTHER_HALL, access_token=OTHER_TOKEN, ratelimit_method="throw")
    hall(me)
    first = statuses(me)
    timelines(me, first)
    own_account(me)
    filters(me)
    friends(me, other)
    call("revoke", lambda: me.revoke_access_token(allow_http=True) or True)
    call("after the revocation", lambda: refused(lambda: client(access_token="gone").me(), MastodonUnauthorizedError))
    sys.exit(count.end())


main()
