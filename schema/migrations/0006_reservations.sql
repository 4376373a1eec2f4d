CREATE TABLE "maintenance_windows" (
	"id" text PRIMARY KEY NOT NULL,
	"station" text NOT NULL,
	"bay" text,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"cancelled_at" timestamp (3) with time zone,
	"cancelled_by" text,
	"edition" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "maintenance_windows_order" CHECK ("maintenance_windows"."from_at" < "maintenance_windows"."to_at")
);
--> statement-breakpoint
CREATE TABLE "opening_hours" (
	"station" text PRIMARY KEY NOT NULL,
	"spans" jsonb NOT NULL,
	"by" text NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"edition" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "station_traffic" (
	"station" text PRIMARY KEY NOT NULL,
	"cycle_ms" double precision,
	"walk_ins_per_hour" double precision DEFAULT 0 NOT NULL,
	"bays_working" smallint NOT NULL,
	"swaps_measured" bigint DEFAULT 0 NOT NULL,
	"measured_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reservation_changes" (
	"reservation" text NOT NULL,
	"revision" bigint NOT NULL,
	"what" text NOT NULL,
	"by" text NOT NULL,
	"detail" jsonb,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reservation_changes_reservation_revision_pk" PRIMARY KEY("reservation","revision")
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"id" text PRIMARY KEY NOT NULL,
	"vin" text NOT NULL,
	"fleet" text,
	"station" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"min_soc_pct" double precision NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"pack" text,
	"slot" smallint,
	"ready_at" timestamp (3) with time zone,
	"because" text,
	"lost_at" timestamp (3) with time zone,
	"lost_reason" text,
	"alternative" jsonb,
	"bay" text,
	"bay_told" text,
	"arrived_at" timestamp (3) with time zone,
	"swap" text,
	"closed_at" timestamp (3) with time zone,
	"closed_reason" text,
	"by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"edition" integer DEFAULT 1 NOT NULL,
	"revision" bigint DEFAULT 1 NOT NULL,
	"claimed_until" timestamp (3) with time zone,
	CONSTRAINT "reservations_state" CHECK ("reservations"."state" in ('open','kept','broken','noShow','cancelled')),
	CONSTRAINT "reservations_window" CHECK ("reservations"."from_at" < "reservations"."to_at"),
	CONSTRAINT "reservations_closed_at" CHECK (("reservations"."state" = 'open') = ("reservations"."closed_at" is null))
);
--> statement-breakpoint
CREATE INDEX "maintenance_windows_by_station" ON "maintenance_windows" USING btree ("station","to_at") WHERE "maintenance_windows"."cancelled_at" is null;--> statement-breakpoint
CREATE INDEX "reservations_open" ON "reservations" USING btree ("station","from_at") WHERE "reservations"."state" = 'open';--> statement-breakpoint
CREATE INDEX "reservations_by_time" ON "reservations" USING btree ("from_at","id");--> statement-breakpoint
CREATE INDEX "reservations_by_fleet" ON "reservations" USING btree ("fleet","from_at","id");--> statement-breakpoint
CREATE INDEX "reservations_by_vehicle" ON "reservations" USING btree ("vin","from_at","id");--> statement-breakpoint
CREATE INDEX "reservations_by_station" ON "reservations" USING btree ("station","from_at","id");--> statement-breakpoint
CREATE INDEX "reservations_closed" ON "reservations" USING btree ("closed_at","station") WHERE "reservations"."state" in ('kept','broken','noShow');--> statement-breakpoint
CREATE INDEX "reservations_bay_to_tell" ON "reservations" USING btree ("id") WHERE "reservations"."bay_told" = 'due' and "reservations"."state" <> 'open';--> statement-breakpoint
-- The open reservations of one car do not overlap. Not deferrable, so that an insert may end with "on conflict do nothing". The car stands as a
-- range of one number, because equality of text in such a constraint wants an extension; two cars that hash alike would only refuse each other.
ALTER TABLE reservations ADD CONSTRAINT reservations_one_at_a_time
  EXCLUDE USING gist (
    int8range(hashtextextended(vin, 0) / 2, hashtextextended(vin, 0) / 2, '[]') WITH &&,
    tstzrange(from_at, to_at) WITH &&
  ) WHERE (state = 'open');
