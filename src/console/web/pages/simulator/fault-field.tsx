import { NativeSelect, NumberInput } from '@mantine/core';
import { commandTypes } from '../../../../../schema/wire/commands.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll } from '../../live/use-live.ts';
import { stationTexts } from '../../parts/station-texts.ts';
import type { FaultField, FaultValues } from './faults.ts';
import { simulatorTexts } from './texts.ts';
import { usePlaces } from './use-places.ts';

/** Numbers and their bounds, as the wire has them. */
const bounds = {
  times: [1, 20],
  factor: [1, 100],
  forS: [0, 600],
  keep: [0, 1000],
  dropPct: [0, 100],
  duplicatePct: [0, 100],
  reorderWithin: [0, 64],
  delayMs: [0, 60_000],
} as const;

const choices = {
  verify: ['bmsHandshake', 'hvInterlock', 'coolantLeak'],
  when: ['now', 'beforeMotion', 'inMotion', 'afterMotion'],
  what: ['parked', 'hvOff', 'consent'],
} as const;

interface FaultFieldProps {
  station: string;
  field: FaultField;
  values: FaultValues;
  change: (next: Partial<FaultValues>) => void;
}

/** One thing that a fault asks for. */
export function FaultFieldInput({ station, field, values, change }: FaultFieldProps) {
  const say = useTexts(simulatorTexts);
  const label = say(`field.${field}`);
  const value = values[field];
  if (field in bounds) {
    const [min, max] = bounds[field as keyof typeof bounds];
    return (
      <NumberInput
        label={label}
        min={min}
        max={max}
        clampBehavior="strict"
        value={value}
        onChange={(next) => change({ [field]: Number(next) })}
      />
    );
  }
  const set = (next: string) =>
    change({ [field]: field === 'slot' || field === 'withSlot' || field === 'level' ? Number(next) : next });
  if (field === 'step') return <StepField {...{ label, value, set }} />;
  return <ChoiceField {...{ station, field, label, value: String(value), set }} />;
}

interface ChoiceProps {
  label: string;
  value: string | number;
  set: (next: string) => void;
}

function StepField({ label, value, set }: ChoiceProps) {
  const say = useTexts(stationTexts);
  const data = commandTypes
    .filter((type) => type !== 'setChargeLimit')
    .map((type) => ({ value: type, label: say(`step.${type}`) }));
  return <NativeSelect label={label} data={data} value={value} onChange={(event) => set(event.currentTarget.value)} />;
}

function ChoiceField({ station, field, label, value, set }: ChoiceProps & { station: string; field: FaultField }) {
  const say = useTexts(simulatorTexts);
  const bays = useAll('bay', station);
  const places = usePlaces(station);
  const data = () => {
    switch (field) {
      case 'bay':
        return bays.map(({ bay }) => ({ value: bay, label: say('bayName', { n: bay }) }));
      case 'slot':
      case 'withSlot':
        return places.slots.map(({ value: place, label: name }) => ({
          value: place.slice('slot/'.length),
          label: name,
        }));
      case 'place':
        return places.filled;
      case 'level':
        return ['2', '3', '4'].map((level) => ({ value: level, label: say(`level.${level as '2' | '3' | '4'}`) }));
      default: {
        const group = choices[field as keyof typeof choices] as readonly string[];
        return group.map((each) => ({ value: each, label: say(`choice.${each}` as 'choice.now') }));
      }
    }
  };
  return (
    <NativeSelect label={label} data={data()} value={value} onChange={(event) => set(event.currentTarget.value)} />
  );
}
