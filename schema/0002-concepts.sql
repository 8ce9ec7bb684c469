-- Concepts: what a layer says of an action unit, fitted from stored bits.

-- One fit. It belongs to a layer's prefix, so that variants which share the layer share the fit.
CREATE TABLE concept (
  id             INTEGER PRIMARY KEY,
  key            TEXT NOT NULL,    -- prefix of the layer
  dataset        INTEGER NOT NULL REFERENCES dataset,
  au             INTEGER NOT NULL,
  split          TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')), -- evaluated on
  loss           TEXT NOT NULL,    -- what was minimised: weighted-bce, published
  options        TEXT NOT NULL,    -- JSON, keys ascending: how it was fitted
  n_fit          INTEGER NOT NULL, -- train samples that it was fitted on
  n_present      INTEGER NOT NULL, -- evaluated samples with the action unit
  n_absent       INTEGER NOT NULL, -- evaluated samples without it
  n_unknown      INTEGER NOT NULL, -- samples of the split that were left out
  set_iou        REAL,
  set_iou_all    REAL,
  presence_auc   REAL,
  mean_iou       REAL,
  best_filter    INTEGER,
  best_filter_iou REAL,
  region_iou     REAL,
  place_iou      REAL,
  weights_iou    REAL,
  alpha          REAL,
  loss_value     REAL,
  iterations     INTEGER,
  converged      INTEGER,
  note           TEXT,             -- why measures are missing
  weights        TEXT NOT NULL,    -- JSON array, one a channel; empty if nothing was fitted
  scores         BLOB NOT NULL,    -- 32 bytes an evaluated sample: see README.md
  UNIQUE (key, dataset, au, split, options)
) STRICT;
CREATE INDEX concept_dataset ON concept (dataset);

CREATE VIEW concepts AS
SELECT c.id AS concept_id, m.name AS model, l.name AS layer, c.au, c.loss, c.split, c.set_iou, c.set_iou_all, c.presence_auc, c.best_filter, c.best_filter_iou,
       c.region_iou AS control_iou, c.converged, d.name AS dataset, c.n_fit, c.n_present,
       c.n_absent, c.n_unknown, c.mean_iou, c.region_iou, c.place_iou, c.weights_iou, c.alpha,
       c.loss_value, c.iterations, c.options, c.note
FROM concept c
JOIN dataset d ON d.id = c.dataset
JOIN layer l ON l.prefix = c.key
JOIN model m ON m.id = l.model;

CREATE VIEW concept_weights AS
SELECT c.id AS concept_id, j.key AS channel, j.value AS weight
FROM concept c, json_each(c.weights) j;
