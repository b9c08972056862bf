-- What is secret of the headers that the dispatcher sends: sealed under ROLLCALL_SECRET, beside the driver that tells of
-- each no more than its length.
ALTER TABLE schedule ADD COLUMN headers_box bytea;
