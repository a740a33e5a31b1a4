-- What the words of posts point at: people, hashtags (in their folded form), and the pictures that other servers have for
-- their `:shortcodes:`.
CREATE TABLE mention (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  PRIMARY KEY (post_id, actor_id)
);
CREATE INDEX mention_actor ON mention (actor_id);

CREATE TABLE hashtag (
  name TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  PRIMARY KEY (name, post_id)
);
CREATE INDEX hashtag_post ON hashtag (post_id);

CREATE TABLE emoji (
  host TEXT COLLATE "C" NOT NULL CHECK (host <> ''),
  shortcode TEXT COLLATE "C" NOT NULL,
  media_id BIGINT NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  PRIMARY KEY (host, shortcode)
);
CREATE INDEX emoji_media ON emoji (media_id);
