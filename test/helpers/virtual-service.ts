import type { ActionRequest, PackFacts, StationStep, StationType, SwapFacts } from '../../machines/contract.ts';
import { newStation, stepStation } from '../../machines/step-station.ts';
import { type Hello, parseRecord, type RecordEnvelope, type Uplink } from '../../schema/wire/uplink.ts';
import { evictVisitors } from '../../src/engine/evict.ts';
import { applyWork } from '../../src/engine/station/apply.ts';
import { codesIn, isVin } from '../../src/engine/station/codes.ts';
import { beginDraft, committedImage, type Draft } from '../../src/engine/station/draft.ts';
import type { Image, Timer } from '../../src/engine/station/image.ts';
import type { Core } from '../../src/engine/station/step-core.ts';
import { namedBy, type Work } from '../../src/engine/station/work.ts';
import { ackMessage, cancelMessage, helloRequestMessage, withHead } from '../../src/plc/downlink.ts';
import type { SimStation } from '../../station-sim/sim-station.ts';
import { freshImage } from './fresh-image.ts';

export interface VirtualServiceOptions {
  type: StationType;
  startWallMs: number;
  /** From a station's message to the command that follows. */
  latencyMs?: number;
  onSwap?: (swap: SwapFacts) => void;
  /** Called after every piece of work, with the image it led to. */
  onCommit?: (work: Work, image: Image, draft: Draft) => void;
}

/** The service without its wires: no broker, no database, no clock of its own. Everything between is the product's code. */
export interface VirtualService {
  /** Runs station and service up to this wall time, event by event. */
  runTo(wallMs: number): void;
  /** A person's or program's wish, at this moment. */
  act(request: ActionRequest): StationStep['action'];
  readonly image: Image;
  /** Every swap, as the ledger has it. */
  readonly swaps: ReadonlyMap<string, SwapFacts>;
  /** Every pack the ledger knows, wherever it is. */
  readonly packs: ReadonlyMap<string, PackFacts>;
  /** Alarms and incidents that were raised, as `code key`. */
  readonly raised: readonly string[];
  /** Commands the station did not complete: `type outcome reason`. */
  readonly misses: readonly string[];
}

/** Beats in advance, as the engine has it. */
const validBeats = 20;
const resendMs = 2_000;

/**
 * Runs one simulated station under the product's core, in virtual time: the same draft, the same machines, the same image as in the engine,
 * with a commit that always succeeds at once and a ledger in memory.
 */
