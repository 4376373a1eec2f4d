/** Names of everything in the bench's world, so that the database and the load generator agree without talking. */
export interface BenchWorld {
  /** Letter of the variant: ids have the same length in all. */
  prefix: string;
  stations: number;
  slotsPerStation: number;
  carsPerStation: number;
}

export interface BenchStation {
  id: string;
  partition: number;
  /** The last slot stands empty, as in a real station: it takes the first old pack. */
  slots: (string | null)[];
  cars: { vin: string; pack: string }[];
}

const packCode = (serial: number): string => `BENPB010000000E6A${String(serial).padStart(7, '0')}`;
const vin = (serial: number): string => `LBNSCB3F6${String(serial).padStart(8, '0')}`;

export function benchStation(world: BenchWorld, index: number): BenchStation {
  const perStation = world.slotsPerStation + world.carsPerStation;
  const first = index * perStation;
  return {
    id: `${world.prefix}-${String(index + 1).padStart(4, '0')}`,
    partition: index % 64,
    slots: Array.from({ length: world.slotsPerStation }, (_, slot) =>
      slot === world.slotsPerStation - 1 ? null : packCode(first + slot),
    ),
    cars: Array.from({ length: world.carsPerStation }, (_, car) => ({
      vin: vin(index * world.carsPerStation + car),
      pack: packCode(first + world.slotsPerStation + car),
    })),
  };
}

export function benchStations(world: BenchWorld): BenchStation[] {
  return Array.from({ length: world.stations }, (_, index) => benchStation(world, index));
}
