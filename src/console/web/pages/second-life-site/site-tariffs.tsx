import { Text, Title } from '@mantine/core';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { siteTexts } from './texts.ts';

/** Under which category the site buys its energy, from which day on. */
export function SiteTariffs({ site }: { site: string }) {
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const list = usePages(
    ['second-life-sites', 'tariffs', site],
    (page) => bodyOf(api['second-life-sites'][':id'].tariffs.$get({ param: { id: site }, query: page })),
    { limit: 10 },
  );
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('tariff.title')}
      </Title>
      <PagedTable
        label={say('tariff.title')}
        list={list}
        keyOf={({ fromDay }) => fromDay ?? ''}
        empty={<Text c="dimmed">–</Text>}
        columns={[
          { head: say('tariff.category'), cell: ({ category }) => category },
          {
            head: say('tariff.from'),
            cell: ({ fromDay }) => (fromDay === null ? say('tariff.always') : formats.day(fromDay)),
          },
          { head: say('tariff.by'), cell: ({ by }) => by },
          { head: say('tariff.at'), cell: ({ enteredAt }) => formats.dayAndTime(enteredAt) },
        ]}
      />
    </section>
  );
}
