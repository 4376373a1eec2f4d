import { describe, expect, it } from 'vitest';
import type { Command, CommandType } from '../../schema/wire/commands.ts';
import { createKit, planSwap, swapOrders, swapUntil, withCar } from './kit.ts';

const clamp: Command = { type: 'positionAndClamp', params: {} };

describe('a command', () => {
  it('is accepted, moves, and has a result with the sensors after it', () => {
    const kit = createKit();
    withCar(kit);
    const id = kit.command(clamp);
    expect(kit.bodies('commandAccepted')).toEqual([{ id }]);
    expect(kit.station.core.world.bays[0]?.clamps).toBe('between');
    kit.run(15_000);
    expect(kit.result(id)).toMatchObject({ outcome: 'completed', reason: null, sensors: { clamps: 'closed' } });
    expect(kit.result(id)?.durationMs).toBeGreaterThan(10_000);
  });

  it('repeated moves nothing: while it runs the intent, afterwards the journaled result comes again', () => {
    const kit = createKit();
    withCar(kit);
    const id = kit.command(clamp);
    const same = { id, hash: kit.station.core.plc.commands.get(id)?.hash ?? '' };
    const last = kit.records().at(-1)?.seq;
    kit.command(clamp, same);
    expect(kit.records().at(-1)?.seq).toBe(last);
    kit.run(15_000);
    kit.ack();
    const before = kit.heard.length;
    kit.command(clamp, same);
    expect(kit.heard.slice(before)).toMatchObject([{ type: 'commandResult', body: { id, outcome: 'completed' } }]);
    expect(kit.judge().motions.get(id)?.begun).toBe(1);
  });

  it('with the same id and another hash is a conflict: the bay stops and a person looks', () => {
    const kit = createKit();
    withCar(kit);
    const id = kit.command(clamp);
    kit.run(3_000);
    for (let i = 0; i < 2; i += 1) kit.command(clamp, { id, hash: 'another-hash' });
    const outcomes = kit.bodies('commandResult').map((body) => [body.hash, body.outcome, body.reason]);
    expect(outcomes).toEqual([
      [expect.any(String), 'failed', 'emergencyStop'],
      ['another-hash', 'conflict', null],
    ]);
    expect(kit.bodies('safety').at(-1)).toMatchObject({ state: 'awaitingReset', cause: 'commandConflict' });
    expect(kit.bodies('alarm').at(-1)).toMatchObject({ active: true, code: 'commandConflict' });
  });

  it('of a lower epoch is fenced, but its acknowledgement counts', () => {
    const kit = createKit();
    withCar(kit);
    kit.send({ kind: 'helloRequest', epoch: 7 });
    const { journal, journalId } = kit.station.core.plc;
    kit.control({ type: 'panel', bay: '1', button: 'hold' });
    const ack = { journalId, seq: journal.lastSeq() };
    const id = kit.command(clamp, { epoch: 6, ack });
    expect(kit.heard.at(-1)).toMatchObject({ kind: 'fenced', id, epoch: 7 });
    expect(kit.station.core.plc.commands.has(id)).toBe(false);
    expect(journal.ackedSeq()).toBe(ack.seq);
  });

  it.each([
    ['another boot', (boot: number) => ({ boot: boot + 1, untilBeat: 1_000 })],
    ['a beat that is over', (boot: number) => ({ boot, untilBeat: 1 })],
  ])('valid for %s expires, and the answer stays', (_name, validity) => {
    const kit = createKit();
    withCar(kit);
    kit.run(5_000);
    const changes = { validity: validity(1) };
    const id = kit.command(clamp, changes);
    expect(kit.result(id)).toMatchObject({ outcome: 'expired', durationMs: 0 });
    expect(kit.judge().counts.motions).toBe(0);
  });

  it('is refused while its mover is busy, and the other mover goes on', () => {
    const kit = createKit();
    const plan = planSwap(kit);
    kit.command(clamp);
    const second = kit.command({ type: 'liftVehicle', params: {} });
    expect(kit.result(second)).toMatchObject({ outcome: 'refused', reason: 'moverBusy' });
    const fetch = kit.command({ type: 'fetchPack', params: { pack: plan.newPack, slot: plan.slot, berth: 2 } });
    kit.run(40_000);
    expect(kit.result(fetch)?.outcome).toBe('completed');
  });

  it('that cannot be understood gets a journaled answer', () => {
    const kit = createKit();
    const odd = (changes: Record<string, unknown>) => kit.result(kit.command(clamp, changes))?.reason;
    expect(odd({ type: 'danceOnTheLift' })).toBe('unknownCommand');
    expect(odd({ params: { speed: 3 } })).toBe('badParameters');
    expect(odd({ bay: '9' })).toBe('badParameters');
    expect(odd({ id: 'bj-002/1/cycle/bj-002.1.1/1.1.0' })).toBe('badParameters');
    const before = kit.records().length;
    kit.send({ kind: 'command', id: 'not-an-id' });
    kit.send({ kind: 'gossip' });
    expect(kit.records().length).toBe(before);
    expect(kit.station.stats().badMessages).toBe(2);
  });
});

