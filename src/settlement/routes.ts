import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { isCreditAccount, parseAccount } from '../../machines/settlement/accounts.ts';
import { beijingMonth } from '../../machines/settlement/calendar.ts';
import { organisationId } from '../../schema/wire/api/access.ts';
import {
  type BalanceView,
  balance,
  certificate,
  energyLoss,
  followUpView,
  receipt,
  receiptDetail,
  transfer,
} from '../../schema/wire/api/settlement.ts';
import { followUpNames } from '../../schema/wire/follow-ups.ts';
import { stationId, swapId, vin } from '../../schema/wire/ids.ts';
import { access, managers, swapViewers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { cursorCodec, pageOf, pageQuery, toPage } from '../api/cursor.ts';
import { answerOne, oneAnswer } from '../api/etag.ts';
import { sayLanguage } from '../api/language.ts';
import { notFound } from '../api/problem.ts';
import { instant, json, problems } from '../api/route.ts';
import { sees } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { type Balance, balancesAt } from './balances.ts';
import { said } from './bill-words.ts';
import { certificatePage, noCertificatePage, pagePolicy } from './certificate-page.ts';
import { readCertificate, readLinkedCertificate } from './certificates.ts';
import { readLosses } from './losses.ts';
import { listFollowUps, listReceipts, listTransfers, readReceipt } from './queries.ts';

/** Who sees what swaps cost. */
const payers = ['admin', 'operations', 'fleet', 'regulator', 'service'] as const;
const swapParams = z.object({ swap: swapId.meta({ examples: ['bj-001.1.1'] }) });

const receiptList = createRoute({
  ...access(...payers),
  method: 'get',
  path: '/receipts',
  tags: ['settlement'],
  summary: 'Receipts of swaps, newest first',
  description:
    'A fleet sees those it pays. A swap has its receipt some seconds after it is complete; what keeps one from being written stands under `follow-ups`.',
  request: {
    query: pageQuery.extend({
      vehicle: vin.optional(),
      lessee: organisationId.optional(),
      station: stationId.optional(),
      from: instant.optional().openapi({ description: 'Released at or after this instant.' }),
      to: instant.optional().openapi({ description: 'Released before this instant.' }),
    }),
  },
  responses: { 200: json(pageOf(receipt), 'A page of receipts.'), ...problems('invalid-parameter') },
});

const receiptOne = createRoute({
  ...access(...payers),
  method: 'get',
  path: '/receipts/{swap}',
  tags: ['settlement'],
  summary: 'The receipt of a swap, line by line',
  request: { params: swapParams },
  responses: { ...oneAnswer(receiptDetail, 'The receipt.'), ...problems('not-found') },
});

const certificateOfSwap = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/swaps/{id}/certificate',
  tags: ['settlement'],
  summary: 'The certificate of a swap: packs, charge, health, energy, meter, prices',
  request: { params: z.object({ id: swapId.meta({ examples: ['bj-001.1.1'] }) }) },
  responses: { ...oneAnswer(certificate, 'The certificate.'), ...problems('not-found') },
});

const certificateByLink = createRoute({
  method: 'get',
  path: '/certificates',
  tags: ['settlement'],
  summary: 'The certificate of a swap, for whoever has its link',
  description: `For the driver, who has no account: the link stands on the receipt. It works for 90 days. A wrong token is answered as a swap that
is not there. Of the VIN only the last six characters are shown. A browser (\`Accept: text/html\`) gets a page in Chinese or English.`,
  security: [],
  request: {
    query: z.strictObject({
      swap: swapId.meta({ examples: ['bj-001.1.1'] }),
      token: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .meta({ examples: ['00000000000000000000000000000000'] }),
    }),
  },
  responses: {
    200: {
      description: 'The certificate.',
      content: { 'application/json': { schema: certificate }, 'text/html': { schema: z.string() } },
    },
    ...problems('not-found', 'invalid-parameter'),
  },
});

/** The link of a certificate needs no caller. */
export const openCertificates = 'GET /api/v1/certificates';

const accountName = z
  .string()
  .max(80)
  .refine((text) => parseAccount(text) !== null, 'must be an account such as receivable:blue-taxi')
  .meta({ examples: ['revenue:energy'] });

const balances = createRoute({
  ...access(...managers),
  method: 'get',
  path: '/ledger/balances',
  tags: ['ledger'],
  summary: 'Balances of all accounts, now or at a past instant',
  description:
    'Derived from the transfers that occurred before the instant. Debits and credits of all accounts are equal.',
  request: {
    query: pageQuery.extend({
      account: accountName.optional(),
      at: instant.optional().openapi({ description: 'Transfers that occurred before this instant; left out: all.' }),
    }),
  },
  responses: { 200: json(pageOf(balance), 'Accounts, by name.'), ...problems('invalid-parameter') },
});

