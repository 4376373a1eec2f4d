import type { Heartbeat, Hello, Telemetry, Uplink } from '../../schema/wire/uplink.ts';
import { createIngress, type ParsedRecord } from '../plc/ingress.ts';
import type { EngineContext } from './context.ts';
import type { Publisher } from './publisher.ts';
import { type Arrival, occurredAt, type Runtime } from './runtime.ts';

export interface Intake {
  receive(topic: string, payload: Uint8Array): void;
  /** Puts records that are in order into the mailbox, and a hello that has waited for them. */
  accept(runtime: Runtime, arrivals: readonly Arrival[]): void;
  /** Puts a waiting hello into the mailbox when everything before it is there. */
  tryHello(runtime: Runtime): void;
  /** Asks for missing records, gives up what does not come, greets who has not said hello, notices who fell silent. */
  sweep(): void;
}

export interface IntakeOptions {
  onTelemetry: (station: string, telemetry: Telemetry) => void;
  onHeartbeat: (station: string, heartbeat: Heartbeat) => void;
}

/** Above this a number would lose its last digits; no station has ever been there. */
const mostEpoch = 2 ** 52;

/** What the broker delivers, brought into the order of each station's journal. Nothing here is stored: a crash loses it and the station sends it again. */
export function createIntake(context: EngineContext, publisher: Publisher, options: IntakeOptions): Intake {
  const { config, clock, faultPoints, leases, link, log, metrics, profile, stations } = context;
  const raising = new Map<number, Promise<boolean>>();
  /** Stations that something is due for. With thousands of stations only these are looked at all the time. */
  const attention = new Set<Runtime>();
  let silenceCheckedAt = 0;

  const ingress = createIngress(
    {
      onRecord(station, record) {
        const runtime = stations.get(station);
        if (runtime) takeRecord(runtime, record);
        else ingress.drop('notOurs', station, 'a station that this worker does not run');
      },
      onMessage(station, message) {
        const runtime = stations.get(station);
        if (runtime) takeMessage(runtime, message);
        else ingress.drop('notOurs', station, 'a station that this worker does not run');
      },
      onDropped: (reason) => metrics.dropped.inc({ reason }),
    },
    log,
  );

  function takeRecord(runtime: Runtime, record: ParsedRecord): void {
    const now = clock.monotonic();
    const { envelope } = record;
    runtime.heardAt = now;
    if (envelope.journalId !== runtime.journalId) {
      foreignJournal(runtime, envelope.journalId, 'record');
      return;
    }
    if (envelope.seq < runtime.sequencer.next) {
      if (context.bugs.has('duplicateAfterBoot') && envelope.boot < runtime.beat.boot) {
        accept(runtime, [{ ...record, receivedAt: now }]);
      }
      metrics.dropped.inc({ reason: 'duplicate' });
      // The station has not heard that it is committed.
      if (runtime.image && envelope.seq <= runtime.image.seq) publisher.oweAck(runtime);
      return;
    }
    if (runtime.mailbox.length + config.reorderWindow > config.mailboxLimit) {
      ingress.drop('overflow', runtime.station, 'more records wait than the mailbox holds');
      return;
    }
    accept(runtime, runtime.sequencer.offer({ ...record, receivedAt: now }));
    if (runtime.sequencer.hasGap) attention.add(runtime);
  }

  function accept(runtime: Runtime, arrivals: readonly Arrival[]): void {
    const wall = clock.wall();
    for (const arrival of arrivals) {
      const { envelope } = arrival;
      runtime.newest = { boot: envelope.boot, atMs: envelope.atMs };
      context.push(runtime, {
        kind: 'record',
        occurredAt: occurredAt(runtime, envelope.boot, envelope.atMs, wall),
        ...arrival,
      });
    }
    if (runtime.hello) tryHello(runtime);
  }

  function takeMessage(runtime: Runtime, message: Exclude<Uplink, { kind: 'record' }> | Heartbeat | Telemetry): void {
    runtime.heardAt = clock.monotonic();
    if (message.kind === 'hello') {
      takeHello(runtime, message);
      return;
    }
    if (message.journalId !== runtime.journalId) {
      foreignJournal(runtime, message.journalId, message.kind);
      return;
    }
    switch (message.kind) {
      case 'will':
        // The broker may deliver the will of an earlier connection late; a hello puts it right within seconds.
        if (message.boot >= runtime.beat.boot) context.push(runtime, { kind: 'linkLost' });
        return;
      case 'fenced':
        raiseEpoch(runtime, message.epoch);
        return;
      case 'heartbeat':
        takeHeartbeat(runtime, message);
        return;
      case 'telemetry':
        options.onTelemetry(runtime.station, message);
    }
  }

  function takeHeartbeat(runtime: Runtime, message: Heartbeat): void {
    runtime.beat = { boot: message.boot, beat: message.beat };
    runtime.sequencer.heard(message.lastSeq);
    if (runtime.sequencer.hasGap) attention.add(runtime);
    if (message.epoch > leases.epochOf(runtime.partition)) raiseEpoch(runtime, message.epoch);
    const { image } = runtime;
    // A journal that waits for adoption is settled by a hello of the adopted one.
    const unsettled = image && (!image.contact.link_up || image.contact.pending_journal_id !== null);
    if (image && (!runtime.greeted || unsettled || image.state.boot !== message.boot)) publisher.askHello(runtime);
    options.onHeartbeat(runtime.station, message);
  }

  function takeHello(runtime: Runtime, hello: Hello): void {
    // Commissioning: the first journal a station ever shows is its own. The first commit stores it.
    runtime.journalId ??= hello.journalId;
    if (hello.journalId !== runtime.journalId) {
      foreignJournal(runtime, hello.journalId, 'hello');
      return;
    }
    const { anchor, beat, timeScale, epoch, asOfSeq } = hello.body;
    runtime.beat = { boot: hello.boot, beat };
    runtime.anchors.set(hello.boot, { utcMs: Date.parse(anchor.utc), atMs: anchor.atMs, timeScale });
    for (const boot of runtime.anchors.keys()) if (boot < hello.boot - 8) runtime.anchors.delete(boot);
    runtime.sequencer.heard(asOfSeq);
    if (runtime.sequencer.hasGap) attention.add(runtime);
    runtime.hello = { hello, receivedAt: clock.monotonic() };
    if (epoch > leases.epochOf(runtime.partition)) raiseEpoch(runtime, epoch);
    else tryHello(runtime);
  }

  function tryHello(runtime: Runtime): void {
    if (!runtime.hello || !runtime.image) return;
    const { hello, receivedAt } = runtime.hello;
    const before = runtime.sequencer.next - 1;
    const { asOfSeq, epoch, anchor } = hello.body;
    if (asOfSeq > before || epoch > leases.epochOf(runtime.partition)) return;
    runtime.hello = null;
    if (asOfSeq < before) {
      passedHello(runtime, hello);
      return;
    }
    const at = occurredAt(runtime, hello.boot, anchor.atMs, clock.wall());
    context.push(runtime, { kind: 'hello', hello, occurredAt: at, receivedAt });
  }

  /** Records have overtaken the hello, or the station has forgotten some: its own clock tells which. */
  function passedHello(runtime: Runtime, hello: Hello): void {
    const { newest, image } = runtime;
    const { asOfSeq, anchor } = hello.body;
    const madeLater = newest && (hello.boot > newest.boot || (hello.boot === newest.boot && anchor.atMs > newest.atMs));
    if (madeLater && image && asOfSeq < image.seq && !runtime.behindTold) {
      runtime.behindTold = true;
      context.push(runtime, { kind: 'journalBehind', asOfSeq });
      return;
    }
    publisher.askHello(runtime);
  }

  /**
   * A controller we do not know. Nothing of it counts before staff adopt its journal. A will says that somebody has gone, and of a journal that was
   * left old messages may still be on their way: only a hello is a controller that was put back.
   */
  function foreignJournal(runtime: Runtime, journalId: string, kind: (Uplink | Heartbeat | Telemetry)['kind']): void {
    metrics.dropped.inc({ reason: 'foreignJournal' });
    if (kind === 'will') return;
    if (runtime.left.has(journalId) && kind !== 'hello') {
      if (kind === 'heartbeat') publisher.askHello(runtime);
      return;
    }
    if (runtime.journalId === null) {
      publisher.askHello(runtime);
      return;
    }
    if (runtime.image?.contact.pending_journal_id === journalId) return;
    if (runtime.mailbox.some((work) => work.kind === 'foreignJournal')) return;
    context.push(runtime, { kind: 'foreignJournal', journalId });
  }

  /** Somebody has commanded this station under a higher epoch. If the lease is still ours, ours becomes higher. */
  function raiseEpoch(runtime: Runtime, epoch: number): void {
    if (context.bugs.has('epochNotChecked') || raising.has(runtime.partition)) return;
    if (epoch > mostEpoch) {
      log.error({ station: runtime.station, epoch }, 'the station claims an epoch that nobody gave out');
      return;
    }
    const raised = leases
      .raiseAbove(runtime.partition, epoch)
      .catch((error) => {
        log.warn({ err: error, partition: runtime.partition }, 'epoch not raised');
        return false;
      })
      .then((ours) => {
        raising.delete(runtime.partition);
        if (!ours) return false;
        for (const each of stations.values()) {
          if (each.partition !== runtime.partition) continue;
          for (const delivery of each.deliveries.values()) delivery.nextAt = 0;
          tryHello(each);
        }
        return true;
      });
    raising.set(runtime.partition, raised);
  }

  const isSilent = (runtime: Runtime, now: number): boolean => now - runtime.heardAt >= config.linkLostMs;

  /** Every station, once a second: who fell silent, and who needs attention for another reason. */
  function checkAll(now: number): void {
    for (const runtime of stations.values()) {
      const { image } = runtime;
      if (!image) continue;
      if (isSilent(runtime, now)) {
        if (image.contact.link_up && runtime.mailbox.length === 0) context.push(runtime, { kind: 'linkLost' });
      } else if (wantsHello(runtime) || runtime.sequencer.hasGap) attention.add(runtime);
    }
  }

  const wantsHello = (runtime: Runtime): boolean =>
    runtime.wantsHello || !runtime.greeted || runtime.image?.contact.link_up === false;

  function attend(runtime: Runtime, now: number): void {
    if (runtime.dropped || isSilent(runtime, now) || !(wantsHello(runtime) || runtime.sequencer.hasGap)) {
      attention.delete(runtime);
      return;
    }
    if (!runtime.image || !link.connected) return;
    if (wantsHello(runtime)) publisher.askHello(runtime);
    const gap = runtime.sequencer.poll(now);
    if (gap?.kind === 'resend') publisher.askResend(runtime, gap.from);
    if (gap?.kind === 'skip') {
      faultPoints.pass('before-skip');
      const detail = `records ${runtime.sequencer.next} to ${gap.to} did not come`;
      context.push(runtime, { kind: 'skip', to: gap.to, detail });
    }
  }

  return {
    accept,
    tryHello,
    receive(topic, payload) {
      faultPoints.pass('after-receive');
      const began = clock.monotonic();
      ingress.receive(topic, payload);
      profile.add('receive', clock.monotonic() - began);
    },
    sweep() {
      const now = clock.monotonic();
      if (now - silenceCheckedAt >= 1_000) {
        silenceCheckedAt = now;
        checkAll(now);
      }
      for (const runtime of attention) attend(runtime, now);
    },
  };
}
