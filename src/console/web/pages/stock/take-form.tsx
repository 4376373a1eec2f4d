import { Alert, Button, Card, Group, Modal, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { StockTake } from '../../../../../schema/wire/api/inventory.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { partTexts } from '../../parts/texts.ts';
import { useIntent } from '../../parts/use-intent.ts';
import { type LedgerSlot, useLedgerSlots } from './data.ts';
import {
  isCode,
  kindOf,
  otherwise,
  type Seen,
  type SeenKind,
  type SlotSeen,
  seenKinds,
  seenOf,
  slotsSeen,
} from './seen.ts';
import { stockTexts } from './texts.ts';

/** Slot by slot: what the ledger has, and what somebody sees. */
export function TakeForm({ station }: { station: string }) {
  const ledger = useLedgerSlots(station);
  if (ledger.isPending) return <PageSkeleton />;
  if (ledger.error) return <ErrorPanel error={ledger.error} retry={() => void ledger.refetch()} />;
  return <Form station={station} ledger={ledger.data.slots} readAt={ledger.data.readAt} />;
}

interface FormProps {
  station: string;
  ledger: readonly LedgerSlot[];
  readAt: string;
}

function Form({ station, ledger, readAt }: FormProps) {
  const say = useTexts(stockTexts);
  const [seen, setSeen] = useState<ReadonlyMap<number, Seen>>(new Map());
  const [posting, setPosting] = useState<{ slots: SlotSeen[]; other: number; at: string } | null>(null);
  const [made, setMade] = useState<StockTake | null>(null);
  const slots = slotsSeen(ledger, seen);
  const other = slots === null ? 0 : otherwise(ledger, slots);
  const all = (kind: SeenKind) => setSeen(new Map(ledger.map(({ slot }) => [slot, seenOf(kind)])));
  const done = (take: StockTake) => {
    setMade(take);
    setSeen(new Map());
    setPosting(null);
  };
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button variant="default" onClick={() => all('asLedger')}>
          {say('all')}
        </Button>
        <Button variant="default" onClick={() => all('notLooked')}>
          {say('none')}
        </Button>
        <Text size="sm" role="status">
          {say('looked', { n: slots?.length ?? '–', all: ledger.length, other })}
        </Text>
      </Group>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} spacing="xs">
        {ledger.map((each) => (
          <SlotField
            key={each.slot}
            slot={each}
            seen={seen.get(each.slot) ?? null}
            set={(value) => setSeen(new Map(seen).set(each.slot, value))}
          />
        ))}
      </SimpleGrid>
      {made && <Result take={made} />}
      <Group justify="flex-end">
        <Button
          disabled={slots === null || slots.length === 0}
          onClick={() => slots !== null && setPosting({ slots, other, at: readAt })}
        >
          {say('post', { n: slots?.length ?? 0 })}
        </Button>
      </Group>
      {posting && <PostDialog station={station} {...posting} done={done} close={() => setPosting(null)} />}
    </Stack>
  );
}

interface SlotFieldProps {
  slot: LedgerSlot;
  seen: Seen;
  set: (seen: Seen) => void;
}

function SlotField({ slot: { slot, pack }, seen, set }: SlotFieldProps) {
  const say = useTexts(stockTexts);
  return (
    <Card withBorder padding="xs" data-slot={slot} data-seen={kindOf(seen)}>
      <Text size="sm" fw={600}>
        {say('slot')} {slot}
      </Text>
      <Text size="xs" c="dimmed">
        {say('ledger')}: <code>{pack ?? say('empty')}</code>
      </Text>
      <NativeSelect
        size="xs"
        mt={4}
        aria-label={say('choice', { n: slot })}
        value={kindOf(seen)}
        onChange={(event) => set(seenOf(event.currentTarget.value as SeenKind))}
        data={seenKinds
          .filter((kind) => kind !== 'empty' || pack !== null)
          .map((value) => ({ value, label: say(value) }))}
      />
      {seen?.kind === 'other' && (
        <TextInput
          size="xs"
          mt={4}
          aria-label={say('code', { n: slot })}
          value={seen.code}
          error={seen.code !== '' && !isCode(seen.code) ? say('badCode') : null}
          onChange={(event) => set({ kind: 'other', code: event.currentTarget.value.trim().toUpperCase() })}
          maxLength={24}
          ff="monospace"
          required
        />
      )}
    </Card>
  );
}

interface PostDialogProps {
  station: string;
  slots: SlotSeen[];
  other: number;
  /** When the ledger was read that it was compared with: where something has moved since, nothing can be said. */
  at: string;
  done: (take: StockTake) => void;
  close: () => void;
}

function PostDialog({ station, slots, other, at, done, close }: PostDialogProps) {
  const say = useTexts(stockTexts);
  const sayPart = useTexts(partTexts);
  const client = useQueryClient();
  const send = useIntent();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const post = async () => {
    setBusy(true);
    setError(null);
    try {
      const json = { slots, at, ...(note.trim() === '' ? {} : { note: note.trim() }) };
      const param = { id: station };
      const take = await send((header) => bodyOf(api.stations[':id']['stock-takes'].$post({ param, header, json })));
      await client.invalidateQueries({ queryKey: ['stock-takes', station] });
      await client.invalidateQueries({ queryKey: ['stations', 'ledger-slots', station] });
      done(take);
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={say('confirm.title')} centered>
      <Stack>
        <Text size="sm">{say('confirm.about', { n: slots.length, other })}</Text>
        <TextInput
          label={say('note')}
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-autofocus
        />
        {error !== null && <ErrorPanel error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {sayPart('cancel')}
          </Button>
          <Button loading={busy} onClick={() => void post()}>
            {say('post', { n: slots.length })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Result({ take }: { take: StockTake }) {
  const say = useTexts(stockTexts);
  const { differences, seen } = take;
  return (
    <Alert
      color={differences.length === 0 ? 'green' : 'orange'}
      icon={<IconCircleCheck aria-hidden />}
      title={say('result.title')}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      role="status"
    >
      {differences.length === 0
        ? say('result.same', { n: seen.length })
        : say('result.differences', { count: differences.length })}
      {differences.map(({ slot, pack, ledger }) => (
        <Text key={slot} size="sm">
          {say('differs', { slot, pack: pack ?? say('nothing'), ledger: ledger ?? say('nothing') })}
        </Text>
      ))}
    </Alert>
  );
}
