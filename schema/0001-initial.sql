-- warehouse.sqlite, version 1. Tables are private; the views at the end are the public contract.
-- A migration that has been released never changes: write the next number instead.

-- Which numbered files have been applied; PRAGMA user_version is the last number.
CREATE TABLE migration (
  number  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  applied TEXT NOT NULL            -- UTC, ISO 8601
) STRICT;

-- What was put in ------------------------------------------------------------------------------

CREATE TABLE dataset (
  id      INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  format  TEXT NOT NULL,           -- csv, folder, …
  root    TEXT NOT NULL,           -- absolute path of the folder (or file) that was read
  options TEXT NOT NULL DEFAULT '{}' -- JSON: what `dataset add` was told
) STRICT;

CREATE TABLE sample (
  id       INTEGER PRIMARY KEY,
  dataset  INTEGER NOT NULL REFERENCES dataset,
  position INTEGER NOT NULL,       -- 0, 1, … within the data set: where its rows stand in arrays
  split    TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  subject  TEXT NOT NULL,
  sequence TEXT,
  frame    INTEGER,
  path     TEXT NOT NULL,          -- relative to the data set's root
  width    INTEGER NOT NULL,
  height   INTEGER NOT NULL,
  UNIQUE (dataset, position),
  UNIQUE (dataset, path)
) STRICT;

CREATE TABLE label (
  sample INTEGER NOT NULL REFERENCES sample,
  task   TEXT NOT NULL,            -- emotion, pain, …
  label  TEXT NOT NULL,            -- lower case
  PRIMARY KEY (sample, task)
) STRICT, WITHOUT ROWID;

CREATE TABLE score (
  sample INTEGER NOT NULL REFERENCES sample,
  name   TEXT NOT NULL,            -- pspi, valence, arousal, vas, …
  value  REAL NOT NULL,
  PRIMARY KEY (sample, name)
) STRICT, WITHOUT ROWID;

-- A row is an action unit that is present; NULL intensity = present, not graded.
CREATE TABLE au (
  sample    INTEGER NOT NULL REFERENCES sample,
  au        INTEGER NOT NULL,
  source    TEXT NOT NULL,
  intensity REAL,
  PRIMARY KEY (sample, au, source)
) STRICT, WITHOUT ROWID;

-- Which action units were looked for: a set of them, shared by the samples that it holds for.
CREATE TABLE coding (
  id     INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  aus    TEXT NOT NULL,            -- JSON array, ascending
  UNIQUE (source, aus)
) STRICT;

CREATE TABLE sample_coding (
  sample INTEGER NOT NULL REFERENCES sample,
  coding INTEGER NOT NULL REFERENCES coding,
  PRIMARY KEY (sample, coding)
) STRICT, WITHOUT ROWID;
CREATE INDEX sample_coding_coding ON sample_coding (coding);

CREATE TABLE landmark_set (
  sample INTEGER NOT NULL REFERENCES sample,
  source TEXT NOT NULL,
  points TEXT NOT NULL,            -- JSON: [[x, y], …] in pixels of the picture
  PRIMARY KEY (sample, source)
) STRICT;                          -- rows of a kilobyte: with rowids, they need no overflow pages

