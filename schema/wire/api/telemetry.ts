import type { z } from 'zod';
import { stationId } from '../ids.ts';
import { telemetry } from '../uplink.ts';
import { utcInstant } from './common.ts';

/** What a station last measured at its chargers. */
export const stationTelemetry = telemetry
  .pick({ powerW: true, slots: true })
  .extend({
    station: stationId,
    /** When the service received it. Nothing newer: the station is silent, or its message was lost. */
    receivedAt: utcInstant,
  })
  .meta({ id: 'StationTelemetry' });
export type StationTelemetry = z.infer<typeof stationTelemetry>;
export type TelemetrySlot = StationTelemetry['slots'][number];
