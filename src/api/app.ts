import { OpenAPIHono } from '@hono/zod-openapi';
import type { Registry } from 'prom-client';
import { actRoutes } from '../acts/routes.ts';
import { auditRoutes } from '../batteries/audit-routes.ts';
import { batteryModelRoutes } from '../batteries/model-routes.ts';
import { batteryRoutes } from '../batteries/routes.ts';
import { secondLifeAssetRoutes } from '../cascade/asset-routes.ts';
import { dispatchLogRoutes } from '../cascade/dispatch-log-routes.ts';
import { dispatchPlanRoutes } from '../cascade/dispatch-plan-routes.ts';
import { gradingRoutes } from '../cascade/grading-routes.ts';
import { gradingPolicyRoutes } from '../cascade/policy-routes.ts';
import { recyclingRoutes } from '../cascade/recycling-routes.ts';
import { signalRoutes } from '../cascade/signal-routes.ts';
import { alarmsOfSiteRoutes, siteAlarmRoutes } from '../cascade/site-alarm-routes.ts';
import { secondLifeSiteRoutes } from '../cascade/site-routes.ts';
import { consoleRoutes } from '../console/serve.ts';
import type { Database } from '../db/client.ts';
import { disputeRoutes, noteRoutes } from '../disputes/routes.ts';
import { batteryHealthRoutes } from '../health/routes.ts';
import { createImportDesk, type ImportDesk } from '../imports/desk.ts';
import { importRoutes } from '../imports/routes.ts';
import { movementRoutes } from '../inventory/movement-routes.ts';
import { inventoryRoutes } from '../inventory/routes.ts';
import { stockTakeRoutes } from '../inventory/stock-take-routes.ts';
import { workOrderRoutes } from '../inventory/work-order-routes.ts';
import { leaseRoutes, leaseVehicleRoutes } from '../leases/routes.ts';
import { ownerRoutes } from '../owners/routes.ts';
import { keyRoutes } from '../parties/key-routes.ts';
import { oidcRoutes } from '../parties/oidc-routes.ts';
import { organisationRoutes } from '../parties/organisation-routes.ts';
import { createPartyDesk, type PartySettings } from '../parties/party-desk.ts';
import { openSessionRoutes, ownSessionRoutes, sessionRoutes } from '../parties/session-routes.ts';
import { userRoutes } from '../parties/user-routes.ts';
import { paymentRoutes } from '../payments/routes.ts';
import { planRoutes } from '../plans/routes.ts';
import type { FaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import { reservationRoutes } from '../reservations/routes.ts';
import { openCertificates, settlementRoutes } from '../settlement/routes.ts';
import { statementRoutes } from '../statements/routes.ts';
import { auditLogRoutes } from '../stations/audit-log-routes.ts';
import type { BayDesk } from '../stations/bay-desk.ts';
import { bayRoutes } from '../stations/bay-routes.ts';
import { calendarRoutes } from '../stations/calendar-routes.ts';
import { commandRoutes } from '../stations/command-routes.ts';
import { journalRoutes } from '../stations/journal-routes.ts';
import { alarmRoutes, deadLetterRoutes, eventRoutes, incidentRoutes } from '../stations/log-routes.ts';
import { registrationRoutes } from '../stations/registration-routes.ts';
import { stationRoutes } from '../stations/routes.ts';
import { alarmActRoutes, deadLetterActRoutes, incidentActRoutes } from '../stations/settle-routes.ts';
import { shiftRoutes } from '../stations/shift-routes.ts';
import type { SimulatorLink } from '../stations/simulator-link.ts';
import { simulatorRoutes } from '../stations/simulator-routes.ts';
import { swapRoutes } from '../swaps/routes.ts';
import { tariffRoutes } from '../tariffs/routes.ts';
import { stationTariffRoutes } from '../tariffs/station-routes.ts';
import { traceabilityRoutes } from '../traceability/routes.ts';
import { vehicleRoutes } from '../vehicles/routes.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import type { WebhookReach } from '../webhooks/targets.ts';
import { authenticate, authenticateKey } from './access.ts';
import type { ApiEnv } from './context.ts';
import { docsRoutes } from './docs.ts';
import { answerError, answerUnmatched, deadline, limitBody, trace } from './edge.ts';
import { exportLists } from './export.ts';
import { healthRoutes, type ReadinessProbe } from './health.ts';
import { keepAnswers } from './idempotency.ts';
import type { Keyring } from './keys.ts';
import { metricsRoutes, requestMetrics } from './metrics.ts';
import { describeApi } from './openapi.ts';
import { exportedLists } from './openapi-conventions.ts';
import { requirePlainInput } from './plain-input.ts';
import { limitRate } from './rate-limit.ts';
import { requireStationInScope } from './scope.ts';
import type { StreamHub } from './stream/hub.ts';
import { streamRoutes } from './stream/routes.ts';
import { refuseInvalid } from './validation.ts';

export interface OperationOptions {
  keys: Keyring;
  probe: ReadinessProbe;
  registry: Registry;
  log: Log;
  newRequestId: () => string;
}

export interface ApiOptions extends OperationOptions {
  db: Database;
  desk: BayDesk;
  simulator: SimulatorLink;
  hub: StreamHub;
  /** A request was not answered in time: its connection to the database may be dead. */
  onStuck: () => void;
  answerWithinMs?: number;
  /** For each caller; 0: no limit. */
  requestsPerMinute?: number;
  /** Without one: over the same connections as all else, and nobody looks for imports left half-way. */
  imports?: ImportDesk;
  /** Where webhook endpoints may be. */
  webhookReach?: WebhookReach;
  /** Of sessions, cookies and sign-in; the defaults where left out. */
  parties?: Partial<PartySettings>;
  faultPoints?: FaultPoints | undefined;
  /** Wall clock, UTC epoch ms. */
  now?: () => number;
}

/** What every process serves: whether it lives, whether it can do its work, and its metrics. */
export const createOperationApp = (options: OperationOptions) =>
  createBase(options).route('/', healthRoutes(options)).route('/', metricsRoutes(options));

function createBase({ keys, log, newRequestId, registry }: OperationOptions): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  app.onError(answerError);
  app.notFound(answerUnmatched(() => app.routes));
  app.use(trace(log, newRequestId), requestMetrics(registry));
  app.use('/metrics', authenticateKey(keys));
  return app;
}

