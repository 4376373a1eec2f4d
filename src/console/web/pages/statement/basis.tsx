import { Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.ts';
import { statementTexts } from './texts.ts';

const written = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(written).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
};

/** What a line was made of: readings, days, quota, plan and version, by their names in the API. */
export function Basis({ basis }: { basis: Readonly<Record<string, unknown>> }) {
  const say = useTexts(statementTexts);
  return (
    <details>
      <Text component="summary" size="xs" c="dimmed">
        {say('basis')}
      </Text>
      {Object.entries(basis).map(([name, value]) => (
        <Text key={name} size="xs">
          <code>{name}</code> {written(value)}
        </Text>
      ))}
    </details>
  );
}
