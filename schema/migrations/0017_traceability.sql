CREATE TABLE "calendar_days" (
	"day" date PRIMARY KEY NOT NULL,
	"is_working" boolean NOT NULL,
	"name" text NOT NULL,
	"by" text NOT NULL,
	"entered_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "life_duties" (
	"event" bigint PRIMARY KEY NOT NULL,
	"station" text,
	"within_days" integer NOT NULL,
	"due_day" date NOT NULL,
	"report" bigint,
	"reported_at" timestamp (3) with time zone,
	CONSTRAINT "life_duties_reported" CHECK ("life_duties"."reported_at" is null or "life_duties"."report" is not null)
);
--> statement-breakpoint
CREATE TABLE "life_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "life_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"linked_code" text,
	"type" text NOT NULL,
	"source" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"party" text,
	"owner" text,
	"vin" text,
	"station" text,
	"from_place" text,
	"to_place" text,
	"odometer_km" double precision,
	"soc_pct" double precision,
	"soh_pct" double precision,
	"body" jsonb
);
--> statement-breakpoint
CREATE TABLE "life_reports" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "life_reports_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"prepared_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"prepared_by" text NOT NULL,
	"events" integer NOT NULL,
	"reference" text,
	"confirmed_at" timestamp (3) with time zone,
	"confirmed_by" text,
	"edition" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE INDEX "life_duties_open" ON "life_duties" USING btree ("due_day","event") WHERE "life_duties"."reported_at" is null;--> statement-breakpoint
CREATE INDEX "life_duties_free" ON "life_duties" USING btree ("event") WHERE "life_duties"."report" is null;--> statement-breakpoint
CREATE INDEX "life_duties_by_report" ON "life_duties" USING btree ("report","event") WHERE "life_duties"."report" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "life_events_once" ON "life_events" USING btree ("type","source");--> statement-breakpoint
CREATE INDEX "life_events_by_code" ON "life_events" USING btree ("code","occurred_at","id");--> statement-breakpoint
CREATE INDEX "life_events_by_linked_code" ON "life_events" USING btree ("linked_code","occurred_at","id") WHERE "life_events"."linked_code" is not null;--> statement-breakpoint
CREATE INDEX "life_events_by_time" ON "life_events" USING btree ("occurred_at","id");--> statement-breakpoint
CREATE INDEX "life_events_by_station" ON "life_events" USING btree ("station","occurred_at","id");--> statement-breakpoint
SELECT keep_for_ever('life_events');
--> statement-breakpoint
SELECT grant_runtime();
