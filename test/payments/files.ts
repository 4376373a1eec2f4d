/** Money that came in, as a test thinks of it. */
export interface Incoming {
  transaction: string;
  fen: number;
  /** `2026-09-05 10:00:00`, of Asia/Shanghai. */
  at?: string;
  text?: string;
  payer?: string;
  name?: string;
}

export const ownAccount = '110906123410901';

const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

/** A bank's statement of our account. */
export function bankFile(lines: readonly Incoming[], more: readonly string[] = []): string {
  const rows = lines.map(({ transaction, fen, at = '2026-09-05 10:00:00', text = '', payer = '', name = '' }) =>
    [at, transaction, '', yuan(fen), '人民币', name, payer, text].join(','),
  );
  return [
    '招商银行账户交易明细',
    `账号：${ownAccount},户名：换电运营`,
    '交易日期,交易流水号,借方金额,贷方金额,币种,对方户名,对方账号,摘要',
    ...rows,
    ...more,
    '',
  ].join('\r\n');
}

/** Alipay's bill of a merchant. */
export function alipayFile(
  lines: readonly Incoming[],
  { refunds = [] }: { refunds?: readonly Incoming[] } = {},
): string {
  const row = (
    type: string,
    { transaction, fen, at = '2026-09-05 10:00:00', text = '', payer = '', name = '' }: Incoming,
  ) =>
    `${transaction}\t,M${transaction}\t,${type}\t,换电服务,${at},${at},${name}(${payer})\t,${yuan(fen)},${type === '退款' ? '-' : ''}${yuan(fen)},0.00,${text}`;
  return [
    '#支付宝业务明细查询',
    '#账号：[20889010123456780156]',
    '#起始日期：[2026年09月01日 00:00:00]   终止日期：[2026年10月01日 00:00:00]',
    '#-----------------------------------------业务明细列表----------------------------------------',
    '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,对方账户,订单金额（元）,商家实收（元）,服务费（元）,备注',
    ...lines.map((line) => row('交易', line)),
    ...refunds.map((line) => row('退款', line)),
    '#-----------------------------------------业务明细列表结束------------------------------------',
    `#交易合计：${lines.length}笔，商家实收共${yuan(lines.reduce((sum, { fen }) => sum + fen, 0))}元，商家优惠共0.00元`,
    `#退款合计：${refunds.length}笔，商家实收退款共0.00元，商家优惠退款共0.00元`,
    '#导出时间：[2026年10月01日 08:00:00]',
    '',
  ].join('\n');
}
