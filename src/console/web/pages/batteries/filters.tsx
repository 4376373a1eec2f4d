import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { packStatus, placeKind } from '../../../../../schema/wire/api/battery.ts';
import { decodeBatteryCode } from '../../../../../schema/wire/pack-code.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { packTexts } from '../../parts/pack-texts.ts';
import { type PackFilter, useChoices } from './data.ts';
import { batteriesTexts } from './texts.ts';

interface PackFiltersProps {
  filter: PackFilter;
  choose: (filter: PackFilter) => void;
}

export function PackFilters({ filter, choose }: PackFiltersProps) {
  const say = useTexts(batteriesTexts);
  const sayPack = useTexts(packTexts);
  const { language } = useLanguage();
  const { models, owners } = useChoices();
  const set = <K extends keyof PackFilter>(name: K, value: string | null) => {
    const { [name]: _, ...rest } = filter;
    choose(value === null || value === '' ? rest : { ...rest, [name]: value });
  };
  const filters = [
    {
      name: 'status',
      data: packStatus.options.map((value) => ({ value, label: sayPack(`status.${value}`) })),
    },
    { name: 'place', data: placeKind.options.map((value) => ({ value, label: sayPack(`place.${value}`) })) },
    { name: 'model', data: models.map(({ id, name }) => ({ value: id, label: `${id} · ${name}` })) },
    {
      name: 'owner',
      data: owners.map(({ id, name, nameEn }) => ({ value: id, label: language === 'en' ? (nameEn ?? name) : name })),
    },
  ] as const;
  return (
    <Group gap="xs" align="flex-end" role="search">
      <CodeField key={filter.code ?? ''} filter={filter} set={(code) => set('code', code)} />
      {filters.map(({ name, data }) => (
        <Select
          key={name}
          label={say(`search.${name}`)}
          placeholder={say('search.any')}
          data={[...data]}
          value={filter[name] ?? null}
          onChange={(value) => set(name, value)}
          clearable
          w={170}
        />
      ))}
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={() => choose({})}>
          {say('search.clear')}
        </Button>
      )}
    </Group>
  );
}

/** A whole code leads to its pack, by either of the two codes it may have. */
function CodeField({ filter, set }: { filter: PackFilter; set: (code: string) => void }) {
  const say = useTexts(batteriesTexts);
  const navigate = useNavigate();
  const [text, setText] = useState(filter.code ?? '');
  const later = useDebouncedCallback(set, 500);
  const isWhole = decodeBatteryCode(text) !== null;
  const write = (value: string) => {
    const clean = value
      .toUpperCase()
      .replaceAll(/[^0-9A-Z]/g, '')
      .slice(0, 24);
    setText(clean);
    if (decodeBatteryCode(clean) === null) later(clean);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) void navigate({ to: `/batteries/${text}` as never });
        else set(text);
      }}
    >
      <Group gap={4} align="flex-end" wrap="nowrap">
        <TextInput
          label={say('search.code')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          ff="monospace"
          w={270}
          autoComplete="off"
          spellCheck={false}
        />
        {isWhole && <Button type="submit">{say('search.open')}</Button>}
      </Group>
    </form>
  );
}
