import { defineTexts } from '../i18n/texts.ts';

export const chartTexts = defineTexts(
  'chart',
  { table: 'As a table', loading: 'The plot is loading', failed: 'The plot could not be loaded.' },
  { table: '以表格查看', loading: '图表加载中', failed: '图表加载失败。' },
);
