import { Text } from '@mantine/core';
import type { LifeEventView } from '../../../../../schema/wire/api/traceability.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useLife } from './data.ts';
import { Rows } from './rows.tsx';
import { batteryTexts } from './texts.ts';

/** What the national platform is told of the pack, and by when. */
export function LifeEvents({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const life = useLife(code);
  if (life.isPending) return <PageSkeleton rows={3} />;
  if (life.error) return <ErrorPanel error={life.error} retry={() => void life.refetch()} />;
  return (
    <Rows
      label={say('tab.events')}
      head={(['at', 'what', 'where', 'due'] as const).map((name) => say(`events.${name}`))}
      none={say('events.none')}
      rows={life.data.events.map((event) => ({
        key: String(event.id),
        cells: [
          formats.dayAndTime(event.occurredAt),
          <Text key="what" span size="sm">
            {say(`event.${event.type}`)}
          </Text>,
          [event.vin, event.toPlace ?? event.fromPlace, event.station].filter(Boolean).join(' · ') || '–',
          <Duty key="due" event={event} />,
        ],
      }))}
    />
  );
}

function Duty({ event: { duty } }: { event: LifeEventView }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  if (duty === null) return <>{say('events.nobody')}</>;
  const day = formats.day(duty.dueDay);
  if (duty.reportedAt !== null) return <>{say('events.reported')}</>;
  return duty.isOverdue ? (
    <Text size="sm" fw={700}>
      {say('events.overdue', { day })}
    </Text>
  ) : (
    day
  );
}
