import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { Basis } from './basis.tsx';
import { DisputeDialog } from './dispute-dialog.tsx';
import { numbered } from './numbered.ts';
import type { Statement } from './page.tsx';
import { statementTexts } from './texts.ts';

/** The swaps that stand on it, each with its receipt. */
export function Receipts({ statement: { id } }: { statement: Statement }) {
  const say = useTexts(statementTexts);
  const formats = useFormats();
  const [shown, show] = useState<string | null>(null);
  const list = usePages(
    ['statements', 'receipts', id],
    (page) => bodyOf(api.statements[':id'].receipts.$get({ param: { id }, query: page })),
    { limit: 25 },
  );
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('receipts')}
      </Title>
      <PagedTable
        label={say('receipts')}
        list={list}
        keyOf={({ swap }) => swap}
        empty={<Empty icon={IconReceipt} title={say('noReceipts')} />}
        columns={[
          { head: say('released'), cell: ({ releasedAt }) => formats.dayAndTime(releasedAt) },
          { head: say('swap'), cell: ({ swap }) => swap },
          { head: say('vehicle'), cell: ({ vehicle }) => vehicle },
          { head: say('energy'), cell: ({ energyWh }) => formats.kWh(energyWh), right: true },
          { head: say('amount'), cell: ({ totalFen }) => formats.money(totalFen), right: true },
          {
            head: say('acts'),
            cell: ({ swap }) => (
              <Button size="compact-xs" variant="default" onClick={() => show(swap)}>
                {say('showReceipt')}
              </Button>
            ),
          },
        ]}
      />
      {shown !== null && <ReceiptDialog swap={shown} close={() => show(null)} />}
    </section>
  );
}

function ReceiptDialog({ swap, close }: { swap: string; close: () => void }) {
  const say = useTexts(statementTexts);
  const formats = useFormats();
  const [disputed, setDisputed] = useState<{ line: number; text: string } | null>(null);
  const { data, error } = useQuery({
    queryKey: ['receipts', swap],
    queryFn: () => bodyOf(api.receipts[':swap'].$get({ param: { swap } })),
  });
  if (disputed) return <DisputeDialog bill={{ swap, line: disputed.line }} about={disputed.text} close={close} />;
  return (
    <Modal opened onClose={close} title={say('receiptOf', { swap })} size="lg" centered>
      {error && <ErrorPanel error={error} />}
      {!data && !error && <PageSkeleton rows={2} />}
      <Stack>
        {numbered(data?.lines ?? []).map(({ line, number }) => (
          <Group key={number} justify="space-between" wrap="nowrap" align="flex-start">
            <div>
              <Text size="sm">{line.text}</Text>
              <Basis basis={line.basis} />
            </div>
            <Group gap="xs" wrap="nowrap">
              <Text size="sm">{formats.money(line.amountFen)}</Text>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => setDisputed({ line: number, text: line.text })}
              >
                {say('dispute')}
              </Button>
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
