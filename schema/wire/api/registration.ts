import { z } from 'zod';
import { bayId, safeText, stationId } from '../ids.ts';
import { station } from './station.ts';

const line = (most: number) => safeText(most).refine((text) => text.trim() !== '', { message: 'must not be empty' });

/** A new station. What is left out is that of the default station: 1 bay with 2 berths, 60 slots, 1.6 MW. */
export const stationRegistration = z
  .strictObject({
    id: stationId,
    name: line(120),
    city: line(80).default('Beijing'),
    address: line(200).optional(),
    location: z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }),
    /** Only a simulated station may run faster than the clock or be given faults. Not changed later. */
    simulated: z.boolean().default(false),
    bays: z
      .array(z.strictObject({ bay: bayId, berths: z.union([z.literal(1), z.literal(2)]) }))
      .min(1)
      .max(8)
      .refine((bays) => new Set(bays.map(({ bay }) => bay)).size === bays.length, { message: 'must not repeat a bay' })
      .default([{ bay: '1', berths: 2 }]),
    slots: z.int().min(1).max(400).default(60),
    /** Limit of all chargers together, and of each one. */
    powerLimitW: z.int().min(1_000).max(100_000_000).default(1_600_000),
    slotPowerW: z.int().min(1_000).max(1_000_000).default(60_000),
    isolationBoxes: z.int().min(0).max(9).default(2),
  })
  .meta({
    id: 'StationRegistration',
    examples: [
      { id: 'bj-042', name: '丰台科技园', location: { lat: 39.826, lon: 116.286 }, simulated: true, slots: 40 },
    ],
  });
export type StationRegistration = z.infer<typeof stationRegistration>;

/** How the station logs in at the broker. The password is shown this once; only its hash is kept. */
export const brokerLogin = z
  .object({ username: stationId, password: z.string(), clientId: stationId })
  .meta({ id: 'BrokerLogin' });
export type BrokerLogin = z.infer<typeof brokerLogin>;

export const registeredStation = z.object({ station, broker: brokerLogin }).meta({ id: 'RegisteredStation' });
