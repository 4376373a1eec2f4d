CREATE INDEX "alarms_by_time" ON "alarms" USING btree ("raised_at","station","key");--> statement-breakpoint
CREATE INDEX "incidents_by_time" ON "incidents" USING btree ("opened_at","station","key");--> statement-breakpoint
CREATE INDEX "dead_letters_by_station" ON "dead_letters" USING btree ("station","id");--> statement-breakpoint
CREATE INDEX "dead_letters_open" ON "dead_letters" USING btree ("id") WHERE "dead_letters"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "swaps_by_fleet" ON "swaps" USING btree ("fleet","in_position_at","id") WHERE "swaps"."fleet" is not null;--> statement-breakpoint
CREATE INDEX "vehicles_by_last_station" ON "vehicles" USING btree ("last_station","vin") WHERE "vehicles"."last_station" is not null;