-- What people think a network forgot, written down before it is tested.
CREATE TABLE hypothesis (
  id        INTEGER PRIMARY KEY,
  before    TEXT NOT NULL,         -- names of models
  after     TEXT NOT NULL,
  dataset   TEXT NOT NULL,         -- that was looked at
  split     TEXT NOT NULL,
  text      TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('less', 'more')),
  aus       TEXT NOT NULL,         -- JSON array, ascending
  samples   TEXT NOT NULL,         -- JSON array: the samples that it was seen on
  added     TEXT NOT NULL,         -- UTC, ISO 8601
  UNIQUE (before, after, dataset, text, direction, aus)
) STRICT;

CREATE VIEW hypotheses AS
SELECT id AS hypothesis_id, before, after, dataset, split, text, direction, aus, samples, added
FROM hypothesis;
