-- A category for a day that has begun stands only where the station had none by then. Two that are posted at once see nothing of each other, so each waits
-- here for the one before it and looks again. What may not stand is left out, as `on conflict do nothing` leaves it out: the API then says what stands.
CREATE FUNCTION station_category_may_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM stations WHERE id = NEW.station FOR NO KEY UPDATE;
  IF NEW.from_day <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND EXISTS (SELECT FROM station_tariffs s WHERE s.station = NEW.station AND s.from_day <= NEW.from_day) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER station_category_may_stand BEFORE INSERT ON station_tariffs FOR EACH ROW EXECUTE FUNCTION station_category_may_stand();
