import { Modal, Text } from '@mantine/core';
import type { AssetEvent } from '../../../../../schema/wire/api/second-life.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { assetTexts } from './asset-texts.ts';

/** Every step of an asset, the last first. */
export function AssetHistoryDialog({ code, close }: { code: string; close: () => void }) {
  const say = useTexts(assetTexts);
  const formats = useFormats();
  const list = usePages(
    ['second-life-assets', 'events', code],
    (page) => bodyOf(api['second-life-assets'][':code'].events.$get({ param: { code }, query: page })),
    { limit: 20 },
  );
  return (
    <Modal opened onClose={close} size="xl" title={say('history.title', { code })}>
      <PagedTable
        label={say('history.title', { code })}
        list={list}
        keyOf={({ n }) => String(n)}
        empty={<Text c="dimmed">–</Text>}
        columns={[
          { head: say('history.at'), cell: ({ occurredAt }) => formats.dayAndTime(occurredAt) },
          { head: say('history.what'), cell: ({ type }) => say(`history.types.${type}`) },
          { head: say('history.why'), cell: said },
          { head: say('history.by'), cell: ({ by }) => by },
        ]}
      />
    </Modal>
  );
}

/** What was said of it, by whoever did it. */
const said = ({ body }: AssetEvent): string =>
  [body.fault, body.detail, body.reason, body.operator, body.note]
    .filter((each) => typeof each === 'string' && each !== '')
    .join(' · ') || '–';
