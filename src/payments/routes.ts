import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import type { Context } from 'hono';
import { organisationId } from '../../schema/wire/api/access.ts';
import {
  newMatch,
  newPayer,
  payer,
  payment,
  paymentFile,
  paymentFileDetail,
  undoing,
} from '../../schema/wire/api/payment.ts';
import { paymentFileId, paymentFormats, paymentId } from '../../schema/wire/settlement/payment.ts';
import { statementId } from '../../schema/wire/settlement/statement.ts';
import { outcomeRow } from '../acts/note.ts';
import { acted } from '../acts/of-request.ts';
import { access, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyProblems, onceWith, replayedHeader, requiredIdempotencyKey } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import type { Statement } from '../db/statement.ts';
import { act, type PaymentActor } from './acts.ts';
import { type ChangedPayment, planAssign, planUndo } from './assign.ts';
import { type ImportedFile, planImport } from './import-file.ts';
import { type ChangedPayer, listPayers, planPayer } from './payers.ts';
import { listFiles, listPayments, readFileDetail, readPayment } from './queries.ts';
import { takeFile } from './upload.ts';

const readers = ['admin', 'operations', 'fleet'] as const;
const tags = ['payments'];
const id = paymentId.meta({ examples: ['bank.110906123410901.C0826K7000QQ'] });
const params = z.object({ id });

const sample = `账号：110906123410901,户名：换电运营
交易日期,交易流水号,借方金额,贷方金额,对方户名,对方账号,摘要
2026-05-08 09:30:00,C0826K7000QQ,,"12,345.67",绿色出租,6222021001116245702,换电费
`;

const upload = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/imports',
  tags,
  summary: 'Bring in a file of a bank or a payment platform',
  description: `\`bank\`: a bank's statement of an account, CSV in UTF-8 or GBK. \`alipay\`: Alipay's bill of a merchant (业务明细). At most 8 MB and 5,000 rows;
\`docs/payments.md\` has the columns. One bad row and nothing of the file is taken: 422 with line, column and reason of each. Money that came in is taken once by
its transaction number, whichever file brings it, and is matched to statements by the numbers in its text, else to the party whose account it
comes from, oldest statement first; what is left over stays on account; what is nobody's is in suspense. \`lines\` says what became of each.`,
  request: {
    headers: requiredIdempotencyKey,
    query: z.strictObject({ format: z.enum(paymentFormats).openapi({ example: 'bank' }) }),
    body: { required: true, content: { 'text/csv': { schema: z.string().openapi({ example: sample }) } } },
  },
  responses: {
    201: { ...json(paymentFileDetail, 'Taken.'), headers: replayedHeader },
    200: {
      ...json(paymentFileDetail, 'The file had come before; `lines` says so of each row.'),
      headers: replayedHeader,
    },
    ...problems(
      'invalid-body',
      'payload-too-large',
      'request-timeout',
      'unsupported-media-type',
      ...idempotencyProblems,
    ),
  },
});

const files = createRoute({
  ...access(...managers),
  method: 'get',
  path: '/imports',
  tags,
  summary: 'Files that were brought in, newest first',
  request: { query: pageQuery },
  responses: { 200: json(pageOf(paymentFile), 'A page of files.'), ...problems('invalid-parameter') },
});

const file = createRoute({
  ...access(...managers),
  method: 'get',
  path: '/imports/{id}',
  tags,
  summary: 'A file, and what became of each of its lines',
  request: { params: z.object({ id: paymentFileId }), headers: ifNoneMatch },
  responses: { ...oneAnswer(paymentFileDetail, 'The file.'), ...problems('not-found') },
});

const payers = createRoute({
  ...access(...managers),
  method: 'get',
  path: '/payers',
  tags,
  summary: 'Accounts that are known to be somebody’s',
  request: { query: pageQuery.extend({ organisation: organisationId.optional() }) },
  responses: { 200: json(pageOf(payer), 'A page of accounts.'), ...problems('invalid-parameter') },
});

