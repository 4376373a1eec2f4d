import { Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ShiftReport } from '../../../../../schema/wire/api/shift.ts';
import { useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useNoticeWords, useStationPlaceWords } from '../../parts/notice-words.ts';
import { packTexts } from '../../parts/pack-texts.ts';
import { useReasonWords } from '../../parts/reason-words.ts';
import { stationTexts } from '../../parts/station-texts.ts';
import { usePeople } from '../alarms/data.ts';
import classes from './shift.module.css';
import { shiftTexts } from './texts.ts';

/** A shift on one or two sheets of paper. */
export function Report({ report, writtenAt }: { report: ShiftReport; writtenAt: number }) {
  const say = useTexts(shiftTexts);
  const formats = useFormats();
  const caller = useCaller();
  return (
    <Stack gap="lg" className={classes.report} data-shift={report.station}>
      <div>
        <Title order={2} size="h3">
          {say('heading', { name: report.name, station: report.station })}
        </Title>
        <Text>{say('period', { from: formats.dayAndTime(report.from), to: formats.dayAndTime(report.to) })}</Text>
        <Text size="xs" c="dimmed">
          {say('written', { at: formats.dayAndTime(writtenAt), who: caller.name })}
        </Text>
      </div>
      <Figures report={report} />
      <Faults report={report} />
      <Alarms report={report} />
      <Incidents report={report} />
      <div className={classes.signing}>
        <Text size="xs">{say('sign.note')}</Text>
        <div className={classes.note} />
        <div className={classes.lines}>
          <div>{say('sign.over')}</div>
          <div>{say('sign.taken')}</div>
        </div>
      </div>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={3} size="h5" mb={6}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function FigureList({ figures }: { figures: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Figures({ report: { swaps, energy, packs } }: { report: ShiftReport }) {
  const say = useTexts(shiftTexts);
  const sayPack = useTexts(packTexts);
  const formats = useFormats();
  const served = swaps.total - swaps.refused - swaps.open;
  const share = (part: number, whole: number) => (whole === 0 ? '–' : formats.pct((part / whole) * 100));
  return (
    <>
      <Section title={say('swaps.title')}>
        <FigureList
          figures={[
            [say('swaps.total'), formats.whole(swaps.total)],
            [say('swaps.completed'), formats.whole(swaps.completed)],
            [say('swaps.success'), share(swaps.completed, served)],
            [say('swaps.firstTime'), share(swaps.firstTime, swaps.completed)],
            [say('swaps.p50'), formats.seconds(swaps.p50Ms)],
            [say('swaps.p90'), formats.seconds(swaps.p90Ms)],
            [say('swaps.over'), formats.whole(swaps.over90s)],
            [say('swaps.refused'), formats.whole(swaps.refused)],
            [say('swaps.rolledBack'), formats.whole(swaps.rolledBack)],
            [say('swaps.person'), formats.whole(swaps.needsPerson)],
            [say('swaps.open'), formats.whole(swaps.open)],
          ]}
        />
      </Section>
      <Section title={say('energy.title')}>
        <FigureList
          figures={[
            [say('energy.metered'), formats.kWh(energy.meteredWh)],
            [say('energy.charges'), formats.whole(energy.charges)],
            [say('energy.delivered'), formats.kWh(energy.deliveredWh)],
          ]}
        />
      </Section>
      <Section title={say('packs.title')}>
        <FigureList
          figures={[
            [say('packs.total'), formats.whole(packs.total)],
            [say('packs.ready'), formats.whole(packs.ready)],
            ...packs.byStatus.map(({ status, packs: count }): [string, string] => [
              sayPack(`status.${status}`),
              formats.whole(count),
            ]),
          ]}
        />
      </Section>
    </>
  );
}

interface RowsProps {
  head: readonly string[];
  rows: readonly { key: string; cells: readonly string[] }[];
  none: string;
}

function Rows({ head, rows, none }: RowsProps) {
  if (rows.length === 0) return <Text size="sm">{none}</Text>;
  return (
    <Table.ScrollContainer minWidth={360}>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, at) => (
                <Table.Td key={head[at]} style={{ overflowWrap: 'anywhere' }}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Faults({ report: { faults } }: { report: ShiftReport }) {
  const say = useTexts(shiftTexts);
  const sayStation = useTexts(stationTexts);
  const reasonWords = useReasonWords();
  return (
    <Section title={say('faults.title')}>
      <Rows
        head={[say('faults.step'), say('faults.reason'), say('faults.times')]}
        none={say('faults.none')}
        rows={faults.map(({ step, reason, times }) => ({
          key: `${step} ${reason}`,
          cells: [sayStation(`step.${step}`), reason === null ? '–' : reasonWords(reason), String(times)],
        }))}
      />
    </Section>
  );
}

/** What kind it is, and what is special about it. */
function useWhat(station: string) {
  const words = useNoticeWords();
  const placeWords = useStationPlaceWords(station);
  return (notice: { code: string; detail: string; place?: string | null; pack?: string | null }): string => {
    const { place = null, pack = null } = notice;
    const where = [place === null ? null : placeWords(place), pack].filter((part) => part !== null).join(' · ');
    const special = words.detail({ ...notice, station }) || where;
    return [words.kind(notice.code), special].filter((part) => part !== '').join(': ');
  };
}

function Alarms({ report }: { report: ShiftReport }) {
  const { alarms } = report;
  const what = useWhat(report.station);
  const say = useTexts(shiftTexts);
  const formats = useFormats();
  return (
    <Section title={say('alarms.title')}>
      <Rows
        head={[say('alarms.level'), say('alarms.what'), say('alarms.at'), say('alarms.state')]}
        none={say('alarms.none')}
        rows={alarms.map(({ id, level, raisedAt, clearedAt, ...notice }) => ({
          key: id,
          cells: [
            String(level),
            what(notice),
            formats.dayAndTime(raisedAt),
            clearedAt === null ? say('alarms.active') : say('alarms.over', { at: formats.dayAndTime(clearedAt) }),
          ],
        }))}
      />
    </Section>
  );
}

function Incidents({ report }: { report: ShiftReport }) {
  const { station, openIncidents } = report;
  const what = useWhat(report.station);
  const people = usePeople([station]);
  const say = useTexts(shiftTexts);
  const formats = useFormats();
  return (
    <Section title={say('incidents.title')}>
      <Rows
        head={[say('alarms.what'), say('incidents.opened'), say('incidents.with')]}
        none={say('incidents.none')}
        rows={openIncidents.map(({ id, openedAt, assignedTo, ...notice }) => ({
          key: id,
          cells: [
            what(notice),
            formats.dayAndTime(openedAt),
            assignedTo === null ? say('incidents.nobody') : (people.get(assignedTo)?.name ?? assignedTo),
          ],
        }))}
      />
    </Section>
  );
}
