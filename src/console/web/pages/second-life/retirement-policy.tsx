import { Button, Group, NativeSelect, SimpleGrid, Table, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RetirementPolicy } from '../../../../../schema/wire/api/battery-health.ts';
import { api, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { NumberField } from '../../parts/fields.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { policyTexts } from './policy-texts.ts';

type Terms = RetirementPolicy['terms'];
/** Limits that may be left open. */
const limits = [
  'minSohPct',
  'maxResistanceGrowthPct',
  'maxCellSpreadMv',
  'maxNegativeEvents',
  'maxThermalEvents',
  'maxAgeYears',
] as const;
const counts: readonly string[] = ['maxNegativeEvents', 'maxThermalEvents'];

/** When a pack is done with taxis, by the version in force. */
export function RetirementRules() {
  const say = useTexts(policyTexts);
  const formats = useFormats();
  const mayPublish = isOneOf(useCaller(), ['admin', 'operations']);
  const [publishing, setPublishing] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['retirement-policies', 'newest'],
    queryFn: () => bodyOf(api['retirement-policies'].$get({ query: { limit: '1' } })),
  });
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  const policy = data?.items[0];
  if (!policy) return null;
  const { terms, version, publishedAt } = policy;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('retirement.title')} ({say('version', { n: version, at: formats.dayAndTime(publishedAt) })})
        </Title>
        {mayPublish && (
          <Button size="xs" variant="default" onClick={() => setPublishing(true)}>
            {say('next')}
          </Button>
        )}
      </Group>
      <Table fz="sm" maw={640} aria-label={say('retirement.title')}>
        <Table.Tbody>
          {limits.map((name) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {say(`retirement.${name}`)}
              </Table.Th>
              <Table.Td ta="right">{terms[name] ?? say('notAsked')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {publishing && <PublishDialog policy={policy} close={() => setPublishing(false)} />}
    </section>
  );
}

function PublishDialog({ policy, close }: { policy: RetirementPolicy; close: () => void }) {
  const say = useTexts(policyTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [terms, setTerms] = useState<Terms>(policy.terms);
  const act = async (reason: string) => {
    const json = { replaces: policy.version, terms, reason };
    await send((header) => bodyOf(api['retirement-policies'].$post({ header, json })));
    await client.invalidateQueries({ queryKey: ['retirement-policies'] });
  };
  return (
    <ReasonDialog
      title={say('retirement.title')}
      consequence={say('retirement.about')}
      confirm={say('publish', { n: policy.version + 1 })}
      dangerous
      act={act}
      close={close}
    >
      {(errorAt) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {limits.map((name) => (
            <NumberField
              key={name}
              label={say(`retirement.${name}`)}
              description={say('empty')}
              value={terms[name]}
              set={(value) => setTerms({ ...terms, [name]: value })}
              error={errorAt(`/terms/${name}`)}
              min={0}
              decimals={counts.includes(name) ? 0 : 1}
            />
          ))}
          <NumberField
            label={say('retirement.minCharges')}
            value={terms.minCharges}
            set={(value) => setTerms({ ...terms, minCharges: value ?? 0 })}
            error={errorAt('/terms/minCharges')}
            min={0}
            decimals={0}
          />
          <NativeSelect
            label={say('retirement.sohBound')}
            value={terms.sohBound}
            data={(['estimate', 'high'] as const).map((value) => ({ value, label: say(`retirement.bound.${value}`) }))}
            onChange={(event) => setTerms({ ...terms, sohBound: event.currentTarget.value as Terms['sohBound'] })}
          />
        </SimpleGrid>
      )}
    </ReasonDialog>
  );
}
