UPDATE "api_keys" SET "organisation" = "fleet" WHERE "fleet" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "fleet";--> statement-breakpoint
ALTER TABLE "sign_in_attempts" DROP COLUMN "blocked_until";--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "must_change_password";