-- Candidates for thresholds wait in another form from here on: those of an ingest that has not ended
-- are gathered anew. The files that only they were in go with the next sweep.
CREATE TEMP TABLE only_candidates AS
SELECT segment FROM stored_array GROUP BY segment HAVING min(tier = 'candidates') = 1;
DELETE FROM stored_array WHERE tier = 'candidates';
DELETE FROM segment WHERE id IN (SELECT segment FROM only_candidates);
DROP TABLE only_candidates;
