import { defineTexts } from '../../i18n/texts.ts';

export const logTexts = defineTexts(
  'second-life-log',
  {
    plans: {
      title: 'Plans',
      none: 'Nothing has been planned.',
      made: 'Made',
      asset: 'Asset',
      from: 'From',
      to: 'To',
      why: 'Why',
      saves: 'Saves',
      by: 'By',
      asked: 'asked for',
      because: { signal: 'the grid demanded something', site: 'the site was changed', asset: 'an asset has changed' },
    },
    reading: {
      new: 'Enter readings',
      about:
        'For a quarter of an hour that no controller has reported. It is priced and booked at once, and cannot be taken back.',
      confirm: 'Record',
      startsAt: 'The quarter of an hour began at',
      load: 'The site took besides its assets (kWh)',
      charge: 'Charged (kWh)',
      discharge: 'Discharged (kWh)',
      soc: 'Charge at the end (%)',
    },
  },
  {
    plans: {
      title: '充放电计划',
      none: '尚无计划。',
      made: '编制时间',
      asset: '资产',
      from: '自',
      to: '至',
      why: '原因',
      saves: '节省',
      by: '编制人',
      asked: '按要求编制',
      because: { signal: '电网提出要求', site: '站点有变更', asset: '资产有变化' },
    },
    reading: {
      new: '录入读数',
      about: '用于控制器未上报的一刻钟。录入后立即计价入账，不可撤销。',
      confirm: '录入',
      startsAt: '该刻钟起始时间',
      load: '资产以外的站点用电（kWh）',
      charge: '充入（kWh）',
      discharge: '放出（kWh）',
      soc: '结束时荷电（%）',
    },
  },
);
