import type { Language } from '../api/language.ts';

type Words = Record<
  | 'fleet'
  | 'owner'
  | 'number'
  | 'party'
  | 'month'
  | 'due'
  | 'lines'
  | 'swaps'
  | 'item'
  | 'quantity'
  | 'price'
  | 'amount'
  | 'basis',
  string
> &
  Record<
    'receipts' | 'linesTotal' | 'notes' | 'total' | 'swapList' | 'time' | 'vehicle' | 'energy' | 'more' | 'none',
    string
  >;

export const words: Readonly<Record<Language, Words>> = {
  zh: {
    fleet: '换电服务月结账单',
    owner: '电池业主收益账单',
    number: '账单编号',
    party: '客户',
    month: '账期',
    due: '付款截止日',
    lines: '租赁费用与押金',
    swaps: '换电费用汇总',
    item: '项目',
    quantity: '数量',
    price: '单价（元）',
    amount: '金额（元）',
    basis: '依据',
    receipts: '换电费用小计',
    linesTotal: '租赁费用小计',
    notes: '贷项与借项通知单',
    total: '合计',
    swapList: '换电明细',
    time: '放行时间（北京）',
    vehicle: '车辆识别代号',
    energy: '电量（kWh）',
    more: '其余明细见 CSV 文件',
    none: '无',
  },
  en: {
    fleet: 'Statement of battery-swap services',
    owner: 'Statement of income from packs',
    number: 'Number',
    party: 'Customer',
    month: 'Month',
    due: 'Due',
    lines: 'Lease fees and deposits',
    swaps: 'Swaps',
    item: 'Item',
    quantity: 'Quantity',
    price: 'Unit price (CNY)',
    amount: 'Amount (CNY)',
    basis: 'Basis',
    receipts: 'Swaps, subtotal',
    linesTotal: 'Lease fees, subtotal',
    notes: 'Credit and debit notes',
    total: 'Total',
    swapList: 'Swaps in detail',
    time: 'Released (Beijing)',
    vehicle: 'Vehicle',
    energy: 'Energy (kWh)',
    more: 'The rest stands in the CSV file',
    none: 'none',
  },
};
