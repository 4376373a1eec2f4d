CREATE INDEX "leases_by_state" ON "leases" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "leases_by_plan" ON "leases" USING btree ("plan","id");--> statement-breakpoint
CREATE INDEX "life_events_by_owner" ON "life_events" USING btree ("owner","occurred_at","id") WHERE "life_events"."owner" is not null;--> statement-breakpoint
CREATE INDEX "life_events_by_type" ON "life_events" USING btree ("type","occurred_at","id");