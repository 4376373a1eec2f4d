import type { CommitAck } from '../../schema/wire/downlink.ts';
import { contractVersion } from '../../schema/wire/topics.ts';

/** What the head of every downlink says: under which epoch, and what is committed. */
export interface Head {
  station: string;
  epoch: number;
  ack: CommitAck;
}

/** Puts the head in front of a message that was stored without it. Text is joined, not parsed: a command leaves byte for byte as decided. */
export function withHead({ station, epoch, ack }: Head, message: string): string {
  const committed = ack ? `{"journalId":"${ack.journalId}","seq":${ack.seq}}` : 'null';
  return `{"v":${contractVersion},"station":"${station}","epoch":${epoch},"ack":${committed},${message.slice(1)}`;
}

export const ackMessage = '{"kind":"ack"}';
export const helloRequestMessage = '{"kind":"helloRequest"}';
export const resendMessage = (fromSeq: number): string => `{"kind":"resend","fromSeq":${fromSeq}}`;
export const cancelMessage = (command: { id: string; hash: string; bay: string }): string =>
  JSON.stringify({ kind: 'cancel', id: command.id, hash: command.hash, bay: command.bay });
