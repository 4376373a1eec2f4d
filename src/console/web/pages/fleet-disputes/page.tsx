import { useTexts } from '../../i18n/texts.ts';
import { FleetFrame } from '../fleet/frame.tsx';
import { DisputeList } from './dispute-list.tsx';
import { disputesTexts } from './texts.ts';

/** What a fleet says is wrong with its bills, and what became of it. */
export default function FleetDisputesPage() {
  const say = useTexts(disputesTexts);
  return (
    <FleetFrame title={say('title')} about={say('about')}>
      {(fleet) => <DisputeList key={fleet} filter={{ party: fleet }} />}
    </FleetFrame>
  );
}
