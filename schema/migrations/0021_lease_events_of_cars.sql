ALTER TABLE "vehicles" ADD COLUMN "leased_since" date;--> statement-breakpoint
CREATE INDEX "lease_events_of_vehicle" ON "lease_events" USING btree ((body->>'vin')) WHERE "lease_events"."type" in ('activated','transferred');--> statement-breakpoint
CREATE INDEX "lease_events_begun" ON "lease_events" USING btree ("effective_day","lease") WHERE "lease_events"."type" = 'activated';--> statement-breakpoint
CREATE INDEX "lease_events_over" ON "lease_events" USING btree ("effective_day","lease") WHERE "lease_events"."type" = 'ended';