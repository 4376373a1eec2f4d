import { useMemo } from 'react';
import type { SwapStatistics, TimeSpread } from '../../../../../schema/wire/api/swap-statistics.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Chart, type ChartTable } from '../../parts/chart.tsx';
import { stationTexts } from '../../parts/station-texts.ts';
import { analysisTexts } from './texts.ts';

type Step = SwapStatistics['steps'][number];

const limitMs = 90_000;
const grid = { left: 44, right: 16, top: 24, bottom: 28, containLabel: false };
const seconds = (ms: number): number => Math.round(ms / 100) / 10;
/** As a box plot wants it; the whiskers end where 5 and 95 of 100 are. */
const boxOf = ({ p5Ms, p25Ms, p50Ms, p75Ms, p95Ms }: TimeSpread): number[] =>
  [p5Ms, p25Ms, p50Ms, p75Ms, p95Ms].map(seconds);
const shortDay = (day: string): string => day.slice(5);

interface BoxesProps {
  names: readonly string[];
  spreads: readonly (TimeSpread | null)[];
  budgets: readonly number[];
  budgetName: string;
  firstHead: string;
  label: string;
  height?: number;
}

/** Boxes of times with what they should not exceed: one line for all, or a mark at each. */
function Boxes({ names, spreads, budgets, budgetName, firstHead, label, height = 260 }: BoxesProps) {
  const say = useTexts(analysisTexts);
  const formats = useFormats();
  const option = useMemo(
    () => ({
      grid: { ...grid, bottom: names.length > 12 ? 70 : 46 },
      legend: { type: 'scroll', bottom: 0, data: [say('steps.time'), budgetName] },
      tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => `${String(value)} s` },
      xAxis: {
        type: 'category',
        data: [...names],
        axisLabel: { interval: 0, rotate: names.length > 12 ? 40 : 0, hideOverlap: true },
      },
      yAxis: { type: 'value', name: 's', min: 0 },
      series: [
        {
          name: say('steps.time'),
          type: 'boxplot',
          data: spreads.map((each) => (each ? boxOf(each) : [])),
          itemStyle: { borderWidth: 1.5 },
        },
        {
          name: budgetName,
          type: 'scatter',
          symbol: 'rect',
          symbolSize: [22, 3],
          data: budgets.map(seconds),
        },
      ],
    }),
    [names, spreads, budgets, budgetName, say],
  );
  const table = useMemo(
    (): ChartTable => ({
      head: [firstHead, say('table.n'), '5 %', '25 %', say('table.median'), '75 %', '95 %', budgetName],
      rows: names.map((name, at) => {
        const spread = spreads[at] ?? null;
        const values = spread
          ? [spread.p5Ms, spread.p25Ms, spread.p50Ms, spread.p75Ms, spread.p95Ms]
          : [null, null, null, null, null];
        return [
          name,
          formats.whole(spread?.n),
          ...values.map((ms) => formats.seconds(ms)),
          formats.seconds(budgets[at]),
        ];
      }),
    }),
    [names, spreads, budgets, budgetName, firstHead, say, formats],
  );
  return <Chart option={option} label={label} table={table} height={height} />;
}

