CREATE TABLE "dispute_evidence" (
	"dispute" text NOT NULL,
	"n" integer NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"body" jsonb NOT NULL,
	"attached_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dispute_evidence_dispute_n_pk" PRIMARY KEY("dispute","n")
);
--> statement-breakpoint
CREATE TABLE "disputes" (
	"id" text PRIMARY KEY NOT NULL,
	"party" text NOT NULL,
	"swap" text,
	"statement" text,
	"line" integer NOT NULL,
	"disputed" jsonb NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"reason" text NOT NULL,
	"opened_by" text NOT NULL,
	"opened_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"review_by" text,
	"review_at" timestamp (3) with time zone,
	"outcome" text,
	"credit_fen" bigint,
	"note" text,
	"resolution" text,
	"resolved_by" text,
	"resolved_at" timestamp (3) with time zone,
	"edition" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "disputes_state" CHECK ("disputes"."state" in ('open','underReview','resolved')),
	CONSTRAINT "disputes_of_something" CHECK ("disputes"."swap" is not null or "disputes"."statement" is not null)
);
--> statement-breakpoint
CREATE TABLE "notes" (
	"id" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"party" text NOT NULL,
	"owner" text,
	"statement" text,
	"swap" text,
	"line" integer,
	"dispute" text,
	"text" text NOT NULL,
	"lines" jsonb NOT NULL,
	"total_fen" bigint NOT NULL,
	"by" text NOT NULL,
	"issued_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notes_amount" CHECK ("notes"."total_fen" <> 0)
);
--> statement-breakpoint
CREATE TABLE "payment_files" (
	"id" text PRIMARY KEY NOT NULL,
	"format" text NOT NULL,
	"sha256" text NOT NULL,
	"rows" integer NOT NULL,
	"known" integer NOT NULL,
	"by" text NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_matches" (
	"payment" text NOT NULL,
	"n" integer NOT NULL,
	"party" text NOT NULL,
	"statement" text,
	"amount_fen" bigint NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"matched_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_matches_payment_n_pk" PRIMARY KEY("payment","n"),
	CONSTRAINT "payment_matches_amount" CHECK ("payment_matches"."amount_fen" <> 0)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"file" text NOT NULL,
	"line" integer NOT NULL,
	"amount_fen" bigint NOT NULL,
	"paid_at" timestamp (3) with time zone NOT NULL,
	"payer" text NOT NULL,
	"reference" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_positive" CHECK ("payments"."amount_fen" > 0)
);
--> statement-breakpoint
CREATE TABLE "billing_accounts" (
	"party" text PRIMARY KEY NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "statement_items" (
	"kind" text NOT NULL,
	"item" text NOT NULL,
	"statement" text NOT NULL,
	CONSTRAINT "statement_items_kind_item_pk" PRIMARY KEY("kind","item")
);
--> statement-breakpoint
CREATE TABLE "statements" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"party" text NOT NULL,
	"month" text NOT NULL,
	"lines" jsonb NOT NULL,
	"summary" jsonb NOT NULL,
	"receipt_count" integer NOT NULL,
	"receipts_fen" bigint NOT NULL,
	"lines_fen" bigint NOT NULL,
	"notes_fen" bigint NOT NULL,
	"total_fen" bigint NOT NULL,
	"due_day" date,
	"closed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_by" text NOT NULL,
	CONSTRAINT "statements_kind" CHECK ("statements"."kind" in ('fleet','owner')),
	CONSTRAINT "statements_total" CHECK ("statements"."total_fen" = "statements"."receipts_fen" + "statements"."lines_fen" + "statements"."notes_fen")
);
--> statement-breakpoint
CREATE INDEX "disputes_by_party" ON "disputes" USING btree ("party","id");--> statement-breakpoint
CREATE INDEX "disputes_open" ON "disputes" USING btree ("party") WHERE "disputes"."state" <> 'resolved';--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_one_open_of_a_receipt_line" ON "disputes" USING btree ("swap","line") WHERE "disputes"."state" <> 'resolved' and "disputes"."swap" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_one_open_of_a_statement_line" ON "disputes" USING btree ("statement","line") WHERE "disputes"."state" <> 'resolved' and "disputes"."swap" is null;--> statement-breakpoint
CREATE INDEX "notes_by_party" ON "notes" USING btree ("party","issued_at","id");--> statement-breakpoint
CREATE INDEX "notes_by_time" ON "notes" USING btree ("issued_at","id");--> statement-breakpoint
CREATE INDEX "notes_by_statement" ON "notes" USING btree ("statement") WHERE "notes"."statement" is not null;--> statement-breakpoint
CREATE INDEX "notes_by_swap" ON "notes" USING btree ("swap") WHERE "notes"."swap" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "notes_one_of_a_dispute" ON "notes" USING btree ("dispute") WHERE "notes"."dispute" is not null;--> statement-breakpoint
CREATE INDEX "payment_files_by_time" ON "payment_files" USING btree ("received_at","id");--> statement-breakpoint
CREATE INDEX "payment_matches_by_party" ON "payment_matches" USING btree ("party","payment","n");--> statement-breakpoint
CREATE INDEX "payment_matches_by_statement" ON "payment_matches" USING btree ("statement") WHERE "payment_matches"."statement" is not null;--> statement-breakpoint
CREATE INDEX "payments_by_time" ON "payments" USING btree ("recorded_at","id");--> statement-breakpoint
CREATE INDEX "payments_by_file" ON "payments" USING btree ("file","line");--> statement-breakpoint
CREATE INDEX "statement_items_by_statement" ON "statement_items" USING btree ("statement","kind","item");--> statement-breakpoint
CREATE INDEX "statements_by_party" ON "statements" USING btree ("party","month","id");--> statement-breakpoint
CREATE INDEX "statements_by_month" ON "statements" USING btree ("month","id");--> statement-breakpoint
SELECT keep_for_ever('statements', 'statement_items', 'payment_files', 'payments', 'payment_matches', 'notes', 'dispute_evidence');
--> statement-breakpoint
SELECT grant_runtime();
