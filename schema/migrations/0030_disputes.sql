ALTER TABLE "dispute_evidence" ADD COLUMN "by" text NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "disputed_fen" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "leases" text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "evidence" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "notes" ADD COLUMN "corrects" text;--> statement-breakpoint
CREATE INDEX "notes_by_corrected" ON "notes" USING btree ("corrects") WHERE "notes"."corrects" is not null;