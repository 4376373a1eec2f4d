import { Button, Checkbox, NativeSelect, NumberInput, Text, TextInput, Title } from '@mantine/core';
import { IconCoins } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PaymentView } from '../../../../../schema/wire/api/payment.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { usePages } from '../../parts/use-pages.ts';
import { moneyTexts } from './texts.ts';

/** Money that came in and is nobody's yet. */
export function Suspense() {
  const say = useTexts(moneyTexts);
  const formats = useFormats();
  const queries = useQueryClient();
  const [assigned, assign] = useState<PaymentView | null>(null);
  const list = usePages(
    ['payments', 'suspense'],
    (page) => bodyOf(api.payments.$get({ query: { suspense: 'true', ...page } })),
    { limit: 25 },
  );
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('suspense')}
      </Title>
      <PagedTable
        label={say('suspense')}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty icon={IconCoins} title={say('noSuspense.title')} text={say('noSuspense.text')} />}
        columns={[
          { head: say('paidOn'), cell: ({ paidAt }) => formats.day(paidAt) },
          {
            head: say('payer'),
            cell: ({ payer, payerName }) => (
              <>
                <Text size="sm">{payerName || '–'}</Text>
                <Text size="xs" c="dimmed">
                  {payer}
                </Text>
              </>
            ),
          },
          { head: say('reference'), cell: ({ reference }) => reference },
          { head: say('left'), cell: ({ suspenseFen }) => formats.money(suspenseFen), right: true },
          {
            head: say('acts'),
            cell: (payment) => (
              <Button size="compact-xs" variant="default" onClick={() => assign(payment)}>
                {say('assign')}
              </Button>
            ),
          },
        ]}
      />
      {assigned && (
        <AssignDialog
          payment={assigned}
          close={() => {
            assign(null);
            void queries.invalidateQueries({ queryKey: ['payments'] });
            void queries.invalidateQueries({ queryKey: ['statements'] });
          }}
        />
      )}
    </section>
  );
}

function AssignDialog({ payment, close }: { payment: PaymentView; close: () => void }) {
  const say = useTexts(moneyTexts);
  const formats = useFormats();
  const { language } = useLanguage();
  const send = useIntent();
  const [party, setParty] = useState('');
  const [statement, setStatement] = useState('');
  const [yuan, setYuan] = useState(payment.suspenseFen / 100);
  const [rememberPayer, setRememberPayer] = useState(false);
  const { data } = useQuery({
    queryKey: ['organisations', 'fleet'],
    queryFn: () => bodyOf(api.organisations.$get({ query: { kind: 'fleet', limit: '200' } })),
  });
  return (
    <ReasonDialog
      title={say('assignTitle', { sum: formats.money(payment.suspenseFen) })}
      consequence={say('assignAbout')}
      confirm={say('assign')}
      complete={party !== '' && yuan > 0}
      act={(note) => {
        const json = {
          party,
          note,
          rememberPayer,
          amountFen: Math.round(yuan * 100),
          ...(statement.trim() === '' ? {} : { statement: statement.trim() }),
        };
        return send((header) => bodyOf(api.payments[':id'].matches.$post({ param: { id: payment.id }, header, json })));
      }}
      close={close}
    >
      <NativeSelect
        label={say('party')}
        value={party}
        required
        data={[
          { value: '', label: say('choose') },
          ...(data?.items ?? []).map(({ id, name, nameEn }) => ({
            value: id,
            label: language === 'en' ? (nameEn ?? name) : name,
          })),
        ]}
        onChange={(event) => setParty(event.currentTarget.value)}
      />
      <TextInput
        label={say('statement')}
        description={say('statementHint')}
        value={statement}
        onChange={(event) => setStatement(event.currentTarget.value)}
      />
      <NumberInput
        label={say('sum')}
        value={yuan}
        min={0.01}
        max={payment.suspenseFen / 100}
        decimalScale={2}
        prefix="¥"
        onChange={(next) => setYuan(Number(next))}
      />
      <Checkbox
        label={say('remember')}
        checked={rememberPayer}
        onChange={(event) => setRememberPayer(event.currentTarget.checked)}
      />
    </ReasonDialog>
  );
}
