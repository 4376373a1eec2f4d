CREATE TABLE "battery_history" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "battery_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"status" text NOT NULL,
	"model" text NOT NULL,
	"owner" text,
	"by" text,
	"reason" text,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "battery_models" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"chemistry" text NOT NULL,
	"nominal_wh" double precision NOT NULL,
	"nominal_v" double precision NOT NULL,
	"mass_kg" double precision NOT NULL,
	"mechanical_interface" text NOT NULL,
	"electrical_interface" text NOT NULL,
	"firmware_from" text,
	"firmware_to" text,
	"vehicle_firmware_from" text,
	"edition" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_by" text,
	CONSTRAINT "battery_models_chemistry" CHECK ("battery_models"."chemistry" in ('NiMH','LFP','LMO','LCO','NCM','NCA','LTO','supercapacitor','other')),
	CONSTRAINT "battery_models_positive" CHECK ("battery_models"."nominal_wh" > 0 and "battery_models"."nominal_v" > 0 and "battery_models"."mass_kg" > 0)
);
--> statement-breakpoint
CREATE TABLE "stock_takes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stock_takes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"station" text NOT NULL,
	"by" text NOT NULL,
	"note" text,
	"taken_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen" jsonb NOT NULL,
	"differences" jsonb NOT NULL,
	"event_n" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "work_orders" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "work_orders_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"station" text NOT NULL,
	"slot" smallint NOT NULL,
	"pack" text NOT NULL,
	"reason" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"assignee" text,
	"assigned_by" text,
	"assigned_at" timestamp (3) with time zone,
	"opened_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"closed_by" text,
	"closed_note" text,
	"edition" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "work_orders_state" CHECK ("work_orders"."state" in ('open','assigned','closed'))
);
--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "charge_wh" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "charge_ah" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "charge_from_wh" bigint;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "min_cell_c" double precision;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "max_cell_c" double precision;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "negative_events" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "swap_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "edition" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "batteries" ADD COLUMN "change_reason" text;--> statement-breakpoint
ALTER TABLE "custody_moves" ADD COLUMN "by" text;--> statement-breakpoint
ALTER TABLE "custody_moves" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "vehicles" ADD COLUMN "plate" text;--> statement-breakpoint
ALTER TABLE "vehicles" ADD COLUMN "mechanical_interfaces" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "vehicles" ADD COLUMN "electrical_interfaces" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "vehicles" ADD COLUMN "swap_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "vehicles" ADD COLUMN "edition" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "vehicles" ADD COLUMN "changed_by" text;--> statement-breakpoint
CREATE INDEX "battery_history_by_code" ON "battery_history" USING btree ("code","recorded_at","id");--> statement-breakpoint
CREATE INDEX "stock_takes_by_station" ON "stock_takes" USING btree ("station","id");--> statement-breakpoint
CREATE UNIQUE INDEX "work_orders_one_per_pack" ON "work_orders" USING btree ("kind","pack") WHERE "work_orders"."state" <> 'closed';--> statement-breakpoint
CREATE INDEX "work_orders_by_station" ON "work_orders" USING btree ("station","id");--> statement-breakpoint
CREATE INDEX "work_orders_open" ON "work_orders" USING btree ("id") WHERE "work_orders"."state" <> 'closed';--> statement-breakpoint
CREATE INDEX "batteries_by_owner" ON "batteries" USING btree ("owner","code") WHERE "batteries"."owner" is not null;--> statement-breakpoint
CREATE INDEX "batteries_by_model" ON "batteries" USING btree ("model","code");--> statement-breakpoint
CREATE INDEX "custody_moves_recorded" ON "custody_moves" USING btree ("pack","recorded_at","version");--> statement-breakpoint
CREATE INDEX "custody_moves_occurred" ON "custody_moves" USING btree ("pack","occurred_at","version");--> statement-breakpoint
CREATE INDEX "vehicles_by_fleet" ON "vehicles" USING btree ("fleet","vin") WHERE "vehicles"."fleet" is not null;--> statement-breakpoint
CREATE INDEX "vehicles_by_plate" ON "vehicles" USING btree ("plate") WHERE "vehicles"."plate" is not null;--> statement-breakpoint

-- Whoever changes what a pack is leaves a line: the engine, a person or an import. Insertions go by the statement, because an import brings
-- packs by the hundred thousand; changes by the row, because the engine changes rows in nearly every statement and these three columns hardly ever.
CREATE FUNCTION note_new_batteries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO battery_history (code, status, model, owner, by, reason)
  SELECT code, status, model, owner, changed_by, change_reason FROM added;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER history_of_new AFTER INSERT ON batteries REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_new_batteries();
--> statement-breakpoint
CREATE FUNCTION note_changed_battery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The edition rises with changes by people only: the names of the last one are not the engine's.
  INSERT INTO battery_history (code, status, model, owner, by, reason)
  VALUES (NEW.code, NEW.status, NEW.model, NEW.owner,
    CASE WHEN NEW.edition > OLD.edition THEN NEW.changed_by END, CASE WHEN NEW.edition > OLD.edition THEN NEW.change_reason END);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER history_of_change AFTER UPDATE ON batteries FOR EACH ROW
  WHEN ((OLD.status, OLD.model, OLD.owner) IS DISTINCT FROM (NEW.status, NEW.model, NEW.owner))
  EXECUTE FUNCTION note_changed_battery();
--> statement-breakpoint
INSERT INTO battery_history (code, status, model, owner, recorded_at)
SELECT code, status, model, owner, created_at FROM batteries;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON battery_history FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON battery_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
