import { Modal, NativeSelect, Table, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { useEventWords } from '../../parts/event-words.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { acknowledge, assign, close as closeIncident } from './acts.ts';
import { useLogAround, usePeopleAt } from './data.ts';
import type { Notice } from './notice.ts';
import { alarmsTexts } from './texts.ts';

export interface Doing {
  act: 'acknowledge' | 'give' | 'close' | 'events';
  notice: Notice;
}

/** The stream does not tell of a site's alarms: they are asked for again when something has been done. */
function useSiteIntent({ kind }: Notice): ReturnType<typeof useIntent> {
  const intent = useIntent();
  const client = useQueryClient();
  return async (send) => {
    try {
      return await intent(send);
    } finally {
      if (kind === 'siteAlarm') await client.invalidateQueries({ queryKey: ['alarms'] });
    }
  };
}

interface DialogProps {
  notice: Notice;
  close: () => void;
}

/** What a person does with an alarm or an incident. */
export function DoingDialog({ act, notice, close }: Doing & { close: () => void }) {
  const say = useTexts(alarmsTexts);
  const intent = useSiteIntent(notice);
  if (act === 'events')
    return notice.eventN === null ? null : <LogDialog station={notice.station} eventN={notice.eventN} close={close} />;
  if (act === 'give') return <GiveDialog notice={notice} close={close} />;
  const key = act === 'close' ? 'closing' : 'ack';
  return (
    <ReasonDialog
      title={say(`${key}.title`)}
      consequence={say(`${key}.about`)}
      confirm={say(act)}
      dangerous={act === 'close'}
      act={(note) => intent((header) => (act === 'close' ? closeIncident : acknowledge)(header, notice, note))}
      close={close}
    />
  );
}

function GiveDialog({ notice, close }: DialogProps) {
  const say = useTexts(alarmsTexts);
  const people = usePeopleAt(notice);
  const intent = useSiteIntent(notice);
  const [to, setTo] = useState(notice.assignedTo ?? '');
  return (
    <ReasonDialog
      title={say('giving.title')}
      consequence={say('giving.about')}
      confirm={say('give')}
      complete={to !== (notice.assignedTo ?? '')}
      act={(note) => intent((header) => assign(header, notice, { to: to || null, note }))}
      close={close}
    >
      {people.error && <ErrorPanel error={people.error} />}
      <NativeSelect
        label={say('giving.to')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data={[
          { value: '', label: say('giving.nobody') },
          ...(people.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </ReasonDialog>
  );
}

/** The newest stand first: what it is about is in the middle. */
const intoView = (row: HTMLTableRowElement | null) => row?.scrollIntoView({ block: 'center' });

function LogDialog({ close, ...notice }: { station: string; eventN: number; close: () => void }) {
  const say = useTexts(alarmsTexts);
  const formats = useFormats();
  const log = useLogAround(notice);
  const words = useEventWords(notice.station);
  return (
    <Modal opened onClose={close} size="xl" title={say('log.title', { station: notice.station, n: notice.eventN })}>
      {log.isPending && <PageSkeleton />}
      {log.error && <ErrorPanel error={log.error} retry={() => void log.refetch()} />}
      {log.data?.items.length === 0 && <Text>{say('log.empty')}</Text>}
      <Table.ScrollContainer minWidth={620}>
        <Table fz="sm" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right">{say('log.n')}</Table.Th>
              <Table.Th>{say('log.at')}</Table.Th>
              <Table.Th>{say('log.what')}</Table.Th>
              <Table.Th>{say('log.cause')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {log.data?.items.map((event) => (
              <Table.Tr
                key={event.n}
                {...(event.n === notice.eventN ? { bg: 'var(--mantine-color-default-hover)', ref: intoView } : {})}
              >
                <Table.Td ta="right">{event.n}</Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{formats.dayAndTime(event.occurredAt)}</Table.Td>
                <Table.Td>
                  {event.n === notice.eventN ? <b>{`${words(event)} (${say('log.here')})`}</b> : words(event)}
                  <details>
                    <summary>{say('log.technical')}</summary>
                    <code>{event.type}</code>
                    <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                      {JSON.stringify(event.body, null, 1)}
                    </pre>
                  </details>
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{event.cause}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Modal>
  );
}
