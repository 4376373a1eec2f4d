import { Stack } from '@mantine/core';
import { useTexts } from '../../i18n/texts.ts';
import { FleetFrame } from '../fleet/frame.tsx';
import { DisputeList } from './dispute-list.tsx';
import { NoteList } from './note-list.tsx';
import { disputesTexts } from './texts.ts';

/** What a fleet says is wrong with its bills, what became of it, and the notes that correct them. */
export default function FleetDisputesPage() {
  const say = useTexts(disputesTexts);
  return (
    <FleetFrame title={say('title')} about={say('about')}>
      {(fleet) => (
        <Stack key={fleet} gap={0}>
          <DisputeList filter={{ party: fleet }} />
          <NoteList party={fleet} />
        </Stack>
      )}
    </FleetFrame>
  );
}
