-- Pictures: what tells whether the picture of a sample is still the one that was read.

-- As it was when its data set was added last. A picture inside a table has those of the table.
ALTER TABLE sample ADD COLUMN bytes INTEGER;    -- length of its file
ALTER TABLE sample ADD COLUMN modified INTEGER; -- when it was written, in ns since 1970, UTC

-- SHA-256 of the picture that inputs were made from; NULL until then.
ALTER TABLE sample ADD COLUMN picture TEXT;