const tellPayer = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/payers',
  tags,
  summary: 'Say whose an account is',
  description: `Payments from it that name no statement are that party's from now on. An account of the operator's own is money that only moves: its lines
are ignored. One that is somebody else's is freed first (\`"organisation": null\`).`,
  request: { headers: requiredIdempotencyKey, body: jsonBody(newPayer) },
  responses: {
    200: { ...json(payer, 'As it is now.'), headers: replayedHeader },
    ...problems('already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const list = createRoute({
  ...access(...readers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Payments, those recorded last first',
  description: 'With `suspense=true` those of which something is nobody’s yet. A fleet sees what is its own.',
  request: {
    query: pageQuery.extend({
      party: organisationId.optional(),
      statement: statementId.optional(),
      file: paymentFileId.optional(),
      suspense: z.enum(['true', 'false']).optional(),
    }),
  },
  responses: { 200: json(pageOf(payment), 'A page of payments.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...readers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A payment, and whose it is',
  request: { params, headers: ifNoneMatch },
  responses: { ...oneAnswer(payment, 'The payment.'), ...problems('not-found') },
});

const assign = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/matches',
  tags,
  summary: 'Say whose money it is that lies in suspense',
  description: `To the statement, or without one to the party's open ones, oldest first; what is left over stays on its account for the next. Of two who do so at
once one is refused. An amount that is more than is left to pay of a statement is refused.`,
  request: { params, headers: requiredIdempotencyKey, body: jsonBody(newMatch) },
  responses: {
    200: { ...json(payment, 'As it is now.'), headers: replayedHeader },
    ...problems('not-found', 'change-refused', 'already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const undo = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/matches/{n}/undo',
  tags,
  summary: 'Undo a wrong match',
  description: 'By its counterpart: nothing is changed or deleted. The money is in suspense again.',
  request: {
    params: params.extend({
      n: z.coerce
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .meta({ examples: [1] }),
    }),
    headers: requiredIdempotencyKey,
    body: jsonBody(undoing),
  },
  responses: {
    200: { ...json(payment, 'As it is now.'), headers: replayedHeader },
    ...problems('not-found', 'change-refused', 'already-settled', ...bodyProblems, ...idempotencyProblems),
  },
});

/** Not a file that was there before. */
const news = sql`coalesce(${outcomeRow} ->> 'repeated', 'false') = 'false'`;

type Plan<R extends object> = (actor: PaymentActor, seen: number) => Promise<Statement<R>>;

export function paymentRoutes({ db, now = Date.now }: { db: Database; now?: () => number }) {
  /** Plans and writes until nobody has come between; once per key. */
  const change = <R extends object, A extends Response>(
    c: Context<ApiEnv>,
    { plan, answer, payload }: { plan: Plan<R>; answer: (row: R) => A; payload?: string },
  ): Promise<A> =>
    onceWith<R, A>(c, {
      payload,
      work: async (request) => {
        const { faultPoints } = c.get('answers');
        const actor = { by: c.get('caller').key, now: now() };
        const row = await act(db, request, async (seen) => {
          const planned = await acted(c, await plan(actor, seen), news);
          faultPoints.pass('request-decided');
          return planned;
        });
        faultPoints.pass('request-done');
        return row;
      },
      answer: (row) => {
        if (row === null) throw new ApiError('internal');
        return answer(row);
      },
    });

  return new OpenAPIHono<ApiEnv>()
    .openapi(upload, async (c) => {
      const { format } = c.req.valid('query');
      const taken = await takeFile(c, format);
      return change<ImportedFile, ReturnType<typeof c.json<ImportedFile['file'], 200 | 201>>>(c, {
        payload: `${format} ${taken.sha256}`,
        plan: (actor, seen) => planImport(db, taken, actor, seen),
        answer: (row) => c.json(row.file, row.repeated ? 200 : 201),
      });
    })
    .openapi(files, async (c) => c.json(await listFiles(db, c.req.valid('query')), 200))
    .openapi(file, async (c) => {
      const found = await readFileDetail(db, c.req.valid('param').id);
      if (found === null) throw notFound('payment file');
      return answerOne(c, found);
    })
    .openapi(payers, async (c) => {
      const { organisation, ...page } = c.req.valid('query');
      return c.json(await listPayers(db, { organisation }, page), 200);
    })
    .openapi(tellPayer, (c) =>
      change<ChangedPayer, ReturnType<typeof c.json<ChangedPayer['payer'], 200>>>(c, {
        plan: (actor, seen) => planPayer(db, c.req.valid('json'), actor, seen),
        answer: (row) => c.json(row.payer, 200),
      }),
    )
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listPayments(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readPayment(db, c.get('caller'), c.req.valid('param').id);
      if (found === null) throw notFound('payment');
      return answerOne(c, found);
    })
    .openapi(assign, (c) =>
      change<ChangedPayment, ReturnType<typeof c.json<ChangedPayment['payment'], 200>>>(c, {
        plan: (actor, seen) => planAssign(db, c.req.valid('param').id, c.req.valid('json'), actor, seen),
        answer: (row) => c.json(row.payment, 200),
      }),
    )
    .openapi(undo, (c) =>
      change<ChangedPayment, ReturnType<typeof c.json<ChangedPayment['payment'], 200>>>(c, {
        plan: (actor, seen) => planUndo(db, c.req.valid('param'), c.req.valid('json').note, actor, seen),
        answer: (row) => c.json(row.payment, 200),
      }),
    );
}
