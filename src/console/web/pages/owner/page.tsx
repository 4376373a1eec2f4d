import { NativeSelect, Stack, TextInput, Title } from '@mantine/core';
import { IconBattery, IconFileInvoice } from '@tabler/icons-react';
import { useState } from 'react';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { StatementTable } from '../statement/table.tsx';
import { Packs } from './packs.tsx';
import { Summary } from './summary.tsx';
import { ownerTexts } from './texts.ts';
import { useOwner } from './use-owner.ts';

/** Asia/Shanghai. */
const thisMonth = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);

/** The packs of an owner: where they are, what they earn, how they age, what they may be worth. */
export default function OwnerPage() {
  const say = useTexts(ownerTexts);
  const { language } = useLanguage();
  const { owner, choices, choose, isPending, error } = useOwner();
  const [month, setMonth] = useState(thisMonth);
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        {choices !== null && owner !== null && (
          <NativeSelect
            aria-label={say('owner')}
            value={owner}
            data={choices.map(({ id, name, nameEn }) => ({
              value: id,
              label: language === 'en' ? (nameEn ?? name) : name,
            }))}
            onChange={(event) => choose(event.currentTarget.value)}
          />
        )}
        <TextInput
          type="month"
          aria-label={say('month')}
          value={month}
          max={thisMonth()}
          onChange={(event) => setMonth(event.currentTarget.value)}
        />
      </PageTitle>
      {error ? <ErrorPanel error={error} /> : null}
      {isPending && <PageSkeleton />}
      {!isPending && owner === null && <Empty icon={IconBattery} title={say('none.title')} text={say('none.text')} />}
      {owner !== null && /^20\d\d-\d\d$/.test(month) && (
        <Stack gap="md" key={`${owner} ${month}`}>
          <Summary owner={owner} month={month} />
          <Packs owner={owner} month={month} />
          <section>
            <Title order={2} size="h4" mb="xs">
              {say('statements')}
            </Title>
            <StatementTable
              filter={{ party: owner, kind: 'owner' }}
              base="/owner/statements"
              empty={<Empty icon={IconFileInvoice} title={say('noStatement.title')} text={say('noStatement.text')} />}
            />
          </section>
        </Stack>
      )}
    </>
  );
}
