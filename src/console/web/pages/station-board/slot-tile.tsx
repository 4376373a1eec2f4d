import { VisuallyHidden } from '@mantine/core';
import { IconArrowDownToArc, IconBookmark, IconTransfer } from '@tabler/icons-react';
import { memo } from 'react';
import type { Slot } from '../../../../../schema/wire/api/station.ts';
import type { TelemetrySlot } from '../../../../../schema/wire/api/telemetry.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { isPromise, slotLooks, slotState } from './slot-look.ts';
import { slotTexts } from './slot-texts.ts';
import classes from './slot-wall.module.css';

interface SlotTileProps {
  slot: Slot;
  /** What the charger measures now; null: nothing fresh. */
  measured: TelemetrySlot | null;
  open: (slot: number) => void;
}

export const SlotTile = memo(function SlotTile({ slot, measured, open }: SlotTileProps) {
  const say = useTexts(slotTexts);
  const formats = useFormats();
  const state = slotState(slot);
  const { color, icon: Picture } = slotLooks[state];
  const { pack } = slot;
  const soc = measured?.socPct ?? pack?.socPct ?? null;
  const word = state === 'alarm' ? say('slots.alarm', { level: pack?.alarmLevel ?? 0 }) : say(`slots.${state}`);
  const holder = useHolderWords(slot);
  const heat = pack === null ? null : (measured?.maxCellC ?? null);
  return (
    <button
      type="button"
      className={classes.tile}
      style={{ '--slot-color': `var(--mantine-color-${color}-filled)` } as React.CSSProperties}
      data-slot-state={state}
      onClick={() => open(slot.slot)}
      title={holder ?? word}
    >
      <span className={classes.top}>
        <VisuallyHidden>{say('slots.slot', { n: slot.slot })}</VisuallyHidden>
        <span className={classes.number} aria-hidden>
          {slot.slot}
        </span>
        {slot.reservedBy !== null && <IconArrowDownToArc size={14} aria-hidden />}
        {pack?.reservedBy &&
          (isPromise(pack.reservedBy) ? (
            <IconBookmark size={14} aria-hidden />
          ) : (
            <IconTransfer size={14} aria-hidden />
          ))}
        <Picture size={15} aria-hidden color={`var(--mantine-color-${color}-filled)`} />
      </span>
      <span className={classes.top}>
        <span className={classes.soc}>{pack === null ? ' ' : `${formats.whole(soc)} %`}</span>
        {heat !== null && <span className={classes.heat}>{formats.whole(heat)} °C</span>}
      </span>
      <span className={classes.charge}>{pack !== null && <div style={{ width: `${soc ?? 0}%` }} />}</span>
      <span className={classes.small}>{word}</span>
      {holder !== null && <VisuallyHidden>{holder}</VisuallyHidden>}
    </button>
  );
});

/** For whom pack or slot is set aside, in words. */
export function useHolderWords({ pack, reservedBy }: Slot): string | null {
  const say = useTexts(slotTexts);
  if (pack?.reservedBy)
    return isPromise(pack.reservedBy)
      ? say('slots.promisedUnknown')
      : say('slots.reservedSwap', { id: pack.reservedBy });
  return reservedBy === null ? null : say('slots.comes', { id: reservedBy });
}
