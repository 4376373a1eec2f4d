ALTER TABLE "dispatch_alarms" DROP CONSTRAINT "dispatch_alarms_code";--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ALTER COLUMN "worst_wh" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ALTER COLUMN "quarters" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "level" smallint;--> statement-breakpoint
UPDATE "dispatch_alarms" SET "level" = CASE "code" WHEN 'offPlan' THEN 1 ELSE 2 END;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ALTER COLUMN "level" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "acknowledged_by" text;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "acknowledged_note" text;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "assigned_to" text;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "assigned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "acknowledged_level" smallint;--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD COLUMN "assigned_note" text;--> statement-breakpoint
CREATE INDEX "dispatch_alarms_by_time" ON "dispatch_alarms" USING btree ("raised_at","site","key");--> statement-breakpoint
ALTER TABLE "dispatch_alarms" ADD CONSTRAINT "dispatch_alarms_code" CHECK ("dispatch_alarms"."code" in ('importLimitBroken','exportLimitBroken','offPlan','secondLifeFault'));