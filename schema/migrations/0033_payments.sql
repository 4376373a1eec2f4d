CREATE TABLE "payers" (
	"account" text NOT NULL,
	"n" integer NOT NULL,
	"organisation" text,
	"note" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payers_account_n_pk" PRIMARY KEY("account","n")
);
--> statement-breakpoint
CREATE TABLE "payment_acts" (
	"n" bigint PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "payment_matches" DROP CONSTRAINT "payment_matches_amount";--> statement-breakpoint
ALTER TABLE "payment_files" ADD COLUMN "taken" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_files" ADD COLUMN "ignored" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_files" ADD COLUMN "lines" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_matches" ADD COLUMN "undoes" integer;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "payer_name" text NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_matches_undone_once" ON "payment_matches" USING btree ("payment","undoes") WHERE "payment_matches"."undoes" is not null;--> statement-breakpoint
CREATE INDEX "payments_by_day" ON "payments" USING btree ("paid_at","id");--> statement-breakpoint
ALTER TABLE "payment_matches" ADD CONSTRAINT "payment_matches_amount" CHECK ("payment_matches"."amount_fen" <> 0 and ("payment_matches"."amount_fen" < 0) = ("payment_matches"."undoes" is not null));--> statement-breakpoint
SELECT keep_for_ever('payers', 'payment_acts');
--> statement-breakpoint
SELECT grant_runtime();
