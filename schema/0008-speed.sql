-- Speed: what questions to hundreds of thousands of samples are answered from in one pass.

-- The action units of each coding, a row each: au_coded reads no JSON.
CREATE TABLE coding_au (
  coding INTEGER NOT NULL REFERENCES coding ON DELETE CASCADE,
  au     INTEGER NOT NULL,
  PRIMARY KEY (coding, au)
) STRICT, WITHOUT ROWID;
INSERT INTO coding_au SELECT c.id, j.value FROM coding c, json_each(c.aus) j;
CREATE TRIGGER coding_units AFTER INSERT ON coding BEGIN
  INSERT INTO coding_au SELECT new.id, value FROM json_each(new.aus);
END;

-- The classes of each model, with their places among the probabilities.
CREATE TABLE model_class (
  model INTEGER NOT NULL REFERENCES model ON DELETE CASCADE,
  place INTEGER NOT NULL,
  class TEXT NOT NULL,
  PRIMARY KEY (model, place)
) STRICT, WITHOUT ROWID;
INSERT INTO model_class SELECT m.id, j.key, j.value FROM model m, json_each(m.classes) j;
CREATE TRIGGER model_classes AFTER INSERT ON model BEGIN
  INSERT INTO model_class SELECT new.id, key, value FROM json_each(new.classes);
END;

-- Samples by split, 16 bytes each: groups by model and split come in order, without sorting.
CREATE INDEX sample_split ON sample (dataset, split);

DROP VIEW au_coded;
CREATE VIEW au_coded AS
SELECT sc.sample AS sample_id, u.au, c.source
FROM sample_coding sc JOIN coding c ON c.id = sc.coding JOIN coding_au u ON u.coding = c.id;

DROP VIEW probabilities;
CREATE VIEW probabilities AS
SELECT m.name AS model, p.sample AS sample_id, m.task, c.class, j.value AS p
FROM prediction p
JOIN model m ON m.id = p.model, json_each(p.probabilities) j
JOIN model_class c ON c.model = m.id AND c.place = j.key;

DROP VIEW transitions;
CREATE VIEW transitions AS
SELECT mb.name AS before, ma.name AS after, pb.sample AS sample_id, d.name AS dataset, s.split,
       s.subject, mb.task, l.label, pb.predicted AS predicted_before,
       pa.predicted AS predicted_after,
       CASE WHEN pb.predicted = l.label
            THEN CASE WHEN pa.predicted = l.label THEN 'retained' ELSE 'forgotten' END
            ELSE CASE WHEN pa.predicted = l.label THEN 'gained' ELSE 'missed' END END AS outcome,
       pb.confidence AS confidence_before, pa.confidence AS confidence_after
FROM model mb
JOIN model ma ON ma.task = mb.task
JOIN prediction pb ON pb.model = mb.id
JOIN prediction pa ON pa.model = ma.id AND pa.sample = pb.sample
JOIN label l ON l.sample = pb.sample AND l.task = mb.task
JOIN sample s ON s.id = pb.sample
JOIN dataset d ON d.id = s.dataset;

-- What the planner is told: the shape of a large warehouse, so that a plan does not depend on what
-- was measured when, and is the right one where it matters.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('dataset', 'sqlite_autoindex_dataset_1', '4 1'),
  ('model', 'sqlite_autoindex_model_1', '13 1'),
  ('sample', 'sqlite_autoindex_sample_1', '300000 75000 1'),
  ('sample', 'sqlite_autoindex_sample_2', '300000 75000 1'),
  ('sample', 'sample_split', '300000 75000 25000'),
  ('label', 'label', '300000 1 1'),
  ('au', 'au', '1500000 5 1 1'),
  ('coding', 'sqlite_autoindex_coding_1', '4 2 1'),
  ('coding_au', 'coding_au', '60 15 1'),
  ('sample_coding', 'sample_coding', '300000 1 1'),
  ('sample_coding', 'sample_coding_coding', '300000 75000'),
  ('model_class', 'model_class', '64 5 1'),
  ('prediction', 'prediction', '3900000 300000 1'),
  ('prediction', 'prediction_sample', '3900000 13');
ANALYZE sqlite_schema;
