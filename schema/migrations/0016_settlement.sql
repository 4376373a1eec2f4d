CREATE TABLE "follow_ups" (
	"consumer" text NOT NULL,
	"subject" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"problem" text,
	CONSTRAINT "follow_ups_consumer_subject_pk" PRIMARY KEY("consumer","subject"),
	CONSTRAINT "follow_ups_consumer" CHECK ("follow_ups"."consumer" in ('receipt','retirement','chargeCost','health','trace'))
);
--> statement-breakpoint
CREATE TABLE "lease_events" (
	"lease" text NOT NULL,
	"n" integer NOT NULL,
	"type" text NOT NULL,
	"body" jsonb NOT NULL,
	"effective_day" date NOT NULL,
	"by" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lease_events_lease_n_pk" PRIMARY KEY("lease","n")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"id" text PRIMARY KEY NOT NULL,
	"vin" text NOT NULL,
	"lessee" text NOT NULL,
	"owner" text NOT NULL,
	"plan" text NOT NULL,
	"plan_version" integer NOT NULL,
	"state" text NOT NULL,
	"from_day" date NOT NULL,
	"until_day" date,
	"blocks" text,
	"definition" integer NOT NULL,
	"source_hash" text NOT NULL,
	"snapshot" jsonb NOT NULL,
	"due_at" timestamp (3) with time zone,
	"edition" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "leases_state" CHECK ("leases"."state" in ('quoted','active','suspended','inArrears','ending','ended','disputed'))
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "transfers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"cause" text NOT NULL,
	"cause_id" text NOT NULL,
	"line" integer NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transfers_positive" CHECK ("transfers"."amount_fen" > 0),
	CONSTRAINT "transfers_two_accounts" CHECK ("transfers"."debit" <> "transfers"."credit")
);
--> statement-breakpoint
CREATE TABLE "plan_versions" (
	"plan" text NOT NULL,
	"version" integer NOT NULL,
	"terms" jsonb NOT NULL,
	"published_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_by" text NOT NULL,
	CONSTRAINT "plan_versions_plan_version_pk" PRIMARY KEY("plan","version")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text,
	"name" text NOT NULL,
	"name_en" text,
	"is_walk_in" boolean DEFAULT false NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"edition" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "charge_costs" (
	"charge" text PRIMARY KEY NOT NULL,
	"station" text NOT NULL,
	"slot" integer NOT NULL,
	"pack" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	"metered_wh" bigint NOT NULL,
	"into_pack_wh" double precision,
	"tariff" text NOT NULL,
	"lines" jsonb NOT NULL,
	"cost_fen" bigint NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "receipts" (
	"swap" text PRIMARY KEY NOT NULL,
	"station" text NOT NULL,
	"vin" text NOT NULL,
	"lessee" text,
	"owner" text,
	"lease" text,
	"plan" text NOT NULL,
	"plan_version" integer NOT NULL,
	"tariff" text NOT NULL,
	"released_at" timestamp (3) with time zone NOT NULL,
	"odometer_km" double precision NOT NULL,
	"energy_wh" integer NOT NULL,
	"lines" jsonb NOT NULL,
	"total_fen" bigint NOT NULL,
	"issued_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "station_tariffs" (
	"station" text NOT NULL,
	"from_day" date NOT NULL,
	"category" text NOT NULL,
	"by" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "station_tariffs_station_from_day_pk" PRIMARY KEY("station","from_day")
);
--> statement-breakpoint
CREATE TABLE "tariffs" (
	"category" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date NOT NULL,
	"table" jsonb NOT NULL,
	"published_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_by" text NOT NULL,
	CONSTRAINT "tariffs_category_valid_from_pk" PRIMARY KEY("category","valid_from")
);
--> statement-breakpoint
CREATE INDEX "follow_ups_due" ON "follow_ups" USING btree ("consumer","due_at");--> statement-breakpoint
CREATE INDEX "leases_by_vehicle" ON "leases" USING btree ("vin","from_day");--> statement-breakpoint
CREATE INDEX "leases_by_lessee" ON "leases" USING btree ("lessee","id");--> statement-breakpoint
CREATE INDEX "leases_by_owner" ON "leases" USING btree ("owner","id");--> statement-breakpoint
CREATE INDEX "leases_due" ON "leases" USING btree ("due_at") WHERE "leases"."due_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_once" ON "transfers" USING btree ("cause","cause_id","line");--> statement-breakpoint
CREATE INDEX "transfers_by_debit" ON "transfers" USING btree ("debit","occurred_at","id");--> statement-breakpoint
CREATE INDEX "transfers_by_credit" ON "transfers" USING btree ("credit","occurred_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "plans_one_walk_in" ON "plans" USING btree ("is_walk_in") WHERE "plans"."is_walk_in";--> statement-breakpoint
CREATE INDEX "charge_costs_by_station" ON "charge_costs" USING btree ("station","ended_at","charge");--> statement-breakpoint
CREATE INDEX "receipts_by_time" ON "receipts" USING btree ("released_at","swap");--> statement-breakpoint
CREATE INDEX "receipts_by_lessee" ON "receipts" USING btree ("lessee","released_at","swap");--> statement-breakpoint
CREATE INDEX "receipts_by_owner" ON "receipts" USING btree ("owner","released_at","swap");--> statement-breakpoint
CREATE INDEX "receipts_by_lease" ON "receipts" USING btree ("lease","released_at","swap");--> statement-breakpoint
CREATE INDEX "receipts_by_vehicle" ON "receipts" USING btree ("vin","released_at","swap");--> statement-breakpoint
CREATE INDEX "station_tariffs_by_category" ON "station_tariffs" USING btree ("category");--> statement-breakpoint

-- A car has one lease at a time, and a category one price table. Adjacent ones are fine: the last day is excluded. Texts stand as ranges of one
-- number, as in 0006.
ALTER TABLE leases ADD CONSTRAINT leases_one_at_a_time
  EXCLUDE USING gist (
    int8range(hashtextextended(vin, 0) / 2, hashtextextended(vin, 0) / 2, '[]') WITH &&,
    daterange(from_day, until_day, '[)') WITH &&
  ) WHERE (state <> 'quoted') DEFERRABLE INITIALLY IMMEDIATE;
--> statement-breakpoint
ALTER TABLE tariffs ADD CONSTRAINT tariffs_do_not_overlap
  EXCLUDE USING gist (
    int8range(hashtextextended(category, 0) / 2, hashtextextended(category, 0) / 2, '[]') WITH &&,
    daterange(valid_from, valid_to, '[)') WITH &&
  );
--> statement-breakpoint

-- Money and what it is made of: never changed, never deleted.
CREATE FUNCTION keep_for_ever(VARIADIC names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY names LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END $$;
--> statement-breakpoint
SELECT keep_for_ever('plan_versions', 'lease_events', 'tariffs', 'station_tariffs', 'receipts', 'charge_costs', 'transfers');
--> statement-breakpoint

-- What follows from a fact is noted in the commit of the fact, whoever makes it.
CREATE FUNCTION follow_swap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO follow_ups (consumer, subject) VALUES ('receipt', NEW.id), ('retirement', NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER follow_new_swap AFTER INSERT ON swaps FOR EACH ROW WHEN (NEW.state = 'completed') EXECUTE FUNCTION follow_swap();
--> statement-breakpoint
CREATE TRIGGER follow_completed_swap AFTER UPDATE ON swaps FOR EACH ROW
  WHEN (NEW.state = 'completed' AND OLD.state <> 'completed') EXECUTE FUNCTION follow_swap();
--> statement-breakpoint
CREATE FUNCTION follow_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  charge text := NEW.station || '/' || NEW.event_n || '/' || NEW.position;
BEGIN
  INSERT INTO follow_ups (consumer, subject) VALUES ('chargeCost', charge), ('health', charge) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER follow_ended_charge AFTER INSERT ON charges FOR EACH ROW WHEN (NEW.phase = 'ended') EXECUTE FUNCTION follow_charge();
--> statement-breakpoint
CREATE FUNCTION follow_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO follow_ups (consumer, subject) VALUES ('trace', NEW.pack || '/' || NEW.version) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER follow_moved_pack AFTER INSERT ON custody_moves FOR EACH ROW
  WHEN (NEW.to_kind IN ('vehicle', 'secondLifeSite', 'recycler') OR NEW.from_kind IN ('vehicle', 'secondLifeSite', 'recycler'))
  EXECUTE FUNCTION follow_move();
--> statement-breakpoint
SELECT grant_runtime();