/** The whole HTTP surface. One chained sub-app per resource, so that the type of the result types the client. */
export function createApp(options: ApiOptions): AppType {
  const { keys, onStuck, answerWithinMs = 10_000 } = options;
  const app = createBase(options);
  const imports = options.imports ?? createImportDesk(options);
  const parties = createPartyDesk(options.db, keys, options.parties);
  app.use(
    '/api/*',
    deadline(answerWithinMs, onStuck),
    authenticate(parties, new Set([...openSessionRoutes, openCertificates])),
    limitRate(options.requestsPerMinute ?? 0),
    limitBody(),
    requirePlainInput(),
    keepAnswers(options.db, options.faultPoints),
    // Said beforehand: a header that is added to an answer turns its text into a stream, which costs more than the rest of the way out.
    (c, next) => {
      c.header('Cache-Control', 'no-store');
      c.header('Vary', 'Accept, Accept-Language');
      return next();
    },
  );
  const document = describeApi(app);
  let lists: ReturnType<typeof exportedLists> | undefined;
  app.use(
    '/api/*',
    exportLists({
      lists: () => {
        lists ??= exportedLists(document());
        return lists;
      },
      fetchPage: (request, env) => app.fetch(request, env),
    }),
  );
  app.use('/api/v1/stations/:id', requireStationInScope);
  app.use('/api/v1/stations/:id/*', requireStationInScope);
  app.route('/docs', docsRoutes());
  app.route('/', consoleRoutes({ openId: parties.openId !== null }));

  return app
    .route('/', aboutPeople(options, parties, imports))
    .route('/', aboutStations(options))
    .route('/', aboutPacks(options))
    .route('/', aboutMoney(options)) as unknown as AppType;
}

// Groups, because the type of one chain of all is longer than the compiler writes into a declaration.

