import { describe, expect, it, type TestContext } from 'vitest';
import { startTestBroker } from '../helpers/broker.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { loadBehaviours, playBehaviour } from './play-behaviour.ts';
import { runSwap } from './run-swap.ts';
import { startScriptedService, windowRecords } from './scripted-service.ts';
import type { StartStation, StationOrder } from './station-under-test.ts';
import { loadVectors, payloadOf } from './vectors.ts';

type SetUp = Partial<StationOrder> & { chaos?: () => number };

async function setUp({ onTestFinished }: TestContext, start: StartStation, order: SetUp = {}) {
  const broker = await startTestBroker({ owner: 'caller' });
  onTestFinished(() => broker.stop());
  const id = order.id ?? 'bj-001';
  const { chaos } = order;
  const service = await startScriptedService({ url: broker.url, station: id, ...(chaos ? { chaos } : {}) });
  onTestFinished(() => service.stop());
  const station = await start({ brokerPort: broker.port, ...order, id });
  onTestFinished(() => station.stop());
  await service.askHello();
  return { broker, service, station };
}

/** The reads of a swap, in order, without those of charging. */
const readsOf = (records: { type: string; body: unknown }[]) =>
  records
    .filter(({ type }) => type === 'packRead')
    .map(({ body }) => body as { place: string; code: string })
    .map(({ place, code }) => `${place} ${code}`);

/** What every station must do that claims the contract, be it ours or a stranger's. `possible`: it can run on this machine. */
export function describeStation(name: string, start: StartStation, possible = true): void {
  // They mostly wait for equipment, each on a broker of its own: some at a time.
  describe.skipIf(!possible)(name, { concurrent: true }, () => {
    it('completes a swap with two berths', async (context) => {
      const { service, station } = await setUp(context, start);
      await station.taxi();
      const { oldPack, newPack, slot, records } = await runSwap(service);
      expect(readsOf(records).sort()).toEqual(
        [
          `bay/1/berth/2 ${newPack}`,
          `bay/1/lift ${oldPack}`,
          `bay/1/berth/1 ${oldPack}`,
          `bay/1/lift ${newPack}`,
          `bay/1/vehicle ${newPack}`,
          `slot/${slot} ${oldPack}`,
        ].sort(),
      );
      expect(service.violations).toEqual([]);
    });

    it('completes a swap with one berth', async (context) => {
      const { service, station } = await setUp(context, start, { berths: 1 });
      await station.taxi();
      const { oldPack, newPack, slot, records } = await runSwap(service);
      expect(readsOf(records)).toEqual([
        `bay/1/lift ${oldPack}`,
        `bay/1/berth/1 ${oldPack}`,
        `slot/${slot} ${oldPack}`,
        `bay/1/berth/1 ${newPack}`,
        `bay/1/lift ${newPack}`,
        `bay/1/vehicle ${newPack}`,
      ]);
      expect(service.violations).toEqual([]);
    });

    it('completes a swap while 30 % of all messages are dropped and 30 % doubled', {
      timeout: 120_000,
    }, async (context) => {
      const { service, station } = await setUp(context, start, { chaos: seeded(4711) });
      await station.taxi();
      await runSwap(service);
      const accepted = service.records.filter(({ type }) => type === 'commandAccepted');
      const ids = accepted.map(({ body }) => (body as { id: string }).id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(service.violations).toEqual([]);
    });

    it('survives every golden message on its down topic without a movement', async (context) => {
      const { service } = await setUp(context, start);
      for (const vector of loadVectors().filter(({ direction }) => direction === 'down'))
        service.sendRaw(payloadOf(vector));
      service.epoch = 31;
      const hello = await service.askHello();
      expect(hello.body.bays[0]?.sensors.clamps).toBe('open');
      expect(service.records.map(({ type }) => type)).not.toContain('commandAccepted');
      expect(service.violations).toEqual([]);
    });

    it('has at most 64 records under way, and all of them arrive in the end', async (context) => {
      const { service } = await setUp(context, start);
      const before = service.records.length;
      service.acknowledges = false;
      const ids = Array.from({ length: 80 }, (_, i) => `${service.station}/1/bay/main/1.${i}.0`);
      for (const id of ids) service.send({ kind: 'cancel', id, hash: 'never-sent', bay: '1' });
      await waitFor('the window to fill', () => service.records.length >= Math.min(windowRecords, before + ids.length));
      service.acknowledges = true;
      const resultsOf = () =>
        service.records.filter(({ type }) => type === 'commandResult').map(({ body }) => (body as { id: string }).id);
      await waitFor('the rest', () => service.records.length >= before + ids.length);
      expect(resultsOf()).toEqual(ids);
      expect(service.violations).toEqual([]);
    });

    it.for(loadBehaviours())('$name', async (behaviour, context) => {
      const { service, station } = await setUp(context, start);
      await playBehaviour(behaviour, service, station);
      expect(service.violations).toEqual([]);
    });
  });
}

/** A small generator (mulberry32), so that a failing run can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
