ALTER TABLE "station_traffic" ADD COLUMN "due_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "batteries_alarmed" ON "batteries" USING btree ("code") WHERE "batteries"."alarm_level" >= 2;--> statement-breakpoint
CREATE INDEX "station_traffic_due" ON "station_traffic" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "slots_locked" ON "slots" USING btree ("station","slot") WHERE "slots"."locked";