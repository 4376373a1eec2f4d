import { beijingDay, beijingTime } from '../../machines/settlement/calendar.ts';
import type { BillLine, BillLineKind, BillRule, SaidBillLine } from '../../schema/wire/settlement/bill.ts';
import type { Language } from '../api/language.ts';

// What a line of a bill says to people. Bills keep codes and values; words are put to them when they are read.

type Texts<Key extends string> = Readonly<Record<Language, Readonly<Record<Key, string>>>>;

export const kindWords: Texts<BillLineKind> = {
  zh: {
    energy: '电费',
    serviceFee: '服务费',
    parking: '停车费',
    sohCredit: '电池健康度补偿',
    monthlyFee: '月租费',
    swapFee: '按次租费',
    distanceFee: '里程租费',
    energyFee: '按电量租费',
    volumeDiscount: '用量折扣',
    deposit: '押金',
    energyTrueUp: '电费清算',
    correction: '更正',
  },
  en: {
    energy: 'Energy',
    serviceFee: 'Service fee',
    parking: 'Parking',
    sohCredit: 'State-of-health credit',
    monthlyFee: 'Monthly fee',
    swapFee: 'Fee per swap',
    distanceFee: 'Fee per km',
    energyFee: 'Fee per kWh',
    volumeDiscount: 'Volume discount',
    deposit: 'Deposit',
    energyTrueUp: 'Energy true-up',
    correction: 'Correction',
  },
};

export const ruleWords: Texts<BillRule> = {
  zh: {
    energyAtRelease: '按放行时刻电价计算',
    serviceFee: '服务费单价',
    serviceFeeByPeriod: '分季节、分时段服务费单价',
    parkingStartedMinutes: '超出免费时长，不足一分钟按一分钟计',
    sohBelowFloor: '所换电池健康度低于约定下限',
    meteredEnergy: '充电电表电量，按充电时段电价计算',
    usageBeyondQuota: '超出套餐额度的用量',
    discountByVolume: '按用量阶梯折扣',
    monthlyFee: '整月月租费',
    monthlyFeeByDay: '月租费按日分摊',
    depositTaken: '收取押金',
    depositReturned: '退还押金',
    trueUpAtMeanCost: '按当月电表平均成本重算电费',
    trueUpLessBilled: '减去已收电费',
    byReceipts: '按换电小票汇总',
  },
  en: {
    energyAtRelease: 'energy at the tariff of the release',
    serviceFee: 'service fee',
    serviceFeeByPeriod: 'service fee by season and time of use',
    parkingStartedMinutes: 'parking beyond the free time, by started minutes',
    sohBelowFloor: 'credit for a pack below the floor of health',
    meteredEnergy: 'metered energy at the tariff of its hours',
    usageBeyondQuota: 'usage beyond the quota',
    discountByVolume: 'discount by volume',
    monthlyFee: 'monthly fee',
    monthlyFeeByDay: 'monthly fee by the day',
    depositTaken: 'deposit taken',
    depositReturned: 'deposit given back',
    trueUpAtMeanCost: 'energy at the mean cost of the month by the meter',
    trueUpLessBilled: 'less the energy as billed',
    byReceipts: 'by the receipts of the swaps',
  },
};

export const unitWords: Texts<BillLine['unit']> = {
  zh: { Wh: 'Wh', kWh: 'kWh', km: '公里', swap: '次', min: '分钟', day: '天', month: '个月', item: '项' },
  en: { Wh: 'Wh', kWh: 'kWh', km: 'km', swap: 'swaps', min: 'min', day: 'days', month: 'month', item: 'item' },
};

