CREATE SEQUENCE "cascade_serials" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9999999 START WITH 1 CACHE 1 CYCLE;--> statement-breakpoint
CREATE TABLE "dispatch_plans" (
	"asset" text NOT NULL,
	"n" integer NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"request" jsonb NOT NULL,
	"intervals" jsonb NOT NULL,
	"figures" jsonb NOT NULL,
	"made_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"by" text NOT NULL,
	CONSTRAINT "dispatch_plans_asset_n_pk" PRIMARY KEY("asset","n")
);
--> statement-breakpoint
CREATE TABLE "dispatch_readings" (
	"asset" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"plan" integer,
	"planned_charge_wh" integer,
	"planned_discharge_wh" integer,
	"charge_wh" integer NOT NULL,
	"discharge_wh" integer NOT NULL,
	"load_wh" integer,
	"soc_pct" double precision,
	"tariff" text NOT NULL,
	"period" text NOT NULL,
	"price_micro" bigint NOT NULL,
	"cost_fen" bigint NOT NULL,
	"worth_fen" bigint NOT NULL,
	"by" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dispatch_readings_asset_starts_at_pk" PRIMARY KEY("asset","starts_at"),
	CONSTRAINT "dispatch_readings_positive" CHECK ("dispatch_readings"."charge_wh" >= 0 and "dispatch_readings"."discharge_wh" >= 0 and "dispatch_readings"."load_wh" >= 0)
);
--> statement-breakpoint
CREATE TABLE "grading_policies" (
	"version" integer PRIMARY KEY NOT NULL,
	"terms" jsonb NOT NULL,
	"published_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gradings" (
	"pack" text NOT NULL,
	"n" integer NOT NULL,
	"policy" integer NOT NULL,
	"grade" text NOT NULL,
	"soh_pct" double precision NOT NULL,
	"reasons" jsonb NOT NULL,
	"test" jsonb NOT NULL,
	"inputs" jsonb NOT NULL,
	"place" text NOT NULL,
	"tested_at" timestamp (3) with time zone NOT NULL,
	"graded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"graded_by" text NOT NULL,
	CONSTRAINT "gradings_pack_n_pk" PRIMARY KEY("pack","n"),
	CONSTRAINT "gradings_grade" CHECK ("gradings"."grade" in ('A','B','C','recycle'))
);
--> statement-breakpoint
CREATE TABLE "thermal_events" (
	"pack" text NOT NULL,
	"source" text NOT NULL,
	"n" bigint NOT NULL,
	"detail" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "thermal_events_pack_source_n_pk" PRIMARY KEY("pack","source","n")
);
--> statement-breakpoint
CREATE TABLE "asset_events" (
	"asset" text NOT NULL,
	"n" integer NOT NULL,
	"type" text NOT NULL,
	"body" jsonb NOT NULL,
	"by" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "asset_events_asset_n_pk" PRIMARY KEY("asset","n")
);
--> statement-breakpoint
CREATE TABLE "grid_signals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "grid_signals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site" text NOT NULL,
	"type" text NOT NULL,
	"limit_w" integer,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"reference" text,
	"by" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "grid_signals_span" CHECK ("grid_signals"."from_at" < "grid_signals"."to_at")
);
--> statement-breakpoint
CREATE TABLE "recyclings" (
	"pack" text PRIMARY KEY NOT NULL,
	"asset" text,
	"recycler" text NOT NULL,
	"weight_kg" double precision NOT NULL,
	"receipt_number" text NOT NULL,
	"handed_over_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "recyclings_weight" CHECK ("recyclings"."weight_kg" > 0)
);
--> statement-breakpoint
CREATE TABLE "second_life_assets" (
	"code" text PRIMARY KEY NOT NULL,
	"pack" text NOT NULL,
	"site" text NOT NULL,
	"function" text NOT NULL,
	"power_w" integer NOT NULL,
	"energy_wh" integer NOT NULL,
	"soc_min_pct" double precision NOT NULL,
	"soc_max_pct" double precision NOT NULL,
	"reserve_pct" double precision NOT NULL,
	"charge_efficiency_pct" double precision NOT NULL,
	"discharge_efficiency_pct" double precision NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"grading" integer NOT NULL,
	"commissioned_at" timestamp (3) with time zone,
	"event_n" integer DEFAULT 1 NOT NULL,
	"edition" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_by" text NOT NULL,
	CONSTRAINT "second_life_assets_state" CHECK ("second_life_assets"."state" in ('planned','commissioned','faulted','outOfService','endOfLife','recycled')),
	CONSTRAINT "second_life_assets_function" CHECK ("second_life_assets"."function" in ('peakShaving','backup','stationBuffer')),
	CONSTRAINT "second_life_assets_window" CHECK ("second_life_assets"."power_w" > 0 and "second_life_assets"."energy_wh" > 0 and 0 <= "second_life_assets"."soc_min_pct" and "second_life_assets"."soc_min_pct" < "second_life_assets"."soc_max_pct" and "second_life_assets"."soc_max_pct" <= 100),
	CONSTRAINT "second_life_assets_code" CHECK ("second_life_assets"."code" ~ '^[A-Z0-9]{3}[PMC][A-GZ][A-Z0-9]{2}[1-9A-HJ-NPR-Y][1-9A-C][1-9A-HJ-NPR-Y][0-9]{7}R[PMC]$')
);
--> statement-breakpoint
CREATE TABLE "second_life_sites" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"name_en" text,
	"import_limit_w" integer NOT NULL,
	"export_limit_w" integer DEFAULT 0 NOT NULL,
	"tariff_category" text NOT NULL,
	"controller_key" text,
	"edition" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_by" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "dispatch_readings_by_time" ON "dispatch_readings" USING btree ("starts_at","asset");--> statement-breakpoint
