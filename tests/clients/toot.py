"""A session with the command `toot` against a running hall."""

import json
import os
import subprocess
import sys
import tempfile

from tell import HALL, NAME, OTHER_HALL, OTHER_NAME, OTHER_TOKEN, Count, png, sign_in, within

import requests

count = Count("toot")
call = count.call
AT = f"{OTHER_NAME}@{OTHER_HALL.split('//')[1]}"
HOME = tempfile.mkdtemp(prefix="toot-")
TOOT = os.path.join(os.path.dirname(sys.executable), "toot")


def toot(*words, given=""):
    """Runs the command and answers what it prints."""
    env = {**os.environ, "TOOT_CONFIG_DIR": HOME, "XDG_CONFIG_HOME": HOME, "BROWSER": "true"}
    ran = subprocess.run([TOOT, *words], input=given, capture_output=True, text=True, env=env, timeout=60)
    if ran.returncode:
        raise RuntimeError((ran.stderr or ran.stdout)[-300:])
    return ran.stdout


def told(*words):
    """The same as JSON."""
    said = toot(*words, "--json")
    # Some commands say what they do before they say what came of it.
    start = min(at for at in (said.find("{"), said.find("["), len(said)) if at >= 0)
    return json.loads(said[start:])


def other(method, path, **more):
    answer = requests.request(method, OTHER_HALL + path, headers={"Authorization": f"Bearer {OTHER_TOKEN}"}, timeout=20, **more)
    answer.raise_for_status()
    return answer.json()


def log_in():
    """The command prints an address and waits for the code that stands there in the end."""
    env = {**os.environ, "TOOT_CONFIG_DIR": HOME, "XDG_CONFIG_HOME": HOME, "BROWSER": "true"}
    running = subprocess.Popen([TOOT, "login", "-i", HALL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    said = ""
    while "client_id=" not in said:
        line = running.stdout.readline()
        if not line:
            raise RuntimeError(said)
        said += line
    url = next(word for word in said.split() if word.startswith(HALL) and "client_id=" in word)
    rest, _ = running.communicate(f"n\n{sign_in(url)}\n", timeout=60)
    return running.returncode == 0 and "Success" in rest or rest


def main():
    call("login", log_in, lambda done: done is True)
    call("auth", lambda: toot("auth"), lambda said: NAME in said)
    call("whoami", lambda: told("whoami"), lambda account: account["acct"] == NAME)
    call("instance", lambda: told("instance"), lambda hall: "Huiguan" in hall["version"])
    first = call("post", lambda: told("post", "第一条 #重阳", "-v", "public"), lambda status: status["visibility"] == "public")
    for visibility in ["unlisted", "private", "direct"]:
        call(f"post {visibility}", lambda: told("post", "另一条", "-v", visibility), lambda status: status["visibility"] == visibility)
    call("post with a warning", lambda: told("post", "里面", "-p", "小心", "-s"), lambda status: status["spoiler_text"] == "小心")
    call("post with a poll", lambda: told("post", "吃什么？", "--poll-option", "汤圆", "--poll-option", "饺子", "--poll-expires-in", "1 hour"),
         lambda status: [one["title"] for one in status["poll"]["options"]] == ["汤圆", "饺子"])
    with tempfile.NamedTemporaryFile(suffix=".png") as picture:
        picture.write(png())
        picture.flush()
        call("post with media", lambda: told("post", "热的", "-m", picture.name, "-d", "一碗汤圆"),
             lambda status: status["media_attachments"][0]["description"] == "一碗汤圆")
        call("upload", lambda: told("upload", picture.name), lambda media: media["type"] == "image")
    reply = call("reply", lambda: told("post", "第二句", "-r", first["id"], "-v", "public"), lambda status: status["in_reply_to_id"] == first["id"])
    call("thread", lambda: told("thread", first["id"]), lambda around: around["descendants"][0]["id"] == reply["id"])
    call("status", lambda: told("status", first["id"]), lambda status: status["id"] == first["id"])
    for act, marked in [("favourite", "favourited"), ("bookmark", "bookmarked"), ("pin", "pinned"), ("reblog", "reblogged")]:
        call(act, lambda: told(act, first["id"]), lambda status: status.get(marked) or status["reblog"][marked])
    call("reblogged-by", lambda: told("reblogged-by", first["id"]), lambda people: people[0]["acct"] == NAME)
    call("bookmarks", lambda: toot("bookmarks"), lambda said: "第一条" in said)
    for act, marked in [("unfavourite", "favourited"), ("unbookmark", "bookmarked"), ("unpin", "pinned"), ("unreblog", "reblogged")]:
        call(act, lambda: told(act, first["id"]), lambda status: not status[marked])
    for words in [("home",), ("public", "--local"), ("tag", "重阳")]:
        call(f"timelines {words[0]}", lambda: told("timelines", *words), lambda found: first["id"] in [one["id"] for one in found])
    call("search", lambda: told("search", "重阳"), lambda found: found["hashtags"][0]["name"] == "重阳")
    call("update-account", lambda: told("update-account", "--display-name", "陈美玲"), lambda account: account["display_name"] == "陈美玲")
    call("search with resolve", lambda: told("search", f"@{AT}", "-r"), lambda found: found["accounts"][0]["acct"] == AT)
    call("whois", lambda: told("whois", AT), lambda account: account["acct"] == AT)
    call("follow", lambda: told("follow", AT), lambda tie: tie["requested"])
    asking = call("follow request there", lambda: within(15, lambda: other("GET", "/api/v1/follow_requests")), lambda people: people[0]["username"] == NAME)
    other("POST", f"/api/v1/follow_requests/{asking[0]['id']}/authorize")
    call("followers", lambda: within(15, lambda: told("followers")), lambda people: people[0]["acct"] == AT)
    call("following", lambda: within(15, lambda: told("following")), lambda people: people[0]["acct"] == AT)
    other("POST", "/api/v1/statuses", data={"status": f"@{NAME}@{HALL.split('//')[1]} 你好", "visibility": "direct"})
    call("notifications", lambda: within(15, lambda: [one for one in told("notifications") if one["type"] == "mention"]), lambda found: "你好" in found[0]["status"]["content"])
    call("notifications --clear", lambda: toot("notifications", "--clear") and told("notifications") == [])
    call("lists create", lambda: toot("lists", "create", "同学"), lambda said: "同学" in said)
    call("lists add", lambda: toot("lists", "add", "同学", AT), lambda said: AT in said)
    call("lists list", lambda: told("lists", "list"), lambda lists: lists[0]["title"] == "同学")
    call("lists delete", lambda: toot("lists", "delete", "同学") and told("lists", "list") == [])
    for act in ["mute", "unmute", "block", "unblock"]:
        call(act, lambda: told(act, AT), lambda tie: tie["muting" if "mute" in act else "blocking"] == (not act.startswith("un")))
    call("unfollow", lambda: told("unfollow", AT), lambda tie: not tie["following"])
    call("delete", lambda: toot("delete", reply["id"]) or True)
    call("logout", lambda: toot("logout", f"{NAME}@{HALL.split('//')[1]}") or True)
    sys.exit(count.end())


main()
