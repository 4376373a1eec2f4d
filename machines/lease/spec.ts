import type { Ref, StateSpec, TransitionSpec } from '../runtime/spec.ts';

const deciding = '#lease.running.deciding';

/** Goes on record, then the lease finds the state that it is in now. */
const noted = (note: string, record: string): TransitionSpec => ({
  guard: 'may',
  target: deciding,
  actions: [note, 'count', { type: 'record', params: { as: record } }],
});

const shows = (blocks: string | null): readonly (string | Ref)[] => [
  { type: 'showBlocks', params: { blocks } },
  'showDue',
];

/**
 * The lease of a vehicle. What a running one is follows from what it remembers, looked at anew with every event, so that a debt is not
 * forgotten over a dispute, nor an end over a debt. Strongest first: its last day is over, suspended by the operator, owing for too long
 * what nobody disputes, disputed, in arrears, ending.
 */
export const leaseSpec: StateSpec = {
  id: 'lease',
  initial: 'quoted',
  states: {
    quoted: {
      entry: ['count', { type: 'record', params: { as: 'quoted' } }],
      on: {
        activate: {
          guard: 'may',
          target: deciding,
          actions: ['begin', 'count', { type: 'record', params: { as: 'activated' } }, 'showTerm', 'needLease'],
        },
        withdraw: {
          target: 'ended',
          actions: ['giveUp', 'count', { type: 'record', params: { as: 'withdrawn' } }, 'showTerm', ...shows(null)],
        },
      },
    },
    running: {
      initial: 'deciding',
      on: {
        suspend: noted('noteSuspension', 'suspended'),
        resume: noted('forgetSuspension', 'resumed'),
        overdue: noted('noteArrears', 'overdue'),
        paid: noted('forgetArrears', 'paid'),
        dispute: noted('noteDispute', 'disputed'),
        disputeResolved: noted('forgetDispute', 'disputeResolved'),
        changePlan: noted('notePlan', 'planChanged'),
        end: {
          guard: 'may',
          target: deciding,
          actions: ['noteEnd', 'count', { type: 'record', params: { as: 'endRequested' } }, 'showTerm'],
        },
        transfer: {
          guard: 'may',
          target: deciding,
          actions: ['noteVehicle', 'count', { type: 'record', params: { as: 'transferred' } }, 'showTerm', 'needLease'],
        },
        clock: { guard: 'may', target: deciding },
      },
      states: {
        deciding: {
          always: [
            {
              guard: 'isOver',
              target: '#lease.ended',
              actions: ['count', { type: 'record', params: { as: 'ended' } }, ...shows('leaseLapsed')],
            },
            { guard: 'planIsDue', actions: ['takePlan', 'showPlan'] },
            { guard: 'isSuspended', target: 'suspended' },
            { guard: 'isStopped', target: 'inArrears.stopped' },
            { guard: 'isDisputed', target: 'disputed' },
            { guard: 'isInArrears', target: 'inArrears.grace' },
            { guard: 'isEnding', target: 'ending' },
            { target: 'active' },
          ],
        },
        active: { entry: shows(null) },
        suspended: { entry: shows('leaseSuspended') },
        /** Never blocks: what is in dispute is not held against the driver. What is owed beside it is: a few fen in dispute free no car. */
        disputed: { entry: shows(null) },
        inArrears: {
          initial: 'grace',
          states: { grace: { entry: shows(null) }, stopped: { entry: shows('leaseInArrears') } },
        },
        /** Runs until the end of its last day. */
        ending: { entry: shows(null) },
      },
    },
    ended: { type: 'final' },
  },
};
