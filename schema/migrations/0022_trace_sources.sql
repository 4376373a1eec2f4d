CREATE INDEX "alarms_by_pack" ON "alarms" USING btree ("pack","raised_at") WHERE "alarms"."pack" is not null;--> statement-breakpoint
-- What the life of a pack is made of besides its moves: noted in the commit of the fact, as in 0016.
CREATE FUNCTION follow_life() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  fact text := CASE TG_TABLE_NAME
    WHEN 'battery_history' THEN 'retired/' || (to_jsonb(NEW) ->> 'id')
    WHEN 'gradings' THEN 'graded/' || (to_jsonb(NEW) ->> 'pack') || '/' || (to_jsonb(NEW) ->> 'n')
    WHEN 'asset_events' THEN 'asset/' || (to_jsonb(NEW) ->> 'asset') || '/' || (to_jsonb(NEW) ->> 'n')
    ELSE 'recycled/' || (to_jsonb(NEW) ->> 'pack') END;
BEGIN
  INSERT INTO follow_ups (consumer, subject) VALUES ('trace', fact) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER follow_retired_pack AFTER INSERT ON battery_history FOR EACH ROW WHEN (NEW.status = 'retired') EXECUTE FUNCTION follow_life();
--> statement-breakpoint
CREATE TRIGGER follow_grading AFTER INSERT ON gradings FOR EACH ROW EXECUTE FUNCTION follow_life();
--> statement-breakpoint
CREATE TRIGGER follow_asset AFTER INSERT ON asset_events FOR EACH ROW EXECUTE FUNCTION follow_life();
--> statement-breakpoint
CREATE TRIGGER follow_recycling AFTER INSERT ON recyclings FOR EACH ROW EXECUTE FUNCTION follow_life();
