CREATE TABLE "battery_model_capacities" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "battery_model_capacities_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"model" text NOT NULL,
	"nominal_wh" double precision NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "balance_snapshots" (
	"at" timestamp (3) with time zone NOT NULL,
	"account" text NOT NULL,
	"counted_before" timestamp (3) with time zone NOT NULL,
	"debit_fen" bigint NOT NULL,
	"credit_fen" bigint NOT NULL,
	"transfers" bigint NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "balance_snapshots_at_account_pk" PRIMARY KEY("at","account")
);
--> statement-breakpoint
ALTER TABLE "receipts" ADD COLUMN "usage" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "receipts" ADD COLUMN "link_token" text DEFAULT replace(gen_random_uuid()::text, '-', '') NOT NULL;--> statement-breakpoint
CREATE INDEX "battery_model_capacities_by_model" ON "battery_model_capacities" USING btree ("model","recorded_at","id");--> statement-breakpoint
CREATE INDEX "follow_ups_problems" ON "follow_ups" USING btree ("consumer","subject") WHERE "follow_ups"."problem" is not null;--> statement-breakpoint
CREATE INDEX "transfers_late" ON "transfers" USING btree ("recorded_at") WHERE "transfers"."recorded_at" - "transfers"."occurred_at" >= interval '2 days';--> statement-breakpoint

SELECT keep_for_ever('balance_snapshots', 'battery_model_capacities');
--> statement-breakpoint
CREATE FUNCTION note_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO battery_model_capacities (model, nominal_wh) VALUES (NEW.id, NEW.nominal_wh);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_new_capacity AFTER INSERT ON battery_models FOR EACH ROW EXECUTE FUNCTION note_capacity();
--> statement-breakpoint
CREATE TRIGGER note_changed_capacity AFTER UPDATE ON battery_models FOR EACH ROW
  WHEN (NEW.nominal_wh IS DISTINCT FROM OLD.nominal_wh) EXECUTE FUNCTION note_capacity();
--> statement-breakpoint
INSERT INTO battery_model_capacities (model, nominal_wh, recorded_at) SELECT id, nominal_wh, created_at FROM battery_models;
--> statement-breakpoint
SELECT grant_runtime();
