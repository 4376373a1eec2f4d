CREATE TABLE "battery_health" (
	"pack" text PRIMARY KEY NOT NULL,
	"belief" jsonb NOT NULL,
	"soh_pct" double precision,
	"low_pct" double precision,
	"high_pct" double precision,
	"readings" integer NOT NULL,
	"used" integer NOT NULL,
	"cell_spread_mv" double precision,
	"resistance_mohm" double precision,
	"reference_mohm" double precision,
	"judged_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "battery_health_readings" (
	"pack" text NOT NULL,
	"n" integer NOT NULL,
	"charge" text NOT NULL,
	"station" text NOT NULL,
	"slot" smallint NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone NOT NULL,
	"ah" double precision,
	"soc_from_pct" double precision,
	"soc_to_pct" double precision,
	"cell_from_c" double precision,
	"cell_to_c" double precision,
	"metered_wh" bigint,
	"cell_spread_mv" double precision,
	"resistance_mohm" double precision,
	"rated_ah" double precision,
	"read_pct" double precision,
	"noise_pct" double precision,
	"ignored" text,
	"soh_pct" double precision,
	"low_pct" double precision,
	"high_pct" double precision,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "battery_health_readings_pack_n_pk" PRIMARY KEY("pack","n"),
	CONSTRAINT "battery_health_readings_charge_unique" UNIQUE("charge")
);
--> statement-breakpoint
CREATE TABLE "retirement_decisions" (
	"swap" text PRIMARY KEY NOT NULL,
	"pack" text NOT NULL,
	"station" text NOT NULL,
	"policy_version" integer NOT NULL,
	"retire" boolean NOT NULL,
	"reasons" jsonb NOT NULL,
	"inputs" jsonb NOT NULL,
	"judged_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retirement_policies" (
	"version" integer PRIMARY KEY NOT NULL,
	"terms" jsonb NOT NULL,
	"reason" text NOT NULL,
	"published_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "retiring" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "retirement_decisions_by_pack" ON "retirement_decisions" USING btree ("pack","judged_at","swap");--> statement-breakpoint

SELECT keep_for_ever('battery_health_readings', 'retirement_policies', 'retirement_decisions');
--> statement-breakpoint
-- What is usual for taxis; a new version replaces it.
INSERT INTO retirement_policies (version, terms, reason, published_by) VALUES (1, '{
  "minSohPct": 80, "sohBound": "estimate", "minCharges": 3, "maxResistanceGrowthPct": 100, "maxCellSpreadMv": 150,
  "maxNegativeEvents": null, "maxThermalEvents": 0, "maxAgeYears": 10}', 'the policy a new installation begins with', 'migration');
--> statement-breakpoint
SELECT grant_runtime();
