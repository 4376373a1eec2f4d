import { Stack } from '@mantine/core';
import { useTexts } from '../../i18n/texts.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { Indicators } from './indicators.tsx';
import { PackSearch } from './pack-search.tsx';
import { regulatorTexts } from './texts.ts';

/** What a regulator asks for: how it goes, what is overdue, and the life of any pack. Nothing can be changed here. */
export default function RegulatorPage() {
  const say = useTexts(regulatorTexts);
  return (
    <>
      <PageTitle title={say('title')} about={say('about')} />
      <Stack gap="lg">
        <Indicators />
        <PackSearch />
      </Stack>
    </>
  );
}
