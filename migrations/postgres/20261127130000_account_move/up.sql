-- The id of the actor that an account became when it was closed; empty as long as it is open.
ALTER TABLE account ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
