CREATE TABLE "idempotency_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"caller" text NOT NULL,
	"operation" text NOT NULL,
	"fingerprint" text NOT NULL,
	"outcome" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
-- Takes a request for as long as the calling statement runs. Taken: the statement ends with PL409 and has done nothing, and its caller waits
-- for the other's answer. Two ids that hash alike only wait for each other.
CREATE FUNCTION begin_request(id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(hashtextextended(id, 7482502)) THEN RETURN true; END IF;
  RAISE EXCEPTION 'a request with this key is running' USING ERRCODE = 'PL409';
END $$;
