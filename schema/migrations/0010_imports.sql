CREATE TABLE "import_errors" (
	"import_id" text NOT NULL,
	"line" integer NOT NULL,
	"column" text DEFAULT '' NOT NULL,
	"reason" text NOT NULL,
	"warning" boolean DEFAULT false NOT NULL,
	CONSTRAINT "import_errors_import_id_line_column_reason_pk" PRIMARY KEY("import_id","line","column","reason")
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "import_rows" (
	"import_id" text NOT NULL,
	"line" integer NOT NULL,
	"key" text NOT NULL,
	"data" jsonb NOT NULL,
	"bad" boolean DEFAULT false NOT NULL,
	CONSTRAINT "import_rows_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"mode" text NOT NULL,
	"dry_run" boolean NOT NULL,
	"state" text DEFAULT 'receiving' NOT NULL,
	"sha256" text,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"checked" integer DEFAULT 0 NOT NULL,
	"inserted" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"unreadable" boolean DEFAULT false NOT NULL,
	"failure" text,
	"by" text NOT NULL,
	"organisation" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"alive_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "imports_kind" CHECK ("imports"."kind" in ('batteries','vehicles','users')),
	CONSTRAINT "imports_mode" CHECK ("imports"."mode" in ('strict','partial')),
	CONSTRAINT "imports_state" CHECK ("imports"."state" in ('receiving','checking','applying','done','rejected','failed','cancelled'))
);
--> statement-breakpoint
CREATE INDEX "import_rows_by_key" ON "import_rows" USING btree ("import_id","key","line");--> statement-breakpoint
CREATE INDEX "imports_by_time" ON "imports" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "imports_by_organisation" ON "imports" USING btree ("organisation","created_at","id") WHERE "imports"."organisation" is not null;--> statement-breakpoint
CREATE INDEX "imports_open" ON "imports" USING btree ("alive_at") WHERE "imports"."state" in ('receiving','checking','applying');