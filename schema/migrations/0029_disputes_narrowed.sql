ALTER TABLE "disputes" DROP CONSTRAINT "disputes_of_something";--> statement-breakpoint
ALTER TABLE "disputes" DROP CONSTRAINT "disputes_state";--> statement-breakpoint
DROP INDEX "disputes_one_open_of_a_receipt_line";--> statement-breakpoint
DROP INDEX "disputes_one_open_of_a_statement_line";--> statement-breakpoint
ALTER TABLE "disputes" ALTER COLUMN "line" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ALTER COLUMN "disputed" DROP NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_one_open_of_a_receipt" ON "disputes" USING btree ("swap",coalesce("line", 0)) WHERE "disputes"."state" <> 'resolved' and "disputes"."swap" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_one_open_of_a_statement" ON "disputes" USING btree ("statement",coalesce("line", 0)) WHERE "disputes"."state" <> 'resolved' and "disputes"."statement" is not null;--> statement-breakpoint
ALTER TABLE "disputes" DROP COLUMN "review_by";--> statement-breakpoint
ALTER TABLE "disputes" DROP COLUMN "review_at";--> statement-breakpoint
ALTER TABLE "notes" DROP COLUMN "line";--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_of_one_thing" CHECK (("disputes"."swap" is null) <> ("disputes"."statement" is null));--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_state" CHECK (("disputes"."state" = 'resolved') = ("disputes"."outcome" is not null));