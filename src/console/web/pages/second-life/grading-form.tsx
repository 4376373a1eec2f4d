import {
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { visualFindings } from '../../../../../schema/wire/cascade/grading.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { partTexts } from '../../parts/texts.ts';
import { useIntent } from '../../parts/use-intent.ts';
import { type Draft, emptyDraft, type NumberField, type TextField, testOf } from './grading-draft.ts';
import { secondLifeTexts } from './texts.ts';

interface GradingFormProps {
  pack: string;
  /** Number of the grading that this test was made again for. */
  replaces: number | null;
  close: () => void;
}

/** What the test of a retired pack has shown; the policy makes the grade of it. */
export function GradingForm({ pack, replaces, close }: GradingFormProps) {
  const say = useTexts(secondLifeTexts);
  const sayPart = useTexts(partTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [draft, setDraft] = useState(() => emptyDraft(Date.now()));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const test = testOf(draft);
  const grade = async () => {
    if (test === null) return;
    setBusy(true);
    setError(null);
    try {
      const json = { pack, ...test, ...(replaces === null ? {} : { replaces }) };
      await send((header) => bodyOf(api.gradings.$post({ header, json })));
      await client.invalidateQueries({ queryKey: ['gradings'] });
      await client.invalidateQueries({ queryKey: ['second-life-assets', 'pipeline'] });
      close();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={say('form.title', { pack })} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void grade();
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{say('form.about')}</Text>
          <Fields draft={draft} set={setDraft} />
          {error !== null && <ErrorPanel error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {sayPart('cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={test === null}>
              {say('form.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Fields({ draft, set }: { draft: Draft; set: (draft: Draft) => void }) {
  const say = useTexts(secondLifeTexts);
  const text = (name: TextField, required = true) => (
    <TextInput
      key={name}
      label={say(`form.${name}`)}
      value={draft[name]}
      onChange={(event) => set({ ...draft, [name]: event.currentTarget.value })}
      required={required}
      maxLength={100}
      {...(name === 'at' ? { type: 'datetime-local' } : {})}
    />
  );
  const number = (name: NumberField, required = true) => (
    <NumberInput
      key={name}
      label={say(`form.${name}`)}
      value={draft[name] ?? ''}
      onChange={(value) => set({ ...draft, [name]: typeof value === 'number' ? value : null })}
      required={required}
    />
  );
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {text('operator')}
        {text('at')}
        <MultiSelect
          label={say('form.findings')}
          data={visualFindings.map((value) => ({ value, label: say(`finding.${value}`) }))}
          value={draft.findings}
          onChange={(findings) => set({ ...draft, findings })}
        />
        <Checkbox
          mt="lg"
          label={say('form.isFit')}
          checked={draft.isFit}
          onChange={(event) => set({ ...draft, isFit: event.currentTarget.checked })}
        />
        {draft.untestable === null && (
          <>
            {text('insulationDevice')}
            {number('kOhm')}
            {number('systemV', false)}
            {text('method')}
            {text('device')}
            {number('temperatureC')}
            {number('chargeA')}
            {number('dischargeA')}
            {number('ratedAh')}
            {text('dischargedAh')}
            {number('cellSpreadMv', false)}
          </>
        )}
      </SimpleGrid>
      <Checkbox
        label={say('form.isWreck')}
        checked={draft.untestable !== null}
        onChange={(event) => set({ ...draft, untestable: event.currentTarget.checked ? '' : null })}
      />
      {draft.untestable !== null && (
        <TextInput
          label={say('form.untestable')}
          value={draft.untestable}
          onChange={(event) => set({ ...draft, untestable: event.currentTarget.value })}
          required
          maxLength={500}
        />
      )}
      {text('note', false)}
    </>
  );
}
