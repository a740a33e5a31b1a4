-- What a public account of this hall is, beside its actor. `menu` is JSON; `topics` are words with spaces between.
CREATE TABLE account (
  actor_id BIGINT PRIMARY KEY NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  topics TEXT NOT NULL,
  menu TEXT NOT NULL,
  talk TEXT NOT NULL,
  welcome TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Who runs an account.
CREATE TABLE account_staff (
  account_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, actor_id)
) WITHOUT ROWID;
CREATE INDEX account_staff_actor ON account_staff (actor_id);

-- What the staff of an account did, for each other to see.
CREATE TABLE account_act (
  id BIGINT PRIMARY KEY NOT NULL,
  account_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  by_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  subject_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
  title TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX account_act_account ON account_act (account_id, id);

-- What an account answers by itself to those who write a word to it.
CREATE TABLE account_answer (
  id BIGINT PRIMARY KEY NOT NULL,
  account_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  words TEXT NOT NULL,
  reply TEXT NOT NULL
);
CREATE INDEX account_answer_account ON account_answer (account_id, id);

-- How far a member has read an account.
CREATE TABLE account_mark (
  reader_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  account_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  read_id BIGINT NOT NULL,
  PRIMARY KEY (reader_id, account_id)
) WITHOUT ROWID;

-- 合集: articles in an order.
CREATE TABLE series (
  id BIGINT PRIMARY KEY NOT NULL,
  account_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  about TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX series_account ON series (account_id, id);

-- What a published article has beside its post, of this hall or another.
CREATE TABLE article (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  author_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  subtitle TEXT NOT NULL,
  digest TEXT NOT NULL,
  bylines TEXT NOT NULL,
  cover_id BIGINT REFERENCES media (id) ON DELETE SET NULL,
  is_original BOOLEAN NOT NULL,
  licence TEXT NOT NULL,
  source_name TEXT NOT NULL,
  source_url TEXT NOT NULL,
  series_id BIGINT REFERENCES series (id) ON DELETE SET NULL,
  chars BIGINT NOT NULL,
  sent_at BIGINT,
  reads BIGINT NOT NULL
);
CREATE INDEX article_author ON article (author_id, post_id);
CREATE INDEX article_series ON article (series_id, post_id) WHERE series_id IS NOT NULL;

-- The same article in another script or language, checked by an editor.
CREATE TABLE article_script (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  language TEXT NOT NULL,
  title TEXT NOT NULL,
  digest TEXT NOT NULL,
  body_html TEXT NOT NULL,
  PRIMARY KEY (post_id, language)
) WITHOUT ROWID;

-- Who has read an article today, as a digest under a salt that is thrown away with the day.
CREATE TABLE article_read (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  reader TEXT NOT NULL,
  day BIGINT NOT NULL,
  PRIMARY KEY (post_id, reader)
) WITHOUT ROWID;
CREATE INDEX article_read_day ON article_read (day);

-- What is said under an article and waits for an editor, or was chosen by one.
CREATE TABLE article_comment (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  root_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  pinned_at BIGINT,
  created_at BIGINT NOT NULL
);
CREATE INDEX article_comment_root ON article_comment (root_id, state, post_id);

-- An article in the making; once it is published, what its next edit will say.
CREATE TABLE draft (
  id BIGINT PRIMARY KEY NOT NULL,
  account_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT UNIQUE REFERENCES post (id) ON DELETE SET NULL,
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,
  content TEXT NOT NULL,
  title TEXT NOT NULL,
  preview TEXT NOT NULL,
  due_at BIGINT,
  created_by BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  updated_by BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX draft_account ON draft (account_id, updated_at);
CREATE INDEX draft_preview ON draft (preview) WHERE preview <> '';

-- The text of an editor that met another's: kept until somebody has put both together.
CREATE TABLE draft_copy (
  id BIGINT PRIMARY KEY NOT NULL,
  draft_id BIGINT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  by_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  content TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX draft_copy_draft ON draft_copy (draft_id, id);

-- The same draft in another script or language.
CREATE TABLE draft_script (
  draft_id BIGINT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  language TEXT NOT NULL,
  title TEXT NOT NULL,
  digest TEXT NOT NULL,
  body TEXT NOT NULL,
  is_checked BOOLEAN NOT NULL,
  PRIMARY KEY (draft_id, language)
) WITHOUT ROWID;

-- The pictures that were sent for a draft: they stay as long as it does.
CREATE TABLE draft_media (
  media_id BIGINT PRIMARY KEY NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  draft_id BIGINT NOT NULL REFERENCES draft (id) ON DELETE CASCADE
);
CREATE INDEX draft_media_draft ON draft_media (draft_id, media_id);
