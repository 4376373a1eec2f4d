-- What drizzle-kit cannot express: constraints checked at the end of a statement, storage of the hot tables, partitions,
-- the append-only rule and the runtime role.

-- No two packs share a place of the kinds that hold one. Two packs may change places within one statement, so it is checked at the
-- end of the statement; a partial unique index cannot be deferred, an exclusion constraint can.
ALTER TABLE custody ADD CONSTRAINT custody_one_pack_per_place
  EXCLUDE USING btree (place WITH =) WHERE (kind IN ('slot', 'berth', 'lift', 'vehicle', 'isolation'))
  DEFERRABLE INITIALLY IMMEDIATE;
--> statement-breakpoint

-- Rewritten by every commit: leave room, so that updates stay on the page and touch no index.
ALTER TABLE station_marks SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE machines SET (fillfactor = 50, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
-- Snapshots are 2 to 6 KB: kept in the row and never compressed, which would cost more than it saves.
ALTER TABLE machines ALTER COLUMN snapshot SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE timers SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE outbox SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE custody SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE batteries SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE slots SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE swaps SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE swap_steps SET (fillfactor = 70);
--> statement-breakpoint

-- Months ahead of time. A row never fails for want of a partition: what no month takes lies in events_default, and a month whose rows
-- already lie there is left there. Runs with the owner's rights, because the runtime role may not create tables.
CREATE FUNCTION make_event_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  first_of_month timestamptz;
  partition_name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('pitlane make_event_partitions'));
  FOR i IN -1 .. months_ahead LOOP
    first_of_month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
    partition_name := 'events_' || to_char(first_of_month AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
    CONTINUE WHEN EXISTS (
      SELECT FROM events_default
      WHERE recorded_at >= first_of_month AND recorded_at < first_of_month + interval '1 month');
    EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)',
      partition_name, first_of_month, (first_of_month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;
--> statement-breakpoint
CREATE TABLE events_default PARTITION OF events DEFAULT;
--> statement-breakpoint
SELECT make_event_partitions(3);
--> statement-breakpoint

-- The log and the custody history are append-only. The role below has no right to change them; the trigger also stops its owner.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON custody_moves FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON custody_moves FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint

INSERT INTO partition_leases (partition) SELECT generate_series(0, 63);
--> statement-breakpoint

-- The service works as pitlane_runtime wherever the migrating user may create and grant it. Where it may not (a managed database), an
-- administrator creates the role once; without it the triggers above still hold.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pitlane_runtime') THEN
    BEGIN
      CREATE ROLE pitlane_runtime NOLOGIN;
    EXCEPTION
      WHEN insufficient_privilege THEN RAISE NOTICE 'role pitlane_runtime not created: no right to create roles';
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pitlane_runtime') THEN
    BEGIN
      EXECUTE format('GRANT pitlane_runtime TO %I', current_user);
    EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'pitlane_runtime not granted to %: %', current_user, SQLERRM;
    END;
  END IF;
END $$;
--> statement-breakpoint
CREATE FUNCTION grant_runtime() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  event_partition regclass;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pitlane_runtime') THEN RETURN; END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO pitlane_runtime', current_schema());
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO pitlane_runtime', current_schema());
  EXECUTE format('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %I TO pitlane_runtime', current_schema());
  REVOKE UPDATE, DELETE, TRUNCATE ON events, custody_moves FROM pitlane_runtime;
  FOR event_partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'events'::regclass LOOP
    EXECUTE format('REVOKE ALL ON %s FROM pitlane_runtime', event_partition);
  END LOOP;
END $$;
--> statement-breakpoint
SELECT grant_runtime();
