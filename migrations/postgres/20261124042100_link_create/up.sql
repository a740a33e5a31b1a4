-- Pages that Moments link to, as cards show them: looked at once, kept for some days, shared by all posts that link there.
CREATE TABLE link_page (
  id BIGINT PRIMARY KEY NOT NULL,
  url TEXT COLLATE "C" NOT NULL UNIQUE,
  state TEXT COLLATE "C" NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  site TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT,
  looked_at BIGINT NOT NULL
);
CREATE INDEX link_page_due ON link_page (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX link_page_looked ON link_page (looked_at);

-- Which page a post's card shows; none if its author wants no card.
CREATE TABLE post_link (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  page_id BIGINT REFERENCES link_page (id) ON DELETE CASCADE
);
CREATE INDEX post_link_page ON post_link (page_id);
