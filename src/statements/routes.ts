import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import type { Context } from 'hono';
import { organisationId } from '../../schema/wire/api/access.ts';
import { receipt } from '../../schema/wire/api/settlement.ts';
import {
  closeBody,
  closedMonth,
  statementDetail,
  statementLine,
  statementView,
} from '../../schema/wire/api/statement.ts';
import { calendarMonth, statementId, statementKinds } from '../../schema/wire/settlement/statement.ts';
import { withAct } from '../acts/note.ts';
import { actOf } from '../acts/of-request.ts';
import { access, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, oneAnswer } from '../api/etag.ts';
import { idempotencyProblems, onceWith, replayedHeader, requiredIdempotencyKey } from '../api/idempotency.ts';
import { runKeyed } from '../api/idempotency-store.ts';
import { sayLanguage } from '../api/language.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { runStatement, statement } from '../db/statement.ts';
import { said } from '../settlement/bill-words.ts';
import { isOver } from './close.ts';
import { type ClosedMonth, closeMonth } from './close-month.ts';
import { listLines, listReceiptsOf } from './lines.ts';
import { paymentsOf, readBalances } from './paid.ts';
import { statementPdf } from './pdf.ts';
import { listStatements, partyOf, readStatement, type StatementRow, swapsOf, viewOf } from './queries.ts';

const readers = ['admin', 'operations', 'fleet', 'owner'] as const;
const params = z.object({ id: statementId.meta({ examples: ['s-2026-05-green-taxi'] }) });
/** Swaps in a printed statement; all of them are in the list of receipts. */
const printedSwaps = 2_000;
const tags = ['statements'];

const list = createRoute({
  ...access(...readers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Statements, newest month first',
  description: 'A fleet sees what it owes, an owner what its packs have earned.',
  request: {
    query: pageQuery.extend({
      party: organisationId.optional(),
      month: calendarMonth.optional(),
      kind: z.enum(statementKinds).optional(),
    }),
  },
  responses: { 200: json(pageOf(statementView), 'A page of statements.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...readers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A statement, line by line',
  request: { params },
  responses: { ...oneAnswer(statementDetail, 'The statement.'), ...problems('not-found') },
});

const lines = createRoute({
  ...access(...readers),
  method: 'get',
  path: '/{id}/lines',
  tags,
  summary: 'The lines that add up to a statement',
  description: 'With `Accept: text/csv` as a file for the books; `text/csv;bom=1` for Excel.',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(statementLine), 'A page of lines.'), ...problems('not-found', 'invalid-parameter') },
});

const itsReceipts = createRoute({
  ...access(...readers),
  method: 'get',
  path: '/{id}/receipts',
  tags,
  summary: 'The receipts that stand on a statement, by swap',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(receipt), 'A page of receipts.'), ...problems('not-found', 'invalid-parameter') },
});

const pdf = createRoute({
  ...access(...readers),
  method: 'get',
  path: '/{id}/pdf',
  tags,
  summary: 'A statement on paper (PDF)',
  description: 'In Chinese or English, as `Accept-Language` asks.',
  request: { params },
  responses: {
    200: {
      description: 'The statement.',
      content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problems('not-found'),
  },
});

const close = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/close',
  tags,
  summary: 'Close a month for all parties',
  description: `Done by the service itself six hours after the end of a month. A party whose swaps are not all billed waits, and its \`problem\` says for
what; the others are closed. What is closed stays as it is, so it may be asked for again.`,
  request: { headers: requiredIdempotencyKey, body: jsonBody(closeBody) },
  responses: {
    200: { ...json(closedMonth, 'What became of it, party by party.'), headers: replayedHeader },
    ...problems('change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});

export const statementRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) => {
  async function found(c: Context<ApiEnv>): Promise<StatementRow> {
    const row = await readStatement(db, c.get('caller'), c.req.param('id') ?? '');
    if (row === null) throw notFound('statement');
    return row;
  }
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listStatements(db, c.get('caller'), filter, { limit, cursor }, now()), 200);
    })
    .openapi(one, async (c) => {
      const row = await found(c);
      const [balances, payments] = await Promise.all([readBalances(db, [row], now()), paymentsOf(db, row.id)]);
      const view = viewOf(row, balances.get(row.id) ?? null);
      return answerOne(c, { ...view, lines: said(row.lines, sayLanguage(c)), summary: row.summary, payments });
    })
    .openapi(lines, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      return c.json(await listLines(db, await found(c), { limit, cursor }, sayLanguage(c)), 200);
    })
    .openapi(itsReceipts, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      return c.json(await listReceiptsOf(db, (await found(c)).id, { limit, cursor }), 200);
    })
    .openapi(pdf, async (c) => {
      const row = await found(c);
      const language = sayLanguage(c);
      const [party, swaps] = await Promise.all([partyOf(db, row.party), swapsOf(db, row.id, printedSwaps)]);
      const partyName = (language === 'zh' ? party?.name : (party?.nameEn ?? party?.name)) ?? row.party;
      const bytes = await statementPdf({ statement: row, partyName, swaps }, language);
      return c.body(new Uint8Array(bytes), 200, {
        'Content-Type': 'application/pdf',
        'Content-Disposition': `inline; filename="${row.id}.pdf"`,
      });
    })
    .openapi(close, (c) => {
      const { month } = c.req.valid('json');
      return onceWith<ClosedMonth, ReturnType<typeof c.json<ClosedMonth, 200>>>(c, {
        work: async (request) => {
          if (!isOver(month, now())) throw new ApiError('change-refused', `The month ${month} is not over.`);
          // Each party's statement is a commit of its own: who asked is told with the first of them, or with the answer where nothing was left to do.
          const act = await actOf(c);
          const asked = act && { line: act.line, isTold: false };
          const { faultPoints } = c.get('answers');
          const closed = await closeMonth(db, month, { by: c.get('caller').key, now: now(), faultPoints, asked });
          const text = JSON.stringify(closed);
          const result = sql`select j.* from jsonb_to_record(${text}::text::jsonb)
            as j(month text, fleets jsonb, owners jsonb, "isComplete" boolean)`;
          const kept = statement<ClosedMonth>({ parts: {}, result });
          const answer = act === null || asked?.isTold ? kept : withAct(kept, act);
          return request === null ? runStatement(db, answer) : runKeyed(db, request, answer);
        },
        answer: (row) => {
          if (row === null) throw new ApiError('internal');
          return c.json(row, 200);
        },
      });
    });
};
