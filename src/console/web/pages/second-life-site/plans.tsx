import { Text, Title } from '@mantine/core';
import type { PlanSummary } from '../../../../../schema/wire/api/dispatch.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { logTexts } from './log-texts.ts';

/** What the assets were told to do, the last made first. */
export function Plans({ site }: { site: string }) {
  const say = useTexts(logTexts);
  const formats = useFormats();
  const list = usePages(
    ['second-life-sites', 'plans', site],
    (page) => bodyOf(api['second-life-sites'][':id'].plans.$get({ param: { id: site }, query: page })),
    { limit: 6 },
  );
  const why = ({ basis: { because, note } }: PlanSummary): string => {
    if (because === null) return note ?? say('plans.asked');
    const [kind = ''] = because.split('/');
    return kind === 'signal' || kind === 'site' || kind === 'asset' ? say(`plans.because.${kind}`) : because;
  };
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('plans.title')}
      </Title>
      <PagedTable
        label={say('plans.title')}
        list={list}
        keyOf={({ id }) => id}
        empty={<Text c="dimmed">{say('plans.none')}</Text>}
        columns={[
          { head: say('plans.made'), cell: ({ madeAt }) => formats.dayAndTime(madeAt) },
          { head: say('plans.asset'), cell: ({ asset }) => asset },
          { head: say('plans.from'), cell: ({ from }) => formats.dayAndTime(from) },
          { head: say('plans.to'), cell: ({ to }) => formats.dayAndTime(to) },
          { head: say('plans.why'), cell: why },
          {
            head: say('plans.saves'),
            cell: ({ figures }) => formats.money(figures.costWithoutFen - figures.costWithFen),
            right: true,
          },
          { head: say('plans.by'), cell: ({ by }) => by },
        ]}
      />
    </section>
  );
}
