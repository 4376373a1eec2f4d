import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { PayState } from '../fleet/states.tsx';
import { statementTexts } from './texts.ts';

interface StatementTableProps {
  filter: { party?: string; kind?: 'fleet' | 'owner'; month?: string };
  /** Where the pages of single statements are. */
  base: string;
  /** Of several parties. */
  showParty?: boolean;
  empty: ReactNode;
}

/** Closed statements, the newest first, and how each stands today. */
export function StatementTable({ filter, base, showParty = false, empty }: StatementTableProps) {
  const say = useTexts(statementTexts);
  const formats = useFormats();
  const list = usePages(['statements', 'list', filter], (page) =>
    bodyOf(api.statements.$get({ query: { ...filter, ...page } })),
  );
  const isOwners = filter.kind === 'owner';
  return (
    <PagedTable
      label={say('list.title')}
      list={list}
      keyOf={({ id }) => id}
      empty={empty}
      columns={[
        {
          head: say('month'),
          cell: ({ id, month }) => (
            <Anchor component={Link} to={`${base}/${id}` as never}>
              {month}
            </Anchor>
          ),
        },
        ...(showParty ? [{ head: say('party'), cell: ({ party }: { party: string }) => party }] : []),
        ...(isOwners
          ? []
          : [
              {
                head: say('swaps'),
                cell: ({ receiptCount }: { receiptCount: number }) => formats.whole(receiptCount),
                right: true,
              },
            ]),
        { head: say(isOwners ? 'income' : 'total'), cell: ({ totalFen }) => formats.money(totalFen), right: true },
        ...(isOwners
          ? []
          : [
              {
                head: say('left'),
                cell: ({ balance }: { balance: { openFen: number } | null }) => formats.money(balance?.openFen),
                right: true,
              },
              { head: say('due'), cell: ({ dueDay }: { dueDay: string | null }) => formats.day(dueDay) },
              {
                head: say('state'),
                cell: ({ balance }: { balance: Parameters<typeof PayState>[0] | null }) =>
                  balance ? <PayState state={balance.state} /> : '–',
              },
            ]),
      ]}
    />
  );
}
