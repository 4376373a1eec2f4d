import { z } from 'zod';
import { commandHash, commandId } from './command-id.ts';
import { commandParams, commandType } from './commands.ts';
import { bayId, journalId, stationId } from './ids.ts';
import { contractVersion } from './topics.ts';

/** All records up to `seq` of this journal are committed. Null before the service knows the journal. */
export const commitAck = z.strictObject({ journalId, seq: z.int().min(0) }).nullable();

const head = { v: z.literal(contractVersion), station: stationId, epoch: z.int().min(0), ack: commitAck };

/** Forbids starting after the beat, or in another boot. Never interrupts a motion. */
export const validity = z.strictObject({ boot: z.int().min(1), untilBeat: z.int().min(0) });

export const commandMessage = z
  .strictObject({
    ...head,
    kind: z.literal('command'),
    id: commandId,
    /** Hash of bay, type and parameters. The station only compares it with the one it journaled under this id. */
    hash: commandHash,
    bay: bayId,
    type: commandType,
    params: z.unknown(),
    validity,
  })
  .superRefine((message, context) => {
    const parsed = commandParams[message.type].safeParse(message.params);
    for (const issue of parsed.error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: ['params', ...issue.path], message: issue.message });
    }
  });

/** Withdraw a command that has not begun. Answered by a `commandResult` with outcome cancelled, or by `cancelTooLate`. */
export const cancelMessage = z.strictObject({
  ...head,
  kind: z.literal('cancel'),
  id: commandId,
  hash: commandHash,
  bay: bayId,
});
export const ackMessage = z.strictObject({ ...head, kind: z.literal('ack') });
/** Send the records from `fromSeq` again. */
export const resendMessage = z.strictObject({ ...head, kind: z.literal('resend'), fromSeq: z.int().min(1) });
export const helloRequest = z.strictObject({ ...head, kind: z.literal('helloRequest') });

export const downlink = z.discriminatedUnion('kind', [
  commandMessage,
  cancelMessage,
  ackMessage,
  resendMessage,
  helloRequest,
]);

export type CommitAck = z.infer<typeof commitAck>;
export type Validity = z.infer<typeof validity>;
export type CommandMessage = z.infer<typeof commandMessage>;
export type CancelMessage = z.infer<typeof cancelMessage>;
export type Downlink = z.infer<typeof downlink>;
