DROP INDEX "recyclings_one_receipt";--> statement-breakpoint
ALTER TABLE "second_life_sites" ADD COLUMN "station" text;--> statement-breakpoint
CREATE UNIQUE INDEX "recyclings_one_receipt" ON "recyclings" USING btree ("recycler","receipt_number");