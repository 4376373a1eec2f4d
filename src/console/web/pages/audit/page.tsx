import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { ActLines } from './act-lines.tsx';
import { StationLines } from './station-lines.tsx';
import { auditTexts } from './texts.ts';

type View = 'acts' | 'stations';

/** Who did what, and why: all of it, or at the stations with the details of their logs. */
export default function AuditPage() {
  const say = useTexts(auditTexts);
  const [view, setView] = useState<View>('acts');
  return (
    <>
      <PageTitle title={say('title')} about={say(view === 'acts' ? 'about' : 'aboutStations')} />
      <SegmentedControl
        mb="md"
        aria-label={say('view')}
        value={view}
        onChange={(chosen) => setView(chosen as View)}
        data={[
          { value: 'acts', label: say('acts') },
          { value: 'stations', label: say('stations') },
        ]}
      />
      {view === 'acts' ? <ActLines /> : <StationLines />}
    </>
  );
}
