-- Layer-wise relevance propagation: what of an input spoke for a class.

-- One way of explaining a model over a data set. Its maps are the stored arrays of tier relevance
-- under `key`, the digest of everything that they depend on.
CREATE TABLE relevance_run (
  id        INTEGER PRIMARY KEY,
  model     INTEGER NOT NULL REFERENCES model,
  dataset   INTEGER NOT NULL REFERENCES dataset,
  composite TEXT NOT NULL,         -- epsilon-plus-flat, …
  bias      TEXT NOT NULL CHECK (bias IN ('keep', 'zero')),
  target    TEXT NOT NULL,         -- true, predicted, a class, or CLASS-CLASS
  key       TEXT NOT NULL,
  UNIQUE (model, dataset, composite, bias, target)
) STRICT;
CREATE INDEX relevance_run_dataset ON relevance_run (dataset);

CREATE TABLE relevance_sample (
  run    INTEGER NOT NULL REFERENCES relevance_run,
  sample INTEGER NOT NULL REFERENCES sample,
  class  TEXT NOT NULL,            -- the class (or CLASS-CLASS) that was explained
  start  REAL NOT NULL,            -- the logit, or the difference of two, that relevance starts from
  input  REAL NOT NULL,            -- sum of the relevance of the input
  PRIMARY KEY (run, sample)
) STRICT, WITHOUT ROWID;
CREATE INDEX relevance_sample_sample ON relevance_sample (sample);

-- Sums at the named layers, from float32 in double precision.
CREATE TABLE relevance_layer (
  run     INTEGER NOT NULL REFERENCES relevance_run,
  sample  INTEGER NOT NULL REFERENCES sample,
  ordinal INTEGER NOT NULL,        -- of the layer
  total   REAL NOT NULL,
  PRIMARY KEY (run, sample, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX relevance_layer_sample ON relevance_layer (sample);

-- How well the map of a sample falls on an action unit that is present in it.
CREATE TABLE relevance_au (
  run       INTEGER NOT NULL REFERENCES relevance_run,
  sample    INTEGER NOT NULL REFERENCES sample,
  au        INTEGER NOT NULL,
  mass      REAL,                  -- positive relevance inside / all positive relevance
  area_mass REAL,                  -- mass / the mask's share of the input
  rank      REAL,                  -- share of the |mask| strongest pixels inside
  hit       INTEGER,               -- whether the strongest pixel is inside
  PRIMARY KEY (run, sample, au)
) STRICT, WITHOUT ROWID;
CREATE INDEX relevance_au_sample ON relevance_au (sample);

CREATE VIEW relevance AS
SELECT m.name AS model, s.sample AS sample_id, r.composite, r.target, r.bias, s.class, s.start,
       s.input
FROM relevance_sample s
JOIN relevance_run r ON r.id = s.run
JOIN model m ON m.id = r.model;

CREATE VIEW relevance_sums AS
SELECT m.name AS model, t.sample AS sample_id, r.composite, r.target, r.bias, t.ordinal,
       l.name AS layer, t.total AS relevance
FROM relevance_layer t
JOIN relevance_run r ON r.id = t.run
JOIN model m ON m.id = r.model
JOIN layer l ON l.model = r.model AND l.ordinal = t.ordinal;

CREATE VIEW relevance_in_au AS
SELECT m.name AS model, a.sample AS sample_id, r.composite, r.target, a.au, a.mass, a.rank, a.hit,
       a.area_mass, r.bias
FROM relevance_au a
JOIN relevance_run r ON r.id = a.run
JOIN model m ON m.id = r.model;
