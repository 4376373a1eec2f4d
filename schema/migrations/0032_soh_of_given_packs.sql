ALTER TABLE "swaps" ADD COLUMN "pack_in_soh_pct" double precision;--> statement-breakpoint
ALTER TABLE "swaps" ADD COLUMN "pack_in_soh_source" text;