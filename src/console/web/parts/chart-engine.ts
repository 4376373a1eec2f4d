import { BarChart, BoxplotChart, LineChart, PieChart, ScatterChart } from 'echarts/charts';
import {
  DatasetComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { type ECharts, init, registerTheme, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

// One chunk, fetched by the first plot that is shown.
use([
  BarChart,
  BoxplotChart,
  LineChart,
  PieChart,
  ScatterChart,
  DatasetComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer,
]);

export type ChartColours = 'light' | 'dark';

/** Okabe and Ito's colours: told apart by people who see few colours, on white and on near-black. */
export const chartPalette: Readonly<Record<ChartColours, readonly string[]>> = {
  light: ['#0072b2', '#d55e00', '#00805c', '#aa4a88', '#8a6d00', '#2b7fb8', '#666666'],
  dark: ['#56b4e9', '#f0883e', '#2fc79b', '#e29bc6', '#f0e442', '#8cc9f0', '#b8b8b8'],
};

for (const [name, text, line, ground] of [
  ['light', '#212529', '#dee2e6', '#ffffff'],
  ['dark', '#d6d9dc', '#424242', '#2e2e2e'],
] as const) {
  const axis = {
    axisLine: { lineStyle: { color: text } },
    axisLabel: { color: text },
    axisTick: { lineStyle: { color: text } },
    splitLine: { lineStyle: { color: line } },
    nameTextStyle: { color: text },
  };
  registerTheme(name, {
    color: chartPalette[name],
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'inherit', color: text },
    legend: { textStyle: { color: text } },
    bar: { label: { color: text, textBorderWidth: 0 } },
    boxplot: { itemStyle: { color: 'transparent' } },
    tooltip: { backgroundColor: ground, borderColor: line, textStyle: { color: text } },
    categoryAxis: axis,
    valueAxis: axis,
    logAxis: axis,
    timeAxis: axis,
  });
}

export const startChart = (place: HTMLElement, colours: ChartColours): ECharts => init(place, colours);
