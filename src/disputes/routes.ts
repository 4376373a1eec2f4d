import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { disputeEvidence, disputes, notes } from '../../schema/tables/disputes.ts';
import type { ApiEnv } from '../api/context.ts';
import { answerOne, etagOf } from '../api/etag.ts';
import { once } from '../api/idempotency.ts';
import { sayLanguage } from '../api/language.ts';
import { ApiError, notFound } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import type { Statement } from '../db/statement.ts';
import { planComment, planDispute, planResolution, planWithdrawal, refuseResolved, type StoredRow } from './desk.ts';
import { type Act, planNote } from './note-desk.ts';
import {
  type DisputeRow,
  findDispute,
  findNote,
  listDisputes,
  listEvidence,
  listNotes,
  toDispute,
  toEvidence,
  toNote,
} from './queries.ts';
import * as route from './route-definitions.ts';

interface Options {
  db: Database;
  /** Wall clock, UTC epoch ms. */
  now?: () => number;
}

const meanwhile = () =>
  new ApiError('concurrent-change', 'Something else was done to the account of the party at the same moment.');

export const disputeRoutes = ({ db, now = Date.now }: Options) => {
  const actOf = (c: Context<ApiEnv>): Act => ({ by: c.get('caller').key, now: now() });

  async function found(c: Context<ApiEnv>, id: string): Promise<DisputeRow> {
    const row = await findDispute(db, c.get('caller'), id);
    if (row === null) throw notFound('dispute');
    return row;
  }

  /** An end of a dispute. Without a row somebody else has ended it, or has changed the account, since it was read. */
  const ended = (c: Context<ApiEnv>, id: string, effect: (row: DisputeRow) => Promise<Statement<StoredRow>>) =>
    once(c, {
      effect: async () => effect(await found(c, id)),
      answer: (row) => {
        if (row === null) throw meanwhile();
        const dispute = toDispute(rowOf(disputes, row));
        return c.json(dispute, 200, { ETag: etagOf(dispute.edition) });
      },
    });

  return new OpenAPIHono<ApiEnv>()
    .openapi(route.list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listDisputes(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(route.one, async (c) => {
      const row = await found(c, c.req.valid('param').id);
      return answerOne(c, toDispute(row), row.edition);
    })
    .openapi(route.open, (c) => {
      const { role, organisation } = c.get('caller');
      return once(c, {
        effect: () => planDispute(db, c.req.valid('json'), role === 'fleet' ? organisation : undefined, actOf(c)),
        answer: (row) => {
          if (row === null) throw meanwhile();
          const dispute = toDispute(rowOf(disputes, row));
          return c.json(dispute, 201, { Location: `/api/v1/disputes/${dispute.id}`, ETag: etagOf(dispute.edition) });
        },
      });
    })
    .openapi(route.evidenceList, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const { id } = await found(c, c.req.valid('param').id);
      return c.json(await listEvidence(db, id, { limit, cursor }), 200);
    })
    .openapi(route.comment, (c) =>
      once(c, {
        effect: async () => {
          const row = await found(c, c.req.valid('param').id);
          refuseResolved(row);
          return planComment(row, c.req.valid('json'), actOf(c));
        },
        answer: (row) => {
          if (row === null) throw new ApiError('already-settled');
          return c.json(toEvidence(rowOf(disputeEvidence, row)), 201);
        },
      }),
    )
    .openapi(route.resolve, (c) =>
      ended(c, c.req.valid('param').id, (row) => planResolution(db, row, c.req.valid('json'), actOf(c))),
    )
    .openapi(route.withdraw, (c) =>
      ended(c, c.req.valid('param').id, async (row) => {
        const { role, key } = c.get('caller');
        if (role !== 'fleet' && row.openedBy !== key)
          throw new ApiError('change-refused', 'It was opened by somebody else: resolve it instead.');
        return planWithdrawal(row, c.req.valid('json').reason, actOf(c));
      }),
    );
};

export const noteRoutes = ({ db, now = Date.now }: Options) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(route.noteList, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const page = { limit, cursor, language: sayLanguage(c) };
      return c.json(await listNotes(db, c.get('caller'), filter, page), 200);
    })
    .openapi(route.noteOne, async (c) => {
      const note = await findNote(db, c.get('caller'), c.req.valid('param').id, sayLanguage(c));
      if (note === null) throw notFound('note');
      return answerOne(c, note);
    })
    .openapi(route.issue, (c) =>
      once(c, {
        effect: () => planNote(db, c.req.valid('json'), { by: c.get('caller').key, now: now() }),
        answer: (row) => {
          if (row === null) throw meanwhile();
          const note = toNote(rowOf(notes, row), sayLanguage(c));
          return c.json(note, 201, { Location: `/api/v1/notes/${note.id}` });
        },
      }),
    );
