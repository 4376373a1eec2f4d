CREATE UNLOGGED TABLE "station_telemetry" (
	"station" text PRIMARY KEY NOT NULL,
	"power_w" double precision NOT NULL,
	"slots" jsonb NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