CREATE INDEX "gradings_by_time" ON "gradings" USING btree ("graded_at","pack","n");--> statement-breakpoint
CREATE INDEX "asset_events_by_time" ON "asset_events" USING btree ("recorded_at","asset","n");--> statement-breakpoint
CREATE INDEX "grid_signals_by_site" ON "grid_signals" USING btree ("site","id");--> statement-breakpoint
CREATE UNIQUE INDEX "recyclings_one_receipt" ON "recyclings" USING btree ("recycler","receipt_number","pack");--> statement-breakpoint
CREATE INDEX "recyclings_by_time" ON "recyclings" USING btree ("recorded_at","pack");--> statement-breakpoint
CREATE UNIQUE INDEX "second_life_assets_by_pack" ON "second_life_assets" USING btree ("pack");--> statement-breakpoint
CREATE INDEX "second_life_assets_by_site" ON "second_life_assets" USING btree ("site","code");--> statement-breakpoint

SELECT keep_for_ever('grading_policies', 'gradings', 'thermal_events', 'asset_events', 'recyclings', 'grid_signals', 'dispatch_plans', 'dispatch_readings');
--> statement-breakpoint

-- A pack that has left traffic never comes back, whoever writes it: an engine that has it in memory as it was, a person, an import. Not an error,
-- which would fail the commit of a whole station; the row keeps what it is, and the rest of the change is made.
CREATE FUNCTION after_traffic(status text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE status WHEN 'retired' THEN 1 WHEN 'secondLife' THEN 2 WHEN 'recycled' THEN 3 ELSE 0 END
$$;
--> statement-breakpoint
CREATE FUNCTION never_back_to_traffic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.status := OLD.status;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER never_back_to_traffic BEFORE UPDATE OF status ON batteries FOR EACH ROW
  WHEN (NEW.status <> OLD.status AND after_traffic(NEW.status) < after_traffic(OLD.status))
  EXECUTE FUNCTION never_back_to_traffic();
--> statement-breakpoint

-- An alarm's row forgets its last pack when its key is raised again; that a pack has burnt is never forgotten.
CREATE FUNCTION note_thermal_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO thermal_events (pack, source, n, detail, occurred_at)
  VALUES (NEW.pack, NEW.station || '/' || NEW.key, NEW.raised_n, NEW.code || ': ' || NEW.detail, NEW.raised_at)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_thermal_event AFTER INSERT OR UPDATE ON alarms FOR EACH ROW
  WHEN (NEW.level >= 4 AND NEW.pack IS NOT NULL) EXECUTE FUNCTION note_thermal_event();
--> statement-breakpoint
INSERT INTO thermal_events (pack, source, n, detail, occurred_at)
SELECT pack, station || '/' || key, raised_n, code || ': ' || detail, raised_at FROM alarms WHERE level >= 4 AND pack IS NOT NULL
UNION
SELECT body->>'pack', station || '/' || (body->>'key'), n, coalesce(body->>'code', 'alarm'), occurred_at FROM events
WHERE type = 'alarm' AND body->>'pack' IS NOT NULL AND body->>'level' = '4' AND body->>'active' = 'true'
ON CONFLICT DO NOTHING;
--> statement-breakpoint

-- What is usual: no standard sets thresholds (GB/T 34015.3 leaves them to the user). A new version replaces it.
INSERT INTO grading_policies (version, terms, published_by) VALUES (1, '{
  "A": {"sohFromPct": 75, "maxAgeYears": 10, "maxFullCycles": null, "maxNegativeEvents": null, "maxCellSpreadMv": null,
    "maxResistanceGrowthPct": null, "maxSelfDischargePctPerMonth": null, "functions": ["peakShaving", "backup", "stationBuffer"]},
  "B": {"sohFromPct": 65, "maxAgeYears": 12, "maxFullCycles": null, "maxNegativeEvents": null, "maxCellSpreadMv": null,
    "maxResistanceGrowthPct": null, "maxSelfDischargePctPerMonth": null, "functions": ["peakShaving", "backup", "stationBuffer"]},
  "C": {"sohFromPct": 50, "maxAgeYears": 15, "maxFullCycles": null, "maxNegativeEvents": null, "maxCellSpreadMv": null,
    "maxResistanceGrowthPct": null, "maxSelfDischargePctPerMonth": null, "functions": ["backup"]},
  "minOhmPerV": 100, "testTempC": {"from": 23, "to": 27}, "agreeingResults": 2, "agreementPct": 3,
  "recycleFindings": ["leakage", "swelling", "burnMarks", "waterIngress"], "codeManufacturer": "PLN"}', 'migration');
--> statement-breakpoint
SELECT grant_runtime();
