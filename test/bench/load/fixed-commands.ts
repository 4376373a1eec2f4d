import type { CommandType } from '../../../schema/wire/commands.ts';
import { downTopic } from '../../../schema/wire/topics.ts';

/** As much of a record as the floor looks at. */
export interface FloorEvent {
  kind: string;
  station: string;
  journalId: string;
  seq: number;
  type: string;
  body: { id?: string };
}

const oldPack = 'BENPB010000000E6A9000001';
const newPack = 'BENPB010000000E6A9000002';
const vin = 'LBNSCB3F600000000';

interface Fixed {
  type: CommandType;
  params: (swap: string) => unknown;
  /** Places in the list of what its result yields. */
  next: number[];
}

/** The commands of a healthy swap in the order of the tracks, with parameters of the sizes they really have. */
const list: Fixed[] = [
  { type: 'authorise', params: (swap) => ({ swap, vin }), next: [1] },
  { type: 'positionAndClamp', params: () => ({}), next: [2] },
  { type: 'liftVehicle', params: () => ({}), next: [3] },
  { type: 'unlockPack', params: () => ({ pack: oldPack }), next: [4] },
  { type: 'lowerPack', params: () => ({ pack: oldPack }), next: [5] },
  {
    type: 'exchange',
    params: () => ({ give: { pack: oldPack, berth: 2 }, take: { pack: newPack, berth: 1 } }),
    next: [6, 12],
  },
  { type: 'raisePack', params: () => ({ pack: newPack }), next: [7] },
  { type: 'lockPack', params: () => ({ pack: newPack }), next: [8] },
  { type: 'verifyPack', params: () => ({ pack: newPack }), next: [9] },
  { type: 'lowerVehicle', params: () => ({}), next: [10] },
  { type: 'release', params: () => ({ reason: 'completed' }), next: [] },
  { type: 'fetchPack', params: () => ({ pack: newPack, slot: 17, berth: 1 }), next: [] },
  { type: 'stowPack', params: () => ({ pack: oldPack, berth: 2, slot: 17 }), next: [13] },
  { type: 'connectCharger', params: () => ({ pack: oldPack, slot: 17 }), next: [] },
];
const first = [0, 11];
const hash = '0123456789abcdef';
const validity = { boot: 1, untilBeat: 120 };

/** Publishes what the product would publish in number and size, without knowing anything but the event in hand. */
export function createFixedCommands(publish: (topic: string, payload: string) => void) {
  const head = ({ station, journalId, seq }: FloorEvent) =>
    ({ v: 1, station, epoch: 1, ack: { journalId, seq } }) as const;

  function send(event: FloorEvent, index: number, swap: string): void {
    const fixed = list[index] as Fixed;
    const id = `${event.station}/1/cycle/${swap}/1.${index}.0`;
    const { type } = fixed;
    const params = fixed.params(swap);
    const message = { ...head(event), kind: 'command', id, hash, bay: '1', type, params, validity };
    publish(downTopic(event.station), JSON.stringify(message));
  }

  return {
    /** True when the event yielded a command, which carries the acknowledgement too. */
    answer(event: FloorEvent): boolean {
      const yields = yieldOf(event);
      for (const index of yields.next) send(event, index, yields.swap);
      return yields.next.length > 0;
    },
    acknowledge(event: FloorEvent): void {
      publish(downTopic(event.station), JSON.stringify({ ...head(event), kind: 'ack' }));
    },
  };
}

function yieldOf(event: FloorEvent): { next: number[]; swap: string } {
  if (event.type === 'vehicleInPosition') return { next: first, swap: `${event.station}.1.${event.seq}` };
  if (event.type !== 'commandResult' || !event.body.id) return { next: [], swap: '' };
  const [, , , swap = '', numbers = ''] = event.body.id.split('/');
  return { next: list[Number(numbers.split('.')[1])]?.next ?? [], swap };
}