describe('a cancel', () => {
  it('that comes first keeps the command from ever starting', () => {
    const kit = createKit();
    withCar(kit);
    const id = 'bj-001/1/cycle/bj-001.1.1/9.9.0';
    kit.send({ kind: 'cancel', id, hash: 'hash-of-it', bay: '1' });
    expect(kit.result(id)?.outcome).toBe('cancelled');
    const before = kit.heard.length;
    kit.command(clamp, { id, hash: 'hash-of-it' });
    expect(kit.heard.slice(before)).toMatchObject([{ type: 'commandResult', body: { id, outcome: 'cancelled' } }]);
    expect(kit.judge().counts.motions).toBe(0);
  });

  it('during the motion comes too late, once, and after it finds the result', () => {
    const kit = createKit();
    withCar(kit);
    const id = kit.command(clamp);
    const cancel = { kind: 'cancel', id, hash: 'whatever-it-is', bay: '1' };
    kit.send(cancel);
    kit.send(cancel);
    expect(kit.bodies('cancelTooLate')).toEqual([{ id }]);
    kit.run(15_000);
    expect(kit.result(id)?.outcome).toBe('completed');
    const before = kit.heard.length;
    kit.send(cancel);
    expect(kit.heard.slice(before)).toMatchObject([{ type: 'commandResult', body: { outcome: 'completed' } }]);
  });
});

describe('the interlocks', () => {
  it('let a healthy swap through, read every hand-over before its result, and let the car go', () => {
    const kit = createKit();
    const plan = planSwap(kit);
    for (const order of swapOrders(plan)) {
      expect([order.type, kit.complete(order)]).toMatchObject([order.type, { outcome: 'completed' }]);
    }
    kit.run(15_000);
    expect(kit.bodies('packRead').map((body) => [body.place, body.code])).toEqual([
      ['bay/1/berth/2', plan.newPack],
      ['bay/1/lift', plan.oldPack],
      ['bay/1/berth/1', plan.oldPack],
      ['bay/1/lift', plan.newPack],
      ['bay/1/vehicle', plan.newPack],
      [`slot/${plan.slot}`, plan.oldPack],
    ]);
    expect(kit.bodies('chargeStarted').at(-1)?.pack).toBe(plan.oldPack);
    expect(kit.bodies('vehicleLeft')).toEqual([{ bay: '1', early: false }]);
    expect(kit.station.physicalPlaces().get(plan.newPack)).toBe(`vehicle/${plan.vin}`);
    expect(kit.judge().violations).toEqual([]);
  });

  it('refuse every step of a swap that has just been done', () => {
    const kit = createKit();
    for (const order of swapOrders(planSwap(kit))) {
      kit.complete(order);
      if (order.type === 'authorise' || order.type === 'verifyPack') continue;
      const motions = kit.judge().counts.motions;
      const again = kit.result(kit.command(order));
      expect([order.type, again?.outcome]).toEqual([order.type, 'refused']);
      expect(kit.judge().counts.motions).toBe(motions);
    }
  });

  const first: [CommandType, string][] = [
    ['liftVehicle', 'interlock'],
    ['unlockPack', 'interlock'],
    ['lowerPack', 'interlock'],
    ['exchange', 'packMissing'],
    ['raisePack', 'interlock'],
    ['lockPack', 'interlock'],
    ['verifyPack', 'wrongPack'],
    ['stowPack', 'packMissing'],
    ['connectCharger', 'wrongPack'],
    ['lowerVehicle', 'interlock'],
  ];
  it.each(first)('refuse %s on a car that has only just stopped: %s', (type, reason) => {
    const kit = createKit();
    const order = swapOrders(planSwap(kit)).find((candidate) => candidate.type === type);
    if (!order) throw new Error(type);
    expect(kit.result(kit.command(order))).toMatchObject({ outcome: 'refused', reason });
  });

  it('refuse to isolate from a berth of another bay, which this shuttle cannot reach', () => {
    const kit = createKit({ size: { bays: 2 } });
    const { newPack, slot } = planSwap(kit);
    const fetch: Command = { type: 'fetchPack', params: { pack: newPack, slot, berth: 2 } };
    expect(kit.complete(fetch).outcome).toBe('completed');
    const to = 'isolation/1';
    const isolate: Command = { type: 'isolatePack', params: { pack: newPack, from: 'bay/1/berth/2', to } };
    const other = { bay: '2', id: 'bj-001/2/bay/main/1.900.0' };
    expect(kit.result(kit.command(isolate, other))).toMatchObject({ outcome: 'refused', reason: 'badParameters' });
    expect(kit.complete(isolate).outcome).toBe('completed');
    expect(kit.station.physicalPlaces().get(newPack)).toBe(to);
  });

  it('refuse the vehicle steps without a car', () => {
    const kit = createKit();
    for (const type of ['authorise', 'positionAndClamp', 'liftVehicle', 'lowerVehicle', 'release'] as const) {
      const params = { authorise: { swap: 'bj-001.1.1', vin: 'LPTAAAAA10SA00001' }, release: { reason: '' } };
      const order = { type, params: type in params ? params[type as 'release'] : {} } as Command;
      expect(kit.result(kit.command(order))).toMatchObject({ outcome: 'refused', reason: 'vehicleAbsent' });
    }
  });
});

