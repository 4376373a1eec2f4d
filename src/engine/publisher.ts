import { downTopic } from '../../schema/wire/topics.ts';
import { ackMessage, cancelMessage, helloRequestMessage, resendMessage, withHead } from '../plc/downlink.ts';
import type { EngineContext } from './context.ts';
import type { Runtime } from './runtime.ts';
import type { OpenCommand } from './station/image.ts';

export interface Publisher {
  /** Sends commands that a commit has just decided or withdrawn. */
  sendNow(runtime: Runtime, commands: Iterable<OpenCommand>): void;
  /** Sends every open command, unchanged: after a hello, or when the station asks for our epoch. */
  sendAll(runtime: Runtime): void;
  askHello(runtime: Runtime): void;
  askResend(runtime: Runtime, fromSeq: number): void;
  /** The mark moved, or the station has not heard that it did. */
  oweAck(runtime: Runtime): void;
  /** Sends again what is due. */
  sweep(): void;
  forget(runtime: Runtime): void;
  stop(): void;
}

const helloPauseMs = 2_000;
/** The station has journaled the intent: its result comes by itself, asking again is for lost journals only. */
const acceptedFactor = 8;
const mostResendFactor = 4;

/** The only place that sends to stations: under a lease that holds now, with the epoch and the mark of now. */
export function createPublisher(context: EngineContext): Publisher {
  const { config, link, leases, clock, faultPoints, metrics, bugs } = context;
  const owed = new Map<Runtime, number>();
  const withCommands = new Set<Runtime>();
  let ackTimer: NodeJS.Timeout | undefined;

  function send(runtime: Runtime, kind: string, message: string): boolean {
    const { image } = runtime;
    if (!image || runtime.dropped || !link.connected) return false;
    if (!leases.holds(runtime.partition)) return false;
    const { journal_id: journalId } = image.contact;
    const head = {
      station: runtime.station,
      epoch: leases.epochOf(runtime.partition),
      ack:
        journalId === null
          ? null
          : { journalId, seq: bugs.has('ackBeforeCommit') ? runtime.sequencer.next - 1 : image.seq },
    };
    if (!link.publish(downTopic(runtime.station), withHead(head, message), 1)) return false;
    metrics.sent.inc({ kind });
    runtime.acked = image.seq;
    owed.delete(runtime);
    return true;
  }

  /**
   * No motion before this worker has seen a hello and the core is content with it. None either, and no cancel, while a journal waits for
   * adoption: a controller without memory would truthfully say "not begun" of a motion that had begun.
   */
  const mayCommand = ({ greeted, image }: Runtime): boolean =>
    greeted && image?.state.reconciled === true && image.contact.link_up && image.contact.pending_journal_id === null;

  function sendCommand(runtime: Runtime, command: OpenCommand, now: number): void {
    const cancel = command.cancelled && !command.tooLate;
    const delivery = runtime.deliveries.get(command.id) ?? { nextAt: 0, tries: 0 };
    if (delivery.tries > 0) faultPoints.pass('before-resend');
    let message = cancel ? cancelMessage(command) : command.message;
    if (bugs.has('newIdOnResend') && delivery.tries > 0 && !cancel) {
      message = message.replaceAll(command.id, command.id.replace(/\d+$/, String(delivery.tries + 1)));
    }
    if (!send(runtime, cancel ? 'cancel' : 'command', message)) return;
    delivery.tries += 1;
    const factor =
      command.state === 'accepted' && !cancel ? acceptedFactor : Math.min(delivery.tries, mostResendFactor);
    delivery.nextAt = now + config.commandResendMs * factor;
    runtime.deliveries.set(command.id, delivery);
    withCommands.add(runtime);
    if (command.state === 'queued' && !runtime.sent.has(command.id)) runtime.sent.set(command.id, clock.wall());
    faultPoints.pass('after-publish');
  }

  function sendAcks(): void {
    ackTimer = undefined;
    const now = clock.monotonic();
    for (const [runtime, dueAt] of owed) {
      if (dueAt > now) {
        ackTimer = setTimeout(sendAcks, dueAt - now);
        return;
      }
      owed.delete(runtime);
      send(runtime, 'ack', ackMessage);
    }
  }

  function resendDue(runtime: Runtime, now: number): void {
    const { image } = runtime;
    if (!image) return;
    if (image.commands.size === 0) {
      withCommands.delete(runtime);
      runtime.deliveries.clear();
      return;
    }
    // The answer may be waiting here already: under load nothing would be worse than to ask for more.
    if (!mayCommand(runtime) || runtime.mailbox.length > 0) return;
    for (const command of image.commands.values()) {
      if ((runtime.deliveries.get(command.id)?.nextAt ?? 0) <= now) sendCommand(runtime, command, now);
    }
    for (const id of runtime.deliveries.keys()) if (!image.commands.has(id)) runtime.deliveries.delete(id);
  }

  /** A command that nobody answers stays "queued" in the database for a second, then a commit of its own says that it was sent. */
  function writeSent(runtime: Runtime): void {
    const long = clock.wall() - 1_000;
    for (const at of runtime.sent.values()) {
      if (at > long) continue;
      context.push(runtime, { kind: 'flush' });
      return;
    }
  }

  return {
    sendNow(runtime, commands) {
      const now = clock.monotonic();
      for (const command of commands) {
        withCommands.add(runtime);
        if (mayCommand(runtime)) sendCommand(runtime, command, now);
      }
    },
    sendAll(runtime) {
      if (!runtime.image || !mayCommand(runtime)) return;
      const now = clock.monotonic();
      for (const command of runtime.image.commands.values()) sendCommand(runtime, command, now);
    },
    askHello(runtime) {
      runtime.wantsHello = true;
      const now = clock.monotonic();
      if (now - runtime.helloAskedAt < helloPauseMs) return;
      if (send(runtime, 'helloRequest', helloRequestMessage)) runtime.helloAskedAt = now;
    },
    askResend(runtime, fromSeq) {
      send(runtime, 'resend', resendMessage(fromSeq));
    },
    oweAck(runtime) {
      if (owed.has(runtime)) return;
      owed.set(runtime, clock.monotonic() + config.ackDelayMs);
      ackTimer ??= setTimeout(sendAcks, config.ackDelayMs);
    },
    sweep() {
      if (!link.connected) return;
      const now = clock.monotonic();
      for (const runtime of withCommands) {
        resendDue(runtime, now);
        if (runtime.sent.size > 0) writeSent(runtime);
      }
    },
    forget(runtime) {
      owed.delete(runtime);
      withCommands.delete(runtime);
    },
    stop() {
      clearTimeout(ackTimer);
      owed.clear();
      withCommands.clear();
    },
  };
}
