ALTER TABLE "alarms" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "alarms" ADD COLUMN "acknowledged_by" text;--> statement-breakpoint
ALTER TABLE "alarms" ADD COLUMN "acknowledged_note" text;--> statement-breakpoint
ALTER TABLE "alarms" ADD COLUMN "acknowledged_n" bigint;--> statement-breakpoint
ALTER TABLE "alarms" ADD COLUMN "acknowledged_level" smallint;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "acknowledged_by" text;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "acknowledged_note" text;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "acknowledged_n" bigint;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "closed_by" text;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "closed_by_n" bigint;--> statement-breakpoint
ALTER TABLE "dead_letters" ADD COLUMN "resolved_note" text;