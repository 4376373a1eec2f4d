import type { ActKind, ActName } from '../../schema/wire/api/act.ts';

/** How the line of an operation is made of the request and of the row its statement returns. */
export interface Told {
  what: ActName;
  kind: ActKind;
  /** Names of path parameters that make the id of the thing. */
  path?: readonly string[];
  /** Members of the body that make it. */
  body?: readonly string[];
  /** Where the row has it: the service made it. */
  row?: readonly string[];
  /** The member of the body that says which of several things is done. */
  detail?: string;
}

const to = (what: ActName, kind: ActKind, ...path: string[]): Told => ({ what, kind, path });
const by = (what: ActName, kind: ActKind, ...body: string[]): Told => ({ what, kind, body });
const made = (what: ActName, kind: ActKind, ...row: string[]): Told => ({ what, kind, row });

/**
 * What each changing operation of the API is called in the record of who did what, and to which thing it is done. A test walks the operations of the
 * OpenAPI document and fails on one that is missing here, or whose success leaves no line.
 */
export const operations: Readonly<Record<string, Told>> = {
  'POST /api/v1/stations': by('stationRegistered', 'station', 'id'),
  'POST /api/v1/stations/{id}/credentials': to('credentialsRotated', 'station', 'id'),
  'PUT /api/v1/stations/{id}/opening-hours': to('openingHoursSet', 'station', 'id'),
  'POST /api/v1/stations/{id}/maintenance-windows': to('maintenancePlanned', 'station', 'id'),
  'DELETE /api/v1/stations/{id}/maintenance-windows/{window}': to('maintenanceCancelled', 'station', 'id'),
  'POST /api/v1/stations/{id}/journal/adopt': to('journalAdopted', 'station', 'id'),
  'POST /api/v1/stations/{id}/simulator': { ...to('simulatorControlled', 'station', 'id'), detail: 'type' },
  'POST /api/v1/stations/{id}/stock-takes': to('stockTaken', 'station', 'id'),
  'POST /api/v1/stations/{id}/tariffs': { ...to('stationTariffSet', 'station', 'id'), detail: 'category' },
  'POST /api/v1/stations/{id}/bays/{bay}/actions': { ...to('bayActed', 'bay', 'id', 'bay'), detail: 'action' },

  'POST /api/v1/alarms/{id}/acknowledge': to('alarmAcknowledged', 'alarm', 'id'),
  'POST /api/v1/alarms/{id}/assign': to('alarmAssigned', 'alarm', 'id'),
  'POST /api/v1/incidents/{id}/acknowledge': to('incidentAcknowledged', 'incident', 'id'),
  'POST /api/v1/incidents/{id}/assign': to('incidentAssigned', 'incident', 'id'),
  'POST /api/v1/incidents/{id}/close': to('incidentClosed', 'incident', 'id'),
  'POST /api/v1/dead-letters/{id}/resolve': to('deadLetterResolved', 'deadLetter', 'id'),

  'POST /api/v1/reservations': made('reservationMade', 'reservation', 'reservation', 'id'),
  'PATCH /api/v1/reservations/{id}': to('reservationChanged', 'reservation', 'id'),
  'DELETE /api/v1/reservations/{id}': to('reservationCancelled', 'reservation', 'id'),

  'POST /api/v1/batteries': by('batteryEntered', 'battery', 'code'),
  'PATCH /api/v1/batteries/{code}': { ...to('batteryChanged', 'battery', 'code'), detail: 'status' },
  'POST /api/v1/movements': by('batteryMoved', 'battery', 'pack'),
  'POST /api/v1/gradings': by('batteryGraded', 'battery', 'pack'),
  'POST /api/v1/recyclings': by('batteryRecycled', 'battery', 'pack'),
  'POST /api/v1/battery-models': by('modelMade', 'batteryModel', 'id'),
  'PATCH /api/v1/battery-models/{id}': to('modelChanged', 'batteryModel', 'id'),
  'DELETE /api/v1/battery-models/{id}': to('modelDeleted', 'batteryModel', 'id'),
  'POST /api/v1/work-orders/{id}/assign': to('workOrderAssigned', 'workOrder', 'id'),
  'POST /api/v1/work-orders/{id}/close': to('workOrderClosed', 'workOrder', 'id'),
  'POST /api/v1/imports': made('importSent', 'import', 'id'),
  'POST /api/v1/imports/{id}/cancel': to('importCancelled', 'import', 'id'),

  'POST /api/v1/vehicles': by('vehicleEntered', 'vehicle', 'vin'),
  'PATCH /api/v1/vehicles/{vin}': to('vehicleChanged', 'vehicle', 'vin'),
  'POST /api/v1/vehicles/{vin}/without-lease': to('vehicleFreed', 'vehicle', 'vin'),

  'POST /api/v1/plans': by('planMade', 'plan', 'id'),
  'POST /api/v1/plans/{id}/versions': to('planVersionPublished', 'plan', 'id'),
  'POST /api/v1/plans/{id}/close': to('planClosed', 'plan', 'id'),
  'POST /api/v1/leases': made('leaseQuoted', 'lease', 'id'),
  'POST /api/v1/leases/{id}/activate': to('leaseActivated', 'lease', 'id'),
  'POST /api/v1/leases/{id}/withdraw': to('leaseWithdrawn', 'lease', 'id'),
  'POST /api/v1/leases/{id}/suspend': to('leaseSuspended', 'lease', 'id'),
  'POST /api/v1/leases/{id}/resume': to('leaseResumed', 'lease', 'id'),
  'POST /api/v1/leases/{id}/end': to('leaseEnded', 'lease', 'id'),
  'POST /api/v1/leases/{id}/transfer': { ...to('leaseTransferred', 'lease', 'id'), detail: 'vehicle' },
  'POST /api/v1/leases/{id}/change-plan': to('leasePlanChanged', 'lease', 'id'),
  'POST /api/v1/leases/{id}/dispute': to('leaseDisputed', 'lease', 'id'),
  'POST /api/v1/leases/{id}/resolve-dispute': to('leaseDisputeResolved', 'lease', 'id'),
  'POST /api/v1/tariffs': by('tariffPublished', 'tariff', 'category', 'validFrom'),
  'POST /api/v1/statements/close': by('monthClosed', 'statement', 'month'),

  'POST /api/v1/payments/imports': made('paymentFileTaken', 'paymentFile', 'file', 'id'),
  'POST /api/v1/payments/payers': by('payerTold', 'payer', 'organisation'),
  'POST /api/v1/payments/{id}/matches': to('paymentAssigned', 'payment', 'id'),
  'POST /api/v1/payments/{id}/matches/{n}/undo': to('paymentUndone', 'payment', 'id'),
  'POST /api/v1/disputes': made('disputeOpened', 'dispute', 'id'),
  'POST /api/v1/disputes/{id}/evidence': to('disputeCommented', 'dispute', 'id'),
  'POST /api/v1/disputes/{id}/resolve': to('disputeResolved', 'dispute', 'id'),
  'POST /api/v1/disputes/{id}/withdraw': to('disputeWithdrawn', 'dispute', 'id'),
  'POST /api/v1/notes': made('noteIssued', 'note', 'id'),

  'POST /api/v1/retirement-policies': made('retirementPolicyPublished', 'retirementPolicy', 'version'),
  'POST /api/v1/grading-policies': made('gradingPolicyPublished', 'gradingPolicy', 'version'),
  'POST /api/v1/traceability/calendar': by('workingDayEntered', 'calendar', 'day'),
  'POST /api/v1/traceability/reports': made('reportPrepared', 'report', 'id'),
  'POST /api/v1/traceability/reports/{id}/confirm': to('reportConfirmed', 'report', 'id'),
  'POST /api/v1/second-life-sites': by('siteMade', 'site', 'id'),
  'PATCH /api/v1/second-life-sites/{id}': to('siteChanged', 'site', 'id'),
  'POST /api/v1/second-life-sites/{id}/signals': to('signalGiven', 'site', 'id'),
  'POST /api/v1/second-life-sites/{id}/plans': to('dispatchPlanned', 'site', 'id'),
  'POST /api/v1/second-life-sites/{id}/readings': to('readingsRecorded', 'site', 'id'),
  'POST /api/v1/second-life-alarms/{id}/acknowledge': to('alarmAcknowledged', 'alarm', 'id'),
  'POST /api/v1/second-life-alarms/{id}/assign': to('alarmAssigned', 'alarm', 'id'),
  'POST /api/v1/second-life-assets': made('assetMade', 'asset', 'code'),
  'PATCH /api/v1/second-life-assets/{code}': to('assetChanged', 'asset', 'code'),
  'POST /api/v1/second-life-assets/{code}/acts': { ...to('assetActed', 'asset', 'code'), detail: 'act' },
  'POST /api/v1/second-life-assets/{code}/faults': to('assetFaulted', 'asset', 'code'),

  'POST /api/v1/organisations': by('organisationMade', 'organisation', 'id'),
  'PATCH /api/v1/organisations/{id}': to('organisationChanged', 'organisation', 'id'),
  'POST /api/v1/users': made('userMade', 'user', 'id'),
  'PATCH /api/v1/users/{id}': to('userChanged', 'user', 'id'),
  'POST /api/v1/users/{id}/invitation': to('userInvited', 'user', 'id'),
  'DELETE /api/v1/users/{id}/sessions': to('userSignedOut', 'user', 'id'),
  'POST /api/v1/keys': made('keyMade', 'key', 'id'),
  'PATCH /api/v1/keys/{id}': to('keyChanged', 'key', 'id'),
  'DELETE /api/v1/keys/{id}': to('keyRevoked', 'key', 'id'),

  // Who signs in is nobody before: told with the session itself (src/parties/sign-in.ts).
  'POST /api/v1/session': made('signedIn', 'session', 'id'),
  'POST /api/v1/session/invitation': made('invitationTaken', 'session', 'id'),
  'PUT /api/v1/session/password': made('passwordChanged', 'session', 'id'),
  'DELETE /api/v1/session': made('signedOut', 'session', 'id'),
  'PATCH /api/v1/session': made('profileChanged', 'user', 'id'),
  'DELETE /api/v1/sessions/{id}': to('sessionEnded', 'session', 'id'),

  'POST /api/v1/webhooks': made('webhookMade', 'webhook', 'endpoint', 'id'),
  'PATCH /api/v1/webhooks/{id}': to('webhookChanged', 'webhook', 'id'),
  'DELETE /api/v1/webhooks/{id}': to('webhookDeleted', 'webhook', 'id'),
  'POST /api/v1/webhooks/{id}/secret': to('webhookSecretRotated', 'webhook', 'id'),
  'POST /api/v1/webhooks/{id}/test': to('webhookTested', 'webhook', 'id'),
  'POST /api/v1/webhooks/{id}/deliveries/{event}/redeliver': to('webhookRedelivered', 'webhook', 'id'),
};
