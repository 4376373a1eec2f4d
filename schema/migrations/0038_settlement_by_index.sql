CREATE TABLE "payments_in_suspense" (
	"payment" text PRIMARY KEY NOT NULL,
	"amount_fen" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "disputes_by_swap" ON "disputes" USING btree ("swap","id") WHERE "disputes"."swap" is not null;--> statement-breakpoint
CREATE INDEX "disputes_by_statement" ON "disputes" USING btree ("statement","id") WHERE "disputes"."statement" is not null;--> statement-breakpoint
CREATE INDEX "gradings_by_grade" ON "gradings" USING btree ("grade","graded_at","pack","n");--> statement-breakpoint
CREATE INDEX "recyclings_by_recycler" ON "recyclings" USING btree ("recycler","recorded_at","pack");--> statement-breakpoint
CREATE INDEX "second_life_assets_by_state" ON "second_life_assets" USING btree ("state","code");--> statement-breakpoint
CREATE INDEX "second_life_assets_by_function" ON "second_life_assets" USING btree ("function","code");--> statement-breakpoint

-- What of a payment is nobody's yet, by all of its matches at the end of the statement that wrote some.
CREATE FUNCTION keep_suspense() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  the_payment text;
BEGIN
  IF TG_TABLE_NAME = 'payments' THEN the_payment := NEW.id; ELSE the_payment := NEW.payment; END IF;
  DELETE FROM payments_in_suspense WHERE payment = the_payment;
  INSERT INTO payments_in_suspense (payment, amount_fen)
    SELECT p.id, p.amount_fen - coalesce(sum(m.amount_fen), 0) FROM payments p LEFT JOIN payment_matches m ON m.payment = p.id
    WHERE p.id = the_payment GROUP BY p.id, p.amount_fen HAVING p.amount_fen > coalesce(sum(m.amount_fen), 0);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_suspense AFTER INSERT ON payments FOR EACH ROW EXECUTE FUNCTION keep_suspense();
--> statement-breakpoint
CREATE TRIGGER keep_suspense AFTER INSERT ON payment_matches FOR EACH ROW EXECUTE FUNCTION keep_suspense();
--> statement-breakpoint
INSERT INTO payments_in_suspense (payment, amount_fen)
  SELECT p.id, p.amount_fen - coalesce(sum(m.amount_fen), 0) FROM payments p LEFT JOIN payment_matches m ON m.payment = p.id
  GROUP BY p.id, p.amount_fen HAVING p.amount_fen > coalesce(sum(m.amount_fen), 0);
--> statement-breakpoint
SELECT grant_runtime();
