import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Reservation } from '../../../../../schema/wire/api/reservation.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import type { Pages } from '../../parts/use-pages.ts';
import { ReservationState } from '../fleet/states.tsx';
import { AlternativeCard } from './alternative-card.tsx';
import { reserveTexts } from './texts.ts';
import { instantsOf, windowOf } from './window.ts';
import { WindowFields } from './window-fields.tsx';

interface TableProps {
  list: Pages<Reservation>;
  empty: ReactNode;
  changed: () => void;
}

/** Reservations, and what may be done with those that are open. */
export function ReservationTable({ list, empty, changed }: TableProps) {
  const say = useTexts(reserveTexts);
  const formats = useFormats();
  const [wish, setWish] = useState<{ act: 'change' | 'cancel'; of: Reservation } | null>(null);
  const close = () => {
    setWish(null);
    changed();
  };
  return (
    <>
      <PagedTable
        label={say('promises')}
        list={list}
        keyOf={({ id }) => id}
        empty={empty}
        columns={[
          { head: say('state'), cell: (row) => <Standing row={row} /> },
          {
            head: say('when'),
            cell: ({ from, to }) => (
              <>
                <Text size="sm">{`${formats.minute(from)}–${formats.minute(to)}`}</Text>
                <Text size="xs" c="dimmed">
                  {formats.day(from)}
                </Text>
              </>
            ),
          },
          { head: say('vehicle'), cell: ({ vehicle }) => vehicle },
          { head: say('station'), cell: ({ station, bay }) => (bay === null ? station : say('at', { station, bay })) },
          { head: say('pack'), cell: (row) => <Held row={row} /> },
          {
            head: say('acts'),
            cell: (row) =>
              row.state === 'open' && (
                <Group gap={4} wrap="nowrap">
                  <Button size="compact-xs" variant="default" onClick={() => setWish({ act: 'change', of: row })}>
                    {say('change')}
                  </Button>
                  <Button size="compact-xs" variant="default" onClick={() => setWish({ act: 'cancel', of: row })}>
                    {say('cancel')}
                  </Button>
                </Group>
              ),
          },
        ]}
      />
      {wish?.act === 'change' && <ChangeDialog of={wish.of} close={close} />}
      {wish?.act === 'cancel' && <CancelDialog of={wish.of} close={close} />}
    </>
  );
}

/** A promise that was lost is said, with the other station. */
function Standing({ row: { state, lost, closedReason } }: { row: Reservation }) {
  const say = useTexts(reserveTexts);
  return (
    <Stack gap={2} maw={240}>
      <ReservationState state={state} />
      {state === 'open' && lost && (
        <>
          <Text size="xs" c="red">
            {say('lost', { reason: lost.reason })}
          </Text>
          {lost.alternative && <AlternativeCard alternative={lost.alternative} />}
        </>
      )}
      {closedReason && (
        <Text size="xs" c="dimmed">
          {closedReason}
        </Text>
      )}
    </Stack>
  );
}

function Held({ row: { promise, minSoc } }: { row: Reservation }) {
  const say = useTexts(reserveTexts);
  const formats = useFormats();
  return (
    <>
      <Text size="xs">{promise ? promise.pack : '–'}</Text>
      <Text size="xs" c="dimmed">
        {say('atLeast', { pct: formats.pct(minSoc) })}
        {promise ? ` · ${say('readyAt', { at: formats.minute(promise.readyAt) })}` : ''}
      </Text>
    </>
  );
}

const sameEdition = ({ edition }: Reservation) => ({ 'if-match': `"${edition}"` });

function ChangeDialog({ of, close }: { of: Reservation; close: () => void }) {
  const say = useTexts(reserveTexts);
  const [window, setWindow] = useState(() => windowOf(of.from, of.to));
  const instants = instantsOf(window);
  return (
    <ConfirmDialog
      title={say('changeTitle', { vehicle: of.vehicle })}
      consequence={say('changeAbout')}
      confirm={say('change')}
      complete={instants !== null}
      act={async () => {
        if (instants === null) return;
        await bodyOf(api.reservations[':id'].$patch({ param: { id: of.id }, header: sameEdition(of), json: instants }));
      }}
      close={close}
    >
      <WindowFields value={window} change={setWindow} />
    </ConfirmDialog>
  );
}

function CancelDialog({ of, close }: { of: Reservation; close: () => void }) {
  const say = useTexts(reserveTexts);
  return (
    <ConfirmDialog
      title={say('cancelTitle', { vehicle: of.vehicle })}
      consequence={say('cancelAbout')}
      confirm={say('cancelButton')}
      dangerous
      act={() => bodyOf(api.reservations[':id'].$delete({ param: { id: of.id }, header: sameEdition(of) }))}
      close={close}
    />
  );
}