export function createVirtualService(station: SimStation, options: VirtualServiceOptions): VirtualService {
  const { type, startWallMs, latencyMs = 5 } = options;
  const packs = new Map<string, PackFacts>();
  /** Pack by VIN. */
  const frames = new Map<string, string>();
  const swaps = new Map<string, SwapFacts>();
  const raised: string[] = [];
  const misses: string[] = [];
  let image = freshImage(newStation(station.id, type, { simulated: true }));
  let now = startWallMs;
  let beatAt = { beat: 0, wallMs: startWallMs };
  let pendingHello: Hello | null = null;
  let resendAt = Number.POSITIVE_INFINITY;
  let connected = true;
  let askAgainAt = 0;

  function core(): Core {
    const beat = beatAt.beat + Math.floor((now - beatAt.wallMs) / 1000);
    return {
      step: stepStation,
      context: { now: Math.round(now), epoch: 1, beat, validBeats },
      bugs: new Set(),
      onError: (error) => {
        throw error;
      },
    };
  }

  /** What the engine reads before a step: packs and cars the work names, as the ledger has them now. */
  function withNamed(work: Work): void {
    const named = namedBy(work);
    if (named === null) return;
    const codes = named === 'everything' ? [...codesIn(work)] : named.codes;
    const state = { ...image.state, packs: { ...image.state.packs }, vehicles: { ...image.state.vehicles } };
    const addPack = (code: string) => {
      state.packs[code] = packs.get(code) ?? unknownPack(code);
    };
    for (const code of codes) {
      if (!isVin(code)) {
        if (!(code in state.packs)) addPack(code);
        continue;
      }
      const pack = frames.get(code) ?? null;
      if (pack !== null) addPack(pack);
      state.vehicles[code] = { vin: code, models: [], firmwares: [], pack };
    }
    image = { ...image, state };
  }

  function commit(work: Work): StationStep['action'] {
    withNamed(work);
    const draft = beginDraft(image, Math.round(now));
    const applied = applyWork(draft, work, core());
    if (!applied.done) return undefined;
    image = committedImage(draft);
    keepBooks(draft);
    options.onCommit?.(work, image, draft);
    for (const { id } of draft.opened.values()) toSend.add(id);
    if (work.kind === 'record' && work.record?.type === 'vehicleLeft') image = evictVisitors(image);
    if (work.kind === 'hello') for (const id of image.commands.keys()) toSend.add(id);
    return applied.action;
  }

  function keepBooks(draft: Draft): void {
    for (const code of [...draft.custody.keys(), ...draft.batteries.keys()]) {
      const facts = draft.state.packs[code];
      if (!facts) continue;
      const before = packs.get(code)?.place;
      if (before?.kind === 'vehicle' && before.key !== facts.place.key)
        frames.delete(before.key.slice('vehicle/'.length));
      if (facts.place.kind === 'vehicle') frames.set(facts.place.key.slice('vehicle/'.length), code);
      packs.set(code, facts);
    }
    for (const [id, swap] of draft.newSwaps) swaps.set(id, swap);
    for (const [id, patch] of draft.swaps) {
      const before = swaps.get(id);
      if (!before) continue;
      swaps.set(id, { ...before, ...patch });
    }
    for (const { code, key } of [...draft.alarms.values(), ...draft.incidents.values()]) raised.push(`${code} ${key}`);
    if (options.onSwap) {
      const ids = new Set([...draft.newSwaps.keys(), ...draft.swaps.keys()]);
      for (const id of ids) options.onSwap(swaps.get(id) as SwapFacts);
    }
  }

  const toSend = new Set<string>();

  function hear(message: Uplink): void {
    if (message.kind === 'hello') {
      pendingHello = message;
      beatAt = { beat: message.body.beat, wallMs: now };
    }
    if (message.kind === 'record' && message.seq === image.seq + 1) hearRecord(message);
    if (pendingHello && pendingHello.body.asOfSeq <= image.seq) {
      const hello = pendingHello;
      pendingHello = null;
      const { anchor } = hello.body;
      commit({ kind: 'hello', hello, occurredAt: Date.parse(anchor.utc), receivedAt: now });
    }
  }

  function hearRecord(envelope: RecordEnvelope): void {
    const parsed = parseRecord(envelope);
    if (!parsed.ok) throw new Error(`${envelope.type} ${envelope.seq}: ${parsed.problem}`);
    const { record } = parsed;
    if (record.type === 'commandResult' && record.body.outcome !== 'completed') {
      const { id, outcome, reason } = record.body;
      const order = image.commands.get(id);
      misses.push(`${order ? (JSON.parse(order.message) as { type: string }).type : id} ${outcome} ${reason}`);
    }
    const { utcMs, atMs } = image.state.anchor;
    const { timeScale, boot } = image.state;
    const known = boot === envelope.boot && utcMs > 0;
    const occurredAt = known ? Math.round(utcMs + (envelope.atMs - atMs) / timeScale) : Math.round(now);
    const lastSeq = record.type === 'journalLost' ? record.body.to : envelope.seq;
    commit({ kind: 'record', envelope, lastSeq, occurredAt, receivedAt: now, record, problem: null });
  }

  /** Hears all that the station has to say, and what is due; answers after the latency. */
  function turn(): void {
    keepLink();
    for (;;) {
      const mark = image.seq;
      for (const { topic, message } of station.takeOutbox()) if (topic === 'up') hear(message as Uplink);
      for (const timer of dueTimers(image, now)) commit({ kind: 'timer', timer });
      const answers = takeAnswers();
      if (answers.length === 0 && image.seq === mark) return;
      now += latencyMs;
      const head = {
        station: station.id,
        epoch: 1,
        ack: { journalId: image.contact.journal_id ?? '', seq: image.seq },
      };
      for (const answer of [...answers, ackMessage]) station.receive(JSON.parse(withHead(head, answer)), now);
    }
  }

  /** Follows the link as a broker connection would, and asks for a hello as long as none has been taken. */
  function keepLink(): void {
    if (connected && !station.wantsLink()) {
      connected = false;
      station.disconnected(now);
      commit({ kind: 'linkLost' });
    } else if (!connected && station.wantsLink()) {
      connected = true;
      station.connected(now);
    }
    if (!connected || image.state.reconciled || now < askAgainAt) return;
    askAgainAt = now + resendMs;
    const head = { station: station.id, epoch: 1, ack: null };
    station.receive(JSON.parse(withHead(head, helloRequestMessage)), now);
  }

  function takeAnswers(): string[] {
    const { reconciled } = image.state;
    const again = now >= resendAt;
    const commands = [...image.commands.values()].filter(
      ({ id, state }) => toSend.has(id) || (again && state !== 'accepted'),
    );
    resendAt =
      image.commands.size > 0
        ? again || resendAt === Number.POSITIVE_INFINITY
          ? now + resendMs
          : resendAt
        : Number.POSITIVE_INFINITY;
    if (!reconciled) return [];
    toSend.clear();
    return commands.map((command) =>
      command.cancelled && !command.tooLate ? cancelMessage(command) : command.message,
    );
  }

  return {
    swaps,
    packs,
    raised,
    misses,
    get image() {
      return image;
    },
    act(request) {
      const reply = { resolve: () => {}, reject: () => {} };
      const action = commit({ kind: 'input', input: { source: 'action', request }, requestId: 'test', reply });
      turn();
      return action;
    },
    runTo(wallMs) {
      for (;;) {
        turn();
        const next = Math.min(station.nextEventMs(), nextDue(image), resendAt);
        if (next > wallMs) break;
        now = Math.max(now, next);
        station.advanceTo(now);
      }
      now = Math.max(now, wallMs);
      station.advanceTo(now);
      turn();
    },
  };
}

const nextDue = ({ timers }: Image): number =>
  Math.min(Number.POSITIVE_INFINITY, ...[...timers.values()].map(({ dueAt }) => dueAt));

const dueTimers = ({ timers }: Image, now: number): Timer[] =>
  [...timers.values()].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);

const unknownPack = (code: string): PackFacts => ({
  code,
  place: { kind: 'unknown', key: 'unknown', station: null },
  custodyVersion: 0,
  model: '',
  firmware: '',
  socPct: null,
  sohPct: null,
  energyWh: null,
  ready: false,
  alarmLevel: 0,
  status: 'inService',
  reservedBy: null,
});
