import { Button, Group, Select, TextInput } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { swapState } from '../../../../../schema/wire/api/swap.ts';
import { useTexts } from '../../i18n/texts.ts';
import { stationTexts } from '../../parts/station-texts.ts';
import { isFilled, isSwapId, type SwapFilter } from './swap-filter.ts';
import { swapsTexts } from './texts.ts';

interface SwapFiltersProps {
  filter: SwapFilter;
  choose: (filter: SwapFilter) => void;
}

/** Stands in the address, so that a search can be kept and sent. */
export function SwapFilters({ filter, choose }: SwapFiltersProps) {
  const say = useTexts(swapsTexts);
  const sayState = useTexts(stationTexts);
  const set = (name: keyof SwapFilter, value: string | null) => {
    const { [name]: _, ...rest } = filter;
    choose(value ? { ...rest, [name]: value } : rest);
  };
  return (
    <Group gap="xs" align="flex-start" mb="sm" role="search" aria-label={say('search.label')}>
      <IdField />
      <CodeField name="vehicle" length={17} wrong={say('search.wrongVin')} {...{ filter, set }} />
      <CodeField name="pack" length={24} wrong={say('search.wrongPack')} {...{ filter, set }} />
      <CodeField name="station" length={32} wrong="" {...{ filter, set }} />
      <Select
        label={say('search.state')}
        placeholder={say('search.any')}
        data={swapState.options.map((value) => ({ value, label: sayState(`swap.${value}`) }))}
        value={filter.state ?? null}
        onChange={(value) => set('state', value)}
        clearable
        w={150}
      />
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={name}
          type="datetime-local"
          label={say(`search.${name}`)}
          title={say('search.clock')}
          value={filter[name] ?? ''}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      ))}
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" mt={25} leftSection={<IconX size={16} aria-hidden />} onClick={() => choose({})}>
          {say('search.clear')}
        </Button>
      )}
    </Group>
  );
}

/** A whole id leads to its swap. */
function IdField() {
  const say = useTexts(swapsTexts);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSwapId(text)) void navigate({ to: `/swaps/${text}` as never });
      }}
    >
      <TextInput
        label={say('search.id')}
        placeholder="bj-001.1.42"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value.trim())}
        w={150}
      />
    </form>
  );
}

interface CodeFieldProps {
  name: 'vehicle' | 'pack' | 'station';
  length: number;
  wrong: string;
  filter: SwapFilter;
  set: (name: keyof SwapFilter, value: string | null) => void;
}

/** Asked for as soon as it is whole; half of one is said to be so when it is left. */
function CodeField({ name, length, wrong, filter, set }: CodeFieldProps) {
  const say = useTexts(swapsTexts);
  const given = filter[name] ?? '';
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? given;
  const isHalf = draft !== null && text !== '' && !isFilled(name, text);
  const write = (value: string) => {
    const clean = (name === 'station' ? value.toLowerCase() : value.toUpperCase()).trim().slice(0, length);
    setDraft(clean);
    if (clean === '' || (name !== 'station' && isFilled(name, clean))) set(name, clean);
  };
  const leave = () => {
    if (!isHalf && draft !== null) {
      set(name, text);
      setDraft(null);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        leave();
      }}
    >
      <TextInput
        label={say(`search.${name}`)}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onBlur={leave}
        error={isHalf && wrong ? wrong : null}
        w={name === 'pack' ? 250 : name === 'vehicle' ? 190 : 120}
        autoComplete="off"
        spellCheck={false}
      />
    </form>
  );
}
