CREATE TABLE "webhook_deliveries" (
	"endpoint" text NOT NULL,
	"event" text NOT NULL,
	"type" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"give_up_at" timestamp (3) with time zone NOT NULL,
	"log" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_endpoint_event_pk" PRIMARY KEY("endpoint","event"),
	CONSTRAINT "webhook_deliveries_state" CHECK ("webhook_deliveries"."state" in ('pending','delivered','failed','cancelled'))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" text PRIMARY KEY NOT NULL,
	"organisation" text,
	"url" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"types" text[] DEFAULT '{}' NOT NULL,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_until" timestamp (3) with time zone,
	"disabled_at" timestamp (3) with time zone,
	"disabled_by" text,
	"disabled_reason" text,
	"failing_since" timestamp (3) with time zone,
	"last_success_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"edition" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"source" text NOT NULL,
	"subject" text NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	"audience" text,
	"data" jsonb NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"spread_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("endpoint","next_at") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_time" ON "webhook_deliveries" USING btree ("endpoint","created_at","event");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_created" ON "webhook_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_by_organisation" ON "webhook_endpoints" USING btree ("organisation","id");--> statement-breakpoint
CREATE INDEX "webhook_events_to_spread" ON "webhook_events" USING btree ("recorded_at") WHERE "webhook_events"."spread_at" is null;--> statement-breakpoint
CREATE INDEX "webhook_events_recorded" ON "webhook_events" USING btree ("recorded_at");--> statement-breakpoint
-- Instants as the API writes them, whatever the time zone of the session.
CREATE FUNCTION iso_utc(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
--> statement-breakpoint
-- The same event has the same id, however often it is announced.
CREATE FUNCTION webhook_event_id(what text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'evt_' || left(encode(sha256(convert_to(what, 'UTF8')), 'hex'), 32)
$$;
--> statement-breakpoint
-- Nothing is kept for nobody: without an endpoint there are no events.
CREATE FUNCTION webhooks_are_wanted() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM webhook_endpoints WHERE disabled_at IS NULL)
$$;
--> statement-breakpoint
-- By trigger, in the commit that ends the swap: whoever ends it, in whatever statement, no crash comes between.
CREATE FUNCTION announce_swap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  happened timestamptz := coalesce(NEW.ended_at, NEW.released_at, NEW.in_position_at);
BEGIN
  IF NOT webhooks_are_wanted() THEN RETURN NULL; END IF;
  INSERT INTO webhook_events (id, type, source, subject, time, audience, data)
  VALUES (
    webhook_event_id('swap ' || NEW.id || ' ' || NEW.state),
    CASE NEW.state WHEN 'completed' THEN 'pitlane.swap.completed.v1' WHEN 'rolled-back' THEN 'pitlane.swap.rolledBack.v1'
      ELSE 'pitlane.swap.refused.v1' END,
    '/api/v1/stations/' || NEW.station, NEW.id, happened, NEW.fleet,
    jsonb_build_object('id', NEW.id, 'station', NEW.station, 'bay', NEW.bay, 'vehicle', NEW.vin, 'fleet', NEW.fleet,
      'state', NEW.state, 'reason', NEW.reason, 'odometerKm', NEW.odometer_km, 'packOut', NEW.pack_out, 'packIn', NEW.pack_in,
      'packOutSocPct', NEW.pack_out_soc_pct, 'packInSocPct', NEW.pack_in_soc_pct, 'packOutEnergyWh', NEW.pack_out_energy_wh,
      'packInEnergyWh', NEW.pack_in_energy_wh, 'inPositionAt', iso_utc(NEW.in_position_at), 'releasedAt', iso_utc(NEW.released_at),
      'endedAt', iso_utc(NEW.ended_at), 'swapTimeMs', NEW.swap_time_ms))
  ON CONFLICT (id) DO NOTHING;
  IF NEW.state <> 'completed' THEN RETURN NULL; END IF;
  -- An owner follows its packs and is not told whose car they are in.
  INSERT INTO webhook_events (id, type, source, subject, time, audience, data)
  SELECT webhook_event_id('battery ' || NEW.id || ' ' || b.code), 'pitlane.battery.swapped.v1', '/api/v1/stations/' || NEW.station, b.code,
    happened, b.owner,
    jsonb_build_object('battery', b.code, 'owner', b.owner, 'station', NEW.station,
      'direction', CASE b.code WHEN NEW.pack_in THEN 'toVehicle' ELSE 'fromVehicle' END,
      'socPct', CASE b.code WHEN NEW.pack_in THEN NEW.pack_in_soc_pct ELSE NEW.pack_out_soc_pct END,
      'energyWh', CASE b.code WHEN NEW.pack_in THEN NEW.pack_in_energy_wh ELSE NEW.pack_out_energy_wh END)
  FROM batteries b WHERE b.code IN (NEW.pack_in, NEW.pack_out) AND b.owner IS NOT NULL
  ON CONFLICT (id) DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_new_swap AFTER INSERT ON swaps FOR EACH ROW
  WHEN (NEW.state IN ('completed', 'rolled-back', 'refused')) EXECUTE FUNCTION announce_swap();
--> statement-breakpoint
CREATE TRIGGER announce_ended_swap AFTER UPDATE ON swaps FOR EACH ROW
  WHEN (NEW.state IN ('completed', 'rolled-back', 'refused') AND OLD.state <> NEW.state) EXECUTE FUNCTION announce_swap();
--> statement-breakpoint
CREATE FUNCTION announce_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_events (id, type, source, subject, time, audience, data)
  SELECT webhook_event_id('incident ' || NEW.station || '/' || NEW.key || ' ' || NEW.opened_n), 'pitlane.incident.opened.v1',
    '/api/v1/stations/' || NEW.station, NEW.station || '/' || NEW.key, NEW.opened_at, NULL,
    jsonb_build_object('id', NEW.station || '/' || NEW.key, 'station', NEW.station, 'code', NEW.code, 'bay', NEW.bay, 'swap', NEW.swap,
      'packs', NEW.packs, 'detail', NEW.detail, 'openedAt', iso_utc(NEW.opened_at), 'times', NEW.times)
  WHERE webhooks_are_wanted()
  ON CONFLICT (id) DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_new_incident AFTER INSERT ON incidents FOR EACH ROW EXECUTE FUNCTION announce_incident();
--> statement-breakpoint
CREATE TRIGGER announce_incident_again AFTER UPDATE ON incidents FOR EACH ROW
  WHEN (OLD.opened_n <> NEW.opened_n) EXECUTE FUNCTION announce_incident();
