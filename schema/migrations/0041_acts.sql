CREATE TABLE "acts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "acts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"actor" text,
	"role" text,
	"party" text,
	"what" text NOT NULL,
	"detail" text,
	"kind" text NOT NULL,
	"object" text,
	"members" text[],
	"reason" text,
	"outcome" text DEFAULT 'done' NOT NULL,
	"request" text,
	"address" text
);
--> statement-breakpoint
CREATE TABLE "owner_months" (
	"owner" text NOT NULL,
	"month" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"made_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"income_fen" bigint NOT NULL,
	"seconds" double precision NOT NULL,
	"last_rest" double precision,
	"last_code" text,
	"residual_policy" integer NOT NULL,
	"totals" jsonb NOT NULL,
	CONSTRAINT "owner_months_owner_month_pk" PRIMARY KEY("owner","month")
);
--> statement-breakpoint
CREATE TABLE "site_tariffs" (
	"site" text NOT NULL,
	"from_day" date NOT NULL,
	"category" text NOT NULL,
	"by" text NOT NULL,
	"entered_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "site_tariffs_site_from_day_pk" PRIMARY KEY("site","from_day")
);
--> statement-breakpoint
ALTER TABLE "gradings" ALTER COLUMN "soh_pct" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "acts_by_time" ON "acts" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "acts_by_actor" ON "acts" USING btree ("actor","at","id");--> statement-breakpoint
CREATE INDEX "acts_by_actor_and_kind" ON "acts" USING btree ("actor","kind","at","id");--> statement-breakpoint
CREATE INDEX "acts_by_kind" ON "acts" USING btree ("kind","at","id");--> statement-breakpoint
CREATE INDEX "acts_by_object" ON "acts" USING btree ("object","at","id");--> statement-breakpoint
CREATE INDEX "acts_by_party" ON "acts" USING btree ("party","at","id");--> statement-breakpoint
CREATE INDEX "acts_by_party_and_kind" ON "acts" USING btree ("party","kind","at","id");--> statement-breakpoint
ALTER TABLE "gradings" ADD CONSTRAINT "gradings_tested" CHECK ("gradings"."soh_pct" is not null or "gradings"."grade" = 'recycle');--> statement-breakpoint
SELECT keep_for_ever('acts');
--> statement-breakpoint

-- A site's category counts from the day after it is said; the first one for ever before. What has begun to count is never changed.
CREATE FUNCTION note_site_tariff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO site_tariffs (site, from_day, category, by)
  VALUES (NEW.id, CASE WHEN TG_OP = 'INSERT' THEN '0001-01-01' ELSE (now() AT TIME ZONE 'Asia/Shanghai')::date + 1 END, NEW.tariff_category, NEW.changed_by)
  ON CONFLICT (site, from_day) DO UPDATE SET category = excluded.category, by = excluded.by, entered_at = now();
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_site_tariff AFTER INSERT ON second_life_sites FOR EACH ROW EXECUTE FUNCTION note_site_tariff();
--> statement-breakpoint
CREATE TRIGGER note_site_tariff_change AFTER UPDATE OF tariff_category ON second_life_sites FOR EACH ROW
  WHEN (NEW.tariff_category IS DISTINCT FROM OLD.tariff_category) EXECUTE FUNCTION note_site_tariff();
--> statement-breakpoint
CREATE FUNCTION refuse_begun_tariff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.from_day <= (now() AT TIME ZONE 'Asia/Shanghai')::date THEN
    RAISE EXCEPTION 'a category that has begun to count is not changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER refuse_begun_tariff BEFORE UPDATE ON site_tariffs FOR EACH ROW EXECUTE FUNCTION refuse_begun_tariff();
--> statement-breakpoint
INSERT INTO site_tariffs (site, from_day, category, by) SELECT id, '0001-01-01', tariff_category, changed_by FROM second_life_sites;
