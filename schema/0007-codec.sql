-- Codecs: what the chunks of an array are packed by, in place of deflate for all of them.

ALTER TABLE stored_array ADD COLUMN codec TEXT NOT NULL DEFAULT 'deflate'
  CHECK (codec IN ('deflate', 'relu'));
