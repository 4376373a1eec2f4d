import { NativeSelect, TextInput } from '@mantine/core';
import { useTexts } from '../../i18n/texts.ts';
import { reserveTexts } from './texts.ts';
import type { WrittenWindow } from './window.ts';

const lengths = [10, 15, 30, 45, 60];

interface WindowFieldsProps {
  value: WrittenWindow;
  change: (next: WrittenWindow) => void;
}

export function WindowFields({ value, change }: WindowFieldsProps) {
  const say = useTexts(reserveTexts);
  const choices = lengths.includes(value.minutes) ? lengths : [...lengths, value.minutes].toSorted((a, b) => a - b);
  return (
    <>
      <TextInput
        type="datetime-local"
        label={say('from')}
        description={say('clock')}
        value={value.begin}
        required
        onChange={(event) => change({ ...value, begin: event.currentTarget.value })}
      />
      <NativeSelect
        label={say('length')}
        description={say('lengthHint')}
        value={String(value.minutes)}
        data={choices.map((each) => ({ value: String(each), label: say('minutes', { n: each }) }))}
        onChange={(event) => change({ ...value, minutes: Number(event.currentTarget.value) })}
      />
    </>
  );
}
