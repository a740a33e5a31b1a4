"""Writes the documents of two public collections, each on a line: what another server may send in the name of one actor.

    python3 suites.py ACTOR READER

ACTOR is the id of who sends, READER the id of the member who follows. Each line has `suite`, `group`, `number`, `name`, `status`
(what the collection itself says of it) and `activity`."""

import json
import re
import sys
from urllib.parse import urlsplit

import fediverse_pasture_inputs
from funfedi_parsing_test_cases import Environment, activity_suite, event_suite, notes_suite, poll_suite

ACTOR, READER = sys.argv[1:3]
ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(ACTOR))
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def line(**of):
    print(json.dumps(of))


def placed(text):
    """The actors of the collection's own stage are ours, and everything of that stage lies on the sender's server."""
    text = re.sub(r'"https?://pasture-one-actor/actor"', json.dumps(ACTOR), text)
    return re.sub(r"https?://pasture-one-actor", ORIGIN, text)


def pasture():
    for group, data in sorted(fediverse_pasture_inputs.available.items()):
        for number, example in enumerate(data.examples):
            example = json.loads(placed(json.dumps(example)))
            path = f"{ORIGIN}/pasture/{group}/{number}"
            note = {
                "@context": ["https://www.w3.org/ns/activitystreams", {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"}],
                "type": "Note",
                "attributedTo": ACTOR,
                "to": [PUBLIC, READER],
                "id": path,
                "published": "2026-11-23T08:00:00Z",
                **example,
            }
            note = {key: value for key, value in note.items() if value is not None}
            activity = {
                "@context": note.pop("@context", None),
                "id": f"{path}/create",
                "type": "Create",
                "actor": ACTOR,
                "to": [PUBLIC, READER],
                "published": "2026-11-23T08:00:00Z",
                "object": note,
            }
            activity = {key: value for key, value in activity.items() if value is not None}
            line(suite="pasture", group=group, number=number, name=str(example.get("content", ""))[:60], status="unknown", activity=activity)


def parsing():
    stage = Environment(sending_actor_profile={"id": ACTOR, "type": "Person"}, receiving_actor=READER)
    for suite in [activity_suite, event_suite, notes_suite, poll_suite]:
        for group in suite.sub_suites:
            for number, case in enumerate(group.tests):
                activity = case.maker.to_send(stage).activity
                line(suite="parsing", group=group.short_name, number=number, name=case.name, status=str(case.status), activity=activity)


pasture()
parsing()
