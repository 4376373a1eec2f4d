-- Ends the statement of an import, with all it has done: a place that was free when the file was checked is not free any more.
CREATE FUNCTION refuse_import(place text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'something has changed at %', place USING ERRCODE = 'PL410';
END $$;