const transferList = createRoute({
  ...access(...managers),
  method: 'get',
  path: '/ledger/transfers',
  tags: ['ledger'],
  summary: 'Transfers, the newest record first',
  request: {
    query: pageQuery.extend({
      account: accountName.optional(),
      cause: z.string().max(40).optional().openapi({ description: 'Such as `receipt`, `chargeCost`, `statement`.' }),
      causeId: z.string().max(200).optional(),
    }),
  },
  responses: { 200: json(pageOf(transfer), 'A page of transfers.'), ...problems('invalid-parameter') },
});

const losses = createRoute({
  ...access('admin', 'operations', 'regulator'),
  method: 'get',
  path: '/energy-losses',
  tags: ['settlement'],
  summary: 'Where the energy of a month has gone, by station',
  description: 'Metered at the slots, counted into the packs, delivered in swaps; with the error of each.',
  request: {
    query: pageQuery.extend({
      month: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
        .optional()
        .openapi({ description: 'Of Asia/Shanghai; left out: the present one.', example: '2026-08' }),
      station: stationId.optional(),
    }),
  },
  responses: { 200: json(pageOf(energyLoss), 'Stations, by id.'), ...problems('invalid-parameter') },
});

const followUpList = createRoute({
  ...access(...managers),
  method: 'get',
  path: '/follow-ups',
  tags: ['settlement'],
  summary: 'Facts that are still to be followed up, and what keeps them',
  request: {
    query: pageQuery.extend({
      consumer: z.enum(followUpNames).optional(),
      stuck: z
        .stringbool()
        .default(true)
        .openapi({ type: 'boolean', description: 'Only those that could not be followed up; they are tried again.' }),
    }),
  },
  responses: { 200: json(pageOf(followUpView), 'A page of facts.'), ...problems('invalid-parameter') },
});

const byName = cursorCodec('by-name', z.string().max(200));

/** Short lists that are computed as a whole. */
function pageOfAll<T>(
  all: readonly T[],
  name: (item: T) => string,
  page: { limit: number; cursor?: string | undefined },
) {
  const after = byName.decode(page.cursor);
  const rest = after === null ? [...all] : all.filter((item) => name(item) > after);
  return toPage(
    rest.slice(0, page.limit + 1),
    page.limit,
    (item) => byName.encode(name(item)),
    (item) => item,
  );
}

const toBalance = ({ account, debitFen, creditFen }: Balance): BalanceView => ({
  account,
  debitFen,
  creditFen,
  balanceFen: isCreditAccount(account as Parameters<typeof isCreditAccount>[0])
    ? creditFen - debitFen
    : debitFen - creditFen,
});

export const settlementRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(receiptList, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listReceipts(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(receiptOne, async (c) => {
      const found = await readReceipt(db, c.get('caller').scope, c.req.valid('param').swap);
      if (found === null) throw notFound('receipt');
      return answerOne(c, { ...found, lines: said(found.lines, sayLanguage(c)) });
    })
    .openapi(certificateOfSwap, async (c) => {
      const { scope } = c.get('caller');
      const found = await readCertificate(db, c.req.valid('param').id);
      const isOurs = scope.fleet === null || scope.fleet === found?.fleet || scope.fleet === found?.lessee;
      if (found === null || !isOurs || !sees(scope, found.station)) throw notFound('certificate');
      const { certificate: own } = found;
      return answerOne(c, { ...own, lines: said(own.lines, sayLanguage(c)) });
    })
    .openapi(certificateByLink, async (c) => {
      const found = await readLinkedCertificate(db, c.req.valid('query'), now());
      c.header('Referrer-Policy', 'no-referrer');
      c.header('X-Robots-Tag', 'noindex');
      const type = accepts(c, {
        header: 'Accept',
        supports: ['application/json', 'text/html'],
        default: 'application/json',
      });
      if (type === 'text/html') {
        const language = sayLanguage(c);
        c.header('Content-Security-Policy', pagePolicy);
        return (
          found ? c.html(certificatePage(found, language), 200) : c.html(noCertificatePage(language), 404)
        ) as never;
      }
      if (found === null) throw notFound('certificate');
      return c.json({ ...found, lines: said(found.lines, sayLanguage(c)) }, 200);
    })
    .openapi(balances, async (c) => {
      const { limit, cursor, account, at } = c.req.valid('query');
      const all = await balancesAt(db, at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at), account);
      return c.json(
        pageOfAll(all.map(toBalance), (each) => each.account, { limit, cursor }),
        200,
      );
    })
    .openapi(transferList, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listTransfers(db, filter, { limit, cursor }), 200);
    })
    .openapi(losses, async (c) => {
      const { limit, cursor, month = beijingMonth(now()), station } = c.req.valid('query');
      return c.json(
        pageOfAll(await readLosses(db, { month, station }), (each) => each.station, { limit, cursor }),
        200,
      );
    })
    .openapi(followUpList, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listFollowUps(db, filter, { limit, cursor }), 200);
    });
