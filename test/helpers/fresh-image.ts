import type { StationState } from '../../machines/contract.ts';
import type { Image } from '../../src/engine/station/image.ts';

/** The image of a station that was commissioned and never heard of. */
export const freshImage = (state: StationState, partition = 0): Image => ({
  station: state.station,
  partition,
  version: 0,
  eventN: 0,
  seq: 0,
  contact: {
    journal_id: null,
    boot: 0,
    pending_journal_id: null,
    anchor_utc_ms: 0,
    anchor_at_ms: 0,
    time_scale: 1,
    reconciled: false,
    link_up: false,
    station_epoch: 0,
  },
  state,
  commands: new Map(),
  timers: new Map(),
});
