import { Button, Checkbox, Group, SimpleGrid, Stack, Table, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PublishedPolicy } from '../../../../../schema/wire/api/grading.ts';
import { assetFunctions, type GradeTerms } from '../../../../../schema/wire/cascade/grading.ts';
import { api, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import type { ErrorAt } from '../../parts/field-errors.ts';
import { NumberField } from '../../parts/fields.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { policyTexts } from './policy-texts.ts';
import { secondLifeTexts } from './texts.ts';

const usable = ['A', 'B', 'C'] as const;
/** Limits that may be left open. */
const limits = [
  'maxAgeYears',
  'maxFullCycles',
  'maxNegativeEvents',
  'maxCellSpreadMv',
  'maxResistanceGrowthPct',
  'maxSelfDischargePctPerMonth',
] as const;

/** What each grade demands, by the version that counts. */
export function GradingRules() {
  const say = useTexts(policyTexts);
  const sayLife = useTexts(secondLifeTexts);
  const formats = useFormats();
  const mayPublish = isOneOf(useCaller(), ['admin', 'operations']);
  const [publishing, setPublishing] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['grading-policies', 'newest'],
    queryFn: () => bodyOf(api['grading-policies'].$get({ query: { limit: '1' } })),
  });
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  const policy = data?.items[0];
  if (!policy) return null;
  const { terms, version, publishedAt } = policy;
  const functionsOf = (grade: (typeof usable)[number]) =>
    terms[grade].functions.map((each) => sayLife(`asset.for.${each}`)).join(', ');
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('grading.title')} ({say('version', { n: version, at: formats.dayAndTime(publishedAt) })})
        </Title>
        {mayPublish && (
          <Button size="xs" variant="default" onClick={() => setPublishing(true)}>
            {say('next')}
          </Button>
        )}
      </Group>
      <Table.ScrollContainer minWidth={640}>
        <Table fz="sm" aria-label={say('grading.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('grading.limit')}</Table.Th>
              {usable.map((grade) => (
                <Table.Th key={grade}>{say('grading.grade', { grade })}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(['sohFromPct', ...limits] as const).map((name) => (
              <Table.Tr key={name}>
                <Table.Td>{say(`grading.${name}`)}</Table.Td>
                {usable.map((grade) => (
                  <Table.Td key={grade}>{terms[grade][name] ?? say('notAsked')}</Table.Td>
                ))}
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td>{say('grading.functions')}</Table.Td>
              {usable.map((grade) => (
                <Table.Td key={grade}>{functionsOf(grade)}</Table.Td>
              ))}
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {publishing && <PublishDialog policy={policy} close={() => setPublishing(false)} />}
    </section>
  );
}

function PublishDialog({ policy, close }: { policy: PublishedPolicy; close: () => void }) {
  const say = useTexts(policyTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [terms, setTerms] = useState(policy.terms);
  const act = async () => {
    await send((header) => bodyOf(api['grading-policies'].$post({ header, json: terms })));
    await client.invalidateQueries({ queryKey: ['grading-policies'] });
  };
  return (
    <ConfirmDialog
      title={say('grading.title')}
      consequence={say('grading.about')}
      confirm={say('publish', { n: policy.version + 1 })}
      dangerous
      complete={usable.every((grade) => terms[grade].functions.length > 0)}
      act={act}
      close={close}
      wide
    >
      {(errorAt) => (
        <Stack gap="sm">
          {usable.map((grade) => (
            <GradeFields
              key={grade}
              grade={grade}
              terms={terms[grade]}
              set={(own) => setTerms({ ...terms, [grade]: own })}
              errorAt={errorAt}
            />
          ))}
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {(['minOhmPerV', 'agreementPct'] as const).map((name) => (
              <NumberField
                key={name}
                label={say(`grading.${name}`)}
                value={terms[name]}
                set={(value) => setTerms({ ...terms, [name]: value ?? 0 })}
                error={errorAt(`/${name}`)}
                min={0}
                decimals={1}
              />
            ))}
          </SimpleGrid>
        </Stack>
      )}
    </ConfirmDialog>
  );
}

interface GradeFieldsProps {
  grade: (typeof usable)[number];
  terms: GradeTerms;
  set: (terms: GradeTerms) => void;
  errorAt: ErrorAt;
}

function GradeFields({ grade, terms, set, errorAt }: GradeFieldsProps) {
  const say = useTexts(policyTexts);
  const sayLife = useTexts(secondLifeTexts);
  const field = (name: 'sohFromPct' | (typeof limits)[number]) => ({
    label: say(`grading.${name}`),
    value: terms[name],
    error: errorAt(`/${grade}/${name}`),
    min: 0,
    decimals: 1,
  });
  return (
    <fieldset>
      <legend>{say('grading.grade', { grade })}</legend>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs">
        <NumberField {...field('sohFromPct')} set={(value) => set({ ...terms, sohFromPct: value ?? 0 })} required />
        {limits.map((name) => (
          <NumberField
            key={name}
            {...field(name)}
            description={say('empty')}
            set={(value) => set({ ...terms, [name]: value })}
          />
        ))}
      </SimpleGrid>
      <Checkbox.Group
        label={say('grading.functions')}
        value={terms.functions}
        onChange={(chosen) => set({ ...terms, functions: assetFunctions.filter((each) => chosen.includes(each)) })}
        mt="xs"
      >
        <Group gap="md">
          {assetFunctions.map((value) => (
            <Checkbox key={value} value={value} label={sayLife(`asset.for.${value}`)} />
          ))}
        </Group>
      </Checkbox.Group>
    </fieldset>
  );
}
