CREATE TABLE "dispatch_alarms" (
	"site" text NOT NULL,
	"key" text NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"code" text NOT NULL,
	"asset" text,
	"detail" text NOT NULL,
	"worst_wh" integer NOT NULL,
	"quarters" integer NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"cleared_at" timestamp (3) with time zone,
	CONSTRAINT "dispatch_alarms_site_key_raised_at_pk" PRIMARY KEY("site","key","raised_at"),
	CONSTRAINT "dispatch_alarms_code" CHECK ("dispatch_alarms"."code" in ('importLimitBroken','exportLimitBroken','offPlan'))
);
--> statement-breakpoint
CREATE TABLE "dispatch_marks" (
	"site" text PRIMARY KEY NOT NULL,
	"plan_n" bigint DEFAULT 0 NOT NULL,
	"reading_n" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dispatch_readings" DROP CONSTRAINT "dispatch_readings_positive";--> statement-breakpoint
ALTER TABLE "follow_ups" DROP CONSTRAINT "follow_ups_consumer";--> statement-breakpoint
ALTER TABLE "dispatch_readings" ALTER COLUMN "load_wh" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch_plans" ADD COLUMN "site" text NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch_plans" ADD COLUMN "making" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch_readings" ADD COLUMN "used_wh" integer NOT NULL;--> statement-breakpoint
CREATE INDEX "dispatch_alarms_by_site" ON "dispatch_alarms" USING btree ("site","raised_at","key");--> statement-breakpoint
CREATE INDEX "dispatch_alarms_open" ON "dispatch_alarms" USING btree ("site","key") WHERE "dispatch_alarms"."cleared_at" is null;--> statement-breakpoint
CREATE INDEX "dispatch_plans_by_site" ON "dispatch_plans" USING btree ("site","making","asset");--> statement-breakpoint
CREATE INDEX "dispatch_plans_by_start" ON "dispatch_plans" USING btree ("site","from_at");--> statement-breakpoint
ALTER TABLE "dispatch_readings" ADD CONSTRAINT "dispatch_readings_positive" CHECK ("dispatch_readings"."charge_wh" >= 0 and "dispatch_readings"."discharge_wh" >= 0 and "dispatch_readings"."load_wh" >= 0 and "dispatch_readings"."used_wh" between 0 and "dispatch_readings"."discharge_wh");--> statement-breakpoint
ALTER TABLE "follow_ups" ADD CONSTRAINT "follow_ups_consumer" CHECK ("follow_ups"."consumer" in ('receipt','retirement','chargeCost','health','trace','dispatch'));--> statement-breakpoint

-- Whatever a plan of a site depends on has changed: plans that are being made find the mark raised, and those in force are made anew.
CREATE FUNCTION dispatch_changed(the_site text, what text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO dispatch_marks AS m (site, plan_n) VALUES (the_site, 1) ON CONFLICT (site) DO UPDATE SET plan_n = m.plan_n + 1;
  INSERT INTO follow_ups (consumer, subject) VALUES ('dispatch', the_site || '/' || what) ON CONFLICT DO NOTHING;
$$;
--> statement-breakpoint
CREATE FUNCTION dispatch_by_signal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_changed(NEW.site, 'signal/' || NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER dispatch_by_signal AFTER INSERT ON grid_signals FOR EACH ROW EXECUTE FUNCTION dispatch_by_signal();
--> statement-breakpoint
CREATE FUNCTION dispatch_by_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_changed(NEW.id, 'site/' || NEW.edition);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER dispatch_by_site AFTER UPDATE ON second_life_sites FOR EACH ROW
  WHEN ((OLD.import_limit_w, OLD.export_limit_w, OLD.tariff_category) IS DISTINCT FROM (NEW.import_limit_w, NEW.export_limit_w, NEW.tariff_category))
  EXECUTE FUNCTION dispatch_by_site();
--> statement-breakpoint
CREATE FUNCTION dispatch_by_asset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM dispatch_changed(NEW.site, 'asset/' || NEW.code || '/' || NEW.edition);
  IF NEW.site <> OLD.site THEN PERFORM dispatch_changed(OLD.site, 'asset/' || NEW.code || '/' || NEW.edition); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER dispatch_by_asset AFTER UPDATE ON second_life_assets FOR EACH ROW
  WHEN ((OLD.site, OLD.state, OLD.power_w, OLD.energy_wh, OLD.soc_min_pct, OLD.soc_max_pct, OLD.reserve_pct, OLD.charge_efficiency_pct, OLD.discharge_efficiency_pct)
    IS DISTINCT FROM
    (NEW.site, NEW.state, NEW.power_w, NEW.energy_wh, NEW.soc_min_pct, NEW.soc_max_pct, NEW.reserve_pct, NEW.charge_efficiency_pct, NEW.discharge_efficiency_pct))
  EXECUTE FUNCTION dispatch_by_asset();
--> statement-breakpoint
SELECT grant_runtime();
