import { createRoute, z } from '@hono/zod-openapi';
import { organisationId } from '../../schema/wire/api/access.ts';
import {
  dispute,
  disputeId,
  evidence,
  newComment,
  newDispute,
  resolution,
  withdrawal,
} from '../../schema/wire/api/dispute.ts';
import { newNote, note, noteId } from '../../schema/wire/api/note.ts';
import { swapId } from '../../schema/wire/ids.ts';
import { disputeStates, statementId } from '../../schema/wire/settlement/statement.ts';
import { access, managers } from '../api/access.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, replayedHeader, requiredIdempotencyKey } from '../api/idempotency.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';

/** The operator's people, and who pays. */
const parties = [...managers, 'fleet'] as const;
const tags = ['statements'];
const params = z.object({ id: disputeId });
const bill = { swap: swapId.optional(), statement: statementId.optional() };
const headers = { ...etagHeader, ...replayedHeader };

export const list = createRoute({
  ...access(...parties),
  method: 'get',
  path: '/',
  tags,
  summary: 'Disputes, newest first',
  description: 'A fleet sees its own.',
  request: {
    query: pageQuery.extend({ party: organisationId.optional(), state: z.enum(disputeStates).optional(), ...bill }),
  },
  responses: { 200: json(pageOf(dispute), 'A page of disputes.'), ...problems('invalid-parameter') },
});

export const one = createRoute({
  ...access(...parties),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A dispute',
  request: { params, headers: ifNoneMatch },
  responses: { ...oneAnswer(dispute, 'The dispute.'), ...problems('not-found') },
});

export const open = createRoute({
  ...access(...parties),
  method: 'post',
  path: '/',
  tags,
  summary: 'Say that a bill, or a line of it, is wrong',
  description: `By the fleet that is to pay, or for it by operations. The records of the swap (arrival, pack reads, hand-overs, release, meter), the
tariff, the version of the plan and the transfers are attached at once, as they are. While it is open nobody is in arrears with what is in dispute. A bill has
one open dispute for a line: of two at once one is opened.`,
  request: { headers: idempotencyKey, body: jsonBody(newDispute) },
  responses: {
    201: { ...json(dispute, 'Opened.'), headers },
    ...problems('change-refused', 'concurrent-change', ...bodyProblems, ...idempotencyProblems),
  },
});

export const evidenceList = createRoute({
  ...access(...parties),
  method: 'get',
  path: '/{id}/evidence',
  tags,
  summary: 'What is attached to a dispute',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(evidence), 'A page of evidence.'), ...problems('not-found', 'invalid-parameter') },
});

export const comment = createRoute({
  ...access(...parties),
  method: 'post',
  path: '/{id}/evidence',
  tags,
  summary: 'Attach a text and references to an open dispute',
  request: { params, headers: idempotencyKey, body: jsonBody(newComment) },
  responses: {
    201: { ...json(evidence, 'Attached.'), headers: replayedHeader },
    ...problems('not-found', 'already-settled', ...bodyProblems, ...idempotencyProblems),
  },
});

export const resolve = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/resolve',
  tags,
  summary: 'Reject a dispute, or uphold it with a credit note',
  description:
    'Of each line at most what was billed, less earlier notes. The note changes what is to be paid on the statement at once.',
  request: { params, headers: requiredIdempotencyKey, body: jsonBody(resolution) },
  responses: {
    200: { ...json(dispute, 'The dispute as it is now.'), headers },
    ...problems(
      'not-found',
      'already-settled',
      'change-refused',
      'concurrent-change',
      ...bodyProblems,
      ...idempotencyProblems,
    ),
  },
});

export const withdraw = createRoute({
  ...access(...parties),
  method: 'post',
  path: '/{id}/withdraw',
  tags,
  summary: 'Take back a dispute',
  description: 'By the fleet whose dispute it is, or by whoever opened it for the fleet.',
  request: { params, headers: idempotencyKey, body: jsonBody(withdrawal) },
  responses: {
    200: { ...json(dispute, 'The dispute as it is now.'), headers },
    ...problems('not-found', 'already-settled', 'change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});

export const noteList = createRoute({
  ...access(...parties),
  method: 'get',
  path: '/',
  tags,
  summary: 'Credit and debit notes, newest first',
  description: 'A fleet sees its own.',
  request: { query: pageQuery.extend({ party: organisationId.optional(), ...bill }) },
  responses: { 200: json(pageOf(note), 'A page of notes.'), ...problems('invalid-parameter') },
});

export const noteOne = createRoute({
  ...access(...parties),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A credit or debit note, line by line',
  request: { params: z.object({ id: noteId }), headers: ifNoneMatch },
  responses: { ...oneAnswer(note, 'The note.'), ...problems('not-found') },
});

export const issue = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Issue a credit or debit note on a receipt or a statement',
  description: `The one way a bill is corrected. The amount of a line is quantity x unit price, rounded once. A credit is refused beyond what was billed, less
earlier notes. A credit on what stands on a statement changes what is to be paid there at once; any other note stands on the next statement.`,
  request: { headers: requiredIdempotencyKey, body: jsonBody(newNote) },
  responses: {
    201: { ...json(note, 'Issued.'), headers: replayedHeader },
    ...problems('change-refused', 'concurrent-change', ...bodyProblems, ...idempotencyProblems),
  },
});
