ALTER TABLE followers DROP COLUMN scene_ticket;
ALTER TABLE followers DROP COLUMN scene_numeric;