export function TimeOverDays({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  return (
    <Boxes
      names={of.days.map(({ day }) => shortDay(day))}
      spreads={of.days.map(({ swapTime }) => swapTime)}
      budgets={of.days.map(() => limitMs)}
      budgetName={say('time.limit')}
      firstHead={say('table.day')}
      label={say('time.label')}
    />
  );
}

export function StepBoxes({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  const words = useTexts(stationTexts);
  return (
    <Boxes
      names={of.steps.map(({ step }) => words(`step.${step}`))}
      spreads={of.steps.map(({ time }) => time)}
      budgets={of.steps.map(({ budgetMs }) => budgetMs)}
      budgetName={say('steps.budget')}
      firstHead={say('table.step')}
      label={say('steps.label')}
      height={320}
    />
  );
}

export function StepOverDays({ step }: { step: Step }) {
  const say = useTexts(analysisTexts);
  const words = useTexts(stationTexts);
  return (
    <Boxes
      names={step.days.map(({ day }) => shortDay(day))}
      spreads={step.days}
      budgets={step.days.map(() => step.budgetMs)}
      budgetName={say('steps.budget')}
      firstHead={say('table.day')}
      label={say('step.label', { step: words(`step.${step.step}`) })}
    />
  );
}

/** The robot's steps one after another: what the car waits for. The shuttle's run beside them. */
export function Seconds({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  const words = useTexts(stationTexts);
  const formats = useFormats();
  const parts = useMemo(
    () => [
      ...of.steps
        .filter(({ track }) => track === 'robot')
        .map(({ step, perSwapMs }) => ({ name: words(`step.${step}`), ms: perSwapMs })),
      { name: say('seconds.wait'), ms: of.waitPerSwapMs ?? 0 },
    ],
    [of, words, say],
  );
  const option = useMemo(
    () => ({
      grid: { left: 130, right: 40, top: 8, bottom: 28 },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        valueFormatter: (value: unknown) => `${String(value)} s`,
      },
      xAxis: { type: 'value', name: 's' },
      yAxis: { type: 'category', inverse: true, data: parts.map(({ name }) => name) },
      series: [
        {
          name: say('seconds.time'),
          type: 'bar',
          data: parts.map(({ ms }) => seconds(ms)),
          label: { show: true, position: 'right' },
        },
      ],
    }),
    [parts, say],
  );
  const table = {
    head: [say('table.step'), say('seconds.time')],
    rows: parts.map(({ name, ms }) => [name, formats.seconds(ms)]),
  };
  return <Chart option={option} label={say('seconds.label')} table={table} height={320} />;
}

export function Hours({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  const formats = useFormats();
  const option = useMemo(
    () => ({
      grid: { ...grid, bottom: 64 },
      legend: { type: 'scroll', top: 0 },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      dataZoom: of.hours.length > 72 ? [{ type: 'inside' }, { type: 'slider', height: 16, bottom: 4 }] : [],
      xAxis: { type: 'category', data: of.hours.map(({ hour }) => `${formats.day(hour)} ${formats.minute(hour)}`) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        { name: say('hours.completed'), type: 'bar', stack: 'all', data: of.hours.map(({ completed }) => completed) },
        {
          name: say('hours.others'),
          type: 'bar',
          stack: 'all',
          data: of.hours.map(({ total, completed }) => total - completed),
        },
      ],
    }),
    [of, say, formats],
  );
  const table = {
    head: [say('table.day'), say('hours.completed'), say('hours.others')],
    rows: of.days.map(({ day, total, completed }) => [day, formats.whole(completed), formats.whole(total - completed)]),
  };
  return <Chart option={option} label={say('hours.label')} table={table} />;
}

export function FirstTime({ of }: { of: SwapStatistics }) {
  const say = useTexts(analysisTexts);
  const formats = useFormats();
  const shares = useMemo(
    () =>
      of.days.map(({ day, firstTime }) => ({
        day: shortDay(day),
        pct: firstTime.of === 0 ? null : Math.round((firstTime.right / firstTime.of) * 1000) / 10,
      })),
    [of],
  );
  const option = useMemo(
    () => ({
      grid,
      tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => `${String(value)} %` },
      xAxis: { type: 'category', data: shares.map(({ day }) => day) },
      yAxis: { type: 'value', name: '%', max: 100, scale: true },
      series: [{ name: say('first.share'), type: 'line', data: shares.map(({ pct }) => pct), symbolSize: 7 }],
    }),
    [shares, say],
  );
  const table = {
    head: [say('table.day'), say('first.share')],
    rows: shares.map(({ day, pct }) => [day, formats.pct(pct)]),
  };
  return <Chart option={option} label={say('first.label')} table={table} />;
}