-- Pictures of the masks as they came with the data set; ingest carries them into input pixels.
CREATE TABLE mask_file (
  sample INTEGER NOT NULL REFERENCES sample,
  au     INTEGER NOT NULL,
  kind   TEXT NOT NULL CHECK (kind IN ('mask', 'region')), -- AU present / absent
  path   TEXT NOT NULL,            -- relative to the data set's root
  PRIMARY KEY (sample, au, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE rejected (
  dataset INTEGER NOT NULL REFERENCES dataset,
  file    TEXT NOT NULL,
  line    INTEGER,
  reason  TEXT NOT NULL
) STRICT;

-- Networks -------------------------------------------------------------------------------------

CREATE TABLE model (
  id             INTEGER PRIMARY KEY,
  name           TEXT NOT NULL UNIQUE,
  task           TEXT NOT NULL,
  parent         TEXT,             -- name of the model that training started from
  rung           TEXT,             -- emotion, pain-fc, pain-b5, …
  trainable_from TEXT,             -- first layer that training moved
  seed           INTEGER,
  sha256         TEXT NOT NULL,    -- of the weights file
  file           TEXT NOT NULL,    -- relative to the warehouse: models/<sha256>.safetensors
  graph          TEXT NOT NULL,    -- JSON
  classes        TEXT NOT NULL,    -- JSON array of lower-case labels in the order of the logits
  preprocessing  TEXT NOT NULL,    -- JSON
  input_key      TEXT NOT NULL,    -- digest of the geometry of the preprocessing: which inputs it reads
  training       TEXT              -- JSON: how it was trained
) STRICT;

-- One row a named layer. `prefix` is the digest of graph and weights up to the layer,
-- preprocessing, numerics and kernel path: equal prefixes are one computation, stored once.
CREATE TABLE layer (
  model    INTEGER NOT NULL REFERENCES model,
  ordinal  INTEGER NOT NULL,
  name     TEXT NOT NULL,
  kind     TEXT NOT NULL,
  channels INTEGER NOT NULL,
  height   INTEGER NOT NULL,
  width    INTEGER NOT NULL,
  prefix   TEXT NOT NULL,
  PRIMARY KEY (model, ordinal),
  UNIQUE (model, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX layer_prefix ON layer (prefix);

CREATE TABLE epoch (
  model    TEXT NOT NULL,          -- by name: training writes it before the model is there
  epoch    INTEGER NOT NULL,       -- 1, 2, …
  split    TEXT NOT NULL CHECK (split IN ('train', 'val')),
  loss     REAL NOT NULL,          -- mean cross-entropy
  accuracy REAL NOT NULL,
  PRIMARY KEY (model, epoch, split)
) STRICT, WITHOUT ROWID;

-- What the networks said -----------------------------------------------------------------------

CREATE TABLE prediction (
  model         INTEGER NOT NULL REFERENCES model,
  sample        INTEGER NOT NULL REFERENCES sample,
  predicted     TEXT NOT NULL,
  confidence    REAL NOT NULL,     -- probability of `predicted`
  probabilities TEXT NOT NULL,     -- JSON array in the order of the model's classes
  PRIMARY KEY (model, sample)
) STRICT, WITHOUT ROWID;
-- What all models say of one sample; and the check of its references when a sample goes.
CREATE INDEX prediction_sample ON prediction (sample);

-- An immutable file under arrays/ or inputs/, renamed into place before its row is committed.
CREATE TABLE segment (
  id      INTEGER PRIMARY KEY,
  file    TEXT NOT NULL UNIQUE,    -- relative to the warehouse
  dataset INTEGER NOT NULL REFERENCES dataset,
  first   INTEGER NOT NULL,        -- position of its first sample
  count   INTEGER NOT NULL,        -- samples
  bytes   INTEGER NOT NULL,
  sha256  TEXT NOT NULL
) STRICT;

-- One array of a segment. `key` is a layer's prefix, or the digest of an input geometry.
CREATE TABLE stored_array (
  key     TEXT NOT NULL,
  tier    TEXT NOT NULL,           -- inputs, masks, regions, pooled, bits, maps, candidates
  dataset INTEGER NOT NULL REFERENCES dataset,
  first   INTEGER NOT NULL,
  segment INTEGER NOT NULL REFERENCES segment,
  node    TEXT NOT NULL,           -- path of the HDF5 group or dataset in the segment
  dtype   TEXT NOT NULL,           -- f32, f16, u8, bits
  bytes   INTEGER NOT NULL,        -- as stored, after compression
  PRIMARY KEY (key, tier, dataset, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX stored_array_segment ON stored_array (segment);
CREATE INDEX stored_array_block ON stored_array (dataset, first);

-- Thresholds of the bits tier: they need the whole train split of a data set.
CREATE TABLE threshold (
  key      TEXT NOT NULL,
  dataset  INTEGER NOT NULL REFERENCES dataset,
  quantile REAL NOT NULL,
  count    INTEGER NOT NULL,       -- values a channel that the order statistic was taken over
  "values" BLOB NOT NULL,          -- float32, little-endian, one a channel
  PRIMARY KEY (key, dataset)
) STRICT, WITHOUT ROWID;

-- Values below which a threshold is not expected; they go when it has been found.
CREATE TABLE provisional_bound (
  key      TEXT NOT NULL,
  dataset  INTEGER NOT NULL REFERENCES dataset,
  attempt  INTEGER NOT NULL,       -- 1: from one batch of pictures; 2: as low as can be
  "values" BLOB NOT NULL,          -- float32, little-endian, one a channel
  PRIMARY KEY (key, dataset)
) STRICT, WITHOUT ROWID;

-- Masks that ingest carried into input pixels.
CREATE TABLE au_mask (
  input_key TEXT NOT NULL,
  sample    INTEGER NOT NULL REFERENCES sample,
  au        INTEGER NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('mask', 'region')),
  source    TEXT NOT NULL,
  pixels    INTEGER NOT NULL,      -- of the input that belong to it
  PRIMARY KEY (input_key, sample, au, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX au_mask_sample ON au_mask (sample);

CREATE TABLE run (
  id       INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL,          -- dataset, train, ingest
  model    TEXT,
  dataset  TEXT,
  state    TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'interrupted')),
  started  TEXT NOT NULL,          -- UTC, ISO 8601
  finished TEXT,
  detail   TEXT                    -- what failed, or what was done
) STRICT;

-- Public names: add, never rename ----------------------------------------------------------------

CREATE VIEW datasets AS
SELECT d.name AS dataset, d.format, d.root,
       (SELECT count(*) FROM sample s WHERE s.dataset = d.id) AS samples
FROM dataset d;

CREATE VIEW samples AS
SELECT s.id AS sample_id, d.name AS dataset, s.split, s.subject, s.sequence, s.frame, s.path,
       s.width, s.height
FROM sample s JOIN dataset d ON d.id = s.dataset;

CREATE VIEW labels AS SELECT sample AS sample_id, task, label FROM label;

CREATE VIEW scores AS SELECT sample AS sample_id, name, value FROM score;

CREATE VIEW aus AS SELECT sample AS sample_id, au, intensity, source FROM au;

CREATE VIEW au_coded AS
SELECT sc.sample AS sample_id, j.value AS au, c.source
FROM sample_coding sc JOIN coding c ON c.id = sc.coding, json_each(c.aus) j;

CREATE VIEW landmarks AS
SELECT l.sample AS sample_id, l.source, j.key AS point,
       (SELECT value FROM json_each(j.value) WHERE key = 0) AS x,
       (SELECT value FROM json_each(j.value) WHERE key = 1) AS y
FROM landmark_set l, json_each(l.points) j;

CREATE VIEW au_masks AS
SELECT sample AS sample_id, au, source, input_key AS preprocessing, pixels
FROM au_mask WHERE kind = 'mask';

CREATE VIEW au_regions AS
SELECT sample AS sample_id, au, source, input_key AS preprocessing, pixels
FROM au_mask WHERE kind = 'region';

CREATE VIEW models AS
SELECT name AS model, task, parent, rung, trainable_from, seed, sha256 FROM model;

CREATE VIEW layers AS
SELECT m.name AS model, l.ordinal, l.name AS layer, l.kind, l.channels, l.height, l.width, l.prefix,
       (SELECT group_concat(tier, ',') FROM (
          SELECT DISTINCT a.tier FROM stored_array a
          WHERE a.key = l.prefix AND a.tier <> 'candidates' ORDER BY a.tier)) AS stored
FROM layer l JOIN model m ON m.id = l.model;

CREATE VIEW predictions AS
SELECT m.name AS model, p.sample AS sample_id, d.name AS dataset, s.split, s.subject, m.task,
       l.label, p.predicted, l.label = p.predicted AS correct, p.confidence
FROM prediction p
JOIN model m ON m.id = p.model
JOIN sample s ON s.id = p.sample
JOIN dataset d ON d.id = s.dataset
LEFT JOIN label l ON l.sample = p.sample AND l.task = m.task;

CREATE VIEW probabilities AS
SELECT m.name AS model, p.sample AS sample_id, m.task, c.value AS class, j.value AS p
FROM prediction p
JOIN model m ON m.id = p.model, json_each(p.probabilities) j
JOIN json_each(m.classes) c ON c.key = j.key;

CREATE VIEW transitions AS
SELECT mb.name AS before, ma.name AS after, pb.sample AS sample_id, d.name AS dataset, s.split,
       s.subject, mb.task, l.label, pb.predicted AS predicted_before,
       pa.predicted AS predicted_after,
       CASE WHEN pb.predicted = l.label
            THEN CASE WHEN pa.predicted = l.label THEN 'retained' ELSE 'forgotten' END
            ELSE CASE WHEN pa.predicted = l.label THEN 'gained' ELSE 'missed' END END AS outcome
FROM model mb
JOIN model ma ON ma.task = mb.task
JOIN prediction pb ON pb.model = mb.id
JOIN prediction pa ON pa.model = ma.id AND pa.sample = pb.sample
JOIN label l ON l.sample = pb.sample AND l.task = mb.task
JOIN sample s ON s.id = pb.sample
JOIN dataset d ON d.id = s.dataset;

CREATE VIEW rejections AS
SELECT d.name AS dataset, r.file, r.line, r.reason FROM rejected r JOIN dataset d ON d.id = r.dataset;

CREATE VIEW runs AS SELECT id AS run, kind, model, dataset, state, started, finished FROM run;

CREATE VIEW epochs AS SELECT model, epoch, split, loss, accuracy FROM epoch;
