DROP INDEX "dispatch_readings_by_time";--> statement-breakpoint
ALTER TABLE "dispatch_readings" ADD COLUMN "site" text NOT NULL;--> statement-breakpoint
CREATE INDEX "dispatch_readings_by_site" ON "dispatch_readings" USING btree ("site","starts_at","asset");