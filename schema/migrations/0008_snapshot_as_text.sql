-- Written by every commit, read by the load alone: as jsonb each snapshot was taken apart, its keys sorted, and put together again.
ALTER TABLE "machines" ALTER COLUMN "snapshot" SET DATA TYPE json;--> statement-breakpoint
-- The new type came with its own storage; as before it is kept in the row and never compressed.
ALTER TABLE "machines" ALTER COLUMN "snapshot" SET STORAGE EXTERNAL;
