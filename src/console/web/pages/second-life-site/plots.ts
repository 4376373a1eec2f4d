import type { EChartsCoreOption } from 'echarts/core';
import type { SiteLoad } from '../../../../../schema/wire/api/dispatch.ts';
import type { Formats } from '../../i18n/formats.ts';
import type { Say } from '../../i18n/texts.ts';
import type { ChartTable } from '../../parts/chart.tsx';
import type { siteTexts } from './texts.ts';

type Intervals = SiteLoad['intervals'];
type SiteSay = Say<(typeof siteTexts)['en']>;

/** Mean kW of a quarter of an hour. */
const kW = (wh: number | undefined): number | null => (wh === undefined ? null : (wh * 4) / 1000);
const yuan = (micro: number | null): number | null => (micro === null ? null : micro / 1_000_000);

const times = (intervals: Intervals, formats: Formats) => intervals.map(({ startsAt }) => formats.minute(startsAt));

/** What the site takes: without and with its assets, as planned, under its limit; the price on an axis of its own. */
export function loadOption(intervals: Intervals, say: SiteSay, formats: Formats): EChartsCoreOption {
  const line = { type: 'line', symbol: 'none' };
  return {
    grid: { left: 52, right: 60, top: 48, bottom: 28 },
    legend: { type: 'scroll', top: 0 },
    tooltip: {
      trigger: 'axis',
      valueFormatter: (value: unknown) => (typeof value === 'number' ? formats.hundredth(value) : '–'),
    },
    xAxis: { type: 'category', data: times(intervals, formats), boundaryGap: false },
    yAxis: [
      { type: 'value', name: say('load.power') },
      { type: 'value', name: say('load.perKwh'), splitLine: { show: false } },
    ],
    series: [
      { ...line, name: say('load.without'), data: intervals.map(({ actual }) => kW(actual?.loadWh)) },
      {
        ...line,
        name: say('load.with'),
        data: intervals.map(({ actual }) => kW(actual?.gridWh)),
        lineStyle: { width: 3 },
      },
      {
        ...line,
        name: say('load.plan'),
        data: intervals.map(({ planned }) => kW(planned?.gridWh)),
        lineStyle: { type: 'dashed' },
      },
      {
        ...line,
        name: say('load.limit'),
        data: intervals.map(({ importLimitW }) => importLimitW / 1000),
        step: 'end',
        lineStyle: { type: 'dotted', width: 2 },
      },
      {
        ...line,
        name: say('load.price'),
        yAxisIndex: 1,
        data: intervals.map(({ priceMicro }) => yuan(priceMicro)),
        step: 'end',
        areaStyle: { opacity: 0.08 },
        lineStyle: { width: 1 },
      },
    ],
  };
}

/** Above the line they charge, below they discharge. */
export function assetOption(intervals: Intervals, say: SiteSay, formats: Formats): EChartsCoreOption {
  const net = (of: Intervals[number]['actual']) => (of === null ? null : kW(of.chargeWh - of.dischargeWh));
  return {
    grid: { left: 52, right: 60, top: 36, bottom: 28 },
    legend: { type: 'scroll', top: 0 },
    tooltip: {
      trigger: 'axis',
      valueFormatter: (value: unknown) => (typeof value === 'number' ? `${formats.tenth(value)} kW` : '–'),
    },
    xAxis: { type: 'category', data: times(intervals, formats), axisLine: { onZero: false } },
    yAxis: { type: 'value', name: say('load.power') },
    series: [
      { type: 'bar', name: say('read'), data: intervals.map(({ actual }) => net(actual)) },
      {
        type: 'line',
        name: say('load.plan'),
        symbol: 'none',
        step: 'middle',
        data: intervals.map(({ planned }) => net(planned)),
      },
    ],
  };
}

export function loadTable(intervals: Intervals, say: SiteSay, formats: Formats): ChartTable {
  return {
    head: [
      say('load.time'),
      say('load.without'),
      say('load.with'),
      say('load.plan'),
      say('load.limit'),
      say('load.price'),
    ],
    rows: intervals.map(({ startsAt, actual, planned, importLimitW, priceMicro }) => [
      formats.minute(startsAt),
      formats.tenth(kW(actual?.loadWh)),
      formats.tenth(kW(actual?.gridWh)),
      formats.tenth(kW(planned?.gridWh)),
      formats.tenth(importLimitW / 1000),
      formats.hundredth(yuan(priceMicro)),
    ]),
  };
}
