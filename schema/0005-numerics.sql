-- How a model's activations are computed, which is part of the keys of its layers. Models of older
-- warehouses were computed by kernels that are no more.
ALTER TABLE model ADD COLUMN numerics TEXT NOT NULL DEFAULT 'strict';
ALTER TABLE model ADD COLUMN kernel TEXT NOT NULL DEFAULT 'im2col-sgemm';

DROP VIEW models;
CREATE VIEW models AS
SELECT name AS model, task, parent, rung, trainable_from, seed, sha256, numerics, kernel FROM model;
