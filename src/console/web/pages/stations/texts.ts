import { defineTexts } from '../../i18n/texts.ts';

export const stationsTexts = defineTexts(
  'stations',
  {
    title: 'Stations',
    about: 'Choose the station whose board you want to see.',
    empty: { title: 'No station yet', text: 'Stations assigned to you appear here. An administrator assigns them.' },
    search: 'Find by name, number or address',
    ready: '{{ready}} of {{packs}} packs ready',
    wait: 'wait {{wait}}',
    openSwaps: 'swaps running: {{n}}',
    more: 'Show more',
  },
  {
    title: '站点',
    about: '请选择要查看的站点看板。',
    empty: { title: '暂无站点', text: '分配给您的站点会显示在这里，请联系管理员分配。' },
    search: '按名称、编号或地址查找',
    ready: '可用电池 {{ready}} / {{packs}}',
    wait: '等待 {{wait}}',
    openSwaps: '进行中的换电：{{n}}',
    more: '显示更多',
  },
);
