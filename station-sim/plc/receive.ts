import { z } from 'zod';
import { commandHash, commandId } from '../../schema/wire/command-id.ts';
import { commandTypes } from '../../schema/wire/commands.ts';
import { type CommitAck, commitAck, type Downlink, downlink, validity } from '../../schema/wire/downlink.ts';
import { bayId, stationId } from '../../schema/wire/ids.ts';
import { contractVersion } from '../../schema/wire/topics.ts';
import type { Core } from '../core.ts';
import { replaceJournal } from '../create-core.ts';
import { raiseAlarm } from './alarms.ts';
import { type CommandHead, receiveCancel, receiveCommand } from './commands.ts';
import { pump, sendFenced, sendHello } from './publish.ts';

/** A command whose head can be read although its type or parameters cannot: it gets a journaled refusal. */
const commandHead = z.object({
  v: z.literal(contractVersion),
  station: stationId,
  epoch: z.int().min(0),
  ack: commitAck,
  kind: z.literal('command'),
  id: commandId,
  hash: commandHash,
  bay: bayId,
  type: z.string().max(40),
  params: z.unknown(),
  validity,
});

/** Takes one message of the down topic, already parsed from JSON. What cannot be read is counted and dropped. */
export function receive(core: Core, payload: unknown): void {
  if (!core.plc.on) return;
  core.link.fruitless = 0;
  const parsed = downlink.safeParse(payload);
  if (!parsed.success) {
    receiveUnreadable(core, payload);
    return;
  }
  const message = parsed.data;
  if (!accept(core, message)) return;
  if (message.kind === 'command') receiveCommand(core, { ...message, problem: null });
  if (message.kind === 'cancel') receiveCancel(core, message);
  if (message.kind === 'resend') reopen(core, message.fromSeq);
  if (message.kind === 'helloRequest') sendHello(core);
}

function receiveUnreadable(core: Core, payload: unknown): void {
  const head = commandHead.safeParse(payload);
  if (!head.success || head.data.station !== core.options.id) {
    core.stats.badMessages += 1;
    return;
  }
  if (!accept(core, head.data)) return;
  const known = (commandTypes as string[]).includes(head.data.type);
  const command: CommandHead = {
    ...head.data,
    problem: known
      ? { reason: 'badParameters', detail: 'parameters do not fit the command' }
      : { reason: 'unknownCommand', detail: 'no such command' },
  };
  receiveCommand(core, command);
}

type Head = Pick<Downlink, 'station' | 'epoch' | 'ack' | 'kind'> & { id?: string };

/** The commit acknowledgement every message carries, whatever its epoch; then the fence for what would move something. */
function accept(core: Core, head: Head): boolean {
  const { plc } = core;
  if (head.station !== core.options.id) {
    core.stats.badMessages += 1;
    return false;
  }
  if (head.ack) takeAck(core, head.ack);
  if ((head.kind === 'command' || head.kind === 'cancel') && head.epoch < plc.epoch) {
    sendFenced(core, head.id ?? null);
    return false;
  }
  if (head.epoch > plc.epoch) {
    plc.epoch = head.epoch;
    core.touch('plc');
  }
  return true;
}

function takeAck(core: Core, ack: NonNullable<CommitAck>): void {
  const { plc, link } = core;
  if (ack.journalId !== plc.journalId) return;
  if (ack.seq > plc.journal.lastSeq()) {
    startNewJournal(core);
    return;
  }
  if (!plc.journal.acknowledge(ack.seq, core.clock.wallMs())) return;
  link.progressMs = core.clock.wallMs();
  for (const seq of plc.journal.prune(core.clock.wallMs())) core.touch(`rec/${seq}`);
  pump(core);
}

/** The service has records of ours that we have not: these numbers are used up, a new journal begins. */
function startNewJournal(core: Core): void {
  replaceJournal(core, 'remembered');
  raiseAlarm(core, { key: 'journal', level: 1, code: 'journalBehind' });
  sendHello(core);
}

/** The service lacks records from here on. */
function reopen(core: Core, fromSeq: number): void {
  const { plc, link } = core;
  if (fromSeq > plc.journal.lastSeq()) return;
  plc.journal.reopenFrom(fromSeq);
  link.sentSeq = fromSeq - 1;
  link.progressMs = core.clock.wallMs();
  pump(core);
}