describe('a step that goes wrong', () => {
  it('stuck: fails with its reason, and the sensors stay as they were', () => {
    const kit = createKit();
    const order = swapUntil(kit, 'unlockPack');
    kit.control({ type: 'fault', fault: { kind: 'stuck', bay: '1', step: 'unlockPack', times: 1 } });
    expect(kit.complete(order)).toMatchObject({
      outcome: 'failed',
      reason: 'stuckLock',
      sensors: { packLock: 'locked', packLift: 'down' },
    });
    expect(kit.complete(order).outcome).toBe('completed');
    expect(kit.judge().violations).toEqual([]);
  });

  it('a lying sensor: completed, but the reader at the hand-over finds nothing', () => {
    const kit = createKit();
    const order = swapUntil(kit, 'lowerPack');
    kit.control({ type: 'fault', fault: { kind: 'sensorLie', bay: '1', step: 'lowerPack' } });
    expect(kit.complete(order)).toMatchObject({ outcome: 'completed', sensors: { packLift: 'up' } });
    expect(kit.bodies('packRead').at(-1)).toMatchObject({ place: 'bay/1/lift', code: null, reading: null });
  });

  it('slow: takes as much longer as told', () => {
    const kit = createKit();
    withCar(kit);
    kit.control({ type: 'fault', fault: { kind: 'slow', bay: '1', step: 'positionAndClamp', factor: 5, times: 1 } });
    expect(kit.complete(clamp).durationMs).toBeGreaterThan(50_000);
  });

  it('a wrong pack in the slot is loaded, read and told; an empty slot is told', () => {
    const kit = createKit();
    const plan = planSwap(kit);
    const other = plan.slot === 1 ? 2 : 1;
    kit.control({ type: 'fault', fault: { kind: 'wrongPack', slot: plan.slot, withSlot: other } });
    const fetch: Command = { type: 'fetchPack', params: { pack: plan.newPack, slot: plan.slot, berth: 2 } };
    expect(kit.complete(fetch)).toMatchObject({ outcome: 'failed', reason: 'wrongPack' });
    const read = kit.bodies('packRead').at(-1);
    expect(read?.place).toBe('bay/1/berth/2');
    expect(read?.code).not.toBe(plan.newPack);
    kit.control({ type: 'fault', fault: { kind: 'packMissing', slot: other } });
    const empty: Command = { type: 'fetchPack', params: { pack: plan.newPack, slot: other, berth: 1 } };
    expect(kit.complete(empty)).toMatchObject({ outcome: 'failed', reason: 'packMissing' });
    expect(kit.bodies('packRead').at(-1)).toMatchObject({ place: `slot/${other}`, code: null });
  });

  it('a dirty label: the motion ends, the reader sees a pack and not which, and nothing is done with it until it is clean', () => {
    const kit = createKit();
    const plan = planSwap(kit);
    kit.control({ type: 'fault', fault: { kind: 'dirtyLabel', place: `slot/${plan.slot}` } });
    // In its slot the BMS speaks through the plug: only the berth's reader finds out.
    kit.send({ kind: 'helloRequest' });
    expect(kit.hellos().at(-1)?.slots[plan.slot - 1]?.code).toBe(plan.newPack);
    const fetch: Command = { type: 'fetchPack', params: { pack: plan.newPack, slot: plan.slot, berth: 2 } };
    const failed = { outcome: 'failed', reason: 'wrongPack', detail: 'unreadable' };
    expect(kit.complete(fetch)).toMatchObject(failed);
    const place = 'bay/1/berth/2';
    expect(kit.bodies('packRead').at(-1)).toMatchObject({ place, code: 'unreadable', reading: null });
    expect(kit.bodies('alarm').at(-1)).toMatchObject({ active: true, level: 2, code: 'codeUnreadable', place });
    kit.send({ kind: 'helloRequest' });
    expect(kit.hellos().at(-1)?.bays[0]?.places).toContainEqual({ place, code: 'unreadable' });
    const stow: Command = { type: 'stowPack', params: { pack: plan.newPack, berth: 2, slot: plan.slot } };
    expect(kit.result(kit.command(stow))).toMatchObject({ outcome: 'refused', reason: 'wrongPack' });

    const hellos = kit.hellos().length;
    kit.control({ type: 'cleanLabels' });
    expect(kit.hellos().length).toBe(hellos + 1);
    expect(kit.hellos().at(-1)?.bays[0]?.places).toContainEqual({ place, code: plan.newPack });
    expect(kit.bodies('alarm').at(-1)).toMatchObject({ active: false, code: 'codeUnreadable' });
    expect(kit.complete(stow).outcome).toBe('completed');
    expect(kit.judge().violations).toEqual([]);
  });

  it('a dirty label of the old pack: it comes down, and the swap can go on when somebody has wiped it', () => {
    const kit = createKit();
    const plan = planSwap(kit);
    kit.control({ type: 'fault', fault: { kind: 'dirtyLabel', place: 'bay/1/vehicle' } });
    for (const order of swapOrders(plan)) {
      const result = kit.complete(order);
      const outcome = order.type === 'lowerPack' ? 'failed' : 'completed';
      expect([order.type, result.outcome]).toEqual([order.type, outcome]);
      if (outcome === 'completed') continue;
      expect(result.sensors).toMatchObject({ packLift: 'down', packLock: 'noPack' });
      kit.control({ type: 'cleanLabels' });
    }
    expect(kit.judge().violations).toEqual([]);
  });

  it('a failed verification, a car that is not ready, a driver who leaves', () => {
    const kit = createKit();
    const verify = swapUntil(kit, 'verifyPack');
    kit.control({ type: 'fault', fault: { kind: 'verifyFails', bay: '1', reason: 'coolantLeak', times: 1 } });
    expect(kit.complete(verify)).toMatchObject({ outcome: 'failed', reason: 'coolantLeak' });

    const second = createKit();
    second.control({ type: 'fault', fault: { kind: 'notReady', bay: '1', what: 'hvOff' } });
    const { vin } = withCar(second);
    const authorise: Command = { type: 'authorise', params: { swap: 'bj-001.1.1', vin } };
    expect(second.complete(authorise)).toMatchObject({ outcome: 'failed', reason: 'hvNotOff' });
    second.control({ type: 'fault', fault: { kind: 'driveOffEarly', bay: '1' } });
    second.run(10_000);
    expect(second.bodies('vehicleLeft')).toEqual([{ bay: '1', early: true }]);
  });
});
