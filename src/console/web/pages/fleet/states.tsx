import {
  type Icon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconClockExclamation,
  IconFlag,
  IconMessageReport,
  IconPlayerPause,
  IconUserX,
} from '@tabler/icons-react';
import type { DisputeView } from '../../../../../schema/wire/api/dispute.ts';
import type { Lease } from '../../../../../schema/wire/api/lease.ts';
import type { Reservation } from '../../../../../schema/wire/api/reservation.ts';
import type { StatementBalance } from '../../../../../schema/wire/api/statement.ts';
import { useTexts } from '../../i18n/texts.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { portalTexts } from './portal-texts.ts';

type Look = readonly [color: string, icon: Icon];

const leaseLooks: Readonly<Record<Lease['state'], Look>> = {
  quoted: ['gray', IconCircleDashed],
  active: ['green', IconCheck],
  suspended: ['red', IconPlayerPause],
  inArrears: ['red', IconAlertTriangle],
  ending: ['yellow', IconClock],
  ended: ['gray', IconFlag],
  disputed: ['yellow', IconMessageReport],
};

export function LeaseState({ state }: { state: Lease['state'] }) {
  const say = useTexts(portalTexts);
  const [color, icon] = leaseLooks[state];
  return <StateBadge color={color} icon={icon} words={say(`lease.${state}`)} value={state} />;
}

const payLooks: Readonly<Record<StatementBalance['state'], Look>> = {
  open: ['blue', IconClock],
  partlyPaid: ['yellow', IconClock],
  paid: ['green', IconCheck],
  overdue: ['red', IconClockExclamation],
};

export function PayState({ state }: { state: StatementBalance['state'] }) {
  const say = useTexts(portalTexts);
  const [color, icon] = payLooks[state];
  return <StateBadge color={color} icon={icon} words={say(`pay.${state}`)} value={state} />;
}

const reservationLooks: Readonly<Record<Reservation['state'], Look>> = {
  open: ['blue', IconClock],
  kept: ['green', IconCheck],
  broken: ['red', IconAlertTriangle],
  noShow: ['yellow', IconUserX],
  cancelled: ['gray', IconBan],
};

export function ReservationState({ state }: { state: Reservation['state'] }) {
  const say = useTexts(portalTexts);
  const [color, icon] = reservationLooks[state];
  return <StateBadge color={color} icon={icon} words={say(`reservation.${state}`)} value={state} />;
}

const disputeLooks = {
  open: ['yellow', IconMessageReport],
  upheld: ['green', IconCheck],
  rejected: ['gray', IconBan],
  withdrawn: ['gray', IconArrowBackUp],
} as const satisfies Record<string, Look>;

export function DisputeState({ dispute: { outcome } }: { dispute: Pick<DisputeView, 'outcome'> }) {
  const say = useTexts(portalTexts);
  const state = outcome ?? 'open';
  const [color, icon] = disputeLooks[state];
  return <StateBadge color={color} icon={icon} words={say(`dispute.${state}`)} value={state} />;
}
