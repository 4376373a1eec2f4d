import { defineTexts } from '../i18n/texts.ts';

/** Words for packs: what they are, and where. */
export const packTexts = defineTexts(
  'pack-parts',
  {
    status: {
      inService: 'In service',
      quarantined: 'Quarantined',
      resting: 'Resting',
      retired: 'Retired',
      secondLife: 'Second life',
      recycled: 'Recycled',
    },
    place: {
      slot: 'Slot',
      berth: 'Berth',
      lift: 'Lift',
      vehicle: 'Vehicle',
      isolation: 'Isolation',
      truck: 'Truck',
      workshop: 'Workshop',
      delivery: 'Delivery',
      secondLifeSite: 'Second-life site',
      recycler: 'Recycler',
      unknown: 'Unknown',
    },
    at: {
      slot: '{{station}}, slot {{n}}',
      isolation: '{{station}}, isolation box {{n}}',
      named: '{{kind}} {{name}}',
    },
    grade: { A: 'Grade A', B: 'Grade B', C: 'Grade C', recycle: 'To recycle' },
  },
  {
    status: {
      inService: '在役',
      quarantined: '已隔离',
      resting: '静置',
      retired: '已退役',
      secondLife: '梯次利用',
      recycled: '已回收',
    },
    place: {
      slot: '仓位',
      berth: '换电工位',
      lift: '升降机',
      vehicle: '车辆',
      isolation: '隔离箱',
      truck: '运输车',
      workshop: '维修车间',
      delivery: '待入库',
      secondLifeSite: '梯次利用站',
      recycler: '回收企业',
      unknown: '去向不明',
    },
    at: { slot: '{{station}} {{n}} 号仓', isolation: '{{station}} {{n}} 号隔离箱', named: '{{kind}} {{name}}' },
    grade: { A: 'A 级', B: 'B 级', C: 'C 级', recycle: '应回收' },
  },
);