/** Names of what a line was made of. One that is not here is shown as it is stored. */
export const basisWords = {
  zh: {
    above: '超过',
    billedFen: '已收金额',
    corrects: '更正项目',
    costFen: '充电成本',
    days: '天数',
    daysOfMonth: '当月天数',
    discountPct: '折扣（%）',
    dueFen: '应存押金',
    energy: '电量依据',
    errorWh: '误差（Wh）',
    feeFen: '月租',
    freeMin: '免费分钟',
    from: '自',
    fromDay: '自',
    givenWh: '换出电量（Wh）',
    heldFen: '已存押金',
    inPositionAt: '到位时间',
    lease: '租约',
    lines: '明细行数',
    lessee: '承租方',
    meteredWh: '电表电量（Wh）',
    month: '账期',
    note: '通知单',
    owner: '业主',
    pack: '电池',
    period: '时段',
    plan: '方案',
    planVersion: '版本',
    pricedAt: '计价时刻',
    quota: '额度',
    releasedAt: '放行时间',
    returnedWh: '换回电量（Wh）',
    sohFloorPct: '健康度下限（%）',
    sohPct: '健康度（%）',
    source: '来源',
    startedMin: '停留分钟',
    statement: '账单',
    station: '站点',
    tariff: '电价表',
    to: '至',
    toDay: '至（不含）',
    until: '截止时间',
    used: '用量',
    vin: '车辆',
  },
  en: {
    above: 'above',
    billedFen: 'billed',
    corrects: 'corrects',
    costFen: 'cost of charging',
    days: 'days',
    daysOfMonth: 'days of the month',
    discountPct: 'discount (%)',
    dueFen: 'deposit due',
    energy: 'energy by',
    errorWh: 'error (Wh)',
    feeFen: 'monthly fee',
    freeMin: 'free minutes',
    from: 'from',
    fromDay: 'from',
    givenWh: 'given (Wh)',
    heldFen: 'deposit held',
    inPositionAt: 'in position',
    lease: 'lease',
    lines: 'lines',
    lessee: 'lessee',
    meteredWh: 'by the meter (Wh)',
    month: 'month',
    note: 'note',
    owner: 'owner',
    pack: 'pack',
    period: 'period',
    plan: 'plan',
    planVersion: 'version',
    pricedAt: 'priced at',
    quota: 'quota',
    releasedAt: 'released',
    returnedWh: 'returned (Wh)',
    sohFloorPct: 'floor of health (%)',
    sohPct: 'state of health (%)',
    source: 'source',
    startedMin: 'started minutes',
    statement: 'statement',
    station: 'station',
    tariff: 'tariff',
    to: 'to',
    toDay: 'to (excluded)',
    until: 'until',
    used: 'used',
    vin: 'vehicle',
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;

/** Codes among the values. */
export const valueWords = {
  zh: {
    bmsCounter: 'BMS 电量计',
    socTimesUsable: '荷电状态 × 可用电量',
    critical: '尖峰',
    peak: '高峰',
    flat: '平段',
    valley: '低谷',
    endOfSwap: '换电结束（人工处理，未见放行）',
    estimate: '充电估算',
    bms: 'BMS',
    official: '官方公布',
    demo: '演示数据',
  },
  en: {
    bmsCounter: 'BMS counter',
    socTimesUsable: 'state of charge x usable energy',
    critical: 'critical',
    peak: 'peak',
    flat: 'flat',
    valley: 'valley',
    endOfSwap: 'end of the swap (settled by a person, no release was seen)',
    estimate: 'estimate from charges',
    bms: 'BMS',
    official: 'official',
    demo: 'demo',
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;

/** Yuan with two decimals, of whole fen: no floating point in between. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}.${digits.slice(-2)}`;
}

/** Yuan of millionths, without trailing zeros beyond the second. */
export function yuanOfMicro(micro: number): string {
  const digits = String(Math.abs(micro)).padStart(7, '0');
  return `${micro < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, '')}`;
}

const wordOf = (words: Readonly<Record<string, string>>, code: string): string => words[code] ?? code;

/** The rule in words; a note says in its own why it was written. */
export const ruleText = ({ rule }: Pick<BillLine, 'rule'>, language: Language): string =>
  wordOf(ruleWords[language], rule);

/** Energy in kWh, as prices are. */
export const quantityText = ({ quantity, unit }: { quantity: number; unit: string }, language: Language): string =>
  unit === 'Wh' ? `${quantity / 1000} kWh` : `${quantity} ${wordOf(unitWords[language], unit)}`;

/** What the line was made of, on one line: the plain values of its basis. */
export const basisText = ({ basis }: Pick<BillLine, 'basis'>, language: Language): string =>
  Object.entries(basis)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(
      ([name, value]) => `${wordOf(basisWords[language], name)} ${valueText(name, value as string | number, language)}`,
    )
    .join(' · ');

/** Instants begin in 2001 or later: no other number of a basis is so large. */
const firstInstant = 1e12;

function valueText(name: string, value: string | number, language: Language): string {
  if (typeof value === 'string') return wordOf(valueWords[language], value);
  if (name.endsWith('Fen')) return yuan(value);
  return value >= firstInstant ? beijingText(value) : String(value);
}

/** Day and time in Beijing, to the minute. */
export function beijingText(at: number): string {
  const minutes = beijingTime(at);
  return `${beijingDay(at)} ${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `unitPriceMicro` null: of several prices. */
type LineToSay = Pick<BillLine, 'kind' | 'quantity' | 'amountFen' | 'rule'> & {
  unit: string;
  unitPriceMicro: number | null;
};

/** Kind, rule, quantity x unit price = amount. */
export function lineText(line: LineToSay, language: Language): string {
  const { kind, unitPriceMicro, amountFen } = line;
  const zh = language === 'zh';
  const what = `${kindWords[language][kind]}${zh ? '（' : ' ('}${ruleText(line, language)}${zh ? '）：' : '): '}`;
  const currency = zh ? '元' : 'CNY';
  const price = unitPriceMicro === null ? '' : ` × ${yuanOfMicro(unitPriceMicro)} ${currency}`;
  return `${what}${quantityText(line, language)}${price} = ${yuan(amountFen)} ${currency}`;
}

/** Lines as the API shows them. */
export const said = (lines: readonly BillLine[], language: Language): SaidBillLine[] =>
  lines.map((line) => ({ ...line, text: lineText(line, language) }));
