import { z } from 'zod';
import { commandId } from '../../../schema/wire/command-id.ts';
import { commandOutcome, failureReason } from '../../../schema/wire/commands.ts';
import { commitAck, validity } from '../../../schema/wire/downlink.ts';
import { vehicleIdentity } from '../../../schema/wire/events.ts';
import { packCode, vin } from '../../../schema/wire/ids.ts';
import { stationPlace } from '../../../schema/wire/places.ts';
import { baySafety, baySensors, packReading } from '../../../schema/wire/sensors.ts';
import { messageEntries } from './messages.ts';

export type JsonSchema = Record<string, unknown>;

/** Parts that stand in many messages and get a name of their own. */
const parts: Record<string, z.ZodType> = {
  baySafety,
  baySensors,
  commandId,
  commandOutcome,
  commitAck,
  failureReason,
  packCode,
  packReading,
  stationPlace,
  validity,
  vehicleIdentity,
  vin,
};

/** JSON Schema (draft 7, as AsyncAPI takes it) of every message and part, referring to each other by name. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(parts)) registry.add(schema, { id });
  for (const { name, schema } of messageEntries) registry.add(schema, { id: `${name}Payload` });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-7',
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema as JsonSchema]),
  );
}
