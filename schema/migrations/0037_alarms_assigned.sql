ALTER TABLE "alarms" ADD COLUMN "assigned_to" text;--> statement-breakpoint
ALTER TABLE "alarms" ADD COLUMN "assigned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "alarms" ADD COLUMN "assigned_n" bigint;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "assigned_to" text;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "assigned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "assigned_n" bigint;