const aboutPeople = (options: ApiOptions, parties: ReturnType<typeof createPartyDesk>, imports: ImportDesk) =>
  new OpenAPIHono<ApiEnv>()
    .route('/', healthRoutes(options))
    .route('/', metricsRoutes(options))
    .route('/auth/oidc', oidcRoutes(parties))
    .route('/api/v1/session', sessionRoutes(parties))
    .route('/api/v1/sessions', ownSessionRoutes(parties))
    .route('/api/v1/users', userRoutes(parties))
    .route('/api/v1/organisations', organisationRoutes(parties))
    .route('/api/v1/keys', keyRoutes(parties))
    .route('/api/v1/audit', auditRoutes(options))
    .route('/api/v1/events', eventRoutes(options))
    .route('/api/v1/audit-log', auditLogRoutes(options))
    .route('/api/v1/acts', actRoutes(options))
    .route('/api/v1/alarms', alarmRoutes(options))
    .route('/api/v1/alarms', alarmActRoutes(options))
    .route('/api/v1/incidents', incidentRoutes(options))
    .route('/api/v1/incidents', incidentActRoutes(options))
    .route('/api/v1/dead-letters', deadLetterRoutes(options))
    .route('/api/v1/dead-letters', deadLetterActRoutes(options))
    .route('/api/v1/commands', commandRoutes(options))
    .route('/api/v1/imports', importRoutes(imports))
    .route('/api/v1/webhooks', webhookRoutes(options))
    .route('/api/v1/stream', streamRoutes(options));

const aboutStations = (options: ApiOptions) =>
  new OpenAPIHono<ApiEnv>()
    .route('/api/v1/stations', stationRoutes(options))
    .route('/api/v1/stations', registrationRoutes())
    .route('/api/v1/stations', bayRoutes(options))
    .route('/api/v1/stations', calendarRoutes(options))
    .route('/api/v1/stations', journalRoutes(options))
    .route('/api/v1/stations', simulatorRoutes(options))
    .route('/api/v1/stations', shiftRoutes(options))
    .route('/api/v1/swaps', swapRoutes(options))
    .route('/api/v1/reservations', reservationRoutes(options))
    .route('/api/v1/movements', movementRoutes(options))
    .route('/api/v1/inventory', inventoryRoutes(options))
    .route('/api/v1/stations', stockTakeRoutes(options))
    .route('/api/v1/stations', stationTariffRoutes(options))
    .route('/api/v1/work-orders', workOrderRoutes(options));

const aboutPacks = (options: ApiOptions) =>
  new OpenAPIHono<ApiEnv>()
    .route('/api/v1/batteries', batteryRoutes(options))
    .route('/api/v1', batteryHealthRoutes(options))
    .route('/api/v1/battery-models', batteryModelRoutes(options))
    .route('/api/v1/grading-policies', gradingPolicyRoutes(options))
    .route('/api/v1/gradings', gradingRoutes(options))
    .route('/api/v1/traceability', traceabilityRoutes(options))
    .route('/api/v1/second-life-sites', signalRoutes(options))
    .route('/api/v1/second-life-sites', dispatchPlanRoutes(options))
    .route('/api/v1/second-life-sites', dispatchLogRoutes(options))
    .route('/api/v1/second-life-sites', alarmsOfSiteRoutes(options))
    .route('/api/v1/second-life-sites', secondLifeSiteRoutes(options))
    .route('/api/v1/second-life-alarms', siteAlarmRoutes(options))
    .route('/api/v1/second-life-assets', secondLifeAssetRoutes(options))
    .route('/api/v1/recyclings', recyclingRoutes(options));

const aboutMoney = (options: ApiOptions) =>
  new OpenAPIHono<ApiEnv>()
    .route('/api/v1', settlementRoutes(options))
    .route('/api/v1/vehicles', vehicleRoutes(options))
    .route('/api/v1/vehicles', leaseVehicleRoutes())
    .route('/api/v1/leases', leaseRoutes(options))
    .route('/api/v1/owners', ownerRoutes(options))
    .route('/api/v1/plans', planRoutes(options))
    .route('/api/v1/tariffs', tariffRoutes(options))
    .route('/api/v1/statements', statementRoutes(options))
    .route('/api/v1/payments', paymentRoutes(options))
    .route('/api/v1/disputes', disputeRoutes(options))
    .route('/api/v1/notes', noteRoutes(options));

type SchemaOf<App> = App extends OpenAPIHono<ApiEnv, infer S, string> ? S : never;

type PeopleSchema = SchemaOf<ReturnType<typeof aboutPeople>>;
type StationsSchema = SchemaOf<ReturnType<typeof aboutStations>>;
type PacksSchema = SchemaOf<ReturnType<typeof aboutPacks>>;
type MoneySchema = SchemaOf<ReturnType<typeof aboutMoney>>;
export type AppType = OpenAPIHono<ApiEnv, PeopleSchema & StationsSchema & PacksSchema & MoneySchema, '/'>;
